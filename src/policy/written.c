/* SPDX-License-Identifier: Apache-2.0
 *
 * The forms of numbers, truth, addresses and bytes. */
#include "policy/written.h"

#include <arpa/inet.h>

static bool s_is_digit(char byte) { return byte >= '0' && byte <= '9'; }

static bool s_at(askiam_str text, size_t at, const char *bytes)
{
  return at < text.length && text.data[at] != 0 && strchr(bytes, text.data[at]) != NULL;
}

static size_t s_digits(askiam_str text, size_t *at)
{
  size_t begin = *at;
  while (*at < text.length && s_is_digit(text.data[*at])) {
    ++*at;
  }
  return *at - begin;
}

bool aski_policy_is_number(askiam_str text)
{
  size_t at = s_at(text, 0, "+-") ? 1 : 0;
  size_t digits = s_digits(text, &at);
  if (s_at(text, at, ".")) {
    ++at;
    digits += s_digits(text, &at);
  }
  if (digits > 0 && s_at(text, at, "eE")) {
    at += s_at(text, at + 1, "+-") ? 2 : 1;
    digits = s_digits(text, &at);
  }
  return digits > 0 && at == text.length;
}

bool aski_policy_is_boolean(askiam_str text)
{
  static const char *const words[] = {"false", "true"};
  for (size_t word = 0; word < 2; ++word) {
    size_t same = 0;
    while (same < text.length && words[word][same] != 0 && (text.data[same] | 0x20) == words[word][same]) {
      ++same;
    }
    if (same == text.length && words[word][same] == 0) {
      return true;
    }
  }
  return false;
}

/* Digits of a number up to `limit`. */
static bool s_is_up_to(const char *text, unsigned limit)
{
  unsigned value = 0;
  size_t length = strlen(text);
  for (size_t i = 0; i < length; ++i) {
    if (!s_is_digit(text[i]) || length > 3) {
      return false;
    }
    value = value * 10 + (unsigned)(text[i] - '0');
  }
  return length > 0 && value <= limit;
}

bool aski_policy_is_range(askiam_str text)
{
  char address[64];
  unsigned char bytes[16];
  if (text.length == 0 || text.length >= sizeof address || memchr(text.data, 0, text.length) != NULL) {
    return false;
  }
  memcpy(address, text.data, text.length);
  address[text.length] = 0;
  bool v6 = strchr(address, ':') != NULL;
  char *slash = strchr(address, '/');
  if (slash != NULL) {
    *slash = 0;
    if (!s_is_up_to(slash + 1, v6 ? 128 : 32)) {
      return false;
    }
  }
  return inet_pton(v6 ? AF_INET6 : AF_INET, address, bytes) == 1;
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
