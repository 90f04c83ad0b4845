/* SPDX-License-Identifier: Apache-2.0
 *
 * The lock is held for looking and for keeping, never while the embedder is asked: two threads that miss the same text both ask. */
#include "backend/cache.h"

#include <pthread.h>

#include "backend/answer.h"
#include "base/lru.h"

typedef struct cached_embedder {
  const askiam_allocator *allocator;
  aski_embedder inner;
  size_t dimension;
  pthread_mutex_t mutex; /* guards what follows */
  aski_lru *vectors;
  aski_cache_counts counts;
} cached_embedder;

/* A text that is looked for. */
typedef struct wanted {
  unsigned char key[ASKI_SHA256_BYTES];
  float *place;
  bool keyed; /* else there was no hash to be had: it is asked for and not kept */
} wanted;

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_EMBEDDER, "out of memory for embeddings");
}

static bool s_key(const cached_embedder *own, askiam_str text, unsigned char key[ASKI_SHA256_BYTES])
{
  const askiam_str parts[] = {askiam_str_from(aski_embedder_model(&own->inner)), {"", 1}, text};
  return aski_sha256(parts, sizeof parts / sizeof *parts, key);
}

/* Writes what is at hand to its place. What is not stays in `missing` and `texts`, moved to the front; gives how many these are. */
static size_t s_look(cached_embedder *own, wanted *missing, askiam_str *texts, size_t count)
{
  size_t left = 0;
  pthread_mutex_lock(&own->mutex);
  for (size_t i = 0; i < count; ++i) {
    if (!missing[i].keyed || !aski_lru_get(own->vectors, missing[i].key, missing[i].place)) {
      missing[left] = missing[i];
      texts[left++] = texts[i];
    }
  }
  own->counts.hits += count - left;
  own->counts.misses += left;
  pthread_mutex_unlock(&own->mutex);
  return left;
}

static void s_keep(cached_embedder *own, const wanted *missing, const float *vectors, size_t count)
{
  pthread_mutex_lock(&own->mutex);
  for (size_t i = 0; i < count; ++i) {
    const float *vector = vectors + i * own->dimension;
    memcpy(missing[i].place, vector, own->dimension * sizeof *vector);
    if (missing[i].keyed && aski_answer_is_vector(vector, own->dimension)) {
      aski_lru_put(own->vectors, missing[i].key, vector);
    }
  }
  pthread_mutex_unlock(&own->mutex);
}

static askiam_status s_ask(cached_embedder *own, const askiam_call *call, aski_arena *arena, const wanted *missing,
                           const askiam_str *texts, size_t count, askiam_error *error)
{
  float *vectors = aski_arena_acquire(arena, count, own->dimension * sizeof *vectors);
  if (vectors == NULL) {
    return s_no_memory(error);
  }
  askiam_status status = own->inner.table.embed(own->inner.self, call, texts, count, vectors, error);
  if (status == ASKIAM_STATUS_OK) {
    s_keep(own, missing, vectors, count);
  }
  return status;
}

static askiam_status s_embed_in(aski_arena *arena, cached_embedder *own, const askiam_call *call,
                                const askiam_str *texts, size_t count, float *out_vectors, askiam_error *error)
{
  wanted *missing = aski_arena_acquire(arena, count, sizeof *missing);
  askiam_str *rest = aski_arena_acquire(arena, count, sizeof *rest);
  if (missing == NULL || rest == NULL) {
    return s_no_memory(error);
  }
  for (size_t i = 0; i < count; ++i) {
    missing[i].place = out_vectors + i * own->dimension;
    missing[i].keyed = s_key(own, texts[i], missing[i].key);
    rest[i] = texts[i];
  }
  size_t left = s_look(own, missing, rest, count);
  aski_log(call->trace, ASKIAM_LOG_DEBUG, "embedder", NULL, -1.0, "%zu of %zu texts were at hand", count - left, count);
  return left == 0 ? ASKIAM_STATUS_OK : s_ask(own, call, arena, missing, rest, left, error);
}

static askiam_status s_embed(void *self, const askiam_call *call, const askiam_str *texts, size_t count,
                             float *out_vectors, askiam_error *error)
{
  cached_embedder *own = self;
  aski_arena arena;
  aski_arena_init(&arena, own->allocator);
  askiam_status status = s_embed_in(&arena, own, call, texts, count, out_vectors, error);
  aski_arena_clean_up(&arena);
  return status;
}

static size_t s_dimension(void *self) { return ((const cached_embedder *)self)->dimension; }

static const char *s_model(void *self)
{
  const cached_embedder *own = self;
  return own->inner.table.model(own->inner.self);
}

static void s_release(cached_embedder *own)
{
  aski_lru_destroy(own->vectors);
  aski_release(own->allocator, own);
}

static void s_close(void *self)
{
  cached_embedder *own = self;
  if (own->inner.table.close != NULL) {
    own->inner.table.close(own->inner.self);
  }
  pthread_mutex_destroy(&own->mutex);
  s_release(own);
}

askiam_status aski_cache_embedder(aski_embedder *embedder, const askiam_allocator *allocator, size_t entries,
                                  askiam_error *error)
{
  size_t dimension = aski_embedder_dimension(embedder);
  if (dimension == 0) {
    return ASKIAM_STATUS_OK;
  }
  cached_embedder *own = aski_acquire_zeroed(allocator, 1, sizeof *own);
  if (own == NULL) {
    return s_no_memory(error);
  }
  *own = (cached_embedder){.allocator = allocator, .inner = *embedder, .dimension = dimension};
  own->vectors = aski_lru_new(allocator, entries, dimension * sizeof(float));
  if (own->vectors == NULL || pthread_mutex_init(&own->mutex, NULL) != 0) {
    s_release(own);
    return s_no_memory(error);
  }
  embedder->self = own;
  embedder->table.close = s_close;
  embedder->table.embed = s_embed;
  embedder->table.dimension = s_dimension;
  embedder->table.model = s_model;
  return ASKIAM_STATUS_OK;
}

aski_cache_counts aski_cache_embedder_counts(const aski_embedder *embedder)
{
  cached_embedder *own = embedder->self;
  pthread_mutex_lock(&own->mutex);
  aski_cache_counts counts = own->counts;
  pthread_mutex_unlock(&own->mutex);
  return counts;
}
