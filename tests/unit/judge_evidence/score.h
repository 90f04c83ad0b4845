/* SPDX-License-Identifier: Apache-2.0
 *
 * How good probabilities were, once the outcomes are known. */
#ifndef TESTS_JUDGE_EVIDENCE_SCORE_H
#define TESTS_JUDGE_EVIDENCE_SCORE_H

#include <stdbool.h>
#include <stddef.h>

enum { SCORE_BINS = 10 }; /* of confidence, from 0.5 to 1 */

typedef struct test_score {
  size_t count;
  double squares;      /* of P(approved) against what happened */
  double base_squares; /* the same for the plain share of approvals, (k + 1) / (n + 2) */
  struct {
    size_t count;
    size_t right;
    double confidence;
  } bins[SCORE_BINS];
  size_t sure; /* confidence > 0.95 */
  size_t sure_right;
} test_score;

void test_score_add(test_score *score, double probability, double base_probability, bool approved);
/* Mean squared error (Brier, 1950). */
double test_score_brier(const test_score *score);
/* Expected calibration error: |accuracy - confidence|, bin by bin, weighed by how many fall into it. */
double test_score_ece(const test_score *score);
double test_score_accuracy(const test_score *score);
double test_score_sure_accuracy(const test_score *score);

#endif
