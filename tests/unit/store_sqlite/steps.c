/* SPDX-License-Identifier: Apache-2.0
 *
 * A store of an older version, as it was published, brought up to date step by step. */
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include "store/sqlite/schema.h"
#include "support.h"

static void s_execute(sqlite3 *db, const char *sql)
{
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
    fail_msg("%s: %s", sql, sqlite3_errmsg(db));
  }
}

/* The file as a library of this version made it. */
static sqlite3 *s_make(contract *c, int version)
{
  char path[CONTRACT_URL_BYTES];
  sqlite3 *db = NULL;
  snprintf(c->url, sizeof c->url, "sqlite:%s/older.db", c->folder);
  snprintf(path, sizeof path, "%s/older.db", c->folder);
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  s_execute(db, "PRAGMA journal_mode=WAL; PRAGMA application_id=0x41534b49;"
                "CREATE TABLE schema_version(version INTEGER PRIMARY KEY, migrated_at INTEGER NOT NULL) STRICT;");
  for (int step = 0; step < version; ++step) {
    char sql[64];
    for (const char *const *part = aski_sqlite_schema_step(step); *part != NULL; ++part) {
      s_execute(db, *part);
    }
    snprintf(sql, sizeof sql, "INSERT INTO schema_version VALUES(%d, 1)", step + 1);
    s_execute(db, sql);
  }
  return db;
}

static askiam_status s_no_key(void *context, const askiam_key_row *key)
{
  (void)context;
  (void)key;
  return ASKIAM_STATUS_INTERNAL;
}

static void steps__version_2_gets_keys_and_keeps_what_it_has(void **state)
{
  contract *c = *state;
  sqlite3 *db = s_make(c, 2);
  s_execute(db, "INSERT INTO users VALUES('john.doe', 'j@x', 'John', 'active', 1, '{}', 1);"
                "INSERT INTO api_keys VALUES('h', 'n', 'o', '', 1, NULL, NULL);");
  sqlite3_close(db);
  contract_reopen(c);
  uint64_t version = 0;
  int from = 0;
  int to = 0;
  assert_int_equal(c->driver->catalogue->version(c->self, &c->call, &version, &c->error),
                   ASKIAM_STATUS_NOT_INITIALISED);
  assert_int_equal(c->driver->admin->migrate(c->self, &c->call, &from, &to, &c->error), ASKIAM_STATUS_OK);
  assert_int_equal(from, 2);
  assert_int_equal(to, aski_sqlite_schema_version());
  aski_facts facts;
  aski_facts_init(&facts, &c->arena);
  assert_int_equal(c->driver->catalogue->facts(c->self, &c->call, ASKI_STR("john.doe"), ASKI_STR("john.doe"),
                                               ASKI_STR_NONE, ASKI_STR_NONE, &facts, &c->error),
                   ASKIAM_STATUS_OK);
  assert_true(facts.user.found);
  assert_int_equal(c->driver->state->key_list(c->self, &c->call, ASKI_STR_NONE, 9, s_no_key, NULL, &c->error),
                   ASKIAM_STATUS_OK);
  int64_t wait_ms = -1;
  assert_int_equal(c->driver->state->bucket_take(c->self, &c->call, ASKI_STR("b"), 1, 1, &wait_ms, &c->error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(wait_ms, 0);
}

/* Of what was granted before, nothing is taken for an import's; of all else, everything. */
static void steps__version_3_learns_what_was_granted(void **state)
{
  contract *c = *state;
  sqlite3 *db = s_make(c, 3);
  s_execute(
      db, "INSERT INTO users VALUES('john.doe', 'j@x', 'John', 'active', 1, '{}', 1);"
          "INSERT INTO applications VALUES('a', 'A', '', '', 1, 'active', 1);"
          "INSERT INTO roles VALUES('given', 'a', 'G', '[]', 1, '', '', 'active', 1),"
          "('held', 'a', 'H', '[]', 1, '', '', 'active', 2);"
          "INSERT INTO user_roles VALUES('john.doe', 'given', 1, 9, 'active'), ('john.doe', 'held', 1, 9, 'active');"
          "INSERT INTO grants(request_id, requester_id, user_id, role_id, state)"
          " VALUES('r', 'john.doe', 'john.doe', 'given', 'granted'), ('s', 'john.doe', 'john.doe', 'held', 'failed');");
  contract_reopen(c);
  int from = 0;
  int to = 0;
  assert_int_equal(c->driver->admin->migrate(c->self, &c->call, &from, &to, &c->error), ASKIAM_STATUS_OK);
  assert_int_equal(from, 3);
  sqlite3_stmt *rows = NULL;
  assert_int_equal(sqlite3_prepare_v2(db, "SELECT own_until FROM user_roles ORDER BY role_id", -1, &rows, NULL),
                   SQLITE_OK);
  assert_int_equal(sqlite3_step(rows), SQLITE_ROW);
  assert_int_equal(sqlite3_column_type(rows, 0), SQLITE_INTEGER);
  assert_int_equal(sqlite3_column_int64(rows, 0), 0);
  assert_int_equal(sqlite3_step(rows), SQLITE_ROW);
  assert_int_equal(sqlite3_column_type(rows, 0), SQLITE_NULL);
  sqlite3_finalize(rows);
  sqlite3_close(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, contract_setup, contract_teardown)

int main(void)
{
  contract_current = &contract_places[0];
  const struct CMUnitTest tests[] = {TEST(steps__version_2_gets_keys_and_keeps_what_it_has),
                                     TEST(steps__version_3_learns_what_was_granted)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
