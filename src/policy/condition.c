/* SPDX-License-Identifier: Apache-2.0
 *
 * Condition: operators, keys and values. "IAM JSON policy elements: Condition operators" in the IAM User Guide. */
#include "policy/doubts.h"
#include "policy/segments.h"
#include "policy/values.h"

static bool s_has_variable(askiam_str text)
{
  for (size_t i = 0; i + 1 < text.length; ++i) {
    if (text.data[i] == '$' && text.data[i + 1] == '{') {
      return true;
    }
  }
  return false;
}

void aski_policy_check_variables(aski_policy_reader *reader, const aski_json *node, askiam_str text)
{
  if (!s_has_variable(text)) {
    return;
  }
  if (!reader->has_variables) {
    aski_policy_warn(reader, node, "${…} is plain text here: variables need \"Version\": \"2012-10-17\"");
    return;
  }
  aski_policy_template template;
  const char *problem = aski_policy_template_read(&template, &reader->scratch, text, true, true);
  if (problem != NULL) {
    aski_policy_refuse(reader, node, "%s", problem);
    return;
  }
  aski_policy_doubt_variables(reader, node, &template);
}

static bool s_is_arn(askiam_str text, bool variables)
{
  askiam_str parts[ASKI_POLICY_SEGMENTS];
  return aski_str_equal_text(text, "*") || s_has_variable(text) ||
         (aski_policy_split(text, variables, parts) == ASKI_POLICY_SEGMENTS && aski_str_equal_text(parts[0], "arn"));
}

/* IAM User Guide, "Condition operators", says of each kind whether policy variables are "supported": with strings, ARNs and booleans. ("Variables and
 * tags" says of booleans that they are not.) */
static bool s_takes_variables(aski_policy_operator op)
{
  aski_policy_family family = aski_policy_operator_family(op);
  return family == ASKI_POLICY_OF_STRINGS || family == ASKI_POLICY_OF_ARNS || family == ASKI_POLICY_OF_BOOLEANS;
}

/* What an operator wants; NULL where the value is it, which for dates and addresses AWS insists on. */
static const char *s_wanted(const aski_policy_clause *clause, askiam_str value)
{
  aski_policy_decimal number;
  aski_policy_moment moment;
  aski_policy_range range;
  bool truth = false;
  bool open = clause->has_variables && s_has_variable(value);
  switch (aski_policy_operator_family(clause->op)) {
  case ASKI_POLICY_OF_NUMBERS:
    return aski_policy_decimal_read(&number, value) ? NULL : "a number";
  case ASKI_POLICY_OF_DATES:
    return aski_policy_moment_read(&moment, value) ? NULL : "a date: write 2026-01-31T09:00:00Z, or seconds since 1970";
  case ASKI_POLICY_OF_BOOLEANS:
  case ASKI_POLICY_OF_PRESENCE:
    return open || aski_policy_bool_read(&truth, value) ? NULL : "true or false";
  case ASKI_POLICY_OF_BINARIES:
    return aski_policy_is_base64(value) ? NULL : "Base64";
  case ASKI_POLICY_OF_ADDRESSES:
    return aski_policy_range_read(&range, value) ? NULL : "an address or a range: write 10.0.0.0/8 or 2001:db8::/32";
  case ASKI_POLICY_OF_ARNS:
    return s_is_arn(value, clause->has_variables) ? NULL : "an ARN";
  case ASKI_POLICY_OF_STRINGS:
    break;
  }
  return NULL;
}

static void s_check_value(aski_policy_reader *reader, const aski_json *node, const aski_policy_clause *clause,
                          askiam_str value)
{
  aski_policy_family family = aski_policy_operator_family(clause->op);
  const char *wanted = s_wanted(clause, value);
  if (wanted != NULL && (family == ASKI_POLICY_OF_DATES || family == ASKI_POLICY_OF_ADDRESSES)) {
    aski_policy_refuse(reader, node, "\"%s\" is not %s", aski_policy_shown(reader, value), wanted);
  } else if (wanted != NULL) {
    aski_policy_warn(reader, node, "\"%s\" is not %s, so %s can do nothing with it", aski_policy_shown(reader, value),
                     wanted, aski_policy_operator_name(clause->op));
  }
  if (s_takes_variables(clause->op)) {
    aski_policy_check_variables(reader, node, value);
  }
}

static void s_read_value(aski_policy_reader *reader, const aski_json *node, aski_policy_clause *clause)
{
  aski_json_type type = aski_json_type_of(node);
  askiam_str text = type == ASKI_JSON_BOOL     ? askiam_str_from(aski_json_bool(node, false) ? "true" : "false")
                    : type == ASKI_JSON_NUMBER ? aski_json_number_text(node)
                                               : aski_json_string(node);
  if (!aski_str_present(text)) {
    aski_policy_refuse_type(reader, node, "a string, a number, true or false");
    return;
  }
  s_check_value(reader, node, clause, text);
  askiam_str *kept = ASKI_ARENA_PUSH(reader->arena, &clause->values);
  if (kept != NULL) {
    *kept = aski_arena_copy(reader->arena, text);
  }
}

