/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vault.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static const char s_world[] =
    "{\"users\":[{\"user_id\":\"ann\",\"email\":\"ann@v.example\",\"name\":\"Ann Lee\"},"
    "{\"user_id\":\"bob\",\"email\":\"bob@v.example\",\"name\":\"Bob Ray\"}],"
    "\"applications\":[{\"app_id\":\"vault\",\"name\":\"Vault\",\"description\":\"\",\"owner\":\"bob\"}],"
    "\"roles\":[{\"role_id\":\"reader\",\"app_id\":\"vault\",\"name\":\"Reader\",\"risk\":\"low\"},"
    "{\"role_id\":\"payer\",\"app_id\":\"vault\",\"name\":\"Payer\",\"risk\":\"high\"},"
    "{\"role_id\":\"auditor\",\"app_id\":\"vault\",\"name\":\"Auditor\",\"risk\":\"high\"}],"
    "\"role_conflicts\":[{\"role_id\":\"payer\",\"conflicting_role_id\":\"auditor\",\"reason\":\"two pairs of "
    "eyes\"}]}";

const askiam_str vault_none = {NULL, 0};

int vault_set_up(void **state)
{
  fixture_set_up_empty(state);
  fixture *home = *state;
  fixture_import(home, s_world);
  return 0;
}

/* Decides, expecting VALID. */
void vault_approve(fixture *home, const char *user, const char *text, const char *request_id)
{
  askiam_decision *decision = fixture_decide(home, fixture_request(user, text, request_id));
  if (askiam_decision_verdict(decision) != ASKIAM_VERDICT_VALID) {
    fail_msg("%s", askiam_decision_to_json(decision, NULL));
  }
  askiam_decision_destroy(decision);
}

static bool s_has(const char *json, const char *text) { return json != NULL && strstr(json, text) != NULL; }

void vault_expect(const char *json, const char *text)
{
  if (!s_has(json, text)) {
    fail_msg("%s is not in %s", text, json == NULL ? "(nothing)" : json);
  }
}

/* What fulfilment says, checked to hold `first` and `second`. */
void vault_fulfil(fixture *home, const char *request_id, const char *first, const char *second)
{
  char *json = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_grant_fulfil(&json, home->engine, askiam_str_from(request_id), vault_none, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  vault_expect(json, first);
  vault_expect(json, second);
  askiam_string_free(home->engine, json);
}

void vault_revoke(fixture *home, const char *request_id, const char *first, const char *second)
{
  char *json = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_grant_revoke(&json, home->engine, askiam_str_from(request_id), vault_none, askiam_str_from("boss"),
                          askiam_str_from("no more"), &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  vault_expect(json, first);
  vault_expect(json, second);
  askiam_string_free(home->engine, json);
}

void vault_status(fixture *home, const char *request_id, const char *text)
{
  char *json = NULL;
  assert_int_equal(askiam_status_json(&json, home->engine, askiam_str_from(request_id), vault_none, NULL),
                   ASKIAM_STATUS_OK);
  vault_expect(json, text);
  askiam_string_free(home->engine, json);
}

askiam_status vault_line(void *context, askiam_str line)
{
  vault_lines *all = context;
  size_t length = strlen(all->text);
  snprintf(all->text + length, sizeof all->text - length, "%.*s\n", (int)line.length, line.data);
  ++all->count;
  return ASKIAM_STATUS_OK;
}

void vault_expire(fixture *home, int count)
{
  vault_lines all = {.count = 0};
  assert_int_equal(askiam_grants_expire(home->engine, vault_line, &all, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(all.count, count);
}

/* Somebody with a shell. */
void vault_sql(fixture *home, const char *sql)
{
  sqlite3 *db = NULL;
  char *said = NULL;
  assert_int_equal(sqlite3_open(home->url + strlen("sqlite:"), &db), SQLITE_OK);
  if (sqlite3_exec(db, sql, NULL, NULL, &said) != SQLITE_OK) {
    fail_msg("%s: %s", said, sql);
  }
  sqlite3_close(db);
}

/* The one number that a query gives. */
long long vault_number(fixture *home, const char *sql)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  assert_int_equal(sqlite3_open(home->url + strlen("sqlite:"), &db), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  long long number = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return number;
}

long long vault_count(fixture *home, const char *from)
{
  char sql[256];
  snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", from);
  return vault_number(home, sql);
}

askiam_status vault_event(fixture *home, const char *event)
{
  char *json = NULL;
  askiam_status status = askiam_grant_fulfil_event(&json, home->engine, askiam_str_from(event), NULL);
  askiam_string_free(home->engine, json);
  return status;
}

/* The outbox's event of a request. */
void vault_read_event(fixture *home, char *out, size_t size)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  assert_int_equal(sqlite3_open(home->url + strlen("sqlite:"), &db), SQLITE_OK);
  sqlite3_prepare_v2(db, "SELECT body FROM outbox WHERE type='grant.requested'", -1, &statement, NULL);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  snprintf(out, size, "%s", (const char *)sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
  sqlite3_close(db);
}
