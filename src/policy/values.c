/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/values.h"

#include <arpa/inet.h>

#include "json/number.h"

enum { LONGEST_RANGE = 64 };

bool aski_policy_bool_read(askiam_str text, bool *out_value)
{
  static const char *const words[] = {"false", "true"};
  for (size_t word = 0; word < 2; ++word) {
    size_t same = 0;
    while (same < text.length && (text.data[same] | 0x20) == words[word][same]) {
      ++same;
    }
    if (same == text.length && words[word][same] == 0) {
      *out_value = word == 1;
      return true;
    }
  }
  return false;
}

static bool s_is_digit(char byte) { return byte >= '0' && byte <= '9'; }

static size_t s_digits(askiam_str text, size_t at)
{
  size_t begin = at;
  while (at < text.length && s_is_digit(text.data[at])) {
    ++at;
  }
  return at - begin;
}

static bool s_at(askiam_str text, size_t at, char byte) { return at < text.length && text.data[at] == byte; }

bool aski_policy_number_read(askiam_str text, double *out_value)
{
  if (s_at(text, 0, '+')) {
    text = aski_str_slice(text, 1, text.length);
  }
  size_t at = s_at(text, 0, '-') ? 1 : 0;
  size_t whole = s_digits(text, at);
  at += whole;
  size_t fraction = 0;
  if (s_at(text, at, '.')) {
    fraction = s_digits(text, at + 1);
    at += 1 + fraction;
  }
  if (whole + fraction == 0) {
    return false;
  }
  if (s_at(text, at, 'e') || s_at(text, at, 'E')) {
    at += s_at(text, at + 1, '+') || s_at(text, at + 1, '-') ? 2 : 1;
    size_t exponent = s_digits(text, at);
    if (exponent == 0) {
      return false;
    }
    at += exponent;
  }
  *out_value = at == text.length ? aski_json_number_value(text) : 0;
  return at == text.length;
}

static bool s_read_bits(askiam_str text, unsigned limit, unsigned *out_bits)
{
  unsigned bits = 0;
  for (size_t i = 0; i < text.length; ++i) {
    if (!s_is_digit(text.data[i]) || bits > limit) {
      return false;
    }
    bits = bits * 10 + (unsigned)(text.data[i] - '0');
  }
  *out_bits = bits;
  return text.length > 0 && bits <= limit;
}

bool aski_policy_range_read(askiam_str text, aski_policy_range *out_range)
{
  char address[LONGEST_RANGE];
  if (text.length == 0 || text.length >= sizeof address || memchr(text.data, 0, text.length) != NULL) {
    return false;
  }
  memcpy(address, text.data, text.length);
  address[text.length] = 0;
  *out_range = (aski_policy_range){.v6 = strchr(address, ':') != NULL};
  unsigned limit = out_range->v6 ? 128 : 32;
  out_range->bits = limit;
  char *slash = strchr(address, '/');
  if (slash != NULL) {
    *slash = 0;
    if (!s_read_bits(askiam_str_from(slash + 1), limit, &out_range->bits)) {
      return false;
    }
  }
  return inet_pton(out_range->v6 ? AF_INET6 : AF_INET, address, out_range->address) == 1;
}

bool aski_policy_is_base64(askiam_str text)
{
  size_t length = text.length;
  for (size_t padding = 0; padding < 2 && length > 0 && text.data[length - 1] == '='; ++padding) {
    --length;
  }
  for (size_t i = 0; i < length; ++i) {
    char byte = text.data[i];
    bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    if (!letter && !s_is_digit(byte) && byte != '+' && byte != '/') {
      return false;
    }
  }
  return text.length % 4 == 0;
}
