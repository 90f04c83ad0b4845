/* SPDX-License-Identifier: Apache-2.0
 *
 * The client of this build against a peer in this process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "http/http.h"
#include "support/allocator.h"
#include "support/peer.h"

#define OK_ANSWER(body) "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " body

typedef struct fixture {
  test_allocator allocator;
  aski_http_client client;
  test_peer *peer;
  int cancelled;
  askiam_call call;
  askiam_error error;
  aski_http_response response;
} fixture;

static void s_begin_with(fixture *own, const test_peer_step *steps, size_t count, const aski_http_options *more)
{
  *own = (fixture){.error = ASKIAM_ERROR_INIT};
  test_allocator_init(&own->allocator);
  aski_http_options options = more == NULL ? (aski_http_options){0} : *more;
  options.allocator = &own->allocator.base;
  own->call =
      (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .cancelled = &own->cancelled};
  own->peer = test_peer_start(steps, count);
  assert_non_null(own->peer);
  assert_int_equal(aski_http_client_new(&own->client, &options, ASKIAM_LAYER_SEARCH, &own->error), ASKIAM_STATUS_OK);
  aski_http_response_init(&own->response, &own->allocator.base);
}

static void s_begin(fixture *own, const test_peer_step *steps, size_t count) { s_begin_with(own, steps, count, NULL); }

static void s_end(fixture *own)
{
  aski_http_response_clean_up(&own->response);
  aski_http_client_clean_up(&own->client);
  test_peer_stop(own->peer);
  assert_int_equal(own->allocator.outstanding, 0);
}

static void s_deadline(fixture *own, int64_t left_ms)
{
  own->call.deadline_ticks_ns = aski_clock_ticks_ns(own->call.clock) + (uint64_t)left_ms * 1000000;
}

static askiam_status s_send(fixture *own, aski_http_request request, const char *path)
{
  char url[256];
  snprintf(url, sizeof url, "%s%s", test_peer_url(own->peer), path);
  request.url = askiam_str_from(url);
  request.layer = ASKIAM_LAYER_SEARCH;
  return aski_http_send(&own->client, &own->call, &request, &own->response, &own->error);
}

static void s_assert_body(const fixture *own, const char *wanted)
{
  assert_true(aski_str_equal_text(aski_buffer_view(&own->response.body), wanted));
}

static void http__client_gives_status_headers_and_body(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {.answer = "HTTP/1.1 418 No\r\nX-Tea: \t green \r\nContent-Length: 5\r\n\r\nhello"};
  s_begin(&own, &step, 1);
  const aski_http_header headers[] = {{ASKI_STR("Authorization"), ASKI_STR("Bearer hunter2")},
                                      {ASKI_STR("X-Empty"), ASKI_STR("")}};
  assert_int_equal(s_send(&own, (aski_http_request){.headers = headers, .header_count = 2}, "/a/../b?c=%20d"),
                   ASKIAM_STATUS_OK);
  assert_int_equal(own.response.status, 418);
  assert_true(aski_str_equal_text(aski_http_response_header(&own.response, "x-tea"), "green"));
  s_assert_body(&own, "hello");
  const char *sent = test_peer_latest(own.peer);
  assert_ptr_equal(strstr(sent, "GET /a/../b?c=%20d HTTP/1.1\r\n"), sent);
  assert_non_null(strstr(sent, "\r\nAuthorization: Bearer hunter2\r\n"));
  assert_non_null(strstr(sent, "\r\nX-Empty:\r\n"));
  s_end(&own);
}

static void http__client_sends_bodies_as_they_are(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {.answer = OK_ANSWER("0\r\n\r\n")};
  s_begin(&own, &step, 1);
  static const struct {
    aski_http_method method;
    const char *line;
  } cases[] = {{ASKI_HTTP_POST, "POST / "}, {ASKI_HTTP_PUT, "PUT / "}, {ASKI_HTTP_DELETE, "DELETE / "}};
  for (size_t i = 0; i < 3; ++i) {
    assert_int_equal(s_send(&own, (aski_http_request){.method = cases[i].method, .body = ASKI_STR("{\"a\":1}")}, "/"),
                     ASKIAM_STATUS_OK);
    const char *sent = test_peer_latest(own.peer);
    assert_ptr_equal(strstr(sent, cases[i].line), sent);
    assert_non_null(strstr(sent, "\r\nContent-Length: 7\r\n"));
    assert_non_null(strstr(sent, "\r\n\r\n{\"a\":1}"));
    assert_null(strstr(sent, "Content-Type"));
    assert_null(strstr(sent, "Expect"));
  }
  assert_int_equal(s_send(&own, (aski_http_request){.method = ASKI_HTTP_POST}, "/"), ASKIAM_STATUS_OK);
  assert_non_null(strstr(test_peer_latest(own.peer), "\r\nContent-Length: 0\r\n"));
  assert_int_equal(s_send(&own, (aski_http_request){.method = ASKI_HTTP_DELETE}, "/"), ASKIAM_STATUS_OK);
  assert_null(strstr(test_peer_latest(own.peer), "Content-Length"));
  assert_int_equal(s_send(&own, (aski_http_request){.method = ASKI_HTTP_HEAD}, "/"), ASKIAM_STATUS_OK);
  assert_ptr_equal(strstr(test_peer_latest(own.peer), "HEAD / "), test_peer_latest(own.peer));
  s_end(&own);
}

static void http__client_keeps_its_connection(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {.answer = OK_ANSWER("2\r\n\r\nok")};
  s_begin(&own, &step, 1);
  for (int i = 0; i < 5; ++i) {
    assert_int_equal(s_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_OK);
    s_assert_body(&own, "ok");
  }
  assert_int_equal(test_peer_requests(own.peer), 5);
  assert_int_equal(test_peer_connections(own.peer), 1);
  s_end(&own);
}

static void http__client_follows_no_redirection(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step steps[] = {{.answer = "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"},
                                  {.answer = OK_ANSWER("2\r\n\r\nok")}};
  s_begin(&own, steps, 2);
  assert_int_equal(s_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_OK);
  assert_int_equal(own.response.status, 302);
  assert_int_equal(test_peer_requests(own.peer), 1);
  s_end(&own);
}

static void http__client_gives_the_last_of_several_answers(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {
      .answer = "HTTP/1.1 103 Early Hints\r\nX-A: early\r\n\r\n" OK_ANSWER("2\r\nX-B: late\r\n\r\nok")};
  s_begin(&own, &step, 1);
  assert_int_equal(s_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_OK);
  assert_int_equal(own.response.status, 200);
  assert_null(aski_http_response_header(&own.response, "x-a").data);
  assert_true(aski_str_equal_text(aski_http_response_header(&own.response, "x-b"), "late"));
  s_end(&own);
}

static void http__client_takes_no_more_than_it_was_told(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step steps[] = {
      {.answer = OK_ANSWER("6\r\n\r\nsix..."), .hang_up = true},
      {.answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nsix...", .hang_up = true},
      {.answer = "HTTP/1.1 500 Sorry\r\nContent-Length: 6\r\n\r\nsix...", .hang_up = true},
      {.answer = OK_ANSWER("5\r\n\r\nfive.")},
  };
  s_begin(&own, steps, 4);
  for (int i = 0; i < 2; ++i) {
    assert_int_equal(s_send(&own, (aski_http_request){.limit_bytes = 5}, "/"), ASKIAM_STATUS_UNAVAILABLE);
    assert_non_null(strstr(own.error.message, "larger"));
    assert_int_equal(own.error.retryable, 0);
    assert_true(own.response.too_large);
  }
  assert_int_equal(s_send(&own, (aski_http_request){.limit_bytes = 5}, "/"), ASKIAM_STATUS_UNAVAILABLE);
  assert_false(own.response.too_large); /* it was a failure, whatever its length */
  assert_int_equal(s_send(&own, (aski_http_request){.limit_bytes = 5}, "/"), ASKIAM_STATUS_OK);
  s_assert_body(&own, "five.");
  s_end(&own);
}

