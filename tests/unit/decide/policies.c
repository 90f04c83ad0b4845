/* SPDX-License-Identifier: Apache-2.0
 *
 * Remedies for what policies refuse: a change of circumstances in words, proved, or whom to talk to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>
#include <stdio.h>

#include "mend.h"
#include "rules/context.h"

static int s_setup(void **state)
{
  static world w;
  world_init(&w);
  *state = &w;
  return w.arena.failed;
}

static int s_teardown(void **state)
{
  world *w = *state;
  world_clean_up(w);
  return w->allocator.outstanding != 0;
}

/* "CODE: detail" of each remedy, separated by "; ". Where only policies stand in the way, the circumstances after the changes pass. */
static void s_assert(world *w, const char *expected)
{
  aski_remedies remedies;
  aski_circumstances changed;
  evaluate(w);
  mend(&remedies, &changed, w);
  assert_false(w->arena.failed);
  char told[1024] = "";
  for (size_t i = 0; i < remedies.count; ++i) {
    size_t length = strlen(told);
    snprintf(told + length, sizeof told - length, "%s%s: %.*s", i == 0 ? "" : "; ",
             aski_remedy_name(remedies.items[i].code), ASKI_STR_ARG(remedies.items[i].detail));
  }
  assert_string_equal(told, expected);
  if (remedies.count > 0 && w->facts.prerequisites.count == 0) {
    aski_rules_input input = aski_rules_changed_input(&w->input, &changed);
    aski_rules_result rules;
    aski_rules_evaluate(&rules, &w->arena, &w->facts, &input);
    assert_int_equal(rules.outcome, ASKI_RULES_PASSED);
  }
}

#define DENY(condition) STATEMENT("\"Effect\":\"Deny\",\"Condition\":{" condition "}")
#define ALLOW(condition) STATEMENT("\"Effect\":\"Allow\",\"Condition\":{" condition "}")
#define OFFICE "\"NotIpAddress\":{\"aws:SourceIp\":[\"10.0.0.0/8\",\"192.168.0.0/16\"]}"
#define IN_OFFICE "\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}"
#define HOURS_8 "\"NumericGreaterThan\":{\"askiam:RequestedDurationSeconds\":\"28800\"}"
#define DAYS_90 "\"NumericGreaterThan\":{\"askiam:RequestedDurationSeconds\":\"7776000\"}"
#define NO_END "\"Null\":{\"askiam:RequestedDurationSeconds\":\"true\"}"

