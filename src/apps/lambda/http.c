/* SPDX-License-Identifier: Apache-2.0
 *
 * One HTTP request from its event to its response: route, preflight, who calls, handler. */
#include "http.h"

#include "apps/common/text.h"
#include "http_cors.h"
#include "http_principal.h"
#include "http_routes.h"
#include "reply.h"

static const askiam_str s_none = {NULL, 0};

/* Seconds, rounded up: too early is refused again. */
static void s_answer_limit(lambda_http_answer *answer, int64_t wait_ms)
{
  lambda_http_problem(answer, 429, "RATE_LIMITED", s_none);
  answer->retry_after_s = wait_ms <= 1000 ? 1 : wait_ms / 1000 + (wait_ms % 1000 != 0 ? 1 : 0);
}

/* The owner of the API key in a header of which there is only one. */
static askiam_status s_by_key(askiam_principal **out_principal, int64_t *out_wait_ms, lambda_http_call *call,
                              askiam_error *error)
{
  askiam_str key = s_none;
  bool is_allowed = app_text_is(askiam_config_get(lambda_host_config(call->host), "http.api_keys"), "true");
  if (!is_allowed || lambda_http_header(call->request, "x-api-key", &key) != 1 || key.length == 0) {
    return ASKIAM_STATUS_OK;
  }
  return askiam_key_verify_within(out_principal, out_wait_ms, call->engine, key, lambda_event_left_ms(call->event),
                                  error);
}

/* Who calls; NULL: it was answered that nobody may. */
static askiam_principal *s_authenticate(lambda_http_call *call)
{
  askiam_principal *principal = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  int64_t wait_ms = 0;
  askiam_status status = lambda_http_principal_read(&principal, call->request, lambda_host_config(call->host), &error);
  if (status == ASKIAM_STATUS_OK && principal == NULL) {
    status = s_by_key(&principal, &wait_ms, call, &error);
  }
  switch ((int)status) {
  case ASKIAM_STATUS_OK:
  case ASKIAM_STATUS_BAD_DATA:
  case ASKIAM_STATUS_NOT_PERMITTED:
    if (principal == NULL) {
      lambda_http_problem(call->answer, 401, "UNAUTHENTICATED", s_none);
    }
    break;
  case ASKIAM_STATUS_RATE_LIMITED:
    s_answer_limit(call->answer, wait_ms);
    break;
  default:
    lambda_http_failed(call->answer, status, &error);
    break;
  }
  return principal;
}

static void s_handle(lambda_http_call *call, const lambda_http_route *route)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  call->engine = lambda_host_engine(call->host, &error);
  if (call->engine == NULL) {
    lambda_http_broken(call->answer, 500, "INTERNAL", error.message);
    return;
  }
  askiam_principal *principal = s_authenticate(call);
  call->principal = principal;
  if (principal != NULL) {
    route->handle(call);
  }
  askiam_principal_destroy(principal);
}

/* A browser asks whether a page may call; nobody is authenticated then. */
static void s_preflight(lambda_http_call *call, const lambda_http_route *route)
{
  call->answer->code = 204;
  call->answer->allow = route->allow;
  call->answer->cors = lambda_http_cors_for(call->request, lambda_host_config(call->host), true);
}

static void s_answer(lambda_http_call *call)
{
  lambda_http_request *request = call->request;
  const lambda_http_route *route = lambda_http_route_find(request, &call->id);
  call->answer->cors = lambda_http_cors_for(request, lambda_host_config(call->host), false);
  if (request->scratch.failed) {
    return;
  }
  if (request->form == LAMBDA_HTTP_BALANCER) {
    lambda_http_bad(call->answer, s_none,
                    askiam_str_from("Requests are taken from API Gateway, not from a load balancer."));
  } else if (route == NULL) {
    lambda_http_problem(call->answer, 404, "NOT_FOUND", s_none);
  } else if (app_text_is_any_case(request->method, "options")) {
    s_preflight(call, route);
  } else if (!app_text_is(request->method, route->method)) {
    lambda_http_problem(call->answer, 405, "METHOD_NOT_ALLOWED", s_none);
    call->answer->allow = route->allow;
  } else {
    s_handle(call, route);
  }
}

/* False: there is no memory for an answer. */
static bool s_run(lambda_http_call *call)
{
  if (!lambda_http_answer_init(call->answer, call->request, call->event->request_id)) {
    return false;
  }
  s_answer(call);
  if (call->request->scratch.failed) { /* perhaps what was not there was only not to be had */
    lambda_http_broken(call->answer, 500, "INTERNAL", "out of memory for a request");
  }
  return !call->answer->failed && fflush(call->answer->body) == 0 && ferror(call->answer->body) == 0;
}

void lambda_http_run(lambda_host *host, const lambda_event *event, lambda_reply *reply)
{
  lambda_http_request request;
  lambda_http_answer answer;
  lambda_http_call call = {.host = host, .event = event, .request = &request, .answer = &answer};
  lambda_http_request_read(&request, event->body);
  if (s_run(&call)) {
    lambda_http_answer_write(&answer, &request, reply->out);
  } else {
    lambda_reply_no_memory(reply);
  }
  lambda_http_answer_clean_up(&answer);
  lambda_http_request_clean_up(&request);
}
