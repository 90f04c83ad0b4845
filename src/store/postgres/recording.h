/* SPDX-License-Identifier: Apache-2.0
 *
 * A transaction that records: its statements go to the server in one piece, the heads of the chains are moved by
 * compare-and-swap, and where the answer is lost, what was recorded is looked for. */
#ifndef ASKI_STORE_POSTGRES_RECORDING_H
#define ASKI_STORE_POSTGRES_RECORDING_H

#include "store/postgres/pool.h"

#include <askiam/backend/journal.h>

typedef struct aski_pg_recording aski_pg_recording;

/* Queues the statements between BEGIN and COMMIT. */
typedef askiam_status (*aski_pg_queue_fn)(aski_pg_recording *recording, const void *context);

struct aski_pg_recording {
  /* by the caller */
  aski_pg_store *store;
  const askiam_records *records; /* at least one */
  const askiam_call *call;
  askiam_error *error;
  aski_pg_queue_fn queue;
  const void *context;
  /* of one attempt */
  aski_pg *connection;
  aski_arena arena;
  struct {
    struct aski_pg_step *items;
    size_t count, capacity;
  } steps;
  size_t failed;   /* the record whose statement failed; SIZE_MAX for none */
  bool refused;    /* the server said that a statement failed */
  bool conflict;   /* something has changed meanwhile, or the transaction gave way to another */
  bool exists;     /* a request id is taken */
  bool unanswered; /* it was sent, and nobody said how it ended */
};

/* Queues one statement; `record` is the one that it writes, SIZE_MAX for none. A statement that divides by nought
 * says that something has changed. */
askiam_status aski_pg_recording_add(aski_pg_recording *recording, aski_pg_sql sql, const aski_pg_values *values,
                                    size_t record);
/* Locks the heads of the records' chains, in the order of their names, so that two batches over the same chains wait
 * for one another and do not deadlock. Before the first record. */
askiam_status aski_pg_recording_lock_heads(aski_pg_recording *recording);
/* The ids, types and bodies of a record's events, as three arrays. */
void aski_pg_add_events(aski_pg_values *values, aski_arena *arena, const askiam_record *record);

/* Runs the transaction. CONFLICT, EXISTS (*out_index, may be NULL, says which record) and CORRUPT as journal.append
 * has them. */
askiam_status aski_pg_record(aski_pg_recording *recording, size_t *out_index);

#endif
