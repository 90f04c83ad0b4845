/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

#include "backend/options.h"
#include "knowledge.h"
#include "search/embedded/pool.h"

/* What a search says of the file as it is now. */
static void s_expect(test_knowledge *knowledge, askiam_status status, const char *words)
{
  askiam_documents documents;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(test_find(knowledge, "payroll", NULL, 5, &documents, &error), status);
  if (words != NULL) {
    assert_int_equal(error.layer, ASKIAM_LAYER_SEARCH);
    if (strstr(error.message, words) == NULL || strstr(error.message, knowledge->path) == NULL) {
      fail_msg("'%s' does not say '%s' and the path", error.message, words);
    }
  }
}

static void s_drop(test_knowledge *knowledge)
{
  sqlite3_close(knowledge->db);
  knowledge->db = NULL;
  assert_int_equal(unlink(knowledge->path), 0);
}

static void s_write(const test_knowledge *knowledge, const char *text)
{
  FILE *file = fopen(knowledge->path, "wb");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static void search_embedded__a_missing_file_has_not_been_initialised(void **state)
{
  s_drop(*state);
  s_expect(*state, ASKIAM_STATUS_NOT_INITIALISED, "askiam init");
}

static void search_embedded__a_file_that_was_removed_is_not_searched_any_more(void **state)
{
  s_expect(*state, ASKIAM_STATUS_OK, NULL);
  assert_non_null(((aski_search_pool *)((test_knowledge *)*state)->search)->idle);
  s_drop(*state);
  s_expect(*state, ASKIAM_STATUS_NOT_INITIALISED, "askiam init");
}

static void search_embedded__an_empty_file_has_not_been_initialised(void **state)
{
  s_drop(*state);
  s_write(*state, "");
  s_expect(*state, ASKIAM_STATUS_NOT_INITIALISED, "askiam init");
}

static void search_embedded__another_file_is_corrupt(void **state)
{
  s_drop(*state);
  s_write(*state, "This is a text, and longer than the head of a database file, which has a hundred bytes: "
                  "so it is read, and found to be something else. It goes on for a while to be sure of that.");
  s_expect(*state, ASKIAM_STATUS_CORRUPT, "not a database");
}

static void search_embedded__another_database_is_no_store(void **state)
{
  test_knowledge *knowledge = *state;
  s_drop(knowledge);
  assert_int_equal(sqlite3_open(knowledge->path, &knowledge->db), SQLITE_OK);
  test_execute(knowledge->db, "CREATE TABLE mine(x)");
  s_expect(knowledge, ASKIAM_STATUS_CORRUPT, "no askiam store");
}

static void search_embedded__an_unfamiliar_schema_is_told(void **state)
{
  test_knowledge *knowledge = *state;
  test_execute(knowledge->db, "ALTER TABLE access_patterns RENAME TO patterns_of_tomorrow");
  askiam_patterns patterns = {.arena = &knowledge->arena};
  assert_int_equal(aski_embedded_search()->patterns(knowledge->search, &knowledge->call, ASKI_STR("r1"), ASKI_STR("u"),
                                                    1, 1, &patterns, NULL),
                   ASKIAM_STATUS_SCHEMA_NEWER);
  s_expect(knowledge, ASKIAM_STATUS_OK, NULL); /* which it does not need */
  test_knowledge_reopen(knowledge, "0");
  test_execute(knowledge->db, "ALTER TABLE document_scope RENAME TO scope_of_tomorrow");
  s_expect(knowledge, ASKIAM_STATUS_SCHEMA_NEWER, "schema");
  test_execute(knowledge->db, "ALTER TABLE catalogue_version RENAME TO version_of_tomorrow");
  s_expect(knowledge, ASKIAM_STATUS_SCHEMA_NEWER, "schema");
}

static void search_embedded__a_locked_file_is_busy(void **state)
{
  test_knowledge *knowledge = *state;
  test_execute(knowledge->db, "PRAGMA journal_mode = DELETE");
  test_execute(knowledge->db, "BEGIN EXCLUSIVE");
  knowledge->call.deadline_ticks_ns = knowledge->call.clock->ticks_ns(knowledge->call.clock->context) + 50000000u;
  askiam_documents documents;
  askiam_status status = test_find(knowledge, "payroll", NULL, 5, &documents, NULL);
  assert_true(status == ASKIAM_STATUS_BUSY || status == ASKIAM_STATUS_TIMEOUT);
  test_execute(knowledge->db, "COMMIT");
  knowledge->call.deadline_ticks_ns = UINT64_MAX;
  s_expect(knowledge, ASKIAM_STATUS_OK, NULL);
}

static void search_embedded__a_search_cannot_write(void **state)
{
  test_knowledge *knowledge = *state;
  aski_search_connection *connection = NULL;
  assert_int_equal(aski_search_take(&connection, knowledge->search, &knowledge->call, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(sqlite3_db_readonly(connection->db, "main"), 1);
  assert_int_equal(sqlite3_exec(connection->db, "DELETE FROM documents", NULL, NULL, NULL), SQLITE_READONLY);
  aski_search_give_back(knowledge->search, connection);
}

static askiam_str s_setting(const void *settings, const char *key)
{
  const char *const *pair = settings;
  return strcmp(pair[0], key) == 0 ? askiam_str_from(pair[1]) : ASKI_STR_NONE;
}

static askiam_status s_open(test_allocator *allocator, const char *url, const char *key, const char *value,
                            askiam_error *error)
{
  const char *pair[] = {key, value};
  askiam_backend_options options = {
      .url = askiam_str_from(url), .get = s_setting, .settings = pair, .allocator = &allocator->base};
  void *self = NULL;
  askiam_status status = aski_embedded_search()->open(&self, NULL, &options, error);
  if (status == ASKIAM_STATUS_OK) {
    aski_embedded_search()->close(self);
  }
  assert_int_equal(allocator->outstanding, 0);
  return status;
}

static void search_embedded__the_file_is_that_of_search_url_or_store_url(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(s_open(&allocator, "embedded", "search.url", "sqlite:x.db", NULL), ASKIAM_STATUS_OK);
  assert_int_equal(s_open(&allocator, NULL, "store.url", "sqlite:x.db", NULL), ASKIAM_STATUS_OK);
  assert_int_equal(s_open(&allocator, "embedded", "store.url", "postgresql://x", &error), ASKIAM_STATUS_CONFIG);
  assert_non_null(strstr(error.message, "search.url"));
  assert_int_equal(s_open(&allocator, "sqlite:", "other", "", NULL), ASKIAM_STATUS_CONFIG);
  test_allocator_fail_at(&allocator, 1);
  assert_int_equal(s_open(&allocator, "sqlite:x.db", "other", "", NULL), ASKIAM_STATUS_NO_MEMORY);
  test_allocator_fail_at(&allocator, 2);
  assert_int_equal(s_open(&allocator, "sqlite:x.db", "other", "", NULL), ASKIAM_STATUS_NO_MEMORY);
}

#define TEST(name)                                                                                                     \
  cmocka_unit_test_setup_teardown(search_embedded__##name, test_knowledge_set_up, test_knowledge_tear_down)
int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_missing_file_has_not_been_initialised),
      TEST(a_file_that_was_removed_is_not_searched_any_more),
      TEST(an_empty_file_has_not_been_initialised),
      TEST(another_file_is_corrupt),
      TEST(another_database_is_no_store),
      TEST(an_unfamiliar_schema_is_told),
      TEST(a_locked_file_is_busy),
      TEST(a_search_cannot_write),
      cmocka_unit_test(search_embedded__the_file_is_that_of_search_url_or_store_url),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
