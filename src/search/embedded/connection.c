/* SPDX-License-Identifier: Apache-2.0 */
#include "connection.h"

#include <errno.h>

#include "base/file_access.h"
#include "words.h"

#define S_FEW(scope)                                                                                                   \
  "SELECT d.document_no, d.title, d.text, CASE WHEN d.model = ?3 THEN d.embedding END FROM document_scope s"           \
  " CROSS JOIN documents d ON d.document_no = s.document_no WHERE s.kind = " scope

enum { APPLICATION_ID = 0x41534b49 /* "ASKI" */ };

static const char *const s_sql[ASKI_SEARCH_STATEMENTS] = {
    [ASKI_SEARCH_BEGIN] = "BEGIN",
    [ASKI_SEARCH_END] = "COMMIT",
    [ASKI_SEARCH_FEW] = S_FEW("'role' AND s.id = ?1") " UNION ALL " S_FEW(
        "'application' AND s.id = ?2") " UNION ALL " S_FEW("'global'"),
    [ASKI_SEARCH_TEXT] = "SELECT aski_words(documents_fts) FROM documents_fts WHERE documents_fts MATCH ?1",
    [ASKI_SEARCH_VECTORS] = "SELECT document_no, embedding FROM documents WHERE document_no IN ("
                            "SELECT document_no FROM document_scope WHERE kind = 'role' AND id = ?1 UNION ALL "
                            "SELECT document_no FROM document_scope WHERE kind = 'application' AND id = ?2)"
                            " AND model = ?3",
    [ASKI_SEARCH_GLOBAL] = "SELECT document_no, embedding FROM documents WHERE document_no IN ("
                           "SELECT document_no FROM document_scope WHERE kind = 'global') AND model = ?1",
    [ASKI_SEARCH_VECTOR] = "SELECT document_no, embedding FROM documents WHERE document_no = ?1 AND model = ?2",
    [ASKI_SEARCH_VERSION] = "SELECT version FROM catalogue_version",
    [ASKI_SEARCH_DOCUMENT] = "SELECT id, title, text FROM documents WHERE document_no = ?1",
    [ASKI_SEARCH_PATTERNS] = "SELECT user_id, timestamp, approved FROM access_patterns"
                             " WHERE role_id = ?1 AND human = 1 AND timestamp < ?2 AND user_id <> ?3"
                             " ORDER BY timestamp DESC, user_id LIMIT ?4",
};

static void s_forget_statements(aski_search_connection *connection)
{
  for (size_t i = 0; i < ASKI_SEARCH_STATEMENTS; ++i) {
    sqlite3_finalize(connection->statements[i]);
    connection->statements[i] = NULL;
  }
  aski_tokenizer_close(&connection->tokenizer);
}

void aski_search_close(aski_search_connection *connection)
{
  s_forget_statements(connection);
  if (connection->lent == NULL) {
    sqlite3_close(connection->db);
  }
  aski_release(connection->allocator, connection);
}

static askiam_status s_meaning(int code, const askiam_call *call)
{
  switch (code & 0xFF) {
  case SQLITE_NOMEM:
    return ASKIAM_STATUS_NO_MEMORY;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return ASKIAM_STATUS_BUSY;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return ASKIAM_STATUS_CORRUPT;
  case SQLITE_FULL:
    return ASKIAM_STATUS_FULL;
  case SQLITE_READONLY:
    return ASKIAM_STATUS_READ_ONLY;
  case SQLITE_PERM:
  case SQLITE_AUTH:
    return ASKIAM_STATUS_NOT_PERMITTED;
  case SQLITE_INTERRUPT:
    return askiam_call_cancelled(call) ? ASKIAM_STATUS_CANCELLED : ASKIAM_STATUS_TIMEOUT;
  default:
    return ASKIAM_STATUS_UNAVAILABLE;
  }
}

