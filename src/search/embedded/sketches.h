/* SPDX-License-Identifier: Apache-2.0
 *
 * The sketch of the vectors that concern every request, kept in memory from the second search over many of them on, until the catalogue
 * changes. Whoever searches once never pays for it. */
#ifndef ASKI_SEARCH_EMBEDDED_SKETCHES_H
#define ASKI_SEARCH_EMBEDDED_SKETCHES_H

#include <pthread.h>

#include "search/common/sketch.h"

/* What a sketch is of. */
typedef struct aski_sketch_key {
  int64_t version; /* of the catalogue */
  askiam_str model;
  size_t dimension;
} aski_sketch_key;

typedef struct aski_kept_sketch aski_kept_sketch;

/* Shared by threads. */
typedef struct aski_sketches {
  const askiam_allocator *allocator;
  size_t limit_bytes; /* what a sketch may take; 0: none is kept */
  pthread_mutex_t mutex;
  aski_kept_sketch *kept; /* of the key that was searched last; NULL: none */
} aski_sketches;

bool aski_sketches_init(aski_sketches *sketches, const askiam_allocator *allocator, size_t limit_bytes);
/* Nobody must hold one any more. */
void aski_sketches_clean_up(aski_sketches *sketches);

/* Whether a sketch of so many vectors would pay and may be kept. */
bool aski_sketches_want(const aski_sketches *sketches, size_t count, size_t dimension);
/* Whether any key has been searched that wants one: without, nobody need ask for the version. */
bool aski_sketches_any(aski_sketches *sketches);

/* The sketch of the key, or NULL. aski_sketches_release must follow. */
const aski_kept_sketch *aski_sketches_hold(aski_sketches *sketches, const aski_sketch_key *key);
const aski_sketch *aski_sketches_of(const aski_kept_sketch *kept);
/* NULL is fine. */
void aski_sketches_release(aski_sketches *sketches, const aski_kept_sketch *kept);

/* Before all vectors of the key are read: an empty sketch to be filled by the way, where an earlier search has told that it pays; else NULL. */
aski_sketch *aski_sketches_begin(aski_sketches *sketches, const aski_sketch_key *key);
/* After they were read, where they are many: how many there were, and the sketch that was filled (NULL: none), which is taken over. */
void aski_sketches_end(aski_sketches *sketches, const aski_sketch_key *key, size_t count, aski_sketch *filled);

#endif
