/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/changes.h"

#include "rules/context.h"

enum {
  PROVED_MAX = 8,  /* so many of those that help are looked at for one that can be told */
  PAIRED_MAX = 12, /* of each circumstance, so many are tried together with those of another */
  LACKS_MAX = 1000 /* more than an Allow can lack */
};

typedef struct s_tries {
  aski_proposal items[ASKI_POLICY_TRIES_MAX];
  size_t count;
} s_tries;

typedef struct finding {
  const aski_change_search *search;
  aski_arena scratch; /* of one trial */
  s_tries tries[ASKI_POLICY_CIRCUMSTANCES];
  aski_proposal found[ASKI_POLICY_CIRCUMSTANCES];
  bool has_found[ASKI_POLICY_CIRCUMSTANCES];
  bool has_target; /* where an Allow is lacking: the one that whoever asks could come to match, at `target` */
  size_t target, target_failing;
} finding;

/* The request as it would be. */
static bool s_change(finding *work, aski_rules_input *out_input, const aski_proposal *proposals, size_t count)
{
  const aski_change_search *search = work->search;
  aski_circumstances circumstances = aski_rules_circumstances(search->input);
  for (size_t i = 0; i < count; ++i) {
    aski_circumstances_change(&circumstances, search->arena, &proposals[i]);
  }
  *out_input = aski_rules_changed_input(search->input, &circumstances);
  aski_arena_clean_up(&work->scratch);
  askiam_status status = aski_rules_policy_request(search->request, search->facts, out_input, &work->scratch, NULL);
  search->arena->failed = search->arena->failed || status == ASKIAM_STATUS_NO_MEMORY;
  return status == ASKIAM_STATUS_OK;
}

static bool s_is_lacking(const finding *work, const aski_policy_verdict *verdict)
{
  return work->search->input->policy_mode == ASKI_POLICY_MODE_ALLOWLIST && !verdict->allowed;
}

