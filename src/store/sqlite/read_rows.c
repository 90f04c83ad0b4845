/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading tables back, part by part, each part by one statement that begins behind the last row of the part before (keyset pagination): what
 * was read is not read again, however far the walk has come. */
#include "store/common/place.h"
#include "store/common/problems.h"
#include "store/common/rows.h"
#include "store/sqlite/slots.h"

/* ?1 is the last id, '' at first; ?2 how many rows. */
#define S_AFTER(key) " WHERE " key " > ?1 ORDER BY " key " LIMIT ?2"
/* In the order of their index, so that nothing is sorted. */
#define S_SCOPE(kind)                                                                                                  \
  "(SELECT json_group_array(id) FROM (SELECT s.id FROM document_scope s WHERE s.document_no = d.document_no"           \
  " AND s.kind = '" kind "' ORDER BY s.id))"

/* Past decisions have a key of five parts, two of them downwards: what is left of a moment, of a kind, of a role, and the other roles are
 * looked up one by one. ?1 role, ?2 human, ?3 time, ?4 user, ?5 origin, ?6 how many rows; ?1 is '' at first. */
#define S_ORDER "role_id, human DESC, timestamp DESC, user_id, origin"
#define S_PATTERNS(condition)                                                                                          \
  "SELECT * FROM (SELECT user_id, role_id, app_id, timestamp, approved, source, human, origin FROM access_patterns"    \
  " WHERE " condition " ORDER BY " S_ORDER " LIMIT ?6)"

#define S_OF_MOMENT S_PATTERNS("role_id = ?1 AND human = ?2 AND timestamp = ?3 AND (user_id, origin) > (?4, ?5)")
#define S_OF_KIND S_PATTERNS("role_id = ?1 AND human = ?2 AND timestamp < ?3")
#define S_OF_ROLE S_PATTERNS("role_id = ?1 AND human < ?2")
#define S_OF_OTHERS S_PATTERNS("role_id > ?1")

static const char *const s_texts[ASKIAM_TABLE_COUNT] = {
    [ASKIAM_TABLE_APPLICATIONS] = "SELECT app_id, name, description, owner, status, created_at FROM"
                                  " applications" S_AFTER("app_id"),
    [ASKIAM_TABLE_ROLES] = "SELECT role_id, app_id, name, description, permissions, risk, status, created_at FROM"
                           " roles" S_AFTER("role_id"),
    [ASKIAM_TABLE_POLICIES] = "SELECT id, policy_json FROM policies" S_AFTER("id"),
    [ASKIAM_TABLE_DOCUMENTS] = "SELECT id, title, text, metadata, " S_SCOPE("application") ", " S_SCOPE(
        "role") ", embedding, model FROM documents d" S_AFTER("id"),
    [ASKIAM_TABLE_ACCESS_PATTERNS] = S_OF_MOMENT " UNION ALL " S_OF_KIND " UNION ALL " S_OF_ROLE
                                                 " UNION ALL " S_OF_OTHERS " ORDER BY " S_ORDER " LIMIT ?6",
};

const char *aski_sqlite_read_sql(askiam_table table)
{
  return (unsigned)table < ASKIAM_TABLE_COUNT ? s_texts[table] : NULL;
}

typedef struct row_walk {
  aski_sqlite *connection;
  askiam_table table;
  askiam_str after;
  size_t limit;
  askiam_row_fn row;
  void *context;
  aski_buffer position;
  askiam_error *error;
} row_walk;

