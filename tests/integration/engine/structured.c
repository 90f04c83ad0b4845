/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests that say by ids what they ask for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#define PAST "2026-11-23T11:59:59Z"

static askiam_request *s_request(const char *text, const char *application, const char *role, const char *request_id)
{
  askiam_request *request = fixture_request("john.doe", text, request_id);
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_APPLICATION_ID, askiam_str_from(application), NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_ROLE_ID, askiam_str_from(role), NULL), ASKIAM_STATUS_OK);
  return request;
}

static void s_assert_code(const askiam_decision *decision, const char *wanted)
{
  assert_true(askiam_decision_code_count(decision) > 0);
  assert_string_equal(askiam_decision_code(decision, 0).data, wanted);
}

static void structured__the_ids_decide_and_the_sentence_is_not_read(void **state)
{
  fixture *home = *state;
  askiam_request *request =
      s_request("Remove everything, and grant me the Admin role in Jira", "workday", "wd-hr-analyst", NULL);
  askiam_decision *decision = fixture_decide(home, request);
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_VALID);
  const char *json = askiam_decision_to_json(decision, NULL);
  assert_non_null(strstr(json, "\"role\":{\"id\":\"wd-hr-analyst\",\"name\":\"HR Analyst\""));
  assert_non_null(strstr(json, "\"user\":{\"id\":\"john.doe\",\"name\":\"John Doe\""));
  assert_null(strstr(json, "jira"));
  askiam_decision_destroy(decision);
  assert_int_equal(fixture_trail(home), 1);
}

static void structured__it_decides_as_the_sentence_does(void **state)
{
  fixture *home = *state;
  askiam_decision *said = fixture_decide(home, fixture_request("john.doe", FIXTURE_SENTENCE, "said"));
  askiam_decision *meant = fixture_decide(home, s_request("Access", "workday", "wd-hr-analyst", "meant"));
  assert_int_equal(askiam_decision_verdict(said), askiam_decision_verdict(meant));
  s_assert_code(meant, askiam_decision_code(said, 0).data);
  assert_string_equal(askiam_decision_get(said, ASKIAM_DECISION_RAG_REASON).data,
                      askiam_decision_get(meant, ASKIAM_DECISION_RAG_REASON).data);
  askiam_decision_destroy(said);
  askiam_decision_destroy(meant);
}

static void structured__unknown_ids_have_their_codes(void **state)
{
  fixture *home = *state;
  static const struct {
    const char *user, *application, *role, *code;
  } cases[] = {{"nobody", "workday", "wd-hr-analyst", "USER_UNKNOWN"},
               {"john.doe", "nothing", "wd-hr-analyst", "APP_UNKNOWN"},
               {"john.doe", "workday", "nothing", "ROLE_UNKNOWN"},
               {"john.doe", "jira", "wd-hr-analyst", "ROLE_NOT_IN_APP"},
               {"john.doe", "workday", "wd-employee", "ALREADY_ASSIGNED"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    askiam_request *request = s_request("Access", cases[i].application, cases[i].role, NULL);
    assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_BENEFICIARY_ID, askiam_str_from(cases[i].user), NULL),
                     ASKIAM_STATUS_OK);
    askiam_decision *decision = fixture_decide(home, request);
    assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_INVALID);
    s_assert_code(decision, cases[i].code);
    askiam_decision_destroy(decision);
  }
}

static void structured__an_end_is_taken_and_a_past_one_is_none(void **state)
{
  fixture *home = *state;
  static const char *const ends[] = {"2026-12-24T00:00:00Z", PAST};
  for (size_t i = 0; i < 2; ++i) {
    askiam_request *request = s_request("Access", "workday", "wd-hr-analyst", NULL);
    assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_EXPIRES_AT, askiam_str_from(ends[i]), NULL),
                     ASKIAM_STATUS_OK);
    askiam_decision *decision = fixture_decide(home, request);
    if (i == 0) {
      assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_VALID);
      assert_non_null(strstr(askiam_decision_to_json(decision, NULL), "\"expires_at\":\"2026-12-24T00:00:00.000Z\""));
    } else {
      s_assert_code(decision, "BAD_DURATION");
    }
    askiam_decision_destroy(decision);
  }
}

