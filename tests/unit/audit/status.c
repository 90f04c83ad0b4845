/* SPDX-License-Identifier: Apache-2.0
 *
 * The status of a request: its decision and its grant. */
#include "fixture.h"
#include "model/case.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

static askiam_status s_grant(void *self, const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                             askiam_grant_state *grant, askiam_error *error)
{
  (void)self;
  (void)call;
  (void)error;
  assert_true(aski_str_equal_text(requester_id, "john.doe"));
  assert_true(aski_str_equal_text(request_id, "r1"));
  return askiam_grant_state_set(grant, "granted", FIXTURE_NOW_MS, FIXTURE_NOW_MS + 1000, ASKI_STR("done"));
}

static askiam_status s_status(audit_fixture *fixture, const aski_state *grants, const char *request_id,
                              const char *requester_id)
{
  return aski_audit_status(&fixture->out, &fixture->audit, grants, &fixture->call, askiam_str_from(request_id),
                           askiam_str_from(requester_id), &fixture->error);
}

static void audit__status_is_the_decision_with_its_grant(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 2);
  assert_int_equal(s_status(fixture, NULL, "r1", NULL), ASKIAM_STATUS_OK);
  askiam_str stored = askiam_record_text(fixture->journal.rows[0].record, ASKIAM_RECORD_DECISION);
  assert_memory_equal(fixture->out.data, stored.data, stored.length - 1);
  assert_string_equal(fixture->out.data + stored.length - 1,
                      ",\"grant\":{\"state\":\"requested\",\"granted_at\":null,\"expires_at\":"
                      "\"2026-01-22T12:53:20.123Z\",\"reason\":null}}");
  assert_int_equal(s_status(fixture, NULL, "r2", "john.doe"), ASKIAM_STATUS_OK);
  assert_true(fixture_out_has(fixture, "\"grant\":{\"state\":\"none\",\"granted_at\":null,\"expires_at\":null"));
}

static void audit__status_asks_the_state_for_the_grant(void **state)
{
  audit_fixture *fixture = *state;
  const aski_state grants = {.table = {.size = sizeof(askiam_state_vtable), .grant = s_grant}, .provided = true};
  fixture_record_many(fixture, 1);
  assert_int_equal(s_status(fixture, &grants, "r1", NULL), ASKIAM_STATUS_OK);
  assert_true(fixture_out_has(fixture, "\"grant\":{\"state\":\"granted\",\"granted_at\":\"2026-01-21T12:53:20.123Z\","
                                       "\"expires_at\":\"2026-01-21T12:53:21.123Z\",\"reason\":\"done\"}}"));
}

/* What was decided about whom stays; what was said is gone. */
static void audit__status_after_erasure_tells_what_is_left(void **state)
{
  audit_fixture *fixture = *state;
  uint64_t count = 0;
  fixture_record(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  fixture_record(fixture, "r2", ASKI_CODE_UNCLEAR);
  aski_journal_erase(&fixture->handle, &fixture->call, ASKI_STR("john.doe"), &count, NULL);
  assert_int_equal(s_status(fixture, NULL, "r1", NULL), ASKIAM_STATUS_OK);
  assert_true(fixture_out_has(fixture, "{\"request_id\":\"r1\",\"status\":\"VALID\","));
  assert_true(fixture_out_has(fixture, "\"reason_codes\":[\"APPROVED_BY_EVIDENCE\"]"));
  assert_true(fixture_out_has(
      fixture, "\"role\":{\"id\":\"hr-analyst\",\"name\":\"HR Analyst\",\"mention\":null,\"score\":null}"));
  assert_true(fixture_out_has(fixture, "\"timestamp\":\"2026-01-21T12:53:20.123Z\",\"duration_ms\":null"));
  assert_true(fixture_out_has(fixture, "\"duration\":{\"expires_at\":\"2026-01-22T12:53:20.123Z\"}"));
  assert_true(fixture_out_has(fixture, "\"audit\":{\"chain\":\"c0\",\"seq\":1,\"hash\":\""));
  assert_true(fixture_out_has(fixture, "\"erased\":true,\"grant\":{\"state\":\"requested\""));
  assert_true(aski_json_check(aski_buffer_view(&fixture->out), aski_allocator_default(), NULL));
  assert_int_equal(s_status(fixture, NULL, "r2", "john.doe"), ASKIAM_STATUS_OK);
  static const char *const words[] = {"I need", "Because.", "sesame", "Which role?"};
  for (size_t i = 0; i < sizeof words / sizeof *words; ++i) {
    assert_false(fixture_out_has(fixture, words[i]));
  }
}

static void audit__status_after_erasure_out_of_memory_is_none(void **state)
{
  audit_fixture *fixture = *state;
  uint64_t count = 0;
  fixture_record_many(fixture, 1);
  aski_journal_erase(&fixture->handle, &fixture->call, ASKI_STR("john.doe"), &count, NULL);
  for (long at = 1;; ++at) {
    aski_buffer_clean_up(&fixture->out);
    test_allocator_fail_at(&fixture->allocator, at);
    askiam_status status = s_status(fixture, NULL, "r1", NULL);
    test_allocator_fail_at(&fixture->allocator, 0);
    if (status == ASKIAM_STATUS_OK) {
      break;
    }
    assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
  }
}

static void audit__status_of_an_unknown_request_is_not_found(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 1);
  assert_int_equal(s_status(fixture, NULL, "r9", NULL), ASKIAM_STATUS_NOT_FOUND);
  assert_int_equal(s_status(fixture, NULL, "r1", "li.wei"), ASKIAM_STATUS_NOT_FOUND);
  assert_non_null(strstr(fixture->error.message, "\"r1\""));
}

