/* SPDX-License-Identifier: Apache-2.0
 *
 * The store: its settings and two pools of connections, to the primary and, where there is one, to a replica. Connections are made when they
 * are first needed, looked at before they are lent again, and made anew with growing pauses where the server does not answer. Any thread may
 * lease one. */
#ifndef ASKI_STORE_POSTGRES_POOL_H
#define ASKI_STORE_POSTGRES_POOL_H

#include <pthread.h>
#include <sys/types.h>

#include "store/postgres/connection.h"

typedef struct aski_pg_lane {
  aski_pg_settings settings;
  aski_pg *idle;         /* guarded by the mutex, like all that follows; the last one used comes first */
  size_t open;           /* idle ones and those on lease */
  unsigned failures;     /* to connect, in a row */
  int64_t next_try_ms;   /* not before, where there were failures */
  askiam_status failure; /* the last one's status and words */
  char failure_text[512];
} aski_pg_lane;

typedef struct aski_pg_store {
  const askiam_allocator *allocator;
  aski_pg_lane primary;
  aski_pg_lane replica;
  bool has_replica;
  size_t pool_size;
  int64_t busy_timeout_ms;
  pid_t process; /* that opened it */
  pthread_mutex_t mutex;
  pthread_cond_t returned;
} aski_pg_store;

askiam_status aski_pg_store_open(void **out_self, void *context, const askiam_backend_options *options,
                                 askiam_error *error);
void aski_pg_store_close(void *self);

/* Lends a connection to the primary. Waits at most store.busy_timeout_ms and never past the deadline: BUSY, TIMEOUT, CANCELLED; UNAVAILABLE
 * at once where the server did not answer a moment ago. */
askiam_status aski_pg_lease(aski_pg **out_connection, aski_pg_store *store, aski_pg_use use, const askiam_call *call,
                            askiam_error *error);
/* Takes it back, in whatever state it is. NULL is fine. */
void aski_pg_return(aski_pg_store *store, aski_pg *connection);

/* What a read may be answered by. */
typedef enum aski_pg_from {
  ASKI_PG_FROM_PRIMARY, /* what must be of now: facts, request ids, heads */
  ASKI_PG_FROM_ANY      /* a replica will do */
} aski_pg_from;

/* Leases a connection and runs a statement of the table that only reads. A connection that died while it was idle is replaced, and a replica
 * that fails by the primary; else the failure. Both outputs are given back by aski_pg_answered. */
askiam_status aski_pg_ask(aski_pg **out_connection, PGresult **out_result, aski_pg_store *store, aski_pg_from from,
                          aski_pg_sql sql, const aski_pg_values *values, const askiam_call *call, askiam_error *error);
/* The same for suggestions: with all values by pg_trgm where the database has it, else with the first `plain_count` of them without it. */
askiam_status aski_pg_ask_similar(aski_pg **out_connection, PGresult **out_result, aski_pg_store *store,
                                  const aski_pg_values *values, int plain_count, const askiam_call *call,
                                  askiam_error *error);
/* The same for another statement, whose rows are then taken one by one. */
askiam_status aski_pg_ask_rows(aski_pg **out_connection, aski_pg_store *store, aski_pg_from from, const char *sql,
                               const aski_pg_values *values, const askiam_call *call, askiam_error *error);
void aski_pg_answered(aski_pg_store *store, aski_pg *connection, PGresult *result);
/* Leases a connection to the primary and runs a statement that writes, which is a transaction of its own. *out_rows (may be NULL) is how many
 * rows it touched. */
askiam_status aski_pg_write(aski_pg_store *store, aski_pg_sql sql, const aski_pg_values *values,
                            const askiam_call *call, uint64_t *out_rows, askiam_error *error);

#endif
