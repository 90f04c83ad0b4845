/* SPDX-License-Identifier: Apache-2.0
 *
 * Read-only connections to the SQLite store's file, opened when they are needed and kept for the next call; and what SQLite's failures
 * mean here. */
#ifndef ASKI_SEARCH_EMBEDDED_CONNECTION_H
#define ASKI_SEARCH_EMBEDDED_CONNECTION_H

#include <askiam/backend/backend.h>

#include <pthread.h>
#include <sqlite3.h>

#include "base/memory.h"
#include "sketches.h"
#include "tokens.h"

typedef enum aski_search_statement {
  ASKI_SEARCH_BEGIN,
  ASKI_SEARCH_END,
  ASKI_SEARCH_FEW,     /* role, application, model → document_no, title, text, embedding; may repeat, and stops early */
  ASKI_SEARCH_TEXT,    /* MATCH → aski_words */
  ASKI_SEARCH_VECTORS, /* role, application, model → document_no, embedding; of what is about these two */
  ASKI_SEARCH_GLOBAL,  /* model → document_no, embedding; of what is about nothing in particular */
  ASKI_SEARCH_VECTOR,  /* document_no, model → document_no, embedding */
  ASKI_SEARCH_VERSION, /* → the catalogue's version */
  ASKI_SEARCH_DOCUMENT, /* document_no → id, title, text */
  ASKI_SEARCH_PATTERNS, /* role, before, except, limit → user_id, timestamp, approved */
  ASKI_SEARCH_STATEMENTS
} aski_search_statement;

typedef struct aski_search_connection {
  struct aski_search_connection *next;
  sqlite3 *db;
  const char *path; /* the pool's */
  bool settled;     /* opened as a file that nobody changes; for one search only, as it would not see a change */
  aski_tokenizer tokenizer;
  sqlite3_stmt *statements[ASKI_SEARCH_STATEMENTS]; /* NULL: not needed so far */
} aski_search_connection;

/* Shared by threads; a connection that was taken belongs to one thread until it is given back. */
typedef struct aski_search_pool {
  const askiam_allocator *allocator;
  char *path;
  pthread_mutex_t lock;
  aski_search_connection *idle;
  size_t idle_count;
  aski_sketches sketches;
} aski_search_pool;

/* `path` is taken over, on success. False where there is no mutex. */
bool aski_search_pool_init(aski_search_pool *pool, const askiam_allocator *allocator, char *path, size_t sketch_bytes);
void aski_search_pool_clean_up(aski_search_pool *pool);

/* A connection whose statements stop when the call is cancelled or its time is up. NOT_INITIALISED where there is no file or no schema,
 * CORRUPT where it is no askiam store. */
askiam_status aski_search_take(aski_search_connection **out_connection, aski_search_pool *pool, const askiam_call *call,
                               askiam_error *error);
/* A statement, prepared when it is first needed, reset and without values; the connection's. */
askiam_status aski_search_prepared(sqlite3_stmt **out_statement, aski_search_connection *connection,
                                   aski_search_statement sql, const askiam_call *call, askiam_error *error);
/* Resets all statements and ends what was begun. */
void aski_search_give_back(aski_search_pool *pool, aski_search_connection *connection);
/* What the connection's last failure means. */
askiam_status aski_search_failure(const aski_search_connection *connection, int code, const askiam_call *call,
                                  askiam_error *error);
/* Binds text; an absent string as an empty one. Gives SQLite's code. */
int aski_search_bind(sqlite3_stmt *statement, int at, askiam_str text);
/* A column's text, borrowed until the next step. Absent when memory ran out. */
askiam_str aski_search_column(sqlite3_stmt *statement, int at);

#endif
