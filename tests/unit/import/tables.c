/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said about bad files, and what becomes of good ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "unit/import/recorder.h"

#define APPS "app_id,name\nerp,ERP\n"

/* One file with something wrong in it, and how the first problem reads. */
typedef struct bad {
  const char *file;
  const char *content;
  const char *message;
} bad;

static const bad s_bad[] = {
    /* the shape of a file */
    {"users.csv", "", "users.csv:1: the file is empty; its first line names the columns"},
    {"users.csv", "\n\n", "users.csv:1: the file is empty; its first line names the columns"},
    {"users.csv", "user_id,email\na,b@c\n", "users.csv:1: the column name is missing"},
    {"users.csv", "user_id;name\na;b\n", "users.csv:1: the column user_id is missing; fields are separated by commas"},
    {"users.csv", "user_id,name,name\na,b,c\n", "users.csv:1: column name is there twice"},
    {"users.csv", "user_id,name,team,team\na,b,c,d\n", "users.csv:1: column 4 \"team\" is there twice"},
    {"users.csv", "user_id,name,\na,b,c\n", "users.csv:1: column 3 \"\" has no name"},
    {"users.csv", "user_id,name,E-Mail\na,b,c\n", "users.csv:1: unknown column \"E-Mail\"; did you mean email?"},
    {"users.csv", "user_id,name,attributes\na,b,c\n",
     "users.csv:1: column 3 \"attributes\" is not allowed: each further column is an attribute by itself"},
    {"roles.csv", "role_id,app_id,name,owner\n",
     "roles.csv:1: unknown column \"owner\"; only users may have further columns"},
    {"roles.csv", "role_id,appId,name\n", "roles.csv:1: unknown column \"appId\"; did you mean app_id?"},
    {"users.csv", "user_id,name\na,b\nc\n", "users.csv:3: the row has 1, the header line 2 fields"},
    {"users.csv", "user_id,name\na,b\nc,d,e\n", "users.csv:3: the row has 3, the header line 2 fields"},
    {"users.csv", "user_id,name\na,\"b\n", "users.csv:2: a quoted field begins here and is never closed"},
    {"users.csv", "user_id,name\na,b\"c\"\n",
     "users.csv:2: a quote within an unquoted field; quote the whole field and double the quote"},
    {"users.csv", "user_id,name\na,\"b\"c\n",
     "users.csv:2: text after a closing quote; write a quote within a quoted field twice"},
    {"users.csv", "user_id,name\na,\xff\n", "users.csv:2: bytes that are not UTF-8; save the file as UTF-8"},
    /* values */
    {"users.csv", "user_id,name\n,b\n", "users.csv:2: user_id is missing"},
    {"users.csv", "user_id,name\na/b,c\n",
     "users.csv:2: user_id \"a/b\" has one of / * ? $ { }, which an id must not have"},
    {"users.csv", "user_id,name\na\x7f,c\n", "users.csv:2: user_id \"a?\" has a control character"},
    {"users.csv", "user_id,name\na\xc2\x85,c\n", "users.csv:2: user_id \"a??\" has a control character"},
    {"users.csv", "user_id,name\n\"  \",c\n", "users.csv:2: user_id \"  \" is blank"},
    {"users.csv", "user_id,name\n\xc2\xa0,c\n", "users.csv:2: user_id \"\xc2\xa0\" is blank"},
    {"users.csv", "user_id,name\n ann,c\n", "users.csv:2: user_id \" ann\" has a blank at an end"},
    {"users.csv", "user_id,name\nann ,c\n", "users.csv:2: user_id \"ann \" has a blank at an end"},
    {"users.csv", "user_id,name\nj\xc3\xb6\xe3\x80\x80,c\n",
     "users.csv:2: user_id \"j\xc3\xb6\xe3\x80\x80\" has a blank at an end"},
    {"users.csv",
     "user_id,name\na\xe2\x80\x8b"
     "b,c\n",
     "users.csv:2: user_id \"a\xe2\x80\x8b"
     "b\" has an invisible character, such as a zero-width space or a change of direction"},
    {"users.csv",
     "user_id,name\na\xe2\x80\xae"
     "b,c\n",
     "users.csv:2: user_id \"a\xe2\x80\xae"
     "b\" has an invisible character, such as a zero-width space or a change of direction"},
    {"users.csv",
     "user_id,name\na\xe2\x80\xa8"
     "b,c\n",
     "users.csv:2: user_id \"a\xe2\x80\xa8"
     "b\" has an invisible character, such as a zero-width space or a change of direction"},
    {"users.csv", "user_id,name\na,\n", "users.csv:2: name is missing"},
    {"users.csv", "user_id,name\na, \xc2\xa0\n", "users.csv:2: name \" \xc2\xa0\" is blank"},
    {"users.csv", "user_id,name\na,\"b\nc\"\n", "users.csv:2: name \"b?c\" has a control character"},
    {"users.csv", "user_id,name,email\na,b,c\n", "users.csv:2: email \"c\" is not an e-mail address"},
    {"users.csv", "user_id,name,email\na,b,c@\n", "users.csv:2: email \"c@\" is not an e-mail address"},
    {"users.csv", "user_id,name,email\na,b,c@d@e\n", "users.csv:2: email \"c@d@e\" is not an e-mail address"},
    {"users.csv", "user_id,name,status\na,b,Active\n",
     "users.csv:2: status \"Active\" is none of active, inactive, suspended"},
    {"applications.csv", "app_id,name,status\na,b,suspended\n",
     "applications.csv:2: status \"suspended\" is none of active, inactive"},
    {"users.csv", "user_id,name,created_at\na,b,01/02/2024\n",
     "users.csv:2: created_at \"01/02/2024\" is not a time; write 2026-01-21 or 2026-01-21T10:30:00Z"},
    {"users.csv", "user_id,name,created_at\na,b,2023-02-29\n",
     "users.csv:2: created_at \"2023-02-29\" is not a time; write 2026-01-21 or 2026-01-21T10:30:00Z"},
    {"users.csv", "user_id,name,created_at\na,b,1969-12-31\n", "users.csv:2: created_at \"1969-12-31\" is before 1970"},
    {"users.csv", "user_id,name,team\na,b,\"x\ty\"\n", "users.csv:2: team has a control character"},
    {"aliases.csv", "kind,id,alias\ngroup,a,b\n", "aliases.csv:2: kind \"group\" is none of user, application, role"},
    {"aliases.csv", "kind,id,alias\nuser,a,\n", "aliases.csv:2: alias is missing"},
    {"user_roles.csv", "user_id,role_id,status\na,b,suspended\n",
     "user_roles.csv:2: status \"suspended\" is none of active, revoked, expired"},
    {"user_roles.csv", "user_id,role_id,granted_at,expires_at\na,b,2024-01-02,2024-01-02\n",
     "user_roles.csv:2: expires_at \"2024-01-02\" is not after granted_at"},
    {"user_roles.csv", "user_id,role_id,expires_at\na,b,1970-01-01\n",
     "user_roles.csv:2: expires_at \"1970-01-01\" is before 1970"},
    {"role_prerequisites.csv", "role_id,required_role_id\na,a\n",
     "role_prerequisites.csv:2: required_role_id \"a\" is the role itself"},
    {"role_conflicts.csv", "role_id,conflicting_role_id,reason\na,a,x\n",
     "role_conflicts.csv:2: conflicting_role_id \"a\" is the role itself"},
    {"access_patterns.csv", "user_id,role_id,app_id,timestamp,approved,source\na,b,c,2024-01-01,yes,human\n",
     "access_patterns.csv:2: approved \"yes\" is none of 1, 0, true, false"},
    {"access_patterns.csv", "user_id,role_id,app_id,timestamp,approved,source\na,b,c,,1,human\n",
     "access_patterns.csv:2: timestamp is missing"},
    /* keys */
    {"users.csv", "user_id,name\na,b\nc,d\na,e\n",
     "users.csv:4: user_id \"a\" is on line 2 already; remove one of the two"},
    {"users.csv", "user_id,name,x\na,b,\"1\n2\"\nc,d,\n\na,e,\n", "users.csv:2: x has a control character"},
    {"user_roles.csv", "user_id,role_id\na,b\nab,\"\"\na,b\n", "user_roles.csv:3: role_id is missing"},
    {"user_roles.csv", "role_id,user_id\nr,u\n\nu,r\nr,u\n",
     "user_roles.csv:5: \"u\" with \"r\" is on line 2 already; remove one of the two"},
    {"role_conflicts.csv", "role_id,conflicting_role_id,reason\na,b,\"x\ny\"\na,b,z\n",
     "role_conflicts.csv:4: \"a\" with \"b\" is on line 2 already; remove one of the two"},
    /* documents */
    {"documents.jsonl", "{\"id\":\"a\",\"text\":\"t\"}\n\n{\"id\":\n", "documents.jsonl:3: column 7: "},
    {"documents.jsonl", "[1]\n", "documents.jsonl:1: a document is an object, not a list"},
    {"documents.jsonl", "{\"text\":\"t\"}\n", "documents.jsonl:1: id is missing"},
    {"documents.jsonl", "{\"id\":\"a\"}\n", "documents.jsonl:1: text is missing"},
    {"documents.jsonl", "{\"id\":\"a\",\"text\":\" \"}\n", "documents.jsonl:1: text is no text, or an empty one"},
    {"documents.jsonl", "{\"id\":\"a\",\"text\":\"t\",\"title\":1}\n", "documents.jsonl:1: title is no text"},
    {"documents.jsonl", "{\"id\":\"a\",\"text\":\"t\",\"metadata\":[]}\n", "documents.jsonl:1: metadata is no object"},
    {"documents.jsonl", "{\"id\":\"a\",\"text\":\"t\",\"metadata\":{\"app_id\":[\"x\",{}]}}\n",
     "documents.jsonl:1: metadata.app_id is neither a text nor a list of texts"},
    {"documents.jsonl", "{\"id\":\"a\",\"text\":\"t\"}\n{\"id\":\"a\",\"text\":\"u\"}\n",
     "documents.jsonl:2: id \"a\" is on line 1 already; remove one of the two"},
    /* files that look like tables */
    {"user.csv", "x\n", "user.csv:1: unknown file; did you mean users.csv?"},
    {"Users.CSV", "x\n", "Users.CSV:1: unknown file; did you mean users.csv?"},
    {"user-roles.csv", "x\n", "user-roles.csv:1: unknown file; did you mean user_roles.csv?"},
    {"documents.json", "[]", "documents.json:1: unknown file; did you mean documents.jsonl?"},
    {"policy.json", "{}", "policy.json:1: unknown file; did you mean policies?"},
    {"policies", "x", "policies:1: cannot be read as a folder: Not a directory"},
};

