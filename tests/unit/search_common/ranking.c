/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "search/common/fusion.h"

static int s_set_up(void **state)
{
  static aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  *state = &arena;
  return 0;
}

static int s_tear_down(void **state)
{
  aski_arena_clean_up(*state);
  return 0;
}

static uint32_t s_next(uint32_t *random) { return (*random = *random * 1664525u + 1013904223u) >> 8; }

static int s_compare(const void *left, const void *right)
{
  const aski_hit *a = left;
  const aski_hit *b = right;
  if (a->score < b->score || a->score > b->score) {
    return a->score > b->score ? -1 : 1;
  }
  return (a->document > b->document) - (a->document < b->document);
}

static void search_embedded__the_best_are_those_that_sorting_gives(void **state)
{
  uint32_t random = 7;
  for (size_t limit = 0; limit < 40; ++limit) {
    aski_hit all[100];
    aski_best best;
    assert_true(aski_best_init(&best, *state, limit));
    for (size_t i = 0; i < 100; ++i) {
      all[i] = (aski_hit){(int64_t)i, (double)(s_next(&random) % 20)};
      aski_best_offer(&best, all[i]);
    }
    aski_best_sort(&best);
    qsort(all, 100, sizeof *all, s_compare);
    assert_int_equal(best.count, limit);
    for (size_t i = 0; i < limit; ++i) {
      assert_int_equal(best.items[i].document, all[i].document);
    }
  }
}

static void search_embedded__dot_products_of_every_length_and_alignment(void **state)
{
  (void)state;
  uint32_t random = 11;
  for (size_t dimension = 0; dimension < 70; ++dimension) {
    float vector[70];
    float stored[70];
    unsigned char bytes[70 * 4 + 3];
    double expected = 0;
    for (size_t i = 0; i < dimension; ++i) {
      vector[i] = (float)(s_next(&random) % 200) / 100.0F - 1.0F;
      stored[i] = (float)(s_next(&random) % 200) / 100.0F - 1.0F;
      expected += (double)vector[i] * (double)stored[i];
    }
    for (size_t shift = 0; shift < 4; ++shift) {
      memcpy(bytes + shift, stored, dimension * 4);
      assert_true(fabs((double)aski_vector_dot(vector, bytes + shift, dimension) - expected) < 1e-4);
    }
  }
}

static aski_best s_list(aski_arena *arena, const int64_t *documents, const double *scores, size_t count)
{
  aski_best list;
  assert_true(aski_best_init(&list, arena, count));
  for (size_t i = 0; i < count; ++i) {
    aski_best_offer(&list, (aski_hit){documents[i], scores[i]});
  }
  aski_best_sort(&list);
  return list;
}

static void search_embedded__ranks_are_fused_and_equal_scores_share_one(void **state)
{
  const int64_t words[] = {1, 2, 3};
  const double word_scores[] = {9, 5, 5};
  const int64_t vectors[] = {2, 4};
  const double vector_scores[] = {0.9, 0.1};
  aski_best lists[] = {s_list(*state, words, word_scores, 3), s_list(*state, vectors, vector_scores, 2)};
  aski_best fused;
  assert_true(aski_fuse(&fused, *state, lists, 2));
  const int64_t order[] = {2, 1, 3, 4}; /* 3 shares rank 2 with document 2, as 4 has rank 2 in its list */
  const double scores[] = {(61.0 / 62.0 + 1.0) / 2.0, 0.5, 61.0 / 124.0, 61.0 / 124.0};
  assert_int_equal(fused.count, 4);
  for (size_t i = 0; i < 4; ++i) {
    assert_int_equal(fused.items[i].document, order[i]);
    assert_true(fabs(fused.items[i].score - scores[i]) < 1e-12);
  }
  assert_true(aski_fuse(&fused, *state, lists, 0));
  assert_int_equal(fused.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(search_embedded__##name, s_set_up, s_tear_down)
int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(the_best_are_those_that_sorting_gives),
      TEST(dot_products_of_every_length_and_alignment),
      TEST(ranks_are_fused_and_equal_scores_share_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
