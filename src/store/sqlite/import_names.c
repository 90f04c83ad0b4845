/* SPDX-License-Identifier: Apache-2.0
 *
 * The name index of what is imported: which entries an entity's names make, and how they are written in the order of their keys. */
#include <stdlib.h>

#include "store/common/fuzzy.h"
#include "store/sqlite/import_session.h"

enum { PAIRS_MOST = 4 << 20, HASHES_MOST = 2 * ASKI_IMPORT_FORMS, SUFFIX_BYTES = 64, WORDS_MOST = 8 };

typedef struct name_hashes {
  int64_t items[HASHES_MOST];
  size_t count;
} name_hashes;

static int s_compare_pairs(const void *left, const void *right)
{
  const aski_import_pair *a = left;
  const aski_import_pair *b = right;
  if (a->key != b->key) {
    return a->key < b->key ? -1 : 1;
  }
  return (a->value > b->value) - (a->value < b->value);
}

static void s_pair_column(const void *context, size_t row, int column, sqlite3_context *out)
{
  const aski_import_pair *pair = (const aski_import_pair *)context + row;
  sqlite3_result_int64(out, column == 0 ? pair->key : pair->value);
}

askiam_status aski_import_flush_pairs(aski_import_session *session, aski_import_pairs *pairs, askiam_error *error)
{
  if (pairs->count == 0) {
    return ASKIAM_STATUS_OK;
  }
  qsort(pairs->items, pairs->count, sizeof *pairs->items, s_compare_pairs);
  const aski_import_feed feed = {s_pair_column, pairs->items, pairs->count};
  pairs->count = 0;
  return aski_import_run_feed(session, pairs->sql, feed, NULL, error);
}

