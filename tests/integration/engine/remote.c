/* SPDX-License-Identifier: Apache-2.0
 *
 * A judge that says it is remote: the rules do not wait for it, a deadline passes it by, and nothing of a request is touched after the
 * request has gone. The clock is the fixture's, so that no test waits for a real deadline. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <askiam/backend/judge.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

enum { MANY = 8, LOOKS_MAX = 20000 };

typedef struct remote_judge {
  fixture *home;
  int gate;                               /* atomic: 0 holds every judgement until it is cancelled */
  int patient;                            /* atomic: cancellation does not end it either */
  int fails;                              /* atomic: how many calls fail */
  int asked, ended, cancelled, elsewhere; /* atomic; the last counts judgements on another thread than the test's */
  pthread_t test;
} remote_judge;

static remote_judge s_judge;
static int s_answered; /* atomic: requests of askers that have been */

static int s_read(const int *number) { return __atomic_load_n(number, __ATOMIC_ACQUIRE); }
static void s_write(int *number, int value) { __atomic_store_n(number, value, __ATOMIC_RELEASE); }
static void s_count(int *number) { __atomic_add_fetch(number, 1, __ATOMIC_ACQ_REL); }

static void s_nap(void)
{
  const struct timespec pause = {0, 1000000};
  nanosleep(&pause, NULL);
}

static void s_until(const int *number, int wanted)
{
  for (int i = 0; s_read(number) < wanted; ++i) {
    assert_true(i < LOOKS_MAX);
    s_nap();
  }
}

static void s_pass(fixture *home, uint64_t milliseconds)
{
  __atomic_add_fetch(&home->ticks_ns, milliseconds * 1000000, __ATOMIC_RELAXED);
}

static askiam_status s_open(void **out_self, void *context, const askiam_backend_options *options, askiam_error *error)
{
  (void)options;
  (void)error;
  *out_self = context;
  return ASKIAM_STATUS_OK;
}

/* Reads all that it was given when it is let go: memory that went with the request would show now. */
static askiam_status s_judge_it(void *self, const askiam_call *call, const askiam_case *judged, askiam_opinion *opinion,
                                askiam_error *error)
{
  remote_judge *own = self;
  s_count(&own->asked);
  while (s_read(&own->gate) == 0 && (s_read(&own->patient) != 0 || !askiam_call_cancelled(call))) {
    s_nap();
  }
  bool cancelled = askiam_call_cancelled(call) != 0;
  if (cancelled) {
    s_count(&own->cancelled);
  }
  if (!pthread_equal(pthread_self(), own->test)) {
    s_count(&own->elsewhere);
  }
  bool sound = askiam_case_get(judged, ASKIAM_CASE_USER_ID).length == 8 &&
               askiam_case_get(judged, ASKIAM_CASE_ROLE_NAME).length > 0;
  for (size_t i = 0; i < askiam_case_attribute_count(judged); ++i) {
    sound = sound && askiam_case_attribute_key(judged, i).data[0] != 0;
  }
  askiam_status status = ASKIAM_STATUS_OK;
  if (s_read(&own->fails) > 0) {
    __atomic_sub_fetch(&own->fails, 1, __ATOMIC_ACQ_REL);
    status = askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_JUDGE, "the judge is ill");
  } else {
    askiam_opinion_set(opinion, sound ? 0.99 : 0.01, askiam_str_from("The remote judge says so."));
  }
  s_count(&own->ended);
  return status;
}

static const askiam_judge_vtable s_table = {
    .size = sizeof s_table, .flags = ASKIAM_BACKEND_REMOTE, .open = s_open, .kind = "llm", .judge = s_judge_it};

static void s_set(fixture *home, const char *key, const char *value)
{
  assert_int_equal(askiam_config_set(home->config, key, value, NULL), ASKIAM_STATUS_OK);
}

