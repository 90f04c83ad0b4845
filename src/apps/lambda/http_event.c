/* SPDX-License-Identifier: Apache-2.0 */
#include "http_event.h"

#include <stdlib.h>

#include "http.h"

static const askiam_str s_none = {NULL, 0};

bool lambda_http_is_event(askiam_str event_json)
{
  app_json context = app_json_member(event_json, "requestContext");
  return app_json_member(context, "http").data != NULL || app_json_member(context, "elb").data != NULL ||
         app_json_member(event_json, "httpMethod").data != NULL;
}

static askiam_str s_text(lambda_http_request *request, app_json value)
{
  askiam_str text = app_json_text(&request->scratch, value);
  bool is_text = value.length > 0 && value.data[0] == '"';
  request->failed = request->failed || (is_text && text.data == NULL);
  return is_text ? text : s_none;
}

static askiam_str s_member(lambda_http_request *request, app_json object, const char *name)
{
  return s_text(request, app_json_member(object, name));
}

/* The value of the greedy variable in a template: "{proxy+}". */
static askiam_str s_greedy(lambda_http_request *request, askiam_str template)
{
  char name[64];
  const char *open = template.length == 0 ? NULL : memchr(template.data, '{', template.length);
  while (open != NULL) {
    size_t left = template.length - (size_t)(open - template.data);
    const char *close = memchr(open, '}', left);
    size_t length = close == NULL ? 0 : (size_t)(close - open);
    if (length > 2 && close[-1] == '+' && length - 2 < sizeof name) {
      memcpy(name, open + 1, length - 2);
      name[length - 2] = '\0';
      return s_member(request, app_json_member(request->event, "pathParameters"), name);
    }
    open = close == NULL ? NULL : memchr(close, '{', template.length - (size_t)(close - template.data));
  }
  return s_none;
}

/* "GET /status/{request_id}" and the like name the template; "$default" none. */
static askiam_str s_template(lambda_http_request *request)
{
  if (request->form != LAMBDA_HTTP_V2) {
    return s_member(request, request->event, "resource");
  }
  askiam_str key = s_member(request, request->event, "routeKey");
  const char *space = key.length == 0 ? NULL : memchr(key.data, ' ', key.length);
  size_t before = space == NULL ? key.length : (size_t)(space - key.data) + 1;
  return space == NULL ? s_none : (askiam_str){key.data + before, key.length - before};
}

static void s_read_path(lambda_http_request *request)
{
  bool v2 = request->form == LAMBDA_HTTP_V2;
  askiam_str template = s_template(request);
  request->path = lambda_http_route_path(s_member(request, request->event, v2 ? "rawPath" : "path"), template,
                                         s_greedy(request, template), s_member(request, request->context, "stage"));
}

static void s_read_origin(lambda_http_request *request)
{
  bool v2 = request->form == LAMBDA_HTTP_V2;
  app_json who = app_json_member(request->context, v2 ? "http" : "identity");
  app_json time = app_json_member(request->context, v2 ? "timeEpoch" : "requestTimeEpoch");
  double time_ms = app_json_number(time);
  request->method = v2 ? s_member(request, who, "method") : s_member(request, request->event, "httpMethod");
  request->source_ip = s_member(request, who, "sourceIp");
  request->user_agent = s_member(request, who, "userAgent");
  request->gateway_id = s_member(request, request->context, "requestId");
  request->time_ms = time_ms > 0 && time_ms < 253402300800000.0 ? (int64_t)time_ms : 0; /* up to the year 9999 */
}

static void s_read_body(lambda_http_request *request)
{
  request->body = s_member(request, request->event, "body");
  if (request->body.length > 0 && app_json_true(app_json_member(request->event, "isBase64Encoded"))) {
    request->body = lambda_http_base64(&request->scratch, request->body);
    request->body_is_broken = request->body.data == NULL;
  }
}

void lambda_http_request_read(lambda_http_request *out_request, askiam_str event_json)
{
  app_json context = app_json_member(event_json, "requestContext");
  app_json headers = app_json_member(event_json, "headers");
  *out_request = (lambda_http_request){.event = event_json,
                                       .context = context,
                                       .form = app_json_member(context, "elb").data != NULL    ? LAMBDA_HTTP_BALANCER
                                               : app_json_member(context, "http").data != NULL ? LAMBDA_HTTP_V2
                                                                                               : LAMBDA_HTTP_REST,
                                       .lists = headers.data == NULL};
  s_read_path(out_request);
  s_read_origin(out_request);
  s_read_body(out_request);
}

void lambda_http_request_clean_up(lambda_http_request *request) { app_scratch_clean_up(&request->scratch); }

bool lambda_http_same(askiam_str text, const char *lower)
{
  for (size_t i = 0; i < text.length; ++i) {
    char byte = text.data[i];
    if (lower[i] == '\0' || (byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte) != lower[i]) {
      return false;
    }
  }
  return lower[text.length] == '\0';
}

/* Names may differ by case alone: then they are values of one header. */
size_t lambda_http_header(lambda_http_request *request, const char *name, askiam_str *out_value)
{
  app_json lists = app_json_member(request->event, "multiValueHeaders");
  bool listed = request->form != LAMBDA_HTTP_V2 && lists.data != NULL;
  app_json headers = listed ? lists : app_json_member(request->event, "headers");
  askiam_str found = s_none;
  app_json value = s_none;
  size_t count = 0;
  for (app_json at = app_json_next_member(headers, s_none, &found); at.data != NULL;
       at = app_json_next_member(headers, at, &found)) {
    if (!lambda_http_same(found, name)) {
      continue;
    }
    if (!listed) {
      value = at;
      ++count;
    }
    for (app_json item = app_json_next(at, s_none); listed && item.data != NULL; item = app_json_next(at, item)) {
      value = item;
      ++count;
    }
  }
  *out_value = count == 1 ? s_text(request, value) : s_none;
  return count;
}

askiam_str lambda_http_query(lambda_http_request *request, const char *name)
{
  return s_member(request, app_json_member(request->event, "queryStringParameters"), name);
}
