/* SPDX-License-Identifier: Apache-2.0
 *
 * What every embedder promises (askiam/backend/embedder.h), held over every embedder that is built in. A new one is a line in the table. With the
 * argument "servers" over those that ask a server, which the environment names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "backend/handles.h"
#include "backend/options.h"
#include "base/time.h"
#include "embed/bedrock/bedrock_embedder.h"
#include "embed/hashing/hashing_embedder.h"
#include "embed/openai/openai_embedder.h"
#include "support/allocator.h"

typedef struct contract_embedder {
  const char *name;
  const askiam_embedder_vtable *(*table)(void);
  const char *dimension; /* setting embedder.dimension */
} contract_embedder;

static const contract_embedder s_local[] = {
    {"hashing, as configured by default", aski_hashing_embedder, ""},
    {"hashing, smallest", aski_hashing_embedder, "1"},
    {"hashing, largest", aski_hashing_embedder, "4096"},
};
static const contract_embedder s_servers[] = {
    {"openai", aski_openai_embedder, "256"},
    {"openai, odd", aski_openai_embedder, "33"},
    {"bedrock", aski_bedrock_embedder, "256"},
    {"bedrock, largest", aski_bedrock_embedder, "1024"},
};
static const contract_embedder *s_embedders = s_local;
static size_t s_embedder_count = sizeof s_local / sizeof *s_local;

static const askiam_str s_texts[] = {{"HR Analyst in Workday", 21},   {"", 0},         {NULL, 0},
                                     {"\xE4\xBA\xBA\xE4\xBA\x8B", 6}, {"\n\t ...", 6}, {"a", 1}};
enum { TEXTS = sizeof s_texts / sizeof *s_texts, THREADS = 4 };

typedef struct opened {
  test_allocator allocator;
  aski_embedder embedder;
  askiam_call call;
} opened;

/* Where the servers are, and what the stand-ins take. */
static askiam_str s_setting(const void *settings, const char *key)
{
  static const struct {
    const char *key, *variable, *value;
  } known[] = {{"embedder.url", "ASKIAM_TEST_OPENAI_URL", NULL},
               {"embedder.key", "ASKIAM_TEST_AIMOCK_KEY", NULL},
               {"embedder.send_dimension", NULL, "true"},
               {"bedrock.url", "ASKIAM_TEST_BEDROCK", NULL},
               {"aws.region", NULL, "eu-west-1"},
               {"aws.access_key_id", NULL, "AKIDEXAMPLE"},
               {"aws.secret_access_key", NULL, "hunter2/EXAMPLE+KEY="}};
  if (strcmp(key, "embedder.dimension") == 0) {
    return askiam_str_from(settings);
  }
  for (size_t i = 0; i < sizeof known / sizeof *known; ++i) {
    if (strcmp(key, known[i].key) == 0) {
      return askiam_str_from(known[i].variable == NULL ? known[i].value : getenv(known[i].variable));
    }
  }
  return ASKI_STR_NONE;
}

