/* SPDX-License-Identifier: Apache-2.0
 *
 * Importing what stands between roles, and who is barred from them. */
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
