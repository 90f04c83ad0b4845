/* SPDX-License-Identifier: Apache-2.0
 *
 * How likely a group's outcomes are under a beta prior: logarithms, computed once when the judge is opened. */
#ifndef ASKI_JUDGE_EVIDENCE_TABLES_H
#define ASKI_JUDGE_EVIDENCE_TABLES_H

#include "evidence.h"

/* The priors that are averaged over: what share of requests a group approves, and how sure that is beforehand. For every Beta(a, b)
 * there is its mirror Beta(b, a). Each has min(a, b) >= (17 + max(a, b)) / 19: so no group with fewer than 18 approvals can be
 * approved with more than 0.95, whatever else was learnt (17 + a over 17 + a + b). */
enum { ASKI_PRIORS = 8 };
typedef struct aski_prior {
  double approvals; /* a */
  double refusals;  /* b */
  double share;     /* its own probability; they sum to 1 */
} aski_prior;
extern const aski_prior aski_evidence_priors[ASKI_PRIORS];

/* log Γ(x + n) / Γ(x), for each prior. */
typedef struct aski_log_row {
  double of[ASKI_PRIORS];
} aski_log_row;
typedef struct aski_evidence_tables {
  aski_log_row approvals[ASKI_EVIDENCE_ROWS_MAX + 1]; /* x = a */
  aski_log_row refusals[ASKI_EVIDENCE_ROWS_MAX + 1];  /* x = b */
  aski_log_row all[ASKI_EVIDENCE_ROWS_MAX + 1];       /* x = a + b */
} aski_evidence_tables;

void aski_evidence_tables_init(aski_evidence_tables *tables);

#endif
