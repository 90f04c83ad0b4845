/* SPDX-License-Identifier: Apache-2.0
 *
 * The store: its settings and a small pool of connections, opened when they are first needed. Any thread may lease one; readers run side
 * by side, writers of one process one after the other. A connection serves either: a process with one thread opens one, which reads the
 * schema once and keeps its pages over its own changes. In memory there is one connection for everything. */
#ifndef ASKI_STORE_SQLITE_POOL_H
#define ASKI_STORE_SQLITE_POOL_H

#include <pthread.h>
#include <sys/types.h>

#include "store/sqlite/connection.h"

typedef struct aski_sqlite_lane {
  size_t leased;
  size_t most;
} aski_sqlite_lane;

typedef struct aski_sqlite_store {
  aski_sqlite_settings settings;
  char *path;
  const askiam_clock *clock;
  pid_t process; /* that opened it */
  pthread_mutex_t mutex;
  pthread_cond_t returned;
  aski_sqlite *idle; /* guarded by the mutex, like the next; the last that came back first */
  size_t idle_count;
  aski_sqlite_lane readers;
  aski_sqlite_lane writers;
} aski_sqlite_store;

askiam_status aski_sqlite_store_open(void **out_self, void *context, const askiam_backend_options *options,
                                     askiam_error *error);
void aski_sqlite_store_close(void *self);

/* Lends a connection for `use`. Waits at most store.busy_timeout_ms and never past the deadline: BUSY, TIMEOUT, CANCELLED. */
askiam_status aski_sqlite_lease(aski_sqlite **out_connection, aski_sqlite_store *store, aski_sqlite_use use,
                                const askiam_call *call, askiam_error *error);
/* Takes it back. NULL is fine. */
void aski_sqlite_return(aski_sqlite_store *store, aski_sqlite *connection);

#endif
