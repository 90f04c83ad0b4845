/* SPDX-License-Identifier: Apache-2.0
 *
 * What every store promises about its schema and its import (askiam/backend/admin.h). */
#include <stdio.h>

#include "support.h"

static size_t s_names(contract *c, askiam_term_mode mode, unsigned kinds, const char *key, const char *application_id)
{
  askiam_terms terms;
  askiam_candidates found;
  aski_terms_init(&terms, &c->arena);
  const aski_term term = {.mode = mode,
                          .kinds = kinds,
                          .key = askiam_str_from(key),
                          .distance = 1,
                          .application_id = askiam_str_from(application_id),
                          .limit = 10};
  aski_terms_add(&terms, &term);
  aski_candidates_init(&found, &c->arena, 1);
  assert_int_equal(c->driver->catalogue->candidates(c->self, &c->call, &terms, &found, &c->error), ASKIAM_STATUS_OK);
  return found.count;
}

static aski_facts s_facts(contract *c, const char *user, const char *role)
{
  aski_facts facts;
  aski_facts_init(&facts, &c->arena);
  assert_int_equal(c->driver->catalogue->facts(c->self, &c->call, contract_s(user), ASKI_STR_NONE, ASKI_STR_NONE,
                                               contract_s(role), &facts, &c->error),
                   ASKIAM_STATUS_OK);
  return facts;
}

static void admin__migrating_again_does_nothing(void **state)
{
  contract *c = *state;
  int from = -1;
  int to = -1;
  assert_int_equal(c->driver->admin->migrate(c->self, &c->call, &from, &to, &c->error), ASKIAM_STATUS_OK);
  assert_true(from == to && to > 0);
  assert_true(s_facts(c, "john.doe", NULL).user.found);
}

static void admin__an_import_replaces_rows_and_their_names(void **state)
{
  contract *c = *state;
  void *session = contract_import(c);
  contract_row(c, session, ASKIAM_TABLE_USERS, 1, "john.doe", "jd@example.com", "Jack Doe", "inactive", "1", "{}",
               NULL);
  contract_row(c, session, ASKIAM_TABLE_APPLICATIONS, 1, "workday", "Workweek", "", "", "inactive", "1", NULL);
  contract_row(c, session, ASKIAM_TABLE_ROLES, 1, "wd-hr", "salesforce", "People Reader", "", "[]", "", "active", "1",
               NULL);
  contract_row(c, session, ASKIAM_TABLE_USER_ROLES, 1, "john.doe", "wd-audit", "1", "2", "revoked", NULL);
  assert_int_equal(contract_commit(c, session), ASKIAM_STATUS_OK);
  assert_int_equal(s_names(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_USER, "john doe example com", NULL), 0);
  assert_int_equal(s_names(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_USER, "jack doe", NULL), 1);
  assert_int_equal(s_names(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_USER, "john doe", NULL), 1); /* still the id */
  assert_int_equal(s_names(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_APPLICATION, "workweek", NULL), 1);
  assert_int_equal(s_names(c, ASKIAM_TERM_NEAR, ASKIAM_KIND_APPLICATION, "workwek", NULL), 1);
  assert_int_equal(s_names(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_ROLE, "hr analyst", NULL), 0);
  assert_int_equal(s_names(c, ASKIAM_TERM_NEAR, ASKIAM_KIND_ROLE, "hranalist", NULL), 0);
  assert_int_equal(s_names(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_ROLE, "people reader", "salesforce"), 1);
  assert_int_equal(s_names(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_ROLE, "people reader", "workday"), 0);
  assert_int_equal(s_names(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_ROLE, "people analyst", "salesforce"), 1); /* alias */
  assert_int_equal(s_names(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_ROLE, "people analyst", "workday"), 0);
  aski_facts facts = s_facts(c, "john.doe", NULL);
  assert_int_equal(facts.user.status, ASKIAM_ENTITY_INACTIVE);
  assert_int_equal(facts.user.attributes.count, 0);
  assert_null(aski_facts_held(&facts, ASKI_STR("wd-audit"), CONTRACT_NOW_MS));
  assert_int_equal(facts.grants.count, 3);
}

static void admin__the_same_import_twice_changes_nothing_but_the_version(void **state)
{
  contract *c = *state;
  contract_fill(c);
  assert_int_equal(s_names(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_USER, "li wei", NULL), 3);
  assert_int_equal(s_names(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_APPLICATION, "wd", NULL), 1);
  assert_int_equal(s_facts(c, "john.doe", NULL).grants.count, 3);
}