static fixture *s_begin(void **state, int gate)
{
  fixture *home = *state;
  s_answered = 0;
  s_judge = (remote_judge){.home = home, .gate = gate, .test = pthread_self()};
  assert_int_equal(askiam_register_judge(home->config, "far", &s_table, &s_judge, NULL), ASKIAM_STATUS_OK);
  s_set(home, "judge.backend", "far");
  s_set(home, "retry.delay_ms", "0");
  s_set(home, "retry.jitter_ms", "0");
  fixture_reopen(home);
  return home;
}

static int s_has_code(const askiam_decision *decision, const char *code)
{
  for (size_t i = 0; i < askiam_decision_code_count(decision); ++i) {
    askiam_str found = askiam_decision_code(decision, i);
    if (found.length == strlen(code) && memcmp(found.data, code, found.length) == 0) {
      return 1;
    }
  }
  return 0;
}

static askiam_request *s_request(void) { return fixture_request("john.doe", FIXTURE_SENTENCE, NULL); }

static void engine__remote_judge_is_asked_on_a_thread_of_its_own(void **state)
{
  fixture *home = s_begin(state, 1);
  askiam_decision *decision = fixture_decide(home, s_request());
  assert_true(s_has_code(decision, "APPROVED_BY_EVIDENCE"));
  assert_non_null(strstr(askiam_decision_to_json(decision, NULL), "The remote judge says so."));
  assert_int_equal(s_read(&s_judge.elsewhere), 1);
  askiam_decision_destroy(decision);
}

typedef struct asker {
  fixture *home;
  pthread_t thread;
  askiam_decision *decision;
  askiam_status status;
} asker;

static void *s_ask(void *context)
{
  asker *self = context;
  askiam_request *request = s_request();
  self->status = askiam_validate(&self->decision, self->home->engine, request, NULL);
  askiam_request_destroy(request);
  s_count(&s_answered);
  return NULL;
}

static void engine__deadline_passes_a_remote_judge_by(void **state)
{
  fixture *home = s_begin(state, 0);
  s_write(&s_judge.patient, 1);
  asker first = {.home = home};
  assert_int_equal(pthread_create(&first.thread, NULL, s_ask, &first), 0);
  s_until(&s_judge.asked, 1);
  s_pass(home, 15001);
  pthread_join(first.thread, NULL);
  assert_int_equal(first.status, ASKIAM_STATUS_OK);
  assert_true(s_has_code(first.decision, "RAG_TIMEOUT"));
  assert_true(s_has_code(first.decision, "APPROVED_BY_RULES"));
  assert_int_equal(s_read(&s_judge.ended), 0);
  askiam_decision_destroy(first.decision); /* all that it was asked about is gone for the judge's caller */
  s_write(&s_judge.gate, 1);
  s_until(&s_judge.ended, 1);
  assert_int_equal(s_judge.cancelled, 1);
  askiam_decision *decision = fixture_decide(home, s_request());
  assert_true(s_has_code(decision, "APPROVED_BY_EVIDENCE"));
  askiam_decision_destroy(decision);
  assert_int_equal(fixture_trail(home), 2);
}

/* Two threads, both held by calls that nobody waits for: who comes next gets the rules in time, not a queue. */
static void engine__judges_that_hang_do_not_hold_up_the_rules(void **state)
{
  fixture *home = s_begin(state, 0);
  s_set(home, "rag.threads", "2");
  fixture_reopen(home);
  s_write(&s_judge.patient, 1);
  asker askers[MANY];
  for (int i = 0; i < MANY; ++i) {
    askers[i] = (asker){.home = home};
    assert_int_equal(pthread_create(&askers[i].thread, NULL, s_ask, &askers[i]), 0);
  }
  s_until(&s_judge.asked, 2);
  while (s_read(&s_answered) < MANY) { /* in steps small beside what one request may take */
    s_pass(home, 20);
    s_nap();
  }
  for (int i = 0; i < MANY; ++i) {
    pthread_join(askers[i].thread, NULL);
    assert_int_equal(askers[i].status, ASKIAM_STATUS_OK);
    assert_true(s_has_code(askers[i].decision, "RAG_TIMEOUT"));
    askiam_decision_destroy(askers[i].decision);
  }
  assert_int_equal(s_read(&s_judge.asked), 2);
  s_write(&s_judge.gate, 1);
  s_until(&s_judge.ended, 2);
}

