/* SPDX-License-Identifier: Apache-2.0
 *
 * Scripts, by Unicode block: enough to tell foreign letters from those of a name (Unicode TR 39, "mixed-script"). */
#include <utf8proc.h>

#include "base/text.h"

typedef struct script_range {
  utf8proc_int32_t first;
  utf8proc_int32_t last;
  unsigned script; /* 0: belongs to none */
} script_range;

enum {
  NONE,
  LATIN,
  GREEK,
  CYRILLIC,
  ARMENIAN,
  HEBREW,
  ARABIC,
  INDIC,
  THAI,
  GEORGIAN,
  CHEROKEE,
  EAST_ASIAN,
  COPTIC,
  OTHER
};

static const script_range s_ranges[] = {
    {0x0041, 0x005A, LATIN},      {0x0061, 0x007A, LATIN},        {0x00AA, 0x00AA, LATIN},
    {0x00BA, 0x00BA, LATIN},      {0x00C0, 0x00D6, LATIN},        {0x00D8, 0x00F6, LATIN},
    {0x00F8, 0x02AF, LATIN},      {0x0300, 0x036F, NONE},         {0x0370, 0x03E1, GREEK},
    {0x03E2, 0x03EF, COPTIC},     {0x03F0, 0x03FF, GREEK},        {0x0400, 0x052F, CYRILLIC},
    {0x0530, 0x058F, ARMENIAN},   {0x0590, 0x05FF, HEBREW},       {0x0600, 0x07BF, ARABIC},
    {0x0900, 0x0DFF, INDIC},      {0x0E00, 0x0E7F, THAI},         {0x10A0, 0x10FF, GEORGIAN},
    {0x1100, 0x11FF, EAST_ASIAN}, {0x13A0, 0x13FF, CHEROKEE},     {0x1C80, 0x1C8F, CYRILLIC},
    {0x1C90, 0x1CBF, GEORGIAN},   {0x1D00, 0x1D25, LATIN},        {0x1D2B, 0x1D2B, CYRILLIC},
    {0x1D2C, 0x1DBF, LATIN},      {0x1DC0, 0x1DFF, NONE},         {0x1E00, 0x1EFF, LATIN},
    {0x1F00, 0x1FFF, GREEK},      {0x2C60, 0x2C7F, LATIN},        {0x2C80, 0x2CFF, COPTIC},
    {0x2DE0, 0x2DFF, CYRILLIC},   {0x2E80, 0x31FF, EAST_ASIAN},   {0x3400, 0x9FFF, EAST_ASIAN},
    {0xA640, 0xA69F, CYRILLIC},   {0xA720, 0xA7FF, LATIN},        {0xAB30, 0xAB6F, LATIN},
    {0xAB70, 0xABBF, CHEROKEE},   {0xAC00, 0xD7FF, EAST_ASIAN},   {0xF900, 0xFAFF, EAST_ASIAN},
    {0xFB00, 0xFB06, LATIN},      {0xFF21, 0xFF3A, LATIN},        {0xFF41, 0xFF5A, LATIN},
    {0xFF66, 0xFFDC, EAST_ASIAN}, {0x20000, 0x3FFFF, EAST_ASIAN},
};

static bool s_is_letter(utf8proc_int32_t character)
{
  utf8proc_category_t category = utf8proc_category(character);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

static unsigned s_script(utf8proc_int32_t character)
{
  size_t low = 0;
  size_t high = sizeof s_ranges / sizeof *s_ranges;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (character > s_ranges[middle].last) {
      low = middle + 1;
    } else if (character < s_ranges[middle].first) {
      high = middle;
    } else {
      return s_ranges[middle].script;
    }
  }
  return s_is_letter(character) ? OTHER : NONE;
}

/* A bit for each script that letters of the key belong to. */
static unsigned s_scripts(askiam_str key)
{
  unsigned scripts = 0;
  for (size_t at = 0; at < key.length;) {
    utf8proc_int32_t character = 0;
    utf8proc_ssize_t used =
        utf8proc_iterate((const utf8proc_uint8_t *)key.data + at, (utf8proc_ssize_t)(key.length - at), &character);
    if (used <= 0) {
      return 1U << OTHER;
    }
    unsigned script = s_script(character);
    scripts |= script == NONE ? 0 : 1U << script;
    at += (size_t)used;
  }
  return scripts;
}

bool aski_text_mixed_script(askiam_str key)
{
  unsigned scripts = s_scripts(key);
  return (scripts & (scripts - 1)) != 0;
}

bool aski_text_same_script(askiam_str key, askiam_str other) { return (s_scripts(key) & ~s_scripts(other)) == 0; }

/* The next decimal digit's value at or after *at, or -1; moves behind it. */
static int s_next_digit(askiam_str text, size_t *at)
{
  while (*at < text.length) {
    utf8proc_int32_t character = 0;
    utf8proc_ssize_t used =
        utf8proc_iterate((const utf8proc_uint8_t *)text.data + *at, (utf8proc_ssize_t)(text.length - *at), &character);
    *at += used <= 0 ? 1 : (size_t)used;
    if (used > 0 && utf8proc_category(character) == UTF8PROC_CATEGORY_ND) {
      return (int)character;
    }
  }
  return -1;
}

bool aski_text_same_digits(askiam_str key, askiam_str other)
{
  size_t at = 0;
  size_t other_at = 0;
  for (;;) {
    int digit = s_next_digit(key, &at);
    if (digit != s_next_digit(other, &other_at)) {
      return false;
    }
    if (digit < 0) {
      return true;
    }
  }
}
