/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing to the journal: records with their chain, events and pattern rows in one durable transaction; and what is forgotten. There is one
 * chain, "main". */
#include "store/sqlite/journal_write.h"

#include "store/common/rows.h"
#include "store/sqlite/slots.h"

typedef aski_sqlite_journal_write journal_write;

static askiam_str s_text(const askiam_record *record, askiam_record_field field)
{
  return askiam_record_text(record, field);
}

static sqlite3_stmt *s_bind_texts(journal_write *write, aski_sql sql, const askiam_record *record,
                                  const askiam_record_field *fields, size_t count)
{
  sqlite3_stmt *statement = aski_sqlite_statement(write->connection, sql);
  for (size_t i = 0; statement != NULL && i < count; ++i) {
    aski_sqlite_bind(statement, (int)i + 1, s_text(record, fields[i]));
  }
  return statement;
}

/* EXISTS where the (requester, request id) is taken. */
static askiam_status s_add_request(journal_write *write, const askiam_record *record, size_t index)
{
  enum { TEXTS = ASKI_STORE_NEW_REQUEST_TEXTS, NUMBERS = ASKI_STORE_NEW_REQUEST_NUMBERS };
  sqlite3_stmt *statement = s_bind_texts(write, ASKI_SQL_ADD_REQUEST, record, aski_store_new_request_texts, TEXTS);
  if (statement == NULL) {
    return aski_sqlite_error(write->connection, SQLITE_OK, write->error);
  }
  for (int i = 0; i < NUMBERS; ++i) {
    sqlite3_bind_int64(statement, TEXTS + 1 + i, askiam_record_number(record, aski_store_new_request_numbers[i]));
  }
  int code = sqlite3_step(statement);
  if (code == SQLITE_CONSTRAINT_UNIQUE) {
    sqlite3_reset(statement);
    if (write->out_index != NULL) {
      *write->out_index = index;
    }
    return askiam_error_set(write->error, ASKIAM_STATUS_EXISTS, ASKIAM_LAYER_STORE,
                            "%s: this requester has used this request id before", write->connection->settings->path);
  }
  return aski_sqlite_end(write->connection, statement, code, write->error);
}

static askiam_status s_add_entry(journal_write *write, const askiam_record *record)
{
  enum { TEXTS = ASKI_STORE_NEW_ENTRY_TEXTS };
  sqlite3_stmt *statement = s_bind_texts(write, ASKI_SQL_ADD_ENTRY, record, aski_store_new_entry_texts, TEXTS);
  if (statement != NULL) {
    sqlite3_bind_int64(statement, TEXTS + 1, askiam_record_number(record, ASKIAM_RECORD_TIME_MS));
    sqlite3_bind_int64(statement, TEXTS + 2, askiam_record_number(record, ASKIAM_RECORD_SEQ));
  }
  return aski_sqlite_run(write->connection, statement, write->error);
}

static askiam_status s_add_events(journal_write *write, const askiam_record *record)
{
  askiam_status status = ASKIAM_STATUS_OK;
  size_t count = askiam_record_event_count(record);
  for (size_t i = 0; i < count && status == ASKIAM_STATUS_OK; ++i) {
    sqlite3_stmt *statement = aski_sqlite_statement(write->connection, ASKI_SQL_ADD_EVENT);
    if (statement != NULL) {
      aski_sqlite_bind(statement, 1, askiam_record_event_id(record, i));
      aski_sqlite_bind(statement, 2, askiam_record_event_type(record, i));
      aski_sqlite_bind(statement, 3, s_text(record, ASKIAM_RECORD_CHAIN));
      aski_sqlite_bind(statement, 4, askiam_record_event_body(record, i));
    }
    status = aski_sqlite_run(write->connection, statement, write->error);
  }
  return status;
}

static askiam_status s_add_pattern(journal_write *write, const askiam_record *record)
{
  if (!aski_store_has_pattern(record)) {
    return ASKIAM_STATUS_OK;
  }
  sqlite3_stmt *statement = aski_sqlite_statement(write->connection, ASKI_SQL_ADD_PATTERN);
  if (statement != NULL) {
    aski_sqlite_bind(statement, 1, s_text(record, ASKIAM_RECORD_USER_ID));
    aski_sqlite_bind(statement, 2, s_text(record, ASKIAM_RECORD_ROLE_ID));
    aski_sqlite_bind(statement, 3, s_text(record, ASKIAM_RECORD_APPLICATION_ID));
    sqlite3_bind_int64(statement, 4, askiam_record_number(record, ASKIAM_RECORD_TIME_MS));
    sqlite3_bind_int64(statement, 5, askiam_record_number(record, ASKIAM_RECORD_APPROVED) != 0);
    aski_sqlite_bind(statement, 6, s_text(record, ASKIAM_RECORD_AUDIT_ID));
  }
  return aski_sqlite_run(write->connection, statement, write->error);
}

