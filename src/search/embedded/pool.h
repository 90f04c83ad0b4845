/* SPDX-License-Identifier: Apache-2.0
 *
 * The connections of a search: one that the store lends, where one is idle, or else our own, kept for the next call. */
#ifndef ASKI_SEARCH_EMBEDDED_POOL_H
#define ASKI_SEARCH_EMBEDDED_POOL_H

#include <pthread.h>

#include "connection.h"
#include "sketches.h"

/* Shared by threads; a connection that was taken belongs to one thread until it is given back. */
typedef struct aski_search_pool {
  const askiam_allocator *allocator;
  char *path;
  const aski_lending *lending; /* NULL: nobody lends connections to this file */
  pthread_mutex_t lock;
  aski_search_connection *idle; /* our own */
  size_t idle_count;
  aski_sketches sketches;
} aski_search_pool;

/* `path` is taken over, on success. `lending` may be NULL, or that of another file. False where there is no mutex. */
bool aski_search_pool_init(aski_search_pool *pool, const askiam_allocator *allocator, char *path,
                           const aski_lending *lending, size_t sketch_bytes);
void aski_search_pool_clean_up(aski_search_pool *pool);

/* A connection whose statements stop when the call is cancelled or its time is up. NOT_INITIALISED where there is no file or no schema,
 * CORRUPT where it is no askiam store. */
askiam_status aski_search_take(aski_search_connection **out_connection, aski_search_pool *pool, const askiam_call *call,
                               askiam_error *error);
/* Resets all statements and ends what was begun. */
void aski_search_give_back(aski_search_pool *pool, aski_search_connection *connection);

#endif
