/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/verdict.h"

bool aski_amendments_lift(const aski_amendment *amendments, const askiam_policy_match *match)
{
  for (; amendments != NULL; amendments = amendments->next) {
    if (!amendments->allows && amendments->policy == match->policy && amendments->statement == match->statement) {
      return true;
    }
  }
  return false;
}

bool aski_amendments_allow(const aski_amendment *amendments)
{
  while (amendments != NULL && !amendments->allows) {
    amendments = amendments->next;
  }
  return amendments != NULL;
}

typedef struct asking {
  aski_policy_verdict *verdict;
  const aski_amendment *amendments;
  size_t last_policy;
  bool any_allows;
} asking;

/* Told by policy and statement. */
static void s_note(void *context, const askiam_policy_match *match)
{
  asking *work = context;
  aski_policy_verdict *verdict = work->verdict;
  work->any_allows = work->any_allows || !match->deny;
  if (!match->deny || aski_amendments_lift(work->amendments, match)) {
    return;
  }
  if (verdict->denies < ASKI_REMEDIES_MAX) {
    verdict->denying[verdict->denies] = *match;
  }
  verdict->denying_policies += verdict->denies == 0 || match->policy != work->last_policy;
  work->last_policy = match->policy;
  ++verdict->denies;
}

void aski_policies_ask(aski_policy_verdict *out_verdict, const askiam_policy_request *request,
                       const aski_rules_input *input)
{
  *out_verdict = (aski_policy_verdict){.denies = 0};
  asking work = {.verdict = out_verdict, .amendments = input->amendments};
  askiam_policy_decision decision = askiam_policy_evaluate(input->policies, request, s_note, &work);
  out_verdict->allowed = aski_amendments_allow(input->amendments) || decision == ASKIAM_POLICY_ALLOWED ||
                         (decision == ASKIAM_POLICY_EXPLICITLY_DENIED && work.any_allows);
}

size_t aski_policy_verdict_obstacles(const aski_policy_verdict *verdict, aski_policy_mode mode)
{
  return verdict->denies + (mode == ASKI_POLICY_MODE_ALLOWLIST && !verdict->allowed);
}

bool aski_policies_pass(const askiam_policy_request *request, const aski_rules_input *input)
{
  if (input->amendments != NULL) {
    aski_policy_verdict verdict;
    aski_policies_ask(&verdict, request, input);
    return aski_policy_verdict_obstacles(&verdict, input->policy_mode) == 0;
  }
  askiam_policy_decision decision = askiam_policy_evaluate(input->policies, request, NULL, NULL);
  return decision == ASKIAM_POLICY_ALLOWED ||
         (decision == ASKIAM_POLICY_IMPLICITLY_DENIED && input->policy_mode == ASKI_POLICY_MODE_GUARDRAIL);
}

bool aski_policies_nearest(aski_policy_nearest *out_nearest, const askiam_policy_request *request,
                           const aski_rules_input *input)
{
  size_t count = aski_policy_statement_count(input->policies);
  bool found = false;
  for (size_t i = 0; i < count && count <= ASKI_POLICY_SCAN_MAX; ++i) {
    askiam_policy_match match;
    if (aski_policy_statement_at(input->policies, i, &match)->deny) {
      continue;
    }
    aski_policy_standing standing = aski_policy_stand(input->policies, i, request);
    if (standing.applies && standing.failing <= ASKI_POLICY_FAILING_TOLD &&
        (!found || standing.failing < out_nearest->failing)) {
      *out_nearest = (aski_policy_nearest){.match = match, .failing = standing.failing};
      memcpy(out_nearest->first_failing, standing.first_failing, sizeof standing.first_failing);
      found = true;
    }
  }
  return found;
}
