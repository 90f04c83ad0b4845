/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/facts.h"
#include "support/allocator.h"

static askiam_status s_first_failure(const askiam_status *statuses, size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    if (statuses[i] != ASKIAM_STATUS_OK) {
      return statuses[i];
    }
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_fill(askiam_facts *facts)
{
  char id[] = "john.doe"; /* strings are copied */
  askiam_facts_set_version(facts, UINT64_MAX);
  const askiam_status statuses[] = {
      askiam_facts_set_user(facts, askiam_str_from(id), ASKI_STR("John \"JD\" Doe"), ASKI_STR("j@x.org"),
                            ASKIAM_ENTITY_SUSPENDED),
      askiam_facts_add_user_attribute(facts, ASKI_STR("department"), ASKI_STR("HR")),
      askiam_facts_add_user_attribute(facts, ASKI_STR("department"), ASKI_STR("IT")),
      askiam_facts_set_requester(facts, ASKI_STR("jane"), ASKI_STR(""), ASKIAM_ENTITY_ACTIVE),
      askiam_facts_set_application(facts, ASKI_STR("workday"), ASKI_STR("Workday"), ASKI_STR_NONE,
                                   ASKIAM_ENTITY_INACTIVE),
      askiam_facts_set_role(facts, ASKI_STR("hr"), ASKI_STR("workday"), ASKI_STR("HR Analyst"), ASKI_STR("d"),
                            ASKI_STR("high"), ASKIAM_ENTITY_ACTIVE),
      askiam_facts_add_permission(facts, ASKI_STR("read")),
      askiam_facts_add_permission(facts, ASKI_STR("write")),
      askiam_facts_add_grant(facts, ASKI_STR("hr"), ASKI_STR("HR Analyst"), -5, 0, ASKIAM_GRANT_REVOKED),
      askiam_facts_add_grant(facts, ASKI_STR("hr"), ASKI_STR_NONE, 1, 1735689600123, ASKIAM_GRANT_ACTIVE),
      askiam_facts_add_prerequisite(facts, ASKI_STR("basics"), ASKI_STR("Basics")),
      askiam_facts_add_conflict(facts, ASKI_STR("payroll"), ASKI_STR("Payroll"), ASKI_STR("four eyes")),
      askiam_facts_set_restriction(facts, ASKI_STR("barred")),
      askiam_facts_set_policies(facts, 3, ASKI_STR("ff00")),
      askiam_facts_add_query(facts, "facts.user", 1)};
  memset(id, '!', sizeof id - 1);
  return s_first_failure(statuses, sizeof statuses / sizeof *statuses);
}

static void s_write(const askiam_facts *facts, aski_buffer *buffer)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, buffer);
  aski_facts_write_json(facts, &writer, NULL);
}

static askiam_status s_read(askiam_facts *facts, aski_arena *arena, askiam_str json, const askiam_allocator *allocator)
{
  aski_json_document *document = NULL;
  askiam_status status = aski_json_parse(&document, json, allocator, ASKIAM_LAYER_AUDIT, NULL);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_facts_read_json(facts, arena, aski_json_root(document), NULL);
  }
  aski_json_destroy(document);
  return status;
}

static void s_assert_facts(const askiam_facts *facts)
{
  assert_true(facts->version == UINT64_MAX);
  assert_true(aski_str_equal_text(facts->user.id, "john.doe"));
  assert_true(aski_str_equal_text(facts->user.name, "John \"JD\" Doe"));
  assert_int_equal(facts->user.status, ASKIAM_ENTITY_SUSPENDED);
  assert_int_equal(facts->user.attributes.count, 2);
  assert_true(aski_str_equal_text(aski_facts_attribute(facts, ASKI_STR("department")), "HR"));
  assert_false(aski_str_present(aski_facts_attribute(facts, ASKI_STR("title"))));
  assert_true(facts->requester.found && aski_str_present(facts->requester.name) && facts->requester.name.length == 0);
  assert_false(aski_str_present(facts->application.owner));
  assert_int_equal(facts->application.status, ASKIAM_ENTITY_INACTIVE);
  assert_true(aski_str_equal_text(facts->role.risk, "high"));
  assert_int_equal(facts->role.permissions.count, 2);
  assert_true(aski_str_equal_text(facts->role.permissions.items[1], "write"));
  assert_int_equal(facts->grants.count, 2);
  assert_int_equal(facts->grants.items[0].granted_at_ms, -5);
  assert_int_equal(facts->grants.items[0].status, ASKIAM_GRANT_REVOKED);
  assert_int_equal(facts->grants.items[1].expires_at_ms, 1735689600123);
  assert_true(aski_str_equal_text(facts->prerequisites.items[0].role_name, "Basics"));
  assert_true(aski_str_equal_text(facts->conflicts.items[0].reason, "four eyes"));
  assert_true(facts->restricted && aski_str_equal_text(facts->restriction_reason, "barred"));
  assert_int_equal(facts->policy_count, 3);
  assert_true(aski_str_equal_text(facts->policy_hash, "ff00"));
  assert_true(facts->queries.count == 1 && facts->queries.items[0].rows == 1);
}

