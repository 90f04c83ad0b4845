/* SPDX-License-Identifier: Apache-2.0
 *
 * The sets that an engine keeps compiled: by their hash, a few, held by whoever uses them, shared by threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>

#include "base/time.h"
#include "engine/policies.h"
#include "policy/policy.h"
#include "support/allocator.h"

enum { THREADS = 6, ROUNDS = 400, HASHES = 7 };

/* A catalogue whose set with the hash H has one statement with the Sid H. */
typedef struct stage {
  test_allocator allocator;
  aski_catalogue catalogue;
  aski_policies policies;
  askiam_call call;
  size_t loaded; /* atomic */
  askiam_status status;
  const char *json; /* in place of the statement */
} stage;

static askiam_status s_policies(void *self, const askiam_call *call, askiam_str hash, askiam_policy_fn policy,
                                void *context, askiam_error *error)
{
  stage *on = self;
  (void)call;
  __atomic_add_fetch(&on->loaded, 1, __ATOMIC_RELAXED);
  if (on->status != ASKIAM_STATUS_OK) {
    return askiam_error_set(error, on->status, ASKIAM_LAYER_STORE, "as the test says");
  }
  char json[256];
  snprintf(json, sizeof json,
           "{\"Version\":\"2012-10-17\",\"Statement\":{\"Sid\":\"%.*s\",\"Effect\":\"Deny\",\"Action\":\"*\","
           "\"Resource\":\"*\"}}",
           (int)hash.length, hash.data);
  return policy(context, ASKI_STR("p"), 1, askiam_str_from(on->json == NULL ? json : on->json));
}

static int s_setup(void **state)
{
  static stage on;
  on = (stage){.catalogue = {.table = {.policies = s_policies}, .self = &on, .provided = true},
               .call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX}};
  test_allocator_init(&on.allocator);
  *state = &on;
  return !aski_policies_init(&on.policies, &on.catalogue, &on.allocator.base);
}

static int s_teardown(void **state)
{
  stage *on = *state;
  aski_policies_clean_up(&on->policies);
  return on->allocator.outstanding != 0;
}

static askiam_str s_hash(char out[8], size_t number)
{
  snprintf(out, 8, "h%zu", number);
  return askiam_str_from(out);
}

static const aski_held_policies *s_hold(stage *on, size_t number)
{
  char text[8];
  askiam_str hash = s_hash(text, number);
  const aski_held_policies *held = NULL;
  assert_int_equal(aski_policies_hold(&held, &on->policies, &on->call, hash, NULL), ASKIAM_STATUS_OK);
  const aski_policy_statement *statement = aski_policy_statement_at(aski_policies_set(held), 0, NULL);
  assert_true(aski_str_equal(statement->sid, hash));
  return held;
}

static void policy_sets__are_loaded_once_and_the_oldest_is_dropped(void **state)
{
  stage *on = *state;
  for (size_t i = 0; i < ASKI_POLICY_SETS_KEPT; ++i) {
    aski_policies_release(&on->policies, s_hold(on, i));
    aski_policies_release(&on->policies, s_hold(on, 0)); /* used last all the time */
  }
  assert_int_equal(on->loaded, ASKI_POLICY_SETS_KEPT);
  aski_policies_release(&on->policies, s_hold(on, 9)); /* in place of number 1 */
  aski_policies_release(&on->policies, s_hold(on, 0));
  aski_policies_release(&on->policies, s_hold(on, 2));
  assert_int_equal(on->loaded, ASKI_POLICY_SETS_KEPT + 1);
  aski_policies_release(&on->policies, s_hold(on, 1));
  assert_int_equal(on->loaded, ASKI_POLICY_SETS_KEPT + 2);
}

static void policy_sets__stay_as_long_as_they_are_held(void **state)
{
  stage *on = *state;
  const aski_held_policies *held = s_hold(on, 0);
  for (size_t i = 1; i < 2 * ASKI_POLICY_SETS_KEPT; ++i) {
    aski_policies_release(&on->policies, s_hold(on, i));
  }
  assert_true(aski_str_equal_text(aski_policy_statement_at(aski_policies_set(held), 0, NULL)->sid, "h0"));
  aski_policies_release(&on->policies, held);
  aski_policies_release(&on->policies, NULL);
  assert_null(aski_policies_set(NULL));
}

