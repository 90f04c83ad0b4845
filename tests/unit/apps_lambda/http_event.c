/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "apps/lambda/http.h"
#include "apps/lambda/http_event.h"
#include "host.h"

static bool s_is_event(const char *json) { return lambda_http_is_event(askiam_str_from(json)); }

static void http__events_are_told_from_other_events(void **state)
{
  (void)state;
  assert_true(s_is_event("{\"httpMethod\":\"GET\",\"path\":\"/\"}"));
  assert_true(s_is_event("{\"requestContext\":{\"http\":{\"method\":\"GET\"}}}"));
  assert_true(s_is_event("{\"requestContext\":{\"elb\":{}}}"));
  assert_false(s_is_event("{\"user_id\":\"john.doe\",\"raw_request\":\"x\"}"));
  assert_false(s_is_event("{\"requestContext\":{\"connectionId\":\"x\"}}"));
  assert_false(s_is_event("{\"body\":{\"httpMethod\":\"GET\"}}"));
  assert_false(s_is_event("{\"Records\":[{\"body\":\"{}\"}]}"));
  assert_false(s_is_event("[\"httpMethod\"]"));
  assert_false(s_is_event("\"httpMethod\""));
  assert_false(s_is_event("null"));
}

static void http__rest_event_is_read(void **state)
{
  (void)state;
  lambda_http_request request;
  lambda_http_request_read(
      &request,
      askiam_str_from("{\"resource\":\"/status/{request_id}\",\"path\":\"/base/status/r%3A1\",\"httpMethod\":\"GET\","
                      "\"headers\":{\"A\":\"2\"},\"multiValueHeaders\":{\"A\":[\"1\",\"2\"],\"X-One\":[\"only\"]},"
                      "\"queryStringParameters\":{\"requester_id\":\"b\"},\"pathParameters\":{\"request_id\":\"r:1\"},"
                      "\"requestContext\":{\"stage\":\"prod\",\"requestId\":\"gw\",\"requestTimeEpoch\":1583348638390,"
                      "\"identity\":{\"sourceIp\":\"192.0.2.1\",\"userAgent\":\"curl\"}},\"body\":\"eA==\","
                      "\"isBase64Encoded\":true}"));
  askiam_str value;
  assert_int_equal(request.form, LAMBDA_HTTP_REST);
  test_text_is(request.method, "GET");
  test_text_is(request.path, "/status/r%3A1");
  test_text_is(request.source_ip, "192.0.2.1");
  test_text_is(request.user_agent, "curl");
  test_text_is(request.gateway_id, "gw");
  test_text_is(request.body, "x");
  assert_true(request.time_ms == INT64_C(1583348638390));
  assert_int_equal(lambda_http_header(&request, "a", &value), 2);
  test_text_is(value, NULL);
  assert_int_equal(lambda_http_header(&request, "x-one", &value), 1);
  test_text_is(value, "only");
  assert_int_equal(lambda_http_header(&request, "x-two", &value), 0);
  test_text_is(lambda_http_query(&request, "requester_id"), "b");
  test_text_is(lambda_http_query(&request, "other"), NULL);
  lambda_http_request_clean_up(&request);
}

static void http__http_api_event_is_read(void **state)
{
  (void)state;
  lambda_http_request request;
  lambda_http_request_read(
      &request,
      askiam_str_from(
          "{\"version\":\"2.0\",\"routeKey\":\"ANY /v1/{proxy+}\",\"rawPath\":\"/dev/v1/chat\","
          "\"cookies\":[\"a=b\"],\"headers\":{\"x-a\":\"1,2\",\"X-A\":\"3\",\"x-one\":\"1,2\"},"
          "\"pathParameters\":{\"proxy\":\"chat\"},\"requestContext\":{\"stage\":\"dev\",\"requestId\":\"gw\","
          "\"timeEpoch\":1583348638390,\"http\":{\"method\":\"POST\",\"path\":\"/dev/v1/chat\","
          "\"sourceIp\":\"2001:db8::1\",\"userAgent\":\"curl\"}},\"isBase64Encoded\":false}"));
  askiam_str value;
  assert_int_equal(request.form, LAMBDA_HTTP_V2);
  test_text_is(request.method, "POST");
  test_text_is(request.path, "/v1/chat");
  test_text_is(request.source_ip, "2001:db8::1");
  test_text_is(request.body, NULL);
  assert_false(request.body_is_broken);
  assert_int_equal(lambda_http_header(&request, "x-a", &value), 2);
  assert_int_equal(lambda_http_header(&request, "x-one", &value), 1);
  test_text_is(value, "1,2");
  lambda_http_request_clean_up(&request);
}

