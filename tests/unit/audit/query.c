/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions to the trail. */
#include <stdio.h>

#include "fixture.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

/* Records: john gets workday twice and is refused once, ann asks for payroll, li has no role. Days 0, 0, 1, 1, 2. */
static void s_fill(audit_fixture *fixture)
{
  static const struct {
    const char *id, *user, *application;
    aski_code code;
    int day;
  } rows[] = {{"q1", "john.doe", "workday", ASKI_CODE_APPROVED_BY_RULES, 0},
              {"q2", "john.doe", "workday", ASKI_CODE_SOD_CONFLICT, 0},
              {"q3", "john.doe", "workday", ASKI_CODE_APPROVED_BY_RULES, 1},
              {"q4", "ann", "payroll", ASKI_CODE_APPROVED_BY_RULES, 1},
              {"q5", NULL, NULL, ASKI_CODE_UNCLEAR, 2}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
    aski_decision *decision = fixture_decision(fixture, rows[i].id, rows[i].code);
    decision->time_ms = FIXTURE_NOW_MS + rows[i].day * ASKI_MS_PER_DAY;
    decision->user.id = askiam_str_from(rows[i].user);
    decision->user.found = rows[i].user != NULL;
    decision->application.id = askiam_str_from(rows[i].application);
    decision->application.found = rows[i].application != NULL;
    aski_audit_entry entry = fixture_entry(fixture, decision);
    assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, NULL), ASKIAM_STATUS_OK);
    askiam_decision_destroy(decision);
  }
}

static void s_ask(audit_fixture *fixture, askiam_audit_filter filter)
{
  filter.size = sizeof filter;
  aski_buffer_clear(&fixture->out);
  assert_int_equal(
      aski_audit_query(&fixture->audit, &fixture->call, &filter, fixture_collect, &fixture->out, &fixture->error),
      ASKIAM_STATUS_OK);
}

static size_t s_lines(const audit_fixture *fixture)
{
  size_t count = 0;
  for (size_t i = 0; i < fixture->out.length; ++i) {
    count += fixture->out.data[i] == '\n';
  }
  return count;
}

static void audit__query_requests_of_a_person_in_a_time(void **state)
{
  audit_fixture *fixture = *state;
  s_fill(fixture);
  s_ask(fixture, (askiam_audit_filter){.user_id = ASKI_STR("john.doe"), .from_ms = FIXTURE_NOW_MS + 1});
  assert_int_equal(s_lines(fixture), 3); /* as requester too: q3, q4, q5 */
  s_ask(fixture, (askiam_audit_filter){.user_id = ASKI_STR("ann")});
  assert_int_equal(s_lines(fixture), 1);
  assert_true(fixture_out_has(fixture, "\"request_id\":\"q4\",\"requester_id\":\"john.doe\",\"user_id\":\"ann\","
                                       "\"app_id\":\"payroll\",\"role_id\":\"hr-analyst\",\"risk\":\"high\","
                                       "\"status\":\"VALID\""));
}

static void audit__query_counts_by_application_and_status(void **state)
{
  audit_fixture *fixture = *state;
  s_fill(fixture);
  s_ask(fixture, (askiam_audit_filter){.count_by = ASKI_STR("application, status")});
  assert_string_equal(fixture->out.data, "{\"application\":\"workday\",\"status\":\"VALID\",\"count\":2}\n"
                                         "{\"application\":null,\"status\":\"NEEDS_INFO\",\"count\":1}\n"
                                         "{\"application\":\"payroll\",\"status\":\"VALID\",\"count\":1}\n"
                                         "{\"application\":\"workday\",\"status\":\"INVALID\",\"count\":1}\n");
}

static void audit__query_who_got_high_risk_roles(void **state)
{
  audit_fixture *fixture = *state;
  s_fill(fixture);
  s_ask(fixture, (askiam_audit_filter){
                     .risk = ASKI_STR("high"), .status = ASKI_STR("VALID"), .count_by = ASKI_STR("user,role")});
  assert_string_equal(fixture->out.data, "{\"user\":\"john.doe\",\"role\":\"hr-analyst\",\"count\":2}\n"
                                         "{\"user\":\"ann\",\"role\":\"hr-analyst\",\"count\":1}\n");
}

static void audit__query_counts_by_day_and_stops_at_the_limit(void **state)
{
  audit_fixture *fixture = *state;
  s_fill(fixture);
  s_ask(fixture, (askiam_audit_filter){.count_by = ASKI_STR("day"), .limit = 2});
  assert_string_equal(fixture->out.data,
                      "{\"day\":\"2026-01-21\",\"count\":2}\n{\"day\":\"2026-01-22\",\"count\":2}\n");
}

