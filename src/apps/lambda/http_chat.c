/* SPDX-License-Identifier: Apache-2.0
 *
 * POST /chat: one turn of a conversation, by its session. */
#include "http_routes.h"
#include "turn.h"

/* The conversation that the turn belongs to; a session in request_context is the client's own matter and only recorded. False: it was answered. */
static bool s_session(lambda_http_call *call, askiam_str *out_session)
{
  app_json member = app_json_member(call->request->body, "session_id");
  *out_session = lambda_http_text(call->request, member);
  if (member.data == NULL || lambda_http_is_id(*out_session)) {
    return true;
  }
  lambda_http_bad(call->answer, askiam_str_from("session_id"),
                  askiam_str_from("session_id: must be a string, 1 to 128 of A-Z a-z 0-9 . _ : -"));
  return false;
}

static void s_turn(lambda_http_call *call, const askiam_request *request, askiam_str session)
{
  const askiam_turn turn = lambda_turn_of(request, call->principal, session, call->event);
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
  askiam_request *request = lambda_http_body_request(call);
  if (request != NULL && s_session(call, &session)) {
    s_turn(call, request, session);
  }
  askiam_request_destroy(request);
}
