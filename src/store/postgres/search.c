/* SPDX-License-Identifier: Apache-2.0
 *
 * Search where the organisation is in PostgreSQL: documents by the server's full-text search and by vectors compared here, fused as in every
 * search; past decisions. Two statements for documents: what is in scope, then the texts of the best. A replica will do. */
#include <stdlib.h>

#include "base/text.h"
#include "search/common/fusion.h"
#include "store/common/likeness.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/slots.h"

/* Words of a query that count. */
enum { WORDS_MAX = 32 };
enum { PART_WORDS = 0, PART_VECTORS = 1 };

typedef struct s_search {
  aski_pg_store *store;
  const askiam_call *call;
  const askiam_search_query *query;
  aski_arena *arena;
  askiam_error *error;
  aski_best words, vectors;
  bool compared; /* there is a vector in scope that the query's can be compared with */
} s_search;

/* "'hr' | 'analyst'": any of the words, as to_tsquery reads it. A key holds letters, digits, marks and spaces only: no quotes. */
static askiam_str s_any_word(aski_arena *arena, askiam_str text)
{
  aski_buffer any;
  aski_buffer_init(&any, arena->allocator);
  askiam_str key = aski_text_key(arena, text);
  askiam_str word;
  size_t words = 0;
  for (size_t at = 0; words < WORDS_MAX && aski_store_next_word(key, &at, &word);) {
    if (word.length > 1) {
      aski_buffer_append_text(&any, words++ == 0 ? "'" : " | '");
      aski_buffer_append(&any, word);
      aski_buffer_append_byte(&any, '\'');
    }
  }
  askiam_str copy =
      any.failed ? ASKI_STR_NONE : aski_arena_copy(arena, words == 0 ? ASKI_STR("") : aski_buffer_view(&any));
  arena->failed |= any.failed;
  aski_buffer_clean_up(&any);
  return copy;
}

