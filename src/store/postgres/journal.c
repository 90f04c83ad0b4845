/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing to the journal: records with their chains, events and pattern rows in one transaction that goes to the server in one piece; and
 * what is forgotten. */
#include "store/common/rows.h"
#include "store/postgres/schema.h"
#include "store/postgres/slots.h"

typedef struct s_append {
  aski_pg_store *store;
  aski_pg *connection;
  aski_arena arena;
  const askiam_records *records;
  size_t count;
  const askiam_call *call;
  askiam_error *error;
  size_t failed;   /* the record whose statement failed; `count` for none */
  bool conflict;   /* a head has moved, or the transaction gave way to another */
  bool exists;     /* a request id is taken */
  bool unanswered; /* it was sent, and nobody said how it ended */
} s_append;

static askiam_str s_text(const askiam_record *record, askiam_record_field field)
{
  return askiam_record_text(record, field);
}

static void s_add_events(aski_pg_values *values, aski_arena *arena, const askiam_record *record)
{
  size_t count = askiam_record_event_count(record);
  askiam_str *columns[3] = {0};
  for (size_t column = 0; column < 3; ++column) {
    columns[column] = aski_arena_acquire(arena, count + 1, sizeof **columns);
  }
  for (size_t i = 0; i < count && !arena->failed; ++i) {
    columns[0][i] = askiam_record_event_id(record, i);
    columns[1][i] = askiam_record_event_type(record, i);
    columns[2][i] = askiam_record_event_body(record, i);
  }
  for (size_t column = 0; column < 3; ++column) {
    aski_pg_add_texts(values, columns[column], arena->failed ? 0 : count);
  }
}

static void s_bind(aski_pg_values *values, aski_arena *arena, const askiam_record *record)
{
  static const askiam_record_field rest[] = {ASKIAM_RECORD_AUDIT_ID,   ASKIAM_RECORD_ACTION, ASKIAM_RECORD_RESOURCE,
                                             ASKIAM_RECORD_IP_ADDRESS, ASKIAM_RECORD_RISK,   ASKIAM_RECORD_PREV_HASH,
                                             ASKIAM_RECORD_HASH,       ASKIAM_RECORD_PAYLOAD};
  aski_pg_values_init(values, arena);
  for (size_t i = 0; i < ASKI_STORE_NEW_REQUEST_TEXTS; ++i) {
    aski_pg_add_text(values, s_text(record, aski_store_new_request_texts[i]));
  }
  for (size_t i = 0; i < ASKI_STORE_NEW_REQUEST_NUMBERS; ++i) {
    aski_pg_add_number(values, askiam_record_number(record, aski_store_new_request_numbers[i]));
  }
  for (size_t i = 0; i < sizeof rest / sizeof *rest; ++i) {
    aski_pg_add_text(values, s_text(record, rest[i]));
  }
  s_add_events(values, arena, record);
  aski_pg_add_number(values, aski_store_has_pattern(record));
}

static void s_bind_chains(aski_pg_values *values, s_append *append)
{
  askiam_str *chains = aski_arena_acquire(&append->arena, append->count + 1, sizeof *chains);
  for (size_t i = 0; i < append->count && chains != NULL; ++i) {
    chains[i] = s_text(askiam_records_at(append->records, i), ASKIAM_RECORD_CHAIN);
  }
  aski_pg_values_init(values, &append->arena);
  aski_pg_add_texts(values, chains, chains == NULL ? 0 : append->count);
}

/* The heads are locked in the order of their names, so that two batches over the same chains wait for one another and do not deadlock. */
static askiam_status s_queue(s_append *append)
{
  aski_pg *connection = append->connection;
  aski_pg_values values;
  aski_pg_values none;
  aski_pg_values_init(&none, &append->arena);
  askiam_status status = aski_pg_pipeline_add(connection, ASKI_PG_SQL_BEGIN, &none, append->error);
  s_bind_chains(&values, append);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_pg_pipeline_add(connection, ASKI_PG_SQL_LOCK_HEADS, &values, append->error);
  }
  for (size_t i = 0; i < append->count && status == ASKIAM_STATUS_OK; ++i) {
    s_bind(&values, &append->arena, askiam_records_at(append->records, i));
    status = aski_pg_pipeline_add(connection, ASKI_PG_SQL_APPEND, &values, append->error);
  }
  return status == ASKIAM_STATUS_OK ? aski_pg_pipeline_add(connection, ASKI_PG_SQL_COMMIT, &none, append->error)
                                    : status;
}

