/* SPDX-License-Identifier: Apache-2.0
 *
 * Validity and look-up keys. Plain ASCII, which nearly every name is, takes a short way that gives the same result. */
#include "base/text.h"

#include <askiam/backend/catalogue.h>
#include <utf8proc.h>

bool aski_text_valid(askiam_str text)
{
  const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.data;
  for (size_t at = 0; at < text.length;) {
    if (bytes[at] == 0) {
      return false;
    }
    if (bytes[at] < 0x80) {
      ++at;
      continue;
    }
    utf8proc_int32_t character = 0;
    utf8proc_ssize_t used = utf8proc_iterate(bytes + at, (utf8proc_ssize_t)(text.length - at), &character);
    if (used <= 0) {
      return false;
    }
    at += (size_t)used;
  }
  return true;
}

size_t aski_text_cut(askiam_str text, size_t limit)
{
  if (text.length <= limit) {
    limit = text.length;
  }
  size_t start = limit;
  while (start > 0 && ((unsigned char)text.data[start - 1] & 0xC0) == 0x80) {
    --start;
  }
  if (start == 0) {
    return limit;
  }
  unsigned char lead = (unsigned char)text.data[start - 1];
  size_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  return limit - (start - 1) >= wanted ? limit : start - 1;
}

/* The next character in a form that is the same for all its cases: upper and then lower, as some have several small ones. */
static utf8proc_int32_t s_next_caseless(askiam_str text, size_t *at)
{
  utf8proc_int32_t character = (unsigned char)text.data[*at];
  if (character < 0x80) {
    ++*at;
    return character >= 'A' && character <= 'Z' ? character + ('a' - 'A') : character;
  }
  utf8proc_ssize_t used =
      utf8proc_iterate((const utf8proc_uint8_t *)text.data + *at, (utf8proc_ssize_t)(text.length - *at), &character);
  if (used <= 0) {
    return -(utf8proc_int32_t)(unsigned char)text.data[(*at)++];
  }
  *at += (size_t)used;
  return utf8proc_tolower(utf8proc_toupper(character));
}

bool aski_text_starts_caseless(askiam_str text, askiam_str prefix, size_t *out_used)
{
  *out_used = 0;
  for (size_t at = 0; at < prefix.length;) {
    if (*out_used >= text.length || s_next_caseless(prefix, &at) != s_next_caseless(text, out_used)) {
      return false;
    }
  }
  return true;
}

static bool s_is_blank(utf8proc_int32_t character)
{
  utf8proc_category_t category = utf8proc_category(character);
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP ||
         category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_CN ||
         utf8proc_get_property(character)->ignorable;
}

bool aski_text_blank(askiam_str text)
{
  for (size_t at = 0; at < text.length;) {
    utf8proc_int32_t character = 0;
    utf8proc_ssize_t used =
        utf8proc_iterate((const utf8proc_uint8_t *)text.data + at, (utf8proc_ssize_t)(text.length - at), &character);
    if (used <= 0 || !s_is_blank(character)) {
      return false;
    }
    at += (size_t)used;
  }
  return true;
}

static bool s_is_invisible(utf8proc_int32_t character)
{
  utf8proc_category_t category = utf8proc_category(character);
  return category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP ||
         utf8proc_get_property(character)->ignorable;
}

bool aski_text_has_invisible(askiam_str text)
{
  for (size_t at = 0; at < text.length;) {
    utf8proc_int32_t character = 0;
    utf8proc_ssize_t used =
        utf8proc_iterate((const utf8proc_uint8_t *)text.data + at, (utf8proc_ssize_t)(text.length - at), &character);
    if (used > 0 && s_is_invisible(character)) {
      return true;
    }
    at += used > 0 ? (size_t)used : 1;
  }
  return false;
}

bool aski_text_has_blank_ends(askiam_str text)
{
  size_t last = text.length;
  while (last > 0 && ((unsigned char)text.data[last - 1] & 0xC0) == 0x80) {
    --last; /* to where the last character begins */
  }
  size_t first = 1;
  while (first < text.length && ((unsigned char)text.data[first] & 0xC0) == 0x80) {
    ++first;
  }
  return text.length > 0 && (aski_text_blank(aski_str_slice(text, 0, first)) ||
                             aski_text_blank(aski_str_slice(text, last == 0 ? 0 : last - 1, text.length)));
}

/* Letters that carry their diacritic in themselves: Unicode does not take them apart. */
static const char *s_plain_letters(utf8proc_int32_t character)
{
  switch (character) {
  case 0xE6:
    return "ae";
  case 0xF0:
  case 0x111:
    return "d";
  case 0xF8:
    return "o";
  case 0xFE:
    return "th";
  case 0x142:
    return "l";
  case 0x153:
    return "oe";
  default:
    return NULL;
  }
}

/* Diacritics are folded on Latin and Greek letters only; elsewhere a mark can be a vowel. */
static bool s_takes_diacritics(utf8proc_int32_t base)
{
  return base < 0x400 || (base >= 0x1E00 && base < 0x2000) || (base >= 0x2C60 && base < 0x2C80) ||
         (base >= 0xA720 && base < 0xA800);
}

static bool s_is_diacritic(utf8proc_int32_t character)
{
  return (character >= 0x300 && character <= 0x36F) || (character >= 0x1AB0 && character <= 0x1AFF) ||
         (character >= 0x1DC0 && character <= 0x1DFF) || (character >= 0x20D0 && character <= 0x20FF);
}

