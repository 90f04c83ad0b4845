/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "stand_ins.h"

static aski_rag_result s_validate(test_stand_ins *made)
{
  aski_rag_result result;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(aski_rag_validate(&result, &made->arena, &made->rag, &made->call, &made->facts, &error),
                   ASKIAM_STATUS_OK);
  return result;
}

static void s_expect_abstention(test_stand_ins *made, aski_rag_cause cause)
{
  aski_rag_result result = s_validate(made);
  assert_int_equal(result.outcome, ASKI_RAG_ABSTAINED);
  assert_int_equal(result.cause, cause);
  assert_true(result.confidence < 0);
  assert_true(result.reason.length > 0);
  assert_int_equal(made->warnings, cause == ASKI_RAG_CAUSE_NONE ? 0 : 1);
}

static void rag__an_opinion_becomes_a_verdict_with_its_confidence(void **state)
{
  test_stand_ins *made = *state;
  aski_rag_result result = s_validate(made);
  assert_int_equal(result.outcome, ASKI_RAG_VALID);
  assert_true(fabs(result.confidence - 0.9) < 1e-12);
  assert_string_equal(result.reason.data, "9 of 10");
  assert_true(aski_str_equal_text(result.judge, "evidence"));
  assert_int_equal(result.documents.count, 2);
  assert_true(aski_str_equal_text(result.documents.items[0].id, "d1"));
  made->probability = 0.2;
  result = s_validate(made);
  assert_int_equal(result.outcome, ASKI_RAG_INVALID);
  assert_true(fabs(result.confidence - 0.8) < 1e-12);
  made->probability = 0.5;
  result = s_validate(made);
  assert_int_equal(result.outcome, ASKI_RAG_VALID);
  assert_true(fabs(result.confidence - 0.5) < 1e-12);
  assert_int_equal(made->warnings, 0);
}

static void rag__the_judge_sees_entities_and_people_and_none_of_the_requesters_own(void **state)
{
  test_stand_ins *made = *state;
  s_validate(made);
  assert_string_equal(made->query_text, "HR Analyst Workday Finance Analyst Reads HR data");
  assert_int_equal(made->query_dimension, 2);
  assert_int_equal(made->people_asked, 3); /* u2, u3, left: each once */
  assert_int_equal(made->case_patterns, 4);
  assert_int_equal(made->case_known, 3);
  assert_string_equal(made->case_first_department, "u2");
  assert_int_equal(made->case_documents, 2);
  assert_int_equal(made->case_roles, 1); /* r2: not the role asked for, not what is revoked or over */
}

static void rag__rubbish_is_an_outage(void **state)
{
  test_stand_ins *made = *state;
  const double rubbish[] = {nan(""), -0.001, 1.001, HUGE_VAL, -HUGE_VAL};
  for (size_t i = 0; i < 5; ++i) {
    made->probability = rubbish[i];
    made->warnings = 0;
    s_expect_abstention(made, ASKI_RAG_CAUSE_UNAVAILABLE);
  }
}

static void rag__an_abstention_says_why(void **state)
{
  test_stand_ins *made = *state;
  made->opinion = false;
  made->reason = "no past decisions";
  s_expect_abstention(made, ASKI_RAG_CAUSE_NONE);
  assert_string_equal(s_validate(made).reason.data, "no past decisions");
}

static void rag__a_failure_is_an_abstention_that_is_logged(void **state)
{
  test_stand_ins *made = *state;
  made->documents_status = ASKIAM_STATUS_CORRUPT;
  s_expect_abstention(made, ASKI_RAG_CAUSE_UNAVAILABLE);
  assert_string_equal(made->logged, "no evidence: documents: CORRUPT: the index is gone");
  assert_int_equal(made->cases_judged, 0);
  assert_null(strstr(s_validate(made).reason.data, "index")); /* details are for the log */
}

