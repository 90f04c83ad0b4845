/* SPDX-License-Identifier: Apache-2.0
 *
 * What the trail does not speak for: requests and grants that somebody added to their tables, or changed beside their entries, and roles
 * that no grant gives. */
#include "store/common/rows.h"
#include "store/sqlite/slots.h"

/* An index look-up for each request. */
static const char s_unaudited[] =
    "SELECT r.request_id, r.requester_id, r.user_id, r.application_id, r.role_id, r.status,"
    " r.decision, r.timestamp FROM requests r LEFT JOIN audit_log a ON " ASKI_STORE_SPEAKS_FOR
    " WHERE a.entry_no IS NULL";
static const char s_adrift[] = ASKI_STORE_ADRIFT;

static const askiam_record_field s_texts[] = {
    ASKIAM_RECORD_REQUEST_ID, ASKIAM_RECORD_REQUESTER_ID, ASKIAM_RECORD_USER_ID, ASKIAM_RECORD_APPLICATION_ID,
    ASKIAM_RECORD_ROLE_ID,    ASKIAM_RECORD_STATUS,       ASKIAM_RECORD_DECISION};
enum { TEXTS = sizeof s_texts / sizeof *s_texts };

static askiam_status s_read(askiam_record *record, sqlite3_stmt *row)
{
  askiam_status status = ASKIAM_STATUS_OK;
  askiam_record_clear(record);
  for (int i = 0; i < TEXTS && status == ASKIAM_STATUS_OK; ++i) {
    if (sqlite3_column_type(row, i) != SQLITE_NULL) {
      askiam_str text = aski_sqlite_column(row, i);
      status = text.data == NULL ? ASKIAM_STATUS_NO_MEMORY : askiam_record_set_text(record, s_texts[i], text);
    }
  }
  askiam_record_set_number(record, ASKIAM_RECORD_TIME_MS, sqlite3_column_int64(row, TEXTS));
  return status;
}

static askiam_status s_walk(aski_sqlite *connection, const char *sql, askiam_record *record, askiam_record_fn row,
                            void *context, askiam_error *error)
{
  sqlite3_stmt *statement = NULL;
  askiam_status status = ASKIAM_STATUS_OK;
  int code = sqlite3_prepare_v2(connection->db, sql, -1, &statement, NULL);
  if (code == SQLITE_OK) {
    while (status == ASKIAM_STATUS_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
      status = s_read(record, statement);
      status = status == ASKIAM_STATUS_OK ? row(context, record) : status;
    }
  }
  if (status == ASKIAM_STATUS_OK && code != SQLITE_DONE) {
    status = aski_sqlite_error(connection, code, error);
  }
  sqlite3_finalize(statement);
  return status;
}

static askiam_status s_look(aski_sqlite_store *store, const askiam_call *call, const char *sql, askiam_record_fn row,
                            void *context, askiam_error *error)
{
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_READ, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  askiam_record *record = askiam_record_new(store->settings.allocator);
  status = record == NULL ? ASKIAM_STATUS_NO_MEMORY : s_walk(connection, sql, record, row, context, error);
  askiam_record_destroy(record);
  aski_sqlite_return(store, connection);
  return status;
}

askiam_status aski_sqlite_unaudited(void *self, const askiam_call *call, askiam_record_fn row, void *context,
                                    askiam_error *error)
{
  return s_look(self, call, s_unaudited, row, context, error);
}

askiam_status aski_sqlite_adrift(void *self, const askiam_call *call, askiam_record_fn row, void *context,
                                 askiam_error *error)
{
  return s_look(self, call, s_adrift, row, context, error);
}