static askiam_status s_round_trip(const askiam_allocator *allocator)
{
  aski_arena arena;
  aski_arena_init(&arena, allocator);
  askiam_facts facts;
  askiam_facts again;
  aski_facts_init(&facts, &arena);
  askiam_status status = s_fill(&facts);
  aski_buffer first;
  aski_buffer second;
  aski_buffer_init(&first, allocator);
  aski_buffer_init(&second, allocator);
  if (status == ASKIAM_STATUS_OK) {
    s_assert_facts(&facts);
    s_write(&facts, &first);
    status = first.failed ? ASKIAM_STATUS_NO_MEMORY : s_read(&again, &arena, aski_buffer_view(&first), allocator);
  }
  if (status == ASKIAM_STATUS_OK) {
    s_assert_facts(&again);
    s_write(&again, &second);
    status = second.failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
  }
  if (status == ASKIAM_STATUS_OK) {
    assert_string_equal(first.data, second.data);
  }
  aski_buffer_clean_up(&first);
  aski_buffer_clean_up(&second);
  aski_arena_clean_up(&arena);
  return status;
}

static void facts__survive_json_whenever_memory_runs_out(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  assert_int_equal(s_round_trip(&allocator.base), ASKIAM_STATUS_OK);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
    test_allocator_fail_at(&allocator, at);
    status = s_round_trip(&allocator.base);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_int_equal(allocator.outstanding, 0);
  }
}

static void facts__nothing_found_survives_json(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_arena arena;
  aski_arena_init(&arena, &allocator.base);
  askiam_facts facts;
  aski_facts_init(&facts, &arena);
  aski_buffer buffer;
  aski_buffer_init(&buffer, &allocator.base);
  s_write(&facts, &buffer);
  askiam_facts again;
  assert_int_equal(s_read(&again, &arena, aski_buffer_view(&buffer), &allocator.base), ASKIAM_STATUS_OK);
  assert_false(again.user.found || again.requester.found || again.application.found || again.role.found);
  assert_false(again.restricted);
  aski_buffer_clean_up(&buffer);
  aski_arena_clean_up(&arena);
  assert_int_equal(allocator.outstanding, 0);
}

static void facts__something_else_is_refused(void **state)
{
  (void)state;
  static const char *const texts[] = {"{}",
                                      "[]",
                                      "null",
                                      "{\"version\":\"1\"}",
                                      "{\"version\":1,\"user\":5}",
                                      "{\"version\":1,\"user\":{\"id\":\"a\",\"status\":\"gone\",\"attributes\":[]}}"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
    test_allocator allocator;
    test_allocator_init(&allocator);
    aski_arena arena;
    aski_arena_init(&arena, &allocator.base);
    askiam_facts facts;
    assert_int_equal(s_read(&facts, &arena, askiam_str_from(texts[i]), &allocator.base), ASKIAM_STATUS_BAD_DATA);
    aski_arena_clean_up(&arena);
    assert_int_equal(allocator.outstanding, 0);
  }
}

static void facts__a_copy_can_be_changed_alone(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_arena arena;
  aski_arena_init(&arena, &allocator.base);
  askiam_facts facts;
  askiam_facts copy;
  aski_facts_init(&facts, &arena);
  assert_int_equal(s_fill(&facts), ASKIAM_STATUS_OK);
  assert_true(aski_facts_copy(&copy, &facts, &arena));
  copy.grants.items[0].status = ASKIAM_GRANT_EXPIRED;
  copy.conflicts.count = 0;
  copy.user.status = ASKIAM_ENTITY_ACTIVE;
  for (int i = 0; i < 20; ++i) {
    assert_int_equal(askiam_facts_add_grant(&copy, ASKI_STR("x"), ASKI_STR("X"), 0, 0, ASKIAM_GRANT_ACTIVE),
                     ASKIAM_STATUS_OK);
  }
  assert_int_equal(copy.grants.count, 22);
  s_assert_facts(&facts);
  aski_arena_clean_up(&arena);
  assert_int_equal(allocator.outstanding, 0);
}