static bool s_is_word(utf8proc_int32_t character)
{
  utf8proc_category_t category = utf8proc_category(character);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

/* Where a key is written: one buffer, one pending space. */
typedef struct key_writer {
  utf8proc_int32_t *out;
  size_t length;
  bool gap;
} key_writer;

static void s_put(key_writer *writer, utf8proc_int32_t character)
{
  if (writer->gap && writer->length > 0) {
    writer->out[writer->length++] = ' ';
  }
  writer->gap = false;
  writer->out[writer->length++] = character;
}

static size_t s_fold_characters(const utf8proc_int32_t *in, size_t count, utf8proc_int32_t *out, bool keep_marks)
{
  key_writer writer = {out, 0, false};
  utf8proc_int32_t base = 0;
  for (size_t i = 0; i < count; ++i) {
    if (!s_is_word(in[i])) {
      writer.gap = true;
      base = 0;
      continue;
    }
    bool diacritic = s_is_diacritic(in[i]);
    if (diacritic && !keep_marks && s_takes_diacritics(base)) {
      continue;
    }
    const char *plain = keep_marks ? NULL : s_plain_letters(in[i]);
    if (plain == NULL) {
      s_put(&writer, in[i]);
    }
    for (; plain != NULL && *plain != 0; ++plain) {
      s_put(&writer, *plain);
    }
    base = diacritic ? base : in[i];
  }
  return writer.length;
}

static bool s_is_ascii(askiam_str text)
{
  unsigned char all = 0;
  for (size_t i = 0; i < text.length; ++i) {
    all |= (unsigned char)text.data[i];
  }
  return all < 0x80;
}

static askiam_str s_ascii_key(aski_arena *arena, askiam_str name)
{
  char *out = aski_arena_acquire(arena, name.length + 1, 1);
  if (out == NULL) {
    return ASKI_STR_NONE;
  }
  size_t length = 0;
  bool gap = false;
  for (size_t i = 0; i < name.length; ++i) {
    char byte = name.data[i];
    char lower = byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
    if (!((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9'))) {
      gap = true;
      continue;
    }
    if (gap && length > 0) {
      out[length++] = ' ';
    }
    gap = false;
    out[length++] = lower;
  }
  return (askiam_str){out, length};
}

/* NFKC_Casefold without the default ignorables, then letters only; composed again and written as UTF-8. */
static askiam_str s_unicode_key(aski_arena *arena, askiam_str name, bool keep_marks)
{
  const utf8proc_option_t options =
      UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
  const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)name.data;
  utf8proc_ssize_t count = utf8proc_decompose(bytes, (utf8proc_ssize_t)name.length, NULL, 0, options);
  if (count < 0) {
    return ASKI_STR_NONE;
  }
  utf8proc_int32_t *characters = aski_arena_acquire(arena, (size_t)count + 1, sizeof *characters);
  utf8proc_int32_t *folded = aski_arena_acquire(arena, 3 * (size_t)count + 2, sizeof *folded);
  if (characters == NULL || folded == NULL ||
      utf8proc_decompose(bytes, (utf8proc_ssize_t)name.length, characters, count, options) != count) {
    return ASKI_STR_NONE;
  }
  size_t length = s_fold_characters(characters, (size_t)count, folded, keep_marks);
  utf8proc_ssize_t encoded = utf8proc_reencode(folded, (utf8proc_ssize_t)length, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  return encoded < 0 ? ASKI_STR_NONE : (askiam_str){(const char *)folded, (size_t)encoded};
}

static askiam_str s_key(aski_arena *arena, askiam_str name, bool keep_marks)
{
  if (s_is_ascii(name)) {
    return s_ascii_key(arena, name);
  }
  return aski_text_valid(name) ? s_unicode_key(arena, name, keep_marks) : ASKI_STR_NONE;
}

askiam_str aski_text_key(aski_arena *arena, askiam_str name) { return s_key(arena, name, false); }

askiam_str aski_text_fold(aski_arena *arena, askiam_str name) { return s_key(arena, name, true); }

askiam_str aski_text_compact(aski_arena *arena, askiam_str key)
{
  if (key.length == 0 || memchr(key.data, ' ', key.length) == NULL) {
    return key;
  }
  char *out = aski_arena_acquire(arena, key.length + 1, 1);
  if (out == NULL) {
    return ASKI_STR_NONE;
  }
  size_t length = 0;
  for (size_t i = 0; i < key.length; ++i) {
    if (key.data[i] != ' ') {
      out[length++] = key.data[i];
    }
  }
  return (askiam_str){out, length};
}

size_t askiam_text_key(char *buffer, size_t size_bytes, askiam_str name)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  askiam_str key = aski_text_key(&arena, name);
  size_t length = key.data == NULL ? SIZE_MAX : key.length;
  if (size_bytes > 0) {
    size_t copied = key.data == NULL ? 0 : aski_text_cut(key, size_bytes - 1);
    if (copied > 0) {
      memcpy(buffer, key.data, copied);
    }
    buffer[copied] = 0;
  }
  aski_arena_clean_up(&arena);
  return length;
}

size_t aski_text_length(askiam_str text)
{
  size_t count = 0;
  for (size_t i = 0; i < text.length; ++i) {
    count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
  }
  return count;
}
