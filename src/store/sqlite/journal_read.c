/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the journal: heads, requests by id, walks over the trail, waiting events. */
#include <stdio.h>

#include "store/common/rows.h"
#include "store/sqlite/slots.h"

askiam_status aski_sqlite_heads(void *self, const askiam_call *call, askiam_heads *heads, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_READ, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_HEAD);
  if (statement == NULL) {
    status = aski_sqlite_error(connection, SQLITE_OK, error);
  } else {
    aski_sqlite_bind(statement, 1, ASKI_STR("main"));
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW || code == SQLITE_DONE) {
      bool found = code == SQLITE_ROW;
      status = aski_store_add_head(heads, ASKI_STR("main"), found, found ? sqlite3_column_int64(statement, 1) : 0,
                                   found ? aski_sqlite_column(statement, 2) : ASKI_STR_NONE);
    }
    askiam_status ended = aski_sqlite_end(connection, statement, code, error);
    status = ended == ASKIAM_STATUS_OK ? status : ended;
  }
  aski_sqlite_return(store, connection);
  return status;
}

static askiam_status s_read_fields(askiam_record *record, sqlite3_stmt *row, int column,
                                   const askiam_record_field *fields, int count)
{
  askiam_status status = ASKIAM_STATUS_OK;
  for (int i = 0; i < count && status == ASKIAM_STATUS_OK; ++i) {
    if ((int)fields[i] >= ASKIAM_RECORD_TIME_MS) {
      askiam_record_set_number(record, fields[i], sqlite3_column_int64(row, column + i));
    } else if (sqlite3_column_type(row, column + i) != SQLITE_NULL) {
      askiam_str text = aski_sqlite_column(row, column + i);
      status = text.data == NULL ? ASKIAM_STATUS_NO_MEMORY : askiam_record_set_text(record, fields[i], text);
    }
  }
  return status;
}

/* The trail's columns win where both tables have a member: they are what a hash stands for. The user of a request is absent where none
 * was found, of an entry empty. */
static askiam_status s_read_record(askiam_record *record, sqlite3_stmt *row)
{
  askiam_record_clear(record);
  askiam_status status = ASKIAM_STATUS_OK;
  if (sqlite3_column_count(row) > ASKI_STORE_ENTRY_FIELDS) {
    status = s_read_fields(record, row, ASKI_STORE_ENTRY_FIELDS, aski_store_request_fields, ASKI_STORE_REQUEST_FIELDS);
  }
  return status == ASKIAM_STATUS_OK ? s_read_fields(record, row, 0, aski_store_entry_fields, ASKI_STORE_ENTRY_FIELDS)
                                    : status;
}

/* Hands every row on. */
static askiam_status s_walk(aski_sqlite *connection, sqlite3_stmt *statement, askiam_record_fn row, void *context,
                            askiam_error *error)
{
  askiam_record *record = askiam_record_new(connection->settings->allocator);
  askiam_status status = record == NULL ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
  int code = SQLITE_ROW;
  while (status == ASKIAM_STATUS_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
    status = s_read_record(record, statement);
    status = status == ASKIAM_STATUS_OK ? row(context, record) : status;
  }
  askiam_status ended = aski_sqlite_end(connection, statement, code, error);
  askiam_record_destroy(record);
  return ended == ASKIAM_STATUS_OK ? status : ended;
}

askiam_status aski_sqlite_find(void *self, const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                               askiam_record_fn row, void *context, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_READ, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  bool of = aski_str_present(requester_id);
  sqlite3_stmt *statement = aski_sqlite_statement(connection, of ? ASKI_SQL_FIND_OF : ASKI_SQL_FIND);
  if (statement == NULL) {
    status = aski_sqlite_error(connection, SQLITE_OK, error);
  } else {
    aski_sqlite_bind(statement, 1, request_id);
    if (of) {
      aski_sqlite_bind(statement, 2, requester_id);
    }
    status = s_walk(connection, statement, row, context, error);
  }
  aski_sqlite_return(store, connection);
  return status;
}

static void s_filter(aski_buffer *sql, const char *condition, bool wanted)
{
  if (wanted) {
    aski_buffer_append_text(sql, condition);
  }
}

