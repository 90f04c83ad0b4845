/* SPDX-License-Identifier: Apache-2.0
 *
 * From evidence to a probability: an average over what could matter, each possibility by how well it explains the past. */
#ifndef ASKI_JUDGE_EVIDENCE_BELIEF_H
#define ASKI_JUDGE_EVIDENCE_BELIEF_H

#include "tables.h"

typedef struct aski_belief {
  double probability; /* that the request should be approved */
  uint32_t traits;    /* what the likeliest possibility looks at: bit 1 << index of a trait */
  size_t alike;       /* rows that are alike in these */
  size_t alike_approved;
} aski_belief;

/* The evidence has at least one row. False when memory ran out. */
bool aski_evidence_weigh(aski_belief *out_belief, aski_arena *arena, const aski_evidence *evidence,
                         const aski_evidence_tables *tables);

#endif
