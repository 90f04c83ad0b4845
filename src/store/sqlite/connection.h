/* SPDX-License-Identifier: Apache-2.0
 *
 * One connection to the file: opened with the settings of the store, its prepared statements, and how its failures become errors. Used by
 * one thread at a time. */
#ifndef ASKI_STORE_SQLITE_CONNECTION_H
#define ASKI_STORE_SQLITE_CONNECTION_H

#include <askiam/backend/backend.h>
#include <sqlite3.h>

#include "base/memory.h"
#include "store/common/lending.h"
#include "store/sqlite/statements.h"

typedef enum aski_sqlite_use {
  ASKI_SQLITE_READ,
  ASKI_SQLITE_WRITE,
  ASKI_SQLITE_IMPORT, /* writes much at once; checks references by itself */
  ASKI_SQLITE_MIGRATE /* makes the file, and takes it without a schema */
} aski_sqlite_use;

/* What all connections of a store have in common. Unchanged after opening. */
typedef struct aski_sqlite_settings {
  const askiam_allocator *allocator;
  const char *path; /* as given, NUL-terminated; ":memory:" where `memory` */
  bool memory;
  int64_t busy_timeout_ms;
  int64_t cache_kib;  /* of pages that a connection keeps */
  int64_t mmap_bytes; /* of the file that a connection maps */
} aski_sqlite_settings;

typedef struct aski_sqlite {
  sqlite3 *db;
  const aski_sqlite_settings *settings;
  const askiam_call *call; /* of the lease; NULL: no deadline */
  int64_t waiting_since_ms;
  aski_sqlite_use use;
  bool checked; /* the schema is ours and of our version */
  bool broken;  /* not to be used again */
  bool settled; /* opened as a file that nobody changes; for one lease only, as it would not see a change */
  sqlite3_stmt *statements[ASKI_SQL_COUNT];
  aski_lent lent;
  struct aski_sqlite *next;
} aski_sqlite;

/* Opens the file. For READ and WRITE a missing file or schema is NOT_INITIALISED. */
askiam_status aski_sqlite_open(aski_sqlite **out_connection, const aski_sqlite_settings *settings, aski_sqlite_use use,
                               const askiam_call *call, askiam_error *error);
void aski_sqlite_close(aski_sqlite *connection);
/* Frees what is ours and leaves SQLite's part alone: for a child process, which must not touch its parent's files. */
void aski_sqlite_abandon(aski_sqlite *connection);
/* Whether a connection that was idle can be leased: the file that was opened is still the one at the path (what is written to one that was
 * replaced or deleted is lost), and for writing it could be opened so, as it may be by now. */
bool aski_sqlite_serves(const aski_sqlite *connection, aski_sqlite_use use);
/* Whether the schema is the present one; keeps a good answer. *out_version (may be NULL) is 0 where there is none. */
askiam_status aski_sqlite_check_schema(aski_sqlite *connection, int *out_version, askiam_error *error);

/* The error for what SQLite said last. A statement's text and values are never part of it. */
askiam_status aski_sqlite_error(aski_sqlite *connection, int code, askiam_error *error);

/* A prepared statement, reset and without values; NULL on failure: then aski_sqlite_error(connection, SQLITE_OK, …) says why. One that
 * writes is refused (INTERNAL) to a lease that reads. */
sqlite3_stmt *aski_sqlite_statement(aski_sqlite *connection, aski_sql sql);
/* Ends a run: `code` is what the last step returned. OK for SQLITE_DONE and SQLITE_ROW, else the error; NO_MEMORY, too, where there was no
 * memory for a column of the last row. That counts before whatever was made of the row. */
askiam_status aski_sqlite_end(aski_sqlite *connection, sqlite3_stmt *statement, int code, askiam_error *error);
/* Runs a statement without rows to its end. */
askiam_status aski_sqlite_run(aski_sqlite *connection, sqlite3_stmt *statement, askiam_error *error);
askiam_status aski_sqlite_execute(aski_sqlite *connection, const char *sql, askiam_error *error);

askiam_status aski_sqlite_begin(aski_sqlite *connection, aski_sql how, askiam_error *error);
/* Commits where `status` is OK, else rolls back; the status of the whole. */
askiam_status aski_sqlite_finish(aski_sqlite *connection, askiam_status status, askiam_error *error);

/* Text is borrowed until the statement is reset. */
void aski_sqlite_bind(sqlite3_stmt *statement, int index, askiam_str text);
/* Borrowed until the next step; absent for NULL, and where memory ran out, which the next step or aski_sqlite_end tells. */
askiam_str aski_sqlite_column(sqlite3_stmt *statement, int index);
/* CLOCK_MONOTONIC: waiting for a lock must end even where the host's clock stands still. */
int64_t aski_sqlite_ticks_ms(void);

#endif
