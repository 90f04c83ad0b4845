/* SPDX-License-Identifier: Apache-2.0
 *
 * A connection to the SQLite store's file, our own or on loan, with its statements; and what SQLite's failures mean here. */
#ifndef ASKI_SEARCH_EMBEDDED_CONNECTION_H
#define ASKI_SEARCH_EMBEDDED_CONNECTION_H

#include <askiam/backend/backend.h>

#include <sqlite3.h>

#include "base/memory.h"
#include "store/common/lending.h"
#include "tokens.h"

enum { ASKI_SEARCH_BUSY_MS_MAX = 2000 };

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
  const askiam_allocator *allocator;
  aski_lent *lent; /* by the store of the same file; NULL: a connection of our own */
  sqlite3 *db;
  const char *path;
  bool settled; /* opened as a file that nobody changes; for one search only, as it would not see a change */
  aski_tokenizer tokenizer;
  sqlite3_stmt *statements[ASKI_SEARCH_STATEMENTS]; /* NULL: not needed so far */
} aski_search_connection;

/* Opens the file. NOT_INITIALISED where there is no file or no schema, CORRUPT where it is no askiam store. `path` is borrowed for as long
 * as the connection lives. */
askiam_status aski_search_open(aski_search_connection **out_connection, const askiam_allocator *allocator,
                               const char *path, const askiam_call *call, askiam_error *error);
/* Makes a connection on loan ready for searching. */
askiam_status aski_search_visit(aski_search_connection **out_connection, const askiam_allocator *allocator,
                                const char *path, aski_lent *lent, const askiam_call *call, askiam_error *error);
/* Ends all of ours; a connection on loan stays open. */
void aski_search_close(aski_search_connection *connection);

/* A statement, prepared when it is first needed, reset and without values; the connection's. */
askiam_status aski_search_prepared(sqlite3_stmt **out_statement, aski_search_connection *connection,
                                   aski_search_statement sql, const askiam_call *call, askiam_error *error);
/* Resets all statements and ends what was begun; false where that fails. */
bool aski_search_rest(aski_search_connection *connection);
/* What the connection's last failure means. */
askiam_status aski_search_failure(const aski_search_connection *connection, int code, const askiam_call *call,
                                  askiam_error *error);
/* Binds text; an absent string as an empty one. Gives SQLite's code. */
int aski_search_bind(sqlite3_stmt *statement, int at, askiam_str text);
/* A column's text, borrowed until the next step. Absent when memory ran out. */
askiam_str aski_search_column(sqlite3_stmt *statement, int at);

#endif
