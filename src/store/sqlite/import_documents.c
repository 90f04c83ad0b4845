/* SPDX-License-Identifier: Apache-2.0
 *
 * Importing documents, with their words for the full-text index and what they are about, and past decisions. */
#include <stdio.h>

#include "base/hash.h"
#include "store/common/texts.h"
#include "store/sqlite/import_session.h"

typedef struct document_import {
  aski_import_session *session;
  uint64_t row;
  askiam_error *error;
  const char *column; /* what messages call the member */
  aski_sqlite_bearer bearer;
  aski_buffer scope;
  int64_t number;
  bool adding; /* writes document_scope; else checks the ids and makes the tokens */
} document_import;

static askiam_status s_add_scope(document_import *import, const char *kind, askiam_str id)
{
  const askiam_str texts[] = {askiam_str_from(kind), id};
  return aski_import_run_texts(import->session, ASKI_IMPORT_SQL_ADD_SCOPE, texts, 2, &import->number, 1, import->error);
}

static askiam_status s_take_id(void *context, askiam_str key, askiam_str id)
{
  document_import *import = context;
  (void)key;
  bool role = import->bearer == ASKI_SQLITE_ROLE;
  if (import->adding) {
    return s_add_scope(import, role ? "role" : "application", id);
  }
  aski_buffer_append_format(&import->scope, "%s%c%016llx", import->scope.length == 0 ? "" : " ", role ? 'r' : 'a',
                            (unsigned long long)aski_hash64(id, 0));
  bool found = false;
  return aski_import_refer(import->session, import->bearer, ASKIAM_TABLE_DOCUMENTS, import->row, import->column, id,
                           &found, import->error);
}

static askiam_status s_each_id(document_import *import, const askiam_str *values)
{
  const askiam_allocator *allocator = import->session->store->settings.allocator;
  import->bearer = ASKI_SQLITE_APPLICATION;
  import->column = "metadata.app_id";
  askiam_status status = aski_store_read_texts(values[4], allocator, s_take_id, import, import->error);
  import->bearer = ASKI_SQLITE_ROLE;
  import->column = "metadata.role_id";
  return status == ASKIAM_STATUS_OK ? aski_store_read_texts(values[5], allocator, s_take_id, import, import->error)
                                    : status;
}

static askiam_status s_write_words(aski_import_session *session, aski_import_sql sql, askiam_str title, askiam_str text,
                                   askiam_str scope, int64_t number, askiam_error *error)
{
  const askiam_str texts[] = {title, text, scope};
  return aski_import_run_texts(session, sql, texts, 3, &number, 1, error);
}

/* Takes an older text out of the full-text index and forgets what it was about; import->number stays 0 for a new document. */
static askiam_status s_drop_old(document_import *import, askiam_str id)
{
  aski_import_session *session = import->session;
  sqlite3_stmt *statement = aski_import_statement(session, ASKI_IMPORT_SQL_READ_DOCUMENT);
  if (statement == NULL) {
    return aski_sqlite_error(session->connection, SQLITE_OK, import->error);
  }
  aski_sqlite_bind(statement, 1, id);
  askiam_status status = ASKIAM_STATUS_OK;
  int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    import->number = sqlite3_column_int64(statement, 0);
    status = s_write_words(session, ASKI_IMPORT_SQL_DROP_WORDS, aski_sqlite_column(statement, 1),
                           aski_sqlite_column(statement, 2), aski_sqlite_column(statement, 3), import->number,
                           import->error);
  }
  askiam_status ended = aski_sqlite_end(session->connection, statement, code, import->error);
  status = ended == ASKIAM_STATUS_OK ? status : ended;
  return status == ASKIAM_STATUS_OK && import->number != 0
             ? aski_import_run_texts(session, ASKI_IMPORT_SQL_DROP_SCOPE, NULL, 0, &import->number, 1, import->error)
             : status;
}

static askiam_status s_write_document(document_import *import, const askiam_str *values, askiam_str scope)
{
  aski_import_session *session = import->session;
  bool fresh = import->number == 0;
  sqlite3_stmt *statement =
      aski_import_statement(session, fresh ? ASKI_IMPORT_SQL_INSERT_DOCUMENT : ASKI_IMPORT_SQL_UPDATE_DOCUMENT);
  const askiam_str texts[] = {values[0], values[1], values[2], values[3], scope, values[7]};
  for (int i = 0; statement != NULL && i < 6; ++i) {
    aski_sqlite_bind(statement, i + 1, texts[i].data == NULL ? ASKI_STR("") : texts[i]);
  }
  if (statement != NULL && values[6].length > 0) {
    sqlite3_bind_blob64(statement, 7, values[6].data, values[6].length, SQLITE_STATIC);
  } else if (statement != NULL) {
    sqlite3_bind_null(statement, 7);
  }
  askiam_status status = aski_sqlite_run(session->connection, statement, import->error);
  import->number = fresh ? sqlite3_last_insert_rowid(session->connection->db) : import->number;
  return status;
}

askiam_status aski_import_document(aski_import_session *session, uint64_t row, const askiam_str *values,
                                   askiam_error *error)
{
  document_import import = {.session = session, .row = row, .error = error};
  aski_buffer_init(&import.scope, session->store->settings.allocator);
  askiam_status status = s_each_id(&import, values);
  bool global = import.scope.length == 0;
  if (global) {
    aski_buffer_append_text(&import.scope, "global");
  }
  if (status == ASKIAM_STATUS_OK && import.scope.failed) {
    status = askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_STORE, "no memory for the import");
  }
  askiam_str scope = aski_buffer_view(&import.scope);
  status = status == ASKIAM_STATUS_OK ? s_drop_old(&import, values[0]) : status;
  status = status == ASKIAM_STATUS_OK ? s_write_document(&import, values, scope) : status;
  if (status == ASKIAM_STATUS_OK) {
    status = s_write_words(session, ASKI_IMPORT_SQL_ADD_WORDS, values[1], values[2], scope, import.number, error);
  }
  import.adding = true;
  if (status == ASKIAM_STATUS_OK) {
    status = global ? s_add_scope(&import, "global", ASKI_STR("")) : s_each_id(&import, values);
  }
  aski_buffer_clean_up(&import.scope);
  return status;
}

askiam_status aski_import_pattern(aski_import_session *session, uint64_t row, const askiam_str *values,
                                  askiam_error *error)
{
  (void)row;
  const askiam_str texts[] = {values[0], values[1], values[2], values[5]};
  const int64_t numbers[] = {aski_store_time(values[3], 0), aski_str_equal_text(values[4], "1") ? 1 : 0};
  return aski_import_run_texts(session, ASKI_IMPORT_SQL_PATTERN, texts, 4, numbers, 2, error);
}
