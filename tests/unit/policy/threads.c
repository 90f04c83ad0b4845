/* SPDX-License-Identifier: Apache-2.0
 *
 * One set, many threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include <pthread.h>

#include "unit/policy/chance.h"

enum { THREADS = 4, REQUESTS = 2000, DOCUMENTS = 40 };

typedef struct s_worker {
  pthread_t thread;
  const askiam_policy_set *set;
  size_t decisions[3];
} s_worker;

static void s_count(void *context, const askiam_policy_match *match) { *(size_t *)context += match->deny ? 1 : 0; }

static void *s_work(void *argument)
{
  s_worker *worker = argument;
  world it;
  world_init(&it);
  chance dice = {31337}; /* the same requests on every thread */
  for (int i = 0; i < REQUESTS; ++i) {
    chance_ask(&dice, &it);
    size_t denials = 0;
    askiam_policy_decision decision = askiam_policy_evaluate(worker->set, it.request, NULL, NULL);
    askiam_policy_evaluate(worker->set, it.request, s_count, &denials);
    ++worker->decisions[decision];
    worker->decisions[2] += (denials > 0) != (decision == DENIED) ? 1000000 : 0;
  }
  world_clean_up(&it);
  return NULL;
}

static void policy__threads_share_a_set(void **state)
{
  (void)state;
  world it;
  world_init(&it);
  chance dice = {5};
  for (int i = 0; i < DOCUMENTS; ++i) {
    char statement[2048];
    chance_statement(&dice, i % 2 == 0 ? ASKIAM_POLICY_IDENTITY : ASKIAM_POLICY_RESOURCE, i % 5 == 0 ? "Deny" : "Allow",
                     statement, sizeof statement);
    world_add(&it, i % 2 == 0 ? ASKIAM_POLICY_IDENTITY : ASKIAM_POLICY_RESOURCE, 0, statement);
  }
  world_ask(&it, BOB, "s3:GetObject", "*");
  world_decide(&it);
  s_worker workers[THREADS] = {0};
  for (int i = 0; i < THREADS; ++i) {
    workers[i].set = it.set;
    assert_int_equal(pthread_create(&workers[i].thread, NULL, s_work, &workers[i]), 0);
  }
  for (int i = 0; i < THREADS; ++i) {
    pthread_join(workers[i].thread, NULL);
    assert_memory_equal(workers[i].decisions, workers[0].decisions, sizeof workers[0].decisions);
  }
  assert_int_equal(workers[0].decisions[0] + workers[0].decisions[1] + workers[0].decisions[2], REQUESTS);
  assert_true(workers[0].decisions[0] > 0 && workers[0].decisions[1] > 0 && workers[0].decisions[2] > 0);
  world_clean_up(&it);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(policy__threads_share_a_set)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
