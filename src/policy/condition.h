/* SPDX-License-Identifier: Apache-2.0
 *
 * One operator and one key of a Condition, its values read once. IAM User Guide, "IAM JSON policy elements: Condition operators". */
#ifndef ASKI_POLICY_CONDITION_H
#define ASKI_POLICY_CONDITION_H

#include "policy/pattern.h"
#include "policy/values.h"

/* What is compared, without negation. */
typedef enum aski_policy_comparison {
  ASKI_POLICY_COMPARE_PATTERN, /* StringEquals, StringLike */
  ASKI_POLICY_COMPARE_CASELESS,
  ASKI_POLICY_COMPARE_NUMBER,
  ASKI_POLICY_COMPARE_MOMENT,
  ASKI_POLICY_COMPARE_BOOL,
  ASKI_POLICY_COMPARE_BINARY,
  ASKI_POLICY_COMPARE_ADDRESS,
  ASKI_POLICY_COMPARE_ARN,
  ASKI_POLICY_COMPARE_NULL
} aski_policy_comparison;

/* Which results of a comparison count, as bits. */
enum { ASKI_POLICY_LESS = 1, ASKI_POLICY_SAME = 2, ASKI_POLICY_MORE = 4 };

typedef struct aski_policy_operand {
  bool readable; /* else it matches nothing */
  union {
    aski_policy_pattern pattern;
    const aski_policy_pattern *arn; /* six */
    aski_policy_decimal number;
    aski_policy_moment moment;
    aski_policy_range range;
    askiam_str binary;
    bool truth;
  } as;
} aski_policy_operand;

typedef struct aski_policy_condition {
  aski_policy_comparison comparison;
  aski_policy_quantifier quantifier;
  bool negated, if_exists;
  unsigned orders; /* of numbers and moments */
  uint32_t operand_count;
  uint64_t key_hash;
  askiam_str key; /* in small letters */
  const aski_policy_operand *operands;
  const aski_policy_clause *source;
} aski_policy_condition;

/* What is not readable as the operator's type becomes an operand that matches nothing. Check arena->failed afterwards. */
void aski_policy_condition_compile(aski_policy_condition *out, aski_arena *arena, aski_arena *scratch,
                                   const aski_policy_clause *clause);

bool aski_policy_condition_holds(const aski_policy_condition *condition, const askiam_policy_request *request);

#endif
