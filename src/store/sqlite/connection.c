/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite/connection.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/file_access.h"

enum { PROGRESS_STEPS = 20000, LONGEST_NAP_MS = 20 };

int64_t aski_sqlite_ticks_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Runs while a statement works: anything but 0 interrupts it. */
static int s_progress(void *context)
{
  const aski_sqlite *connection = context;
  const askiam_call *call = connection->call;
  return call != NULL && (askiam_call_cancelled(call) || askiam_call_remaining_ms(call) == 0);
}

/* Runs while somebody else holds a lock: 0 gives up. */
static int s_busy(void *context, int attempt)
{
  aski_sqlite *connection = context;
  int64_t now_ms = aski_sqlite_ticks_ms();
  if (attempt == 0) {
    connection->waiting_since_ms = now_ms;
  }
  int64_t left_ms = connection->settings->busy_timeout_ms - (now_ms - connection->waiting_since_ms);
  if (connection->call != NULL) {
    int64_t remaining_ms = askiam_call_remaining_ms(connection->call);
    left_ms = remaining_ms < left_ms ? remaining_ms : left_ms;
    left_ms = askiam_call_cancelled(connection->call) ? 0 : left_ms;
  }
  if (left_ms <= 0) {
    return 0;
  }
  int64_t nap_ms = attempt < LONGEST_NAP_MS ? attempt + 1 : LONGEST_NAP_MS;
  nap_ms = nap_ms < left_ms ? nap_ms : left_ms;
  struct timespec nap = {.tv_nsec = (long)nap_ms * 1000000};
  nanosleep(&nap, NULL);
  return 1;
}

static void s_harden(sqlite3 *db)
{
  sqlite3_extended_result_codes(db, 1);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
}

static askiam_status s_set_up(aski_sqlite *connection, askiam_error *error)
{
  const aski_sqlite_settings *settings = connection->settings;
  char own[160] = "";
  aski_sqlite_use use = settings->memory ? ASKI_SQLITE_MIGRATE : connection->use;
  switch (use) {
  case ASKI_SQLITE_READ:
  case ASKI_SQLITE_WRITE:
    snprintf(own, sizeof own, "PRAGMA cache_size=-%" PRId64 ";PRAGMA mmap_size=%" PRId64, settings->cache_kib,
             settings->mmap_bytes);
    break;
  case ASKI_SQLITE_IMPORT:
    snprintf(own, sizeof own, "PRAGMA cache_size=-131072;PRAGMA wal_autocheckpoint=0");
    break;
  case ASKI_SQLITE_MIGRATE:
    break;
  }
  sqlite3_db_config(connection->db, SQLITE_DBCONFIG_ENABLE_FKEY, use != ASKI_SQLITE_IMPORT, NULL);
  askiam_status status = aski_sqlite_execute(
      connection, "PRAGMA temp_store=MEMORY;PRAGMA synchronous=FULL;PRAGMA secure_delete=FAST", error);
  return status != ASKIAM_STATUS_OK ? status : aski_sqlite_execute(connection, own, error);
}

/* SQLite takes a path that begins with "file:" as a URI, where it was compiled to; ours is a path. */
static int s_open_file(aski_sqlite *connection, const char *path)
{
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  if (connection->use == ASKI_SQLITE_MIGRATE || connection->settings->memory) {
    flags |= SQLITE_OPEN_CREATE;
  }
  if (!connection->settled && strncmp(path, "file:", 5) != 0) {
    return sqlite3_open_v2(path, &connection->db, flags, NULL);
  }
  aski_buffer name;
  aski_buffer_init(&name, connection->settings->allocator);
  if (connection->settled) {
    aski_file_append_uri(&name, path, "immutable=1");
    flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  } else {
    aski_buffer_append_text(&name, "./");
    aski_buffer_append_text(&name, path);
  }
  int code = name.failed ? SQLITE_NOMEM : sqlite3_open_v2(name.data, &connection->db, flags, NULL);
  aski_buffer_clean_up(&name);
  return code;
}

static askiam_status s_open(aski_sqlite *connection, askiam_error *error)
{
  const aski_sqlite_settings *settings = connection->settings;
  int code = s_open_file(connection, settings->path);
  if (code != SQLITE_OK) {
    return aski_sqlite_error(connection, code, error);
  }
  s_harden(connection->db);
  sqlite3_busy_handler(connection->db, s_busy, connection);
  sqlite3_progress_handler(connection->db, PROGRESS_STEPS, s_progress, connection);
  askiam_status status = s_set_up(connection, error);
  if (status == ASKIAM_STATUS_OK && connection->use != ASKI_SQLITE_MIGRATE && !settings->memory) {
    status = aski_sqlite_check_schema(connection, NULL, error);
  }
  return status;
}

/* A reader of a write-ahead log shares memory with the writers by a file in the same folder. Where no such file can be made, there
 * is no writer either, and a file without a log can be read as it is. */
static bool s_can_be_read_as_it_is(const aski_sqlite *connection, askiam_status status)
{
  return (status == ASKIAM_STATUS_READ_ONLY || status == ASKIAM_STATUS_UNAVAILABLE) &&
         connection->use == ASKI_SQLITE_READ && !connection->settings->memory &&
         aski_file_is_settled(connection->settings->path);
}

