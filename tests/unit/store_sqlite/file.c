/* SPDX-License-Identifier: Apache-2.0
 *
 * What is in the file, seen with SQLite itself: settings, views, search tables, what was forgotten. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "store/sqlite/pool.h"
#include "store/sqlite/schema.h"
#include "support.h"

static const char *s_path(const contract *c) { return c->url + strlen("sqlite:"); }

/* The one value that a statement gives, as text. */
static const char *s_value(contract *c, const char *sql)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  assert_int_equal(sqlite3_open(s_path(c), &db), SQLITE_OK);
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
    fail_msg("%s", sqlite3_errmsg(db));
  }
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  const char *text = (const char *)sqlite3_column_text(statement, 0);
  askiam_str copy = aski_arena_copy(&c->arena, askiam_str_from(text == NULL ? "" : text));
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return copy.data;
}

static int64_t s_number_of(sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  int64_t number = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return number;
}

static void file__is_read_with_the_memory_that_settings_give(void **state)
{
  contract *c = *state;
  aski_sqlite_settings settings = {
      .allocator = aski_allocator_default(), .path = s_path(c), .cache_kib = 123, .mmap_bytes = 4096};
  static const aski_sqlite_use uses[] = {ASKI_SQLITE_READ, ASKI_SQLITE_WRITE};
  for (size_t i = 0; i < sizeof uses / sizeof *uses; ++i) {
    aski_sqlite *connection = NULL;
    assert_int_equal(aski_sqlite_open(&connection, &settings, uses[i], NULL, NULL), ASKIAM_STATUS_OK);
    assert_int_equal(s_number_of(connection->db, "PRAGMA cache_size"), -123);
    assert_int_equal(s_number_of(connection->db, "PRAGMA mmap_size"), 4096);
    assert_int_equal(s_number_of(connection->db, "PRAGMA synchronous"), 2);
    assert_int_equal(s_number_of(connection->db, "PRAGMA foreign_keys"), 1);
    aski_sqlite_close(connection);
  }
}

static void file__a_lease_that_reads_cannot_write(void **state)
{
  contract *c = *state;
  aski_sqlite *connection = NULL;
  assert_int_equal(aski_sqlite_lease(&connection, c->self, ASKI_SQLITE_WRITE, NULL, NULL), ASKIAM_STATUS_OK);
  assert_non_null(aski_sqlite_statement(connection, ASKI_SQL_MOVE_VERSION));
  aski_sqlite_return(c->self, connection);
  aski_sqlite *again = NULL;
  assert_int_equal(aski_sqlite_lease(&again, c->self, ASKI_SQLITE_READ, NULL, NULL), ASKIAM_STATUS_OK);
  assert_ptr_equal(again, connection); /* one connection for both, while one at a time is wanted */
  static const aski_sql writing[] = {ASKI_SQL_MOVE_VERSION, ASKI_SQL_BEGIN_IMMEDIATE, ASKI_SQL_ADD_ENTRY};
  for (size_t i = 0; i < sizeof writing / sizeof *writing; ++i) {
    assert_null(aski_sqlite_statement(again, writing[i]));
    assert_int_equal(aski_sqlite_error(again, SQLITE_OK, &c->error), ASKIAM_STATUS_INTERNAL);
  }
  assert_non_null(aski_sqlite_statement(again, ASKI_SQL_BEGIN));
  aski_sqlite_return(c->self, again);
}

