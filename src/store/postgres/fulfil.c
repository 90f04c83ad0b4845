/* SPDX-License-Identifier: Apache-2.0
 *
 * Changing a grant: the user's row and the catalogue's version are locked, what was looked at is looked at again,
 * and everything is written in one transaction that goes to the server in one piece. And listing grants, from the
 * primary. */
#include "store/common/rows.h"
#include "store/postgres/recording.h"
#include "store/postgres/slots.h"

static askiam_status s_add(aski_pg_recording *recording, aski_pg_sql sql, const aski_pg_values *values)
{
  return aski_pg_recording_add(recording, sql, values, SIZE_MAX);
}

/* How long the server waits for a lock: a little longer than we do, so that it does not go on with what was given up
 * long ago. 0: as long as it takes. */
static askiam_str s_patience(aski_pg_recording *recording)
{
  enum { LONGER_MS = 1000 };
  int64_t left_ms = askiam_call_remaining_ms(recording->call);
  return left_ms > INT32_MAX - LONGER_MS ? ASKI_STR("0")
                                         : aski_arena_format(&recording->arena, "%lld", (long long)left_ms + LONGER_MS);
}

/* Each lock is a statement of its own: the next one then sees what whoever held it before has written. */
static askiam_status s_lock(aski_pg_recording *recording, const askiam_grant_change *change)
{
  aski_pg_values values;
  aski_pg_values_init(&values, &recording->arena);
  aski_pg_add_text(&values, change->user_id);
  aski_pg_add_text(&values, s_patience(recording));
  askiam_status status = s_add(recording, ASKI_PG_SQL_LOCK_USER, &values);
  aski_pg_values_init(&values, &recording->arena);
  return status == ASKIAM_STATUS_OK ? s_add(recording, ASKI_PG_SQL_LOCK_VERSION, &values) : status;
}

static askiam_status s_check(aski_pg_recording *recording, const askiam_grant_change *change)
{
  const askiam_str texts[] = {change->request_id, change->requester_id, change->user_id,    change->application_id,
                              change->role_id,    change->content_hash, change->entry_hash, change->from};
  aski_pg_values values;
  aski_pg_values_init(&values, &recording->arena);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
    aski_pg_add_text(&values, texts[i]);
  }
  aski_pg_add_number(&values, change->asked_end_ms);
  aski_pg_add_number(&values, (int64_t)change->version);
  return s_add(recording, ASKI_PG_SQL_GRANT_HOLDS, &values);
}

static askiam_status s_put_role(aski_pg_recording *recording, const askiam_grant_change *change)
{
  if (!aski_str_present(change->role_status)) {
    return ASKIAM_STATUS_OK;
  }
  aski_pg_values values;
  aski_pg_values_init(&values, &recording->arena);
  aski_pg_add_text(&values, change->user_id);
  aski_pg_add_text(&values, change->role_id);
  aski_pg_add_text(&values, change->role_status);
  aski_pg_add_number(&values, change->role_granted_at_ms);
  aski_pg_add_number(&values, change->role_expires_at_ms);
  return s_add(recording, ASKI_PG_SQL_GRANT_ROLE, &values);
}

static askiam_status s_put_grant(aski_pg_recording *recording, const askiam_grant_change *change)
{
  aski_pg_values values;
  aski_pg_values_init(&values, &recording->arena);
  aski_pg_add_text(&values, change->request_id);
  aski_pg_add_text(&values, change->requester_id);
  aski_pg_add_text(&values, change->state);
  aski_pg_add_text(&values, change->reason);
  aski_pg_add_number(&values, change->granted_at_ms);
  aski_pg_add_number(&values, change->expires_at_ms);
  return s_add(recording, ASKI_PG_SQL_GRANT_PUT, &values);
}