static void import__each_malformed_file_is_named_with_its_line(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof s_bad / sizeof *s_bad; ++i) {
    char folder[64];
    folder_make(folder);
    folder_put(folder, s_bad[i].file, s_bad[i].content);
    run each = {0};
    recorder_init(&each.store);
    run_path(&each, folder, NULL);
    assert_int_equal(each.status, ASKIAM_STATUS_BAD_DATA);
    assert_int_equal(each.error.status, ASKIAM_STATUS_BAD_DATA);
    assert_int_equal(each.error.layer, ASKIAM_LAYER_IMPORT);
    if (strncmp(each.error.message, s_bad[i].message, strlen(s_bad[i].message)) != 0) {
      assert_string_equal(each.error.message, s_bad[i].message);
    }
    assert_string_equal(each.told.problems[0], each.error.message);
    assert_int_equal(each.store.committed, 0);
    assert_int_equal(each.store.aborted, 1);
    assert_int_equal(each.summary.length, 0);
    run_clean_up(&each);
    folder_remove(folder);
  }
}

/* Imports one file that is good and compares the rows. */
static void s_expect_rows(const char *file, const char *content, const char *expected)
{
  char folder[64];
  folder_make(folder);
  folder_put(folder, file, content);
  run good = {0};
  recorder_init(&good.store);
  run_path(&good, folder, NULL);
  assert_string_equal(good.error.message, "");
  assert_int_equal(good.status, ASKIAM_STATUS_OK);
  assert_int_equal(good.store.committed, 1);
  assert_int_equal(good.store.aborted, 0);
  assert_string_equal(good.store.rows.data == NULL ? "" : good.store.rows.data, expected);
  run_clean_up(&good);
  folder_remove(folder);
}

