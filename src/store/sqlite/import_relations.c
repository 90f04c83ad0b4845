/* SPDX-License-Identifier: Apache-2.0
 *
 * Importing what stands between roles, who is barred from them, and policies with their revisions. */
#include <stdlib.h>

#include "base/hash.h"
#include "store/sqlite/import_session.h"

/* Two references of one row; *out_both where both exist. */
static askiam_status s_refer_both(aski_import_session *session, askiam_table table, uint64_t row,
                                  const char *const columns[2], const askiam_str *values, aski_sqlite_bearer second,
                                  bool *out_both, askiam_error *error)
{
  bool found[2] = {false, false};
  askiam_status status =
      aski_import_refer(session, ASKI_SQLITE_ROLE, table, row, columns[0], values[0], &found[0], error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_import_refer(session, second, table, row, columns[1], values[1], &found[1], error);
  }
  *out_both = found[0] && found[1];
  return status;
}

askiam_status aski_import_prerequisite(aski_import_session *session, uint64_t row, const askiam_str *values,
                                       askiam_error *error)
{
  static const char *const columns[] = {"role_id", "required_role_id"};
  bool both = false;
  askiam_status status =
      s_refer_both(session, ASKIAM_TABLE_ROLE_PREREQUISITES, row, columns, values, ASKI_SQLITE_ROLE, &both, error);
  return status == ASKIAM_STATUS_OK && both
             ? aski_import_run_texts(session, ASKI_IMPORT_SQL_PREREQUISITE, values, 2, NULL, 0, error)
             : status;
}

askiam_status aski_import_conflict(aski_import_session *session, uint64_t row, const askiam_str *values,
                                   askiam_error *error)
{
  static const char *const columns[] = {"role_id", "conflicting_role_id"};
  bool both = false;
  askiam_status status =
      s_refer_both(session, ASKIAM_TABLE_ROLE_CONFLICTS, row, columns, values, ASKI_SQLITE_ROLE, &both, error);
  if (status != ASKIAM_STATUS_OK || !both) {
    return status;
  }
  const askiam_str back[] = {values[1], values[0], values[2]};
  status = aski_import_run_texts(session, ASKI_IMPORT_SQL_CONFLICT, values, 3, NULL, 0, error);
  return status == ASKIAM_STATUS_OK ? aski_import_run_texts(session, ASKI_IMPORT_SQL_CONFLICT, back, 3, NULL, 0, error)
                                    : status;
}

askiam_status aski_import_restriction(aski_import_session *session, uint64_t row, const askiam_str *values,
                                      askiam_error *error)
{
  static const char *const columns[] = {"role_id", "user_id"};
  bool both = false;
  askiam_status status =
      s_refer_both(session, ASKIAM_TABLE_ROLE_RESTRICTIONS, row, columns, values, ASKI_SQLITE_USER, &both, error);
  return status == ASKIAM_STATUS_OK && both
             ? aski_import_run_texts(session, ASKI_IMPORT_SQL_RESTRICTION, values, 3, NULL, 0, error)
             : status;
}

/* *out_version 0 for a new policy. */
static askiam_status s_read_policy(aski_import_session *session, const askiam_str *values, int64_t *out_version,
                                   bool *out_same, askiam_error *error)
{
  sqlite3_stmt *statement = aski_import_statement(session, ASKI_IMPORT_SQL_READ_POLICY);
  if (statement == NULL) {
    return aski_sqlite_error(session->connection, SQLITE_OK, error);
  }
  aski_sqlite_bind(statement, 1, values[0]);
  aski_sqlite_bind(statement, 2, values[1]);
  int code = sqlite3_step(statement);
  *out_version = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  *out_same = code == SQLITE_ROW && sqlite3_column_int(statement, 1) != 0;
  return aski_sqlite_end(session->connection, statement, code, error);
}

