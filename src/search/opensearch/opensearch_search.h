/* SPDX-License-Identifier: Apache-2.0
 *
 * Search in OpenSearch, on servers of one's own or AWS's: BM25 and nearest vectors in one round trip, fused as in every search; past
 * decisions. The store's tables stay authoritative: what is searched here is a copy of them. */
#ifndef ASKI_SEARCH_OPENSEARCH_OPENSEARCH_SEARCH_H
#define ASKI_SEARCH_OPENSEARCH_OPENSEARCH_SEARCH_H

#include <askiam/backend/search.h>

const askiam_search_vtable *aski_opensearch_search(void);

#endif