static void file__a_writer_waits_for_no_reader_and_for_one_writer(void **state)
{
  contract *c = *state;
  aski_sqlite_store *store = c->self;
  aski_sqlite *reader = NULL;
  aski_sqlite *writer = NULL;
  aski_sqlite *second = NULL;
  assert_int_equal(aski_sqlite_lease(&reader, store, ASKI_SQLITE_READ, NULL, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(aski_sqlite_lease(&writer, store, ASKI_SQLITE_WRITE, NULL, NULL), ASKIAM_STATUS_OK);
  assert_ptr_not_equal(reader, writer);
  int64_t allowed_ms = store->settings.busy_timeout_ms;
  store->settings.busy_timeout_ms = 1;
  assert_int_equal(aski_sqlite_lease(&second, store, ASKI_SQLITE_WRITE, NULL, NULL), ASKIAM_STATUS_BUSY);
  store->settings.busy_timeout_ms = allowed_ms;
  assert_null(second);
  aski_sqlite_return(store, reader);
  aski_sqlite_return(store, writer);
  assert_int_equal(store->readers.leased + store->writers.leased, 0);
}

static void file__has_the_settings_of_a_durable_store(void **state)
{
  contract *c = *state;
  assert_string_equal(s_value(c, "PRAGMA journal_mode"), "wal");
  assert_string_equal(s_value(c, "PRAGMA integrity_check"), "ok");
  assert_string_equal(s_value(c, "SELECT count(*) FROM pragma_foreign_key_check"), "0");
  char application[16];
  snprintf(application, sizeof application, "%d", ASKI_SQLITE_APPLICATION_ID);
  assert_string_equal(s_value(c, "PRAGMA application_id"), application);
}

/* What counts a rate does not wait for the disk; the record that the same connection writes next does. */
static void file__a_rate_does_not_make_records_less_durable(void **state)
{
  contract *c = *state;
  int64_t wait_ms = -1;
  for (int i = 0; i < 2; ++i) { /* with one in the bucket, and with none */
    assert_int_equal(c->driver->state->bucket_take(c->self, &c->call, ASKI_STR("b"), 1, 1, &wait_ms, &c->error),
                     ASKIAM_STATUS_OK);
    const aski_sqlite_store *store = c->self;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(store->idle->db, "PRAGMA synchronous", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(statement, 0), 2);
    sqlite3_finalize(statement);
  }
}

static void file__has_the_columns_of_the_specification(void **state)
{
  contract *c = *state;
  static const char *const statements[] = {
      "SELECT count(*) FROM (SELECT user_id, email, name, status, created_at FROM users)",
      "SELECT count(*) FROM (SELECT app_id, name, description, owner, created_at FROM applications)",
      "SELECT count(*) FROM (SELECT role_id, app_id, name, permissions, created_at FROM roles)",
      "SELECT count(*) FROM (SELECT user_id, role_id, granted_at, expires_at, status FROM user_roles)",
      "SELECT count(*) FROM (SELECT id, user_id, action, resource, status, timestamp, ip_address FROM audit_log)",
      "SELECT count(*) FROM (SELECT id, policy_json, version, created_at FROM policies)",
  };
  for (size_t i = 0; i < sizeof statements / sizeof *statements; ++i) {
    s_value(c, statements[i]);
  }
}

static void file__views_show_times_as_text(void **state)
{
  contract *c = *state;
  assert_string_equal(s_value(c, "SELECT created_at FROM users_text WHERE user_id = 'john.doe'"),
                      "2023-11-14T22:13:20.123Z");
  assert_string_equal(s_value(c, "SELECT expires_at FROM user_roles_text WHERE role_id = 'sf-rep'"),
                      "2023-11-14T22:13:20.001Z");
  assert_string_equal(s_value(c, "SELECT expires_at IS NULL FROM user_roles_text WHERE role_id = 'wd-hr'"), "1");
  static const char *const views[] = {"applications_text", "roles_text",    "audit_log_text",
                                      "policies_text",     "requests_text", "access_patterns_text"};
  for (size_t i = 0; i < sizeof views / sizeof *views; ++i) {
    char sql[80];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", views[i]);
    s_value(c, sql);
  }
}

static void file__documents_are_found_by_words_and_scope(void **state)
{
  contract *c = *state;
  char sql[200];
  snprintf(sql, sizeof sql,
           "SELECT group_concat(d.id) FROM documents_fts f JOIN documents d ON d.document_no = f.rowid"
           " WHERE documents_fts MATCH 'scope:r%016llx AND {title text}:analyses'",
           (unsigned long long)aski_hash64(ASKI_STR("wd-hr"), 0));
  assert_string_equal(s_value(c, sql), "d1");
  assert_string_equal(s_value(c, "SELECT count(*) FROM documents_fts WHERE documents_fts MATCH 'scope:global'"), "1");
  assert_string_equal(
      s_value(c,
              "SELECT group_concat(entry) FROM (SELECT kind || ':' || id AS entry FROM document_scope ORDER BY kind)"),
      "application:workday,global:,role:wd-hr");
  void *session = contract_import(c);
  contract_row(c, session, ASKIAM_TABLE_DOCUMENTS, 1, "d1", "Guide", "Other words", "{}", "[]", "[]", "", "", NULL);
  assert_int_equal(contract_commit(c, session), ASKIAM_STATUS_OK);
  assert_string_equal(s_value(c, sql), "");
  assert_string_equal(s_value(c, "SELECT count(*) FROM documents_fts WHERE documents_fts MATCH 'scope:global'"), "2");
  assert_string_equal(s_value(c, "SELECT count(*) FROM document_scope"), "2");
}

static void file__a_renamed_entity_leaves_no_entries(void **state)
{
  contract *c = *state;
  const char *before = s_value(c, "SELECT count(*) FROM names");
  void *session = contract_import(c);
  contract_row(c, session, ASKIAM_TABLE_APPLICATIONS, 1, "workday", "Other Name", "", "", "active", "1", NULL);
  contract_row(c, session, ASKIAM_TABLE_APPLICATIONS, 2, "workday", "Workday", "", "", "active", "1", NULL);
  assert_int_equal(contract_commit(c, session), ASKIAM_STATUS_OK);
  assert_string_equal(s_value(c, "SELECT count(*) FROM names"), before);
  assert_string_equal(s_value(c, "SELECT count(*) FROM name_suffixes WHERE suffix LIKE '%name%'"), "0");
}

static void file__old_revisions_of_policies_stay(void **state)
{
  contract *c = *state;
  for (int i = 0; i < 3; ++i) {
    void *session = contract_import(c);
    contract_row(c, session, ASKIAM_TABLE_POLICIES, 1, "p", (const char *[]){"{}", "{\"a\":1}", "{}"}[i], NULL);
    assert_int_equal(contract_commit(c, session), ASKIAM_STATUS_OK);
  }
  assert_string_equal(s_value(c, "SELECT version FROM policies"), "3");
  assert_string_equal(s_value(c, "SELECT group_concat(policy_json) FROM policy_revisions ORDER BY version"),
                      "{},{\"a\":1},{}");
  assert_string_equal(s_value(c, "SELECT count(*) FROM policy_sets JOIN catalogue_version ON set_hash = policy_hash"),
                      "1");
}

static void s_import_policy(contract *c, const char *id, const char *json)
{
  void *session = contract_import(c);
  contract_row(c, session, ASKIAM_TABLE_POLICIES, 1, id, json, NULL);
  assert_int_equal(contract_commit(c, session), ASKIAM_STATUS_OK);
}

static askiam_status s_join(void *context, askiam_str id, uint64_t revision, askiam_str json)
{
  (void)revision;
  aski_buffer_append_format(context, "%.*s=%.*s;", ASKI_STR_ARG(id), ASKI_STR_ARG(json));
  return ASKIAM_STATUS_OK;
}

/* The documents of the present set, "id=json;…"; "" with the failure in *out_status. */
static const char *s_policies(contract *c, askiam_status *out_status)
{
  aski_buffer text;
  aski_buffer_init(&text, aski_allocator_default());
  const char *hash = s_value(c, "SELECT policy_hash FROM catalogue_version");
  *out_status = c->driver->catalogue->policies(c->self, &c->call, askiam_str_from(hash), s_join, &text, &c->error);
  askiam_str copy =
      aski_arena_copy(&c->arena, *out_status == ASKIAM_STATUS_OK ? aski_buffer_view(&text) : ASKI_STR(""));
  aski_buffer_clean_up(&text);
  return copy.data;
}

/* By hand, in SQL. */
static void s_change(contract *c, const char *sql)
{
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(c->url + strlen("sqlite:"), &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(db);
}

static void s_put_session(contract *c, int number, int64_t expires_at_ms)
{
  char id[32];
  snprintf(id, sizeof id, "session-%d", number);
  assert_int_equal(c->driver->state->session_put(c->self, &c->call, askiam_str_from(id), ASKI_STR("{}"), 0,
                                                 expires_at_ms, &c->error),
                   ASKIAM_STATUS_OK);
}

static void file__new_sessions_clear_away_those_that_have_ended(void **state)
{
  contract *c = *state;
  const int64_t open_ms = CONTRACT_NOW_MS + 1000;
  for (int i = 0; i < 10; ++i) {
    s_put_session(c, i, open_ms);
  }
  assert_string_equal(s_value(c, "SELECT count(*) FROM sessions"), "10");
  s_change(c, "UPDATE sessions SET expires_at = 1 WHERE session_id <> 'session-0'");
  s_put_session(c, 10, open_ms);
  assert_string_equal(s_value(c, "SELECT count(*) FROM sessions"), "3");
  s_put_session(c, 11, open_ms);
  assert_string_equal(s_value(c, "SELECT group_concat(session_id) FROM (SELECT session_id FROM sessions ORDER BY 1)"),
                      "session-0,session-10,session-11");
}

static void file__policies_changed_by_hand_decide_nothing_until_an_import_takes_them_over(void **state)
{
  contract *c = *state;
  s_import_policy(c, "a", "{}");
  s_import_policy(c, "b", "{\"b\":1}");
  static const struct {
    const char *sql;
    const char *count;
    const char *after; /* an import of something else */
  } changes[] = {
      {"INSERT INTO policies VALUES('c', '{\"c\":1}', 1, 0)", "3", "a={};b={\"b\":1};c={\"c\":1};"},
      {"UPDATE policies SET policy_json = '{\"c\":2}' WHERE id = 'c'", "3", "a={};b={\"b\":1};c={\"c\":2};"},
      {"DELETE FROM policies WHERE id = 'b'", "2", "a={};c={\"c\":2};"},
      {"UPDATE policies SET version = 77 WHERE id = 'a'", "2", "a={};c={\"c\":2};"},
  };
  for (size_t i = 0; i < sizeof changes / sizeof *changes; ++i) {
    askiam_status status;
    s_change(c, changes[i].sql);
    assert_string_equal(s_value(c, "SELECT policy_count FROM catalogue_version"), changes[i].count);
    s_policies(c, &status);
    assert_int_equal(status, ASKIAM_STATUS_NOT_FOUND);
    void *session = contract_import(c);
    assert_int_equal(contract_commit(c, session), ASKIAM_STATUS_OK);
    assert_string_equal(s_policies(c, &status), changes[i].after);
    assert_int_equal(status, ASKIAM_STATUS_OK);
  }
  s_import_policy(c, "b", "{\"b\":1}"); /* its number goes on */
  assert_string_equal(s_value(c, "SELECT version FROM policies WHERE id = 'b'"), "2");
}

static void file__policies_that_do_not_have_their_hash_are_damaged_until_they_are_imported_again(void **state)
{
  contract *c = *state;
  static const char *const changes[] = {
      "UPDATE policy_revisions SET policy_json = '{\"Version\":\"2012-10-17\"}'",
      "UPDATE policy_revisions SET hash = 'ab'",
      "DELETE FROM policy_revisions",
      "DELETE FROM policy_sets WHERE id = 'a'",
      "UPDATE policy_sets SET id = 'c' WHERE id = 'b'",
      "UPDATE policy_sets SET version = version + 1",
  };
  for (size_t i = 0; i < sizeof changes / sizeof *changes; ++i) {
    askiam_status status;
    s_import_policy(c, "a", i % 2 == 0 ? "{}" : "{ }");
    s_import_policy(c, "b", "{\"b\":1}");
    s_policies(c, &status);
    assert_int_equal(status, ASKIAM_STATUS_OK);
    s_change(c, changes[i]);
    s_policies(c, &status);
    assert_int_equal(status, ASKIAM_STATUS_CORRUPT);
    assert_non_null(strstr(c->error.message, "again"));
  }
}

/* A time that was only the default, the time of the import, does not replace one that is known. */
static void file__a_default_time_does_not_replace_a_known_one(void **state)
{
  contract *c = *state;
  char now[32];
  snprintf(now, sizeof now, "%lld", (long long)CONTRACT_NOW_MS);
  void *session = contract_import(c);
  contract_row(c, session, ASKIAM_TABLE_USERS, 1, "john.doe", "", "John Doe", "active", now, "{}", NULL);
  contract_row(c, session, ASKIAM_TABLE_USER_ROLES, 1, "john.doe", "wd-audit", now, "", "active", NULL);
  assert_int_equal(contract_commit(c, session), ASKIAM_STATUS_OK);
  assert_string_equal(s_value(c, "SELECT created_at FROM users WHERE user_id = 'john.doe'"), "1700000000123");
  assert_string_equal(s_value(c, "SELECT granted_at FROM user_roles WHERE role_id = 'wd-audit'"), "1700000000000");
}

static bool s_file_holds(const char *path, const char *words)
{
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    return false;
  }
  static char bytes[4 << 20];
  size_t length = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  for (size_t i = 0; i + strlen(words) <= length; ++i) {
    if (memcmp(bytes + i, words, strlen(words)) == 0) {
      return true;
    }
  }
  return false;
}

static void file__what_is_erased_is_gone_from_the_disk(void **state)
{
  contract *c = *state;
  contract_append_first(c, "john.doe", ASKIAM_RECORD_SENTENCE, "unmistakable words");
  char wal[256];
  snprintf(wal, sizeof wal, "%s-wal", s_path(c));
  assert_true(s_file_holds(wal, "unmistakable") || s_file_holds(s_path(c), "unmistakable"));
  uint64_t count = 0;
  assert_int_equal(c->driver->journal->erase(c->self, &c->call, ASKI_STR("john.doe"), &count, &c->error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(count, 1);
  assert_false(s_file_holds(wal, "unmistakable"));
  assert_false(s_file_holds(s_path(c), "unmistakable"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, contract_setup_filled, contract_teardown)

int main(void)
{
  contract_current = &contract_places[0];
  const struct CMUnitTest tests[] = {
      TEST(file__has_the_settings_of_a_durable_store),
      TEST(file__is_read_with_the_memory_that_settings_give),
      TEST(file__a_lease_that_reads_cannot_write),
      TEST(file__a_writer_waits_for_no_reader_and_for_one_writer),
      TEST(file__a_rate_does_not_make_records_less_durable),
      TEST(file__has_the_columns_of_the_specification),
      TEST(file__views_show_times_as_text),
      TEST(file__documents_are_found_by_words_and_scope),
      TEST(file__a_renamed_entity_leaves_no_entries),
      TEST(file__old_revisions_of_policies_stay),
      TEST(file__new_sessions_clear_away_those_that_have_ended),
      TEST(file__policies_changed_by_hand_decide_nothing_until_an_import_takes_them_over),
      TEST(file__policies_that_do_not_have_their_hash_are_damaged_until_they_are_imported_again),
      TEST(file__a_default_time_does_not_replace_a_known_one),
      TEST(file__what_is_erased_is_gone_from_the_disk),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
