/* SPDX-License-Identifier: Apache-2.0
 *
 * A request given twice gets the first answer; another one under its id gets none. */
#include <stdio.h>

#include "fixture.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

static askiam_status s_find(audit_fixture *fixture, aski_decision **out, const char *speaker, const char *sentence)
{
  return aski_audit_find(out, &fixture->audit, &fixture->call, ASKI_STR("john.doe"), ASKI_STR("r1"),
                         askiam_str_from(speaker), askiam_str_from(sentence), &fixture->error);
}

static void audit__find_gives_the_stored_decision_unchanged(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 2);
  aski_decision *found = NULL;
  assert_int_equal(s_find(fixture, &found, "john.doe", FIXTURE_SENTENCE), ASKIAM_STATUS_OK);
  assert_non_null(found);
  askiam_str stored = askiam_record_text(fixture->journal.rows[0].record, ASKIAM_RECORD_DECISION);
  assert_string_equal(askiam_decision_to_json(found, NULL), stored.data);
  assert_int_equal(askiam_decision_audit_seq(found), 1);
  askiam_decision_destroy(found);
}

static void audit__find_gives_nothing_for_a_new_request(void **state)
{
  audit_fixture *fixture = *state;
  aski_decision *found = (aski_decision *)fixture;
  assert_int_equal(s_find(fixture, &found, "john.doe", FIXTURE_SENTENCE), ASKIAM_STATUS_OK);
  assert_null(found);
}

static void audit__find_is_a_conflict_with_another_sentence_or_speaker(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 1);
  aski_decision *found = NULL;
  assert_int_equal(s_find(fixture, &found, "john.doe", "I need the admin role in Workday"), ASKIAM_STATUS_CONFLICT);
  assert_null(found);
  assert_int_equal(s_find(fixture, &found, "li.wei", FIXTURE_SENTENCE), ASKIAM_STATUS_CONFLICT);
  assert_null(found);
}

/* What was asked cannot be compared any more: an approval of something else must not be given out for it. */
static void audit__find_is_a_conflict_after_erasure(void **state)
{
  audit_fixture *fixture = *state;
  uint64_t count = 0;
  fixture_record_many(fixture, 1);
  aski_journal_erase(&fixture->handle, &fixture->call, ASKI_STR("john.doe"), &count, NULL);
  aski_decision *found = NULL;
  assert_int_equal(s_find(fixture, &found, "john.doe", FIXTURE_SENTENCE), ASKIAM_STATUS_CONFLICT);
  assert_non_null(strstr(fixture->error.message, "erased"));
}

/* A stored refusal that somebody made an approval is not given out. */
static void audit__find_refuses_a_decision_that_was_changed(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_SOD_CONFLICT);
  askiam_str stored = askiam_record_text(fixture->journal.rows[0].record, ASKIAM_RECORD_DECISION);
  char *copy = aski_copy_text(aski_allocator_default(), stored);
  char *status = strstr(copy, "\"INVALID\"");
  assert_non_null(status);
  memmove(status + 1, status + 3, strlen(status + 3) + 1);
  memory_set_text(&fixture->journal, 0, ASKIAM_RECORD_DECISION, copy);
  aski_release(aski_allocator_default(), copy);
  aski_decision *found = NULL;
  assert_int_equal(s_find(fixture, &found, "john.doe", FIXTURE_SENTENCE), ASKIAM_STATUS_CORRUPT);
  assert_null(found);
  assert_non_null(strstr(fixture->error.message, "askiam audit verify"));
}

static void audit__find_names_an_entry_that_is_gone(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 1);
  fixture->journal.rows[0].has_entry = false;
  aski_decision *found = NULL;
  assert_int_equal(s_find(fixture, &found, "john.doe", FIXTURE_SENTENCE), ASKIAM_STATUS_CORRUPT);
  assert_non_null(strstr(fixture->error.message, "the audit entry of this request is gone"));
}

static void audit__find_works_whatever_became_of_the_key(void **state)
{
  audit_fixture *fixture = *state;
  fixture->audit.key = ASKI_STR("a key that nobody else has");
  fixture_record_many(fixture, 1);
  fixture->audit.key = ASKI_STR_NONE;
  aski_decision *found = NULL;
  assert_int_equal(s_find(fixture, &found, "john.doe", FIXTURE_SENTENCE), ASKIAM_STATUS_OK);
  assert_non_null(found);
  askiam_decision_destroy(found);
}

static void audit__find_out_of_memory_gives_nothing(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 1);
  for (long at = 1;; ++at) {
    aski_decision *found = NULL;
    test_allocator_fail_at(&fixture->allocator, at);
    askiam_status status = s_find(fixture, &found, "john.doe", FIXTURE_SENTENCE);
    test_allocator_fail_at(&fixture->allocator, 0);
    if (status == ASKIAM_STATUS_OK) {
      assert_non_null(found);
      askiam_decision_destroy(found);
      break;
    }
    assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
    assert_null(found);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(audit__find_gives_the_stored_decision_unchanged),
      TEST(audit__find_gives_nothing_for_a_new_request),
      TEST(audit__find_is_a_conflict_with_another_sentence_or_speaker),
      TEST(audit__find_is_a_conflict_after_erasure),
      TEST(audit__find_refuses_a_decision_that_was_changed),
      TEST(audit__find_names_an_entry_that_is_gone),
      TEST(audit__find_works_whatever_became_of_the_key),
      TEST(audit__find_out_of_memory_gives_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
