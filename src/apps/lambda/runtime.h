/* SPDX-License-Identifier: Apache-2.0
 *
 * The client of Lambda's Runtime API (2018-06-01): takes events, gives back answers, over one connection that stays
 * open. */
#ifndef LAMBDA_RUNTIME_H
#define LAMBDA_RUNTIME_H

#include "function.h"

/* One thread. */
typedef struct lambda_runtime lambda_runtime;

/* `address` is AWS_LAMBDA_RUNTIME_API, "127.0.0.1:9001". NULL where it is none, or memory ran out. */
lambda_runtime *lambda_runtime_new(const char *address);
void lambda_runtime_destroy(lambda_runtime *runtime);
/* Why a call of the Runtime API failed, for a log. */
const char *lambda_runtime_problem(const lambda_runtime *runtime);

/* The functions below return false where the Runtime API is broken: then the process has to end. */

/* Waits for an event, however long. It is borrowed until the next call; a body that could not be kept (memory, more
 * than LAMBDA_EVENT_MAX_BYTES) is absent. */
bool lambda_runtime_next(lambda_runtime *runtime, lambda_event *out_event);
/* Answers the last event. What is too large for the Runtime API is answered with an error instead, *out_too_large then
 * says so. */
bool lambda_runtime_respond(lambda_runtime *runtime, askiam_str json, bool *out_too_large);
/* Answers the last event with an error. */
bool lambda_runtime_fail(lambda_runtime *runtime, const char *type, const char *message);
/* The process cannot work at all. */
bool lambda_runtime_fail_init(lambda_runtime *runtime, const char *type, const char *message);

/* Lambda's own limit is 6 MB. */
enum { LAMBDA_EVENT_MAX_BYTES = 16 * 1024 * 1024 };

#endif
