/* SPDX-License-Identifier: Apache-2.0
 *
 * A sketch of many vectors: one byte for each number, a quarter of their size, with what each loses by that. The vectors that may be among the
 * most alike are found by the sketch alone, all of them; comparing those few themselves then gives exactly what comparing every vector would. */
#ifndef ASKI_SEARCH_COMMON_SKETCH_H
#define ASKI_SEARCH_COMMON_SKETCH_H

#include "base/memory.h"

struct aski_sketch;
/* The product of each row with the query's row, which has numbers of two bytes and is as long. */
typedef void aski_sketch_multiply(float *out, const struct aski_sketch *sketch, const int16_t *query);

/* Immutable once all is added; then any thread may look. */
typedef struct aski_sketch {
  const askiam_allocator *allocator;
  size_t dimension;
  size_t stride; /* bytes from one row to the next */
  size_t count, capacity;
  aski_sketch_multiply *multiply;
  int8_t *rows;
  float *scales;      /* what one step of a row's bytes is worth */
  float *lost;        /* at least the length of what the row left away; infinite where the row says nothing */
  float *lengths;     /* of the row */
  int64_t *documents; /* whose the rows are */
} aski_sketch;

/* What `capacity` vectors take. */
size_t aski_sketch_bytes(size_t capacity, size_t dimension);
/* NULL when memory ran out. */
aski_sketch *aski_sketch_new(const askiam_allocator *allocator, size_t capacity, size_t dimension);
/* NULL is fine. */
void aski_sketch_destroy(aski_sketch *sketch);
/* `stored` are `dimension` little-endian floats at any address. False where there is no room for one more. */
bool aski_sketch_add(aski_sketch *sketch, int64_t document, const unsigned char *stored);

/* The documents whose likeness to `vector` may be among the highest `limit` and above `least`; in the order in which they were added.
 * False when memory ran out. */
typedef struct aski_sketch_choice {
  const int64_t *documents;
  size_t count;
} aski_sketch_choice;
bool aski_sketch_choose(aski_sketch_choice *out_choice, aski_arena *arena, const aski_sketch *sketch,
                        const float *vector, size_t limit, float least);

#endif
