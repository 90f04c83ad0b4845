/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite/ids.h"

#include <stdlib.h>

#include "base/hash.h"

enum { FIRST_SLOTS = 1024 };

void aski_sqlite_ids_init(aski_sqlite_ids *ids, const askiam_allocator *allocator)
{
  *ids = (aski_sqlite_ids){.allocator = allocator};
  aski_arena_init(&ids->arena, allocator);
}

void aski_sqlite_ids_clean_up(aski_sqlite_ids *ids)
{
  aski_release(ids->allocator, ids->items);
  aski_release(ids->allocator, ids->slots);
  aski_arena_clean_up(&ids->arena);
}

static bool s_is(const aski_sqlite_id *item, askiam_str id)
{
  return item->length == id.length && memcmp(item->data, id.data, id.length) == 0;
}

/* The slot that holds the id, or the free one where it belongs. */
static size_t s_slot(const aski_sqlite_ids *ids, askiam_str id)
{
  size_t mask = ids->slot_count - 1;
  size_t slot = (size_t)aski_hash64(id, 2) & mask;
  while (ids->slots[slot] != 0 && !s_is(&ids->items[ids->slots[slot] - 1], id)) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

size_t aski_sqlite_ids_find(const aski_sqlite_ids *ids, askiam_str id)
{
  if (ids->slot_count == 0) {
    return SIZE_MAX;
  }
  uint32_t found = ids->slots[s_slot(ids, id)];
  return found == 0 ? SIZE_MAX : found - 1;
}

static bool s_grow_slots(aski_sqlite_ids *ids)
{
  if (ids->count * 2 < ids->slot_count) {
    return true;
  }
  size_t count = ids->slot_count == 0 ? FIRST_SLOTS : ids->slot_count * 2;
  uint32_t *slots = aski_acquire_zeroed(ids->allocator, count, sizeof *slots);
  if (slots == NULL) {
    return false;
  }
  aski_release(ids->allocator, ids->slots);
  ids->slots = slots;
  ids->slot_count = count;
  for (size_t i = 0; i < ids->count; ++i) {
    ids->slots[s_slot(ids, (askiam_str){ids->items[i].data, ids->items[i].length})] = (uint32_t)i + 1;
  }
  return true;
}

static bool s_grow_items(aski_sqlite_ids *ids)
{
  if (ids->count < ids->capacity) {
    return true;
  }
  size_t capacity = ids->capacity == 0 ? FIRST_SLOTS : ids->capacity * 2;
  aski_sqlite_id *items = ids->allocator->resize(ids->allocator->context, ids->items, capacity * sizeof *items);
  if (items == NULL) {
    return false;
  }
  ids->items = items;
  ids->capacity = capacity;
  return true;
}

size_t aski_sqlite_ids_add(aski_sqlite_ids *ids, askiam_str id, int64_t number)
{
  if (ids->count >= UINT32_MAX - 1 || id.length > UINT32_MAX || !s_grow_items(ids) || !s_grow_slots(ids)) {
    return SIZE_MAX;
  }
  askiam_str copy = aski_arena_copy(&ids->arena, id);
  if (copy.data == NULL) {
    return SIZE_MAX;
  }
  ids->items[ids->count] = (aski_sqlite_id){copy.data, (uint32_t)copy.length, 0, number};
  ids->slots[s_slot(ids, copy)] = (uint32_t)ids->count + 1;
  return ids->count++;
}

static int s_compare(const void *left, const void *right)
{
  const aski_sqlite_id *a = *(const aski_sqlite_id *const *)left;
  const aski_sqlite_id *b = *(const aski_sqlite_id *const *)right;
  return aski_str_compare((askiam_str){a->data, a->length}, (askiam_str){b->data, b->length});
}

bool aski_sqlite_ids_rank(aski_sqlite_ids *ids)
{
  if (ids->ranked == ids->count) {
    return true;
  }
  aski_sqlite_id **order = aski_acquire_zeroed(ids->allocator, ids->count, sizeof *order);
  if (order == NULL) {
    return false;
  }
  bool sorted = true;
  for (size_t i = 0; i < ids->count; ++i) {
    order[i] = &ids->items[i];
    sorted = sorted && (i == 0 || s_compare(&order[i - 1], &order[i]) <= 0);
  }
  if (!sorted) {
    qsort(order, ids->count, sizeof *order, s_compare);
  }
  for (size_t i = 0; i < ids->count; ++i) {
    order[i]->rank = (uint32_t)i;
  }
  aski_release(ids->allocator, order);
  ids->ranked = ids->count;
  return true;
}
