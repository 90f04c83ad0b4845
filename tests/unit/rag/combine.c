/* SPDX-License-Identifier: Apache-2.0
 *
 * Two opinions as one: agreement, disagreement, one that is missing; over a grid of numbers. */
#include "rag/combine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

static double s_sure(double probability) { return fmax(probability, 1 - probability); }

static void rag__agreement_raises_and_disagreement_lowers(void **state)
{
  (void)state;
  for (int i = 1; i < 100; ++i) {
    for (int j = 1; j < 100; ++j) {
      double past = i / 100.0;
      double model = j / 100.0;
      double both = aski_rag_combine(past, model);
      double surer = fmax(s_sure(past), s_sure(model));
      bool agree = (i > 50) == (j > 50) && i != 50 && j != 50;
      assert_true(both >= 0.0075 - 1e-12 && both <= 0.9925 + 1e-12);
      if (agree) {
        assert_true((both > 0.5) == (past > 0.5));
        assert_true(s_sure(both) >= surer - 1e-9);
      } else {
        assert_true(s_sure(both) <= surer + 1e-9);
      }
      assert_true(fabs(both + aski_rag_combine(1 - past, 1 - model) - 1) < 1e-9); /* no side is favoured */
      assert_true(aski_rag_combine(past + 0.005, model) >= both - 1e-9);          /* more for it never makes less */
      assert_true(aski_rag_combine(past, model + 0.005) >= both - 1e-9);
    }
  }
}

static void rag__a_model_adds_no_more_than_the_past_says_by_itself(void **state)
{
  (void)state;
  assert_true(fabs(aski_rag_combine(0.9, 0.8) - 0.972973) < 1e-6);  /* odds 9 × 4 */
  assert_true(fabs(aski_rag_combine(0.9, 0.94) - 0.987805) < 1e-6); /* 9 × 9, not 9 × 15.7 */
  assert_true(fabs(aski_rag_combine(0.6, 0.94) - 0.94) < 1e-6);     /* a weak past lends nothing */
  assert_true(fabs(aski_rag_combine(0.9, 0.2) - 0.692308) < 1e-6);  /* 9 / 4 */
  assert_true(fabs(aski_rag_combine(0.5, 0.94) - 0.94) < 1e-6);
  assert_true(fabs(aski_rag_combine(0.0, 1.0) - 0.5) < 1e-6);
  assert_true(fabs(aski_rag_combine(1.0, 1.0) - 0.9925) < 1e-9);
}

static void rag__a_missing_opinion_leaves_the_other(void **state)
{
  (void)state;
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_rag_voice past = {"evidence",
                         {.arena = &arena, .given = true, .probability = 0.9, .reason = ASKI_STR("9 of 10")}};
  aski_rag_voice model = {"llm",
                          {.arena = &arena, .given = true, .probability = 0.8, .reason = ASKI_STR("it says so")}};
  aski_rag_voice joined = aski_rag_join(&arena, &past, &model);
  assert_string_equal(joined.kind, "both");
  assert_true(joined.opinion.given && fabs(joined.opinion.probability - 0.972973) < 1e-6);
  assert_string_equal(joined.opinion.reason.data, "9 of 10; it says so");
  model.opinion.given = false;
  joined = aski_rag_join(&arena, &past, &model);
  assert_string_equal(joined.kind, "evidence");
  assert_true(joined.opinion.given && fabs(joined.opinion.probability - 0.9) < 1e-12);
  past.opinion.given = false;
  joined = aski_rag_join(&arena, &past, &model);
  assert_string_equal(joined.kind, "llm");
  assert_false(joined.opinion.given);
  model.opinion.given = true;
  joined = aski_rag_join(&arena, &past, &model);
  assert_string_equal(joined.kind, "llm");
  assert_true(joined.opinion.given && fabs(joined.opinion.probability - 0.8) < 1e-12);
  aski_arena_clean_up(&arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rag__agreement_raises_and_disagreement_lowers),
      cmocka_unit_test(rag__a_model_adds_no_more_than_the_past_says_by_itself),
      cmocka_unit_test(rag__a_missing_opinion_leaves_the_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
