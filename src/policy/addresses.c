/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses and ranges of the IP operators, and truth. */
#include <arpa/inet.h>

#include "policy/hash.h"
#include "policy/values.h"

enum { ADDRESS_TEXT_BYTES = 46, MAPPED_BITS = 96 };

static bool s_is_mapped(const unsigned char bytes[16])
{
  static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return memcmp(bytes, mapped, sizeof mapped) == 0;
}

/* IPv4 that is mapped into IPv6 (RFC 4291, 2.5.5.2) is the IPv4 address; a range that reaches beyond ::ffff:0:0/96 stays IPv6. */
static void s_unmap(aski_policy_range *range)
{
  if (range->family == 6 && range->prefix_bits >= MAPPED_BITS && s_is_mapped(range->bytes)) {
    memmove(range->bytes, range->bytes + 12, 4);
    range->family = 4;
    range->prefix_bits -= MAPPED_BITS;
  }
}

/* Four numbers up to 255, written without zeros in front. By hand: it is what nearly every request has, and inet_pton would need a copy. */
static bool s_read_v4(unsigned char out[4], askiam_str text)
{
  size_t at = 0;
  for (size_t i = 0; i < 4; ++i) {
    unsigned value = 0;
    size_t begin = at;
    for (; at < text.length && at - begin < 3 && text.data[at] >= '0' && text.data[at] <= '9'; ++at) {
      value = value * 10 + (unsigned)(text.data[at] - '0');
    }
    bool goes_on = i == 3 || (at < text.length && text.data[at] == '.');
    if (at == begin || value > 255 || (text.data[begin] == '0' && at - begin > 1) || !goes_on) {
      return false;
    }
    at += i < 3 ? 1 : 0;
    out[i] = (unsigned char)value;
  }
  return at == text.length;
}

static bool s_read_v6(unsigned char out[16], askiam_str text)
{
  char copy[ADDRESS_TEXT_BYTES];
  if (text.length >= sizeof copy) {
    return false;
  }
  memcpy(copy, text.data, text.length);
  copy[text.length] = 0;
  return strlen(copy) == text.length && inet_pton(AF_INET6, copy, out) == 1;
}

static bool s_read_address(aski_policy_range *out, askiam_str text)
{
  *out = (aski_policy_range){.family = 4, .prefix_bits = 32};
  if (text.length == 0 || s_read_v4(out->bytes, text)) {
    return text.length > 0;
  }
  out->family = 6;
  out->prefix_bits = 128;
  return s_read_v6(out->bytes, text);
}

bool aski_policy_address_read(aski_policy_range *out, askiam_str text)
{
  if (!s_read_address(out, text)) {
    return false;
  }
  s_unmap(out);
  return true;
}

bool aski_policy_range_read(aski_policy_range *out, askiam_str text)
{
  const char *slash = text.length == 0 ? NULL : memchr(text.data, '/', text.length);
  if (slash == NULL) {
    return aski_policy_address_read(out, text);
  }
  size_t at = (size_t)(slash - text.data);
  if (!s_read_address(out, aski_str_slice(text, 0, at))) {
    return false;
  }
  askiam_str digits = aski_str_slice(text, at + 1, text.length);
  unsigned bits = 0;
  for (size_t i = 0; i < digits.length; ++i) {
    if (digits.data[i] < '0' || digits.data[i] > '9' || i >= 3) {
      return false;
    }
    bits = bits * 10 + (unsigned)(digits.data[i] - '0');
  }
  if (digits.length == 0 || bits > out->prefix_bits) {
    return false;
  }
  out->prefix_bits = bits;
  s_unmap(out);
  return true;
}

bool aski_policy_range_holds(const aski_policy_range *range, const aski_policy_range *address)
{
  if (range->family != address->family) {
    return false;
  }
  size_t whole = range->prefix_bits / 8;
  unsigned rest = range->prefix_bits % 8;
  return memcmp(range->bytes, address->bytes, whole) == 0 &&
         (rest == 0 || ((unsigned)(range->bytes[whole] ^ address->bytes[whole]) >> (8 - rest)) == 0);
}

bool aski_policy_bool_read(bool *out, askiam_str text)
{
  *out = aski_policy_equal_caseless(text, ASKI_STR("true"));
  return *out || aski_policy_equal_caseless(text, ASKI_STR("false"));
}