static void *s_destroy_engine(void *context)
{
  fixture *home = context;
  askiam_engine_destroy(home->engine);
  return NULL;
}

static void engine__destroy_cancels_a_remote_judge_and_waits_for_it(void **state)
{
  fixture *home = s_begin(state, 0);
  asker first = {.home = home};
  assert_int_equal(pthread_create(&first.thread, NULL, s_ask, &first), 0);
  s_until(&s_judge.asked, 1);
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, s_destroy_engine, home), 0);
  pthread_join(thread, NULL);
  pthread_join(first.thread, NULL);
  home->engine = NULL;
  assert_int_equal(s_judge.ended, 1);
  assert_int_not_equal(first.status, ASKIAM_STATUS_OK);
  assert_int_equal(askiam_decision_verdict(first.decision), ASKIAM_VERDICT_ERROR);
  askiam_decision_destroy(first.decision);
}

static void *s_cancel_request(void *context)
{
  s_until(&s_judge.asked, 1);
  askiam_request_cancel(context);
  return NULL;
}

static void engine__cancelled_request_ends_without_its_judge_and_is_not_recorded(void **state)
{
  fixture *home = s_begin(state, 0);
  askiam_request *request = s_request();
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_ID, askiam_str_from("gone"), NULL), ASKIAM_STATUS_OK);
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, s_cancel_request, request), 0);
  askiam_decision *decision = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_validate(&decision, home->engine, request, &error), ASKIAM_STATUS_CANCELLED);
  pthread_join(thread, NULL);
  assert_int_equal(error.status, ASKIAM_STATUS_CANCELLED);
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_ERROR);
  askiam_decision_destroy(decision);
  askiam_request_destroy(request); /* the judge may still run: nothing of the request is its own */
  s_until(&s_judge.cancelled, 1);
  char *json = NULL;
  assert_int_equal(askiam_status_json(&json, home->engine, askiam_str_from("gone"), (askiam_str){NULL, 0}, NULL),
                   ASKIAM_STATUS_NOT_FOUND);
  s_write(&s_judge.gate, 1);
  decision = fixture_decide(home, s_request());
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_VALID);
  askiam_decision_destroy(decision);
}

/* Also where nothing is remote, and for dry runs, which have no record that could be refused. */
static void engine__request_cancelled_before_its_call_gets_no_verdict_and_leaves_the_others_alone(void **state)
{
  fixture *home = s_begin(state, 1);
  askiam_request *requests[2] = {s_request(), s_request()};
  askiam_request_set_dry_run(requests[0], 1);
  askiam_request_cancel(requests[0]);
  askiam_request_cancel(NULL);
  askiam_decision *decisions[2] = {NULL, NULL};
  const askiam_request *const batch[2] = {requests[0], requests[1]};
  assert_int_equal(askiam_validate_batch(decisions, home->engine, batch, 2, NULL), ASKIAM_STATUS_CANCELLED);
  assert_int_equal(askiam_decision_verdict(decisions[0]), ASKIAM_VERDICT_ERROR);
  assert_int_equal(askiam_decision_verdict(decisions[1]), ASKIAM_VERDICT_VALID);
  for (int i = 0; i < 2; ++i) {
    askiam_decision_destroy(decisions[i]);
    askiam_request_destroy(requests[i]);
  }
}

static void engine__cancelled_engine_sends_every_caller_home_and_refuses_later_calls(void **state)
{
  fixture *home = s_begin(state, 0);
  asker first = {.home = home};
  assert_int_equal(pthread_create(&first.thread, NULL, s_ask, &first), 0);
  s_until(&s_judge.asked, 1);
  askiam_engine_cancel(home->engine);
  askiam_engine_cancel(NULL);
  pthread_join(first.thread, NULL);
  assert_int_equal(first.status, ASKIAM_STATUS_CANCELLED);
  askiam_decision_destroy(first.decision);
  askiam_request *request = s_request();
  askiam_decision *decision = NULL;
  assert_int_equal(askiam_validate(&decision, home->engine, request, NULL), ASKIAM_STATUS_CANCELLED);
  assert_null(decision);
  askiam_request_destroy(request);
}

