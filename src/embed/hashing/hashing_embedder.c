/* SPDX-License-Identifier: Apache-2.0
 *
 * Each feature adds its weight, with a sign, at a place of the vector, both from its hash (Weinberger et al., "Feature Hashing for
 * Large Scale Multitask Learning", ICML 2009): dot products keep their expectation, and nothing has to be learnt or stored. */
#include "embed/hashing/hashing_embedder.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "features.h"

enum { DEFAULT_DIMENSION = 256, LARGEST_DIMENSION = 4096 };

typedef struct hashing_embedder {
  const askiam_allocator *allocator;
  size_t dimension;
  char model[32];
} hashing_embedder;

static bool s_read_dimension(askiam_str text, size_t *out_dimension)
{
  *out_dimension = text.length == 0 ? DEFAULT_DIMENSION : 0;
  for (size_t i = 0; i < text.length; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9' || *out_dimension > LARGEST_DIMENSION) {
      return false;
    }
    *out_dimension = *out_dimension * 10 + (size_t)(text.data[i] - '0');
  }
  return *out_dimension >= 1 && *out_dimension <= LARGEST_DIMENSION;
}

static askiam_status s_open(void **out_self, void *context, const askiam_backend_options *options, askiam_error *error)
{
  (void)context;
  askiam_str text = askiam_backend_options_get(options, "embedder.dimension");
  size_t dimension = 0;
  if (!s_read_dimension(text, &dimension)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_EMBEDDER,
                            "embedder.dimension: '%.*s' is not a whole number from 1 to %d",
                            (int)aski_text_cut(text, 64), text.data, LARGEST_DIMENSION);
  }
  const askiam_allocator *allocator = askiam_backend_options_allocator(options);
  hashing_embedder *self = aski_acquire_zeroed(allocator, 1, sizeof *self);
  if (self == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_EMBEDDER, "out of memory");
  }
  self->allocator = allocator;
  self->dimension = dimension;
  /* The number after the name rises whenever the same text would give another vector. */
  snprintf(self->model, sizeof self->model, "hashing-1/%zu", dimension);
  *out_self = self;
  return ASKIAM_STATUS_OK;
}

static void s_close(void *self)
{
  hashing_embedder *embedder = self;
  if (embedder != NULL) {
    aski_release(embedder->allocator, embedder);
  }
}

static size_t s_dimension(void *self) { return ((const hashing_embedder *)self)->dimension; }

static const char *s_model(void *self) { return ((const hashing_embedder *)self)->model; }

/* Adds each distinct feature with weight × (1 + ln(how often)): the tenth "access" tells less than the first. */
static void s_add(float *vector, size_t dimension, const aski_features *features, double weight)
{
  for (size_t i = 0; i < features->count;) {
    uint32_t feature = features->items[i];
    size_t times = 0;
    while (i < features->count && features->items[i] == feature) {
      ++times;
      ++i;
    }
    double value = times == 1 ? weight : weight * (1.0 + log((double)times));
    float *place = &vector[(feature >> 1) % dimension];
    *place += (float)((feature & 1u) != 0 ? value : -value);
  }
}

static void s_normalise(float *vector, size_t dimension)
{
  double sum = 0.0;
  for (size_t i = 0; i < dimension; ++i) {
    sum += (double)vector[i] * (double)vector[i];
  }
  float factor = sum > 0.0 ? (float)(1.0 / sqrt(sum)) : 0.0F;
  for (size_t i = 0; i < dimension; ++i) {
    vector[i] *= factor;
  }
}

static askiam_status s_embed_one(const hashing_embedder *self, aski_arena *arena, askiam_str text, float *vector)
{
  /* A word has about twenty runs of characters: their lower weight keeps words and runs of about equal say. */
  static const double weights[ASKI_FEATURE_KINDS] = {1.0, 0.7, 0.25};
  memset(vector, 0, self->dimension * sizeof *vector);
  if (text.length == 0) {
    return ASKIAM_STATUS_OK;
  }
  askiam_str key = aski_text_key(arena, text);
  if (!aski_str_present(key)) {
    return arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_BAD_DATA;
  }
  for (int kind = 0; kind < ASKI_FEATURE_KINDS; ++kind) {
    aski_features features = {0};
    aski_features_collect(&features, arena, key, (aski_feature_kind)kind);
    if (arena->failed || !aski_features_sort(&features, arena)) {
      return ASKIAM_STATUS_NO_MEMORY;
    }
    s_add(vector, self->dimension, &features, weights[kind]);
  }
  s_normalise(vector, self->dimension);
  return ASKIAM_STATUS_OK;
}

static askiam_status s_check_call(const askiam_call *call, askiam_error *error)
{
  if (askiam_call_cancelled(call)) {
    return askiam_error_set(error, ASKIAM_STATUS_CANCELLED, ASKIAM_LAYER_EMBEDDER, "cancelled");
  }
  if (askiam_call_remaining_ms(call) == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_TIMEOUT, ASKIAM_LAYER_EMBEDDER, "the deadline passed while embedding");
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_embed(void *self, const askiam_call *call, const askiam_str *texts, size_t count,
                             float *out_vectors, askiam_error *error)
{
  const hashing_embedder *embedder = self;
  for (size_t i = 0; i < count; ++i) {
    askiam_status status = s_check_call(call, error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
    aski_arena arena;
    aski_arena_init(&arena, embedder->allocator);
    status = s_embed_one(embedder, &arena, texts[i], out_vectors + i * embedder->dimension);
    aski_arena_clean_up(&arena);
    if (status == ASKIAM_STATUS_NO_MEMORY) {
      return askiam_error_set(error, status, ASKIAM_LAYER_EMBEDDER, "out of memory");
    }
    if (status != ASKIAM_STATUS_OK) {
      return askiam_error_set(error, status, ASKIAM_LAYER_EMBEDDER, "text %zu is not UTF-8", i + 1);
    }
  }
  return ASKIAM_STATUS_OK;
}

const askiam_embedder_vtable *aski_hashing_embedder(void)
{
  static const askiam_embedder_vtable table = {.size = sizeof(askiam_embedder_vtable),
                                               .open = s_open,
                                               .close = s_close,
                                               .dimension = s_dimension,
                                               .model = s_model,
                                               .embed = s_embed};
  return &table;
}
