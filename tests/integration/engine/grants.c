/* SPDX-License-Identifier: Apache-2.0
 *
 * From a decision to a grant: what is checked again, and what is written once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vault.h"

#include <stdio.h>

static void grants__an_approved_role_is_given_once(void **state)
{
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_READER_FOR_A_WEEK, "r1");
  vault_status(home, "r1", "\"grant\":{\"state\":\"requested\",\"granted_at\":null,\"expires_at\":\"2026-11-30T");
  home->now_ms += 1000;
  vault_fulfil(home, "r1",
               "\"state\":\"granted\",\"granted_at\":\"2026-11-23T12:00:01.000Z\",\"expires_at\":\"2026-11-30T",
               "\"changed\":true");
  vault_fulfil(home, "r1", "\"state\":\"granted\"", "\"changed\":false");
  vault_status(home, "r1", "\"state\":\"granted\",\"granted_at\":\"2026-11-23T12:00:01.000Z\"");
  assert_int_equal(vault_count(home, "user_roles WHERE user_id='ann' AND role_id='reader' AND status='active'"), 1);
  assert_int_equal(vault_number(home, "SELECT expires_at FROM user_roles WHERE user_id='ann'"),
                   FIXTURE_NOW_MS + 7 * VAULT_DAY_MS);
  assert_int_equal(vault_count(home, "audit_log WHERE action='askiam:GrantRole' AND status='GRANTED'"), 1);
  assert_int_equal(vault_count(home, "outbox WHERE type='grant.granted'"), 1);
  assert_int_equal(fixture_trail(home), 2);
}

static void grants__a_role_that_was_granted_is_a_fact_of_the_next_decision(void **state)
{
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_PAYER, "r1");
  vault_fulfil(home, "r1", "granted", "true");
  askiam_decision *decision = fixture_decide(home, fixture_request("ann", VAULT_AUDITOR, "r2"));
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_INVALID);
  vault_expect(askiam_decision_to_json(decision, NULL), "SOD_CONFLICT");
  askiam_decision_destroy(decision);
}

/* A clock that stands at its beginning sees nothing of what others were granted since. */
static void grants__nothing_is_granted_by_a_clock_that_is_behind(void **state)
{
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_PAYER, "pay");
  vault_approve(home, "ann", VAULT_AUDITOR, "audit");
  vault_fulfil(home, "audit", "granted", "true");
  static const int64_t s_moments[] = {0, FIXTURE_NOW_MS - VAULT_DAY_MS, FIXTURE_NOW_MS - 5 * 60 * 1000 - 1};
  for (size_t i = 0; i < sizeof s_moments / sizeof *s_moments; ++i) {
    char *json = NULL;
    askiam_error error = ASKIAM_ERROR_INIT;
    home->now_ms = s_moments[i];
    assert_int_equal(askiam_grant_fulfil(&json, home->engine, askiam_str_from("pay"), vault_none, &error),
                     ASKIAM_STATUS_UNAVAILABLE);
    assert_null(json);
    vault_expect(error.message, "clock");
  }
  assert_int_equal(vault_count(home, "user_roles WHERE user_id='ann'"), 1);
  home->now_ms = FIXTURE_NOW_MS - 5 * 60 * 1000;
  vault_fulfil(home, "pay", "\"state\":\"failed\"", "two pairs of eyes");
  home->now_ms = 0;
  vault_revoke(home, "audit", "\"state\":\"revoked\"", "\"changed\":true"); /* that may always be done */
  assert_int_equal(vault_count(home, "user_roles WHERE user_id='ann' AND status='revoked'"), 1);
}

static void grants__of_two_conflicting_roles_the_second_fails_and_says_why(void **state)
{
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_PAYER, "pay");
  vault_approve(home, "ann", VAULT_AUDITOR, "audit");
  vault_fulfil(home, "audit", "granted", "true");
  vault_fulfil(home, "pay", "\"state\":\"failed\",\"granted_at\":null", "two pairs of eyes");
  vault_fulfil(home, "pay", "\"state\":\"failed\"", "\"changed\":false");
  vault_status(home, "pay", "two pairs of eyes");
  assert_int_equal(vault_count(home, "user_roles WHERE user_id='ann'"), 1);
  assert_int_equal(vault_count(home, "outbox WHERE type='grant.failed' AND body LIKE '%SOD_CONFLICT%'"), 1);
  assert_int_equal(vault_count(home, "audit_log WHERE status='FAILED' AND payload LIKE '%SOD_CONFLICT%'"), 1);
  assert_int_equal(vault_count(home, "audit_log WHERE payload LIKE '%two pairs%'"), 0); /* words can be erased */
  assert_int_equal(fixture_trail(home), 4);
}

static void s_fails_after(fixture *home, const char *import, const char *code)
{
  char sql[128];
  vault_approve(home, "ann", VAULT_READER, "r1");
  fixture_import(home, import);
  vault_fulfil(home, "r1", "\"state\":\"failed\"", "\"changed\":true");
  snprintf(sql, sizeof sql, "outbox WHERE type='grant.failed' AND body LIKE '%%%s%%'", code);
  assert_int_equal(vault_count(home, sql), 1);
  assert_int_equal(vault_count(home, "user_roles WHERE user_id='ann' AND role_id='reader' AND status='active'"), 0);
}

