/* SPDX-License-Identifier: Apache-2.0
 *
 * The function `fulfil`: from grant.requested, or the id of a request, to a row of user_roles, once. */
#include "apps/common/json_view.h"
#include "batch.h"
#include "functions.h"

static askiam_status s_fulfil_request(char **out_json, askiam_engine *engine, askiam_str message, int64_t left_ms,
                                      askiam_error *error)
{
  app_json request = app_json_member(message, "request_id");
  app_json requester = app_json_member(message, "requester_id");
  if (!app_json_is_string(request) || (requester.data != NULL && !app_json_is_string(requester))) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                            "an event grant.requested is wanted, or {\"request_id\", \"requester_id\"?} of strings");
  }
  app_scratch scratch = APP_SCRATCH_INIT;
  askiam_str request_id = app_json_text(&scratch, request);
  askiam_str requester_id = app_json_text(&scratch, requester);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  if (scratch.failed) {
    askiam_error_set(error, status, ASKIAM_LAYER_REQUEST, "out of memory");
  } else {
    status = askiam_grant_fulfil_within(out_json, engine, request_id, requester_id, left_ms, error);
  }
  app_scratch_clean_up(&scratch);
  return status;
}

static askiam_status s_fulfil(char **out_json, askiam_engine *engine, askiam_str message, int64_t left_ms,
                              askiam_error *error)
{
  bool is_event = app_json_member(message, "detail-type").data != NULL;
  return is_event ? askiam_grant_fulfil_event_within(out_json, engine, message, left_ms, error)
                  : s_fulfil_request(out_json, engine, message, left_ms, error);
}

void lambda_fulfil_run(lambda_host *host, const lambda_event *event, lambda_reply *reply)
{
  if (lambda_batch_is_event(event->body)) {
    lambda_batch_run(host, event, s_fulfil, reply);
  } else {
    lambda_message_run(host, event, s_fulfil, reply);
  }
}
