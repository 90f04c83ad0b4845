/* SPDX-License-Identifier: Apache-2.0
 *
 * The checks, as pure functions over the facts: all of them, always. */
#ifndef ASKI_RULES_RULES_H
#define ASKI_RULES_RULES_H

#include "model/results.h"

typedef struct aski_rules_input {
  int64_t now_ms;
  int64_t expires_at_ms; /* the end asked for; 0: none */
  unsigned soft_codes;   /* which failures are soft: a mask of aski_rules_soft_bit (rules/soft_codes.h) */
  askiam_str requester_id;
  askiam_str ip;
  askiam_str user_agent;
} aski_rules_input;

/* Evaluates every check. Pure: no I/O, no clock. Details live in `arena`; check arena->failed afterwards. Facts about a user,
 * application or role that were not found fail their checks. */
void aski_rules_evaluate(aski_rules_result *out_result, aski_arena *arena, const aski_facts *facts,
                         const aski_rules_input *input);

#endif
