/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether the text of a condition's value is written as its operator wants it. */
#ifndef ASKI_POLICY_WRITTEN_H
#define ASKI_POLICY_WRITTEN_H

#include "base/str.h"

/* What AWS takes for a date: the W3C profile of ISO 8601 ("2012-10-17", "2012-10-17T09:00:00.5+02:00") with some freedom (also "2012T", "2012-1-7t9:00",
 * "+02" and "-292275054"), or seconds since 1970. */
bool aski_policy_is_date(askiam_str text);
bool aski_policy_is_number(askiam_str text);
/* "true" or "false", in any case. */
bool aski_policy_is_boolean(askiam_str text);
/* "10.0.0.1", "10.0.0.0/8", "2001:db8::/32". */
bool aski_policy_is_range(askiam_str text);
/* With its padding. */
bool aski_policy_is_base64(askiam_str text);

#endif
