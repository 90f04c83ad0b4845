/* SPDX-License-Identifier: Apache-2.0
 *
 * The import of the store: begin, rows, commit. All of it is one transaction, so that readers see the store as it was until the end, and
 * nothing is left of an import that was broken off. References are checked row by row against the ids that exist, and told at the end. */
#include "store/sqlite/import_session.h"

static const aski_import_row_fn s_tables[ASKIAM_TABLE_COUNT] = {
    [ASKIAM_TABLE_USERS] = aski_import_user,
    [ASKIAM_TABLE_APPLICATIONS] = aski_import_application,
    [ASKIAM_TABLE_ROLES] = aski_import_role,
    [ASKIAM_TABLE_ALIASES] = aski_import_alias,
    [ASKIAM_TABLE_USER_ROLES] = aski_import_user_role,
    [ASKIAM_TABLE_ROLE_PREREQUISITES] = aski_import_prerequisite,
    [ASKIAM_TABLE_ROLE_CONFLICTS] = aski_import_conflict,
    [ASKIAM_TABLE_ROLE_RESTRICTIONS] = aski_import_restriction,
    [ASKIAM_TABLE_POLICIES] = aski_import_policy,
    [ASKIAM_TABLE_DOCUMENTS] = aski_import_document,
    [ASKIAM_TABLE_ACCESS_PATTERNS] = aski_import_pattern,
};

askiam_status aski_import_missing(aski_import_session *session, askiam_table table, uint64_t row, const char *column,
                                  askiam_str id, const char *target)
{
  return aski_store_missing(&session->problems, &session->arena, table, row, column, id, target);
}

static aski_sqlite_ids *s_ids(aski_import_session *session, aski_sqlite_bearer bearer)
{
  return bearer == ASKI_SQLITE_USER          ? &session->users
         : bearer == ASKI_SQLITE_APPLICATION ? &session->applications
                                             : &session->roles;
}

askiam_status aski_import_find(aski_import_session *session, aski_sqlite_bearer bearer, askiam_str id,
                               size_t *out_place, askiam_error *error)
{
  aski_sqlite_ids *ids = s_ids(session, bearer);
  *out_place = aski_sqlite_ids_find(ids, id);
  if (*out_place != SIZE_MAX || (bearer == ASKI_SQLITE_USER && session->users_are_new)) {
    return ASKIAM_STATUS_OK;
  }
  aski_import_sql sql = bearer == ASKI_SQLITE_USER          ? ASKI_IMPORT_SQL_FIND_USER
                        : bearer == ASKI_SQLITE_APPLICATION ? ASKI_IMPORT_SQL_FIND_APPLICATION
                                                            : ASKI_IMPORT_SQL_FIND_ROLE;
  sqlite3_stmt *statement = aski_import_statement(session, sql);
  if (statement == NULL) {
    return aski_sqlite_error(session->connection, SQLITE_OK, error);
  }
  aski_sqlite_bind(statement, 1, id);
  int code = sqlite3_step(statement);
  bool found = code == SQLITE_ROW;
  int64_t number = found ? sqlite3_column_int64(statement, 0) : 0;
  askiam_status status = aski_sqlite_end(session->connection, statement, code, error);
  if (status == ASKIAM_STATUS_OK && found) {
    *out_place = aski_sqlite_ids_add(ids, id, number);
    status = *out_place == SIZE_MAX ? ASKIAM_STATUS_NO_MEMORY : status;
  }
  return status;
}

askiam_status aski_import_refer(aski_import_session *session, aski_sqlite_bearer bearer, askiam_table table,
                                uint64_t row, const char *column, askiam_str id, bool *out_found, askiam_error *error)
{
  static const char *const targets[] = {"users", "applications", "roles"};
  size_t place = SIZE_MAX;
  askiam_status status = aski_import_find(session, bearer, id, &place, error);
  *out_found = place != SIZE_MAX;
  return status == ASKIAM_STATUS_OK && !*out_found
             ? aski_import_missing(session, table, row, column, id, targets[bearer])
             : status;
}

static void s_destroy(aski_import_session *session)
{
  aski_sqlite_store *store = session->store;
  const askiam_allocator *allocator = store->settings.allocator;
  for (size_t i = 0; i < ASKI_IMPORT_SQL_COUNT; ++i) {
    sqlite3_finalize(session->statements[i]);
  }
  if (session->connection != NULL && store->settings.memory) {
    aski_sqlite_execute(session->connection, "PRAGMA foreign_keys=ON", NULL);
    sqlite3_create_module_v2(session->connection->db, "askiam_feed", NULL, NULL, NULL); /* it is ours no more */
  }
  aski_sqlite_return(store, session->connection);
  aski_release(allocator, session->names.items);
  aski_release(allocator, session->fuzzy.items);
  aski_release(allocator, session->grants.items);
  aski_release(allocator, session->new_users.items);
  aski_arena_clean_up(&session->new_users.arena);
  aski_sqlite_ids_clean_up(&session->users);
  aski_sqlite_ids_clean_up(&session->applications);
  aski_sqlite_ids_clean_up(&session->roles);
  aski_buffer_clean_up(&session->key);
  aski_arena_clean_up(&session->arena);
  aski_release(allocator, session);
}

