/* SPDX-License-Identifier: Apache-2.0
 *
 * Importing users, applications, roles and aliases. */
#include "store/sqlite/import_session.h"

/* The texts of a row that is about to change, copied into `arena`: its first columns. */
static askiam_status s_read_before(aski_import_session *session, aski_import_sql sql, int64_t number, aski_arena *arena,
                                   askiam_str *out_texts, int count, askiam_error *error)
{
  sqlite3_stmt *statement = aski_import_statement(session, sql);
  if (statement == NULL) {
    return aski_sqlite_error(session->connection, SQLITE_OK, error);
  }
  sqlite3_bind_int64(statement, 1, number);
  int code = sqlite3_step(statement);
  for (int i = 0; i < count && code == SQLITE_ROW; ++i) {
    out_texts[i] = aski_arena_copy(arena, aski_sqlite_column(statement, i));
  }
  askiam_status status = aski_sqlite_end(session->connection, statement, code, error);
  return status == ASKIAM_STATUS_OK && arena->failed ? ASKIAM_STATUS_NO_MEMORY : status;
}

/* Runs the insert, or the update of row `number` (bound behind the texts and the time). */
static askiam_status s_write(aski_import_session *session, aski_import_sql sql, const askiam_str *texts, size_t count,
                             askiam_str created_at, int64_t number, askiam_error *error)
{
  const int64_t numbers[] = {aski_store_time(created_at, session->now_ms), number, session->now_ms};
  size_t bound = number == 0 ? 1 : 3;
  return aski_import_run_texts(session, sql, texts, count, numbers, bound, error);
}

static askiam_status s_know(aski_sqlite_ids *ids, askiam_str id, int64_t number, askiam_error *error)
{
  return aski_sqlite_ids_add(ids, id, number) != SIZE_MAX
             ? ASKIAM_STATUS_OK
             : askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_STORE, "no memory for the import");
}

enum { NEW_USERS_MOST = 4096 };

static void s_user_column(const void *context, size_t row, int column, sqlite3_context *out)
{
  const aski_import_new_user *user = (const aski_import_new_user *)context + row;
  if (column < 5) {
    sqlite3_result_text64(out, user->texts[column].data, user->texts[column].length, SQLITE_STATIC, SQLITE_UTF8);
  } else {
    sqlite3_result_int64(out, column == 5 ? user->created_at_ms : user->number);
  }
}

askiam_status aski_import_flush_users(aski_import_session *session, askiam_error *error)
{
  aski_import_new_users *users = &session->new_users;
  askiam_status status = ASKIAM_STATUS_OK;
  if (users->count > 0) {
    const aski_import_feed feed = {s_user_column, users->items, users->count};
    status = aski_import_run_feed(session, ASKI_IMPORT_SQL_USERS, feed, NULL, error);
    users->count = 0;
    aski_arena_clean_up(&users->arena);
  }
  return status;
}

