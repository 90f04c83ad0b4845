/* SPDX-License-Identifier: Apache-2.0
 *
 * What every catalogue that keeps policies promises (askiam/backend/catalogue.h): any set by its hash, whole, as it was imported. */
#include "support.h"

static void s_import(contract *c, const char *id, const char *json)
{
  void *session = contract_import(c);
  contract_row(c, session, ASKIAM_TABLE_POLICIES, 1, id, json, NULL);
  assert_int_equal(contract_commit(c, session), ASKIAM_STATUS_OK);
}

/* The hash that facts name now. */
static askiam_str s_hash(contract *c)
{
  aski_facts facts;
  aski_facts_init(&facts, &c->arena);
  assert_int_equal(c->driver->catalogue->facts(c->self, &c->call, ASKI_STR_NONE, ASKI_STR_NONE, ASKI_STR_NONE,
                                               ASKI_STR_NONE, &facts, &c->error),
                   ASKIAM_STATUS_OK);
  return facts.policy_hash;
}

typedef struct told {
  aski_buffer text; /* "id=json;…" */
  size_t count;
  size_t most; /* the walk is ended with FULL after so many; 0: never */
} told;

static askiam_status s_tell(void *context, askiam_str id, uint64_t revision, askiam_str json)
{
  told *t = context;
  assert_true(revision > 0);
  aski_buffer_append_format(&t->text, "%.*s=%.*s;", ASKI_STR_ARG(id), ASKI_STR_ARG(json));
  return ++t->count == t->most ? ASKIAM_STATUS_FULL : ASKIAM_STATUS_OK;
}

static askiam_status s_walk(contract *c, askiam_str hash, told *t)
{
  aski_buffer_init(&t->text, aski_allocator_default());
  t->count = 0;
  return c->driver->catalogue->policies(c->self, &c->call, hash, s_tell, t, &c->error);
}

static void s_assert_set(contract *c, askiam_str hash, const char *expected)
{
  told t = {.most = 0};
  assert_int_equal(s_walk(c, hash, &t), ASKIAM_STATUS_OK);
  assert_string_equal(t.text.data, expected);
  aski_buffer_clean_up(&t.text);
}

static void policies__a_set_is_told_as_it_was_imported_in_the_order_of_ids(void **state)
{
  contract *c = *state;
  s_import(c, "b", "{ \"b\" : \"\xc3\xa9\" }");
  s_import(c, "a-z", "{}");
  s_import(c, "B", "{\"B\":1}");
  s_assert_set(c, s_hash(c), "B={\"B\":1};a-z={};b={ \"b\" : \"\xc3\xa9\" };");
}

static void policies__sets_of_the_past_stay(void **state)
{
  contract *c = *state;
  s_import(c, "a", "{}");
  askiam_str first = s_hash(c);
  s_import(c, "b", "{\"b\":1}");
  askiam_str second = s_hash(c);
  s_import(c, "a", "{\"a\":2}");
  askiam_str third = s_hash(c);
  s_assert_set(c, first, "a={};");
  s_assert_set(c, second, "a={};b={\"b\":1};");
  s_assert_set(c, third, "a={\"a\":2};b={\"b\":1};");
  s_import(c, "a", "{}"); /* as it was */
  assert_true(aski_str_equal(s_hash(c), second));
  s_assert_set(c, second, "a={};b={\"b\":1};");
  if ((c->place->quirks & CONTRACT_VOLATILE) == 0) {
    contract_reopen(c);
    s_assert_set(c, third, "a={\"a\":2};b={\"b\":1};");
  }
}

static void policies__a_set_that_never_was_is_not_found(void **state)
{
  contract *c = *state;
  s_import(c, "a", "{}");
  static const char *const hashes[] = {"", "ab", "0000000000000000000000000000000000000000000000000000000000000000"};
  for (size_t i = 0; i < sizeof hashes / sizeof *hashes; ++i) {
    told t = {.most = 0};
    assert_int_equal(s_walk(c, askiam_str_from(hashes[i]), &t), ASKIAM_STATUS_NOT_FOUND);
    assert_int_equal(t.count, 0);
    aski_buffer_clean_up(&t.text);
  }
}

static void policies__the_walk_ends_with_the_status_of_who_asked(void **state)
{
  contract *c = *state;
  s_import(c, "a", "{}");
  s_import(c, "b", "{}");
  s_import(c, "c", "{}");
  told t = {.most = 2};
  assert_int_equal(s_walk(c, s_hash(c), &t), ASKIAM_STATUS_FULL);
  assert_int_equal(t.count, 2);
  aski_buffer_clean_up(&t.text);
  s_assert_set(c, s_hash(c), "a={};b={};c={};"); /* and nothing is left open */
}

static void policies__memory_may_run_out_anywhere(void **state)
{
  contract *c = *state;
  s_import(c, "a", "{}");
  s_import(c, "b", "{\"b\":1}");
  askiam_str hash = s_hash(c);
  s_assert_set(c, hash, "a={};b={\"b\":1};"); /* opens its connection */
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
    assert_true(n < 1000);
    long outstanding = c->allocator.outstanding;
    told t = {.most = 0};
    test_allocator_fail_at(&c->allocator, n);
    status = s_walk(c, hash, &t);
    test_allocator_fail_at(&c->allocator, 0);
    aski_buffer_clean_up(&t.text);
    assert_int_equal(c->allocator.outstanding, outstanding);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, contract_setup_filled, contract_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(policies__a_set_is_told_as_it_was_imported_in_the_order_of_ids),
      TEST(policies__sets_of_the_past_stay),
      TEST(policies__a_set_that_never_was_is_not_found),
      TEST(policies__the_walk_ends_with_the_status_of_who_asked),
      TEST(policies__memory_may_run_out_anywhere),
  };
  return contract_run("policies", tests, sizeof tests / sizeof *tests);
}
