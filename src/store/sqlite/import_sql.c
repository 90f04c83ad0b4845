/* SPDX-License-Identifier: Apache-2.0
 *
 * The statements of an import. created_at and granted_at are by default the time of the import; where a row that exists comes again
 * without one, the time that it has stays. */
#include "store/sqlite/import_session.h"

static const char *const s_texts[ASKI_IMPORT_SQL_COUNT] = {
    [ASKI_IMPORT_SQL_FIND_USER] = "SELECT user_no FROM users WHERE user_id = ?1",
    [ASKI_IMPORT_SQL_FIND_APPLICATION] = "SELECT app_no FROM applications WHERE app_id = ?1",
    [ASKI_IMPORT_SQL_FIND_ROLE] = "SELECT role_no FROM roles WHERE role_id = ?1",
    [ASKI_IMPORT_SQL_READ_USER] = "SELECT user_id, name, email FROM users WHERE user_no = ?1",
    [ASKI_IMPORT_SQL_READ_APPLICATION] = "SELECT app_id, name FROM applications WHERE app_no = ?1",
    [ASKI_IMPORT_SQL_READ_ROLE] = "SELECT role_id, name, app_id FROM roles WHERE role_no = ?1",
    [ASKI_IMPORT_SQL_READ_ALIASES] = "SELECT alias, alias_no FROM aliases WHERE id = ?1 AND kind = 'role'",
    [ASKI_IMPORT_SQL_UPDATE_USER] = "UPDATE users SET email = ?2, name = ?3, status = ?4, attributes = ?5,"
                                    " created_at = iif(?6 = ?8, created_at, ?6) WHERE user_no = ?7",
    [ASKI_IMPORT_SQL_INSERT_APPLICATION] = "INSERT INTO applications(app_id, name, description, owner, status,"
                                           " created_at) VALUES(?1,?2,?3,?4,?5,?6)",
    [ASKI_IMPORT_SQL_UPDATE_APPLICATION] = "UPDATE applications SET name = ?2, description = ?3, owner = ?4,"
                                           " status = ?5, created_at = iif(?6 = ?8, created_at, ?6) WHERE app_no = ?7",
    [ASKI_IMPORT_SQL_INSERT_ROLE] = "INSERT INTO roles(role_id, app_id, name, description, permissions, risk, status,"
                                    " created_at) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
    [ASKI_IMPORT_SQL_UPDATE_ROLE] = "UPDATE roles SET app_id = ?2, name = ?3, description = ?4, permissions = ?5,"
                                    " risk = ?6, status = ?7, created_at = iif(?8 = ?10, created_at, ?8)"
                                    " WHERE role_no = ?9",
    [ASKI_IMPORT_SQL_INSERT_ALIAS] = "INSERT INTO aliases(kind, id, alias) VALUES(?1,?2,?3) ON CONFLICT DO NOTHING",
    [ASKI_IMPORT_SQL_DROP_NAME] = "DELETE FROM names WHERE hash = ?1 AND ref = ?2",
    [ASKI_IMPORT_SQL_ADD_SUFFIX] = "INSERT OR IGNORE INTO name_suffixes(suffix, ref) VALUES(?1,?2)",
    [ASKI_IMPORT_SQL_DROP_SUFFIX] = "DELETE FROM name_suffixes WHERE suffix = ?1 AND ref = ?2",
    [ASKI_IMPORT_SQL_ADD_FUZZY_NAME] = "INSERT INTO fuzzy_names(compact) VALUES(?1) ON CONFLICT DO NOTHING",
    [ASKI_IMPORT_SQL_UPDATE_USER_ROLE] =
        /* What is other than the row is held in its own right; what says the same again says nothing new. */
    "UPDATE user_roles SET own_until = iif(status = ?3 AND expires_at IS ?5 AND (?4 = ?6 OR granted_at IS ?4),"
    " own_until, NULL), status = ?3, granted_at = iif(?4 = ?6, granted_at, ?4), expires_at = ?5"
    " WHERE user_id = ?1 AND role_id = ?2",
    [ASKI_IMPORT_SQL_PREREQUISITE] = "INSERT OR IGNORE INTO role_prerequisites(role_id, required_role_id)"
                                     " VALUES(?1,?2)",
    [ASKI_IMPORT_SQL_CONFLICT] = "INSERT OR REPLACE INTO role_conflicts(role_id, conflicting_role_id, reason)"
                                 " VALUES(?1,?2,?3)",
    [ASKI_IMPORT_SQL_RESTRICTION] = "INSERT OR REPLACE INTO role_restrictions(role_id, user_id, reason)"
                                    " VALUES(?1,?2,?3)",
    [ASKI_IMPORT_SQL_LAST_REVISION] = "SELECT max(version) FROM policy_revisions WHERE id = ?1",
    [ASKI_IMPORT_SQL_SAME_POLICY] = "SELECT 1 FROM policies p JOIN policy_revisions r ON r.id = p.id AND"
                                    " r.version = p.version WHERE p.id = ?1 AND p.policy_json = ?2 AND"
                                    " r.policy_json = ?2 AND r.hash = ?3",
    [ASKI_IMPORT_SQL_POLICY] = "INSERT INTO policies(id, policy_json, version, created_at) VALUES(?1,?2,?4,?5)"
                               " ON CONFLICT(id) DO UPDATE SET policy_json = ?2, version = ?4, created_at = ?5",
    [ASKI_IMPORT_SQL_REVISION] = "INSERT INTO policy_revisions(id, policy_json, hash, version, created_at)"
                                 " VALUES(?1,?2,?3,?4,?5)",
    [ASKI_IMPORT_SQL_READ_DOCUMENT] = "SELECT document_no, title, text, scope FROM documents WHERE id = ?1",
    [ASKI_IMPORT_SQL_INSERT_DOCUMENT] = "INSERT INTO documents(id, title, text, metadata, scope, model, embedding)"
                                        " VALUES(?1,?2,?3,?4,?5,?6,?7)",
    [ASKI_IMPORT_SQL_UPDATE_DOCUMENT] = "UPDATE documents SET title = ?2, text = ?3, metadata = ?4, scope = ?5,"
                                        " model = ?6, embedding = ?7 WHERE id = ?1",
    [ASKI_IMPORT_SQL_DROP_WORDS] = "INSERT INTO documents_fts(documents_fts, title, text, scope, rowid)"
                                   " VALUES('delete',?1,?2,?3,?4)",
    [ASKI_IMPORT_SQL_ADD_WORDS] = "INSERT INTO documents_fts(title, text, scope, rowid) VALUES(?1,?2,?3,?4)",
    [ASKI_IMPORT_SQL_DROP_SCOPE] = "DELETE FROM document_scope WHERE document_no = ?1",
    [ASKI_IMPORT_SQL_ADD_SCOPE] = "INSERT OR IGNORE INTO document_scope(kind, id, document_no) VALUES(?1,?2,?3)",
    [ASKI_IMPORT_SQL_PATTERN] = "INSERT OR REPLACE INTO access_patterns(user_id, role_id, app_id, source, timestamp,"
                                " approved, human, origin) VALUES(?1,?2,?3,?4,?5,?6,?4 = 'human','')",
    [ASKI_IMPORT_SQL_NAMES] = "INSERT OR IGNORE INTO names(hash, ref) SELECT c0, c1 FROM askiam_feed",
    [ASKI_IMPORT_SQL_FUZZY] = "INSERT OR IGNORE INTO fuzzy(hash, name_no) SELECT c0, c1 FROM askiam_feed",
    [ASKI_IMPORT_SQL_USERS] = "INSERT INTO users(user_id, email, name, status, attributes, created_at, user_no)"
                              " SELECT c0, c1, c2, c3, c4, c5, c6 FROM askiam_feed",
    [ASKI_IMPORT_SQL_USER_ROLES] = "INSERT OR IGNORE INTO user_roles(user_id, role_id, status, granted_at, expires_at)"
                                   " SELECT c0, c1, c2, c3, c4 FROM askiam_feed",
};

