/* SPDX-License-Identifier: Apache-2.0
 *
 * Base 64, for BinaryEquals: bytes are compared, so bits that padding leaves over do not count. */
#include "policy/values.h"

static int s_digit(char byte)
{
  if (byte >= 'A' && byte <= 'Z') {
    return byte - 'A';
  }
  if (byte >= 'a' && byte <= 'z') {
    return byte - 'a' + 26;
  }
  if (byte >= '0' && byte <= '9') {
    return byte - '0' + 52;
  }
  return byte == '+' ? 62 : byte == '/' ? 63 : -1;
}

/* Four characters give 1 to 3 bytes; 0: they are none of base 64. */
static size_t s_group(askiam_str text, size_t at, unsigned char out[3])
{
  size_t padding = 0;
  if (at + 4 == text.length) {
    padding = text.data[at + 3] != '=' ? 0 : text.data[at + 2] != '=' ? 1 : 2;
  }
  unsigned bits = 0;
  for (size_t i = 0; i < 4; ++i) {
    int digit = i >= 4 - padding ? 0 : s_digit(text.data[at + i]);
    if (digit < 0) {
      return 0;
    }
    bits = (bits << 6) | (unsigned)digit;
  }
  for (size_t i = 0; i < 3; ++i) {
    out[i] = (unsigned char)(bits >> (16 - 8 * i));
  }
  return 3 - padding;
}

bool aski_policy_is_base64(askiam_str text)
{
  unsigned char group[3];
  size_t at = 0;
  while (text.length % 4 == 0 && at < text.length && s_group(text, at, group) > 0) {
    at += 4;
  }
  return at == text.length;
}

bool aski_policy_binary_read(askiam_str *out, aski_arena *arena, askiam_str text)
{
  *out = ASKI_STR_NONE;
  if (!aski_policy_is_base64(text)) {
    return false;
  }
  char *bytes = aski_arena_acquire(arena, text.length / 4 * 3 + 1, 1);
  size_t length = 0;
  for (size_t at = 0; bytes != NULL && at < text.length; at += 4) {
    unsigned char group[3];
    size_t count = s_group(text, at, group);
    memcpy(bytes + length, group, count);
    length += count;
  }
  *out = (askiam_str){bytes, length};
  return bytes != NULL;
}

bool aski_policy_binary_equals(askiam_str bytes, askiam_str text)
{
  if (text.length % 4 != 0 || bytes.length > text.length) {
    return false;
  }
  size_t length = 0;
  for (size_t at = 0; at < text.length; at += 4) {
    unsigned char group[3];
    size_t count = s_group(text, at, group);
    if (count == 0 || bytes.length - length < count || memcmp(bytes.data + length, group, count) != 0) {
      return false;
    }
    length += count;
  }
  return length == bytes.length;
}
