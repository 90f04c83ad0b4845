/* SPDX-License-Identifier: Apache-2.0
 *
 * Which failures are soft: from the reason codes of `decision.soft_codes` to the mask that the checks take. */
#ifndef ASKI_RULES_SOFT_CODES_H
#define ASKI_RULES_SOFT_CODES_H

#include <askiam/error.h>

#include "model/codes.h"

/* The bit of the mask that stands for a reason code: 1 << (its check). 0 for a code that no check gives, and for POLICY_DENY: an explicit
 * Deny is hard whatever is configured. */
unsigned aski_rules_soft_bit(aski_code code);

/* Reads "PREREQUISITE_MISSING,POLICY_NOT_ALLOWED" (blanks around names are fine, an empty list is none). CONFIG, naming it, for a code
 * that has no bit. */
askiam_status aski_rules_soft_codes(unsigned *out_mask, askiam_str list, askiam_error *error);

#endif
