/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#include <stdlib.h>

static void s_assert_code(const askiam_decision *decision, size_t index, const char *wanted)
{
  askiam_str code = askiam_decision_code(decision, index);
  char text[64] = {0};
  memcpy(text, code.data == NULL ? "" : code.data, code.length < 63 ? code.length : 63);
  assert_string_equal(text, wanted);
}

static void engine__spec_sentence_is_decided_and_recorded(void **state)
{
  fixture *home = *state;
  askiam_decision *decision = fixture_decide(home, fixture_request("john.doe", FIXTURE_SENTENCE, NULL));
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_VALID);
  assert_int_equal(askiam_decision_check_count(decision), 9);
  assert_true(askiam_decision_time_ms(decision) == FIXTURE_NOW_MS);
  assert_true(askiam_decision_audit_seq(decision) == 1);
  assert_int_equal(askiam_decision_get(decision, ASKIAM_DECISION_AUDIT_HASH).length, 64);
  assert_int_equal(fixture_trail(home), 1);
  askiam_decision_destroy(decision);
}

static void engine__dry_run_writes_nothing_and_ignores_stored_ids(void **state)
{
  fixture *home = *state;
  askiam_decision *first = fixture_decide(home, fixture_request("john.doe", FIXTURE_SENTENCE, "same"));
  askiam_request *request = fixture_request("john.doe", "I need access to the moon", "same");
  askiam_request_set_dry_run(request, 1);
  askiam_decision *second = fixture_decide(home, request);
  assert_int_equal(askiam_decision_dry_run(second), 1);
  assert_true(askiam_decision_audit_seq(second) == 0);
  assert_int_equal(fixture_trail(home), 1);
  askiam_decision_destroy(first);
  askiam_decision_destroy(second);
}

static void engine__request_id_twice_gives_the_first_decision(void **state)
{
  fixture *home = *state;
  askiam_decision *first = fixture_decide(home, fixture_request("john.doe", FIXTURE_SENTENCE, "twice-1"));
  home->now_ms += 1000;
  fixture_reopen(home);
  askiam_decision *second = fixture_decide(home, fixture_request("john.doe", FIXTURE_SENTENCE, "twice-1"));
  assert_string_equal(askiam_decision_to_json(first, NULL), askiam_decision_to_json(second, NULL));
  assert_int_equal(askiam_decision_check_count(second), askiam_decision_check_count(first));
  assert_int_equal(fixture_trail(home), 1);
  askiam_decision_destroy(first);
  askiam_decision_destroy(second);
}

static void engine__request_id_with_other_content_conflicts(void **state)
{
  fixture *home = *state;
  askiam_decision_destroy(fixture_decide(home, fixture_request("john.doe", FIXTURE_SENTENCE, "id-1")));
  askiam_request *request = fixture_request("john.doe", "I need something else in Workday", "id-1");
  askiam_decision *decision = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_validate(&decision, home->engine, request, &error), ASKIAM_STATUS_CONFLICT);
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_ERROR);
  s_assert_code(decision, 0, "REQUEST_ID_CONFLICT");
  assert_int_equal(fixture_trail(home), 1);
  askiam_decision_destroy(decision);
  askiam_request_destroy(request);
}

static void engine__unknown_requester_outweighs_everything(void **state)
{
  fixture *home = *state;
  askiam_request *request = fixture_request("john.doe", FIXTURE_SENTENCE, NULL);
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_REQUESTER_ID, askiam_str_from("ghost"), NULL),
                   ASKIAM_STATUS_OK);
  askiam_decision *decision = fixture_decide(home, request);
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_INVALID);
  s_assert_code(decision, 0, "REQUESTER_UNKNOWN");
  askiam_decision_destroy(decision);
  decision = fixture_decide(home, fixture_request("ghost", FIXTURE_SENTENCE, NULL));
  s_assert_code(decision, 0, "USER_UNKNOWN");
  askiam_decision_destroy(decision);
}

