/* SPDX-License-Identifier: Apache-2.0
 *
 * The function `status`. Whom IAM lets invoke it directly gets the whole answer; callers of an API get theirs
 * through http.h. */
#include "apps/common/json_view.h"
#include "functions.h"
#include "http.h"
#include "reply.h"

static void s_answer(lambda_host *host, const lambda_event *event, askiam_str request_id, askiam_str requester_id,
                     lambda_reply *reply)
{
  char *json = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_engine *engine = lambda_host_engine(host, &error);
  if (engine == NULL) {
    lambda_reply_fail(reply, error.status, &error);
    return;
  }
  askiam_status status =
      askiam_status_json_within(&json, engine, request_id, requester_id, lambda_event_left_ms(event), &error);
  lambda_reply_give(reply, engine, json, status, &error);
}

void lambda_status_run(lambda_host *host, const lambda_event *event, lambda_reply *reply)
{
  if (lambda_http_is_event(event->body)) {
    lambda_http_run(host, event, reply);
    return;
  }
  app_scratch scratch = APP_SCRATCH_INIT;
  app_json request = app_json_member(event->body, "request_id");
  app_json requester = app_json_member(event->body, "requester_id");
  if (!app_json_is_string(request) || (requester.data != NULL && !app_json_is_string(requester))) {
    lambda_reply_refuse(reply, "request_id: must be a string, such as in {\"request_id\": \"req-1\"}; so must "
                               "requester_id where it is given");
  } else {
    askiam_str request_id = app_json_text(&scratch, request);
    askiam_str requester_id = app_json_text(&scratch, requester);
    /* Without a requester everything is told: one whose id could not be kept must not be taken for none. */
    if (scratch.failed) {
      lambda_reply_no_memory(reply);
    } else {
      s_answer(host, event, request_id, requester_id, reply);
    }
  }
  app_scratch_clean_up(&scratch);
}
