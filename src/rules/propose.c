/* SPDX-License-Identifier: Apache-2.0
 *
 * What would mend what policies have against a request: changes of its circumstances, and the statements that their owners would have to
 * amend. */
#include "policy/words.h"
#include "rules/changes.h"
#include "rules/context.h"

typedef struct proposing {
  aski_proposals *proposals;
  aski_arena *arena;
  const aski_facts *facts;
  const aski_rules_input *input;
  askiam_policy_request *request;
  aski_policy_verdict verdict;
} proposing;

static bool s_is_lacking(const proposing *work)
{
  return work->input->policy_mode == ASKI_POLICY_MODE_ALLOWLIST && !work->verdict.allowed;
}

static askiam_str s_owner_s(aski_arena *arena, const askiam_policy_match *match, const char *why)
{
  askiam_str who = aski_policy_words_match(arena, match);
  return aski_arena_format(arena, "Talk to whoever owns %.*s: %s.", ASKI_STR_ARG(who), why);
}

/* Something that allows what nothing allows. */
static aski_proposal s_allow(const proposing *work, const aski_policy_nearest *nearest)
{
  const aski_fact_role *role = &work->facts->role;
  askiam_str detail = nearest != NULL
                          ? s_owner_s(work->arena, &nearest->match, "it comes nearest to allowing this")
                          : aski_arena_format(work->arena, "Have a policy allow requests for %.*s: none does.",
                                              ASKI_STR_ARG(role->name.length > 0 ? role->name : role->id));
  return (aski_proposal){.what = ASKI_CIRCUMSTANCE_POLICY, .amendment = {.allows = true}, .detail = detail};
}

/* One for each statement that denies, and one for an Allow where one is lacking. */
static void s_propose_amendments(proposing *work, const aski_policy_nearest *nearest)
{
  aski_proposals *proposals = work->proposals;
  for (size_t i = 0; i < work->verdict.denies && i < ASKI_REMEDIES_MAX; ++i) {
    const askiam_policy_match *match = &work->verdict.denying[i];
    proposals->items[proposals->count++] =
        (aski_proposal){.what = ASKI_CIRCUMSTANCE_POLICY,
                        .amendment = {.policy = match->policy, .statement = match->statement},
                        .detail = s_owner_s(work->arena, match, "it denies this")};
  }
  if (s_is_lacking(work) && work->verdict.denies < ASKI_REMEDIES_MAX) {
    proposals->items[proposals->count++] = s_allow(work, nearest);
  }
}

static void s_propose(proposing *work)
{
  askiam_status status = aski_rules_policy_request(work->request, work->facts, work->input, work->arena, NULL);
  if (status != ASKIAM_STATUS_OK) {
    work->arena->failed = work->arena->failed || status == ASKIAM_STATUS_NO_MEMORY;
    return;
  }
  aski_policies_ask(&work->verdict, work->request, work->input);
  aski_policy_nearest nearest;
  bool near = work->input->policy_mode == ASKI_POLICY_MODE_ALLOWLIST &&
              aski_policies_nearest(&nearest, work->request, work->input);
  const aski_change_search search = {work->arena, work->facts, work->input, work->request, &work->verdict};
  aski_changes_find(work->proposals, &search);
  if (!work->arena->failed) {
    s_propose_amendments(work, near ? &nearest : NULL);
  }
}

void aski_rules_propose(aski_proposals *out_proposals, aski_arena *arena, const aski_facts *facts,
                        const aski_rules_input *input, const aski_rules_result *rules)
{
  *out_proposals = (aski_proposals){.count = 0};
  proposing work = {.proposals = out_proposals, .arena = arena, .facts = facts, .input = input};
  if (rules->count != ASKI_CHECK_COUNT || rules->checks[ASKI_CHECK_POLICY].passed) {
    return;
  }
  if (!aski_facts_have_policies(facts)) {
    out_proposals->items[out_proposals->count++] = s_allow(&work, NULL);
    return;
  }
  if (input->policies == NULL) {
    return; /* that policies cannot be evaluated is no matter of the request */
  }
  if (askiam_policy_request_new(&work.request, arena->allocator, NULL) != ASKIAM_STATUS_OK) {
    arena->failed = true;
    return;
  }
  s_propose(&work);
  askiam_policy_request_destroy(work.request);
}
