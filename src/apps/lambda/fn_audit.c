/* SPDX-License-Identifier: Apache-2.0
 *
 * The function `audit`: records a decision that was made elsewhere. The same twice is recorded once. */
#include "apps/common/json_view.h"
#include "batch.h"
#include "functions.h"
#include "stage.h"

/* The record itself, or EventBridge's envelope around it. */
static askiam_status s_record(char **out_json, askiam_engine *engine, askiam_str message, int64_t left_ms,
                              askiam_error *error)
{
  bool wrapped = app_json_member(message, "detail-type").data != NULL;
  askiam_str record = wrapped ? app_json_member(message, "detail") : message;
  return askiam_audit_record_within(out_json, engine, record, left_ms, error);
}

static askiam_status s_audit(char **out_json, askiam_engine *engine, const lambda_event *event, askiam_error *error)
{
  return s_record(out_json, engine, event->body, lambda_event_left_ms(event), error);
}

void lambda_audit_run(lambda_host *host, const lambda_event *event, lambda_reply *reply)
{
  if (lambda_batch_is_event(event->body)) {
    lambda_batch_run(host, event, s_record, reply);
  } else {
    lambda_stage_run(host, event, reply, ASKIAM_STAGE_AUDIT, s_audit);
  }
}