static void import__users_get_defaults_and_attributes(void **state)
{
  (void)state;
  s_expect_rows("users.csv",
                "\xef\xbb\xbfteam,name, user_id ,e,status,created_at,email\r\n"
                "\"A \"\"B\"\"\",Zo\xc3\xab,z,,,,\r\n"
                "x,Li Wei,l,1,suspended,2024-02-29T12:00:00+02:00,l@x.org\r\n",
                "users 1|z||Zo\xc3\xab|active|" NOW_TEXT "|{\"team\":\"A \\\"B\\\"\"}\n"
                "users 2|l|l@x.org|Li Wei|suspended|1709200800000|{\"team\":\"x\",\"e\":\"1\"}\n");
  s_expect_rows("users.csv", "user_id,name\n", "");
}

static void import__roles_get_their_permissions_as_a_list(void **state)
{
  (void)state;
  s_expect_rows("roles.csv", "role_id,app_id,name,permissions,risk\nr,a,R, x:y ;; z ,high\ns,a,S,,\n",
                "roles 1|r|a|R||[\"x:y\",\"z\"]|high|active|" NOW_TEXT "\n"
                "roles 2|s|a|S||[]||active|" NOW_TEXT "\n");
}

static void import__assignments_keep_their_times(void **state)
{
  (void)state;
  s_expect_rows("user_roles.csv",
                "user_id,role_id,granted_at,expires_at,status\n"
                "u,a,2024-01-01,2030-01-01,\nu,b,,,active\nu,c,,2030-01-01,\nu,d,,2025-01-01,expired\n",
                "user_roles 1|u|a|1704067200000|1893456000000|active\n"
                "user_roles 2|u|b|" NOW_TEXT "||active\n"
                "user_roles 3|u|c|" NOW_TEXT "|1893456000000|active\n"
                "user_roles 4|u|d|1735689599999|1735689600000|expired\n");
}

