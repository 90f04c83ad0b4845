/* SPDX-License-Identifier: Apache-2.0
 *
 * State: API keys, without their secrets. */
#include "store/sqlite/slots.h"

enum { ID, NAME, OWNER, SCOPES, SALT, HASH, CREATED, EXPIRES, REVOKED, PER_MINUTE, BURST };

static askiam_status s_said(const aski_sqlite_store *store, askiam_status status, const char *what, askiam_error *error)
{
  return askiam_error_set(error, status, ASKIAM_LAYER_STORE, "%s: %s", store->path, what);
}

askiam_status aski_sqlite_key_put(void *self, const askiam_call *call, const askiam_key_row *key, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_WRITE, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  const askiam_str texts[] = {key->key_id, key->name, key->owner_id, key->scopes, key->salt, key->hash};
  const int64_t numbers[] = {key->created_at_ms, key->expires_at_ms, key->revoked_at_ms, key->per_minute, key->burst};
  int code = SQLITE_OK;
  sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_KEY_PUT);
  if (statement != NULL) {
    for (int i = 0; i <= HASH; ++i) {
      aski_sqlite_bind(statement, i + 1, texts[i]);
    }
    for (int i = CREATED; i <= BURST; ++i) {
      sqlite3_bind_int64(statement, i + 1, numbers[i - CREATED]);
    }
    code = sqlite3_step(statement);
  }
  if (code == SQLITE_CONSTRAINT_PRIMARYKEY) {
    sqlite3_reset(statement);
    status = s_said(store, ASKIAM_STATUS_EXISTS, "there is a key of this id already", error);
  } else {
    status = statement == NULL ? aski_sqlite_error(connection, SQLITE_OK, error)
                               : aski_sqlite_end(connection, statement, code, error);
  }
  aski_sqlite_return(store, connection);
  return status;
}

/* The texts are borrowed from the row. */
static askiam_key_row s_key(sqlite3_stmt *row)
{
  return (askiam_key_row){.size = sizeof(askiam_key_row),
                          .key_id = aski_sqlite_column(row, ID),
                          .name = aski_sqlite_column(row, NAME),
                          .owner_id = aski_sqlite_column(row, OWNER),
                          .scopes = aski_sqlite_column(row, SCOPES),
                          .salt = aski_sqlite_column(row, SALT),
                          .hash = aski_sqlite_column(row, HASH),
                          .created_at_ms = sqlite3_column_int64(row, CREATED),
                          .expires_at_ms = sqlite3_column_int64(row, EXPIRES),
                          .revoked_at_ms = sqlite3_column_int64(row, REVOKED),
                          .per_minute = sqlite3_column_int64(row, PER_MINUTE),
                          .burst = sqlite3_column_int64(row, BURST)};
}

/* Tells every row of a statement whose values are bound; *out_count is how many. */
static askiam_status s_tell(aski_sqlite *connection, sqlite3_stmt *statement, size_t *out_count, askiam_key_fn key,
                            void *context, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW && status == ASKIAM_STATUS_OK; ++*out_count) {
    const askiam_key_row row = s_key(statement);
    status = key(context, &row);
    code = status == ASKIAM_STATUS_OK ? sqlite3_step(statement) : code;
  }
  askiam_status ended = aski_sqlite_end(connection, statement, code, error);
  return ended == ASKIAM_STATUS_OK ? status : ended;
}

/* Tells what a statement of an id gives; `limit` is its second value where that is not negative. */
static askiam_status s_ask(aski_sqlite_store *store, const askiam_call *call, aski_sql sql, askiam_str id,
                           int64_t limit, size_t *out_count, askiam_key_fn key, void *context, askiam_error *error)
{
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_READ, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  sqlite3_stmt *statement = aski_sqlite_statement(connection, sql);
  if (statement == NULL) {
    status = aski_sqlite_error(connection, SQLITE_OK, error);
  } else {
    aski_sqlite_bind(statement, 1, id);
    if (limit >= 0) {
      sqlite3_bind_int64(statement, 2, limit);
    }
    status = s_tell(connection, statement, out_count, key, context, error);
  }
  aski_sqlite_return(store, connection);
  return status;
}

askiam_status aski_sqlite_key_get(void *self, const askiam_call *call, askiam_str key_id, askiam_key_fn key,
                                  void *context, askiam_error *error)
{
  size_t count = 0;
  askiam_status status = s_ask(self, call, ASKI_SQL_KEY_GET, key_id, -1, &count, key, context, error);
  return status == ASKIAM_STATUS_OK && count == 0
             ? s_said(self, ASKIAM_STATUS_NOT_FOUND, "there is no key of this id", error)
             : status;
}

askiam_status aski_sqlite_key_list(void *self, const askiam_call *call, askiam_str after, size_t limit,
                                   askiam_key_fn key, void *context, askiam_error *error)
{
  size_t count = 0;
  return s_ask(self, call, ASKI_SQL_KEY_LIST, aski_str_present(after) ? after : ASKI_STR(""),
               limit < INT64_MAX ? (int64_t)limit : INT64_MAX, &count, key, context, error);
}

askiam_status aski_sqlite_key_revoke(void *self, const askiam_call *call, askiam_str key_id, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_WRITE, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_KEY_REVOKE);
  if (statement != NULL) {
    aski_sqlite_bind(statement, 1, key_id);
    sqlite3_bind_int64(statement, 2, askiam_call_now_ms(call));
  }
  status = aski_sqlite_run(connection, statement, error);
  if (status == ASKIAM_STATUS_OK && sqlite3_changes(connection->db) == 0) {
    status = s_said(store, ASKIAM_STATUS_NOT_FOUND, "there is no key of this id", error);
  }
  aski_sqlite_return(store, connection);
  return status;
}
