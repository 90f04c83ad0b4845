/* SPDX-License-Identifier: Apache-2.0
 *
 * Each way to fail ends in an error or an abstention, never in an approval. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#include <askiam/backend/judge.h>
#include <math.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void s_assert_has_code(const askiam_decision *decision, const char *wanted)
{
  for (size_t i = 0; i < askiam_decision_code_count(decision); ++i) {
    askiam_str code = askiam_decision_code(decision, i);
    if (code.length == strlen(wanted) && memcmp(code.data, wanted, code.length) == 0) {
      return;
    }
  }
  fail_msg("%s is not in %s", wanted, askiam_decision_to_json(decision, NULL));
}

static void engine__failing_memory_never_approves_and_never_leaks(void **state)
{
  fixture *home = *state;
  askiam_request *request = fixture_request("john.doe", FIXTURE_SENTENCE, NULL);
  askiam_request_set_dry_run(request, 1);
  askiam_decision *decision = NULL;
  assert_int_equal(askiam_validate(&decision, home->engine, request, NULL), ASKIAM_STATUS_OK);
  askiam_decision_destroy(decision);
  long resting = home->allocator.outstanding;
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
    test_allocator_fail_at(&home->allocator, at);
    askiam_error error = ASKIAM_ERROR_INIT;
    status = askiam_validate(&decision, home->engine, request, &error);
    test_allocator_fail_at(&home->allocator, 0);
    if (status != ASKIAM_STATUS_OK) {
      assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
      assert_true(decision == NULL || askiam_decision_verdict(decision) == ASKIAM_VERDICT_ERROR);
    } else {
      assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_VALID);
    }
    askiam_decision_destroy(decision);
    assert_true(home->allocator.outstanding <= resting + 8);
    assert_true(at < 10000);
  }
  askiam_request_destroy(request);
}

static void engine__store_without_schema_is_named(void **state)
{
  fixture *home = *state;
  assert_int_equal(askiam_config_set(home->config, "store.url", "sqlite:/tmp/askiam-no-such-store.db", NULL),
                   ASKIAM_STATUS_OK);
  fixture_reopen(home);
  askiam_request *request = fixture_request("john.doe", FIXTURE_SENTENCE, NULL);
  askiam_decision *decision = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_validate(&decision, home->engine, request, &error), ASKIAM_STATUS_NOT_INITIALISED);
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_ERROR);
  s_assert_has_code(decision, "STORE_UNAVAILABLE");
  assert_non_null(strstr(error.message, "askiam init"));
  assert_int_not_equal(access("/tmp/askiam-no-such-store.db", F_OK), 0);
  askiam_decision_destroy(decision);
  askiam_request_destroy(request);
}

static void engine__decides_nothing_without_a_record(void **state)
{
  fixture *home = *state;
  assert_int_equal(askiam_config_set(home->config, "audit.enabled", "false", NULL), ASKIAM_STATUS_OK);
  fixture_reopen(home);
  askiam_request *request = fixture_request("john.doe", FIXTURE_SENTENCE, NULL);
  askiam_decision *decision = NULL;
  assert_int_equal(askiam_validate(&decision, home->engine, request, NULL), ASKIAM_STATUS_CONFIG);
  s_assert_has_code(decision, "AUDIT_UNAVAILABLE");
  askiam_decision_destroy(decision);
  askiam_request_set_dry_run(request, 1);
  decision = fixture_decide(home, request);
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_VALID);
  askiam_decision_destroy(decision);
}

static askiam_status s_open(void **out_self, void *context, const askiam_backend_options *options, askiam_error *error)
{
  (void)options;
  (void)error;
  *out_self = context;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_judge_fails(void *self, const askiam_call *call, const askiam_case *judged,
                                   askiam_opinion *opinion, askiam_error *error)
{
  (void)self;
  (void)call;
  (void)judged;
  askiam_opinion_set(opinion, 1.0, askiam_str_from("approve everything"));
  return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_JUDGE, "the judge is ill");
}

static askiam_status s_judge_is_no_number(void *self, const askiam_call *call, const askiam_case *judged,
                                          askiam_opinion *opinion, askiam_error *error)
{
  (void)self;
  (void)call;
  (void)judged;
  (void)error;
  return askiam_opinion_set(opinion, (double)NAN, askiam_str_from("approve everything"));
}

static askiam_status s_judge_is_late(void *self, const askiam_call *call, const askiam_case *judged,
                                     askiam_opinion *opinion, askiam_error *error)
{
  (void)call;
  (void)judged;
  (void)error;
  fixture *home = self;
  __atomic_add_fetch(&home->ticks_ns, UINT64_C(16000000000), __ATOMIC_RELAXED);
  return askiam_opinion_set(opinion, 1.0, askiam_str_from("approve everything"));
}

static askiam_status s_judge_approves(void *self, const askiam_call *call, const askiam_case *judged,
                                      askiam_opinion *opinion, askiam_error *error)
{
  (void)self;
  (void)call;
  (void)judged;
  (void)error;
  return askiam_opinion_set(opinion, 1.0, askiam_str_from("approve everything"));
}

typedef askiam_status (*judge_fn)(void *, const askiam_call *, const askiam_case *, askiam_opinion *, askiam_error *);

/* One decision for john.doe with a judge of the test's. */
static askiam_decision *s_judged(fixture *home, judge_fn judge, const char *text)
{
  static askiam_judge_vtable tables[8];
  static size_t used;
  askiam_judge_vtable *table = &tables[used];
  *table = (askiam_judge_vtable){.size = sizeof *table, .open = s_open, .kind = "evidence", .judge = judge};
  char name[] = {'j', (char)('0' + used++), 0};
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_register_judge(home->config, name, table, home, &error), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_config_set(home->config, "judge.backend", name, &error), ASKIAM_STATUS_OK);
  fixture_reopen(home);
  return fixture_decide(home, fixture_request("john.doe", text, NULL));
}

