/* SPDX-License-Identifier: Apache-2.0
 *
 * One connection: made and used without ever blocking in libpq, so that a deadline or a cancelled call ends every wait. What a wait leaves
 * unfinished cannot be taken up again: the socket is closed then. Used by one thread at a time. */
#ifndef ASKI_STORE_POSTGRES_CONNECTION_H
#define ASKI_STORE_POSTGRES_CONNECTION_H

#include <askiam/backend/backend.h>

#include "store/postgres/statements.h"
#include "store/postgres/target.h"
#include "store/postgres/values.h"

typedef enum aski_pg_use {
  ASKI_PG_READ,
  ASKI_PG_WRITE,
  ASKI_PG_MIGRATE /* takes the database without a schema */
} aski_pg_use;

/* What all connections of a lane have in common. Unchanged after opening. */
typedef struct aski_pg_settings {
  const askiam_allocator *allocator;
  aski_pg_target target;
  bool prepared; /* statements are prepared by name */
  askiam_token_fn token;
  void *token_context;
} aski_pg_settings;

typedef struct aski_pg {
  PGconn *wire;
  const aski_pg_settings *settings;
  const askiam_call *call;           /* of the lease; NULL: no deadline */
  bool checked;                      /* the schema is of our version */
  bool broken;                       /* not to be used again */
  bool reused;                       /* it was idle before this lease */
  bool trigrams;                     /* pg_trgm and its index are there */
  bool prepared[ASKI_PG_SQL_COUNT];  /* known to the server, or queued to be */
  bool preparing[ASKI_PG_SQL_COUNT]; /* queued, its result not taken yet */
  int64_t idle_since_ms;
  struct aski_pg *next;
} aski_pg;

/* Connects, and looks at the schema unless it is for MIGRATE: NOT_INITIALISED, SCHEMA_NEWER. */
askiam_status aski_pg_open(aski_pg **out_connection, const aski_pg_settings *settings, aski_pg_use use,
                           const askiam_call *call, askiam_error *error);
void aski_pg_close(aski_pg *connection);
/* Frees what is ours and leaves the socket alone: for a child process, which must not speak on its parent's. */
void aski_pg_abandon(aski_pg *connection);
/* Whether an idle connection still seems alive; does not wait. */
bool aski_pg_is_alive(aski_pg *connection);

/* connect.c: makes the wire, trying host after host. */
askiam_status aski_pg_connect(PGconn **out_wire, const aski_pg_settings *settings, const askiam_call *call,
                              askiam_error *error);
/* Waits until the socket is ready for `events` (of poll); at most until the deadline, and `until_ms` (of aski_pg_ticks_ms). OK, TIMEOUT,
 * CANCELLED; BUSY where until_ms came first. */
askiam_status aski_pg_wait(int socket, short events, const askiam_call *call, int64_t until_ms);
/* CLOCK_MONOTONIC: waiting must end even where the host's clock stands still. */
int64_t aski_pg_ticks_ms(void);

/* errors.c: the error for a failed result, or, where that is NULL, for a lost connection. Statements and values are never part of it. */
askiam_status aski_pg_failure(aski_pg *connection, const PGresult *result, askiam_error *error);
/* For a wait that ended too early; the connection is broken then. */
askiam_status aski_pg_gave_up(aski_pg *connection, askiam_status status, askiam_error *error);
askiam_status aski_pg_no_memory(askiam_error *error);
/* Connecting failed: `said` is what libpq said with verbose errors. */
askiam_status aski_pg_refused(const aski_pg_settings *settings, const char *said, askiam_error *error);
bool aski_pg_has_state(const PGresult *result, const char *sqlstate);
/* Whether the schema is the present one; keeps a good answer. *out_version (may be NULL) is 0 where there is none. */
askiam_status aski_pg_check_schema(aski_pg *connection, int *out_version, askiam_error *error);

/* Runs a statement of the table, in one round trip; *out_result is owned (PQclear), NULL on failure. */
askiam_status aski_pg_run(aski_pg *connection, aski_pg_sql sql, const aski_pg_values *values, PGresult **out_result,
                          askiam_error *error);
/* Runs a statement that is not of the table; in single-row mode with `row_by_row`: then results are taken by aski_pg_next. */
askiam_status aski_pg_send(aski_pg *connection, const char *sql, const aski_pg_values *values, bool row_by_row,
                           askiam_error *error);
/* The next result, owned; NULL where there are no more. Failures of the server are errors. */
askiam_status aski_pg_next(aski_pg *connection, PGresult **out_result, askiam_error *error);
/* The same, whatever it says. */
askiam_status aski_pg_take(aski_pg *connection, PGresult **out_result, askiam_error *error);
/* For a walk that ended early: takes the rows that are still on the wire where they are few, else gives the connection up, and spares the
 * server the rest. */
void aski_pg_take_rest(aski_pg *connection);
/* Sends what waits to be sent. */
askiam_status aski_pg_flush(aski_pg *connection, askiam_error *error);
/* Runs one or several statements without values, by the simple protocol. */
askiam_status aski_pg_execute(aski_pg *connection, const char *sql, askiam_error *error);

/* Several statements in one round trip. Between begin and end statements are only queued; a failure of one skips those behind it. */
askiam_status aski_pg_pipeline_begin(aski_pg *connection, askiam_error *error);
askiam_status aski_pg_pipeline_add(aski_pg *connection, aski_pg_sql sql, const aski_pg_values *values,
                                   askiam_error *error);
/* Sends what is queued. Then a result is taken for each statement, in order, whether or not one failed; then the pipeline is ended. */
askiam_status aski_pg_pipeline_send(aski_pg *connection, askiam_error *error);
/* The result of the next statement: *out_result owned, also that of a failure, which is then told by `error`; NULL where it was skipped. */
askiam_status aski_pg_pipeline_take(aski_pg *connection, aski_pg_sql sql, PGresult **out_result, askiam_error *error);
askiam_status aski_pg_pipeline_end(aski_pg *connection, askiam_error *error);
/* Brings a connection that is inside a transaction out of it; broken where that fails. */
void aski_pg_rollback(aski_pg *connection);

#endif
