/* SPDX-License-Identifier: Apache-2.0 */
#include "store/postgres/recording.h"

/* A statement that was queued. */
struct aski_pg_step {
  aski_pg_sql sql;
  size_t record;
};

void aski_pg_add_events(aski_pg_values *values, aski_arena *arena, const askiam_record *record)
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

askiam_status aski_pg_recording_add(aski_pg_recording *recording, aski_pg_sql sql, const aski_pg_values *values,
                                    size_t record)
{
  struct aski_pg_step *step = ASKI_ARENA_PUSH(&recording->arena, &recording->steps);
  if (step == NULL) {
    return aski_pg_no_memory(recording->error);
  }
  *step = (struct aski_pg_step){sql, record};
  return aski_pg_pipeline_add(recording->connection, sql, values, recording->error);
}

static void s_bind_chains(aski_pg_values *values, aski_pg_recording *recording)
{
  size_t count = askiam_records_count(recording->records);
  askiam_str *chains = aski_arena_acquire(&recording->arena, count + 1, sizeof *chains);
  for (size_t i = 0; i < count && chains != NULL; ++i) {
    chains[i] = askiam_record_text(askiam_records_at(recording->records, i), ASKIAM_RECORD_CHAIN);
  }
  aski_pg_values_init(values, &recording->arena);
  aski_pg_add_texts(values, chains, chains == NULL ? 0 : count);
}

askiam_status aski_pg_recording_lock_heads(aski_pg_recording *recording)
{
  aski_pg_values values;
  s_bind_chains(&values, recording);
  return aski_pg_recording_add(recording, ASKI_PG_SQL_LOCK_HEADS, &values, SIZE_MAX);
}

static askiam_status s_queue(aski_pg_recording *recording)
{
  aski_pg_values none;
  aski_pg_values_init(&none, &recording->arena);
  askiam_status status = aski_pg_recording_add(recording, ASKI_PG_SQL_BEGIN, &none, SIZE_MAX);
  status = status == ASKIAM_STATUS_OK ? recording->queue(recording, recording->context) : status;
  return status == ASKIAM_STATUS_OK ? aski_pg_recording_add(recording, ASKI_PG_SQL_COMMIT, &none, SIZE_MAX) : status;
}

/* Why a statement failed. */
static void s_note(aski_pg_recording *recording, const PGresult *result, size_t record)
{
  const char *constraint = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
  recording->failed = record;
  recording->refused = true;
  recording->exists =
      aski_pg_has_state(result, "23505") && constraint != NULL && strcmp(constraint, "requests_by_id") == 0;
  recording->conflict = aski_pg_has_state(result, "22012") || aski_pg_has_state(result, "40001") ||
                        aski_pg_has_state(result, "40P01") ||
                        (aski_pg_has_state(result, "23505") && !recording->exists);
}

static askiam_status s_take_one(aski_pg_recording *recording, const struct aski_pg_step *step)
{
  PGresult *result = NULL;
  askiam_status status = aski_pg_pipeline_take(recording->connection, step->sql, &result, recording->error);
  if (status != ASKIAM_STATUS_OK) {
    s_note(recording, result, step->record);
  }
  PQclear(result);
  return status;
}

/* Takes what the server says of every statement; the first failure counts. A COMMIT that is not answered OK did not
 * commit. */
static askiam_status s_take_all(aski_pg_recording *recording)
{
  aski_pg *connection = recording->connection;
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < recording->steps.count && !connection->broken; ++i) {
    const struct aski_pg_step *step = &recording->steps.items[i];
    if (status == ASKIAM_STATUS_OK) {
      status = s_take_one(recording, step);
    } else {
      PGresult *skipped = NULL;
      aski_pg_pipeline_take(connection, step->sql, &skipped, NULL);
      PQclear(skipped);
    }
  }
  if (!connection->broken) {
    askiam_status ended = aski_pg_pipeline_end(connection, status == ASKIAM_STATUS_OK ? recording->error : NULL);
    connection->broken |= ended != ASKIAM_STATUS_OK;
  }
  return status;
}

static askiam_status s_run(aski_pg_recording *recording)
{
  aski_pg *connection = recording->connection;
  askiam_status status = aski_pg_pipeline_begin(connection, recording->error);
  status = status == ASKIAM_STATUS_OK ? s_queue(recording) : status;
  if (status != ASKIAM_STATUS_OK) {
    connection->broken = true; /* what is queued, and perhaps sent, has no COMMIT behind it */
    return status;
  }
  status = aski_pg_pipeline_send(connection, recording->error);
  status = status == ASKIAM_STATUS_OK ? s_take_all(recording) : status;
  bool refused = status != ASKIAM_STATUS_OK && recording->refused && !connection->broken;
  recording->unanswered = status != ASKIAM_STATUS_OK && !refused;
  if (refused) {
    aski_pg_rollback(connection);
  }
  return status;
}