static void admin__an_alias_may_name_many(void **state)
{
  contract *c = *state;
  void *session = contract_import(c);
  contract_row(c, session, ASKIAM_TABLE_ALIASES, 1, "application", "workday", "The Tool", NULL);
  contract_row(c, session, ASKIAM_TABLE_ALIASES, 2, "application", "salesforce", "The Tool", NULL);
  assert_int_equal(contract_commit(c, session), ASKIAM_STATUS_OK);
  assert_int_equal(s_names(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_APPLICATION, "the tool", NULL), 2);
}

static void admin__nothing_of_an_aborted_import_is_seen(void **state)
{
  contract *c = *state;
  void *session = contract_import(c);
  contract_row(c, session, ASKIAM_TABLE_USERS, 1, "new", "", "Nina New", "active", "1", "{}", NULL);
  if ((c->place->quirks & CONTRACT_ONE_CONNECTION) == 0) {
    assert_false(s_facts(c, "new", NULL).user.found);
  }
  c->driver->admin->import_abort(session);
  assert_false(s_facts(c, "new", NULL).user.found);
  assert_int_equal(s_names(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_USER, "nina new", NULL), 0);
}

typedef struct problems {
  size_t count;
  size_t most;
  askiam_table tables[32];
  uint64_t rows[32];
  char first[200];
} problems;

static int s_report(void *context, askiam_table table, uint64_t row, const char *message)
{
  problems *p = context;
  if (p->count == 0) {
    snprintf(p->first, sizeof p->first, "%s", message);
  }
  p->tables[p->count] = table;
  p->rows[p->count++] = row;
  return p->count < p->most;
}

static void s_bad_rows(contract *c, void *session)
{
  contract_row(c, session, ASKIAM_TABLE_USERS, 1, "new", "", "Nina New", "active", "1", "{}", NULL);
  contract_row(c, session, ASKIAM_TABLE_ROLES, 7, "r", "nowhere", "R", "", "[]", "", "active", "1", NULL);
  contract_row(c, session, ASKIAM_TABLE_ALIASES, 8, "user", "nobody", "N", NULL);
  contract_row(c, session, ASKIAM_TABLE_USER_ROLES, 9, "new", "norole", "1", "", "active", NULL);
  contract_row(c, session, ASKIAM_TABLE_USER_ROLES, 10, "nobody", "r", "1", "", "active", NULL);
  contract_row(c, session, ASKIAM_TABLE_ROLE_PREREQUISITES, 11, "r", "norole", NULL);
  contract_row(c, session, ASKIAM_TABLE_ROLE_CONFLICTS, 12, "norole", "r", "", NULL);
  contract_row(c, session, ASKIAM_TABLE_ROLE_RESTRICTIONS, 13, "r", "nobody", "", NULL);
  contract_row(c, session, ASKIAM_TABLE_DOCUMENTS, 14, "d", "", "text", "{}", "[\"nowhere\"]", "[]", "", "", NULL);
  contract_row(c, session, ASKIAM_TABLE_ACCESS_PATTERNS, 15, "nobody", "norole", "nowhere", "1", "1", "human", NULL);
}

