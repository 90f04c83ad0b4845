/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom a client asks, and as whom: passwords of addresses, proxies, and an environment that counts for nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "client_fixture.h"

static void http__client_sends_the_password_of_the_url_as_basic(void **state)
{
  (void)state;
  client_fixture own;
  const test_peer_step step = {.answer = OK_ANSWER("0\r\n\r\n")};
  client_begin(&own, &step, 1);
  char url[256];
  snprintf(url, sizeof url, "http://ann:a%%40b@%s/", test_peer_url(own.peer) + strlen("http://"));
  aski_http_request request = {.url = askiam_str_from(url)};
  assert_int_equal(aski_http_send(&own.client, &own.call, &request, &own.response, &own.error), ASKIAM_STATUS_OK);
  assert_non_null(strstr(test_peer_latest(own.peer), "Authorization: Basic YW5uOmFAYg==\r\n")); /* ann:a@b */
  client_end(&own);
}

static void http__client_leaves_the_environment_alone(void **state)
{
  (void)state;
  client_fixture own;
  const test_peer_step step = {.answer = OK_ANSWER("5\r\n\r\nproxy")};
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  setenv("all_proxy", "http://127.0.0.1:1", 1);
  client_begin(&own, &step, 1);
  assert_int_equal(client_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_OK);
  client_end(&own);
  unsetenv("http_proxy");
  unsetenv("all_proxy");
}

static void http__client_of_a_proxy_that_is_none_is_not_made(void **state)
{
  (void)state;
  static const struct {
    const char *proxy;
    askiam_status status;
  } cases[] = {{"proxy", ASKIAM_STATUS_OK},
               {"proxy.example:3128", ASKIAM_STATUS_OK},
               {"HTTP://ann:a%40b@proxy.example:3128/", ASKIAM_STATUS_OK},
               {"socks5h://[::1]:1080", ASKIAM_STATUS_OK},
               {"http://ann:hunter 2@proxy:3128", ASKIAM_STATUS_CONFIG},
               {"http://ann:hunter/2@proxy:3128", ASKIAM_STATUS_CONFIG},
               {"http://ann:hunter@2@proxy:3128", ASKIAM_STATUS_CONFIG},
               {"ftp://ann:hunter2@proxy:3128", ASKIAM_STATUS_CONFIG},
               {"http://proxy:99999", ASKIAM_STATUS_CONFIG},
               {"http://", ASKIAM_STATUS_CONFIG}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    const aski_http_options options = {.allocator = aski_allocator_default(), .proxy = cases[i].proxy};
    aski_http_client client;
    askiam_error error = ASKIAM_ERROR_INIT;
    askiam_status status = aski_http_client_new(&client, &options, ASKIAM_LAYER_JUDGE, &error);
    if (status != cases[i].status || strstr(error.message, "hunter") != NULL) {
      fail_msg("%s: %s", cases[i].proxy, error.message);
    }
    aski_http_client_clean_up(&client);
  }
}

static void http__client_asks_the_proxy_but_for_this_machine(void **state)
{
  (void)state;
  client_fixture proxy, own;
  const test_peer_step step = {.answer = OK_ANSWER("5\r\n\r\nproxy")};
  const test_peer_step direct = {.answer = OK_ANSWER("6\r\n\r\ndirect")};
  client_begin(&proxy, &step, 1);
  const aski_http_options options = {.proxy = test_peer_url(proxy.peer), .no_proxy = "direct.invalid"};
  client_begin_with(&own, &direct, 1, &options);
  aski_http_request request = {.url = ASKI_STR("http://far.invalid/x")};
  assert_int_equal(aski_http_send(&own.client, &own.call, &request, &own.response, &own.error), ASKIAM_STATUS_OK);
  client_assert_body(&own, "proxy");
  assert_ptr_equal(strstr(test_peer_latest(proxy.peer), "GET http://far.invalid/x "), test_peer_latest(proxy.peer));
  assert_int_equal(client_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_OK);
  client_assert_body(&own, "direct");
  request.url = ASKI_STR("http://direct.invalid/x");
  assert_int_equal(aski_http_send(&own.client, &own.call, &request, &own.response, &own.error),
                   ASKIAM_STATUS_UNAVAILABLE);
  assert_int_equal(test_peer_requests(proxy.peer), 1);
  client_end(&own);
  client_end(&proxy);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(http__client_sends_the_password_of_the_url_as_basic),
      cmocka_unit_test(http__client_leaves_the_environment_alone),
      cmocka_unit_test(http__client_of_a_proxy_that_is_none_is_not_made),
      cmocka_unit_test(http__client_asks_the_proxy_but_for_this_machine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
