/* SPDX-License-Identifier: Apache-2.0 */
#include "base/retry.h"

#include <time.h>

#include "base/hash.h"
#include "base/log.h"

enum { DOUBLINGS_MAX = 20, LOOK_MS = 20 };

void aski_retry_init(aski_retry *retry, const aski_retry_policy *policy) { *retry = (aski_retry){.policy = *policy}; }

/* The attempt may be repeated: it did not reach the peer, the peer was busy, or the answer was lost. A lost race
 * is for the caller to look at. */
static bool s_can_help(askiam_status status, bool retryable)
{
  return retryable &&
         (status == ASKIAM_STATUS_UNAVAILABLE || status == ASKIAM_STATUS_BUSY || status == ASKIAM_STATUS_TIMEOUT);
}

int64_t aski_retry_next(aski_retry *retry, askiam_status status, bool retryable, int64_t after_ms, int64_t remaining_ms,
                        double chance)
{
  unsigned doublings = retry->made < DOUBLINGS_MAX ? retry->made : DOUBLINGS_MAX;
  ++retry->made;
  if (retry->made >= retry->policy.attempts || !s_can_help(status, retryable) || after_ms > ASKI_RETRY_AFTER_MAX_MS) {
    return -1;
  }
  double own = (double)retry->policy.delay_ms * (double)(1U << doublings) + chance * (double)retry->policy.jitter_ms;
  int64_t wait_ms = own < (double)ASKI_MS_PER_DAY ? (int64_t)own : ASKI_MS_PER_DAY;
  wait_ms = wait_ms < after_ms ? after_ms : wait_ms;
  return wait_ms < remaining_ms ? wait_ms : -1;
}

double aski_retry_chance(void)
{
  uint32_t bits = 0;
  unsigned char bytes[sizeof bits];
  if (!aski_random(bytes, sizeof bytes)) {
    return 0.5;
  }
  memcpy(&bits, bytes, sizeof bits);
  return (double)bits / 4294967296.0;
}

bool aski_retry_wait(const askiam_call *call, int64_t wait_ms)
{
  uint64_t end = aski_clock_ticks_ns(call->clock) + (uint64_t)(wait_ms > 0 ? wait_ms : 0) * UINT64_C(1000000);
  for (;;) {
    if (askiam_call_cancelled(call) || askiam_call_remaining_ms(call) == 0) {
      return false;
    }
    uint64_t now = aski_clock_ticks_ns(call->clock);
    if (now >= end) {
      return true;
    }
    uint64_t left = end - now;
    const struct timespec pause = {0, left < LOOK_MS * 1000000UL ? (long)left : LOOK_MS * 1000000L};
    nanosleep(&pause, NULL);
  }
}

askiam_status aski_retry_run(const aski_retry_plan *plan, const askiam_call *call, aski_retry_fn attempt, void *context,
                             askiam_error *error)
{
  aski_retry retry;
  aski_retry_init(&retry, &plan->policy);
  for (;;) {
    int64_t after_ms = -1;
    askiam_call own_call = *call;
    own_call.retry_after_ms = &after_ms;
    askiam_error own = ASKIAM_ERROR_INIT;
    askiam_status status = attempt(context, &own_call, &retry, &own);
    if (status == ASKIAM_STATUS_OK) {
      return status;
    }
    bool retryable = own.status == status && own.retryable != 0;
    double chance = (plan->chance == NULL ? aski_retry_chance : plan->chance)();
    int64_t wait_ms = aski_retry_next(&retry, status, retryable, after_ms, askiam_call_remaining_ms(call), chance);
    if (wait_ms >= 0 && plan->what != NULL) {
      aski_log(call->trace, ASKIAM_LOG_WARN, plan->what, NULL, -1.0,
               "attempt %u failed, the next one is in %lld ms: %s", retry.made, (long long)wait_ms, own.message);
    }
    if (wait_ms < 0 || !(plan->wait == NULL ? aski_retry_wait : plan->wait)(call, wait_ms)) {
      if (error != NULL) {
        *error = own;
      }
      return status;
    }
  }
}
