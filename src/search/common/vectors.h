/* SPDX-License-Identifier: Apache-2.0
 *
 * The best of many by score, in bounded memory, and the score of a stored vector. */
#ifndef ASKI_SEARCH_COMMON_VECTORS_H
#define ASKI_SEARCH_COMMON_VECTORS_H

#include "base/memory.h"

/* The least likeness of vectors that is no accident: four standard deviations of unrelated unit vectors in 1,600 dimensions, under two in 256. */
#define ASKI_LIKENESS_MIN 0.1F

typedef struct aski_hit {
  int64_t document;
  double score; /* more is better */
} aski_hit;

/* A heap whose root is the worst of the best. */
typedef struct aski_best {
  aski_hit *items;
  size_t count;
  size_t limit;
} aski_best;

/* Room for the best `limit`; false when memory ran out. */
bool aski_best_init(aski_best *best, aski_arena *arena, size_t limit);
/* Keeps a hit if it is among the best so far; of equal ones, the lower document. */
void aski_best_offer(aski_best *best, aski_hit hit);
/* Best first. Ends its use as a heap. */
void aski_best_sort(aski_best *best);

/* `count` little-endian floats at any address. */
void aski_vector_load(float *out, const unsigned char *stored, size_t count);
/* The dot product of a vector with `dimension` little-endian floats at any address. */
float aski_vector_dot(const float *vector, const unsigned char *stored, size_t dimension);

#endif
