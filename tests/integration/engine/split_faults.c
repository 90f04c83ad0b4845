/* SPDX-License-Identifier: Apache-2.0
 *
 * What may happen to a function that is called: it is slow, it fails, it is throttled, it is of another version, it lies. Of each the decision says so,
 * or does without; none of it is ever an approval. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#define FORBIDDEN "I need Project Lead in Jira" /* a role is lacking that should be held first */
#define MISSPELT "I need HR Annallyist in Workday"

static bool s_has_code(const askiam_decision *decision, const char *code)
{
  for (size_t i = 0; i < askiam_decision_code_count(decision); ++i) {
    if (strcmp(askiam_decision_code(decision, i).data, code) == 0) {
      return true;
    }
  }
  return false;
}

/* A request of its own each time; its verdict, and whether a code is there (NULL: any). */
static askiam_verdict s_decide(world *at, const char *code)
{
  static unsigned s_number;
  char id[32];
  snprintf(id, sizeof id, "fault-%u", ++s_number);
  askiam_status status = ASKIAM_STATUS_OK;
  askiam_decision *decision = world_decide(at, fixture_request("john.doe", FIXTURE_SENTENCE, id), &status);
  askiam_verdict verdict = askiam_decision_verdict(decision);
  assert_int_equal(status != ASKIAM_STATUS_OK, verdict == ASKIAM_VERDICT_ERROR);
  if (code != NULL && !s_has_code(decision, code)) {
    fail_msg("%s is not there: %s", code, askiam_decision_to_json(decision, NULL));
  }
  assert_int_equal(askiam_decision_get(decision, ASKIAM_DECISION_AUDIT_CHAIN).length > 0,
                   verdict != ASKIAM_VERDICT_ERROR);
  askiam_decision_destroy(decision);
  return verdict;
}

static const world_fault s_outages[] = {
    {.transport = ASKIAM_STATUS_TIMEOUT},
    {.transport = ASKIAM_STATUS_UNAVAILABLE},
    {.http_status = 500, .body = "{}"},
    {.http_status = 429, .headers = "retry-after:600\n", .body = "{}"},
    {.http_status = 404, .body = "{\"Message\":\"Function not found\"}"},
    {.http_status = 403, .body = "{}"},
    {.http_status = 413, .body = "{}"},
    {.http_status = 409, .body = "{}"},
    {.headers = "x-amz-function-error:Unhandled\n"}, /* with a perfect answer in its body */
    {.body = "{\"errorMessage\":\"Task timed out after 2.00 seconds\",\"errorType\":\"Sandbox.Timedout\"}"},
    {.body = ""},
    {.body = "null"},
    {.body = "{\"is_valid\":true,\"confidence\":1,\"status\":\"VALID\",\"reason_codes\":[\"APPROVED_BY_RULES\"]}"},
    {.body = "{\"pipeline\":{\"v\":1}}"},
    {.from = "\"v\":1", .to = "\"v\":2"},
    {.from = "\"pipeline\":{", .to = "\"pipeline\":[{"},
    {.from = "fault-", .to = "other-"}};

static void split__without_evidence_the_rules_decide(void **state)
{
  world *at = *state;
  for (size_t i = 0; i < sizeof s_outages / sizeof *s_outages; ++i) {
    world_reopen(at);
    world_break(at, ASKIAM_STAGE_RAG, s_outages[i]);
    bool late = s_outages[i].transport == ASKIAM_STATUS_TIMEOUT;
    assert_int_equal(s_decide(at, late ? "RAG_TIMEOUT" : "RAG_UNAVAILABLE"), ASKIAM_VERDICT_VALID);
  }
}

static void split__without_extractor_or_rules_there_is_no_verdict(void **state)
{
  world *at = *state;
  static const askiam_stage stages[] = {ASKIAM_STAGE_EXTRACTOR, ASKIAM_STAGE_MCP};
  static const char *const modes[][3] = {{"decision.mode", "guarded", NULL}, {"decision.mode", "rag_first", NULL}};
  for (size_t mode = 0; mode < 2; ++mode) {
    world_configure(at, modes[mode]);
    for (size_t i = 0; i < sizeof s_outages / sizeof *s_outages; ++i) {
      for (size_t j = 0; j < 2; ++j) {
        world_reopen(at);
        world_break(at, stages[j], s_outages[i]);
        assert_int_equal(s_decide(at, "STORE_UNAVAILABLE"), ASKIAM_VERDICT_ERROR);
      }
    }
  }
  assert_int_equal(fixture_trail(at->functions), 0);
}

