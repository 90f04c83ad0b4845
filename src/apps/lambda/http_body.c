/* SPDX-License-Identifier: Apache-2.0
 *
 * From the body of an HTTP request to a request of the library: what the client claims, held against who he is and what the gateway saw. */
#include "http_routes.h"

#include <time.h>

static const askiam_str s_none = {NULL, 0};

/* "application/json", with UTF-8 as the only charset that may be named. */
static bool s_is_json(askiam_str type)
{
  char plain[64];
  size_t length = 0;
  for (size_t i = 0; i < type.length; ++i) {
    bool left_out = type.data[i] == ' ' || type.data[i] == '\t' || type.data[i] == '"';
    if (!left_out && length == sizeof plain) {
      return false;
    }
    if (!left_out) {
      plain[length++] = type.data[i];
    }
  }
  askiam_str whole = {plain, length};
  return lambda_http_same(whole, "application/json") || lambda_http_same(whole, "application/json;charset=utf-8");
}

bool lambda_http_body_check(lambda_http_call *call)
{
  lambda_http_request *request = call->request;
  askiam_str type = s_none;
  lambda_http_header(request, "content-type", &type);
  if (!s_is_json(type)) {
    lambda_http_problem(call->answer, 415, "UNSUPPORTED_MEDIA_TYPE", s_none);
  } else if (request->body_is_broken) {
    lambda_http_bad(call->answer, s_none, askiam_str_from("The body is not what it is said to be: Base64."));
  } else if (request->body_is_large) {
    lambda_http_problem(call->answer, 413, "TOO_LARGE", s_none);
  } else if (request->body.length == 0) {
    lambda_http_bad(call->answer, s_none, askiam_str_from("The body is empty; it must be a JSON object."));
  } else {
    return true;
  }
  return false;
}

/* Sets what is well-formed; what breaks the library's rules is as good as not there. But without memory nothing may be left out: policies refuse by the
 * address. False: it was answered. */
static bool s_set(lambda_http_call *call, askiam_request *request, askiam_request_field field, askiam_str value)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_request_set(request, field, value, &error);
  bool taken = status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_BAD_DATA;
  if (!taken) {
    lambda_http_failed(call->answer, status, &error);
  }
  return taken;
}

/* The key that a client repeats a request under is the request's id. A quoted one is taken too, as the IETF's draft has it. */
static bool s_take_key(lambda_http_call *call, askiam_request *request)
{
  askiam_str key = s_none;
  if (lambda_http_header(call->request, "idempotency-key", &key) == 0) {
    return true;
  }
  if (key.length >= 2 && key.data[0] == '"' && key.data[key.length - 1] == '"') {
    key = (askiam_str){key.data + 1, key.length - 2};
  }
  askiam_str id = askiam_request_get(request, ASKIAM_REQUEST_ID);
  bool same = id.data == NULL || (id.length == key.length && memcmp(id.data, key.data, id.length) == 0);
  if (!lambda_http_is_id(key)) {
    lambda_http_bad(call->answer, s_none,
                    askiam_str_from("Idempotency-Key: must be one value, 1 to 128 of A-Z a-z 0-9 . _ : -"));
  } else if (!same) {
    lambda_http_bad(call->answer, askiam_str_from("request_id"),
                    askiam_str_from("request_id: differs from the header Idempotency-Key"));
  }
  return lambda_http_is_id(key) && same && s_set(call, request, ASKIAM_REQUEST_ID, key);
}

/* When the gateway took the call, as text; absent where it does not say. */
static askiam_str s_time(const lambda_http_request *http, char *text, size_t size)
{
  time_t seconds = (time_t)(http->time_ms / 1000);
  struct tm parts;
  bool told =
      http->time_ms > 0 && gmtime_r(&seconds, &parts) != NULL && strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0;
  return told ? askiam_str_from(text) : s_none;
}

bool lambda_http_take_circumstances(lambda_http_call *call, askiam_request *request)
{
  char time[32];
  const lambda_http_request *http = call->request;
  bool traced = askiam_request_get(request, ASKIAM_REQUEST_TRACE_ID).data != NULL;
  askiam_request_set_timeout_ms(request, call->event->remaining_ms);
  return s_set(call, request, ASKIAM_REQUEST_IP, http->source_ip) &&
         s_set(call, request, ASKIAM_REQUEST_USER_AGENT, http->user_agent) &&
         s_set(call, request, ASKIAM_REQUEST_TIMESTAMP, s_time(http, time, sizeof time)) &&
         (traced || s_set(call, request, ASKIAM_REQUEST_TRACE_ID, call->event->trace_id));
}

askiam_request *lambda_http_body_request(lambda_http_call *call)
{
  if (!lambda_http_body_check(call)) {
    return NULL;
  }
  askiam_request *request = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_request_from_json(&request, call->request->body, NULL, &error);
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_answer_admit(request, call->principal, &error);
  }
  if (status != ASKIAM_STATUS_OK) {
    lambda_http_failed(call->answer, status, &error);
  } else if (s_take_key(call, request) && lambda_http_take_circumstances(call, request)) {
    return request;
  }
  askiam_request_destroy(request);
  return NULL;
}
