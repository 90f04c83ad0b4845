/* SPDX-License-Identifier: Apache-2.0
 *
 * The check POLICY: what the policies of the store say about the request. Policies that nobody can evaluate must not be taken for
 * policies that allow. */
#include "rules/checks.h"
#include "rules/context.h"

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
      .never_soft = true,
      .detail = aski_arena_format(scene->arena, "%llu %s, but could not be evaluated: %.*s.", (unsigned long long)count,
                                  count == 1 ? "policy exists" : "policies exist", ASKI_STR_ARG(why))};
}

static aski_finding s_no_policies(const aski_check_scene *scene)
{
  if (scene->input->policy_mode == ASKI_POLICY_MODE_GUARDRAIL) {
    return (aski_finding){.passed = true, .detail = ASKI_STR("There are no policies.")};
  }
  return (aski_finding){.not_allowed = true,
                        .detail =
                            ASKI_STR("There are no policies, and policy.mode is allowlist: nothing allows this.")};
}

static aski_finding s_evaluate(const aski_check_scene *scene, askiam_policy_request *request)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = aski_rules_policy_request(request, scene->facts, scene->input, scene->arena, &said);
  if (status != ASKIAM_STATUS_OK) {
    scene->arena->failed = scene->arena->failed || status == ASKIAM_STATUS_NO_MEMORY; /* no finding, but none at all */
    return s_not_evaluated(scene, askiam_str_from(said.message));
  }
  askiam_policy_decision decision = askiam_policy_evaluate(scene->input->policies, request, NULL, NULL);
  if (decision == ASKIAM_POLICY_EXPLICITLY_DENIED) {
    return (aski_finding){.detail = ASKI_STR("A policy denies this.")};
  }
  bool needed = scene->input->policy_mode == ASKI_POLICY_MODE_ALLOWLIST;
  if (needed && decision != ASKIAM_POLICY_ALLOWED) {
    return (aski_finding){.not_allowed = true, .detail = ASKI_STR("No policy allows this.")};
  }
  return (aski_finding){.passed = true,
                        .detail = needed ? ASKI_STR("A policy allows this, and none denies it.")
                                         : ASKI_STR("No policy denies this.")};
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
