/* SPDX-License-Identifier: Apache-2.0
 *
 * The client of this build against a peer in this process: what it sends and takes, without memory, by several threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>

#include "client_fixture.h"

static void http__client_gives_status_headers_and_body(void **state)
{
  (void)state;
  client_fixture own;
  const test_peer_step step = {.answer = "HTTP/1.1 418 No\r\nX-Tea: \t green \r\nContent-Length: 5\r\n\r\nhello"};
  client_begin(&own, &step, 1);
  const aski_http_header headers[] = {{ASKI_STR("Authorization"), ASKI_STR("Bearer hunter2")},
                                      {ASKI_STR("X-Empty"), ASKI_STR("")}};
  assert_int_equal(client_send(&own, (aski_http_request){.headers = headers, .header_count = 2}, "/a/../b?c=%20d"),
                   ASKIAM_STATUS_OK);
  assert_int_equal(own.response.status, 418);
  assert_true(aski_str_equal_text(aski_http_response_header(&own.response, "x-tea"), "green"));
  client_assert_body(&own, "hello");
  const char *sent = test_peer_latest(own.peer);
  assert_ptr_equal(strstr(sent, "GET /a/../b?c=%20d HTTP/1.1\r\n"), sent);
  assert_non_null(strstr(sent, "\r\nAuthorization: Bearer hunter2\r\n"));
  assert_non_null(strstr(sent, "\r\nX-Empty:\r\n"));
  client_end(&own);
}

static void http__client_sends_bodies_as_they_are(void **state)
{
  (void)state;
  client_fixture own;
  const test_peer_step step = {.answer = OK_ANSWER("0\r\n\r\n")};
  client_begin(&own, &step, 1);
  static const struct {
    aski_http_method method;
    const char *line;
  } cases[] = {{ASKI_HTTP_POST, "POST / "}, {ASKI_HTTP_PUT, "PUT / "}, {ASKI_HTTP_DELETE, "DELETE / "}};
  for (size_t i = 0; i < 3; ++i) {
    assert_int_equal(
        client_send(&own, (aski_http_request){.method = cases[i].method, .body = ASKI_STR("{\"a\":1}")}, "/"),
        ASKIAM_STATUS_OK);
    const char *sent = test_peer_latest(own.peer);
    assert_ptr_equal(strstr(sent, cases[i].line), sent);
    assert_non_null(strstr(sent, "\r\nContent-Length: 7\r\n"));
    assert_non_null(strstr(sent, "\r\n\r\n{\"a\":1}"));
    assert_null(strstr(sent, "Content-Type"));
    assert_null(strstr(sent, "Expect"));
  }
  assert_int_equal(client_send(&own, (aski_http_request){.method = ASKI_HTTP_POST}, "/"), ASKIAM_STATUS_OK);
  assert_non_null(strstr(test_peer_latest(own.peer), "\r\nContent-Length: 0\r\n"));
  assert_int_equal(client_send(&own, (aski_http_request){.method = ASKI_HTTP_DELETE}, "/"), ASKIAM_STATUS_OK);
  assert_null(strstr(test_peer_latest(own.peer), "Content-Length"));
  assert_int_equal(client_send(&own, (aski_http_request){.method = ASKI_HTTP_HEAD}, "/"), ASKIAM_STATUS_OK);
  assert_ptr_equal(strstr(test_peer_latest(own.peer), "HEAD / "), test_peer_latest(own.peer));
  client_end(&own);
}

static void http__client_keeps_its_connection(void **state)
{
  (void)state;
  client_fixture own;
  const test_peer_step step = {.answer = OK_ANSWER("2\r\n\r\nok")};
  client_begin(&own, &step, 1);
  for (int i = 0; i < 5; ++i) {
    assert_int_equal(client_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_OK);
    client_assert_body(&own, "ok");
  }
  assert_int_equal(test_peer_requests(own.peer), 5);
  assert_int_equal(test_peer_connections(own.peer), 1);
  client_end(&own);
}

static void http__client_follows_no_redirection(void **state)
{
  (void)state;
  client_fixture own;
  const test_peer_step steps[] = {{.answer = "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"},
                                  {.answer = OK_ANSWER("2\r\n\r\nok")}};
  client_begin(&own, steps, 2);
  assert_int_equal(client_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_OK);
  assert_int_equal(own.response.status, 302);
  assert_int_equal(test_peer_requests(own.peer), 1);
  client_end(&own);
}

static void http__client_gives_the_last_of_several_answers(void **state)
{
  (void)state;
  client_fixture own;
  const test_peer_step step = {
      .answer = "HTTP/1.1 103 Early Hints\r\nX-A: early\r\n\r\n" OK_ANSWER("2\r\nX-B: late\r\n\r\nok")};
  client_begin(&own, &step, 1);
  assert_int_equal(client_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_OK);
  assert_int_equal(own.response.status, 200);
  assert_null(aski_http_response_header(&own.response, "x-a").data);
  assert_true(aski_str_equal_text(aski_http_response_header(&own.response, "x-b"), "late"));
  client_end(&own);
}

static void http__client_takes_no_more_than_it_was_told(void **state)
{
  (void)state;
  client_fixture own;
  const test_peer_step steps[] = {
      {.answer = OK_ANSWER("6\r\n\r\nsix..."), .hang_up = true},
      {.answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nsix...", .hang_up = true},
      {.answer = "HTTP/1.1 500 Sorry\r\nContent-Length: 6\r\n\r\nsix...", .hang_up = true},
      {.answer = OK_ANSWER("5\r\n\r\nfive.")},
  };
  client_begin(&own, steps, 4);
  for (int i = 0; i < 2; ++i) {
    assert_int_equal(client_send(&own, (aski_http_request){.limit_bytes = 5}, "/"), ASKIAM_STATUS_UNAVAILABLE);
    assert_non_null(strstr(own.error.message, "larger"));
    assert_int_equal(own.error.retryable, 0);
    assert_true(own.response.too_large);
  }
  assert_int_equal(client_send(&own, (aski_http_request){.limit_bytes = 5}, "/"), ASKIAM_STATUS_UNAVAILABLE);
  assert_false(own.response.too_large); /* it was a failure, whatever its length */
  assert_int_equal(client_send(&own, (aski_http_request){.limit_bytes = 5}, "/"), ASKIAM_STATUS_OK);
  client_assert_body(&own, "five.");
  client_end(&own);
}

