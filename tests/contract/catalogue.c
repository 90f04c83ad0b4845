/* SPDX-License-Identifier: Apache-2.0
 *
 * What every catalogue promises (askiam/backend/catalogue.h). */
#include <stdio.h>

#include "base/text.h"
#include "support.h"

typedef struct asked {
  askiam_terms terms;
  askiam_candidates found;
} asked;

static void s_term(contract *c, asked *a, askiam_term_mode mode, unsigned kinds, const char *key, unsigned distance,
                   const char *application_id, size_t limit)
{
  const aski_term term = {.mode = mode,
                          .kinds = kinds,
                          .key = askiam_str_from(key),
                          .distance = distance,
                          .application_id = askiam_str_from(application_id),
                          .limit = limit};
  if (a->terms.arena == NULL) {
    aski_terms_init(&a->terms, &c->arena);
  }
  assert_true(aski_terms_add(&a->terms, &term));
}

static void s_ask(contract *c, asked *a)
{
  aski_terms_sort(&a->terms);
  aski_candidates_init(&a->found, &c->arena, a->terms.count);
  assert_int_equal(c->driver->catalogue->candidates(c->self, &c->call, &a->terms, &a->found, &c->error),
                   ASKIAM_STATUS_OK);
  aski_candidates_sort(&a->found);
}

/* "id/form id/form …" of all candidates. */
static const char *s_listed(contract *c, const asked *a)
{
  aski_buffer text;
  aski_buffer_init(&text, aski_allocator_default());
  for (size_t i = 0; i < a->found.count; ++i) {
    aski_buffer_append_format(&text, "%s%.*s/%.*s", i == 0 ? "" : " ", ASKI_STR_ARG(a->found.items[i].id),
                              ASKI_STR_ARG(a->found.items[i].form));
  }
  askiam_str copy = aski_arena_copy(&c->arena, aski_buffer_view(&text));
  aski_buffer_clean_up(&text);
  return copy.data;
}

static const char *s_one(contract *c, askiam_term_mode mode, unsigned kinds, const char *key, unsigned distance,
                         const char *application_id)
{
  asked a = {.found = {.count = 0}};
  s_term(c, &a, mode, kinds, key, distance, application_id, 20);
  s_ask(c, &a);
  return s_listed(c, &a);
}

enum { ANY = ASKIAM_KIND_USER | ASKIAM_KIND_APPLICATION | ASKIAM_KIND_ROLE };

static void catalogue__exact_names_ids_mails_and_aliases_are_found(void **state)
{
  contract *c = *state;
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ANY, "workday", 0, NULL), "workday/Workday workday/workday");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ANY, "wd", 0, NULL), "workday/WD");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ANY, "hr analyst", 0, NULL), "wd-hr/HR Analyst");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ANY, "hranalyst", 0, NULL), "wd-hr/HR Analyst");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ANY, "people analyst", 0, NULL), "wd-hr/People Analyst");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ANY, "john doe", 0, NULL), "john.doe/John Doe john.doe/john.doe");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ANY, "john doe example com", 0, NULL),
                      "john.doe/john.doe@example.com");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ANY, "johnny", 0, NULL), "john.doe/Johnny");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ANY, "jose o neil", 0, NULL), "jose/Jos\xc3\xa9 O'Neil");
}

static void catalogue__exact_is_exact(void **state)
{
  contract *c = *state;
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ANY, "workda", 0, NULL), "");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ANY, "hr  analyst", 0, NULL), "");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ANY, "h ranalyst", 0, NULL), "");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ANY, "", 0, NULL), "");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_USER, "workday", 0, NULL), "");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_ROLE, "johnny", 0, NULL), "");
}

static void catalogue__roles_are_looked_for_in_an_application(void **state)
{
  contract *c = *state;
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_ROLE, "administrator", 0, NULL),
                      "sf-admin/Administrator wd-admin/Administrator");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_ROLE, "administrator", 0, "salesforce"),
                      "sf-admin/Administrator");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_ROLE, "people analyst", 0, "workday"),
                      "wd-hr/People Analyst");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ASKIAM_KIND_ROLE, "people analyst", 0, "salesforce"), "");
  assert_string_equal(s_one(c, ASKIAM_TERM_EXACT, ANY, "workday", 0, "workday"), "workday/Workday workday/workday");
  assert_string_equal(s_one(c, ASKIAM_TERM_NEAR, ASKIAM_KIND_ROLE, "administratro", 2, "workday"),
                      "wd-admin/Administrator");
}

