/* SPDX-License-Identifier: Apache-2.0
 *
 * Events of SQS: batches of messages, of which those that failed come again. */
#ifndef LAMBDA_BATCH_H
#define LAMBDA_BATCH_H

#include "function.h"

/* Handles one message, well-formed JSON, within `left_ms`: then it has done it, or nothing of it. */
typedef askiam_status (*lambda_message_fn)(char **out_json, askiam_engine *engine, askiam_str message, int64_t left_ms,
                                           askiam_error *error);

bool lambda_batch_is_event(askiam_str event_json);
/* Answers with {"batchItemFailures"}: every message that was not handled, whether a retry may help it or not: SQS gives
 * it out again, and in the end to the dead-letter queue, where a message that can never be handled belongs. Of a FIFO
 * queue nothing is handled after the first failure. What would begin too late is not begun: it failed, and what was
 * handled before stays so. */
void lambda_batch_run(lambda_host *host, const lambda_event *event, lambda_message_fn handle, lambda_reply *reply);
/* One message that is the whole event, such as EventBridge delivers: a failure is one of the function, so that Lambda
 * tries again. */
void lambda_message_run(lambda_host *host, const lambda_event *event, lambda_message_fn handle, lambda_reply *reply);

#endif
