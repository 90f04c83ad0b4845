/* SPDX-License-Identifier: Apache-2.0
 *
 * Making the schema and bringing it up to date. The version is read again under the write lock, so that two processes that come at the
 * same time do not both migrate. */
#include <time.h>

#include "store/sqlite/schema.h"
#include "store/sqlite/slots.h"

/* Turning on the write-ahead log needs the file alone and does not ask the busy handler. */
static askiam_status s_use_log(aski_sqlite *connection, askiam_error *error)
{
  const aski_sqlite_settings *settings = connection->settings;
  int64_t begin_ms = aski_sqlite_ticks_ms();
  for (;;) {
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(connection->db, "PRAGMA journal_mode=WAL", -1, &statement, NULL) != SQLITE_OK) {
      return aski_sqlite_error(connection, SQLITE_OK, error);
    }
    int code = sqlite3_step(statement);
    bool done = code == SQLITE_ROW && aski_str_equal_text(aski_sqlite_column(statement, 0), "wal");
    bool busy = (code & 0xff) == SQLITE_BUSY;
    askiam_status status = aski_sqlite_end(connection, statement, code, error);
    sqlite3_finalize(statement);
    if (done || (status != ASKIAM_STATUS_OK && !busy)) {
      return done ? ASKIAM_STATUS_OK : status;
    }
    if (!busy) {
      return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_STORE,
                              "%s: this file system does not support SQLite's write-ahead log", settings->path);
    }
    if (aski_sqlite_ticks_ms() - begin_ms >= settings->busy_timeout_ms) {
      return status;
    }
    struct timespec nap = {.tv_nsec = 5000000};
    nanosleep(&nap, NULL);
  }
}

static askiam_status s_note_version(aski_sqlite *connection, int version, int64_t now_ms, askiam_error *error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(connection->db, "INSERT INTO schema_version(version, migrated_at) VALUES(?1, ?2)", -1,
                                &statement, NULL);
  if (code != SQLITE_OK) {
    return aski_sqlite_error(connection, code, error);
  }
  sqlite3_bind_int(statement, 1, version);
  sqlite3_bind_int64(statement, 2, now_ms);
  askiam_status status = aski_sqlite_run(connection, statement, error);
  sqlite3_finalize(statement);
  return status;
}

static askiam_status s_step(aski_sqlite *connection, int version, int64_t now_ms, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  for (const char *const *part = aski_sqlite_schema_step(version); *part != NULL && status == ASKIAM_STATUS_OK;
       ++part) {
    status = aski_sqlite_execute(connection, *part, error);
  }
  return status == ASKIAM_STATUS_OK ? s_note_version(connection, version + 1, now_ms, error) : status;
}

/* NOT_INITIALISED from the check says that there is something to do. */
static askiam_status s_version(aski_sqlite *connection, int *out_version, askiam_error *error)
{
  askiam_error ignored = ASKIAM_ERROR_INIT;
  askiam_status status = aski_sqlite_check_schema(connection, out_version, &ignored);
  if (status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NOT_INITIALISED) {
    return ASKIAM_STATUS_OK;
  }
  if (error != NULL) {
    *error = ignored;
  }
  return status;
}

static askiam_status s_migrate(aski_sqlite *connection, int64_t now_ms, int *out_from, askiam_error *error)
{
  askiam_status status = s_version(connection, out_from, error);
  int present = aski_sqlite_schema_version();
  if (status != ASKIAM_STATUS_OK || *out_from == present) {
    return status;
  }
  status = connection->settings->memory ? ASKIAM_STATUS_OK : s_use_log(connection, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_sqlite_begin(connection, ASKI_SQL_BEGIN_IMMEDIATE, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  status = s_version(connection, out_from, error);
  if (status == ASKIAM_STATUS_OK && *out_from == 0) {
    status = aski_sqlite_execute(connection,
                                 "CREATE TABLE schema_version(version INTEGER PRIMARY KEY,"
                                 " migrated_at INTEGER NOT NULL) STRICT; PRAGMA application_id=0x41534b49;",
                                 error);
  }
  for (int version = *out_from; status == ASKIAM_STATUS_OK && version < present; ++version) {
    status = s_step(connection, version, now_ms, error);
  }
  return aski_sqlite_finish(connection, status, error);
}

askiam_status aski_sqlite_migrate(void *self, const askiam_call *call, int *out_from, int *out_to, askiam_error *error)
{
  aski_sqlite_store *store = self;
  *out_from = 0;
  *out_to = 0;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_MIGRATE, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  status = s_migrate(connection, askiam_call_now_ms(call), out_from, error);
  *out_to = status == ASKIAM_STATUS_OK ? aski_sqlite_schema_version() : 0;
  aski_sqlite_return(store, connection);
  return status;
}
