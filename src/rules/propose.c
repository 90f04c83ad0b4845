/* SPDX-License-Identifier: Apache-2.0
 *
 * What would mend what policies have against a request: changes of its circumstances, derived from the conditions of statements that deny it
 * or nearly allow it and tried out one by one; and the statements that their owners would have to amend. */
#include "policy/words.h"
#include "rules/context.h"
#include "rules/proof.h"

typedef struct proposing {
  aski_proposals *proposals;
  aski_arena *arena;
  aski_arena scratch; /* of one trial */
  const aski_facts *facts;
  const aski_rules_input *input;
  askiam_policy_request *request; /* as it is; then as it is tried */
  aski_policy_verdict verdict;    /* of the request as it is */
  aski_policy_clauses clauses[ASKI_POLICY_CIRCUMSTANCES];
  bool has_target; /* where an Allow is lacking: the one that whoever asks could come to match, at `target` */
  size_t target, target_failing;
} proposing;

static bool s_set_request(proposing *work, const aski_rules_input *input)
{
  aski_arena_clean_up(&work->scratch);
  askiam_status status = aski_rules_policy_request(work->request, work->facts, input, &work->scratch, NULL);
  work->arena->failed = work->arena->failed || status == ASKIAM_STATUS_NO_MEMORY;
  return status == ASKIAM_STATUS_OK;
}

static aski_proposal s_proposal(aski_policy_circumstance what, const aski_policy_try *value)
{
  return (aski_proposal){.what = (aski_circumstance)what, .value_ms = value->number_ms, .value = value->text};
}

/* The request as it would be. */
static bool s_change(proposing *work, aski_rules_input *out_input, const aski_proposal *proposal)
{
  aski_circumstances circumstances = aski_rules_circumstances(work->input);
  aski_circumstances_change(&circumstances, work->arena, proposal);
  *out_input = aski_rules_changed_input(work->input, &circumstances);
  return s_set_request(work, out_input);
}

static bool s_is_lacking(const proposing *work, const aski_policy_verdict *verdict)
{
  return work->input->policy_mode == ASKI_POLICY_MODE_ALLOWLIST && !verdict->allowed;
}

/* An Allow that fails only by what whoever asks can change; the one that fails least. */
static void s_aim(void *context, size_t index)
{
  proposing *work = context;
  const aski_policy_statement *statement = aski_policy_statement_at(work->input->policies, index, NULL);
  bool possible = !statement->deny && aski_policy_stand(work->input->policies, index, work->request).applies;
  size_t failing = 0;
  for (size_t i = 0; possible && i < statement->clauses.count; ++i) {
    if (!aski_policy_clause_holds(work->input->policies, index, i, work->request)) {
      possible = aski_policy_circumstance_of(statement->clauses.items[i].key) != ASKI_POLICY_CIRCUMSTANCES;
      ++failing;
    }
  }
  if (possible && (!work->has_target || failing < work->target_failing)) {
    work->has_target = true;
    work->target = index;
    work->target_failing = failing;
  }
}

/* Statements that deny it count for more than all that the Allow lacks that is aimed at. */
static size_t s_obstacles(const proposing *work, const aski_policy_verdict *verdict)
{
  enum { LACKS_MAX = 1000 };
  size_t lacks = s_is_lacking(work, verdict) ? 1 : 0;
  if (lacks > 0 && work->has_target) {
    size_t failing = aski_policy_stand(work->input->policies, work->target, work->request).failing;
    lacks += failing < LACKS_MAX ? failing : LACKS_MAX - 2;
  }
  return verdict->denies * LACKS_MAX + lacks;
}

/* How much would stand in the way. */
static size_t s_obstacles_after(proposing *work, const aski_proposal *proposal)
{
  aski_rules_input changed;
  if (!s_change(work, &changed, proposal)) {
    return SIZE_MAX;
  }
  aski_policy_verdict verdict;
  aski_policies_ask(&verdict, work->request, &changed);
  return s_obstacles(work, &verdict);
}