static aski_import_session *s_new(aski_sqlite_store *store, const askiam_call *call)
{
  const askiam_allocator *allocator = store->settings.allocator;
  aski_import_session *session = aski_acquire_zeroed(allocator, 1, sizeof *session);
  if (session != NULL) {
    session->store = store;
    session->now_ms = askiam_call_now_ms(call);
    session->names.sql = ASKI_IMPORT_SQL_NAMES;
    session->fuzzy.sql = ASKI_IMPORT_SQL_FUZZY;
    aski_arena_init(&session->arena, allocator);
    aski_arena_init(&session->new_users.arena, allocator);
    aski_buffer_init(&session->key, allocator);
    aski_sqlite_ids_init(&session->users, allocator);
    aski_sqlite_ids_init(&session->applications, allocator);
    aski_sqlite_ids_init(&session->roles, allocator);
  }
  return session;
}

/* Where there are no users yet, their indexes are dropped and made again at the end, which is much faster; all within the transaction. */
static askiam_status s_look_at_users(aski_import_session *session, askiam_error *error)
{
  aski_sqlite *connection = session->connection;
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2(connection->db, "SELECT max(user_no) FROM users", -1, &statement, NULL) != SQLITE_OK) {
    return aski_sqlite_error(connection, SQLITE_OK, error);
  }
  int code = sqlite3_step(statement);
  session->last_user_no = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  askiam_status status = aski_sqlite_end(connection, statement, code, error);
  sqlite3_finalize(statement);
  if (status == ASKIAM_STATUS_OK && session->last_user_no == 0 && !session->store->settings.memory) {
    session->users_are_new = true;
    status = aski_sqlite_execute(connection, "DROP INDEX users_by_id; DROP INDEX users_by_name", error);
  }
  return status;
}

static askiam_status s_prepare(aski_import_session *session, askiam_error *error)
{
  int code = aski_import_feed_register(session->connection->db, &session->feed);
  return code == SQLITE_OK ? s_look_at_users(session, error) : aski_sqlite_error(session->connection, code, error);
}

askiam_status aski_sqlite_import_begin(void *self, const askiam_call *call, void **out_session, askiam_error *error)
{
  aski_import_session *session = s_new(self, call);
  *out_session = NULL;
  if (session == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_STORE, "no memory for the import");
  }
  askiam_status status = aski_sqlite_lease(&session->connection, session->store, ASKI_SQLITE_IMPORT, call, error);
  if (status == ASKIAM_STATUS_OK) { /* in memory it is everybody's connection; references are checked here, and told */
    status = aski_sqlite_execute(session->connection, "PRAGMA foreign_keys=OFF", error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_sqlite_begin(session->connection, ASKI_SQL_BEGIN_IMMEDIATE, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_prepare(session, error);
    if (status != ASKIAM_STATUS_OK) {
      aski_sqlite_finish(session->connection, status, NULL);
    }
  }
  if (status != ASKIAM_STATUS_OK) {
    s_destroy(session);
    return status;
  }
  session->connection->call = NULL; /* it is only borrowed for this call */
  *out_session = session;
  return ASKIAM_STATUS_OK;
}

askiam_status aski_sqlite_import_row(void *self, askiam_table table, uint64_t row, const askiam_str *values,
                                     size_t count, askiam_error *error)
{
  aski_import_session *session = self;
  if (count == 0 || count != aski_store_column_count(table)) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_STORE,
                            "an import row of table %d has %zu columns", (int)table, count);
  }
  if (session->status == ASKIAM_STATUS_OK) {
    session->status = s_tables[table](session, row, values, &session->failure);
    if (session->status == ASKIAM_STATUS_NO_MEMORY) {
      askiam_error_set(&session->failure, session->status, ASKIAM_LAYER_STORE, "no memory for the import");
    }
  }
  if (session->status != ASKIAM_STATUS_OK && error != NULL) {
    *error = session->failure;
  }
  return session->status;
}

static askiam_status s_complete(aski_import_session *session, askiam_error *error)
{
  askiam_status status = aski_import_flush_users(session, error);
  status = status == ASKIAM_STATUS_OK ? aski_import_flush_grants(session, error) : status;
  status = status == ASKIAM_STATUS_OK ? aski_import_flush_pairs(session, &session->names, error) : status;
  status = status == ASKIAM_STATUS_OK ? aski_import_flush_pairs(session, &session->fuzzy, error) : status;
  if (status == ASKIAM_STATUS_OK && session->users_are_new) {
    status = aski_sqlite_execute(session->connection,
                                 "CREATE UNIQUE INDEX users_by_id ON users(user_id);"
                                 "CREATE INDEX users_by_name ON users(name COLLATE NOCASE);",
                                 error);
  }
  return status == ASKIAM_STATUS_OK ? aski_import_move_version(session, error) : status;
}

askiam_status aski_sqlite_import_commit(void *self, askiam_import_report_fn report, void *context, askiam_error *error)
{
  aski_import_session *session = self;
  askiam_status status = session->status;
  if (status != ASKIAM_STATUS_OK && error != NULL) {
    *error = session->failure;
  }
  if (status == ASKIAM_STATUS_OK && session->problems.count > 0) {
    status = aski_store_report(&session->problems, report, context, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_complete(session, error);
  }
  status = aski_sqlite_finish(session->connection, status, error);
  if (status == ASKIAM_STATUS_OK && !session->store->settings.memory) {
    /* Best effort, for the data is safe in the log: it is emptied into the file, and cut unless a reader still needs it. */
    sqlite3_busy_handler(session->connection->db, NULL, NULL);
    sqlite3_wal_checkpoint_v2(session->connection->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  }
  s_destroy(session);
  return status;
}

void aski_sqlite_import_abort(void *self)
{
  aski_import_session *session = self;
  if (session != NULL) {
    aski_sqlite_finish(session->connection, ASKIAM_STATUS_CANCELLED, NULL);
    s_destroy(session);
  }
}