static void facts__a_kept_copy_outlives_the_original(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_arena first, second;
  aski_facts facts, kept;
  aski_buffer before, after;
  aski_arena_init(&first, &allocator.base);
  aski_arena_init(&second, &allocator.base);
  aski_buffer_init(&before, &allocator.base);
  aski_buffer_init(&after, &allocator.base);
  aski_facts_init(&facts, &first);
  assert_int_equal(s_fill(&facts), ASKIAM_STATUS_OK);
  assert_true(aski_facts_keep(&kept, &facts, &second));
  s_write(&facts, &before);
  aski_arena_clean_up(&first); /* whatever was shared would be read after it was freed */
  s_write(&kept, &after);
  assert_string_equal(before.data, after.data);
  assert_true(aski_str_equal_text(kept.user.email, "j@x.org"));
  aski_buffer_clean_up(&before);
  aski_buffer_clean_up(&after);
  aski_arena_clean_up(&second);
  assert_int_equal(allocator.outstanding, 0);
}

static void facts__a_grant_is_held_from_its_begin_until_before_its_end(void **state)
{
  (void)state;
  aski_grant grant = {.granted_at_ms = 100, .expires_at_ms = 200, .status = ASKIAM_GRANT_ACTIVE};
  assert_false(aski_grant_held(&grant, 99));
  assert_true(aski_grant_held(&grant, 100));
  assert_true(aski_grant_held(&grant, 199));
  assert_false(aski_grant_held(&grant, 200));
  grant.expires_at_ms = 0;
  assert_true(aski_grant_held(&grant, INT64_MAX));
  grant.status = ASKIAM_GRANT_REVOKED;
  assert_false(aski_grant_held(&grant, 150));
  grant.status = ASKIAM_GRANT_EXPIRED;
  assert_false(aski_grant_held(&grant, 150));
}

static void facts__the_held_assignment_that_ends_last_counts(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_arena arena;
  aski_arena_init(&arena, &allocator.base);
  askiam_facts facts;
  aski_facts_init(&facts, &arena);
  askiam_facts_add_grant(&facts, ASKI_STR("r"), ASKI_STR("R"), 0, 500, ASKIAM_GRANT_ACTIVE);
  askiam_facts_add_grant(&facts, ASKI_STR("r"), ASKI_STR("R"), 0, 900, ASKIAM_GRANT_ACTIVE);
  askiam_facts_add_grant(&facts, ASKI_STR("r"), ASKI_STR("R"), 0, 0, ASKIAM_GRANT_REVOKED);
  askiam_facts_add_grant(&facts, ASKI_STR("other"), ASKI_STR("O"), 0, 0, ASKIAM_GRANT_ACTIVE);
  assert_ptr_equal(aski_facts_held(&facts, ASKI_STR("r"), 100), &facts.grants.items[1]);
  assert_null(aski_facts_held(&facts, ASKI_STR("r"), 900));
  askiam_facts_add_grant(&facts, ASKI_STR("r"), ASKI_STR("R"), 50, 0, ASKIAM_GRANT_ACTIVE);
  assert_ptr_equal(aski_facts_held(&facts, ASKI_STR("r"), 100), &facts.grants.items[4]);
  assert_null(aski_facts_held(&facts, ASKI_STR("none"), 100));
  aski_arena_clean_up(&arena);
}

static void facts__are_about_what_was_asked_for(void **state)
{
  (void)state;
  const askiam_str john = ASKI_STR("john");
  const askiam_str crm = ASKI_STR("crm");
  const askiam_str writer = ASKI_STR("writer");
  aski_facts facts = {.version = 1};
  assert_true(aski_facts_about(&facts, john, john, crm, writer)); /* nobody was found */
  facts.user = (aski_fact_user){.found = true, .id = ASKI_STR("john")};
  facts.requester = facts.user;
  facts.application = (aski_fact_application){.found = true, .id = ASKI_STR("crm")};
  facts.role = (aski_fact_role){.found = true, .id = ASKI_STR("writer"), .application_id = ASKI_STR("crm")};
  assert_true(aski_facts_about(&facts, john, john, crm, writer));
  assert_false(aski_facts_about(&facts, crm, john, crm, writer));
  assert_false(aski_facts_about(&facts, john, crm, crm, writer));
  assert_false(aski_facts_about(&facts, john, john, writer, writer));
  assert_false(aski_facts_about(&facts, john, john, ASKI_STR_NONE, writer));
  assert_false(aski_facts_about(&facts, john, john, crm, ASKI_STR("write")));
  facts.role.application_id = ASKI_STR("");
  assert_false(aski_facts_about(&facts, john, john, crm, writer));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(facts__survive_json_whenever_memory_runs_out),
      cmocka_unit_test(facts__nothing_found_survives_json),
      cmocka_unit_test(facts__something_else_is_refused),
      cmocka_unit_test(facts__are_about_what_was_asked_for),
      cmocka_unit_test(facts__a_copy_can_be_changed_alone),
      cmocka_unit_test(facts__a_kept_copy_outlives_the_original),
      cmocka_unit_test(facts__a_grant_is_held_from_its_begin_until_before_its_end),
      cmocka_unit_test(facts__the_held_assignment_that_ends_last_counts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
