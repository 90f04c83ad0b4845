/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "backend/options.h"
#include "base/str.h"
#include "base/time.h"
#include "embed/hashing/features.h"
#include "embed/hashing/hashing_embedder.h"
#include "support/allocator.h"

enum { DIMENSION = 256 };

static const askiam_call s_call = {.deadline_ticks_ns = UINT64_MAX};

static askiam_str s_setting(const void *settings, const char *key)
{
  return strcmp(key, "embedder.dimension") == 0 ? askiam_str_from(settings) : ASKI_STR_NONE;
}

static askiam_status s_open(void **out_self, test_allocator *allocator, const char *dimension, askiam_error *error)
{
  askiam_backend_options options = {.get = s_setting, .settings = dimension, .allocator = &allocator->base};
  return aski_hashing_embedder()->open(out_self, NULL, &options, error);
}

typedef struct test_bench {
  test_allocator allocator;
  void *self;
} test_bench;

static int s_set_up(void **state)
{
  static test_bench made;
  test_allocator_init(&made.allocator);
  assert_int_equal(s_open(&made.self, &made.allocator, NULL, NULL), ASKIAM_STATUS_OK);
  *state = &made;
  return 0;
}

static int s_tear_down(void **state)
{
  test_bench *bench = *state;
  aski_hashing_embedder()->close(bench->self);
  assert_int_equal(bench->allocator.outstanding, 0);
  return 0;
}

static double s_likeness(test_bench *bench, const char *left, const char *right)
{
  float vectors[2 * DIMENSION];
  askiam_str texts[] = {askiam_str_from(left), askiam_str_from(right)};
  assert_int_equal(aski_hashing_embedder()->embed(bench->self, &s_call, texts, 2, vectors, NULL), ASKIAM_STATUS_OK);
  double sum = 0;
  for (size_t i = 0; i < DIMENSION; ++i) {
    sum += (double)vectors[i] * (double)vectors[DIMENSION + i];
  }
  return sum;
}

static void embed_hashing__model_names_the_version_and_the_dimension(void **state)
{
  test_bench *bench = *state;
  assert_string_equal(aski_hashing_embedder()->model(bench->self), "hashing-1/256");
  assert_int_equal(aski_hashing_embedder()->dimension(bench->self), 256);
}

static void embed_hashing__alike_texts_have_alike_vectors(void **state)
{
  test_bench *bench = *state;
  double same = s_likeness(bench, "HR Analyst in Workday", "hr  ANALYST in workday");
  double near = s_likeness(bench, "HR Analyst in Workday", "Workday: the role of HR analysts");
  double far = s_likeness(bench, "HR Analyst in Workday", "Expense reimbursement for travel");
  assert_true(same > 0.9999);
  assert_true(near > 0.4);
  assert_true(fabs(far) < 0.2);
}

static void embed_hashing__a_misspelling_stays_near_by_its_letters(void **state)
{
  test_bench *bench = *state;
  assert_true(s_likeness(bench, "Salesforce administrator", "Salesforce adminstrator") > 0.6);
}

static void embed_hashing__word_order_counts_a_little(void **state)
{
  test_bench *bench = *state;
  double swapped = s_likeness(bench, "payroll approver reviewer", "reviewer payroll approver");
  assert_true(swapped > 0.7 && swapped < 0.9999);
}

static void embed_hashing__texts_without_words_are_zeros(void **state)
{
  test_bench *bench = *state;
  askiam_str texts[] = {ASKI_STR(""), ASKI_STR_NONE, ASKI_STR(" ... !? ")};
  float vectors[3 * DIMENSION];
  memset(vectors, 0x7f, sizeof vectors);
  assert_int_equal(aski_hashing_embedder()->embed(bench->self, &s_call, texts, 3, vectors, NULL), ASKIAM_STATUS_OK);
  for (size_t i = 0; i < 3 * DIMENSION; ++i) {
    assert_true(fabsf(vectors[i]) <= 0.0F);
  }
}

static void embed_hashing__text_that_is_not_utf8_is_an_error(void **state)
{
  test_bench *bench = *state;
  askiam_str texts[] = {ASKI_STR("good"), ASKI_STR("\xff\xfe")};
  float vectors[2 * DIMENSION];
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(aski_hashing_embedder()->embed(bench->self, &s_call, texts, 2, vectors, &error),
                   ASKIAM_STATUS_BAD_DATA);
  assert_string_equal(error.message, "text 2 is not UTF-8");
}

