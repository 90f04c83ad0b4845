/* SPDX-License-Identifier: Apache-2.0
 *
 * POST /requests: one sentence, one decision. */
#include "apps/common/text.h"
#include "http_routes.h"

/* A decision that is none, by its code; without one, or with one that says no more, by the failure. */
static void s_answer_error(lambda_http_call *call, const askiam_decision *decision, askiam_status status,
                           const askiam_error *error)
{
  static const char *const s_unavailable[] = {"STORE_UNAVAILABLE", "AUDIT_UNAVAILABLE"};
  askiam_str code = askiam_decision_code(decision, 0);
  if (app_text_is(code, "REQUEST_ID_CONFLICT")) {
    lambda_http_problem(call->answer, 409, "REQUEST_ID_CONFLICT",
                        askiam_decision_get(decision, ASKIAM_DECISION_REASON));
    return;
  }
  for (size_t i = 0; i < sizeof s_unavailable / sizeof *s_unavailable; ++i) {
    if (app_text_is(code, s_unavailable[i])) {
      lambda_http_broken(call->answer, 503, s_unavailable[i], error->message);
      return;
    }
  }
  lambda_http_failed(call->answer, status, error);
}

static void s_answer_decision(lambda_http_call *call, const askiam_decision *decision)
{
  char *json = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_answer_json(&json, call->engine, decision, call->principal, &error);
  if (status == ASKIAM_STATUS_OK) {
    lambda_http_answer_json(call->answer, json);
  } else {
    lambda_http_failed(call->answer, status, &error);
  }
  askiam_string_free(call->engine, json);
}

void lambda_http_requests(lambda_http_call *call)
{
  askiam_request *request = lambda_http_body_request(call, NULL);
  if (request == NULL) {
    return;
  }
  askiam_decision *decision = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_validate(&decision, call->engine, request, &error);
  if (status == ASKIAM_STATUS_OK) {
    s_answer_decision(call, decision);
  } else {
    s_answer_error(call, decision, status, &error);
  }
  askiam_decision_destroy(decision);
  askiam_request_destroy(request);
}
