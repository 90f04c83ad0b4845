/* SPDX-License-Identifier: Apache-2.0 */
#include "documents.h"

#include <stdlib.h>

#include "scan.h"
#include "search/common/fusion.h"
#include "words.h"

askiam_status aski_search_no_memory(const aski_search_work *work)
{
  return askiam_error_set(work->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_SEARCH, "out of memory");
}

askiam_status aski_search_ready(sqlite3_stmt **out_statement, const aski_search_work *work, aski_search_statement sql)
{
  return aski_search_prepared(out_statement, work->connection, sql, work->call, work->error);
}

static askiam_status s_failure(const aski_search_work *work, int code)
{
  return aski_search_failure(work->connection, code, work->call, work->error);
}

/* By the full-text index. */
static askiam_status s_search_text(const aski_search_work *work, const askiam_search_query *query,
                                   const aski_match_words *words, aski_best *best)
{
  if (words->count == 0) {
    return ASKIAM_STATUS_OK;
  }
  askiam_str match = aski_search_match(work->arena, query, words);
  if (!aski_str_present(match)) {
    return aski_search_no_memory(work);
  }
  sqlite3_stmt *statement = NULL;
  askiam_status status = aski_search_ready(&statement, work, ASKI_SEARCH_TEXT);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_search_bind(statement, 1, match);
  aski_words_hits hits = {0};
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
    aski_words_hit hit = {0};
    const void *blob = sqlite3_column_blob(statement, 0);
    if (blob != NULL && (size_t)sqlite3_column_bytes(statement, 0) == sizeof hit) {
      memcpy(&hit, blob, sizeof hit);
    }
    if (blob == NULL || !aski_words_add(&hits, work->arena, &hit)) {
      return aski_search_no_memory(work);
    }
  }
  aski_words_rank(&hits, best);
  return code == SQLITE_DONE ? ASKIAM_STATUS_OK : s_failure(work, code);
}

typedef struct found_document {
  askiam_str id, title, text;
  double score;
} found_document;

static int s_compare_found(const void *left, const void *right)
{
  const found_document *a = left;
  const found_document *b = right;
  if (a->score < b->score || a->score > b->score) {
    return a->score > b->score ? -1 : 1;
  }
  return aski_str_compare(a->id, b->id);
}

static askiam_status s_load(const aski_search_work *work, aski_hit hit, found_document *out_document)
{
  sqlite3_stmt *statement = NULL;
  askiam_status status = aski_search_ready(&statement, work, ASKI_SEARCH_DOCUMENT);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  sqlite3_reset(statement);
  sqlite3_bind_int64(statement, 1, hit.document);
  int code = sqlite3_step(statement);
  if (code != SQLITE_ROW) {
    return code == SQLITE_DONE ? askiam_error_set(work->error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_SEARCH,
                                                  "the full-text index names a document that is not there")
                               : s_failure(work, code);
  }
  const askiam_str columns[] = {aski_search_column(statement, 0), aski_search_column(statement, 1),
                                aski_search_column(statement, 2)}; /* none of them may be NULL */
  *out_document = (found_document){.id = aski_arena_copy(work->arena, columns[0]),
                                   .title = aski_arena_copy(work->arena, columns[1]),
                                   .text = aski_arena_copy(work->arena, columns[2]),
                                   .score = hit.score};
  bool whole = columns[0].data != NULL && columns[1].data != NULL && columns[2].data != NULL;
  return work->arena->failed || !whole ? aski_search_no_memory(work) : ASKIAM_STATUS_OK;
}

/* Loads the first top_k and all that are as good as the last of them; then ties are broken by id. */
static askiam_status s_tell(const aski_search_work *work, const aski_best *fused, size_t top_k,
                            askiam_documents *documents)
{
  size_t count = fused->count < top_k ? fused->count : top_k;
  size_t loaded = count;
  while (loaded > 0 && loaded < fused->count && !(fused->items[loaded].score < fused->items[count - 1].score)) {
    ++loaded;
  }
  found_document *found = aski_arena_acquire(work->arena, loaded, sizeof *found);
  if (found == NULL) {
    return aski_search_no_memory(work);
  }
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < loaded && status == ASKIAM_STATUS_OK; ++i) {
    status = s_load(work, fused->items[i], &found[i]);
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  qsort(found, loaded, sizeof *found, s_compare_found);
  for (size_t i = 0; i < count && status == ASKIAM_STATUS_OK; ++i) {
    status = askiam_documents_add(documents, found[i].id, found[i].title, found[i].text, found[i].score);
  }
  return status == ASKIAM_STATUS_OK ? status : aski_search_no_memory(work);
}

static askiam_status s_fuse(const aski_search_work *work, aski_search_found *found, size_t top_k,
                            askiam_documents *documents)
{
  aski_best fused;
  aski_best_sort(&found->words);
  aski_best_sort(&found->vectors);
  const aski_best lists[] = {found->words, found->vectors};
  return aski_fuse(&fused, work->arena, lists, found->compared ? 2 : 1) ? s_tell(work, &fused, top_k, documents)
                                                                        : aski_search_no_memory(work);
}

static askiam_status s_begin(const aski_search_work *work)
{
  sqlite3_stmt *begin = NULL;
  askiam_status status = aski_search_ready(&begin, work, ASKI_SEARCH_BEGIN);
  return status == ASKIAM_STATUS_OK ? aski_search_end(work, sqlite3_step(begin)) : status;
}

askiam_status aski_search_find_documents(const aski_search_work *work, const askiam_search_query *query,
                                         askiam_documents *documents)
{
  size_t top_k = askiam_search_query_top_k(query);
  if (top_k == 0) {
    return ASKIAM_STATUS_OK;
  }
  size_t limit = aski_fuse_candidates(top_k);
  aski_search_found found = {.compared = false};
  aski_match_words words = aski_search_words(work->arena, askiam_search_query_text(query));
  if (!aski_best_init(&found.words, work->arena, limit) || !aski_best_init(&found.vectors, work->arena, limit)) {
    return aski_search_no_memory(work);
  }
  askiam_status status = s_begin(work);
  bool few = false;
  if (status == ASKIAM_STATUS_OK) {
    status = aski_search_scan_few(work, query, &words, &found, &few);
  }
  if (status == ASKIAM_STATUS_OK && !few) {
    status = s_search_text(work, query, &words, &found.words);
    status = status == ASKIAM_STATUS_OK ? aski_search_scan_vectors(work, query, &found) : status;
  }
  return status == ASKIAM_STATUS_OK ? s_fuse(work, &found, top_k, documents) : status;
}