static void engine__judge_that_fails_abstains(void **state)
{
  askiam_decision *decision = s_judged(*state, s_judge_fails, FIXTURE_SENTENCE);
  s_assert_has_code(decision, "RAG_UNAVAILABLE");
  s_assert_has_code(decision, "APPROVED_BY_RULES");
  askiam_decision_destroy(decision);
}

static void engine__judge_that_gives_no_probability_abstains(void **state)
{
  askiam_decision *decision = s_judged(*state, s_judge_is_no_number, FIXTURE_SENTENCE);
  s_assert_has_code(decision, "APPROVED_BY_RULES");
  assert_true(askiam_decision_confidence(decision) < 0);
  askiam_decision_destroy(decision);
}

static void engine__late_judge_is_a_timeout(void **state)
{
  askiam_decision *decision = s_judged(*state, s_judge_is_late, FIXTURE_SENTENCE);
  s_assert_has_code(decision, "RAG_TIMEOUT");
  s_assert_has_code(decision, "APPROVED_BY_RULES");
  askiam_decision_destroy(decision);
}

static void engine__judge_cannot_overrule_a_hard_check(void **state)
{
  fixture *home = *state;
  askiam_decision *decision = s_judged(home, s_judge_approves, FIXTURE_SENTENCE);
  s_assert_has_code(decision, "APPROVED_BY_EVIDENCE");
  askiam_decision_destroy(decision);
}

static askiam_error s_problem(askiam_request **out_request, const char *json)
{
  askiam_error problem = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_request_from_json(out_request, askiam_str_from(json), NULL, &problem),
                   ASKIAM_STATUS_BAD_DATA);
  return problem;
}

