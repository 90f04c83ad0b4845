/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that runs out at each place in turn: an error or a 5xx, never a wrong answer, never a leak. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host.h"

#include <stdlib.h>

#include "apps/lambda/functions.h"
#include "apps/lambda/http.h"

void *__real_malloc(size_t size); /* NOLINT(bugprone-reserved-identifier,cert-dcl37-c): the linker's names */
void *__wrap_malloc(size_t size); /* NOLINT(bugprone-reserved-identifier,cert-dcl37-c) */

static lambda_host s_host;
static long s_left;     /* calls that succeed; negative: all */
static long s_failures; /* how many fail then; negative: all */

void *__wrap_malloc(size_t size) /* NOLINT(bugprone-reserved-identifier,cert-dcl37-c) */
{
  if (s_left == 0 && s_failures != 0) {
    s_failures -= s_failures > 0 ? 1 : 0;
    return NULL;
  }
  s_left -= s_left > 0 ? 1 : 0;
  return __real_malloc(size);
}

static int s_set_up(void **state)
{
  s_left = -1;
  fixture_set_up(state);
  s_host = (lambda_host){.home = *state};
  return 0;
}

/* The status of the response; 0 where the function failed instead. A 200 must lack this. */
static int s_try(const lambda_event *event, long allowed, const char *lacks)
{
  char *text = NULL;
  size_t length = 0;
  lambda_reply reply = {.out = open_memstream(&text, &length)};
  assert_non_null(reply.out);
  s_left = allowed;
  lambda_http_run(&s_host, event, &reply);
  s_left = -1;
  fclose(reply.out);
  askiam_str response = {text, length};
  if (reply.error_type == NULL) {
    assert_int_equal(askiam_json_check(response, NULL, NULL), ASKIAM_STATUS_OK);
    assert_false(app_json_is(app_json_member(response, "body"), ""));
  }
  int code = reply.error_type == NULL ? (int)app_json_number(app_json_member(response, "statusCode")) : 0;
  if (code == 200 && strstr(text, lacks) != NULL) {
    fail_msg("after %ld: %s", allowed, text);
  }
  free(text);
  return code;
}

static void s_run_out(const test_event *wanted, int code)
{
  askiam_str json = test_event_json(wanted);
  const lambda_event event = {.body = json, .request_id = askiam_str_from("i"), .end_ms = lambda_ticks_ms() + 20000};
  int found = 0;
  for (long allowed = 0; found != code; ++allowed) {
    s_failures = -1;
    found = s_try(&event, allowed, "POLICY_DENY");
    if (found != code && found != 0 && found != 500 && found != 503) {
      fail_msg("%d after %ld", found, allowed);
    }
    assert_true(allowed < 20000);
  }
}

static void http__memory_that_runs_out_is_no_answer(void **state)
{
  (void)state;
  const test_event request = {
      .version = 2,
      .method = "POST",
      .path = "/requests",
      .headers = JSON_TYPE ",\"idempotency-key\":\"m-1\"",
      .caller =
          "\"authorizer\":{\"jwt\":{\"claims\":{\"sub\":\"john.doe\",\"scope\":[\"a\",\"b\"],\"groups\":\"[x]\"}}}",
      .body = "\"{\\\"raw_request\\\":\\\"I need access to HR Analyst role in Workday\\\"}\""};
  s_run_out(&request, 200);
  const test_event status = {.version = 1, .path = "/status/m-1", .caller = JOHN_1};
  s_run_out(&status, 200);
  const test_event wrong = {.version = 1,
                            .method = "POST",
                            .path = "/chat",
                            .headers = JSON_TYPE ",\"idempotency-key\":\"a b\"",
                            .caller = JOHN_1,
                            .body = "\"{\\\"user_id\\\":[],\\\"session_id\\\":7}\""};
  s_run_out(&wrong, 400);
}

/* A policy refuses whoever calls from elsewhere: no answer may come of a request whose address there was no memory
 * for. */
static void http__an_address_that_cannot_be_kept_is_not_left_out(void **state)
{
  (void)state;
  const test_event wanted = {.version = 2,
                             .method = "POST",
                             .path = "/requests",
                             .headers = JSON_TYPE,
                             .caller = "\"authorizer\":{\"jwt\":{\"claims\":{\"sub\":\"pedro.alvarez\"}}}",
                             .body = "\"{\\\"text\\\":\\\"I need Payroll Administrator in Workday for 30 days\\\"}\""};
  askiam_str json = test_event_json(&wanted);
  const lambda_event event = {.body = json, .request_id = askiam_str_from("i"), .end_ms = lambda_ticks_ms() + 20000};
  long allowed = 0;
  do {
    s_failures = 1;
    s_try(&event, allowed++, "POLICY_DENY");
    assert_true(allowed < 20000);
  } while (s_failures == 0);
}

/* Each call of malloc fails in turn: the function answers this, or that memory ran out. */
static void s_fail_each(void (*run)(lambda_host *host, const lambda_event *event, lambda_reply *reply),
                        const char *event_json, const char *expected)
{
  const lambda_event event = {.body = askiam_str_from(event_json), .end_ms = lambda_ticks_ms() + 20000};
  long allowed = 0;
  do {
    char *text = NULL;
    size_t length = 0;
    lambda_reply reply = {.out = open_memstream(&text, &length)};
    assert_non_null(reply.out);
    s_failures = 1;
    s_left = allowed++;
    run(&s_host, &event, &reply);
    s_left = -1;
    fclose(reply.out);
    const char *found = reply.error_type != NULL ? reply.error_type : text;
    if (strcmp(found, expected) != 0 && strcmp(found, "NO_MEMORY") != 0) {
      fail_msg("after %ld: %s", allowed - 1, found);
    }
    free(text);
    assert_true(allowed < 20000);
  } while (s_failures == 0);
}

/* Whoever asks without saying for whom is told everything: a requester must not get lost. */
static void direct__a_requester_that_cannot_be_kept_is_not_nobody(void **state)
{
  fixture *home = *state;
  askiam_decision_destroy(
      fixture_decide(home, fixture_request("maria.garcia", "I need Payment Approver in SAP ERP", "r-1")));
  s_fail_each(lambda_status_run, "{\"request_id\":\"r-1\",\"requester_id\":\"john.doe\"}", "NOT_FOUND");
}

static void direct__a_session_that_cannot_be_kept_is_not_a_new_one(void **state)
{
  (void)state;
  s_fail_each(lambda_chat_run, "{\"user_id\":\"john.doe\",\"message\":\"hi\",\"session_id\":\"none\"}", "NOT_FOUND");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(http__memory_that_runs_out_is_no_answer, s_set_up, fixture_tear_down),
      cmocka_unit_test_setup_teardown(http__an_address_that_cannot_be_kept_is_not_left_out, s_set_up,
                                      fixture_tear_down),
      cmocka_unit_test_setup_teardown(direct__a_requester_that_cannot_be_kept_is_not_nobody, s_set_up,
                                      fixture_tear_down),
      cmocka_unit_test_setup_teardown(direct__a_session_that_cannot_be_kept_is_not_a_new_one, s_set_up,
                                      fixture_tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
