/* SPDX-License-Identifier: Apache-2.0
 *
 * What a caller is told of a decision, and of the status of a request: his own, another's, nobody's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#include <askiam/answer.h>

#define CONFLICT_SENTENCE "I need Payment Approver in SAP ERP"
/* Facts of Maria Garcia that her refusal tells: a role that she holds, and what conflicts. */
static const char *const s_facts[] = {"Invoice Creator", "sap-invoice-creator", "must not release", "NO_SOD_CONFLICT",
                                      "DROP_CONFLICT"};
enum { FACTS = sizeof s_facts / sizeof *s_facts };

static askiam_principal *s_principal(const char *id, const char *scopes)
{
  askiam_principal *principal = NULL;
  assert_int_equal(askiam_principal_new(&principal, askiam_str_from(id), "host", askiam_str_from(scopes),
                                        askiam_str_from(""), NULL, NULL),
                   ASKIAM_STATUS_OK);
  return principal;
}

/* A decision that `requester` brought about, speaking as `user`. Owned. */
static askiam_decision *s_decide(fixture *home, const char *requester, const char *user, const char *text,
                                 const char *request_id)
{
  askiam_request *request = fixture_request(user, text, request_id);
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_REQUESTER_ID, askiam_str_from(requester), NULL),
                   ASKIAM_STATUS_OK);
  return fixture_decide(home, request);
}