/* Members that are missing or of another type are as good as absent. */
static void http__mangled_events_are_read_without_harm(void **state)
{
  (void)state;
  static const char *const s_events[] = {
      "{}",
      "{\"httpMethod\":7}",
      "{\"httpMethod\":{},\"path\":[],\"headers\":\"x\",\"multiValueHeaders\":7,\"body\":{},\"requestContext\":[]}",
      "{\"httpMethod\":\"GET\",\"multiValueHeaders\":{\"a\":\"b\",\"b\":[],\"c\":[{}],\"d\":[7,null]}}",
      "{\"requestContext\":{\"http\":7,\"stage\":{},\"timeEpoch\":\"x\"},\"rawPath\":7,\"routeKey\":{}}",
      "{\"requestContext\":{\"http\":{},\"timeEpoch\":1e300},\"routeKey\":\"GET \",\"rawPath\":\"\"}",
      "{\"requestContext\":{\"http\":{},\"timeEpoch\":-1},\"routeKey\":\"GET /{+}\",\"rawPath\":\"x\"}",
      "{\"requestContext\":{\"http\":{}},\"routeKey\":\"GET /{proxy+\",\"rawPath\":\"/a/b\",\"pathParameters\":7}",
      "{\"requestContext\":{\"elb\":{}},\"body\":\"***\",\"isBase64Encoded\":true}",
      "[]",
      "7",
  };
  for (size_t i = 0; i < sizeof s_events / sizeof *s_events; ++i) {
    lambda_http_request request;
    askiam_str value;
    lambda_http_request_read(&request, askiam_str_from(s_events[i]));
    assert_true(request.time_ms == 0);
    static const char *const s_names[] = {"a", "b", "c", "d"};
    for (size_t name = 0; name < 4; ++name) {
      lambda_http_header(&request, s_names[name], &value);
      assert_null(value.data);
    }
    assert_null(lambda_http_query(&request, "a").data);
    lambda_http_request_clean_up(&request);
  }
}

static void http__broken_base64_is_noticed(void **state)
{
  (void)state;
  lambda_http_request request;
  lambda_http_request_read(&request,
                           askiam_str_from("{\"httpMethod\":\"POST\",\"body\":\"e\",\"isBase64Encoded\":true}"));
  assert_true(request.body_is_broken);
  assert_null(request.body.data);
  lambda_http_request_clean_up(&request);
}

/* HTTP APIs that are set to payload 1.0 name their catch-all route so; then the stage is all that is known of the
 * path. */
static void http__the_default_route_of_payload_1_is_no_template(void **state)
{
  (void)state;
  lambda_http_request request;
  lambda_http_request_read(&request,
                           askiam_str_from("{\"version\":\"1.0\",\"resource\":\"$default\",\"path\":\"/dev/chat\","
                                           "\"httpMethod\":\"POST\",\"requestContext\":{\"stage\":\"dev\"}}"));
  test_text_is(request.path, "/chat");
  lambda_http_request_clean_up(&request);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(http__events_are_told_from_other_events),
      cmocka_unit_test(http__rest_event_is_read),
      cmocka_unit_test(http__http_api_event_is_read),
      cmocka_unit_test(http__mangled_events_are_read_without_harm),
      cmocka_unit_test(http__broken_base64_is_noticed),
      cmocka_unit_test(http__the_default_route_of_payload_1_is_no_template),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
