/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/retry.h"

enum { FOREVER = 1000000 };
static const aski_retry_policy s_policy = {.attempts = 3, .delay_ms = 1000, .jitter_ms = 1000};

static int64_t s_fail(aski_retry *retry, double chance)
{
  return aski_retry_next(retry, ASKIAM_STATUS_UNAVAILABLE, true, -1, FOREVER, chance);
}

static void base__retry_waits_twice_as_long_each_time_and_ends(void **state)
{
  (void)state;
  aski_retry retry;
  aski_retry_init(&retry, &s_policy);
  assert_int_equal(s_fail(&retry, 0), 1000);
  assert_int_equal(s_fail(&retry, 0.25), 2250);
  assert_int_equal(s_fail(&retry, 0), -1);
  assert_int_equal(s_fail(&retry, 0), -1);
}

static void base__retry_does_not_repeat_what_cannot_help(void **state)
{
  (void)state;
  static const struct {
    askiam_status status;
    bool retryable, again;
  } cases[] = {{ASKIAM_STATUS_UNAVAILABLE, true, true},   {ASKIAM_STATUS_BUSY, true, true},
               {ASKIAM_STATUS_TIMEOUT, true, true},       {ASKIAM_STATUS_UNAVAILABLE, false, false},
               {ASKIAM_STATUS_CONFLICT, true, false},     {ASKIAM_STATUS_CANCELLED, true, false},
               {ASKIAM_STATUS_NO_MEMORY, true, false},    {ASKIAM_STATUS_BAD_DATA, true, false},
               {ASKIAM_STATUS_NOT_PERMITTED, true, false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    aski_retry retry;
    aski_retry_init(&retry, &s_policy);
    int64_t wait_ms = aski_retry_next(&retry, cases[i].status, cases[i].retryable, -1, FOREVER, 0);
    assert_int_equal(wait_ms >= 0, cases[i].again);
  }
}

static void base__retry_never_goes_past_the_deadline(void **state)
{
  (void)state;
  aski_retry retry;
  aski_retry_init(&retry, &s_policy);
  assert_int_equal(aski_retry_next(&retry, ASKIAM_STATUS_BUSY, true, -1, 1000, 0), -1);
  aski_retry_init(&retry, &s_policy);
  assert_int_equal(aski_retry_next(&retry, ASKIAM_STATUS_BUSY, true, -1, 1001, 0), 1000);
  aski_retry_init(&retry, &s_policy);
  assert_int_equal(aski_retry_next(&retry, ASKIAM_STATUS_BUSY, true, 5000, 5000, 0), -1);
}

static void base__retry_keeps_to_the_wish_of_the_peer(void **state)
{
  (void)state;
  aski_retry retry;
  aski_retry_init(&retry, &s_policy);
  assert_int_equal(aski_retry_next(&retry, ASKIAM_STATUS_BUSY, true, 7000, FOREVER, 0), 7000);
  assert_int_equal(aski_retry_next(&retry, ASKIAM_STATUS_BUSY, true, 10, FOREVER, 0), 2000);
}

static void base__retry_does_not_wait_for_hours_because_a_peer_says_so(void **state)
{
  (void)state;
  aski_retry retry;
  aski_retry_init(&retry, &s_policy);
  assert_int_equal(aski_retry_next(&retry, ASKIAM_STATUS_BUSY, true, ASKI_RETRY_AFTER_MAX_MS, INT64_MAX, 0),
                   ASKI_RETRY_AFTER_MAX_MS);
  assert_int_equal(aski_retry_next(&retry, ASKIAM_STATUS_BUSY, true, ASKI_RETRY_AFTER_MAX_MS + 1, INT64_MAX, 0), -1);
}

/* Whatever the policy: at most `attempts` in all, pauses within their bounds, none past the deadline. */
static void base__retry_keeps_its_bounds_whatever_the_policy(void **state)
{
  (void)state;
  uint64_t seed = 42;
  for (int round = 0; round < 20000; ++round) {
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
    aski_retry_policy policy = {.attempts = (unsigned)(seed >> 33) % 40,
                                .delay_ms = (int64_t)(seed >> 13) % 60001,
                                .jitter_ms = (int64_t)(seed >> 23) % 60001};
    int64_t remaining_ms = (int64_t)(seed >> 3) % 100000000;
    double chance = (double)(seed % 1000) / 1000;
    aski_retry retry;
    aski_retry_init(&retry, &policy);
    unsigned attempts = 1;
    double most = (double)policy.delay_ms;
    for (int64_t wait = 0; (wait = aski_retry_next(&retry, ASKIAM_STATUS_BUSY, true, -1, remaining_ms, chance)) >= 0;) {
      assert_true(wait < remaining_ms);
      assert_true((double)wait <= most + (double)policy.jitter_ms);
      assert_true((double)wait + 1 >= most || wait == ASKI_MS_PER_DAY || attempts > 20);
      most *= 2;
      ++attempts;
    }
    assert_true(attempts <= (policy.attempts == 0 ? 1 : policy.attempts));
  }
}

static void base__retry_chance_lies_between_0_and_1_and_changes(void **state)
{
  (void)state;
  double first = aski_retry_chance();
  bool changed = false;
  for (int i = 0; i < 100; ++i) {
    double chance = aski_retry_chance();
    assert_true(chance >= 0 && chance < 1);
    changed = changed || chance < first || chance > first;
  }
  assert_true(changed);
}

static uint64_t s_ticks(void *context)
{
  uint64_t *now = context;
  return *now += 1000000;
}

static void base__retry_wait_ends_early_for_deadline_and_cancellation(void **state)
{
  (void)state;
  uint64_t now = 0;
  askiam_clock clock = {.ticks_ns = s_ticks, .context = &now};
  int cancelled = 0;
  askiam_call call = {.clock = &clock, .deadline_ticks_ns = UINT64_MAX, .cancelled = &cancelled};
  assert_true(aski_retry_wait(&call, 5));
  assert_true(now >= 5000000);
  assert_true(aski_retry_wait(&call, -1));
  call.deadline_ticks_ns = now + 3000000;
  assert_false(aski_retry_wait(&call, 100));
  call.deadline_ticks_ns = UINT64_MAX;
  cancelled = 1;
  assert_false(aski_retry_wait(&call, 100));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(base__retry_waits_twice_as_long_each_time_and_ends),
      cmocka_unit_test(base__retry_does_not_repeat_what_cannot_help),
      cmocka_unit_test(base__retry_never_goes_past_the_deadline),
      cmocka_unit_test(base__retry_keeps_to_the_wish_of_the_peer),
      cmocka_unit_test(base__retry_does_not_wait_for_hours_because_a_peer_says_so),
      cmocka_unit_test(base__retry_keeps_its_bounds_whatever_the_policy),
      cmocka_unit_test(base__retry_chance_lies_between_0_and_1_and_changes),
      cmocka_unit_test(base__retry_wait_ends_early_for_deadline_and_cancellation),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