/* A store may refuse to be asked for it, and that would look like a failure. */
static void audit__status_of_what_is_no_text_is_not_found_without_looking(void **state)
{
  audit_fixture *fixture = *state;
  static const askiam_str s_ids[] = {{"john.doe\0", 9}, {"\xff", 1}};
  fixture_record_many(fixture, 1);
  fixture->journal.calls_until_fail = 1;
  fixture->journal.failure = ASKIAM_STATUS_INTERNAL;
  for (size_t i = 0; i < sizeof s_ids / sizeof *s_ids; ++i) {
    assert_int_equal(aski_audit_status(&fixture->out, &fixture->audit, NULL, &fixture->call, ASKI_STR("r1"), s_ids[i],
                                       &fixture->error),
                     ASKIAM_STATUS_NOT_FOUND);
    assert_int_equal(aski_audit_status(&fixture->out, &fixture->audit, NULL, &fixture->call, s_ids[i],
                                       ASKI_STR("john.doe"), &fixture->error),
                     ASKIAM_STATUS_NOT_FOUND);
  }
  assert_int_equal(fixture->journal.calls_until_fail, 1);
}

static void audit__status_of_an_id_of_two_requesters_is_a_conflict(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 1);
  aski_decision *decision = fixture_decision(fixture, "r1", ASKI_CODE_SOD_CONFLICT);
  decision->requester.id = ASKI_STR("li.wei");
  aski_audit_entry entry = fixture_entry(fixture, decision);
  assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, NULL), ASKIAM_STATUS_OK);
  askiam_decision_destroy(decision);
  assert_int_equal(s_status(fixture, NULL, "r1", NULL), ASKIAM_STATUS_CONFLICT);
  assert_int_equal(s_status(fixture, NULL, "r1", "li.wei"), ASKIAM_STATUS_OK);
  assert_true(fixture_out_has(fixture, "\"status\":\"INVALID\""));
}

static void audit__status_out_of_memory_is_none(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 1);
  for (long at = 1;; ++at) {
    aski_buffer_clean_up(&fixture->out);
    test_allocator_fail_at(&fixture->allocator, at);
    askiam_status status = s_status(fixture, NULL, "r1", NULL);
    test_allocator_fail_at(&fixture->allocator, 0);
    if (status == ASKIAM_STATUS_OK) {
      break;
    }
    assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(audit__status_is_the_decision_with_its_grant),
      TEST(audit__status_asks_the_state_for_the_grant),
      TEST(audit__status_after_erasure_tells_what_is_left),
      TEST(audit__status_after_erasure_out_of_memory_is_none),
      TEST(audit__status_of_an_unknown_request_is_not_found),
      TEST(audit__status_of_what_is_no_text_is_not_found_without_looking),
      TEST(audit__status_of_an_id_of_two_requesters_is_a_conflict),
      TEST(audit__status_out_of_memory_is_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
