/* SPDX-License-Identifier: Apache-2.0
 *
 * Grants that are taken back or end; requests that were tampered with; many at once; memory that runs out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vault.h"

#include <pthread.h>
#include <stdio.h>

#define FOR_A_MONTH "I need the Reader role in Vault for 30 days"

static void grants__a_revoked_role_is_held_as_long_as_another_request_gives_it(void **state)
{
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_READER_FOR_A_WEEK, "week");
  vault_approve(home, "ann", FOR_A_MONTH, "month");
  vault_fulfil(home, "week", "granted", "true");
  vault_fulfil(home, "month", "granted", "true");
  vault_revoke(home, "month", "\"state\":\"revoked\"", "\"reason\":\"no more\"");
  assert_int_equal(vault_number(home, "SELECT expires_at FROM user_roles WHERE user_id='ann' AND status='active'"),
                   FIXTURE_NOW_MS + 7 * VAULT_DAY_MS);
  assert_int_equal(vault_count(home, "outbox WHERE type='grant.revoked' AND body LIKE '%\"held\":true%'"), 1);
  vault_revoke(home, "week", "\"state\":\"revoked\"", "\"changed\":true");
  vault_revoke(home, "week", "\"state\":\"revoked\"", "\"changed\":false");
  assert_int_equal(vault_count(home, "user_roles WHERE user_id='ann' AND status='revoked'"), 1);
  assert_int_equal(
      vault_count(home, "audit_log WHERE action='askiam:RevokeRole' AND payload LIKE '%\"actor\":\"boss\"%'"), 2);
  fixture_trail(home);
}

/* Ann's role Reader, with an end so many days after the fixture's first moment, 0 for none. */
static void s_import_reader(fixture *home, int64_t days)
{
  char json[256];
  char end[32] = "";
  if (days > 0) {
    snprintf(end, sizeof end, "2026-11-%02dT12:00:00Z", 23 + (int)days);
  }
  snprintf(json, sizeof json, "{\"user_roles\":[{\"user_id\":\"ann\",\"role_id\":\"reader\",\"expires_at\":\"%s\"}]}",
           end);
  fixture_import(home, json);
}

static void s_expect_reader(fixture *home, int64_t days)
{
  assert_int_equal(vault_number(home, "SELECT coalesce(expires_at, 0) FROM user_roles WHERE user_id='ann'"
                                      " AND role_id='reader' AND status='active'"),
                   days == 0 ? 0 : FIXTURE_NOW_MS + days * VAULT_DAY_MS);
}

static void grants__what_an_import_gave_before_outlasts_a_revocation(void **state)
{
  fixture *home = *state;
  s_import_reader(home, 3);
  home->now_ms += VAULT_DAY_MS;
  vault_approve(home, "ann", VAULT_READER_FOR_A_WEEK, "week");
  vault_approve(home, "ann", FOR_A_MONTH, "month");
  vault_fulfil(home, "week", "granted", "true");
  vault_fulfil(home, "month", "granted", "true");
  s_expect_reader(home, 31);
  vault_revoke(home, "month", "\"state\":\"revoked\"", "\"changed\":true");
  s_expect_reader(home, 8);
  vault_revoke(home, "week", "\"state\":\"revoked\"",
               "\"changed\":true,\"held\":true,\"held_until\":\"2026-11-26T12:00:00.000Z\"}");
  s_expect_reader(home, 3);
  assert_int_equal(vault_count(home, "outbox WHERE type='grant.revoked' AND body LIKE '%\"held\":true%'"), 2);
  fixture_trail(home);
}

static void grants__what_an_import_gave_before_is_over_when_its_end_is(void **state)
{
  fixture *home = *state;
  s_import_reader(home, 3);
  home->now_ms += VAULT_DAY_MS;
  vault_approve(home, "ann", FOR_A_MONTH, "month");
  vault_fulfil(home, "month", "granted", "true");
  home->now_ms += 3 * VAULT_DAY_MS;
  vault_revoke(home, "month", "\"state\":\"revoked\"", "\"changed\":true");
  assert_int_equal(vault_count(home, "user_roles WHERE user_id='ann' AND status='revoked'"), 1);
}

