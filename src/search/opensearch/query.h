/* SPDX-License-Identifier: Apache-2.0
 *
 * What the cluster is asked: bodies of _msearch and _search. Every text is a value in JSON, none is syntax of a query language. */
#ifndef ASKI_SEARCH_OPENSEARCH_QUERY_H
#define ASKI_SEARCH_OPENSEARCH_QUERY_H

#include <askiam/backend/search.h>

#include "base/memory.h"
#include "settings.h"

/* "global", "app:…" and "role:…": a document must be of one of them. */
enum { ASKI_OPENSEARCH_SCOPES = 3 };

/* What one _msearch asks for, in this order; also what an answer is held against. */
typedef struct aski_opensearch_asked {
  bool by_words;
  bool by_vectors;
  bool with_roles; /* besides documents */
  size_t limit;    /* hits of each, at most */
  askiam_str scopes[ASKI_OPENSEARCH_SCOPES];
} aski_opensearch_asked;

/* Appends the lines for documents about the role, the application or neither: those that hold any of the words, and those whose vectors are
 * nearest. Neither where there is no word and no vector: then nothing is to be asked. What it gives lives as long as the arena. out->failed or
 * arena->failed tell of lack of memory. */
aski_opensearch_asked aski_opensearch_ask_documents(aski_buffer *out, aski_arena *arena,
                                                    const aski_opensearch_settings *settings,
                                                    const askiam_search_query *query);

/* What of the past is wanted; also what an answer is held against. */
typedef struct aski_opensearch_past {
  askiam_str role_id;
  askiam_str except_user_id;
  int64_t before_ms;
  size_t limit; /* 1 to ASKI_OPENSEARCH_HITS_MAX */
} aski_opensearch_past;

/* index.max_result_window, as every index has it that nobody changed. */
enum { ASKI_OPENSEARCH_HITS_MAX = 10000 };

/* Appends the body of a _search for human decisions, newest first, then by user and id. */
void aski_opensearch_ask_patterns(aski_buffer *out, const aski_opensearch_past *past);

#endif