/* The statement of a query is made of fixed words; values are bound. SQLite chooses the index by which filters are there. */
void aski_sqlite_scan_sql(aski_buffer *sql, const askiam_journal_query *query)
{
  aski_buffer_append_text(sql, "SELECT " ASKI_STORE_ENTRY_COLUMNS);
  s_filter(sql, ", " ASKI_STORE_REQUEST_COLUMNS, query->with_request);
  aski_buffer_append_text(sql, " FROM audit_log a");
  s_filter(sql, " LEFT JOIN requests r ON r.request_id = a.request_id AND r.requester_id = a.requester_id",
           query->with_request);
  aski_buffer_append_text(sql, " WHERE a.timestamp >= :from");
  s_filter(sql, " AND a.timestamp < :to", query->to_ms != 0);
  s_filter(sql, " AND a.chain = :chain AND a.seq > :after", aski_str_present(query->chain));
  s_filter(sql, " AND (a.user_id = :user OR a.requester_id = :user)", aski_str_present(query->user_id));
  s_filter(sql, " AND a.application_id = :application", aski_str_present(query->application_id));
  s_filter(sql, " AND a.role_id = :role", aski_str_present(query->role_id));
  s_filter(sql, " AND a.risk = :risk", aski_str_present(query->risk));
  s_filter(sql, " AND a.status = :status", aski_str_present(query->status));
  s_filter(sql, " AND a.action = :action", aski_str_present(query->action));
  if (query->newest_first) {
    aski_buffer_append_text(sql, " ORDER BY a.timestamp DESC, a.chain DESC, a.seq DESC");
  } else {
    aski_buffer_append_text(sql, aski_str_present(query->chain) ? " ORDER BY a.chain, a.seq"
                                                                : " ORDER BY a.timestamp, a.chain, a.seq");
  }
  s_filter(sql, " LIMIT :limit", query->limit != 0);
}

static void s_bind_text(sqlite3_stmt *statement, const char *name, askiam_str value)
{
  int index = sqlite3_bind_parameter_index(statement, name);
  if (index != 0) {
    aski_sqlite_bind(statement, index, value);
  }
}

static void s_bind_number(sqlite3_stmt *statement, const char *name, int64_t value)
{
  int index = sqlite3_bind_parameter_index(statement, name);
  if (index != 0) {
    sqlite3_bind_int64(statement, index, value);
  }
}

static void s_bind_query(sqlite3_stmt *statement, const askiam_journal_query *query)
{
  s_bind_text(statement, ":chain", query->chain);
  s_bind_text(statement, ":user", query->user_id);
  s_bind_text(statement, ":application", query->application_id);
  s_bind_text(statement, ":role", query->role_id);
  s_bind_text(statement, ":risk", query->risk);
  s_bind_text(statement, ":status", query->status);
  s_bind_text(statement, ":action", query->action);
  s_bind_number(statement, ":from", query->from_ms == 0 ? INT64_MIN : query->from_ms);
  s_bind_number(statement, ":to", query->to_ms);
  s_bind_number(statement, ":after", query->after_seq);
  s_bind_number(statement, ":limit", query->limit > INT64_MAX ? INT64_MAX : (int64_t)query->limit);
}

askiam_status aski_sqlite_scan(void *self, const askiam_call *call, const askiam_journal_query *query,
                               askiam_record_fn row, void *context, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_READ, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_buffer sql;
  aski_buffer_init(&sql, store->settings.allocator);
  aski_sqlite_scan_sql(&sql, query);
  sqlite3_stmt *statement = NULL;
  if (sql.failed) {
    status = askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_STORE, "no memory for a query");
  } else if (sqlite3_prepare_v2(connection->db, sql.data, -1, &statement, NULL) != SQLITE_OK) {
    status = aski_sqlite_error(connection, SQLITE_OK, error);
  } else {
    s_bind_query(statement, query);
    status = s_walk(connection, statement, row, context, error);
  }
  sqlite3_finalize(statement);
  aski_buffer_clean_up(&sql);
  aski_sqlite_return(store, connection);
  return status;
}

askiam_status aski_sqlite_outbox_next(void *self, const askiam_call *call, int64_t after, size_t limit,
                                      askiam_event_fn event, void *context, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_READ, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_OUTBOX_NEXT);
  if (statement == NULL) {
    status = aski_sqlite_error(connection, SQLITE_OK, error);
  } else {
    sqlite3_bind_int64(statement, 1, after);
    sqlite3_bind_int64(statement, 2, limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
    int code = SQLITE_ROW;
    while (status == ASKIAM_STATUS_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
      status =
          event(context, sqlite3_column_int64(statement, 0), aski_sqlite_column(statement, 1),
                aski_sqlite_column(statement, 2), aski_sqlite_column(statement, 3), aski_sqlite_column(statement, 4));
    }
    askiam_status ended = aski_sqlite_end(connection, statement, code, error);
    status = ended == ASKIAM_STATUS_OK ? status : ended;
  }
  aski_sqlite_return(store, connection);
  return status;
}
