/* SPDX-License-Identifier: Apache-2.0
 *
 * The import of the store: begin, rows, commit. All of it is one transaction, so that readers see the store as it was until the end, and
 * nothing is left of an import that was broken off. */
#include <stdio.h>

#include "store/postgres/import_session.h"

enum { STATEMENT_BYTES = 160 };

static void s_destroy(aski_pg_import *import)
{
  aski_pg_store *store = import->store;
  aski_pg_return(store, import->connection);
  for (size_t i = 0; i < ASKI_PG_STAGE_COUNT; ++i) {
    aski_buffer_clean_up(&import->stages[i]);
  }
  aski_buffer_clean_up(&import->key);
  aski_arena_clean_up(&import->arena);
  aski_release(store->allocator, import);
}

static aski_pg_import *s_new(aski_pg_store *store, const askiam_call *call)
{
  aski_pg_import *import = aski_acquire_zeroed(store->allocator, 1, sizeof *import);
  if (import != NULL) {
    import->store = store;
    import->now_ms = askiam_call_now_ms(call);
    aski_arena_init(&import->arena, store->allocator);
    aski_buffer_init(&import->key, store->allocator);
    for (size_t i = 0; i < ASKI_PG_STAGE_COUNT; ++i) {
      aski_buffer_init(&import->stages[i], store->allocator);
    }
  }
  return import;
}

/* One import at a time: the second waits as long as for any lock. The number is "imp" in ASCII. */
static askiam_status s_start(aski_pg_import *import, askiam_error *error)
{
  char begin[STATEMENT_BYTES];
  snprintf(begin, sizeof begin, "BEGIN; SET LOCAL lock_timeout = %lld; SELECT pg_advisory_xact_lock(6909296);",
           (long long)import->store->busy_timeout_ms);
  askiam_status status = aski_pg_execute(import->connection, begin, error);
  status = status == ASKIAM_STATUS_OK ? aski_pg_execute(import->connection, aski_pg_stage_tables(), error) : status;
  if (status != ASKIAM_STATUS_OK) {
    aski_pg_rollback(import->connection);
  }
  return status;
}

askiam_status aski_pg_import_begin(void *self, const askiam_call *call, void **out_session, askiam_error *error)
{
  aski_pg_store *store = self;
  *out_session = NULL;
  aski_pg_import *import = s_new(store, call);
  if (import == NULL) {
    return aski_pg_no_memory(error);
  }
  askiam_status status = aski_pg_lease(&import->connection, store, ASKI_PG_WRITE, call, error);
  status = status == ASKIAM_STATUS_OK ? s_start(import, error) : status;
  if (status != ASKIAM_STATUS_OK) {
    s_destroy(import);
    return status;
  }
  import->connection->call = NULL; /* it is only borrowed for this call */
  *out_session = import;
  return ASKIAM_STATUS_OK;
}

askiam_status aski_pg_import_row(void *self, askiam_table table, uint64_t row, const askiam_str *values, size_t count,
                                 askiam_error *error)
{
  aski_pg_import *import = self;
  if (count == 0 || count != aski_store_column_count(table)) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_STORE,
                            "an import row of table %d has %zu columns", (int)table, count);
  }
  if (import->status == ASKIAM_STATUS_OK) {
    import->status = aski_pg_import_stage(import, table, row, values, &import->failure);
  }
  if (import->status == ASKIAM_STATUS_OK) {
    import->status = aski_pg_stage_send(import, false, &import->failure);
  }
  if (import->status == ASKIAM_STATUS_NO_MEMORY) {
    aski_pg_no_memory(&import->failure);
  }
  if (import->status != ASKIAM_STATUS_OK && error != NULL) {
    *error = import->failure;
  }
  return import->status;
}

static askiam_status s_complete(aski_pg_import *import, askiam_import_report_fn report, void *context,
                                askiam_error *error)
{
  askiam_status status = aski_pg_stage_send(import, true, error);
  status = status == ASKIAM_STATUS_OK ? aski_pg_import_check(import, error) : status;
  if (status == ASKIAM_STATUS_OK && import->problems.count > 0) {
    return aski_store_report(&import->problems, report, context, error);
  }
  status = status == ASKIAM_STATUS_OK ? aski_pg_import_merge(import, error) : status;
  return status == ASKIAM_STATUS_OK ? aski_pg_execute(import->connection, "COMMIT", error) : status;
}

askiam_status aski_pg_import_commit(void *self, askiam_import_report_fn report, void *context, askiam_error *error)
{
  aski_pg_import *import = self;
  askiam_status status = import->status;
  if (status != ASKIAM_STATUS_OK && error != NULL) {
    *error = import->failure;
  }
  status = status == ASKIAM_STATUS_OK ? s_complete(import, report, context, error) : status;
  if (status != ASKIAM_STATUS_OK) {
    aski_pg_rollback(import->connection);
  }
  s_destroy(import);
  return status;
}

void aski_pg_import_abort(void *self)
{
  aski_pg_import *import = self;
  if (import != NULL) {
    aski_pg_rollback(import->connection);
    s_destroy(import);
  }
}