askiam_status aski_search_failure(const aski_search_connection *connection, int code, const askiam_call *call,
                                  askiam_error *error)
{
  askiam_status status = s_meaning(code, call);
  const char *path = sqlite3_db_filename(connection->db, "main");
  return askiam_error_set(error, status, ASKIAM_LAYER_SEARCH, "searching %s: %s", path == NULL ? "the store" : path,
                          status == ASKIAM_STATUS_TIMEOUT ? "the deadline passed" : sqlite3_errmsg(connection->db));
}

static bool s_read_number(sqlite3 *db, const char *sql, int64_t *out_value)
{
  sqlite3_stmt *statement = NULL;
  bool good = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW;
  if (good) {
    *out_value = sqlite3_column_int64(statement, 0);
  }
  sqlite3_finalize(statement);
  return good;
}

/* Why the statements could not be prepared, though the file could be read. */
static askiam_status s_wrong_schema(const aski_search_connection *connection, int code, const askiam_call *call,
                                    askiam_error *error)
{
  const char *path = connection->path;
  int64_t tables = 0;
  int64_t application = 0;
  if ((code & 0xFF) != SQLITE_ERROR || !s_read_number(connection->db, "SELECT count(*) FROM sqlite_schema", &tables) ||
      !s_read_number(connection->db, "PRAGMA application_id", &application)) {
    return aski_search_failure(connection, sqlite3_extended_errcode(connection->db), call, error);
  }
  if (tables == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_INITIALISED, ASKIAM_LAYER_SEARCH,
                            "%s has no schema yet: run `askiam init`", path);
  }
  if (application != APPLICATION_ID) {
    return askiam_error_set(error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_SEARCH, "%s is no askiam store", path);
  }
  return askiam_error_set(error, ASKIAM_STATUS_SCHEMA_NEWER, ASKIAM_LAYER_SEARCH,
                          "%s has a schema that this libaskiam cannot search: use the version that wrote it", path);
}

askiam_status aski_search_prepared(sqlite3_stmt **out_statement, aski_search_connection *connection,
                                   aski_search_statement sql, const askiam_call *call, askiam_error *error)
{
  sqlite3_stmt **place = &connection->statements[sql];
  int code = *place != NULL
                 ? SQLITE_OK
                 : sqlite3_prepare_v3(connection->db, s_sql[sql], -1, SQLITE_PREPARE_PERSISTENT, place, NULL);
  *out_statement = *place;
  return code == SQLITE_OK ? ASKIAM_STATUS_OK : s_wrong_schema(connection, code, call, error);
}

/* With `settled` as a file that nobody changes: SQLite then needs nothing beside it. */
static int s_open_file(aski_search_connection *connection)
{
  int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (!connection->settled) {
    return sqlite3_open_v2(connection->path, &connection->db, flags, NULL);
  }
  aski_buffer uri;
  aski_buffer_init(&uri, connection->allocator);
  aski_file_append_uri(&uri, connection->path, "immutable=1");
  int code = uri.failed ? SQLITE_NOMEM : sqlite3_open_v2(uri.data, &connection->db, flags | SQLITE_OPEN_URI, NULL);
  aski_buffer_clean_up(&uri);
  return code;
}

/* What FTS5 gives: our function and the tokenizer. */
static askiam_status s_extend(aski_search_connection *connection, const askiam_call *call, askiam_error *error)
{
  fts5_api *api = NULL;
  int code = aski_fts5_api(&api, connection->db);
  if (code == SQLITE_OK) {
    code = api == NULL ? SQLITE_ERROR : aski_words_register(api);
  }
  if (code == SQLITE_OK) {
    code = aski_tokenizer_open(&connection->tokenizer, api);
  }
  return code == SQLITE_OK ? ASKIAM_STATUS_OK : aski_search_failure(connection, code, call, error);
}

/* The first statement looks at the schema, so that a file that cannot be searched is told at once. */
static askiam_status s_make_ready(aski_search_connection *connection, const askiam_call *call, askiam_error *error)
{
  sqlite3_stmt *version = NULL;
  askiam_status status = aski_search_prepared(&version, connection, ASKI_SEARCH_VERSION, call, error);
  return status == ASKIAM_STATUS_OK ? s_extend(connection, call, error) : status;
}