/* Where to go on; what it binds is borrowed from `after`. */
static askiam_status s_bind(const row_walk *walk, sqlite3_stmt *statement)
{
  sqlite3_int64 limit = walk->limit > INT32_MAX ? INT32_MAX : (sqlite3_int64)walk->limit;
  askiam_str after = walk->after.length == 0 ? ASKI_STR("") : walk->after;
  if (walk->table != ASKIAM_TABLE_ACCESS_PATTERNS) {
    aski_sqlite_bind(statement, 1, after);
    sqlite3_bind_int64(statement, 2, limit);
    return ASKIAM_STATUS_OK;
  }
  aski_store_place place = {.role_id = after, .user_id = after, .origin = after};
  if (after.length > 0 && !aski_store_place_read(&place, after)) {
    return aski_store_no_place(walk->error);
  }
  aski_sqlite_bind(statement, 1, place.role_id);
  sqlite3_bind_int64(statement, 2, place.human);
  sqlite3_bind_int64(statement, 3, place.timestamp_ms);
  aski_sqlite_bind(statement, 4, place.user_id);
  aski_sqlite_bind(statement, 5, place.origin);
  sqlite3_bind_int64(statement, 6, limit);
  return ASKIAM_STATUS_OK;
}

/* An embedding is bytes, a missing one an empty text, a number its digits. */
static askiam_str s_column(sqlite3_stmt *row, int index)
{
  if (sqlite3_column_type(row, index) != SQLITE_BLOB) {
    askiam_str text = aski_sqlite_column(row, index);
    return aski_str_present(text) ? text : ASKI_STR("");
  }
  const char *bytes = sqlite3_column_blob(row, index);
  return (askiam_str){bytes == NULL ? "" : bytes, (size_t)sqlite3_column_bytes(row, index)};
}

static askiam_status s_hand_on(row_walk *walk, sqlite3_stmt *row)
{
  askiam_str values[ASKIAM_ROW_MAX_COLUMNS] = {{NULL, 0}};
  size_t count = aski_store_column_count(walk->table);
  for (size_t i = 0; i < count; ++i) {
    values[i] = s_column(row, (int)i);
  }
  if (walk->table != ASKIAM_TABLE_ACCESS_PATTERNS) {
    return walk->row(walk->context, values[0], values, count);
  }
  const aski_store_place place = {.role_id = values[1],
                                  .human = sqlite3_column_int64(row, (int)count),
                                  .timestamp_ms = aski_store_time(values[3], 0),
                                  .user_id = values[0],
                                  .origin = s_column(row, (int)count + 1)};
  aski_buffer_clear(&walk->position);
  aski_store_place_write(&walk->position, &place);
  return walk->position.failed ? ASKIAM_STATUS_NO_MEMORY
                               : walk->row(walk->context, aski_buffer_view(&walk->position), values, count);
}

static askiam_status s_take_rows(row_walk *walk, sqlite3_stmt *statement)
{
  askiam_status status = s_bind(walk, statement);
  int code = SQLITE_DONE;
  while (status == ASKIAM_STATUS_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
    status = s_hand_on(walk, statement);
  }
  askiam_status ended = aski_sqlite_end(walk->connection, statement, code, walk->error);
  status = ended == ASKIAM_STATUS_OK ? status : ended;
  return status == ASKIAM_STATUS_NO_MEMORY ? aski_sqlite_error(walk->connection, SQLITE_NOMEM, walk->error) : status;
}

askiam_status aski_sqlite_read_rows(void *self, const askiam_call *call, askiam_table table, askiam_str after,
                                    size_t limit, askiam_row_fn row, void *context, askiam_error *error)
{
  aski_sqlite_store *store = self;
  row_walk walk = {.table = table, .after = after, .limit = limit, .row = row, .context = context, .error = error};
  const char *sql = aski_sqlite_read_sql(table);
  if (sql == NULL) {
    return aski_store_not_read_back(error);
  }
  askiam_status status = aski_sqlite_lease(&walk.connection, store, ASKI_SQLITE_READ, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_buffer_init(&walk.position, store->settings.allocator);
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(walk.connection->db, sql, -1, &statement, NULL);
  status = code == SQLITE_OK ? s_take_rows(&walk, statement) : aski_sqlite_error(walk.connection, code, error);
  sqlite3_finalize(statement);
  aski_sqlite_return(store, walk.connection);
  aski_buffer_clean_up(&walk.position);
  return status;
}
