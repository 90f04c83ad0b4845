/* SPDX-License-Identifier: Apache-2.0
 *
 * Is the confidence a probability? Measured on made-up organisations whose next decision is known. With --figures [SEED] it prints the tables of
 * docs/evidence.md; without, it holds the figures to limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "judge/evidence/belief.h"
#include "organisations.h"
#include "score.h"

/* How many past decisions a role has. */
typedef struct size_class {
  const char *name;
  size_t from, to;
} size_class;
static const size_class s_sizes[] = {{"few", 1, 8}, {"some", 10, 40}, {"many", 200, 200}};
enum { SIZES = 3, TEST_REQUESTS = 600, FIGURE_REQUESTS = 3000, SEED = 20260121 };

typedef struct measured_figures {
  test_score of[PROCESS_COUNT][SIZES];
} measured_figures;

static double s_plain_share(const askiam_case *judged)
{
  size_t approved = 0;
  for (size_t i = 0; i < judged->pattern_count; ++i) {
    approved += judged->patterns[i].approved;
  }
  return ((double)approved + 1.0) / ((double)judged->pattern_count + 2.0);
}

static void s_measure_one(test_score *score, const aski_evidence_tables *tables, test_random *random,
                          test_process process, const size_class *size)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  size_t rows = size->from + (size_t)(test_random_next(random) % (size->to - size->from + 1));
  test_request request;
  test_request_make(&request, &arena, random, process, rows);
  aski_evidence evidence;
  aski_belief belief;
  assert_true(aski_evidence_gather(&evidence, &arena, &request.judged, request.judged.now_ms));
  assert_true(aski_evidence_weigh(&belief, &arena, &evidence, tables));
  test_score_add(score, belief.probability, s_plain_share(&request.judged), request.approved);
  aski_arena_clean_up(&arena);
}

static void s_measure(measured_figures *out_figures, int requests, uint64_t seed)
{
  static aski_evidence_tables tables;
  aski_evidence_tables_init(&tables);
  *out_figures = (measured_figures){0};
  test_random random = {seed};
  for (int process = 0; process < PROCESS_COUNT; ++process) {
    for (size_t size = 0; size < SIZES; ++size) {
      for (int i = 0; i < requests; ++i) {
        s_measure_one(&out_figures->of[process][size], &tables, &random, (test_process)process, &s_sizes[size]);
      }
    }
  }
}

static void s_add_up(test_score *sum, const test_score *part)
{
  sum->count += part->count;
  sum->squares += part->squares;
  sum->base_squares += part->base_squares;
  sum->sure += part->sure;
  sum->sure_right += part->sure_right;
  for (size_t bin = 0; bin < SCORE_BINS; ++bin) {
    sum->bins[bin].count += part->bins[bin].count;
    sum->bins[bin].right += part->bins[bin].right;
    sum->bins[bin].confidence += part->bins[bin].confidence;
  }
}

static void s_print_row(const char *process, const char *size, const test_score *score)
{
  printf("| %s | %s | %.3f | %.3f | %.3f | %.3f | %.1f %% | ", process, size, test_score_accuracy(score),
         test_score_brier(score), score->base_squares / (double)score->count, test_score_ece(score),
         100.0 * (double)score->sure / (double)score->count);
  if (score->sure == 0) {
    printf("– |\n");
  } else {
    printf("%.3f |\n", test_score_sure_accuracy(score));
  }
}

static void s_print_bins(const test_score *score)
{
  printf("\n| confidence | requests | mean confidence | right |\n|---|---|---|---|\n");
  for (size_t bin = 0; bin < SCORE_BINS; ++bin) {
    double count = (double)score->bins[bin].count;
    if (count > 0) {
      printf("| %.2f–%.2f | %zu | %.3f | %.3f |\n", 0.5 + 0.05 * (double)bin, 0.55 + 0.05 * (double)bin,
             score->bins[bin].count, score->bins[bin].confidence / count, (double)score->bins[bin].right / count);
    }
  }
}

static int s_print_figures(uint64_t seed)
{
  static measured_figures figures;
  s_measure(&figures, FIGURE_REQUESTS, seed);
  test_score all = {0};
  printf("| decided by | past decisions | right | Brier | Brier of the plain share | ECE | above 0.95 | right there |\n"
         "|---|---|---|---|---|---|---|---|\n");
  for (int process = 0; process < PROCESS_COUNT; ++process) {
    for (size_t size = 0; size < SIZES; ++size) {
      s_print_row(test_process_name((test_process)process), s_sizes[size].name, &figures.of[process][size]);
      s_add_up(&all, &figures.of[process][size]);
    }
  }
  s_print_row("all", "all", &all);
  s_print_bins(&all);
  return 0;
}

