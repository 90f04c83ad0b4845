/* SPDX-License-Identifier: Apache-2.0
 *
 * API keys over HTTP: their owner calls, where the settings allow it and nobody else is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host.h"

#include <stdlib.h>

#define BODY "\"{\\\"text\\\":\\\"I need access to HR Analyst role in Workday\\\"}\""

static lambda_host s_host;
static char s_key[256];
static char s_key_id[256];

static void s_copy(char *out, size_t size, app_scratch *scratch, const char *json, const char *name)
{
  askiam_str text = app_json_text(scratch, app_json_member(askiam_str_from(json), name));
  assert_true(text.length > 0 && text.length < size);
  memcpy(out, text.data, text.length);
  out[text.length] = '\0';
}

/* A key of John's that may be used so often at once. */
static void s_make_key(const char *scopes, int64_t burst)
{
  char *json = NULL;
  app_scratch scratch = APP_SCRATCH_INIT;
  const askiam_key_options options = {.size = sizeof options,
                                      .owner_id = askiam_str_from("john.doe"),
                                      .scopes = askiam_str_from(scopes),
                                      .per_minute = 1,
                                      .burst = burst};
  assert_int_equal(askiam_key_create(&json, s_host.home->engine, &options, NULL), ASKIAM_STATUS_OK);
  s_copy(s_key, sizeof s_key, &scratch, json, "key");
  s_copy(s_key_id, sizeof s_key_id, &scratch, json, "id");
  app_scratch_clean_up(&scratch);
  askiam_string_free(s_host.home->engine, json);
}

static int s_set_up(void **state)
{
  fixture_set_up(state);
  s_host = (lambda_host){.home = *state};
  assert_int_equal(askiam_config_set(s_host.home->config, "http.api_keys", "true", NULL), ASKIAM_STATUS_OK);
  return 0;
}

/* Asks with a key, and perhaps another caller or header besides. */
static void s_ask(test_response *response, const char *key, const char *caller, const char *more, int code)
{
  char headers[1024];
  snprintf(headers, sizeof headers, JSON_TYPE ",\"X-API-Key\":\"%s\"%s", key, more);
  const test_event event = {
      .version = 1, .method = "POST", .path = "/requests", .headers = headers, .caller = caller, .body = BODY};
  test_respond(response, &s_host, &event);
  if (response->code != code) {
    fail_msg("%d, not %d: %s", response->code, code, response->text);
  }
  assert_null(strstr(response->text, s_key));
}

static void keys__the_owner_of_a_key_is_who_calls(void **state)
{
  (void)state;
  test_response response;
  s_make_key("", 10);
  s_ask(&response, s_key, NULL, "", 200);
  test_body_has(&response, "\"requester\":{\"id\":\"john.doe\"");
  test_body_has(&response, "\"queries_executed\":[]");
  test_response_clean_up(&response);
  s_make_key("audit", 10);
  s_ask(&response, s_key, NULL, "", 200);
  test_body_has(&response, "\"queries_executed\":[{");
  test_response_clean_up(&response);
}

static void keys__count_only_where_they_are_allowed(void **state)
{
  fixture *home = *state;
  test_response response;
  s_make_key("", 10);
  assert_int_equal(askiam_config_set(home->config, "http.api_keys", "false", NULL), ASKIAM_STATUS_OK);
  s_ask(&response, s_key, NULL, "", 401);
  test_response_clean_up(&response);
}

static void keys__that_are_none_are_refused_alike(void **state)
{
  fixture *home = *state;
  test_response response;
  char refused[2048];
  s_make_key("", 10);
  s_ask(&response, "nonsense", NULL, "", 401);
  assert_true(response.length < sizeof refused);
  memcpy(refused, response.text, response.length + 1);
  test_response_clean_up(&response);
  char wrong[sizeof s_key];
  memcpy(wrong, s_key, sizeof wrong);
  wrong[strlen(wrong) - 1] = wrong[strlen(wrong) - 1] == 'A' ? 'B' : 'A';
  s_ask(&response, wrong, NULL, "", 401);
  assert_string_equal(response.text, refused);
  test_response_clean_up(&response);
  s_ask(&response, s_key, NULL, ",\"x-api-key\":\"second\"", 401);
  assert_string_equal(response.text, refused);
  test_response_clean_up(&response);
  s_ask(&response, "", NULL, "", 401);
  test_response_clean_up(&response);
  assert_int_equal(askiam_key_revoke(home->engine, askiam_str_from(s_key_id), NULL), ASKIAM_STATUS_OK);
  s_ask(&response, s_key, NULL, "", 401);
  assert_string_equal(response.text, refused);
  test_response_clean_up(&response);
}

static void keys__give_way_to_whom_the_gateway_names(void **state)
{
  (void)state;
  test_response response;
  s_make_key("audit", 10);
  s_ask(&response, s_key, "\"authorizer\":{\"claims\":{\"sub\":\"emma.brown\"}}", "", 200);
  test_body_has(&response, "\"requester\":{\"id\":\"emma.brown\"");
  test_body_has(&response, "\"queries_executed\":[]");
  test_response_clean_up(&response);
  s_ask(&response, s_key, "\"authorizer\":{\"claims\":{}}", "", 401);
  test_response_clean_up(&response);
}

static void keys__that_are_used_too_often_are_told_when_to_come_back(void **state)
{
  (void)state;
  test_response response;
  s_make_key("", 2);
  for (int i = 0; i < 2; ++i) {
    s_ask(&response, s_key, NULL, "", 200);
    test_response_clean_up(&response);
  }
  s_ask(&response, s_key, NULL, "", 429);
  test_body_has(&response, "\"code\":\"RATE_LIMITED\"");
  long wait_s = strtol(test_response_header(&response, "Retry-After"), NULL, 10);
  assert_in_range(wait_s, 1, 60);
  test_response_clean_up(&response);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_set_up, fixture_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(keys__the_owner_of_a_key_is_who_calls),
      TEST(keys__count_only_where_they_are_allowed),
      TEST(keys__that_are_none_are_refused_alike),
      TEST(keys__give_way_to_whom_the_gateway_names),
      TEST(keys__that_are_used_too_often_are_told_when_to_come_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