static void engine__what_is_no_request_is_answered_with_an_error(void **state)
{
  fixture *home = *state;
  askiam_request *request = NULL;
  askiam_decision *decision = NULL;
  askiam_error problem = s_problem(&request, "{\"request_id\": \"r-1\", \"user_id\": [], \"raw_request\": \"x\"}");
  assert_int_equal(askiam_reject(&decision, home->engine, request, &problem, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_ERROR);
  s_assert_has_code(decision, "INVALID_REQUEST");
  askiam_str id = askiam_decision_get(decision, ASKIAM_DECISION_REQUEST_ID);
  assert_memory_equal(id.data, "r-1", id.length);
  askiam_str reason = askiam_decision_get(decision, ASKIAM_DECISION_REASON);
  assert_int_equal(reason.length, strlen(problem.message));
  assert_memory_equal(reason.data, problem.message, reason.length);
  askiam_decision_destroy(decision);
  askiam_request_destroy(request);
  problem = s_problem(&request, "{");
  assert_int_equal(askiam_reject(&decision, home->engine, NULL, &problem, NULL), ASKIAM_STATUS_OK);
  assert_true(askiam_decision_get(decision, ASKIAM_DECISION_REQUEST_ID).length > 4);
  askiam_decision_destroy(decision);
  askiam_request_destroy(request);
  assert_int_equal(fixture_trail(home), 0);
}

static void engine__reject_refuses_what_is_no_problem(void **state)
{
  fixture *home = *state;
  askiam_error none = ASKIAM_ERROR_INIT;
  askiam_decision *decision = NULL;
  assert_int_equal(askiam_reject(&decision, home->engine, NULL, &none, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_null(decision);
  assert_int_equal(askiam_reject(&decision, home->engine, NULL, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  none.status = ASKIAM_STATUS_BAD_DATA;
  assert_int_equal(askiam_reject(&decision, NULL, NULL, &none, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_reject(NULL, home->engine, NULL, &none, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
}

static void engine__reject_without_memory_says_so(void **state)
{
  fixture *home = *state;
  askiam_error problem = {.status = ASKIAM_STATUS_BAD_DATA, .layer = ASKIAM_LAYER_REQUEST, .message = "no"};
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  long resting = home->allocator.outstanding;
  for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
    askiam_decision *decision = NULL;
    test_allocator_fail_at(&home->allocator, at);
    status = askiam_reject(&decision, home->engine, NULL, &problem, NULL);
    test_allocator_fail_at(&home->allocator, 0);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_true(decision != NULL || status == ASKIAM_STATUS_NO_MEMORY);
    assert_true(decision == NULL || askiam_decision_verdict(decision) == ASKIAM_VERDICT_ERROR);
    askiam_decision_destroy(decision);
    assert_int_equal(home->allocator.outstanding, resting);
    assert_true(at < 1000);
  }
}

static void engine__fork_leaves_the_engine_to_the_parent(void **state)
{
  fixture *home = *state;
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    askiam_request *request = NULL;
    askiam_decision *decision = NULL;
    askiam_request_new(&request, NULL, NULL);
    askiam_status status = askiam_validate(&decision, home->engine, request, NULL);
    askiam_engine_destroy(home->engine);
    _exit(status == ASKIAM_STATUS_FORKED && decision == NULL ? 0 : 1);
  }
  int ended = 0;
  assert_int_equal(waitpid(child, &ended, 0), child);
  assert_true(WIFEXITED(ended));
  assert_int_equal(WEXITSTATUS(ended), 0);
  askiam_decision_destroy(fixture_decide(home, fixture_request("john.doe", FIXTURE_SENTENCE, NULL)));
  assert_int_equal(fixture_trail(home), 1);
}

int main(void)
{
#define IN_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)
  const struct CMUnitTest tests[] = {
      IN_FIXTURE(engine__failing_memory_never_approves_and_never_leaks),
      IN_FIXTURE(engine__store_without_schema_is_named),
      IN_FIXTURE(engine__decides_nothing_without_a_record),
      IN_FIXTURE(engine__judge_that_fails_abstains),
      IN_FIXTURE(engine__judge_that_gives_no_probability_abstains),
      IN_FIXTURE(engine__late_judge_is_a_timeout),
      IN_FIXTURE(engine__judge_cannot_overrule_a_hard_check),
      IN_FIXTURE(engine__what_is_no_request_is_answered_with_an_error),
      IN_FIXTURE(engine__reject_refuses_what_is_no_problem),
      IN_FIXTURE(engine__reject_without_memory_says_so),
      IN_FIXTURE(engine__fork_leaves_the_engine_to_the_parent),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
