/* SPDX-License-Identifier: Apache-2.0
 *
 * What SQLite's result codes mean to the caller, and the look at the schema. Messages name the file and what to do; they hold
 * neither statements nor values. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file_access.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/schema.h"

static askiam_status s_set(askiam_error *error, askiam_status status, const char *path, const char *what)
{
  return askiam_error_set(error, status, ASKIAM_LAYER_STORE, "%s: %s", path, what);
}

/* Says what keeps us from writing. A reader, too, has to write where changes wait in the write-ahead log. */
static askiam_status s_read_only(const aski_sqlite *connection, askiam_error *error)
{
  const char *path = connection->settings->path;
  int code = aski_file_denied(path, W_OK);
  const char *why = aski_file_denied_words(code != 0 ? code : aski_file_folder_denied(path, W_OK | X_OK));
  if (connection->use == ASKI_SQLITE_READ && aski_file_companion_has_content(path, "-wal")) {
    return askiam_error_set(
        error, ASKIAM_STATUS_READ_ONLY, ASKIAM_LAYER_STORE,
        "%s: changes wait in its -wal file, which SQLite cannot read without writing to the folder (%s); "
        "copy both files to a folder of your own, or have its owner open the store once",
        path, why == NULL ? "read-only" : why);
  }
  return askiam_error_set(
      error, ASKIAM_STATUS_READ_ONLY, ASKIAM_LAYER_STORE,
      "%s: the file or its folder cannot be written (%s), which SQLite needs; check their permissions", path,
      why == NULL ? "read-only" : why);
}

static askiam_status s_cannot_open(const aski_sqlite *connection, askiam_error *error)
{
  const char *path = connection->settings->path;
  struct stat found;
  int looked = stat(path, &found) == 0 ? 0 : errno;
  if (looked == ENOENT && connection->use != ASKI_SQLITE_MIGRATE) {
    return s_set(error, ASKIAM_STATUS_NOT_INITIALISED, path, "there is no such file; make it with `askiam init`");
  }
  int system = looked;
  if (looked == ENOENT) {
    int folder = aski_file_folder_denied(path, W_OK | X_OK);
    system = folder != 0 ? folder : looked;
  } else if (looked == 0 && !S_ISDIR(found.st_mode)) {
    system = aski_file_denied(path, R_OK);
    if (system == 0 && aski_file_denied_words(aski_file_folder_denied(path, W_OK | X_OK)) != NULL) {
      return s_read_only(connection, error);
    }
  }
  if (aski_file_denied_words(system) != NULL) {
    return askiam_error_set(error, looked == ENOENT ? ASKIAM_STATUS_READ_ONLY : ASKIAM_STATUS_UNAVAILABLE,
                            ASKIAM_LAYER_STORE, "%s: %s to %s", path, aski_file_denied_words(system),
                            looked == ENOENT ? "make a file in its folder; check the folder's permissions"
                                             : "read it; check the permissions of the file and of its folder");
  }
  if (system == 0 && connection->db != NULL) {
    system = sqlite3_system_errno(connection->db);
  }
  return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_STORE,
                          "%s: cannot be opened (%s); check store.url and the folder", path,
                          system == 0 ? "not a file, or its folder does not exist" : strerror(system));
}

/* What the operating system said; SQLite keeps it for each of its files. 0 where it is not known. */
static int s_system_error(const aski_sqlite *connection)
{
  int system = sqlite3_system_errno(connection->db);
  if (system == 0) {
    sqlite3_file_control(connection->db, "main", SQLITE_FCNTL_LAST_ERRNO, &system);
  }
  sqlite3_file *log = NULL;
  if (system == 0 && sqlite3_file_control(connection->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK &&
      log != NULL && log->pMethods != NULL) {
    log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &system);
  }
  return system;
}

static askiam_status s_input_output(const aski_sqlite *connection, askiam_error *error)
{
  const char *path = connection->settings->path;
  int system = s_system_error(connection);
  if (system == ENOSPC || system == EDQUOT || system == EFBIG) {
    return s_set(error, ASKIAM_STATUS_FULL, path, "no space is left for the file; free some and try again");
  }
  return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_STORE, "%s: reading or writing failed (%s)",
                          path, system == 0 ? "input/output error" : strerror(system));
}

static askiam_status s_interrupted(const aski_sqlite *connection, askiam_error *error)
{
  bool cancelled = connection->call != NULL && askiam_call_cancelled(connection->call);
  return s_set(error, cancelled ? ASKIAM_STATUS_CANCELLED : ASKIAM_STATUS_TIMEOUT, connection->settings->path,
               cancelled ? "the call was cancelled" : "the deadline passed while the store was working");
}

static askiam_status s_locked(const aski_sqlite *connection, askiam_error *error)
{
  const askiam_call *call = connection->call;
  if (call != NULL && askiam_call_cancelled(call)) {
    return s_interrupted(connection, error);
  }
  if (call != NULL && askiam_call_remaining_ms(call) == 0) {
    return s_set(error, ASKIAM_STATUS_TIMEOUT, connection->settings->path,
                 "locked by somebody else until the deadline passed; try again, or allow more time");
  }
  return askiam_error_set(
      error, ASKIAM_STATUS_BUSY, ASKIAM_LAYER_STORE,
      "%s: locked by somebody else for more than %lld ms; try again, or raise store.busy_timeout_ms",
      connection->settings->path, (long long)connection->settings->busy_timeout_ms);
}

