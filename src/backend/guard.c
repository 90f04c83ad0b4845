/* SPDX-License-Identifier: Apache-2.0
 *
 * The guard itself: attempts, pauses, and the breaker around each attempt. */
#include "backend/guard.h"

bool aski_guard_init(aski_guard *guard, const aski_guard_options *options)
{
  guard->options = *options;
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

/* What one run of a guard is about. */
typedef struct guarded {
  aski_guard *guard;
  askiam_layer layer;
  const char *what;
  aski_guard_fn attempt;
  void *context;
} guarded;

/* One attempt, if the breaker lets it through. */
static askiam_status s_attempt(void *context, const askiam_call *call, aski_retry *retry, askiam_error *error)
{
  const guarded *own = context;
  aski_breaker *breaker = &own->guard->breaker;
  uint64_t epoch = 0;
  int64_t wait_ms = 0;
  (void)retry;
  if (!aski_breaker_ask(breaker, aski_clock_ticks_ns(call->clock), &epoch, &wait_ms)) {
    return s_refuse(own->layer, own->what, wait_ms, error);
  }
  askiam_status status = own->attempt(own->context, call, error);
  aski_breaker_tell(breaker, aski_clock_ticks_ns(call->clock), epoch, s_outcome(call, status));
  return status;
}

askiam_status aski_guard_run(aski_guard *guard, const askiam_call *call, askiam_layer layer, const char *what,
                             aski_guard_fn attempt, void *context, askiam_error *error)
{
  const aski_guard_options *options = &guard->options;
  const aski_retry_plan plan = {
      .policy = options->retry, .what = what, .chance = options->chance, .wait = options->wait};
  guarded own = {guard, layer, what, attempt, context};
  return aski_retry_run(&plan, call, s_attempt, &own, error);
}
