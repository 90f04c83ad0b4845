/* SPDX-License-Identifier: Apache-2.0
 *
 * POST /chat: one turn of a conversation, by its session. */
#include "http_routes.h"
#include "turn.h"

static void s_turn(lambda_http_call *call, const askiam_request *request, askiam_str session)
{
  askiam_turn turn = lambda_turn_of(request, call->principal, session, call->event);
  turn.claimed_session_id = askiam_request_get(request, ASKIAM_REQUEST_SESSION_ID); /* beside the conversation's own */
  char *json = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_dialogue_turn(&json, call->engine, &turn, &error);
  if (status == ASKIAM_STATUS_OK) {
    lambda_http_answer_json(call->answer, json);
  } else if (status == ASKIAM_STATUS_NOT_FOUND) {
    lambda_http_problem(
        call->answer, 404, "NOT_FOUND",
        askiam_str_from("There is no such conversation: it ended, or never was. Begin a new one without "
                        "session_id."));
  } else if (status == ASKIAM_STATUS_EXISTS) {
    lambda_http_problem(call->answer, 409, "REQUEST_ID_CONFLICT", askiam_str_from(error.message));
  } else {
    lambda_http_failed(call->answer, status, &error);
  }
  askiam_string_free(call->engine, json);
}

void lambda_http_chat(lambda_http_call *call)
{
  askiam_str session = {NULL, 0};
  askiam_request *request = lambda_http_body_request(call, &session);
  if (request != NULL) {
    s_turn(call, request, session);
  }
  askiam_request_destroy(request);
}