static void split__without_a_record_there_is_no_verdict(void **state)
{
  world *at = *state;
  for (size_t i = 0; i < sizeof s_outages / sizeof *s_outages; ++i) {
    world_reopen(at);
    world_break(at, ASKIAM_STAGE_AUDIT, s_outages[i]);
    assert_int_equal(s_decide(at, "AUDIT_UNAVAILABLE"), ASKIAM_VERDICT_ERROR);
  }
  for (size_t i = 0; i < sizeof s_outages / sizeof *s_outages; ++i) { /* without an id nothing is recalled before */
    world_reopen(at);
    world_break(at, ASKIAM_STAGE_AUDIT, s_outages[i]);
    if (s_outages[i].from != NULL && strcmp(s_outages[i].from, "fault-") == 0) {
      continue;
    }
    askiam_status status = ASKIAM_STATUS_OK;
    askiam_decision *decision = world_decide(at, fixture_request("john.doe", FIXTURE_SENTENCE, NULL), &status);
    assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_ERROR);
    assert_true(s_has_code(decision, "AUDIT_UNAVAILABLE"));
    assert_int_equal(askiam_decision_get(decision, ASKIAM_DECISION_AUDIT_CHAIN).length, 0);
    askiam_decision_destroy(decision);
  }
}

/* Answers that are well formed, and not what was asked: each would approve, or change who gets what, were it believed. */
static const struct {
  askiam_stage stage;
  world_fault fault;
} s_lies[] = {
    {ASKIAM_STAGE_EXTRACTOR, {.from = "\"reason_codes\":[]", .to = "\"reason_codes\":[\"APPROVED_BY_RULES\"]"}},
    {ASKIAM_STAGE_EXTRACTOR, {.from = "\"reason_codes\":[]", .to = "\"reason_codes\":[\"APPROVED_BY_EVIDENCE\"]"}},
    {ASKIAM_STAGE_EXTRACTOR, {.from = "\"reason_codes\":[]", .to = "\"reason_codes\":[\"LOW_CONFIDENCE\"]"}},
    {ASKIAM_STAGE_EXTRACTOR, {.from = "\"reason_codes\":[]", .to = "\"reason_codes\":[\"NO_SUCH_CODE\"]"}},
    {ASKIAM_STAGE_EXTRACTOR,
     {.from = "\"entities\":{\"user\":{\"id\":\"john.doe\"", .to = "\"entities\":{\"user\":{\"id\":\"emma.davis\""}},
    {ASKIAM_STAGE_EXTRACTOR,
     {.from = "\"facts\":{\"version\":6,\"user\":{\"id\":\"john.doe\"",
      .to = "\"facts\":{\"version\":6,\"user\":{\"id\":\"jane.roe\""}},
    {ASKIAM_STAGE_EXTRACTOR, {.from = "\"act\":\"request\"", .to = "\"act\":\"none\""}},
    {ASKIAM_STAGE_EXTRACTOR, {.from = "\"expires_at\":null", .to = "\"expires_at\":\"soon\""}},
    {ASKIAM_STAGE_EXTRACTOR, {.from = "\"facts\":{\"version\":6", .to = "\"facts\":{\"version\":-6"}},
    {ASKIAM_STAGE_MCP, {.from = "\"version\":6", .to = "\"version\":7"}},
    {ASKIAM_STAGE_MCP, {.from = "\"role_id\":\"wd-hr-analyst\"", .to = "\"role_id\":\"wd-payroll-admin\""}},
    {ASKIAM_STAGE_MCP, {.from = "\"user_id\":\"john.doe\"", .to = "\"user_id\":\"emma.davis\""}},
    {ASKIAM_STAGE_MCP, {.from = "\"is_valid\":true", .to = "\"is_valid\":false"}},
    {ASKIAM_STAGE_MCP, {.from = "\"is_valid\":true", .to = "\"is_valid\":null"}},
    {ASKIAM_STAGE_MCP, {.from = "\"result\":\"PASSED\"", .to = "\"result\":\"SKIPPED\""}},
    {ASKIAM_STAGE_MCP, {.from = "\"code\":\"NOT_RESTRICTED\"", .to = "\"code\":\"POLICY\""}},
    {ASKIAM_STAGE_MCP,
     {.from = "\"code\":\"NOT_RESTRICTED\",\"passed\":true", .to = "\"code\":\"NOT_RESTRICTED\",\"passed\":false"}},
    {ASKIAM_STAGE_MCP, {.from = "\"passed\":true,\"hard\":true", .to = "\"passed\":true,\"hard\":false"}},
    {ASKIAM_STAGE_AUDIT, {.from = "\"RECORDED\"", .to = "\"IGNORED\""}},
    {ASKIAM_STAGE_AUDIT, {.from = "\"NEW\"", .to = "\"FOUND\""}},
    {ASKIAM_STAGE_AUDIT, {.from = "\"NEW\"", .to = "\"\""}},
    {ASKIAM_STAGE_AUDIT, {.from = "\"chain\":\"main\"", .to = "\"chain\":\"\""}},
    {ASKIAM_STAGE_AUDIT, {.from = "\"seq\":", .to = "\"seq\":-"}},
    {ASKIAM_STAGE_AUDIT, {.from = "\"hash\":\"", .to = "\"hash\":\"X"}},
};

