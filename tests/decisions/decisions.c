/* SPDX-License-Identifier: Apache-2.0
 *
 * The decision cases through the C interface. Each line is a request that carries what is expected of it; see README.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <askiam/askiam.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "support/allocator.h"
#include "json/json.h"

enum { CASES_MAX_BYTES = 1 << 20, PATH_BYTES = 256 };

typedef struct home {
  test_allocator allocator;
  char folder[64];
  char database[96];
  askiam_engine *engine;
} home;

static void s_begin(home *at, const char *organisation)
{
  *at = (home){.folder = "/tmp/askiam-decisions-XXXXXX"};
  test_allocator_init(&at->allocator);
  assert_non_null(mkdtemp(at->folder));
  snprintf(at->database, sizeof at->database, "%s/iam.db", at->folder);
  char url[PATH_BYTES];
  snprintf(url, sizeof url, "sqlite:%s", at->database);
  askiam_config *config = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_config_new(&config, &at->allocator.base, &error), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_config_set(config, "store.url", url, &error), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_engine_new(&at->engine, config, &error), ASKIAM_STATUS_OK);
  askiam_config_destroy(config);
  assert_int_equal(askiam_admin_migrate(NULL, NULL, at->engine, &error), ASKIAM_STATUS_OK);
  askiam_status status = organisation == NULL ? askiam_import_sample(NULL, at->engine, NULL, &error)
                                              : askiam_import_path(NULL, at->engine, organisation, NULL, &error);
  if (status != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
}

static void s_end(home *at)
{
  static const char *const s_endings[] = {"", "-wal", "-shm"};
  askiam_engine_destroy(at->engine);
  assert_int_equal(at->allocator.outstanding, 0);
  for (size_t i = 0; i < sizeof s_endings / sizeof *s_endings; ++i) {
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s%s", at->database, s_endings[i]);
    unlink(path);
  }
  assert_int_equal(rmdir(at->folder), 0);
}

typedef struct check {
  const aski_json *line;
  const askiam_decision *decision;
  unsigned wrong;
} check;

static void s_compare(check *work, const char *what, askiam_str expected, askiam_str found)
{
  if (!aski_str_equal(expected, found)) {
    print_error("%.*s: %s is %.*s, expected %.*s\n    %s\n",
                ASKI_STR_ARG(aski_json_string(aski_json_get(work->line, "name"))), what, ASKI_STR_ARG(found),
                ASKI_STR_ARG(expected), askiam_decision_to_json(work->decision, NULL));
    ++work->wrong;
  }
}

static void s_compare_lists(check *work, const aski_json *expect, const char *what, const char *found)
{
  const aski_json *list = aski_json_get(expect, what);
  char expected[512] = "";
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    size_t length = strlen(expected);
    snprintf(expected + length, sizeof expected - length, "%.*s ", ASKI_STR_ARG(aski_json_string(item)));
  }
  if (list != NULL) {
    s_compare(work, what, askiam_str_from(expected), askiam_str_from(found));
  }
}

static void s_append(char *list, size_t size, askiam_str word)
{
  size_t length = strlen(list);
  snprintf(list + length, size - length, "%.*s ", ASKI_STR_ARG(word));
}

static void s_compare_fields(check *work, const aski_json *expect)
{
  static const struct {
    const char *name;
    askiam_decision_field field;
  } s_fields[] = {{"user", ASKIAM_DECISION_USER_ID},
                  {"application", ASKIAM_DECISION_APPLICATION_ID},
                  {"role", ASKIAM_DECISION_ROLE_ID}};
  for (size_t i = 0; i < sizeof s_fields / sizeof *s_fields; ++i) {
    const aski_json *node = aski_json_get(expect, s_fields[i].name);
    if (node != NULL) { /* null: an absent string, which equals an empty one */
      s_compare(work, s_fields[i].name, aski_json_string(node), askiam_decision_get(work->decision, s_fields[i].field));
    }
  }
}

