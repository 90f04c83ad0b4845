/* SPDX-License-Identifier: Apache-2.0
 *
 * A decorator before an embedder that is asked over a network: it keeps the vectors of the texts that were asked for last, so that what is asked
 * again needs no round trip. */
#ifndef ASKI_BACKEND_CACHE_H
#define ASKI_BACKEND_CACHE_H

#include "backend/handles.h"

/* Puts it before an opened embedder, in its handle; closing the handle closes both. `entries`, at least 1, is how many vectors are kept; a vector is found by
 * the SHA-256 of the model's mark and the text. What is no vector is not kept, nor anything of a call that failed. `allocator` is borrowed for the decorator's
 * life. NO_MEMORY leaves the handle as it was, as does an embedder without a proper dimension. */
askiam_status aski_cache_embedder(aski_embedder *embedder, const askiam_allocator *allocator, size_t entries,
                                  askiam_error *error);

/* What became of the texts that a decorated embedder was asked for: found, or handed on. */
typedef struct aski_cache_counts {
  uint64_t hits;
  uint64_t misses;
} aski_cache_counts;

aski_cache_counts aski_cache_embedder_counts(const aski_embedder *embedder);

#endif
