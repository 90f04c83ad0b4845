/* SPDX-License-Identifier: Apache-2.0
 *
 * Embedded search over the SQLite store's own file: FTS5 (BM25) and an exact scan over vectors, fused. */
#ifndef ASKI_SEARCH_EMBEDDED_EMBEDDED_SEARCH_H
#define ASKI_SEARCH_EMBEDDED_EMBEDDED_SEARCH_H

#include <askiam/backend/search.h>

const askiam_search_vtable *aski_embedded_search(void);

#endif
