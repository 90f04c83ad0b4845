/* SPDX-License-Identifier: Apache-2.0
 *
 * A recorded decision follows from its record: whatever was decided is decided again, whatever became of the catalogue
 * since. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "trail.h"

/* One that follows from what was kept of it. */
static void s_assert_equal(fixture *home, const char *request_id)
{
  int equal = 0;
  char *report = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status =
      askiam_replay_decision(&equal, &report, home->engine, askiam_str_from(request_id), askiam_str_from(NULL), &error);
  if (status != ASKIAM_STATUS_OK || equal != 1) {
    fail_msg("%s: %s %s", request_id, error.message, report == NULL ? "" : report);
  }
  assert_non_null(strstr(report, "\"differences\":[]"));
  askiam_string_free(home->engine, report);
}

static void s_assert_all_equal(fixture *home, const char *prefix, size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    char id[64];
    snprintf(id, sizeof id, "%s-%zu", prefix, i);
    s_assert_equal(home, id);
  }
}

static void replay__every_decision_of_the_sample_is_reproduced(void **state)
{
  fixture *home = *state;
  size_t count = trail_decide_cases(home, "sample");
  assert_true(count > 30);
  s_assert_all_equal(home, "sample", count);
}

static void replay__reproduces_when_nothing_of_the_catalogue_is_left(void **state)
{
  fixture *home = *state;
  size_t count = trail_decide_cases(home, "sample");
  trail_empty_catalogue(home);
  s_assert_all_equal(home, "sample", count);
}

static void replay__settings_are_those_of_the_time(void **state)
{
  fixture *home = *state;
  static const struct {
    const char *key, *value, *usual;
  } settings[] = {{"decision.mode", "rag_first", "guarded"},
                  {"decision.on_abstain", "ask", "rules"},
                  {"decision.threshold", "0.5", "0.95"},
                  {"decision.soft_codes", "SOD_CONFLICT,RESTRICTED", "PREREQUISITE_MISSING,POLICY_NOT_ALLOWED"},
                  {"rag.enabled", "false", "true"},
                  {"policy.mode", "allowlist", "guardrail"}};
  enum { SETTINGS = sizeof settings / sizeof *settings };
  size_t count = 0;
  for (size_t i = 0; i < SETTINGS; ++i) {
    assert_int_equal(askiam_config_set(home->config, settings[i].key, settings[i].value, NULL), ASKIAM_STATUS_OK);
    fixture_reopen(home);
    count = trail_decide_cases(home, settings[i].key);
    assert_int_equal(askiam_config_set(home->config, settings[i].key, settings[i].usual, NULL), ASKIAM_STATUS_OK);
  }
  fixture_reopen(home);
  for (size_t i = 0; i < SETTINGS; ++i) {
    s_assert_all_equal(home, settings[i].key, count);
  }
}

/* Remedies stand on facts beside the request's own: those are kept, and asked again. */
static void replay__remedies_are_proved_again(void **state)
{
  fixture *home = *state;
  fixture_import(
      home, "{\"users\":[{\"user_id\":\"ann\",\"name\":\"Ann Lee\"}],\"applications\":[{\"app_id\":\"crm\",\"name\":"
            "\"Crmix\"}],\"roles\":[{\"role_id\":\"wr\",\"app_id\":\"crm\",\"name\":\"Writer\"},{\"role_id\":"
            "\"ba\",\"app_id\":\"crm\",\"name\":\"Basic\"},{\"role_id\":\"pu\",\"app_id\":\"crm\",\"name\":"
            "\"Publisher\"},{\"role_id\":\"old\",\"app_id\":\"crm\",\"name\":\"Gone\",\"status\":\"inactive\"}],"
            "\"role_prerequisites\":[{\"role_id\":\"wr\",\"required_role_id\":\"ba\"},{\"role_id\":\"pu\","
            "\"required_role_id\":\"old\"}]}");
  trail_decide(home, "ann", "I need Writer in Crmix", "had");
  trail_decide(home, "ann", "I need Publisher in Crmix", "not-had");
  trail_decide(home, "john.doe", "I need HR Annallyist in Workday", "near");
  trail_empty_catalogue(home);
  s_assert_equal(home, "had");
  s_assert_equal(home, "not-had");
  s_assert_equal(home, "near");
  /* Had the role that was tried been a barred one, it would not have been proposed. */
  trail_forge_facts(home, "near", "\"restricted\":false", "\"restricted\":true");
  int equal = 1;
  char *report = NULL;
  assert_int_equal(
      askiam_replay_decision(&equal, &report, home->engine, askiam_str_from("near"), askiam_str_from(NULL), NULL),
      ASKIAM_STATUS_OK);
  assert_int_equal(equal, 0);
  assert_non_null(strstr(report, "\"differences\":[{\"member\":\"remedies\",\"recorded\":\"CHOOSE_ROLE"));
  assert_non_null(strstr(report, "\"replayed\":\"none\"}]"));
  askiam_string_free(home->engine, report);
}

static void s_assert_refused(fixture *home, const char *request_id, askiam_status wanted, const char *words)
{
  int equal = 1;
  char *report = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(
      askiam_replay_decision(&equal, &report, home->engine, askiam_str_from(request_id), askiam_str_from(NULL), &error),
      wanted);
  assert_null(report);
  assert_int_equal(equal, 0);
  if (strstr(error.message, words) == NULL) {
    fail_msg("\"%s\" is not in \"%s\"", words, error.message);
  }
}