static void policy_sets__failures_are_told_and_not_kept(void **state)
{
  stage *on = *state;
  const aski_held_policies *held = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  on->status = ASKIAM_STATUS_BUSY;
  assert_int_equal(aski_policies_hold(&held, &on->policies, &on->call, ASKI_STR("h1"), &error), ASKIAM_STATUS_BUSY);
  assert_null(held);
  on->status = ASKIAM_STATUS_OK;
  on->json = "{\"Statement\":[]";
  assert_int_equal(aski_policies_hold(&held, &on->policies, &on->call, ASKI_STR("h1"), &error), ASKIAM_STATUS_BAD_DATA);
  assert_true(strncmp(error.message, "policy \"p\": ", 12) == 0);
  on->json = NULL;
  aski_policies_release(&on->policies, s_hold(on, 1));
  assert_int_equal(aski_policies_hold(&held, &on->policies, &on->call, ASKI_STR(""), &error), ASKIAM_STATUS_NOT_FOUND);
}

/* What will not be otherwise another time fails the check; what may, fails the call. */
static void policy_sets__only_final_failures_become_the_check_s_problem(void **state)
{
  stage *on = *state;
  static const struct {
    askiam_status status;
    bool final;
  } cases[] = {{ASKIAM_STATUS_NOT_FOUND, true},    {ASKIAM_STATUS_CORRUPT, true},   {ASKIAM_STATUS_NOT_SUPPORTED, true},
               {ASKIAM_STATUS_BAD_DATA, true},     {ASKIAM_STATUS_BUSY, false},     {ASKIAM_STATUS_TIMEOUT, false},
               {ASKIAM_STATUS_UNAVAILABLE, false}, {ASKIAM_STATUS_NO_MEMORY, false}};
  aski_arena arena;
  aski_facts facts;
  aski_arena_init(&arena, &on->allocator.base);
  aski_facts_init(&facts, &arena);
  askiam_facts_set_policies(&facts, 1, ASKI_STR("h1"));
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    aski_rules_input input = {.now_ms = 1};
    const aski_held_policies *held = NULL;
    askiam_error error = ASKIAM_ERROR_INIT;
    on->status = cases[i].status;
    askiam_status status = aski_policies_give(&input, &held, &on->policies, &on->call, &arena, &facts, &error);
    assert_int_equal(status, cases[i].final ? ASKIAM_STATUS_OK : cases[i].status);
    assert_null(held);
    assert_null(input.policies);
    assert_int_equal(aski_str_present(input.policies_problem), cases[i].final);
  }
  aski_arena_clean_up(&arena);
}

static void policy_sets__memory_may_run_out_anywhere(void **state)
{
  stage *on = *state;
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
    const aski_held_policies *held = NULL;
    test_allocator_fail_at(&on->allocator, at);
    status = aski_policies_hold(&held, &on->policies, &on->call, ASKI_STR("h1"), NULL);
    test_allocator_fail_at(&on->allocator, 0);
    assert_int_equal(held != NULL, status == ASKIAM_STATUS_OK);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_true(held != NULL || on->allocator.outstanding == 0);
    aski_policies_release(&on->policies, held);
    assert_true(at < 1000);
  }
}

typedef struct worker {
  stage *on;
  uint64_t seed;
  size_t wrong;
  pthread_t thread;
} worker;

static void *s_work(void *context)
{
  worker *self = context;
  for (int round = 0; round < ROUNDS; ++round) {
    self->seed = self->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    char text[8];
    askiam_str hash = s_hash(text, (self->seed >> 33) % HASHES);
    const aski_held_policies *held = NULL;
    self->wrong += aski_policies_hold(&held, &self->on->policies, &self->on->call, hash, NULL) != ASKIAM_STATUS_OK;
    const aski_policy_statement *statement = aski_policy_statement_at(aski_policies_set(held), 0, NULL);
    self->wrong += statement == NULL || !aski_str_equal(statement->sid, hash);
    aski_policies_release(&self->on->policies, held);
  }
  return NULL;
}

static void policy_sets__threads_get_the_set_of_their_hash_whatever_others_load(void **state)
{
  worker workers[THREADS];
  for (size_t i = 0; i < THREADS; ++i) {
    workers[i] = (worker){.on = *state, .seed = i + 1};
    assert_int_equal(pthread_create(&workers[i].thread, NULL, s_work, &workers[i]), 0);
  }
  for (size_t i = 0; i < THREADS; ++i) {
    pthread_join(workers[i].thread, NULL);
    assert_int_equal(workers[i].wrong, 0);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_setup, s_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(policy_sets__are_loaded_once_and_the_oldest_is_dropped),
      TEST(policy_sets__stay_as_long_as_they_are_held),
      TEST(policy_sets__failures_are_told_and_not_kept),
      TEST(policy_sets__only_final_failures_become_the_check_s_problem),
      TEST(policy_sets__memory_may_run_out_anywhere),
      TEST(policy_sets__threads_get_the_set_of_their_hash_whatever_others_load),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
