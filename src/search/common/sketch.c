/* SPDX-License-Identifier: Apache-2.0
 *
 * With v the vector, w what its row says of it, x the query and y what the query's own row says: v·x = w·y + (v-w)·x + w·(x-y), so
 * v·x differs from w·y by at most |v-w||x| + |w||x-y|. */
#include "search/common/sketch.h"

#include <math.h>
#include <stdlib.h>

#include "search/common/sketch_multiply.h"
#include "search/common/vectors.h"

enum { STEP_BYTES = ASKI_SKETCH_STEP_BYTES, STEPS_MAX = 127 };
/* What floats round off in a sum of 4,096 products, generously, as a part of the lengths. */
#define ROUNDING 1e-4F

static size_t s_stride(size_t dimension) { return (dimension + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES; }

size_t aski_sketch_bytes(size_t capacity, size_t dimension)
{
  size_t row = s_stride(dimension) + 3 * sizeof(float) + sizeof(int64_t);
  return capacity > SIZE_MAX / row ? SIZE_MAX : capacity * row;
}

aski_sketch *aski_sketch_new(const askiam_allocator *allocator, size_t capacity, size_t dimension)
{
  aski_sketch *sketch = aski_acquire_zeroed(allocator, 1, sizeof *sketch);
  if (sketch == NULL) {
    return NULL;
  }
  size_t room = capacity == 0 ? 1 : capacity;
  *sketch = (aski_sketch){.allocator = allocator,
                          .dimension = dimension,
                          .stride = s_stride(dimension),
                          .capacity = capacity,
                          .multiply = aski_sketch_best_multiply(),
                          .rows = aski_acquire_zeroed(allocator, room, s_stride(dimension) + 1),
                          .scales = aski_acquire_zeroed(allocator, room, sizeof(float)),
                          .lost = aski_acquire_zeroed(allocator, room, sizeof(float)),
                          .lengths = aski_acquire_zeroed(allocator, room, sizeof(float)),
                          .documents = aski_acquire_zeroed(allocator, room, sizeof(int64_t))};
  if (sketch->rows == NULL || sketch->scales == NULL || sketch->lost == NULL || sketch->lengths == NULL ||
      sketch->documents == NULL) {
    aski_sketch_destroy(sketch);
    return NULL;
  }
  return sketch;
}

void aski_sketch_destroy(aski_sketch *sketch)
{
  if (sketch == NULL) {
    return;
  }
  const askiam_allocator *allocator = sketch->allocator;
  aski_release(allocator, sketch->rows);
  aski_release(allocator, sketch->scales);
  aski_release(allocator, sketch->lost);
  aski_release(allocator, sketch->lengths);
  aski_release(allocator, sketch->documents);
  aski_release(allocator, sketch);
}

typedef struct s_row {
  float scale, lost, length;
} s_row;

static s_row s_draw(int8_t *out, const float *vector, size_t dimension)
{
  float most = 0;
  for (size_t i = 0; i < dimension; ++i) {
    float size = fabsf(vector[i]);
    most = size > most || isnan(size) ? size : most;
  }
  s_row row = {.scale = most / (float)STEPS_MAX};
  if (!isnormal(row.scale)) { /* zero has nothing to say; nor has what is too small, or no number */
    row.lost = most == 0.0F ? 0 : HUGE_VALF;
    row.scale = 0;
    return row;
  }
  float lost = 0;
  float kept = 0;
  for (size_t i = 0; i < dimension; ++i) {
    float steps = rintf(vector[i] / row.scale);
    out[i] = (int8_t)steps;
    float drawn = steps * row.scale;
    lost += (vector[i] - drawn) * (vector[i] - drawn);
    kept += drawn * drawn;
  }
  row.length = sqrtf(kept);
  row.lost = sqrtf(lost) + ROUNDING * row.length;
  return row;
}

bool aski_sketch_add(aski_sketch *sketch, int64_t document, const unsigned char *stored)
{
  enum { VECTOR_MAX = 4096 };
  float vector[VECTOR_MAX];
  if (sketch->count == sketch->capacity || sketch->dimension > VECTOR_MAX) {
    return false;
  }
  aski_vector_load(vector, stored, sketch->dimension);
  size_t at = sketch->count++;
  s_row row = s_draw(sketch->rows + at * sketch->stride, vector, sketch->dimension);
  sketch->scales[at] = row.scale;
  sketch->lost[at] = row.lost;
  sketch->lengths[at] = row.length;
  sketch->documents[at] = document;
  return true;
}

/* How far a row's product may be from the truth. */
static float s_doubt(const aski_sketch *sketch, size_t at, const s_row *query)
{
  return sketch->lost[at] * (query->length + query->lost) + sketch->lengths[at] * query->lost;
}

/* What the one at the place `limit` has at least. */
static bool s_bar(float *out_bar, aski_arena *arena, const aski_sketch *sketch, const float *products,
                  const s_row *query, size_t limit, float least)
{
  aski_best best;
  *out_bar = least;
  if (!aski_best_init(&best, arena, limit)) {
    return false;
  }
  for (size_t at = 0; at < sketch->count; ++at) {
    float lowest = products[at] - s_doubt(sketch, at, query);
    if (lowest > *out_bar) {
      aski_best_offer(&best, (aski_hit){(int64_t)at, (double)lowest});
      *out_bar = best.count == limit && limit > 0 ? fmaxf(least, (float)best.items[0].score) : least;
    }
  }
  return true;
}

/* The sketch's own guess at every likeness. NULL when memory ran out. */
static float *s_guess(s_row *out_query, aski_arena *arena, const aski_sketch *sketch, const float *vector)
{
  int8_t *drawn = aski_arena_acquire(arena, sketch->stride + 1, sizeof *drawn);
  int16_t *wide = aski_arena_acquire(arena, sketch->stride + 1, sizeof *wide);
  float *products = aski_arena_acquire(arena, sketch->count + 1, sizeof *products);
  if (drawn == NULL || wide == NULL || products == NULL) {
    return NULL;
  }
  *out_query = s_draw(drawn, vector, sketch->dimension);
  for (size_t i = 0; i < sketch->dimension; ++i) {
    wide[i] = (int16_t)drawn[i]; /* with its sign */
  }
  sketch->multiply(products, sketch, wide);
  for (size_t at = 0; at < sketch->count; ++at) {
    products[at] *= out_query->scale;
  }
  return products;
}

bool aski_sketch_choose(aski_sketch_choice *out_choice, aski_arena *arena, const aski_sketch *sketch,
                        const float *vector, size_t limit, float least)
{
  *out_choice = (aski_sketch_choice){.count = 0};
  s_row query;
  const float *products = s_guess(&query, arena, sketch, vector);
  float bar = least;
  if (products == NULL || !s_bar(&bar, arena, sketch, products, &query, limit, least)) {
    return false;
  }
  struct {
    int64_t *items;
    size_t count, capacity;
  } chosen = {NULL, 0, 0};
  for (size_t at = 0; at < sketch->count; ++at) {
    if (!(products[at] + s_doubt(sketch, at, &query) < bar)) { /* NaN counts: that row says nothing */
      int64_t *document = ASKI_ARENA_PUSH(arena, &chosen);
      if (document == NULL) {
        return false;
      }
      *document = sketch->documents[at];
    }
  }
  *out_choice = (aski_sketch_choice){chosen.items, chosen.count};
  return true;
}
