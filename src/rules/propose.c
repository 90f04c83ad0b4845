/* SPDX-License-Identifier: Apache-2.0
 *
 * What would mend what policies have against a request: changes of its circumstances, derived from the conditions of statements that deny it
 * or nearly allow it and tried out one by one; and the statements that their owners would have to amend. */
#include "policy/changes.h"
#include "policy/words.h"
#include "rules/context.h"
#include "rules/verdict.h"

typedef struct proposing {
  aski_proposals *proposals;
  aski_arena *arena;
  aski_arena scratch; /* of one trial */
  const aski_facts *facts;
  const aski_rules_input *input;
  askiam_policy_request *request; /* as it is; then as it is tried */
  aski_policy_verdict verdict;    /* of the request as it is */
  aski_policy_changes changes;
  size_t obstacles[ASKI_POLICY_CHANGES_MAX]; /* that are left after each change */
} proposing;

static bool s_set_request(proposing *work, const aski_rules_input *input)
{
  aski_arena_clean_up(&work->scratch);
  askiam_status status = aski_rules_policy_request(work->request, work->facts, input, &work->scratch, NULL);
  work->arena->failed = work->arena->failed || status == ASKIAM_STATUS_NO_MEMORY;
  return status == ASKIAM_STATUS_OK;
}

/* The change as a proposal, without its words. */
static aski_proposal s_proposal(const aski_policy_change *change)
{
  static const aski_circumstance circumstances[ASKI_POLICY_CIRCUMSTANCES] = {
      [ASKI_POLICY_TIME] = ASKI_CIRCUMSTANCE_TIME,
      [ASKI_POLICY_DURATION] = ASKI_CIRCUMSTANCE_DURATION,
      [ASKI_POLICY_ADDRESS] = ASKI_CIRCUMSTANCE_ADDRESS,
      [ASKI_POLICY_AGENT] = ASKI_CIRCUMSTANCE_AGENT};
  bool seconds = change->what == ASKI_POLICY_DURATION;
  return (aski_proposal){.what = circumstances[change->what],
                         .value_ms = seconds ? change->number * 1000 : change->number,
                         .value = change->value,
                         .code = ASKI_REMEDY_CHANGE_CONTEXT};
}

/* Changes that could undo what stands in the way come first; then those of other statements about the request, whose limits count too. */
static void s_derive(proposing *work)
{
  const aski_rules_input *input = work->input;
  for (size_t i = 0; i < work->verdict.denies && i < ASKI_REMEDIES_MAX; ++i) {
    const aski_policy_statement *statement = aski_policy_statement_of(input->policies, &work->verdict.denying[i]);
    if (statement != NULL) {
      aski_policy_changes_of(&work->changes, work->arena, statement, false, input->now_ms);
    }
  }
  size_t count = aski_policy_statement_count(input->policies);
  for (size_t i = 0; i < count && count <= ASKI_POLICY_SCAN_MAX; ++i) {
    const aski_policy_statement *statement = aski_policy_statement_at(input->policies, i, NULL);
    bool useful = statement->deny || input->policy_mode == ASKI_POLICY_MODE_ALLOWLIST;
    if (useful && statement->clauses.count > 0 && aski_policy_stand(input->policies, i, work->request).applies) {
      aski_policy_changes_of(&work->changes, work->arena, statement, !statement->deny, input->now_ms);
    }
  }
}

/* How much would stand in the way after a change. */
static size_t s_obstacles_after(proposing *work, const aski_policy_change *change)
{
  aski_proposal proposal = s_proposal(change);
  aski_circumstances circumstances = aski_rules_circumstances(work->input);
  aski_circumstances_change(&circumstances, &work->scratch, &proposal);
  aski_rules_input changed = aski_rules_changed_input(work->input, &circumstances);
  if (!s_set_request(work, &changed)) {
    return SIZE_MAX;
  }
  aski_policy_verdict verdict;
  aski_policies_ask(&verdict, work->request, &changed);
  return aski_policy_verdict_obstacles(&verdict, work->input->policy_mode);
}