/* An Allow that fails only by what whoever asks can change; the one that fails least. */
static void s_aim(void *context, size_t index)
{
  finding *work = context;
  const askiam_policy_set *set = work->search->input->policies;
  const aski_policy_statement *statement = aski_policy_statement_at(set, index, NULL);
  bool possible = !statement->deny && aski_policy_stand(set, index, work->search->request).applies;
  size_t failing = 0;
  for (size_t i = 0; possible && i < statement->clauses.count; ++i) {
    if (!aski_policy_clause_holds(set, index, i, work->search->request)) {
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
static size_t s_obstacles(const finding *work, const aski_policy_verdict *verdict)
{
  const aski_change_search *search = work->search;
  size_t lacks = s_is_lacking(work, verdict) ? 1 : 0;
  if (lacks > 0 && work->has_target) {
    size_t failing = aski_policy_stand(search->input->policies, work->target, search->request).failing;
    lacks += failing < LACKS_MAX - 1 ? failing : LACKS_MAX - 2;
  }
  return verdict->denies * LACKS_MAX + lacks;
}

/* How much would stand in the way. */
static size_t s_obstacles_after(finding *work, const aski_proposal *proposals, size_t count)
{
  aski_rules_input changed;
  if (!s_change(work, &changed, proposals, count)) {
    return SIZE_MAX;
  }
  aski_policy_verdict verdict;
  aski_policies_ask(&verdict, work->search->request, &changed);
  return s_obstacles(work, &verdict);
}

/* Whether it can be told what of the values helps. */
static bool s_can_be_told(finding *work, const aski_proposal *proposals, size_t count)
{
  const aski_change_search *search = work->search;
  aski_rules_input changed;
  aski_proof proof;
  aski_proof_terms terms = {.partly = true, .has_target = work->has_target, .target = work->target};
  for (size_t i = 0; i < count; ++i) {
    terms.changed |= 1u << proposals[i].what;
  }
  return s_change(work, &changed, proposals, count) &&
         aski_policies_prove(&proof, search->arena, search->facts, search->request, &changed, &terms);
}

/* The further down, the better: the longest duration that is no longer than the one that is asked for, then the next longer one; what ends
 * before what does not. */
static int64_t s_badness(const finding *work, const aski_proposal *proposal)
{
  const aski_rules_input *input = work->search->input;
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

/* The best first; equally good ones stay in their order. */
static void s_prepare(finding *work, aski_policy_circumstance what, const aski_policy_clauses *clauses)
{
  const aski_change_search *search = work->search;
  s_tries *tries = &work->tries[what];
  aski_policy_tries values = {.count = 0};
  aski_policy_tries_of(&values, search->arena, what, clauses, search->input->now_ms);
  for (; tries->count < values.count; ++tries->count) {
    const aski_policy_try *value = &values.items[tries->count];
    const aski_proposal proposal = {
        .what = (aski_circumstance)what, .value_ms = value->number_ms, .value = value->text};
    size_t at = tries->count;
    for (; at > 0 && s_badness(work, &proposal) < s_badness(work, &tries->items[at - 1]); --at) {
      tries->items[at] = tries->items[at - 1];
    }
    tries->items[at] = proposal;
  }
}

/* The first change of one circumstance of those that leave least in the way, where that is less than there is, and can be told. */
static void s_find_one(finding *work, int what, size_t present)
{
  const s_tries *tries = &work->tries[what];
  const size_t count = tries->count;
  size_t obstacles[ASKI_POLICY_TRIES_MAX] = {0};
  for (size_t i = 0; i < count; ++i) {
    obstacles[i] = s_obstacles_after(work, &tries->items[i], 1);
  }
  for (size_t round = 0; round < count && round < PROVED_MAX && !work->has_found[what]; ++round) {
    size_t best = 0;
    for (size_t i = 1; i < count; ++i) {
      best = obstacles[i] < obstacles[best] ? i : best;
    }
    if (obstacles[best] >= present || work->search->arena->failed) {
      return;
    }
    work->has_found[what] = s_can_be_told(work, &tries->items[best], 1);
    work->found[what] = tries->items[best];
    obstacles[best] = SIZE_MAX;
  }
}

static void s_list(aski_proposals *out, const finding *work)
{
  for (int what = 0; what < ASKI_POLICY_CIRCUMSTANCES; ++what) {
    if (work->has_found[what]) {
      out->items[out->count++] = work->found[what];
    }
  }
}

/* The best of two circumstances together, where that leaves less than `*least`. */
static void s_find_two(finding *work, int first, int second, size_t *least)
{
  for (size_t i = 0; i < work->tries[first].count && i < PAIRED_MAX; ++i) {
    for (size_t j = 0; j < work->tries[second].count && j < PAIRED_MAX && !work->search->arena->failed; ++j) {
      const aski_proposal pair[] = {work->tries[first].items[i], work->tries[second].items[j]};
      size_t left = s_obstacles_after(work, pair, 2);
      if (left < *least && s_can_be_told(work, pair, 2)) {
        *least = left;
        memset(work->has_found, 0, sizeof work->has_found);
        work->found[first] = pair[0];
        work->found[second] = pair[1];
        work->has_found[first] = work->has_found[second] = true;
      }
    }
  }
}

/* Where the changes that help one by one do not do together, two may that help together only: from the office, but then for an hour. */
static void s_find_pairs(finding *work)
{
  aski_proposals together = {.count = 0};
  s_list(&together, work);
  size_t least = s_obstacles_after(work, together.items, together.count);
  for (int first = 0; first < ASKI_POLICY_CIRCUMSTANCES; ++first) {
    for (int second = first + 1; second < ASKI_POLICY_CIRCUMSTANCES && least > 0; ++second) {
      s_find_two(work, first, second, &least);
    }
  }
}

void aski_changes_find(aski_proposals *out, const aski_change_search *search)
{
  finding work = {.search = search};
  aski_policy_clauses clauses[ASKI_POLICY_CIRCUMSTANCES];
  size_t statements = aski_policies_clauses(clauses, search->arena, search->request, search->input);
  if (statements > ASKI_POLICY_SCAN_MAX) {
    return;
  }
  aski_arena_init(&work.scratch, search->arena->allocator);
  if (s_is_lacking(&work, search->verdict)) {
    aski_policy_each_about(search->input->policies, search->request, s_aim, &work);
  }
  size_t present = s_obstacles(&work, search->verdict);
  for (int what = 0; what < ASKI_POLICY_CIRCUMSTANCES; ++what) {
    s_prepare(&work, (aski_policy_circumstance)what, &clauses[what]);
    s_find_one(&work, what, present);
  }
  if (statements <= ASKI_POLICY_MANY_TRIALS_MAX) {
    s_find_pairs(&work);
  }
  s_list(out, &work);
  aski_arena_clean_up(&work.scratch);
}
