/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const contract_place *contract_current;
const char *contract_busy_timeout = "5000";

static askiam_str s_setting(const void *settings, const char *key)
{
  const contract *c = settings;
  return strcmp(key, "store.busy_timeout_ms") == 0 ? askiam_str_from(contract_busy_timeout)
         : strcmp(key, "store.prepared") == 0      ? askiam_str_from(c->place->prepared)
                                                   : ASKI_STR_NONE;
}

static int64_t s_now_ms(void *context)
{
  (void)context;
  return CONTRACT_NOW_MS;
}

static uint64_t s_ticks_ns(void *context)
{
  (void)context;
  return 1;
}

static askiam_status s_open_by(contract *c, const askiam_allocator *allocator, void **out_self)
{
  const struct askiam_backend_options options = {
      .url = askiam_str_from(c->url), .get = s_setting, .settings = c, .allocator = allocator, .clock = &c->clock};
  return c->driver->open(out_self, NULL, &options, &c->error);
}

static void s_open(contract *c) { assert_int_equal(s_open_by(c, &c->allocator.base, &c->self), ASKIAM_STATUS_OK); }

void *contract_open_other(contract *c)
{
  void *self = NULL;
  return s_open_by(c, aski_allocator_default(), &self) == ASKIAM_STATUS_OK ? self : NULL;
}

int contract_setup(void **state)
{
  contract *c = calloc(1, sizeof *c);
  assert_non_null(c);
  c->place = contract_current;
  c->driver = c->place->driver();
  test_allocator_init(&c->allocator);
  c->clock = (askiam_clock){s_now_ms, s_ticks_ns, NULL};
  c->call = (struct askiam_call){.clock = &c->clock, .deadline_ticks_ns = UINT64_MAX, .now_ms = CONTRACT_NOW_MS};
  aski_arena_init(&c->arena, aski_allocator_default());
  snprintf(c->folder, sizeof c->folder, "/tmp/askiam-contract-XXXXXX");
  assert_non_null(mkdtemp(c->folder));
  if (c->place->make != NULL) {
    c->place->make(c->url);
  } else {
    bool whole = (c->place->quirks & CONTRACT_VOLATILE) != 0;
    snprintf(c->url, sizeof c->url, "%s%s%s", c->place->url, whole ? "" : c->folder, whole ? "" : "/store.db");
  }
  s_open(c);
  int from = -1;
  int to = -1;
  if (c->driver->admin->migrate(c->self, &c->call, &from, &to, &c->error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", c->error.message);
  }
  *state = c;
  return 0;
}

int contract_setup_filled(void **state)
{
  contract_setup(state);
  contract_fill(*state);
  return 0;
}

static void s_remove_folder(const char *folder)
{
  DIR *listing = opendir(folder);
  for (struct dirent *entry = NULL; listing != NULL && (entry = readdir(listing)) != NULL;) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    unlink(path);
  }
  if (listing != NULL) {
    closedir(listing);
  }
  rmdir(folder);
}

int contract_teardown(void **state)
{
  contract *c = *state;
  c->driver->close(c->self);
  aski_arena_clean_up(&c->arena);
  long outstanding = c->allocator.outstanding;
  s_remove_folder(c->folder);
  free(c);
  assert_int_equal(outstanding, 0);
  return 0;
}

void contract_reopen(contract *c)
{
  c->driver->close(c->self);
  assert_int_equal(c->allocator.outstanding, 0);
  s_open(c);
}

int contract_run(const char *name, const struct CMUnitTest *tests, size_t count)
{
  int failures = 0;
  for (size_t i = 0; i < contract_place_count; ++i) {
    char title[128];
    snprintf(title, sizeof title, "%s over %s", name, contract_places[i].name);
    contract_current = &contract_places[i];
    failures += _cmocka_run_group_tests(title, tests, count, NULL, NULL);
  }
  return failures;
}

void *contract_import(contract *c)
{
  void *session = NULL;
  assert_int_equal(c->driver->admin->import_begin(c->self, &c->call, &session, &c->error), ASKIAM_STATUS_OK);
  return session;
}

void contract_row(contract *c, void *session, askiam_table table, uint64_t row, ...)
{
  askiam_str values[ASKIAM_ROW_MAX_COLUMNS];
  size_t count = 0;
  va_list arguments;
  va_start(arguments, row);
  for (const char *text = va_arg(arguments, const char *); text != NULL; text = va_arg(arguments, const char *)) {
    values[count++] = askiam_str_from(text);
  }
  va_end(arguments);
  assert_int_equal(c->driver->admin->import_row(session, table, row, values, count, &c->error), ASKIAM_STATUS_OK);
}

askiam_status contract_commit(contract *c, void *session)
{
  return c->driver->admin->import_commit(session, NULL, NULL, &c->error);
}