/* Of durations that help equally, the plainest: a limit that stands in a policy, and of limits the one that leaves most. */
static int s_plainness(const aski_policy_change *change)
{
  switch ((int)change->manner) {
  case ASKI_POLICY_SOME:
    return 1;
  case ASKI_POLICY_OTHER:
    return 2;
  case ASKI_POLICY_NONE:
    return 3;
  default:
    return 0;
  }
}

static bool s_is_better(const proposing *work, size_t left, size_t right)
{
  const aski_policy_change *a = &work->changes.items[left];
  const aski_policy_change *b = &work->changes.items[right];
  if (work->obstacles[left] != work->obstacles[right]) {
    return work->obstacles[left] < work->obstacles[right];
  }
  if (s_plainness(a) != s_plainness(b)) {
    return s_plainness(a) < s_plainness(b);
  }
  bool limits = (a->manner == ASKI_POLICY_AT_MOST || a->manner == ASKI_POLICY_LESS) &&
                (b->manner == ASKI_POLICY_AT_MOST || b->manner == ASKI_POLICY_LESS);
  return limits && a->number > b->number;
}

/* Those that say the same in another way: other ranges, other patterns. The best one first; gives how many. */
static size_t s_gather(const proposing *work, size_t best, aski_policy_change *out)
{
  size_t count = 0;
  out[count++] = work->changes.items[best];
  if (out->what == ASKI_POLICY_DURATION || out->what == ASKI_POLICY_TIME || out->manner == ASKI_POLICY_OUTSIDE) {
    return count;
  }
  for (size_t i = 0; i < work->changes.count; ++i) {
    const aski_policy_change *change = &work->changes.items[i];
    bool alike =
        change->what == out->what && change->manner == out->manner && work->obstacles[i] == work->obstacles[best];
    for (size_t j = 0; alike && j < count; ++j) {
      alike = !aski_str_equal(out[j].told, change->told);
    }
    if (alike) {
      out[count++] = *change;
    }
  }
  return count;
}

static bool s_shortens(const aski_rules_input *input, const aski_policy_change *change)
{
  return change->what == ASKI_POLICY_DURATION && change->number > 0 &&
         (input->expires_at_ms == 0 || change->number * 1000 < input->expires_at_ms - input->now_ms);
}

/* The best change of each circumstance, where it leaves less in the way than there is. */
static void s_propose_changes(proposing *work)
{
  size_t before = aski_policy_verdict_obstacles(&work->verdict, work->input->policy_mode);
  for (size_t i = 0; i < work->changes.count; ++i) {
    work->obstacles[i] = s_obstacles_after(work, &work->changes.items[i]);
  }
  for (int what = 0; what < ASKI_POLICY_CIRCUMSTANCES; ++what) {
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < work->changes.count; ++i) {
      bool helps = (int)work->changes.items[i].what == what && work->obstacles[i] < before;
      if (helps && (best == SIZE_MAX || s_is_better(work, i, best))) {
        best = i;
      }
    }
    if (best == SIZE_MAX) {
      continue;
    }
    aski_policy_change alike[ASKI_POLICY_CHANGES_MAX];
    size_t count = s_gather(work, best, alike);
    aski_proposal *added = &work->proposals->items[work->proposals->count++];
    *added = s_proposal(alike);
    added->code = s_shortens(work->input, alike) ? ASKI_REMEDY_SHORTEN_DURATION : ASKI_REMEDY_CHANGE_CONTEXT;
    added->detail = aski_policy_words_change(work->arena, alike, count);
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
  return (aski_proposal){.what = ASKI_CIRCUMSTANCE_POLICY,
                         .amendment = {.allows = true},
                         .code = ASKI_REMEDY_AMEND_POLICY,
                         .detail = detail};
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
                        .code = ASKI_REMEDY_AMEND_POLICY,
                        .detail = s_owner_s(work->arena, match, "it denies this")};
  }
  bool lacking = work->input->policy_mode == ASKI_POLICY_MODE_ALLOWLIST && !work->verdict.allowed;
  if (lacking && work->verdict.denies < ASKI_REMEDIES_MAX) {
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
  s_derive(work);
  if (!work->arena->failed) {
    s_propose_changes(work);
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
