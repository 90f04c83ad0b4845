/* SPDX-License-Identifier: Apache-2.0
 *
 * The import as a whole: all or nothing, whatever lies in the folder and whatever the store says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "unit/import/recorder.h"

#define USERS "user_id,name\nann,Ann\nbob,\"B\nob\"\n"

/* A small organisation in every table. */
/* A good policy, and what the store gets of it. */
#define POLICY                                                                                                         \
  "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}}"
#define POLICY_KEPT                                                                                                    \
  "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}}"

static void s_fill(const char *folder)
{
  folder_put(folder, "users.csv", "user_id,name,team\n\nann,Ann,x\nbob,Bob,\"y \"\"z\"\"\"\n");
  folder_put(folder, "applications.csv", "app_id,name\nerp,ERP\n");
  folder_put(folder, "roles.csv", "role_id,app_id,name,permissions\nr,erp,R,a;b\ns,erp,S,\n");
  folder_put(folder, "aliases.csv", "kind,id,alias\nrole,r,Ar\n");
  folder_put(folder, "user_roles.csv", "user_id,role_id,granted_at\nann,r,2024-01-01\n");
  folder_put(folder, "role_prerequisites.csv", "role_id,required_role_id\ns,r\n");
  folder_put(folder, "role_conflicts.csv", "role_id,conflicting_role_id,reason\nr,s,\"a,\nb\"\n");
  folder_put(folder, "role_restrictions.csv", "role_id,user_id,reason\nr,bob,no\n");
  folder_put(folder, "access_patterns.csv",
             "user_id,role_id,app_id,timestamp,approved,source\nann,r,erp,2024-01-01,1,human\n");
  folder_put(folder, "documents.jsonl",
             "{\"id\":\"d\",\"title\":\"D\",\"text\":\"t\",\"metadata\":{\"app_id\":\"erp\"}}\n");
  folder_put(folder, "README.md", "not a table");
  folder_put(folder, ".hidden.csv", "not a table");
  char policies[128];
  snprintf(policies, sizeof policies, "%s/policies", folder);
  mkdir(policies, 0700);
  folder_put(folder, "policies/b.json", "\xef\xbb\xbf" POLICY);
  folder_put(folder, "policies/a.json", POLICY "\n");
}

static const char s_json[] =
    "{\n\"users\": [\n  {\"user_id\": \"ann\", \"name\": \"Ann\", \"team\": \"x\"},\n"
    "  {\"user_id\": \"bob\", \"name\": \"Bob\", \"team\": \"y \\\"z\\\"\"}],\n"
    "\"applications\": [{\"app_id\": \"erp\", \"name\": \"ERP\", \"owner\": null}],\n"
    "\"roles\": [{\"role_id\": \"r\", \"app_id\": \"erp\", \"name\": \"R\", \"permissions\": [\"a\", \"b\"]},\n"
    "  {\"role_id\": \"s\", \"app_id\": \"erp\", \"name\": \"S\", \"permissions\": \"\"}],\n"
    "\"aliases\": [{\"kind\": \"role\", \"id\": \"r\", \"alias\": \"Ar\"}],\n"
    "\"user_roles\": [{\"user_id\": \"ann\", \"role_id\": \"r\", \"granted_at\": \"2024-01-01\"}],\n"
    "\"role_prerequisites\": [{\"role_id\": \"s\", \"required_role_id\": \"r\"}],\n"
    "\"role_conflicts\": [{\"role_id\": \"r\", \"conflicting_role_id\": \"s\", \"reason\": \"a,\\nb\"}],\n"
    "\"role_restrictions\": [{\"role_id\": \"r\", \"user_id\": \"bob\", \"reason\": \"no\"}],\n"
    "\"access_patterns\": [{\"user_id\": \"ann\", \"role_id\": \"r\", \"app_id\": \"erp\",\n"
    "  \"timestamp\": \"2024-01-01\", \"approved\": true, \"source\": \"human\"}],\n"
    "\"documents\": [{\"id\": \"d\", \"title\": \"D\", \"text\": \"t\", \"metadata\": {\"app_id\": \"erp\"}}],\n"
    "\"policies\": {\"a\": " POLICY ", \"b\": " POLICY "}}\n";