static void split__an_answer_that_does_not_fit_is_none(void **state)
{
  world *at = *state;
  for (size_t i = 0; i < sizeof s_lies / sizeof *s_lies; ++i) {
    world_reopen(at);
    world_break(at, s_lies[i].stage, s_lies[i].fault);
    askiam_verdict verdict =
        s_decide(at, s_lies[i].stage == ASKIAM_STAGE_AUDIT ? "AUDIT_UNAVAILABLE" : "STORE_UNAVAILABLE");
    if (verdict != ASKIAM_VERDICT_ERROR) {
      fail_msg("%s was believed", s_lies[i].fault.to);
    }
  }
}

static void split__an_opinion_that_is_none_abstains(void **state)
{
  world *at = *state;
  static const char *const pairs[] = {"decision.mode", "rag_first", "decision.threshold", "0.5", NULL};
  static const world_fault lies[] = {
      {.from = "\"rag_exact\":{\"confidence\":", .to = "\"rag_exact\":{\"confidence\":1"}, /* 10.97… */
      {.from = "\"rag_exact\":{\"confidence\":0", .to = "\"rag_exact\":{\"confidence\":-0"},
      {.from = "\"is_valid\":true", .to = "\"is_valid\":false"},
      {.from = "\"is_valid\":true", .to = "\"is_valid\":\"true\""},
      {.from = "\"version\":6", .to = "\"version\":5"},
      {.from = "\"role_id\":\"wd-hr-analyst\"", .to = "\"role_id\":\"wd-payroll-admin\""},
      {.from = "\"rag\":{\"result\":\"VALID\"", .to = "\"rag\":{\"result\":\"INVALID\""},
      {.from = "\"rag\":{\"result\":\"VALID\"", .to = "\"rag\":{\"result\":\"SKIPPED\""},
      {.from = "\"cause\":\"none\"", .to = "\"cause\":\"timeout\""}};
  world_configure(at, pairs);
  assert_int_equal(s_decide(at, "APPROVED_BY_EVIDENCE"), ASKIAM_VERDICT_VALID);
  for (size_t i = 0; i < sizeof lies / sizeof *lies; ++i) {
    world_reopen(at);
    world_break(at, ASKIAM_STAGE_RAG, lies[i]);
    assert_int_equal(s_decide(at, "RAG_UNAVAILABLE"), ASKIAM_VERDICT_VALID); /* by the rules */
  }
}

/* A function that comes back is asked again at once, and one attempt too few is one failure too many. */
static void split__a_throttled_function_is_asked_again(void **state)
{
  world *at = *state;
  for (int stage = 0; stage < WORLD_STAGES; ++stage) {
    world_reopen(at);
    world_break(at, (askiam_stage)stage,
                (world_fault){.http_status = 429, .headers = "retry-after:0\n", .body = "{}", .times = 2});
    assert_int_equal(s_decide(at, NULL), ASKIAM_VERDICT_VALID);
    assert_int_equal(at->calls[stage], stage == ASKIAM_STAGE_AUDIT ? 4 : 3);
  }
}

/* The answer was lost, the record was made: whoever asks again is told the same place. */
static void split__a_record_whose_answer_was_lost_is_made_once(void **state)
{
  world *at = *state;
  world_break(at, ASKIAM_STAGE_AUDIT, (world_fault){.transport = ASKIAM_STATUS_UNAVAILABLE, .times = 2});
  askiam_decision *decision = world_decide(at, fixture_request("john.doe", FIXTURE_SENTENCE, NULL), NULL);
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_VALID);
  assert_int_equal(at->calls[ASKIAM_STAGE_AUDIT], 3);
  assert_int_equal(fixture_trail(at->functions), 1);
  askiam_decision_destroy(decision);
}

