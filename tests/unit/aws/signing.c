/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed requests as the configuration describes them: which headers they get, and where the secrets stay. The signatures themselves are held
 * against AWS's own in tests/unit/http. */
#include "aws/signing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "backend/options.h"
#include "base/time.h"
#include "support/allocator.h"

#define SECRET "hunter2/EXAMPLE+KEY="
#define TOKEN "hunter2-session=="

enum { HEADER_BYTES = 16 };

/* Pairs of key and value, ended by NULL. */
typedef struct settings {
  const char *pairs[10];
} settings;

static askiam_str s_setting(const void *context, const char *key)
{
  const settings *own = context;
  for (size_t i = 0; own->pairs[i] != NULL; i += 2) {
    if (strcmp(own->pairs[i], key) == 0) {
      return askiam_str_from(own->pairs[i + 1]);
    }
  }
  return ASKI_STR("");
}

static int64_t s_now_ms(void *context)
{
  (void)context;
  return INT64_C(1440938160000); /* 2015-08-30T12:36:00Z */
}

static uint64_t s_ticks_ns(void *context)
{
  (void)context;
  return 0;
}

static const askiam_clock s_clock = {.now_ms = s_now_ms, .ticks_ns = s_ticks_ns};
static const askiam_call s_call = {.clock = &s_clock, .deadline_ticks_ns = UINT64_MAX};

static const settings s_lasting = {.pairs = {"aws.region", "us-east-1", "aws.access_key_id", "AKIDEXAMPLE",
                                             "aws.secret_access_key", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}};
static const settings s_passing = {.pairs = {"aws.region", "eu-west-1", "aws.access_key_id", "ASIAEXAMPLE",
                                             "aws.secret_access_key", SECRET, "aws.session_token", TOKEN}};

static askiam_status s_open(aski_aws_signing *signing, const settings *chosen, const char *service,
                            const askiam_allocator *allocator, askiam_error *error)
{
  const askiam_backend_options options = {
      .get = s_setting, .settings = chosen, .allocator = allocator, .clock = &s_clock};
  return aski_aws_signing_open(signing, &options, service, ASKIAM_LAYER_SEARCH, error);
}

static const aski_http_header s_type = {{"Content-Type", 12}, {"application/json", 16}};

static aski_http_request s_request(void)
{
  return (aski_http_request){.method = ASKI_HTTP_POST,
                             .layer = ASKIAM_LAYER_SEARCH,
                             .url = ASKI_STR("https://x.eu-west-1.aoss.amazonaws.com/i/_search"),
                             .headers = &s_type,
                             .header_count = 1,
                             .body = ASKI_STR("{}")};
}

static void s_assert_header(const aski_http_request *request, size_t index, const char *name, const char *begin)
{
  assert_true(index < request->header_count);
  const aski_http_header *header = &request->headers[index];
  if (!aski_str_equal_text(header->name, name) || !aski_str_starts(header->value, askiam_str_from(begin))) {
    fail_msg("%.*s: %.*s", ASKI_STR_ARG(header->name), ASKI_STR_ARG(header->value));
  }
}

