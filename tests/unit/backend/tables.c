/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables of older, newer and careless authors; the registry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "backend/registry.h"
#include "backend/table.h"
#include "support/allocator.h"

static askiam_status s_open(void **out_self, void *context, const askiam_backend_options *options, askiam_error *error)
{
  (void)context;
  (void)options;
  (void)error;
  *out_self = NULL;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_version(void *self, const askiam_call *call, uint64_t *out_version, askiam_error *error)
{
  (void)self;
  (void)call;
  (void)error;
  *out_version = 1;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_candidates(void *self, const askiam_call *call, const askiam_terms *terms,
                                  askiam_candidates *candidates, askiam_error *error)
{
  (void)self;
  (void)call;
  (void)terms;
  (void)candidates;
  (void)error;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_facts(void *self, const askiam_call *call, askiam_str user_id, askiam_str requester_id,
                             askiam_str application_id, askiam_str role_id, askiam_facts *facts, askiam_error *error)
{
  (void)self;
  (void)call;
  (void)user_id;
  (void)requester_id;
  (void)application_id;
  (void)role_id;
  (void)facts;
  (void)error;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_people(void *self, const askiam_call *call, askiam_people *people, askiam_error *error)
{
  (void)self;
  (void)call;
  (void)people;
  (void)error;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_judge(void *self, const askiam_call *call, const askiam_case *judged, askiam_opinion *opinion,
                             askiam_error *error)
{
  (void)self;
  (void)call;
  (void)judged;
  (void)opinion;
  (void)error;
  return ASKIAM_STATUS_OK;
}

static const askiam_catalogue_vtable s_catalogue = {
    .size = sizeof s_catalogue, .version = s_version, .candidates = s_candidates, .facts = s_facts, .people = s_people};
static const askiam_store_driver s_driver = {.size = sizeof s_driver, .open = s_open, .catalogue = &s_catalogue};
static const askiam_judge_vtable s_a_judge = {
    .size = sizeof s_a_judge, .open = s_open, .kind = "coin", .judge = s_judge};

static void backend__a_full_table_is_taken_as_it_is(void **state)
{
  (void)state;
  askiam_catalogue_vtable table;
  assert_int_equal(aski_table_catalogue(&table, &s_catalogue, "hr", NULL), ASKIAM_STATUS_OK);
  assert_true(table.people == s_people);
  assert_int_equal(table.size, sizeof table);
}

static void backend__slots_an_older_author_did_not_know_are_null(void **state)
{
  (void)state;
  askiam_catalogue_vtable older = s_catalogue;
  older.size = offsetof(askiam_catalogue_vtable, people);
  askiam_catalogue_vtable table;
  assert_int_equal(aski_table_catalogue(&table, &older, "hr", NULL), ASKIAM_STATUS_OK);
  assert_true(table.facts == s_facts);
  assert_true(table.people == NULL);
}

static void backend__a_newer_author_s_table_is_cut(void **state)
{
  (void)state;
  struct {
    askiam_catalogue_vtable known;
    void *later[4];
  } newer = {.known = s_catalogue};
  newer.known.size = sizeof newer;
  struct {
    askiam_catalogue_vtable table;
    unsigned char guard[64];
  } out;
  memset(&out, 0xAB, sizeof out);
  assert_int_equal(aski_table_catalogue(&out.table, &newer.known, "hr", NULL), ASKIAM_STATUS_OK);
  for (size_t i = 0; i < sizeof out.guard; ++i) {
    assert_int_equal(out.guard[i], 0xAB);
  }
}

static void backend__a_missing_mandatory_slot_is_named(void **state)
{
  (void)state;
  askiam_catalogue_vtable table;
  askiam_catalogue_vtable without = s_catalogue;
  without.facts = NULL;
  askiam_catalogue_vtable shorter = s_catalogue;
  shorter.size = offsetof(askiam_catalogue_vtable, facts);
  const askiam_catalogue_vtable *const bad[] = {&without, &shorter};
  for (size_t i = 0; i < 2; ++i) {
    askiam_error error = ASKIAM_ERROR_INIT;
    assert_int_equal(aski_table_catalogue(&table, bad[i], "hr", &error), ASKIAM_STATUS_INVALID_ARGUMENT);
    assert_non_null(strstr(error.message, "`facts`"));
    assert_non_null(strstr(error.message, "\"hr\""));
  }
}

static void backend__a_table_without_size_is_refused(void **state)
{
  (void)state;
  askiam_catalogue_vtable table;
  askiam_catalogue_vtable sizeless = s_catalogue;
  for (size_t size = 0; size < sizeof(size_t); ++size) {
    sizeless.size = size;
    assert_int_equal(aski_table_catalogue(&table, &sizeless, "hr", NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  }
  assert_int_equal(aski_table_catalogue(&table, NULL, "hr", NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
}

static askiam_status s_import_begin(void *self, const askiam_call *call, void **out_session, askiam_error *error)
{
  (void)self;
  (void)call;
  (void)error;
  *out_session = NULL;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_migrate(void *self, const askiam_call *call, int *out_from, int *out_to, askiam_error *error)
{
  (void)self;
  (void)call;
  (void)error;
  *out_from = *out_to = 1;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_key_revoke(void *self, const askiam_call *call, askiam_str key_id, askiam_error *error)
{
  (void)self;
  (void)call;
  (void)key_id;
  (void)error;
  return ASKIAM_STATUS_OK;
}

static void backend__slots_that_belong_together_come_together(void **state)
{
  (void)state;
  askiam_admin_vtable table;
  askiam_admin_vtable admin = {.size = sizeof admin, .migrate = s_migrate};
  assert_int_equal(aski_table_admin(&table, &admin, "hr", NULL), ASKIAM_STATUS_OK);
  admin.import_begin = s_import_begin;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(aski_table_admin(&table, &admin, "hr", &error), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_non_null(strstr(error.message, "`import_row`"));
  askiam_state_vtable made;
  askiam_state_vtable state_table = {.size = sizeof state_table};
  assert_int_equal(aski_table_state(&made, &state_table, "hr", NULL), ASKIAM_STATUS_OK);
  state_table.key_revoke = s_key_revoke;
  assert_int_equal(aski_table_state(&made, &state_table, "hr", &error), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_non_null(strstr(error.message, "`key_put`"));
}

typedef struct s_fixture {
  test_allocator allocator;
  aski_registry registry;
} s_fixture;

static int s_setup(void **state)
{
  static s_fixture fixture;
  test_allocator_init(&fixture.allocator);
  aski_registry_init(&fixture.registry, &fixture.allocator.base);
  *state = &fixture;
  return 0;
}

static int s_teardown(void **state)
{
  s_fixture *fixture = *state;
  aski_registry_clean_up(&fixture->registry);
  return fixture->allocator.outstanding != 0;
}

static void registry__finds_what_was_registered_by_name_and_by_url(void **state)
{
  aski_registry *registry = &((s_fixture *)*state)->registry;
  int context = 7;
  assert_int_equal(aski_registry_add_store(registry, "hr", &s_driver, &context, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(aski_registry_add_judge(registry, "hr", &s_a_judge, NULL, NULL), ASKIAM_STATUS_OK);
  const aski_registration *found = NULL;
  static const char *const urls[] = {"hr", "hr:", "hr:file?x=1", "hr://host:5/x"};
  for (size_t i = 0; i < 4; ++i) {
    assert_int_equal(aski_registry_find(&found, registry, ASKI_BACKEND_STORE, askiam_str_from(urls[i]), NULL),
                     ASKIAM_STATUS_OK);
    assert_ptr_equal(found->context, &context);
    assert_true(found->table.store.open == s_open);
  }
  assert_int_equal(aski_registry_find(&found, registry, ASKI_BACKEND_JUDGE, askiam_str_from("hr"), NULL),
                   ASKIAM_STATUS_OK);
  assert_string_equal(found->table.judge.kind, "coin");
}

static void registry__refuses_bad_names_and_taken_ones(void **state)
{
  aski_registry *registry = &((s_fixture *)*state)->registry;
  static const char *const bad[] = {"", "HR", "h r", "hr:", "h\xc3\xa9", "a/b", "123456789012345678901234567890123"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    assert_int_equal(aski_registry_add_store(registry, bad[i], &s_driver, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  }
  assert_int_equal(aski_registry_add_store(registry, NULL, &s_driver, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  static const char *const good[] = {"a", "my-hr_2", "12345678901234567890123456789012"};
  for (size_t i = 0; i < 3; ++i) {
    assert_int_equal(aski_registry_add_store(registry, good[i], &s_driver, NULL, NULL), ASKIAM_STATUS_OK);
    assert_int_equal(aski_registry_add_store(registry, good[i], &s_driver, NULL, NULL), ASKIAM_STATUS_CONFLICT);
  }
  assert_int_equal(registry->count, 3);
}

static void registry__looks_at_a_driver_s_tables_when_it_is_registered(void **state)
{
  aski_registry *registry = &((s_fixture *)*state)->registry;
  askiam_catalogue_vtable half = s_catalogue;
  half.candidates = NULL;
  askiam_store_driver driver = s_driver;
  driver.catalogue = &half;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(aski_registry_add_store(registry, "hr", &driver, NULL, &error), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_non_null(strstr(error.message, "`candidates`"));
  driver = s_driver;
  driver.open = NULL;
  assert_int_equal(aski_registry_add_store(registry, "hr", &driver, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(registry->count, 0);
}

static void registry__tells_unknown_from_not_compiled_in_and_lists_what_there_is(void **state)
{
  aski_registry *registry = &((s_fixture *)*state)->registry;
  assert_int_equal(aski_registry_add_store(registry, "hr", &s_driver, NULL, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(aski_registry_add_store(registry, "ldap", &s_driver, NULL, NULL), ASKIAM_STATUS_OK);
  const aski_registration *found = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(aski_registry_find(&found, registry, ASKI_BACKEND_STORE,
                                      askiam_str_from("postgresql://me:secret@db/iam"), &error),
                   ASKIAM_STATUS_NOT_SUPPORTED);
  assert_null(found);
  assert_non_null(strstr(error.message, "not supported in this build"));
  assert_non_null(strstr(error.message, "hr, ldap"));
  assert_null(strstr(error.message, "secret"));
  assert_int_equal(aski_registry_find(&found, registry, ASKI_BACKEND_STORE, askiam_str_from("mongo:x"), &error),
                   ASKIAM_STATUS_CONFIG);
  assert_non_null(strstr(error.message, "\"mongo\""));
  assert_int_equal(aski_registry_find(&found, registry, ASKI_BACKEND_STORE, askiam_str_from("/tmp/iam.db"), &error),
                   ASKIAM_STATUS_CONFIG);
  assert_non_null(strstr(error.message, "sqlite:iam.db"));
  static const struct {
    aski_backend_kind kind;
    const char *name;
  } later[] = {{ASKI_BACKEND_SEARCH, "opensearch"},
               {ASKI_BACKEND_EMBEDDER, "openai"},
               {ASKI_BACKEND_EMBEDDER, "bedrock"},
               {ASKI_BACKEND_JUDGE, "llm"}};
  for (size_t i = 0; i < 4; ++i) {
    assert_int_equal(aski_registry_find(&found, registry, later[i].kind, askiam_str_from(later[i].name), &error),
                     ASKIAM_STATUS_NOT_SUPPORTED);
  }
}

static void registry__a_copy_lives_on_its_own(void **state)
{
  s_fixture *fixture = *state;
  assert_int_equal(aski_registry_add_judge(&fixture->registry, "coin", &s_a_judge, NULL, NULL), ASKIAM_STATUS_OK);
  aski_registry copy;
  assert_int_equal(aski_registry_copy(&copy, &fixture->registry, &fixture->allocator.base, NULL), ASKIAM_STATUS_OK);
  aski_registry_clean_up(&fixture->registry);
  const aski_registration *found = NULL;
  assert_int_equal(aski_registry_find(&found, &copy, ASKI_BACKEND_JUDGE, askiam_str_from("coin"), NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(aski_registry_add_judge(&copy, "dice", &s_a_judge, NULL, NULL), ASKIAM_STATUS_OK);
  aski_registry_clean_up(&copy);
}

static void registry__is_written_as_json(void **state)
{
  s_fixture *fixture = *state;
  aski_registry_add_store(&fixture->registry, "sqlite", &s_driver, NULL, NULL);
  aski_registry_add_store(&fixture->registry, "hr", &s_driver, NULL, NULL);
  aski_registry_add_judge(&fixture->registry, "coin", &s_a_judge, NULL, NULL);
  aski_buffer buffer;
  aski_buffer_init(&buffer, &fixture->allocator.base);
  aski_json_writer writer;
  aski_json_writer_init(&writer, &buffer);
  aski_registry_write_json(&fixture->registry, &writer, NULL);
  assert_string_equal(buffer.data,
                      "{\"store\":[\"sqlite\",\"hr\"],\"search\":[],\"embedder\":[],\"judge\":[\"coin\"]}");
  aski_buffer_clean_up(&buffer);
}

static void registry__survives_lack_of_memory(void **state)
{
  s_fixture *fixture = *state;
  bool done = false;
  for (long at = 1; !done; ++at) {
    test_allocator_fail_at(&fixture->allocator, at);
    done = true;
    for (int i = 0; i < 20; ++i) {
      char name[3] = {(char)('a' + i), 'x', 0};
      size_t before = fixture->registry.count;
      askiam_status status = aski_registry_add_store(&fixture->registry, name, &s_driver, NULL, NULL);
      assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
      assert_int_equal(fixture->registry.count, before + (status == ASKIAM_STATUS_OK));
      done = done && status == ASKIAM_STATUS_OK;
    }
    aski_registry_clean_up(&fixture->registry);
    assert_true(at < 20);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_setup, s_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(backend__a_full_table_is_taken_as_it_is),
      cmocka_unit_test(backend__slots_an_older_author_did_not_know_are_null),
      cmocka_unit_test(backend__a_newer_author_s_table_is_cut),
      cmocka_unit_test(backend__a_missing_mandatory_slot_is_named),
      cmocka_unit_test(backend__a_table_without_size_is_refused),
      cmocka_unit_test(backend__slots_that_belong_together_come_together),
      TEST(registry__finds_what_was_registered_by_name_and_by_url),
      TEST(registry__refuses_bad_names_and_taken_ones),
      TEST(registry__looks_at_a_driver_s_tables_when_it_is_registered),
      TEST(registry__tells_unknown_from_not_compiled_in_and_lists_what_there_is),
      TEST(registry__a_copy_lives_on_its_own),
      TEST(registry__is_written_as_json),
      TEST(registry__survives_lack_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
