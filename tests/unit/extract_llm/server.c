/* SPDX-License-Identifier: Apache-2.0
 *
 * The model beside the extractor against a peer in this process: what it is asked, what becomes of answers, failures and lack of memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "backend/options.h"
#include "base/time.h"
#include "extract/llm/guesser.h"
#include "support/allocator.h"
#include "support/peer.h"

typedef struct fixture {
  test_allocator allocator;
  aski_arena arena;
  test_peer *peer;
  test_peer_step step;
  char answer[1024];
  char url[128];
  const char *model;
  aski_guesser *guesser;
  int cancelled;
  askiam_call call;
  aski_guess guess;
  askiam_str cause;
  askiam_error error;
} fixture;

static askiam_str s_setting(const void *context, const char *key)
{
  const fixture *own = context;
  return askiam_str_from(strcmp(key, "extract.url") == 0     ? own->url
                         : strcmp(key, "extract.model") == 0 ? own->model
                         : strcmp(key, "extract.key") == 0   ? "sk-hunter2"
                                                             : "");
}

static askiam_status s_open(fixture *own)
{
  const askiam_backend_options options = {
      .get = s_setting, .settings = own, .allocator = &own->allocator.base, .clock = aski_clock_system()};
  const aski_guard_options guard = {.allocator = &own->allocator.base, .retry = {.attempts = 2}};
  return aski_guesser_open(&own->guesser, ASKI_CHAT_OPENAI, &options, &guard, &own->error);
}

static void s_begin(fixture *own, const char *status, const char *body)
{
  *own = (fixture){.error = ASKIAM_ERROR_INIT, .model = "m"};
  test_allocator_init(&own->allocator);
  aski_arena_init(&own->arena, &own->allocator.base);
  snprintf(own->answer, sizeof own->answer, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n%s", status, strlen(body), body);
  own->step = (test_peer_step){.answer = own->answer};
  own->peer = test_peer_start(&own->step, 1);
  assert_non_null(own->peer);
  snprintf(own->url, sizeof own->url, "%s/v1", test_peer_url(own->peer));
  own->call =
      (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .cancelled = &own->cancelled};
  assert_int_equal(s_open(own), ASKIAM_STATUS_OK);
}

static void s_end(fixture *own)
{
  aski_guesser_close(own->guesser);
  test_peer_stop(own->peer);
  aski_arena_clean_up(&own->arena);
  assert_int_equal(own->allocator.outstanding, 0);
}

static askiam_status s_ask(fixture *own)
{
  return aski_guesser_ask(own->guesser, &own->call, ASKI_STR("let me see salaries"), ASKI_STR("role: Viewer\n"),
                          &own->arena, &own->guess, &own->cause, &own->error);
}

#define SAYS(finish, content)                                                                                          \
  "{\"choices\":[{\"finish_reason\":\"" finish "\",\"message\":{\"content\":\"" content "\"}}]}"
#define GOOD                                                                                                           \
  SAYS("stop", "{\\\"role\\\":\\\"Viewer\\\",\\\"application\\\":null,\\\"beneficiary\\\":null,"                       \
               "\\\"duration\\\":null}")

static void extract_llm__the_server_gets_the_sentence_and_names(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, "200 OK", GOOD);
  assert_int_equal(s_ask(&own), ASKIAM_STATUS_OK);
  assert_true(aski_str_equal_text(own.guess.role, "Viewer"));
  assert_false(aski_str_present(own.cause));
  const char *sent = test_peer_latest(own.peer);
  assert_ptr_equal(strstr(sent, "POST /v1/chat/completions HTTP/1.1\r\n"), sent);
  assert_non_null(strstr(sent, ">>>\\nlet me see salaries\\n<<<END OF REQUEST "));
  assert_non_null(strstr(sent, ">>>\\nrole: Viewer\\n\\n<<<END OF NAMES "));
  assert_non_null(strstr(sent, "\"name\":\"request\",\"strict\":true"));
  s_end(&own);
}

static void extract_llm__no_answer_is_no_guess_with_its_cause(void **state)
{
  (void)state;
  static const char *const cases[][2] = {
      {SAYS("length", "{"), "its answer was cut off"},
      {SAYS("stop", "Viewer"), "its answer is not one JSON object"},
      {SAYS("stop", "{}"), "its answer has not the members that were asked for"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    fixture own;
    s_begin(&own, "200 OK", cases[i][0]);
    assert_int_equal(s_ask(&own), ASKIAM_STATUS_OK);
    assert_false(aski_str_present(own.guess.role));
    assert_true(aski_str_equal_text(own.cause, cases[i][1]));
    s_end(&own);
  }
}

static void extract_llm__failures_are_repeated_and_told(void **state)
{
  (void)state;
  static const struct {
    const char *status;
    askiam_status wanted;
    size_t requests;
  } cases[] = {{"500 Sorry", ASKIAM_STATUS_UNAVAILABLE, 2}, {"401 No", ASKIAM_STATUS_NOT_PERMITTED, 1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    fixture own;
    s_begin(&own, cases[i].status, "hunter2");
    assert_int_equal(s_ask(&own), cases[i].wanted);
    assert_int_equal(test_peer_requests(own.peer), cases[i].requests);
    assert_int_equal(own.error.layer, ASKIAM_LAYER_REQUEST);
    assert_false(aski_str_present(own.guess.role));
    assert_null(strstr(own.error.message, "hunter2"));
    s_end(&own);
  }
}

static void extract_llm__lack_of_memory_is_told(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, "200 OK", GOOD);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    aski_arena_clean_up(&own.arena);
    test_allocator_fail_at(&own.allocator, fail_at);
    status = s_ask(&own);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
  }
  aski_guesser_close(own.guesser);
  status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    test_allocator_fail_at(&own.allocator, fail_at);
    status = s_open(&own);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_true((own.guesser != NULL) == (status == ASKIAM_STATUS_OK));
  }
  test_allocator_fail_at(&own.allocator, 0);
  s_end(&own);
}

static void extract_llm__a_model_must_be_named(void **state)
{
  (void)state;
  fixture own = {.error = ASKIAM_ERROR_INIT, .model = "", .url = "https://host/v1"};
  test_allocator_init(&own.allocator);
  assert_int_equal(s_open(&own), ASKIAM_STATUS_CONFIG);
  assert_non_null(strstr(own.error.message, "extract.model"));
  aski_guesser_close(own.guesser);
  assert_int_equal(own.allocator.outstanding, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(extract_llm__the_server_gets_the_sentence_and_names),
      cmocka_unit_test(extract_llm__no_answer_is_no_guess_with_its_cause),
      cmocka_unit_test(extract_llm__failures_are_repeated_and_told),
      cmocka_unit_test(extract_llm__lack_of_memory_is_told),
      cmocka_unit_test(extract_llm__a_model_must_be_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