/* A real number that the server sends as the bits of a double. */
static double s_real(const PGresult *result, int row, int column)
{
  int64_t bits = aski_pg_number(result, row, column);
  double value = 0;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static void s_compare(s_search *search, int64_t document, askiam_str stored)
{
  size_t dimension = 0;
  const float *vector = askiam_search_query_vector(search->query, &dimension);
  if (vector == NULL || stored.data == NULL || stored.length != dimension * sizeof(float)) {
    return;
  }
  search->compared = true;
  float likeness = aski_vector_dot(vector, (const unsigned char *)stored.data, dimension);
  if (likeness > ASKI_LIKENESS_MIN) {
    aski_best_offer(&search->vectors, (aski_hit){document, (double)likeness});
  }
}

/* What is in scope: hits of words with their rank, vectors with their bytes. */
static askiam_status s_look(s_search *search)
{
  const askiam_search_query *query = search->query;
  aski_pg_values values;
  aski_pg_values_init(&values, search->arena);
  aski_pg_add_text(&values, askiam_search_query_role_id(query));
  aski_pg_add_text(&values, askiam_search_query_application_id(query));
  aski_pg_add_text(&values, s_any_word(search->arena, askiam_search_query_text(query)));
  aski_pg_add_number(&values, (int64_t)search->words.limit);
  bool with_vectors = askiam_search_query_vector(query, NULL) != NULL;
  aski_pg_add_text(&values, with_vectors ? askiam_search_query_model(query) : ASKI_STR_NONE);
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status = aski_pg_ask(&connection, &result, search->store, ASKI_PG_FROM_ANY, ASKI_PG_SQL_IN_SCOPE,
                                     &values, search->call, search->error);
  int count = PQntuples(result);
  for (int row = 0; row < count && status == ASKIAM_STATUS_OK; ++row) {
    int64_t document = aski_pg_number(result, row, 1);
    if (aski_pg_number(result, row, 0) == PART_WORDS) {
      aski_best_offer(&search->words, (aski_hit){document, s_real(result, row, 2)});
    } else {
      s_compare(search, document, aski_pg_text(result, row, 3));
    }
  }
  aski_pg_answered(search->store, connection, result);
  return status;
}

typedef struct s_document {
  askiam_str id, title, text;
  double score;
} s_document;

static int s_compare_documents(const void *left, const void *right)
{
  const s_document *a = left;
  const s_document *b = right;
  if (a->score < b->score || a->score > b->score) {
    return a->score > b->score ? -1 : 1;
  }
  return aski_str_compare(a->id, b->id);
}

static double s_score_of(const aski_best *fused, int64_t document)
{
  for (size_t i = 0; i < fused->count; ++i) {
    if (fused->items[i].document == document) {
      return fused->items[i].score;
    }
  }
  return 0;
}

static askiam_status s_tell(s_search *search, const aski_best *fused, const PGresult *result,
                            askiam_documents *documents)
{
  size_t count = (size_t)PQntuples(result);
  size_t top_k = askiam_search_query_top_k(search->query);
  s_document *found = aski_arena_acquire(search->arena, count + 1, sizeof *found);
  if (found == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  for (size_t i = 0; i < count; ++i) {
    int row = (int)i;
    found[i] = (s_document){aski_pg_text(result, row, 1), aski_pg_text(result, row, 2), aski_pg_text(result, row, 3),
                            s_score_of(fused, aski_pg_number(result, row, 0))};
  }
  qsort(found, count, sizeof *found, s_compare_documents);
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < count && i < top_k && status == ASKIAM_STATUS_OK; ++i) {
    status = askiam_documents_add(documents, found[i].id, found[i].title, found[i].text, found[i].score);
  }
  return status;
}

/* Loads the first top_k and all that are as good as the last of them; then ties are broken by id. */
static askiam_status s_load(s_search *search, const aski_best *fused, askiam_documents *documents)
{
  size_t top_k = askiam_search_query_top_k(search->query);
  size_t loaded = fused->count < top_k ? fused->count : top_k;
  double last = loaded == 0 ? 0 : fused->items[loaded - 1].score;
  while (loaded > 0 && loaded < fused->count && !(fused->items[loaded].score < last)) {
    ++loaded;
  }
  int64_t *numbers = aski_arena_acquire(search->arena, loaded + 1, sizeof *numbers);
  for (size_t i = 0; i < loaded && numbers != NULL; ++i) {
    numbers[i] = fused->items[i].document;
  }
  if (loaded == 0 || numbers == NULL) {
    return numbers == NULL ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
  }
  aski_pg_values values;
  aski_pg_values_init(&values, search->arena);
  aski_pg_add_numbers(&values, numbers, loaded);
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status = aski_pg_ask(&connection, &result, search->store, ASKI_PG_FROM_ANY, ASKI_PG_SQL_DOCUMENTS,
                                     &values, search->call, search->error);
  status = status == ASKIAM_STATUS_OK ? s_tell(search, fused, result, documents) : status;
  aski_pg_answered(search->store, connection, result);
  return status;
}

static askiam_status s_find(s_search *search, askiam_documents *documents)
{
  size_t limit = aski_fuse_candidates(askiam_search_query_top_k(search->query));
  if (!aski_best_init(&search->words, search->arena, limit) ||
      !aski_best_init(&search->vectors, search->arena, limit)) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  askiam_status status = s_look(search);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_best_sort(&search->words);
  aski_best_sort(&search->vectors);
  aski_best fused;
  const aski_best lists[] = {search->words, search->vectors};
  return aski_fuse(&fused, search->arena, lists, search->compared ? 2 : 1) ? s_load(search, &fused, documents)
                                                                           : ASKIAM_STATUS_NO_MEMORY;
}

static askiam_status s_layer(askiam_status status, askiam_error *error)
{
  if (status == ASKIAM_STATUS_NO_MEMORY) {
    aski_pg_no_memory(error);
  }
  if (status != ASKIAM_STATUS_OK && error != NULL) {
    error->layer = ASKIAM_LAYER_SEARCH;
  }
  return status;
}

static askiam_status s_documents(void *self, const askiam_call *call, const askiam_search_query *query,
                                 askiam_documents *documents, askiam_error *error)
{
  aski_pg_store *store = self;
  aski_arena arena;
  aski_arena_init(&arena, store->allocator);
  s_search search = {.store = store, .call = call, .query = query, .arena = &arena, .error = error};
  askiam_status status = askiam_search_query_top_k(query) == 0 ? ASKIAM_STATUS_OK : s_find(&search, documents);
  aski_arena_clean_up(&arena);
  return s_layer(status, error);
}

static askiam_status s_patterns(void *self, const askiam_call *call, askiam_str role_id, askiam_str except_user_id,
                                int64_t before_ms, size_t limit, askiam_patterns *patterns, askiam_error *error)
{
  aski_pg_store *store = self;
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_text(&values, role_id);
  aski_pg_add_number(&values, before_ms);
  aski_pg_add_text(&values, except_user_id.data == NULL ? ASKI_STR("") : except_user_id);
  aski_pg_add_number(&values, limit > INT32_MAX ? INT32_MAX : (int64_t)limit);
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status =
      aski_pg_ask(&connection, &result, store, ASKI_PG_FROM_ANY, ASKI_PG_SQL_PATTERNS, &values, call, error);
  int count = PQntuples(result);
  for (int row = 0; row < count && status == ASKIAM_STATUS_OK; ++row) {
    status = askiam_patterns_add(patterns, aski_pg_text(result, row, 0), aski_pg_number(result, row, 1),
                                 aski_pg_number(result, row, 2) != 0);
  }
  aski_pg_answered(store, connection, result);
  aski_arena_clean_up(&arena);
  return s_layer(status, error);
}

const askiam_search_vtable *aski_postgres_search(void)
{
  static const askiam_search_vtable table = {.size = sizeof(askiam_search_vtable),
                                             .flags = ASKIAM_BACKEND_REMOTE,
                                             .open = aski_pg_store_open,
                                             .close = aski_pg_store_close,
                                             .documents = s_documents,
                                             .patterns = s_patterns};
  return &table;
}
