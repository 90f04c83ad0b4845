/* SPDX-License-Identifier: Apache-2.0 */
#include "stage.h"

#include "reply.h"

void lambda_stage_run(lambda_host *host, const lambda_event *event, lambda_reply *reply, askiam_stage stage,
                      lambda_stage_fn run)
{
  char *json = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_engine *engine = lambda_host_engine(host, &error);
  askiam_status status =
      engine == NULL ? error.status
                     : askiam_stage_serve(&json, engine, stage, event->body, lambda_event_left_ms(event), &error);
  if (status == ASKIAM_STATUS_OK && json == NULL) {
    status = run(&json, engine, event, &error);
  }
  lambda_reply_give(reply, engine, json, status, &error);
}
