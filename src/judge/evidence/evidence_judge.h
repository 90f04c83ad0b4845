/* SPDX-License-Identifier: Apache-2.0
 *
 * The evidence judge: past human decisions on the same role, weighed by how alike the people are. */
#ifndef ASKI_JUDGE_EVIDENCE_EVIDENCE_JUDGE_H
#define ASKI_JUDGE_EVIDENCE_EVIDENCE_JUDGE_H

#include <askiam/backend/judge.h>

const askiam_judge_vtable *aski_evidence_judge(void);

#endif
