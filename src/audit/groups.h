/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting entries by any combination of who, what, how and when. */
#ifndef ASKI_AUDIT_GROUPS_H
#define ASKI_AUDIT_GROUPS_H

#include "audit/audit.h"

enum { ASKI_GROUP_KEYS_MAX = 8 };

typedef struct aski_group {
  askiam_str values[ASKI_GROUP_KEYS_MAX]; /* absent: none */
  uint64_t count;
} aski_group;

typedef struct aski_groups {
  aski_arena *arena;
  int keys[ASKI_GROUP_KEYS_MAX]; /* which, in the order in which they were asked for */
  size_t key_count;
  aski_group *items;
  size_t count, capacity;
  size_t *slots; /* a hash table of 1 + index; 0 is empty */
  size_t slot_count;
} aski_groups;

/* Reads "user,requester,application,role,risk,status,action,day", any of them in any order. INVALID_ARGUMENT for
 * anything else. */
askiam_status aski_groups_init(aski_groups *groups, aski_arena *arena, askiam_str count_by, askiam_error *error);
/* Counts one entry; false where memory ran out. */
bool aski_groups_add(aski_groups *groups, const askiam_record *record);
/* The largest first; equal ones by their values. */
void aski_groups_sort(aski_groups *groups);
/* Appends {"application": …, "status": …, "count": …}. */
void aski_groups_write_json(const aski_groups *groups, size_t index, aski_buffer *buffer);

#endif