static void s_fill_names(contract *c, void *session)
{
#define USER(row, ...) contract_row(c, session, ASKIAM_TABLE_USERS, row, __VA_ARGS__, NULL)
  USER(1, "john.doe", "john.doe@example.com", "John Doe", "active", "1700000000123",
       "{\"department\":\"HR\",\"title\":\"Analyst \\\"II\\\"\"}");
  USER(2, "li.wei", "wei@example.com", "Li Wei", "active", "1700000000000", "{\"department\":\"Finance\"}");
  USER(3, "li.wei2", "wei2@example.com", "Li Wei", "active", "1700000000000", "{}");
  USER(4, "jose", "jose@example.com", "Jos\xc3\xa9 O'Neil", "suspended", "1700000000000", "{}");
  USER(5, "gone", "gone@example.com", "Gone Away", "inactive", "1700000000000", "{}");
#define APPLICATION(row, ...) contract_row(c, session, ASKIAM_TABLE_APPLICATIONS, row, __VA_ARGS__, NULL)
  APPLICATION(1, "workday", "Workday", "People", "li.wei", "active", "1700000000000");
  APPLICATION(2, "salesforce", "Salesforce", "Sales", "", "active", "1700000000000");
  APPLICATION(3, "legacy", "Legacy 9", "Old", "", "inactive", "1700000000000");
#define ROLE(row, ...) contract_row(c, session, ASKIAM_TABLE_ROLES, row, __VA_ARGS__, NULL)
  ROLE(1, "wd-hr", "workday", "HR Analyst", "reads people", "[\"people:read\",\"pay:read\"]", "high", "active",
       "1700000000000");
  ROLE(2, "wd-admin", "workday", "Administrator", "", "[]", "high", "active", "1700000000000");
  ROLE(3, "sf-admin", "salesforce", "Administrator", "", "[]", "low", "active", "1700000000000");
  ROLE(4, "sf-rep", "salesforce", "Sales Rep", "", "[]", "low", "inactive", "1700000000000");
  ROLE(5, "wd-audit", "workday", "Auditor", "", "[]", "low", "active", "1700000000000");
#define ALIAS(row, ...) contract_row(c, session, ASKIAM_TABLE_ALIASES, row, __VA_ARGS__, NULL)
  ALIAS(1, "application", "workday", "WD");
  ALIAS(2, "role", "wd-hr", "People Analyst");
  ALIAS(3, "user", "john.doe", "Johnny");
}

void contract_fill(contract *c)
{
  void *session = contract_import(c);
  s_fill_names(c, session);
#define ROW(table, row, ...) contract_row(c, session, ASKIAM_TABLE_##table, row, __VA_ARGS__, NULL)
  ROW(USER_ROLES, 1, "john.doe", "wd-audit", "1700000000000", "", "active");
  ROW(USER_ROLES, 2, "john.doe", "sf-rep", "1700000000000", "1700000000001", "active");
  ROW(USER_ROLES, 3, "john.doe", "sf-admin", "1700000000000", "", "revoked");
  ROW(USER_ROLES, 4, "li.wei", "wd-hr", "1700000000000", "", "active");
  ROW(ROLE_PREREQUISITES, 1, "wd-hr", "wd-audit");
  ROW(ROLE_CONFLICTS, 1, "wd-hr", "wd-audit", "nobody audits himself");
  ROW(ROLE_CONFLICTS, 2, "wd-hr", "wd-admin", "too much");
  ROW(ROLE_RESTRICTIONS, 1, "wd-hr", "john.doe", "left HR");
  ROW(DOCUMENTS, 1, "d1", "HR Analyst guide", "How to analyse people", "{}", "[\"workday\"]", "[\"wd-hr\"]", "", "");
  ROW(DOCUMENTS, 2, "d2", "Rules for all", "Least privilege", "{}", "[]", "[]", "", "");
  ROW(ACCESS_PATTERNS, 1, "li.wei", "wd-hr", "workday", "1700000000000", "1", "human");
  ROW(ACCESS_PATTERNS, 2, "left.long.ago", "wd-hr", "workday", "1700000000001", "0", "human");
  if (contract_commit(c, session) != ASKIAM_STATUS_OK) {
    fail_msg("%s", c->error.message);
  }
}

void contract_append_first(contract *c, const char *requester, askiam_record_field field, const char *text)
{
  static const askiam_record_field usual[] = {ASKIAM_RECORD_REQUEST_ID, ASKIAM_RECORD_STATUS, ASKIAM_RECORD_DECISION,
                                              ASKIAM_RECORD_AUDIT_ID,   ASKIAM_RECORD_ACTION, ASKIAM_RECORD_RESOURCE,
                                              ASKIAM_RECORD_PAYLOAD};
  char zeros[65];
  snprintf(zeros, sizeof zeros, "%064d", 0);
  askiam_record *record = askiam_record_new(NULL);
  for (size_t i = 0; i < sizeof usual / sizeof *usual; ++i) {
    askiam_record_set_text(record, usual[i], ASKI_STR("x"));
  }
  askiam_record_set_text(record, field, contract_s(text));
  askiam_record_set_text(record, ASKIAM_RECORD_REQUESTER_ID, contract_s(requester));
  askiam_record_set_text(record, ASKIAM_RECORD_CHAIN, ASKI_STR("main"));
  askiam_record_set_text(record, ASKIAM_RECORD_PREV_HASH, contract_s(zeros));
  askiam_record_set_text(record, ASKIAM_RECORD_HASH, contract_s(zeros));
  askiam_record_set_number(record, ASKIAM_RECORD_SEQ, 1);
  const askiam_record *items[] = {record};
  const struct askiam_records records = {items, 1};
  assert_int_equal(c->driver->journal->append(c->self, &c->call, &records, NULL, &c->error), ASKIAM_STATUS_OK);
  askiam_record_destroy(record);
}
