/* SPDX-License-Identifier: Apache-2.0
 *
 * One order out of several: reciprocal rank fusion (Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and
 * individual rank learning methods", SIGIR 2009), k = 60. */
#ifndef ASKI_SEARCH_COMMON_FUSION_H
#define ASKI_SEARCH_COMMON_FUSION_H

#include "search/common/vectors.h"

/* How many of each list are fused for the best `top_k`. */
size_t aski_fuse_candidates(size_t top_k);

/* Fuses sorted lists into one, best first, each document once: the sum of 1 / (60 + rank) over the lists that have it, divided by
 * that of a document which is first in all of them. Equal scores share a rank. False when memory ran out. */
bool aski_fuse(aski_best *out_fused, aski_arena *arena, const aski_best *lists, size_t count);

#endif
