/* SPDX-License-Identifier: Apache-2.0
 *
 * The function `orchestrator`: events of API Gateway and of Lex, or a request as the contract has it. Whom IAM lets
 * invoke it directly answers for the ids that he gives, and for what he says of the call. */
#include "functions.h"
#include "http.h"
#include "lex.h"
#include "reply.h"

/* Decides, or says in the form of a decision what is wrong with the request. Both may leave no decision. */
static askiam_status s_decide(askiam_decision **out_decision, askiam_engine *engine, const lambda_event *event,
                              askiam_error *error)
{
  askiam_request *request = NULL;
  askiam_status status = askiam_request_from_json(&request, event->body, NULL, error);
  if (status == ASKIAM_STATUS_OK) {
    askiam_request_set_timeout_ms(request, lambda_event_left_ms(event));
    if (askiam_request_get(request, ASKIAM_REQUEST_TRACE_ID).data == NULL) {
      /* One that breaks the field's rule is no reason to refuse the request. */
      askiam_request_set(request, ASKIAM_REQUEST_TRACE_ID, event->trace_id, NULL);
    }
    status = askiam_validate(out_decision, engine, request, error);
  } else if (status == ASKIAM_STATUS_BAD_DATA) {
    const askiam_error problem = *error;
    status = askiam_reject(out_decision, engine, request, &problem, error);
  }
  askiam_request_destroy(request);
  return status;
}

static void s_run_request(lambda_host *host, const lambda_event *event, lambda_reply *reply)
{
  askiam_decision *decision = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_engine *engine = lambda_host_engine(host, &error);
  askiam_status status = engine == NULL ? error.status : s_decide(&decision, engine, event, &error);
  const char *json = decision == NULL ? NULL : askiam_decision_to_json(decision, NULL);
  if (json != NULL) { /* of the verdict ERROR, too, which says what failed */
    fputs(json, reply->out);
  } else if (status == ASKIAM_STATUS_OK) {
    lambda_reply_no_memory(reply);
  } else {
    lambda_reply_fail(reply, status, &error);
  }
  askiam_decision_destroy(decision);
}

void lambda_orchestrator_run(lambda_host *host, const lambda_event *event, lambda_reply *reply)
{
  if (lambda_http_is_event(event->body)) {
    lambda_http_run(host, event, reply);
  } else if (lambda_lex_is_event(event->body)) {
    lambda_lex_run(host, event, event->body, NULL, reply);
  } else {
    s_run_request(host, event, reply);
  }
}
