/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls that come to no answer: in time, when they are cancelled, and with what went wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "client_fixture.h"

static void http__client_ends_at_the_deadline_and_at_its_timeout(void **state)
{
  (void)state;
  client_fixture own;
  const test_peer_step step = {.answer = OK_ANSWER("2\r\n\r\nok"), .delay_ms = 5000};
  client_begin(&own, &step, 1);
  uint64_t begin = aski_clock_ticks_ns(own.call.clock);
  client_deadline(&own, 100);
  assert_int_equal(client_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_TIMEOUT);
  assert_int_equal(own.error.retryable, 1);
  own.call.deadline_ticks_ns = UINT64_MAX;
  assert_int_equal(client_send(&own, (aski_http_request){.timeout_ms = 100}, "/"), ASKIAM_STATUS_TIMEOUT);
  assert_true(aski_clock_ticks_ns(own.call.clock) - begin < UINT64_C(2000000000));
  client_end(&own);
}

static void http__client_ends_when_the_answer_only_drips(void **state)
{
  (void)state;
  client_fixture own;
  const test_peer_step step = {.answer = OK_ANSWER("2\r\n\r\nok"), .drip_ms = 40};
  client_begin(&own, &step, 1);
  client_deadline(&own, 300);
  assert_int_equal(client_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_TIMEOUT);
  client_end(&own);
}

static void *s_cancel(void *context)
{
  client_fixture *own = context;
  while (test_peer_requests(own->peer) == 0) {
  }
  __atomic_store_n(&own->cancelled, 1, __ATOMIC_RELEASE);
  return NULL;
}

static void http__client_ends_when_it_is_cancelled(void **state)
{
  (void)state;
  client_fixture own;
  const test_peer_step step = {.delay_ms = 5000, .answer = ""};
  client_begin(&own, &step, 1);
  pthread_t thread;
  uint64_t begin = aski_clock_ticks_ns(own.call.clock);
  assert_int_equal(pthread_create(&thread, NULL, s_cancel, &own), 0);
  assert_int_equal(client_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_CANCELLED);
  assert_true(aski_clock_ticks_ns(own.call.clock) - begin < UINT64_C(2000000000));
  pthread_join(thread, NULL);
  client_end(&own);
}

static void http__client_tells_what_is_no_answer(void **state)
{
  (void)state;
  static const test_peer_step steps[] = {
      {.answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", .hang_up = true},
      {.answer = "\x16\x03\x01 garbage\r\n\r\n", .hang_up = true},
      {.answer = "hello\r\n", .hang_up = true},
      {.answer = NULL, .hang_up = true},
      {.answer = NULL, .reset = true},
      {.answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .reset = true},
      {.answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", .hang_up = true},
      {.answer = "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", .hang_up = true},
  };
  for (size_t i = 0; i < sizeof steps / sizeof *steps; ++i) {
    client_fixture own;
    client_begin(&own, &steps[i], 1);
    client_deadline(&own, 5000);
    if (client_send(&own, (aski_http_request){0}, "/") != ASKIAM_STATUS_UNAVAILABLE) {
      fail_msg("answer %zu was taken for one", i);
    }
    assert_int_equal(own.error.layer, ASKIAM_LAYER_SEARCH);
    assert_non_null(strstr(own.error.message, "GET http://127.0.0.1:"));
    client_end(&own);
  }
}

static void http__client_tells_who_cannot_be_reached(void **state)
{
  (void)state;
  client_fixture own;
  const test_peer_step step = {.answer = ""};
  client_begin(&own, &step, 1);
  aski_http_request request = {.url = ASKI_STR("http://ann:hunter2@127.0.0.1:1/path?key=hunter3"),
                               .layer = ASKIAM_LAYER_JUDGE};
  assert_int_equal(aski_http_send(&own.client, &own.call, &request, &own.response, &own.error),
                   ASKIAM_STATUS_UNAVAILABLE);
  assert_int_equal(own.error.retryable, 1);
  assert_int_equal(own.error.layer, ASKIAM_LAYER_JUDGE);
  assert_null(strstr(own.error.message, "hunter"));
  client_end(&own);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(http__client_ends_at_the_deadline_and_at_its_timeout),
      cmocka_unit_test(http__client_ends_when_the_answer_only_drips),
      cmocka_unit_test(http__client_ends_when_it_is_cancelled),
      cmocka_unit_test(http__client_tells_what_is_no_answer),
      cmocka_unit_test(http__client_tells_who_cannot_be_reached),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
