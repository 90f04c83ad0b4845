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

#define BODY "\"{\\\"raw_request\\\":\\\"I need access to HR Analyst role in Workday\\\"}\""
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

static void s_respond(test_response *response, const test_event *event, int code)
{
  test_respond(response, &s_host, event);
  if (response->code != code) {
    fail_msg("%d, not %d: %s", response->code, code, response->text);
  }
}

/* A problem whose members agree with the response. */
static void s_assert_problem(const test_event *event, int code, const char *name)
{
  test_response response;
  char status[32];
  s_respond(&response, event, code);
  assert_string_equal(test_response_header(&response, "Content-Type"), "application/problem+json");
  snprintf(status, sizeof status, "\"status\":%d,", code);
  test_body_has(&response, status);
  test_body_has(&response, name);
  test_body_has(&response, test_response_header(&response, "X-Request-ID"));
  test_response_clean_up(&response);
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
                              .body = BODY};
    s_respond(&response, &event, 200);
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
  s_respond(&response, &event, 200);
  test_body_has(&response, "\"status\":\"INVALID\"");
  test_body_has(&response, "Invoice Creator");
  test_response_clean_up(&response);
  event.body = "\"{\\\"message\\\":\\\"I need a role in SAP ERP\\\"}\"";
  s_respond(&response, &event, 200);
  test_body_has(&response, "\"status\":\"NEEDS_INFO\"");
  test_response_clean_up(&response);
}

static void http__nobody_is_answered_without_being_known(void **state)
{
  (void)state;
  static const char *const s_headers[] = {
      JSON_TYPE, JSON_TYPE ",\"x-api-key\":\"ak_x\"", JSON_TYPE ",\"authorization\":\"Bearer a.b.c\"",
      JSON_TYPE ",\"x-amzn-oidc-identity\":\"john.doe\",\"x-user-id\":\"john.doe\",\"cookie\":\"user=john.doe\""};
  for (size_t i = 0; i < sizeof s_headers / sizeof *s_headers; ++i) {
    for (int version = 1; version <= 2; ++version) {
      test_response response;
      const test_event event = {
          .version = version, .method = "POST", .path = "/requests", .headers = s_headers[i], .body = BODY};
      s_respond(&response, &event, 401);
      assert_string_equal(test_response_header(&response, "WWW-Authenticate"), "Bearer realm=\"askiam\"");
      test_response_clean_up(&response);
    }
  }
  const test_event status = {.version = 2, .path = "/status/r-1", .caller = "\"authorizer\":{\"lambda\":{}}"};
  s_assert_problem(&status, 401, "urn:askiam:problem:unauthenticated");
}

static void http__paths_and_methods_that_are_none_are_told_apart(void **state)
{
  (void)state;
  static const char *const s_paths[] = {"/",          "",           "/chats",     "/chat/",        "/chat/x",
                                        "//chat",     "/status",    "/status/",   "/status/a/b",   "/status/../chat",
                                        "/%63hat%2F", "/status/%2", "/chat%00x",  "/STATUS/r-1",   "chat",
                                        "/x/chat",    "/%",         "/requests/", "/lex-webhook/1"};
  for (size_t i = 0; i < sizeof s_paths / sizeof *s_paths; ++i) {
    const test_event event = {.version = 2, .method = "POST", .path = s_paths[i], .caller = JOHN_2};
    s_assert_problem(&event, 404, "urn:askiam:problem:not-found");
  }
  static const char *const s_methods[] = {"GET", "PUT", "DELETE", "HEAD", "post", "TRACE", ""};
  for (size_t i = 0; i < sizeof s_methods / sizeof *s_methods; ++i) {
    test_response response;
    const test_event event = {.version = 1, .method = s_methods[i], .path = "/chat", .caller = JOHN_1};
    s_respond(&response, &event, 405);
    assert_string_equal(test_response_header(&response, "Allow"), "POST, OPTIONS");
    test_response_clean_up(&response);
  }
  test_response response;
  const test_event event = {.version = 1, .method = "POST", .path = "/status/x", .caller = JOHN_1};
  s_respond(&response, &event, 405);
  assert_string_equal(test_response_header(&response, "Allow"), "GET, OPTIONS");
  test_response_clean_up(&response);
}

