/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the documents in scope one by one: their vectors always, their words where they are few. */
#ifndef ASKI_SEARCH_EMBEDDED_SCAN_H
#define ASKI_SEARCH_EMBEDDED_SCAN_H

#include "documents.h"
#include "search/common/vectors.h"

/* What was found, by words and by vectors. */
typedef struct aski_search_found {
  aski_best words;
  aski_best vectors;
  bool compared; /* whether there was any vector of the query's model */
} aski_search_found;

/* A statement with role, application and model bound. */
askiam_status aski_search_start(sqlite3_stmt **out_statement, const aski_search_work *work,
                                const askiam_search_query *query, aski_search_statement sql);
/* What the last step means. */
askiam_status aski_search_end(const aski_search_work *work, int code);
/* Offers the document whose vector is in a column; gives the vector, or NULL where it is none like the query's. */
const unsigned char *aski_search_compare(const askiam_search_query *query, int64_t document, sqlite3_stmt *row,
                                         int column, aski_search_found *found);

/* Finds by vectors, whatever there is. */
askiam_status aski_search_scan_vectors(const aski_search_work *work, const askiam_search_query *query,
                                       aski_search_found *found);
/* Finds by both where few and short documents are in scope: the same as the index and aski_search_scan_vectors give. Where *out_few is
 * false nothing was done. */
askiam_status aski_search_scan_few(const aski_search_work *work, const askiam_search_query *query,
                                   const aski_match_words *words, aski_search_found *found, bool *out_few);

#endif
