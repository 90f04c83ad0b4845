/* SPDX-License-Identifier: Apache-2.0 */
#include "json/utf8.h"

#include <stdbool.h>

static bool s_continues(const unsigned char *text, size_t count)
{
  for (size_t i = 1; i <= count; ++i) {
    if ((text[i] & 0xC0u) != 0x80u) {
      return false;
    }
  }
  return true;
}

/* The first two bytes decide about overlong forms, surrogates and the end of Unicode. */
static bool s_in_range(unsigned char first, unsigned char second)
{
  switch (first) {
  case 0xE0:
    return second >= 0xA0;
  case 0xED:
    return second <= 0x9F;
  case 0xF0:
    return second >= 0x90;
  case 0xF4:
    return second <= 0x8F;
  default:
    return true;
  }
}

size_t aski_json_utf8_length(const char *text, size_t left)
{
  const unsigned char *bytes = (const unsigned char *)text;
  if (left == 0) {
    return 0;
  }
  if (bytes[0] < 0x80) {
    return 1;
  }
  size_t more = bytes[0] >= 0xC2 && bytes[0] <= 0xDF   ? 1
                : bytes[0] >= 0xE0 && bytes[0] <= 0xEF ? 2
                : bytes[0] >= 0xF0 && bytes[0] <= 0xF4 ? 3
                                                       : 0;
  if (more == 0 || more >= left || !s_continues(bytes, more) || !s_in_range(bytes[0], bytes[1])) {
    return 0;
  }
  return more + 1;
}

size_t aski_json_utf8_encode(uint32_t character, char out[4])
{
  if (character < 0x80) {
    out[0] = (char)character;
    return 1;
  }
  size_t more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
  static const unsigned char lead[] = {0, 0xC0, 0xE0, 0xF0};
  out[0] = (char)(lead[more] | (character >> (6 * more)));
  for (size_t i = 1; i <= more; ++i) {
    out[i] = (char)(0x80u | ((character >> (6 * (more - i))) & 0x3Fu));
  }
  return more + 1;
}
