/* SPDX-License-Identifier: Apache-2.0
 *
 * The embedder openai against a peer in this process: what it sends, and what it makes of answers and settings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "backend/handles.h"
#include "backend/options.h"
#include "base/time.h"
#include "embed/openai/openai_embedder.h"
#include "support/allocator.h"
#include "support/peer.h"

enum { DIMENSION = 2, TEXTS_MAX = 4 };

#define HEAD(status, length)                                                                                           \
  "HTTP/1.1 " status "\r\nContent-Type: application/json\r\nContent-Length: " length "\r\n\r\n"
#define FIRST "{\"index\":0,\"embedding\":[1,0]}"
#define ONE HEAD("200 OK", "40") "{\"data\":[" FIRST "]}"
#define TWO HEAD("200 OK", "70") "{\"data\":[{\"index\":1,\"embedding\":[0,1]}," FIRST "]}"

/* Pairs of key and value, ended by NULL. */
typedef struct settings {
  const char *pairs[16];
  char url[128];
} settings;

static askiam_str s_setting(const void *context, const char *key)
{
  const settings *own = context;
  for (size_t i = 0; own->pairs[i] != NULL; i += 2) {
    if (strcmp(own->pairs[i], key) == 0) {
      return askiam_str_from(own->pairs[i + 1]);
    }
  }
  return strcmp(key, "embedder.url") == 0         ? askiam_str_from(own->url)
         : strcmp(key, "embedder.model") == 0     ? ASKI_STR("mini")
         : strcmp(key, "embedder.dimension") == 0 ? ASKI_STR("2")
                                                  : ASKI_STR("");
}

typedef struct fixture {
  test_allocator allocator;
  test_peer *peer;
  settings settings;
  aski_embedder embedder;
  askiam_call call;
  int cancelled;
  askiam_error error;
  float vectors[TEXTS_MAX * DIMENSION];
} fixture;

static askiam_status s_open(fixture *own)
{
  askiam_backend_options options = {
      .get = s_setting, .settings = &own->settings, .allocator = &own->allocator.base, .clock = aski_clock_system()};
  own->embedder = (aski_embedder){.table = *aski_openai_embedder()};
  askiam_status status = own->embedder.table.open(&own->embedder.self, NULL, &options, &own->error);
  own->embedder.provided = status == ASKIAM_STATUS_OK;
  return status;
}

static void s_begin(fixture *own, const test_peer_step *steps, size_t count, const settings *chosen)
{
  *own = (fixture){.error = ASKIAM_ERROR_INIT};
  own->settings = chosen == NULL ? (settings){.url = ""} : *chosen;
  test_allocator_init(&own->allocator);
  own->call =
      (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .cancelled = &own->cancelled};
  own->peer = test_peer_start(steps, count);
  assert_non_null(own->peer);
  if (own->settings.url[0] == 0) {
    snprintf(own->settings.url, sizeof own->settings.url, "%s/v1/", test_peer_url(own->peer));
  }
  if (s_open(own) != ASKIAM_STATUS_OK) {
    fail_msg("%s", own->error.message);
  }
}

static void s_end(fixture *own)
{
  if (own->embedder.provided) {
    own->embedder.table.close(own->embedder.self);
  }
  test_peer_stop(own->peer);
  assert_int_equal(own->allocator.outstanding, 0);
}

static askiam_status s_embed(fixture *own, const askiam_str *texts, size_t count)
{
  return aski_embedder_embed(&own->embedder, &own->call, texts, count, own->vectors, &own->error);
}

static void embed_openai__server_gets_model_texts_and_key(void **state)
{
  (void)state;
  fixture own;
  const settings chosen = {.pairs = {"embedder.key", "sk-hunter2", "embedder.send_dimension", "true"}};
  const test_peer_step step = {.answer = TWO};
  s_begin(&own, &step, 1, &chosen);
  const askiam_str texts[] = {ASKI_STR("pay \"roll\""), ASKI_STR(" \t"), ASKI_STR("salary"), ASKI_STR("")};
  assert_int_equal(s_embed(&own, texts, 4), ASKIAM_STATUS_OK);
  const char *sent = test_peer_latest(own.peer);
  assert_ptr_equal(strstr(sent, "POST /v1/embeddings HTTP/1.1\r\n"), sent);
  assert_non_null(strstr(sent, "\r\nAuthorization: Bearer sk-hunter2\r\n"));
  assert_non_null(strstr(sent, "\r\nContent-Type: application/json\r\n"));
  assert_non_null(strstr(sent, "{\"model\":\"mini\",\"encoding_format\":\"float\",\"dimensions\":2,"
                               "\"input\":[\"pay \\\"roll\\\"\",\"salary\"]}"));
  static const float wanted[] = {1, 0, 0, 0, 0, 1, 0, 0};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; ++i) {
    assert_true(fabsf(own.vectors[i] - wanted[i]) < 1e-6F);
  }
  assert_string_equal(aski_embedder_model(&own.embedder), "openai:mini/2");
  assert_int_equal(own.embedder.table.flags, ASKIAM_BACKEND_REMOTE);
  s_end(&own);
}