askiam_status aski_sqlite_open(aski_sqlite **out_connection, const aski_sqlite_settings *settings, aski_sqlite_use use,
                               const askiam_call *call, askiam_error *error)
{
  aski_sqlite *connection = aski_acquire_zeroed(settings->allocator, 1, sizeof *connection);
  *out_connection = NULL;
  if (connection == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_STORE, "no memory for a connection");
  }
  connection->settings = settings;
  connection->use = use;
  connection->call = call;
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = s_open(connection, &said);
  if (s_can_be_read_as_it_is(connection, status)) {
    sqlite3_close_v2(connection->db);
    connection->db = NULL;
    connection->settled = true;
    connection->broken = false;
    status = s_open(connection, error);
  } else if (status != ASKIAM_STATUS_OK && error != NULL) {
    *error = said;
  }
  if (status != ASKIAM_STATUS_OK) {
    aski_sqlite_close(connection);
    return status;
  }
  connection->lent.db = connection->db;
  *out_connection = connection;
  return ASKIAM_STATUS_OK;
}

static void s_end_guest(aski_sqlite *connection, bool closing)
{
  if (connection->lent.guest != NULL) {
    connection->lent.guest_end(connection->lent.guest, closing);
  }
}

void aski_sqlite_close(aski_sqlite *connection)
{
  if (connection == NULL) {
    return;
  }
  for (size_t i = 0; i < ASKI_SQL_COUNT; ++i) {
    sqlite3_finalize(connection->statements[i]);
  }
  s_end_guest(connection, true);
  connection->call = NULL;
  sqlite3_close_v2(connection->db);
  aski_release(connection->settings->allocator, connection);
}

void aski_sqlite_abandon(aski_sqlite *connection)
{
  s_end_guest(connection, false);
  aski_release(connection->settings->allocator, connection);
}

bool aski_sqlite_serves(const aski_sqlite *connection, aski_sqlite_use use)
{
  int moved = 0; /* stays where there is no file */
  sqlite3_file_control(connection->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved == 0 && (use == ASKI_SQLITE_READ || sqlite3_db_readonly(connection->db, "main") == 0);
}

sqlite3_stmt *aski_sqlite_statement(aski_sqlite *connection, aski_sql sql)
{
  sqlite3_stmt **place = &connection->statements[sql];
  if (*place == NULL) {
    sqlite3_prepare_v3(connection->db, aski_sql_text(sql), -1, SQLITE_PREPARE_PERSISTENT, place, NULL);
  }
  bool allowed = *place != NULL && (connection->use != ASKI_SQLITE_READ || sqlite3_stmt_readonly(*place));
  return allowed ? *place : NULL;
}

askiam_status aski_sqlite_end(aski_sqlite *connection, sqlite3_stmt *statement, int code, askiam_error *error)
{
  bool good = code == SQLITE_DONE || code == SQLITE_ROW;
  askiam_status status = good ? ASKIAM_STATUS_OK : aski_sqlite_error(connection, code, error);
  /* Where memory ran out for a column of the last row, its text was absent, and nothing but this tells. */
  int reset = sqlite3_reset(statement);
  return good && reset != SQLITE_OK ? aski_sqlite_error(connection, reset, error) : status;
}

askiam_status aski_sqlite_run(aski_sqlite *connection, sqlite3_stmt *statement, askiam_error *error)
{
  if (statement == NULL) {
    return aski_sqlite_error(connection, SQLITE_OK, error);
  }
  return aski_sqlite_end(connection, statement, sqlite3_step(statement), error);
}

askiam_status aski_sqlite_execute(aski_sqlite *connection, const char *sql, askiam_error *error)
{
  int code = sqlite3_exec(connection->db, sql, NULL, NULL, NULL);
  return code == SQLITE_OK ? ASKIAM_STATUS_OK : aski_sqlite_error(connection, code, error);
}

askiam_status aski_sqlite_begin(aski_sqlite *connection, aski_sql how, askiam_error *error)
{
  return aski_sqlite_run(connection, aski_sqlite_statement(connection, how), error);
}

askiam_status aski_sqlite_finish(aski_sqlite *connection, askiam_status status, askiam_error *error)
{
  if (status == ASKIAM_STATUS_OK) {
    status = aski_sqlite_run(connection, aski_sqlite_statement(connection, ASKI_SQL_COMMIT), error);
  }
  if (status != ASKIAM_STATUS_OK && !sqlite3_get_autocommit(connection->db)) {
    const askiam_call *call = connection->call;
    connection->call = NULL; /* a rollback is never interrupted */
    sqlite3_stmt *rollback = aski_sqlite_statement(connection, ASKI_SQL_ROLLBACK);
    connection->broken |= aski_sqlite_run(connection, rollback, NULL) != ASKIAM_STATUS_OK;
    connection->call = call;
  }
  if (status == ASKIAM_STATUS_NO_MEMORY) { /* a sink function says no more than that */
    askiam_error_set(error, status, ASKIAM_LAYER_STORE, "%s: memory ran out", connection->settings->path);
  }
  return status;
}

void aski_sqlite_bind(sqlite3_stmt *statement, int index, askiam_str text)
{
  if (text.data == NULL) {
    sqlite3_bind_null(statement, index);
  } else {
    sqlite3_bind_text64(statement, index, text.data, text.length, SQLITE_STATIC, SQLITE_UTF8);
  }
}

askiam_str aski_sqlite_column(sqlite3_stmt *statement, int index)
{
  const char *data = (const char *)sqlite3_column_text(statement, index);
  return (askiam_str){data, data == NULL ? 0 : (size_t)sqlite3_column_bytes(statement, index)};
}