static void catalogue__candidates_tell_who_and_what_is_inactive(void **state)
{
  contract *c = *state;
  const char *inactive[] = {"sales rep", "gone away", "legacy 9"};
  const char *active[] = {"hr analyst", "john doe", "wd"};
  for (size_t i = 0; i < 3; ++i) {
    asked a = {.found = {.count = 0}};
    s_term(c, &a, ASKIAM_TERM_EXACT, ANY, inactive[i], 0, NULL, 5);
    s_term(c, &a, ASKIAM_TERM_EXACT, ANY, active[i], 0, NULL, 5);
    s_ask(c, &a);
    assert_true(a.found.count >= 2);
    for (size_t j = 0; j < a.found.count; ++j) {
      askiam_str key = askiam_terms_key(&a.terms, a.found.items[j].term);
      assert_int_equal(a.found.items[j].inactive, aski_str_equal_text(key, inactive[i]));
    }
  }
}

static void catalogue__candidates_tell_their_application(void **state)
{
  contract *c = *state;
  asked a = {.found = {.count = 0}};
  s_term(c, &a, ASKIAM_TERM_EXACT, ANY, "sales rep", 0, NULL, 5);
  s_term(c, &a, ASKIAM_TERM_EXACT, ANY, "li wei", 0, NULL, 5);
  s_ask(c, &a);
  assert_int_equal(a.found.count, 4); /* li.wei by id and name, li.wei2 by name, the role */
  assert_false(aski_str_present(a.found.items[0].application_id));
  assert_true(aski_str_equal_text(a.found.items[3].application_id, "salesforce"));
  assert_true(aski_str_equal_text(a.found.items[3].name, "Sales Rep"));
}

static void catalogue__a_limit_counts_entities_and_is_told(void **state)
{
  contract *c = *state;
  asked one = {.found = {.count = 0}};
  s_term(c, &one, ASKIAM_TERM_EXACT, ANY, "li wei", 0, NULL, 1);
  s_ask(c, &one);
  assert_true(aski_candidates_is_truncated(&one.found, 0, ASKIAM_KIND_USER));
  assert_false(aski_candidates_is_truncated(&one.found, 0, ASKIAM_KIND_ROLE));
  asked two = {.found = {.count = 0}};
  s_term(c, &two, ASKIAM_TERM_EXACT, ANY, "li wei", 0, NULL, 2);
  s_term(c, &two, ASKIAM_TERM_EXACT, ANY, "john doe", 0, NULL, 1);
  s_ask(c, &two);
  assert_int_equal(two.found.count, 5);
  assert_null(two.found.truncated);
}

static void catalogue__near_finds_applications_and_roles(void **state)
{
  contract *c = *state;
  assert_string_equal(s_one(c, ASKIAM_TERM_NEAR, ANY, "wrokday", 1, NULL), "workday/Workday workday/workday");
  assert_string_equal(s_one(c, ASKIAM_TERM_NEAR, ANY, "hranalist", 1, NULL), "wd-hr/HR Analyst");
  assert_string_equal(s_one(c, ASKIAM_TERM_NEAR, ANY, "legacy9", 1, NULL), "legacy/Legacy 9");
  assert_string_equal(s_one(c, ASKIAM_TERM_NEAR, ANY, "legacy8", 1, NULL), "");
  assert_string_equal(s_one(c, ASKIAM_TERM_NEAR, ASKIAM_KIND_USER, "jonhdoe", 2, NULL), "");
}

