/* SPDX-License-Identifier: Apache-2.0 */
#include "tables.h"

#include <math.h>

const aski_prior aski_evidence_priors[ASKI_PRIORS] = {
    {1.0, 1.0, 0.26},  {10.0, 10.0, 0.06}, {4.0, 1.2, 0.16},  {1.2, 4.0, 0.16},
    {14.0, 6.0, 0.06}, {6.0, 14.0, 0.06},  {18.0, 2.0, 0.12}, {2.0, 18.0, 0.12},
};

void aski_evidence_tables_init(aski_evidence_tables *tables)
{
  for (size_t prior = 0; prior < ASKI_PRIORS; ++prior) {
    double a = aski_evidence_priors[prior].approvals;
    double b = aski_evidence_priors[prior].refusals;
    tables->approvals[0].of[prior] = tables->refusals[0].of[prior] = tables->all[0].of[prior] = 0.0;
    for (size_t n = 0; n < ASKI_EVIDENCE_ROWS_MAX; ++n) {
      tables->approvals[n + 1].of[prior] = tables->approvals[n].of[prior] + log(a + (double)n);
      tables->refusals[n + 1].of[prior] = tables->refusals[n].of[prior] + log(b + (double)n);
      tables->all[n + 1].of[prior] = tables->all[n].of[prior] + log(a + b + (double)n);
    }
  }
}
