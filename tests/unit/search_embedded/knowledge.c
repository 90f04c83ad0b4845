/* SPDX-License-Identifier: Apache-2.0 */
#include "knowledge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "backend/options.h"
#include "base/hash.h"
#include "base/time.h"
#include "store/sqlite/schema.h"

void test_execute(sqlite3 *db, const char *sql)
{
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
    fail_msg("%s: %s", sql, sqlite3_errmsg(db));
  }
}

static void s_create(test_knowledge *made)
{
  snprintf(made->folder, sizeof made->folder, "/tmp/askiam-search-XXXXXX");
  assert_non_null(mkdtemp(made->folder));
  snprintf(made->path, sizeof made->path, "%s/iam.db", made->folder);
  snprintf(made->url, sizeof made->url, "sqlite:%s", made->path);
  assert_int_equal(sqlite3_open(made->path, &made->db), SQLITE_OK);
  test_execute(made->db, "PRAGMA journal_mode = WAL");
  for (int version = 0; version < aski_sqlite_schema_version(); ++version) {
    for (const char *const *part = aski_sqlite_schema_step(version); *part != NULL; ++part) {
      test_execute(made->db, *part);
    }
  }
  char pragma[64];
  snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d", ASKI_SQLITE_APPLICATION_ID);
  test_execute(made->db, pragma);
}

int test_knowledge_set_up(void **state)
{
  static test_knowledge made;
  made = (test_knowledge){0};
  s_create(&made);
  test_allocator_init(&made.allocator);
  aski_arena_init(&made.arena, aski_allocator_default());
  made.call =
      (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .cancelled = &made.cancelled};
  askiam_backend_options options = {.url = askiam_str_from(made.url), .allocator = &made.allocator.base};
  assert_int_equal(aski_embedded_search()->open(&made.search, NULL, &options, NULL), ASKIAM_STATUS_OK);
  *state = &made;
  return 0;
}

static askiam_str s_get(const void *settings, const char *key)
{
  return strcmp(key, "search.sketch_mib") == 0 ? askiam_str_from(settings) : ASKI_STR("");
}

void test_knowledge_reopen(test_knowledge *knowledge, const char *sketch_mib)
{
  askiam_backend_options options = {.url = askiam_str_from(knowledge->url),
                                    .get = s_get,
                                    .settings = sketch_mib,
                                    .allocator = &knowledge->allocator.base};
  aski_embedded_search()->close(knowledge->search);
  assert_int_equal(aski_embedded_search()->open(&knowledge->search, NULL, &options, NULL), ASKIAM_STATUS_OK);
}

int test_knowledge_tear_down(void **state)
{
  test_knowledge *knowledge = *state;
  aski_embedded_search()->close(knowledge->search);
  aski_arena_clean_up(&knowledge->arena);
  sqlite3_close(knowledge->db);
  static const char *const endings[] = {"", "-wal", "-shm"};
  for (size_t i = 0; i < 3; ++i) {
    char path[128];
    snprintf(path, sizeof path, "%s%s", knowledge->path, endings[i]);
    unlink(path);
  }
  rmdir(knowledge->folder);
  assert_int_equal(knowledge->allocator.outstanding, 0);
  return 0;
}

static sqlite3_stmt *s_prepare(sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
    fail_msg("%s: %s", sql, sqlite3_errmsg(db));
  }
  return statement;
}

static void s_bind(sqlite3_stmt *statement, int at, const char *text)
{
  sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

static void s_finish(sqlite3_stmt *statement)
{
  assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
  sqlite3_finalize(statement);
}

void test_add_document(test_knowledge *knowledge, const char *id, const char *text, const char *kind, const char *scope,
                       const float *vector)
{
  char token[32] = "global";
  if (strcmp(kind, "global") != 0) {
    snprintf(token, sizeof token, "%c%016" PRIx64, kind[0], aski_hash64(askiam_str_from(scope), 0));
  }
  sqlite3_stmt *insert =
      s_prepare(knowledge->db, "INSERT INTO documents(id, title, text, metadata, scope, embedding, model)"
                               " VALUES(?1, 'Title', ?2, '{}', ?3, ?4, ?5)");
  s_bind(insert, 1, id);
  s_bind(insert, 2, text);
  s_bind(insert, 3, token);
  if (vector != NULL) {
    sqlite3_bind_blob(insert, 4, vector, TEST_DIMENSION * (int)sizeof *vector, SQLITE_TRANSIENT);
  }
  s_bind(insert, 5, vector == NULL ? "" : "test-1");
  s_finish(insert);
  sqlite3_int64 number = sqlite3_last_insert_rowid(knowledge->db);
  insert = s_prepare(knowledge->db, "INSERT INTO document_scope(kind, id, document_no) VALUES(?1, ?2, ?3)");
  s_bind(insert, 1, kind);
  s_bind(insert, 2, scope);
  sqlite3_bind_int64(insert, 3, number);
  s_finish(insert);
  insert = s_prepare(knowledge->db, "INSERT INTO documents_fts(rowid, title, text, scope) VALUES(?1, 'Title', ?2, ?3)");
  sqlite3_bind_int64(insert, 1, number);
  s_bind(insert, 2, text);
  s_bind(insert, 3, token);
  s_finish(insert);
}

void test_add_pattern(test_knowledge *knowledge, const char *user, const char *role, int64_t time_ms, int approved,
                      const char *source)
{
  sqlite3_stmt *insert =
      s_prepare(knowledge->db, "INSERT INTO access_patterns(user_id, role_id, app_id, timestamp, approved, source,"
                               " human, origin) VALUES(?1, ?2, 'a1', ?3, ?4, ?5, ?5 = 'human', '')");
  s_bind(insert, 1, user);
  s_bind(insert, 2, role);
  sqlite3_bind_int64(insert, 3, time_ms);
  sqlite3_bind_int(insert, 4, approved);
  s_bind(insert, 5, source);
  s_finish(insert);
}

askiam_status test_find(test_knowledge *knowledge, const char *text, const float *vector, size_t top_k,
                        askiam_documents *out_documents, askiam_error *error)
{
  askiam_search_query query = {.text = askiam_str_from(text),
                               .vector = vector,
                               .dimension = vector == NULL ? 0 : TEST_DIMENSION,
                               .model = ASKI_STR("test-1"),
                               .application_id = ASKI_STR("a1"),
                               .role_id = ASKI_STR("r1"),
                               .top_k = top_k};
  *out_documents = (askiam_documents){.arena = &knowledge->arena};
  return aski_embedded_search()->documents(knowledge->search, &knowledge->call, &query, out_documents, error);
}

const char *test_ids(test_knowledge *knowledge, const askiam_documents *documents)
{
  askiam_str ids = ASKI_STR("");
  for (size_t i = 0; i < documents->count; ++i) {
    ids = aski_arena_format(&knowledge->arena, "%.*s%s%.*s", ASKI_STR_ARG(ids), i == 0 ? "" : " ",
                            ASKI_STR_ARG(documents->items[i].id));
  }
  return ids.data;
}
