/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies on their way in: what their check says about them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <sys/stat.h>

#include "import/run.h"
#include "unit/import/recorder.h"

#define POLICY                                                                                                         \
  "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}}"

/* What is refused, and what is doubted, by file, line, column and member; in one JSON text also by the policy's id. */
static void import__policies_are_checked(void **state)
{
  (void)state;
  static const char bad[] = "{\"Version\": \"2012-10-17\",\n \"Statement\": [{\"Effect\": \"deny\", \"Action\": "
                            "\"*\",\n  \"Resource\": \"x\"}]}";
  static const char doubtful[] = "{\"Version\": \"2012-10-17\",\n \"Statement\": {\"Effect\": \"Deny\", \"Action\": "
                                 "\"s3:*\", \"Resource\": \"*\"}}";
  char folder[64];
  char text[1024];
  folder_make(folder);
  snprintf(text, sizeof text, "%s/policies", folder);
  mkdir(text, 0700);
  folder_put(folder, "policies/bad.json", bad);
  folder_put(folder, "policies/doubtful.json", doubtful);
  run each = {0};
  recorder_init(&each.store);
  run_path(&each, folder, NULL);
  assert_int_equal(each.status, ASKIAM_STATUS_BAD_DATA);
  assert_true(each.store.committed == 0 && each.store.begun == each.store.aborted);
  assert_int_equal(each.told.count, 3);
  assert_string_equal(each.told.problems[0],
                      "policies/bad.json:2: column 27: Statement[0].Effect: must be \"Allow\" or "
                      "\"Deny\", written so, not \"deny\"");
  assert_string_equal(each.told.problems[0], each.error.message);
  assert_non_null(
      strstr(each.told.problems[1], "policies/bad.json:3: column 15: Statement[0].Resource: the resource \"x\""));
  assert_non_null(
      strstr(each.told.problems[2], "policies/doubtful.json:2: warning: column 44: Statement.Action: no access"));
  run_clean_up(&each);
  folder_remove(folder);

  snprintf(text, sizeof text, "{\"policies\": {\"one\": %s,\n\"two\": %s,\n\"three\": " POLICY "}}", doubtful, bad);
  each = (run){0};
  recorder_init(&each.store);
  run_json(&each, text, NULL);
  assert_int_equal(each.status, ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(each.told.count, 3);
  assert_non_null(
      strstr(each.told.problems[0], "org.json:2: warning: column 44: policy \"one\": Statement.Action: no access"));
  assert_non_null(strstr(each.told.problems[1], "org.json:4: column 27: policy \"two\": Statement[0].Effect: must be"));
  assert_non_null(strstr(each.told.problems[2], "org.json:5: column 15: policy \"two\": Statement[0].Resource: the"));
  run_clean_up(&each);
}

static void import__doubts_about_policies_do_not_stop_an_import(void **state)
{
  (void)state;
  aski_buffer text;
  aski_buffer_init(&text, aski_allocator_default());
  aski_buffer_append_text(&text, "{\"policies\": {");
  for (int i = 0; i < 30; ++i) {
    aski_buffer_append_format(&text,
                              "%s\n\"p%d\": {\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Deny\", "
                              "\"Action\": \"s3:*\", \"Resource\": \"*\"}}",
                              i == 0 ? "" : ",", i);
  }
  aski_buffer_append_text(&text, "}}");
  run each = {0};
  recorder_init(&each.store);
  run_json(&each, text.data, NULL);
  assert_int_equal(each.status, ASKIAM_STATUS_OK);
  assert_int_equal(each.store.committed, 1);
  assert_int_equal(each.told.count, ASKI_IMPORT_MAX_DOUBTS + 1);
  assert_string_equal(each.told.problems[ASKI_IMPORT_MAX_DOUBTS],
                      "org.json: warning: more may be doubtful; askiam policy check tells all of it");
  run_clean_up(&each);
  aski_buffer_clean_up(&text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(import__policies_are_checked),
      cmocka_unit_test(import__doubts_about_policies_do_not_stop_an_import),
  };
  return cmocka_run_group_tests_name("import__policies", tests, NULL, NULL);
}
