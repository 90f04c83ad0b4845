/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef ASKIAM_FIXTURE_POSTGRES
#include "support/pg.h"

static void s_name_store(fixture *home)
{
  _Static_assert((int)PG_URL_BYTES <= (int)sizeof home->url, "URLs of databases fit");
  pg_new_database(home->url, pg_port());
}
#else
static void s_name_store(fixture *home) { snprintf(home->url, sizeof home->url, "sqlite:%s/iam.db", home->folder); }
#endif

static int64_t s_now_ms(void *context) { return ((fixture *)context)->now_ms; }

static uint64_t s_ticks_ns(void *context) { return __atomic_load_n(&((fixture *)context)->ticks_ns, __ATOMIC_RELAXED); }

void fixture_reopen(fixture *home)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_engine_destroy(home->engine);
  home->engine = NULL;
  if (askiam_engine_new(&home->engine, home->config, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
}

int fixture_set_up_empty(void **state)
{
  fixture *home = calloc(1, sizeof *home);
  assert_non_null(home);
  *state = home;
  snprintf(home->folder, sizeof home->folder, "/tmp/askiam-test-XXXXXX");
  assert_non_null(mkdtemp(home->folder));
  s_name_store(home);
  home->now_ms = FIXTURE_NOW_MS;
  test_allocator_init(&home->allocator);
  askiam_clock clock = {s_now_ms, s_ticks_ns, home};
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_config_new(&home->config, &home->allocator.base, &error), ASKIAM_STATUS_OK);
  askiam_config_set_clock(home->config, &clock);
  assert_int_equal(askiam_config_set(home->config, "store.url", home->url, &error), ASKIAM_STATUS_OK);
  fixture_reopen(home);
  if (askiam_admin_migrate(NULL, NULL, home->engine, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  return 0;
}

int fixture_set_up(void **state)
{
  fixture_set_up_empty(state);
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_import_sample(NULL, ((fixture *)*state)->engine, NULL, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  return 0;
}

int fixture_tear_down(void **state)
{
  fixture *home = *state;
  askiam_engine_destroy(home->engine);
  askiam_config_destroy(home->config);
  assert_int_equal(home->allocator.outstanding, 0);
  static const char *const files[] = {"iam.db", "iam.db-wal", "iam.db-shm", "org.json", "iam.db-state"};
  for (size_t i = 0; i < sizeof files / sizeof *files; ++i) {
    char path[160];
    snprintf(path, sizeof path, "%s/%s", home->folder, files[i]);
    unlink(path);
  }
  assert_int_equal(rmdir(home->folder), 0);
  free(home);
  return 0;
}

askiam_request *fixture_request(const char *user, const char *text, const char *request_id)
{
  askiam_request *request = NULL;
  assert_int_equal(askiam_request_new(&request, NULL, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_USER_ID, askiam_str_from(user), NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_TEXT, askiam_str_from(text), NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_ID, askiam_str_from(request_id), NULL), ASKIAM_STATUS_OK);
  return request;
}

askiam_decision *fixture_decide(fixture *home, askiam_request *request)
{
  askiam_decision *decision = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_validate(&decision, home->engine, request, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  askiam_request_destroy(request);
  assert_non_null(decision);
  return decision;
}

void fixture_import(fixture *home, const char *json)
{
  char path[160];
  snprintf(path, sizeof path, "%s/org.json", home->folder);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_true(fputs(json, file) >= 0);
  assert_int_equal(fclose(file), 0);
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_import_path(NULL, home->engine, path, NULL, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
}

static askiam_status s_count(void *context, askiam_str line)
{
  *(size_t *)context += line.length > 0;
  return ASKIAM_STATUS_OK;
}

size_t fixture_trail(fixture *home)
{
  int sound = 0;
  char *report = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_audit_verify(&sound, &report, home->engine, NULL, NULL, &error) != ASKIAM_STATUS_OK || sound != 1) {
    fail_msg("%s %s", error.message, report == NULL ? "" : report);
  }
  askiam_string_free(home->engine, report);
  askiam_audit_filter everything = {.size = sizeof everything};
  size_t entries = 0;
  assert_int_equal(askiam_audit_query(home->engine, &everything, s_count, &entries, &error), ASKIAM_STATUS_OK);
  return entries;
}
