/* SPDX-License-Identifier: Apache-2.0
 *
 * GET /status/{request_id}: the decision and its grant, for whom they concern. What is no id exists as little as an id
 * that nobody used. */
#include "http_routes.h"

void lambda_http_status(lambda_http_call *call)
{
  if (!lambda_http_is_id(call->id)) {
    lambda_http_problem(call->answer, 404, "NOT_FOUND", (askiam_str){NULL, 0});
    return;
  }
  char *json = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status =
      askiam_answer_status_json_within(&json, call->engine, call->id, lambda_http_query(call->request, "requester_id"),
                                       call->principal, lambda_event_left_ms(call->event), &error);
  if (status == ASKIAM_STATUS_OK) {
    lambda_http_answer_json(call->answer, json);
  } else if (status == ASKIAM_STATUS_CONFLICT) {
    lambda_http_problem(call->answer, 409, "CONFLICT",
                        askiam_str_from("Several requesters used this id: add ?requester_id= with one of them."));
  } else {
    lambda_http_failed(call->answer, status, &error);
  }
  askiam_string_free(call->engine, json);
}
