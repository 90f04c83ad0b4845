/* SPDX-License-Identifier: Apache-2.0
 *
 * POST /lex-webhook: an event of Lex V2 that somebody forwards. */
#include "http_routes.h"

#include <stdlib.h>

#include "lex.h"
#include "reply.h"

static void s_answer(lambda_http_call *call, const lambda_reply *reply, const char *text)
{
  if (reply->error_type == NULL) {
    lambda_http_answer_json(call->answer, text);
  } else if (strcmp(reply->error_type, LAMBDA_INVALID_EVENT) == 0) {
    lambda_http_bad(call->answer, (askiam_str){NULL, 0}, askiam_str_from("The body is no event of Lex V2."));
  } else {
    lambda_http_broken(call->answer, 500, "INTERNAL", reply->error_message);
  }
}

/* Answers an event that is JSON, on the word of who called. */
static void s_run(lambda_http_call *call, const askiam_request *seen)
{
  char *text = NULL;
  size_t length = 0;
  lambda_reply reply = {.out = open_memstream(&text, &length)};
  if (reply.out == NULL) {
    lambda_http_broken(call->answer, 500, "INTERNAL", "out of memory");
    return;
  }
  const lambda_lex_caller caller = {call->principal, seen};
  lambda_lex_run(call->host, call->event, call->request->body, &caller, &reply);
  if (fclose(reply.out) == 0) {
    s_answer(call, &reply, text);
  } else {
    lambda_http_broken(call->answer, 500, "INTERNAL", "out of memory for an answer of Lex");
  }
  free(text);
}

void lambda_http_lex(lambda_http_call *call)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_request *seen = NULL;
  if (!lambda_http_body_check(call)) {
    return;
  }
  askiam_status status = askiam_json_check(call->request->body, NULL, &error);
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_request_new(&seen, NULL, &error);
  }
  if (status != ASKIAM_STATUS_OK) {
    lambda_http_failed(call->answer, status, &error);
  } else if (lambda_http_take_circumstances(call, seen)) {
    s_run(call, seen);
  }
  askiam_request_destroy(seen);
}
