/* SPDX-License-Identifier: Apache-2.0
 *
 * What a Lambda function is here: one event in, one answer out. The runtime (runtime.h) brings the one and takes the
 * other. */
#ifndef LAMBDA_FUNCTION_H
#define LAMBDA_FUNCTION_H

#include <askiam/askiam.h>
#include <stdbool.h>
#include <stdio.h>

/* One invocation. Borrowed while the function runs. */
typedef struct lambda_event {
  askiam_str body; /* well-formed JSON: askiam_json_check took it; of an event over HTTP askiam_json_check_relayed */
  askiam_str request_id;   /* Lambda-Runtime-Aws-Request-Id */
  askiam_str trace_id;     /* Lambda-Runtime-Trace-Id; may be absent */
  askiam_str function_arn; /* Lambda-Runtime-Invoked-Function-Arn */
  int64_t end_ms; /* on the clock of lambda_ticks_ms: the deadline, less a margin in which the answer is sent */
} lambda_event;

/* Milliseconds of a clock that only goes forward. */
int64_t lambda_ticks_ms(void);
/* How long the function may still work on it; at least 1, as 0 stands for no limit in the library. */
int64_t lambda_event_left_ms(const lambda_event *event);

/* The answer: JSON written to `out` (memory), or an error of the function. */
typedef struct lambda_reply {
  FILE *out;
  const char *error_type; /* static, "InvalidEvent"; NULL: `out` is the answer */
  char error_message[512];
} lambda_reply;

/* What lives between invocations: the configuration, and the engine, which is made when it is first asked for. */
typedef struct lambda_host lambda_host;
/* NULL, and `error` says why. Borrowed; the same each time. */
askiam_engine *lambda_host_engine(lambda_host *host, askiam_error *error);
const askiam_config *lambda_host_config(const lambda_host *host);

/* A function by its name in _HANDLER. `run` always answers: what cannot be answered is a reply with an error_type. */
typedef struct lambda_function {
  const char *name;
  void (*run)(lambda_host *host, const lambda_event *event, lambda_reply *reply);
} lambda_function;

/* The table of all functions (functions.c). NULL out of range. */
const lambda_function *lambda_function_at(size_t index);

#endif
