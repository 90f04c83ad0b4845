/* SPDX-License-Identifier: Apache-2.0
 *
 * Changing a grant, in one transaction that nobody else writes beside (SQLite has no finer lock); and listing
 * grants. */
#include "store/sqlite/journal_write.h"
#include "store/sqlite/slots.h"

typedef struct grant_write {
  aski_sqlite_journal_write journal;
  const askiam_grant_change *change;
} grant_write;

static askiam_status s_run(const grant_write *write, sqlite3_stmt *statement)
{
  return aski_sqlite_run(write->journal.connection, statement, write->journal.error);
}

static sqlite3_stmt *s_bind(const grant_write *write, aski_sql sql, const askiam_str *texts, int count)
{
  sqlite3_stmt *statement = aski_sqlite_statement(write->journal.connection, sql);
  for (int i = 0; statement != NULL && i < count; ++i) {
    aski_sqlite_bind(statement, i + 1, texts[i]);
  }
  return statement;
}

/* CONFLICT where something that was looked at is not so any more. */
static askiam_status s_check(const grant_write *write)
{
  const askiam_grant_change *change = write->change;
  const askiam_str texts[] = {change->request_id, change->requester_id, change->user_id, change->application_id,
                              change->role_id};
  enum { TEXTS = sizeof texts / sizeof *texts };
  aski_sqlite *connection = write->journal.connection;
  sqlite3_stmt *statement = s_bind(write, ASKI_SQL_GRANT_HOLDS, texts, TEXTS);
  if (statement == NULL) {
    return aski_sqlite_error(connection, SQLITE_OK, write->journal.error);
  }
  sqlite3_bind_int64(statement, TEXTS + 1, change->asked_end_ms);
  aski_sqlite_bind(statement, TEXTS + 2, change->content_hash);
  aski_sqlite_bind(statement, TEXTS + 3, change->entry_hash);
  aski_sqlite_bind(statement, TEXTS + 4, change->from);
  sqlite3_bind_int64(statement, TEXTS + 5, (int64_t)change->version);
  int code = sqlite3_step(statement);
  bool holds = code == SQLITE_ROW;
  askiam_status status = aski_sqlite_end(connection, statement, code, write->journal.error);
  return status == ASKIAM_STATUS_OK && !holds
             ? askiam_error_set(write->journal.error, ASKIAM_STATUS_CONFLICT, ASKIAM_LAYER_STORE,
                                "%s: the grant, its request or the catalogue has changed meanwhile; try again",
                                connection->settings->path)
             : status;
}

static askiam_status s_put_role(const grant_write *write)
{
  const askiam_grant_change *change = write->change;
  const askiam_str texts[] = {change->user_id, change->role_id, change->role_status};
  if (!aski_str_present(change->role_status)) {
    return ASKIAM_STATUS_OK;
  }
  sqlite3_stmt *statement = s_bind(write, ASKI_SQL_GRANT_ROLE, texts, 3);
  if (statement != NULL) {
    sqlite3_bind_int64(statement, 4, change->role_granted_at_ms);
    sqlite3_bind_int64(statement, 5, change->role_expires_at_ms);
  }
  return s_run(write, statement);
}

static askiam_status s_put_grant(const grant_write *write)
{
  const askiam_grant_change *change = write->change;
  const askiam_str texts[] = {change->request_id, change->requester_id, change->state};
  sqlite3_stmt *statement = s_bind(write, ASKI_SQL_GRANT_PUT, texts, 3);
  if (statement != NULL) {
    sqlite3_bind_int64(statement, 4, change->granted_at_ms);
    sqlite3_bind_int64(statement, 5, change->expires_at_ms);
    aski_sqlite_bind(statement, 6, change->reason);
  }
  return s_run(write, statement);
}

static askiam_status s_append(grant_write *write, const askiam_records *records)
{
  size_t count = askiam_records_count(records);
  askiam_status status =
      count > 0 ? aski_sqlite_check_head(&write->journal, askiam_records_at(records, 0)) : ASKIAM_STATUS_OK;
  for (size_t i = 0; i < count && status == ASKIAM_STATUS_OK; ++i) {
    status = aski_sqlite_append_entry(&write->journal, askiam_records_at(records, i));
  }
  return status;
}

static askiam_status s_apply(grant_write *write, const askiam_records *records)
{
  askiam_status status = s_check(write);
  status = status == ASKIAM_STATUS_OK ? s_put_role(write) : status;
  status = status == ASKIAM_STATUS_OK ? s_put_grant(write) : status;
  if (status == ASKIAM_STATUS_OK && write->change->moves_version) {
    status = s_run(write, aski_sqlite_statement(write->journal.connection, ASKI_SQL_MOVE_VERSION));
  }
  return status == ASKIAM_STATUS_OK ? s_append(write, records) : status;
}

askiam_status aski_sqlite_grant_apply(void *self, const askiam_call *call, const askiam_grant_change *change,
                                      const askiam_records *records, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_WRITE, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  grant_write write = {.journal = {connection, error, NULL}, .change = change};
  status = aski_sqlite_begin(connection, ASKI_SQL_BEGIN_IMMEDIATE, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_sqlite_finish(connection, s_apply(&write, records), error);
  }
  aski_sqlite_return(store, connection);
  return status;
}

static sqlite3_stmt *s_ask(aski_sqlite *connection, const askiam_grant_query *query)
{
  static const aski_sql all[] = {[ASKIAM_GRANTS_WAITING] = ASKI_SQL_GRANTS_WAITING,
                                 [ASKIAM_GRANTS_ENDED] = ASKI_SQL_GRANTS_ENDED,
                                 [ASKIAM_GRANTS_OF_ROLE] = ASKI_SQL_GRANTS_OF_ROLE};
  sqlite3_stmt *statement = aski_sqlite_statement(connection, all[query->list]);
  if (statement != NULL && query->list == ASKIAM_GRANTS_OF_ROLE) {
    aski_sqlite_bind(statement, 1, query->user_id);
    aski_sqlite_bind(statement, 2, query->role_id);
  } else if (statement != NULL) {
    bool from = aski_str_present(query->after_request_id);
    sqlite3_bind_int64(statement, 1, from ? query->after_ms : INT64_MIN);
    aski_sqlite_bind(statement, 2, from ? query->after_request_id : ASKI_STR(""));
    aski_sqlite_bind(statement, 3, from ? query->after_requester_id : ASKI_STR(""));
    sqlite3_bind_int64(statement, 4, query->limit > INT64_MAX ? INT64_MAX : (int64_t)query->limit);
    if (query->list == ASKIAM_GRANTS_ENDED) {
      sqlite3_bind_int64(statement, 5, query->now_ms);
    }
  }
  return statement;
}

askiam_status aski_sqlite_grants(void *self, const askiam_call *call, const askiam_grant_query *query,
                                 askiam_grant_fn grant, void *context, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_READ, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  sqlite3_stmt *statement = s_ask(connection, query);
  if (statement == NULL) {
    status = aski_sqlite_error(connection, SQLITE_OK, error);
  } else {
    int code = SQLITE_ROW;
    while (status == ASKIAM_STATUS_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
      status = grant(context, aski_sqlite_column(statement, 0), aski_sqlite_column(statement, 1),
                     sqlite3_column_int64(statement, 2));
    }
    askiam_status ended = aski_sqlite_end(connection, statement, code, error);
    status = ended == ASKIAM_STATUS_OK ? status : ended;
  }
  aski_sqlite_return(store, connection);
  return status;
}