static void http__an_encoded_path_is_decoded_once(void **state)
{
  (void)state;
  test_response response;
  test_event event = {.version = 2,
                      .method = "POST",
                      .path = "/re%71uests",
                      .headers = JSON_TYPE ",\"idempotency-key\":\"r:1\"",
                      .caller = JOHN_2,
                      .body = BODY};
  s_respond(&response, &event, 200);
  test_body_has(&response, "\"request_id\":\"r:1\"");
  test_response_clean_up(&response);
  event = (test_event){.version = 2, .path = "/status/r%3A1", .caller = JOHN_2};
  s_respond(&response, &event, 200);
  test_response_clean_up(&response);
  event.path = "/status/r%253A1";
  s_assert_problem(&event, 404, "not-found");
}

static void http__bodies_that_are_none_are_refused_with_the_place(void **state)
{
  (void)state;
  static const struct {
    const char *headers;
    const char *body;
    int code;
    const char *says;
  } s_cases[] = {
      {NULL, BODY, 415, "UNSUPPORTED_MEDIA_TYPE"},
      {"\"content-type\":\"text/plain\"", BODY, 415, "application/json"},
      {"\"content-type\":\"application/json; charset=latin1\"", BODY, 415, "unsupported-media-type"},
      {"\"content-type\":\"application/jsonx\"", BODY, 415, "unsupported-media-type"},
      {"\"content-type\":\"application/json\",\"Content-Type\":\"application/json\"", BODY, 415, "unsupported"},
      {JSON_TYPE, NULL, 400, "The body is empty"},
      {JSON_TYPE, "\"\"", 400, "The body is empty"},
      {JSON_TYPE, "\"{\"", 400, "line 1, column"},
      {JSON_TYPE, "\"[]\"", 400, "a request is an object"},
      {JSON_TYPE, "\"{}\"", 400, "\"pointer\":\"#/raw_request\""},
      {JSON_TYPE, "\"{\\\"raw_request\\\":\\\"  \\\"}\"", 400, "is blank"},
      {JSON_TYPE, "\"{\\\"raw_request\\\":7}\"", 400, "\"pointer\":\"#/raw_request\""},
      {JSON_TYPE, "\"{\\\"text\\\":\\\"a\\\",\\\"text\\\":\\\"b\\\"}\"", 400, "line 1"},
      {JSON_TYPE, "\"{\\\"text\\\":\\\"a\\\\u0000\\\"}\"", 400, "line 1"},
      {JSON_TYPE, "\"{\\\"text\\\":\\\"a\\\",\\\"request_context\\\":{\\\"ip\\\":\\\"x\\\"}}\"", 400,
       "\"pointer\":\"#/request_context/ip\""},
      {JSON_TYPE, "\"{\\\"text\\\":\\\"a\\\",\\\"request_id\\\":\\\"a b\\\"}\"", 400, "\"pointer\":\"#/request_id\""},
      {JSON_TYPE ",\"idempotency-key\":\"a\\r\\nb: c\"", BODY, 400, "Idempotency-Key"},
      {JSON_TYPE ",\"idempotency-key\":\"a\",\"Idempotency-Key\":\"b\"", BODY, 400, "Idempotency-Key"},
      {JSON_TYPE ",\"idempotency-key\":\"\"", BODY, 400, "Idempotency-Key"},
      {JSON_TYPE ",\"idempotency-key\":\"other\"", "\"{\\\"text\\\":\\\"a\\\",\\\"request_id\\\":\\\"r\\\"}\"", 400,
       "\"pointer\":\"#/request_id\""},
  };
  for (size_t i = 0; i < sizeof s_cases / sizeof *s_cases; ++i) {
    const test_event event = {.version = 1,
                              .method = "POST",
                              .path = i % 2 == 0 ? "/requests" : "/chat",
                              .headers = s_cases[i].headers,
                              .caller = JOHN_1,
                              .body = s_cases[i].body};
    s_assert_problem(&event, s_cases[i].code, s_cases[i].says);
  }
}

static void http__bodies_in_base64_are_read(void **state)
{
  (void)state;
  test_response response;
  /* {"text":"I need HR Analyst in Workday"} */
  test_event event = {.version = 2,
                      .method = "POST",
                      .path = "/requests",
                      .headers = JSON_TYPE,
                      .caller = JOHN_2,
                      .body = "\"eyJ0ZXh0IjoiSSBuZWVkIEhSIEFuYWx5c3QgaW4gV29ya2RheSJ9\"",
                      .more = ",\"x\":1"};
  askiam_str json = test_event_json(&event);
  char *text = strdup(json.data);
  assert_non_null(text);
  memcpy(strstr(text, "\"isBase64Encoded\":false"), "\"isBase64Encoded\":true ", 23);
  test_respond_json(&response, &s_host, askiam_str_from(text));
  assert_int_equal(response.code, 200);
  test_body_has(&response, "wd-hr-analyst");
  test_response_clean_up(&response);
  strstr(text, "eyJ0")[0] = '*';
  test_respond_json(&response, &s_host, askiam_str_from(text));
  assert_int_equal(response.code, 400);
  test_body_has(&response, "Base64");
  test_response_clean_up(&response);
  free(text);
}

