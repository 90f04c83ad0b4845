/* SPDX-License-Identifier: Apache-2.0
 *
 * What entries say of roles, documents and past decisions. */
#include "doubles.h"

static void s_assert_seen(const doubles *own, const char *line)
{
  if (own->seen.length == 0 || strstr(own->seen.data, line) == NULL) {
    fail_msg("%s is not in\n%s", line, own->seen.length == 0 ? "" : own->seen.data);
  }
}

static void s_sync(doubles *own)
{
  if (doubles_sync(own, NULL, NULL, 0) != ASKIAM_STATUS_OK) {
    fail_msg("%s", own->error.message);
  }
}

static void entries__roles_tell_their_application_policies_and_risk(void **state)
{
  (void)state;
  doubles own;
  doubles_init(&own);
  doubles_fill(&own);
  s_sync(&own);
  s_assert_seen(&own, "role id=wd-hr title=HR Analyst in Workday body=reads people\nPermissions: people:read, "
                      "pay:read\nWorkday: People user_name=grace policies={\"all\":");
  s_assert_seen(&own, "},\"people\":{\"Version\"");
  s_assert_seen(&own, "level=high model=m/2 apps=workday app_names=Workday roles=wd-hr role_names=HR Analyst "
                      "vector=0,1/2\n");
  s_assert_seen(&own, "role id=lg-admin title=Admin in Legacy body=Admin policies={\"all\":");
  doubles_clean_up(&own);
}

/* An application that is not there, a list that is none: the role is found all the same. */
static void entries__a_role_does_without_what_is_missing(void **state)
{
  (void)state;
  doubles own;
  doubles_init(&own);
  doubles_fill(&own);
  own.counts[ASKIAM_TABLE_POLICIES] = 0;
  s_sync(&own);
  s_assert_seen(&own, "role id=stray title=Stray in gone body=Stray level=low model=m/2 apps=gone roles=stray "
                      "role_names=Stray vector=0,1/2\n");
  assert_null(strstr(own.seen.data, "policies="));
  doubles_clean_up(&own);
}

/* Said by the metadata, else the gravest risk of its roles; nothing where neither says anything. */
static void entries__documents_tell_what_they_are_about_and_their_level(void **state)
{
  (void)state;
  doubles own;
  doubles_init(&own);
  doubles_fill(&own);
  s_sync(&own);
  s_assert_seen(&own, "document id=d1 title=Guide body=How to level=sox model=m/2 apps=workday app_names=Workday "
                      "roles=wd-hr,lg-admin role_names=HR Analyst,Admin vector=0,1/2\n");
  s_assert_seen(&own, "document id=d2 title=Rules body=For all model=m/2 vector=0,1/2\n");
  s_assert_seen(&own, "document id=d3 title=Roles body=Both level=high model=m/2 roles=stray,wd-hr,unknown "
                      "role_names=Stray,HR Analyst vector=1.00003,");
  doubles_clean_up(&own);
}

static void entries__past_decisions_are_told_apart(void **state)
{
  (void)state;
  doubles own;
  doubles_init(&own);
  doubles_fill(&own);
  s_sync(&own);
  s_assert_seen(&own, "pattern id=000001 user=ann source=human apps=workday roles=wd-hr time=1700000000000 approved=1\n"
                      "pattern id=000002 user=bob source=askiam roles=wd-hr time=-5 approved=0\n");
  doubles_clean_up(&own);
}

/* Vectors of the store count where they bear the embedder's mark and can be its vectors. */
static void entries__stored_vectors_are_kept_where_they_are_the_embedders(void **state)
{
  (void)state;
  const struct {
    const char *bytes, *model;
    size_t embedded; /* 3 roles and 2 documents without a vector, and this one */
  } all[] = {
      {"\x01\x01\x80\x3f\x01\x01\x01\x01", "m/2", 5},
      {"\x01\x01\x80\x3f\x01\x01\x01\x01", "other/2", 6},
      {"\x01\x01\x80\x3f", "m/2", 6},
      {"\x01\x01\x80\x3f\x01\x01\x80\x3f", "m/2", 6}, /* not of unit length */
      {"\x01\x01\xc0\x7f\x01\x01\x01\x01", "m/2", 6}, /* not a number */
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) {
    doubles own;
    doubles_init(&own);
    doubles_fill(&own);
    double_row documents[3];
    memcpy(documents, own.tables[ASKIAM_TABLE_DOCUMENTS], sizeof documents);
    documents[2].values[6] = all[i].bytes;
    documents[2].values[7] = all[i].model;
    own.tables[ASKIAM_TABLE_DOCUMENTS] = documents;
    s_sync(&own);
    assert_int_equal(own.embedded, all[i].embedded);
    assert_int_equal(own.embed_calls, 2);
    assert_string_equal(own.last_text, all[i].embedded == 6 ? "Roles\nBoth" : "Rules\nFor all");
    doubles_clean_up(&own);
  }
}

static void entries__without_an_embedder_there_are_no_vectors(void **state)
{
  (void)state;
  doubles own;
  doubles_init(&own);
  doubles_fill(&own);
  own.embedder.provided = false;
  s_sync(&own);
  assert_null(strstr(own.seen.data, "vector="));
  assert_null(strstr(own.seen.data, "model="));
  s_assert_seen(&own, "document id=d3 title=Roles body=Both");
  doubles_clean_up(&own);
}

static void entries__what_the_store_cannot_have_kept_so_is_told(void **state)
{
  (void)state;
  const struct {
    askiam_table table;
    size_t column;
    const char *value, *said;
  } bad[] = {
      {ASKIAM_TABLE_DOCUMENTS, 3, "{", "metadata of the document \"d1\" is no JSON"},
      {ASKIAM_TABLE_DOCUMENTS, 4, "", "app_ids of the document \"d1\" is no JSON"},
      {ASKIAM_TABLE_DOCUMENTS, 5, "[\"a\"", "role_ids of the document \"d1\" is no JSON"},
      {ASKIAM_TABLE_ACCESS_PATTERNS, 3, "", "without a time"},
      {ASKIAM_TABLE_ACCESS_PATTERNS, 3, "-", "without a time"},
      {ASKIAM_TABLE_ACCESS_PATTERNS, 3, "12x", "without a time"},
      {ASKIAM_TABLE_ACCESS_PATTERNS, 3, "99999999999999999999", "without a time"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    doubles own;
    doubles_init(&own);
    doubles_fill(&own);
    double_row rows[DOUBLE_ROWS_MAX];
    memcpy(rows, own.tables[bad[i].table], own.counts[bad[i].table] * sizeof *rows);
    rows[0].values[bad[i].column] = bad[i].value;
    own.tables[bad[i].table] = rows;
    assert_int_equal(doubles_sync(&own, NULL, NULL, 0), ASKIAM_STATUS_CORRUPT);
    assert_non_null(strstr(own.error.message, bad[i].said));
    assert_int_equal(own.aborted, 1);
    doubles_clean_up(&own);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(entries__roles_tell_their_application_policies_and_risk),
      cmocka_unit_test(entries__a_role_does_without_what_is_missing),
      cmocka_unit_test(entries__documents_tell_what_they_are_about_and_their_level),
      cmocka_unit_test(entries__past_decisions_are_told_apart),
      cmocka_unit_test(entries__stored_vectors_are_kept_where_they_are_the_embedders),
      cmocka_unit_test(entries__without_an_embedder_there_are_no_vectors),
      cmocka_unit_test(entries__what_the_store_cannot_have_kept_so_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