/* Three standard errors below `expected` of a share of `count`. */
static double s_at_least(double expected, size_t count)
{
  return expected - 3.0 * sqrt(expected * (1.0 - expected) / (double)(count == 0 ? 1 : count));
}

static void judge_evidence__sure_verdicts_are_right_more_often_than_19_times_in_20(void **state)
{
  const measured_figures *measured = *state;
  test_score all = {0};
  for (int process = 0; process < PROCESS_COUNT; ++process) {
    for (size_t size = 0; size < SIZES; ++size) {
      s_add_up(&all, &measured->of[process][size]);
    }
    /* No kind of organisation hides behind the others. */
    test_score one = {0};
    for (size_t size = 0; size < SIZES; ++size) {
      s_add_up(&one, &measured->of[process][size]);
    }
    assert_true(test_score_sure_accuracy(&one) >= s_at_least(0.95, one.sure));
  }
  assert_true(all.sure > 300); /* being sure is possible */
  assert_true(test_score_sure_accuracy(&all) >= 0.95);
}

static void judge_evidence__confidence_is_a_probability(void **state)
{
  const measured_figures *measured = *state;
  test_score all = {0};
  for (int process = 0; process < PROCESS_COUNT; ++process) {
    for (size_t size = 0; size < SIZES; ++size) {
      s_add_up(&all, &measured->of[process][size]);
    }
  }
  assert_true(test_score_ece(&all) < 0.025);
  for (size_t bin = 0; bin < SCORE_BINS; ++bin) {
    /* In no bin is it surer than it is right. */
    double mean = all.bins[bin].confidence / (double)all.bins[bin].count;
    double right = (double)all.bins[bin].right / (double)all.bins[bin].count;
    assert_true(right >= s_at_least(mean, all.bins[bin].count));
  }
}

static void judge_evidence__likeness_helps_where_people_matter_and_costs_little_where_not(void **state)
{
  const measured_figures *measured = *state;
  for (int process = 0; process < PROCESS_COUNT; ++process) {
    for (size_t size = 1; size < SIZES; ++size) {
      const test_score *score = &measured->of[process][size];
      double plain = score->base_squares / (double)score->count;
      double gain = plain - test_score_brier(score);
      assert_true(process == PROCESS_RATE ? gain > -0.01 : gain > 0.01);
    }
  }
  assert_true(test_score_brier(&measured->of[PROCESS_STRICT][2]) < 0.01);
}

static void judge_evidence__few_rows_are_never_sure(void **state)
{
  const measured_figures *measured = *state;
  for (int process = 0; process < PROCESS_COUNT; ++process) {
    assert_int_equal(measured->of[process][0].sure, 0);
  }
}

static int s_set_up(void **state)
{
  static measured_figures measured;
  s_measure(&measured, TEST_REQUESTS, SEED);
  *state = &measured;
  return 0;
}

static void judge_evidence__tables_are_logarithms_of_gamma(void **state)
{
  (void)state;
  static aski_evidence_tables tables;
  aski_evidence_tables_init(&tables);
  for (size_t n = 0; n <= ASKI_EVIDENCE_ROWS_MAX; ++n) {
    for (size_t i = 0; i < ASKI_PRIORS; ++i) {
      double a = aski_evidence_priors[i].approvals;
      double b = aski_evidence_priors[i].refusals;
      assert_true(fabs(tables.approvals[n].of[i] - (lgamma(a + (double)n) - lgamma(a))) < 1e-8);
      assert_true(fabs(tables.refusals[n].of[i] - (lgamma(b + (double)n) - lgamma(b))) < 1e-8);
      assert_true(fabs(tables.all[n].of[i] - (lgamma(a + b + (double)n) - lgamma(a + b))) < 1e-8);
    }
  }
}

int main(int argc, char **argv)
{
  if (argc >= 2 && strcmp(argv[1], "--figures") == 0) {
    return s_print_figures(argc > 2 ? strtoull(argv[2], NULL, 10) : SEED);
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(judge_evidence__sure_verdicts_are_right_more_often_than_19_times_in_20),
      cmocka_unit_test(judge_evidence__confidence_is_a_probability),
      cmocka_unit_test(judge_evidence__likeness_helps_where_people_matter_and_costs_little_where_not),
      cmocka_unit_test(judge_evidence__few_rows_are_never_sure),
      cmocka_unit_test(judge_evidence__tables_are_logarithms_of_gamma),
  };
  return cmocka_run_group_tests(tests, s_set_up, NULL);
}