static void s_open(opened *out_opened, const contract_embedder *contract)
{
  print_message("  %s\n", contract->name);
  test_allocator_init(&out_opened->allocator);
  out_opened->call = (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  askiam_backend_options options = {.get = s_setting,
                                    .settings = contract->dimension,
                                    .allocator = &out_opened->allocator.base,
                                    .clock = aski_clock_system()};
  out_opened->embedder = (aski_embedder){.table = *contract->table(), .provided = true};
  askiam_error error = ASKIAM_ERROR_INIT;
  if (out_opened->embedder.table.open(&out_opened->embedder.self, NULL, &options, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
}

static void s_close(opened *one)
{
  if (one->embedder.table.close != NULL) {
    one->embedder.table.close(one->embedder.self);
  }
  assert_int_equal(one->allocator.outstanding, 0);
}

static float *s_embed(opened *one, const askiam_str *texts, size_t count)
{
  float *vectors = calloc(count * aski_embedder_dimension(&one->embedder), sizeof *vectors);
  assert_int_equal(aski_embedder_embed(&one->embedder, &one->call, texts, count, vectors, NULL),
                   ASKIAM_STATUS_OK); /* also holds that they are of unit length or zeros */
  return vectors;
}

static void contract_embedder__says_what_it_is(void **state)
{
  (void)state;
  for (size_t i = 0; i < s_embedder_count; ++i) {
    opened one;
    s_open(&one, &s_embedders[i]);
    size_t dimension = aski_embedder_dimension(&one.embedder);
    assert_in_range(dimension, 1, 4096);
    assert_true(strlen(aski_embedder_model(&one.embedder)) > 0);
    free(s_embed(&one, s_texts, TEXTS));
    assert_int_equal(aski_embedder_dimension(&one.embedder), dimension);
    s_close(&one);
  }
}

static void contract_embedder__a_batch_gives_what_single_texts_give(void **state)
{
  (void)state;
  for (size_t i = 0; i < s_embedder_count; ++i) {
    opened one;
    s_open(&one, &s_embedders[i]);
    size_t dimension = aski_embedder_dimension(&one.embedder);
    float *batch = s_embed(&one, s_texts, TEXTS);
    for (size_t text = 0; text < TEXTS; ++text) {
      float *single = s_embed(&one, &s_texts[text], 1);
      assert_memory_equal(single, batch + text * dimension, dimension * sizeof *single);
      free(single);
    }
    free(batch);
    s_close(&one);
  }
}

static void contract_embedder__no_text_has_no_direction(void **state)
{
  (void)state;
  for (size_t i = 0; i < s_embedder_count; ++i) {
    opened one;
    s_open(&one, &s_embedders[i]);
    float *vector = s_embed(&one, &s_texts[1], 1);
    for (size_t at = 0; at < aski_embedder_dimension(&one.embedder); ++at) {
      assert_true(fabsf(vector[at]) <= 0.0F);
    }
    free(vector);
    s_close(&one);
  }
}

static void *s_embed_much(void *context)
{
  opened *one = context;
  size_t dimension = aski_embedder_dimension(&one->embedder);
  float *first = s_embed(one, s_texts, TEXTS);
  bool same = true;
  for (int i = 0; i < 20; ++i) {
    float *again = s_embed(one, s_texts, TEXTS);
    same = same && memcmp(first, again, TEXTS * dimension * sizeof *first) == 0;
    free(again);
  }
  free(first);
  return same ? context : NULL;
}

static void contract_embedder__threads_share_it(void **state)
{
  (void)state;
  for (size_t i = 0; i < s_embedder_count; ++i) {
    opened one;
    s_open(&one, &s_embedders[i]);
    pthread_t threads[THREADS];
    for (size_t at = 0; at < THREADS; ++at) {
      assert_int_equal(pthread_create(&threads[at], NULL, s_embed_much, &one), 0);
    }
    for (size_t at = 0; at < THREADS; ++at) {
      void *result = NULL;
      pthread_join(threads[at], &result);
      assert_non_null(result);
    }
    s_close(&one);
  }
}

static void contract_embedder__lack_of_memory_and_bad_text_are_told(void **state)
{
  (void)state;
  for (size_t i = 0; i < s_embedder_count; ++i) {
    opened one;
    s_open(&one, &s_embedders[i]);
    float *vector = s_embed(&one, s_texts, 1);
    askiam_status status = ASKIAM_STATUS_NO_MEMORY;
    for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
      test_allocator_fail_at(&one.allocator, fail_at);
      status = aski_embedder_embed(&one.embedder, &one.call, s_texts, 1, vector, NULL);
      assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    }
    test_allocator_fail_at(&one.allocator, 0);
    askiam_str bad = {"\xC0\xAF", 2};
    askiam_error error = ASKIAM_ERROR_INIT;
    assert_int_equal(aski_embedder_embed(&one.embedder, &one.call, &bad, 1, vector, &error), ASKIAM_STATUS_BAD_DATA);
    assert_int_equal(error.layer, ASKIAM_LAYER_EMBEDDER);
    free(vector);
    s_close(&one);
  }
}

static void contract_embedder__a_passed_deadline_is_a_timeout(void **state)
{
  (void)state;
  for (size_t i = 0; i < s_embedder_count; ++i) {
    opened one;
    s_open(&one, &s_embedders[i]);
    float vector[4096];
    one.call.deadline_ticks_ns = 0;
    assert_int_equal(aski_embedder_embed(&one.embedder, &one.call, s_texts, 1, vector, NULL), ASKIAM_STATUS_TIMEOUT);
    s_close(&one);
  }
}

int main(int count, char **arguments)
{
  if (count == 2 && strcmp(arguments[1], "servers") == 0) {
    s_embedders = s_servers;
    s_embedder_count = sizeof s_servers / sizeof *s_servers;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(contract_embedder__says_what_it_is),
      cmocka_unit_test(contract_embedder__a_batch_gives_what_single_texts_give),
      cmocka_unit_test(contract_embedder__no_text_has_no_direction),
      cmocka_unit_test(contract_embedder__threads_share_it),
      cmocka_unit_test(contract_embedder__lack_of_memory_and_bad_text_are_told),
      cmocka_unit_test(contract_embedder__a_passed_deadline_is_a_timeout),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
