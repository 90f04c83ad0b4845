/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes of circumstances in words. What is told holds for all circumstances that are changed together, and for each value that the words
 * name: it comes from the proof, not from the example with which the change was found. */
#include "rules/context.h"
#include "rules/proof.h"

typedef struct telling {
  aski_arena *arena;
  const aski_facts *facts;
  const aski_rules_input *changed_input;
  unsigned changed;
  askiam_policy_request *request;
} telling;

static bool s_prove(const telling *work, aski_proof *out, const aski_rules_input *input)
{
  askiam_status status = aski_rules_policy_request(work->request, work->facts, input, work->arena, NULL);
  work->arena->failed = work->arena->failed || status == ASKIAM_STATUS_NO_MEMORY;
  return status == ASKIAM_STATUS_OK && aski_policies_pass(work->request, input) &&
         aski_policies_prove(out, work->arena, work->facts, work->request, input,
                             &(aski_proof_terms){.changed = work->changed});
}

static askiam_str s_words(const telling *work, const aski_proof *proof, int what)
{
  return (work->changed >> what & 1) == 0 ? ASKI_STR("") : aski_policy_words_wanted(work->arena, &proof->wanted[what]);
}

/* Whether two proofs want the same of everything but one circumstance. */
static bool s_differ_only_in(const telling *work, const aski_proof *left, const aski_proof *right, int what)
{
  for (int other = 0; other < ASKI_POLICY_CIRCUMSTANCES; ++other) {
    if (other != what && !aski_str_equal(s_words(work, left, other), s_words(work, right, other))) {
      return false;
    }
  }
  return true;
}

/* Other ranges, or patterns, that would do as well: those of another Allow, for example. */
static void s_join_others(const telling *work, aski_proof *proof, int what)
{
  aski_policy_clauses clauses[ASKI_POLICY_CIRCUMSTANCES];
  aski_policy_tries tries = {.count = 0};
  if ((work->changed >> what & 1) == 0 ||
      aski_policies_clauses(clauses, work->arena, work->request, work->changed_input) > ASKI_POLICY_MANY_TRIALS_MAX) {
    return;
  }
  aski_policy_tries_of(&tries, work->arena, (aski_policy_circumstance)what, &clauses[what],
                       work->changed_input->now_ms);
  for (size_t i = 0; i < tries.count && !work->arena->failed; ++i) {
    aski_rules_input input = *work->changed_input;
    aski_proof other;
    *(what == ASKI_POLICY_ADDRESS ? &input.ip : &input.user_agent) = tries.items[i].text;
    if (s_prove(work, &other, &input) && s_differ_only_in(work, proof, &other, what)) {
      aski_policy_wanted_join(&proof->wanted[what], work->arena, &other.wanted[what]);
    }
  }
  aski_policy_wanted_settle(&proof->wanted[what], work->arena);
}

static void s_tell(const telling *work, aski_told *out, aski_proof *proof, const aski_rules_input *present)
{
  s_join_others(work, proof, ASKI_POLICY_ADDRESS);
  s_join_others(work, proof, ASKI_POLICY_AGENT);
  int64_t duration_ms = present->expires_at_ms == 0 ? 0 : present->expires_at_ms - present->now_ms;
  for (int what = 0; what < ASKI_POLICY_CIRCUMSTANCES; ++what) {
    bool shortens = what == ASKI_POLICY_DURATION && aski_policy_wanted_shortens(&proof->wanted[what], duration_ms);
    out->details[what] = s_words(work, proof, what);
    out->codes[what] = shortens ? ASKI_REMEDY_SHORTEN_DURATION : ASKI_REMEDY_CHANGE_CONTEXT;
  }
}

bool aski_rules_tell(aski_told *out, aski_arena *arena, const aski_facts *facts, const aski_rules_input *input,
                     const aski_circumstances *circumstances, unsigned changed)
{
  const aski_rules_input changed_input = aski_rules_changed_input(input, circumstances);
  telling work = {.arena = arena, .facts = facts, .changed_input = &changed_input, .changed = changed};
  if (input->policies == NULL || askiam_policy_request_new(&work.request, arena->allocator, NULL) != ASKIAM_STATUS_OK) {
    arena->failed = arena->failed || input->policies != NULL;
    return false;
  }
  aski_proof proof;
  bool proved = s_prove(&work, &proof, &changed_input);
  if (proved && out != NULL) {
    s_tell(&work, out, &proof, input);
  }
  askiam_policy_request_destroy(work.request);
  return proved && !arena->failed;
}