static void rag__every_step_may_fail(void **state)
{
  test_stand_ins *made = *state;
  askiam_status *const steps[] = {&made->embed_status, &made->documents_status, &made->patterns_status,
                                  &made->people_status, &made->judge_status};
  for (size_t i = 0; i < 5; ++i) {
    made->warnings = 0;
    *steps[i] = ASKIAM_STATUS_BUSY;
    s_expect_abstention(made, ASKI_RAG_CAUSE_UNAVAILABLE);
    made->warnings = 0;
    *steps[i] = ASKIAM_STATUS_TIMEOUT;
    s_expect_abstention(made, ASKI_RAG_CAUSE_TIMEOUT);
    *steps[i] = ASKIAM_STATUS_NO_MEMORY;
    aski_rag_result result;
    assert_int_equal(aski_rag_validate(&result, &made->arena, &made->rag, &made->call, &made->facts, NULL),
                     ASKIAM_STATUS_NO_MEMORY);
    *steps[i] = ASKIAM_STATUS_OK;
  }
}

static void rag__an_opinion_after_the_deadline_is_a_timeout(void **state)
{
  test_stand_ins *made = *state;
  made->call.deadline_ticks_ns = 1000;
  made->judge_takes_ns = 2000;
  s_expect_abstention(made, ASKI_RAG_CAUSE_TIMEOUT);
  assert_int_equal(made->cases_judged, 1);
}

static void rag__switched_off_asks_nobody(void **state)
{
  test_stand_ins *made = *state;
  made->rag.enabled = false;
  aski_rag_result result = s_validate(made);
  assert_int_equal(result.outcome, ASKI_RAG_SKIPPED);
  assert_true(result.confidence < 0);
  assert_int_equal(made->cases_judged, 0);
  assert_string_equal(made->query_text, "");
}

static void rag__the_unknown_is_not_judged(void **state)
{
  test_stand_ins *made = *state;
  bool *const found[] = {&made->facts.user.found, &made->facts.role.found, &made->facts.application.found};
  const char *words[] = {"user", "role", "application"};
  for (size_t i = 0; i < 3; ++i) {
    *found[i] = false;
    s_expect_abstention(made, ASKI_RAG_CAUSE_NONE);
    assert_non_null(strstr(s_validate(made).reason.data, words[i]));
    *found[i] = true;
  }
  assert_int_equal(made->cases_judged, 0);
}

static void rag__what_is_not_configured_is_no_outage(void **state)
{
  test_stand_ins *made = *state;
  made->search.provided = false;
  s_expect_abstention(made, ASKI_RAG_CAUSE_NONE);
  made->search.provided = true;
  made->judge.provided = false;
  s_expect_abstention(made, ASKI_RAG_CAUSE_NONE);
}

static void rag__without_an_embedder_words_must_do(void **state)
{
  test_stand_ins *made = *state;
  made->embedder.provided = false;
  assert_int_equal(s_validate(made).outcome, ASKI_RAG_VALID);
  assert_int_equal(made->query_dimension, 0);
}

static void rag__lack_of_memory_is_never_an_approval(void **state)
{
  test_stand_ins *made = *state;
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    aski_arena arena;
    test_allocator allocator;
    test_allocator_init(&allocator);
    test_allocator_fail_at(&allocator, fail_at);
    aski_arena_init(&arena, &allocator.base);
    arena.block_bytes = 64; /* so that there are many acquisitions to fail */
    aski_rag_result result;
    status = aski_rag_validate(&result, &arena, &made->rag, &made->call, &made->facts, NULL);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_int_equal(result.outcome, status == ASKIAM_STATUS_OK ? ASKI_RAG_VALID : ASKI_RAG_ABSTAINED);
    aski_arena_clean_up(&arena);
    assert_int_equal(allocator.outstanding, 0);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(rag__##name, test_stand_ins_set_up, test_stand_ins_tear_down)
int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(an_opinion_becomes_a_verdict_with_its_confidence),
      TEST(the_judge_sees_entities_and_people_and_none_of_the_requesters_own),
      TEST(rubbish_is_an_outage),
      TEST(an_abstention_says_why),
      TEST(a_failure_is_an_abstention_that_is_logged),
      TEST(every_step_may_fail),
      TEST(an_opinion_after_the_deadline_is_a_timeout),
      TEST(switched_off_asks_nobody),
      TEST(the_unknown_is_not_judged),
      TEST(what_is_not_configured_is_no_outage),
      TEST(without_an_embedder_words_must_do),
      TEST(lack_of_memory_is_never_an_approval),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