static void grants__what_an_import_gives_afterwards_stays(void **state)
{
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_READER_FOR_A_WEEK, "week");
  vault_approve(home, "bob", VAULT_READER_FOR_A_WEEK, "other");
  vault_fulfil(home, "week", "granted", "true");
  vault_fulfil(home, "other", "granted", "true");
  s_import_reader(home, 0);
  vault_revoke(home, "week", "\"state\":\"revoked\"", "\"changed\":true");
  s_expect_reader(home, 0);
  fixture_import(home, "{\"user_roles\":[{\"user_id\":\"bob\",\"role_id\":\"reader\"}]}");
  home->now_ms += 7 * VAULT_DAY_MS;
  vault_expire(home, 1);
  vault_status(home, "other", "\"state\":\"expired\"");
  assert_int_equal(vault_count(home, "user_roles WHERE role_id='reader' AND status='active' AND expires_at IS NULL"),
                   2);
  assert_int_equal(vault_count(home, "outbox WHERE type='grant.expired' AND body LIKE '%\"held\":true%'"), 1);
  fixture_trail(home);
}

/* What is mirrored back must not outlast its revocation. */
static void grants__an_import_of_what_was_granted_does_not_keep_it(void **state)
{
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_READER, "ever");
  vault_fulfil(home, "ever", "granted", "true");
  home->now_ms += VAULT_DAY_MS;
  s_import_reader(home, 0);
  vault_revoke(home, "ever", "\"state\":\"revoked\"", "\"changed\":true,\"held\":false,\"held_until\":null}");
  assert_int_equal(vault_count(home, "user_roles WHERE user_id='ann' AND status='revoked'"), 1);
}

/* Whoever shortened it by hand meant all of it. */
static void grants__nothing_is_given_back_beyond_what_the_row_says(void **state)
{
  fixture *home = *state;
  s_import_reader(home, 3);
  home->now_ms += VAULT_DAY_MS;
  vault_approve(home, "ann", FOR_A_MONTH, "month");
  vault_fulfil(home, "month", "granted", "true");
  vault_sql(home, "UPDATE user_roles SET expires_at = 1795435200000 + 2 * 86400000 WHERE user_id='ann'; UPDATE "
                  "catalogue_version SET version = version + 1");
  vault_revoke(home, "month", "\"state\":\"revoked\"", "\"changed\":true");
  s_expect_reader(home, 2);
}

static void grants__what_was_revoked_before_is_never_granted(void **state)
{
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_READER, "r1");
  vault_revoke(home, "r1", "\"state\":\"revoked\",\"granted_at\":null", "\"changed\":true");
  vault_fulfil(home, "r1", "\"state\":\"revoked\"", "\"changed\":false");
  assert_int_equal(vault_count(home, "user_roles WHERE user_id='ann'"), 0);
  vault_lines all = {.count = 0};
  assert_int_equal(askiam_grants_fulfil_all(home->engine, vault_line, &all, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(all.count, 0);
}

static void grants__what_has_ended_is_ended_once_and_told_before(void **state)
{
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_READER_FOR_A_WEEK, "week");
  vault_approve(home, "bob", VAULT_READER, "ever");
  vault_fulfil(home, "week", "granted", "true");
  vault_fulfil(home, "ever", "granted", "true");
  vault_expire(home, 0);
  home->now_ms += 7 * VAULT_DAY_MS;
  vault_status(home, "week", "\"state\":\"expired\"");
  vault_revoke(home, "week", "\"state\":\"expired\"", "\"changed\":false");
  vault_expire(home, 1);
  vault_expire(home, 0);
  vault_status(home, "week", "\"state\":\"expired\"");
  assert_int_equal(vault_count(home, "user_roles WHERE user_id='ann' AND status='expired'"), 1);
  assert_int_equal(vault_count(home, "user_roles WHERE user_id='bob' AND status='active'"), 1);
  assert_int_equal(vault_count(home, "outbox WHERE type='grant.expired' AND body LIKE '%\"held\":false%'"), 1);
  assert_int_equal(vault_count(home, "audit_log WHERE action='askiam:ExpireRole'"), 1);
  fixture_trail(home);
}

