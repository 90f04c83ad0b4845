/* SPDX-License-Identifier: Apache-2.0
 *
 * Attempts and the pauses between them, for what a filling sends: it has time, and a busy cluster gets its breath back. */
#include "indexing.h"

#include "base/log.h"
#include "base/retry.h"

/* Pauses of 1, 2, 4, 8 and 16 seconds, and up to one more each. */
static const aski_retry_policy s_policy = {.attempts = 6, .delay_ms = 1000, .jitter_ms = 1000};

askiam_status aski_opensearch_insist(const askiam_call *call, aski_opensearch_try_fn attempt, void *context,
                                     askiam_error *error)
{
  aski_retry retry;
  aski_retry_init(&retry, &s_policy);
  for (;;) {
    aski_opensearch_try tried = {.after_ms = -1};
    askiam_error own = ASKIAM_ERROR_INIT;
    askiam_status status = attempt(context, call, &tried, &own);
    if (status == ASKIAM_STATUS_OK) {
      return status;
    }
    if (tried.moved_on) {
      aski_retry_init(&retry, &s_policy);
    }
    int64_t wait_ms = aski_retry_next(&retry, status, own.status == status && own.retryable != 0, tried.after_ms,
                                      askiam_call_remaining_ms(call), aski_retry_chance());
    if (wait_ms >= 0) {
      aski_log(call->trace, ASKIAM_LOG_WARN, "index", NULL, -1.0, "attempt %u failed, the next one is in %lld ms: %s",
               retry.made, (long long)wait_ms, own.message);
    }
    if (wait_ms < 0 || !aski_retry_wait(call, wait_ms)) {
      if (error != NULL) {
        *error = own;
      }
      return status;
    }
  }
}
