/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading tables back, part by part, each part by one statement that begins behind the last row of the part before (keyset pagination): what
 * was read is not read again, however far the walk has come. Rows are taken one by one. */
#include "store/common/place.h"
#include "store/common/problems.h"
#include "store/common/rows.h"
#include "store/postgres/slots.h"

/* $1 is the last id, '' at first; $2 how many rows. */
#define S_AFTER(key) " WHERE " key " > $1 ORDER BY " key " LIMIT $2"
#define S_SCOPE(of)                                                                                                    \
  "(SELECT coalesce(json_agg(s.id ORDER BY s.id), '[]')::text FROM document_scope s"                                   \
  " WHERE s.document_no = d.document_no AND s.kind = '" of "')"

/* Past decisions have a key of five parts, two of them downwards: what is left of a moment, of a kind, of a role, and the other roles are
 * looked up in the index one by one. $1 how many rows, $2 role, $3 human, $4 time, $5 user, $6 origin; $2 is '' at first. */
#define S_ORDER "role_id, human DESC, timestamp DESC, user_id, origin"
#define S_PATTERNS(condition)                                                                                          \
  "(SELECT user_id, role_id, app_id, timestamp, approved, source, human, origin FROM access_patterns"                  \
  " WHERE " condition " ORDER BY " S_ORDER " LIMIT $1)"

#define S_OF_MOMENT S_PATTERNS("role_id = $2 AND human = $3 AND timestamp = $4 AND (user_id, origin) > ($5, $6)")
#define S_OF_KIND S_PATTERNS("role_id = $2 AND human = $3 AND timestamp < $4")
#define S_OF_ROLE S_PATTERNS("role_id = $2 AND human < $3")
#define S_OF_OTHERS S_PATTERNS("role_id > $2")

static const char *const s_texts[ASKIAM_TABLE_COUNT] = {
    [ASKIAM_TABLE_APPLICATIONS] = "SELECT app_id, name, description, owner, status, created_at::text FROM"
                                  " applications" S_AFTER("app_id"),
    [ASKIAM_TABLE_ROLES] = "SELECT role_id, app_id, name, description, permissions, risk, status, created_at::text FROM"
                           " roles" S_AFTER("role_id"),
    [ASKIAM_TABLE_POLICIES] = "SELECT id, policy_json FROM policies" S_AFTER("id"),
    [ASKIAM_TABLE_DOCUMENTS] = "SELECT id, title, text, metadata, " S_SCOPE("application") ", " S_SCOPE(
        "role") ", embedding, model FROM documents d" S_AFTER("id"),
    [ASKIAM_TABLE_ACCESS_PATTERNS] =
        "SELECT user_id, role_id, app_id, timestamp::text, approved::text, source, human, origin FROM (" S_OF_MOMENT
        " UNION ALL " S_OF_KIND " UNION ALL " S_OF_ROLE " UNION ALL " S_OF_OTHERS
        ") p ORDER BY p.role_id, p.human DESC, p.timestamp DESC, p.user_id, p.origin LIMIT $1",
};

typedef struct row_walk {
  aski_pg *connection;
  askiam_table table;
  askiam_row_fn row;
  void *context;
  aski_buffer position;
  askiam_error *error;
} row_walk;

static askiam_status s_values(aski_pg_values *values, askiam_table table, askiam_str after, size_t limit,
                              askiam_error *error)
{
  int64_t most = limit > INT32_MAX ? INT32_MAX : (int64_t)limit;
  after = after.length == 0 ? ASKI_STR("") : after;
  if (table != ASKIAM_TABLE_ACCESS_PATTERNS) {
    aski_pg_add_text(values, after);
    aski_pg_add_number(values, most);
    return ASKIAM_STATUS_OK;
  }
  aski_store_place place = {.role_id = after, .user_id = after, .origin = after};
  if (after.length > 0 && !aski_store_place_read(&place, after)) {
    return aski_store_no_place(error);
  }
  aski_pg_add_number(values, most);
  aski_pg_add_text(values, place.role_id);
  aski_pg_add_number(values, place.human);
  aski_pg_add_number(values, place.timestamp_ms);
  aski_pg_add_text(values, place.user_id);
  aski_pg_add_text(values, place.origin);
  return ASKIAM_STATUS_OK;
}

static askiam_str s_column(const PGresult *result, size_t column)
{
  askiam_str text = aski_pg_text(result, 0, (int)column);
  return aski_str_present(text) ? text : ASKI_STR("");
}

static askiam_status s_hand_on(row_walk *walk, const PGresult *result)
{
  askiam_str values[ASKIAM_ROW_MAX_COLUMNS] = {{NULL, 0}};
  size_t count = aski_store_column_count(walk->table);
  for (size_t i = 0; i < count; ++i) {
    values[i] = s_column(result, i);
  }
  if (walk->table != ASKIAM_TABLE_ACCESS_PATTERNS) {
    return walk->row(walk->context, values[0], values, count);
  }
  const aski_store_place place = {.role_id = values[1],
                                  .human = aski_pg_number(result, 0, (int)count),
                                  .timestamp_ms = aski_store_time(values[3], 0),
                                  .user_id = values[0],
                                  .origin = s_column(result, count + 1)};
  aski_buffer_clear(&walk->position);
  aski_store_place_write(&walk->position, &place);
  return walk->position.failed ? aski_pg_no_memory(walk->error)
                               : walk->row(walk->context, aski_buffer_view(&walk->position), values, count);
}

static askiam_status s_take_rows(row_walk *walk)
{
  for (;;) {
    PGresult *result = NULL;
    askiam_status status = aski_pg_next(walk->connection, &result, walk->error);
    if (status != ASKIAM_STATUS_OK || result == NULL) {
      return status;
    }
    if (PQresultStatus(result) == PGRES_SINGLE_TUPLE) {
      status = s_hand_on(walk, result);
    }
    PQclear(result);
    if (status != ASKIAM_STATUS_OK) {
      aski_pg_take_rest(walk->connection);
      return status;
    }
  }
}

/* From the primary: what is written into an index should be what is true now. */
askiam_status aski_pg_read_rows(void *self, const askiam_call *call, askiam_table table, askiam_str after, size_t limit,
                                askiam_row_fn row, void *context, askiam_error *error)
{
  aski_pg_store *store = self;
  if ((unsigned)table >= ASKIAM_TABLE_COUNT || s_texts[table] == NULL) {
    return aski_store_not_read_back(error);
  }
  row_walk walk = {.table = table, .row = row, .context = context, .error = error};
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_buffer_init(&walk.position, store->allocator);
  askiam_status status = s_values(&values, table, after, limit, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_pg_ask_rows(&walk.connection, store, ASKI_PG_FROM_PRIMARY, s_texts[table], &values, call, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_take_rows(&walk);
    aski_pg_answered(store, walk.connection, NULL);
  }
  aski_buffer_clean_up(&walk.position);
  aski_arena_clean_up(&arena);
  return status;
}
