/* SPDX-License-Identifier: Apache-2.0 */
#include "search/embedded/embedded_search.h"

#include "backend/options.h"
#include "documents.h"

#define S_SCHEME "sqlite:"
enum { SKETCH_MIB_MAX = 65536 }; /* as the configuration has it */

/* The first of the URL that chose this backend, search.url and store.url that is a SQLite file; absent for none. */
static askiam_str s_find_path(const askiam_backend_options *options)
{
  askiam_str urls[] = {askiam_backend_options_url(options), askiam_backend_options_get(options, "search.url"),
                       askiam_backend_options_get(options, "store.url")};
  for (size_t i = 0; i < sizeof urls / sizeof *urls; ++i) {
    if (aski_str_starts(urls[i], ASKI_STR(S_SCHEME)) && urls[i].length > sizeof S_SCHEME - 1) {
      return aski_str_slice(urls[i], sizeof S_SCHEME - 1, urls[i].length);
    }
  }
  return ASKI_STR_NONE;
}

static askiam_status s_open(void **out_self, void *context, const askiam_backend_options *options, askiam_error *error)
{
  (void)context;
  askiam_str path = s_find_path(options);
  if (!aski_str_present(path)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_SEARCH,
                            "the embedded search needs a SQLite file: set search.url or store.url to sqlite:PATH");
  }
  size_t sketch_mib =
      0; /* where nothing is said, as to a program that uses the backend by itself, there is no sketch */
  askiam_status status =
      aski_options_size(&sketch_mib, options, "search.sketch_mib", 0, SKETCH_MIB_MAX, 0, ASKIAM_LAYER_SEARCH, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  const askiam_allocator *allocator = askiam_backend_options_allocator(options);
  aski_search_pool *pool = aski_acquire(allocator, sizeof *pool);
  char *copy = aski_copy_text(allocator, path);
  if (pool == NULL || copy == NULL ||
      !aski_search_pool_init(pool, allocator, copy, options->lending, sketch_mib * 1024 * 1024)) {
    aski_release(allocator, copy);
    aski_release(allocator, pool);
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_SEARCH, "out of memory");
  }
  *out_self = pool;
  return ASKIAM_STATUS_OK;
}

static void s_close(void *self)
{
  aski_search_pool *pool = self;
  if (pool != NULL) {
    const askiam_allocator *allocator = pool->allocator;
    aski_search_pool_clean_up(pool);
    aski_release(allocator, pool);
  }
}

static askiam_status s_documents(void *self, const askiam_call *call, const askiam_search_query *query,
                                 askiam_documents *documents, askiam_error *error)
{
  aski_search_pool *pool = self;
  aski_search_work work = {.pool = pool, .call = call, .error = error};
  askiam_status status = aski_search_take(&work.connection, pool, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_arena arena;
  aski_arena_init(&arena, pool->allocator);
  work.arena = &arena;
  status = aski_search_find_documents(&work, query, documents);
  aski_search_give_back(pool, work.connection);
  aski_arena_clean_up(&arena);
  return status;
}

static askiam_status s_read_patterns(sqlite3_stmt *statement, askiam_patterns *patterns, int *out_code)
{
  for (*out_code = sqlite3_step(statement); *out_code == SQLITE_ROW; *out_code = sqlite3_step(statement)) {
    askiam_str user_id = aski_search_column(statement, 0);
    if (!aski_str_present(user_id)) {
      return ASKIAM_STATUS_NO_MEMORY;
    }
    askiam_status status = askiam_patterns_add(patterns, user_id, sqlite3_column_int64(statement, 1),
                                               sqlite3_column_int(statement, 2) != 0);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return ASKIAM_STATUS_OK;
}

typedef struct pattern_query {
  askiam_str role_id, except_user_id;
  int64_t before_ms;
  size_t limit;
} pattern_query;

static askiam_status s_find_patterns(aski_search_connection *connection, const askiam_call *call,
                                     const pattern_query *query, askiam_patterns *patterns, askiam_error *error)
{
  sqlite3_stmt *statement = NULL;
  askiam_status status = aski_search_prepared(&statement, connection, ASKI_SEARCH_PATTERNS, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_search_bind(statement, 1, query->role_id);
  sqlite3_bind_int64(statement, 2, query->before_ms);
  aski_search_bind(statement, 3, query->except_user_id);
  sqlite3_bind_int64(statement, 4, query->limit > INT32_MAX ? INT32_MAX : (sqlite3_int64)query->limit);
  int code = SQLITE_OK;
  status = s_read_patterns(statement, patterns, &code);
  if (status != ASKIAM_STATUS_OK) {
    return askiam_error_set(error, status, ASKIAM_LAYER_SEARCH, "out of memory");
  }
  return code == SQLITE_DONE ? status : aski_search_failure(connection, code, call, error);
}

static askiam_status s_patterns(void *self, const askiam_call *call, askiam_str role_id, askiam_str except_user_id,
                                int64_t before_ms, size_t limit, askiam_patterns *patterns, askiam_error *error)
{
  aski_search_pool *pool = self;
  aski_search_connection *connection = NULL;
  askiam_status status = aski_search_take(&connection, pool, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  pattern_query query = {role_id, except_user_id, before_ms, limit};
  status = s_find_patterns(connection, call, &query, patterns, error);
  aski_search_give_back(pool, connection);
  return status;
}

const askiam_search_vtable *aski_embedded_search(void)
{
  static const askiam_search_vtable table = {.size = sizeof(askiam_search_vtable),
                                             .open = s_open,
                                             .close = s_close,
                                             .documents = s_documents,
                                             .patterns = s_patterns};
  return &table;
}
