/* SPDX-License-Identifier: Apache-2.0
 *
 * The decision: Deny first, since one settles it; then whatever an Allow can still add. Nothing is allocated, nothing locked. */
#include "policy/set.h"

static bool s_has_say(unsigned kinds, const aski_policy_rule *rule)
{
  return (kinds >> (unsigned)aski_policy_slot_kind(rule->slot) & 1) != 0;
}

typedef struct s_scene {
  const askiam_policy_set *set;
  const askiam_policy_request *request;
  unsigned kinds;
  aski_policy_nodes nodes;
  aski_policy_grants grants;
} s_scene;

static size_t s_lists(const s_scene *scene, size_t node, bool deny, aski_policy_list *out)
{
  const aski_policy_node *at = &scene->nodes.items[node];
  return aski_policy_node_has(at, deny) ? aski_policy_index_lists(&scene->set->index, scene->request, at, deny, out)
                                        : 0;
}

static bool s_denies(const s_scene *scene, const aski_policy_list *list)
{
  for (uint32_t i = 0; i < list->count; ++i) {
    const aski_policy_rule *rule = &scene->set->rules[list->rules[i]];
    if (s_has_say(scene->kinds, rule) && aski_policy_rule_match(rule, scene->request) != ASKI_POLICY_NAMED_NOT) {
      return true;
    }
  }
  return false;
}

static bool s_any_denies(const s_scene *scene)
{
  aski_policy_list lists[ASKI_POLICY_COMBINATIONS];
  for (size_t i = 0; i < scene->nodes.count; ++i) {
    size_t count = s_lists(scene, i, true, lists);
    for (size_t j = 0; j < count; ++j) {
      if (s_denies(scene, &lists[j])) {
        return true;
      }
    }
  }
  return false;
}

/* The first place in the list from `from` on whose statement is at or behind `end`. */
static uint32_t s_skip_to(const aski_policy_list *list, uint32_t from, uint32_t end)
{
  uint32_t low = from;
  uint32_t high = list->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (list->rules[middle] < end) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static void s_collect(s_scene *scene, const aski_policy_list *list)
{
  for (uint32_t i = 0; i < list->count;) {
    const aski_policy_rule *rule = &scene->set->rules[list->rules[i]];
    if (!s_has_say(scene->kinds, rule) || !aski_policy_grant_is_open(&scene->grants, rule->slot)) {
      i = s_skip_to(list, i + 1, scene->set->slot_ends[rule->slot]);
      continue;
    }
    aski_policy_naming naming = aski_policy_rule_match(rule, scene->request);
    if (naming != ASKI_POLICY_NAMED_NOT) {
      aski_policy_grant(&scene->grants, rule->slot, naming);
    }
    ++i;
  }
}

static void s_collect_all(s_scene *scene)
{
  aski_policy_list lists[ASKI_POLICY_COMBINATIONS];
  for (size_t i = 0; i < scene->nodes.count; ++i) {
    size_t count = s_lists(scene, i, false, lists);
    for (size_t j = 0; j < count; ++j) {
      s_collect(scene, &lists[j]);
    }
  }
}

/* Every statement that matches, in their order, to the caller. Gives whether one denies. Not inlined: its lists are large, and whoever only decides
 * should not pay for them. */
__attribute__((noinline)) static bool s_tell_all(s_scene *scene, askiam_policy_match_fn match, void *context)
{
  aski_policy_list lists[ASKI_POLICY_LISTS_MAX];
  size_t count = aski_policy_index_all_lists(&scene->set->index, scene->request, &scene->nodes, lists);
  bool denied = false;
  for (uint32_t place = 0; aski_policy_take_least(lists, count, &place);) {
    const aski_policy_rule *rule = &scene->set->rules[place];
    aski_policy_naming naming =
        s_has_say(scene->kinds, rule) ? aski_policy_rule_match(rule, scene->request) : ASKI_POLICY_NAMED_NOT;
    if (naming == ASKI_POLICY_NAMED_NOT) {
      continue;
    }
    if (rule->deny) {
      denied = true;
    } else {
      aski_policy_grant(&scene->grants, rule->slot, naming);
    }
    askiam_policy_match told = aski_policy_match_of(rule);
    match(context, &told);
  }
  return denied;
}

askiam_policy_decision askiam_policy_evaluate(const askiam_policy_set *set, const askiam_policy_request *request,
                                              askiam_policy_match_fn match, void *context)
{
  if (set == NULL || request == NULL || !aski_policy_request_complete(request)) {
    return ASKIAM_POLICY_IMPLICITLY_DENIED;
  }
  s_scene scene;
  scene.set = set;
  scene.request = request;
  scene.kinds = aski_policy_kinds_for(set, request);
  scene.grants = (aski_policy_grants){0};
  aski_policy_index_find(&set->index, request, &scene.nodes);
  if (match == NULL ? s_any_denies(&scene) : s_tell_all(&scene, match, context)) {
    return ASKIAM_POLICY_EXPLICITLY_DENIED;
  }
  if (match == NULL) {
    s_collect_all(&scene);
  }
  return aski_policy_judge(&scene.grants, &set->limits, scene.kinds, request) == ASKI_POLICY_SUFFICES
             ? ASKIAM_POLICY_ALLOWED
             : ASKIAM_POLICY_IMPLICITLY_DENIED;
}
