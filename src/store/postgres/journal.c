/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing to the journal: records with their chains, events and pattern rows in one transaction (recording.h); and what is forgotten. */
#include "store/common/rows.h"
#include "store/postgres/recording.h"
#include "store/postgres/slots.h"

static askiam_str s_text(const askiam_record *record, askiam_record_field field)
{
  return askiam_record_text(record, field);
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
  aski_pg_add_events(values, arena, record);
  aski_pg_add_number(values, aski_store_has_pattern(record));
}

static askiam_status s_queue(aski_pg_recording *recording, const void *context)
{
  (void)context;
  size_t count = askiam_records_count(recording->records);
  aski_pg_values values;
  askiam_status status = aski_pg_recording_lock_heads(recording);
  for (size_t i = 0; i < count && status == ASKIAM_STATUS_OK; ++i) {
    s_bind(&values, &recording->arena, askiam_records_at(recording->records, i));
    status = aski_pg_recording_add(recording, ASKI_PG_SQL_APPEND, &values, i);
  }
  return status;
}

askiam_status aski_pg_append(void *self, const askiam_call *call, const askiam_records *records, size_t *out_index,
                             askiam_error *error)
{
  aski_pg_recording recording = {.store = self, .records = records, .call = call, .error = error, .queue = s_queue};
  return askiam_records_count(records) == 0 ? ASKIAM_STATUS_OK : aski_pg_record(&recording, out_index);
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
