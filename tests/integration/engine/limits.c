/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls of a host that has only so much time left, over a store that somebody else keeps locked: each ends in time,
 * and has done all of it or nothing. Time passes by a clock that moves on whenever it is looked at, so that no test
 * depends on the machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trail.h"
#include "vault.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { LEFT_MS = 50, AMPLE_MS = 600000, KEY_BYTES = 106 };

/* A decision of another system. */
#define RECORD "{\"request_id\":\"bare\",\"user_id\":\"john.doe\",\"validation_result\":" TRAIL_FOREIGN_DECISION "}"

/* The clock of these tests. */
typedef struct passing {
  fixture *home;
  int64_t looks;    /* so many so far */
  int64_t jumps_at; /* the look at which all the time is over; 0: none */
  int64_t step_ms;  /* how much passes at each other one */
} passing;

static passing s_time;
static sqlite3 *s_holder; /* of the lock */
static char s_key[KEY_BYTES];

static int64_t s_now_ms(void *context) { return ((passing *)context)->home->now_ms; }

static uint64_t s_ticks_ns(void *context)
{
  passing *time = context;
  bool jumps = ++time->looks == time->jumps_at;
  time->home->ticks_ns += (uint64_t)(jumps ? 2 * AMPLE_MS : time->step_ms) * UINT64_C(1000000);
  return time->home->ticks_ns;
}

static void s_make_key(fixture *home)
{
  char *json = NULL;
  const askiam_key_options options = {.size = sizeof options, .owner_id = askiam_str_from("ann"), .burst = 3};
  assert_int_equal(askiam_key_create(&json, home->engine, &options, NULL), ASKIAM_STATUS_OK);
  const char *at = strstr(json, "\"key\":\"");
  assert_non_null(at);
  snprintf(s_key, sizeof s_key, "%s", at + strlen("\"key\":\""));
  askiam_string_free(home->engine, json);
}

static void s_set(fixture *home, const char *key, const char *value)
{
  assert_int_equal(askiam_config_set(home->config, key, value, NULL), ASKIAM_STATUS_OK);
}

/* One request waits, one is to be revoked, one grant has come to its end. */
static int s_set_up(void **state)
{
  vault_set_up(state);
  fixture *home = *state;
  vault_approve(home, "ann", VAULT_READER, "waits");
  vault_approve(home, "ann", VAULT_PAYER, "forbidden");
  vault_approve(home, "bob", VAULT_READER_FOR_A_WEEK, "ended");
  vault_fulfil(home, "ended", "granted", "true");
  s_make_key(home);
  home->now_ms += 7 * VAULT_DAY_MS;
  s_time = (passing){.home = home};
  const askiam_clock clock = {s_now_ms, s_ticks_ns, &s_time};
  askiam_config_set_clock(home->config, &clock);
  s_set(home, "request.timeout_ms", "600000");
  s_set(home, "store.busy_timeout_ms", "60000");
  fixture_reopen(home);
  return 0;
}

static void s_hold(fixture *home, const char *how)
{
  assert_int_equal(sqlite3_open(home->url + strlen("sqlite:"), &s_holder), SQLITE_OK);
  assert_int_equal(sqlite3_exec(s_holder, how, NULL, NULL, NULL), SQLITE_OK);
}

static void s_let_go(void)
{
  sqlite3_close(s_holder);
  s_holder = NULL;
}

static int s_tear_down(void **state)
{
  s_let_go();
  return fixture_tear_down(state);
}

/* A call with so much time; what it answers is freed. */
typedef askiam_status (*limited_fn)(fixture *home, int64_t timeout_ms);

/* No answer where it failed. */
static askiam_status s_done(fixture *home, askiam_status status, char *json)
{
  assert_int_equal(json != NULL, status == ASKIAM_STATUS_OK);
  askiam_string_free(home->engine, json);
  return status;
}

static askiam_status s_fulfil(fixture *home, int64_t timeout_ms)
{
  char *json = NULL;
  askiam_status status =
      askiam_grant_fulfil_within(&json, home->engine, askiam_str_from("waits"), vault_none, timeout_ms, NULL);
  return s_done(home, status, json);
}

static askiam_status s_fulfil_event(fixture *home, int64_t timeout_ms)
{
  char *json = NULL;
  char event[4096];
  vault_read_event(home, event, sizeof event);
  askiam_status status =
      askiam_grant_fulfil_event_within(&json, home->engine, askiam_str_from(event), timeout_ms, NULL);
  return s_done(home, status, json);
}

static askiam_status s_revoke(fixture *home, int64_t timeout_ms)
{
  char *json = NULL;
  askiam_status status = askiam_grant_revoke_within(&json, home->engine, askiam_str_from("forbidden"), vault_none,
                                                    askiam_str_from("boss"), vault_none, timeout_ms, NULL);
  return s_done(home, status, json);
}

