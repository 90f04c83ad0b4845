/* SPDX-License-Identifier: Apache-2.0
 *
 * The answer to a request for embeddings, read as what it is: bytes of a stranger. */
#ifndef ASKI_EMBED_OPENAI_VECTORS_H
#define ASKI_EMBED_OPENAI_VECTORS_H

#include <askiam/error.h>

#include "base/str.h"

/* Writes the vector with the index i of the answer to places[i], scaled to unit length, and takes the place out (NULL). There must be one for each of
 * the `count` places and none besides. CONFIG where vectors have another length than `dimension`; UNAVAILABLE for what is no such answer.
 * After a failure what the places point at is not to be used. */
askiam_status aski_openai_vectors_read(float **places, size_t count, size_t dimension, askiam_str json,
                                       const askiam_allocator *allocator, askiam_error *error);

#endif
