/* SPDX-License-Identifier: Apache-2.0
 *
 * From the body of an HTTP request to a request of the library: what the client claims, held against who he is and what
 * the gateway saw. */
#include "http_routes.h"

#include <time.h>

#include "apps/common/text.h"

static const askiam_str s_none = {NULL, 0};

/* "application/json", with UTF-8 as the only charset that may be named. */
static bool s_is_json(askiam_str type)
{
  const char *semicolon = type.length == 0 ? NULL : memchr(type.data, ';', type.length);
  size_t length = semicolon == NULL ? type.length : (size_t)(semicolon - type.data);
  size_t past = semicolon == NULL ? length : length + 1;
  askiam_str parameter = app_text_trim((askiam_str){type.data + past, type.length - past});
  return app_text_is_any_case(app_text_trim((askiam_str){type.data, length}), "application/json") &&
         (parameter.length == 0 || app_text_is_any_case(parameter, "charset=utf-8") ||
          app_text_is_any_case(parameter, "charset=\"utf-8\""));
}

static bool s_is_encoded(lambda_http_request *request)
{
  askiam_str encoding = s_none;
  return lambda_http_header(request, "content-encoding", &encoding) > 0 && !app_text_is_any_case(encoding, "identity");
}

bool lambda_http_body_check(lambda_http_call *call)
{
  lambda_http_request *request = call->request;
  askiam_str type = s_none;
  lambda_http_header(request, "content-type", &type);
  if (!s_is_json(type)) {
    lambda_http_problem(call->answer, 415, "UNSUPPORTED_MEDIA_TYPE", s_none);
  } else if (s_is_encoded(request)) {
    lambda_http_problem(call->answer, 415, "UNSUPPORTED_MEDIA_TYPE",
                        askiam_str_from("Send the body as it is, without Content-Encoding."));
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

/* Sets what is well-formed; what breaks the library's rules is as good as not there. But without memory nothing may be
 * left out: policies refuse by the address. False: it was answered. */
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

/* The key that a client repeats a request under is the request's id. A quoted one is taken too, as the IETF's draft has
 * it. False: it was answered that it is none, or that the body names another. */
static bool s_read_key(lambda_http_call *call, const askiam_request *request, askiam_str *out_key)
{
  *out_key = s_none;
  askiam_str key = s_none;
  if (lambda_http_header(call->request, "idempotency-key", &key) == 0) {
    return true;
  }
  if (key.length >= 2 && key.data[0] == '"' && key.data[key.length - 1] == '"') {
    key = (askiam_str){key.data + 1, key.length - 2};
  }
  askiam_str id = askiam_request_get(request, ASKIAM_REQUEST_ID);
  bool same = id.data == NULL || app_text_equal(id, key);
  if (!lambda_http_is_id(key)) {
    lambda_http_bad(call->answer, s_none,
                    askiam_str_from("Idempotency-Key: must be one value, 1 to 128 of A-Z a-z 0-9 . _ : -"));
  } else if (!same) {
    lambda_http_bad(call->answer, askiam_str_from("request_id"),
                    askiam_str_from("request_id: differs from the header Idempotency-Key"));
  }
  *out_key = key;
  return lambda_http_is_id(key) && same;
}

/* The conversation that a turn belongs to; a session in request_context is the client's own matter and only recorded.
 * False: it was answered that it is none. */
static bool s_read_session(lambda_http_call *call, askiam_str *out_session)
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
  askiam_request_set_timeout_ms(request, lambda_event_left_ms(call->event));
  return s_set(call, request, ASKIAM_REQUEST_IP, http->source_ip) &&
         s_set(call, request, ASKIAM_REQUEST_USER_AGENT, http->user_agent) &&
         s_set(call, request, ASKIAM_REQUEST_TIMESTAMP, s_time(http, time, sizeof time)) &&
         (traced || s_set(call, request, ASKIAM_REQUEST_TRACE_ID, call->event->trace_id));
}

/* What is told of a body while it is read. */
typedef struct s_told {
  lambda_http_answer *answer;
  bool whole; /* it is no JSON object at all: it has no members */
} s_told;

static void s_tell(void *context, const char *where, const char *message)
{
  s_told *told = context;
  told->whole = told->whole || where[0] == '\0';
  lambda_http_bad(told->answer, askiam_str_from(where), askiam_str_from(message));
}

/* Reads all that the client says before anything is refused for it, so that he learns at once of all that is wrong.
 * False: it was answered. */
static bool s_read(lambda_http_call *call, askiam_request **out_request, askiam_str *out_key,
                   askiam_str *out_session_or_null)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  s_told told = {.answer = call->answer};
  askiam_status status =
      askiam_request_from_json_telling(out_request, call->request->body, s_tell, &told, NULL, &error);
  bool good = status == ASKIAM_STATUS_OK;
  if (status != ASKIAM_STATUS_OK && status != ASKIAM_STATUS_BAD_DATA) {
    lambda_http_failed(call->answer, status, &error);
    return false;
  }
  good = s_read_key(call, *out_request, out_key) && good;
  if (out_session_or_null != NULL && !told.whole) {
    good = s_read_session(call, out_session_or_null) && good;
  }
  return good;
}

askiam_request *lambda_http_body_request(lambda_http_call *call, askiam_str *out_session_or_null)
{
  askiam_str key = s_none;
  askiam_request *request = NULL;
  if (!lambda_http_body_check(call) || !s_read(call, &request, &key, out_session_or_null)) {
    askiam_request_destroy(request);
    return NULL;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_answer_admit(request, call->principal, &error);
  if (status != ASKIAM_STATUS_OK) {
    lambda_http_failed(call->answer, status, &error);
  } else if ((key.data == NULL || s_set(call, request, ASKIAM_REQUEST_ID, key)) &&
             lambda_http_take_circumstances(call, request)) {
    return request;
  }
  askiam_request_destroy(request);
  return NULL;
}