static askiam_status s_fulfil_all(fixture *home, int64_t timeout_ms)
{
  vault_lines all = {.count = 0};
  return askiam_grants_fulfil_all_within(home->engine, vault_line, &all, timeout_ms, NULL);
}

static askiam_status s_expire(fixture *home, int64_t timeout_ms)
{
  vault_lines all = {.count = 0};
  return askiam_grants_expire_within(home->engine, vault_line, &all, timeout_ms, NULL);
}

static askiam_status s_record(fixture *home, int64_t timeout_ms)
{
  char *json = NULL;
  askiam_status status = askiam_audit_record_within(&json, home->engine, askiam_str_from(RECORD), timeout_ms, NULL);
  return s_done(home, status, json);
}

static askiam_status s_verify_key(fixture *home, int64_t timeout_ms)
{
  int64_t wait_ms = 7;
  askiam_principal *principal = NULL;
  askiam_status status =
      askiam_key_verify_within(&principal, &wait_ms, home->engine, askiam_str_from(s_key), timeout_ms, NULL);
  assert_int_equal(principal != NULL, status == ASKIAM_STATUS_OK);
  assert_int_equal(wait_ms > 0, status == ASKIAM_STATUS_RATE_LIMITED);
  askiam_principal_destroy(principal);
  return status;
}

static askiam_status s_status(fixture *home, int64_t timeout_ms)
{
  char *json = NULL;
  askiam_status status =
      askiam_status_json_within(&json, home->engine, askiam_str_from("waits"), vault_none, timeout_ms, NULL);
  return s_done(home, status, json);
}

static askiam_status s_answer_status(fixture *home, int64_t timeout_ms)
{
  char *json = NULL;
  askiam_principal *ann = NULL;
  assert_int_equal(askiam_principal_new(&ann, askiam_str_from("ann"), "host", vault_none, vault_none, NULL, NULL),
                   ASKIAM_STATUS_OK);
  askiam_status status = askiam_answer_status_json_within(&json, home->engine, askiam_str_from("waits"), vault_none,
                                                          ann, timeout_ms, NULL);
  askiam_principal_destroy(ann);
  return s_done(home, status, json);
}

static askiam_status s_rules(fixture *home, int64_t timeout_ms)
{
  char *json = NULL;
  const askiam_triple triple = {.size = sizeof triple,
                                .user_id = askiam_str_from("ann"),
                                .application_id = askiam_str_from("vault"),
                                .role_id = askiam_str_from("reader"),
                                .timeout_ms = timeout_ms};
  askiam_status status = askiam_rules_validate(&json, home->engine, &triple, NULL);
  return s_done(home, status, json);
}

/* The writers, of which each does something once. */
static const limited_fn s_writers[] = {s_fulfil, s_fulfil_event, s_revoke,    s_fulfil_all,
                                       s_expire, s_record,       s_verify_key};
static const limited_fn s_readers[] = {s_status, s_answer_status, s_rules};
enum { WRITERS = sizeof s_writers / sizeof *s_writers, READERS = sizeof s_readers / sizeof *s_readers };

static void s_assert_untouched(fixture *home)
{
  assert_int_equal(vault_count(home, "audit_log"), 4);
  assert_int_equal(vault_count(home, "user_roles"), 1);
  assert_int_equal(vault_count(home, "user_roles WHERE status='active'"), 1);
  assert_int_equal(vault_count(home, "grants WHERE state='requested'"), 2);
  assert_int_equal(vault_count(home, "buckets"), 0);
}

static void limits__a_lock_of_somebody_else_ends_every_writer_in_time(void **state)
{
  fixture *home = *state;
  for (size_t i = 0; i < WRITERS; ++i) {
    s_hold(home, "BEGIN IMMEDIATE");
    s_time.step_ms = LEFT_MS / 2;
    assert_int_equal(s_writers[i](home, LEFT_MS), ASKIAM_STATUS_TIMEOUT);
    s_let_go();
  }
  s_assert_untouched(home);
  s_time.step_ms = 0;
  for (size_t i = 0; i < WRITERS; ++i) {
    assert_int_equal(s_writers[i](home, LEFT_MS), ASKIAM_STATUS_OK);
  }
  assert_int_equal(vault_count(home, "user_roles WHERE user_id='ann' AND status='active'"), 1);
  assert_int_equal(vault_count(home, "grants WHERE state='expired'"), 1);
  fixture_trail(home);
}

static void limits__a_store_that_cannot_be_read_ends_every_reader_in_time(void **state)
{
  fixture *home = *state;
  for (size_t i = 0; i < READERS; ++i) {
    fixture_reopen(home); /* whoever is there keeps others from locking all of the file */
    s_hold(home, "PRAGMA locking_mode=EXCLUSIVE; BEGIN IMMEDIATE");
    s_time.step_ms = LEFT_MS / 2;
    assert_int_equal(s_readers[i](home, LEFT_MS), ASKIAM_STATUS_TIMEOUT);
    s_let_go();
    s_time.step_ms = 0;
    assert_int_equal(s_readers[i](home, LEFT_MS), ASKIAM_STATUS_OK);
  }
}

