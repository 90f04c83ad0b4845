/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole requests over the sample organisation: what is answered, to whom, in which form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host.h"

#include <stdlib.h>

#define KAREN "\"authorizer\":{\"claims\":{\"sub\":\"karen.lee\"}}"
#define MARIA "\"authorizer\":{\"claims\":{\"sub\":\"maria.garcia\"}}"
#define DESK "\"authorizer\":{\"claims\":{\"sub\":\"karen.lee\",\"scope\":\"on-behalf\"}}"

static lambda_host s_host;

static int s_set_up(void **state)
{
  fixture_set_up(state);
  s_host = (lambda_host){.home = *state};
  return 0;
}

static void http__a_request_is_decided_in_both_forms(void **state)
{
  (void)state;
  for (int version = 1; version <= 2; ++version) {
    test_response response;
    const test_event event = {.version = version,
                              .method = "POST",
                              .path = version == 1 ? "/requests" : "/access-request",
                              .headers = JSON_TYPE,
                              .caller = version == 1 ? JOHN_1 : JOHN_2,
                              .body = ACCESS_BODY};
    test_respond_with(&response, &s_host, &event, 200);
    assert_string_equal(test_response_header(&response, "Content-Type"), "application/json");
    assert_string_equal(test_response_header(&response, "Cache-Control"), "no-store");
    assert_string_equal(test_response_header(&response, "X-Content-Type-Options"), "nosniff");
    assert_string_equal(test_response_header(&response, "X-Request-ID"), version == 1 ? "gw-1" : "gw-2");
    test_body_has(&response, "\"status\":\"VALID\"");
    test_body_has(&response, "\"requester\":{\"id\":\"john.doe\"");
    assert_non_null(strstr(response.text, "\"isBase64Encoded\":false"));
    test_response_clean_up(&response);
  }
}

static void http__refusals_and_questions_are_answers(void **state)
{
  (void)state;
  test_response response;
  test_event event = {.version = 1,
                      .method = "POST",
                      .path = "/requests",
                      .headers = "\"Content-Type\":\"Application/JSON; charset=UTF-8\"",
                      .caller = MARIA,
                      .body = "\"{\\\"text\\\":\\\"I need Payment Approver in SAP ERP\\\"}\""};
  test_respond_with(&response, &s_host, &event, 200);
  test_body_has(&response, "\"status\":\"INVALID\"");
  test_body_has(&response, "Invoice Creator");
  test_response_clean_up(&response);
  event.body = "\"{\\\"message\\\":\\\"I need a role in SAP ERP\\\"}\"";
  test_respond_with(&response, &s_host, &event, 200);
  test_body_has(&response, "\"status\":\"NEEDS_INFO\"");
  test_response_clean_up(&response);
}

static void http__to_ask_as_another_needs_the_scope(void **state)
{
  (void)state;
  test_response response;
  test_event event = {.version = 1,
                      .method = "POST",
                      .path = "/requests",
                      .headers = JSON_TYPE,
                      .caller = KAREN,
                      .body = "\"{\\\"user_id\\\":\\\"maria.garcia\\\",\\\"text\\\":\\\"I need Payment Approver in SAP "
                              "ERP\\\"}\""};
  test_problem(&s_host, &event, 403, "on-behalf");
  event.path = "/chat";
  test_problem(&s_host, &event, 403, "on-behalf");
  event.path = "/requests";
  event.caller = DESK;
  test_respond_with(&response, &s_host, &event, 200);
  test_body_has(&response, "\"requester\":{\"id\":\"karen.lee\"");
  test_body_has(&response, "\"id\":\"maria.garcia\"");
  test_body_lacks(&response, "Invoice Creator");
  test_response_clean_up(&response);
  event.body = "\"{\\\"requester_id\\\":\\\"maria.garcia\\\",\\\"text\\\":\\\"I need HR Analyst in Workday\\\"}\"";
  test_problem(&s_host, &event, 403, "requester_id");
}