static void grants__all_that_waits_is_fulfilled_and_one_that_was_changed_is_told(void **state)
{
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_READER, "one");
  home->now_ms += 1;
  vault_approve(home, "ann", VAULT_PAYER, "two");
  home->now_ms += 1;
  vault_approve(home, "ann", VAULT_AUDITOR, "three");
  home->now_ms += 1;
  vault_approve(home, "bob", VAULT_READER, "four");
  vault_sql(home, "UPDATE requests SET role_id='payer' WHERE request_id='one'");
  vault_lines all = {.count = 0};
  assert_int_equal(askiam_grants_fulfil_all(home->engine, vault_line, &all, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(all.count, 4);
  vault_expect(all.text, "{\"request_id\":\"one\",\"requester_id\":\"ann\"");
  vault_expect(all.text, "\"changed\":false,\"error\":{\"status\":\"CORRUPT\"");
  vault_expect(all.text, "\"role_id\":\"auditor\",\"grant\":{\"state\":\"failed\"");
  assert_true(strstr(all.text, "\"two\"") < strstr(all.text, "\"three\""));
  assert_int_equal(vault_count(home, "user_roles"), 2);
}

static void s_corrupt(fixture *home, const char *sql)
{
  vault_approve(home, "ann", VAULT_READER, "r1");
  vault_sql(home, sql);
  char *json = NULL;
  assert_int_equal(askiam_grant_fulfil(&json, home->engine, askiam_str_from("r1"), vault_none, NULL),
                   ASKIAM_STATUS_CORRUPT);
  assert_null(json);
  assert_int_equal(vault_count(home, "user_roles"), 0);
  assert_int_equal(vault_count(home, "audit_log"), 1);
}

static void grants__a_changed_end_is_corrupt(void **state)
{
  s_corrupt(*state, "UPDATE requests SET expires_at=1 WHERE request_id='r1'");
}

static void grants__a_changed_beneficiary_is_corrupt(void **state)
{
  s_corrupt(*state, "UPDATE requests SET user_id='bob'; UPDATE audit_log SET user_id='bob'");
}

/* A refusal whose row was made to look approved. */
static void grants__a_refusal_is_never_granted(void **state)
{
  fixture *home = *state;
  fixture_import(home, "{\"role_restrictions\":[{\"role_id\":\"reader\",\"user_id\":\"ann\",\"reason\":\"leave\"}]}");
  askiam_decision_destroy(fixture_decide(home, fixture_request("ann", VAULT_READER, "r1")));
  char *json = NULL;
  assert_int_equal(askiam_grant_fulfil(&json, home->engine, askiam_str_from("r1"), vault_none, NULL),
                   ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(askiam_grant_revoke(&json, home->engine, askiam_str_from("r1"), vault_none, askiam_str_from("boss"),
                                       vault_none, NULL),
                   ASKIAM_STATUS_BAD_DATA);
  fixture_import(home, "{\"users\":[]}");
  vault_sql(home, "DELETE FROM role_restrictions; UPDATE requests SET status='VALID';"
                  "UPDATE audit_log SET status='VALID'");
  assert_int_equal(askiam_grant_fulfil(&json, home->engine, askiam_str_from("r1"), vault_none, NULL),
                   ASKIAM_STATUS_CORRUPT);
  assert_int_equal(vault_count(home, "user_roles"), 0);
}

/* A request that is made to point at the entry of a grant has no decision to be compared with. */
static void grants__an_entry_of_a_grant_stands_for_no_decision(void **state)
{
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_READER, "r1");
  vault_fulfil(home, "r1", "granted", "true");
  vault_sql(home, "UPDATE requests SET seq=2");
  char *json = NULL;
  assert_int_equal(askiam_grant_revoke(&json, home->engine, askiam_str_from("r1"), vault_none, askiam_str_from("boss"),
                                       vault_none, NULL),
                   ASKIAM_STATUS_CORRUPT);
  assert_int_equal(askiam_status_json(&json, home->engine, askiam_str_from("r1"), vault_none, NULL),
                   ASKIAM_STATUS_CORRUPT);
}

static void grants__an_erased_request_is_granted_by_what_its_entry_says(void **state)
{
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_READER_FOR_A_WEEK, "r1");
  assert_int_equal(askiam_admin_erase_user(NULL, home->engine, askiam_str_from("ann"), NULL), ASKIAM_STATUS_OK);
  vault_fulfil(home, "r1", "\"state\":\"granted\"", "\"expires_at\":\"2026-11-30T");
  fixture_trail(home);
}

