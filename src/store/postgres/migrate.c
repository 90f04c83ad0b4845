/* SPDX-License-Identifier: Apache-2.0
 *
 * Making the schema and bringing it up to date: one transaction. The version is read again under a lock, so that two processes that come at
 * the same time do not both migrate. */
#include <stdio.h>

#include "store/postgres/schema.h"
#include "store/postgres/slots.h"

enum { STATEMENT_BYTES = 128 };

static askiam_status s_version(aski_pg *connection, int *out_version, askiam_error *error)
{
  askiam_error ignored = ASKIAM_ERROR_INIT;
  askiam_status status = aski_pg_check_schema(connection, out_version, &ignored);
  if (status == ASKIAM_STATUS_NOT_INITIALISED && !connection->broken) {
    return ASKIAM_STATUS_OK;
  }
  if (status != ASKIAM_STATUS_OK && error != NULL) {
    *error = ignored;
  }
  return status;
}

static askiam_status s_step(aski_pg *connection, int version, int64_t now_ms, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  for (const char *const *part = aski_pg_schema_step(version); *part != NULL && status == ASKIAM_STATUS_OK; ++part) {
    status = aski_pg_execute(connection, *part, error);
  }
  char note[STATEMENT_BYTES];
  snprintf(note, sizeof note, "INSERT INTO schema_version VALUES(%d, %lld)", version + 1, (long long)now_ms);
  return status == ASKIAM_STATUS_OK ? aski_pg_execute(connection, note, error) : status;
}

/* Within the transaction and its lock. A look at a table that is not there would end the transaction: it is made first. */
static askiam_status s_steps(aski_pg *connection, int64_t now_ms, int *out_from, askiam_error *error)
{
  askiam_status status = aski_pg_execute(connection,
                                         "CREATE TABLE IF NOT EXISTS schema_version(version bigint PRIMARY KEY,"
                                         " migrated_at bigint NOT NULL)",
                                         error);
  status = status == ASKIAM_STATUS_OK ? s_version(connection, out_from, error) : status;
  for (int version = *out_from; status == ASKIAM_STATUS_OK && version < aski_pg_schema_version(); ++version) {
    status = s_step(connection, version, now_ms, error);
  }
  return status;
}

static askiam_status s_migrate(aski_pg *connection, int64_t now_ms, int *out_from, askiam_error *error)
{
  /* The number is "aski" in ASCII. */
  askiam_status status = aski_pg_execute(connection, "BEGIN; SELECT pg_advisory_xact_lock(1634953065)", error);
  status = status == ASKIAM_STATUS_OK ? s_steps(connection, now_ms, out_from, error) : status;
  status = status == ASKIAM_STATUS_OK ? aski_pg_execute(connection, aski_pg_schema_trigrams(), error) : status;
  status = status == ASKIAM_STATUS_OK ? aski_pg_execute(connection, "COMMIT", error) : status;
  if (status != ASKIAM_STATUS_OK) {
    aski_pg_rollback(connection);
  }
  return status;
}

askiam_status aski_pg_migrate(void *self, const askiam_call *call, int *out_from, int *out_to, askiam_error *error)
{
  aski_pg_store *store = self;
  *out_from = 0;
  *out_to = 0;
  aski_pg *connection = NULL;
  askiam_status status = aski_pg_lease(&connection, store, ASKI_PG_MIGRATE, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  int present = aski_pg_schema_version();
  status = s_version(connection, out_from, error);
  bool current = status == ASKIAM_STATUS_OK && *out_from == present;
  if (status == ASKIAM_STATUS_OK) { /* an index of pg_trgm may be wanted where nothing else is to be done */
    status =
        current && connection->trigrams ? status : s_migrate(connection, askiam_call_now_ms(call), out_from, error);
  }
  *out_to = status == ASKIAM_STATUS_OK ? present : 0;
  connection->checked = false; /* it looks again */
  aski_pg_return(store, connection);
  return status;
}
