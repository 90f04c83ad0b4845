/* SPDX-License-Identifier: Apache-2.0
 *
 * Vectors of entries: those that the store keeps, where they are the embedder's own, and new ones, many at a time. */
#include "index/run.h"

#include <math.h>

#include "search/common/vectors.h"

enum { FLOAT_BYTES = 4, TEXTS_AT_ONCE = 64 };

askiam_status aski_index_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_SEARCH,
                          "out of memory while the index is filled");
}

/* Of unit length within what single precision allows, or all zeros: what an embedder gives. */
static bool s_is_vector(const float *vector, size_t dimension)
{
  double sum = 0;
  for (size_t i = 0; i < dimension; ++i) {
    sum += (double)vector[i] * (double)vector[i];
  }
  return sum == 0 || fabs(sum - 1) < 1e-2;
}

const float *aski_index_stored_vector(aski_index_job *job, askiam_str bytes, askiam_str model)
{
  const aski_embedder *embedder = job->index->embedder;
  size_t dimension = aski_embedder_dimension(embedder);
  if (dimension == 0 || bytes.length != dimension * FLOAT_BYTES ||
      !aski_str_equal_text(model, aski_embedder_model(embedder))) {
    return NULL;
  }
  float *vector = aski_arena_acquire(&job->part.arena, dimension, sizeof *vector);
  if (vector == NULL) {
    return NULL;
  }
  aski_vector_load(vector, (const unsigned char *)bytes.data, dimension);
  return s_is_vector(vector, dimension) ? vector : NULL;
}

/* Entries that wait for a vector, and what it is made of. */
typedef struct waiting {
  askiam_index_entry *entries[TEXTS_AT_ONCE];
  askiam_str texts[TEXTS_AT_ONCE];
  size_t count;
} waiting;

static askiam_status s_embed(aski_index_job *job, waiting *all, size_t dimension)
{
  aski_arena *arena = &job->part.arena;
  float *vectors = aski_arena_acquire(arena, all->count, dimension * sizeof *vectors);
  if (arena->failed) {
    return aski_index_no_memory(job->error);
  }
  askiam_status status =
      aski_embedder_embed(job->index->embedder, job->call, all->texts, all->count, vectors, job->error);
  for (size_t i = 0; i < all->count && status == ASKIAM_STATUS_OK; ++i) {
    all->entries[i]->vector = vectors + i * dimension;
  }
  all->count = 0;
  return status;
}

askiam_status aski_index_embed(aski_index_job *job, askiam_index_entry *entries)
{
  size_t dimension = aski_embedder_dimension(job->index->embedder);
  askiam_str model = askiam_str_from(aski_embedder_model(job->index->embedder));
  askiam_status status = ASKIAM_STATUS_OK;
  waiting all = {.count = 0};
  for (size_t i = 0; i < job->part.count && dimension > 0 && status == ASKIAM_STATUS_OK; ++i) {
    askiam_index_entry *entry = &entries[i];
    entry->dimension = dimension;
    entry->texts[ASKIAM_INDEX_MODEL] = model;
    if (entry->vector == NULL) {
      all.texts[all.count] =
          aski_embedder_document(&job->part.arena, entry->texts[ASKIAM_INDEX_TITLE], entry->texts[ASKIAM_INDEX_BODY]);
      all.entries[all.count++] = entry;
    }
    if (all.count == TEXTS_AT_ONCE) {
      status = s_embed(job, &all, dimension);
    }
  }
  return status == ASKIAM_STATUS_OK && all.count > 0 ? s_embed(job, &all, dimension) : status;
}
