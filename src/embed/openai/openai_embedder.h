/* SPDX-License-Identifier: Apache-2.0
 *
 * Vectors from a server that speaks OpenAI's protocol: POST /v1/embeddings. Remote. */
#ifndef ASKI_EMBED_OPENAI_OPENAI_EMBEDDER_H
#define ASKI_EMBED_OPENAI_OPENAI_EMBEDDER_H

#include <askiam/backend/embedder.h>

const askiam_embedder_vtable *aski_openai_embedder(void);

#endif
