/* SPDX-License-Identifier: Apache-2.0
 *
 * What condition operators compare: decimals, moments, addresses, bytes, truth. Each is read from text without allocating; false means that
 * the text is no such value, and such a text never matches. */
#ifndef ASKI_POLICY_VALUES_H
#define ASKI_POLICY_VALUES_H

#include "base/memory.h"

/* ±0.DIGITS × 10^exponent, exact. Borrows from the text that it was read from. */
typedef struct aski_policy_decimal {
  bool negative;
  askiam_str digits; /* from the first to the last that is not 0, perhaps with a point in between; empty: zero */
  int64_t exponent;
} aski_policy_decimal;

/* An integer or decimal, perhaps with an exponent as JSON has it. */
bool aski_policy_decimal_read(aski_policy_decimal *out, askiam_str text);
/* Below 0, 0 or above 0. */
int aski_policy_decimal_compare(const aski_policy_decimal *left, const aski_policy_decimal *right);
/* Rounded down to a whole number; what is beyond ±10^15 becomes that. `out_exact`: whether that changed nothing. */
int64_t aski_policy_decimal_floor(const aski_policy_decimal *decimal, bool *out_exact);

typedef struct aski_policy_moment {
  int64_t seconds; /* since 1970-01-01T00:00:00Z */
  int32_t nanoseconds;
} aski_policy_moment;

/* The W3C profile of ISO 8601 (https://www.w3.org/TR/NOTE-datetime: "2012-10-17", "2012-10-17T09:00:00.5+02:00") with AWS's freedom ("2012T",
 * "2012-1-7t9:00", "+02", "-292275054"), or seconds since 1970. Four digits are a year. */
bool aski_policy_moment_read(aski_policy_moment *out, askiam_str text);
int aski_policy_moment_compare(const aski_policy_moment *left, const aski_policy_moment *right);

typedef struct aski_policy_range { /* of addresses; a single one has all bits as its prefix */
  unsigned char bytes[16];
  unsigned family;      /* 4 or 6; an IPv4 address that is mapped into IPv6 is 4 */
  unsigned prefix_bits; /* at most 32 or 128 */
} aski_policy_range;

/* "10.0.0.0/8", "2001:DB8::/32", or an address. */
bool aski_policy_range_read(aski_policy_range *out, askiam_str text);
/* An address only. */
bool aski_policy_address_read(aski_policy_range *out, askiam_str text);
bool aski_policy_range_holds(const aski_policy_range *range, const aski_policy_range *address);

/* "true" or "false" in any case. */
bool aski_policy_bool_read(bool *out, askiam_str text);

/* Base 64 (RFC 4648, with padding). */
bool aski_policy_is_base64(askiam_str text);
/* Its bytes, in the arena. */
bool aski_policy_binary_read(askiam_str *out, aski_arena *arena, askiam_str text);
/* Whether `text` is the base 64 of `bytes`. */
bool aski_policy_binary_equals(askiam_str bytes, askiam_str text);

#endif