static void import__a_folder_and_one_json_give_the_same_rows(void **state)
{
  (void)state;
  char folder[64];
  folder_make(folder);
  s_fill(folder);
  run from_folder = {0};
  recorder_init(&from_folder.store);
  run_path(&from_folder, folder, NULL);
  assert_string_equal(from_folder.error.message, "");
  run from_json = {0};
  recorder_init(&from_json.store);
  run_json(&from_json, s_json, NULL);
  assert_string_equal(from_json.error.message, "");
  assert_string_equal(from_folder.store.rows.data, from_json.store.rows.data);
  assert_non_null(strstr(from_json.store.rows.data, "policies 2|b|" POLICY_KEPT "\n"));
  assert_string_equal(from_folder.summary.data, from_json.summary.data);
  assert_string_equal(from_folder.summary.data,
                      "{\"users\":2,\"applications\":1,\"roles\":2,\"aliases\":1,\"user_roles\":1,"
                      "\"role_prerequisites\":1,\"role_conflicts\":1,\"role_restrictions\":1,\"policies\":2,"
                      "\"documents\":1,\"access_patterns\":1}");
  assert_int_equal(from_folder.told.count, 0);
  assert_true(from_folder.told.progress > 0 && from_folder.told.share > 0.99);
  assert_int_equal(from_folder.told.rows, 14);
  run_clean_up(&from_folder);
  run_clean_up(&from_json);
  folder_put(folder, "all.json", s_json);
  char path[128];
  snprintf(path, sizeof path, "%s/all.json", folder);
  run from_file = {0};
  recorder_init(&from_file.store);
  run_path(&from_file, path, NULL);
  assert_int_equal(from_file.status, ASKIAM_STATUS_OK);
  run_clean_up(&from_file);
  folder_remove(folder);
}

