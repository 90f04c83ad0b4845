/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/set.h"

void askiam_policy_set_destroy(askiam_policy_set *set)
{
  if (set != NULL) {
    askiam_allocator allocator = set->allocator;
    aski_arena_clean_up(&set->compiled);
    aski_arena_clean_up(&set->documents);
    aski_release(&allocator, set);
  }
}

size_t aski_policy_statement_count(const askiam_policy_set *set) { return set == NULL ? 0 : set->rule_count; }

const aski_policy_statement *aski_policy_statement_at(const askiam_policy_set *set, size_t index,
                                                      askiam_policy_match *out_match)
{
  if (index >= aski_policy_statement_count(set)) {
    return NULL;
  }
  const aski_policy_rule *rule = &set->rules[index];
  if (out_match != NULL) {
    *out_match = aski_policy_match_of(rule);
  }
  return rule->source;
}

const aski_policy_statement *aski_policy_statement_of(const askiam_policy_set *set, const askiam_policy_match *match)
{
  if (set == NULL || match == NULL || (unsigned)match->kind >= ASKI_POLICY_KINDS ||
      match->level >= ASKI_POLICY_LEVELS) {
    return NULL;
  }
  unsigned slot = aski_policy_slot(match->kind, match->level);
  size_t low = slot == 0 ? 0 : set->slot_ends[slot - 1];
  size_t high = set->slot_ends[slot];
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const aski_policy_rule *rule = &set->rules[middle];
    if (rule->policy == match->policy && rule->statement == match->statement) {
      return rule->source;
    }
    bool before = rule->policy < match->policy || (rule->policy == match->policy && rule->statement < match->statement);
    low = before ? middle + 1 : low;
    high = before ? high : middle;
  }
  return NULL;
}

askiam_policy_match aski_policy_match_of(const aski_policy_rule *rule)
{
  return (askiam_policy_match){.kind = aski_policy_slot_kind(rule->slot),
                               .level = aski_policy_slot_level(rule->slot),
                               .policy = rule->policy,
                               .id = rule->id,
                               .statement = rule->statement,
                               .sid = rule->source->sid,
                               .deny = rule->deny};
}
