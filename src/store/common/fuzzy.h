/* SPDX-License-Identifier: Apache-2.0
 *
 * Which names are near a term, by hashes alone: a name is cut into two halves, and each half is kept whole and with every single
 * character left out. Of at most three edits one half suffers at most one, so that a term finds every name within three edits by what
 * its own beginnings and ends have in common with a half; what it finds is a superset. Pure. */
#ifndef ASKI_STORE_COMMON_FUZZY_H
#define ASKI_STORE_COMMON_FUZZY_H

#include "base/memory.h"

enum { ASKI_STORE_FUZZY_MOST = 128 }; /* code points: aski_text_distance looks no further */

/* A list that lives in an arena. */
typedef struct aski_store_hashes {
  int64_t *items;
  size_t count, capacity;
} aski_store_hashes;

/* Adds what a name is kept under, each once. Nothing for one that is empty or too long. */
void aski_store_fuzzy_entries(aski_store_hashes *out, aski_arena *arena, askiam_str compact);
/* Adds where to look for names within `distance` (at most 3) edits of a term, each once. */
void aski_store_fuzzy_probes(aski_store_hashes *out, aski_arena *arena, askiam_str compact, unsigned distance);

#endif
