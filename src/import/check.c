/* SPDX-License-Identifier: Apache-2.0 */
#include "import/check.h"

#include "base/text.h"
#include "base/time.h"

enum { CONTROL = 1, RESERVED = 2, LEADS_C1 = 4, SPACE = 8 };

static const unsigned char s_marks[256] = {
    [0] = CONTROL,    [1] = CONTROL,    [2] = CONTROL,    [3] = CONTROL,     [4] = CONTROL,    [5] = CONTROL,
    [6] = CONTROL,    [7] = CONTROL,    [8] = CONTROL,    ['\t'] = CONTROL,  ['\n'] = CONTROL, [11] = CONTROL,
    [12] = CONTROL,   ['\r'] = CONTROL, [14] = CONTROL,   [15] = CONTROL,    [16] = CONTROL,   [17] = CONTROL,
    [18] = CONTROL,   [19] = CONTROL,   [20] = CONTROL,   [21] = CONTROL,    [22] = CONTROL,   [23] = CONTROL,
    [24] = CONTROL,   [25] = CONTROL,   [26] = CONTROL,   [27] = CONTROL,    [28] = CONTROL,   [29] = CONTROL,
    [30] = CONTROL,   [31] = CONTROL,   [0x7f] = CONTROL, ['/'] = RESERVED,  ['*'] = RESERVED, ['?'] = RESERVED,
    ['$'] = RESERVED, ['{'] = RESERVED, ['}'] = RESERVED, [0xc2] = LEADS_C1, [' '] = SPACE};

/* What kinds of byte a text has; C1 controls (U+0080 to U+009F) are C2 80 to C2 9F. */
static unsigned s_kinds(askiam_str value)
{
  unsigned kinds = 0;
  for (size_t i = 0; i < value.length; ++i) {
    kinds |= s_marks[(unsigned char)value.data[i]];
  }
  if ((kinds & LEADS_C1) != 0) {
    for (size_t i = 0; i + 1 < value.length; ++i) {
      if ((unsigned char)value.data[i] == 0xc2 && (unsigned char)value.data[i + 1] < 0xa0) {
        kinds |= CONTROL;
      }
    }
  }
  return kinds;
}

/* What makes an id look like another one. Most ids are printable ASCII, for which a look at both ends is enough. */
static const char *s_look_alike(askiam_str value)
{
  bool ascii = true;
  for (size_t i = 0; i < value.length && ascii; ++i) {
    ascii = (unsigned char)value.data[i] < 0x80;
  }
  bool ends = ascii ? value.data[0] == ' ' || value.data[value.length - 1] == ' ' : aski_text_has_blank_ends(value);
  if (ascii ? ends && aski_str_trim(value).length == 0 : aski_text_blank(value)) {
    return "is blank";
  }
  if (!ascii && aski_text_has_invisible(value)) {
    return "has an invisible character, such as a zero-width space or a change of direction";
  }
  return ends ? "has a blank at an end" : NULL;
}

const char *aski_import_check_id(askiam_str value)
{
  if (value.length == 0) {
    return "is missing";
  }
  if (value.length > 256) {
    return "is longer than 256 bytes";
  }
  unsigned kinds = s_kinds(value);
  if ((kinds & CONTROL) != 0) {
    return "has a control character";
  }
  if ((kinds & RESERVED) != 0) {
    return "has one of / * ? $ { }, which an id must not have";
  }
  return s_look_alike(value);
}

const char *aski_import_check_name(askiam_str value, bool may_be_empty)
{
  if (value.length == 0 && may_be_empty) {
    return NULL;
  }
  if (value.length > ASKI_IMPORT_NAME_BYTES) {
    return "is longer than 512 bytes";
  }
  unsigned kinds = s_kinds(value);
  if ((kinds & CONTROL) != 0) {
    return "has a control character";
  }
  /* A text that begins with an ASCII letter or digit is not blank; the rest is looked at with care. */
  unsigned char first = value.length == 0 ? ' ' : (unsigned char)value.data[0];
  if (may_be_empty || (first > ' ' && first < 0x80) || !aski_text_blank(value)) {
    return NULL;
  }
  return value.length == 0 ? "is missing" : "is blank";
}

const char *aski_import_check_email(askiam_str value)
{
  if (value.length == 0) {
    return NULL;
  }
  const char *at = memchr(value.data, '@', value.length);
  size_t before = at == NULL ? 0 : (size_t)(at - value.data);
  if (value.length > 254 || before == 0 || before + 1 == value.length || (s_kinds(value) & (CONTROL | SPACE)) != 0 ||
      memchr(at + 1, '@', value.length - before - 1) != NULL) {
    return "is not an e-mail address";
  }
  return NULL;
}

const char *aski_import_check_time(askiam_str value, int64_t *out_ms)
{
  if (value.length == 0) {
    return "is missing";
  }
  if (!aski_time_parse(value, out_ms)) {
    return "is not a time; write 2026-01-21 or 2026-01-21T10:30:00Z";
  }
  return *out_ms < 0 ? "is before 1970" : NULL;
}

const char *aski_import_check_flag(askiam_str value, bool *out_flag)
{
  *out_flag = aski_str_equal_text(value, "1") || aski_str_equal_text(value, "true");
  bool known = *out_flag || aski_str_equal_text(value, "0") || aski_str_equal_text(value, "false");
  return known ? NULL : value.length == 0 ? "is missing" : "is none of 1, 0, true, false";
}

void aski_import_check_show(askiam_str value, char out[ASKI_IMPORT_SHOWN_BYTES])
{
  static const char dots[] = "...";
  if (!aski_text_valid(value)) { /* the name of a file may be anything */
    value = ASKI_STR("(not UTF-8)");
  }
  size_t room = ASKI_IMPORT_SHOWN_BYTES - sizeof dots;
  size_t length = value.length <= room ? value.length : aski_text_cut(value, room);
  for (size_t i = 0; i < length; ++i) {
    unsigned char byte = (unsigned char)value.data[i];
    bool second = i > 0 && (unsigned char)value.data[i - 1] == 0xc2 && byte < 0xa0;
    out[i] = (s_marks[byte] & CONTROL) != 0 || second ? '?' : value.data[i];
    if (second) {
      out[i - 1] = '?';
    }
  }
  memcpy(out + length, value.length > length ? dots : "", value.length > length ? sizeof dots : 1);
}