/* libcurl takes what came for all of it. */
static void http__client_takes_no_answer_that_ends_amid_its_headers(void **state)
{
  (void)state;
  client_fixture own;
  const test_peer_step steps[] = {
      {.answer = "HTTP/1.1 204 No Content\r\n", .hang_up = true},
      {.answer = "HTTP/1.1 204 No Content\r\nX-A: b\r\n", .hang_up = true},
      {.answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r", .hang_up = true},
      {.answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Len", .hang_up = true},
      {.answer = "HTTP/1.1 100 Continue\r\n\r\n" OK_ANSWER("2\r\n\r\nok"), .hang_up = true},
      {.answer = "HTTP/1.1 204 No Content\n\n", .hang_up = true},
  };
  client_begin(&own, steps, 6);
  for (int i = 0; i < 4; ++i) {
    assert_int_equal(client_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_UNAVAILABLE);
    assert_non_null(strstr(own.error.message, "partial"));
    assert_int_equal(own.error.retryable, 1);
  }
  assert_int_equal(client_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_OK);
  client_assert_body(&own, "ok");
  assert_int_equal(client_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_OK);
  assert_int_equal(own.response.status, 204);
  client_end(&own);
}

static void http__client_takes_no_endless_headers(void **state)
{
  (void)state;
  client_fixture own;
  enum { LINE = 1000, LINES = 70 };
  aski_buffer answer;
  aski_buffer_init(&answer, aski_allocator_default());
  aski_buffer_append_text(&answer, "HTTP/1.1 200 OK\r\n");
  for (int i = 0; i < LINES; ++i) {
    aski_buffer_append_format(&answer, "X-%d: %0*d\r\n", i, LINE, i);
  }
  aski_buffer_append_text(&answer, "Content-Length: 0\r\n\r\n");
  const test_peer_step step = {.answer = answer.data, .hang_up = true};
  client_begin(&own, &step, 1);
  assert_int_equal(client_send(&own, (aski_http_request){0}, "/"), ASKIAM_STATUS_UNAVAILABLE);
  client_end(&own);
  aski_buffer_clean_up(&answer);
}

static void http__client_survives_every_lack_of_memory(void **state)
{
  (void)state;
  client_fixture own;
  const test_peer_step step = {.answer = OK_ANSWER("5\r\nX-A: b\r\n\r\nhello")};
  client_begin(&own, &step, 1);
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
  client_end(&own);
}

typedef struct worker {
  client_fixture *own;
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
  client_fixture own;
  const test_peer_step step = {.answer = OK_ANSWER("2\r\n\r\nok")};
  client_begin(&own, &step, 1);
  worker workers[WORKERS];
  for (int i = 0; i < WORKERS; ++i) {
    workers[i] = (worker){.own = &own};
    assert_int_equal(pthread_create(&workers[i].thread, NULL, s_work, &workers[i]), 0);
  }
  for (int i = 0; i < WORKERS; ++i) {
    pthread_join(workers[i].thread, NULL);
    assert_int_equal(workers[i].good, 20);
  }
  client_end(&own);
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
      cmocka_unit_test(http__client_survives_every_lack_of_memory),
      cmocka_unit_test(http__client_is_shared_by_threads),
  };
  return aski_http_supported() ? cmocka_run_group_tests(tests, NULL, NULL)
                               : cmocka_run_group_tests(without, NULL, NULL);
}