static void http__a_body_may_have_64_KiB(void **state)
{
  (void)state;
  static char body[70000];
  test_event event = {
      .version = 1, .method = "POST", .path = "/requests", .headers = JSON_TYPE, .caller = JOHN_1, .body = body};
  const char *begin = "\"{\\\"text\\\":\\\"I need HR Analyst in Workday\\\"";
  size_t length = strlen(begin);
  memcpy(body, begin, length);
  size_t escapes = 5; /* backslashes that are not in the body itself, and the quote before it */
  size_t blanks = 65536 - (length - escapes) - 1;
  memset(body + length, ' ', blanks);
  memcpy(body + length + blanks, "}\"", 3);
  test_response response;
  s_respond(&response, &event, 200);
  test_response_clean_up(&response);
  memcpy(body + length + blanks, " }\"", 4);
  s_assert_problem(&event, 413, "TOO_LARGE");
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
  s_assert_problem(&event, 403, "on-behalf");
  event.path = "/chat";
  s_assert_problem(&event, 403, "on-behalf");
  event.path = "/requests";
  event.caller = DESK;
  s_respond(&response, &event, 200);
  test_body_has(&response, "\"requester\":{\"id\":\"karen.lee\"");
  test_body_has(&response, "\"id\":\"maria.garcia\"");
  test_body_lacks(&response, "Invoice Creator");
  test_response_clean_up(&response);
  event.body = "\"{\\\"requester_id\\\":\\\"maria.garcia\\\",\\\"text\\\":\\\"I need HR Analyst in Workday\\\"}\"";
  s_assert_problem(&event, 403, "requester_id");
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
    s_respond(&response, &event, 404);
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
                      .body = BODY};
  char first[16384];
  s_respond(&response, &event, 200);
  test_body_has(&response, "\"request_id\":\"k-1\"");
  snprintf(first, sizeof first, "%s", test_response_body(&response));
  test_response_clean_up(&response);
  event.headers = JSON_TYPE ",\"idempotency-key\":\"k-1\"";
  s_respond(&response, &event, 200);
  assert_string_equal(test_response_body(&response), first);
  test_response_clean_up(&response);
  event.body = "\"{\\\"text\\\":\\\"I need Project Lead in Jira\\\"}\"";
  s_assert_problem(&event, 409, "REQUEST_ID_CONFLICT");
  event.caller = MARIA; /* an id is its requester's */
  s_respond(&response, &event, 200);
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
  s_respond(&response, &event, 200);
  test_response_clean_up(&response);
  event = (test_event){.version = 1, .path = "/status/s-1", .caller = KAREN};
  s_respond(&response, &event, 200);
  test_body_has(&response, "\"grant\":{\"state\":\"none\"");
  test_body_lacks(&response, "Invoice Creator");
  test_response_clean_up(&response);
  event.caller = MARIA;
  s_respond(&response, &event, 200);
  test_body_has(&response, "Invoice Creator");
  test_response_clean_up(&response);
  event.caller = "\"authorizer\":{\"claims\":{\"sub\":\"emma.brown\",\"scope\":\"audit\"}}";
  s_respond(&response, &event, 200);
  test_response_clean_up(&response);
  event.caller = JOHN_1;
  event.path = "/status/s-2";
  s_respond(&response, &event, 404);
  snprintf(missing, sizeof missing, "%s", response.text);
  test_response_clean_up(&response);
  event.path = "/status/s-1";
  s_respond(&response, &event, 404);
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
                              .body = BODY};
    s_respond(&response, &event, 200);
    test_response_clean_up(&response);
  }
  test_event event = {.version = 2,
                      .path = "/status/same",
                      .caller = "\"authorizer\":{\"jwt\":{\"claims\":{\"sub\":\"x\",\"scope\":\"audit\"}}}"};
  s_assert_problem(&event, 409, "requester_id=");
  event.more = ",\"queryStringParameters\":{\"requester_id\":\"maria.garcia\"}";
  s_respond(&response, &event, 200);
  test_body_has(&response, "\"requester\":{\"id\":\"maria.garcia\"");
  test_response_clean_up(&response);
}

