/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys seen in one table, to find the ones that come twice: 96 bits of seeded hash and the row, 16 bytes an entry, so millions of
 * rows fit. Two of ten million different keys are taken for one with a probability below 10^-14. */
#ifndef ASKI_IMPORT_KEYS_H
#define ASKI_IMPORT_KEYS_H

#include "base/memory.h"

typedef struct aski_import_keys {
  struct aski_import_keys_entry *entries;
  size_t count, capacity; /* a power of two */
  uint64_t seeds[2];
} aski_import_keys;

/* Random seeds, so that nobody can prepare keys that collide. */
void aski_import_keys_init(aski_import_keys *keys);
/* Forgets all keys, keeps the memory. */
void aski_import_keys_clear(aski_import_keys *keys);
void aski_import_keys_clean_up(aski_import_keys *keys, const askiam_allocator *allocator);
/* Adds the key made of `parts`. *out_row is the row that has it already, else 0. Rows are below 2^32. False when memory ran out. */
bool aski_import_keys_add(aski_import_keys *keys, const askiam_allocator *allocator, const askiam_str *parts,
                          size_t count, uint64_t row, uint64_t *out_row);

#endif