/* The address that policies read is the gateway's, whatever a header or the body says. */
static void http__the_address_is_what_the_gateway_saw(void **state)
{
  (void)state;
  test_response response;
  const char *claimed =
      "\"{\\\"text\\\":\\\"I need Payroll Administrator in Workday for 30 days\\\",\\\"request_context\\\":{"
      "\\\"ip\\\":\\\"10.0.0.1\\\"}}\"";
  const test_event event = {.version = 1,
                            .method = "POST",
                            .path = "/requests",
                            .headers = JSON_TYPE ",\"X-Forwarded-For\":\"10.0.0.1\",\"Forwarded\":\"for=10.0.0.1\"",
                            .caller = "\"authorizer\":{\"claims\":{\"sub\":\"pedro.alvarez\",\"scope\":\"audit\"}}",
                            .body = claimed};
  askiam_str json = test_event_json(&event);
  char *text = strdup(json.data);
  assert_non_null(text);
  memcpy(strstr(text, "10.1.2.3"), "8.8.8.80", 8);
  test_respond_json(&response, &s_host, askiam_str_from(text));
  assert_int_equal(response.code, 200);
  test_body_has(&response, "POLICY_DENY");
  test_body_has(&response, "8.8.8.80");
  test_response_clean_up(&response);
  memcpy(strstr(text, "8.8.8.80"), "10.1.2.3", 8);
  test_respond_json(&response, &s_host, askiam_str_from(text));
  test_body_lacks(&response, "POLICY_DENY");
  test_response_clean_up(&response);
  free(text);
}

static void http__request_ids_are_echoed_only_where_they_are_well_formed(void **state)
{
  (void)state;
  static const struct {
    const char *sent;
    const char *echoed;
  } s_cases[] = {{"abc-1.2_3:4", "abc-1.2_3:4"},
                 {"a\\r\\nSet-Cookie: x=y", "gw-1"},
                 {"a b", "gw-1"},
                 {"", "gw-1"},
                 {"\\u00e4", "gw-1"},
                 {"<script>", "gw-1"}};
  for (size_t i = 0; i < sizeof s_cases / sizeof *s_cases; ++i) {
    test_response response;
    char headers[128];
    snprintf(headers, sizeof headers, "\"X-REQUEST-ID\":\"%s\"", s_cases[i].sent);
    const test_event event = {.version = 1, .path = "/status/r-1", .headers = headers, .caller = JOHN_1};
    test_respond_with(&response, &s_host, &event, 404);
    assert_string_equal(test_response_header(&response, "X-Request-ID"), s_cases[i].echoed);
    assert_null(strstr(response.text, "Set-Cookie"));
    test_response_clean_up(&response);
  }
}

static void http__an_idempotency_key_is_the_request_s_id(void **state)
{
  (void)state;
  test_response response;
  test_event event = {.version = 1,
                      .method = "POST",
                      .path = "/requests",
                      .headers = JSON_TYPE ",\"Idempotency-Key\":\"\\\"k-1\\\"\"",
                      .caller = JOHN_1,
                      .body = ACCESS_BODY};
  char first[16384];
  test_respond_with(&response, &s_host, &event, 200);
  test_body_has(&response, "\"request_id\":\"k-1\"");
  snprintf(first, sizeof first, "%s", test_response_body(&response));
  test_response_clean_up(&response);
  event.headers = JSON_TYPE ",\"idempotency-key\":\"k-1\"";
  test_respond_with(&response, &s_host, &event, 200);
  assert_string_equal(test_response_body(&response), first);
  test_response_clean_up(&response);
  event.body = "\"{\\\"text\\\":\\\"I need Project Lead in Jira\\\"}\"";
  test_problem(&s_host, &event, 409, "REQUEST_ID_CONFLICT");
  event.caller = MARIA; /* an id is its requester's */
  test_respond_with(&response, &s_host, &event, 200);
  test_response_clean_up(&response);
}

