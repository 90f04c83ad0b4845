/* SPDX-License-Identifier: Apache-2.0
 *
 * Names worth suggesting: those that begin a word as the term does. Best effort: it looks at a bounded number of rows around where the
 * term would stand in an index, and ranks them by the letters that their words share. */
#include <stdlib.h>

#include "store/common/likeness.h"
#include "store/sqlite/candidates.h"

typedef struct similar_ref {
  int64_t ref;
  size_t score;
} similar_ref;

typedef struct similar_refs {
  similar_ref *items;
  size_t count, capacity;
} similar_refs;

typedef struct similar_look {
  aski_sqlite_look *look;
  aski_arena *arena;
  askiam_str key;
  similar_refs refs;
} similar_look;

/* Notes rows of (text, number) from a place in an index on, as far as they begin like `prefix`. */
static askiam_status s_gather(similar_look *similar, aski_sql sql, askiam_str from, askiam_str prefix, int64_t base,
                              int rows, size_t least)
{
  aski_sqlite_look *look = similar->look;
  sqlite3_stmt *statement = aski_sqlite_statement(look->connection, sql);
  if (statement == NULL) {
    return aski_sqlite_error(look->connection, SQLITE_OK, look->error);
  }
  aski_sqlite_bind(statement, 1, from);
  sqlite3_bind_int(statement, 2, rows);
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW && !similar->arena->failed; code = sqlite3_step(statement)) {
    if (!aski_store_key(&look->key, aski_sqlite_column(statement, 0))) {
      continue;
    }
    askiam_str name = aski_buffer_view(&look->key);
    if (!aski_str_starts(name, prefix)) {
      break;
    }
    size_t score = aski_store_likeness(similar->key, name);
    similar_ref *added = score < least ? NULL : ASKI_ARENA_PUSH(similar->arena, &similar->refs);
    if (added != NULL) {
      *added = (similar_ref){base | sqlite3_column_int64(statement, 1), score};
    }
  }
  askiam_status status = aski_sqlite_end(look->connection, statement, code, look->error);
  bool failed = similar->arena->failed || look->key.failed;
  return status == ASKIAM_STATUS_OK && failed ? ASKIAM_STATUS_NO_MEMORY : status;
}

/* Around the whole of `start`, then around ever shorter beginnings of it. */
static askiam_status s_gather_around(similar_look *similar, aski_sql sql, askiam_str start, int64_t base)
{
  askiam_str prefixes[ASKI_STORE_PREFIXES_MOST];
  size_t count = aski_store_prefixes(start, prefixes);
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < count && status == ASKIAM_STATUS_OK; ++i) {
    status = s_gather(similar, sql, prefixes[i], prefixes[i], base, ASKI_STORE_ROWS_AROUND, 1);
  }
  return status;
}

static askiam_status s_gather_words(similar_look *similar)
{
  askiam_status status = ASKIAM_STATUS_OK;
  askiam_str word;
  size_t words = 0;
  size_t at = 0;
  size_t start = 0;
  for (; words < ASKI_STORE_WORDS_MOST && status == ASKIAM_STATUS_OK && aski_store_next_word(similar->key, &at, &word);
       ++words) {
    status = s_gather_around(similar, ASKI_SQL_SUFFIXES, aski_str_slice(similar->key, start, similar->key.length), 0);
    start = at;
  }
  return status;
}