static void import__the_other_tables_come_through(void **state)
{
  (void)state;
  s_expect_rows("aliases.csv", "alias,kind,id\nWD,application,workday\n", "aliases 1|application|workday|WD\n");
  s_expect_rows("role_conflicts.csv", "conflicting_role_id,role_id\na,b\nb,a\n",
                "role_conflicts 1|b|a|\nrole_conflicts 2|a|b|\n");
  s_expect_rows("access_patterns.csv",
                "user_id,role_id,app_id,timestamp,approved,source\nu,r,a,2024-01-01,true,human\n"
                "u,r,a,2024-01-01,0,\n",
                "access_patterns 1|u|r|a|1704067200000|1|human\naccess_patterns 2|u|r|a|1704067200000|0|\n");
  s_expect_rows(
      "documents.jsonl",
      "{\"id\":7,\"title\":\"T\",\"text\":\"one\\ntwo\",\"metadata\":{\"app_id\":\"a\",\"role_id\":[\"r\",\"s\"],"
      " \"n\":[1.50,{\"x\":null}]},\"more\":true}\n{\"id\":\"d\",\"text\":\"x\"}",
      "documents 1|7|T|one\ntwo|{\"app_id\":\"a\",\"role_id\":[\"r\",\"s\"],\"n\":[1.50,{\"x\":null}]}|[\"a\"]|"
      "[\"r\",\"s\"]|0|\ndocuments 2|d|d|x|{}|[]|[]|0|\n");
}

static void import__at_most_20_problems_are_told(void **state)
{
  (void)state;
  char content[2000] = "user_id,name\n";
  for (int i = 0; i < 100; ++i) {
    strcat(content, ",\n");
  }
  char folder[64];
  folder_make(folder);
  folder_put(folder, "users.csv", content);
  folder_put(folder, "applications.csv", APPS);
  run each = {0};
  recorder_init(&each.store);
  run_path(&each, folder, NULL);
  assert_int_equal(each.status, ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(each.told.count, 20);
  assert_string_equal(each.told.problems[1], "users.csv:2: name is missing");
  assert_string_equal(each.told.problems[19], "users.csv:11: name is missing");
  assert_int_equal(each.store.rows.length, 0);
  run_clean_up(&each);
  folder_remove(folder);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(import__each_malformed_file_is_named_with_its_line),
      cmocka_unit_test(import__users_get_defaults_and_attributes),
      cmocka_unit_test(import__roles_get_their_permissions_as_a_list),
      cmocka_unit_test(import__assignments_keep_their_times),
      cmocka_unit_test(import__the_other_tables_come_through),
      cmocka_unit_test(import__at_most_20_problems_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