askiam_status aski_import_policy(aski_import_session *session, uint64_t row, const askiam_str *values,
                                 askiam_error *error)
{
  (void)row;
  int64_t version = 0;
  bool same = false;
  askiam_status status = s_read_policy(session, values, &version, &same, error);
  if (status != ASKIAM_STATUS_OK || same) {
    return status;
  }
  char hash[ASKI_SHA256_HEX_BYTES];
  if (!aski_sha256_hex(values[1], hash)) {
    return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_STORE, "SHA-256 failed");
  }
  const askiam_str texts[] = {values[0], values[1], askiam_str_from(hash)};
  const int64_t numbers[] = {version + 1, session->now_ms};
  session->policies_changed = true;
  status = aski_import_run_texts(session, ASKI_IMPORT_SQL_POLICY, texts, 3, numbers, 2, error);
  return status == ASKIAM_STATUS_OK
             ? aski_import_run_texts(session, ASKI_IMPORT_SQL_REVISION, texts, 3, numbers, 2, error)
             : status;
}

static askiam_status s_hash_policies(aski_import_session *session, aski_buffer *lines, int64_t *out_count,
                                     askiam_error *error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(session->connection->db,
                                "SELECT p.id, r.hash FROM policies p JOIN policy_revisions r ON r.id = p.id AND"
                                " r.version = p.version ORDER BY p.id",
                                -1, &statement, NULL);
  if (code != SQLITE_OK) {
    return aski_sqlite_error(session->connection, code, error);
  }
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    ++*out_count;
    aski_sqlite_policy_line(lines, aski_sqlite_column(statement, 0), aski_sqlite_column(statement, 1));
  }
  askiam_status status = aski_sqlite_end(session->connection, statement, code, error);
  sqlite3_finalize(statement);
  return status == ASKIAM_STATUS_OK && lines->failed ? ASKIAM_STATUS_NO_MEMORY : status;
}

static askiam_status s_run_once(aski_import_session *session, const char *sql, askiam_str text, int64_t number,
                                askiam_error *error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(session->connection->db, sql, -1, &statement, NULL);
  if (code != SQLITE_OK) {
    return aski_sqlite_error(session->connection, code, error);
  }
  if (aski_str_present(text)) {
    aski_sqlite_bind(statement, 1, text);
    sqlite3_bind_int64(statement, 2, number);
  }
  askiam_status status = aski_sqlite_run(session->connection, statement, error);
  sqlite3_finalize(statement);
  return status;
}

static askiam_status s_move_policies(aski_import_session *session, askiam_error *error)
{
  aski_buffer lines;
  aski_buffer_init(&lines, session->store->settings.allocator);
  int64_t count = 0;
  char hash[ASKI_SHA256_HEX_BYTES] = {0};
  askiam_status status = s_hash_policies(session, &lines, &count, error);
  if (status == ASKIAM_STATUS_OK && count > 0 && !aski_sha256_hex(aski_buffer_view(&lines), hash)) {
    status = askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_STORE, "SHA-256 failed");
  }
  aski_buffer_clean_up(&lines);
  if (status == ASKIAM_STATUS_OK) {
    status = s_run_once(session, "UPDATE catalogue_version SET policy_hash = ?1, policy_count = ?2 WHERE one = 1",
                        askiam_str_from(hash), count, error);
  }
  return status != ASKIAM_STATUS_OK ? status
                                    : s_run_once(session,
                                                 "INSERT OR IGNORE INTO policy_sets(set_hash, id, version)"
                                                 " SELECT ?1, id, version FROM policies WHERE ?2 > 0",
                                                 askiam_str_from(hash), count, error);
}

askiam_status aski_import_move_version(aski_import_session *session, askiam_error *error)
{
  askiam_status status = session->policies_changed ? s_move_policies(session, error) : ASKIAM_STATUS_OK;
  return status != ASKIAM_STATUS_OK
             ? status
             : s_run_once(session, "UPDATE catalogue_version SET version = version + 1", ASKI_STR_NONE, 0, error);
}
