/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole requests that are refused: with which status, in which words, and with what kept back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host.h"

#include <stdlib.h>

static lambda_host s_host;

static int s_set_up(void **state)
{
  fixture_set_up(state);
  s_host = (lambda_host){.home = *state};
  return 0;
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
          .version = version, .method = "POST", .path = "/requests", .headers = s_headers[i], .body = ACCESS_BODY};
      test_respond_with(&response, &s_host, &event, 401);
      assert_string_equal(test_response_header(&response, "WWW-Authenticate"), "Bearer realm=\"askiam\"");
      test_response_clean_up(&response);
    }
  }
  const test_event status = {.version = 2, .path = "/status/r-1", .caller = "\"authorizer\":{\"lambda\":{}}"};
  test_problem(&s_host, &status, 401, "urn:askiam:problem:unauthenticated");
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
    test_problem(&s_host, &event, 404, "urn:askiam:problem:not-found");
  }
  static const char *const s_methods[] = {"GET", "PUT", "DELETE", "HEAD", "post", "TRACE", ""};
  for (size_t i = 0; i < sizeof s_methods / sizeof *s_methods; ++i) {
    test_response response;
    const test_event event = {.version = 1, .method = s_methods[i], .path = "/chat", .caller = JOHN_1};
    test_respond_with(&response, &s_host, &event, 405);
    assert_string_equal(test_response_header(&response, "Allow"), "POST, OPTIONS");
    test_response_clean_up(&response);
  }
  test_response response;
  const test_event event = {.version = 1, .method = "POST", .path = "/status/x", .caller = JOHN_1};
  test_respond_with(&response, &s_host, &event, 405);
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
                      .body = ACCESS_BODY};
  test_respond_with(&response, &s_host, &event, 200);
  test_body_has(&response, "\"request_id\":\"r:1\"");
  test_response_clean_up(&response);
  event = (test_event){.version = 2, .path = "/status/r%3A1", .caller = JOHN_2};
  test_respond_with(&response, &s_host, &event, 200);
  test_response_clean_up(&response);
  event.path = "/status/r%253A1";
  test_problem(&s_host, &event, 404, "not-found");
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
      {NULL, ACCESS_BODY, 415, "UNSUPPORTED_MEDIA_TYPE"},
      {"\"content-type\":\"text/plain\"", ACCESS_BODY, 415, "application/json"},
      {"\"content-type\":\"application/json; charset=latin1\"", ACCESS_BODY, 415, "unsupported-media-type"},
      {"\"content-type\":\"application/jsonx\"", ACCESS_BODY, 415, "unsupported-media-type"},
      {"\"content-type\":\"appl ication/json\"", ACCESS_BODY, 415, "unsupported-media-type"},
      {JSON_TYPE ",\"content-encoding\":\"gzip\"", ACCESS_BODY, 415, "Content-Encoding"},
      {"\"content-type\":\"application/json\",\"Content-Type\":\"application/json\"", ACCESS_BODY, 415, "unsupported"},
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
      {JSON_TYPE ",\"idempotency-key\":\"a\\r\\nb: c\"", ACCESS_BODY, 400, "Idempotency-Key"},
      {JSON_TYPE ",\"idempotency-key\":\"a\",\"Idempotency-Key\":\"b\"", ACCESS_BODY, 400, "Idempotency-Key"},
      {JSON_TYPE ",\"idempotency-key\":\"\"", ACCESS_BODY, 400, "Idempotency-Key"},
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
    test_problem(&s_host, &event, s_cases[i].code, s_cases[i].says);
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
  test_respond_with(&response, &s_host, &event, 200);
  test_response_clean_up(&response);
  memcpy(body + length + blanks, " }\"", 4);
  test_problem(&s_host, &event, 413, "TOO_LARGE");
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
                            .body = ACCESS_BODY};
  const test_event status = {.version = 2, .path = "/status/r-1", .caller = JOHN_2};
  s_host.broken = true;
  test_respond_with(&response, &s_host, &event, 500);
  test_body_lacks(&response, "secret");
  test_response_clean_up(&response);
  s_host.broken = false;
  assert_int_equal(askiam_config_set(home->config, "store.url", "sqlite:/tmp/askiam-no-such-store.db", NULL),
                   ASKIAM_STATUS_OK);
  fixture_reopen(home);
  test_respond_with(&response, &s_host, &event, 503);
  test_body_has(&response, "\"code\":\"STORE_UNAVAILABLE\"");
  test_body_lacks(&response, "no-such-store");
  assert_string_equal(test_response_header(&response, "Retry-After"), "5");
  test_response_clean_up(&response);
  test_respond_with(&response, &s_host, &status, 503);
  test_body_lacks(&response, "no-such-store");
  test_response_clean_up(&response);
}

