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

static bool s_read_address(aski_policy_range *out, askiam_str text)
{
  char copy[ADDRESS_TEXT_BYTES];
  if (text.length == 0 || text.length >= sizeof copy) {
    return false;
  }
  memcpy(copy, text.data, text.length);
  copy[text.length] = 0;
  *out = (aski_policy_range){.family = memchr(copy, ':', text.length) == NULL ? 4 : 6};
  out->prefix_bits = out->family == 4 ? 32 : 128;
  return strlen(copy) == text.length && inet_pton(out->family == 4 ? AF_INET : AF_INET6, copy, out->bytes) == 1;
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
