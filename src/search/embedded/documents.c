/* SPDX-License-Identifier: Apache-2.0 */
#include "documents.h"

#include <stdlib.h>

#include "fusion.h"
#include "words.h"

/* How many of each list are fused; and the least likeness of vectors that is no accident: four standard deviations of unrelated unit vectors
 * in 1,600 dimensions, under two in 256. */
enum { CANDIDATES_MIN = 20, CANDIDATES_MAX = 4096 };
#define LIKENESS_MIN 0.1F

static askiam_status s_no_memory(const aski_search_work *work)
{
  return askiam_error_set(work->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_SEARCH, "out of memory");
}

static askiam_status s_failure(const aski_search_work *work, int code)
{
  return aski_search_failure(work->connection, code, work->call, work->error);
}

static size_t s_candidates(size_t top_k)
{
  size_t wanted = top_k < CANDIDATES_MAX / 4 ? 4 * top_k : CANDIDATES_MAX;
  return wanted < CANDIDATES_MIN ? CANDIDATES_MIN : wanted;
}

static askiam_status s_search_text(const aski_search_work *work, const askiam_search_query *query, aski_best *best)
{
  askiam_str match = aski_search_match(work->arena, query);
  if (!aski_str_present(match)) {
    return work->arena->failed ? s_no_memory(work) : ASKIAM_STATUS_OK;
  }
  sqlite3_stmt *statement = work->connection->statements[ASKI_SEARCH_TEXT];
  aski_search_bind(statement, 1, match);
  aski_words_hits hits = {0};
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
    const void *blob = sqlite3_column_blob(statement, 1);
    if (!aski_words_add(&hits, work->arena, sqlite3_column_int64(statement, 0), blob,
                        (size_t)sqlite3_column_bytes(statement, 1))) {
      return s_no_memory(work);
    }
  }
  aski_words_rank(&hits, best);
  aski_best_sort(best);
  return code == SQLITE_DONE ? ASKIAM_STATUS_OK : s_failure(work, code);
}

/* *out_compared: whether there was any vector of the query's model. */
static askiam_status s_search_vectors(const aski_search_work *work, const askiam_search_query *query, aski_best *best,
                                      bool *out_compared)
{
  size_t dimension = 0;
  const float *vector = askiam_search_query_vector(query, &dimension);
  *out_compared = false;
  if (vector == NULL || dimension == 0) {
    return ASKIAM_STATUS_OK;
  }
  sqlite3_stmt *statement = work->connection->statements[ASKI_SEARCH_VECTORS];
  aski_search_bind(statement, 1, askiam_search_query_role_id(query));
  aski_search_bind(statement, 2, askiam_search_query_application_id(query));
  aski_search_bind(statement, 3, askiam_search_query_model(query));
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
    const unsigned char *stored = sqlite3_column_blob(statement, 1);
    if (stored == NULL || (size_t)sqlite3_column_bytes(statement, 1) != dimension * sizeof(float)) {
      continue;
    }
    *out_compared = true;
    float likeness = aski_vector_dot(vector, stored, dimension);
    if (likeness > LIKENESS_MIN) {
      aski_best_offer(best, (aski_hit){sqlite3_column_int64(statement, 0), (double)likeness});
    }
  }
  aski_best_sort(best);
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
  sqlite3_stmt *statement = work->connection->statements[ASKI_SEARCH_DOCUMENT];
  sqlite3_reset(statement);
  sqlite3_bind_int64(statement, 1, hit.document);
  int code = sqlite3_step(statement);
  if (code != SQLITE_ROW) {
    return code == SQLITE_DONE ? askiam_error_set(work->error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_SEARCH,
                                                  "the full-text index names a document that is not there")
                               : s_failure(work, code);
  }
  *out_document = (found_document){.id = aski_arena_copy(work->arena, aski_search_column(statement, 0)),
                                   .title = aski_arena_copy(work->arena, aski_search_column(statement, 1)),
                                   .text = aski_arena_copy(work->arena, aski_search_column(statement, 2)),
                                   .score = hit.score};
  return work->arena->failed || !aski_str_present(out_document->id) ? s_no_memory(work) : ASKIAM_STATUS_OK;
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
    return s_no_memory(work);
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
  return status == ASKIAM_STATUS_OK ? status : s_no_memory(work);
}

askiam_status aski_search_find_documents(const aski_search_work *work, const askiam_search_query *query,
                                         askiam_documents *documents)
{
  size_t top_k = askiam_search_query_top_k(query);
  if (top_k == 0) {
    return ASKIAM_STATUS_OK;
  }
  aski_best lists[2];
  aski_best fused;
  size_t limit = s_candidates(top_k);
  if (!aski_best_init(&lists[0], work->arena, limit) || !aski_best_init(&lists[1], work->arena, limit)) {
    return s_no_memory(work);
  }
  int code = sqlite3_step(work->connection->statements[ASKI_SEARCH_BEGIN]);
  if (code != SQLITE_DONE) {
    return s_failure(work, code);
  }
  bool compared = false;
  askiam_status status = s_search_text(work, query, &lists[0]);
  if (status == ASKIAM_STATUS_OK) {
    status = s_search_vectors(work, query, &lists[1], &compared);
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  return aski_fuse(&fused, work->arena, lists, compared ? 2 : 1) ? s_tell(work, &fused, top_k, documents)
                                                                 : s_no_memory(work);
}
