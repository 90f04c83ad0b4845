/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "knowledge.h"
#include "search/embedded/pool.h"

static askiam_status s_find(test_knowledge *knowledge, const char *except, int64_t before_ms, size_t limit,
                            askiam_patterns *out_patterns)
{
  *out_patterns = (askiam_patterns){.arena = &knowledge->arena};
  return aski_embedded_search()->patterns(knowledge->search, &knowledge->call, ASKI_STR("r1"), askiam_str_from(except),
                                          before_ms, limit, out_patterns, NULL);
}

static void s_expect(test_knowledge *knowledge, const char *except, int64_t before_ms, size_t limit, const char *users)
{
  askiam_patterns patterns;
  assert_int_equal(s_find(knowledge, except, before_ms, limit, &patterns), ASKIAM_STATUS_OK);
  askiam_str found = ASKI_STR("");
  for (size_t i = 0; i < patterns.count; ++i) {
    found = aski_arena_format(&knowledge->arena, "%.*s%.*s%c", ASKI_STR_ARG(found),
                              ASKI_STR_ARG(patterns.items[i].user_id), patterns.items[i].approved ? '+' : '-');
  }
  assert_string_equal(found.data, users);
}

static void search_embedded__patterns_are_human_earlier_of_others_newest_first(void **state)
{
  test_knowledge *knowledge = *state;
  test_add_pattern(knowledge, "u1", "r1", 100, 1, "human");
  test_add_pattern(knowledge, "u3", "r1", 300, 0, "human");
  test_add_pattern(knowledge, "u2", "r1", 200, 1, "human");
  test_add_pattern(knowledge, "u4", "r1", 250, 1, "askiam");
  test_add_pattern(knowledge, "u5", "r2", 260, 1, "human");
  test_add_pattern(knowledge, "me", "r1", 270, 1, "human");
  test_add_pattern(knowledge, "u6", "r1", 1000, 1, "human");
  s_expect(knowledge, "me", 1000, 10, "u3-u2+u1+");
  s_expect(knowledge, "me", 1001, 10, "u6+u3-u2+u1+");
  s_expect(knowledge, "me", 1000, 2, "u3-u2+");
  s_expect(knowledge, NULL, 1000, 10, "u3-me+u2+u1+");
  s_expect(knowledge, "me", 1000, 0, "");
  s_expect(knowledge, "me", 100, 10, "");
}

static void search_embedded__no_request_path_scans_or_sorts(void **state)
{
  test_knowledge *knowledge = *state;
  aski_search_connection *connection = NULL;
  assert_int_equal(aski_search_take(&connection, knowledge->search, &knowledge->call, NULL), ASKIAM_STATUS_OK);
  const aski_search_statement checked[] = {ASKI_SEARCH_VECTORS, ASKI_SEARCH_DOCUMENT, ASKI_SEARCH_PATTERNS};
  for (size_t i = 0; i < 3; ++i) {
    sqlite3_stmt *statement = NULL;
    assert_int_equal(aski_search_prepared(&statement, connection, checked[i], &knowledge->call, NULL),
                     ASKIAM_STATUS_OK);
    askiam_str sql = aski_arena_format(&knowledge->arena, "EXPLAIN QUERY PLAN %s", sqlite3_sql(statement));
    sqlite3_stmt *explain = NULL;
    assert_int_equal(sqlite3_prepare_v2(connection->db, sql.data, -1, &explain, NULL), SQLITE_OK);
    size_t steps = 0;
    while (sqlite3_step(explain) == SQLITE_ROW) {
      const char *step = (const char *)sqlite3_column_text(explain, 3);
      assert_null(strstr(step, "SCAN"));
      assert_null(strstr(step, "ORDER BY"));
      ++steps;
    }
    assert_true(steps > 0);
    sqlite3_finalize(explain);
  }
  aski_search_give_back(knowledge->search, connection);
}

static void search_embedded__patterns_tell_lack_of_memory(void **state)
{
  test_knowledge *knowledge = *state;
  test_add_pattern(knowledge, "u1", "r1", 100, 1, "human");
  askiam_patterns patterns;
  test_allocator_fail_at(&knowledge->allocator, 1);
  assert_int_equal(s_find(knowledge, "me", 1000, 10, &patterns), ASKIAM_STATUS_NO_MEMORY);
  test_allocator_fail_at(&knowledge->allocator, 0);
  test_allocator small;
  test_allocator_init(&small);
  test_allocator_fail_at(&small, 1);
  aski_arena arena;
  aski_arena_init(&arena, &small.base);
  patterns = (askiam_patterns){.arena = &arena};
  assert_int_equal(aski_embedded_search()->patterns(knowledge->search, &knowledge->call, ASKI_STR("r1"), ASKI_STR("me"),
                                                    1000, 10, &patterns, NULL),
                   ASKIAM_STATUS_NO_MEMORY);
  aski_arena_clean_up(&arena);
  s_expect(knowledge, "me", 1000, 10, "u1+");
}

#define TEST(name)                                                                                                     \
  cmocka_unit_test_setup_teardown(search_embedded__##name, test_knowledge_set_up, test_knowledge_tear_down)
int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(patterns_are_human_earlier_of_others_newest_first),
      TEST(no_request_path_scans_or_sorts),
      TEST(patterns_tell_lack_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
