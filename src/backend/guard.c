/* SPDX-License-Identifier: Apache-2.0
 *
 * The guard itself: attempts, pauses, and the breaker around each attempt. */
#include "backend/guard.h"

bool aski_guard_init(aski_guard *guard, const aski_guard_options *options)
{
  guard->options = *options;
  if (guard->options.chance == NULL) {
    guard->options.chance = aski_retry_chance;
  }
  if (guard->options.wait == NULL) {
    guard->options.wait = aski_retry_wait;
  }
  return aski_breaker_init(&guard->breaker, &options->breaker);
}

void aski_guard_clean_up(aski_guard *guard) { aski_breaker_clean_up(&guard->breaker); }

static askiam_status s_refuse(askiam_layer layer, const char *what, int64_t wait_ms, askiam_error *error)
{
  askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, layer,
                   "%s is not asked, as its last calls failed; it will be asked again in %lld s", what,
                   (long long)((wait_ms + 999) / 1000));
  if (error != NULL) {
    error->retryable = 0;
  }
  return ASKIAM_STATUS_UNAVAILABLE;
}

/* Who waits gives an attempt up at the deadline, and so it may end as cancelled: the backend was late all the same. */
static aski_breaker_outcome s_outcome(const askiam_call *call, askiam_status status)
{
  bool late = status == ASKIAM_STATUS_CANCELLED && askiam_call_remaining_ms(call) == 0;
  return aski_breaker_outcome_of(late ? ASKIAM_STATUS_TIMEOUT : status);
}

/* One attempt, if the breaker lets it through. */
static askiam_status s_attempt(aski_guard *guard, const askiam_call *call, askiam_layer layer, const char *what,
                               aski_guard_fn attempt, void *context, askiam_error *error)
{
  uint64_t epoch = 0;
  int64_t wait_ms = 0;
  if (!aski_breaker_ask(&guard->breaker, aski_clock_ticks_ns(call->clock), &epoch, &wait_ms)) {
    return s_refuse(layer, what, wait_ms, error);
  }
  askiam_status status = attempt(context, call, error);
  aski_breaker_tell(&guard->breaker, aski_clock_ticks_ns(call->clock), epoch, s_outcome(call, status));
  return status;
}

askiam_status aski_guard_run(aski_guard *guard, const askiam_call *call, askiam_layer layer, const char *what,
                             aski_guard_fn attempt, void *context, askiam_error *error)
{
  aski_retry retry;
  aski_retry_init(&retry, &guard->options.retry);
  for (;;) {
    int64_t after_ms = -1;
    askiam_call own_call = *call;
    own_call.retry_after_ms = &after_ms;
    askiam_error own = ASKIAM_ERROR_INIT;
    askiam_status status = s_attempt(guard, &own_call, layer, what, attempt, context, &own);
    if (status == ASKIAM_STATUS_OK) {
      return status;
    }
    bool retryable = own.status == status && own.retryable != 0;
    int64_t wait_ms =
        aski_retry_next(&retry, status, retryable, after_ms, askiam_call_remaining_ms(call), guard->options.chance());
    if (wait_ms >= 0) {
      aski_log(call->trace, ASKIAM_LOG_WARN, what, NULL, -1.0, "attempt %u failed, the next one is in %lld ms: %s",
               retry.made, (long long)wait_ms, own.message);
    }
    if (wait_ms < 0 || !guard->options.wait(call, wait_ms)) {
      if (error != NULL) {
        *error = own;
      }
      return status;
    }
  }
}
