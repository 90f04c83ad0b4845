/* SPDX-License-Identifier: Apache-2.0
 *
 * The features of a text that the hashing embedder counts: words, pairs of neighbouring words, and runs of 3 to 5 characters within a
 * word, each as a 32-bit hash. */
#ifndef ASKI_EMBED_HASHING_FEATURES_H
#define ASKI_EMBED_HASHING_FEATURES_H

#include "base/memory.h"

/* A longer text is embedded by its first features only: about 60 KB of it, far more than a vector of this size can tell apart. */
enum { ASKI_FEATURES_MAX = 1 << 18 };

typedef enum aski_feature_kind {
  ASKI_FEATURE_WORD,
  ASKI_FEATURE_PAIR,
  ASKI_FEATURE_GRAM,
  ASKI_FEATURE_KINDS
} aski_feature_kind;

typedef struct aski_features {
  uint32_t *items;
  size_t count, capacity;
} aski_features;

/* Appends the features of one kind of a key (base/text.h). Check arena->failed afterwards. */
void aski_features_collect(aski_features *features, aski_arena *arena, askiam_str key, aski_feature_kind kind);
/* Brings equal features together, in linear time. False when memory ran out. */
bool aski_features_sort(aski_features *features, aski_arena *arena);

#endif
