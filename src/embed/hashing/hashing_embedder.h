/* SPDX-License-Identifier: Apache-2.0
 *
 * Feature hashing: words and character n-grams to a vector. Lexical, offline, deterministic. */
#ifndef ASKI_EMBED_HASHING_HASHING_EMBEDDER_H
#define ASKI_EMBED_HASHING_HASHING_EMBEDDER_H

#include <askiam/backend/embedder.h>

const askiam_embedder_vtable *aski_hashing_embedder(void);

#endif