const char *aski_import_sql_text(aski_import_sql sql) { return s_texts[sql]; }

sqlite3_stmt *aski_import_statement(aski_import_session *session, aski_import_sql sql)
{
  sqlite3_stmt **place = &session->statements[sql];
  if (*place == NULL) {
    sqlite3_prepare_v3(session->connection->db, s_texts[sql], -1, SQLITE_PREPARE_PERSISTENT, place, NULL);
  }
  return *place;
}

askiam_status aski_import_run_texts(aski_import_session *session, aski_import_sql sql, const askiam_str *texts,
                                    size_t text_count, const int64_t *numbers, size_t number_count, askiam_error *error)
{
  sqlite3_stmt *statement = aski_import_statement(session, sql);
  for (size_t i = 0; statement != NULL && i < text_count; ++i) {
    aski_sqlite_bind(statement, (int)i + 1, texts[i]);
  }
  for (size_t i = 0; statement != NULL && i < number_count; ++i) {
    sqlite3_bind_int64(statement, (int)(text_count + i) + 1, numbers[i]);
  }
  return aski_sqlite_run(session->connection, statement, error);
}

askiam_status aski_import_run_feed(aski_import_session *session, aski_import_sql sql, aski_import_feed feed,
                                   size_t *out_changes, askiam_error *error)
{
  session->feed = feed;
  askiam_status status = aski_sqlite_run(session->connection, aski_import_statement(session, sql), error);
  session->feed = (aski_import_feed){.count = 0};
  if (out_changes != NULL) {
    *out_changes = status == ASKIAM_STATUS_OK ? (size_t)sqlite3_changes64(session->connection->db) : 0;
  }
  return status;
}