static void embed_openai__server_gets_batches_and_cut_texts(void **state)
{
  (void)state;
  fixture own;
  const settings chosen = {.pairs = {"embedder.batch", "2", "embedder.text_bytes", "64"}};
  const test_peer_step steps[] = {{.answer = TWO}, {.answer = ONE}};
  s_begin(&own, steps, 2, &chosen);
  /* 63 letters and a character of two bytes: it does not fit any more. */
  const askiam_str texts[] = {
      ASKI_STR("a"), ASKI_STR("b"),
      ASKI_STR("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk\xC3\xA9 and more")};
  assert_int_equal(s_embed(&own, texts, 3), ASKIAM_STATUS_OK);
  assert_int_equal(test_peer_requests(own.peer), 2);
  const char *sent = test_peer_latest(own.peer);
  assert_non_null(strstr(sent, "\"input\":[\"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk\"]}"));
  assert_null(strstr(sent, "Authorization"));
  assert_null(strstr(sent, "dimensions"));
  s_end(&own);
}

static void embed_openai__server_is_not_asked_for_nothing(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {.answer = ONE};
  s_begin(&own, &step, 1, NULL);
  const askiam_str texts[] = {ASKI_STR(""), ASKI_STR_NONE};
  own.vectors[0] = 7;
  assert_int_equal(s_embed(&own, texts, 2), ASKIAM_STATUS_OK);
  assert_true(fabsf(own.vectors[0]) <= 0.0F);
  const askiam_str bad = ASKI_STR("\xC0\xAF");
  assert_int_equal(s_embed(&own, &bad, 1), ASKIAM_STATUS_BAD_DATA);
  own.call.deadline_ticks_ns = 0;
  const askiam_str good = ASKI_STR("good");
  assert_int_equal(s_embed(&own, &good, 1), ASKIAM_STATUS_TIMEOUT);
  assert_int_equal(test_peer_requests(own.peer), 0);
  s_end(&own);
}

static void embed_openai__server_failures_are_told_without_what_it_wrote(void **state)
{
  (void)state;
  static const struct {
    const char *answer;
    askiam_status status;
    int retryable;
  } cases[] = {
      {HEAD("401 Unauthorized", "9") "hunter2 !", ASKIAM_STATUS_NOT_PERMITTED, 0},
      {HEAD("400 Bad Request", "9") "hunter2 !", ASKIAM_STATUS_BAD_DATA, 0},
      {HEAD("429 Too Many", "9") "hunter2 !", ASKIAM_STATUS_UNAVAILABLE, 1},
      {HEAD("500 Sorry", "9") "hunter2 !", ASKIAM_STATUS_UNAVAILABLE, 1},
      {HEAD("200 OK", "9") "hunter2 !", ASKIAM_STATUS_UNAVAILABLE, 1},
      {HEAD("200 OK", "90000000") "{\"data\":", ASKIAM_STATUS_UNAVAILABLE, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    fixture own;
    const settings chosen = {.pairs = {"embedder.key", "sk-hunter2"}};
    const test_peer_step step = {.answer = cases[i].answer};
    s_begin(&own, &step, 1, &chosen);
    const askiam_str text = ASKI_STR("text");
    assert_int_equal(s_embed(&own, &text, 1), cases[i].status);
    assert_int_equal(own.error.retryable, cases[i].retryable);
    assert_int_equal(own.error.layer, ASKIAM_LAYER_EMBEDDER);
    assert_null(strstr(own.error.message, "hunter2"));
    s_end(&own);
  }
}

static void embed_openai__server_is_not_reached_without_memory(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {.answer = ONE};
  s_begin(&own, &step, 1, NULL);
  const askiam_str text = ASKI_STR("text");
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    test_allocator_fail_at(&own.allocator, fail_at);
    status = s_embed(&own, &text, 1);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
  }
  own.embedder.table.close(own.embedder.self);
  status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    test_allocator_fail_at(&own.allocator, fail_at);
    status = s_open(&own);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
  }
  test_allocator_fail_at(&own.allocator, 0);
  s_end(&own);
}