/* Whether the last record is in the trail: then all of them are. */
static askiam_status s_is_recorded(aski_pg_recording *recording, bool *out_recorded)
{
  const askiam_record *last = askiam_records_at(recording->records, askiam_records_count(recording->records) - 1);
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, recording->store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_text(&values, askiam_record_text(last, ASKIAM_RECORD_CHAIN));
  aski_pg_add_number(&values, askiam_record_number(last, ASKIAM_RECORD_SEQ));
  aski_pg_add_text(&values, askiam_record_text(last, ASKIAM_RECORD_HASH));
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status = aski_pg_ask(&connection, &result, recording->store, ASKI_PG_FROM_PRIMARY,
                                     ASKI_PG_SQL_IS_RECORDED, &values, recording->call, NULL);
  aski_arena_clean_up(&arena);
  if (status == ASKIAM_STATUS_OK) {
    *out_recorded = PQntuples(result) > 0;
    aski_pg_answered(recording->store, connection, result);
  }
  return status;
}

/* The connection was lost with the answer. What was recorded is found again; where it is not, *out_again says that
 * the same may be tried once more: a request id and a place in a chain are taken only once, so that an older attempt
 * that the server still works on cannot make a second record. */
static askiam_status s_resolve(aski_pg_recording *recording, askiam_status status, bool *out_again)
{
  bool recorded = false;
  if (s_is_recorded(recording, &recorded) != ASKIAM_STATUS_OK) {
    return status;
  }
  *out_again = !recorded;
  return recorded ? ASKIAM_STATUS_OK : status;
}

/* A head that is not its chain's last entry was damaged, and trying again is no use. */
static askiam_status s_check_heads(aski_pg_recording *recording)
{
  aski_pg_values values;
  s_bind_chains(&values, recording);
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status = aski_pg_ask(&connection, &result, recording->store, ASKI_PG_FROM_PRIMARY,
                                     ASKI_PG_SQL_HEAD_FITS, &values, recording->call, recording->error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  const char *label = recording->store->primary.settings.target.label;
  int count = PQntuples(result);
  bool fit = count > 0;
  for (int row = 0; row < count; ++row) {
    fit = fit && aski_pg_number(result, row, 1) != 0;
  }
  aski_pg_answered(recording->store, connection, result);
  return fit ? askiam_error_set(recording->error, ASKIAM_STATUS_CONFLICT, ASKIAM_LAYER_STORE,
                                "%s: the audit chain, or what is to be changed, has moved on meanwhile; try again",
                                label)
             : askiam_error_set(
                   recording->error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_STORE,
                   "%s: the audit trail is damaged: the head of its chain is gone or is not its last entry; "
                   "run `askiam audit verify`",
                   label);
}

static askiam_status s_explain(aski_pg_recording *recording, askiam_status status, size_t *out_index, bool *out_again)
{
  if (recording->exists) {
    if (out_index != NULL) {
      *out_index = recording->failed;
    }
    return askiam_error_set(recording->error, ASKIAM_STATUS_EXISTS, ASKIAM_LAYER_STORE,
                            "%s: this requester has used this request id before",
                            recording->store->primary.settings.target.label);
  }
  if (recording->conflict) {
    return s_check_heads(recording);
  }
  return recording->unanswered ? s_resolve(recording, status, out_again) : status;
}

static askiam_status s_attempt(aski_pg_recording *recording, size_t *out_index, bool *out_again)
{
  recording->failed = SIZE_MAX;
  recording->refused = recording->conflict = recording->exists = recording->unanswered = false;
  recording->steps.items = NULL;
  recording->steps.count = recording->steps.capacity = 0;
  askiam_status status =
      aski_pg_lease(&recording->connection, recording->store, ASKI_PG_WRITE, recording->call, recording->error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_arena_init(&recording->arena, recording->store->allocator);
  status = s_run(recording);
  aski_pg_return(recording->store, recording->connection);
  status = status == ASKIAM_STATUS_OK ? status : s_explain(recording, status, out_index, out_again);
  aski_arena_clean_up(&recording->arena);
  return status;
}

askiam_status aski_pg_record(aski_pg_recording *recording, size_t *out_index)
{
  bool again = false;
  askiam_status status = s_attempt(recording, out_index, &again);
  if (!again) {
    return status;
  }
  status = s_attempt(recording, out_index, &again);
  bool recorded = false;
  bool came_second = status == ASKIAM_STATUS_CONFLICT || status == ASKIAM_STATUS_EXISTS;
  if (came_second && s_is_recorded(recording, &recorded) == ASKIAM_STATUS_OK && recorded) {
    return ASKIAM_STATUS_OK; /* to the first attempt, which the server was still at work on */
  }
  return status;
}
