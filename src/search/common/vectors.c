/* SPDX-License-Identifier: Apache-2.0 */
#include "search/common/vectors.h"

#include <stdlib.h>

bool aski_best_init(aski_best *best, aski_arena *arena, size_t limit)
{
  *best = (aski_best){.items = aski_arena_acquire(arena, limit, sizeof *best->items), .limit = limit};
  return best->items != NULL;
}

static bool s_worse(aski_hit left, aski_hit right)
{
  return left.score < right.score || (!(left.score > right.score) && left.document > right.document);
}

static void s_swap(aski_hit *left, aski_hit *right)
{
  aski_hit hit = *left;
  *left = *right;
  *right = hit;
}

static void s_sink(aski_best *best)
{
  size_t at = 0;
  for (;;) {
    size_t worst = at;
    for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < best->count; ++child) {
      worst = s_worse(best->items[child], best->items[worst]) ? child : worst;
    }
    if (worst == at) {
      return;
    }
    s_swap(&best->items[at], &best->items[worst]);
    at = worst;
  }
}

void aski_best_offer(aski_best *best, aski_hit hit)
{
  if (best->count == best->limit) {
    if (best->limit > 0 && s_worse(best->items[0], hit)) {
      best->items[0] = hit;
      s_sink(best);
    }
    return;
  }
  size_t at = best->count++;
  best->items[at] = hit;
  while (at > 0 && s_worse(best->items[at], best->items[(at - 1) / 2])) {
    s_swap(&best->items[at], &best->items[(at - 1) / 2]);
    at = (at - 1) / 2;
  }
}

static int s_compare(const void *left, const void *right)
{
  const aski_hit *a = left;
  const aski_hit *b = right;
  return s_worse(*b, *a) ? -1 : s_worse(*a, *b) ? 1 : 0;
}

void aski_best_sort(aski_best *best) { qsort(best->items, best->count, sizeof *best->items, s_compare); }

/* Sixteen sums side by side: a compiler may then use vector registers without changing the order of any addition. */
enum { LANES = 16 };

void aski_vector_load(float *out, const unsigned char *stored, size_t count)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  memcpy(out, stored, count * sizeof *out);
#else
  for (size_t i = 0; i < count; ++i) {
    uint32_t bits = (uint32_t)stored[4 * i] | (uint32_t)stored[4 * i + 1] << 8 | (uint32_t)stored[4 * i + 2] << 16 |
                    (uint32_t)stored[4 * i + 3] << 24;
    memcpy(&out[i], &bits, sizeof bits);
  }
#endif
}

float aski_vector_dot(const float *vector, const unsigned char *stored, size_t dimension)
{
  float sums[LANES] = {0};
  float values[LANES] = {0};
  size_t at = 0;
  for (; at + LANES <= dimension; at += LANES) {
    aski_vector_load(values, stored + 4 * at, LANES);
    for (size_t lane = 0; lane < LANES; ++lane) {
      sums[lane] += vector[at + lane] * values[lane];
    }
  }
  aski_vector_load(values, stored + 4 * at, dimension - at);
  for (size_t lane = 0; at + lane < dimension; ++lane) {
    sums[lane] += vector[at + lane] * values[lane];
  }
  float sum = 0.0F;
  for (size_t lane = 0; lane < LANES; ++lane) {
    sum += sums[lane];
  }
  return sum;
}
