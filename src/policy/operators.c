/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of condition operators. AWS takes them only as they are written here: "Invalid Condition type : stringEquals". */
#include "policy/reader.h"

typedef struct s_operator {
  const char *name;
  aski_policy_family family;
  bool negated;
} s_operator;

static const s_operator s_operators[ASKI_POLICY_OPERATOR_COUNT] = {
    [ASKI_POLICY_STRING_EQUALS] = {"StringEquals", ASKI_POLICY_OF_STRINGS, false},
    [ASKI_POLICY_STRING_NOT_EQUALS] = {"StringNotEquals", ASKI_POLICY_OF_STRINGS, true},
    [ASKI_POLICY_STRING_EQUALS_IGNORE_CASE] = {"StringEqualsIgnoreCase", ASKI_POLICY_OF_STRINGS, false},
    [ASKI_POLICY_STRING_NOT_EQUALS_IGNORE_CASE] = {"StringNotEqualsIgnoreCase", ASKI_POLICY_OF_STRINGS, true},
    [ASKI_POLICY_STRING_LIKE] = {"StringLike", ASKI_POLICY_OF_STRINGS, false},
    [ASKI_POLICY_STRING_NOT_LIKE] = {"StringNotLike", ASKI_POLICY_OF_STRINGS, true},
    [ASKI_POLICY_NUMERIC_EQUALS] = {"NumericEquals", ASKI_POLICY_OF_NUMBERS, false},
    [ASKI_POLICY_NUMERIC_NOT_EQUALS] = {"NumericNotEquals", ASKI_POLICY_OF_NUMBERS, true},
    [ASKI_POLICY_NUMERIC_LESS_THAN] = {"NumericLessThan", ASKI_POLICY_OF_NUMBERS, false},
    [ASKI_POLICY_NUMERIC_LESS_THAN_EQUALS] = {"NumericLessThanEquals", ASKI_POLICY_OF_NUMBERS, false},
    [ASKI_POLICY_NUMERIC_GREATER_THAN] = {"NumericGreaterThan", ASKI_POLICY_OF_NUMBERS, false},
    [ASKI_POLICY_NUMERIC_GREATER_THAN_EQUALS] = {"NumericGreaterThanEquals", ASKI_POLICY_OF_NUMBERS, false},
    [ASKI_POLICY_DATE_EQUALS] = {"DateEquals", ASKI_POLICY_OF_DATES, false},
    [ASKI_POLICY_DATE_NOT_EQUALS] = {"DateNotEquals", ASKI_POLICY_OF_DATES, true},
    [ASKI_POLICY_DATE_LESS_THAN] = {"DateLessThan", ASKI_POLICY_OF_DATES, false},
    [ASKI_POLICY_DATE_LESS_THAN_EQUALS] = {"DateLessThanEquals", ASKI_POLICY_OF_DATES, false},
    [ASKI_POLICY_DATE_GREATER_THAN] = {"DateGreaterThan", ASKI_POLICY_OF_DATES, false},
    [ASKI_POLICY_DATE_GREATER_THAN_EQUALS] = {"DateGreaterThanEquals", ASKI_POLICY_OF_DATES, false},
    [ASKI_POLICY_BOOL] = {"Bool", ASKI_POLICY_OF_BOOLEANS, false},
    [ASKI_POLICY_BINARY_EQUALS] = {"BinaryEquals", ASKI_POLICY_OF_BINARIES, false},
    [ASKI_POLICY_IP_ADDRESS] = {"IpAddress", ASKI_POLICY_OF_ADDRESSES, false},
    [ASKI_POLICY_NOT_IP_ADDRESS] = {"NotIpAddress", ASKI_POLICY_OF_ADDRESSES, true},
    [ASKI_POLICY_ARN_EQUALS] = {"ArnEquals", ASKI_POLICY_OF_ARNS, false},
    [ASKI_POLICY_ARN_NOT_EQUALS] = {"ArnNotEquals", ASKI_POLICY_OF_ARNS, true},
    [ASKI_POLICY_ARN_LIKE] = {"ArnLike", ASKI_POLICY_OF_ARNS, false},
    [ASKI_POLICY_ARN_NOT_LIKE] = {"ArnNotLike", ASKI_POLICY_OF_ARNS, true},
    [ASKI_POLICY_NULL] = {"Null", ASKI_POLICY_OF_PRESENCE, false},
};

const char *aski_policy_operator_name(aski_policy_operator op)
{
  return (size_t)op < ASKI_POLICY_OPERATOR_COUNT ? s_operators[op].name : "unknown";
}

aski_policy_family aski_policy_operator_family(aski_policy_operator op) { return s_operators[op].family; }

bool aski_policy_operator_negated(aski_policy_operator op) { return s_operators[op].negated; }

/* Cuts `affix` off an end of the text. */
static bool s_strip_start(askiam_str *text, askiam_str prefix)
{
  bool has = aski_str_starts(*text, prefix);
  if (has) {
    *text = aski_str_slice(*text, prefix.length, text->length);
  }
  return has;
}

static bool s_strip_end(askiam_str *text, askiam_str suffix)
{
  bool has = aski_str_ends(*text, suffix);
  if (has) {
    text->length -= suffix.length;
  }
  return has;
}

bool aski_policy_operator_read(askiam_str text, aski_policy_clause *out_clause)
{
  askiam_str base = text;
  out_clause->operator_text = text;
  out_clause->quantifier = s_strip_start(&base, ASKI_STR("ForAllValues:"))  ? ASKI_POLICY_FOR_ALL_VALUES
                           : s_strip_start(&base, ASKI_STR("ForAnyValue:")) ? ASKI_POLICY_FOR_ANY_VALUE
                                                                            : ASKI_POLICY_PLAIN;
  out_clause->if_exists = s_strip_end(&base, ASKI_STR("IfExists"));
  for (size_t i = 0; i < ASKI_POLICY_OPERATOR_COUNT; ++i) {
    if (aski_str_equal_text(base, s_operators[i].name)) {
      out_clause->op = (aski_policy_operator)i;
      return out_clause->op != ASKI_POLICY_NULL || !out_clause->if_exists;
    }
  }
  return false;
}