static void audit__query_gives_the_newest_first(void **state)
{
  audit_fixture *fixture = *state;
  s_fill(fixture);
  s_ask(fixture, (askiam_audit_filter){.newest_first = 1, .limit = 2});
  assert_int_equal(s_lines(fixture), 2);
  const char *fifth = strstr(fixture->out.data, "\"q5\"");
  const char *fourth = strstr(fixture->out.data, "\"q4\"");
  assert_true(fifth != NULL && fourth != NULL && fifth < fourth);
}

static void audit__query_counts_many_groups(void **state)
{
  audit_fixture *fixture = *state;
  enum { GROUPS = 300 };
  for (int i = 0; i < 2 * GROUPS; ++i) {
    char id[16];
    char user[16];
    snprintf(id, sizeof id, "m%d", i);
    snprintf(user, sizeof user, "u%d", i % GROUPS);
    aski_decision *decision = fixture_decision(fixture, id, ASKI_CODE_UNCLEAR);
    decision->user.id = askiam_str_from(user);
    aski_audit_entry entry = fixture_entry(fixture, decision);
    assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, NULL), ASKIAM_STATUS_OK);
    askiam_decision_destroy(decision);
  }
  s_ask(fixture, (askiam_audit_filter){.count_by = ASKI_STR("user")});
  assert_int_equal(s_lines(fixture), GROUPS);
  assert_null(strstr(fixture->out.data, "\"count\":1"));
}

static void audit__query_refuses_bad_filters(void **state)
{
  audit_fixture *fixture = *state;
  static const char *const bad[] = {"colour", "user,user", "user,", ",", "user,,role"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    askiam_audit_filter filter = {.size = sizeof filter, .count_by = askiam_str_from(bad[i])};
    assert_int_equal(
        aski_audit_query(&fixture->audit, &fixture->call, &filter, fixture_collect, &fixture->out, &fixture->error),
        ASKIAM_STATUS_INVALID_ARGUMENT);
  }
  askiam_audit_filter sizeless = {.from_ms = 1};
  assert_int_equal(aski_audit_query(&fixture->audit, &fixture->call, &sizeless, fixture_collect, &fixture->out, NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  askiam_audit_filter backwards = {.size = sizeof backwards, .from_ms = 2, .to_ms = 1};
  assert_int_equal(aski_audit_query(&fixture->audit, &fixture->call, &backwards, fixture_collect, &fixture->out, NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
}

static askiam_status s_stop(void *context, askiam_str line)
{
  (void)line;
  ++*(int *)context;
  return ASKIAM_STATUS_CANCELLED;
}

static void audit__query_ends_where_its_receiver_says_so(void **state)
{
  audit_fixture *fixture = *state;
  int lines = 0;
  fixture_record_many(fixture, 3);
  assert_int_equal(aski_audit_query(&fixture->audit, &fixture->call, NULL, s_stop, &lines, NULL),
                   ASKIAM_STATUS_CANCELLED);
  assert_int_equal(lines, 1);
}

static void audit__query_out_of_memory_fails(void **state)
{
  audit_fixture *fixture = *state;
  s_fill(fixture);
  askiam_audit_filter filter = {.size = sizeof filter, .count_by = ASKI_STR("user,role,day")};
  aski_buffer collected;
  aski_buffer_init(&collected, aski_allocator_default());
  for (long at = 1;; ++at) {
    test_allocator_fail_at(&fixture->allocator, at);
    askiam_status status =
        aski_audit_query(&fixture->audit, &fixture->call, &filter, fixture_collect, &collected, NULL);
    test_allocator_fail_at(&fixture->allocator, 0);
    if (status == ASKIAM_STATUS_OK) {
      assert_true(at > 1);
      break;
    }
    assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
  }
  aski_buffer_clean_up(&collected);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(audit__query_requests_of_a_person_in_a_time),
      TEST(audit__query_counts_by_application_and_status),
      TEST(audit__query_who_got_high_risk_roles),
      TEST(audit__query_counts_by_day_and_stops_at_the_limit),
      TEST(audit__query_gives_the_newest_first),
      TEST(audit__query_counts_many_groups),
      TEST(audit__query_refuses_bad_filters),
      TEST(audit__query_ends_where_its_receiver_says_so),
      TEST(audit__query_out_of_memory_fails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
