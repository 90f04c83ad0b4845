/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/breaker.h"

static const aski_breaker_policy s_policy = {.failures = 5, .open_ms = 60000};
#define SECOND UINT64_C(1000000000)

/* A breaker with its own fake time. */
typedef struct fixture {
  aski_breaker_state state;
  uint64_t now;
  uint64_t epoch;
  int64_t wait_ms;
} fixture;

static bool s_ask(fixture *own)
{
  return aski_breaker_state_ask(&own->state, &s_policy, own->now, &own->epoch, &own->wait_ms);
}

static void s_tell(fixture *own, aski_breaker_outcome outcome)
{
  aski_breaker_state_tell(&own->state, &s_policy, own->now, own->epoch, outcome);
}

static void s_fail(fixture *own, int times)
{
  for (int i = 0; i < times; ++i) {
    assert_true(s_ask(own));
    s_tell(own, ASKI_BREAKER_BAD);
  }
}

static void base__breaker_opens_at_the_fifth_failure_in_a_row(void **state)
{
  (void)state;
  fixture own = {.now = 7};
  s_fail(&own, 4);
  assert_true(s_ask(&own));
  s_tell(&own, ASKI_BREAKER_GOOD);
  s_fail(&own, 4);
  assert_int_equal(own.state.mode, ASKI_BREAKER_CLOSED);
  s_fail(&own, 1);
  assert_int_equal(own.state.mode, ASKI_BREAKER_OPEN);
  assert_false(s_ask(&own));
  assert_int_equal(own.wait_ms, 60000);
}

static void base__breaker_lets_one_probe_through_after_its_time(void **state)
{
  (void)state;
  fixture own = {.now = 7};
  s_fail(&own, 5);
  own.now += 60 * SECOND - 1;
  assert_false(s_ask(&own));
  assert_int_equal(own.wait_ms, 1);
  own.now += 1;
  assert_true(s_ask(&own));
  fixture second = own;
  assert_false(aski_breaker_state_ask(&own.state, &s_policy, own.now, &second.epoch, &own.wait_ms));
  assert_true(own.wait_ms >= 1);
  s_tell(&own, ASKI_BREAKER_GOOD);
  assert_int_equal(own.state.mode, ASKI_BREAKER_CLOSED);
  s_fail(&own, 4);
  assert_int_equal(own.state.mode, ASKI_BREAKER_CLOSED);
}

static void base__breaker_opens_again_when_the_probe_fails(void **state)
{
  (void)state;
  fixture own = {.now = 7};
  s_fail(&own, 5);
  own.now += 60 * SECOND;
  s_fail(&own, 1);
  assert_int_equal(own.state.mode, ASKI_BREAKER_OPEN);
  own.now += 60 * SECOND - 1;
  assert_false(s_ask(&own));
}

static void base__breaker_gives_the_probe_to_the_next_where_it_was_cancelled(void **state)
{
  (void)state;
  fixture own = {.now = 7};
  s_fail(&own, 5);
  own.now += 60 * SECOND;
  assert_true(s_ask(&own));
  s_tell(&own, ASKI_BREAKER_UNKNOWN);
  assert_true(s_ask(&own));
  assert_int_equal(own.state.mode, ASKI_BREAKER_HALF_OPEN);
}

/* What began before the breaker opened must neither close it nor start its time anew. */
static void base__breaker_does_not_count_what_began_before(void **state)
{
  (void)state;
  fixture own = {.now = 7};
  assert_true(s_ask(&own));
  uint64_t early = own.epoch;
  s_fail(&own, 5);
  own.now += 60 * SECOND;
  assert_true(s_ask(&own));
  aski_breaker_state_tell(&own.state, &s_policy, own.now, early, ASKI_BREAKER_GOOD);
  assert_int_equal(own.state.mode, ASKI_BREAKER_HALF_OPEN);
  aski_breaker_state_tell(&own.state, &s_policy, own.now, early, ASKI_BREAKER_BAD);
  assert_int_equal(own.state.mode, ASKI_BREAKER_HALF_OPEN);
}

static void base__breaker_survives_a_clock_that_goes_back(void **state)
{
  (void)state;
  fixture own = {.now = 100 * SECOND};
  s_fail(&own, 5);
  own.now = 0;
  assert_false(s_ask(&own));
  assert_int_equal(own.wait_ms, 60000);
}

static void base__breaker_that_is_switched_off_never_opens(void **state)
{
  (void)state;
  const aski_breaker_policy never = {.failures = 0, .open_ms = 60000};
  aski_breaker_state breaker = {.mode = ASKI_BREAKER_CLOSED};
  for (uint64_t i = 0; i < 1000; ++i) {
    uint64_t epoch = 0;
    int64_t wait_ms = 0;
    assert_true(aski_breaker_state_ask(&breaker, &never, i, &epoch, &wait_ms));
    aski_breaker_state_tell(&breaker, &never, i, epoch, ASKI_BREAKER_BAD);
  }
}