static void grants__who_has_left_meanwhile_is_given_nothing(void **state)
{
  s_fails_after(*state,
                "{\"users\":[{\"user_id\":\"ann\",\"email\":\"ann@v.example\",\"name\":\"Ann Lee\","
                "\"status\":\"inactive\"}]}",
                "USER_INACTIVE");
}

static void grants__a_role_that_is_no_more_is_not_given(void **state)
{
  s_fails_after(*state,
                "{\"roles\":[{\"role_id\":\"reader\",\"app_id\":\"vault\",\"name\":\"Reader\",\"risk\":\"low\","
                "\"status\":\"inactive\"}]}",
                "ROLE_INACTIVE");
}

static void grants__who_was_barred_meanwhile_is_given_nothing(void **state)
{
  s_fails_after(*state, "{\"role_restrictions\":[{\"role_id\":\"reader\",\"user_id\":\"ann\",\"reason\":\"leave\"}]}",
                "RESTRICTED");
}

static void grants__a_policy_that_came_meanwhile_counts(void **state)
{
  s_fails_after(*state,
                "{\"policies\":{\"freeze\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\","
                "\"Action\":\"askiam:RequestRole\",\"Resource\":\"*\"}]}}}",
                "POLICY_DENY");
}

/* Rules approved it, so that nothing may be missing now; evidence did not pass it. */
static void grants__a_prerequisite_that_came_meanwhile_counts_where_rules_approved(void **state)
{
  s_fails_after(*state, "{\"role_prerequisites\":[{\"role_id\":\"reader\",\"required_role_id\":\"auditor\"}]}",
                "PREREQUISITE_MISSING");
}

static void grants__a_role_that_was_taken_away_since_is_not_given_back(void **state)
{
  s_fails_after(*state, "{\"user_roles\":[{\"user_id\":\"ann\",\"role_id\":\"reader\",\"status\":\"revoked\"}]}",
                "REVOKED_SINCE");
}

static void grants__a_role_that_had_been_taken_away_before_is(void **state)
{
  fixture *home = *state;
  fixture_import(home, "{\"user_roles\":[{\"user_id\":\"ann\",\"role_id\":\"reader\",\"status\":\"revoked\"}]}");
  vault_approve(home, "ann", VAULT_READER, "r1");
  vault_fulfil(home, "r1", "\"state\":\"granted\"", "\"changed\":true");
  assert_int_equal(vault_count(home, "user_roles WHERE user_id='ann' AND role_id='reader' AND status='active'"), 1);
}

static void grants__who_asked_must_still_be_there(void **state)
{
  fixture *home = *state;
  askiam_request *request = fixture_request("ann", VAULT_READER, "r1");
  askiam_request_set(request, ASKIAM_REQUEST_REQUESTER_ID, askiam_str_from("bob"), NULL);
  askiam_decision_destroy(fixture_decide(home, request));
  fixture_import(home, "{\"users\":[{\"user_id\":\"bob\",\"email\":\"bob@v.example\",\"name\":\"Bob Ray\","
                       "\"status\":\"suspended\"}]}");
  vault_fulfil(home, "r1", "\"state\":\"failed\"", "requester is not active");
}

static void grants__an_end_that_has_passed_fails(void **state)
{
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_READER_FOR_A_WEEK, "r1");
  home->now_ms += 7 * VAULT_DAY_MS;
  vault_fulfil(home, "r1", "\"state\":\"failed\"", "\"changed\":true");
  assert_int_equal(vault_count(home, "outbox WHERE body LIKE '%END_PASSED%'"), 1);
}

static void grants__a_later_end_prolongs_and_an_earlier_one_never_shortens(void **state)
{
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_READER_FOR_A_WEEK, "week");
  vault_approve(home, "ann", "I need the Reader role in Vault for 3 days", "days");
  vault_approve(home, "ann", "I need the Reader role in Vault for 30 days", "month");
  vault_fulfil(home, "week", "granted", "true");
  home->now_ms += 5000;
  vault_fulfil(home, "days", "\"state\":\"failed\"", "already holds");
  vault_fulfil(home, "month", "\"state\":\"granted\"", "true");
  assert_int_equal(vault_number(home, "SELECT granted_at FROM user_roles WHERE user_id='ann'"), FIXTURE_NOW_MS);
  assert_int_equal(vault_number(home, "SELECT expires_at FROM user_roles WHERE user_id='ann'"),
                   FIXTURE_NOW_MS + 30 * VAULT_DAY_MS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(grants__##name, vault_set_up, fixture_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(an_approved_role_is_given_once),
      TEST(a_role_that_was_granted_is_a_fact_of_the_next_decision),
      TEST(nothing_is_granted_by_a_clock_that_is_behind),
      TEST(of_two_conflicting_roles_the_second_fails_and_says_why),
      TEST(who_has_left_meanwhile_is_given_nothing),
      TEST(a_role_that_is_no_more_is_not_given),
      TEST(who_was_barred_meanwhile_is_given_nothing),
      TEST(a_policy_that_came_meanwhile_counts),
      TEST(a_prerequisite_that_came_meanwhile_counts_where_rules_approved),
      TEST(a_role_that_was_taken_away_since_is_not_given_back),
      TEST(a_role_that_had_been_taken_away_before_is),
      TEST(who_asked_must_still_be_there),
      TEST(an_end_that_has_passed_fails),
      TEST(a_later_end_prolongs_and_an_earlier_one_never_shortens),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
