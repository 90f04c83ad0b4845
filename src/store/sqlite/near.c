/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of applications and roles within a few edits of a term: what the fuzzy index gives, measured. The nearest come first, so that a
 * limit cuts the farthest. */
#include <stdlib.h>

#include "base/text.h"
#include "store/common/fuzzy.h"
#include "store/sqlite/candidates.h"

typedef struct near_name {
  unsigned distance;
  askiam_str compact;
} near_name;

typedef struct near_names {
  near_name *items;
  size_t count, capacity;
} near_names;

static int s_compare_numbers(const void *left, const void *right)
{
  int64_t a = *(const int64_t *)left;
  int64_t b = *(const int64_t *)right;
  return a < b ? -1 : a > b;
}

static int s_compare_names(const void *left, const void *right)
{
  const near_name *a = left;
  const near_name *b = right;
  return a->distance != b->distance ? (a->distance < b->distance ? -1 : 1) : aski_str_compare(a->compact, b->compact);
}

/* The numbers of all names that share a hash with the term. */
static askiam_status s_collect(aski_sqlite_look *look, aski_arena *arena, const aski_store_hashes *probes,
                               aski_store_hashes *out_numbers)
{
  sqlite3_stmt *statement = aski_sqlite_statement(look->connection, ASKI_SQL_FUZZY);
  if (statement == NULL) {
    return aski_sqlite_error(look->connection, SQLITE_OK, look->error);
  }
  for (size_t i = 0; i < probes->count; ++i) {
    sqlite3_bind_int64(statement, 1, probes->items[i]);
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
      int64_t *added = ASKI_ARENA_PUSH(arena, out_numbers);
      if (added == NULL) {
        break;
      }
      *added = sqlite3_column_int64(statement, 0);
    }
    askiam_status status = aski_sqlite_end(look->connection, statement, code, look->error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

static askiam_status s_measure(aski_sqlite_look *look, aski_arena *arena, int64_t number, askiam_str term,
                               near_names *names)
{
  sqlite3_stmt *statement = aski_sqlite_statement(look->connection, ASKI_SQL_FUZZY_NAME);
  if (statement == NULL) {
    return aski_sqlite_error(look->connection, SQLITE_OK, look->error);
  }
  sqlite3_bind_int64(statement, 1, number);
  int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    askiam_str compact = aski_sqlite_column(statement, 0);
    unsigned limit = askiam_terms_distance(look->terms, look->term);
    unsigned distance = aski_text_distance(term, compact, limit);
    near_name *added = NULL;
    if (distance <= limit && aski_text_same_digits(term, compact)) {
      added = ASKI_ARENA_PUSH(arena, names);
    }
    if (added != NULL) {
      *added = (near_name){distance, aski_arena_copy(arena, compact)};
    }
  }
  askiam_status status = aski_sqlite_end(look->connection, statement, code, look->error);
  return status == ASKIAM_STATUS_OK && arena->failed ? ASKIAM_STATUS_NO_MEMORY : status;
}

static askiam_status s_measure_all(aski_sqlite_look *look, aski_arena *arena, aski_store_hashes *numbers,
                                   askiam_str term, near_names *names)
{
  if (numbers->count > 1) {
    qsort(numbers->items, numbers->count, sizeof *numbers->items, s_compare_numbers);
  }
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < numbers->count && status == ASKIAM_STATUS_OK; ++i) {
    if (i == 0 || numbers->items[i] != numbers->items[i - 1]) {
      status = s_measure(look, arena, numbers->items[i], term, names);
    }
  }
  if (status == ASKIAM_STATUS_OK && names->count > 1) {
    qsort(names->items, names->count, sizeof *names->items, s_compare_names);
  }
  return status;
}

askiam_status aski_sqlite_near(aski_sqlite_look *look)
{
  unsigned kinds = look->kinds & (ASKIAM_KIND_APPLICATION | ASKIAM_KIND_ROLE);
  aski_arena arena;
  aski_arena_init(&arena, look->connection->settings->allocator);
  aski_store_hashes probes = {0};
  aski_store_hashes numbers = {0};
  near_names names = {0};
  askiam_str key = askiam_terms_key(look->terms, look->term);
  askiam_str term = aski_text_compact(&arena, key);
  if (kinds != 0 && key.length > 0) {
    aski_store_fuzzy_probes(&probes, &arena, term, askiam_terms_distance(look->terms, look->term));
  }
  askiam_status status = arena.failed ? ASKIAM_STATUS_NO_MEMORY : s_collect(look, &arena, &probes, &numbers);
  if (status == ASKIAM_STATUS_OK) {
    status = s_measure_all(look, &arena, &numbers, term, &names);
  }
  for (size_t i = 0; i < names.count && status == ASKIAM_STATUS_OK && !aski_sqlite_is_full(look, kinds); ++i) {
    status = aski_sqlite_add_everywhere(look, names.items[i].compact, kinds, names.items[i].compact);
  }
  if (status == ASKIAM_STATUS_OK && probes.count == 0 && kinds != 0 && key.length > 0) { /* too long to be near */
    status = aski_sqlite_add_everywhere(look, term, kinds, term);
  }
  aski_arena_clean_up(&arena);
  return status;
}