askiam_status aski_sqlite_error(aski_sqlite *connection, int code, askiam_error *error)
{
  const char *path = connection->settings->path;
  int extended = connection->db == NULL ? code : sqlite3_extended_errcode(connection->db);
  extended = extended == SQLITE_OK || extended == SQLITE_ROW || extended == SQLITE_DONE ? code : extended;
  switch (extended & 0xff) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
  case SQLITE_PROTOCOL:
    return s_locked(connection, error);
  case SQLITE_FULL:
  case SQLITE_NOLFS:
    return s_set(error, ASKIAM_STATUS_FULL, path, "no space is left for the file; free some and try again");
  case SQLITE_READONLY:
  case SQLITE_PERM:
  case SQLITE_AUTH:
    connection->broken = true; /* the next one is opened as the permissions are then */
    return s_read_only(connection, error);
  case SQLITE_NOTADB:
  case SQLITE_FORMAT:
    connection->broken = true;
    return s_set(error, ASKIAM_STATUS_CORRUPT, path,
                 "is no askiam store, or its beginning is damaged; check store.url, or restore it from a backup");
  case SQLITE_CORRUPT:
  case SQLITE_ERROR: /* a table or column that is not there */
    connection->broken = true;
    return s_set(error, ASKIAM_STATUS_CORRUPT, path, "is damaged; restore it from a backup");
  case SQLITE_CANTOPEN:
    connection->broken = true;
    return s_cannot_open(connection, error);
  case SQLITE_IOERR:
    connection->broken = true;
    if (extended == SQLITE_IOERR_NOMEM) {
      return s_set(error, ASKIAM_STATUS_NO_MEMORY, path, "memory ran out");
    }
    return s_input_output(connection, error);
  case SQLITE_NOMEM:
    return s_set(error, ASKIAM_STATUS_NO_MEMORY, path, "memory ran out");
  case SQLITE_INTERRUPT:
  case SQLITE_ABORT:
    return s_interrupted(connection, error);
  case SQLITE_TOOBIG:
    return s_set(error, ASKIAM_STATUS_BAD_DATA, path, "a value is too long to be stored");
  case SQLITE_CONSTRAINT:
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_STORE,
                            "%s: a value does not fit the schema (%s)", path, sqlite3_errstr(extended));
  default:
    return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_STORE, "%s: unexpected answer of SQLite: %s",
                            path, sqlite3_errstr(extended));
  }
}

/* The single number that `sql` gives. */
static askiam_status s_number(aski_sqlite *connection, const char *sql, int *out_number, askiam_error *error)
{
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2(connection->db, sql, -1, &statement, NULL) != SQLITE_OK) {
    return aski_sqlite_error(connection, SQLITE_OK, error);
  }
  int code = sqlite3_step(statement);
  *out_number = code == SQLITE_ROW ? sqlite3_column_int(statement, 0) : 0;
  askiam_status status = aski_sqlite_end(connection, statement, code, error);
  sqlite3_finalize(statement);
  return status;
}

static askiam_status s_read_version(aski_sqlite *connection, int *out_version, askiam_error *error)
{
  int application = 0;
  int tables = 0;
  askiam_status status = s_number(connection, "PRAGMA application_id", &application, error);
  if (status == ASKIAM_STATUS_OK && application == ASKI_SQLITE_APPLICATION_ID) {
    return s_number(connection, "SELECT max(version) FROM schema_version", out_version, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_number(connection, "SELECT count(*) FROM sqlite_schema", &tables, error);
  }
  if (status == ASKIAM_STATUS_OK && (tables > 0 || application != 0)) {
    connection->broken = true;
    return s_set(error, ASKIAM_STATUS_CORRUPT, connection->settings->path,
                 "is a database of another program, no askiam store; check store.url");
  }
  return status;
}

askiam_status aski_sqlite_check_schema(aski_sqlite *connection, int *out_version, askiam_error *error)
{
  int version = 0;
  int present = aski_sqlite_schema_version();
  askiam_status status = s_read_version(connection, &version, error);
  if (out_version != NULL) {
    *out_version = version;
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (version > present) {
    return askiam_error_set(error, ASKIAM_STATUS_SCHEMA_NEWER, ASKIAM_LAYER_STORE,
                            "%s: has schema version %d and this library knows %d; use a newer libaskiam",
                            connection->settings->path, version, present);
  }
  if (version < present) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_INITIALISED, ASKIAM_LAYER_STORE,
                            version == 0 ? "%s: has no schema yet; make it with `askiam init`"
                                         : "%s: has an older schema; bring it up to date with `askiam init`",
                            connection->settings->path);
  }
  connection->checked = true;
  return ASKIAM_STATUS_OK;
}
