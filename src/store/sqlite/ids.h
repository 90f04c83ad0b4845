/* SPDX-License-Identifier: Apache-2.0
 *
 * The ids that an import knows to exist, with their numbers, exactly: references of millions of rows are checked against them. */
#ifndef ASKI_STORE_SQLITE_IDS_H
#define ASKI_STORE_SQLITE_IDS_H

#include "base/memory.h"

typedef struct aski_sqlite_id {
  const char *data;
  uint32_t length;
  uint32_t rank; /* its place in the order of bytes, after aski_sqlite_ids_rank */
  int64_t number;
} aski_sqlite_id;

typedef struct aski_sqlite_ids {
  const askiam_allocator *allocator;
  aski_arena arena;
  aski_sqlite_id *items;
  size_t count, capacity;
  uint32_t *slots; /* index + 1; 0: free */
  size_t slot_count;
  size_t ranked; /* how many there were when they were ranked */
} aski_sqlite_ids;

void aski_sqlite_ids_init(aski_sqlite_ids *ids, const askiam_allocator *allocator);
void aski_sqlite_ids_clean_up(aski_sqlite_ids *ids);
/* The place of an id in `items`; SIZE_MAX for an unknown one. */
size_t aski_sqlite_ids_find(const aski_sqlite_ids *ids, askiam_str id);
/* Adds an id that is not there; SIZE_MAX when memory ran out. */
size_t aski_sqlite_ids_add(aski_sqlite_ids *ids, askiam_str id, int64_t number);
bool aski_sqlite_ids_rank(aski_sqlite_ids *ids);

#endif
