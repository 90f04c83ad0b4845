/* SPDX-License-Identifier: Apache-2.0
 *
 * What the roles held tell: whether one certain role makes the difference (a prerequisite, a conflict), and how many are shared. */
#include "base/hash.h"
#include "evidence.h"
#include "model/case.h"

enum { ROLES_OF_A_PERSON_MAX = 128, HOLDERS_MIN = 2 };

typedef struct held_role {
  askiam_str id;
  uint16_t holders; /* rows */
  uint16_t last;    /* row + 2 that was counted last, 1 for the person who asks: nobody counts twice for a role */
  bool own;
} held_role;

typedef struct role_table {
  uint16_t *places; /* index + 1 in `roles`; 0: free */
  size_t mask;
  held_role *roles;
  size_t count;
} role_table;

/* For each row: which of the table's roles. */
typedef struct held_list {
  uint16_t *roles;
  size_t count;
  size_t *starts; /* of each row, and the end */
} held_list;

static size_t s_least(size_t left, size_t right) { return left < right ? left : right; }

/* The roles of row `row`, or of the person who asks for SIZE_MAX; the one asked for may be among them. Read from the value itself,
 * because the accessor of one role walks all of them. */
typedef struct role_list {
  const askiam_str *items;
  size_t count;
} role_list;

static role_list s_roles_of(const aski_evidence_rows *rows, size_t row)
{
  if (row == SIZE_MAX) {
    return (role_list){rows->judged->held_roles, s_least(ROLES_OF_A_PERSON_MAX, rows->judged->held_role_count)};
  }
  const aski_person *person = rows->judged->patterns[rows->patterns[row]].person;
  return rows->known[row] ? (role_list){person->roles.items, s_least(ROLES_OF_A_PERSON_MAX, person->roles.count)}
                          : (role_list){NULL, 0};
}

static size_t s_find(role_table *table, askiam_str id)
{
  size_t at = (size_t)aski_hash64(id, 0) & table->mask;
  while (table->places[at] != 0 && !aski_str_equal(table->roles[table->places[at] - 1].id, id)) {
    at = (at + 1) & table->mask;
  }
  if (table->places[at] == 0) {
    table->roles[table->count] = (held_role){.id = id};
    table->places[at] = (uint16_t)++table->count;
  }
  return table->places[at] - 1U;
}

static bool s_init(role_table *table, held_list *list, aski_arena *arena, const aski_evidence_rows *rows)
{
  size_t total = s_roles_of(rows, SIZE_MAX).count;
  for (size_t row = 0; row < rows->count; ++row) {
    total += s_roles_of(rows, row).count;
  }
  size_t limit = s_least(total, UINT16_MAX - 1);
  size_t size = 16;
  while (size < 2 * limit) {
    size *= 2;
  }
  *table = (role_table){.places = aski_arena_acquire(arena, size, sizeof(uint16_t)),
                        .mask = size - 1,
                        .roles = aski_arena_acquire(arena, limit, sizeof(held_role))};
  *list = (held_list){.roles = aski_arena_acquire(arena, total, sizeof(uint16_t)),
                      .starts = aski_arena_acquire(arena, rows->count + 1, sizeof(size_t))};
  return !arena->failed;
}

/* Roles of the person who asks come first in the table. */
static void s_read(role_table *table, held_list *list, const aski_evidence_rows *rows)
{
  askiam_str asked = askiam_case_get(rows->judged, ASKIAM_CASE_ROLE_ID);
  role_list own = s_roles_of(rows, SIZE_MAX);
  for (size_t i = 0; i < own.count; ++i) {
    if (!aski_str_equal(own.items[i], asked)) {
      table->roles[s_find(table, own.items[i])].own = true;
    }
  }
  for (size_t row = 0; row < rows->count; ++row) {
    list->starts[row] = list->count;
    role_list held = s_roles_of(rows, row);
    for (size_t i = 0; i < held.count && table->count < UINT16_MAX - 1; ++i) {
      if (aski_str_equal(held.items[i], asked)) {
        continue;
      }
      size_t index = s_find(table, held.items[i]);
      held_role *role = &table->roles[index];
      if (role->last != row + 2) {
        role->last = (uint16_t)(row + 2);
        ++role->holders;
        list->roles[list->count++] = (uint16_t)index;
      }
    }
  }
  list->starts[rows->count] = list->count;
}

