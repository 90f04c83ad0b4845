/* SPDX-License-Identifier: Apache-2.0
 *
 * What the text of a condition's value means to the operators that are not about text. The same for policies and for requests. */
#ifndef ASKI_POLICY_VALUES_H
#define ASKI_POLICY_VALUES_H

#include "base/str.h"

/* ISO 8601 in the forms that AWS takes ("2012-10-17", "2012-10-17T09:00:00.5+02:00", also "2012-10" and "2012T"; a year may be negative
 * and have up to nine digits; without an offset it is UTC), or seconds since 1970. Milliseconds, held at the ends of int64_t. */
bool aski_policy_date_read(askiam_str text, int64_t *out_ms);
/* A decimal number, as in JSON but for a leading '+' and zeros, which are taken. */
bool aski_policy_number_read(askiam_str text, double *out_value);
/* "true" or "false", in any case. */
bool aski_policy_bool_read(askiam_str text, bool *out_value);

/* An address with the number of its leading bits that count. */
typedef struct aski_policy_range {
  unsigned char address[16]; /* of IPv4 the first four */
  unsigned bits;             /* 0 to 32 or 128 */
  bool v6;
} aski_policy_range;
/* "10.0.0.1", "10.0.0.0/8", "2001:db8::/32". */
bool aski_policy_range_read(askiam_str text, aski_policy_range *out_range);
/* Base64 with its padding. */
bool aski_policy_is_base64(askiam_str text);

#endif
