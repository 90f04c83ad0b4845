/* SPDX-License-Identifier: Apache-2.0
 *
 * A hash table of groups: memory grows with the number of groups, not of entries. */
#include "audit/groups.h"

#include <stdlib.h>

#include "base/hash.h"
#include "json/json.h"

enum { FIRST_SLOTS = 64, DAY_TEXT_BYTES = 10, DAY_KEY = 7 };

/* The last one, the day, is made of the time. */
static const struct {
  const char *name;
  askiam_record_field field;
} s_keys[ASKI_GROUP_KEYS_MAX] = {{"user", ASKIAM_RECORD_USER_ID},
                                 {"requester", ASKIAM_RECORD_REQUESTER_ID},
                                 {"application", ASKIAM_RECORD_APPLICATION_ID},
                                 {"role", ASKIAM_RECORD_ROLE_ID},
                                 {"risk", ASKIAM_RECORD_RISK},
                                 {"status", ASKIAM_RECORD_STATUS},
                                 {"action", ASKIAM_RECORD_ACTION},
                                 {"day", ASKIAM_RECORD_TIME_MS}};

static int s_find_key(askiam_str name)
{
  for (int i = 0; i < ASKI_GROUP_KEYS_MAX; ++i) {
    if (aski_str_equal_text(name, s_keys[i].name)) {
      return i;
    }
  }
  return -1;
}

static askiam_status s_add_key(aski_groups *groups, askiam_str name, askiam_error *error)
{
  int key = s_find_key(name);
  if (key < 0) {
    return askiam_error_set(
        error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_AUDIT,
        "cannot count by \"%.*s\": use any of user, requester, application, role, risk, status, action, day",
        name.length < 64 ? (int)name.length : 64, name.data);
  }
  for (size_t i = 0; i < groups->key_count; ++i) {
    if (groups->keys[i] == key) {
      return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_AUDIT, "cannot count by \"%s\" twice",
                              s_keys[key].name);
    }
  }
  groups->keys[groups->key_count++] = key;
  return ASKIAM_STATUS_OK;
}

askiam_status aski_groups_init(aski_groups *groups, aski_arena *arena, askiam_str count_by, askiam_error *error)
{
  *groups = (aski_groups){.arena = arena};
  size_t start = 0;
  for (size_t i = 0; i <= count_by.length; ++i) {
    if (i < count_by.length && count_by.data[i] != ',') {
      continue;
    }
    askiam_status status = s_add_key(groups, aski_str_trim(aski_str_slice(count_by, start, i - start)), error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
    start = i + 1;
  }
  return ASKIAM_STATUS_OK;
}

static bool s_same(const aski_groups *groups, const aski_group *group, const askiam_str *values)
{
  for (size_t i = 0; i < groups->key_count; ++i) {
    if (!aski_str_equal(group->values[i], values[i])) {
      return false;
    }
  }
  return true;
}

static uint64_t s_hash(const aski_groups *groups, const askiam_str *values)
{
  uint64_t hash = 0;
  for (size_t i = 0; i < groups->key_count; ++i) {
    hash = aski_hash64(values[i], hash + i);
  }
  return hash;
}

/* The slot of these values, or the empty one where they belong. */
static size_t *s_slot(const aski_groups *groups, const askiam_str *values)
{
  size_t at = (size_t)s_hash(groups, values) & (groups->slot_count - 1);
  while (groups->slots[at] != 0 && !s_same(groups, &groups->items[groups->slots[at] - 1], values)) {
    at = (at + 1) & (groups->slot_count - 1);
  }
  return &groups->slots[at];
}

/* Keeps the table at most half full. */
static bool s_make_room(aski_groups *groups)
{
  if (2 * (groups->count + 1) <= groups->slot_count) {
    return true;
  }
  size_t larger = groups->slot_count == 0 ? FIRST_SLOTS : 2 * groups->slot_count;
  size_t *slots = aski_arena_acquire(groups->arena, larger, sizeof *slots);
  if (slots == NULL) {
    return false;
  }
  groups->slots = slots;
  groups->slot_count = larger;
  for (size_t i = 0; i < groups->count; ++i) {
    *s_slot(groups, groups->items[i].values) = i + 1;
  }
  return true;
}

static askiam_str s_value(const askiam_record *record, int key, char day[ASKI_TIME_TEXT_BYTES])
{
  if (key != DAY_KEY) {
    askiam_str value = askiam_record_text(record, s_keys[key].field);
    return value.length == 0 ? ASKI_STR_NONE : value;
  }
  aski_time_format(askiam_record_number(record, ASKIAM_RECORD_TIME_MS), day);
  return (askiam_str){day, DAY_TEXT_BYTES};
}

bool aski_groups_add(aski_groups *groups, const askiam_record *record)
{
  char day[ASKI_TIME_TEXT_BYTES];
  askiam_str values[ASKI_GROUP_KEYS_MAX] = {{NULL, 0}};
  if (!s_make_room(groups)) {
    return false;
  }
  for (size_t i = 0; i < groups->key_count; ++i) {
    values[i] = s_value(record, groups->keys[i], day);
  }
  size_t *slot = s_slot(groups, values);
  if (*slot == 0) {
    aski_group *group = ASKI_ARENA_PUSH(groups->arena, groups);
    if (group == NULL) {
      return false;
    }
    for (size_t i = 0; i < groups->key_count; ++i) {
      group->values[i] = aski_arena_copy(groups->arena, values[i]);
    }
    *slot = groups->count;
  }
  ++groups->items[*slot - 1].count;
  return !groups->arena->failed;
}

/* Unused values are absent in both. */
static int s_compare(const void *left, const void *right)
{
  const aski_group *a = left;
  const aski_group *b = right;
  int order = a->count == b->count ? 0 : (a->count > b->count ? -1 : 1);
  for (size_t i = 0; order == 0 && i < ASKI_GROUP_KEYS_MAX; ++i) {
    order = aski_str_compare(a->values[i], b->values[i]);
  }
  return order;
}

void aski_groups_sort(aski_groups *groups)
{
  if (groups->count > 1) {
    qsort(groups->items, groups->count, sizeof *groups->items, s_compare);
  }
}

void aski_groups_write_json(const aski_groups *groups, size_t index, aski_buffer *buffer)
{
  const aski_group *group = &groups->items[index];
  aski_json_writer writer;
  aski_json_writer_init(&writer, buffer);
  aski_json_open_object(&writer, NULL);
  for (size_t i = 0; i < groups->key_count; ++i) {
    aski_json_write_string(&writer, s_keys[groups->keys[i]].name, group->values[i]);
  }
  aski_json_write_integer(&writer, "count", (int64_t)group->count);
  aski_json_close_object(&writer);
}