/* Whether it can be told what of the value helps. */
static bool s_can_be_told(proposing *work, const aski_proposal *proposal)
{
  aski_rules_input changed;
  aski_proof proof;
  const aski_proof_terms terms = {
      .changed = 1u << proposal->what, .partly = true, .has_target = work->has_target, .target = work->target};
  return s_change(work, &changed, proposal) &&
         aski_policies_prove(&proof, work->arena, work->facts, work->request, &changed, &terms);
}

/* The further down, the better: the longest duration that is no longer than the one that is asked for, then the next longer one; what ends
 * before what does not. */
static int64_t s_badness(const proposing *work, const aski_proposal *proposal)
{
  const aski_rules_input *input = work->input;
  if (proposal->what == ASKI_CIRCUMSTANCE_TIME) {
    return proposal->value_ms;
  }
  if (proposal->what != ASKI_CIRCUMSTANCE_DURATION) {
    return 0; /* as they stand in the policies */
  }
  if (proposal->value_ms == 0) {
    return INT64_MAX;
  }
  bool shorter = input->expires_at_ms == 0 || proposal->value_ms <= input->expires_at_ms - input->now_ms;
  return shorter ? -proposal->value_ms : proposal->value_ms;
}

/* The best change of one circumstance of those that leave less in the way than there is, and can be told. */
static void s_propose_change(proposing *work, aski_policy_circumstance what, size_t present_obstacles)
{
  aski_policy_tries tries = {.count = 0};
  aski_proposal proposals[ASKI_POLICY_TRIES_MAX];
  size_t obstacles[ASKI_POLICY_TRIES_MAX];
  aski_policy_tries_of(&tries, work->arena, what, &work->clauses[what], work->input->now_ms);
  for (size_t i = 0; i < tries.count; ++i) {
    proposals[i] = s_proposal(what, &tries.items[i]);
    obstacles[i] = s_obstacles_after(work, &proposals[i]);
  }
  for (size_t round = 0; round < tries.count && !work->arena->failed; ++round) {
    size_t best = 0;
    for (size_t i = 1; i < tries.count; ++i) {
      bool as_good = obstacles[i] == obstacles[best];
      bool better = as_good && s_badness(work, &proposals[i]) < s_badness(work, &proposals[best]);
      best = obstacles[i] < obstacles[best] || better ? i : best;
    }
    if (obstacles[best] >= present_obstacles) {
      return;
    }
    if (s_can_be_told(work, &proposals[best])) {
      work->proposals->items[work->proposals->count++] = proposals[best];
      return;
    }
    obstacles[best] = SIZE_MAX;
  }
}

static void s_propose_changes(proposing *work)
{
  if (s_is_lacking(work, &work->verdict)) {
    aski_policy_each_about(work->input->policies, work->request, s_aim, work);
  }
  size_t present = s_obstacles(work, &work->verdict);
  if (!aski_policies_clauses(work->clauses, work->arena, work->request, work->input)) {
    return;
  }
  for (int what = 0; what < ASKI_POLICY_CIRCUMSTANCES; ++what) {
    s_propose_change(work, (aski_policy_circumstance)what, present);
  }
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
  if (s_is_lacking(work, &work->verdict) && work->verdict.denies < ASKI_REMEDIES_MAX) {
    proposals->items[proposals->count++] = s_allow(work, nearest);
  }
}

static void s_propose(proposing *work)
{
  if (!s_set_request(work, work->input)) {
    return;
  }
  aski_policies_ask(&work->verdict, work->request, work->input);
  aski_policy_nearest nearest;
  bool near = work->input->policy_mode == ASKI_POLICY_MODE_ALLOWLIST &&
              aski_policies_nearest(&nearest, work->request, work->input);
  s_propose_changes(work);
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
  aski_arena_init(&work.scratch, arena->allocator);
  if (askiam_policy_request_new(&work.request, arena->allocator, NULL) != ASKIAM_STATUS_OK) {
    arena->failed = true;
    return;
  }
  s_propose(&work);
  askiam_policy_request_destroy(work.request);
  aski_arena_clean_up(&work.scratch);
}