static void aws__signing_adds_what_a_service_wants(void **state)
{
  (void)state;
  static const struct {
    const char *service;
    const settings *chosen;
    size_t added;
  } cases[] = {{"es", &s_lasting, 2}, {"bedrock", &s_passing, 3}, {"aoss", &s_passing, 4}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    aski_aws_signing signing;
    assert_int_equal(s_open(&signing, cases[i].chosen, cases[i].service, aski_allocator_default(), NULL),
                     ASKIAM_STATUS_OK);
    aski_arena arena;
    aski_arena_init(&arena, aski_allocator_default());
    aski_http_request request = s_request();
    assert_int_equal(aski_aws_sign(&signing, &request, &arena, &s_call, NULL), ASKIAM_STATUS_OK);
    assert_int_equal(request.header_count, 1 + cases[i].added);
    size_t at = 0;
    s_assert_header(&request, at++, "Content-Type", "application/json");
    s_assert_header(&request, at++, "X-Amz-Date", "20150830T123600Z");
    if (cases[i].added == 4) {
      s_assert_header(&request, at++, "X-Amz-Content-Sha256", /* SHA-256 of {} */
                      "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    }
    if (cases[i].added >= 3) {
      s_assert_header(&request, at++, "X-Amz-Security-Token", TOKEN);
    }
    s_assert_header(&request, at++, "Authorization", "AWS4-HMAC-SHA256 Credential=A");
    assert_int_equal(at, request.header_count);
    aski_arena_wipe(&arena);
    aski_aws_signing_close(&signing);
  }
}

/* The example that AWS published for its suite, "get-vanilla": the credentials arrive as they were given. */
static void aws__signing_signs_with_what_was_configured(void **state)
{
  (void)state;
  settings chosen = s_lasting;
  chosen.pairs[5] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  aski_aws_signing signing;
  assert_int_equal(s_open(&signing, &chosen, "service", aski_allocator_default(), NULL), ASKIAM_STATUS_OK);
  memset(&chosen, 0, sizeof chosen); /* nothing of it is looked at again */
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_http_request request = {.url = ASKI_STR("https://example.amazonaws.com/")};
  assert_int_equal(aski_aws_sign(&signing, &request, &arena, &s_call, NULL), ASKIAM_STATUS_OK);
  s_assert_header(&request, 1, "Authorization",
                  "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                  "SignedHeaders=host;x-amz-date, "
                  "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  aski_arena_wipe(&arena);
  aski_aws_signing_close(&signing);
  aski_aws_signing_close(&signing); /* is closed already */
}

static void aws__signing_says_what_is_missing_and_never_what_was_given(void **state)
{
  (void)state;
  static const struct {
    settings chosen;
    const char *said;
  } cases[] = {
      {{.pairs = {"aws.access_key_id", "hunter2", "aws.secret_access_key", SECRET}}, "aws.region: must be a region"},
      {{.pairs = {"aws.region", "EU West", "aws.access_key_id", "hunter2"}}, "aws.region: must be a region"},
      {{.pairs = {"aws.region", "evil.example/", "aws.access_key_id", "hunter2"}}, "aws.region: must be a region"},
      {{.pairs = {"aws.region", "-eu"}}, "aws.region: must be a region"},
      {{.pairs = {"aws.region", "eu-west-1-and-some-more-than-33-bytes"}}, "aws.region: must be a region"},
      {{.pairs = {"aws.region", "eu-west-1"}}, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"},
      {{.pairs = {"aws.region", "eu-west-1", "aws.session_token", TOKEN}}, "there are no AWS credentials"},
      {{.pairs = {"aws.region", "eu-west-1", "aws.access_key_id", "hunter2"}}, "aws.secret_access_key is not set"},
      {{.pairs = {"aws.region", "eu-west-1", "aws.secret_access_key", SECRET}}, "aws.access_key_id is not set"},
      {{.pairs = {"aws.region", "eu-west-1", "aws.access_key_id", "hunter2 x", "aws.secret_access_key", SECRET}},
       "aws.access_key_id: must be visible"},
      {{.pairs = {"aws.region", "eu-west-1", "aws.access_key_id", "A", "aws.secret_access_key", "hunter2\xC3\xA9"}},
       "aws.secret_access_key: must be visible"},
      {{.pairs = {"aws.region", "eu-west-1", "aws.access_key_id", "A", "aws.secret_access_key", SECRET,
                  "aws.session_token", "hunter2\n"}},
       "aws.session_token: must be visible"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    aski_aws_signing signing;
    askiam_error error = ASKIAM_ERROR_INIT;
    assert_int_equal(s_open(&signing, &cases[i].chosen, "bedrock", aski_allocator_default(), &error),
                     ASKIAM_STATUS_CONFIG);
    if (strstr(error.message, cases[i].said) == NULL) {
      fail_msg("%s (wanted: %s)", error.message, cases[i].said);
    }
    assert_null(strstr(error.message, "hunter2"));
    assert_int_equal(error.layer, ASKIAM_LAYER_SEARCH);
  }
}

/* Memory that is given back must not hold a secret any more. */
typedef struct watch {
  size_t released;
  size_t leaked;
} watch;

static void *s_watch_acquire(void *context, size_t size_bytes)
{
  (void)context;
  char *memory = calloc(1, HEADER_BYTES + size_bytes);
  assert_non_null(memory);
  memcpy(memory, &size_bytes, sizeof size_bytes);
  return memory + HEADER_BYTES;
}

static void s_watch_release(void *context, void *memory)
{
  watch *own = context;
  char *block = (char *)memory - HEADER_BYTES;
  size_t size_bytes = 0;
  memcpy(&size_bytes, block, sizeof size_bytes);
  ++own->released;
  for (size_t i = 0; i + 7 <= size_bytes; ++i) {
    own->leaked += memcmp((char *)memory + i, "hunter2", 7) == 0;
  }
  free(block);
}

static void *s_watch_resize(void *context, void *memory, size_t size_bytes)
{
  void *moved = s_watch_acquire(context, size_bytes);
  if (memory != NULL) {
    size_t before = 0;
    memcpy(&before, (char *)memory - HEADER_BYTES, sizeof before);
    memcpy(moved, memory, before < size_bytes ? before : size_bytes);
    s_watch_release(context, memory);
  }
  return moved;
}

static void aws__signing_leaves_no_secret_in_memory_that_it_gives_back(void **state)
{
  (void)state;
  watch own = {.released = 0};
  const askiam_allocator allocator = {s_watch_acquire, s_watch_resize, s_watch_release, &own};
  aski_aws_signing signing;
  assert_int_equal(s_open(&signing, &s_passing, "aoss", &allocator, NULL), ASKIAM_STATUS_OK);
  aski_arena arena;
  aski_arena_init(&arena, &allocator);
  aski_http_request request = s_request();
  assert_int_equal(aski_aws_sign(&signing, &request, &arena, &s_call, NULL), ASKIAM_STATUS_OK);
  aski_arena_wipe(&arena);
  aski_aws_signing_close(&signing);
  assert_true(own.released >= 2);
  assert_int_equal(own.leaked, 0);
}

static void aws__signing_survives_every_lack_of_memory(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  bool done = false;
  for (long at = 1; !done; ++at) {
    assert_true(at < 100);
    test_allocator_fail_at(&allocator, at);
    aski_aws_signing signing;
    aski_arena arena;
    aski_arena_init(&arena, &allocator.base);
    aski_http_request request = s_request();
    askiam_status status = s_open(&signing, &s_passing, "aoss", &allocator.base, NULL);
    if (status == ASKIAM_STATUS_OK) {
      status = aski_aws_sign(&signing, &request, &arena, &s_call, NULL);
    }
    aski_arena_wipe(&arena);
    aski_aws_signing_close(&signing);
    done = status == ASKIAM_STATUS_OK;
    assert_true(done || status == ASKIAM_STATUS_NO_MEMORY);
    assert_int_equal(allocator.outstanding, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(aws__signing_adds_what_a_service_wants),
      cmocka_unit_test(aws__signing_signs_with_what_was_configured),
      cmocka_unit_test(aws__signing_says_what_is_missing_and_never_what_was_given),
      cmocka_unit_test(aws__signing_leaves_no_secret_in_memory_that_it_gives_back),
      cmocka_unit_test(aws__signing_survives_every_lack_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
