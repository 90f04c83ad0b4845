/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a condition holds. The rules are those of the IAM User Guide: "Condition operators", "Conditions with multiple context keys or values",
 * "Single-valued vs. multivalued context keys". */
#include "policy/condition.h"

static bool s_in_orders(unsigned orders, int order)
{
  return (orders & (order < 0 ? ASKI_POLICY_LESS : order > 0 ? ASKI_POLICY_MORE : ASKI_POLICY_SAME)) != 0;
}

static bool s_any_number(const aski_policy_condition *condition, askiam_str text)
{
  aski_policy_decimal value;
  if (!aski_policy_decimal_read(&value, text)) {
    return false;
  }
  for (uint32_t i = 0; i < condition->operand_count; ++i) {
    const aski_policy_operand *operand = &condition->operands[i];
    if (operand->readable && s_in_orders(condition->orders, aski_policy_decimal_compare(&value, &operand->as.number))) {
      return true;
    }
  }
  return false;
}

static bool s_any_moment(const aski_policy_condition *condition, askiam_str text)
{
  aski_policy_moment value;
  if (!aski_policy_moment_read(&value, text)) {
    return false;
  }
  for (uint32_t i = 0; i < condition->operand_count; ++i) {
    const aski_policy_operand *operand = &condition->operands[i];
    if (operand->readable && s_in_orders(condition->orders, aski_policy_moment_compare(&value, &operand->as.moment))) {
      return true;
    }
  }
  return false;
}

static bool s_any_range(const aski_policy_condition *condition, askiam_str text)
{
  aski_policy_range value;
  if (!aski_policy_address_read(&value, text)) {
    return false;
  }
  for (uint32_t i = 0; i < condition->operand_count; ++i) {
    if (condition->operands[i].readable && aski_policy_range_holds(&condition->operands[i].as.range, &value)) {
      return true;
    }
  }
  return false;
}

/* "Each of the six colon-delimited components of the ARN is checked separately." */
static bool s_any_arn(const aski_policy_condition *condition, askiam_str text, const askiam_policy_request *request)
{
  aski_policy_arn value;
  if (!aski_policy_arn_read(&value, text)) {
    return false;
  }
  for (uint32_t i = 0; i < condition->operand_count; ++i) {
    const aski_policy_operand *operand = &condition->operands[i];
    size_t part = 0;
    while (operand->readable && part < ASKI_POLICY_ARN_PARTS &&
           aski_policy_pattern_matches(&operand->as.arn[part], value.parts[part], request)) {
      ++part;
    }
    if (part == ASKI_POLICY_ARN_PARTS) {
      return true;
    }
  }
  return false;
}

/* The operand is true or false, or a variable that is. */
static bool s_any_bool(const aski_policy_condition *condition, askiam_str text, const askiam_policy_request *request)
{
  bool value = false;
  if (!aski_policy_bool_read(&value, text)) {
    return false;
  }
  for (uint32_t i = 0; i < condition->operand_count; ++i) {
    if (aski_policy_pattern_equals_caseless(&condition->operands[i].as.pattern,
                                            value ? ASKI_STR("true") : ASKI_STR("false"), request)) {
      return true;
    }
  }
  return false;
}

static bool s_any_text(const aski_policy_condition *condition, askiam_str text, const askiam_policy_request *request)
{
  for (uint32_t i = 0; i < condition->operand_count; ++i) {
    const aski_policy_operand *operand = &condition->operands[i];
    bool matches = false;
    if (condition->comparison == ASKI_POLICY_COMPARE_PATTERN) {
      matches = aski_policy_pattern_matches(&operand->as.pattern, text, request);
    } else if (condition->comparison == ASKI_POLICY_COMPARE_CASELESS) {
      matches = aski_policy_pattern_equals_caseless(&operand->as.pattern, text, request);
    } else {
      matches = operand->readable && aski_policy_binary_equals(operand->as.binary, text);
    }
    if (matches) {
      return true;
    }
  }
  return false;
}

/* Whether one value of the request matches one of the policy: "values are evaluated using a logical OR". */
static bool s_any(const aski_policy_condition *condition, askiam_str text, const askiam_policy_request *request)
{
  switch (condition->comparison) {
  case ASKI_POLICY_COMPARE_PATTERN:
  case ASKI_POLICY_COMPARE_CASELESS:
  case ASKI_POLICY_COMPARE_BINARY:
    return s_any_text(condition, text, request);
  case ASKI_POLICY_COMPARE_NUMBER:
    return s_any_number(condition, text);
  case ASKI_POLICY_COMPARE_MOMENT:
    return s_any_moment(condition, text);
  case ASKI_POLICY_COMPARE_BOOL:
    return s_any_bool(condition, text, request);
  case ASKI_POLICY_COMPARE_ADDRESS:
    return s_any_range(condition, text);
  case ASKI_POLICY_COMPARE_ARN:
    return s_any_arn(condition, text, request);
  case ASKI_POLICY_COMPARE_NULL:
    break;
  }
  return false;
}

/* "true (the key doesn't exist — it is null) or false (the key exists and its value is not null)". */
static bool s_null_holds(const aski_policy_condition *condition, bool absent)
{
  for (uint32_t i = 0; i < condition->operand_count; ++i) {
    if (condition->operands[i].readable && condition->operands[i].as.truth == absent) {
      return true;
    }
  }
  return false;
}

/* A key without a set operator. Several values where one was expected: the operator matches where any of them does, its negation where
 * none does. AWS says that such keys "require a condition set operator" and not what happens without. */
static bool s_plain_holds(const aski_policy_condition *condition, aski_policy_values values)
{
  for (size_t i = 0; i < values.count; ++i) {
    if (s_any(condition, aski_policy_values_next(&values), values.request)) {
      return !condition->negated;
    }
  }
  return condition->negated;
}

/* "If the key values in the request resolve to an empty data set (for example, an empty string), a condition operator modified by ForAllValues
 * returns true, and a condition operator modified by ForAnyValue returns false." */
static bool s_set_holds(const aski_policy_condition *condition, aski_policy_values values)
{
  bool all = condition->quantifier == ASKI_POLICY_FOR_ALL_VALUES;
  bool empty = true;
  for (aski_policy_values look = values; empty && look.count > 0; --look.count) {
    empty = aski_policy_values_next(&look).length == 0;
  }
  for (size_t i = 0; !empty && i < values.count; ++i) {
    bool matches = s_any(condition, aski_policy_values_next(&values), values.request) != condition->negated;
    if (matches != all) {
      return matches;
    }
  }
  return all;
}

bool aski_policy_condition_holds(const aski_policy_condition *condition, const askiam_policy_request *request)
{
  aski_policy_values values = aski_policy_request_find(request, condition->key, condition->key_hash);
  bool absent = values.count == 0; /* a key without values is null */
  if (condition->comparison == ASKI_POLICY_COMPARE_NULL) {
    return s_null_holds(condition, absent);
  }
  if (absent && condition->if_exists) {
    return true;
  }
  return condition->quantifier == ASKI_POLICY_PLAIN ? s_plain_holds(condition, values) : s_set_holds(condition, values);
}
