/* SPDX-License-Identifier: Apache-2.0
 *
 * A way of sorting the rows into groups of people who are treated alike, and how well it explains the outcomes. */
#ifndef ASKI_JUDGE_EVIDENCE_PARTITION_H
#define ASKI_JUDGE_EVIDENCE_PARTITION_H

#include "tables.h"

typedef struct aski_partition {
  uint32_t traits;  /* bit 1 << index for each trait that groups it; 0: all in one group */
  uint16_t *groups; /* of each row */
  uint16_t count;
  uint16_t own; /* the group of the person who asks; == count where it has no rows */
} aski_partition;

/* How well it explains, by prior, and what it says about the person who asks. */
typedef struct aski_fit {
  double log_likelihood[ASKI_PRIORS];
  uint16_t own_count;
  uint16_t own_approved;
} aski_fit;

/* What partitions of one evidence are made with: its rows, and scratch space for them. */
typedef struct aski_workspace {
  const aski_evidence *evidence;
  const aski_evidence_tables *tables;
  uint16_t *places; /* the group of (group before, code) + 1, for few of these */
  uint32_t *keys;   /* for many: an open-addressed table */
  uint16_t *values;
  size_t mask;
  uint16_t *sizes; /* of each group */
  uint16_t *approved;
} aski_workspace;
bool aski_workspace_init(aski_workspace *out_workspace, aski_arena *arena, const aski_evidence *evidence,
                         const aski_evidence_tables *tables);

/* All rows in one group. False when memory ran out. */
bool aski_partition_init(aski_partition *out_partition, aski_arena *arena, size_t rows);
/* How well it explains what happened. */
void aski_partition_fit(aski_fit *out_fit, const aski_partition *partition, aski_workspace *workspace);
/* `base` split further by a trait, and its fit. `out_partition` has its own `groups` of as many rows. */
void aski_partition_split(aski_partition *out_partition, aski_fit *out_fit, const aski_partition *base, size_t trait,
                          aski_workspace *workspace);

#endif