static askiam_status s_push(aski_import_session *session, aski_import_pairs *pairs, int64_t key, int64_t value,
                            askiam_error *error)
{
  if (pairs->count == PAIRS_MOST) {
    askiam_status status = aski_import_flush_pairs(session, pairs, error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  if (pairs->count == pairs->capacity) {
    const askiam_allocator *allocator = session->store->settings.allocator;
    size_t capacity = pairs->capacity == 0 ? 1024 : pairs->capacity * 2;
    aski_import_pair *items = allocator->resize(allocator->context, pairs->items, capacity * sizeof *items);
    if (items == NULL) {
      return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_STORE, "no memory for the import");
    }
    pairs->items = items;
    pairs->capacity = capacity;
  }
  pairs->items[pairs->count++] = (aski_import_pair){key, value};
  return ASKIAM_STATUS_OK;
}

static bool s_holds(const name_hashes *hashes, int64_t hash)
{
  for (size_t i = 0; i < hashes->count; ++i) {
    if (hashes->items[i] == hash) {
      return true;
    }
  }
  return false;
}

static void s_note(name_hashes *hashes, int64_t hash)
{
  if (!s_holds(hashes, hash)) {
    hashes->items[hashes->count++] = hash;
  }
}

/* The numbers that the names of an entity have in `names`. False when memory ran out. */
static bool s_hash_names(aski_import_session *session, const aski_import_names *names, name_hashes *out_hashes)
{
  out_hashes->count = 0;
  for (size_t i = 0; names != NULL && i < ASKI_IMPORT_FORMS; ++i) {
    if (names->forms[i].length == 0 || !aski_store_compact_key(&session->key, names->forms[i])) {
      continue;
    }
    askiam_str compact = aski_buffer_view(&session->key);
    if (compact.length > 0) {
      s_note(out_hashes, aski_store_hash(compact));
      if (aski_str_present(names->application_id)) {
        s_note(out_hashes, aski_store_scoped_hash(compact, names->application_id));
      }
    }
  }
  return !session->key.failed;
}

/* Each distinct name is kept once for near names, however many bear it; one that nobody bears any more finds nobody. */
static askiam_status s_add_fuzzy(aski_import_session *session, askiam_str form, askiam_error *error)
{
  if (!aski_store_compact_key(&session->key, form) || session->key.length == 0) {
    return session->key.failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
  }
  askiam_str compact = aski_buffer_view(&session->key);
  askiam_status status = aski_import_run_texts(session, ASKI_IMPORT_SQL_ADD_FUZZY_NAME, &compact, 1, NULL, 0, error);
  if (status != ASKIAM_STATUS_OK || sqlite3_changes(session->connection->db) == 0) {
    return status;
  }
  int64_t number = sqlite3_last_insert_rowid(session->connection->db);
  aski_arena arena;
  aski_arena_init(&arena, session->store->settings.allocator);
  aski_store_hashes hashes = {0};
  aski_store_fuzzy_entries(&hashes, &arena, compact);
  status = arena.failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
  for (size_t i = 0; i < hashes.count && status == ASKIAM_STATUS_OK; ++i) {
    status = s_push(session, &session->fuzzy, hashes.items[i], number, error);
  }
  aski_arena_clean_up(&arena);
  return status;
}

/* The key from each of its words on. */
static askiam_status s_each_suffix(aski_import_session *session, aski_import_sql sql, askiam_str form, int64_t ref,
                                   askiam_error *error)
{
  if (!aski_store_key(&session->key, form)) {
    return session->key.failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
  }
  askiam_str key = aski_buffer_view(&session->key);
  askiam_status status = ASKIAM_STATUS_OK;
  size_t at = 0;
  for (size_t words = 0; words < WORDS_MOST && at < key.length && status == ASKIAM_STATUS_OK; ++words) {
    askiam_str suffix = aski_str_slice(key, at, SUFFIX_BYTES);
    status = aski_import_run_texts(session, sql, &suffix, 1, &ref, 1, error);
    const char *space = memchr(key.data + at, ' ', key.length - at);
    at = space == NULL ? key.length : (size_t)(space - key.data) + 1;
  }
  return status;
}

static bool s_has_form(const aski_import_names *names, askiam_str form)
{
  for (size_t i = 0; names != NULL && i < ASKI_IMPORT_FORMS; ++i) {
    if (names->forms[i].length > 0 && aski_str_equal(names->forms[i], form)) {
      return true;
    }
  }
  return false;
}

static askiam_status s_change_suggestions(aski_import_session *session, const aski_import_names *before,
                                          const aski_import_names *after, askiam_error *error)
{
  int64_t ref = aski_sqlite_ref(after->bearer, after->number);
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; before != NULL && i < ASKI_IMPORT_FORMS && status == ASKIAM_STATUS_OK; ++i) {
    if (!s_has_form(after, before->forms[i])) {
      status = s_each_suffix(session, ASKI_IMPORT_SQL_DROP_SUFFIX, before->forms[i], ref, error);
    }
  }
  for (size_t i = 0; i < ASKI_IMPORT_FORMS && status == ASKIAM_STATUS_OK; ++i) {
    if (after->forms[i].length > 0) { /* also what stays: two forms can share a suffix that was dropped */
      status = s_each_suffix(session, ASKI_IMPORT_SQL_ADD_SUFFIX, after->forms[i], ref, error);
      status = status == ASKIAM_STATUS_OK ? s_add_fuzzy(session, after->forms[i], error) : status;
    }
  }
  return status;
}

static askiam_status s_drop_names(aski_import_session *session, const name_hashes *before, const name_hashes *after,
                                  int64_t ref, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < before->count && status == ASKIAM_STATUS_OK; ++i) {
    if (!s_holds(after, before->items[i])) { /* it may still wait to be written */
      const int64_t numbers[] = {before->items[i], ref};
      status = aski_import_flush_pairs(session, &session->names, error);
      status = status != ASKIAM_STATUS_OK
                   ? status
                   : aski_import_run_texts(session, ASKI_IMPORT_SQL_DROP_NAME, NULL, 0, numbers, 2, error);
    }
  }
  return status;
}

askiam_status aski_import_rename(aski_import_session *session, const aski_import_names *before,
                                 const aski_import_names *after, askiam_error *error)
{
  name_hashes old_hashes;
  name_hashes new_hashes;
  if (!s_hash_names(session, before, &old_hashes) || !s_hash_names(session, after, &new_hashes)) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  int64_t ref = aski_sqlite_ref(after->bearer, after->number);
  askiam_status status = s_drop_names(session, &old_hashes, &new_hashes, ref, error);
  for (size_t i = 0; i < new_hashes.count && status == ASKIAM_STATUS_OK; ++i) {
    if (!s_holds(&old_hashes, new_hashes.items[i])) {
      status = s_push(session, &session->names, new_hashes.items[i], ref, error);
    }
  }
  return status == ASKIAM_STATUS_OK && after->suggested ? s_change_suggestions(session, before, after, error) : status;
}
