/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host.h"

static lambda_host s_host;

static int s_set_up(void **state)
{
  fixture_set_up_empty(state);
  s_host = (lambda_host){.home = *state};
  return 0;
}

static void s_set(const char *key, const char *value)
{
  assert_int_equal(askiam_config_set(s_host.home->config, key, value, NULL), ASKIAM_STATUS_OK);
}

/* The headers that let a page in, for a question (OPTIONS) or a call of this origin. */
static void s_ask(test_response *response, const char *method, const char *origin)
{
  char headers[256];
  snprintf(headers, sizeof headers, "\"Origin\":\"%s\",\"Access-Control-Request-Method\":\"POST\"", origin);
  const test_event event = {.version = 2, .method = method, .path = "/chat", .headers = headers};
  test_respond(response, &s_host, &event);
}

static void s_assert_origin(const char *origin, const char *expected, const char *vary)
{
  test_response response;
  s_ask(&response, "OPTIONS", origin);
  assert_int_equal(response.code, 204);
  assert_string_equal(test_response_header(&response, "Access-Control-Allow-Origin"), expected);
  assert_string_equal(test_response_header(&response, "Vary"), vary);
  test_response_clean_up(&response);
}

static void cors__nobody_is_let_in_unless_configured(void **state)
{
  (void)state;
  s_assert_origin("https://a.example", "", "");
}

static void cors__origins_are_compared_to_the_byte(void **state)
{
  (void)state;
  s_set("http.cors.origins", "https://a.example, https://b.example:8443");
  s_assert_origin("https://a.example", "https://a.example", "Origin");
  s_assert_origin("https://b.example:8443", "https://b.example:8443", "Origin");
  static const char *const s_others[] = {"https://b.example",
                                         "http://a.example",
                                         "https://a.example.evil",
                                         "null",
                                         "https://A.example",
                                         "https://a.example/",
                                         "https://a.example, ",
                                         "*",
                                         "https://a.exampl",
                                         " https://a.example",
                                         "",
                                         ","};
  for (size_t i = 0; i < sizeof s_others / sizeof *s_others; ++i) {
    s_assert_origin(s_others[i], "", "Origin");
  }
}

static void cors__preflight_says_what_may_be_sent(void **state)
{
  (void)state;
  test_response response;
  s_set("http.cors.origins", "https://a.example");
  s_set("http.cors.max_age", "60");
  s_ask(&response, "OPTIONS", "https://a.example");
  assert_string_equal(test_response_header(&response, "Access-Control-Allow-Methods"), "POST, OPTIONS");
  assert_string_equal(test_response_header(&response, "Access-Control-Allow-Headers"),
                      "authorization,content-type,idempotency-key,x-api-key,x-request-id");
  assert_string_equal(test_response_header(&response, "Access-Control-Max-Age"), "60");
  assert_string_equal(test_response_header(&response, "Access-Control-Allow-Credentials"), "");
  assert_string_equal(test_response_body(&response), "");
  test_response_clean_up(&response);
}

static void cors__errors_can_be_read_by_the_page_too(void **state)
{
  (void)state;
  test_response response;
  s_set("http.cors.origins", "https://a.example");
  s_ask(&response, "POST", "https://a.example");
  assert_int_equal(response.code, 401);
  assert_string_equal(test_response_header(&response, "Access-Control-Allow-Origin"), "https://a.example");
  assert_string_equal(test_response_header(&response, "Access-Control-Expose-Headers"), "Retry-After, X-Request-ID");
  assert_string_equal(test_response_header(&response, "Access-Control-Allow-Methods"), "");
  test_response_clean_up(&response);
}

static void cors__credentials_never_go_with_every_origin(void **state)
{
  (void)state;
  test_response response;
  s_set("http.cors.credentials", "true");
  s_set("http.cors.origins", "https://a.example");
  s_ask(&response, "POST", "https://a.example");
  assert_string_equal(test_response_header(&response, "Access-Control-Allow-Credentials"), "true");
  test_response_clean_up(&response);
  s_set("http.cors.origins", "*");
  s_ask(&response, "POST", "https://a.example");
  assert_string_equal(test_response_header(&response, "Access-Control-Allow-Origin"), "*");
  assert_string_equal(test_response_header(&response, "Access-Control-Allow-Credentials"), "");
  assert_string_equal(test_response_header(&response, "Vary"), "");
  test_response_clean_up(&response);
}

static void cors__options_of_no_route_is_not_found(void **state)
{
  (void)state;
  test_response response;
  const test_event event = {.version = 1, .method = "OPTIONS", .path = "/admin"};
  test_respond(&response, &s_host, &event);
  assert_int_equal(response.code, 404);
  test_response_clean_up(&response);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_set_up, fixture_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(cors__nobody_is_let_in_unless_configured),     TEST(cors__origins_are_compared_to_the_byte),
      TEST(cors__preflight_says_what_may_be_sent),        TEST(cors__errors_can_be_read_by_the_page_too),
      TEST(cors__credentials_never_go_with_every_origin), TEST(cors__options_of_no_route_is_not_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
