/* SPDX-License-Identifier: Apache-2.0 */
#include "connection.h"

#include <errno.h>

#include "base/file_access.h"
#include "words.h"

#define S_FEW(scope)                                                                                                   \
  "SELECT d.document_no, d.title, d.text, CASE WHEN d.model = ?3 THEN d.embedding END FROM document_scope s"           \
  " CROSS JOIN documents d ON d.document_no = s.document_no WHERE s.kind = " scope

enum { IDLE_MAX = 8, PROGRESS_STEPS = 2000, BUSY_MS_MAX = 2000, APPLICATION_ID = 0x41534b49 /* "ASKI" */ };

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

bool aski_search_pool_init(aski_search_pool *pool, const askiam_allocator *allocator, char *path, size_t sketch_bytes)
{
  *pool = (aski_search_pool){.allocator = allocator, .path = path};
  if (pthread_mutex_init(&pool->lock, NULL) != 0) {
    return false;
  }
  bool good = aski_sketches_init(&pool->sketches, allocator, sketch_bytes);
  if (!good) {
    pthread_mutex_destroy(&pool->lock);
  }
  return good;
}

static void s_close(const aski_search_pool *pool, aski_search_connection *connection)
{
  for (size_t i = 0; i < ASKI_SEARCH_STATEMENTS; ++i) {
    sqlite3_finalize(connection->statements[i]);
  }
  aski_tokenizer_close(&connection->tokenizer);
  sqlite3_close(connection->db);
  aski_release(pool->allocator, connection);
}

void aski_search_pool_clean_up(aski_search_pool *pool)
{
  while (pool->idle != NULL) {
    aski_search_connection *next = pool->idle->next;
    s_close(pool, pool->idle);
    pool->idle = next;
  }
  aski_sketches_clean_up(&pool->sketches);
  pthread_mutex_destroy(&pool->lock);
  aski_release(pool->allocator, pool->path);
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
static int s_open_file(aski_search_connection *connection, const char *path, const askiam_allocator *allocator)
{
  int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (!connection->settled) {
    return sqlite3_open_v2(path, &connection->db, flags, NULL);
  }
  aski_buffer uri;
  aski_buffer_init(&uri, allocator);
  aski_file_append_uri(&uri, path, "immutable=1");
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

static askiam_status s_open(aski_search_connection *connection, const aski_search_pool *pool, const askiam_call *call,
                            askiam_error *error)
{
  connection->path = pool->path;
  if (access(pool->path, F_OK) != 0 && errno == ENOENT) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_INITIALISED, ASKIAM_LAYER_SEARCH,
                            "%s does not exist: create it by `askiam init`", pool->path);
  }
  int code = s_open_file(connection, pool->path, pool->allocator);
  if (connection->db == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_SEARCH, "out of memory");
  }
  if (code != SQLITE_OK) {
    return aski_search_failure(connection, code, call, error);
  }
  sqlite3_busy_timeout(connection->db, BUSY_MS_MAX);
  sqlite3_stmt *version = NULL; /* looks at the schema, so that a file that cannot be searched is told at once */
  askiam_status status = aski_search_prepared(&version, connection, ASKI_SEARCH_VERSION, call, error);
  return status == ASKIAM_STATUS_OK ? s_extend(connection, call, error) : status;
}

/* A store that can be read and not written, without a write-ahead log, is taken as it is. */
static askiam_status s_open_any(aski_search_connection *connection, const aski_search_pool *pool,
                                const askiam_call *call, askiam_error *error)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = s_open(connection, pool, call, &said);
  if ((status != ASKIAM_STATUS_READ_ONLY && status != ASKIAM_STATUS_UNAVAILABLE) || !aski_file_is_settled(pool->path)) {
    if (status != ASKIAM_STATUS_OK && error != NULL) {
      *error = said;
    }
    return status;
  }
  for (size_t i = 0; i < ASKI_SEARCH_STATEMENTS; ++i) {
    sqlite3_finalize(connection->statements[i]);
    connection->statements[i] = NULL;
  }
  aski_tokenizer_close(&connection->tokenizer);
  sqlite3_close(connection->db);
  connection->db = NULL;
  connection->settled = true;
  return s_open(connection, pool, call, error);
}

/* SQLite asks between its steps whether to go on. */
static int s_should_stop(void *context)
{
  const askiam_call *call = context;
  return askiam_call_cancelled(call) || askiam_call_remaining_ms(call) == 0;
}

static void s_watch(aski_search_connection *connection, const askiam_call *call)
{
  int64_t remaining_ms = askiam_call_remaining_ms(call);
  sqlite3_busy_timeout(connection->db, (int)(remaining_ms < BUSY_MS_MAX ? remaining_ms : BUSY_MS_MAX));
  void *context = NULL;
  memcpy(&context, &call, sizeof context); /* the handler's context is not const, but the handler only reads it */
  sqlite3_progress_handler(connection->db, PROGRESS_STEPS, s_should_stop, context);
}

static aski_search_connection *s_pop(aski_search_pool *pool)
{
  pthread_mutex_lock(&pool->lock);
  aski_search_connection *connection = pool->idle;
  if (connection != NULL) {
    pool->idle = connection->next;
    --pool->idle_count;
  }
  pthread_mutex_unlock(&pool->lock);
  return connection;
}

askiam_status aski_search_take(aski_search_connection **out_connection, aski_search_pool *pool, const askiam_call *call,
                               askiam_error *error)
{
  if (askiam_call_remaining_ms(call) == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_TIMEOUT, ASKIAM_LAYER_SEARCH, "the deadline passed before searching");
  }
  if (askiam_call_cancelled(call)) {
    return askiam_error_set(error, ASKIAM_STATUS_CANCELLED, ASKIAM_LAYER_SEARCH, "cancelled before searching");
  }
  aski_search_connection *connection = s_pop(pool);
  if (connection == NULL) {
    connection = aski_acquire_zeroed(pool->allocator, 1, sizeof *connection);
    if (connection == NULL) {
      return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_SEARCH, "out of memory");
    }
    askiam_status status = s_open_any(connection, pool, call, error);
    if (status != ASKIAM_STATUS_OK) {
      s_close(pool, connection);
      return status;
    }
  }
  s_watch(connection, call);
  *out_connection = connection;
  return ASKIAM_STATUS_OK;
}

void aski_search_give_back(aski_search_pool *pool, aski_search_connection *connection)
{
  sqlite3_progress_handler(connection->db, 0, NULL, NULL);
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
  bool keep = sqlite3_get_autocommit(connection->db) != 0;
  pthread_mutex_lock(&pool->lock);
  keep = keep && !connection->settled && pool->idle_count < IDLE_MAX;
  if (keep) {
    connection->next = pool->idle;
    pool->idle = connection;
    ++pool->idle_count;
  }
  pthread_mutex_unlock(&pool->lock);
  if (!keep) {
    s_close(pool, connection);
  }
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
