/* SPDX-License-Identifier: Apache-2.0
 *
 * The import into the real store: references are checked, and what is not good leaves no trace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "backend/options.h"
#include "base/time.h"
#include "store/sqlite/sqlite_store.h"
#include "unit/import/recorder.h"

typedef struct bench {
  char folder[64];
  void *self;
  aski_admin admin;
  aski_catalogue catalogue;
  askiam_error error;
  aski_arena arena;
} bench;

static int s_set_up(void **state)
{
  static bench made;
  made = (bench){.error = ASKIAM_ERROR_INIT};
  folder_make(made.folder);
  aski_arena_init(&made.arena, aski_allocator_default());
  char url[128];
  snprintf(url, sizeof url, "sqlite:%s/store.db", made.folder);
  askiam_backend_options options = {
      .url = askiam_str_from(url), .allocator = aski_allocator_default(), .clock = aski_clock_system()};
  const askiam_store_driver *driver = aski_sqlite_store_driver();
  assert_int_equal(driver->open(&made.self, NULL, &options, &made.error), ASKIAM_STATUS_OK);
  made.admin = (aski_admin){*driver->admin, made.self, true};
  made.catalogue = (aski_catalogue){*driver->catalogue, made.self, true};
  int from = 0;
  int to = 0;
  assert_int_equal(made.admin.table.migrate(made.self, &g_call, &from, &to, &made.error), ASKIAM_STATUS_OK);
  *state = &made;
  return 0;
}

static int s_tear_down(void **state)
{
  bench *made = *state;
  aski_sqlite_store_driver()->close(made->self);
  aski_arena_clean_up(&made->arena);
  folder_remove(made->folder);
  return 0;
}

static askiam_status s_import(bench *made, askiam_str json)
{
  made->error = (askiam_error)ASKIAM_ERROR_INIT;
  aski_import import = {.admin = &made->admin, .allocator = aski_allocator_default()};
  return aski_import_run_json(NULL, &import, &g_call, json, "org.json", NULL, &made->error);
}

static aski_facts s_facts(bench *made, const char *user, const char *application, const char *role)
{
  aski_facts facts;
  aski_facts_init(&facts, &made->arena);
  askiam_status status =
      made->catalogue.table.facts(made->self, &g_call, askiam_str_from(user), askiam_str_from(user),
                                  askiam_str_from(application), askiam_str_from(role), &facts, &made->error);
  assert_int_equal(status, ASKIAM_STATUS_OK);
  return facts;
}

static void import__the_sample_lies_in_the_store(void **state)
{
  bench *made = *state;
  for (int again = 0; again < 2; ++again) {
    askiam_status status = s_import(made, aski_import_sample());
    assert_string_equal(made->error.message, "");
    assert_int_equal(status, ASKIAM_STATUS_OK);
    aski_facts facts = s_facts(made, "john.doe", "workday", "wd-hr-analyst");
    assert_true(facts.user.found && facts.application.found && facts.role.found);
    assert_true(aski_str_equal_text(aski_facts_attribute(&facts, ASKI_STR("department")), "Human Resources"));
    assert_int_equal(facts.role.permissions.count, 3);
    assert_int_equal(facts.prerequisites.count, 1);
    assert_non_null(aski_facts_held(&facts, ASKI_STR("wd-employee"), g_call.now_ms));
    assert_null(aski_facts_held(&facts, ASKI_STR("tb-explorer"), g_call.now_ms));
    facts = s_facts(made, "jan.novak", "aws", "aws-prod-operator");
    assert_true(facts.restricted);
    facts = s_facts(made, "maria.garcia", "sap-erp", "sap-payment-approver");
    assert_true(facts.conflicts.count >= 1);
  }
}

static void import__a_missing_reference_leaves_the_store_as_it_was(void **state)
{
  bench *made = *state;
  assert_int_equal(s_import(made, ASKI_STR("{\"users\": [{\"user_id\": \"ann\", \"name\": \"Ann\"}]}")),
                   ASKIAM_STATUS_OK);
  static const struct {
    const char *json, *message;
  } bad[] = {
      {"{\"users\": [{\"user_id\": \"bob\", \"name\": \"Bob\"}],\n\"roles\": [{\"role_id\": \"r\", \"app_id\": \"x\",\n"
       "\"name\": \"R\"}]}",
       "org.json:2: "},
      {"{\"users\": [{\"user_id\": \"bob\", \"name\": \"Bob\"}],\n\n\"user_roles\": [{\"user_id\": \"ann\", "
       "\"role_id\": \"x\"}]}",
       "org.json:3: "},
      {"{\"users\": [{\"user_id\": \"bob\", \"name\": \"Bob\"}],\n\"aliases\": [{\"kind\": \"application\", \"id\": "
       "\"ann\",\n"
       "\"alias\": \"A\"}]}",
       "org.json:2: "},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    assert_int_equal(s_import(made, askiam_str_from(bad[i].json)), ASKIAM_STATUS_BAD_DATA);
    if (strncmp(made->error.message, bad[i].message, strlen(bad[i].message)) != 0) {
      assert_string_equal(made->error.message, bad[i].message);
    }
    assert_true(s_facts(made, "ann", "x", "x").user.found);
    assert_false(s_facts(made, "bob", "x", "x").user.found);
  }
}

static void import__rows_may_refer_to_what_was_there_before(void **state)
{
  bench *made = *state;
  assert_int_equal(s_import(made, aski_import_sample()), ASKIAM_STATUS_OK);
  askiam_status status = s_import(
      made, ASKI_STR("{\"user_roles\": [{\"user_id\": \"john.doe\", \"role_id\": \"wd-hr-analyst\", \"granted_at\": "
                     "\"2025-01-01\"}], \"users\": [{\"user_id\": \"emma.brown\", \"name\": \"Emma Braun\"}]}"));
  assert_string_equal(made->error.message, "");
  assert_int_equal(status, ASKIAM_STATUS_OK);
  aski_facts facts = s_facts(made, "john.doe", "workday", "wd-hr-analyst");
  assert_non_null(aski_facts_held(&facts, ASKI_STR("wd-hr-analyst"), g_call.now_ms));
  facts = s_facts(made, "emma.brown", "workday", "wd-hr-analyst");
  assert_true(aski_str_equal_text(facts.user.name, "Emma Braun"));
  assert_non_null(aski_facts_held(&facts, ASKI_STR("wd-hr-partner"), g_call.now_ms));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(import__the_sample_lies_in_the_store, s_set_up, s_tear_down),
      cmocka_unit_test_setup_teardown(import__a_missing_reference_leaves_the_store_as_it_was, s_set_up, s_tear_down),
      cmocka_unit_test_setup_teardown(import__rows_may_refer_to_what_was_there_before, s_set_up, s_tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
