/* SPDX-License-Identifier: Apache-2.0
 *
 * What a sketch leaves always holds the best. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "search/common/sketch_multiply.h"
#include "search/common/vectors.h"
#include "support/allocator.h"

enum { DIMENSION_MAX = 400 };

static uint32_t s_next(uint32_t *random) { return (*random = *random * 1664525u + 1013904223u) >> 8; }

static float s_float(uint32_t *random) { return (float)(s_next(random) % 2001) / 1000.0F - 1.0F; }

static void s_fill(float *out, size_t dimension, uint32_t *random, bool unit)
{
  float length = 0;
  for (size_t i = 0; i < dimension; ++i) {
    out[i] = s_float(random);
    length += out[i] * out[i];
  }
  for (size_t i = 0; i < dimension && unit; ++i) {
    out[i] /= sqrtf(length) + 1e-9F;
  }
}

static bool s_holds(const aski_sketch_choice *choice, int64_t document)
{
  for (size_t i = 0; i < choice->count; ++i) {
    if (choice->documents[i] == document) {
      return true;
    }
  }
  return false;
}

/* All rows themselves, against what the sketch leaves. */
static size_t s_check(const float *rows, size_t count, size_t dimension, const float *query, size_t limit, float least)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_sketch *sketch = aski_sketch_new(aski_allocator_default(), count, dimension);
  aski_best best;
  assert_non_null(sketch);
  assert_true(aski_best_init(&best, &arena, limit));
  for (size_t i = 0; i < count; ++i) {
    const unsigned char *stored = (const unsigned char *)(rows + i * dimension);
    assert_true(aski_sketch_add(sketch, (int64_t)i + 7, stored));
    float likeness = aski_vector_dot(query, stored, dimension);
    if (likeness > least) {
      aski_best_offer(&best, (aski_hit){(int64_t)i + 7, (double)likeness});
    }
  }
  assert_false(aski_sketch_add(sketch, 1, (const unsigned char *)rows));
  aski_sketch_choice choice;
  assert_true(aski_sketch_choose(&choice, &arena, sketch, query, limit, least));
  for (size_t i = 0; i < best.count; ++i) {
    assert_true(s_holds(&choice, best.items[i].document));
  }
  size_t left = choice.count;
  aski_sketch_destroy(sketch);
  aski_arena_clean_up(&arena);
  return left;
}

static void search_common__what_a_sketch_leaves_holds_the_best(void **state)
{
  (void)state;
  static float rows[300 * DIMENSION_MAX];
  float query[DIMENSION_MAX];
  uint32_t random = 5;
  for (int round = 0; round < 200; ++round) {
    size_t dimension = 1 + s_next(&random) % DIMENSION_MAX;
    size_t count = 1 + s_next(&random) % 300;
    bool unit = round % 3 != 0;
    for (size_t i = 0; i < count; ++i) {
      s_fill(rows + i * dimension, dimension, &random, unit);
    }
    s_fill(query, dimension, &random, unit);
    s_check(rows, count, dimension, query, s_next(&random) % 30, (float)(s_next(&random) % 3) / 10.0F);
  }
}

static void search_common__a_sketch_leaves_few_of_many(void **state)
{
  (void)state;
  enum { COUNT = 5000, DIMENSION = 384 };
  float *rows = calloc((size_t)COUNT * DIMENSION, sizeof *rows);
  float query[DIMENSION];
  uint32_t random = 11;
  assert_non_null(rows);
  for (size_t i = 0; i < COUNT; ++i) {
    s_fill(rows + i * DIMENSION, DIMENSION, &random, true);
  }
  s_fill(query, DIMENSION, &random, true);
  assert_in_range(s_check(rows, COUNT, DIMENSION, query, 20, 0), 20, 200);
  assert_int_equal(s_check(rows, COUNT, DIMENSION, query, 20, 0.9F), 0);
  free(rows);
}

static void search_common__a_sketch_of_twins_zeros_and_no_numbers(void **state)
{
  (void)state;
  enum { COUNT = 60, DIMENSION = 3 };
  float rows[COUNT * DIMENSION] = {0};
  const float query[DIMENSION] = {0.6F, 0.8F, 0};
  for (size_t i = 0; i < COUNT; ++i) {
    float *row = rows + i * DIMENSION;
    row[0] = i % 4 == 0 ? 0.6F : 0;
    row[1] = i % 4 == 0 ? 0.8F : i % 4 == 1 ? NAN : i % 4 == 2 ? HUGE_VALF : 0;
    row[2] = i % 8 == 7 ? 1e-42F : 0; /* below what a float can have in full */
  }
  size_t left = s_check(rows, COUNT, DIMENSION, query, 5, 0.1F);
  assert_in_range(left, 15, 55); /* the zeros are left away */
  s_check(rows, COUNT, DIMENSION, (const float[DIMENSION]){0}, 5, 0.1F);
  s_check(rows, COUNT, DIMENSION, (const float[DIMENSION]){NAN, 0, 0}, 5, 0.1F);
}

#if defined(__x86_64__) && defined(__GNUC__)
static void search_common__a_processor_is_known_for_what_it_is(void **state)
{
  (void)state;
  assert_int_equal(aski_sketch_best_multiply() != aski_sketch_multiply_plain, __builtin_cpu_supports("avx2") != 0);
}
#endif

static void search_common__memory_for_a_sketch_may_run_out(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  float row[4] = {1, 0, 0, 0};
  bool done = false;
  for (long at = 1; !done; ++at) {
    test_allocator_fail_at(&allocator, at);
    aski_sketch *sketch = aski_sketch_new(&allocator.base, 2, 4);
    aski_arena arena;
    aski_arena_init(&arena, &allocator.base);
    if (sketch != NULL) {
      aski_sketch_choice choice;
      assert_true(aski_sketch_add(sketch, 1, (const unsigned char *)row));
      done = aski_sketch_choose(&choice, &arena, sketch, row, 5, 0) && at > 6;
      assert_true(!done || choice.count == 1);
    }
    aski_arena_clean_up(&arena);
    aski_sketch_destroy(sketch);
    assert_int_equal(allocator.outstanding, 0);
    assert_true(at < 100);
  }
  assert_int_equal(aski_sketch_bytes(SIZE_MAX, 4), SIZE_MAX);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(search_common__what_a_sketch_leaves_holds_the_best),
      cmocka_unit_test(search_common__a_sketch_leaves_few_of_many),
      cmocka_unit_test(search_common__a_sketch_of_twins_zeros_and_no_numbers),
#if defined(__x86_64__) && defined(__GNUC__)
      cmocka_unit_test(search_common__a_processor_is_known_for_what_it_is),
#endif
      cmocka_unit_test(search_common__memory_for_a_sketch_may_run_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