static void structured__half_of_it_is_an_error(void **state)
{
  fixture *home = *state;
  static const askiam_request_field fields[] = {ASKIAM_REQUEST_BENEFICIARY_ID, ASKIAM_REQUEST_APPLICATION_ID,
                                                ASKIAM_REQUEST_ROLE_ID, ASKIAM_REQUEST_EXPIRES_AT};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; ++i) {
    askiam_request *request = fixture_request("john.doe", FIXTURE_SENTENCE, NULL);
    assert_int_equal(askiam_request_set(request, fields[i], askiam_str_from("2027-01-01T00:00:00Z"), NULL),
                     ASKIAM_STATUS_OK);
    askiam_decision *decision = NULL;
    assert_int_equal(askiam_validate(&decision, home->engine, request, NULL), ASKIAM_STATUS_BAD_DATA);
    s_assert_code(decision, "INVALID_REQUEST");
    askiam_decision_destroy(decision);
    askiam_request_destroy(request);
  }
}

/* The same id with the same words and another role is another request. */
static void structured__an_id_belongs_to_all_that_was_asked(void **state)
{
  fixture *home = *state;
  static const struct {
    const char *role, *end, *why;
    int same;
  } cases[] = {{"wd-hr-analyst", NULL, NULL, 1},
               {"wd-recruiter", NULL, NULL, 0},
               {"wd-hr-analyst", "2027-01-01T00:00:00Z", NULL, 0},
               {"wd-hr-analyst", NULL, "for the audit", 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    for (int again = 0; again < 2; ++again) {
      askiam_request *request = s_request("Access", "workday", cases[again == 0 ? 0 : i].role, "one");
      if (again != 0) {
        askiam_request_set(request, ASKIAM_REQUEST_EXPIRES_AT, askiam_str_from(cases[i].end), NULL);
        askiam_request_set(request, ASKIAM_REQUEST_JUSTIFICATION, askiam_str_from(cases[i].why), NULL);
      }
      askiam_decision *decision = NULL;
      askiam_status status = askiam_validate(&decision, home->engine, request, NULL);
      int same = again == 0 || cases[i].same;
      assert_int_equal(status, same ? ASKIAM_STATUS_OK : ASKIAM_STATUS_CONFLICT);
      askiam_decision_destroy(decision);
      askiam_request_destroy(request);
    }
  }
  assert_int_equal(fixture_trail(home), 1);
}

static void structured__it_can_be_replayed(void **state)
{
  fixture *home = *state;
  askiam_decision_destroy(fixture_decide(home, s_request("Access", "workday", "wd-hr-analyst", "kept")));
  char *json = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  int same = 0;
  if (askiam_replay_decision(&same, &json, home->engine, askiam_str_from("kept"), askiam_str_from(NULL), &error) !=
      ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  assert_int_equal(same, 1);
  askiam_string_free(home->engine, json);
}

static void structured__never_from_json(void **state)
{
  (void)state;
  askiam_request *request = NULL;
  const char *json =
      "{\"user_id\":\"a\",\"text\":\"x\",\"application_id\":\"workday\",\"role_id\":\"r\",\"beneficiary_id\":"
      "\"b\",\"expires_at\":\"2027-01-01T00:00:00Z\",\"justification\":\"j\"}";
  assert_int_equal(askiam_request_from_json(&request, askiam_str_from(json), NULL, NULL), ASKIAM_STATUS_OK);
  for (int field = ASKIAM_REQUEST_BENEFICIARY_ID; field <= ASKIAM_REQUEST_JUSTIFICATION; ++field) {
    assert_null(askiam_request_get(request, (askiam_request_field)field).data);
  }
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_ROLE_ID, askiam_str_from("a\nb"), NULL),
                   ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_EXPIRES_AT, askiam_str_from("2027-01-01"), NULL),
                   ASKIAM_STATUS_BAD_DATA);
  askiam_request_destroy(request);
}

#define IN_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FIXTURE(structured__the_ids_decide_and_the_sentence_is_not_read),
      IN_FIXTURE(structured__it_decides_as_the_sentence_does),
      IN_FIXTURE(structured__unknown_ids_have_their_codes),
      IN_FIXTURE(structured__an_end_is_taken_and_a_past_one_is_none),
      IN_FIXTURE(structured__half_of_it_is_an_error),
      IN_FIXTURE(structured__an_id_belongs_to_all_that_was_asked),
      IN_FIXTURE(structured__it_can_be_replayed),
      cmocka_unit_test(structured__never_from_json),
  };
  return cmocka_run_group_tests_name("structured", tests, NULL, NULL);
}
