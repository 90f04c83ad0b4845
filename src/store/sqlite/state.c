/* SPDX-License-Identifier: Apache-2.0
 *
 * State: what became of a grant, and sessions. */
#include "store/sqlite/slots.h"

static askiam_status s_set_grant(askiam_grant_state *grant, sqlite3_stmt *row)
{
  if (sqlite3_column_type(row, 1) == SQLITE_NULL) {
    bool valid = aski_str_equal_text(aski_sqlite_column(row, 0), "VALID");
    return askiam_grant_state_set(grant, valid ? "requested" : "none", 0, 0, ASKI_STR_NONE);
  }
  return askiam_grant_state_set(grant, (const char *)sqlite3_column_text(row, 1), sqlite3_column_int64(row, 2),
                                sqlite3_column_int64(row, 3), aski_sqlite_column(row, 4));
}

askiam_status aski_sqlite_grant(void *self, const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                                askiam_grant_state *grant, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_READ, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_GRANT_STATE);
  if (statement == NULL) {
    status = aski_sqlite_error(connection, SQLITE_OK, error);
  } else {
    aski_sqlite_bind(statement, 1, request_id);
    aski_sqlite_bind(statement, 2, requester_id);
    int code = sqlite3_step(statement);
    status = code == SQLITE_ROW    ? s_set_grant(grant, statement)
             : code == SQLITE_DONE ? askiam_grant_state_set(grant, "none", 0, 0, ASKI_STR_NONE)
                                   : ASKIAM_STATUS_OK;
    askiam_status ended = aski_sqlite_end(connection, statement, code, error);
    status = ended == ASKIAM_STATUS_OK ? status : ended;
  }
  aski_sqlite_return(store, connection);
  return status;
}

static askiam_status s_none(const aski_sqlite_store *store, askiam_status status, const char *what, askiam_error *error)
{
  return askiam_error_set(error, status, ASKIAM_LAYER_STORE, "%s: %s", store->path, what);
}

askiam_status aski_sqlite_session_get(void *self, const askiam_call *call, askiam_str session_id,
                                      askiam_session_fn session, void *context, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_READ, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_SESSION_GET);
  if (statement == NULL) {
    status = aski_sqlite_error(connection, SQLITE_OK, error);
  } else {
    aski_sqlite_bind(statement, 1, session_id);
    sqlite3_bind_int64(statement, 2, askiam_call_now_ms(call));
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
      status = session(context, aski_sqlite_column(statement, 0), sqlite3_column_int64(statement, 1));
    } else if (code == SQLITE_DONE) {
      status = s_none(store, ASKIAM_STATUS_NOT_FOUND, "there is no such session, or it has ended", error);
    }
    askiam_status ended = aski_sqlite_end(connection, statement, code, error);
    status = ended == ASKIAM_STATUS_OK ? status : ended;
  }
  aski_sqlite_return(store, connection);
  return status;
}

/* Each new session clears away some that have ended, so that no more of them stay than there were at once. What fails to go now goes later. */
static void s_sweep(aski_sqlite *connection, int64_t now_ms)
{
  sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_SESSION_SWEEP);
  if (statement != NULL) {
    sqlite3_bind_int64(statement, 1, now_ms);
  }
  aski_sqlite_run(connection, statement, NULL);
}

askiam_status aski_sqlite_session_put(void *self, const askiam_call *call, askiam_str session_id, askiam_str value,
                                      int64_t revision, int64_t expires_at_ms, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_WRITE, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  bool fresh = revision == 0;
  sqlite3_stmt *statement =
      aski_sqlite_statement(connection, fresh ? ASKI_SQL_SESSION_INSERT : ASKI_SQL_SESSION_UPDATE);
  if (statement != NULL) {
    aski_sqlite_bind(statement, 1, session_id);
    aski_sqlite_bind(statement, 2, value);
    sqlite3_bind_int64(statement, 3, expires_at_ms);
    sqlite3_bind_int64(statement, 4, askiam_call_now_ms(call));
    if (!fresh) {
      sqlite3_bind_int64(statement, 5, revision);
    }
  }
  status = aski_sqlite_run(connection, statement, error);
  if (status == ASKIAM_STATUS_OK && sqlite3_changes(connection->db) == 0) {
    status =
        s_none(store, ASKIAM_STATUS_CONFLICT,
               fresh ? "the session exists already" : "the session was changed by somebody else, or has ended", error);
  } else if (status == ASKIAM_STATUS_OK && fresh) {
    s_sweep(connection, askiam_call_now_ms(call));
  }
  aski_sqlite_return(store, connection);
  return status;
}

askiam_status aski_sqlite_session_drop(void *self, const askiam_call *call, askiam_str session_id, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_WRITE, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_SESSION_DROP);
  if (statement != NULL) {
    aski_sqlite_bind(statement, 1, session_id);
  }
  status = aski_sqlite_run(connection, statement, error);
  aski_sqlite_return(store, connection);
  return status;
}
