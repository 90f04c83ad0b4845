/* SPDX-License-Identifier: Apache-2.0 */
#include "model/record.h"

static bool s_is_text(askiam_record_field field) { return (unsigned)field < ASKIAM_RECORD_TEXT_COUNT; }

static bool s_is_number(askiam_record_field field)
{
  return (int)field >= ASKIAM_RECORD_TIME_MS && (int)field < ASKIAM_RECORD_NUMBER_END;
}

askiam_record *askiam_record_new(const askiam_allocator *allocator)
{
  allocator = allocator == NULL ? aski_allocator_default() : allocator;
  askiam_record *record = aski_acquire_zeroed(allocator, 1, sizeof *record);
  if (record != NULL) {
    record->allocator = *allocator;
    aski_arena_init(&record->arena, &record->allocator);
  }
  return record;
}

void askiam_record_clear(askiam_record *record)
{
  aski_arena_clean_up(&record->arena);
  memset(record->texts, 0, sizeof record->texts);
  memset(record->numbers, 0, sizeof record->numbers);
  record->event_count = 0;
}

void askiam_record_destroy(askiam_record *record)
{
  if (record != NULL) {
    askiam_allocator allocator = record->allocator;
    aski_arena_clean_up(&record->arena);
    aski_release(&allocator, record);
  }
}

askiam_str askiam_record_text(const askiam_record *record, askiam_record_field field)
{
  return record != NULL && s_is_text(field) ? record->texts[field] : ASKI_STR_NONE;
}

int64_t askiam_record_number(const askiam_record *record, askiam_record_field field)
{
  return record != NULL && s_is_number(field) ? record->numbers[field - ASKIAM_RECORD_TIME_MS] : 0;
}

askiam_status askiam_record_set_text(askiam_record *record, askiam_record_field field, askiam_str value)
{
  if (record == NULL || !s_is_text(field)) {
    return ASKIAM_STATUS_INVALID_ARGUMENT;
  }
  askiam_str copy = aski_arena_copy(&record->arena, value);
  if (record->arena.failed) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  record->texts[field] = copy;
  return ASKIAM_STATUS_OK;
}

void askiam_record_set_number(askiam_record *record, askiam_record_field field, int64_t value)
{
  if (record != NULL && s_is_number(field)) {
    record->numbers[field - ASKIAM_RECORD_TIME_MS] = value;
  }
}

askiam_status aski_record_add_event(askiam_record *record, askiam_str id, askiam_str type, askiam_str body)
{
  if (record->event_count == ASKI_EVENTS_MAX) {
    return ASKIAM_STATUS_INTERNAL;
  }
  aski_event event = {aski_arena_copy(&record->arena, id), aski_arena_copy(&record->arena, type),
                      aski_arena_copy(&record->arena, body)};
  if (record->arena.failed) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  record->events[record->event_count++] = event;
  return ASKIAM_STATUS_OK;
}

static const aski_event *s_event(const askiam_record *record, size_t index)
{
  static const aski_event none = {.id = {NULL, 0}};
  return index < askiam_record_event_count(record) ? &record->events[index] : &none;
}

size_t askiam_record_event_count(const askiam_record *record) { return record == NULL ? 0 : record->event_count; }
askiam_str askiam_record_event_id(const askiam_record *record, size_t index) { return s_event(record, index)->id; }
askiam_str askiam_record_event_type(const askiam_record *record, size_t index) { return s_event(record, index)->type; }
askiam_str askiam_record_event_body(const askiam_record *record, size_t index) { return s_event(record, index)->body; }

size_t askiam_records_count(const askiam_records *records) { return records == NULL ? 0 : records->count; }

const askiam_record *askiam_records_at(const askiam_records *records, size_t index)
{
  return index < askiam_records_count(records) ? records->items[index] : NULL;
}

static bool s_is_hash(askiam_str hash)
{
  if (hash.length != sizeof((aski_head *)NULL)->hash - 1) {
    return false;
  }
  for (size_t i = 0; i < hash.length; ++i) {
    if (hash.data[i] == 0 || strchr("0123456789abcdef", hash.data[i]) == NULL) {
      return false;
    }
  }
  return true;
}

askiam_status askiam_heads_add(askiam_heads *heads, askiam_str chain, int64_t seq, askiam_str hash)
{
  if (heads == NULL || !aski_str_present(chain) || seq < 0 || !s_is_hash(hash)) {
    return ASKIAM_STATUS_INVALID_ARGUMENT;
  }
  aski_head *added = ASKI_ARENA_PUSH(heads->arena, heads);
  if (added == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  added->chain = aski_arena_copy(heads->arena, chain);
  added->seq = seq;
  memcpy(added->hash, hash.data, hash.length);
  added->hash[hash.length] = 0;
  return heads->arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}
