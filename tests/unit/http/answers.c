/* SPDX-License-Identifier: Apache-2.0
 *
 * What is common to all clients, with one that is made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/time.h"
#include "http/http.h"

typedef struct stand_in {
  int sent;
  int status;
  const char *retry_after;
} stand_in;

static askiam_status s_send(void *self, const askiam_call *call, const aski_http_request *request,
                            aski_http_response *response, askiam_error *error)
{
  stand_in *own = self;
  (void)call;
  (void)request;
  (void)error;
  ++own->sent;
  response->status = own->status;
  if (own->retry_after != NULL) {
    aski_http_response_add_header(response, ASKI_STR("Retry-After"), askiam_str_from(own->retry_after));
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_try(stand_in *own, const aski_http_request *request, askiam_call *call, askiam_error *error)
{
  aski_http_client client = {s_send, NULL, own};
  aski_http_response response;
  aski_http_response_init(&response, aski_allocator_default());
  askiam_status status = aski_http_send(&client, call, request, &response, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_http_check(request, &response, error);
  }
  aski_http_response_clean_up(&response);
  return status;
}

static askiam_call s_call(void) { return (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX}; }

static void http__request_that_would_smuggle_is_not_sent(void **state)
{
  (void)state;
  stand_in own = {.status = 200};
  askiam_call call = s_call();
  const aski_http_header bad[] = {{ASKI_STR("X-A"), ASKI_STR("b\r\nX-Admin: 1")},
                                  {ASKI_STR("X A"), ASKI_STR("b")},
                                  {ASKI_STR(""), ASKI_STR("b")},
                                  {ASKI_STR("X:"), ASKI_STR("b")},
                                  {ASKI_STR("X-A"), {"a\0b", 3}},
                                  {ASKI_STR("X-\n"), ASKI_STR("b")}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    askiam_error error = ASKIAM_ERROR_INIT;
    aski_http_request request = {.url = ASKI_STR("https://a/"), .headers = &bad[i], .header_count = 1};
    assert_int_equal(s_try(&own, &request, &call, &error), ASKIAM_STATUS_CONFIG);
    assert_null(strstr(error.message, "Admin"));
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  aski_http_request request = {.url = ASKI_STR("https://u:hunter2@a b/"), .layer = ASKIAM_LAYER_SEARCH};
  assert_int_equal(s_try(&own, &request, &call, &error), ASKIAM_STATUS_CONFIG);
  assert_int_equal(error.layer, ASKIAM_LAYER_SEARCH);
  assert_null(strstr(error.message, "hunter2"));
  assert_int_equal(own.sent, 0);
}

static void http__late_or_cancelled_call_is_not_sent(void **state)
{
  (void)state;
  stand_in own = {.status = 200};
  aski_http_request request = {.url = ASKI_STR("https://a/")};
  int cancelled = 1;
  askiam_call call = s_call();
  call.cancelled = &cancelled;
  assert_int_equal(s_try(&own, &request, &call, NULL), ASKIAM_STATUS_CANCELLED);
  call = s_call();
  call.deadline_ticks_ns = 1;
  assert_int_equal(s_try(&own, &request, &call, NULL), ASKIAM_STATUS_TIMEOUT);
  assert_int_equal(own.sent, 0);
}

static void http__status_of_an_answer_has_a_meaning(void **state)
{
  (void)state;
  static const struct {
    int code;
    askiam_status status;
    int again;
  } cases[] = {{200, ASKIAM_STATUS_OK, 0},
               {204, ASKIAM_STATUS_OK, 0},
               {302, ASKIAM_STATUS_UNAVAILABLE, 0},
               {400, ASKIAM_STATUS_BAD_DATA, 0},
               {401, ASKIAM_STATUS_NOT_PERMITTED, 0},
               {403, ASKIAM_STATUS_NOT_PERMITTED, 0},
               {404, ASKIAM_STATUS_NOT_FOUND, 0},
               {409, ASKIAM_STATUS_CONFLICT, 0},
               {418, ASKIAM_STATUS_UNAVAILABLE, 0},
               {429, ASKIAM_STATUS_UNAVAILABLE, 1},
               {500, ASKIAM_STATUS_UNAVAILABLE, 1},
               {501, ASKIAM_STATUS_UNAVAILABLE, 0},
               {503, ASKIAM_STATUS_UNAVAILABLE, 1},
               {504, ASKIAM_STATUS_UNAVAILABLE, 1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    stand_in own = {.status = cases[i].code};
    askiam_call call = s_call();
    askiam_error error = ASKIAM_ERROR_INIT;
    aski_http_request request = {.url = ASKI_STR("https://u:hunter2@a:8443/secret?key=hunter3"),
                                 .layer = ASKIAM_LAYER_JUDGE};
    assert_int_equal(s_try(&own, &request, &call, &error), cases[i].status);
    assert_int_equal(error.retryable, cases[i].again);
    if (cases[i].status != ASKIAM_STATUS_OK) {
      assert_non_null(strstr(error.message, "GET https://a:8443 answered"));
      assert_null(strstr(error.message, "hunter"));
      assert_null(strstr(error.message, "secret"));
    }
  }
}

static int64_t s_retry_after(const char *text)
{
  stand_in own = {.status = 503, .retry_after = text};
  int64_t after_ms = -1;
  askiam_call call = s_call();
  call.retry_after_ms = &after_ms;
  aski_http_request request = {.url = ASKI_STR("https://a/")};
  s_try(&own, &request, &call, NULL);
  return after_ms;
}

static void http__retry_after_is_told_to_the_call(void **state)
{
  (void)state;
  assert_int_equal(s_retry_after("7"), 7000);
  assert_int_equal(s_retry_after(" 0 "), 0);
  assert_int_equal(s_retry_after("99999999999999999999"), 86400000);
  assert_int_equal(s_retry_after("Sun, 06 Nov 1994 08:49:37 GMT"), 0);
  assert_int_equal(s_retry_after("Fri, 31 Dec 9999 23:59:59 GMT"), 86400000);
  static const char *const bad[] = {"",
                                    "-1",
                                    "7s",
                                    "soon",
                                    "1.5",
                                    "Sun, 06 Nop 1994 08:49:37 GMT",
                                    "Sun, 06 Nov 1994 08:49:37 UTC",
                                    "Sun, 66 Nov 1994 08:49:37 GMT"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    assert_int_equal(s_retry_after(bad[i]), -1);
  }
}

static void http__retry_after_date_counts_from_now(void **state)
{
  (void)state;
  aski_http_response response;
  aski_http_response_init(&response, aski_allocator_default());
  aski_http_response_add_header(&response, ASKI_STR("RETRY-after"), ASKI_STR("Sun, 06 Nov 1994 08:49:37 GMT"));
  assert_int_equal(aski_http_retry_after_ms(&response, INT64_C(784111777000) - 2500), 2500);
  aski_http_response_clean_up(&response);
}

static void http__header_is_found_by_its_whole_name(void **state)
{
  (void)state;
  aski_http_response response;
  aski_http_response_init(&response, aski_allocator_default());
  aski_http_response_add_header(&response, ASKI_STR("X-Long-Name"), ASKI_STR("1"));
  aski_http_response_add_header(&response, ASKI_STR("X-Long"), ASKI_STR("a\nx-evil:b"));
  aski_http_response_add_header(&response, ASKI_STR("x-long"), ASKI_STR("3"));
  assert_true(aski_str_equal_text(aski_http_response_header(&response, "x-long"), "a x-evil:b"));
  assert_true(aski_str_equal_text(aski_http_response_header(&response, "x-long-name"), "1"));
  assert_null(aski_http_response_header(&response, "x-evil").data);
  assert_null(aski_http_response_header(&response, "x").data);
  aski_http_response_clean_up(&response);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(http__request_that_would_smuggle_is_not_sent),
      cmocka_unit_test(http__late_or_cancelled_call_is_not_sent),
      cmocka_unit_test(http__status_of_an_answer_has_a_meaning),
      cmocka_unit_test(http__retry_after_is_told_to_the_call),
      cmocka_unit_test(http__retry_after_date_counts_from_now),
      cmocka_unit_test(http__header_is_found_by_its_whole_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