/* Within the transaction, so that nobody is at work: a head that is not the chain's last entry was damaged, and trying again is no use. */
askiam_status aski_sqlite_check_head(journal_write *write, const askiam_record *record)
{
  sqlite3_stmt *statement = aski_sqlite_statement(write->connection, ASKI_SQL_HEAD_FITS);
  if (statement == NULL) {
    return aski_sqlite_error(write->connection, SQLITE_OK, write->error);
  }
  aski_sqlite_bind(statement, 1, s_text(record, ASKIAM_RECORD_CHAIN));
  int code = sqlite3_step(statement);
  bool gone = code == SQLITE_DONE;
  bool fits = code == SQLITE_ROW && sqlite3_column_int(statement, 0) != 0;
  askiam_status status = aski_sqlite_end(write->connection, statement, code, write->error);
  if (status == ASKIAM_STATUS_OK && !fits) {
    status = askiam_error_set(
        write->error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_STORE,
        gone ? "%s: the audit trail is damaged: the head of its chain is gone; run `askiam audit verify`"
             : "%s: the audit trail is damaged: the head of its chain is not its last entry; run "
               "`askiam audit verify`",
        write->connection->settings->path);
  }
  return status;
}

/* Compare and swap: the head must be where the record says that it was. */
static askiam_status s_move_head(journal_write *write, const askiam_record *record)
{
  sqlite3_stmt *statement = aski_sqlite_statement(write->connection, ASKI_SQL_MOVE_HEAD);
  int64_t seq = askiam_record_number(record, ASKIAM_RECORD_SEQ);
  if (statement != NULL) {
    aski_sqlite_bind(statement, 1, s_text(record, ASKIAM_RECORD_CHAIN));
    sqlite3_bind_int64(statement, 2, seq - 1);
    aski_sqlite_bind(statement, 3, s_text(record, ASKIAM_RECORD_PREV_HASH));
    sqlite3_bind_int64(statement, 4, seq);
    aski_sqlite_bind(statement, 5, s_text(record, ASKIAM_RECORD_HASH));
  }
  askiam_status status = aski_sqlite_run(write->connection, statement, write->error);
  if (status == ASKIAM_STATUS_OK && sqlite3_changes(write->connection->db) == 0) {
    status =
        askiam_error_set(write->error, ASKIAM_STATUS_CONFLICT, ASKIAM_LAYER_STORE,
                         "%s: the audit chain has moved on meanwhile; try again", write->connection->settings->path);
  }
  return status;
}

askiam_status aski_sqlite_append_entry(journal_write *write, const askiam_record *record)
{
  askiam_status status = s_move_head(write, record);
  status = status == ASKIAM_STATUS_OK ? s_add_entry(write, record) : status;
  return status == ASKIAM_STATUS_OK ? s_add_events(write, record) : status;
}

/* What was approved waits to be granted. */
static askiam_status s_add_waiting(journal_write *write, const askiam_record *record)
{
  static const askiam_record_field fields[] = {ASKIAM_RECORD_REQUEST_ID, ASKIAM_RECORD_REQUESTER_ID,
                                               ASKIAM_RECORD_USER_ID, ASKIAM_RECORD_ROLE_ID};
  enum { TEXTS = sizeof fields / sizeof *fields };
  if (!aski_store_awaits_grant(record)) {
    return ASKIAM_STATUS_OK;
  }
  sqlite3_stmt *statement = s_bind_texts(write, ASKI_SQL_ADD_WAITING, record, fields, TEXTS);
  if (statement != NULL) {
    sqlite3_bind_int64(statement, TEXTS + 1, askiam_record_number(record, ASKIAM_RECORD_TIME_MS));
  }
  return aski_sqlite_run(write->connection, statement, write->error);
}

static askiam_status s_add_record(journal_write *write, const askiam_record *record, size_t index)
{
  askiam_status status = s_move_head(write, record);
  status = status == ASKIAM_STATUS_OK ? s_add_request(write, record, index) : status;
  status = status == ASKIAM_STATUS_OK ? s_add_entry(write, record) : status;
  status = status == ASKIAM_STATUS_OK ? s_add_events(write, record) : status;
  status = status == ASKIAM_STATUS_OK ? s_add_waiting(write, record) : status;
  return status == ASKIAM_STATUS_OK ? s_add_pattern(write, record) : status;
}

