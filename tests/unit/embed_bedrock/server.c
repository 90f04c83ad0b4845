/* SPDX-License-Identifier: Apache-2.0
 *
 * The embedder bedrock against a peer in this process: what it sends where, and what it makes of answers and settings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#include "backend/handles.h"
#include "backend/options.h"
#include "base/time.h"
#include "embed/bedrock/bedrock_embedder.h"
#include "support/allocator.h"
#include "support/peer.h"

enum { DIMENSION = 256, TEXTS_MAX = 3, ANSWER_BYTES = 8192 };

#define ARN "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2"

/* Pairs of key and value, ended by NULL. */
typedef struct settings {
  const char *pairs[12];
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
  return strcmp(key, "bedrock.url") == 0             ? askiam_str_from(own->url)
         : strcmp(key, "aws.region") == 0            ? ASKI_STR("eu-west-1")
         : strcmp(key, "aws.access_key_id") == 0     ? ASKI_STR("AKIDEXAMPLE")
         : strcmp(key, "aws.secret_access_key") == 0 ? ASKI_STR("hunter2")
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

/* An answer of status 200 with the vector (3, 4, 0, …), of `dimension` floats. */
static void s_answer(char out[ANSWER_BYTES], size_t dimension)
{
  char body[ANSWER_BYTES - 128];
  size_t length = (size_t)snprintf(body, sizeof body, "{\"embedding\":[3,4");
  for (size_t i = 2; i < dimension; ++i) {
    length += (size_t)snprintf(body + length, sizeof body - length, ",0");
  }
  snprintf(body + length, sizeof body - length, "],\"inputTextTokenCount\":2}");
  snprintf(out, ANSWER_BYTES, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
}

static askiam_status s_open(fixture *own)
{
  askiam_backend_options options = {
      .get = s_setting, .settings = &own->settings, .allocator = &own->allocator.base, .clock = aski_clock_system()};
  own->embedder = (aski_embedder){.table = *aski_bedrock_embedder()};
  askiam_status status = own->embedder.table.open(&own->embedder.self, NULL, &options, &own->error);
  own->embedder.provided = status == ASKIAM_STATUS_OK;
  return status;
}

static void s_begin(fixture *own, const test_peer_step *step, const settings *chosen)
{
  *own = (fixture){.error = ASKIAM_ERROR_INIT};
  own->settings = chosen == NULL ? (settings){.url = ""} : *chosen;
  test_allocator_init(&own->allocator);
  own->call =
      (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .cancelled = &own->cancelled};
  own->peer = test_peer_start(step, 1);
  assert_non_null(own->peer);
  snprintf(own->settings.url, sizeof own->settings.url, "%s/", test_peer_url(own->peer));
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

static void embed_bedrock__each_text_is_one_signed_request(void **state)
{
  (void)state;
  fixture own;
  static char answer[ANSWER_BYTES];
  s_answer(answer, DIMENSION);
  const test_peer_step step = {.answer = answer};
  const settings chosen = {.pairs = {"aws.session_token", "token"}};
  s_begin(&own, &step, &chosen);
  const askiam_str texts[] = {ASKI_STR("first"), ASKI_STR(" \t"), ASKI_STR("pay \"roll\"")};
  assert_int_equal(s_embed(&own, texts, 3), ASKIAM_STATUS_OK);
  assert_int_equal(test_peer_requests(own.peer), 2);
  assert_int_equal(test_peer_connections(own.peer), 1);
  const char *sent = test_peer_latest(own.peer);
  assert_ptr_equal(strstr(sent, "POST /model/amazon.titan-embed-text-v2%3A0/invoke HTTP/1.1\r\n"), sent);
  assert_non_null(strstr(sent, "\r\nContent-Type: application/json\r\n"));
  assert_non_null(strstr(sent, "\r\nX-Amz-Security-Token: token\r\n"));
  assert_non_null(strstr(sent, "/eu-west-1/bedrock/aws4_request, SignedHeaders=accept;content-type;host;x-amz-date;"
                               "x-amz-security-token, Signature="));
  assert_non_null(strstr(sent, "{\"inputText\":\"pay \\\"roll\\\"\",\"dimensions\":256,\"normalize\":true,"
                               "\"embeddingTypes\":[\"float\"]}"));
  assert_null(strstr(sent, "hunter2"));
  for (size_t i = 0; i < TEXTS_MAX; ++i) {
    const float *vector = own.vectors + i * DIMENSION;
    assert_true(fabsf(vector[0] - (i == 1 ? 0.0F : 0.6F)) < 1e-6F && fabsf(vector[1] - (i == 1 ? 0.0F : 0.8F)) < 1e-6F);
  }
  assert_string_equal(aski_embedder_model(&own.embedder), "bedrock:amazon.titan-embed-text-v2:0/256");
  assert_int_equal(own.embedder.table.flags, ASKIAM_BACKEND_REMOTE);
  s_end(&own);
}

static void embed_bedrock__an_arn_is_one_segment_of_the_path_and_texts_are_cut(void **state)
{
  (void)state;
  fixture own;
  static char answer[ANSWER_BYTES];
  s_answer(answer, DIMENSION);
  const test_peer_step step = {.answer = answer};
  const settings chosen = {.pairs = {"embedder.model", ARN, "embedder.text_bytes", "64"}};
  s_begin(&own, &step, &chosen);
  /* 63 letters and a character of two bytes: it does not fit any more. */
  const askiam_str text = ASKI_STR("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk\xC3\xA9 and more");
  assert_int_equal(s_embed(&own, &text, 1), ASKIAM_STATUS_OK);
  const char *sent = test_peer_latest(own.peer);
  assert_non_null(strstr(sent,
                         "POST /model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Aapplication-inference-profile"
                         "%2Fa1b2/invoke HTTP/1.1\r\n"));
  assert_non_null(strstr(sent, "{\"inputText\":\"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk\","));
  assert_string_equal(aski_embedder_model(&own.embedder), "bedrock:" ARN "/256");
  s_end(&own);
}

#define HEAD(status, length) "HTTP/1.1 " status "\r\nContent-Length: " length "\r\n\r\n"

static void embed_bedrock__failures_are_told_without_what_was_written(void **state)
{
  (void)state;
  static char shorter[ANSWER_BYTES];
  s_answer(shorter, 3);
  static const struct {
    const char *answer;
    askiam_status status;
    int retryable;
    const char *said;
  } cases[] = {
      {HEAD("403 Forbidden", "9") "hunter2 !", ASKIAM_STATUS_NOT_PERMITTED, 0, "403"},
      {HEAD("400 Bad Request", "9") "hunter2 !", ASKIAM_STATUS_BAD_DATA, 0, "400"},
      {HEAD("404 Not Found", "9") "hunter2 !", ASKIAM_STATUS_NOT_FOUND, 0, "404"},
      {HEAD("429 Too Many", "9") "hunter2 !", ASKIAM_STATUS_UNAVAILABLE, 1, "429"},
      {HEAD("200 OK", "9") "hunter2 !", ASKIAM_STATUS_UNAVAILABLE, 1, "line 1"},
      {HEAD("200 OK", "2") "{}", ASKIAM_STATUS_UNAVAILABLE, 1, "no list \"embedding\""},
      {HEAD("200 OK", "17") "{\"embedding\":\"x\"}", ASKIAM_STATUS_UNAVAILABLE, 1, "no list \"embedding\""},
      {HEAD("200 OK", "90000000") "{\"embedding\":", ASKIAM_STATUS_UNAVAILABLE, 0, ""},
      {shorter, ASKIAM_STATUS_CONFIG, 0, "3 floats, embedder.dimension says 256"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    fixture own;
    const test_peer_step step = {.answer = cases[i].answer};
    s_begin(&own, &step, NULL);
    const askiam_str text = ASKI_STR("text");
    assert_int_equal(s_embed(&own, &text, 1), cases[i].status);
    assert_int_equal(own.error.retryable, cases[i].retryable);
    assert_int_equal(own.error.layer, ASKIAM_LAYER_EMBEDDER);
    assert_non_null(strstr(own.error.message, cases[i].said));
    assert_null(strstr(own.error.message, "hunter2"));
    s_end(&own);
  }
}

static void embed_bedrock__nothing_is_asked_for_nothing_or_too_late(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {.answer = HEAD("200 OK", "2") "{}"};
  s_begin(&own, &step, NULL);
  const askiam_str texts[] = {ASKI_STR(""), ASKI_STR_NONE};
  assert_int_equal(s_embed(&own, texts, 2), ASKIAM_STATUS_OK);
  const askiam_str bad = ASKI_STR("\xC0\xAF");
  assert_int_equal(s_embed(&own, &bad, 1), ASKIAM_STATUS_BAD_DATA);
  own.call.deadline_ticks_ns = 0;
  const askiam_str good = ASKI_STR("good");
  assert_int_equal(s_embed(&own, &good, 1), ASKIAM_STATUS_TIMEOUT);
  assert_int_equal(test_peer_requests(own.peer), 0);
  s_end(&own);
}

static void embed_bedrock__lack_of_memory_is_told(void **state)
{
  (void)state;
  fixture own;
  static char answer[ANSWER_BYTES];
  s_answer(answer, DIMENSION);
  const test_peer_step step = {.answer = answer};
  s_begin(&own, &step, NULL);
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

static void embed_bedrock__settings_that_cannot_work_are_refused(void **state)
{
  (void)state;
  static const struct {
    settings chosen;
    const char *said;
  } cases[] = {
      {{.url = "ftp://host"}, "bedrock.url"},
      {{.url = "http://host"}, "over https:// only"},
      {{.url = "https://me:hunter2@host"}, "without a password"},
      {{.url = "https://host/?hunter2"}, "without a password"},
      {{.pairs = {"embedder.model", "titan model"}}, "embedder.model: must be the id or the ARN"},
      {{.pairs = {"embedder.model", "../invoke?"}}, "embedder.model: must be the id or the ARN"},
      {{.pairs = {"embedder.dimension", "300"}}, "256, 512 or 1024"},
      {{.pairs = {"embedder.dimension", "x"}}, "embedder.dimension"},
      {{.pairs = {"embedder.text_bytes", "1"}}, "64 to 1048576"},
      {{.pairs = {"aws.region", ""}}, "aws.region"},
      {{.pairs = {"aws.secret_access_key", ""}}, "aws.secret_access_key is not set"},
  };
  fixture own = {.error = ASKIAM_ERROR_INIT};
  test_allocator_init(&own.allocator);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    own.settings = cases[i].chosen;
    assert_int_equal(s_open(&own), ASKIAM_STATUS_CONFIG);
    if (strstr(own.error.message, cases[i].said) == NULL) {
      fail_msg("%s (wanted: %s)", own.error.message, cases[i].said);
    }
    assert_null(strstr(own.error.message, "hunter2"));
    assert_int_equal(own.allocator.outstanding, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(embed_bedrock__each_text_is_one_signed_request),
      cmocka_unit_test(embed_bedrock__an_arn_is_one_segment_of_the_path_and_texts_are_cut),
      cmocka_unit_test(embed_bedrock__failures_are_told_without_what_was_written),
      cmocka_unit_test(embed_bedrock__nothing_is_asked_for_nothing_or_too_late),
      cmocka_unit_test(embed_bedrock__lack_of_memory_is_told),
      cmocka_unit_test(embed_bedrock__settings_that_cannot_work_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