static void engine__batch_keeps_order_and_repeats_ids(void **state)
{
  fixture *home = *state;
  enum { COUNT = 150 };
  askiam_request *requests[COUNT];
  const askiam_request *borrowed[COUNT];
  askiam_decision *decisions[COUNT];
  for (size_t i = 0; i < COUNT; ++i) {
    char id[16] = {'b', (char)('0' + i % 100 / 10), (char)('0' + i % 10), 0};
    requests[i] = fixture_request("john.doe", i == 7 ? "Thank you very much" : FIXTURE_SENTENCE, i == 7 ? "seven" : id);
    borrowed[i] = requests[i];
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_validate_batch(decisions, home->engine, borrowed, COUNT, &error), ASKIAM_STATUS_OK);
  for (size_t i = 100; i < COUNT; ++i) {
    if (i != 107) {
      assert_string_equal(askiam_decision_to_json(decisions[i], NULL),
                          askiam_decision_to_json(decisions[i - 100], NULL));
    }
  }
  s_assert_code(decisions[7], 0, "NOT_A_REQUEST");
  assert_int_equal(fixture_trail(home), 101);
  for (size_t i = 0; i < COUNT; ++i) {
    askiam_decision_destroy(decisions[i]);
    askiam_request_destroy(requests[i]);
  }
}

static void engine__one_bad_request_does_not_stop_a_batch(void **state)
{
  fixture *home = *state;
  askiam_request *empty = NULL;
  assert_int_equal(askiam_request_new(&empty, NULL, NULL), ASKIAM_STATUS_OK);
  askiam_request *good = fixture_request("john.doe", FIXTURE_SENTENCE, NULL);
  const askiam_request *requests[] = {empty, good, NULL};
  askiam_decision *decisions[3];
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_validate_batch(decisions, home->engine, requests, 3, &error), ASKIAM_STATUS_BAD_DATA);
  s_assert_code(decisions[0], 0, "INVALID_REQUEST");
  assert_int_equal(askiam_decision_verdict(decisions[1]), ASKIAM_VERDICT_VALID);
  assert_null(decisions[2]);
  askiam_decision_destroy(decisions[0]);
  askiam_decision_destroy(decisions[1]);
  askiam_request_destroy(empty);
  askiam_request_destroy(good);
}

static void engine__status_tells_the_stored_decision_and_its_grant(void **state)
{
  fixture *home = *state;
  askiam_decision_destroy(fixture_decide(home, fixture_request("john.doe", FIXTURE_SENTENCE, "st-1")));
  char *json = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_status_json(&json, home->engine, askiam_str_from("st-1"), askiam_str_from(NULL), &error),
                   ASKIAM_STATUS_OK);
  assert_non_null(strstr(json, "\"grant\":{\"state\":\"requested\""));
  askiam_string_free(home->engine, json);
  assert_int_equal(askiam_status_json(&json, home->engine, askiam_str_from("st-2"), askiam_str_from(NULL), &error),
                   ASKIAM_STATUS_NOT_FOUND);
  assert_null(json);
}

static void engine__stages_answer_alone(void **state)
{
  fixture *home = *state;
  askiam_request *request = fixture_request("john.doe", FIXTURE_SENTENCE, NULL);
  char *json = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_extract(&json, home->engine, request, &error), ASKIAM_STATUS_OK);
  assert_non_null(strstr(json, "\"user_id\":\"john.doe\""));
  askiam_string_free(home->engine, json);
  askiam_decision *decision = fixture_decide(home, request);
  askiam_triple triple = {.size = sizeof triple,
                          .user_id = askiam_decision_get(decision, ASKIAM_DECISION_USER_ID),
                          .application_id = askiam_decision_get(decision, ASKIAM_DECISION_APPLICATION_ID),
                          .role_id = askiam_decision_get(decision, ASKIAM_DECISION_ROLE_ID)};
  assert_int_equal(askiam_rag_validate(&json, home->engine, &triple, &error), ASKIAM_STATUS_OK);
  assert_non_null(strstr(json, "\"confidence\":0."));
  askiam_string_free(home->engine, json);
  assert_int_equal(askiam_rules_validate(&json, home->engine, &triple, &error), ASKIAM_STATUS_OK);
  assert_non_null(strstr(json, "\"is_valid\":true"));
  askiam_string_free(home->engine, json);
  triple.role_id = askiam_str_from("no such role");
  assert_int_equal(askiam_rules_validate(&json, home->engine, &triple, &error), ASKIAM_STATUS_NOT_FOUND);
  assert_null(json);
  triple.size = 0;
  assert_int_equal(askiam_rag_validate(&json, home->engine, &triple, &error), ASKIAM_STATUS_INVALID_ARGUMENT);
  askiam_decision_destroy(decision);
}

