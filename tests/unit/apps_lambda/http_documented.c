/* SPDX-License-Identifier: Apache-2.0
 *
 * Events as API Gateway documents them, whole (events/): who is believed to call, and what follows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host.h"

#include <stdio.h>
#include <stdlib.h>

static lambda_host s_host;

static int s_set_up(void **state)
{
  fixture_set_up(state);
  s_host = (lambda_host){.home = *state};
  return 0;
}

static char *s_read(const char *name)
{
  static char text[65536];
  char path[512];
  snprintf(path, sizeof path, "%s/%s.json", ASKIAM_EVENTS, name);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  size_t length = fread(text, 1, sizeof text - 1, file);
  text[length] = '\0';
  fclose(file);
  return text;
}

static void s_assert(const char *name, int code, const char *says)
{
  test_response response;
  test_respond_json(&response, &s_host, askiam_str_from(s_read(name)));
  if (response.code != code) {
    fail_msg("%s: %d, not %d: %s", name, response.code, code, response.text);
  }
  test_body_has(&response, says);
  test_body_lacks(&response, "203.0.113");
  test_response_clean_up(&response);
}

static void http__documented_events_are_answered_for_their_caller(void **state)
{
  (void)state;
  static const char *const s_names[] = {"rest_cognito",   "rest_lambda_authorizer", "rest_base_path", "http_jwt",
                                        "http_jwt_stage", "http_lambda_authorizer", "http_payload_1"};
  for (size_t i = 0; i < sizeof s_names / sizeof *s_names; ++i) {
    s_assert(s_names[i], 200, "\"status\":\"VALID\"");
    s_assert(s_names[i], 200, "\"requester\":{\"id\":\"john.doe\",\"name\":\"John Doe\"}");
  }
}

static void http__documented_iam_callers_are_who_the_settings_say(void **state)
{
  fixture *home = *state;
  static const char *const s_names[] = {"rest_iam", "http_iam", "function_url"};
  for (size_t i = 0; i < 3; ++i) {
    s_assert(s_names[i], 200, "\"reason_codes\":[\"USER_UNKNOWN\"]");
  }
  assert_int_equal(askiam_config_set(home->config, "http.iam_principal", "name", NULL), ASKIAM_STATUS_OK);
  for (size_t i = 0; i < 3; ++i) {
    s_assert(s_names[i], 200, "\"requester\":{\"id\":\"john.doe\",\"name\":\"John Doe\"}");
  }
}

static void http__documented_events_without_a_caller_are_refused(void **state)
{
  fixture *home = *state;
  static const char *const s_names[] = {"rest_anonymous", "rest_status_anonymous", "http_anonymous",
                                        "http_payload_1_without_claims"};
  for (size_t i = 0; i < sizeof s_names / sizeof *s_names; ++i) {
    s_assert(s_names[i], 401, "UNAUTHENTICATED");
  }
  s_assert("balancer", 400, "load balancer");
  assert_int_equal(fixture_trail(home), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_set_up, fixture_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(http__documented_events_are_answered_for_their_caller),
      TEST(http__documented_iam_callers_are_who_the_settings_say),
      TEST(http__documented_events_without_a_caller_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