static void engine__remote_judge_that_fails_is_asked_again_then_left_alone(void **state)
{
  fixture *home = s_begin(state, 1);
  s_write(&s_judge.fails, 2);
  askiam_decision *decision = fixture_decide(home, s_request());
  assert_true(s_has_code(decision, "APPROVED_BY_EVIDENCE"));
  assert_int_equal(s_judge.asked, 3);
  askiam_decision_destroy(decision);
  s_write(&s_judge.fails, 1000);
  for (int i = 0; i < 4; ++i) {
    decision = fixture_decide(home, s_request());
    assert_true(s_has_code(decision, "RAG_UNAVAILABLE"));
    assert_true(s_has_code(decision, "APPROVED_BY_RULES"));
    askiam_decision_destroy(decision);
  }
  assert_int_equal(s_judge.asked, 8); /* five failures in a row */
  s_write(&s_judge.fails, 0);
  s_pass(home, 60000);
  decision = fixture_decide(home, s_request());
  assert_true(s_has_code(decision, "APPROVED_BY_EVIDENCE"));
  askiam_decision_destroy(decision);
}

static void engine__fork_leaves_remote_threads_to_the_parent(void **state)
{
  fixture *home = s_begin(state, 1);
  askiam_decision_destroy(fixture_decide(home, s_request()));
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    askiam_request *request = s_request();
    askiam_decision *decision = NULL;
    askiam_status status = askiam_validate(&decision, home->engine, request, NULL);
    askiam_engine_destroy(home->engine);
    _exit(status == ASKIAM_STATUS_FORKED && decision == NULL ? 0 : 1);
  }
  int ended = 0;
  assert_int_equal(waitpid(child, &ended, 0), child);
  assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
  askiam_decision_destroy(fixture_decide(home, s_request()));
}

/* Whatever allocation fails: an error or a decision, never an approval that the judge did not give, never a leak. */
static void engine__remote_judge_survives_every_lack_of_memory(void **state)
{
  fixture *home = s_begin(state, 1);
  bool done = false;
  for (long at = 1; !done; at += 1 + at / 40) {
    assert_true(at < 5000);
    askiam_request *request = s_request();
    askiam_request_set_dry_run(request, 1);
    askiam_decision *decision = NULL;
    test_allocator_fail_at(&home->allocator, at);
    askiam_status status = askiam_validate(&decision, home->engine, request, NULL);
    done = test_allocator_requests(&home->allocator) < at;
    test_allocator_fail_at(&home->allocator, 0);
    assert_true(status == ASKIAM_STATUS_NO_MEMORY || status == ASKIAM_STATUS_OK || decision == NULL ||
                askiam_decision_verdict(decision) == ASKIAM_VERDICT_ERROR);
    askiam_decision_destroy(decision);
    askiam_request_destroy(request);
  }
}

int main(void)
{
#define IN_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)
  const struct CMUnitTest tests[] = {
      IN_FIXTURE(engine__remote_judge_is_asked_on_a_thread_of_its_own),
      IN_FIXTURE(engine__deadline_passes_a_remote_judge_by),
      IN_FIXTURE(engine__judges_that_hang_do_not_hold_up_the_rules),
      IN_FIXTURE(engine__destroy_cancels_a_remote_judge_and_waits_for_it),
      IN_FIXTURE(engine__cancelled_request_ends_without_its_judge_and_is_not_recorded),
      IN_FIXTURE(engine__request_cancelled_before_its_call_gets_no_verdict_and_leaves_the_others_alone),
      IN_FIXTURE(engine__cancelled_engine_sends_every_caller_home_and_refuses_later_calls),
      IN_FIXTURE(engine__remote_judge_that_fails_is_asked_again_then_left_alone),
      IN_FIXTURE(engine__fork_leaves_remote_threads_to_the_parent),
      IN_FIXTURE(engine__remote_judge_survives_every_lack_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