static void s_read_values(aski_policy_reader *reader, const aski_json *node, aski_policy_clause *clause)
{
  if (aski_json_type_of(node) != ASKI_JSON_ARRAY) {
    s_read_value(reader, node, clause);
    return;
  }
  if (aski_json_first(node) == NULL) {
    aski_policy_warn(reader, node, "no value to compare with");
  }
  size_t index = 0;
  for (const aski_json *item = aski_json_first(node); item != NULL; item = aski_json_next(item)) {
    aski_policy_enter_item(reader, index++);
    s_read_value(reader, item, clause);
    aski_policy_leave(reader);
  }
}

static void s_read_key(aski_policy_reader *reader, const aski_json *node, const aski_policy_clause *operator,
                       aski_policy_statement *statement)
{
  askiam_str key = aski_json_name(node);
  aski_policy_enter(reader, key);
  if (key.length == 0) {
    aski_policy_refuse_name(reader, node, "a condition needs the name of a key, such as \"aws:SourceIp\"");
  } else if (memchr(key.data, ':', key.length) == NULL) {
    aski_policy_warn_name(reader, node,
                          "the key \"%s\" has no vendor before it, as \"aws:SourceIp\" has: no request has it",
                          aski_policy_shown(reader, key));
  }
  aski_policy_clause clause = *operator;
  clause.key = aski_arena_copy(reader->arena, key);
  clause.has_variables = reader->has_variables && s_takes_variables(clause.op);
  if (key.length > 0 && aski_str_present(clause.key)) {
    aski_policy_doubt_clause(reader, node, &clause);
  }
  s_read_values(reader, node, &clause);
  aski_policy_clause *kept = ASKI_ARENA_PUSH(reader->arena, &statement->clauses);
  if (kept != NULL) {
    *kept = clause;
  }
  aski_policy_leave(reader);
}

static void s_refuse_operator(aski_policy_reader *reader, const aski_json *node, askiam_str name)
{
  const char *names[ASKI_POLICY_OPERATOR_COUNT];
  for (size_t i = 0; i < ASKI_POLICY_OPERATOR_COUNT; ++i) {
    names[i] = aski_policy_operator_name((aski_policy_operator)i);
  }
  bool null = aski_str_equal_text(name, "NullIfExists");
  if (aski_json_type_of(node) == ASKI_JSON_OBJECT && aski_json_first(node) == NULL) {
    aski_policy_warn_name(reader, node, "there is no operator \"%s\"; without keys it does nothing",
                          aski_policy_shown(reader, name));
    return;
  }
  aski_policy_refuse_name(reader, node, "there is no condition operator \"%s\"%s", aski_policy_shown(reader, name),
                          null ? "; Null says itself whether the key exists"
                               : aski_policy_suggestion(reader, name, names, ASKI_POLICY_OPERATOR_COUNT));
}

static void s_read_operator(aski_policy_reader *reader, const aski_json *node, aski_policy_statement *statement)
{
  askiam_str name = aski_json_name(node);
  aski_policy_clause operator = {0};
  aski_policy_enter(reader, name);
  bool known = aski_policy_operator_read(name, &operator);
  if (!known) {
    s_refuse_operator(reader, node, name);
  }
  operator.operator_text = aski_arena_copy(reader->arena, name);
  if (aski_json_type_of(node) != ASKI_JSON_OBJECT) {
    aski_policy_refuse_type(reader, node, "an object such as {\"aws:SourceIp\": \"10.0.0.0/8\"}");
  } else if (known && aski_json_first(node) == NULL) {
    aski_policy_warn(reader, node, "no key to compare: it always holds");
  }
  bool keys = known && aski_json_type_of(node) == ASKI_JSON_OBJECT;
  for (const aski_json *item = keys ? aski_json_first(node) : NULL; item != NULL; item = aski_json_next(item)) {
    s_read_key(reader, item, &operator, statement);
  }
  aski_policy_leave(reader);
}

void aski_policy_read_condition(aski_policy_reader *reader, const aski_json *node, aski_policy_statement *statement)
{
  if (aski_json_type_of(node) != ASKI_JSON_OBJECT) {
    aski_policy_refuse_type(reader, node, "an object such as {\"IpAddress\": {\"aws:SourceIp\": \"10.0.0.0/8\"}}");
    return;
  }
  for (const aski_json *item = aski_json_first(node); item != NULL; item = aski_json_next(item)) {
    s_read_operator(reader, item, statement);
  }
}
