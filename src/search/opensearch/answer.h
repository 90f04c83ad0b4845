/* SPDX-License-Identifier: Apache-2.0
 *
 * What the cluster answers, read as what it is: bytes of a stranger. Partial results (a shard that failed, a search that was cut short) are
 * no evidence and count as a failure, as does whatever was not asked for. */
#ifndef ASKI_SEARCH_OPENSEARCH_ANSWER_H
#define ASKI_SEARCH_OPENSEARCH_ANSWER_H

#include <askiam/backend/search.h>

#include "base/memory.h"
#include "query.h"

/* Reads an answer to _msearch and adds the best top_k documents: both lists fused, equal scores by id, each document once. What is not
 * told is in scratch memory of the arena. */
askiam_status aski_opensearch_read_documents(askiam_documents *documents, aski_arena *arena, askiam_str json,
                                             const aski_opensearch_asked *asked, aski_opensearch_space space,
                                             size_t top_k, askiam_error *error);
/* Reads an answer to _search and adds its decisions, each once. */
askiam_status aski_opensearch_read_patterns(askiam_patterns *patterns, const askiam_allocator *allocator,
                                            askiam_str json, const aski_opensearch_past *past, askiam_error *error);

#endif
