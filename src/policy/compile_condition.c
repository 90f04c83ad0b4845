/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/condition.h"
#include "policy/hash.h"

/* ArnEquals and ArnLike "behave identically". */
static aski_policy_comparison s_comparison(aski_policy_operator op)
{
  static const aski_policy_comparison comparisons[] = {
      [ASKI_POLICY_OF_STRINGS] = ASKI_POLICY_COMPARE_PATTERN, [ASKI_POLICY_OF_NUMBERS] = ASKI_POLICY_COMPARE_NUMBER,
      [ASKI_POLICY_OF_DATES] = ASKI_POLICY_COMPARE_MOMENT,    [ASKI_POLICY_OF_BOOLEANS] = ASKI_POLICY_COMPARE_BOOL,
      [ASKI_POLICY_OF_BINARIES] = ASKI_POLICY_COMPARE_BINARY, [ASKI_POLICY_OF_ADDRESSES] = ASKI_POLICY_COMPARE_ADDRESS,
      [ASKI_POLICY_OF_ARNS] = ASKI_POLICY_COMPARE_ARN,        [ASKI_POLICY_OF_PRESENCE] = ASKI_POLICY_COMPARE_NULL,
  };
  bool caseless = op == ASKI_POLICY_STRING_EQUALS_IGNORE_CASE || op == ASKI_POLICY_STRING_NOT_EQUALS_IGNORE_CASE;
  return caseless ? ASKI_POLICY_COMPARE_CASELESS : comparisons[aski_policy_operator_family(op)];
}

/* Of numbers and dates. */
static unsigned s_orders(aski_policy_operator op)
{
  static const unsigned char orders[ASKI_POLICY_OPERATOR_COUNT] = {
      [ASKI_POLICY_NUMERIC_EQUALS] = ASKI_POLICY_SAME,
      [ASKI_POLICY_NUMERIC_NOT_EQUALS] = ASKI_POLICY_SAME,
      [ASKI_POLICY_NUMERIC_LESS_THAN] = ASKI_POLICY_LESS,
      [ASKI_POLICY_NUMERIC_LESS_THAN_EQUALS] = ASKI_POLICY_LESS | ASKI_POLICY_SAME,
      [ASKI_POLICY_NUMERIC_GREATER_THAN] = ASKI_POLICY_MORE,
      [ASKI_POLICY_NUMERIC_GREATER_THAN_EQUALS] = ASKI_POLICY_MORE | ASKI_POLICY_SAME,
      [ASKI_POLICY_DATE_EQUALS] = ASKI_POLICY_SAME,
      [ASKI_POLICY_DATE_NOT_EQUALS] = ASKI_POLICY_SAME,
      [ASKI_POLICY_DATE_LESS_THAN] = ASKI_POLICY_LESS,
      [ASKI_POLICY_DATE_LESS_THAN_EQUALS] = ASKI_POLICY_LESS | ASKI_POLICY_SAME,
      [ASKI_POLICY_DATE_GREATER_THAN] = ASKI_POLICY_MORE,
      [ASKI_POLICY_DATE_GREATER_THAN_EQUALS] = ASKI_POLICY_MORE | ASKI_POLICY_SAME,
  };
  return orders[op];
}

static bool s_has_wildcards(aski_policy_operator op)
{
  return op == ASKI_POLICY_STRING_LIKE || op == ASKI_POLICY_STRING_NOT_LIKE;
}

typedef struct s_work {
  aski_arena *arena, *scratch;
  const aski_policy_clause *clause;
} s_work;

static bool s_read_arn(aski_policy_operand *out, const s_work *work, askiam_str text)
{
  aski_policy_pattern *parts = aski_arena_acquire(work->arena, ASKI_POLICY_ARN_PARTS, sizeof *parts);
  out->as.arn = parts;
  return parts != NULL &&
         aski_policy_arn_pattern_compile(parts, work->arena, work->scratch, text, work->clause->has_variables);
}

static void s_read_operand(aski_policy_operand *out, const s_work *work, askiam_str text)
{
  switch (s_comparison(work->clause->op)) {
  case ASKI_POLICY_COMPARE_PATTERN:
  case ASKI_POLICY_COMPARE_CASELESS:
  case ASKI_POLICY_COMPARE_BOOL:
    aski_policy_pattern_compile(&out->as.pattern, work->arena, work->scratch, text,
                                (aski_policy_reading){.wildcards = s_has_wildcards(work->clause->op),
                                                      .variables = work->clause->has_variables});
    out->readable = out->as.pattern.shape != ASKI_POLICY_NEVER;
    break;
  case ASKI_POLICY_COMPARE_NUMBER:
    out->readable = aski_policy_decimal_read(&out->as.number, aski_arena_copy(work->arena, text));
    break;
  case ASKI_POLICY_COMPARE_MOMENT:
    out->readable = aski_policy_moment_read(&out->as.moment, text);
    break;
  case ASKI_POLICY_COMPARE_BINARY:
    out->readable = aski_policy_binary_read(&out->as.binary, work->arena, text);
    break;
  case ASKI_POLICY_COMPARE_ADDRESS:
    out->readable = aski_policy_range_read(&out->as.range, text);
    break;
  case ASKI_POLICY_COMPARE_ARN:
    out->readable = s_read_arn(out, work, text);
    break;
  case ASKI_POLICY_COMPARE_NULL:
    out->readable = aski_policy_bool_read(&out->as.truth, text);
    break;
  }
}

void aski_policy_condition_compile(aski_policy_condition *out, aski_arena *arena, aski_arena *scratch,
                                   const aski_policy_clause *clause)
{
  aski_policy_operand *operands = aski_arena_acquire(arena, clause->values.count, sizeof *operands);
  *out = (aski_policy_condition){.comparison = s_comparison(clause->op),
                                 .quantifier = clause->quantifier,
                                 .negated = aski_policy_operator_negated(clause->op),
                                 .if_exists = clause->if_exists,
                                 .orders = s_orders(clause->op),
                                 .operand_count = (uint32_t)clause->values.count,
                                 .key = aski_policy_lower_copy(arena, clause->key),
                                 .operands = operands,
                                 .source = clause};
  out->key_hash = aski_policy_hash_text(out->key);
  s_work work = {arena, scratch, clause};
  for (size_t i = 0; operands != NULL && i < clause->values.count; ++i) {
    s_read_operand(&operands[i], &work, clause->values.items[i]);
  }
}
