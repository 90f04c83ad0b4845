/* SPDX-License-Identifier: Apache-2.0
 *
 * POST /chat: conversations over an API, each its principal's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host.h"

#include <stdlib.h>

#define KAREN_2 "\"authorizer\":{\"jwt\":{\"claims\":{\"sub\":\"karen.lee\"}}}"
#define DAVID_2 "\"authorizer\":{\"jwt\":{\"claims\":{\"sub\":\"david.chen\"}}}"

static lambda_host s_host;
static char s_session[160];
static char s_body[65536];

static int s_set_up(void **state)
{
  fixture_set_up(state);
  s_host = (lambda_host){.home = *state};
  s_session[0] = '\0';
  return 0;
}

/* Says something in the present session, or begins one; the answer is in s_body. */
static void s_say(const char *caller, const char *text, int code)
{
  char body[1024];
  char session[256] = "";
  if (s_session[0] != '\0') {
    snprintf(session, sizeof session, ",\\\"session_id\\\":\\\"%s\\\"", s_session);
  }
  snprintf(body, sizeof body, "\"{\\\"message\\\":\\\"%s\\\"%s}\"", text, session);
  const test_event event = {
      .version = 2, .method = "POST", .path = "/chat", .headers = JSON_TYPE, .caller = caller, .body = body};
  test_response response;
  test_respond(&response, &s_host, &event);
  snprintf(s_body, sizeof s_body, "%s", test_response_body(&response));
  if (response.code != code) {
    fail_msg("%d, not %d: %s", response.code, code, s_body);
  }
  askiam_str id = app_json_text(&response.scratch, app_json_member(askiam_str_from(s_body), "session_id"));
  if (code == 200 && id.length > 0 && id.length < sizeof s_session) {
    snprintf(s_session, sizeof s_session, "%.*s", (int)id.length, id.data);
  }
  test_response_clean_up(&response);
}

static void s_has(const char *part)
{
  if (strstr(s_body, part) == NULL) {
    fail_msg("%s is not in %s", part, s_body);
  }
}

static void s_lacks(const char *part)
{
  if (strstr(s_body, part) != NULL) {
    fail_msg("%s is in %s", part, s_body);
  }
}

static void chat__a_message_that_says_all_is_decided_at_once(void **state)
{
  (void)state;
  s_say(JOHN_2, "I need access to HR Analyst role in Workday", 200);
  s_has("\"state\":\"decided\"");
  s_has("\"status\":\"VALID\"");
  s_has("\"documents\":[]");
}

static void chat__what_is_missing_is_asked_in_one_session(void **state)
{
  (void)state;
  s_say(JOHN_2, "I need a role in Workday", 200);
  s_has("\"state\":\"ask\"");
  s_has("\"slot\":\"role\"");
  s_say(JOHN_2, "HR Analyst", 200);
  s_has("\"state\":\"confirm\"");
  s_say(JOHN_2, "yes", 200);
  s_has("\"state\":\"decided\"");
  s_has("\"requester\":{\"id\":\"john.doe\"");
}

static void chat__a_session_is_not_there_for_others(void **state)
{
  (void)state;
  s_say(JOHN_2, "I need a role in Workday", 200);
  s_say(KAREN_2, "HR Analyst", 404);
  s_has("There is no such conversation");
  char others[sizeof s_body];
  memcpy(others, s_body, sizeof others);
  snprintf(s_session, sizeof s_session, "no-such-session");
  s_say(KAREN_2, "HR Analyst", 404);
  assert_string_equal(s_body, others);
}

static void chat__people_of_one_name_are_not_listed(void **state)
{
  (void)state;
  s_say(DAVID_2, "Alex Kim needs the Developer role in GitHub", 200);
  s_lacks("alex.kim");
  s_lacks("alexandra.kim");
  s_say(DAVID_2, "alex.kim@example.com", 200);
  s_has("alex.kim");
  s_lacks("alexandra.kim");
}

static void chat__who_asks_for_another_is_told_the_verdict_alone(void **state)
{
  (void)state;
  s_say(KAREN_2, "Give maria.garcia Payment Approver in SAP ERP", 200);
  s_has("\"status\":\"INVALID\"");
  s_lacks("Invoice Creator");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_set_up, fixture_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(chat__a_message_that_says_all_is_decided_at_once),
      TEST(chat__what_is_missing_is_asked_in_one_session),
      TEST(chat__a_session_is_not_there_for_others),
      TEST(chat__people_of_one_name_are_not_listed),
      TEST(chat__who_asks_for_another_is_told_the_verdict_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