static void http__a_status_is_not_there_for_strangers(void **state)
{
  (void)state;
  test_response response;
  char missing[1024];
  test_event event = {.version = 1,
                      .method = "POST",
                      .path = "/requests",
                      .headers = JSON_TYPE ",\"idempotency-key\":\"s-1\"",
                      .caller = KAREN,
                      .body = "\"{\\\"text\\\":\\\"Give maria.garcia Payment Approver in SAP ERP\\\"}\""};
  test_respond_with(&response, &s_host, &event, 200);
  test_response_clean_up(&response);
  event = (test_event){.version = 1, .path = "/status/s-1", .caller = KAREN};
  test_respond_with(&response, &s_host, &event, 200);
  test_body_has(&response, "\"grant\":{\"state\":\"none\"");
  test_body_lacks(&response, "Invoice Creator");
  test_response_clean_up(&response);
  event.caller = MARIA;
  test_respond_with(&response, &s_host, &event, 200);
  test_body_has(&response, "Invoice Creator");
  test_response_clean_up(&response);
  event.caller = "\"authorizer\":{\"claims\":{\"sub\":\"emma.brown\",\"scope\":\"audit\"}}";
  test_respond_with(&response, &s_host, &event, 200);
  test_response_clean_up(&response);
  event.caller = JOHN_1;
  event.path = "/status/s-2";
  test_respond_with(&response, &s_host, &event, 404);
  snprintf(missing, sizeof missing, "%s", response.text);
  test_response_clean_up(&response);
  event.path = "/status/s-1";
  test_respond_with(&response, &s_host, &event, 404);
  assert_string_equal(response.text, missing);
  test_response_clean_up(&response);
}

static void http__one_of_several_statuses_is_chosen_by_its_requester(void **state)
{
  (void)state;
  const char *const callers[] = {JOHN_1, MARIA};
  test_response response;
  for (size_t i = 0; i < 2; ++i) {
    const test_event event = {.version = 1,
                              .method = "POST",
                              .path = "/requests",
                              .headers = JSON_TYPE ",\"idempotency-key\":\"same\"",
                              .caller = callers[i],
                              .body = ACCESS_BODY};
    test_respond_with(&response, &s_host, &event, 200);
    test_response_clean_up(&response);
  }
  test_event event = {.version = 2,
                      .path = "/status/same",
                      .caller = "\"authorizer\":{\"jwt\":{\"claims\":{\"sub\":\"x\",\"scope\":\"audit\"}}}"};
  test_problem(&s_host, &event, 409, "requester_id=");
  event.more = ",\"queryStringParameters\":{\"requester_id\":\"maria.garcia\"}";
  test_respond_with(&response, &s_host, &event, 200);
  test_body_has(&response, "\"requester\":{\"id\":\"maria.garcia\"");
  test_response_clean_up(&response);
}

static void http__lex_events_are_handed_on_with_their_caller(void **state)
{
  (void)state;
  test_response response;
  test_event event = {.version = 2,
                      .method = "POST",
                      .path = "/lex-webhook",
                      .headers = JSON_TYPE,
                      .caller = JOHN_2,
                      .body = "\"{\\\"sessionState\\\":{}}\""};
  test_respond_with(&response, &s_host, &event, 200);
  test_body_has(&response, "\"type\":\"Close\"");
  assert_string_equal(s_host.lex_principal, "john.doe");
  assert_string_equal(s_host.lex_ip, "10.1.2.3");
  test_response_clean_up(&response);
  event.body = "\"{}\"";
  test_problem(&s_host, &event, 400, "no event of Lex V2");
  event.body = "\"{,}\"";
  test_problem(&s_host, &event, 400, "line 1");
  event.caller = NULL;
  test_problem(&s_host, &event, 401, "unauthenticated");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_set_up, fixture_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(http__a_request_is_decided_in_both_forms),
      TEST(http__refusals_and_questions_are_answers),
      TEST(http__to_ask_as_another_needs_the_scope),
      TEST(http__the_address_is_what_the_gateway_saw),
      TEST(http__request_ids_are_echoed_only_where_they_are_well_formed),
      TEST(http__an_idempotency_key_is_the_request_s_id),
      TEST(http__a_status_is_not_there_for_strangers),
      TEST(http__one_of_several_statuses_is_chosen_by_its_requester),
      TEST(http__lex_events_are_handed_on_with_their_caller),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
