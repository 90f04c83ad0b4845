/* SPDX-License-Identifier: Apache-2.0
 *
 * A bounded table from hashes to values of one size, which forgets what was not asked for longest. Not shared by threads. */
#ifndef ASKI_BASE_LRU_H
#define ASKI_BASE_LRU_H

#include "base/hash.h"

typedef struct aski_lru aski_lru;

/* For up to `entries` (1 to UINT32_MAX - 1) values of `value_bytes`; memory for values is taken as they come. `allocator` is borrowed. NULL where memory
 * ran out. */
aski_lru *aski_lru_new(const askiam_allocator *allocator, size_t entries, size_t value_bytes);
void aski_lru_destroy(aski_lru *lru);
/* Copies the value of a key, which then is the latest. False where there is none. Keys are hashes that nobody can choose: SHA-256. */
bool aski_lru_get(aski_lru *lru, const unsigned char key[ASKI_SHA256_BYTES], void *out_value);
/* Keeps a copy as the latest, in place of the key's former value, or of the oldest key where the table is full. Without memory it stays as it was. */
void aski_lru_put(aski_lru *lru, const unsigned char key[ASKI_SHA256_BYTES], const void *value);
size_t aski_lru_count(const aski_lru *lru);

#endif
