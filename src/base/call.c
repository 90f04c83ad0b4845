/* SPDX-License-Identifier: Apache-2.0
 *
 * The circumstances of a backend call: deadline, cancel flag, now. */
#include <askiam/backend/backend.h>

#include "base/time.h"

int64_t askiam_call_remaining_ms(const askiam_call *call)
{
  if (call->deadline_ticks_ns == UINT64_MAX) {
    return INT64_MAX;
  }
  uint64_t now = aski_clock_ticks_ns(call->clock);
  return now >= call->deadline_ticks_ns ? 0 : (int64_t)((call->deadline_ticks_ns - now + 999999) / 1000000);
}

static int s_is_set(const int *flag) { return flag != NULL && __atomic_load_n(flag, __ATOMIC_ACQUIRE) != 0; }

int askiam_call_cancelled(const askiam_call *call) { return s_is_set(call->cancelled) || s_is_set(call->forsaken); }

int64_t askiam_call_now_ms(const askiam_call *call) { return call->now_ms; }

void askiam_call_retry_after(const askiam_call *call, int64_t after_ms)
{
  if (call->retry_after_ms != NULL && after_ms >= 0) {
    *call->retry_after_ms = after_ms;
  }
}
