/* SPDX-License-Identifier: Apache-2.0
 *
 * The function `chat`. Whom IAM lets invoke it directly answers for the ids that he gives, and for what he says of
 * the call. */
#include "apps/common/json_view.h"
#include "functions.h"
#include "http.h"
#include "reply.h"
#include "turn.h"

/* Who speaks: the requester, by default the user; as much may be shown as the invoker could read anyway. */
static askiam_status s_principal(askiam_principal **out_principal, const askiam_request *request, askiam_error *error)
{
  askiam_str requester = askiam_request_get(request, ASKIAM_REQUEST_REQUESTER_ID);
  askiam_str user = askiam_request_get(request, ASKIAM_REQUEST_USER_ID);
  if (user.data == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                            "user_id: missing; it says who speaks");
  }
  return askiam_principal_new(out_principal, requester.data != NULL ? requester : user, "host",
                              askiam_str_from(ASKIAM_SCOPE_ON_BEHALF " " ASKIAM_SCOPE_AUDIT), askiam_str_from(NULL),
                              NULL, error);
}

static askiam_status s_turn(char **out_json, askiam_engine *engine, const lambda_event *event,
                            const askiam_request *request, askiam_str session, askiam_error *error)
{
  askiam_principal *principal = NULL;
  askiam_status status = s_principal(&principal, request, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  const askiam_turn turn = lambda_turn_of(request, principal, session, event);
  status = askiam_dialogue_turn(out_json, engine, &turn, error);
  askiam_principal_destroy(principal);
  return status;
}

static void s_answer(lambda_host *host, const lambda_event *event, askiam_str session, lambda_reply *reply)
{
  char *json = NULL;
  askiam_request *request = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_engine *engine = lambda_host_engine(host, &error);
  askiam_status status = engine == NULL ? error.status : askiam_request_from_json(&request, event->body, NULL, &error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_turn(&json, engine, event, request, session, &error);
  }
  lambda_reply_give(reply, engine, json, status, &error);
  askiam_request_destroy(request);
}

void lambda_chat_run(lambda_host *host, const lambda_event *event, lambda_reply *reply)
{
  if (lambda_http_is_event(event->body)) {
    lambda_http_run(host, event, reply);
    return;
  }
  app_scratch scratch = APP_SCRATCH_INIT;
  app_json session = app_json_member(event->body, "session_id");
  if (session.data != NULL && !app_json_is_string(session)) {
    lambda_reply_refuse(reply, "session_id: must be a string, as an earlier answer gave it");
  } else {
    askiam_str session_id = app_json_text(&scratch, session);
    if (scratch.failed) { /* no new conversation in place of the one that goes on */
      lambda_reply_no_memory(reply);
    } else {
      s_answer(host, event, session_id, reply);
    }
  }
  app_scratch_clean_up(&scratch);
}