static void policies__another_address_is_told_in_all_ranges_that_would_do(void **state)
{
  world *w = *state;
  GOVERN(w, "office", DENY(OFFICE));
  s_assert(w, "CHANGE_CONTEXT: Ask from an address in 10.0.0.0/8 or 192.168.0.0/16.");
  w->input.ip = text("203.0.113.7");
  s_assert(w, "CHANGE_CONTEXT: Ask from an address in 10.0.0.0/8 or 192.168.0.0/16.");
  GOVERN(w, "office", DENY(OFFICE), "sick", DENY("\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask from an address in 192.168.0.0/16.");
  GOVERN(w, "bad", DENY("\"IpAddress\":{\"aws:SourceIp\":\"203.0.113.0/24\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask from an address outside 203.0.113.0/24.");
}

/* What two statements want together: each by itself would be wrong. */
static void policies__ranges_of_several_statements_are_told_together(void **state)
{
  world *w = *state;
  w->input.ip = text("203.0.113.7");
  GOVERN(w, "in", DENY("\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}"), "but",
         DENY("\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/9\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask from an address in 10.0.0.0/8 and not in 10.0.0.0/9.");
  GOVERN(w, "wide", DENY(OFFICE), "narrow",
         DENY("\"NotIpAddress\":{\"aws:SourceIp\":[\"10.7.0.0/16\",\"11.0.0.0/8\"]}"));
  s_assert(w, "CHANGE_CONTEXT: Ask from an address in 10.7.0.0/16.");
  GOVERN(w, "one", DENY("\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}"), "other",
         DENY("\"NotIpAddress\":{\"aws:SourceIp\":\"11.0.0.0/8\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask from an address in 10.0.0.0/8.; "
              "AMEND_POLICY: Talk to whoever owns policy \"other\", Statement[0]: it denies this.");
}

static void policies__user_agents_of_several_statements_are_told_together(void **state)
{
  world *w = *state;
  w->input.user_agent = text("wget");
  GOVERN(w, "one", DENY("\"StringNotLike\":{\"aws:UserAgent\":\"Corp*\"}"), "two",
         DENY("\"StringNotLike\":{\"aws:UserAgent\":\"*Browser*\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask with a user agent like \"Corp*\" and like \"*Browser*\".");
  GOVERN(w, "one", DENY("\"StringNotLike\":{\"aws:UserAgent\":\"Corp*\"}"), "two",
         DENY("\"StringLike\":{\"aws:UserAgent\":\"*beta*\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask with a user agent like \"Corp*\" and not like \"*beta*\".");
}

static void policies__alternatives_of_several_allows_are_told_together(void **state)
{
  world *w = *state;
  w->input.policy_mode = ASKI_POLICY_MODE_ALLOWLIST;
  w->input.ip = text("203.0.113.7");
  GOVERN(w, "one", ALLOW(IN_OFFICE), "other", ALLOW("\"IpAddress\":{\"aws:SourceIp\":\"172.16.0.0/12\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask from an address in 10.0.0.0/8 or 172.16.0.0/12.");
  GOVERN(w, "one", ALLOW(IN_OFFICE), "other", ALLOW("\"IpAddress\":{\"aws:SourceIp\":\"172.16.0.0/12\"}"), "but",
         DENY("\"IpAddress\":{\"aws:SourceIp\":[\"10.0.0.0/9\",\"172.16.0.0/12\"]}"));
  s_assert(w, "CHANGE_CONTEXT: Ask from an address in 10.0.0.0/8 and not in 10.0.0.0/9.");
}

/* People ask for minutes; a limit that is none is no limit. */
static void policies__a_duration_limit_may_be_any_number(void **state)
{
  world *w = *state;
  w->input.expires_at_ms = NOW + 120 * DAY;
  GOVERN(w, "short", DENY("\"NumericGreaterThan\":{\"askiam:RequestedDurationSeconds\":\"90.5\"}"));
  s_assert(w, "SHORTEN_DURATION: Ask with a duration of at most 1 minute.");
  GOVERN(w, "short", DENY("\"NumericGreaterThanEquals\":{\"askiam:RequestedDurationSeconds\":\"2.88e4\"}"));
  s_assert(w, "SHORTEN_DURATION: Ask with a duration of less than 8 hours.");
  GOVERN(w, "never", DENY("\"NumericGreaterThanIfExists\":{\"askiam:RequestedDurationSeconds\":\"59.9\"}"));
  s_assert(w, "AMEND_POLICY: Talk to whoever owns policy \"never\", Statement[0]: it denies this.");
  w->input.expires_at_ms = 0;
  GOVERN(w, "endless",
         DENY("\"NumericGreaterThanIfExists\":{\"askiam:RequestedDurationSeconds\":\"99999999999999999999999\"}"));
  s_assert(w, "SHORTEN_DURATION: Ask with an end, for example for 30 days.");
  w->input.policy_mode = ASKI_POLICY_MODE_ALLOWLIST;
  GOVERN(w, "short", ALLOW("\"NumericLessThanEquals\":{\"askiam:RequestedDurationSeconds\":\"5400.75\"}"));
  s_assert(w, "SHORTEN_DURATION: Ask with a duration of at most 90 minutes.");
}

static void policies__a_shorter_duration_is_the_longest_that_all_limits_leave(void **state)
{
  world *w = *state;
  w->input.expires_at_ms = NOW + 120 * DAY;
  GOVERN(w, "short", DENY(HOURS_8));
  s_assert(w, "SHORTEN_DURATION: Ask with a duration of at most 8 hours.");
  GOVERN(w, "long", DENY(DAYS_90), "short", DENY(HOURS_8));
  s_assert(w, "SHORTEN_DURATION: Ask with a duration of at most 8 hours.");
  GOVERN(w, "long", DENY(DAYS_90), "endless", DENY(NO_END));
  s_assert(w, "SHORTEN_DURATION: Ask with a duration of at most 90 days.");
  w->input.expires_at_ms = 0;
  s_assert(w, "SHORTEN_DURATION: Ask with a duration of at most 90 days.");
  GOVERN(w, "endless", DENY(NO_END));
  s_assert(w, "SHORTEN_DURATION: Ask with an end, for example for 30 days.");
  w->input.expires_at_ms = NOW + DAY;
  GOVERN(w, "ends", DENY("\"Null\":{\"askiam:RequestedDurationSeconds\":\"false\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask without an end.");
  GOVERN(w, "week", DENY("\"NumericLessThan\":{\"askiam:RequestedDurationSeconds\":\"604800\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask with a duration of at least 7 days.");
}

static void policies__another_time_or_user_agent_may_do(void **state)
{
  world *w = *state;
  GOVERN(w, "freeze", DENY("\"DateLessThan\":{\"aws:CurrentTime\":\"2026-07-01T08:00:00Z\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask from 2026-07-01 08:00 UTC on.");
  GOVERN(w, "over", DENY("\"DateGreaterThan\":{\"aws:CurrentTime\":\"2026-01-01T00:00:00Z\"}"));
  s_assert(w, "AMEND_POLICY: Talk to whoever owns policy \"over\", Statement[0]: it denies this.");
  w->input.user_agent = text("curl/8");
  GOVERN(w, "agents", DENY("\"StringLike\":{\"aws:UserAgent\":\"curl*\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask with a user agent not like \"curl*\".");
}

static void policies__any_address_or_user_agent_may_do_where_none_is_known(void **state)
{
  world *w = *state;
  w->input.ip = ASKI_STR_NONE;
  w->input.user_agent = ASKI_STR_NONE;
  GOVERN(w, "known", DENY("\"Null\":{\"aws:SourceIp\":\"true\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask from an address that is known.");
  GOVERN(w, "known", DENY("\"Null\":{\"aws:SourceIp\":\"true\"}"), "outside", DENY(IN_OFFICE));
  s_assert(w, "CHANGE_CONTEXT: Ask from an address outside 10.0.0.0/8.");
  GOVERN(w, "known", DENY("\"Null\":{\"aws:UserAgent\":\"true\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask with a user agent that is known.");
  GOVERN(w, "both", DENY("\"Null\":{\"aws:SourceIp\":true}"), "too", DENY("\"Null\":{\"aws:UserAgent\":true}"));
  s_assert(w,
           "CHANGE_CONTEXT: Ask from an address that is known.; CHANGE_CONTEXT: Ask with a user agent that is known.");
  /* With an address that is known the other one denies. */
  GOVERN(w, "unknown", DENY("\"Null\":{\"aws:SourceIp\":\"false\"}"), "known",
         DENY("\"Null\":{\"aws:SourceIp\":\"true\"}"));
  s_assert(w, "AMEND_POLICY: Talk to whoever owns policy \"known\", Statement[0]: it denies this.");
  w->input.policy_mode = ASKI_POLICY_MODE_ALLOWLIST;
  GOVERN(w, "known", ALLOW("\"Null\":{\"aws:SourceIp\":\"false\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask from an address that is known.");
}

static void policies__what_is_not_in_his_hands_is_for_the_owner(void **state)
{
  world *w = *state;
  GOVERN(w, "high-risk",
         STATEMENT("\"Sid\":\"NoHighRisk\",\"Effect\":\"Deny\",\"Condition\":{\"StringEquals\":"
                   "{\"askiam:RoleRisk\":\"high\"}}"));
  s_assert(w, "AMEND_POLICY: Talk to whoever owns policy \"high-risk\", statement \"NoHighRisk\": it denies this.");
  GOVERN(w, "a", DENY("\"StringEquals\":{\"askiam:RoleRisk\":\"high\"}"), "b", DENY(OFFICE));
  s_assert(w, "CHANGE_CONTEXT: Ask from an address in 10.0.0.0/8 or 192.168.0.0/16.; "
              "AMEND_POLICY: Talk to whoever owns policy \"a\", Statement[0]: it denies this.");
}

static void policies__several_statements_may_need_several_changes(void **state)
{
  world *w = *state;
  w->input.expires_at_ms = NOW + 120 * DAY;
  GOVERN(w, "both", DENY(OFFICE "," HOURS_8)); /* either is enough */
  s_assert(w, "SHORTEN_DURATION: Ask with a duration of at most 8 hours.");
  GOVERN(w, "office", DENY(OFFICE), "short", DENY(HOURS_8));
  s_assert(w, "SHORTEN_DURATION: Ask with a duration of at most 8 hours.; "
              "CHANGE_CONTEXT: Ask from an address in 10.0.0.0/8 or 192.168.0.0/16.");
}

/* What is held counts too: it may end before the time to ask, and asking for less than one has is no request. */
static void policies__grants_bound_what_is_told(void **state)
{
  world *w = *state;
  askiam_facts_add_prerequisite(&w->facts, text("viewer"), text("Payments Viewer"));
  grant(w, "viewer", "", NOW - DAY, NOW + 20 * DAY, ASKIAM_GRANT_ACTIVE);
  GOVERN(w, "freeze", DENY("\"DateLessThan\":{\"aws:CurrentTime\":\"2026-07-01T08:00:00Z\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask between 2026-07-01 08:00 UTC and 2026-07-05 00:00 UTC.");
  grant(w, "approver", "", NOW - DAY, NOW + DAY / 6, ASKIAM_GRANT_ACTIVE);
  w->input.expires_at_ms = NOW + 120 * DAY;
  GOVERN(w, "short", DENY(HOURS_8));
  s_assert(w, "SHORTEN_DURATION: Ask with a duration of more than 4 hours and at most 8 hours.");
}

/* Of a text that is compared with what would be changed nobody knows whether the next one does. */
static void policies__nothing_is_told_that_a_variable_could_belie(void **state)
{
  world *w = *state;
  w->input.user_agent = text("curl/8");
  GOVERN(w, "agents", DENY("\"StringLike\":{\"aws:UserAgent\":\"curl*\"}"), "named",
         "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":"
         "\"arn:aws:askiam:::application/pay/role/${aws:UserAgent}\"}}");
  s_assert(w, "AMEND_POLICY: Talk to whoever owns policy \"agents\", Statement[0]: it denies this.");
  GOVERN(w, "agents", DENY("\"StringLike\":{\"aws:UserAgent\":\"curl*\"}"), "named",
         DENY("\"StringEquals\":{\"askiam:RoleId\":\"${aws:UserAgent}\"}"));
  s_assert(w, "AMEND_POLICY: Talk to whoever owns policy \"agents\", Statement[0]: it denies this.");
  GOVERN(w, "agents", DENY("\"StringLike\":{\"aws:UserAgent\":\"curl*\"}"), "named",
         DENY("\"StringEquals\":{\"askiam:RoleId\":\"${aws:UserAgent}\",\"askiam:RoleRisk\":\"low\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask with a user agent not like \"curl*\".");
}

static void policies__two_changes_may_help_only_together(void **state)
{
  world *w = *state;
  GOVERN(w, "office", DENY("\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}"), "short",
         DENY(IN_OFFICE ",\"NumericGreaterThanIfExists\":{\"askiam:RequestedDurationSeconds\":\"3600\"}"));
  s_assert(w, "SHORTEN_DURATION: Ask with a duration of at most 1 hour.; "
              "CHANGE_CONTEXT: Ask from an address in 10.0.0.0/8.");
}

static void policies__an_allow_that_nearly_matches_tells_what_to_change(void **state)
{
  world *w = *state;
  w->input.policy_mode = ASKI_POLICY_MODE_ALLOWLIST;
  GOVERN(w, "office", ALLOW(IN_OFFICE));
  s_assert(w, "CHANGE_CONTEXT: Ask from an address in 10.0.0.0/8.");
  GOVERN(w, "window",
         ALLOW("\"DateGreaterThanEquals\":{\"aws:CurrentTime\":\"2026-07-01T08:00:00Z\"},"
               "\"DateLessThan\":{\"aws:CurrentTime\":\"2026-07-01T18:00:00Z\"}"));
  s_assert(w, "CHANGE_CONTEXT: Ask between 2026-07-01 08:00 UTC and 2026-07-01 18:00 UTC.");
  GOVERN(w, "short", ALLOW("\"NumericLessThanEquals\":{\"askiam:RequestedDurationSeconds\":\"28800\"}"));
  s_assert(w, "SHORTEN_DURATION: Ask with a duration of at most 8 hours.");
  GOVERN(w, "both", ALLOW(IN_OFFICE ",\"NumericLessThanEquals\":{\"askiam:RequestedDurationSeconds\":\"28800\"}"));
  s_assert(w, "SHORTEN_DURATION: Ask with a duration of at most 8 hours.; "
              "CHANGE_CONTEXT: Ask from an address in 10.0.0.0/8.");
  GOVERN(
      w, "elsewhere",
      ALLOW("\"IpAddress\":{\"aws:SourceIp\":\"192.168.0.0/16\"},\"StringEquals\":{\"askiam:UserDepartment\":\"HR\"}"),
      "here", ALLOW(IN_OFFICE ",\"NumericLessThanEquals\":{\"askiam:RequestedDurationSeconds\":\"28800\"}"));
  s_assert(w, "SHORTEN_DURATION: Ask with a duration of at most 8 hours.; "
              "CHANGE_CONTEXT: Ask from an address in 10.0.0.0/8.");
  GOVERN(w, "hr", ALLOW("\"StringEquals\":{\"askiam:UserDepartment\":\"HR\"}"));
  s_assert(w, "AMEND_POLICY: Talk to whoever owns policy \"hr\", Statement[0]: it comes nearest to allowing this.");
  GOVERN(w, "crm",
         "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"askiam:RequestRole\","
         "\"Resource\":\"arn:aws:askiam:::application/crm/role/*\"}}");
  s_assert(w, "AMEND_POLICY: Have a policy allow requests for Payments Approver: none does.");
  GOVERN(w, "office", ALLOW(IN_OFFICE), "short", DENY(NO_END));
  s_assert(w, "SHORTEN_DURATION: Ask with an end, for example for 30 days.; "
              "CHANGE_CONTEXT: Ask from an address in 10.0.0.0/8.");
}

static void policies__an_allowlist_without_policies_needs_one(void **state)
{
  world *w = *state;
  w->input.policy_mode = ASKI_POLICY_MODE_ALLOWLIST;
  s_assert(w, "AMEND_POLICY: Have a policy allow requests for Payments Approver: none does.");
}

/* Four can be asked for; of more the decision says that they are too many, instead of nothing. */
static void policies__more_owners_than_can_be_told_are_too_many(void **state)
{
  world *w = *state;
  const char *deny = DENY("\"StringEquals\":{\"askiam:RoleRisk\":\"high\"}");
  aski_circumstances changed;
  aski_decision decision = {.codes = {.items = {ASKI_CODE_POLICY_DENY}, .count = 1}};
  GOVERN(w, "a", deny, "b", deny, "c", deny, "d", deny, "e", deny, "f", deny);
  evaluate(w);
  mend(&decision.remedies, &changed, w);
  assert_int_equal(decision.remedies.count, 0);
  decision.rules = w->rules;
  assert_string_equal(aski_decide_explain(&decision, &w->arena).data,
                      "Refused: policy \"a\", Statement[0], denies this: the role's risk is \"high\"; 5 more policies "
                      "deny it too; no change of up to 4 things was found that would mend this.");
  GOVERN(w, "a", deny, "b", deny, "c", deny, "d", deny);
  evaluate(w);
  mend(&decision.remedies, &changed, w);
  assert_int_equal(decision.remedies.count, 4);
  assert_false(decision.remedies.none_found);
}

static void policies__remedies_of_all_checks_hold_together(void **state)
{
  world *w = *state;
  askiam_facts_add_prerequisite(&w->facts, text("viewer"), text("Payments Viewer"));
  GOVERN(w, "office", DENY(OFFICE));
  s_assert(w, "HOLD_PREREQUISITE: First give Jane Roe the role Payments Viewer, which Payments Approver requires.; "
              "CHANGE_CONTEXT: Ask from an address in 10.0.0.0/8 or 192.168.0.0/16.");
  /* Whoever holds the prerequisite may not have the role: then both together are no way. */
  GOVERN(w, "apart",
         DENY("\"ForAnyValue:StringEquals\":{\"askiam:CurrentRoles\":\"viewer\"},\"StringEquals\":"
              "{\"askiam:RoleRisk\":\"high\"}"));
  s_assert(w, "");
}

static void policies__none_where_they_could_not_be_evaluated(void **state)
{
  world *w = *state;
  askiam_facts_set_policies(&w->facts, 1, text("hash"));
  s_assert(w, "");
}

/* Every remedy that is told for random policies makes the request pass, and nothing of it is idle. */
static void policies__what_is_told_is_proved(void **state)
{
  (void)state;
  static const char *const conditions[] = {
      OFFICE,
      "\"IpAddress\":{\"aws:SourceIp\":\"203.0.113.0/24\"}",
      "\"IpAddress\":{\"aws:SourceIp\":\"192.168.0.0/16\"}",
      HOURS_8,
      DAYS_90,
      NO_END,
      "\"NumericLessThan\":{\"askiam:RequestedDurationSeconds\":\"86400\"}",
      "\"StringEquals\":{\"askiam:RoleRisk\":\"high\"}",
      "\"DateLessThan\":{\"aws:CurrentTime\":\"2026-07-01T08:00:00Z\"}",
      "\"DateGreaterThan\":{\"aws:EpochTime\":\"1900000000\"}",
      "\"StringLike\":{\"aws:UserAgent\":\"curl*\"}",
      IN_OFFICE,
  };
  uint64_t seed = 11;
  size_t told = 0;
  for (int round = 0; round < 400; ++round) {
    world w;
    world_init(&w);
    char documents[4][512];
    const char *list[9] = {"a", documents[0], "b", documents[1], "c", documents[2], "d", documents[3], NULL};
    for (size_t i = 0; i < 4; ++i) {
      seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
      snprintf(documents[i], sizeof documents[i],
               "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"%s\",\"Action\":\"*\",\"Resource\":\"*\","
               "\"Condition\":{%s}}}",
               (seed >> 33) % 4 == 0 ? "Allow" : "Deny", conditions[(seed >> 40) % 12]);
    }
    govern(&w, list);
    w.input.policy_mode = round % 3 == 0 ? ASKI_POLICY_MODE_ALLOWLIST : ASKI_POLICY_MODE_GUARDRAIL;
    w.input.ip = text(round % 2 == 0 ? "203.0.113.7" : "10.0.0.1");
    w.input.user_agent = text("curl/8");
    w.input.expires_at_ms = round % 5 == 0 ? 0 : NOW + (round % 7) * 20 * DAY + DAY;
    evaluate(&w);
    bool told_everything = w.rules.checks[ASKI_CHECK_POLICY].passed;
    w.input.policy_reads = aski_rules_reads(w.policies);
    evaluate(&w);
    assert_int_equal(w.rules.checks[ASKI_CHECK_POLICY].passed, told_everything);
    aski_remedies remedies;
    aski_circumstances changed;
    mend(&remedies, &changed, &w);
    aski_rules_input input = aski_rules_changed_input(&w.input, &changed);
    aski_rules_result rules;
    aski_rules_evaluate(&rules, &w.arena, &w.facts, &input);
    bool passed = w.rules.outcome == ASKI_RULES_PASSED;
    assert_int_equal(rules.outcome == ASKI_RULES_PASSED, passed || remedies.count > 0);
    assert_true(remedies.count > 0 || passed ||
                w.input.policy_mode == ASKI_POLICY_MODE_ALLOWLIST); /* four can be amended */
    told += remedies.count > 0;
    world_clean_up(&w);
    assert_int_equal(w.allocator.outstanding, 0);
  }
  assert_true(told > 100 && told < 400);
}

static void policies__memory_that_runs_out_is_seen_in_the_arena(void **state)
{
  (void)state;
  bool done = false;
  for (long at = 1; !done; ++at) {
    world w;
    world_init(&w);
    GOVERN(&w, "office", DENY(OFFICE), "short", DENY(HOURS_8), "high",
           DENY("\"StringEquals\":{\"askiam:RoleRisk\":\"high\"}"));
    w.input.expires_at_ms = NOW + 120 * DAY;
    evaluate(&w);
    aski_remedies remedies;
    aski_circumstances changed;
    test_allocator_fail_at(&w.allocator, at);
    mend(&remedies, &changed, &w);
    done = !w.arena.failed;
    assert_true(w.arena.failed || remedies.count == 3);
    world_clean_up(&w);
    assert_int_equal(w.allocator.outstanding, 0);
    assert_true(at < 5000);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_setup, s_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(policies__another_address_is_told_in_all_ranges_that_would_do),
      TEST(policies__ranges_of_several_statements_are_told_together),
      TEST(policies__user_agents_of_several_statements_are_told_together),
      TEST(policies__alternatives_of_several_allows_are_told_together),
      TEST(policies__a_duration_limit_may_be_any_number),
      TEST(policies__a_shorter_duration_is_the_longest_that_all_limits_leave),
      TEST(policies__another_time_or_user_agent_may_do),
      TEST(policies__any_address_or_user_agent_may_do_where_none_is_known),
      TEST(policies__what_is_not_in_his_hands_is_for_the_owner),
      TEST(policies__several_statements_may_need_several_changes),
      TEST(policies__grants_bound_what_is_told),
      TEST(policies__nothing_is_told_that_a_variable_could_belie),
      TEST(policies__two_changes_may_help_only_together),
      TEST(policies__an_allow_that_nearly_matches_tells_what_to_change),
      TEST(policies__an_allowlist_without_policies_needs_one),
      TEST(policies__more_owners_than_can_be_told_are_too_many),
      TEST(policies__remedies_of_all_checks_hold_together),
      TEST(policies__none_where_they_could_not_be_evaluated),
      TEST(policies__what_is_told_is_proved),
      TEST(policies__memory_that_runs_out_is_seen_in_the_arena),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
