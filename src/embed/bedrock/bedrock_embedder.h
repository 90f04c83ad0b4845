/* SPDX-License-Identifier: Apache-2.0
 *
 * Vectors from Amazon Bedrock: InvokeModel of Titan Text Embeddings V2 (docs.aws.amazon.com, "Amazon Titan Embeddings Text"). Remote. */
#ifndef ASKI_EMBED_BEDROCK_BEDROCK_EMBEDDER_H
#define ASKI_EMBED_BEDROCK_BEDROCK_EMBEDDER_H

#include <askiam/backend/embedder.h>

#include "base/str.h"

const askiam_embedder_vtable *aski_bedrock_embedder(void);

/* Reads {"embedding": […], …} to `dimension` floats, scaled to unit length. CONFIG where there is another number of them, UNAVAILABLE for what is no
 * such answer. */
askiam_status aski_titan_vector_read(float *place, size_t dimension, askiam_str json, const askiam_allocator *allocator,
                                     askiam_error *error);

#endif