/* Why a record's statement failed. */
static void s_note(s_append *append, const PGresult *result, size_t index)
{
  const char *constraint = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
  append->failed = index;
  append->exists =
      aski_pg_has_state(result, "23505") && constraint != NULL && strcmp(constraint, "requests_by_id") == 0;
  append->conflict = aski_pg_has_state(result, "22012") || aski_pg_has_state(result, "40001") ||
                     aski_pg_has_state(result, "40P01") || (aski_pg_has_state(result, "23505") && !append->exists);
}

static askiam_status s_take_one(s_append *append, aski_pg_sql sql, size_t index)
{
  PGresult *result = NULL;
  askiam_status status = aski_pg_pipeline_take(append->connection, sql, &result, append->error);
  if (status != ASKIAM_STATUS_OK) {
    s_note(append, result, index);
  }
  PQclear(result);
  return status;
}

/* Takes what the server says of every statement; the first failure counts. A COMMIT that is not answered OK did not commit. */
static askiam_status s_take_all(s_append *append)
{
  askiam_status status = s_take_one(append, ASKI_PG_SQL_BEGIN, append->count);
  for (size_t i = 0; i <= append->count + 1 && !append->connection->broken; ++i) {
    aski_pg_sql sql = i == 0 ? ASKI_PG_SQL_LOCK_HEADS : i <= append->count ? ASKI_PG_SQL_APPEND : ASKI_PG_SQL_COMMIT;
    askiam_error *error = append->error;
    append->error = status == ASKIAM_STATUS_OK ? error : NULL;
    if (status == ASKIAM_STATUS_OK) {
      status = s_take_one(append, sql, i == 0 || i > append->count ? append->count : i - 1);
    } else {
      PGresult *skipped = NULL;
      aski_pg_pipeline_take(append->connection, sql, &skipped, NULL);
      PQclear(skipped);
    }
    append->error = error;
  }
  if (!append->connection->broken) {
    askiam_status ended = aski_pg_pipeline_end(append->connection, status == ASKIAM_STATUS_OK ? append->error : NULL);
    append->connection->broken |= ended != ASKIAM_STATUS_OK;
  }
  return status;
}

static askiam_status s_run(s_append *append)
{
  aski_pg *connection = append->connection;
  askiam_status status = aski_pg_pipeline_begin(connection, append->error);
  status = status == ASKIAM_STATUS_OK ? s_queue(append) : status;
  if (status != ASKIAM_STATUS_OK) {
    connection->broken = true; /* what is queued, and perhaps sent, has no COMMIT behind it */
    return status;
  }
  status = aski_pg_pipeline_send(connection, append->error);
  status = status == ASKIAM_STATUS_OK ? s_take_all(append) : status;
  bool refused = status != ASKIAM_STATUS_OK && append->failed != SIZE_MAX && !connection->broken;
  append->unanswered = status != ASKIAM_STATUS_OK && !refused;
  if (refused) {
    aski_pg_rollback(connection);
  }
  return status;
}

/* Whether the last record is in the trail: then all of them are. */
static askiam_status s_is_recorded(s_append *append, bool *out_recorded)
{
  const askiam_record *last = askiam_records_at(append->records, append->count - 1);
  aski_pg_values values;
  aski_pg_values_init(&values, &append->arena);
  aski_pg_add_text(&values, s_text(last, ASKIAM_RECORD_CHAIN));
  aski_pg_add_number(&values, askiam_record_number(last, ASKIAM_RECORD_SEQ));
  aski_pg_add_text(&values, s_text(last, ASKIAM_RECORD_HASH));
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status = aski_pg_ask(&connection, &result, append->store, ASKI_PG_FROM_PRIMARY, ASKI_PG_SQL_IS_RECORDED,
                                     &values, append->call, NULL);
  if (status == ASKIAM_STATUS_OK) {
    *out_recorded = PQntuples(result) > 0;
    aski_pg_answered(append->store, connection, result);
  }
  return status;
}

/* The connection was lost with the answer. What was recorded is found again; where it is not, *out_again says that the same may be tried once
 * more: a request id and a place in a chain are taken only once, so that an older attempt that the server still works on cannot make a
 * second record. */
static askiam_status s_resolve(s_append *append, askiam_status status, bool *out_again)
{
  bool recorded = false;
  if (s_is_recorded(append, &recorded) != ASKIAM_STATUS_OK) {
    return status;
  }
  *out_again = !recorded;
  return recorded ? ASKIAM_STATUS_OK : status;
}

