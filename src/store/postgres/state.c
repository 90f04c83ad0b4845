/* SPDX-License-Identifier: Apache-2.0
 *
 * State: what became of a grant, and sessions. Read from the primary: a replica may not have it yet. */
#include "store/postgres/slots.h"

static askiam_status s_set_grant(askiam_grant_state *grant, const PGresult *result)
{
  if (PQntuples(result) == 0) {
    return askiam_grant_state_set(grant, "none", 0, 0, ASKI_STR_NONE);
  }
  if (PQgetisnull(result, 0, 1)) {
    bool valid = aski_str_equal_text(aski_pg_text(result, 0, 0), "VALID");
    return askiam_grant_state_set(grant, valid ? "requested" : "none", 0, 0, ASKI_STR_NONE);
  }
  return askiam_grant_state_set(grant, PQgetvalue(result, 0, 1), aski_pg_number(result, 0, 2),
                                aski_pg_number(result, 0, 3), aski_pg_text(result, 0, 4));
}

askiam_status aski_pg_grant(void *self, const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                            askiam_grant_state *grant, askiam_error *error)
{
  aski_pg_store *store = self;
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_text(&values, request_id);
  aski_pg_add_text(&values, requester_id);
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status =
      aski_pg_ask(&connection, &result, store, ASKI_PG_FROM_PRIMARY, ASKI_PG_SQL_GRANT_STATE, &values, call, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_set_grant(grant, result);
    aski_pg_answered(store, connection, result);
  }
  return status;
}

static askiam_status s_none(const aski_pg_store *store, askiam_status status, const char *what, askiam_error *error)
{
  return askiam_error_set(error, status, ASKIAM_LAYER_STORE, "%s: %s", store->primary.settings.target.label, what);
}

askiam_status aski_pg_session_get(void *self, const askiam_call *call, askiam_str session_id, askiam_session_fn session,
                                  void *context, askiam_error *error)
{
  aski_pg_store *store = self;
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_text(&values, session_id);
  aski_pg_add_number(&values, askiam_call_now_ms(call));
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status =
      aski_pg_ask(&connection, &result, store, ASKI_PG_FROM_PRIMARY, ASKI_PG_SQL_SESSION_GET, &values, call, error);
  aski_arena_clean_up(&arena);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  status = PQntuples(result) == 0
               ? s_none(store, ASKIAM_STATUS_NOT_FOUND, "there is no such session, or it has ended", error)
               : session(context, aski_pg_text(result, 0, 0), aski_pg_number(result, 0, 1));
  aski_pg_answered(store, connection, result);
  return status;
}

askiam_status aski_pg_session_put(void *self, const askiam_call *call, askiam_str session_id, askiam_str value,
                                  int64_t revision, int64_t expires_at_ms, askiam_error *error)
{
  aski_pg_store *store = self;
  bool fresh = revision == 0;
  uint64_t rows = 0;
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_text(&values, session_id);
  aski_pg_add_text(&values, value);
  aski_pg_add_number(&values, expires_at_ms);
  aski_pg_add_number(&values, askiam_call_now_ms(call));
  if (!fresh) {
    aski_pg_add_number(&values, revision);
  }
  askiam_status status = aski_pg_write(store, fresh ? ASKI_PG_SQL_SESSION_INSERT : ASKI_PG_SQL_SESSION_UPDATE, &values,
                                       call, &rows, error);
  aski_arena_clean_up(&arena);
  if (status == ASKIAM_STATUS_OK && rows == 0) {
    status =
        s_none(store, ASKIAM_STATUS_CONFLICT,
               fresh ? "the session exists already" : "the session was changed by somebody else, or has ended", error);
  }
  return status;
}

askiam_status aski_pg_session_drop(void *self, const askiam_call *call, askiam_str session_id, askiam_error *error)
{
  aski_pg_store *store = self;
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_text(&values, session_id);
  return aski_pg_write(store, ASKI_PG_SQL_SESSION_DROP, &values, call, NULL, error);
}
