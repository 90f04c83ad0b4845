/* SPDX-License-Identifier: Apache-2.0 */
#include "scan.h"

#include "tokens.h"

/* As far as reading all words is faster than a look into the index. */
enum { FEW_DOCUMENTS = 16, FEW_BYTES = 3072 };

const unsigned char *aski_search_compare(const askiam_search_query *query, int64_t document, sqlite3_stmt *row,
                                         int column, aski_search_found *found)
{
  size_t dimension = 0;
  const float *vector = askiam_search_query_vector(query, &dimension);
  const unsigned char *stored = dimension == 0 ? NULL : sqlite3_column_blob(row, column);
  if (stored == NULL || (size_t)sqlite3_column_bytes(row, column) != dimension * sizeof(float)) {
    return NULL;
  }
  found->compared = true;
  float likeness = aski_vector_dot(vector, stored, dimension);
  if (likeness > ASKI_LIKENESS_MIN) {
    aski_best_offer(&found->vectors, (aski_hit){document, (double)likeness});
  }
  return stored;
}

askiam_status aski_search_start(sqlite3_stmt **out_statement, const aski_search_work *work,
                                const askiam_search_query *query, aski_search_statement sql)
{
  askiam_status status = aski_search_ready(out_statement, work, sql);
  if (status == ASKIAM_STATUS_OK) {
    aski_search_bind(*out_statement, 1, askiam_search_query_role_id(query));
    aski_search_bind(*out_statement, 2, askiam_search_query_application_id(query));
    aski_search_bind(*out_statement, 3, askiam_search_query_model(query));
  }
  return status;
}

askiam_status aski_search_end(const aski_search_work *work, int code)
{
  return code == SQLITE_DONE ? ASKIAM_STATUS_OK : aski_search_failure(work->connection, code, work->call, work->error);
}

typedef struct few_document {
  int64_t number;
  askiam_str title, text;
} few_document;

typedef struct few_documents {
  few_document items[FEW_DOCUMENTS];
  size_t count;
  size_t size_bytes;
} few_documents;

/* Notes the row's document, once; false where there are too many, or they are too long. */
static bool s_add(few_documents *few, aski_arena *arena, sqlite3_stmt *row, bool *out_new)
{
  int64_t number = sqlite3_column_int64(row, 0);
  *out_new = true;
  for (size_t i = 0; i < few->count && *out_new; ++i) { /* about the role and about its application too */
    *out_new = few->items[i].number != number;
  }
  if (!*out_new) {
    return true;
  }
  askiam_str title = aski_search_column(row, 1);
  askiam_str text = aski_search_column(row, 2);
  few->size_bytes += title.length + text.length;
  if (few->count == FEW_DOCUMENTS || few->size_bytes > FEW_BYTES) {
    return false;
  }
  few->items[few->count++] = (few_document){number, aski_arena_copy(arena, title), aski_arena_copy(arena, text)};
  return true;
}

static askiam_status s_count_words(const aski_search_work *work, const aski_match_words *tokens,
                                   const few_documents *few, aski_best *best)
{
  aski_words_hits hits = {0};
  int code = SQLITE_DONE;
  for (size_t i = 0; i < few->count && !work->arena->failed; ++i) {
    aski_words_hit hit = {.document = few->items[i].number};
    code = aski_tokens_count(&hit, &work->connection->tokenizer, tokens, few->items[i].title, few->items[i].text);
    if (code != SQLITE_OK) {
      return aski_search_end(work, code);
    }
    if (aski_words_any(&hit)) {
      aski_words_add(&hits, work->arena, &hit);
    }
  }
  aski_words_rank(&hits, best);
  return work->arena->failed ? aski_search_no_memory(work) : ASKIAM_STATUS_OK;
}

askiam_status aski_search_scan_few(const aski_search_work *work, const askiam_search_query *query,
                                   const aski_match_words *words, aski_search_found *found, bool *out_few)
{
  few_documents few = {.count = 0};
  aski_match_words tokens = *words;
  *out_few = aski_tokens_of_words(&tokens, work->arena, &work->connection->tokenizer);
  sqlite3_stmt *statement = NULL;
  askiam_status status = aski_search_start(&statement, work, query, ASKI_SEARCH_FEW);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  int code = *out_few ? sqlite3_step(statement) : SQLITE_DONE;
  for (; code == SQLITE_ROW && *out_few; code = *out_few ? sqlite3_step(statement) : SQLITE_DONE) {
    bool fresh = false;
    *out_few = s_add(&few, work->arena, statement, &fresh);
    if (*out_few && fresh) {
      aski_search_compare(query, few.items[few.count - 1].number, statement, 3, found);
    }
  }
  if (work->arena->failed) {
    return aski_search_no_memory(work);
  }
  if (!*out_few) {
    found->vectors.count = 0;
    found->compared = false;
  }
  status = aski_search_end(work, code);
  return status == ASKIAM_STATUS_OK && *out_few ? s_count_words(work, &tokens, &few, &found->words) : status;
}