askiam_status aski_sqlite_append(void *self, const askiam_call *call, const askiam_records *records, size_t *out_index,
                                 askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_WRITE, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  journal_write write = {connection, error, out_index};
  size_t count = askiam_records_count(records);
  status = aski_sqlite_begin(connection, ASKI_SQL_BEGIN_IMMEDIATE, error);
  if (status == ASKIAM_STATUS_OK) {
    status = count > 0 ? aski_sqlite_check_head(&write, askiam_records_at(records, 0)) : status;
    for (size_t i = 0; i < count && status == ASKIAM_STATUS_OK; ++i) {
      status = s_add_record(&write, askiam_records_at(records, i), i);
    }
    status = aski_sqlite_finish(connection, status, error);
  }
  aski_sqlite_return(store, connection);
  return status;
}

askiam_status aski_sqlite_outbox_done(void *self, const askiam_call *call, const int64_t *positions, size_t count,
                                      askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_WRITE, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  status = aski_sqlite_begin(connection, ASKI_SQL_BEGIN_IMMEDIATE, error);
  if (status == ASKIAM_STATUS_OK) {
    for (size_t i = 0; i < count && status == ASKIAM_STATUS_OK; ++i) {
      sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_OUTBOX_DONE);
      if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, positions[i]);
        sqlite3_bind_int64(statement, 2, askiam_call_now_ms(call));
      }
      status = aski_sqlite_run(connection, statement, error);
    }
    status = aski_sqlite_finish(connection, status, error);
  }
  aski_sqlite_return(store, connection);
  return status;
}

askiam_status aski_sqlite_checkpoint(void *self, const askiam_call *call, askiam_str id, int64_t time_ms,
                                     askiam_str body, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_WRITE, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_CHECKPOINT);
  if (statement != NULL) {
    aski_sqlite_bind(statement, 1, id);
    sqlite3_bind_int64(statement, 2, time_ms);
    aski_sqlite_bind(statement, 3, body);
  }
  status = aski_sqlite_run(connection, statement, error);
  aski_sqlite_return(store, connection);
  return status;
}

static askiam_status s_erase(aski_sqlite *connection, askiam_str user_id, uint64_t *out_count, askiam_error *error)
{
  static const aski_sql all[] = {ASKI_SQL_ERASE_REQUESTER, ASKI_SQL_ERASE_USER, ASKI_SQL_ERASE_SPEAKER};
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < sizeof all / sizeof *all && status == ASKIAM_STATUS_OK; ++i) {
    sqlite3_stmt *statement = aski_sqlite_statement(connection, all[i]);
    if (statement != NULL) {
      aski_sqlite_bind(statement, 1, user_id);
    }
    status = aski_sqlite_run(connection, statement, error);
    *out_count += status == ASKIAM_STATUS_OK ? (uint64_t)sqlite3_changes64(connection->db) : 0;
  }
  if (status == ASKIAM_STATUS_OK) { /* why a grant failed, or was taken back: words too */
    sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_ERASE_REASONS);
    if (statement != NULL) {
      aski_sqlite_bind(statement, 1, user_id);
    }
    status = aski_sqlite_run(connection, statement, error);
  }
  return status;
}

/* What is forgotten is overwritten in the file, and the log is emptied into it: nothing is left to be read with an editor. A reader that is
 * busy can hold the last step up; the next checkpoint does it. */
askiam_status aski_sqlite_erase(void *self, const askiam_call *call, askiam_str user_id, uint64_t *out_count,
                                askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  uint64_t count = 0;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_WRITE, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  status = aski_sqlite_execute(connection, "PRAGMA secure_delete=ON", error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_sqlite_begin(connection, ASKI_SQL_BEGIN_IMMEDIATE, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_sqlite_finish(connection, s_erase(connection, user_id, &count, error), error);
  }
  aski_sqlite_execute(connection, "PRAGMA secure_delete=FAST", NULL);
  if (status == ASKIAM_STATUS_OK && !store->settings.memory) {
    sqlite3_wal_checkpoint_v2(connection->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  }
  aski_sqlite_return(store, connection);
  if (out_count != NULL) {
    *out_count = status == ASKIAM_STATUS_OK ? count : 0;
  }
  return status;
}