static askiam_status s_explain(char **out_json, const fixture *home, const char *user, const char *app,
                               const char *role)
{
  askiam_triple triple = {.size = sizeof triple,
                          .user_id = askiam_str_from(user),
                          .application_id = askiam_str_from(app),
                          .role_id = askiam_str_from(role)};
  return askiam_policy_explain_request(out_json, home->engine, &triple, NULL);
}

static void engine__policies_explain_a_triple(void **state)
{
  const fixture *home = *state;
  char *whole = NULL;
  char *without = NULL;
  assert_int_equal(s_explain(&whole, home, "john.doe", "workday", "wd-hr-analyst"), ASKIAM_STATUS_OK);
  assert_non_null(strstr(whole, "\"decision\":\""));
  assert_non_null(strstr(whole, "\"mode\":\"guardrail\""));
  /* without an application it is the role's own */
  assert_int_equal(s_explain(&without, home, "john.doe", NULL, "wd-hr-analyst"), ASKIAM_STATUS_OK);
  assert_string_equal(without, whole);
  askiam_string_free(home->engine, whole);
  askiam_string_free(home->engine, without);

  static const struct {
    const char *user, *app, *role;
    askiam_status status;
  } cases[] = {{"nobody", "workday", "wd-hr-analyst", ASKIAM_STATUS_NOT_FOUND},
               {"john.doe", "nothing", "wd-hr-analyst", ASKIAM_STATUS_NOT_FOUND},
               {"john.doe", "workday", "no-role", ASKIAM_STATUS_NOT_FOUND},
               {"john.doe", NULL, "no-role", ASKIAM_STATUS_NOT_FOUND},
               {NULL, "workday", "wd-hr-analyst", ASKIAM_STATUS_BAD_DATA},
               {"john.doe", "workday", NULL, ASKIAM_STATUS_BAD_DATA}};
  for (size_t at = 0; at < sizeof cases / sizeof *cases; at++) {
    char *json = NULL;
    assert_int_equal(s_explain(&json, home, cases[at].user, cases[at].app, cases[at].role), cases[at].status);
    assert_null(json);
  }
}

/* Roles that require another role, each with something that keeps the person from having it. */
static const char s_blocked[] =
    "{\"users\":[{\"user_id\":\"ann\",\"name\":\"Ann Lee\",\"email\":\"ann@x.io\"}],"
    "\"applications\":[{\"app_id\":\"crm\",\"name\":\"Crmix\"}],"
    "\"roles\":[{\"role_id\":\"r1\",\"app_id\":\"crm\",\"name\":\"Editor\"},"
    "{\"role_id\":\"r2\",\"app_id\":\"crm\",\"name\":\"Publisher\"},{\"role_id\":\"r3\",\"app_id\":\"crm\",\"name\":"
    "\"Archivist\"},"
    "{\"role_id\":\"r4\",\"app_id\":\"crm\",\"name\":\"Curator\"},{\"role_id\":\"r5\",\"app_id\":\"crm\",\"name\":"
    "\"Designer\"},"
    "{\"role_id\":\"p\",\"app_id\":\"crm\",\"name\":\"Plain\"},{\"role_id\":\"old\",\"app_id\":\"crm\",\"name\":"
    "\"Gone\",\"status\":\"inactive\"},"
    "{\"role_id\":\"bar\",\"app_id\":\"crm\",\"name\":\"Barred\"},{\"role_id\":\"held\",\"app_id\":\"crm\",\"name\":"
    "\"Held\"},"
    "{\"role_id\":\"foe\",\"app_id\":\"crm\",\"name\":\"Foe\"}],"
    "\"user_roles\":[{\"user_id\":\"ann\",\"role_id\":\"held\",\"granted_at\":\"2026-01-01\"}],"
    "\"role_prerequisites\":[{\"role_id\":\"r1\",\"required_role_id\":\"p\"},{\"role_id\":\"r2\",\"required_role_id\":"
    "\"old\"},"
    "{\"role_id\":\"r3\",\"required_role_id\":\"bar\"},{\"role_id\":\"r4\",\"required_role_id\":\"foe\"},"
    "{\"role_id\":\"r5\",\"required_role_id\":\"r1\"},{\"role_id\":\"r1\",\"required_role_id\":\"r5\"}],"
    "\"role_conflicts\":[{\"role_id\":\"foe\",\"conflicting_role_id\":\"held\",\"reason\":\"kept apart\"}],"
    "\"role_restrictions\":[{\"role_id\":\"bar\",\"user_id\":\"ann\",\"reason\":\"no\"}]}";