static void http__what_is_wrong_inside_stays_inside(void **state)
{
  fixture *home = *state;
  test_response response;
  const test_event event = {.version = 1,
                            .method = "POST",
                            .path = "/requests",
                            .headers = JSON_TYPE,
                            .caller = "\"authorizer\":{\"claims\":{\"sub\":\"john.doe\",\"scope\":\"audit\"}}",
                            .body = BODY};
  const test_event status = {.version = 2, .path = "/status/r-1", .caller = JOHN_2};
  s_host.broken = true;
  s_respond(&response, &event, 500);
  test_body_lacks(&response, "secret");
  test_response_clean_up(&response);
  s_host.broken = false;
  assert_int_equal(askiam_config_set(home->config, "store.url", "sqlite:/tmp/askiam-no-such-store.db", NULL),
                   ASKIAM_STATUS_OK);
  fixture_reopen(home);
  s_respond(&response, &event, 503);
  test_body_has(&response, "\"code\":\"STORE_UNAVAILABLE\"");
  test_body_lacks(&response, "no-such-store");
  assert_string_equal(test_response_header(&response, "Retry-After"), "5");
  test_response_clean_up(&response);
  s_respond(&response, &status, 503);
  test_body_lacks(&response, "no-such-store");
  test_response_clean_up(&response);
}

static void http__a_load_balancer_is_refused_in_its_own_form(void **state)
{
  (void)state;
  test_response response;
  test_event event = {.version = 0, .method = "POST", .path = "/requests", .headers = JSON_TYPE, .caller = JOHN_1};
  s_respond(&response, &event, 400);
  assert_non_null(strstr(response.text, "\"statusDescription\":\"400 Bad Request\""));
  test_body_has(&response, "load balancer");
  test_response_clean_up(&response);
  test_respond_json(&response, &s_host,
                    askiam_str_from("{\"requestContext\":{\"elb\":{\"targetGroupArn\":\"a\"}},\"httpMethod\":\"GET\","
                                    "\"path\":\"/\",\"multiValueHeaders\":{\"x-request-id\":[\"abc\"]}}"));
  assert_non_null(strstr(response.text, "\"multiValueHeaders\":{"));
  assert_non_null(strstr(response.text, "\"X-Request-ID\":[\"abc\"]"));
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
  s_respond(&response, &event, 200);
  test_body_has(&response, "\"type\":\"Close\"");
  assert_string_equal(s_host.lex_principal, "john.doe");
  test_response_clean_up(&response);
  event.body = "\"{}\"";
  s_assert_problem(&event, 400, "no event of Lex V2");
  event.body = "\"{,}\"";
  s_assert_problem(&event, 400, "line 1");
  event.caller = NULL;
  s_assert_problem(&event, 401, "unauthenticated");
}

static void http__a_session_must_be_an_id(void **state)
{
  (void)state;
  test_event event = {.version = 2,
                      .method = "POST",
                      .path = "/chat",
                      .headers = JSON_TYPE,
                      .caller = JOHN_2,
                      .body = "\"{\\\"message\\\":\\\"hi\\\",\\\"session_id\\\":\\\"a b\\\"}\""};
  s_assert_problem(&event, 400, "\"pointer\":\"#/session_id\"");
  event.body = "\"{\\\"message\\\":\\\"hi\\\",\\\"session_id\\\":7}\"";
  s_assert_problem(&event, 400, "\"pointer\":\"#/session_id\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_set_up, fixture_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(http__a_request_is_decided_in_both_forms),
      TEST(http__refusals_and_questions_are_answers),
      TEST(http__nobody_is_answered_without_being_known),
      TEST(http__paths_and_methods_that_are_none_are_told_apart),
      TEST(http__an_encoded_path_is_decoded_once),
      TEST(http__bodies_that_are_none_are_refused_with_the_place),
      TEST(http__bodies_in_base64_are_read),
      TEST(http__a_body_may_have_64_KiB),
      TEST(http__to_ask_as_another_needs_the_scope),
      TEST(http__the_address_is_what_the_gateway_saw),
      TEST(http__request_ids_are_echoed_only_where_they_are_well_formed),
      TEST(http__an_idempotency_key_is_the_request_s_id),
      TEST(http__a_status_is_not_there_for_strangers),
      TEST(http__one_of_several_statuses_is_chosen_by_its_requester),
      TEST(http__what_is_wrong_inside_stays_inside),
      TEST(http__a_load_balancer_is_refused_in_its_own_form),
      TEST(http__lex_events_are_handed_on_with_their_caller),
      TEST(http__a_session_must_be_an_id),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