/* Stored vectors must be comparable for as long as the model's name is the same: these numbers may only change together with it. */
static void embed_hashing__vectors_of_a_model_never_change(void **state)
{
  test_bench *bench = *state;
  askiam_str text = ASKI_STR("HR Analyst");
  float vector[DIMENSION];
  assert_int_equal(aski_hashing_embedder()->embed(bench->self, &s_call, &text, 1, vector, NULL), ASKIAM_STATUS_OK);
  uint64_t sum = 0;
  for (size_t i = 0; i < DIMENSION; ++i) {
    sum = sum * 31 + (uint64_t)(int64_t)lroundf(vector[i] * 1000.0F);
  }
  assert_true(sum == UINT64_C(0x80c268e408279378));
}

static void embed_hashing__other_dimensions(void **state)
{
  test_bench *bench = *state;
  const char *good[] = {"1", "64", "4096"};
  for (size_t i = 0; i < 3; ++i) {
    void *self = NULL;
    assert_int_equal(s_open(&self, &bench->allocator, good[i], NULL), ASKIAM_STATUS_OK);
    float vector[4096];
    askiam_str text = ASKI_STR("HR Analyst");
    assert_int_equal(aski_hashing_embedder()->embed(self, &s_call, &text, 1, vector, NULL), ASKIAM_STATUS_OK);
    aski_hashing_embedder()->close(self);
  }
  const char *bad[] = {"0", "4097", "-1", "x", "12x", "99999999999999999999999"};
  for (size_t i = 0; i < 6; ++i) {
    void *self = NULL;
    askiam_error error = ASKIAM_ERROR_INIT;
    assert_int_equal(s_open(&self, &bench->allocator, bad[i], &error), ASKIAM_STATUS_CONFIG);
    assert_non_null(strstr(error.message, bad[i]));
  }
}

static void embed_hashing__a_long_text_is_cut_not_feared(void **state)
{
  test_bench *bench = *state;
  enum { LENGTH = 300000 };
  char *text = malloc(LENGTH);
  for (size_t i = 0; i < LENGTH; ++i) {
    text[i] = i % 9 == 8 ? ' ' : (char)('a' + (i * 7 + i / 9) % 26);
  }
  float vector[DIMENSION];
  askiam_str view = {text, LENGTH};
  assert_int_equal(aski_hashing_embedder()->embed(bench->self, &s_call, &view, 1, vector, NULL), ASKIAM_STATUS_OK);
  free(text);
  double sum = 0;
  for (size_t i = 0; i < DIMENSION; ++i) {
    sum += (double)vector[i] * (double)vector[i];
  }
  assert_true(fabs(sum - 1.0) < 1e-3);
}

static void embed_hashing__features_are_the_runs_within_words(void **state)
{
  (void)state;
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  const size_t expected[ASKI_FEATURE_KINDS] = {2, 1, 3 + 2 + 1 + 2 + 1};
  for (int kind = 0; kind < ASKI_FEATURE_KINDS; ++kind) {
    aski_features features = {0};
    /* "^abc$" has 3 + 2 + 1 runs of 3 to 5 characters; "^éü$", in characters, 2 + 1 */
    aski_features_collect(&features, &arena, ASKI_STR("abc \xC3\xA9\xC3\xBC"), (aski_feature_kind)kind);
    assert_int_equal(features.count, expected[kind]);
    assert_true(aski_features_sort(&features, &arena));
    for (size_t i = 1; i < features.count; ++i) {
      assert_true(features.items[i - 1] <= features.items[i]);
    }
  }
  aski_arena_clean_up(&arena);
}

static void embed_hashing__lack_of_memory_is_told(void **state)
{
  test_bench *bench = *state;
  askiam_str text = ASKI_STR("a role that lets people see payroll data of everybody in the whole organisation");
  float vector[DIMENSION];
  long before = bench->allocator.outstanding;
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    test_allocator_fail_at(&bench->allocator, fail_at);
    status = aski_hashing_embedder()->embed(bench->self, &s_call, &text, 1, vector, NULL);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_int_equal(bench->allocator.outstanding, before);
    assert_true(fail_at > 1 || status == ASKIAM_STATUS_NO_MEMORY);
  }
  test_allocator_fail_at(&bench->allocator, 1);
  void *other = NULL;
  assert_int_equal(s_open(&other, &bench->allocator, NULL, NULL), ASKIAM_STATUS_NO_MEMORY);
}

#define TEST(name) cmocka_unit_test_setup_teardown(embed_hashing__##name, s_set_up, s_tear_down)
int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(model_names_the_version_and_the_dimension),
      TEST(alike_texts_have_alike_vectors),
      TEST(a_misspelling_stays_near_by_its_letters),
      TEST(word_order_counts_a_little),
      TEST(texts_without_words_are_zeros),
      TEST(text_that_is_not_utf8_is_an_error),
      TEST(vectors_of_a_model_never_change),
      TEST(other_dimensions),
      TEST(a_long_text_is_cut_not_feared),
      TEST(features_are_the_runs_within_words),
      TEST(lack_of_memory_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
