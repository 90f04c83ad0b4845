/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/rules.h"

#include "rules/checks.h"
#include "rules/soft_codes.h"
#include "rules/words.h"

aski_circumstances aski_rules_circumstances(const aski_rules_input *input)
{
  return (aski_circumstances){.now_ms = input->now_ms,
                              .expires_at_ms = input->expires_at_ms,
                              .ip = input->ip,
                              .user_agent = input->user_agent,
                              .amendments = input->amendments};
}

aski_rules_input aski_rules_changed_input(const aski_rules_input *input, const aski_circumstances *circumstances)
{
  aski_rules_input changed = *input;
  changed.now_ms = circumstances->now_ms;
  changed.expires_at_ms = circumstances->expires_at_ms;
  changed.ip = circumstances->ip;
  changed.user_agent = circumstances->user_agent;
  changed.amendments = circumstances->amendments;
  changed.brief = true;
  return changed;
}

/* In the order of the contract; the place of a check is its aski_check_code. */
static const struct {
  aski_finding (*look)(const aski_check_scene *scene);
  aski_code reason;
} s_checks[ASKI_CHECK_COUNT] = {
    [ASKI_CHECK_USER_ACTIVE] = {aski_check_user_active, ASKI_CODE_USER_INACTIVE},
    [ASKI_CHECK_APP_ACTIVE] = {aski_check_app_active, ASKI_CODE_APP_INACTIVE},
    [ASKI_CHECK_ROLE_ACTIVE] = {aski_check_role_active, ASKI_CODE_ROLE_INACTIVE},
    [ASKI_CHECK_ROLE_IN_APP] = {aski_check_role_in_app, ASKI_CODE_ROLE_NOT_IN_APP},
    [ASKI_CHECK_NOT_ASSIGNED] = {aski_check_not_assigned, ASKI_CODE_ALREADY_ASSIGNED},
    [ASKI_CHECK_PREREQUISITES_HELD] = {aski_check_prerequisites_held, ASKI_CODE_PREREQUISITE_MISSING},
    [ASKI_CHECK_NO_SOD_CONFLICT] = {aski_check_no_sod_conflict, ASKI_CODE_SOD_CONFLICT},
    [ASKI_CHECK_NOT_RESTRICTED] = {aski_check_not_restricted, ASKI_CODE_RESTRICTED},
    [ASKI_CHECK_POLICY] = {aski_check_policy, ASKI_CODE_POLICY_DENY},
};

static void s_copy_queries(aski_rules_result *result, aski_arena *arena, const aski_facts *facts)
{
  for (size_t i = 0; i < facts->queries.count; ++i) {
    aski_query *query = ASKI_ARENA_PUSH(arena, &result->queries);
    if (query == NULL) {
      return;
    }
    *query = facts->queries.items[i];
    query->name = aski_arena_copy(arena, query->name);
  }
}

/* "All 9 checks passed.", or how many failed and why. */
static askiam_str s_reason(const aski_rules_result *result, aski_arena *arena)
{
  askiam_str why = ASKI_STR_NONE;
  size_t failed = 0;
  for (size_t i = 0; i < result->count; ++i) {
    const aski_check *check = &result->checks[i];
    if (!check->passed) {
      ++failed;
      why = failed == 1 ? check->detail
                        : aski_arena_format(arena, "%.*s %.*s", ASKI_STR_ARG(why), ASKI_STR_ARG(check->detail));
    }
  }
  if (failed == 0) {
    return aski_arena_format(arena, "All %d checks passed.", (int)ASKI_CHECK_COUNT);
  }
  return aski_arena_format(arena, "%zu of %d checks failed: %.*s", failed, (int)ASKI_CHECK_COUNT, ASKI_STR_ARG(why));
}

void aski_rules_evaluate(aski_rules_result *out_result, aski_arena *arena, const aski_facts *facts,
                         const aski_rules_input *input)
{
  const aski_check_scene scene = {
      .arena = arena,
      .facts = facts,
      .input = input,
      .user = aski_words_name(facts->user.name, facts->user.id, "The user"),
      .application = aski_words_name(facts->application.name, facts->application.id, "the application"),
      .role = aski_words_name(facts->role.name, facts->role.id, "the role"),
  };
  *out_result = (aski_rules_result){.outcome = ASKI_RULES_PASSED};
  for (size_t i = 0; i < ASKI_CHECK_COUNT; ++i) {
    aski_finding finding = s_checks[i].look(&scene);
    aski_code reason = finding.not_allowed ? ASKI_CODE_POLICY_NOT_ALLOWED : s_checks[i].reason;
    bool soft = (input->soft_codes & aski_rules_soft_bit(reason)) != 0 && !finding.never_soft;
    out_result->checks[i] = (aski_check){.code = (aski_check_code)i,
                                         .passed = finding.passed,
                                         .hard = finding.passed || !soft,
                                         .reason = reason,
                                         .detail = finding.detail};
    if (!finding.passed) {
      out_result->outcome = ASKI_RULES_FAILED;
    }
  }
  out_result->count = ASKI_CHECK_COUNT;
  out_result->reason = s_reason(out_result, arena);
  s_copy_queries(out_result, arena, facts);
}
