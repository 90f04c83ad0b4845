/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding documents on one connection, within one read transaction. */
#ifndef ASKI_SEARCH_EMBEDDED_DOCUMENTS_H
#define ASKI_SEARCH_EMBEDDED_DOCUMENTS_H

#include <askiam/backend/search.h>

#include "pool.h"

/* One search: where, under which circumstances, with which scratch memory. */
typedef struct aski_search_work {
  aski_search_pool *pool;
  aski_search_connection *connection;
  const askiam_call *call;
  aski_arena *arena;
  askiam_error *error;
} aski_search_work;

/* aski_search_prepared for this search. */
askiam_status aski_search_ready(sqlite3_stmt **out_statement, const aski_search_work *work, aski_search_statement sql);
/* Says so in the error, and gives NO_MEMORY. */
askiam_status aski_search_no_memory(const aski_search_work *work);
askiam_status aski_search_find_documents(const aski_search_work *work, const askiam_search_query *query,
                                         askiam_documents *documents);

#endif