/* libcurl takes what came for all of it. */
static void http__client_takes_no_answer_that_ends_amid_its_headers(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step steps[] = {
      {.answer = "HTTP/1.1 204 No Content\r\n", .hang_up = true},
      {.answer = "HTTP/1.1 204 No Content\r\nX-A: b\r\n", .hang_up = true},
      {.answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r", .hang_up = true},
      {.answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Len", .hang_up = true},
      {.answer = "HTTP/1.1 100 Continue\r\n\r\n" OK_ANSWER("2\r\n\r\nok"), .hang_up = true},
      {.answer = "HTTP/1.1 204 No Content\n\n", .hang_up = true},
  };
  s_begin(&own, steps, 6);
  for (int i = 0; i < 4; ++i) {
    assert_int_equal(s_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_UNAVAILABLE);
    assert_non_null(strstr(own.error.message, "partial"));
    assert_int_equal(own.error.retryable, 1);
  }
  assert_int_equal(s_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_OK);
  s_assert_body(&own, "ok");
  assert_int_equal(s_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_OK);
  assert_int_equal(own.response.status, 204);
  s_end(&own);
}

static void http__client_takes_no_endless_headers(void **state)
{
  (void)state;
  fixture own;
  enum { LINE = 1000, LINES = 70 };
  aski_buffer answer;
  aski_buffer_init(&answer, aski_allocator_default());
  aski_buffer_append_text(&answer, "HTTP/1.1 200 OK\r\n");
  for (int i = 0; i < LINES; ++i) {
    aski_buffer_append_format(&answer, "X-%d: %0*d\r\n", i, LINE, i);
  }
  aski_buffer_append_text(&answer, "Content-Length: 0\r\n\r\n");
  const test_peer_step step = {.answer = answer.data, .hang_up = true};
  s_begin(&own, &step, 1);
  assert_int_equal(s_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_UNAVAILABLE);
  s_end(&own);
  aski_buffer_clean_up(&answer);
}

static void http__client_ends_at_the_deadline_and_at_its_timeout(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {.answer = OK_ANSWER("2\r\n\r\nok"), .delay_ms = 5000};
  s_begin(&own, &step, 1);
  uint64_t begin = aski_clock_ticks_ns(own.call.clock);
  s_deadline(&own, 100);
  assert_int_equal(s_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_TIMEOUT);
  assert_int_equal(own.error.retryable, 1);
  own.call.deadline_ticks_ns = UINT64_MAX;
  assert_int_equal(s_send(&own, (aski_http_request){.timeout_ms = 100}, "/"), ASKIAM_STATUS_TIMEOUT);
  assert_true(aski_clock_ticks_ns(own.call.clock) - begin < UINT64_C(2000000000));
  s_end(&own);
}

static void http__client_ends_when_the_answer_only_drips(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {.answer = OK_ANSWER("2\r\n\r\nok"), .drip_ms = 40};
  s_begin(&own, &step, 1);
  s_deadline(&own, 300);
  assert_int_equal(s_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_TIMEOUT);
  s_end(&own);
}

static void *s_cancel(void *context)
{
  fixture *own = context;
  while (test_peer_requests(own->peer) == 0) {
  }
  __atomic_store_n(&own->cancelled, 1, __ATOMIC_RELEASE);
  return NULL;
}

static void http__client_ends_when_it_is_cancelled(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {.delay_ms = 5000, .answer = ""};
  s_begin(&own, &step, 1);
  pthread_t thread;
  uint64_t begin = aski_clock_ticks_ns(own.call.clock);
  assert_int_equal(pthread_create(&thread, NULL, s_cancel, &own), 0);
  assert_int_equal(s_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_CANCELLED);
  assert_true(aski_clock_ticks_ns(own.call.clock) - begin < UINT64_C(2000000000));
  pthread_join(thread, NULL);
  s_end(&own);
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
    fixture own;
    s_begin(&own, &steps[i], 1);
    s_deadline(&own, 5000);
    if (s_send(&own, (aski_http_request){0}, "/") != ASKIAM_STATUS_UNAVAILABLE) {
      fail_msg("answer %zu was taken for one", i);
    }
    assert_int_equal(own.error.layer, ASKIAM_LAYER_SEARCH);
    assert_non_null(strstr(own.error.message, "GET http://127.0.0.1:"));
    s_end(&own);
  }
}

static void http__client_tells_who_cannot_be_reached(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {.answer = ""};
  s_begin(&own, &step, 1);
  aski_http_request request = {.url = ASKI_STR("http://ann:hunter2@127.0.0.1:1/path?key=hunter3"),
                               .layer = ASKIAM_LAYER_JUDGE};
  assert_int_equal(aski_http_send(&own.client, &own.call, &request, &own.response, &own.error),
                   ASKIAM_STATUS_UNAVAILABLE);
  assert_int_equal(own.error.retryable, 1);
  assert_int_equal(own.error.layer, ASKIAM_LAYER_JUDGE);
  assert_null(strstr(own.error.message, "hunter"));
  s_end(&own);
}

static void http__client_sends_the_password_of_the_url_as_basic(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {.answer = OK_ANSWER("0\r\n\r\n")};
  s_begin(&own, &step, 1);
  char url[256];
  snprintf(url, sizeof url, "http://ann:a%%40b@%s/", test_peer_url(own.peer) + strlen("http://"));
  aski_http_request request = {.url = askiam_str_from(url)};
  assert_int_equal(aski_http_send(&own.client, &own.call, &request, &own.response, &own.error), ASKIAM_STATUS_OK);
  assert_non_null(strstr(test_peer_latest(own.peer), "Authorization: Basic YW5uOmFAYg==\r\n")); /* ann:a@b */
  s_end(&own);
}

static void http__client_leaves_the_environment_alone(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {.answer = OK_ANSWER("5\r\n\r\nproxy")};
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  setenv("all_proxy", "http://127.0.0.1:1", 1);
  s_begin(&own, &step, 1);
  assert_int_equal(s_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_OK);
  s_end(&own);
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
  fixture proxy, own;
  const test_peer_step step = {.answer = OK_ANSWER("5\r\n\r\nproxy")};
  const test_peer_step direct = {.answer = OK_ANSWER("6\r\n\r\ndirect")};
  s_begin(&proxy, &step, 1);
  const aski_http_options options = {.proxy = test_peer_url(proxy.peer), .no_proxy = "direct.invalid"};
  s_begin_with(&own, &direct, 1, &options);
  aski_http_request request = {.url = ASKI_STR("http://far.invalid/x")};
  assert_int_equal(aski_http_send(&own.client, &own.call, &request, &own.response, &own.error), ASKIAM_STATUS_OK);
  s_assert_body(&own, "proxy");
  assert_ptr_equal(strstr(test_peer_latest(proxy.peer), "GET http://far.invalid/x "), test_peer_latest(proxy.peer));
  assert_int_equal(s_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_OK);
  s_assert_body(&own, "direct");
  request.url = ASKI_STR("http://direct.invalid/x");
  assert_int_equal(aski_http_send(&own.client, &own.call, &request, &own.response, &own.error),
                   ASKIAM_STATUS_UNAVAILABLE);
  assert_int_equal(test_peer_requests(proxy.peer), 1);
  s_end(&own);
  s_end(&proxy);
}

static void http__client_survives_every_lack_of_memory(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {.answer = OK_ANSWER("5\r\nX-A: b\r\n\r\nhello")};
  s_begin(&own, &step, 1);
  const aski_http_header header = {ASKI_STR("X-Request"), ASKI_STR("value")};
  aski_http_options options = {.allocator = &own.allocator.base, .ca_file = "a", .proxy = "b", .no_proxy = "c"};
  bool done = false;
  for (long at = 1; !done; ++at) {
    assert_true(at < 100);
    aski_http_response response;
    aski_http_response_init(&response, &own.allocator.base);
    char url[256];
    snprintf(url, sizeof url, "%s/", test_peer_url(own.peer));
    aski_http_request request = {.url = askiam_str_from(url), .headers = &header, .header_count = 1};
    test_allocator_fail_at(&own.allocator, at);
    aski_http_client client;
    askiam_status status = aski_http_client_new(&client, &options, ASKIAM_LAYER_SEARCH, &own.error);
    if (status == ASKIAM_STATUS_OK) {
      status = aski_http_send(&client, &own.call, &request, &response, &own.error);
      aski_http_client_clean_up(&client);
    }
    test_allocator_fail_at(&own.allocator, 0);
    aski_http_response_clean_up(&response);
    done = status == ASKIAM_STATUS_OK;
    assert_true(done || status == ASKIAM_STATUS_NO_MEMORY);
  }
  s_end(&own);
}

typedef struct worker {
  fixture *own;
  pthread_t thread;
  int good;
} worker;

static void *s_work(void *context)
{
  worker *self = context;
  aski_http_response response;
  aski_http_response_init(&response, &self->own->allocator.base);
  char url[256];
  snprintf(url, sizeof url, "%s/", test_peer_url(self->own->peer));
  aski_http_request request = {.url = askiam_str_from(url)};
  for (int i = 0; i < 20; ++i) {
    askiam_status status = aski_http_send(&self->own->client, &self->own->call, &request, &response, NULL);
    self->good += status == ASKIAM_STATUS_OK && aski_str_equal_text(aski_buffer_view(&response.body), "ok");
  }
  aski_http_response_clean_up(&response);
  return NULL;
}

static void http__client_is_shared_by_threads(void **state)
{
  (void)state;
  enum { WORKERS = 12 };
  fixture own;
  const test_peer_step step = {.answer = OK_ANSWER("2\r\n\r\nok")};
  s_begin(&own, &step, 1);
  worker workers[WORKERS];
  for (int i = 0; i < WORKERS; ++i) {
    workers[i] = (worker){.own = &own};
    assert_int_equal(pthread_create(&workers[i].thread, NULL, s_work, &workers[i]), 0);
  }
  for (int i = 0; i < WORKERS; ++i) {
    pthread_join(workers[i].thread, NULL);
    assert_int_equal(workers[i].good, 20);
  }
  s_end(&own);
}

/* A build without libcurl says so. */
static void http__client_that_this_build_has_not_says_so(void **state)
{
  (void)state;
  aski_http_client client;
  aski_http_options options = {.allocator = aski_allocator_default()};
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(aski_http_client_new(&client, &options, ASKIAM_LAYER_JUDGE, &error), ASKIAM_STATUS_NOT_SUPPORTED);
  assert_non_null(strstr(error.message, "not supported in this build"));
  aski_http_client_clean_up(&client);
}

int main(void)
{
  const struct CMUnitTest without[] = {cmocka_unit_test(http__client_that_this_build_has_not_says_so)};
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(http__client_gives_status_headers_and_body),
      cmocka_unit_test(http__client_sends_bodies_as_they_are),
      cmocka_unit_test(http__client_keeps_its_connection),
      cmocka_unit_test(http__client_follows_no_redirection),
      cmocka_unit_test(http__client_gives_the_last_of_several_answers),
      cmocka_unit_test(http__client_takes_no_more_than_it_was_told),
      cmocka_unit_test(http__client_takes_no_answer_that_ends_amid_its_headers),
      cmocka_unit_test(http__client_takes_no_endless_headers),
      cmocka_unit_test(http__client_ends_at_the_deadline_and_at_its_timeout),
      cmocka_unit_test(http__client_ends_when_the_answer_only_drips),
      cmocka_unit_test(http__client_ends_when_it_is_cancelled),
      cmocka_unit_test(http__client_tells_what_is_no_answer),
      cmocka_unit_test(http__client_tells_who_cannot_be_reached),
      cmocka_unit_test(http__client_sends_the_password_of_the_url_as_basic),
      cmocka_unit_test(http__client_leaves_the_environment_alone),
      cmocka_unit_test(http__client_of_a_proxy_that_is_none_is_not_made),
      cmocka_unit_test(http__client_asks_the_proxy_but_for_this_machine),
      cmocka_unit_test(http__client_survives_every_lack_of_memory),
      cmocka_unit_test(http__client_is_shared_by_threads),
  };
  return aski_http_supported() ? cmocka_run_group_tests(tests, NULL, NULL)
                               : cmocka_run_group_tests(without, NULL, NULL);
}
