/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trail.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/chain.h"

void trail_decide(fixture *home, const char *user, const char *text, const char *request_id)
{
  askiam_decision_destroy(fixture_decide(home, fixture_request(user, text, request_id)));
}

size_t trail_decide_cases(fixture *home, const char *prefix)
{
  enum { LINE_BYTES = 8192 };
  static char line[LINE_BYTES];
  FILE *file = fopen(ASKIAM_DECISIONS "/sample.jsonl", "r");
  assert_non_null(file);
  size_t count = 0;
  while (fgets(line, sizeof line, file) != NULL) {
    char id[64];
    askiam_request *request = NULL;
    line[strcspn(line, "\n")] = 0;
    assert_int_equal(askiam_request_from_json(&request, askiam_str_from(line), NULL, NULL), ASKIAM_STATUS_OK);
    snprintf(id, sizeof id, "%s-%zu", prefix, count++);
    assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_ID, askiam_str_from(id), NULL), ASKIAM_STATUS_OK);
    askiam_decision_destroy(fixture_decide(home, request));
  }
  assert_int_equal(fclose(file), 0);
  return count;
}

static sqlite3 *s_open(const fixture *home)
{
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(home->url + strlen("sqlite:"), &db), SQLITE_OK);
  return db;
}

static void s_run(sqlite3 *db, const char *sql)
{
  char *message = NULL;
  if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
    fail_msg("%s: %s", sql, message);
  }
}

void trail_tamper(fixture *home, const char *sql)
{
  sqlite3 *db = s_open(home);
  s_run(db, sql);
  assert_true(sqlite3_changes(db) > 0);
  sqlite3_close(db);
}

void trail_empty_catalogue(fixture *home)
{
  static const char *const tables[] = {
      "user_roles", "role_prerequisites", "role_conflicts",  "role_restrictions", "aliases",   "roles",
      "users",      "applications",       "access_patterns", "document_scope",    "documents", "policies"};
  sqlite3 *db = s_open(home);
  s_run(db, "PRAGMA foreign_keys = OFF");
  for (size_t i = 0; i < sizeof tables / sizeof *tables; ++i) {
    char sql[64];
    snprintf(sql, sizeof sql, "DELETE FROM %s", tables[i]);
    s_run(db, sql);
  }
  s_run(db, "UPDATE catalogue_version SET version = version + 1, policy_count = 0, policy_hash = ''");
  sqlite3_close(db);
}

/* One text of the row; the caller frees it. */
static char *s_text(sqlite3 *db, const char *column, const char *table, const char *request_id)
{
  char sql[128];
  sqlite3_stmt *row = NULL;
  snprintf(sql, sizeof sql, "SELECT %s FROM %s WHERE request_id = ?1", column, table);
  assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
  sqlite3_bind_text(row, 1, request_id, -1, SQLITE_STATIC);
  assert_int_equal(sqlite3_step(row), SQLITE_ROW);
  char *text = strdup((const char *)sqlite3_column_text(row, 0));
  sqlite3_finalize(row);
  return text;
}

/* The first `from` in a column becomes `to`. */
static void s_replace(sqlite3 *db, const char *column, const char *table, const char *request_id, const char *from,
                      const char *to)
{
  char sql[128];
  sqlite3_stmt *change = NULL;
  snprintf(sql, sizeof sql, "UPDATE %s SET %s = replace(%s, ?2, ?3) WHERE request_id = ?1", table, column, column);
  assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &change, NULL), SQLITE_OK);
  sqlite3_bind_text(change, 1, request_id, -1, SQLITE_STATIC);
  sqlite3_bind_text(change, 2, from, -1, SQLITE_STATIC);
  sqlite3_bind_text(change, 3, to, -1, SQLITE_STATIC);
  assert_int_equal(sqlite3_step(change), SQLITE_DONE);
  assert_int_equal(sqlite3_changes(db), 1);
  sqlite3_finalize(change);
}

void trail_forge_facts(fixture *home, const char *request_id, const char *from, const char *to)
{
  sqlite3 *db = s_open(home);
  char old_hash[ASKI_SHA256_HEX_BYTES];
  char hash[ASKI_SHA256_HEX_BYTES];
  char *salt = s_text(db, "facts_salt", "requests", request_id);
  char *before = s_text(db, "facts", "requests", request_id);
  assert_true(aski_audit_salted_hash(askiam_str_from(salt), askiam_str_from(before), ASKI_STR_NONE, old_hash));
  s_replace(db, "facts", "requests", request_id, from, to);
  char *after = s_text(db, "facts", "requests", request_id);
  assert_string_not_equal(before, after);
  assert_true(aski_audit_salted_hash(askiam_str_from(salt), askiam_str_from(after), ASKI_STR_NONE, hash));
  s_replace(db, "payload", "audit_log", request_id, old_hash, hash);
  char *payload = s_text(db, "payload", "audit_log", request_id);
  char *previous = s_text(db, "prev_hash", "audit_log", request_id);
  char *seq = s_text(db, "seq", "audit_log", request_id);
  char *entry_hash = s_text(db, "hash", "audit_log", request_id);
  aski_link link = {askiam_str_from("main"), strtoll(seq, NULL, 10), askiam_str_from(previous),
                    askiam_str_from(payload)};
  assert_true(aski_audit_link_hash(ASKI_STR_NONE, &link, hash));
  s_replace(db, "hash", "audit_log", request_id, entry_hash, hash);
  s_replace(db, "decision", "requests", request_id, entry_hash, hash);
  char sql[128];
  snprintf(sql, sizeof sql, "UPDATE audit_chains SET hash = '%s'", hash);
  s_run(db, sql);
  sqlite3_close(db);
  char *const texts[] = {salt, before, after, payload, previous, seq, entry_hash};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
    free(texts[i]);
  }
}