static void admin__references_are_checked_and_told_by_row(void **state)
{
  contract *c = *state;
  void *session = contract_import(c);
  s_bad_rows(c, session);
  problems p = {.most = 32};
  assert_int_equal(c->driver->admin->import_commit(session, s_report, &p, &c->error), ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(p.count, 8);
  for (size_t i = 0; i < p.count; ++i) {
    assert_int_equal(p.rows[i], 7 + i);
  }
  assert_string_equal(p.first, "app_id \"nowhere\" does not exist in applications");
  assert_int_equal(p.tables[0], ASKIAM_TABLE_ROLES);
  assert_false(s_facts(c, "new", "r").user.found);
}

static void admin__the_report_stops_when_it_is_told(void **state)
{
  contract *c = *state;
  void *session = contract_import(c);
  s_bad_rows(c, session);
  problems p = {.most = 3};
  assert_int_equal(c->driver->admin->import_commit(session, s_report, &p, &c->error), ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(p.count, 3);
}

static void admin__references_may_be_to_what_was_there(void **state)
{
  contract *c = *state;
  void *session = contract_import(c);
  contract_row(c, session, ASKIAM_TABLE_ROLES, 1, "wd-new", "workday", "New Role", "", "[]", "", "active", "1", NULL);
  contract_row(c, session, ASKIAM_TABLE_USER_ROLES, 1, "jose", "wd-new", "1", "", "active", NULL);
  contract_row(c, session, ASKIAM_TABLE_ROLE_RESTRICTIONS, 1, "wd-new", "gone", "why", NULL);
  assert_int_equal(contract_commit(c, session), ASKIAM_STATUS_OK);
  assert_int_equal(s_facts(c, "jose", "wd-new").grants.count, 1);
  assert_true(s_facts(c, "gone", "wd-new").restricted);
}

static void s_import_policy(contract *c, const char *id, const char *json)
{
  void *session = contract_import(c);
  contract_row(c, session, ASKIAM_TABLE_POLICIES, 1, id, json, NULL);
  assert_int_equal(contract_commit(c, session), ASKIAM_STATUS_OK);
}

static void admin__the_policy_hash_moves_with_the_policies_only(void **state)
{
  contract *c = *state;
  assert_int_equal(s_facts(c, NULL, NULL).policy_hash.length, 0);
  s_import_policy(c, "p1", "{\"a\": 1}");
  askiam_str first = s_facts(c, NULL, NULL).policy_hash;
  assert_true(first.length > 0);
  assert_int_equal(s_facts(c, NULL, NULL).policy_count, 1);
  s_import_policy(c, "p1", "{\"a\": 1}");
  assert_true(aski_str_equal(first, s_facts(c, NULL, NULL).policy_hash));
  s_import_policy(c, "p1", "{\"a\": 2}");
  assert_false(aski_str_equal(first, s_facts(c, NULL, NULL).policy_hash));
  s_import_policy(c, "p1", "{\"a\": 1}");
  assert_true(aski_str_equal(first, s_facts(c, NULL, NULL).policy_hash));
  s_import_policy(c, "p2", "{\"a\": 1}");
  assert_int_equal(s_facts(c, NULL, NULL).policy_count, 2);
  assert_false(aski_str_equal(first, s_facts(c, NULL, NULL).policy_hash));
}

/* Whatever fails for want of memory, the store is as it was, and works. */
static void admin__memory_may_run_out_anywhere(void **state)
{
  contract *c = *state;
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  const askiam_str user[] = {ASKI_STR("late"),   ASKI_STR(""),  ASKI_STR("L\xc3\xa1te"),
                             ASKI_STR("active"), ASKI_STR("1"), ASKI_STR("{}")};
  const askiam_str role[] = {ASKI_STR("late-role"), ASKI_STR("workday"), ASKI_STR("Late Role"), ASKI_STR(""),
                             ASKI_STR("[]"),        ASKI_STR(""),        ASKI_STR("active"),    ASKI_STR("1")};
  const askiam_str held[] = {ASKI_STR("late"), ASKI_STR("late-role"), ASKI_STR("1"), ASKI_STR(""), ASKI_STR("active")};
  for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
    assert_true(n < 1000);
    const askiam_admin_vtable *admin = c->driver->admin;
    long outstanding = c->allocator.outstanding;
    void *session = NULL;
    test_allocator_fail_at(&c->allocator, n);
    status = admin->import_begin(c->self, &c->call, &session, &c->error);
    if (status == ASKIAM_STATUS_OK) {
      admin->import_row(session, ASKIAM_TABLE_USERS, 1, user, 6, &c->error);
      admin->import_row(session, ASKIAM_TABLE_ROLES, 1, role, 8, &c->error);
      admin->import_row(session, ASKIAM_TABLE_USER_ROLES, 1, held, 5, &c->error);
      status = admin->import_commit(session, NULL, NULL, &c->error);
    }
    test_allocator_fail_at(&c->allocator, 0);
    assert_int_equal(c->allocator.outstanding, outstanding);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    aski_facts facts = s_facts(c, "late", "late-role");
    assert_int_equal(facts.user.found, status == ASKIAM_STATUS_OK);
    assert_int_equal(facts.grants.count, status == ASKIAM_STATUS_OK ? 1 : 0);
  }
}

/* What a walk over one table saw: values by | and rows by newline. */
typedef struct rows_seen {
  aski_buffer text;
  char position[ASKIAM_POSITION_MAX_BYTES];
  size_t position_bytes;
  size_t rows;
  size_t stop_at; /* this row; 0: never */
} rows_seen;

static askiam_status s_see_row(void *context, askiam_str position, const askiam_str *values, size_t count)
{
  rows_seen *seen = context;
  assert_true(position.length > 0 && position.length <= sizeof seen->position);
  memcpy(seen->position, position.data, position.length);
  seen->position_bytes = position.length;
  for (size_t i = 0; i < count; ++i) {
    assert_non_null(values[i].data);
    aski_buffer_append_text(&seen->text, i == 0 ? "" : "|");
    aski_buffer_append(&seen->text, values[i]);
  }
  aski_buffer_append_byte(&seen->text, '\n');
  return ++seen->rows == seen->stop_at ? ASKIAM_STATUS_NOT_PERMITTED : ASKIAM_STATUS_OK;
}

static askiam_status s_read_part(contract *c, askiam_table table, size_t limit, rows_seen *seen)
{
  askiam_str after = {seen->position_bytes == 0 ? NULL : seen->position, seen->position_bytes};
  char copy[ASKIAM_POSITION_MAX_BYTES];
  if (after.data != NULL) {
    memcpy(copy, after.data, after.length);
    after.data = copy;
  }
  return c->driver->admin->read_rows(c->self, &c->call, table, after, limit, s_see_row, seen, &c->error);
}

/* The whole table, in parts of `limit` rows. */
static void s_sees(contract *c, askiam_table table, size_t limit, const char *expected)
{
  rows_seen seen = {.rows = 0};
  aski_buffer_init(&seen.text, aski_allocator_default());
  for (size_t before = SIZE_MAX; before != seen.rows;) {
    before = seen.rows;
    askiam_status status = s_read_part(c, table, limit, &seen);
    if (status != ASKIAM_STATUS_OK) {
      fail_msg("%s", c->error.message);
    }
    assert_true(seen.rows - before <= limit);
  }
  assert_string_equal(seen.rows == 0 ? "" : seen.text.data, expected);
  aski_buffer_clean_up(&seen.text);
}

static void s_see_everything(contract *c, size_t limit)
{
  s_sees(c, ASKIAM_TABLE_APPLICATIONS, limit,
         "legacy|Legacy 9|Old||inactive|1700000000000\n"
         "salesforce|Salesforce|Sales||active|1700000000000\n"
         "workday|Workday|People|li.wei|active|1700000000000\n");
  s_sees(c, ASKIAM_TABLE_ROLES, limit,
         "sf-admin|salesforce|Administrator||[]|low|active|1700000000000\n"
         "sf-rep|salesforce|Sales Rep||[]|low|inactive|1700000000000\n"
         "wd-admin|workday|Administrator||[]|high|active|1700000000000\n"
         "wd-audit|workday|Auditor||[]|low|active|1700000000000\n"
         "wd-hr|workday|HR Analyst|reads people|[\"people:read\",\"pay:read\"]|high|active|1700000000000\n");
  s_sees(c, ASKIAM_TABLE_POLICIES, limit, "P2|{}\np1|{\"a\": 1}\n");
  s_sees(c, ASKIAM_TABLE_DOCUMENTS, limit,
         "d1|HR Analyst guide|How to analyse people|{}|[\"workday\"]|[\"wd-hr\"]||\n"
         "d2|Rules for all|Least privilege|{}|[]|[]||\n"
         "d3|Vector|with bytes|{\"x\":1}|[]|[]|\x01\x02\xff\x04|m/1\n");
  s_sees(c, ASKIAM_TABLE_ACCESS_PATTERNS, limit,
         "a|wd-audit||1700000000000|1|elsewhere\n"
         "left.long.ago|wd-hr|workday|1700000000001|0|human\n"
         "john|wd-hr|workday|1700000000000|1|human\n"
         "li.wei|wd-hr|workday|1700000000000|1|human\n"
         "b|wd-hr|workday|1700000000009|1|elsewhere\n"
         "b|wd-hr|workday|1700000000005|0|elsewhere\n"
         "c|x|workday|1700000000000|1|human\n");
}

static void s_fill_to_read(contract *c)
{
  void *session = contract_import(c);
#define PATTERN(row, ...) contract_row(c, session, ASKIAM_TABLE_ACCESS_PATTERNS, row, __VA_ARGS__, NULL)
  contract_row(c, session, ASKIAM_TABLE_POLICIES, 1, "p1", "{\"a\": 1}", NULL);
  contract_row(c, session, ASKIAM_TABLE_POLICIES, 2, "P2", "{}", NULL);
  contract_row(c, session, ASKIAM_TABLE_DOCUMENTS, 1, "d3", "Vector", "with bytes", "{\"x\":1}", "[]", "[]",
               "\x01\x02\xff\x04", "m/1", NULL);
  PATTERN(1, "john", "wd-hr", "workday", "1700000000000", "1", "human");
  PATTERN(2, "b", "wd-hr", "workday", "1700000000005", "0", "elsewhere");
  PATTERN(3, "b", "wd-hr", "workday", "1700000000009", "1", "elsewhere");
  PATTERN(4, "a", "wd-audit", "", "1700000000000", "1", "elsewhere");
  PATTERN(5, "c", "x", "workday", "1700000000000", "1", "human");
  assert_int_equal(contract_commit(c, session), ASKIAM_STATUS_OK);
}

static void admin__tables_are_read_back_part_by_part(void **state)
{
  contract *c = *state;
  s_fill_to_read(c);
  for (size_t limit = 1; limit < 10; ++limit) {
    s_see_everything(c, limit);
  }
}

/* A document about several applications and roles tells them in the order of their ids. */
static void admin__a_document_tells_all_that_it_is_about(void **state)
{
  contract *c = *state;
  void *session = contract_import(c);
  contract_row(c, session, ASKIAM_TABLE_DOCUMENTS, 1, "d1", "t", "x", "{}", "[\"workday\",\"legacy\"]",
               "[\"wd-hr\",\"sf-rep\"]", "", "", NULL);
  assert_int_equal(contract_commit(c, session), ASKIAM_STATUS_OK);
  rows_seen seen = {.rows = 0};
  aski_buffer_init(&seen.text, aski_allocator_default());
  assert_int_equal(s_read_part(c, ASKIAM_TABLE_DOCUMENTS, 1, &seen), ASKIAM_STATUS_OK);
  const char *apps = strstr(seen.text.data, "|[\"legacy\",");
  assert_non_null(apps);
  assert_non_null(strstr(apps, "\"workday\"]|[\"sf-rep\","));
  aski_buffer_clean_up(&seen.text);
}

static void admin__a_reader_may_stop_and_the_store_still_works(void **state)
{
  contract *c = *state;
  s_fill_to_read(c);
  for (int table = 0; table < ASKIAM_TABLE_COUNT; ++table) {
    rows_seen seen = {.stop_at = 1};
    aski_buffer_init(&seen.text, aski_allocator_default());
    bool readable = table == ASKIAM_TABLE_APPLICATIONS || table == ASKIAM_TABLE_ROLES ||
                    table == ASKIAM_TABLE_POLICIES || table == ASKIAM_TABLE_DOCUMENTS ||
                    table == ASKIAM_TABLE_ACCESS_PATTERNS;
    assert_int_equal(s_read_part(c, (askiam_table)table, 9, &seen),
                     readable ? ASKIAM_STATUS_NOT_PERMITTED : ASKIAM_STATUS_NOT_SUPPORTED);
    assert_int_equal(seen.rows, readable ? 1 : 0);
    aski_buffer_clean_up(&seen.text);
  }
  s_see_everything(c, 2);
}

static void admin__a_position_of_another_table_is_refused(void **state)
{
  contract *c = *state;
  rows_seen seen = {.position = "wd-hr", .position_bytes = 5};
  assert_int_equal(s_read_part(c, ASKIAM_TABLE_ACCESS_PATTERNS, 5, &seen), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(seen.rows, 0);
}

static void admin__memory_may_run_out_while_rows_are_read(void **state)
{
  contract *c = *state;
  s_fill_to_read(c);
  s_see_everything(c, 9); /* the connection stays */
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
    assert_true(n < 100);
    rows_seen seen = {.rows = 0};
    aski_buffer_init(&seen.text, aski_allocator_default());
    long outstanding = c->allocator.outstanding;
    test_allocator_fail_at(&c->allocator, n);
    status = s_read_part(c, ASKIAM_TABLE_ACCESS_PATTERNS, 5, &seen);
    test_allocator_fail_at(&c->allocator, 0);
    assert_int_equal(c->allocator.outstanding, outstanding);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_true(status == ASKIAM_STATUS_OK ? seen.rows == 5 : seen.rows < 5);
    aski_buffer_clean_up(&seen.text);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, contract_setup_filled, contract_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(admin__migrating_again_does_nothing),
      TEST(admin__an_import_replaces_rows_and_their_names),
      TEST(admin__the_same_import_twice_changes_nothing_but_the_version),
      TEST(admin__an_alias_may_name_many),
      TEST(admin__nothing_of_an_aborted_import_is_seen),
      TEST(admin__references_are_checked_and_told_by_row),
      TEST(admin__the_report_stops_when_it_is_told),
      TEST(admin__references_may_be_to_what_was_there),
      TEST(admin__the_policy_hash_moves_with_the_policies_only),
      TEST(admin__memory_may_run_out_anywhere),
      TEST(admin__tables_are_read_back_part_by_part),
      TEST(admin__a_document_tells_all_that_it_is_about),
      TEST(admin__a_reader_may_stop_and_the_store_still_works),
      TEST(admin__a_position_of_another_table_is_refused),
      TEST(admin__memory_may_run_out_while_rows_are_read),
  };
  return contract_run("admin", tests, sizeof tests / sizeof *tests);
}
