/* SPDX-License-Identifier: Apache-2.0
 *
 * Importing assignments: by far the largest table. They wait in runs, which are written in the order of (user, role), however the file
 * is ordered: a tree that is filled in order touches each of its pages once. */
#include <stdlib.h>

#include "store/sqlite/import_session.h"

enum { GRANTS_MOST = 2 << 20 };

static const char *const s_statuses[] = {"active", "revoked", "expired"};

static int s_compare(const void *left, const void *right)
{
  const aski_import_grant *a = left;
  const aski_import_grant *b = right;
  if (a->order != b->order) {
    return a->order < b->order ? -1 : 1;
  }
  return (a->line > b->line) - (a->line < b->line);
}

static bool s_sort(aski_import_session *session)
{
  aski_import_grants *grants = &session->grants;
  if (!aski_sqlite_ids_rank(&session->users) || !aski_sqlite_ids_rank(&session->roles)) {
    return false;
  }
  bool sorted = true;
  for (size_t i = 0; i < grants->count; ++i) {
    aski_import_grant *grant = &grants->items[i];
    grant->order = (uint64_t)session->users.items[grant->user].rank << 32 | session->roles.items[grant->role].rank;
    grant->line = (uint32_t)i;
    sorted = sorted && (i == 0 || grants->items[i - 1].order <= grant->order);
  }
  if (!sorted) {
    qsort(grants->items, grants->count, sizeof *grants->items, s_compare);
  }
  return true;
}

static askiam_str s_id(const aski_sqlite_ids *ids, uint32_t place)
{
  return (askiam_str){ids->items[place].data, ids->items[place].length};
}

static void s_grant_column(const void *context, size_t row, int column, sqlite3_context *out)
{
  const aski_import_session *session = context;
  const aski_import_grant *grant = &session->grants.items[row];
  int64_t time_ms = column == 3 ? grant->granted_at_ms : grant->expires_at_ms;
  if (column >= 3 && time_ms != INT64_MIN) {
    sqlite3_result_int64(out, time_ms);
  } else if (column < 3) {
    askiam_str text = column == 0   ? s_id(&session->users, grant->user)
                      : column == 1 ? s_id(&session->roles, grant->role)
                                    : askiam_str_from(s_statuses[grant->status]);
    sqlite3_result_text64(out, text.data, text.length, SQLITE_STATIC, SQLITE_UTF8);
  }
}

static void s_bind_time(sqlite3_stmt *statement, int index, int64_t time_ms)
{
  if (time_ms == INT64_MIN) {
    sqlite3_bind_null(statement, index);
  } else {
    sqlite3_bind_int64(statement, index, time_ms);
  }
}

/* Where some were there already: all of them again, in their order, so that the last of equal keys wins. */
static askiam_status s_update_all(aski_import_session *session, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < session->grants.count && status == ASKIAM_STATUS_OK; ++i) {
    const aski_import_grant *grant = &session->grants.items[i];
    sqlite3_stmt *statement = aski_import_statement(session, ASKI_IMPORT_SQL_UPDATE_USER_ROLE);
    if (statement != NULL) {
      aski_sqlite_bind(statement, 1, s_id(&session->users, grant->user));
      aski_sqlite_bind(statement, 2, s_id(&session->roles, grant->role));
      aski_sqlite_bind(statement, 3, askiam_str_from(s_statuses[grant->status]));
      s_bind_time(statement, 4, grant->granted_at_ms);
      s_bind_time(statement, 5, grant->expires_at_ms);
      sqlite3_bind_int64(statement, 6, session->now_ms);
    }
    status = aski_sqlite_run(session->connection, statement, error);
  }
  return status;
}

askiam_status aski_import_flush_grants(aski_import_session *session, askiam_error *error)
{
  aski_import_grants *grants = &session->grants;
  if (grants->count == 0) {
    return ASKIAM_STATUS_OK;
  }
  if (!s_sort(session)) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_STORE, "no memory for the import");
  }
  size_t written = 0;
  const aski_import_feed feed = {s_grant_column, session, grants->count};
  askiam_status status = aski_import_run_feed(session, ASKI_IMPORT_SQL_USER_ROLES, feed, &written, error);
  if (status == ASKIAM_STATUS_OK && written < grants->count) {
    status = s_update_all(session, error);
  }
  grants->count = 0;
  return status;
}

static askiam_status s_push(aski_import_session *session, const aski_import_grant *grant, askiam_error *error)
{
  aski_import_grants *grants = &session->grants;
  if (grants->count == GRANTS_MOST) {
    askiam_status status = aski_import_flush_grants(session, error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  if (grants->count == grants->capacity) {
    const askiam_allocator *allocator = session->store->settings.allocator;
    size_t capacity = grants->capacity == 0 ? 1024 : grants->capacity * 2;
    aski_import_grant *items = allocator->resize(allocator->context, grants->items, capacity * sizeof *items);
    if (items == NULL) {
      return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_STORE, "no memory for the import");
    }
    grants->items = items;
    grants->capacity = capacity;
  }
  grants->items[grants->count++] = *grant;
  return ASKIAM_STATUS_OK;
}

static unsigned char s_status(askiam_str text)
{
  return aski_str_equal_text(text, "revoked") ? 1 : aski_str_equal_text(text, "expired") ? 2 : 0;
}

askiam_status aski_import_user_role(aski_import_session *session, uint64_t row, const askiam_str *values,
                                    askiam_error *error)
{
  size_t user = SIZE_MAX;
  size_t role = SIZE_MAX;
  askiam_status status = aski_import_find(session, ASKI_SQLITE_USER, values[0], &user, error);
  status = status == ASKIAM_STATUS_OK ? aski_import_find(session, ASKI_SQLITE_ROLE, values[1], &role, error) : status;
  if (status == ASKIAM_STATUS_OK && user == SIZE_MAX) {
    status = aski_import_missing(session, ASKIAM_TABLE_USER_ROLES, row, "user_id", values[0], "users");
  }
  if (status == ASKIAM_STATUS_OK && role == SIZE_MAX) {
    status = aski_import_missing(session, ASKIAM_TABLE_USER_ROLES, row, "role_id", values[1], "roles");
  }
  if (status != ASKIAM_STATUS_OK || user == SIZE_MAX || role == SIZE_MAX) {
    return status;
  }
  aski_import_grant grant = {.user = (uint32_t)user,
                             .role = (uint32_t)role,
                             .granted_at_ms = aski_store_time(values[2], INT64_MIN),
                             .expires_at_ms = aski_store_time(values[3], INT64_MIN),
                             .status = s_status(values[4])};
  return s_push(session, &grant, error);
}
