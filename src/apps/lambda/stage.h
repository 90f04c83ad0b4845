/* SPDX-License-Identifier: Apache-2.0
 *
 * What the functions of single stages share. */
#ifndef LAMBDA_STAGE_H
#define LAMBDA_STAGE_H

#include "function.h"

/* One stage, called by somebody else than an orchestrator: its answer, or how it failed. */
typedef askiam_status (*lambda_stage_fn)(char **out_json, askiam_engine *engine, const lambda_event *event,
                                         askiam_error *error);

/* Answers a call of a split pipeline's orchestrator, and any other by `run`. */
void lambda_stage_run(lambda_host *host, const lambda_event *event, lambda_reply *reply, askiam_stage stage,
                      lambda_stage_fn run);

#endif
