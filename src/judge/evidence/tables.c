/* SPDX-License-Identifier: Apache-2.0 */
#include "tables.h"

#include <math.h>

const aski_prior aski_evidence_priors[ASKI_PRIORS] = {
    {1.0, 1.0, 0.26},  {10.0, 10.0, 0.06}, {4.0, 1.2, 0.16},  {1.2, 4.0, 0.16},
    {14.0, 6.0, 0.06}, {6.0, 14.0, 0.06},  {18.0, 2.0, 0.12}, {2.0, 18.0, 0.12},
};

enum { WHOLE_MAX = ASKI_EVIDENCE_ROWS_MAX + 20 }; /* no a + b above is more than 20 */

/* Nearly all that is added up here are logarithms of whole numbers, the same ones for each prior: taken once. */
static void s_whole_logs(double out[WHOLE_MAX])
{
  out[0] = -(double)INFINITY;
  for (size_t i = 1; i < WHOLE_MAX; ++i) {
    out[i] = log((double)i);
  }
}

/* The column of one prior, from x on. */
static void s_fill(aski_log_row *rows, size_t prior, double x, const double whole_logs[WHOLE_MAX])
{
  size_t whole = (size_t)x;
  bool shared = (double)whole == x;
  double sum = rows[0].of[prior] = 0.0;
  for (size_t n = 0; n < ASKI_EVIDENCE_ROWS_MAX; ++n) {
    sum += shared ? whole_logs[whole + n] : log(x + (double)n);
    rows[n + 1].of[prior] = sum;
  }
}

void aski_evidence_tables_init(aski_evidence_tables *tables)
{
  double whole_logs[WHOLE_MAX];
  s_whole_logs(whole_logs);
  for (size_t prior = 0; prior < ASKI_PRIORS; ++prior) {
    double a = aski_evidence_priors[prior].approvals;
    double b = aski_evidence_priors[prior].refusals;
    s_fill(tables->approvals, prior, a, whole_logs);
    s_fill(tables->refusals, prior, b, whole_logs);
    s_fill(tables->all, prior, a + b, whole_logs);
  }
}
