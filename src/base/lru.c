/* SPDX-License-Identifier: Apache-2.0
 *
 * Slots that are linked twice: into the chain of their bucket, and into a list from the latest to the oldest. */
#include "base/lru.h"

#define NONE UINT32_MAX

typedef struct slot {
  unsigned char key[ASKI_SHA256_BYTES];
  uint32_t chain; /* the next of the same bucket */
  uint32_t newer;
  uint32_t older;
  void *value;
} slot;

struct aski_lru {
  const askiam_allocator *allocator;
  size_t value_bytes;
  uint32_t entries;
  uint32_t count;
  uint32_t newest;
  uint32_t oldest;
  uint32_t mask; /* of a bucket's number */
  uint32_t *buckets;
  slot *slots;
};

static uint32_t s_bucket_count(size_t entries)
{
  uint32_t count = 1;
  while (count < entries && count < UINT32_C(1) << 31) {
    count *= 2;
  }
  return count;
}

aski_lru *aski_lru_new(const askiam_allocator *allocator, size_t entries, size_t value_bytes)
{
  aski_lru *lru = entries == 0 || entries >= NONE ? NULL : aski_acquire_zeroed(allocator, 1, sizeof *lru);
  if (lru == NULL) {
    return NULL;
  }
  uint32_t buckets = s_bucket_count(entries);
  *lru = (aski_lru){.allocator = allocator,
                    .value_bytes = value_bytes,
                    .entries = (uint32_t)entries,
                    .newest = NONE,
                    .oldest = NONE,
                    .mask = buckets - 1};
  lru->buckets = aski_acquire_zeroed(allocator, buckets, sizeof *lru->buckets);
  lru->slots = aski_acquire_zeroed(allocator, entries, sizeof *lru->slots);
  if (lru->buckets == NULL || lru->slots == NULL) {
    aski_lru_destroy(lru);
    return NULL;
  }
  memset(lru->buckets, 0xFF, buckets * sizeof *lru->buckets); /* NONE in each */
  return lru;
}

void aski_lru_destroy(aski_lru *lru)
{
  if (lru == NULL) {
    return;
  }
  for (uint32_t i = 0; i < lru->count; ++i) {
    aski_release(lru->allocator, lru->slots[i].value);
  }
  aski_release(lru->allocator, lru->slots);
  aski_release(lru->allocator, lru->buckets);
  aski_release(lru->allocator, lru);
}

static uint32_t *s_bucket(aski_lru *lru, const unsigned char key[ASKI_SHA256_BYTES])
{
  uint32_t bits = 0;
  memcpy(&bits, key, sizeof bits);
  return &lru->buckets[bits & lru->mask];
}

static uint32_t s_find(aski_lru *lru, const unsigned char key[ASKI_SHA256_BYTES])
{
  uint32_t at = *s_bucket(lru, key);
  while (at != NONE && memcmp(lru->slots[at].key, key, ASKI_SHA256_BYTES) != 0) {
    at = lru->slots[at].chain;
  }
  return at;
}

static void s_unlink(aski_lru *lru, uint32_t at)
{
  const slot *own = &lru->slots[at];
  *(own->newer == NONE ? &lru->newest : &lru->slots[own->newer].older) = own->older;
  *(own->older == NONE ? &lru->oldest : &lru->slots[own->older].newer) = own->newer;
}

static void s_link_newest(aski_lru *lru, uint32_t at)
{
  lru->slots[at].newer = NONE;
  lru->slots[at].older = lru->newest;
  *(lru->newest == NONE ? &lru->oldest : &lru->slots[lru->newest].newer) = at;
  lru->newest = at;
}

static void s_leave_bucket(aski_lru *lru, uint32_t at)
{
  uint32_t *link = s_bucket(lru, lru->slots[at].key);
  while (*link != at) {
    link = &lru->slots[*link].chain;
  }
  *link = lru->slots[at].chain;
}

static void s_enter_bucket(aski_lru *lru, uint32_t at, const unsigned char key[ASKI_SHA256_BYTES])
{
  uint32_t *bucket = s_bucket(lru, key);
  memcpy(lru->slots[at].key, key, ASKI_SHA256_BYTES);
  lru->slots[at].chain = *bucket;
  *bucket = at;
}

/* A slot for a new key, linked nowhere: a fresh one, or the oldest. NONE where memory ran out. */
static uint32_t s_take_slot(aski_lru *lru)
{
  if (lru->count == lru->entries) {
    uint32_t at = lru->oldest;
    s_leave_bucket(lru, at);
    s_unlink(lru, at);
    return at;
  }
  void *value = aski_acquire(lru->allocator, lru->value_bytes);
  if (value == NULL) {
    return NONE;
  }
  lru->slots[lru->count].value = value;
  return lru->count++;
}

bool aski_lru_get(aski_lru *lru, const unsigned char key[ASKI_SHA256_BYTES], void *out_value)
{
  uint32_t at = s_find(lru, key);
  if (at == NONE) {
    return false;
  }
  s_unlink(lru, at);
  s_link_newest(lru, at);
  memcpy(out_value, lru->slots[at].value, lru->value_bytes);
  return true;
}

void aski_lru_put(aski_lru *lru, const unsigned char key[ASKI_SHA256_BYTES], const void *value)
{
  uint32_t at = s_find(lru, key);
  if (at != NONE) {
    s_unlink(lru, at);
  } else {
    at = s_take_slot(lru);
    if (at == NONE) {
      return;
    }
    s_enter_bucket(lru, at, key);
  }
  memcpy(lru->slots[at].value, value, lru->value_bytes);
  s_link_newest(lru, at);
}

size_t aski_lru_count(const aski_lru *lru) { return lru->count; }
