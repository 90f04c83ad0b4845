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

int askiam_call_cancelled(const askiam_call *call)
{
  return call->cancelled != NULL && __atomic_load_n(call->cancelled, __ATOMIC_ACQUIRE) != 0;
}

int64_t askiam_call_now_ms(const askiam_call *call) { return call->now_ms; }

void askiam_call_retry_after(const askiam_call *call, int64_t after_ms)
{
  if (call->retry_after_ms != NULL && after_ms >= 0) {
    *call->retry_after_ms = after_ms;
  }
}
