/* SPDX-License-Identifier: Apache-2.0
 *
 * Attempts for what a filling sends: it has time, and a busy cluster gets its breath back. */
#include "indexing.h"

/* Pauses of 1, 2, 4, 8 and 16 seconds, and up to one more each. */
static const aski_retry_plan s_plan = {.policy = {.attempts = 6, .delay_ms = 1000, .jitter_ms = 1000}, .what = "index"};

askiam_status aski_opensearch_insist(const askiam_call *call, aski_retry_fn attempt, void *context, askiam_error *error)
{
  return aski_retry_run(&s_plan, call, attempt, context, error);
}
