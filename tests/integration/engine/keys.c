/* SPDX-License-Identifier: Apache-2.0
 *
 * API keys through an engine: made once, told once, verified against the store at each call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/api_key.h"
#include "fixture.h"

enum { KEY_BYTES = 106, ID_BYTES = 25, LOG_BYTES = 65536 };

static askiam_key_options s_options(const char *owner)
{
  return (askiam_key_options){.size = sizeof(askiam_key_options), .owner_id = askiam_str_from(owner)};
}

/* The text of a member of the JSON that create gave. */
static void s_member(const char *json, const char *member, char *out, size_t size)
{
  char name[32];
  snprintf(name, sizeof name, "\"%s\":\"", member);
  const char *at = strstr(json, name);
  assert_non_null(at);
  at += strlen(name);
  snprintf(out, size, "%.*s", (int)strcspn(at, "\""), at);
}

static void s_create(fixture *home, const askiam_key_options *options, char key[KEY_BYTES], char id[ID_BYTES])
{
  char *json = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_key_create(&json, home->engine, options, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  s_member(json, "key", key, KEY_BYTES);
  s_member(json, "id", id, ID_BYTES);
  assert_int_equal(strlen(key), KEY_BYTES - 1);
  assert_memory_equal(key + 7, id, ID_BYTES - 1);
  askiam_string_free(home->engine, json);
}

static askiam_status s_verify(fixture *home, const char *key, int64_t *out_wait_ms)
{
  askiam_principal *principal = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_key_verify(&principal, out_wait_ms, home->engine, askiam_str_from(key), &error);
  assert_int_equal(principal != NULL, status == ASKIAM_STATUS_OK);
  assert_true(status == ASKIAM_STATUS_OK || (error.message[0] != 0 && strstr(error.message, key + 32) == NULL));
  askiam_principal_destroy(principal);
  return status;
}

/* The same id with another secret, and a checksum that fits. */
static void s_forge(const char *key, char wrong[KEY_BYTES])
{
  aski_api_key read;
  assert_true(aski_api_key_read(&read, askiam_str_from(key)));
  read.secret[0] = read.secret[0] == 'a' ? 'b' : 'a';
  assert_true(aski_api_key_write(&read, wrong));
}

static void s_assert_text(askiam_str text, const char *expected)
{
  assert_int_equal(text.length, strlen(expected));
  assert_memory_equal(text.data, expected, text.length);
}

static void keys__bear_their_owner_scopes_and_end(void **state)
{
  fixture *home = *state;
  char key[KEY_BYTES];
  char id[ID_BYTES];
  askiam_key_options options = s_options("john.doe");
  options.scopes = askiam_str_from(" audit  on-behalf ");
  options.expires_at_ms = FIXTURE_NOW_MS + 5000;
  s_create(home, &options, key, id);
  askiam_principal *principal = NULL;
  assert_int_equal(askiam_key_verify(&principal, NULL, home->engine, askiam_str_from(key), NULL), ASKIAM_STATUS_OK);
  s_assert_text(askiam_principal_id(principal), "john.doe");
  s_assert_text(askiam_principal_method(principal), "key");
  s_assert_text(askiam_principal_scopes(principal), "audit on-behalf");
  assert_int_equal(askiam_principal_groups(principal).length, 0);
  assert_int_equal(askiam_principal_expires_at_ms(principal), FIXTURE_NOW_MS + 5000);
  askiam_principal_destroy(principal);
  home->now_ms += 4999;
  assert_int_equal(s_verify(home, key, NULL), ASKIAM_STATUS_OK);
  home->now_ms += 1;
  assert_int_equal(s_verify(home, key, NULL), ASKIAM_STATUS_NOT_PERMITTED);
}

static void keys__are_refused_without_a_difference(void **state)
{
  fixture *home = *state;
  char key[KEY_BYTES];
  char other[KEY_BYTES];
  char id[ID_BYTES];
  char forged[KEY_BYTES];
  char torn[KEY_BYTES];
  const askiam_key_options options = s_options("john.doe");
  s_create(home, &options, other, id);
  s_create(home, &options, key, id);
  assert_int_equal(askiam_key_revoke(home->engine, askiam_str_from(id), NULL), ASKIAM_STATUS_OK);
  s_forge(other, forged);
  snprintf(torn, sizeof torn, "%.32s%s", other, key + 32);
  const char *const refused[] = {key, forged, torn, "", "askiam_", "Bearer x"};
  askiam_error first = ASKIAM_ERROR_INIT;
  askiam_principal *principal = NULL;
  askiam_key_verify(&principal, NULL, home->engine, askiam_str_from(key), &first);
  for (size_t i = 0; i < sizeof refused / sizeof *refused; ++i) {
    askiam_error error = ASKIAM_ERROR_INIT;
    assert_int_equal(askiam_key_verify(&principal, NULL, home->engine, askiam_str_from(refused[i]), &error),
                     ASKIAM_STATUS_NOT_PERMITTED);
    assert_null(principal);
    assert_string_equal(error.message, first.message);
    assert_int_equal(error.retryable, 0);
  }
  assert_int_equal(s_verify(home, other, NULL), ASKIAM_STATUS_OK);
}

/* A key of another store has the right form and checksum, and is unknown here. */
static void keys__of_another_store_are_unknown(void **state)
{
  fixture *home = *state;
  void *elsewhere = NULL;
  char key[KEY_BYTES];
  char id[ID_BYTES];
  const askiam_key_options options = s_options("john.doe");
  fixture_set_up_empty(&elsewhere);
  s_create(elsewhere, &options, key, id);
  assert_int_equal(s_verify(elsewhere, key, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(s_verify(home, key, NULL), ASKIAM_STATUS_NOT_PERMITTED);
  assert_int_equal(askiam_key_revoke(home->engine, askiam_str_from(id), NULL), ASKIAM_STATUS_NOT_FOUND);
  fixture_tear_down(&elsewhere);
}

static void keys__are_limited_and_say_when_to_come_back(void **state)
{
  fixture *home = *state;
  char key[KEY_BYTES];
  char id[ID_BYTES];
  int64_t wait_ms = -1;
  askiam_key_options options = s_options("john.doe");
  options.per_minute = 30;
  options.burst = 2;
  s_create(home, &options, key, id);
  assert_int_equal(s_verify(home, key, &wait_ms), ASKIAM_STATUS_OK);
  assert_int_equal(wait_ms, 0);
  assert_int_equal(s_verify(home, key, &wait_ms), ASKIAM_STATUS_OK);
  assert_int_equal(s_verify(home, key, &wait_ms), ASKIAM_STATUS_RATE_LIMITED);
  assert_int_equal(wait_ms, 2000);
  home->now_ms += 1999;
  assert_int_equal(s_verify(home, key, &wait_ms), ASKIAM_STATUS_RATE_LIMITED);
  assert_int_equal(wait_ms, 1);
  home->now_ms += 1;
  assert_int_equal(s_verify(home, key, &wait_ms), ASKIAM_STATUS_OK);
}

static void keys__have_the_rate_of_the_configuration_where_none_is_given(void **state)
{
  fixture *home = *state;
  char key[KEY_BYTES];
  char id[ID_BYTES];
  int64_t wait_ms = -1;
  assert_int_equal(askiam_config_set(home->config, "auth.key_per_minute", "600", NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_config_set(home->config, "auth.key_burst", "1", NULL), ASKIAM_STATUS_OK);
  fixture_reopen(home);
  const askiam_key_options options = s_options("john.doe");
  s_create(home, &options, key, id);
  assert_int_equal(s_verify(home, key, &wait_ms), ASKIAM_STATUS_OK);
  assert_int_equal(s_verify(home, key, &wait_ms), ASKIAM_STATUS_RATE_LIMITED);
  assert_int_equal(wait_ms, 100);
}

/* Who knows the id alone can neither use the key nor keep its owner from using it. */
static void keys__are_not_drained_by_wrong_secrets(void **state)
{
  fixture *home = *state;
  char key[KEY_BYTES];
  char id[ID_BYTES];
  askiam_key_options options = s_options("john.doe");
  char wrong[KEY_BYTES];
  options.burst = 1;
  s_create(home, &options, key, id);
  for (int i = 0; i < 30; ++i) {
    s_forge(key, wrong);
    assert_int_equal(s_verify(home, wrong, NULL), ASKIAM_STATUS_NOT_PERMITTED);
  }
  assert_int_equal(s_verify(home, key, NULL), ASKIAM_STATUS_OK);
}

static void keys__that_make_no_sense_are_not_made(void **state)
{
  fixture *home = *state;
  char long_name[258];
  memset(long_name, 'n', 257);
  long_name[257] = 0;
  askiam_key_options bad[10];
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    bad[i] = s_options("john.doe");
  }
  bad[0].owner_id = askiam_str_from(NULL);
  bad[1].owner_id = askiam_str_from("a\nb");
  bad[2].scopes = askiam_str_from("a\"b");
  bad[3].scopes = askiam_str_from("h\xc3\xb6r");
  bad[4].name = askiam_str_from(long_name);
  bad[5].name = askiam_str_from("a\x1b[2J");
  bad[6].expires_at_ms = FIXTURE_NOW_MS;
  bad[7].expires_at_ms = INT64_MAX;
  bad[8].per_minute = 1000001;
  bad[9].burst = -1;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    char *json = (char *)bad; /* to be emptied */
    askiam_error error = ASKIAM_ERROR_INIT;
    if (askiam_key_create(&json, home->engine, &bad[i], &error) != ASKIAM_STATUS_INVALID_ARGUMENT) {
      fail_msg("option %zu: %s", i, error.message);
    }
    assert_null(json);
    assert_true(error.message[0] != 0);
  }
  char *json = NULL;
  askiam_principal *principal = NULL;
  askiam_key_options none = {.size = 0};
  assert_int_equal(askiam_key_create(&json, home->engine, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_key_create(&json, home->engine, &none, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_key_create(NULL, home->engine, &bad[0], NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_key_create(&json, NULL, &bad[0], NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_key_list(home->engine, NULL, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_key_verify(NULL, NULL, home->engine, askiam_str_from("x"), NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_key_verify(&principal, NULL, NULL, askiam_str_from("x"), NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
}

typedef struct lines {
  char text[4096];
  size_t count;
  askiam_status answer;
} lines;

static askiam_status s_line(void *context, askiam_str line)
{
  lines *all = context;
  size_t length = strlen(all->text);
  ++all->count;
  snprintf(all->text + length, sizeof all->text - length, "%.*s\n", (int)line.length, line.data);
  return all->answer;
}

static void keys__are_listed_with_their_state_and_without_their_secret(void **state)
{
  fixture *home = *state;
  char key[3][KEY_BYTES];
  char id[3][ID_BYTES];
  lines all = {.answer = ASKIAM_STATUS_OK};
  for (int i = 0; i < 3; ++i) {
    askiam_key_options options = s_options("john.doe");
    options.expires_at_ms = i == 1 ? home->now_ms + 10 : 0;
    options.name = askiam_str_from(i == 2 ? "bot \"7\"" : NULL);
    options.scopes = askiam_str_from(i == 2 ? "audit x" : NULL);
    s_create(home, &options, key[i], id[i]);
    home->now_ms += 1;
  }
  assert_int_equal(askiam_key_revoke(home->engine, askiam_str_from(id[0]), NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_key_revoke(home->engine, askiam_str_from(id[0]), NULL), ASKIAM_STATUS_OK);
  home->now_ms += 60;
  assert_int_equal(askiam_key_list(home->engine, s_line, &all, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(all.count, 3);
  char expected[1024];
  snprintf(expected, sizeof expected,
           "{\"id\":\"%s\",\"owner\":\"john.doe\",\"name\":\"bot \\\"7\\\"\",\"scopes\":\"audit x\","
           "\"state\":\"active\",\"created_at\":\"2026-11-23T12:00:00.002Z\",\"expires_at\":null,\"revoked_at\":null,"
           "\"per_minute\":60,\"burst\":20}\n",
           id[2]);
  assert_non_null(strstr(all.text, expected));
  assert_non_null(strstr(all.text, "\"state\":\"revoked\""));
  assert_non_null(strstr(all.text, "\"state\":\"expired\""));
  assert_true(strstr(all.text, id[0]) < strstr(all.text, id[1]) && strstr(all.text, id[1]) < strstr(all.text, id[2]));
  for (int i = 0; i < 3; ++i) {
    assert_null(strstr(all.text, key[i] + 32));
  }
  all = (lines){.answer = ASKIAM_STATUS_CANCELLED};
  assert_int_equal(askiam_key_list(home->engine, s_line, &all, NULL), ASKIAM_STATUS_CANCELLED);
  assert_int_equal(all.count, 1);
}

static void keys__are_listed_to_the_last_of_many(void **state)
{
  fixture *home = *state;
  char key[KEY_BYTES];
  char id[ID_BYTES];
  const askiam_key_options options = s_options("john.doe");
  for (int i = 0; i < 257; ++i) {
    s_create(home, &options, key, id);
  }
  lines all = {.answer = ASKIAM_STATUS_OK};
  assert_int_equal(askiam_key_list(home->engine, s_line, &all, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(all.count, 257);
}

/* Whoever bears the key of somebody unknown is somebody, and may ask for nothing. */
static void keys__of_an_unknown_owner_lead_to_user_unknown(void **state)
{
  fixture *home = *state;
  char key[KEY_BYTES];
  char id[ID_BYTES];
  const askiam_key_options options = s_options("nobody.at.all");
  s_create(home, &options, key, id);
  askiam_principal *principal = NULL;
  assert_int_equal(askiam_key_verify(&principal, NULL, home->engine, askiam_str_from(key), NULL), ASKIAM_STATUS_OK);
  askiam_request *request = NULL;
  assert_int_equal(askiam_request_new(&request, NULL, NULL), ASKIAM_STATUS_OK);
  askiam_request_set(request, ASKIAM_REQUEST_TEXT, askiam_str_from(FIXTURE_SENTENCE), NULL);
  assert_int_equal(askiam_answer_admit(request, principal, NULL), ASKIAM_STATUS_OK);
  askiam_decision *decision = fixture_decide(home, request);
  s_assert_text(askiam_decision_code(decision, 0), "USER_UNKNOWN");
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_INVALID);
  askiam_decision_destroy(decision);
  askiam_principal_destroy(principal);
}

static void keys__need_a_store_that_works(void **state)
{
  fixture *home = *state;
  char key[KEY_BYTES];
  char id[ID_BYTES];
  const askiam_key_options options = s_options("john.doe");
  s_create(home, &options, key, id);
  assert_int_equal(askiam_config_set(home->config, "store.url", "sqlite:/tmp/askiam-no-such-store.db", NULL),
                   ASKIAM_STATUS_OK);
  fixture_reopen(home);
  assert_int_equal(s_verify(home, key, NULL), ASKIAM_STATUS_NOT_INITIALISED);
  assert_int_equal(askiam_key_revoke(home->engine, askiam_str_from(id), NULL), ASKIAM_STATUS_NOT_INITIALISED);
  char *json = NULL;
  assert_int_equal(askiam_key_create(&json, home->engine, &options, NULL), ASKIAM_STATUS_NOT_INITIALISED);
  assert_null(json);
}

/* Every record that the library writes, one after the other. */
static void s_log(void *context, const askiam_log_record *record)
{
  char *all = context;
  size_t length = strlen(all);
  askiam_log_record_to_json(record, all + length, LOG_BYTES - length);
}

static void keys__leave_no_secret_in_logs_and_errors(void **state)
{
  fixture *home = *state;
  char *all = calloc(1, LOG_BYTES);
  char key[KEY_BYTES];
  char id[ID_BYTES];
  char wrong[KEY_BYTES];
  assert_non_null(all);
  assert_int_equal(askiam_config_set(home->config, "log.level", "debug", NULL), ASKIAM_STATUS_OK);
  askiam_config_set_log(home->config, s_log, all);
  fixture_reopen(home);
  askiam_key_options options = s_options("john.doe");
  options.burst = 1;
  s_create(home, &options, key, id);
  assert_int_equal(s_verify(home, key, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(s_verify(home, key, NULL), ASKIAM_STATUS_RATE_LIMITED);
  s_forge(key, wrong);
  assert_int_equal(s_verify(home, wrong, NULL), ASKIAM_STATUS_NOT_PERMITTED);
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_key_revoke(home->engine, askiam_str_from(key), &error), ASKIAM_STATUS_NOT_FOUND);
  assert_null(strstr(error.message, key + 32));
  assert_int_equal(askiam_key_revoke(home->engine, askiam_str_from(id), NULL), ASKIAM_STATUS_OK);
  assert_int_equal(s_verify(home, key, NULL), ASKIAM_STATUS_NOT_PERMITTED);
  assert_non_null(strstr(all, "was made"));
  assert_non_null(strstr(all, "was refused: its secret is wrong"));
  assert_non_null(strstr(all, "was refused: revoked"));
  for (size_t at = 32; at + 16 < KEY_BYTES - 10; ++at) { /* not even a part of it */
    char part[17];
    snprintf(part, sizeof part, "%.16s", key + at);
    assert_null(strstr(all, part));
  }
  free(all);
}

/* With every request for memory failing in turn: no key that nobody was told, nobody let in, nothing leaked. */
static void keys__memory_may_run_out_anywhere(void **state)
{
  fixture *home = *state;
  char key[KEY_BYTES];
  char id[ID_BYTES];
  askiam_key_options options = s_options("john.doe");
  options.scopes = askiam_str_from("audit");
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
    assert_true(n < 1000);
    char *json = NULL;
    fixture_reopen(home);
    test_allocator_fail_at(&home->allocator, n);
    status = askiam_key_create(&json, home->engine, &options, NULL);
    test_allocator_fail_at(&home->allocator, 0);
    assert_true(status == ASKIAM_STATUS_NO_MEMORY || (status == ASKIAM_STATUS_OK && n > 1));
    assert_int_equal(json != NULL, status == ASKIAM_STATUS_OK);
    askiam_string_free(home->engine, json);
  }
  lines all = {.answer = ASKIAM_STATUS_OK};
  assert_int_equal(askiam_key_list(home->engine, s_line, &all, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(all.count, 1);
  s_create(home, &options, key, id);
  status = ASKIAM_STATUS_NO_MEMORY;
  for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
    assert_true(n < 1000);
    fixture_reopen(home);
    askiam_principal *principal = NULL;
    test_allocator_fail_at(&home->allocator, n);
    status = askiam_key_verify(&principal, NULL, home->engine, askiam_str_from(key), NULL);
    test_allocator_fail_at(&home->allocator, 0);
    assert_true(status == ASKIAM_STATUS_NO_MEMORY || (status == ASKIAM_STATUS_OK && n > 1));
    assert_int_equal(principal != NULL, status == ASKIAM_STATUS_OK);
    askiam_principal_destroy(principal);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up_empty, fixture_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(keys__bear_their_owner_scopes_and_end),
      TEST(keys__are_refused_without_a_difference),
      TEST(keys__of_another_store_are_unknown),
      TEST(keys__are_limited_and_say_when_to_come_back),
      TEST(keys__have_the_rate_of_the_configuration_where_none_is_given),
      TEST(keys__are_not_drained_by_wrong_secrets),
      TEST(keys__that_make_no_sense_are_not_made),
      TEST(keys__are_listed_with_their_state_and_without_their_secret),
      TEST(keys__are_listed_to_the_last_of_many),
      cmocka_unit_test_setup_teardown(keys__of_an_unknown_owner_lead_to_user_unknown, fixture_set_up,
                                      fixture_tear_down),
      TEST(keys__need_a_store_that_works),
      TEST(keys__leave_no_secret_in_logs_and_errors),
      TEST(keys__memory_may_run_out_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
