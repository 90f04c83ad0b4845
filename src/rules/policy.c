/* SPDX-License-Identifier: Apache-2.0
 *
 * The check POLICY: what the policies of the store say about the request. Policies that nobody can evaluate must not be taken for
 * policies that allow. */
#include "policy/words.h"
#include "rules/checks.h"
#include "rules/context.h"
#include "rules/verdict.h"

enum { CONDITIONS_TOLD = 3 };

const char *aski_policy_mode_name(aski_policy_mode mode)
{
  return mode == ASKI_POLICY_MODE_ALLOWLIST ? "allowlist" : "guardrail";
}

static aski_finding s_not_evaluated(const aski_check_scene *scene, askiam_str why)
{
  uint64_t count = scene->facts->policy_count;
  if (why.length == 0) {
    why = ASKI_STR("they were not loaded");
  }
  return (aski_finding){
      .detail = aski_arena_format(scene->arena, "%llu %s" ASKI_CHECK_NOT_EVALUATED "%.*s.", (unsigned long long)count,
                                  count == 1 ? "policy exists" : "policies exist", ASKI_STR_ARG(why))};
}

static aski_finding s_no_policies(const aski_check_scene *scene)
{
  if (scene->input->policy_mode == ASKI_POLICY_MODE_GUARDRAIL || aski_amendments_allow(scene->input->amendments)) {
    return (aski_finding){.passed = true, .detail = ASKI_STR("There are no policies.")};
  }
  return (aski_finding){.not_allowed = true,
                        .detail =
                            ASKI_STR("There are no policies, and policy.mode is allowlist: nothing allows this.")};
}

/* "the address 203.0.113.7 is not in 10.0.0.0/8 and the role's risk is "high"": the conditions of a statement that matched. */
static askiam_str s_conditions(const aski_check_scene *scene, const askiam_policy_match *match,
                               const askiam_policy_request *request)
{
  const aski_policy_statement *statement = aski_policy_statement_of(scene->input->policies, match);
  askiam_str text = ASKI_STR("");
  size_t count = statement == NULL ? 0 : statement->clauses.count;
  for (size_t i = 0; i < count && i < CONDITIONS_TOLD; ++i) {
    askiam_str found = aski_policy_words_found(scene->arena, &statement->clauses.items[i], request, true);
    text =
        aski_arena_format(scene->arena, "%.*s%s%.*s", ASKI_STR_ARG(text), i == 0 ? ": " : " and ", ASKI_STR_ARG(found));
  }
  return count <= CONDITIONS_TOLD ? text : aski_arena_format(scene->arena, "%.*s, and so on", ASKI_STR_ARG(text));
}

static aski_finding s_denied(const aski_check_scene *scene, const aski_policy_verdict *verdict,
                             const askiam_policy_request *request)
{
  askiam_str who = aski_policy_words_match(scene->arena, &verdict->denying[0]);
  askiam_str why = s_conditions(scene, &verdict->denying[0], request);
  size_t more = verdict->denies - 1;
  bool apart = more == verdict->denying_policies - 1; /* each in a policy of its own */
  askiam_str besides = ASKI_STR("");
  if (more > 0) {
    besides = aski_arena_format(scene->arena, "; %zu more %s it too", more,
                                apart ? (more == 1 ? "policy denies" : "policies deny")
                                      : (more == 1 ? "statement denies" : "statements deny"));
  }
  return (aski_finding){.detail = aski_arena_format(scene->arena, "P%.*s, denies this%.*s%.*s.",
                                                    ASKI_STR_ARG(aski_str_slice(who, 1, who.length)), ASKI_STR_ARG(why),
                                                    ASKI_STR_ARG(besides))};
}

static aski_finding s_not_allowed(const aski_check_scene *scene, const askiam_policy_request *request)
{
  aski_finding finding = {.not_allowed = true, .detail = ASKI_STR("No policy allows this.")};
  aski_policy_nearest nearest;
  if (!aski_policies_nearest(&nearest, request, scene->input) || nearest.failing == 0) {
    return finding;
  }
  askiam_str who = aski_policy_words_match(scene->arena, &nearest.match);
  askiam_str but = ASKI_STR("");
  for (size_t i = 0; i < nearest.failing; ++i) {
    askiam_str found = aski_policy_words_found(scene->arena, nearest.first_failing[i], request, false);
    but = aski_arena_format(scene->arena, "%.*s%s%.*s", ASKI_STR_ARG(but), i == 0 ? "" : " and ", ASKI_STR_ARG(found));
  }
  finding.detail = aski_arena_format(scene->arena, "No policy allows this; the nearest is %.*s, but %.*s.",
                                     ASKI_STR_ARG(who), ASKI_STR_ARG(but));
  return finding;
}

static aski_finding s_passed(const aski_check_scene *scene)
{
  return (aski_finding){.passed = true,
                        .detail = scene->input->policy_mode == ASKI_POLICY_MODE_ALLOWLIST
                                      ? ASKI_STR("A policy allows this, and none denies it.")
                                      : ASKI_STR("No policy denies this.")};
}

static aski_finding s_evaluate(const aski_check_scene *scene, askiam_policy_request *request)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = aski_rules_policy_request(request, scene->facts, scene->input, scene->arena, &said);
  if (status != ASKIAM_STATUS_OK) {
    scene->arena->failed = scene->arena->failed || status == ASKIAM_STATUS_NO_MEMORY; /* no finding, but none at all */
    return s_not_evaluated(scene, askiam_str_from(said.message));
  }
  if (aski_policies_pass(request, scene->input)) {
    return s_passed(scene);
  }
  aski_policy_verdict verdict;
  aski_policies_ask(&verdict, request, scene->input);
  if (scene->input->brief) {
    return (aski_finding){.not_allowed = verdict.denies == 0, .detail = ASKI_STR("The policies refuse this.")};
  }
  return verdict.denies > 0 ? s_denied(scene, &verdict, request) : s_not_allowed(scene, request);
}

aski_finding aski_check_policy(const aski_check_scene *scene)
{
  const aski_rules_input *input = scene->input;
  if (!aski_facts_have_policies(scene->facts)) {
    return s_no_policies(scene);
  }
  if (input->policies == NULL) {
    return s_not_evaluated(scene, input->policies_problem);
  }
  askiam_policy_request *request = NULL;
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_policy_request_new(&request, scene->arena->allocator, &said);
  if (status == ASKIAM_STATUS_NO_MEMORY) {
    scene->arena->failed = true;
  }
  aski_finding finding =
      status == ASKIAM_STATUS_OK ? s_evaluate(scene, request) : s_not_evaluated(scene, askiam_str_from(said.message));
  askiam_policy_request_destroy(request);
  return finding;
}
