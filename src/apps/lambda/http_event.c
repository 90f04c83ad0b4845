/* SPDX-License-Identifier: Apache-2.0 */
#include "http_event.h"

#include <stdlib.h>

#include "apps/common/text.h"
#include "http.h"

static const askiam_str s_none = {NULL, 0};

bool lambda_http_is_event(askiam_str event_json)
{
  app_json context = app_json_member(event_json, "requestContext");
  return app_json_member(context, "http").data != NULL || app_json_member(context, "elb").data != NULL ||
         app_json_member(event_json, "httpMethod").data != NULL;
}

char *lambda_http_room(lambda_http_request *request, size_t size_bytes)
{
  return app_scratch_acquire(&request->scratch, size_bytes);
}

askiam_str lambda_http_text(lambda_http_request *request, app_json value)
{
  return app_json_string(&request->scratch, value);
}

static askiam_str s_member(lambda_http_request *request, app_json object, const char *name)
{
  return lambda_http_text(request, app_json_member(object, name));
}

/* The members of an event that are read, found in one walk: its body may be long. */
typedef struct s_members {
  app_json context, headers, lists, query, parameters, method, resource, path, route_key, raw_path, body, encoded;
} s_members;

static void s_find_members(s_members *out, askiam_str event_json)
{
  const struct {
    const char *name;
    app_json *member;
  } wanted[] = {{"requestContext", &out->context},
                {"headers", &out->headers},
                {"multiValueHeaders", &out->lists},
                {"queryStringParameters", &out->query},
                {"pathParameters", &out->parameters},
                {"httpMethod", &out->method},
                {"resource", &out->resource},
                {"path", &out->path},
                {"routeKey", &out->route_key},
                {"rawPath", &out->raw_path},
                {"body", &out->body},
                {"isBase64Encoded", &out->encoded}};
  askiam_str name = s_none;
  *out = (s_members){.context = s_none};
  for (app_json value = app_json_next_member(event_json, s_none, &name); value.data != NULL;
       value = app_json_next_member(event_json, value, &name)) {
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; ++i) {
      if (app_text_is(name, wanted[i].name)) {
        *wanted[i].member = value;
      }
    }
  }
}

/* The value of the greedy variable in a template: "{proxy+}". */
static askiam_str s_greedy(lambda_http_request *request, askiam_str template, app_json parameters)
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
      return s_member(request, parameters, name);
    }
    open = close == NULL ? NULL : memchr(close, '{', template.length - (size_t)(close - template.data));
  }
  return s_none;
}

/* "GET /status/{request_id}" and the like name the template; "$default" none. */
static askiam_str s_template(lambda_http_request *request, const s_members *members)
{
  if (request->form != LAMBDA_HTTP_V2) { /* of an HTTP API, too */
    return app_json_is(members->resource, "$default") ? s_none : lambda_http_text(request, members->resource);
  }
  askiam_str key = lambda_http_text(request, members->route_key);
  const char *space = key.length == 0 ? NULL : memchr(key.data, ' ', key.length);
  size_t before = space == NULL ? key.length : (size_t)(space - key.data) + 1;
  return space == NULL ? s_none : (askiam_str){key.data + before, key.length - before};
}

static void s_read_path(lambda_http_request *request, const s_members *members)
{
  bool v2 = request->form == LAMBDA_HTTP_V2;
  askiam_str template = s_template(request, members);
  askiam_str whole = lambda_http_text(request, v2 ? members->raw_path : members->path);
  request->path = lambda_http_route_path(whole, template, s_greedy(request, template, members->parameters),
                                         s_member(request, request->context, "stage"));
  request->whole_path = template.length == 0 && request->path.length < whole.length ? whole : s_none;
}

static void s_read_origin(lambda_http_request *request, const s_members *members)
{
  bool v2 = request->form == LAMBDA_HTTP_V2;
  app_json who = app_json_member(request->context, v2 ? "http" : "identity");
  app_json time = app_json_member(request->context, v2 ? "timeEpoch" : "requestTimeEpoch");
  double time_ms = app_json_number(time);
  request->method = v2 ? s_member(request, who, "method") : lambda_http_text(request, members->method);
  request->source_ip = s_member(request, who, "sourceIp");
  request->user_agent = s_member(request, who, "userAgent");
  request->gateway_id = s_member(request, request->context, "requestId");
  request->time_ms = time_ms > 0 && time_ms < 253402300800000.0 ? (int64_t)time_ms : 0; /* up to the year 9999 */
}

/* One byte is written as six characters at the most. */
static void s_read_body(lambda_http_request *request, const s_members *members)
{
  request->body_is_large = members->body.length > (size_t)LAMBDA_HTTP_BODY_MAX_BYTES * 6 + 2;
  request->body = request->body_is_large ? s_none : lambda_http_text(request, members->body);
  if (request->body.length > 0 && app_json_true(members->encoded)) {
    request->body = lambda_http_base64(request, request->body);
    request->body_is_broken = request->body.data == NULL;
  }
  request->body_is_large = request->body_is_large || request->body.length > LAMBDA_HTTP_BODY_MAX_BYTES;
}

void lambda_http_request_read(lambda_http_request *out_request, askiam_str event_json)
{
  s_members members;
  s_find_members(&members, event_json);
  bool balancer = app_json_member(members.context, "elb").data != NULL;
  bool v2 = !balancer && app_json_member(members.context, "http").data != NULL;
  bool lists = !v2 && members.lists.length > 0 && members.lists.data[0] == '{';
  *out_request = (lambda_http_request){.context = members.context,
                                       .headers = lists ? members.lists : members.headers,
                                       .query = members.query,
                                       .form = balancer ? LAMBDA_HTTP_BALANCER
                                               : v2     ? LAMBDA_HTTP_V2
                                                        : LAMBDA_HTTP_REST,
                                       .lists = lists};
  s_read_path(out_request, &members);
  s_read_origin(out_request, &members);
  s_read_body(out_request, &members);
}

void lambda_http_request_clean_up(lambda_http_request *request) { app_scratch_clean_up(&request->scratch); }

/* Names may differ by case alone: then they are values of one header. */
size_t lambda_http_header(lambda_http_request *request, const char *name, askiam_str *out_value)
{
  askiam_str found = s_none;
  app_json value = s_none;
  size_t count = 0;
  for (app_json at = app_json_next_member(request->headers, s_none, &found); at.data != NULL;
       at = app_json_next_member(request->headers, at, &found)) {
    if (!app_text_is_any_case(found, name)) {
      continue;
    }
    if (!request->lists) {
      value = at;
      ++count;
    }
    for (app_json item = app_json_next(at, s_none); request->lists && item.data != NULL;
         item = app_json_next(at, item)) {
      value = item;
      ++count;
    }
  }
  *out_value = count == 1 ? lambda_http_text(request, value) : s_none;
  return count;
}

askiam_str lambda_http_query(lambda_http_request *request, const char *name)
{
  return s_member(request, request->query, name);
}