/* What is wrong with a JSON text, by its line. */
static void import__a_malformed_json_is_named_with_its_line(void **state)
{
  (void)state;
  static const struct {
    const char *json, *message;
  } bad[] = {
      {"", "org.json:1: column 1: "},
      {"{\n\"users\": [}", "org.json:2: column 11: "},
      {"[]", "org.json:1: an object with tables is needed"},
      {"{}", "org.json:1: an object with tables is needed"},
      {"{\"users\": [],\n \"people\":\n [1]}", "org.json:3: unknown table \"people\""},
      {"{\n\"users\": {}}", "org.json:2: \"users\" is an object; a list of objects is needed"},
      {"{\n\"policies\": []}", "org.json:2: \"policies\" is a list; an object is needed"},
      {"{\"users\": [{\"user_id\": \"a\", \"name\": \"b\"},\n\n 5]}",
       "org.json:3: a row of users is an object, not a number"},
      {"{\"users\": [\n{\"user_id\": \"]}\\\"\", \"name\": \"[\"},\n{\"user_id\": \"c\"}]}",
       "org.json:2: user_id \"]}\"\" has one"},
      {"{\"users\": [\n{\"user_id\": \"a\", \"name\": \"[\"},\n{\"user_id\": \"c\"}]}", "org.json:3: name is missing"},
      {"{\"x\": {\"users\": [1,2]},\n\"users\":\n[{\"user_id\": 1, \"name\": \"n\"},\n{\"user_id\": 1, \"name\": "
       "\"n\"}]}",
       "org.json:1: unknown table \"x\""},
      {"{\"users\":\n[{\"user_id\": 1, \"name\": \"n\"},\n{\"user_id\": 1, \"name\": \"n\"}]}",
       "org.json:3: user_id \"1\" is on line 2 already"},
      {"{\"users\": [{\"user_id\": \"a\", \"name\": \"n\", \"x\": {}}]}", "org.json:1: \"x\" is a list or an object"},
      {"{\"users\": [{\"user_id\": \"a\", \"name\": \"n\", \"E_mail\": \"\"}]}", "org.json:1: \"E_mail\" is no column"},
      {"{\"roles\": [{\"role_id\": \"a\", \"owner\": \"\"}]}", "org.json:1: \"owner\" is no column of this table"},
      {"{\"roles\": [{\"role_id\": \"a\", \"app_id\": \"b\", \"name\": \"c\", \"permissions\": [1]}]}",
       "org.json:1: permissions has something in its list that is no string"},
      {"{\"policies\": {\"a\": " POLICY ",\n \"b\": 1}}",
       "org.json:2: policy \"b\" is a number; a policy is an object"},
      {"{\"policies\": {\"a/b\": {}}}", "org.json:1: the policy's id \"a/b\" has one of"},
      {"{\"documents\": [\n{\"id\": \"a\", \"text\": \"t\"}, {\"id\": \"b\"}]}", "org.json:2: text is missing"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    run each = {0};
    recorder_init(&each.store);
    run_json(&each, bad[i].json, NULL);
    assert_int_equal(each.status, ASKIAM_STATUS_BAD_DATA);
    if (strncmp(each.error.message, bad[i].message, strlen(bad[i].message)) != 0) {
      assert_string_equal(each.error.message, bad[i].message);
    }
    assert_int_equal(each.store.aborted, 1);
    run_clean_up(&each);
  }
}

static void s_expect_refused(const char *path, const char *message_end)
{
  run each = {0};
  recorder_init(&each.store);
  run_path(&each, path, NULL);
  assert_int_equal(each.status, ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(each.store.committed, 0);
  assert_int_equal(each.store.begun, each.store.aborted);
  if (strstr(each.error.message, message_end) == NULL) {
    assert_string_equal(each.error.message, message_end);
  }
  run_clean_up(&each);
}

static void import__what_is_no_file_is_refused_and_never_waited_for(void **state)
{
  (void)state;
  char folder[64];
  char path[128];
  folder_make(folder);
  s_expect_refused(folder, ": nothing to import; a folder holds users.csv");
  s_expect_refused("/nonexistent/askiam", "/nonexistent/askiam: does not exist");
  snprintf(path, sizeof path, "%s/users.csv", folder);
  assert_int_equal(mkfifo(path, 0600), 0);
  s_expect_refused(folder, "users.csv:1: is a pipe or a device, not a file");
  s_expect_refused(path, ": is neither a folder nor a file");
  unlink(path);
  assert_int_equal(mkdir(path, 0700), 0);
  s_expect_refused(folder, "users.csv:1: is a folder, not a file");
  rmdir(path);
  assert_int_equal(symlink("users.csv", path), 0);
  s_expect_refused(folder, "users.csv:1: cannot be read: ");
  unlink(path);
  assert_int_equal(symlink("nowhere", path), 0);
  s_expect_refused(folder, "users.csv:1: cannot be read: ");
  unlink(path);
  folder_put(folder, "users.csv", USERS);
  s_expect_refused(path, ": is neither a folder nor a .json file; give the folder that holds the tables");
  unlink(path);
  snprintf(path, sizeof path, "%s/policies", folder);
  mkdir(path, 0700);
  folder_put(folder, "policies/x.json", "{\n\"a\": 01}");
  s_expect_refused(folder, "policies/x.json:2: column ");
  folder_put(folder, "policies/x.json", "[]");
  s_expect_refused(folder, "policies/x.json:1: policy \"x\" is a list; a policy is an object");
  folder_put(folder, "policies/x.json", POLICY);
  folder_put(folder, "policies/\xff.json", "{}");
  s_expect_refused(folder, "policies/(not UTF-8):1: the policy's id \"(not UTF-8)\" is not UTF-8");
  snprintf(path, sizeof path, "%s/policies/\xff.json", folder);
  unlink(path);
  folder_put(folder, "policies/x*y.json", "{}");
  s_expect_refused(folder, "policies/x*y.json:1: the policy's id \"x*y\" has one of");
  folder_remove(folder);
}

static void import__a_file_of_another_kind_is_told_and_passed_over(void **state)
{
  (void)state;
  char folder[64];
  folder_make(folder);
  s_fill(folder);
  folder_put(folder, "notes.csv", "x");
  folder_put(folder, "policies/README", "x");
  run each = {0};
  recorder_init(&each.store);
  run_path(&each, folder, NULL);
  assert_int_equal(each.status, ASKIAM_STATUS_OK);
  assert_int_equal(each.told.count, 2);
  assert_string_equal(each.told.problems[0], "notes.csv: warning: ignored, as it is none of the files of an import");
  assert_string_equal(each.told.problems[1], "policies/README: warning: ignored, as the name does not end with .json");
  run_clean_up(&each);
  folder_remove(folder);
}

static void import__a_reference_that_the_store_misses_gets_its_line(void **state)
{
  (void)state;
  static const struct {
    askiam_table table;
    uint64_t row;
    const char *in_folder, *in_json;
  } missed[] = {
      {ASKIAM_TABLE_USERS, 1, "users.csv:3: no", "org.json:3: no"},
      {ASKIAM_TABLE_USERS, 2, "users.csv:4: no", "org.json:4: no"},
      {ASKIAM_TABLE_ROLES, 2, "roles.csv:3: no", "org.json:7: no"},
      {ASKIAM_TABLE_ROLE_CONFLICTS, 1, "role_conflicts.csv:2: no", "org.json:11: no"},
      {ASKIAM_TABLE_POLICIES, 2, "policies/b.json:1: no", "org.json:16: no"},
      {ASKIAM_TABLE_DOCUMENTS, 1, "documents.jsonl:1: no", "org.json:15: no"},
  };
  char folder[64];
  folder_make(folder);
  s_fill(folder);
  for (size_t i = 0; i < sizeof missed / sizeof *missed; ++i) {
    for (int json = 0; json < 2; ++json) {
      run each = {0};
      recorder_init(&each.store);
      each.store.report_table = missed[i].table;
      each.store.report_row = missed[i].row;
      each.store.report_message = "no";
      if (json) {
        run_json(&each, s_json, NULL);
      } else {
        run_path(&each, folder, NULL);
      }
      assert_int_equal(each.status, ASKIAM_STATUS_BAD_DATA);
      assert_string_equal(each.error.message, json ? missed[i].in_json : missed[i].in_folder);
      assert_int_equal(each.store.report_more, 1);
      assert_int_equal(each.store.aborted, 0);
      assert_int_equal(each.summary.length, 0);
      run_clean_up(&each);
    }
  }
  folder_remove(folder);
}

static void import__a_store_that_fails_ends_the_import(void **state)
{
  (void)state;
  for (long row = 1; row <= 14; ++row) {
    run each = {0};
    recorder_init(&each.store);
    each.store.fail_row = row;
    run_json(&each, s_json, NULL);
    assert_int_equal(each.status, ASKIAM_STATUS_FULL);
    assert_string_equal(each.error.message, "the disk is full");
    assert_int_equal(each.store.committed, 0);
    assert_int_equal(each.store.aborted, 1);
    run_clean_up(&each);
  }
  run locked = {0};
  recorder_init(&locked.store);
  locked.store.begin_status = ASKIAM_STATUS_BUSY;
  run_json(&locked, s_json, NULL);
  assert_int_equal(locked.status, ASKIAM_STATUS_BUSY);
  run_clean_up(&locked);
  run none = {0};
  recorder_init(&none.store);
  none.store.admin.table.import_begin = NULL;
  run_json(&none, s_json, NULL);
  assert_int_equal(none.status, ASKIAM_STATUS_NOT_SUPPORTED);
  run_clean_up(&none);
}

/* Every allocation fails once; nothing leaks, nothing is committed. */
static void s_fail_everywhere(const char *path, const char *json)
{
  test_allocator allocator;
  test_allocator_init(&allocator);
  for (long fail_at = 1;; ++fail_at) {
    test_allocator_fail_at(&allocator, fail_at);
    run each = {0};
    recorder_init(&each.store);
    if (json != NULL) {
      run_json(&each, json, &allocator.base);
    } else {
      run_path(&each, path, &allocator.base);
    }
    askiam_status status = each.status;
    assert_int_equal(allocator.outstanding, 0);
    assert_int_equal(each.store.begun, each.store.committed + each.store.aborted);
    assert_int_equal(each.store.committed, status == ASKIAM_STATUS_OK ? 1 : 0);
    run_clean_up(&each);
    if (status == ASKIAM_STATUS_OK) {
      assert_true(fail_at > 5);
      return;
    }
    assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
  }
}

static void import__no_memory_is_an_error_and_nothing_else(void **state)
{
  (void)state;
  char folder[64];
  folder_make(folder);
  s_fill(folder);
  s_fail_everywhere(folder, NULL);
  s_fail_everywhere(NULL, s_json);
  folder_remove(folder);
}

static void import__the_compiled_in_sample_is_the_folder(void **state)
{
  (void)state;
  run from_folder = {0};
  recorder_init(&from_folder.store);
  run_path(&from_folder, ASKIAM_SOURCE_DIR "/data/sample", NULL);
  assert_string_equal(from_folder.error.message, "");
  run from_json = {0};
  recorder_init(&from_json.store);
  askiam_str sample = aski_import_sample();
  char *text = aski_copy_text(aski_allocator_default(), sample);
  run_json(&from_json, text, NULL);
  assert_string_equal(from_json.error.message, "");
  assert_int_equal(from_folder.store.rows.length, from_json.store.rows.length);
  assert_true(strcmp(from_folder.store.rows.data, from_json.store.rows.data) == 0);
  assert_string_equal(from_folder.summary.data, from_json.summary.data);
  aski_release(aski_allocator_default(), text);
  run_clean_up(&from_folder);
  run_clean_up(&from_json);
}

static void import__a_cancelled_import_leaves_nothing(void **state)
{
  (void)state;
  aski_buffer json;
  aski_buffer_init(&json, aski_allocator_default());
  aski_buffer_append_text(&json, "{\"users\":[");
  for (int i = 0; i < 9000; ++i) {
    aski_buffer_append_format(&json, "%s{\"user_id\":%d,\"name\":\"n\"}", i == 0 ? "" : ",", i);
  }
  aski_buffer_append_text(&json, "]}");
  recorder store;
  recorder_init(&store);
  store.admin.self = &store;
  int cancelled = 1;
  askiam_call call = g_call;
  call.cancelled = &cancelled;
  aski_import import = {.admin = &store.admin, .allocator = aski_allocator_default()};
  askiam_status status = aski_import_run_json(NULL, &import, &call, aski_buffer_view(&json), "x", NULL, NULL);
  assert_int_equal(status, ASKIAM_STATUS_CANCELLED);
  assert_int_equal(store.aborted, 1);
  recorder_clean_up(&store);
  aski_buffer_clean_up(&json);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(import__a_folder_and_one_json_give_the_same_rows),
      cmocka_unit_test(import__a_malformed_json_is_named_with_its_line),
      cmocka_unit_test(import__what_is_no_file_is_refused_and_never_waited_for),
      cmocka_unit_test(import__a_file_of_another_kind_is_told_and_passed_over),
      cmocka_unit_test(import__a_reference_that_the_store_misses_gets_its_line),
      cmocka_unit_test(import__a_store_that_fails_ends_the_import),
      cmocka_unit_test(import__no_memory_is_an_error_and_nothing_else),
      cmocka_unit_test(import__the_compiled_in_sample_is_the_folder),
      cmocka_unit_test(import__a_cancelled_import_leaves_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