static void base__breaker_outcome_is_the_health_of_the_peer(void **state)
{
  (void)state;
  assert_int_equal(aski_breaker_outcome_of(ASKIAM_STATUS_OK), ASKI_BREAKER_GOOD);
  assert_int_equal(aski_breaker_outcome_of(ASKIAM_STATUS_NOT_FOUND), ASKI_BREAKER_GOOD);
  assert_int_equal(aski_breaker_outcome_of(ASKIAM_STATUS_UNAVAILABLE), ASKI_BREAKER_BAD);
  assert_int_equal(aski_breaker_outcome_of(ASKIAM_STATUS_TIMEOUT), ASKI_BREAKER_BAD);
  assert_int_equal(aski_breaker_outcome_of(ASKIAM_STATUS_CANCELLED), ASKI_BREAKER_UNKNOWN);
  assert_int_equal(aski_breaker_outcome_of(ASKIAM_STATUS_NO_MEMORY), ASKI_BREAKER_UNKNOWN);
}

/* Against a second, plainer account of the same rules: calls one after the other, random outcomes, random time between them. */
static void base__breaker_does_as_its_rules_say_whatever_happens(void **state)
{
  (void)state;
  fixture own = {.now = 1};
  unsigned row = 0;
  bool open = false;
  uint64_t opened = 0;
  uint64_t seed = 7;
  for (int i = 0; i < 200000; ++i) {
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
    own.now += (seed >> 40) % 3 == 0 ? (seed >> 20) % (90 * SECOND) : (seed >> 20) % SECOND;
    bool may = !open || own.now - opened >= 60 * SECOND;
    assert_int_equal(s_ask(&own), may);
    if (!may) {
      assert_true(own.wait_ms >= 1 && own.wait_ms <= 60000);
      continue;
    }
    aski_breaker_outcome outcome = (aski_breaker_outcome)((seed >> 50) % 3);
    s_tell(&own, outcome);
    if (outcome == ASKI_BREAKER_GOOD) {
      open = false;
      row = 0;
    } else if (outcome == ASKI_BREAKER_BAD && (open || ++row >= s_policy.failures)) {
      open = true;
      opened = own.now;
      row = 0;
    }
  }
}

typedef struct worker {
  aski_breaker *breaker;
  pthread_t thread;
  int let_through;
} worker;

static void *s_probe(void *context)
{
  worker *self = context;
  for (int i = 0; i < 1000; ++i) {
    uint64_t epoch = 0;
    int64_t wait_ms = 0;
    self->let_through += aski_breaker_ask(self->breaker, 61 * SECOND, &epoch, &wait_ms);
  }
  return NULL;
}

static void base__breaker_lets_one_of_many_threads_probe(void **state)
{
  (void)state;
  enum { WORKERS = 8 };
  aski_breaker breaker;
  assert_true(aski_breaker_init(&breaker, &s_policy));
  for (int i = 0; i < 5; ++i) {
    uint64_t epoch = 0;
    int64_t wait_ms = 0;
    assert_true(aski_breaker_ask(&breaker, 1, &epoch, &wait_ms));
    aski_breaker_tell(&breaker, 1, epoch, ASKI_BREAKER_BAD);
  }
  worker workers[WORKERS];
  int let_through = 0;
  for (int i = 0; i < WORKERS; ++i) {
    workers[i] = (worker){.breaker = &breaker};
    assert_int_equal(pthread_create(&workers[i].thread, NULL, s_probe, &workers[i]), 0);
  }
  for (int i = 0; i < WORKERS; ++i) {
    pthread_join(workers[i].thread, NULL);
    let_through += workers[i].let_through;
  }
  assert_int_equal(let_through, 1);
  aski_breaker_clean_up(&breaker);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(base__breaker_opens_at_the_fifth_failure_in_a_row),
      cmocka_unit_test(base__breaker_lets_one_probe_through_after_its_time),
      cmocka_unit_test(base__breaker_opens_again_when_the_probe_fails),
      cmocka_unit_test(base__breaker_gives_the_probe_to_the_next_where_it_was_cancelled),
      cmocka_unit_test(base__breaker_does_not_count_what_began_before),
      cmocka_unit_test(base__breaker_survives_a_clock_that_goes_back),
      cmocka_unit_test(base__breaker_that_is_switched_off_never_opens),
      cmocka_unit_test(base__breaker_outcome_is_the_health_of_the_peer),
      cmocka_unit_test(base__breaker_does_as_its_rules_say_whatever_happens),
      cmocka_unit_test(base__breaker_lets_one_of_many_threads_probe),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