static void http__a_load_balancer_is_refused_in_its_own_form(void **state)
{
  (void)state;
  test_response response;
  test_event event = {.version = 0, .method = "POST", .path = "/requests", .headers = JSON_TYPE, .caller = JOHN_1};
  test_respond_with(&response, &s_host, &event, 400);
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

static void http__a_session_must_be_an_id(void **state)
{
  (void)state;
  test_event event = {.version = 2,
                      .method = "POST",
                      .path = "/chat",
                      .headers = JSON_TYPE,
                      .caller = JOHN_2,
                      .body = "\"{\\\"message\\\":\\\"hi\\\",\\\"session_id\\\":\\\"a b\\\"}\""};
  test_problem(&s_host, &event, 400, "\"pointer\":\"#/session_id\"");
  event.body = "\"{\\\"message\\\":\\\"hi\\\",\\\"session_id\\\":7}\"";
  test_problem(&s_host, &event, 400, "\"pointer\":\"#/session_id\"");
}

static void http__an_id_of_another_request_is_told_alike_by_both_routes(void **state)
{
  (void)state;
  static const char *const s_paths[] = {"/requests", "/chat"};
  test_response response;
  test_event event = {.version = 2,
                      .method = "POST",
                      .path = "/requests",
                      .headers = JSON_TYPE ",\"idempotency-key\":\"taken\"",
                      .caller = JOHN_2,
                      .body = ACCESS_BODY};
  test_respond_with(&response, &s_host, &event, 200);
  test_response_clean_up(&response);
  event.body = "\"{\\\"text\\\":\\\"I need Project Lead in Jira\\\"}\"";
  for (size_t i = 0; i < 2; ++i) {
    event.path = s_paths[i];
    test_respond_with(&response, &s_host, &event, 409);
    test_body_has(&response, "\"code\":\"REQUEST_ID_CONFLICT\"");
    test_body_has(&response, "use another id");
    test_response_clean_up(&response);
  }
}

static void http__all_that_is_wrong_is_told_at_once(void **state)
{
  (void)state;
  static const char *const s_wrong[] = {"#/request_id",          "#/user_id",   "#/text", "#/request_context/ip\",",
                                        "Idempotency-Key: must", "#/session_id"};
  test_response response;
  test_event event = {.version = 2,
                      .method = "POST",
                      .path = "/chat",
                      .headers = JSON_TYPE ",\"idempotency-key\":\"a b\"",
                      .caller = JOHN_2,
                      .body = "\"{\\\"request_id\\\":\\\"\\\",\\\"user_id\\\":[],\\\"text\\\":7,\\\"session_id\\\":7,"
                              "\\\"request_context\\\":{\\\"ip\\\":\\\"x\\\"}}\""};
  test_respond_with(&response, &s_host, &event, 400);
  for (size_t i = 0; i < sizeof s_wrong / sizeof *s_wrong; ++i) {
    test_body_has(&response, s_wrong[i]);
  }
  assert_int_equal(askiam_json_check(askiam_str_from(test_response_body(&response)), NULL, NULL), ASKIAM_STATUS_OK);
  test_response_clean_up(&response);
  event.path = "/requests"; /* which has no sessions of its own */
  test_respond_with(&response, &s_host, &event, 400);
  test_body_has(&response, "#/user_id");
  test_body_lacks(&response, "session_id");
  test_response_clean_up(&response);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_set_up, fixture_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(http__nobody_is_answered_without_being_known),
      TEST(http__paths_and_methods_that_are_none_are_told_apart),
      TEST(http__an_encoded_path_is_decoded_once),
      TEST(http__bodies_that_are_none_are_refused_with_the_place),
      TEST(http__bodies_in_base64_are_read),
      TEST(http__a_body_may_have_64_KiB),
      TEST(http__what_is_wrong_inside_stays_inside),
      TEST(http__a_load_balancer_is_refused_in_its_own_form),
      TEST(http__a_session_must_be_an_id),
      TEST(http__an_id_of_another_request_is_told_alike_by_both_routes),
      TEST(http__all_that_is_wrong_is_told_at_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