/* What the viewer is told; lives until the next call. */
static const char *s_told(fixture *home, const askiam_decision *decision, const char *viewer, const char *scopes)
{
  static char told[65536];
  askiam_principal *principal = s_principal(viewer, scopes);
  char *json = NULL;
  assert_int_equal(askiam_answer_json(&json, home->engine, decision, principal, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_json_check(askiam_str_from(json), NULL, NULL), ASKIAM_STATUS_OK);
  assert_true(strlen(json) < sizeof told);
  memcpy(told, json, strlen(json) + 1);
  askiam_string_free(home->engine, json);
  askiam_principal_destroy(principal);
  return told;
}

static void s_assert_has(const char *text, const char *part)
{
  if (strstr(text, part) == NULL) {
    fail_msg("%s is not in %s", part, text);
  }
}

static void s_assert_lacks(const char *text, const char *part)
{
  if (strstr(text, part) != NULL) {
    fail_msg("%s is in %s", part, text);
  }
}

static void answers__the_beneficiary_is_told_why_and_what_would_help(void **state)
{
  fixture *home = *state;
  askiam_decision *decision = s_decide(home, "maria.garcia", "maria.garcia", CONFLICT_SENTENCE, NULL);
  const char *told = s_told(home, decision, "maria.garcia", "");
  for (size_t i = 0; i < FACTS; ++i) {
    s_assert_has(told, s_facts[i]);
  }
  s_assert_has(told, "\"queries_executed\":[]");
  s_assert_has(told, "\"documents\":[]");
  s_assert_has(told, "\"hash\":\"");
  askiam_decision_destroy(decision);
}

static void answers__whoever_asks_for_another_is_told_the_verdict_alone(void **state)
{
  fixture *home = *state;
  askiam_decision *decision =
      s_decide(home, "karen.lee", "karen.lee", "Give maria.garcia Payment Approver in SAP ERP", NULL);
  s_assert_has(askiam_decision_to_json(decision, NULL), "Invoice Creator");
  const char *told = s_told(home, decision, "karen.lee", "on-behalf");
  for (size_t i = 0; i < FACTS; ++i) {
    s_assert_lacks(told, s_facts[i]);
  }
  s_assert_has(told, "\"status\":\"INVALID\"");
  s_assert_has(told, "\"reason\":\"Refused. What stands against it is told to the person whom it is for.\"");
  s_assert_has(told, "\"reason_codes\":[\"SOD_CONFLICT\"");
  s_assert_has(told, "\"checks\":[]");
  s_assert_has(told, "\"remedies\":[]");
  s_assert_has(told, "\"confidence\":null");
  s_assert_has(told, "\"user\":{\"id\":\"maria.garcia\",\"name\":\"Maria Garcia\",\"mention\":\"maria.garcia\"");
  askiam_decision_destroy(decision);
}

static void answers__the_beneficiary_is_not_told_the_words_of_who_asked(void **state)
{
  fixture *home = *state;
  askiam_decision *decision =
      s_decide(home, "karen.lee", "karen.lee", "Give maria.garcia Payment Approver in SAP ERP", NULL);
  const char *told = s_told(home, decision, "maria.garcia", "");
  s_assert_has(told, "Invoice Creator");
  s_assert_has(told, "A policy stands against it.");
  s_assert_has(told, "\"requester\":{\"id\":\"karen.lee\",\"name\":\"Karen Lee\"}");
  s_assert_has(told, "\"mention\":null");
  s_assert_lacks(told, "\"mention\":\"");
  s_assert_lacks(told, "high-risk-for-a-time\", denies");
  askiam_decision_destroy(decision);
}

static void answers__a_stranger_is_told_of_nobody(void **state)
{
  fixture *home = *state;
  askiam_decision *decision =
      s_decide(home, "karen.lee", "karen.lee", "Give maria.garcia Payment Approver in SAP ERP", NULL);
  const char *told = s_told(home, decision, "john.doe", "on-behalf");
  s_assert_lacks(told, "aria");
  s_assert_lacks(told, "aren");
  for (size_t i = 0; i < FACTS; ++i) {
    s_assert_lacks(told, s_facts[i]);
  }
  s_assert_has(told, "\"user\":null");
  s_assert_has(told, "\"requester\":{\"id\":null,\"name\":null}");
  askiam_decision_destroy(decision);
}

static void answers__the_scope_audit_sees_the_decision_as_it_is(void **state)
{
  fixture *home = *state;
  askiam_decision *decision = s_decide(home, "maria.garcia", "maria.garcia", CONFLICT_SENTENCE, NULL);
  assert_string_equal(s_told(home, decision, "john.doe", "audit"), askiam_decision_to_json(decision, NULL));
  s_assert_lacks(s_told(home, decision, "john.doe", "auditor audits on-behalf"), "Invoice Creator");
  askiam_decision_destroy(decision);
}

static void answers__people_are_not_suggested_nor_listed(void **state)
{
  fixture *home = *state;
  askiam_decision *near =
      s_decide(home, "john.doe", "john.doe", "Give jane.smith the HR Analyst role in Workday", NULL);
  s_assert_has(askiam_decision_to_json(near, NULL), "jan.novak");
  const char *told = s_told(home, near, "john.doe", "");
  s_assert_lacks(told, "ovak");
  s_assert_has(told, "Nobody is known as \\\"jane.smith\\\"");
  askiam_decision *alike =
      s_decide(home, "david.chen", "david.chen", "Alex Kim needs the Developer role in GitHub", NULL);
  s_assert_has(askiam_decision_to_json(alike, NULL), "alexandra.kim");
  told = s_told(home, alike, "david.chen", "on-behalf");
  s_assert_lacks(told, "alex");
  s_assert_has(told, "\"question\":\"Several people are called that. Which one, by id or e-mail address?\"");
  s_assert_has(told, "\"reason\":\"Several people are called that. Which one, by id or e-mail address?\"");
  askiam_decision_destroy(near);
  askiam_decision_destroy(alike);
}

static void answers__documents_are_told_by_configuration_only(void **state)
{
  fixture *home = *state;
  askiam_decision *decision = s_decide(home, "john.doe", "john.doe", FIXTURE_SENTENCE, NULL);
  s_assert_has(askiam_decision_to_json(decision, NULL), "\"documents\":[{\"id\"");
  s_assert_has(s_told(home, decision, "john.doe", ""), "\"documents\":[]");
  s_assert_has(s_told(home, decision, "john.doe", ""), "\"reason\":\"Approved with confidence");
  assert_int_equal(askiam_config_set(home->config, "answer.documents", "true", NULL), ASKIAM_STATUS_OK);
  fixture_reopen(home);
  s_assert_has(s_told(home, decision, "john.doe", ""), "\"documents\":[{\"id\"");
  askiam_decision_destroy(decision);
}

static void answers__a_failure_is_told_without_its_inside(void **state)
{
  fixture *home = *state;
  assert_int_equal(askiam_config_set(home->config, "store.url", "sqlite:/tmp/askiam-no-such-store.db", NULL),
                   ASKIAM_STATUS_OK);
  fixture_reopen(home);
  askiam_request *request = fixture_request("john.doe", FIXTURE_SENTENCE, NULL);
  askiam_decision *decision = NULL;
  assert_int_equal(askiam_validate(&decision, home->engine, request, NULL), ASKIAM_STATUS_NOT_INITIALISED);
  s_assert_has(askiam_decision_to_json(decision, NULL), "no-such-store");
  const char *told = s_told(home, decision, "john.doe", "");
  s_assert_lacks(told, "no-such-store");
  s_assert_has(told, "The store is not available, so nothing was decided.");
  askiam_decision_destroy(decision);
  askiam_request_destroy(request);
}

/* The status for a viewer; the text lives until the next call, and is "" on a failure. */
static askiam_status s_status(fixture *home, const char *request_id, const char *requester, const char *viewer,
                              const char *scopes, const char **out_told)
{
  static char told[65536];
  askiam_principal *principal = s_principal(viewer, scopes);
  char *json = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_answer_status_json(&json, home->engine, askiam_str_from(request_id),
                                                   askiam_str_from(requester), principal, &error);
  assert_true((status == ASKIAM_STATUS_OK) == (json != NULL));
  const char *text = json == NULL ? error.message : json;
  assert_true(strlen(text) < sizeof told);
  memcpy(told, text, strlen(text) + 1);
  askiam_string_free(home->engine, json);
  askiam_principal_destroy(principal);
  *out_told = told;
  return status;
}

static void answers__a_status_is_for_requester_beneficiary_and_audit(void **state)
{
  fixture *home = *state;
  const char *told = NULL;
  askiam_decision_destroy(
      s_decide(home, "karen.lee", "karen.lee", "Give maria.garcia Payment Approver in SAP ERP", "r-1"));
  assert_int_equal(s_status(home, "r-1", NULL, "karen.lee", "", &told), ASKIAM_STATUS_OK);
  s_assert_lacks(told, "Invoice Creator");
  s_assert_has(told, "\"grant\":{\"state\":\"none\"");
  assert_int_equal(s_status(home, "r-1", NULL, "maria.garcia", "", &told), ASKIAM_STATUS_OK);
  s_assert_has(told, "Invoice Creator");
  assert_int_equal(s_status(home, "r-1", "karen.lee", "john.doe", "audit", &told), ASKIAM_STATUS_OK);
  s_assert_has(told, "queries_executed\":[{");
}

static void answers__a_status_of_others_is_as_one_that_is_not_there(void **state)
{
  fixture *home = *state;
  char missing[256];
  const char *told = NULL;
  askiam_decision_destroy(
      s_decide(home, "karen.lee", "karen.lee", "Give maria.garcia Payment Approver in SAP ERP", "r-1"));
  assert_int_equal(s_status(home, "r-2", NULL, "john.doe", "on-behalf", &told), ASKIAM_STATUS_NOT_FOUND);
  assert_true(strlen(told) < sizeof missing);
  memcpy(missing, told, strlen(told) + 1);
  *strstr(missing, "r-2") = 'r';
  memcpy(strstr(missing, "r-2"), "r-1", 3);
  assert_int_equal(s_status(home, "r-1", NULL, "john.doe", "on-behalf", &told), ASKIAM_STATUS_NOT_FOUND);
  assert_string_equal(told, missing);
  assert_int_equal(s_status(home, "r-1", "karen.lee", "john.doe", "", &told), ASKIAM_STATUS_NOT_FOUND);
  assert_string_equal(told, missing);
}

static void answers__of_one_id_each_requester_sees_his_own(void **state)
{
  fixture *home = *state;
  const char *told = NULL;
  askiam_decision_destroy(s_decide(home, "john.doe", "john.doe", FIXTURE_SENTENCE, "same"));
  askiam_decision_destroy(s_decide(home, "maria.garcia", "maria.garcia", CONFLICT_SENTENCE, "same"));
  assert_int_equal(s_status(home, "same", NULL, "john.doe", "", &told), ASKIAM_STATUS_OK);
  s_assert_has(told, "wd-hr-analyst");
  assert_int_equal(s_status(home, "same", NULL, "maria.garcia", "", &told), ASKIAM_STATUS_OK);
  s_assert_has(told, "sap-payment-approver");
  assert_int_equal(s_status(home, "same", "john.doe", "maria.garcia", "", &told), ASKIAM_STATUS_NOT_FOUND);
  assert_int_equal(s_status(home, "same", NULL, "emma.brown", "audit", &told), ASKIAM_STATUS_CONFLICT);
  assert_int_equal(s_status(home, "same", NULL, "emma.brown", "", &told), ASKIAM_STATUS_NOT_FOUND);
}

static void answers__a_status_after_erasure_is_still_its_owner_s(void **state)
{
  fixture *home = *state;
  const char *told = NULL;
  uint64_t erased = 0;
  askiam_decision_destroy(s_decide(home, "maria.garcia", "maria.garcia", CONFLICT_SENTENCE, "r-1"));
  assert_int_equal(askiam_admin_erase_user(&erased, home->engine, askiam_str_from("maria.garcia"), NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(s_status(home, "r-1", NULL, "maria.garcia", "", &told), ASKIAM_STATUS_OK);
  s_assert_has(told, "\"erased\":true");
  s_assert_has(told, "The words of this request and of its answer have been erased.");
  s_assert_has(told, "\"duration_ms\":null");
  s_assert_has(told, "\"score\":null");
  assert_int_equal(s_status(home, "r-1", NULL, "john.doe", "", &told), ASKIAM_STATUS_NOT_FOUND);
}

static askiam_status s_admit(askiam_request *request, const char *id, const char *scopes)
{
  askiam_principal *principal = s_principal(id, scopes);
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_answer_admit(request, principal, &error);
  assert_true(status == ASKIAM_STATUS_OK || error.message[0] != '\0');
  askiam_principal_destroy(principal);
  return status;
}

static void s_assert_field(const askiam_request *request, askiam_request_field field, const char *expected)
{
  askiam_str value = askiam_request_get(request, field);
  assert_int_equal(value.length, strlen(expected));
  assert_memory_equal(value.data, expected, value.length);
}

static void answers__a_request_is_its_principal_s(void **state)
{
  (void)state;
  askiam_request *request = NULL;
  askiam_str json =
      askiam_str_from("{\"raw_request\":\"x\",\"request_context\":{\"ip\":\"10.0.0.1\",\"user_agent\":\"me\","
                      "\"timestamp\":\"2024-01-21T10:30:00Z\",\"session_id\":\"s\",\"trace_id\":\"t\"}}");
  assert_int_equal(askiam_request_from_json(&request, json, NULL, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(s_admit(request, "john.doe", ""), ASKIAM_STATUS_OK);
  s_assert_field(request, ASKIAM_REQUEST_USER_ID, "john.doe");
  s_assert_field(request, ASKIAM_REQUEST_REQUESTER_ID, "john.doe");
  assert_null(askiam_request_get(request, ASKIAM_REQUEST_IP).data);
  assert_null(askiam_request_get(request, ASKIAM_REQUEST_USER_AGENT).data);
  assert_null(askiam_request_get(request, ASKIAM_REQUEST_TIMESTAMP).data);
  s_assert_field(request, ASKIAM_REQUEST_CLAIMED_IP, "10.0.0.1");
  s_assert_field(request, ASKIAM_REQUEST_CLAIMED_USER_AGENT, "me");
  s_assert_field(request, ASKIAM_REQUEST_CLAIMED_TIMESTAMP, "2024-01-21T10:30:00Z");
  assert_null(askiam_request_get(request, ASKIAM_REQUEST_CLAIMED_SESSION_ID).data);
  s_assert_field(request, ASKIAM_REQUEST_SESSION_ID, "s");
  s_assert_field(request, ASKIAM_REQUEST_TRACE_ID, "t");
  assert_int_equal(s_admit(request, "john.doe", ""), ASKIAM_STATUS_OK);
  s_assert_field(request, ASKIAM_REQUEST_CLAIMED_IP, "10.0.0.1");
  assert_int_equal(s_admit(request, "emma.brown", "on-behalf"), ASKIAM_STATUS_NOT_PERMITTED); /* another requester */
  askiam_request_destroy(request);
}

static void answers__to_speak_for_another_needs_its_scope(void **state)
{
  (void)state;
  askiam_request *request = fixture_request("maria.garcia", "x", NULL);
  assert_int_equal(s_admit(request, "john.doe", ""), ASKIAM_STATUS_NOT_PERMITTED);
  assert_int_equal(s_admit(request, "john.doe", "audit on-behalf-of"), ASKIAM_STATUS_NOT_PERMITTED);
  assert_null(askiam_request_get(request, ASKIAM_REQUEST_REQUESTER_ID).data);
  assert_int_equal(s_admit(request, "john.doe", "on-behalf"), ASKIAM_STATUS_OK);
  s_assert_field(request, ASKIAM_REQUEST_USER_ID, "maria.garcia");
  s_assert_field(request, ASKIAM_REQUEST_REQUESTER_ID, "john.doe");
  askiam_request_destroy(request);
}

static void answers__failing_memory_tells_nothing_and_leaks_nothing(void **state)
{
  fixture *home = *state;
  askiam_principal *viewer = s_principal("maria.garcia", "");
  askiam_decision *decision =
      s_decide(home, "karen.lee", "karen.lee", "Give maria.garcia Payment Approver in SAP ERP", "r-1");
  long resting = home->allocator.outstanding;
  for (int part = 0; part < 2; ++part) {
    askiam_status status = ASKIAM_STATUS_NO_MEMORY;
    for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
      char *json = NULL;
      test_allocator_fail_at(&home->allocator, at);
      status = part == 0 ? askiam_answer_json(&json, home->engine, decision, viewer, NULL)
                         : askiam_answer_status_json(&json, home->engine, askiam_str_from("r-1"), askiam_str_from(NULL),
                                                     viewer, NULL);
      test_allocator_fail_at(&home->allocator, 0);
      assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
      assert_true((status == ASKIAM_STATUS_OK) == (json != NULL));
      askiam_string_free(home->engine, json);
      assert_true(home->allocator.outstanding <= resting + 8);
      assert_true(at < 10000);
    }
  }
  askiam_decision_destroy(decision);
  askiam_principal_destroy(viewer);
}

static void answers__arguments_that_are_missing_are_named(void **state)
{
  fixture *home = *state;
  char *json = NULL;
  askiam_principal *viewer = s_principal("john.doe", "");
  askiam_decision *decision = s_decide(home, "john.doe", "john.doe", FIXTURE_SENTENCE, NULL);
  const askiam_str none = {NULL, 0};
  assert_int_equal(askiam_answer_json(NULL, home->engine, decision, viewer, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_answer_json(&json, NULL, decision, viewer, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_answer_json(&json, home->engine, NULL, viewer, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_answer_json(&json, home->engine, decision, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_answer_status_json(&json, home->engine, none, none, viewer, NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_answer_status_json(&json, home->engine, askiam_str_from("r"), none, NULL, NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_answer_admit(NULL, viewer, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_null(json);
  askiam_decision_destroy(decision);
  askiam_principal_destroy(viewer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(answers__the_beneficiary_is_told_why_and_what_would_help),
      TEST(answers__whoever_asks_for_another_is_told_the_verdict_alone),
      TEST(answers__the_beneficiary_is_not_told_the_words_of_who_asked),
      TEST(answers__a_stranger_is_told_of_nobody),
      TEST(answers__the_scope_audit_sees_the_decision_as_it_is),
      TEST(answers__people_are_not_suggested_nor_listed),
      TEST(answers__documents_are_told_by_configuration_only),
      TEST(answers__a_failure_is_told_without_its_inside),
      TEST(answers__a_status_is_for_requester_beneficiary_and_audit),
      TEST(answers__a_status_of_others_is_as_one_that_is_not_there),
      TEST(answers__of_one_id_each_requester_sees_his_own),
      TEST(answers__a_status_after_erasure_is_still_its_owner_s),
      TEST(answers__a_request_is_its_principal_s),
      TEST(answers__to_speak_for_another_needs_its_scope),
      TEST(answers__failing_memory_tells_nothing_and_leaks_nothing),
      TEST(answers__arguments_that_are_missing_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