static askiam_status s_open(aski_search_connection *connection, const askiam_call *call, askiam_error *error)
{
  if (access(connection->path, F_OK) != 0 && errno == ENOENT) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_INITIALISED, ASKIAM_LAYER_SEARCH,
                            "%s does not exist: create it by `askiam init`", connection->path);
  }
  int code = s_open_file(connection);
  if (connection->db == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_SEARCH, "out of memory");
  }
  if (code != SQLITE_OK) {
    return aski_search_failure(connection, code, call, error);
  }
  sqlite3_busy_timeout(connection->db, ASKI_SEARCH_BUSY_MS_MAX);
  return s_make_ready(connection, call, error);
}

/* A store that can be read and not written, without a write-ahead log, is taken as it is. */
static askiam_status s_open_any(aski_search_connection *connection, const askiam_call *call, askiam_error *error)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = s_open(connection, call, &said);
  if ((status != ASKIAM_STATUS_READ_ONLY && status != ASKIAM_STATUS_UNAVAILABLE) ||
      !aski_file_is_settled(connection->path)) {
    if (status != ASKIAM_STATUS_OK && error != NULL) {
      *error = said;
    }
    return status;
  }
  s_forget_statements(connection);
  sqlite3_close(connection->db);
  connection->db = NULL;
  connection->settled = true;
  return s_open(connection, call, error);
}

static aski_search_connection *s_new(const askiam_allocator *allocator, const char *path, askiam_error *error)
{
  aski_search_connection *connection = aski_acquire_zeroed(allocator, 1, sizeof *connection);
  if (connection == NULL) {
    askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_SEARCH, "out of memory");
    return NULL;
  }
  connection->allocator = allocator;
  connection->path = path;
  return connection;
}

/* Hands on the status of what was tried; a connection that failed is closed. */
static askiam_status s_made(aski_search_connection **out_connection, askiam_status status)
{
  if (status != ASKIAM_STATUS_OK) {
    aski_search_close(*out_connection);
    *out_connection = NULL;
  }
  return status;
}

askiam_status aski_search_open(aski_search_connection **out_connection, const askiam_allocator *allocator,
                               const char *path, const askiam_call *call, askiam_error *error)
{
  aski_search_connection *connection = s_new(allocator, path, error);
  *out_connection = connection;
  return connection == NULL ? ASKIAM_STATUS_NO_MEMORY : s_made(out_connection, s_open_any(connection, call, error));
}

askiam_status aski_search_visit(aski_search_connection **out_connection, const askiam_allocator *allocator,
                                const char *path, aski_lent *lent, const askiam_call *call, askiam_error *error)
{
  aski_search_connection *connection = s_new(allocator, path, error);
  *out_connection = connection;
  if (connection == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  connection->lent = lent;
  connection->db = lent->db;
  return s_made(out_connection, s_make_ready(connection, call, error));
}

bool aski_search_rest(aski_search_connection *connection)
{
  for (size_t i = 0; i < ASKI_SEARCH_STATEMENTS; ++i) {
    if (connection->statements[i] != NULL) {
      sqlite3_reset(connection->statements[i]);
      sqlite3_clear_bindings(connection->statements[i]);
    }
  }
  sqlite3_stmt *end = NULL;
  if (!sqlite3_get_autocommit(connection->db) &&
      aski_search_prepared(&end, connection, ASKI_SEARCH_END, NULL, NULL) == ASKIAM_STATUS_OK) {
    sqlite3_step(end);
    sqlite3_reset(end);
  }
  return sqlite3_get_autocommit(connection->db) != 0;
}

int aski_search_bind(sqlite3_stmt *statement, int at, askiam_str text)
{
  return sqlite3_bind_text64(statement, at, text.data == NULL ? "" : text.data, text.length, SQLITE_STATIC,
                             SQLITE_UTF8);
}

askiam_str aski_search_column(sqlite3_stmt *statement, int at)
{
  const unsigned char *text = sqlite3_column_text(statement, at);
  return (askiam_str){(const char *)text, text == NULL ? 0 : (size_t)sqlite3_column_bytes(statement, at)};
}
