/* SPDX-License-Identifier: Apache-2.0
 *
 * How a function that is invoked directly answers: with JSON, or with an error of the function. */
#ifndef LAMBDA_REPLY_H
#define LAMBDA_REPLY_H

#include "function.h"

#define LAMBDA_INVALID_EVENT "InvalidEvent"

/* An error of the function: InvalidEvent for what is wrong with the event, else the name of the status ("NOT_FOUND").
 * The invoker is trusted: he gets the message. */
void lambda_reply_fail(lambda_reply *reply, askiam_status status, const askiam_error *error);
/* A JSON text of the library, which is freed, or how it failed. */
void lambda_reply_give(lambda_reply *reply, askiam_engine *engine, char *json_or_null, askiam_status status,
                       const askiam_error *error);
/* An event that is not what the function takes. */
void lambda_reply_refuse(lambda_reply *reply, const char *message);
void lambda_reply_no_memory(lambda_reply *reply);

#endif