/* A head that is not its chain's last entry was damaged, and trying again is no use. */
static askiam_status s_check_heads(s_append *append)
{
  aski_pg_values values;
  s_bind_chains(&values, append);
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status = aski_pg_ask(&connection, &result, append->store, ASKI_PG_FROM_PRIMARY, ASKI_PG_SQL_HEAD_FITS,
                                     &values, append->call, append->error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  const char *label = append->store->primary.settings.target.label;
  int count = PQntuples(result);
  bool fit = count > 0;
  for (int row = 0; row < count; ++row) {
    fit = fit && aski_pg_number(result, row, 1) != 0;
  }
  aski_pg_answered(append->store, connection, result);
  return fit ? askiam_error_set(append->error, ASKIAM_STATUS_CONFLICT, ASKIAM_LAYER_STORE,
                                "%s: the audit chain has moved on meanwhile; try again", label)
             : askiam_error_set(
                   append->error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_STORE,
                   "%s: the audit trail is damaged: the head of its chain is gone or is not its last entry; "
                   "run `askiam audit verify`",
                   label);
}

static askiam_status s_explain(s_append *append, askiam_status status, size_t *out_index, bool *out_again)
{
  if (append->exists) {
    if (out_index != NULL) {
      *out_index = append->failed;
    }
    return askiam_error_set(append->error, ASKIAM_STATUS_EXISTS, ASKIAM_LAYER_STORE,
                            "%s: this requester has used this request id before",
                            append->store->primary.settings.target.label);
  }
  if (append->conflict) {
    return s_check_heads(append);
  }
  return append->unanswered ? s_resolve(append, status, out_again) : status;
}

static askiam_status s_attempt(s_append *append, size_t *out_index, bool *out_again)
{
  append->failed = SIZE_MAX;
  append->conflict = append->exists = append->unanswered = false;
  askiam_status status = aski_pg_lease(&append->connection, append->store, ASKI_PG_WRITE, append->call, append->error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_arena_init(&append->arena, append->store->allocator);
  status = s_run(append);
  aski_pg_return(append->store, append->connection);
  status = status == ASKIAM_STATUS_OK ? status : s_explain(append, status, out_index, out_again);
  aski_arena_clean_up(&append->arena);
  return status;
}

askiam_status aski_pg_append(void *self, const askiam_call *call, const askiam_records *records, size_t *out_index,
                             askiam_error *error)
{
  s_append append = {
      .store = self, .records = records, .count = askiam_records_count(records), .call = call, .error = error};
  bool again = false;
  if (append.count == 0) {
    return ASKIAM_STATUS_OK;
  }
  askiam_status status = s_attempt(&append, out_index, &again);
  return again ? s_attempt(&append, out_index, &again) : status;
}

askiam_status aski_pg_outbox_done(void *self, const askiam_call *call, const int64_t *positions, size_t count,
                                  askiam_error *error)
{
  aski_pg_store *store = self;
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_numbers(&values, positions, count);
  aski_pg_add_number(&values, askiam_call_now_ms(call));
  askiam_status status = aski_pg_write(store, ASKI_PG_SQL_OUTBOX_DONE, &values, call, NULL, error);
  aski_arena_clean_up(&arena);
  return status;
}

askiam_status aski_pg_checkpoint(void *self, const askiam_call *call, askiam_str id, int64_t time_ms, askiam_str body,
                                 askiam_error *error)
{
  aski_pg_store *store = self;
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_text(&values, id);
  aski_pg_add_number(&values, time_ms);
  aski_pg_add_text(&values, body);
  askiam_status status = aski_pg_write(store, ASKI_PG_SQL_CHECKPOINT, &values, call, NULL, error);
  aski_arena_clean_up(&arena);
  return status;
}

/* The old rows stay in the table's file, out of reach of statements, until the server's vacuum: docs/postgresql.md. */
askiam_status aski_pg_erase(void *self, const askiam_call *call, askiam_str user_id, uint64_t *out_count,
                            askiam_error *error)
{
  aski_pg_store *store = self;
  aski_arena arena;
  aski_pg_values values;
  uint64_t count = 0;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_text(&values, user_id);
  askiam_status status = aski_pg_write(store, ASKI_PG_SQL_ERASE, &values, call, &count, error);
  if (out_count != NULL) {
    *out_count = status == ASKIAM_STATUS_OK ? count : 0;
  }
  return status;
}
