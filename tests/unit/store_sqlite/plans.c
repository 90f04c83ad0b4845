/* SPDX-License-Identifier: Apache-2.0
 *
 * No statement of a request path, and no walk with a filter, scans a table: SQLite is asked for the plan of each. */
#include <sqlite3.h>
#include <stdio.h>

#include "store/sqlite/import_session.h"
#include "store/sqlite/names.h"
#include "store/sqlite/slots.h"
#include "store/sqlite/statements.h"
#include "support.h"

/* The first step of the plan that scans, or sorts all rows; "" for none. */
static void s_check(sqlite3 *db, const char *sql, bool may_sort)
{
  char explained[4096];
  snprintf(explained, sizeof explained, "EXPLAIN QUERY PLAN %s", sql);
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2(db, explained, -1, &statement, NULL) != SQLITE_OK) {
    fail_msg("%s: %s", sqlite3_errmsg(db), sql);
  }
  while (sqlite3_step(statement) == SQLITE_ROW) {
    const char *step = (const char *)sqlite3_column_text(statement, 3);
    bool scans = strncmp(step, "SCAN", 4) == 0 && strncmp(step, "SCAN (subquery", 14) != 0 &&
                 strstr(step, "VIRTUAL TABLE") == NULL; /* json_each: of a list that is given */
    bool sorts = !may_sort && strstr(step, "TEMP B-TREE") != NULL;
    if (scans || sorts) {
      fail_msg("%s: %s", step, sql);
    }
  }
  sqlite3_finalize(statement);
}

static sqlite3 *s_database(contract *c)
{
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(c->url + strlen("sqlite:"), &db), SQLITE_OK);
  return db;
}

static void plans__no_statement_of_a_request_scans(void **state)
{
  sqlite3 *db = s_database(*state);
  for (int sql = ASKI_SQL_VERSION; sql < ASKI_SQL_COUNT; ++sql) {
    assert_non_null(aski_sql_text((aski_sql)sql));
    s_check(db, aski_sql_text((aski_sql)sql), false);
  }
  sqlite3_close(db);
}

static void plans__no_row_of_an_import_scans(void **state)
{
  sqlite3 *db = s_database(*state);
  for (int sql = 0; sql < ASKI_IMPORT_SQL_NAMES; ++sql) {
    assert_non_null(aski_import_sql_text((aski_import_sql)sql));
    s_check(db, aski_import_sql_text((aski_import_sql)sql), false);
  }
  sqlite3_close(db);
}

static void plans__a_walk_uses_the_index_of_its_filter(void **state)
{
  const askiam_str set = ASKI_STR("x");
  const struct {
    askiam_journal_query query;
    bool may_sort;
  } all[] = {
      {{.chain = set}, false},
      {{.chain = set, .after_seq = 5, .with_request = 1}, false},
      {{.user_id = set}, true}, /* two indexes, beneficiary and requester */
      {{.application_id = set}, false},
      {{.role_id = set, .newest_first = 1}, false},
      {{.risk = set, .newest_first = 1, .limit = 5, .with_request = 1}, false},
      {{.status = set}, false},
      {{.from_ms = 1, .to_ms = 2}, false},
      {{.newest_first = 1, .limit = 5}, false},
  };
  sqlite3 *db = s_database(*state);
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) {
    aski_buffer sql;
    aski_buffer_init(&sql, aski_allocator_default());
    aski_sqlite_scan_sql(&sql, &all[i].query);
    s_check(db, sql.data, all[i].may_sort);
    aski_buffer_clean_up(&sql);
  }
  sqlite3_close(db);
}

/* Each part is found by its key; the parts of past decisions, each within the limit, are put in order together. */
static void plans__no_part_that_is_read_back_scans(void **state)
{
  sqlite3 *db = s_database(*state);
  for (int table = 0; table < ASKIAM_TABLE_COUNT; ++table) {
    const char *sql = aski_sqlite_read_sql((askiam_table)table);
    if (sql != NULL) {
      s_check(db, sql, table == ASKIAM_TABLE_ACCESS_PATTERNS);
    }
  }
  assert_null(aski_sqlite_read_sql(ASKIAM_TABLE_USERS));
  assert_null(aski_sqlite_read_sql(ASKIAM_TABLE_COUNT));
  sqlite3_close(db);
}

static void names__references_keep_their_parts(void **state)
{
  (void)state;
  int64_t ref = aski_sqlite_ref(ASKI_SQLITE_ROLE, 123456);
  assert_int_equal(aski_sqlite_ref_bearer(ref), ASKI_SQLITE_ROLE);
  assert_int_equal(aski_sqlite_ref_number(ref), 123456);
  assert_true(aski_sqlite_ref(ASKI_SQLITE_USER, INT64_C(1) << 39) < aski_sqlite_ref(ASKI_SQLITE_APPLICATION, 0));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, contract_setup, contract_teardown)

int main(void)
{
  contract_current = &contract_places[0];
  const struct CMUnitTest tests[] = {
      TEST(plans__no_statement_of_a_request_scans),         TEST(plans__no_row_of_an_import_scans),
      TEST(plans__a_walk_uses_the_index_of_its_filter),     TEST(plans__no_part_that_is_read_back_scans),
      cmocka_unit_test(names__references_keep_their_parts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
