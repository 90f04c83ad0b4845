/* SPDX-License-Identifier: Apache-2.0 */
#include "import/keys.h"

#include "base/hash.h"

typedef struct aski_import_keys_entry {
  uint64_t hash;
  uint32_t more; /* of a second hash */
  uint32_t row;  /* 0: free */
} s_entry;

void aski_import_keys_init(aski_import_keys *keys)
{
  *keys = (aski_import_keys){.seeds = {UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xc2b2ae3d27d4eb4f)}};
  unsigned char bytes[sizeof keys->seeds];
  if (aski_random(bytes, sizeof bytes)) {
    memcpy(keys->seeds, bytes, sizeof bytes);
  }
}

void aski_import_keys_clear(aski_import_keys *keys)
{
  keys->count = 0;
  if (keys->entries != NULL) {
    memset(keys->entries, 0, keys->capacity * sizeof *keys->entries);
  }
}

void aski_import_keys_clean_up(aski_import_keys *keys, const askiam_allocator *allocator)
{
  aski_release(allocator, keys->entries);
  keys->entries = NULL;
  keys->count = keys->capacity = 0;
}

/* The entry of that hash, or the free one where it belongs. */
static s_entry *s_find(s_entry *entries, size_t capacity, uint64_t hash, uint32_t more)
{
  size_t at = (size_t)hash & (capacity - 1);
  while (entries[at].row != 0 && (entries[at].hash != hash || entries[at].more != more)) {
    at = (at + 1) & (capacity - 1);
  }
  return &entries[at];
}

static bool s_grow(aski_import_keys *keys, const askiam_allocator *allocator)
{
  size_t larger = keys->capacity == 0 ? 1024 : keys->capacity * 2;
  s_entry *entries = aski_acquire_zeroed(allocator, larger, sizeof *entries);
  if (entries == NULL) {
    return false;
  }
  for (size_t i = 0; i < keys->capacity; ++i) {
    if (keys->entries[i].row != 0) {
      *s_find(entries, larger, keys->entries[i].hash, keys->entries[i].more) = keys->entries[i];
    }
  }
  aski_release(allocator, keys->entries);
  keys->entries = entries;
  keys->capacity = larger;
  return true;
}

bool aski_import_keys_add(aski_import_keys *keys, const askiam_allocator *allocator, const askiam_str *parts,
                          size_t count, uint64_t row, uint64_t *out_row)
{
  *out_row = 0;
  if (keys->count >= keys->capacity / 4 * 3 && !s_grow(keys, allocator)) {
    return false;
  }
  uint64_t hash = keys->seeds[0];
  uint64_t more = keys->seeds[1];
  for (size_t i = 0; i < count; ++i) {
    hash = aski_hash64(parts[i], hash);
    more = aski_hash64(parts[i], more);
  }
  s_entry *entry = s_find(keys->entries, keys->capacity, hash, (uint32_t)(more >> 32));
  if (entry->row != 0) {
    *out_row = entry->row;
    return true;
  }
  *entry = (s_entry){hash, (uint32_t)(more >> 32), (uint32_t)row};
  ++keys->count;
  return true;
}