static void catalogue__similar_suggests_by_words(void **state)
{
  contract *c = *state;
  assert_non_null(strstr(s_one(c, ASKIAM_TERM_SIMILAR, ASKIAM_KIND_ROLE, "hr analysis", 0, NULL), "wd-hr"));
  assert_non_null(strstr(s_one(c, ASKIAM_TERM_SIMILAR, ASKIAM_KIND_APPLICATION, "worker", 0, NULL), "workday"));
  assert_non_null(strstr(s_one(c, ASKIAM_TERM_SIMILAR, ASKIAM_KIND_USER, "john dow", 0, NULL), "john.doe"));
  assert_string_equal(s_one(c, ASKIAM_TERM_SIMILAR, ASKIAM_KIND_ROLE, "", 0, "salesforce"),
                      "sf-admin/Administrator sf-rep/Sales Rep");
  assert_string_equal(s_one(c, ASKIAM_TERM_SIMILAR, ASKIAM_KIND_ROLE, "zzz", 0, NULL), "");
}

static aski_facts s_facts(contract *c, const char *user, const char *requester, const char *application,
                          const char *role)
{
  aski_facts facts;
  aski_facts_init(&facts, &c->arena);
  assert_int_equal(c->driver->catalogue->facts(c->self, &c->call, contract_s(user), contract_s(requester),
                                               contract_s(application), contract_s(role), &facts, &c->error),
                   ASKIAM_STATUS_OK);
  return facts;
}

static void catalogue__facts_hold_all_about_a_triple(void **state)
{
  aski_facts facts = s_facts(*state, "john.doe", "li.wei", "workday", "wd-hr");
  assert_true(facts.user.found && facts.requester.found && facts.application.found && facts.role.found);
  assert_true(aski_str_equal_text(facts.user.email, "john.doe@example.com"));
  assert_true(aski_str_equal_text(aski_facts_attribute(&facts, ASKI_STR("title")), "Analyst \"II\""));
  assert_true(aski_str_equal_text(facts.requester.name, "Li Wei"));
  assert_true(aski_str_equal_text(facts.application.owner, "li.wei"));
  assert_true(aski_str_equal_text(facts.role.risk, "high"));
  assert_true(aski_str_equal_text(facts.role.description, "reads people"));
  assert_int_equal(facts.role.permissions.count, 2);
  assert_int_equal(facts.grants.count, 3);
  assert_int_equal(facts.prerequisites.count, 1);
  assert_true(aski_str_equal_text(facts.prerequisites.items[0].role_name, "Auditor"));
  assert_true(facts.restricted);
  assert_true(aski_str_equal_text(facts.restriction_reason, "left HR"));
  assert_int_equal(facts.policy_count, 0);
  assert_true(facts.version > 0);
  bool conflict = false;
  for (size_t i = 0; i < facts.conflicts.count; ++i) {
    conflict |= aski_str_equal_text(facts.conflicts.items[i].role_id, "wd-audit") &&
                aski_str_equal_text(facts.conflicts.items[i].reason, "nobody audits himself");
  }
  assert_true(conflict);
}

static void catalogue__facts_keep_the_state_of_assignments(void **state)
{
  aski_facts facts = s_facts(*state, "john.doe", "john.doe", "workday", "wd-hr");
  assert_non_null(aski_facts_held(&facts, ASKI_STR("wd-audit"), CONTRACT_NOW_MS));
  assert_null(aski_facts_held(&facts, ASKI_STR("sf-rep"), CONTRACT_NOW_MS));
  assert_null(aski_facts_held(&facts, ASKI_STR("sf-admin"), CONTRACT_NOW_MS));
  assert_true(facts.requester.found);
  for (size_t i = 0; i < facts.grants.count; ++i) {
    assert_true(aski_str_present(facts.grants.items[i].role_name));
    assert_int_equal(facts.grants.items[i].granted_at_ms, INT64_C(1700000000000));
  }
}

static void catalogue__conflicts_count_in_both_directions(void **state)
{
  aski_facts facts = s_facts(*state, "li.wei", "li.wei", "workday", "wd-audit");
  assert_int_equal(facts.conflicts.count, 1);
  assert_true(aski_str_equal_text(facts.conflicts.items[0].role_id, "wd-hr"));
}

