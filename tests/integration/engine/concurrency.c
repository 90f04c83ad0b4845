/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 6, ROUNDS = 12 };

typedef struct worker {
  fixture *home;
  int number;
  char *json[ROUNDS];
  int failures;
  pthread_t thread;
} worker;

/* Everybody uses the same ids; the first one decides. */
static void *s_same_ids(void *context)
{
  worker *self = context;
  for (int round = 0; round < ROUNDS; ++round) {
    char id[32];
    snprintf(id, sizeof id, "shared-%d", round);
    askiam_request *request = fixture_request("john.doe", FIXTURE_SENTENCE, id);
    askiam_decision *decision = NULL;
    self->failures += askiam_validate(&decision, self->home->engine, request, NULL) != ASKIAM_STATUS_OK;
    self->json[round] = decision == NULL ? NULL : strdup(askiam_decision_to_json(decision, NULL));
    askiam_decision_destroy(decision);
    askiam_request_destroy(request);
  }
  return NULL;
}

static void engine__one_decision_for_an_id_whoever_asks_at_the_same_time(void **state)
{
  worker workers[THREADS];
  memset(workers, 0, sizeof workers);
  for (int i = 0; i < THREADS; ++i) {
    workers[i].home = *state;
    workers[i].number = i;
    assert_int_equal(pthread_create(&workers[i].thread, NULL, s_same_ids, &workers[i]), 0);
  }
  for (int i = 0; i < THREADS; ++i) {
    pthread_join(workers[i].thread, NULL);
  }
  for (int i = 0; i < THREADS; ++i) {
    assert_int_equal(workers[i].failures, 0);
    for (int round = 0; round < ROUNDS; ++round) {
      assert_non_null(workers[i].json[round]);
      assert_string_equal(workers[i].json[round], workers[0].json[round]);
    }
  }
  for (int i = 0; i < THREADS; ++i) {
    for (int round = 0; round < ROUNDS; ++round) {
      free(workers[i].json[round]);
    }
  }
  assert_int_equal(fixture_trail(*state), ROUNDS);
}

static void *s_own_requests(void *context)
{
  worker *self = context;
  for (int round = 0; round < ROUNDS; ++round) {
    askiam_request *request = fixture_request("john.doe", FIXTURE_SENTENCE, NULL);
    askiam_request_set_dry_run(request, round % 2);
    askiam_decision *decision = NULL;
    self->failures += askiam_validate(&decision, self->home->engine, request, NULL) != ASKIAM_STATUS_OK;
    askiam_decision_destroy(decision);
    askiam_request_destroy(request);
  }
  return NULL;
}

static void engine__chains_never_fork_under_threads(void **state)
{
  worker workers[THREADS];
  memset(workers, 0, sizeof workers);
  for (int i = 0; i < THREADS; ++i) {
    workers[i].home = *state;
    assert_int_equal(pthread_create(&workers[i].thread, NULL, s_own_requests, &workers[i]), 0);
  }
  for (int i = 0; i < THREADS; ++i) {
    pthread_join(workers[i].thread, NULL);
    assert_int_equal(workers[i].failures, 0);
  }
  assert_int_equal(fixture_trail(*state), THREADS * ROUNDS / 2);
}

int main(void)
{
#define IN_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)
  const struct CMUnitTest tests[] = {
      IN_FIXTURE(engine__one_decision_for_an_id_whoever_asks_at_the_same_time),
      IN_FIXTURE(engine__chains_never_fork_under_threads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