static void replay__what_cannot_be_repeated_is_said(void **state)
{
  fixture *home = *state;
  trail_decide(home, "john.doe", FIXTURE_SENTENCE, "gone");
  trail_decide(home, "li.wei", "I need Viewer in Tableau", "forged");
  char *answer = NULL;
  assert_int_equal(askiam_audit_record(&answer, home->engine,
                                       askiam_str_from("{\"request_id\":\"bare\",\"user_id\":\"john.doe\","
                                                       "\"validation_result\":" TRAIL_FOREIGN_DECISION "}"),
                                       NULL),
                   ASKIAM_STATUS_OK);
  askiam_string_free(home->engine, answer);
  s_assert_refused(home, "nobody", ASKIAM_STATUS_NOT_FOUND, "there is no request");
  s_assert_refused(home, "bare", ASKIAM_STATUS_NOT_FOUND, "without its facts");
  s_assert_equal(home, "forged");
  trail_tamper(home, "UPDATE requests SET facts = replace(facts, '\"restricted\":false', '\"restricted\":true') WHERE "
                     "request_id = 'forged'");
  s_assert_refused(home, "forged", ASKIAM_STATUS_CORRUPT, "not what was recorded (FACTS");
  s_assert_equal(home, "gone");
  assert_int_equal(askiam_admin_erase_user(NULL, home->engine, askiam_str_from("john.doe"), NULL), ASKIAM_STATUS_OK);
  s_assert_refused(home, "gone", ASKIAM_STATUS_NOT_FOUND, "erased");
}

static void replay__an_id_of_several_requesters_needs_one(void **state)
{
  fixture *home = *state;
  trail_decide(home, "john.doe", FIXTURE_SENTENCE, "same");
  trail_decide(home, "li.wei", FIXTURE_SENTENCE, "same");
  s_assert_refused(home, "same", ASKIAM_STATUS_CONFLICT, "say which one");
  int equal = 0;
  char *report = NULL;
  assert_int_equal(
      askiam_replay_decision(&equal, &report, home->engine, askiam_str_from("same"), askiam_str_from("li.wei"), NULL),
      ASKIAM_STATUS_OK);
  assert_int_equal(equal, 1);
  assert_non_null(strstr(report, "\"requester_id\":\"li.wei\""));
  askiam_string_free(home->engine, report);
}

/* The record itself, its hashes made to fit: what was answered does not follow from what was kept. */
static void replay__a_decision_that_does_not_follow_differs(void **state)
{
  fixture *home = *state;
  trail_decide(home, "john.doe", FIXTURE_SENTENCE, "odd");
  trail_forge_facts(home, "odd", "\"restricted\":false", "\"restricted\":true");
  int equal = 1;
  char *report = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_replay_decision(&equal, &report, home->engine, askiam_str_from("odd"), askiam_str_from(NULL), &error) !=
      ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  assert_int_equal(equal, 0);
  assert_non_null(strstr(report, "\"result\":\"differs\""));
  assert_non_null(strstr(report, "{\"member\":\"status\",\"recorded\":\"VALID\",\"replayed\":\"INVALID\"}"));
  assert_non_null(strstr(report, "\"member\":\"checks.NOT_RESTRICTED\",\"recorded\":\"passed\",\"replayed\":"
                                 "\"failed, hard\""));
  assert_non_null(strstr(report, "\"member\":\"remedies\",\"recorded\":\"none\",\"replayed\":\"LIFT_RESTRICTION"));
  askiam_string_free(home->engine, report);
}

static void replay__failing_memory_is_said_and_leaks_nothing(void **state)
{
  fixture *home = *state;
  trail_decide(home, "li.wei", "I need Senior Accountant in NetSuite", "one");
  s_assert_equal(home, "one"); /* connections are open afterwards */
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  long resting = home->allocator.outstanding;
  for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
    int equal = 0;
    char *report = NULL;
    test_allocator_fail_at(&home->allocator, at);
    status = askiam_replay_decision(&equal, &report, home->engine, askiam_str_from("one"), askiam_str_from(NULL), NULL);
    test_allocator_fail_at(&home->allocator, 0);
    assert_true(status == ASKIAM_STATUS_OK ? equal == 1 : status == ASKIAM_STATUS_NO_MEMORY && report == NULL);
    askiam_string_free(home->engine, report);
    assert_true(home->allocator.outstanding <= resting + 8);
    assert_true(at < 5000);
  }
}

static void replay__missing_arguments_are_refused(void **state)
{
  fixture *home = *state;
  int equal = 0;
  char *report = NULL;
  askiam_str id = askiam_str_from("x");
  askiam_str none = askiam_str_from(NULL);
  assert_int_equal(askiam_replay_decision(NULL, &report, home->engine, id, none, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_replay_decision(&equal, NULL, home->engine, id, none, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_replay_decision(&equal, &report, NULL, id, none, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_replay_decision(&equal, &report, home->engine, none, none, NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
}

int main(void)
{
#define IN_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)
  const struct CMUnitTest tests[] = {
      IN_FIXTURE(replay__every_decision_of_the_sample_is_reproduced),
      IN_FIXTURE(replay__reproduces_when_nothing_of_the_catalogue_is_left),
      IN_FIXTURE(replay__settings_are_those_of_the_time),
      IN_FIXTURE(replay__remedies_are_proved_again),
      IN_FIXTURE(replay__what_cannot_be_repeated_is_said),
      IN_FIXTURE(replay__an_id_of_several_requesters_needs_one),
      IN_FIXTURE(replay__a_decision_that_does_not_follow_differs),
      IN_FIXTURE(replay__failing_memory_is_said_and_leaks_nothing),
      IN_FIXTURE(replay__missing_arguments_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