static void s_check(check *work)
{
  const askiam_decision *decision = work->decision;
  const aski_json *expect = aski_json_get(work->line, "expect");
  const aski_json *status = aski_json_get(expect, "status");
  const aski_json *code = aski_json_get(expect, "code");
  const aski_json *ends = aski_json_get(expect, "ends");
  if (status != NULL) {
    s_compare(work, "status", aski_json_string(status),
              askiam_str_from(askiam_verdict_name(askiam_decision_verdict(decision))));
  }
  if (aski_str_equal_text(aski_json_string(aski_json_get(expect, "never")),
                          askiam_verdict_name(askiam_decision_verdict(decision)))) {
    s_compare(work, "never", ASKI_STR("another status"), aski_json_string(aski_json_get(expect, "never")));
  }
  if (code != NULL) {
    s_compare(work, "code", aski_json_string(code), askiam_decision_code(decision, 0));
  }
  if (ends != NULL) {
    s_compare(work, "ends", askiam_str_from(aski_json_bool(ends, false) ? "true" : "false"),
              askiam_str_from(askiam_decision_expires_at_ms(decision) != 0 ? "true" : "false"));
  }
  for (const aski_json *also = aski_json_first(aski_json_get(expect, "also")); also != NULL;
       also = aski_json_next(also)) {
    size_t at = 0;
    while (at < askiam_decision_code_count(decision) &&
           !aski_str_equal(askiam_decision_code(decision, at), aski_json_string(also))) {
      ++at;
    }
    s_compare(work, "also", aski_json_string(also), askiam_decision_code(decision, at));
  }
  s_compare_fields(work, expect);
  char failed[512] = "";
  for (size_t i = 0; i < askiam_decision_check_count(decision); ++i) {
    if (!askiam_decision_check_passed(decision, i)) {
      s_append(failed, sizeof failed, askiam_decision_check_code(decision, i));
    }
  }
  s_compare_lists(work, expect, "failed", failed);
  char remedies[512] = "";
  for (size_t i = 0; i < askiam_decision_remedy_count(decision); ++i) {
    s_append(remedies, sizeof remedies, askiam_decision_remedy_code(decision, i));
  }
  s_compare_lists(work, expect, "remedies", remedies);
}

static unsigned s_decide(home *at, askiam_str text)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  aski_json_document *document = NULL;
  askiam_request *request = NULL;
  askiam_decision *decision = NULL;
  assert_int_equal(aski_json_parse(&document, text, &at->allocator.base, ASKIAM_LAYER_REQUEST, &error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(askiam_request_from_json(&request, text, &at->allocator.base, &error), ASKIAM_STATUS_OK);
  askiam_request_set_dry_run(request, 1);
  if (askiam_validate(&decision, at->engine, request, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%.*s: %s", ASKI_STR_ARG(text), error.message);
  }
  check work = {aski_json_root(document), decision, 0};
  s_check(&work);
  askiam_decision_destroy(decision);
  askiam_request_destroy(request);
  aski_json_destroy(document);
  return work.wrong;
}

static void s_run(const char *name, const char *organisation)
{
  home at;
  char path[PATH_BYTES];
  aski_buffer cases;
  askiam_error error = ASKIAM_ERROR_INIT;
  s_begin(&at, organisation);
  aski_buffer_init(&cases, &at.allocator.base);
  snprintf(path, sizeof path, "%s/%s.jsonl", ASKIAM_DECISIONS, name);
  assert_int_equal(aski_file_read(&cases, path, CASES_MAX_BYTES, "the cases", ASKIAM_LAYER_REQUEST, &error),
                   ASKIAM_STATUS_OK);
  unsigned wrong = 0;
  size_t count = 0;
  for (size_t start = 0; start < cases.length; ++count) {
    size_t length = strcspn(cases.data + start, "\n");
    wrong += s_decide(&at, (askiam_str){cases.data + start, length});
    start += length + 1;
  }
  aski_buffer_clean_up(&cases);
  s_end(&at);
  assert_true(count > 10);
  assert_int_equal(wrong, 0);
}

static void decisions__sample(void **state)
{
  (void)state;
  s_run("sample", NULL);
}

static void decisions__unfamiliar_organisation(void **state)
{
  (void)state;
  s_run("hospital", ASKIAM_DECISIONS "/hospital.json");
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(decisions__sample),
                                     cmocka_unit_test(decisions__unfamiliar_organisation)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
