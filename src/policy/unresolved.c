/* SPDX-License-Identifier: Apache-2.0
 *
 * Variables that stand for nothing in a request: whoever wonders why a statement does not match must be told of them. */
#include <strings.h>

#include "policy/explain.h"

/* The key as one of the texts has it; compiled ones have it in small letters. */
static askiam_str s_as_written(const aski_policy_texts *texts, askiam_str key)
{
  for (size_t i = 0; i < texts->count; ++i) {
    askiam_str text = texts->items[i];
    for (size_t at = 2; at + key.length < text.length; ++at) {
      if (text.data[at - 2] == '$' && text.data[at - 1] == '{' &&
          strncasecmp(text.data + at, key.data, key.length) == 0) {
        return aski_str_slice(text, at, key.length);
      }
    }
  }
  return key;
}

static aski_policy_unresolved s_told(const aski_policy_unit *unit, const aski_policy_texts *texts,
                                     const askiam_policy_request *request)
{
  if (unit == NULL) {
    return (aski_policy_unresolved){.key = ASKI_STR_NONE};
  }
  return (aski_policy_unresolved){s_as_written(texts, unit->text),
                                  aski_policy_request_find(request, unit->text, unit->hash).count};
}

aski_policy_unresolved aski_policy_unresolved_in_resources(const aski_policy_rule *rule,
                                                           const askiam_policy_request *request)
{
  const aski_policy_unit *unit = NULL;
  for (uint32_t i = 0; unit == NULL && i < rule->resource_count; ++i) {
    unit = aski_policy_pattern_unresolved(&rule->resources[i], request);
  }
  return s_told(unit, &rule->source->resources, request);
}

static const aski_policy_unit *s_in_operand(const aski_policy_condition *condition, const aski_policy_operand *operand,
                                            const askiam_policy_request *request)
{
  bool arn = condition->comparison == ASKI_POLICY_COMPARE_ARN;
  const aski_policy_pattern *patterns = arn ? operand->as.arn : &operand->as.pattern;
  const aski_policy_unit *unit = NULL;
  for (size_t i = 0; operand->readable && unit == NULL && i < (arn ? ASKI_POLICY_ARN_PARTS : 1); ++i) {
    unit = aski_policy_pattern_unresolved(&patterns[i], request);
  }
  return unit;
}

aski_policy_unresolved aski_policy_unresolved_in_condition(const aski_policy_condition *condition,
                                                           const askiam_policy_request *request)
{
  bool patterns = condition->comparison == ASKI_POLICY_COMPARE_PATTERN ||
                  condition->comparison == ASKI_POLICY_COMPARE_CASELESS ||
                  condition->comparison == ASKI_POLICY_COMPARE_BOOL || condition->comparison == ASKI_POLICY_COMPARE_ARN;
  const aski_policy_unit *unit = NULL;
  for (uint32_t i = 0; patterns && unit == NULL && i < condition->operand_count; ++i) {
    unit = s_in_operand(condition, &condition->operands[i], request);
  }
  return s_told(unit, &condition->source->values, request);
}
