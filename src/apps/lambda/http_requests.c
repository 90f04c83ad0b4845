/* SPDX-License-Identifier: Apache-2.0
 *
 * POST /requests: one sentence, one decision. */
#include "http_routes.h"

/* The HTTP status of a decision that is none. */
static void s_answer_error(lambda_http_call *call, const askiam_decision *decision, askiam_status status,
                           const askiam_error *error)
{
  static const struct {
    const char *code;
    int status;
  } s_codes[] = {{"INVALID_REQUEST", 400},
                 {"REQUEST_ID_CONFLICT", 409},
                 {"STORE_UNAVAILABLE", 503},
                 {"AUDIT_UNAVAILABLE", 503},
                 {"INTERNAL", 500}};
  askiam_str code = askiam_decision_code(decision, 0);
  for (size_t i = 0; i < sizeof s_codes / sizeof *s_codes; ++i) {
    if (code.length != strlen(s_codes[i].code) || memcmp(code.data, s_codes[i].code, code.length) != 0) {
      continue;
    }
    if (s_codes[i].status >= 500) {
      lambda_http_broken(call->answer, s_codes[i].status, s_codes[i].code, error->message);
      return;
    }
    if (s_codes[i].status == 409) {
      lambda_http_problem(call->answer, 409, s_codes[i].code, askiam_decision_get(decision, ASKIAM_DECISION_REASON));
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
  askiam_request *request = lambda_http_body_request(call);
  if (request == NULL) {
    return;
  }
  askiam_decision *decision = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_validate(&decision, call->engine, request, &error);
  if (status == ASKIAM_STATUS_OK) {
    s_answer_decision(call, decision);
  } else if (decision != NULL) {
    s_answer_error(call, decision, status, &error);
  } else {
    lambda_http_failed(call->answer, status, &error);
  }
  askiam_decision_destroy(decision);
  askiam_request_destroy(request);
}
