/* SPDX-License-Identifier: Apache-2.0
 *
 * The AuditLogger of the spec: reads strictly, records once. */
#include "audit/record_json.h"

#include <stdio.h>
#include <stdlib.h>

#include "fixture.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

/* {request_id, user_id, validation_result, context} with a decision of this code. */
static char *s_input(audit_fixture *fixture, const char *decision_id, aski_code code)
{
  aski_decision *decision = fixture_decision(fixture, decision_id, code);
  assert_true(aski_decision_seal(decision));
  char *text = malloc(16384);
  snprintf(text, 16384,
           "{\"request_id\":\"r1\", \"user_id\":\"john.doe\" , \"validation_result\" : %s ,\"other\":[{}],"
           "\"context\":{\"ip\":\"10.0.0.9\",\"user_agent\":\"ua\",\"session_id\":null}}",
           askiam_decision_to_json(decision, NULL));
  askiam_decision_destroy(decision);
  return text;
}

static askiam_status s_record(audit_fixture *fixture, const char *text)
{
  return aski_audit_record_json(&fixture->out, &fixture->audit, &fixture->call, askiam_str_from(text), &fixture->error);
}

static void audit__record_json_records_once(void **state)
{
  audit_fixture *fixture = *state;
  char *text = s_input(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  assert_int_equal(s_record(fixture, text), ASKIAM_STATUS_OK);
  assert_true(
      fixture_out_has(fixture, "{\"status\":\"RECORDED\",\"repeated\":false,\"audit\":{\"chain\":\"c0\",\"seq\":1,"));
  assert_int_equal(s_record(fixture, text), ASKIAM_STATUS_OK);
  assert_true(fixture_out_has(fixture, "\"repeated\":true,\"audit\":{\"chain\":\"c0\",\"seq\":1,"));
  assert_int_equal(fixture->journal.row_count, 1);
  assert_non_null(strstr(askiam_record_text(fixture->journal.rows[0].record, ASKIAM_RECORD_PAYLOAD).data,
                         "\"ip\":\"10.0.0.9\",\"user_agent\":\"ua\",\"session_id\":null"));
  free(text);
  assert_true(fixture_verify(fixture, NULL, NULL));
}

/* A decision that this library recorded itself is recorded already. */
static void audit__record_json_of_a_recorded_decision_is_a_repeat(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  char *text = malloc(16384);
  snprintf(text, 16384, "{\"request_id\":\"r1\",\"user_id\":\"john.doe\",\"validation_result\":%s}",
           askiam_record_text(fixture->journal.rows[0].record, ASKIAM_RECORD_DECISION).data);
  assert_int_equal(s_record(fixture, text), ASKIAM_STATUS_OK);
  assert_true(fixture_out_has(fixture, "\"repeated\":true"));
  free(text);
}

static void audit__record_json_of_another_decision_is_a_conflict(void **state)
{
  audit_fixture *fixture = *state;
  char *first = s_input(fixture, "r1", ASKI_CODE_SOD_CONFLICT);
  char *second = s_input(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  assert_int_equal(s_record(fixture, first), ASKIAM_STATUS_OK);
  assert_int_equal(s_record(fixture, second), ASKIAM_STATUS_CONFLICT);
  assert_int_equal(fixture->journal.row_count, 1);
  free(first);
  free(second);
}

/* What it said cannot be compared any more. */
static void audit__record_json_after_erasure_is_a_conflict(void **state)
{
  audit_fixture *fixture = *state;
  uint64_t count = 0;
  char *text = s_input(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  assert_int_equal(s_record(fixture, text), ASKIAM_STATUS_OK);
  aski_journal_erase(&fixture->handle, &fixture->call, ASKI_STR("john.doe"), &count, NULL);
  assert_true(fixture_verify(fixture, NULL, NULL));
  assert_int_equal(s_record(fixture, text), ASKIAM_STATUS_CONFLICT);
  assert_non_null(strstr(fixture->error.message, "erased"));
  free(text);
}

/* The sentence was never seen here, so a request under this id cannot be told from another. */
static void audit__record_json_is_not_given_out_for_a_sentence(void **state)
{
  audit_fixture *fixture = *state;
  char *text = s_input(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  assert_int_equal(s_record(fixture, text), ASKIAM_STATUS_OK);
  free(text);
  aski_decision *found = NULL;
  assert_int_equal(aski_audit_find(&found, &fixture->audit, &fixture->call, ASKI_STR("john.doe"), ASKI_STR("r1"),
                                   ASKI_STR("john.doe"), ASKI_STR(FIXTURE_SENTENCE), NULL),
                   ASKIAM_STATUS_CONFLICT);
  assert_null(found);
}

/* Replaces the first `from` in `text` by `to`; both of a kind that fits. */
static char *s_replace(const char *text, const char *from, const char *to)
{
  const char *at = strstr(text, from);
  assert_non_null(at);
  char *changed = malloc(strlen(text) + strlen(to) + 1);
  size_t before = (size_t)(at - text);
  memcpy(changed, text, before);
  strcpy(changed + before, to);
  strcat(changed, at + strlen(from));
  return changed;
}

static void audit__record_json_refuses_what_is_no_record(void **state)
{
  audit_fixture *fixture = *state;
  char *good = s_input(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  static const struct {
    const char *from, *to;
  } changes[] = {
      {"\"request_id\":\"r1\",", ""},
      {"\"request_id\":\"r1\",", "\"request_id\":\"r 1\","},
      {"\"request_id\":\"r1\",", "\"request_id\":1,"},
      {"\"user_id\":\"john.doe\"", "\"user_id\":\"\""},
      {"\"user_id\":\"john.doe\"", "\"user_id\":\"a*\""},
      {"\"user_id\":\"john.doe\"", "\"user_id\":1.5"},
      {"\"validation_result\" :", "\"validation\" :"},
      {"\"validation_result\" :", "\"validation\\u005fresult\" :"},
      {"\"context\":{", "\"context\":[],\"c\":{"},
      {"\"ip\":\"10.0.0.9\"", "\"ip\":10"},
      {"\"status\":\"VALID\"", "\"status\":\"INVALID\""},
      {"\"status\":\"VALID\"", "\"status\":\"ERROR\""},
      {"\"status\":\"VALID\"", "\"status\":\"MAYBE\""},
      {"\"reason_codes\":[\"APPROVED_BY_EVIDENCE\"]", "\"reason_codes\":[]"},
      {"\"reason_codes\":[\"APPROVED_BY_EVIDENCE\"]", "\"reason_codes\":[\"APPROVED_BY_EVIDENCE\",\"NEW\"]"},
      {"\"reason_codes\":[\"APPROVED_BY_EVIDENCE\"]", "\"reason_codes\":[\"APPROVED_BY_RULES\"]"},
      {"\"dry_run\":false", "\"dry_run\":true"},
      {"\"timestamp\":\"2026", "\"timestamp\":\"x2026"},
      {"{\"request_id\":\"r1\",\"status\"", "{\"request_id\":\"r2\",\"status\""},
      {"\"user\":{\"id\":\"john.doe\"", "\"user\":{\"id\":\"\""},
      {"{\"request_id\"", "{{\"request_id\""},
  };
  for (size_t i = 0; i < sizeof changes / sizeof *changes; ++i) {
    char *bad = s_replace(good, changes[i].from, changes[i].to);
    askiam_status status = s_record(fixture, bad);
    if (status != ASKIAM_STATUS_BAD_DATA) {
      fail_msg("%s gave %s", changes[i].to, askiam_status_name(status));
    }
    free(bad);
  }
  assert_int_equal(s_record(fixture, "[]"), ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(s_record(fixture, ""), ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(fixture->journal.row_count, 0);
  assert_int_equal(s_record(fixture, good), ASKIAM_STATUS_OK);
  free(good);
}

static void audit__record_json_takes_an_integer_id_as_text(void **state)
{
  audit_fixture *fixture = *state;
  char *text = s_input(fixture, "r1", ASKI_CODE_UNCLEAR);
  char *numbered = s_replace(text, "\"user_id\":\"john.doe\"", "\"user_id\":4711");
  assert_int_equal(s_record(fixture, numbered), ASKIAM_STATUS_OK);
  assert_true(
      aski_str_equal_text(askiam_record_text(fixture->journal.rows[0].record, ASKIAM_RECORD_SPEAKER_ID), "4711"));
  free(numbered);
  free(text);
}

static void audit__record_json_out_of_memory_records_nothing(void **state)
{
  audit_fixture *fixture = *state;
  char *text = s_input(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  for (long at = 1;; ++at) {
    aski_buffer_clean_up(&fixture->out);
    aski_buffer_reserve(&fixture->out, 1024); /* the answer's own memory, so that what is recorded can be told */
    test_allocator_fail_at(&fixture->allocator, at);
    askiam_status status = s_record(fixture, text);
    test_allocator_fail_at(&fixture->allocator, 0);
    if (status == ASKIAM_STATUS_OK) {
      assert_int_equal(fixture->journal.row_count, 1);
      break;
    }
    assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
    assert_int_equal(fixture->journal.row_count, 0);
  }
  free(text);
}

static void audit__slice_finds_a_member_of_the_object_only(void **state)
{
  (void)state;
  const askiam_str text = ASKI_STR(" { \"a\" : [1,{\"x\":2}] , \"s\":\"}\\\"x\\\":9\" ,\"x\": {\"y\":\"]\"} } ");
  assert_true(aski_str_equal_text(aski_audit_slice(text, "x"), "{\"y\":\"]\"}"));
  assert_true(aski_str_equal_text(aski_audit_slice(text, "a"), "[1,{\"x\":2}]"));
  assert_false(aski_str_present(aski_audit_slice(text, "y")));
  assert_false(aski_str_present(aski_audit_slice(ASKI_STR("{}"), "x")));
  assert_true(aski_str_equal_text(aski_audit_slice(ASKI_STR("{\"x\":1}"), "x"), "1"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(audit__record_json_records_once),
      TEST(audit__record_json_of_a_recorded_decision_is_a_repeat),
      TEST(audit__record_json_of_another_decision_is_a_conflict),
      TEST(audit__record_json_after_erasure_is_a_conflict),
      TEST(audit__record_json_is_not_given_out_for_a_sentence),
      TEST(audit__record_json_refuses_what_is_no_record),
      TEST(audit__record_json_takes_an_integer_id_as_text),
      TEST(audit__record_json_out_of_memory_records_nothing),
      cmocka_unit_test(audit__slice_finds_a_member_of_the_object_only),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
