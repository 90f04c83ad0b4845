/* SPDX-License-Identifier: Apache-2.0 */
#include "score.h"

#include <math.h>

static double s_square(double value) { return value * value; }

void test_score_add(test_score *score, double probability, double base_probability, bool approved)
{
  bool right = (probability >= 0.5) == approved;
  double confidence = probability >= 0.5 ? probability : 1.0 - probability;
  size_t bin = (size_t)((confidence - 0.5) * 2.0 * SCORE_BINS);
  bin = bin < SCORE_BINS ? bin : SCORE_BINS - 1;
  ++score->count;
  score->squares += s_square(probability - (double)approved);
  score->base_squares += s_square(base_probability - (double)approved);
  ++score->bins[bin].count;
  score->bins[bin].right += right;
  score->bins[bin].confidence += confidence;
  score->sure += confidence > 0.95;
  score->sure_right += confidence > 0.95 && right;
}

double test_score_brier(const test_score *score) { return score->squares / (double)score->count; }

double test_score_ece(const test_score *score)
{
  double sum = 0.0;
  for (size_t bin = 0; bin < SCORE_BINS; ++bin) {
    sum += fabs((double)score->bins[bin].right - score->bins[bin].confidence);
  }
  return sum / (double)score->count;
}

double test_score_accuracy(const test_score *score)
{
  size_t right = 0;
  for (size_t bin = 0; bin < SCORE_BINS; ++bin) {
    right += score->bins[bin].right;
  }
  return (double)right / (double)score->count;
}

double test_score_sure_accuracy(const test_score *score)
{
  return score->sure == 0 ? 1.0 : (double)score->sure_right / (double)score->sure;
}