static void catalogue__unknown_and_absent_ids_stay_unset(void **state)
{
  aski_facts facts = s_facts(*state, "nobody", "gone", "nothing", "none");
  assert_false(facts.user.found || facts.application.found || facts.role.found || facts.restricted);
  assert_true(facts.requester.found);
  assert_int_equal(facts.requester.status, ASKIAM_ENTITY_INACTIVE);
  aski_facts none = s_facts(*state, NULL, NULL, NULL, NULL);
  assert_false(none.user.found || none.requester.found || none.application.found || none.role.found);
  assert_true(none.version > 0);
}

static void catalogue__a_role_is_loaded_whatever_its_application(void **state)
{
  aski_facts facts = s_facts(*state, "jose", NULL, "salesforce", "wd-hr");
  assert_true(aski_str_equal_text(facts.role.application_id, "workday"));
  assert_int_equal(facts.user.status, ASKIAM_ENTITY_SUSPENDED);
}

static void catalogue__queries_tell_the_truth(void **state)
{
  aski_facts facts = s_facts(*state, "john.doe", "john.doe", "workday", "wd-hr");
  uint64_t rows = 0;
  for (size_t i = 0; i < facts.queries.count; ++i) {
    rows += facts.queries.items[i].rows;
    assert_true(facts.queries.items[i].name.length > 0);
  }
  /* version, user, application, role, 3 grants, prerequisite, restriction, and the conflicts that were told */
  assert_int_equal(rows, 9 + facts.conflicts.count);
}

static void catalogue__people_have_attributes_and_held_roles(void **state)
{
  contract *c = *state;
  const askiam_str ids[] = {ASKI_STR("nobody"), ASKI_STR("john.doe"), ASKI_STR("li.wei"), ASKI_STR("john.doe")};
  askiam_people people;
  assert_true(aski_people_init(&people, &c->arena, ids, 4));
  assert_int_equal(c->driver->catalogue->people(c->self, &c->call, &people, &c->error), ASKIAM_STATUS_OK);
  assert_false(people.items[0].found);
  assert_true(people.items[1].found);
  assert_int_equal(people.items[1].attributes.count, 2);
  assert_int_equal(people.items[1].roles.count, 1);
  assert_true(aski_str_equal_text(people.items[1].roles.items[0], "wd-audit"));
  assert_true(aski_str_equal_text(people.items[2].attributes.items[0].value, "Finance"));
  assert_int_equal(people.items[3].roles.count, 1);
}

static void catalogue__the_version_moves_with_an_import(void **state)
{
  contract *c = *state;
  uint64_t before = 0;
  uint64_t after = 0;
  assert_int_equal(c->driver->catalogue->version(c->self, &c->call, &before, &c->error), ASKIAM_STATUS_OK);
  void *session = contract_import(c);
  contract_row(c, session, ASKIAM_TABLE_USERS, 1, "new", "", "New One", "active", "1700000000000", "{}", NULL);
  assert_int_equal(contract_commit(c, session), ASKIAM_STATUS_OK);
  assert_int_equal(c->driver->catalogue->version(c->self, &c->call, &after, &c->error), ASKIAM_STATUS_OK);
  assert_true(after != before);
  assert_int_equal(s_facts(c, "new", NULL, NULL, NULL).version, after);
}

/* A failure of memory is told, at whichever request it happens, and leaves nothing behind. */
static void catalogue__memory_may_run_out_anywhere(void **state)
{
  contract *c = *state;
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  s_one(c, ASKIAM_TERM_EXACT, ANY, "workday", 0, NULL); /* opens its connection */
  for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
    assert_true(n < 1000);
    asked a = {.found = {.count = 0}};
    s_term(c, &a, ASKIAM_TERM_EXACT, ANY, "jose o neil", 0, NULL, 5);
    s_term(c, &a, ASKIAM_TERM_NEAR, ANY, "hranalist", 3, NULL, 5);
    s_term(c, &a, ASKIAM_TERM_SIMILAR, ANY, "hr analist", 0, NULL, 5);
    aski_terms_sort(&a.terms);
    aski_candidates_init(&a.found, &c->arena, a.terms.count);
    long outstanding = c->allocator.outstanding;
    test_allocator_fail_at(&c->allocator, n);
    status = c->driver->catalogue->candidates(c->self, &c->call, &a.terms, &a.found, &c->error);
    test_allocator_fail_at(&c->allocator, 0);
    assert_int_equal(c->allocator.outstanding, outstanding);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
  }
}

