/* SPDX-License-Identifier: Apache-2.0
 *
 * Many decisions again: in order, each counted once, none passed over in silence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "trail.h"

/* Every line that a run told, each with a line feed. */
typedef struct lines {
  char text[65536];
  size_t length;
  size_t count;
  size_t most; /* after so many the receiver has enough; 0: never */
} lines;

static askiam_status s_line(void *context, askiam_str line)
{
  lines *told = context;
  if (told->length + line.length + 2 < sizeof told->text) {
    memcpy(told->text + told->length, line.data, line.length);
    told->length += line.length;
    told->text[told->length++] = '\n';
    told->text[told->length] = 0;
  }
  ++told->count;
  return told->most != 0 && told->count >= told->most ? ASKIAM_STATUS_CANCELLED : ASKIAM_STATUS_OK;
}

static askiam_replay_summary s_run(fixture *home, const askiam_replay_options *options, lines *told)
{
  askiam_replay_summary summary = {.size = sizeof summary};
  askiam_error error = ASKIAM_ERROR_INIT;
  *told = (lines){.count = 0};
  if (askiam_replay_many(&summary, home->engine, options, s_line, told, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  uint64_t flipped = 0;
  for (size_t i = 0; i < ASKIAM_REPLAY_VERDICTS * ASKIAM_REPLAY_VERDICTS; ++i) {
    flipped += summary.flips[i / ASKIAM_REPLAY_VERDICTS][i % ASKIAM_REPLAY_VERDICTS];
  }
  assert_int_equal(summary.requests, summary.replayed + summary.erased + summary.without_facts + summary.changed +
                                         summary.unreadable + summary.without_policies);
  assert_int_equal(summary.replayed, summary.unchanged + summary.differing + flipped);
  return summary;
}

/* The theorem: under the same policies and settings nothing flips, and nothing else differs. */
static void replay_many__under_the_same_terms_nothing_differs(void **state)
{
  fixture *home = *state;
  lines told;
  size_t count = trail_decide_cases(home, "sample");
  trail_empty_catalogue(home);
  askiam_replay_summary summary = s_run(home, NULL, &told);
  assert_int_equal(summary.requests, count);
  assert_int_equal(summary.unchanged, count);
  assert_true(summary.unjudged > 0 && summary.unjudged < count);
  assert_int_equal(told.count, 1);
  assert_non_null(strstr(told.text, "{\"type\":\"summary\",\"requests\":"));
  assert_int_equal(fixture_trail(home), count);
}

static void replay_many__counts_what_it_cannot_repeat(void **state)
{
  fixture *home = *state;
  lines told;
  char *answer = NULL;
  trail_decide(home, "li.wei", "I need Viewer in Tableau", "forged");
  trail_decide(home, "sofia.rossi", "I need Viewer in Tableau", "good");
  trail_decide(home, "john.doe", FIXTURE_SENTENCE, "gone");
  assert_int_equal(askiam_audit_record(&answer, home->engine,
                                       askiam_str_from("{\"request_id\":\"bare\",\"user_id\":\"john.doe\","
                                                       "\"validation_result\":" TRAIL_FOREIGN_DECISION "}"),
                                       NULL),
                   ASKIAM_STATUS_OK);
  askiam_string_free(home->engine, answer);
  trail_tamper(home, "UPDATE requests SET facts = facts || ' ' WHERE request_id = 'forged'");
  assert_int_equal(s_run(home, NULL, &told).without_facts, 1);
  assert_int_equal(askiam_admin_erase_user(NULL, home->engine, askiam_str_from("john.doe"), NULL), ASKIAM_STATUS_OK);
  askiam_replay_summary summary = s_run(home, NULL, &told);
  assert_int_equal(summary.requests, 4);
  assert_int_equal(summary.unchanged, 1);
  assert_int_equal(summary.changed, 1);
  assert_int_equal(summary.erased, 2);
  assert_int_equal(told.count, 2);
  assert_ptr_equal(strstr(told.text, "{\"type\":\"not_replayable\",\"request_id\":\"forged\""), told.text);
  assert_non_null(strstr(told.text, "\"why\":\"changed\",\"detail\":\"FACTS: "));
  assert_non_null(strstr(told.text, "\"not_replayable\":{\"erased\":2,\"without_facts\":0,\"changed\":1,"
                                    "\"unreadable\":0,\"without_policies\":0}}"));
}

/* Settings that no library writes are not guessed at. */
static void replay_many__what_is_unreadable_is_told(void **state)
{
  fixture *home = *state;
  lines told;
  trail_decide(home, "john.doe", FIXTURE_SENTENCE, "odd");
  trail_forge_facts(home, "odd", "\"mode\":\"guarded\"", "\"mode\":\"lenient\"");
  askiam_replay_summary summary = s_run(home, NULL, &told);
  assert_int_equal(summary.unreadable, 1);
  assert_non_null(strstr(told.text, "\"why\":\"unreadable\",\"detail\":\"the member \\\"mode\\\""));
}

static void replay_many__tells_what_does_not_follow_from_its_record(void **state)
{
  fixture *home = *state;
  lines told;
  trail_decide(home, "john.doe", FIXTURE_SENTENCE, "good");
  trail_decide(home, "john.doe", "I need HR Annallyist in Workday", "near");
  trail_forge_facts(home, "near", "\"restricted\":false", "\"restricted\":true");
  askiam_replay_options options = {.size = sizeof options, .fail_on = askiam_str_from("VALID:INVALID")};
  askiam_replay_summary summary = s_run(home, &options, &told);
  assert_int_equal(summary.differing, 1);
  assert_int_equal(summary.chosen, 0);
  assert_ptr_equal(strstr(told.text, "{\"type\":\"difference\",\"request_id\":\"near\""), told.text);
  trail_decide(home, "john.doe", FIXTURE_SENTENCE, "odd");
  trail_forge_facts(home, "odd", "\"restricted\":false", "\"restricted\":true");
  summary = s_run(home, &options, &told);
  assert_int_equal(summary.flips[ASKIAM_VERDICT_VALID][ASKIAM_VERDICT_INVALID], 1);
  assert_int_equal(summary.chosen, 1);
  assert_non_null(strstr(told.text, "\"was\":{\"status\":\"VALID\",\"reason_codes\":[\"APPROVED_BY_EVIDENCE\"],"
                                    "\"check\":\"NOT_RESTRICTED\",\"detail\":\"John Doe is not barred"));
  assert_non_null(strstr(told.text, "\"would_be\":{\"status\":\"INVALID\",\"reason_codes\":[\"RESTRICTED\"],\"check\":"
                                    "\"NOT_RESTRICTED\",\"detail\":\"John Doe is barred"));
  assert_non_null(strstr(told.text, "\"flips\":{\"VALID:INVALID\":1},\"flipped\":1,\"chosen\":1"));
}

static void replay_many__takes_the_last_that_pass_a_filter(void **state)
{
  fixture *home = *state;
  lines told;
  for (int i = 0; i < 6; ++i) {
    char id[16];
    snprintf(id, sizeof id, "r%d", i);
    home->now_ms += 1000;
    trail_decide(home, i % 2 == 0 ? "john.doe" : "li.wei", FIXTURE_SENTENCE, id);
    char sql[128];
    snprintf(sql, sizeof sql, "UPDATE requests SET facts = facts || ' ' WHERE request_id = '%s'", id);
    trail_tamper(home, sql); /* so that each is told */
  }
  askiam_audit_filter filter = {.size = sizeof filter, .limit = 3, .newest_first = 1};
  askiam_replay_options options = {.size = sizeof options, .filter = &filter};
  assert_int_equal(s_run(home, &options, &told).requests, 3);
  char *newest = strstr(told.text, "\"request_id\":\"r5\"");
  char *third = strstr(told.text, "\"request_id\":\"r3\"");
  assert_true(newest != NULL && third != NULL && newest < third);
  assert_null(strstr(told.text, "\"request_id\":\"r2\""));
  filter.user_id = askiam_str_from("li.wei");
  assert_int_equal(s_run(home, &options, &told).requests, 3);
  assert_null(strstr(told.text, "\"request_id\":\"r4\""));
  filter = (askiam_audit_filter){.size = sizeof filter, .from_ms = home->now_ms - 1000, .to_ms = home->now_ms};
  assert_int_equal(s_run(home, &options, &told).requests, 1);
  assert_non_null(strstr(told.text, "\"request_id\":\"r4\""));
}

static void s_assert_refused(fixture *home, const askiam_replay_options *options, const char *words)
{
  lines told = {.count = 0};
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_replay_many(NULL, home->engine, options, s_line, &told, &error),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(told.count, 0);
  if (strstr(error.message, words) == NULL) {
    fail_msg("\"%s\" is not in \"%s\"", words, error.message);
  }
}

static void replay_many__options_that_are_none_are_refused(void **state)
{
  fixture *home = *state;
  static const char *const lists[] = {"",    "VALID",    "VALID:VALID",         "VALID:INVALID,", ":",
                                      "ANY", "none:any", "VALID:INVALID:VALID", "valid:invalid",  ","};
  askiam_replay_options options = {.size = sizeof options};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; ++i) {
    options.fail_on = askiam_str_from(lists[i]);
    s_assert_refused(home, &options, "is no flip");
  }
  options = (askiam_replay_options){.size = sizeof options, .policy_mode = askiam_str_from("strict")};
  s_assert_refused(home, &options, "guardrail or allowlist");
  options = (askiam_replay_options){.size = 0};
  s_assert_refused(home, &options, "size");
  askiam_audit_filter filter = {.size = sizeof filter, .count_by = askiam_str_from("user")};
  options = (askiam_replay_options){.size = sizeof options, .filter = &filter};
  s_assert_refused(home, &options, "count_by");
  askiam_replay_summary summary = {.size = 1};
  lines told;
  assert_int_equal(askiam_replay_many(&summary, home->engine, NULL, s_line, &told, NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_replay_many(NULL, home->engine, NULL, NULL, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
}

static void replay_many__ends_where_the_receiver_has_enough(void **state)
{
  fixture *home = *state;
  trail_decide(home, "john.doe", FIXTURE_SENTENCE, "a");
  trail_decide(home, "john.doe", FIXTURE_SENTENCE, "b");
  trail_tamper(home, "UPDATE requests SET facts = facts || ' '");
  lines told = {.most = 1};
  askiam_replay_summary summary = {.size = sizeof summary};
  assert_int_equal(askiam_replay_many(&summary, home->engine, NULL, s_line, &told, NULL), ASKIAM_STATUS_CANCELLED);
  assert_int_equal(told.count, 1);
  assert_int_equal(summary.requests, 1);
}

static void replay_many__failing_memory_is_said_and_leaks_nothing(void **state)
{
  fixture *home = *state;
  lines told;
  trail_decide(home, "john.doe", FIXTURE_SENTENCE, "a");
  trail_decide(home, "john.doe", "I need Payroll Administrator in Workday", "b");
  s_run(home, NULL, &told);
  long resting = home->allocator.outstanding;
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
    told = (lines){.count = 0};
    test_allocator_fail_at(&home->allocator, at);
    status = askiam_replay_many(NULL, home->engine, NULL, s_line, &told, NULL);
    test_allocator_fail_at(&home->allocator, 0);
    assert_true(status == ASKIAM_STATUS_OK ? told.count == 1 : status == ASKIAM_STATUS_NO_MEMORY && told.count == 0);
    assert_true(home->allocator.outstanding <= resting + 8);
    assert_true(at < 5000);
  }
}

int main(void)
{
#define IN_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)
  const struct CMUnitTest tests[] = {
      IN_FIXTURE(replay_many__under_the_same_terms_nothing_differs),
      IN_FIXTURE(replay_many__counts_what_it_cannot_repeat),
      IN_FIXTURE(replay_many__what_is_unreadable_is_told),
      IN_FIXTURE(replay_many__tells_what_does_not_follow_from_its_record),
      IN_FIXTURE(replay_many__takes_the_last_that_pass_a_filter),
      IN_FIXTURE(replay_many__options_that_are_none_are_refused),
      IN_FIXTURE(replay_many__ends_where_the_receiver_has_enough),
      IN_FIXTURE(replay_many__failing_memory_is_said_and_leaks_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
