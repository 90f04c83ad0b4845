/* SPDX-License-Identifier: Apache-2.0 */
#include "search/common/fusion.h"

#include <stdlib.h>

enum { K = 60, CANDIDATES_MIN = 20, CANDIDATES_MAX = 4096 };

size_t aski_fuse_candidates(size_t top_k)
{
  size_t wanted = top_k < CANDIDATES_MAX / 4 ? 4 * top_k : CANDIDATES_MAX;
  return wanted < CANDIDATES_MIN ? CANDIDATES_MIN : wanted;
}

static int s_by_document(const void *left, const void *right)
{
  const aski_hit *a = left;
  const aski_hit *b = right;
  return (a->document > b->document) - (a->document < b->document);
}

/* Appends what a list says of each of its documents. */
static void s_append_ranks(aski_best *fused, const aski_best *list)
{
  size_t rank = 1;
  for (size_t i = 0; i < list->count; ++i) {
    bool lower = i > 0 && list->items[i].score < list->items[i - 1].score;
    rank = lower ? i + 1 : rank;
    fused->items[fused->count++] = (aski_hit){list->items[i].document, (1.0 + K) / (double)(K + rank)};
  }
}

bool aski_fuse(aski_best *out_fused, aski_arena *arena, const aski_best *lists, size_t count)
{
  size_t total = 0;
  for (size_t i = 0; i < count; ++i) {
    total += lists[i].count;
  }
  if (!aski_best_init(out_fused, arena, total)) {
    return false;
  }
  for (size_t i = 0; i < count; ++i) {
    s_append_ranks(out_fused, &lists[i]);
  }
  qsort(out_fused->items, out_fused->count, sizeof *out_fused->items, s_by_document);
  size_t kept = 0;
  for (size_t i = 0; i < out_fused->count; ++i) {
    aski_hit hit = out_fused->items[i];
    hit.score /= (double)count;
    if (kept > 0 && out_fused->items[kept - 1].document == hit.document) {
      out_fused->items[kept - 1].score += hit.score;
    } else {
      out_fused->items[kept++] = hit;
    }
  }
  out_fused->count = kept;
  aski_best_sort(out_fused);
  return true;
}