static void engine__remedies_name_only_what_can_be_had(void **state)
{
  fixture *home = *state;
  fixture_import(home, s_blocked);
  static const struct {
    const char *text;
    size_t remedies;
  } cases[] = {{"I need Publisher in Crmix", 0},
               {"I need Archivist in Crmix", 0},
               {"I need Curator in Crmix", 0},
               {"I need Designer in Crmix", 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    askiam_decision *decision = fixture_decide(home, fixture_request("ann", cases[i].text, NULL));
    s_assert_code(decision, 0, "PREREQUISITE_MISSING");
    assert_int_equal(askiam_decision_remedy_count(decision), cases[i].remedies);
    askiam_decision_destroy(decision);
  }
}

static void engine__remedies_are_proved_against_the_role_itself(void **state)
{
  fixture *home = *state;
  fixture_import(home,
                 "{\"users\":[{\"user_id\":\"ann\",\"name\":\"Ann "
                 "Lee\"}],\"applications\":[{\"app_id\":\"crm\",\"name\":\"Crmix\"}],"
                 "\"roles\":[{\"role_id\":\"ed\",\"app_id\":\"crm\",\"name\":\"Editor\"},{\"role_id\":\"ap\",\"app_"
                 "id\":\"crm\",\"name\":\"Approver\"},"
                 "{\"role_id\":\"wr\",\"app_id\":\"crm\",\"name\":\"Writer\"}],"
                 "\"role_prerequisites\":[{\"role_id\":\"ed\",\"required_role_id\":\"ap\"},{\"role_id\":\"wr\","
                 "\"required_role_id\":\"ap\"}],"
                 "\"role_conflicts\":[{\"role_id\":\"ed\",\"conflicting_role_id\":\"ap\",\"reason\":\"kept apart\"}]}");
  askiam_decision *decision = fixture_decide(home, fixture_request("ann", "I need Editor in Crmix", NULL));
  s_assert_code(decision, 0, "PREREQUISITE_MISSING");
  assert_int_equal(askiam_decision_remedy_count(decision), 0);
  askiam_decision_destroy(decision);
  decision = fixture_decide(home, fixture_request("ann", "I need Writer in Crmix", NULL));
  assert_int_equal(askiam_decision_remedy_count(decision), 1);
  askiam_decision_destroy(decision);
}

static void engine__only_a_near_role_is_proposed_instead(void **state)
{
  fixture *home = *state;
  askiam_decision *decision =
      fixture_decide(home, fixture_request("john.doe", "I need HR Annallyist in Workday", NULL));
  s_assert_code(decision, 0, "ROLE_UNKNOWN");
  assert_int_equal(askiam_decision_remedy_count(decision), 1);
  askiam_str code = askiam_decision_remedy_code(decision, 0);
  assert_true(code.length == strlen("CHOOSE_ROLE") && memcmp(code.data, "CHOOSE_ROLE", code.length) == 0);
  askiam_decision_destroy(decision);
  decision = fixture_decide(home, fixture_request("john.doe", "I need HR Analyst in Salesforce", NULL));
  s_assert_code(decision, 0, "ROLE_NOT_IN_APP");
  assert_true(askiam_decision_suggestion_count(decision) > 0);
  assert_int_equal(askiam_decision_remedy_count(decision), 0);
  askiam_decision_destroy(decision);
}

int main(void)
{
#define IN_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)
  const struct CMUnitTest tests[] = {
      IN_FIXTURE(engine__spec_sentence_is_decided_and_recorded),
      IN_FIXTURE(engine__dry_run_writes_nothing_and_ignores_stored_ids),
      IN_FIXTURE(engine__request_id_twice_gives_the_first_decision),
      IN_FIXTURE(engine__request_id_with_other_content_conflicts),
      IN_FIXTURE(engine__unknown_requester_outweighs_everything),
      IN_FIXTURE(engine__batch_keeps_order_and_repeats_ids),
      IN_FIXTURE(engine__one_bad_request_does_not_stop_a_batch),
      IN_FIXTURE(engine__status_tells_the_stored_decision_and_its_grant),
      IN_FIXTURE(engine__stages_answer_alone),
      IN_FIXTURE(engine__policies_explain_a_triple),
      IN_FIXTURE(engine__remedies_name_only_what_can_be_had),
      IN_FIXTURE(engine__only_a_near_role_is_proposed_instead),
      IN_FIXTURE(engine__remedies_are_proved_against_the_role_itself),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