/* What opening with these settings says. */
static void s_assert_refused(fixture *own, settings chosen, const char *said)
{
  own->settings = chosen;
  own->error = (askiam_error)ASKIAM_ERROR_INIT;
  askiam_status status = s_open(own);
  if (status != ASKIAM_STATUS_CONFIG || strstr(own->error.message, said) == NULL) {
    fail_msg("%s: %s (wanted: %s)", askiam_status_name(status), own->error.message, said);
  }
  assert_null(strstr(own->error.message, "hunter2"));
  assert_int_equal(own->allocator.outstanding, 0);
}

static void embed_openai__settings_that_cannot_work_are_refused(void **state)
{
  (void)state;
  fixture own = {.error = ASKIAM_ERROR_INIT};
  test_allocator_init(&own.allocator);
  const char *key = "embedder.key";
  s_assert_refused(&own, (settings){.url = "ftp://host/v1"}, "embedder.url");
  s_assert_refused(&own, (settings){.url = ""}, "embedder.url");
  s_assert_refused(&own, (settings){.url = "http://host/v1", .pairs = {key, "hunter2"}}, "over https:// only");
  s_assert_refused(&own, (settings){.url = "http://me:hunter2@host/v1"}, "over https:// only");
  s_assert_refused(&own, (settings){.url = "https://me:hunter2@host/v1", .pairs = {key, "k"}}, "keep one");
  s_assert_refused(&own, (settings){.url = "https://host/v1", .pairs = {key, "hunter2\xC3\xA9"}}, "visible ASCII");
  s_assert_refused(&own, (settings){.url = "https://host/v1", .pairs = {key, "hunter2", "embedder.key_file", "/k"}},
                   "both set");
  s_assert_refused(&own, (settings){.url = "https://host/v1", .pairs = {"embedder.key_file", "/nowhere/key"}},
                   "embedder.key_file: /nowhere/key");
  char longest[160] = {0};
  memset(longest, 'm', sizeof longest - 1);
  s_assert_refused(&own, (settings){.url = "https://host/v1", .pairs = {"embedder.model", longest}}, "embedder.model");
  s_assert_refused(&own, (settings){.url = "https://host/v1", .pairs = {"embedder.dimension", "4097"}}, "1 to 4096");
  s_assert_refused(&own, (settings){.url = "https://host/v1", .pairs = {"embedder.batch", "0"}}, "1 to 2048");
  s_assert_refused(&own, (settings){.url = "https://host/v1", .pairs = {"embedder.batch", "9x"}}, "1 to 2048");
  s_assert_refused(&own, (settings){.url = "https://host/v1", .pairs = {"embedder.text_bytes", "1"}}, "64 to 1048576");
}

static void embed_openai__a_key_comes_from_a_file_and_a_query_stays_at_the_end(void **state)
{
  (void)state;
  char path[] = "/tmp/askiam-key-XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, "  sk-hunter2\n", 13), 13);
  assert_int_equal(close(file), 0);
  fixture own;
  const settings chosen = {.pairs = {"embedder.key_file", path}};
  const test_peer_step step = {.answer = ONE};
  s_begin(&own, &step, 1, &chosen);
  own.embedder.table.close(own.embedder.self);
  snprintf(own.settings.url, sizeof own.settings.url, "%s/openai?api-version=1", test_peer_url(own.peer));
  assert_int_equal(s_open(&own), ASKIAM_STATUS_OK);
  const askiam_str text = ASKI_STR("text");
  assert_int_equal(s_embed(&own, &text, 1), ASKIAM_STATUS_OK);
  assert_non_null(strstr(test_peer_latest(own.peer), "POST /openai/embeddings?api-version=1 HTTP/1.1\r\n"));
  assert_non_null(strstr(test_peer_latest(own.peer), "\r\nAuthorization: Bearer sk-hunter2\r\n"));
  s_end(&own);
  assert_int_equal(unlink(path), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(embed_openai__server_gets_model_texts_and_key),
      cmocka_unit_test(embed_openai__server_gets_batches_and_cut_texts),
      cmocka_unit_test(embed_openai__server_is_not_asked_for_nothing),
      cmocka_unit_test(embed_openai__server_failures_are_told_without_what_it_wrote),
      cmocka_unit_test(embed_openai__server_is_not_reached_without_memory),
      cmocka_unit_test(embed_openai__settings_that_cannot_work_are_refused),
      cmocka_unit_test(embed_openai__a_key_comes_from_a_file_and_a_query_stays_at_the_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
