/* SPDX-License-Identifier: Apache-2.0
 *
 * State: API keys, without their secrets. Read from the primary: a replica may not know yet that one was revoked. */
#include "store/postgres/slots.h"

enum { ID, NAME, OWNER, SCOPES, SALT, HASH, CREATED, EXPIRES, REVOKED, PER_MINUTE, BURST };

static askiam_status s_said(const aski_pg_store *store, askiam_status status, const char *what, askiam_error *error)
{
  return askiam_error_set(error, status, ASKIAM_LAYER_STORE, "%s: %s", store->primary.settings.target.label, what);
}

askiam_status aski_pg_key_put(void *self, const askiam_call *call, const askiam_key_row *key, askiam_error *error)
{
  aski_pg_store *store = self;
  const askiam_str texts[] = {key->key_id, key->name, key->owner_id, key->scopes, key->salt, key->hash};
  const int64_t numbers[] = {key->created_at_ms, key->expires_at_ms, key->revoked_at_ms, key->per_minute, key->burst};
  uint64_t rows = 0;
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
    aski_pg_add_text(&values, aski_str_present(texts[i]) ? texts[i] : ASKI_STR(""));
  }
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; ++i) {
    aski_pg_add_number(&values, numbers[i]);
  }
  askiam_status status = aski_pg_write(store, ASKI_PG_SQL_KEY_PUT, &values, call, &rows, error);
  aski_arena_clean_up(&arena);
  return status == ASKIAM_STATUS_OK && rows == 0
             ? s_said(store, ASKIAM_STATUS_EXISTS, "there is a key of this id already", error)
             : status;
}

/* The texts are borrowed from the result. */
static askiam_key_row s_key(const PGresult *result, int row)
{
  return (askiam_key_row){.size = sizeof(askiam_key_row),
                          .key_id = aski_pg_text(result, row, ID),
                          .name = aski_pg_text(result, row, NAME),
                          .owner_id = aski_pg_text(result, row, OWNER),
                          .scopes = aski_pg_text(result, row, SCOPES),
                          .salt = aski_pg_text(result, row, SALT),
                          .hash = aski_pg_text(result, row, HASH),
                          .created_at_ms = aski_pg_number(result, row, CREATED),
                          .expires_at_ms = aski_pg_number(result, row, EXPIRES),
                          .revoked_at_ms = aski_pg_number(result, row, REVOKED),
                          .per_minute = aski_pg_number(result, row, PER_MINUTE),
                          .burst = aski_pg_number(result, row, BURST)};
}

/* Tells what a statement of an id gives; `limit` is its second value where that is not negative. *out_count is how many. */
static askiam_status s_ask(aski_pg_store *store, const askiam_call *call, aski_pg_sql sql, askiam_str id, int64_t limit,
                           size_t *out_count, askiam_key_fn key, void *context, askiam_error *error)
{
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_text(&values, id);
  if (limit >= 0) {
    aski_pg_add_number(&values, limit);
  }
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status = aski_pg_ask(&connection, &result, store, ASKI_PG_FROM_PRIMARY, sql, &values, call, error);
  aski_arena_clean_up(&arena);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  int count = PQntuples(result);
  for (int row = 0; row < count && status == ASKIAM_STATUS_OK; ++row, ++*out_count) {
    const askiam_key_row told = s_key(result, row);
    status = key(context, &told);
  }
  aski_pg_answered(store, connection, result);
  return status;
}

askiam_status aski_pg_key_get(void *self, const askiam_call *call, askiam_str key_id, askiam_key_fn key, void *context,
                              askiam_error *error)
{
  size_t count = 0;
  askiam_status status = s_ask(self, call, ASKI_PG_SQL_KEY_GET, key_id, -1, &count, key, context, error);
  return status == ASKIAM_STATUS_OK && count == 0
             ? s_said(self, ASKIAM_STATUS_NOT_FOUND, "there is no key of this id", error)
             : status;
}

askiam_status aski_pg_key_list(void *self, const askiam_call *call, askiam_str after, size_t limit, askiam_key_fn key,
                               void *context, askiam_error *error)
{
  size_t count = 0;
  return s_ask(self, call, ASKI_PG_SQL_KEY_LIST, aski_str_present(after) ? after : ASKI_STR(""),
               limit < INT64_MAX ? (int64_t)limit : INT64_MAX, &count, key, context, error);
}

askiam_status aski_pg_key_revoke(void *self, const askiam_call *call, askiam_str key_id, askiam_error *error)
{
  aski_pg_store *store = self;
  uint64_t rows = 0;
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_text(&values, key_id);
  aski_pg_add_number(&values, askiam_call_now_ms(call));
  askiam_status status = aski_pg_write(store, ASKI_PG_SQL_KEY_REVOKE, &values, call, &rows, error);
  aski_arena_clean_up(&arena);
  return status == ASKIAM_STATUS_OK && rows == 0
             ? s_said(store, ASKIAM_STATUS_NOT_FOUND, "there is no key of this id", error)
             : status;
}
