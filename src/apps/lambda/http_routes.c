/* SPDX-License-Identifier: Apache-2.0 */
#include "http_routes.h"

#include "apps/common/text.h"

static const askiam_str s_none = {NULL, 0};

static const lambda_http_route s_routes[] = {
    {"POST", "chat", false, "POST, OPTIONS", lambda_http_chat},
    {"POST", "requests", false, "POST, OPTIONS", lambda_http_requests},
    {"POST", "access-request", false, "POST, OPTIONS", lambda_http_requests},
    {"GET", "status", true, "GET, OPTIONS", lambda_http_status},
    {"POST", "lex-webhook", false, "POST, OPTIONS", lambda_http_lex},
};

/* The text up to the next slash; *rest is what follows that, absent where there is none. */
static askiam_str s_segment(askiam_str path, askiam_str *rest)
{
  const char *slash = path.length == 0 ? NULL : memchr(path.data, '/', path.length);
  size_t length = slash == NULL ? path.length : (size_t)(slash - path.data);
  *rest = slash == NULL ? s_none : (askiam_str){slash + 1, path.length - length - 1};
  return (askiam_str){path.data, length};
}

/* Segments are parted before they are decoded, so that an encoded slash parts nothing. */
static const lambda_http_route *s_find(lambda_http_request *request, askiam_str path, askiam_str *out_id)
{
  askiam_str rest = s_none;
  askiam_str more = s_none;
  *out_id = s_none;
  if (path.length == 0 || path.data[0] != '/') {
    return NULL;
  }
  askiam_str first = s_segment((askiam_str){path.data + 1, path.length - 1}, &rest);
  first = lambda_http_decode(request, first);
  for (size_t i = 0; first.data != NULL && i < sizeof s_routes / sizeof *s_routes; ++i) {
    const lambda_http_route *route = &s_routes[i];
    if (!app_text_is(first, route->first)) {
      continue;
    }
    if (route->has_id && rest.length > 0) {
      *out_id = lambda_http_decode(request, s_segment(rest, &more));
      return out_id->data == NULL || more.data != NULL ? NULL : route;
    }
    return route->has_id || rest.data != NULL ? NULL : route;
  }
  return NULL;
}

/* A stage may be called as a route is, and whether a path begins with the stage depends on the API and on the domain:
 * /status/r-1 is a route of the stage `status` where the rest of it is none. */
const lambda_http_route *lambda_http_route_find(lambda_http_request *request, askiam_str *out_id)
{
  const lambda_http_route *route = s_find(request, request->path, out_id);
  return route != NULL ? route : s_find(request, request->whole_path, out_id);
}