/* 0 is no limit: it is the store that loses patience then, or the time of the configuration that passes. */
static void limits__nought_leaves_the_limits_of_the_configuration(void **state)
{
  fixture *home = *state;
  s_set(home, "store.busy_timeout_ms", "20");
  fixture_reopen(home);
  s_hold(home, "BEGIN IMMEDIATE");
  for (size_t i = 0; i < WRITERS; ++i) {
    assert_int_equal(s_writers[i](home, 0), ASKIAM_STATUS_BUSY);
    assert_int_equal(s_writers[i](home, -1), ASKIAM_STATUS_BUSY);
  }
  s_set(home, "store.busy_timeout_ms", "60000");
  s_set(home, "request.timeout_ms", "50");
  fixture_reopen(home);
  s_time.step_ms = LEFT_MS / 2;
  assert_int_equal(s_fulfil(home, 0), ASKIAM_STATUS_TIMEOUT);
  assert_int_equal(s_verify_key(home, AMPLE_MS), ASKIAM_STATUS_TIMEOUT);
  assert_int_equal(s_record(home, 0), ASKIAM_STATUS_TIMEOUT);
  s_let_go();
  s_assert_untouched(home);
}

/* A key that is verified too late takes nothing from its bucket, and proves nothing. */
static void limits__keys_are_verified_in_the_time_that_is_left(void **state)
{
  fixture *home = *state;
  s_hold(home, "BEGIN IMMEDIATE");
  s_time.step_ms = LEFT_MS / 2;
  for (int i = 0; i < 5; ++i) {
    assert_int_equal(s_verify_key(home, LEFT_MS), ASKIAM_STATUS_TIMEOUT);
  }
  s_let_go();
  s_time.step_ms = 0;
  assert_int_equal(s_verify_key(home, 1), ASKIAM_STATUS_OK);
  assert_int_equal(s_verify_key(home, LEFT_MS), ASKIAM_STATUS_OK);
  assert_int_equal(s_verify_key(home, 0), ASKIAM_STATUS_OK);
  assert_int_equal(s_verify_key(home, LEFT_MS), ASKIAM_STATUS_RATE_LIMITED);
}

/* Wherever the time ends, all was done, or nothing. */
static void limits__the_time_may_end_at_every_look_at_the_clock(void **state)
{
  fixture *home = *state;
  askiam_status status = ASKIAM_STATUS_TIMEOUT;
  for (int64_t look = 2; status != ASKIAM_STATUS_OK; ++look) {
    s_time.looks = 0;
    s_time.jumps_at = look;
    status = s_fulfil(home, AMPLE_MS);
    s_time.jumps_at = 0;
    if (status != ASKIAM_STATUS_OK) {
      assert_int_equal(status, ASKIAM_STATUS_TIMEOUT);
      s_assert_untouched(home);
    }
    assert_true(look < 1000);
  }
  assert_int_equal(vault_count(home, "user_roles WHERE user_id='ann' AND role_id='reader' AND status='active'"), 1);
  assert_int_equal(vault_count(home, "audit_log"), 5);
  fixture_trail(home);
}

/* Those that were told of stay; the next walk takes the others. */
static void limits__a_walk_that_ends_keeps_what_it_has_done(void **state)
{
  fixture *home = *state;
  vault_lines first = {.count = 0};
  vault_lines second = {.count = 0};
  s_time.looks = 0;
  askiam_status status = ASKIAM_STATUS_OK;
  for (int64_t look = 2; first.count == 0; ++look) { /* until the first of the two is granted before the time ends */
    s_time.looks = 0;
    s_time.jumps_at = look;
    status = askiam_grants_fulfil_all_within(home->engine, vault_line, &first, AMPLE_MS, NULL);
    assert_true(look < 1000);
  }
  assert_int_equal(status, ASKIAM_STATUS_TIMEOUT);
  assert_int_equal(first.count, 1);
  assert_int_equal(vault_count(home, "grants WHERE state='requested'"), 1);
  s_time.jumps_at = 0;
  assert_int_equal(askiam_grants_fulfil_all_within(home->engine, vault_line, &second, AMPLE_MS, NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(second.count, 1);
  fixture_trail(home);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_set_up, s_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(limits__a_lock_of_somebody_else_ends_every_writer_in_time),
      TEST(limits__a_store_that_cannot_be_read_ends_every_reader_in_time),
      TEST(limits__nought_leaves_the_limits_of_the_configuration),
      TEST(limits__keys_are_verified_in_the_time_that_is_left),
      TEST(limits__the_time_may_end_at_every_look_at_the_clock),
      TEST(limits__a_walk_that_ends_keeps_what_it_has_done),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
