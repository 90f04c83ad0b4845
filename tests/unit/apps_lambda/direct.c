/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions `status` and `chat`, invoked directly and through an API. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host.h"

#include <stdlib.h>

#include "apps/lambda/functions.h"

typedef void (*run_fn)(lambda_host *host, const lambda_event *event, lambda_reply *reply);

static lambda_host s_host;
static char s_told[65536];
static lambda_reply s_reply;

static int s_set_up(void **state)
{
  fixture_set_up(state);
  s_host = (lambda_host){.home = *state};
  return 0;
}

/* Runs a function; what it wrote is in s_told, how it failed in s_reply. */
static void s_run(run_fn run, const char *event_json)
{
  test_run(s_told, sizeof s_told, &s_reply, &s_host, askiam_str_from(event_json), run);
}

static void s_assert_refused(run_fn run, const char *event_json, const char *type, const char *says)
{
  s_run(run, event_json);
  assert_string_equal(s_reply.error_type, type);
  if (strstr(s_reply.error_message, says) == NULL) {
    fail_msg("%s is not in %s", says, s_reply.error_message);
  }
}

static void direct__status_is_told_whole(void **state)
{
  fixture *home = *state;
  askiam_decision_destroy(
      fixture_decide(home, fixture_request("maria.garcia", "I need Payment Approver in SAP ERP", "r-1")));
  s_run(lambda_status_run, "{\"request_id\":\"r-1\"}");
  assert_null(s_reply.error_type);
  assert_non_null(strstr(s_told, "queries_executed\":[{"));
  assert_non_null(strstr(s_told, "\"grant\":{\"state\":\"none\""));
  s_run(lambda_status_run, "{\"request_id\":\"r-1\",\"requester_id\":\"maria.garcia\"}");
  assert_null(s_reply.error_type);
  s_assert_refused(lambda_status_run, "{\"request_id\":\"r-1\",\"requester_id\":\"john.doe\"}", "NOT_FOUND", "r-1");
}

static void direct__status_says_what_it_takes(void **state)
{
  (void)state;
  static const char *const s_events[] = {"{}",
                                         "[]",
                                         "null",
                                         "{\"request_id\":7}",
                                         "{\"request_id\":null}",
                                         "\"x\"",
                                         "{\"request_id\":\"r\",\"requester_id\":7}"};
  for (size_t i = 0; i < sizeof s_events / sizeof *s_events; ++i) {
    s_assert_refused(lambda_status_run, s_events[i], "InvalidEvent", "request_id: must be a string");
  }
  s_host.broken = true;
  s_assert_refused(lambda_status_run, "{\"request_id\":\"r\"}", "CONFIG", "secret");
}

static void direct__both_answer_events_of_an_api(void **state)
{
  (void)state;
  static const run_fn s_runs[] = {lambda_status_run, lambda_chat_run};
  for (size_t i = 0; i < 2; ++i) {
    const test_event event = {.version = 2, .path = "/status/none", .caller = JOHN_2};
    s_run(s_runs[i], test_event_json(&event).data);
    assert_non_null(strstr(s_told, "{\"statusCode\":404,"));
  }
}

static void direct__chat_says_what_it_takes(void **state)
{
  (void)state;
  s_assert_refused(lambda_chat_run, "{\"message\":\"hi\"}", "InvalidEvent", "user_id: missing");
  s_assert_refused(lambda_chat_run, "{\"user_id\":\"john.doe\"}", "InvalidEvent", "raw_request: missing");
  s_assert_refused(lambda_chat_run, "[]", "InvalidEvent", "a request is an object");
  s_assert_refused(lambda_chat_run, "{\"user_id\":\"john.doe\",\"message\":\"hi\",\"session_id\":7}", "InvalidEvent",
                   "session_id: must be a string");
  s_host.broken = true;
  s_assert_refused(lambda_chat_run, "{\"user_id\":\"john.doe\",\"message\":\"hi\"}", "CONFIG", "secret");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_set_up, fixture_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(direct__status_is_told_whole),
      TEST(direct__status_says_what_it_takes),
      TEST(direct__both_answer_events_of_an_api),
      TEST(direct__chat_says_what_it_takes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