/* Ids are compared as they are stored; "john doe" stands for john.doe. */
static askiam_status s_gather_users(similar_look *similar)
{
  int64_t base = aski_sqlite_ref(ASKI_SQLITE_USER, 0);
  askiam_status status = s_gather_around(similar, ASKI_SQL_USERS_FROM_NAME, similar->key, base);
  if (status != ASKIAM_STATUS_OK || similar->key.length < ASKI_STORE_SHARED_LEAST) {
    return status;
  }
  aski_buffer id;
  aski_buffer_init(&id, similar->look->connection->settings->allocator);
  aski_buffer_append(&id, similar->key);
  for (size_t i = 0; i < id.length; ++i) {
    id.data[i] = id.data[i] == ' ' ? '.' : id.data[i];
  }
  askiam_str word = similar->key;
  size_t at = 0;
  aski_store_next_word(similar->key, &at, &word);
  status = id.failed ? ASKIAM_STATUS_NO_MEMORY
                     : s_gather(similar, ASKI_SQL_USERS_FROM_ID, aski_buffer_view(&id), word, base,
                                ASKI_STORE_ROWS_AROUND, 1);
  if (status == ASKIAM_STATUS_OK) {
    status = s_gather(similar, ASKI_SQL_USERS_FROM_ID, word, word, base, ASKI_STORE_ROWS_AROUND, 1);
  }
  aski_buffer_clean_up(&id);
  return status;
}

static int s_compare_refs(const void *left, const void *right)
{
  const similar_ref *a = left;
  const similar_ref *b = right;
  return a->ref < b->ref ? -1 : a->ref > b->ref ? 1 : (a->score < b->score) - (a->score > b->score);
}

static int s_compare_scores(const void *left, const void *right)
{
  const similar_ref *a = left;
  const similar_ref *b = right;
  return a->score != b->score ? (a->score < b->score) - (a->score > b->score) : (a->ref > b->ref) - (a->ref < b->ref);
}

/* Each once, with its best score; the best first. */
static askiam_status s_add_all(similar_look *similar)
{
  similar_refs *refs = &similar->refs;
  size_t kept = 0;
  if (refs->count > 1) {
    qsort(refs->items, refs->count, sizeof *refs->items, s_compare_refs);
  }
  for (size_t i = 0; i < refs->count; ++i) {
    if (kept == 0 || refs->items[i].ref != refs->items[kept - 1].ref) {
      refs->items[kept++] = refs->items[i];
    }
  }
  if (kept > 1) {
    qsort(refs->items, kept, sizeof *refs->items, s_compare_scores);
  }
  aski_sqlite_look *look = similar->look;
  static const unsigned kinds[] = {ASKIAM_KIND_USER, ASKIAM_KIND_APPLICATION, ASKIAM_KIND_ROLE,
                                   ASKIAM_KIND_APPLICATION | ASKIAM_KIND_ROLE};
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < kept && status == ASKIAM_STATUS_OK && !aski_sqlite_is_full(look, look->kinds); ++i) {
    if ((kinds[aski_sqlite_ref_bearer(refs->items[i].ref)] & look->kinds) != 0) {
      status = aski_sqlite_add_ref(look, refs->items[i].ref, look->kinds, ASKI_STR_NONE);
    }
  }
  return status;
}

askiam_status aski_sqlite_similar(aski_sqlite_look *look)
{
  aski_arena arena;
  aski_arena_init(&arena, look->connection->settings->allocator);
  similar_look similar = {.look = look, .arena = &arena, .key = askiam_terms_key(look->terms, look->term)};
  bool scoped = aski_str_present(look->application_id);
  bool words = (look->kinds & ASKIAM_KIND_APPLICATION) != 0 || ((look->kinds & ASKIAM_KIND_ROLE) != 0 && !scoped);
  askiam_status status = ASKIAM_STATUS_OK;
  if ((look->kinds & ASKIAM_KIND_ROLE) != 0 && scoped) {
    status = s_gather(&similar, ASKI_SQL_ROLES_OF_APPLICATION, look->application_id, ASKI_STR(""),
                      aski_sqlite_ref(ASKI_SQLITE_ROLE, 0), ASKI_STORE_ROLES_LISTED, 0);
  }
  if (status == ASKIAM_STATUS_OK && words) {
    status = s_gather_words(&similar);
  }
  if (status == ASKIAM_STATUS_OK && (look->kinds & ASKIAM_KIND_USER) != 0) {
    status = s_gather_users(&similar);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_add_all(&similar);
  }
  aski_arena_clean_up(&arena);
  return status;
}