/* Facts of which some were left out for want of memory would be facts of somebody else. */
static void catalogue__facts_are_whole_or_fail_where_memory_runs_out(void **state)
{
  contract *c = *state;
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  s_one(c, ASKIAM_TERM_EXACT, ANY, "workday", 0, NULL); /* opens its connection */
  for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
    assert_true(n < 1000);
    long outstanding = c->allocator.outstanding;
    aski_arena arena;
    aski_facts facts;
    aski_arena_init(&arena, &c->allocator.base);
    aski_facts_init(&facts, &arena);
    test_allocator_fail_at(&c->allocator, n);
    status = c->driver->catalogue->facts(c->self, &c->call, ASKI_STR("john.doe"), ASKI_STR("li.wei"),
                                         ASKI_STR("workday"), ASKI_STR("wd-hr"), &facts, &c->error);
    test_allocator_fail_at(&c->allocator, 0);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY || arena.failed);
    if (status == ASKIAM_STATUS_OK && arena.failed) {
      status = ASKIAM_STATUS_NO_MEMORY; /* the caller looks at the arena that it gave */
    }
    if (status == ASKIAM_STATUS_OK) {
      assert_true(facts.user.found && facts.requester.found && facts.application.found && facts.role.found);
      assert_int_equal(facts.grants.count, 3);
      assert_true(n > 3);
    }
    aski_arena_clean_up(&arena);
    assert_int_equal(c->allocator.outstanding, outstanding);
  }
}

/* People are what evidence is compared with: all that were asked about, or a failure. */
static void catalogue__people_are_whole_or_fail_where_memory_runs_out(void **state)
{
  contract *c = *state;
  const askiam_str ids[] = {ASKI_STR("john.doe"), ASKI_STR("li.wei")};
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  s_one(c, ASKIAM_TERM_EXACT, ANY, "workday", 0, NULL);
  for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
    assert_true(n < 1000);
    long outstanding = c->allocator.outstanding;
    aski_arena arena;
    askiam_people people;
    aski_arena_init(&arena, &c->allocator.base);
    assert_true(aski_people_init(&people, &arena, ids, 2));
    test_allocator_fail_at(&c->allocator, n);
    status = c->driver->catalogue->people(c->self, &c->call, &people, &c->error);
    test_allocator_fail_at(&c->allocator, 0);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY || arena.failed);
    if (status == ASKIAM_STATUS_OK && arena.failed) {
      status = ASKIAM_STATUS_NO_MEMORY;
    }
    assert_true(status != ASKIAM_STATUS_OK || (people.items[0].found && people.items[0].roles.count == 1));
    aski_arena_clean_up(&arena);
    assert_int_equal(c->allocator.outstanding, outstanding);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, contract_setup_filled, contract_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(catalogue__exact_names_ids_mails_and_aliases_are_found),
      TEST(catalogue__exact_is_exact),
      TEST(catalogue__roles_are_looked_for_in_an_application),
      TEST(catalogue__candidates_tell_who_and_what_is_inactive),
      TEST(catalogue__candidates_tell_their_application),
      TEST(catalogue__a_limit_counts_entities_and_is_told),
      TEST(catalogue__near_finds_applications_and_roles),
      TEST(catalogue__similar_suggests_by_words),
      TEST(catalogue__facts_hold_all_about_a_triple),
      TEST(catalogue__facts_keep_the_state_of_assignments),
      TEST(catalogue__conflicts_count_in_both_directions),
      TEST(catalogue__unknown_and_absent_ids_stay_unset),
      TEST(catalogue__a_role_is_loaded_whatever_its_application),
      TEST(catalogue__queries_tell_the_truth),
      TEST(catalogue__people_have_attributes_and_held_roles),
      TEST(catalogue__the_version_moves_with_an_import),
      TEST(catalogue__memory_may_run_out_anywhere),
      TEST(catalogue__facts_are_whole_or_fail_where_memory_runs_out),
      TEST(catalogue__people_are_whole_or_fail_where_memory_runs_out),
  };
  return contract_run("catalogue", tests, sizeof tests / sizeof *tests);
}
