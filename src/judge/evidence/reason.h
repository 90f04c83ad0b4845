/* SPDX-License-Identifier: Apache-2.0
 *
 * The judge's sentence: counts, fixed words and the role's name, nothing else. */
#ifndef ASKI_JUDGE_EVIDENCE_REASON_H
#define ASKI_JUDGE_EVIDENCE_REASON_H

#include "belief.h"

/* Absent when memory ran out. */
askiam_str aski_evidence_reason(aski_arena *arena, const aski_evidence *evidence, const aski_belief *belief,
                                askiam_str role_name);

#endif
