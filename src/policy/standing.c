/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/set.h"

/* To allow, a statement must name the one who asks for certain. */
static bool s_applies(const aski_policy_rule *rule, const askiam_policy_request *request)
{
  aski_policy_naming naming = aski_policy_rule_names(rule, request);
  return naming != ASKI_POLICY_NAMED_NOT && (rule->deny || naming != ASKI_POLICY_NAMED_MAYBE) &&
         aski_policy_rule_has_action(rule, request) && aski_policy_rule_has_resource(rule, request);
}

aski_policy_standing aski_policy_stand(const askiam_policy_set *set, size_t index, const askiam_policy_request *request)
{
  const aski_policy_rule *rule = &set->rules[index];
  aski_policy_standing standing = {.applies = s_applies(rule, request)};
  for (uint32_t i = 0; standing.applies && i < rule->condition_count; ++i) {
    if (aski_policy_condition_holds(&rule->conditions[i], request)) {
      continue;
    }
    if (standing.failing < ASKI_POLICY_FAILING_TOLD) {
      standing.first_failing[standing.failing] = rule->conditions[i].source;
    }
    ++standing.failing;
  }
  return standing;
}

bool aski_policy_statement_is_about(const askiam_policy_set *set, size_t index, const askiam_policy_request *request)
{
  return aski_policy_rule_has_resource(&set->rules[index], request);
}
