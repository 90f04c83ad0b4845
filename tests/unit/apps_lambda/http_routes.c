/* SPDX-License-Identifier: Apache-2.0
 *
 * From an event's path to a route, whatever the stage is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host.h"

#include "apps/lambda/http_routes.h"

/* An event up to its stage, and from there to its path, the last member. */
typedef struct form {
  const char *head, *middle;
} form;

/* The catch-all route of an HTTP API in either payload; a REST API's event that names no resource. */
static const form s_catch_alls[] = {
    {"{\"routeKey\":\"$default\",\"requestContext\":{\"http\":{\"method\":\"GET\"},\"stage\":\"", "\"},\"rawPath\":\""},
    {"{\"httpMethod\":\"GET\",\"resource\":\"$default\",\"requestContext\":{\"stage\":\"", "\"},\"path\":\""},
    {"{\"httpMethod\":\"GET\",\"requestContext\":{\"stage\":\"", "\"},\"path\":\""}};

/* `expected` is the route's first segment, a blank and the id; "none". */
static void s_assert(form event, const char *stage, const char *path, const char *expected)
{
  char json[1024];
  char found[256] = "none";
  askiam_str id = {NULL, 0};
  lambda_http_request request;
  snprintf(json, sizeof json, "%s%s%s%s\"}", event.head, stage, event.middle, path);
  lambda_http_request_read(&request, askiam_str_from(json));
  const lambda_http_route *route = lambda_http_route_find(&request, &id);
  if (route != NULL) {
    snprintf(found, sizeof found, "%s %.*s", route->first, (int)id.length, id.length == 0 ? "" : id.data);
  }
  if (strcmp(found, expected) != 0) {
    fail_msg("%s: %s, not %s", json, found, expected);
  }
  lambda_http_request_clean_up(&request);
}

static void http__a_stage_may_be_called_as_a_route_is(void **state)
{
  (void)state;
  static const char *const s_cases[][3] = {
      /* stage, path, route and id */
      {"status", "/status/status/r-1", "status r-1"}, /* of the API's own domain */
      {"status", "/status/r-1", "status r-1"},        /* of a custom domain */
      {"status", "/status/chat", "chat "},
      {"chat", "/chat/chat", "chat "},
      {"chat", "/chat", "chat "},
      {"chat", "/chat/status/r-1", "status r-1"},
      {"status", "/status/status/r-1/x", "none"},
      {"status", "/status/", "none"},
      {"status", "/status", "none"},
      {"prod", "/prod/status/r-1", "status r-1"},
      {"prod", "/status/r-1", "status r-1"},
      {"prod", "/prod/prod/chat", "none"},
      {"prod", "/prod/x", "none"},
      {"$default", "/status/r-1", "status r-1"},
  };
  for (size_t i = 0; i < sizeof s_cases / sizeof *s_cases; ++i) {
    for (size_t j = 0; j < sizeof s_catch_alls / sizeof *s_catch_alls; ++j) {
      s_assert(s_catch_alls[j], s_cases[i][0], s_cases[i][1], s_cases[i][2]);
    }
  }
}

static void http__a_template_counts_before_the_stage_s_name(void **state)
{
  (void)state;
  static const form id = {"{\"httpMethod\":\"GET\",\"resource\":\"/status/{id}\",\"requestContext\":{\"stage\":\"",
                          "\"},\"path\":\""};
  static const form proxy = {"{\"httpMethod\":\"GET\",\"resource\":\"/{proxy+}\",\"requestContext\":{\"stage\":\"",
                             "\"},\"pathParameters\":{\"proxy\":\"status/r-1\"},\"path\":\""};
  s_assert(id, "status", "/status/r-1", "status r-1");
  s_assert(id, "status", "/base/status/status", "status status");
  s_assert(proxy, "status", "/status/r-1", "status r-1");
  s_assert(proxy, "status", "/status/status/r-1", "status r-1");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(http__a_stage_may_be_called_as_a_route_is),
      cmocka_unit_test(http__a_template_counts_before_the_stage_s_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