static askiam_status s_append(aski_pg_recording *recording)
{
  size_t count = askiam_records_count(recording->records);
  askiam_status status = aski_pg_recording_lock_heads(recording);
  for (size_t i = 0; i < count && status == ASKIAM_STATUS_OK; ++i) {
    const askiam_record *record = askiam_records_at(recording->records, i);
    aski_pg_values values;
    aski_pg_values_init(&values, &recording->arena);
    for (size_t text = 0; text < ASKI_STORE_NEW_ENTRY_TEXTS; ++text) {
      aski_pg_add_text(&values, askiam_record_text(record, aski_store_new_entry_texts[text]));
    }
    aski_pg_add_number(&values, askiam_record_number(record, ASKIAM_RECORD_TIME_MS));
    aski_pg_add_number(&values, askiam_record_number(record, ASKIAM_RECORD_SEQ));
    aski_pg_add_events(&values, &recording->arena, record);
    status = aski_pg_recording_add(recording, ASKI_PG_SQL_APPEND_ENTRY, &values, i);
  }
  return status;
}

static askiam_status s_queue(aski_pg_recording *recording, const void *context)
{
  const askiam_grant_change *change = context;
  askiam_status status = s_lock(recording, change);
  status = status == ASKIAM_STATUS_OK ? s_check(recording, change) : status;
  status = status == ASKIAM_STATUS_OK ? s_put_role(recording, change) : status;
  status = status == ASKIAM_STATUS_OK ? s_put_grant(recording, change) : status;
  if (status == ASKIAM_STATUS_OK && change->moves_version) {
    aski_pg_values none;
    aski_pg_values_init(&none, &recording->arena);
    status = s_add(recording, ASKI_PG_SQL_MOVE_VERSION, &none);
  }
  return status == ASKIAM_STATUS_OK ? s_append(recording) : status;
}

askiam_status aski_pg_grant_apply(void *self, const askiam_call *call, const askiam_grant_change *change,
                                  const askiam_records *records, askiam_error *error)
{
  aski_pg_recording recording = {
      .store = self, .records = records, .call = call, .error = error, .queue = s_queue, .context = change};
  if (askiam_records_count(records) == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_STORE,
                            "what becomes of a grant is recorded: there must be a record");
  }
  return aski_pg_record(&recording, NULL);
}

static aski_pg_sql s_bind_query(aski_pg_values *values, const askiam_grant_query *query)
{
  if (query->list == ASKIAM_GRANTS_OF_ROLE) {
    aski_pg_add_text(values, query->user_id);
    aski_pg_add_text(values, query->role_id);
    return ASKI_PG_SQL_GRANTS_OF_ROLE;
  }
  bool from = aski_str_present(query->after_request_id);
  bool ended = query->list == ASKIAM_GRANTS_ENDED;
  aski_pg_add_text(values, from ? query->after_request_id : ASKI_STR(""));
  aski_pg_add_text(values, from ? query->after_requester_id : ASKI_STR(""));
  aski_pg_add_number(values, from ? query->after_ms : INT64_MIN);
  aski_pg_add_number(values, query->limit > INT64_MAX ? INT64_MAX : (int64_t)query->limit);
  if (ended) {
    aski_pg_add_number(values, query->now_ms);
  }
  return ended ? ASKI_PG_SQL_GRANTS_ENDED : ASKI_PG_SQL_GRANTS_WAITING;
}

askiam_status aski_pg_list_grants(void *self, const askiam_call *call, const askiam_grant_query *query,
                                  askiam_grant_fn grant, void *context, askiam_error *error)
{
  aski_pg_store *store = self;
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_sql sql = s_bind_query(&values, query);
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status = aski_pg_ask(&connection, &result, store, ASKI_PG_FROM_PRIMARY, sql, &values, call, error);
  aski_arena_clean_up(&arena);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  int count = PQntuples(result);
  for (int row = 0; row < count && status == ASKIAM_STATUS_OK; ++row) {
    status = grant(context, aski_pg_text(result, row, 0), aski_pg_text(result, row, 1), aski_pg_number(result, row, 2));
  }
  aski_pg_answered(store, connection, result);
  return status;
}
