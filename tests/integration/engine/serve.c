/* SPDX-License-Identifier: Apache-2.0
 *
 * A stage that serves an orchestrator: whatever it is called with, it answers, and says what was wrong; nothing malformed is recorded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "world.h"

#include <stdio.h>
#include <stdlib.h>

static char *s_serve(world *at, askiam_stage stage, const char *event)
{
  char *answer = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_stage_serve(&answer, at->functions->engine, stage, askiam_str_from(event), 0, &error) !=
      ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  return answer;
}

static void serve__a_call_without_pipeline_is_not_its(void **state)
{
  world *at = *state;
  for (int stage = 0; stage < WORLD_STAGES; ++stage) {
    assert_null(s_serve(at, (askiam_stage)stage, "{\"request_id\":\"r\",\"raw_request\":\"x\"}"));
    assert_null(s_serve(at, (askiam_stage)stage, "{\"pipeline\":null}"));
    assert_null(s_serve(at, (askiam_stage)stage, "[{\"pipeline\":{}}]"));
  }
}

static void serve__arguments_that_are_none_are_refused(void **state)
{
  world *at = *state;
  char *answer = NULL;
  askiam_engine *engine = at->functions->engine;
  askiam_str event = askiam_str_from("{\"pipeline\":{}}");
  assert_int_equal(askiam_stage_serve(NULL, engine, ASKIAM_STAGE_MCP, event, 0, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_stage_serve(&answer, NULL, ASKIAM_STAGE_MCP, event, 0, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_stage_serve(&answer, engine, (askiam_stage)9, event, 0, NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_stage_serve(&answer, engine, ASKIAM_STAGE_MCP, askiam_str_from(NULL), 0, NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_stage_serve(&answer, engine, ASKIAM_STAGE_MCP, askiam_str_from("{"), 0, NULL),
                   ASKIAM_STATUS_BAD_DATA);
}

static void s_expect_failure(world *at, askiam_stage stage, const char *event, const char *status)
{
  char wanted[64];
  char *answer = s_serve(at, stage, event);
  assert_non_null(answer);
  snprintf(wanted, sizeof wanted, "\"failure\":{\"status\":\"%s\"", status);
  if (strstr(answer, wanted) == NULL || strstr(answer, "is_valid") != NULL || strstr(answer, "RECORDED") != NULL) {
    fail_msg("stage %d: %s\n%s", (int)stage, answer, event);
  }
  askiam_string_free(at->functions->engine, answer);
}

static void serve__another_version_is_told(void **state)
{
  world *at = *state;
  for (int stage = 0; stage < WORLD_STAGES; ++stage) {
    s_expect_failure(at, (askiam_stage)stage,
                     "{\"request_id\":\"r\",\"user_id\":\"u\",\"raw_request\":\"x\",\"pipeline\":{\"v\":2}}",
                     "NOT_SUPPORTED");
  }
}

/* Calls that an orchestrator made, each with one thing wrong. */
static const struct {
  askiam_stage stage;
  const char *from, *to;
} s_mistakes[] = {
    {ASKIAM_STAGE_EXTRACTOR, "\"requester_id\"", "\"requester\""},
    {ASKIAM_STAGE_EXTRACTOR, "\"raw_request\":\"", "\"raw_request\":7,\"other\":\""},
    {ASKIAM_STAGE_EXTRACTOR, "\"now_ms\":", "\"now_ms\":-"},
    {ASKIAM_STAGE_EXTRACTOR, "\"timeout_ms\":", "\"timeout\":"},
    {ASKIAM_STAGE_RAG, "\"user_id\":\"john.doe\"", "\"user_id\":\"emma.davis\""},
    {ASKIAM_STAGE_RAG, "\"facts\":{\"version\"", "\"facts\":{\"revision\""},
    {ASKIAM_STAGE_RAG, "\"facts\":{", "\"fact\":{"},
    {ASKIAM_STAGE_RAG, "\"application\":{\"id\":\"workday\"", "\"application\":{\"id\":\"jira\""},
    {ASKIAM_STAGE_MCP, "\"role_id\":\"wd-hr-analyst\"", "\"role_id\":\"wd-payroll\""},
    {ASKIAM_STAGE_MCP, "\"case\":{", "\"cases\":{"},
    {ASKIAM_STAGE_MCP, "\"mode\":\"guarded\"", "\"mode\":\"lenient\""},
    {ASKIAM_STAGE_MCP, "\"soft_codes\":\"", "\"soft_codes\":\"POLICY_DENY,"},
    {ASKIAM_STAGE_MCP, "\"app_id\":\"workday\",\"name\":\"HR Analyst\"", "\"app_id\":\"jira\",\"name\":\"HR Analyst\""},
    {ASKIAM_STAGE_AUDIT, "\"status\":\"VALID\"", "\"status\":\"INVALID\""},
    {ASKIAM_STAGE_AUDIT, "\"case\":{\"v\":2", "\"case\":{\"v\":0"},
    {ASKIAM_STAGE_AUDIT, "\"speaker_id\":\"john.doe\"", "\"speaker_id\":\"emma.davis\""},
    {ASKIAM_STAGE_AUDIT, "\"reason\":\"Approved", "\"extra\":1,\"reason\":\"Approved"},
    {ASKIAM_STAGE_AUDIT, "\"validation_result\":{", "\"validation_result\":{ "},
};

static char *s_changed(const char *event, const char *from, const char *to)
{
  const char *found = strstr(event, from);
  if (found == NULL) {
    fail_msg("%s is not in %s", from, event);
    return NULL;
  }
  size_t size = strlen(event) + strlen(to) + 1;
  char *changed = malloc(size);
  snprintf(changed, size, "%.*s%s%s", (int)(found - event), event, to, found + strlen(from));
  return changed;
}

static void serve__a_malformed_call_fails_and_is_not_recorded(void **state)
{
  world *at = *state;
  askiam_decision_destroy(world_decide(at, fixture_request("john.doe", FIXTURE_SENTENCE, NULL), NULL));
  assert_int_equal(fixture_trail(at->functions), 1);
  for (size_t i = 0; i < sizeof s_mistakes / sizeof *s_mistakes; ++i) {
    char *event = s_changed(at->events[s_mistakes[i].stage], s_mistakes[i].from, s_mistakes[i].to);
    s_expect_failure(at, s_mistakes[i].stage, event, "BAD_DATA");
    free(event);
  }
  assert_int_equal(fixture_trail(at->functions), 1);
}

/* The same call again is the same answer; of the trail, the same place. */
static void serve__a_call_may_be_made_twice(void **state)
{
  world *at = *state;
  askiam_decision_destroy(world_decide(at, fixture_request("john.doe", FIXTURE_SENTENCE, NULL), NULL));
  for (int stage = 0; stage < WORLD_STAGES; ++stage) {
    char *first = s_serve(at, (askiam_stage)stage, at->events[stage]);
    char *second = s_serve(at, (askiam_stage)stage, at->events[stage]);
    assert_string_equal(first, second);
    assert_null(strstr(first, "\"failure\""));
    askiam_string_free(at->functions->engine, first);
    askiam_string_free(at->functions->engine, second);
  }
  assert_int_equal(fixture_trail(at->functions), 1);
}

int main(void)
{
#define SERVE_TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
  const struct CMUnitTest tests[] = {
      SERVE_TEST(serve__a_call_without_pipeline_is_not_its), SERVE_TEST(serve__arguments_that_are_none_are_refused),
      SERVE_TEST(serve__another_version_is_told), SERVE_TEST(serve__a_malformed_call_fails_and_is_not_recorded),
      SERVE_TEST(serve__a_call_may_be_made_twice)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
