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

bool aski_policy_clause_holds(const askiam_policy_set *set, size_t index, size_t clause,
                              const askiam_policy_request *request)
{
  return aski_policy_condition_holds(&set->rules[index].conditions[clause], request);
}

static bool s_is_about(const aski_policy_rule *rule, const askiam_policy_request *request)
{
  bool varies = false;
  for (uint32_t i = 0; i < rule->resource_count; ++i) {
    varies = varies || rule->resources[i].has_variables;
  }
  aski_policy_naming naming = aski_policy_rule_names(rule, request);
  return naming != ASKI_POLICY_NAMED_NOT && (rule->deny || naming != ASKI_POLICY_NAMED_MAYBE) &&
         aski_policy_rule_has_action(rule, request) && (varies || aski_policy_rule_has_resource(rule, request));
}

void aski_policy_each_about(const askiam_policy_set *set, const askiam_policy_request *request,
                            aski_policy_about_fn about, void *context)
{
  aski_policy_nodes nodes;
  aski_policy_list lists[ASKI_POLICY_LISTS_MAX];
  aski_policy_index_find(&set->index, request, &nodes);
  size_t count = aski_policy_index_all_lists(&set->index, request, &nodes, lists);
  for (uint32_t place = 0; aski_policy_take_least(lists, count, &place);) {
    if (s_is_about(&set->rules[place], request)) {
      about(context, place);
    }
  }
}