/* How evenly a role splits the rows; 0 where it cannot tell anything. */
static size_t s_evenness(const held_role *role, size_t rows)
{
  size_t fewer = s_least(role->holders, rows - role->holders);
  return fewer < HOLDERS_MIN ? 0 : fewer;
}

static bool s_better(const held_role *left, const held_role *right, size_t rows)
{
  size_t left_evenness = s_evenness(left, rows);
  size_t right_evenness = s_evenness(right, rows);
  return left_evenness != right_evenness ? left_evenness > right_evenness : aski_str_compare(left->id, right->id) < 0;
}

/* The roles that split the rows most evenly, best first; gives how many. */
static size_t s_choose(const role_table *table, size_t rows, uint16_t chosen[ASKI_EVIDENCE_ROLE_TRAITS])
{
  size_t count = 0;
  for (size_t i = 0; i < table->count; ++i) {
    if (s_evenness(&table->roles[i], rows) == 0) {
      continue;
    }
    size_t at = count < ASKI_EVIDENCE_ROLE_TRAITS ? count++ : count;
    for (; at > 0 && s_better(&table->roles[i], &table->roles[chosen[at - 1]], rows); --at) {
      if (at < ASKI_EVIDENCE_ROLE_TRAITS) {
        chosen[at] = chosen[at - 1];
      }
    }
    if (at < ASKI_EVIDENCE_ROLE_TRAITS) {
      chosen[at] = (uint16_t)i;
    }
  }
  return count;
}

static bool s_add_single_roles(aski_evidence *evidence, aski_arena *arena, const role_table *table,
                               const held_list *list)
{
  uint16_t chosen[ASKI_EVIDENCE_ROLE_TRAITS];
  size_t count = s_choose(table, evidence->count, chosen);
  for (size_t i = 0; i < count; ++i) {
    uint16_t *codes = aski_arena_acquire(arena, evidence->count, sizeof *codes);
    if (codes == NULL) {
      return false;
    }
    for (size_t row = 0; row < evidence->count; ++row) {
      for (size_t at = list->starts[row]; at < list->starts[row + 1] && codes[row] == 0; ++at) {
        codes[row] = list->roles[at] == chosen[i];
      }
    }
    aski_evidence_add_trait(evidence, (aski_trait){ASKI_TRAIT_ROLE, codes, table->roles[chosen[i]].own, 2});
  }
  return true;
}

bool aski_evidence_add_roles(aski_evidence *evidence, aski_arena *arena, const aski_evidence_rows *rows,
                             float *out_shared)
{
  role_table table;
  held_list list;
  uint16_t *codes = aski_arena_acquire(arena, rows->count, sizeof *codes);
  if (codes == NULL || !s_init(&table, &list, arena, rows)) {
    return false;
  }
  s_read(&table, &list, rows);
  size_t own = 0;
  while (own < table.count && table.roles[own].own) {
    ++own;
  }
  for (size_t row = 0; row < rows->count; ++row) {
    size_t both = 0;
    size_t theirs = list.starts[row + 1] - list.starts[row];
    for (size_t at = list.starts[row]; at < list.starts[row + 1]; ++at) {
      both += table.roles[list.roles[at]].own;
    }
    size_t either = own + theirs - both;
    out_shared[row] = either == 0 ? 1.0F : (float)both / (float)either;
    codes[row] = out_shared[row] >= 0.5F ? 2 : out_shared[row] > 0.0F ? 1 : 0;
    codes[row] = rows->known[row] ? codes[row] : 3;
  }
  aski_evidence_add_trait(evidence, (aski_trait){ASKI_TRAIT_ROLES, codes, 2, 4});
  return s_add_single_roles(evidence, arena, &table, &list);
}