static void split__a_function_that_keeps_failing_is_left_alone(void **state)
{
  world *at = *state;
  assert_int_equal(askiam_config_set(at->config, "breaker.failures", "3", NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_config_set(at->config, "rag.enabled", "false", NULL), ASKIAM_STATUS_OK); /* no other thread */
  world_reopen(at);
  world_break(at, ASKIAM_STAGE_MCP, (world_fault){.http_status = 500, .body = "{}"});
  for (int i = 0; i < 4; ++i) {
    assert_int_equal(s_decide(at, "STORE_UNAVAILABLE"), ASKIAM_VERDICT_ERROR);
  }
  assert_int_equal(at->calls[ASKIAM_STAGE_MCP], 3);
  assert_true(at->calls[ASKIAM_STAGE_EXTRACTOR] == 4);
  world_mend(at);
  assert_int_equal(s_decide(at, "STORE_UNAVAILABLE"), ASKIAM_VERDICT_ERROR);
  at->fused->ticks_ns += UINT64_C(61000000000);
  assert_int_equal(s_decide(at, NULL), ASKIAM_VERDICT_VALID);
}

/* What a function's own store says is told as it is, and an approval by nobody. */
static void split__a_stage_whose_store_is_gone_says_so(void **state)
{
  world *at = *state;
  assert_int_equal(askiam_config_set(at->functions->config, "store.url", "sqlite:/nowhere/at/all.db", NULL),
                   ASKIAM_STATUS_OK);
  askiam_engine_destroy(at->functions->engine);
  at->functions->engine = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_engine_new(&at->functions->engine, at->functions->config, &error) == ASKIAM_STATUS_OK) {
    assert_int_equal(s_decide(at, "AUDIT_UNAVAILABLE"), ASKIAM_VERDICT_ERROR);
    askiam_decision *decision = NULL;
    askiam_request *request = fixture_request("john.doe", FIXTURE_SENTENCE, NULL);
    assert_int_not_equal(askiam_validate(&decision, at->engine, request, &error), ASKIAM_STATUS_OK);
    assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_ERROR);
    askiam_request_destroy(request);
    askiam_decision_destroy(decision);
  }
  assert_int_equal(askiam_config_set(at->functions->config, "store.url", at->functions->url, NULL), ASKIAM_STATUS_OK);
  fixture_reopen(at->functions);
}

/* Whatever piece of memory is not to be had, in the orchestrator or in a function: a whole decision, or none. */
static void s_starve(world *at, test_allocator *allocator, const char *sentence)
{
  long fail_at = 1;
  for (bool failed = true; failed; fail_at += 1 + fail_at / 40) {
    askiam_error error = ASKIAM_ERROR_INIT;
    askiam_decision *decision = NULL;
    askiam_request *request = fixture_request("john.doe", sentence, NULL);
    askiam_request_set_dry_run(request, (int)(fail_at % 2));
    test_allocator_fail_at(allocator, fail_at);
    askiam_status status = askiam_validate(&decision, at->engine, request, &error);
    askiam_engine_destroy(at->engine); /* with calls that nobody waited for */
    at->engine = NULL;
    failed = test_allocator_requests(allocator) >= fail_at;
    test_allocator_fail_at(allocator, 0);
    if (decision != NULL && status != ASKIAM_STATUS_OK) {
      assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_ERROR);
    }
    if (!failed) {
      assert_int_equal(status, ASKIAM_STATUS_OK);
    }
    askiam_decision_destroy(decision);
    askiam_request_destroy(request);
    world_reopen(at);
  }
  assert_true(fail_at > 20);
}

static void split__survives_every_failed_allocation_of_the_orchestrator(void **state)
{
  world *at = *state;
  s_starve(at, &at->allocator, FIXTURE_SENTENCE);
  s_starve(at, &at->allocator, FORBIDDEN);
  s_starve(at, &at->allocator, MISSPELT);
}

static void split__survives_every_failed_allocation_of_a_function(void **state)
{
  world *at = *state;
  s_starve(at, &at->functions->allocator, FORBIDDEN);
  s_starve(at, &at->functions->allocator, MISSPELT);
}

int main(void)
{
#define SPLIT_TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
  const struct CMUnitTest tests[] = {
      SPLIT_TEST(split__without_evidence_the_rules_decide),
      SPLIT_TEST(split__without_extractor_or_rules_there_is_no_verdict),
      SPLIT_TEST(split__without_a_record_there_is_no_verdict),
      SPLIT_TEST(split__an_answer_that_does_not_fit_is_none),
      SPLIT_TEST(split__an_opinion_that_is_none_abstains),
      SPLIT_TEST(split__a_throttled_function_is_asked_again),
      SPLIT_TEST(split__a_record_whose_answer_was_lost_is_made_once),
      SPLIT_TEST(split__a_function_that_keeps_failing_is_left_alone),
      SPLIT_TEST(split__a_stage_whose_store_is_gone_says_so),
      SPLIT_TEST(split__survives_every_failed_allocation_of_the_orchestrator),
      SPLIT_TEST(split__survives_every_failed_allocation_of_a_function),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