static void grants__an_event_is_fulfilled_where_it_is_about_the_stored_request(void **state)
{
  fixture *home = *state;
  char event[4096];
  char other[4096];
  vault_approve(home, "ann", VAULT_READER, "r1");
  vault_read_event(home, event, sizeof event);
  static const char *const starts[] = {"\"user_id\":\"",    "\"role_id\":\"",     "\"app_id\":\"",
                                       "\"audit_hash\":\"", "\"detail-type\":\"", "\"source\":\""};
  for (size_t i = 0; i < sizeof starts / sizeof *starts; ++i) {
    snprintf(other, sizeof other, "%s", event);
    char *at = strstr(other, starts[i]);
    assert_non_null(at);
    at[strlen(starts[i])] = '_'; /* the value's first letter */
    assert_int_equal(vault_event(home, other), ASKIAM_STATUS_BAD_DATA);
  }
  assert_int_equal(vault_count(home, "user_roles"), 0);
  assert_int_equal(vault_event(home, event), ASKIAM_STATUS_OK);
  assert_int_equal(vault_event(home, event), ASKIAM_STATUS_OK); /* at least once is once */
  assert_int_equal(vault_count(home, "outbox WHERE type='grant.granted'"), 1);
}

static void grants__an_unknown_request_is_not_found_and_arguments_are_checked(void **state)
{
  fixture *home = *state;
  char *json = NULL;
  assert_int_equal(askiam_grant_fulfil(&json, home->engine, askiam_str_from("none"), vault_none, NULL),
                   ASKIAM_STATUS_NOT_FOUND);
  assert_int_equal(askiam_grant_fulfil(&json, home->engine, vault_none, vault_none, NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_grant_fulfil(NULL, home->engine, askiam_str_from("none"), vault_none, NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(
      askiam_grant_revoke(&json, home->engine, askiam_str_from("none"), vault_none, vault_none, vault_none, NULL),
      ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_grant_revoke(NULL, home->engine, askiam_str_from("none"), vault_none, askiam_str_from("\xff"),
                                       vault_none, NULL),
                   ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(askiam_grants_expire(home->engine, NULL, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(vault_event(home, "{}"), ASKIAM_STATUS_BAD_DATA);
}

static void grants__several_stores_are_not_supported(void **state)
{
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_READER, "r1");
  char url[sizeof home->url + sizeof "-state"];
  snprintf(url, sizeof url, "%s-state", home->url);
  askiam_config_set(home->config, "state.url", url, NULL);
  fixture_reopen(home);
  char *json = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_grant_fulfil(&json, home->engine, askiam_str_from("r1"), vault_none, &error),
                   ASKIAM_STATUS_NOT_SUPPORTED);
  assert_non_null(strstr(error.message, "one store"));
}

typedef struct worker {
  fixture *home;
  const char *request_id;
  int turn;
  askiam_status status;
  pthread_t thread;
} worker;

static void *s_work(void *context)
{
  worker *self = context;
  char *json = NULL;
  self->status = self->turn % 3 == 2 ? askiam_grant_revoke(&json, self->home->engine, askiam_str_from(self->request_id),
                                                           vault_none, askiam_str_from("boss"), vault_none, NULL)
                                     : askiam_grant_fulfil(&json, self->home->engine, askiam_str_from(self->request_id),
                                                           vault_none, NULL);
  askiam_string_free(self->home->engine, json);
  return NULL;
}

/* Two roles that exclude each other, each fulfilled by several at once; and a grant and a revocation at once. */
static void grants__at_the_same_time_one_is_given_or_none(void **state)
{
  enum { WORKERS = 6, ROUNDS = 4 };
  fixture *home = *state;
  for (int round = 0; round < ROUNDS; ++round) {
    char ids[2][32];
    snprintf(ids[0], sizeof ids[0], "pay-%d", round);
    snprintf(ids[1], sizeof ids[1], "audit-%d", round);
    vault_sql(home, "DELETE FROM user_roles; UPDATE catalogue_version SET version = version + 1");
    vault_approve(home, "ann", VAULT_PAYER, ids[0]);
    vault_approve(home, "ann", VAULT_AUDITOR, ids[1]);
    worker workers[WORKERS];
    for (int i = 0; i < WORKERS; ++i) {
      workers[i] = (worker){.home = home, .request_id = ids[i % 2], .turn = round == 0 ? 0 : i};
      assert_int_equal(pthread_create(&workers[i].thread, NULL, s_work, &workers[i]), 0);
    }
    for (int i = 0; i < WORKERS; ++i) {
      pthread_join(workers[i].thread, NULL);
      assert_int_equal(workers[i].status, ASKIAM_STATUS_OK);
    }
    assert_true(vault_count(home, "user_roles WHERE status='active'") <= 1);
    assert_int_equal(vault_count(home, "(SELECT 1 FROM audit_log WHERE action='askiam:GrantRole' GROUP BY request_id"
                                       " HAVING count(*) > 1)"),
                     0);
    assert_int_equal(vault_count(home, "audit_log WHERE action='askiam:GrantRole' AND status='GRANTED'"),
                     vault_count(home, "outbox WHERE type='grant.granted'"));
  }
  fixture_trail(home);
}

static void grants__failing_memory_changes_nothing_and_never_leaks(void **state)
{
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_READER, "r1");
  char event[4096];
  vault_read_event(home, event, sizeof event);
  for (int act = 0; act < 3; ++act) {
    askiam_status status = ASKIAM_STATUS_NO_MEMORY;
    for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
      char *json = NULL;
      vault_lines all = {.count = 0};
      assert_true(at < 10000);
      test_allocator_fail_at(&home->allocator, at);
      status = act == 0   ? askiam_grant_fulfil_event(&json, home->engine, askiam_str_from(event), NULL)
               : act == 1 ? askiam_grant_revoke(&json, home->engine, askiam_str_from("r1"), vault_none,
                                                askiam_str_from("boss"), askiam_str_from("why"), NULL)
                          : askiam_grants_fulfil_all(home->engine, vault_line, &all, NULL);
      test_allocator_fail_at(&home->allocator, 0);
      assert_true(status == ASKIAM_STATUS_OK || (status == ASKIAM_STATUS_NO_MEMORY && json == NULL));
      askiam_string_free(home->engine, json);
    }
    if (act == 1) {
      vault_approve(home, "bob", VAULT_READER, "r2"); /* for the last act */
    }
  }
  assert_int_equal(vault_count(home, "audit_log WHERE action='askiam:GrantRole'"), 2);
  assert_int_equal(vault_count(home, "audit_log WHERE action='askiam:RevokeRole'"), 1);
  assert_int_equal(vault_count(home, "outbox WHERE type='grant.granted'"), 2);
  fixture_trail(home);
}

#define TEST(name) cmocka_unit_test_setup_teardown(grants__##name, vault_set_up, fixture_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_revoked_role_is_held_as_long_as_another_request_gives_it),
      TEST(what_an_import_gave_before_outlasts_a_revocation),
      TEST(what_an_import_gave_before_is_over_when_its_end_is),
      TEST(what_an_import_gives_afterwards_stays),
      TEST(an_import_of_what_was_granted_does_not_keep_it),
      TEST(nothing_is_given_back_beyond_what_the_row_says),
      TEST(what_was_revoked_before_is_never_granted),
      TEST(what_has_ended_is_ended_once_and_told_before),
      TEST(all_that_waits_is_fulfilled_and_one_that_was_changed_is_told),
      TEST(a_changed_end_is_corrupt),
      TEST(a_changed_beneficiary_is_corrupt),
      TEST(a_refusal_is_never_granted),
      TEST(an_entry_of_a_grant_stands_for_no_decision),
      TEST(an_erased_request_is_granted_by_what_its_entry_says),
      TEST(an_event_is_fulfilled_where_it_is_about_the_stored_request),
      TEST(an_unknown_request_is_not_found_and_arguments_are_checked),
      TEST(several_stores_are_not_supported),
      TEST(at_the_same_time_one_is_given_or_none),
      TEST(failing_memory_changes_nothing_and_never_leaks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