/* Copies a new user into the batch, which is written when it is full. */
static askiam_status s_batch_user(aski_import_session *session, const askiam_str *texts, askiam_str created_at,
                                  askiam_error *error)
{
  aski_import_new_users *users = &session->new_users;
  if (users->items == NULL) {
    users->items = aski_acquire_zeroed(session->store->settings.allocator, NEW_USERS_MOST, sizeof *users->items);
  }
  askiam_status status = users->items == NULL             ? ASKIAM_STATUS_NO_MEMORY
                         : users->count == NEW_USERS_MOST ? aski_import_flush_users(session, error)
                                                          : ASKIAM_STATUS_OK;
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_import_new_user *user = &users->items[users->count];
  for (size_t i = 0; i < 5; ++i) {
    user->texts[i] = aski_arena_copy(&users->arena, texts[i].data == NULL ? ASKI_STR("") : texts[i]);
  }
  user->created_at_ms = aski_store_time(created_at, session->now_ms);
  user->number = ++session->last_user_no;
  ++users->count;
  return users->arena.failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

static askiam_status s_insert_user(aski_import_session *session, const askiam_str *texts, askiam_str created_at,
                                   askiam_error *error)
{
  askiam_status status = s_batch_user(session, texts, created_at, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_know(&session->users, texts[0], session->last_user_no, error);
  }
  aski_import_names names = {.bearer = ASKI_SQLITE_USER,
                             .number = session->last_user_no,
                             .application_id = ASKI_STR_NONE,
                             .forms = {texts[0], texts[2], texts[1]}};
  return status == ASKIAM_STATUS_OK ? aski_import_rename(session, NULL, &names, error) : status;
}

static askiam_status s_update_user(aski_import_session *session, const askiam_str *texts, askiam_str created_at,
                                   int64_t number, askiam_error *error)
{
  aski_arena arena;
  aski_arena_init(&arena, session->store->settings.allocator);
  aski_import_names before = {.bearer = ASKI_SQLITE_USER, .number = number, .application_id = ASKI_STR_NONE};
  aski_import_names after = before;
  askiam_status status = aski_import_flush_users(session, error); /* it may be one of them */
  if (status == ASKIAM_STATUS_OK) {
    status = s_read_before(session, ASKI_IMPORT_SQL_READ_USER, number, &arena, before.forms, 3, error);
  }
  after.forms[0] = texts[0];
  after.forms[1] = texts[2];
  after.forms[2] = texts[1];
  if (status == ASKIAM_STATUS_OK) {
    status = s_write(session, ASKI_IMPORT_SQL_UPDATE_USER, texts, 5, created_at, number, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_import_rename(session, &before, &after, error);
  }
  aski_arena_clean_up(&arena);
  return status;
}

askiam_status aski_import_user(aski_import_session *session, uint64_t row, const askiam_str *values,
                               askiam_error *error)
{
  (void)row;
  const askiam_str texts[] = {values[0], values[1], values[2], values[3], values[5]};
  size_t place = SIZE_MAX;
  askiam_status status = aski_import_find(session, ASKI_SQLITE_USER, values[0], &place, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  return place == SIZE_MAX ? s_insert_user(session, texts, values[4], error)
                           : s_update_user(session, texts, values[4], session->users.items[place].number, error);
}

static askiam_status s_update_application(aski_import_session *session, const askiam_str *values, int64_t number,
                                          askiam_error *error)
{
  aski_arena arena;
  aski_arena_init(&arena, session->store->settings.allocator);
  aski_import_names before = {
      .bearer = ASKI_SQLITE_APPLICATION, .number = number, .application_id = ASKI_STR_NONE, .suggested = true};
  aski_import_names after = before;
  askiam_status status =
      s_read_before(session, ASKI_IMPORT_SQL_READ_APPLICATION, number, &arena, before.forms, 2, error);
  after.forms[0] = values[0];
  after.forms[1] = values[1];
  if (status == ASKIAM_STATUS_OK) {
    status = s_write(session, ASKI_IMPORT_SQL_UPDATE_APPLICATION, values, 5, values[5], number, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_import_rename(session, &before, &after, error);
  }
  aski_arena_clean_up(&arena);
  return status;
}

askiam_status aski_import_application(aski_import_session *session, uint64_t row, const askiam_str *values,
                                      askiam_error *error)
{
  (void)row;
  size_t place = SIZE_MAX;
  askiam_status status = aski_import_find(session, ASKI_SQLITE_APPLICATION, values[0], &place, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (place != SIZE_MAX) {
    return s_update_application(session, values, session->applications.items[place].number, error);
  }
  status = s_write(session, ASKI_IMPORT_SQL_INSERT_APPLICATION, values, 5, values[5], 0, error);
  int64_t number = sqlite3_last_insert_rowid(session->connection->db);
  if (status == ASKIAM_STATUS_OK) {
    status = s_know(&session->applications, values[0], number, error);
  }
  aski_import_names names = {.bearer = ASKI_SQLITE_APPLICATION,
                             .number = number,
                             .application_id = ASKI_STR_NONE,
                             .suggested = true,
                             .forms = {values[0], values[1], ASKI_STR_NONE}};
  return status == ASKIAM_STATUS_OK ? aski_import_rename(session, NULL, &names, error) : status;
}

/* The aliases of a role that moves to another application are found there from now on. */
static askiam_status s_move_aliases(aski_import_session *session, askiam_str role_id, askiam_str from, askiam_str to,
                                    askiam_error *error)
{
  sqlite3_stmt *statement = aski_import_statement(session, ASKI_IMPORT_SQL_READ_ALIASES);
  if (statement == NULL) {
    return aski_sqlite_error(session->connection, SQLITE_OK, error);
  }
  aski_sqlite_bind(statement, 1, role_id);
  askiam_status status = ASKIAM_STATUS_OK;
  int code = sqlite3_step(statement);
  while (code == SQLITE_ROW && status == ASKIAM_STATUS_OK) {
    aski_import_names before = {.bearer = ASKI_SQLITE_ALIAS,
                                .number = sqlite3_column_int64(statement, 1),
                                .application_id = from,
                                .suggested = true,
                                .forms = {aski_sqlite_column(statement, 0), ASKI_STR_NONE, ASKI_STR_NONE}};
    aski_import_names after = before;
    after.application_id = to;
    status = aski_import_rename(session, &before, &after, error);
    code = status == ASKIAM_STATUS_OK ? sqlite3_step(statement) : code;
  }
  askiam_status ended = aski_sqlite_end(session->connection, statement, code, error);
  return ended == ASKIAM_STATUS_OK ? status : ended;
}

static askiam_status s_update_role(aski_import_session *session, const askiam_str *values, int64_t number,
                                   askiam_error *error)
{
  aski_arena arena;
  aski_arena_init(&arena, session->store->settings.allocator);
  askiam_str texts[3] = {ASKI_STR_NONE, ASKI_STR_NONE, ASKI_STR_NONE};
  askiam_status status = s_read_before(session, ASKI_IMPORT_SQL_READ_ROLE, number, &arena, texts, 3, error);
  aski_import_names before = {.bearer = ASKI_SQLITE_ROLE,
                              .number = number,
                              .application_id = texts[2],
                              .suggested = true,
                              .forms = {texts[0], texts[1], ASKI_STR_NONE}};
  aski_import_names after = before;
  after.application_id = values[1];
  after.forms[1] = values[2];
  if (status == ASKIAM_STATUS_OK) {
    status = s_write(session, ASKI_IMPORT_SQL_UPDATE_ROLE, values, 7, values[7], number, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_import_rename(session, &before, &after, error);
  }
  if (status == ASKIAM_STATUS_OK && !aski_str_equal(texts[2], values[1])) {
    status = s_move_aliases(session, values[0], texts[2], values[1], error);
  }
  aski_arena_clean_up(&arena);
  return status;
}

askiam_status aski_import_role(aski_import_session *session, uint64_t row, const askiam_str *values,
                               askiam_error *error)
{
  bool found = false;
  size_t place = SIZE_MAX;
  askiam_status status =
      aski_import_refer(session, ASKI_SQLITE_APPLICATION, ASKIAM_TABLE_ROLES, row, "app_id", values[1], &found, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_import_find(session, ASKI_SQLITE_ROLE, values[0], &place, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (place != SIZE_MAX) {
    return s_update_role(session, values, session->roles.items[place].number, error);
  }
  status = s_write(session, ASKI_IMPORT_SQL_INSERT_ROLE, values, 7, values[7], 0, error);
  int64_t number = sqlite3_last_insert_rowid(session->connection->db);
  if (status == ASKIAM_STATUS_OK) {
    status = s_know(&session->roles, values[0], number, error);
  }
  aski_import_names names = {.bearer = ASKI_SQLITE_ROLE,
                             .number = number,
                             .application_id = values[1],
                             .suggested = true,
                             .forms = {values[0], values[2], ASKI_STR_NONE}};
  return status == ASKIAM_STATUS_OK ? aski_import_rename(session, NULL, &names, error) : status;
}

/* The application of a role that exists; copied into `arena`. */
static askiam_status s_application_of(aski_import_session *session, askiam_str role_id, aski_arena *arena,
                                      askiam_str *out_application, askiam_error *error)
{
  size_t place = aski_sqlite_ids_find(&session->roles, role_id);
  askiam_str texts[3] = {ASKI_STR_NONE, ASKI_STR_NONE, ASKI_STR_NONE};
  askiam_status status =
      s_read_before(session, ASKI_IMPORT_SQL_READ_ROLE, session->roles.items[place].number, arena, texts, 3, error);
  *out_application = texts[2];
  return status;
}

askiam_status aski_import_alias(aski_import_session *session, uint64_t row, const askiam_str *values,
                                askiam_error *error)
{
  aski_sqlite_bearer bearer = aski_str_equal_text(values[0], "user")   ? ASKI_SQLITE_USER
                              : aski_str_equal_text(values[0], "role") ? ASKI_SQLITE_ROLE
                                                                       : ASKI_SQLITE_APPLICATION;
  bool found = false;
  askiam_status status = aski_import_refer(session, bearer, ASKIAM_TABLE_ALIASES, row, "id", values[1], &found, error);
  if (status != ASKIAM_STATUS_OK || !found) {
    return status;
  }
  status = aski_import_run_texts(session, ASKI_IMPORT_SQL_INSERT_ALIAS, values, 3, NULL, 0, error);
  if (status != ASKIAM_STATUS_OK || sqlite3_changes(session->connection->db) == 0) {
    return status;
  }
  aski_import_names names = {.bearer = ASKI_SQLITE_ALIAS,
                             .number = sqlite3_last_insert_rowid(session->connection->db),
                             .application_id = ASKI_STR_NONE,
                             .suggested = bearer != ASKI_SQLITE_USER,
                             .forms = {values[2], ASKI_STR_NONE, ASKI_STR_NONE}};
  aski_arena arena;
  aski_arena_init(&arena, session->store->settings.allocator);
  if (bearer == ASKI_SQLITE_ROLE) {
    status = s_application_of(session, values[1], &arena, &names.application_id, error);
  }
  status = status == ASKIAM_STATUS_OK ? aski_import_rename(session, NULL, &names, error) : status;
  aski_arena_clean_up(&arena);
  return status;
}
