/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "world.h"

static int s_setup(void **state)
{
  static world w;
  world_init(&w);
  *state = &w;
  return w.arena.failed;
}

static int s_teardown(void **state)
{
  world *w = *state;
  world_clean_up(w);
  return w->allocator.outstanding != 0;
}

/* Exactly these checks failed: a mask of 1 << code. */
static void s_assert_failed(world *w, unsigned mask)
{
  evaluate(w);
  assert_false(w->arena.failed);
  assert_int_equal(w->rules.count, ASKI_CHECK_COUNT);
  for (size_t i = 0; i < ASKI_CHECK_COUNT; ++i) {
    assert_int_equal(w->rules.checks[i].code, i);
    assert_int_equal(w->rules.checks[i].passed, (mask & (1u << i)) == 0);
    assert_true(w->rules.checks[i].detail.length > 0);
    assert_int_equal(w->rules.checks[i].detail.data[w->rules.checks[i].detail.length - 1], '.');
  }
  assert_int_equal(w->rules.outcome, mask == 0 ? ASKI_RULES_PASSED : ASKI_RULES_FAILED);
}

static void s_assert_detail(const world *w, aski_check_code code, const char *detail)
{
  char got[512] = "";
  memcpy(got, w->rules.checks[code].detail.data, w->rules.checks[code].detail.length);
  assert_string_equal(got, detail);
}

static void rules__good_facts_pass_every_check_in_the_contract_s_order(void **state)
{
  world *w = *state;
  s_assert_failed(w, 0);
  static const char *const names[] = {"USER_ACTIVE",     "APP_ACTIVE",     "ROLE_ACTIVE",
                                      "ROLE_IN_APP",     "NOT_ASSIGNED",   "PREREQUISITES_HELD",
                                      "NO_SOD_CONFLICT", "NOT_RESTRICTED", "POLICY"};
  for (size_t i = 0; i < ASKI_CHECK_COUNT; ++i) {
    assert_string_equal(aski_check_name(w->rules.checks[i].code), names[i]);
    assert_true(w->rules.checks[i].hard);
  }
  assert_true(aski_str_equal_text(w->rules.reason, "All 9 checks passed."));
}

static void rules__queries_are_told_as_they_were_run(void **state)
{
  world *w = *state;
  evaluate(w);
  assert_int_equal(w->rules.queries.count, 2);
  assert_true(aski_str_equal_text(w->rules.queries.items[1].name, "facts.grants"));
  assert_int_equal(w->rules.queries.items[1].rows, 3);
}

static void rules__inactive_entities_fail_each_its_own_check(void **state)
{
  world *w = *state;
  w->facts.user.status = ASKIAM_ENTITY_SUSPENDED;
  w->facts.application.status = ASKIAM_ENTITY_INACTIVE;
  w->facts.role.status = ASKIAM_ENTITY_INACTIVE;
  s_assert_failed(w, 1u << ASKI_CHECK_USER_ACTIVE | 1u << ASKI_CHECK_APP_ACTIVE | 1u << ASKI_CHECK_ROLE_ACTIVE);
  s_assert_detail(w, ASKI_CHECK_USER_ACTIVE, "Jane Roe is suspended.");
  s_assert_detail(w, ASKI_CHECK_APP_ACTIVE, "Payments is not active.");
  assert_int_equal(w->rules.checks[0].reason, ASKI_CODE_USER_INACTIVE);
  assert_int_equal(w->rules.checks[1].reason, ASKI_CODE_APP_INACTIVE);
  assert_int_equal(w->rules.checks[2].reason, ASKI_CODE_ROLE_INACTIVE);
}

static void rules__a_status_nobody_knows_is_not_active(void **state)
{
  world *w = *state;
  w->facts.user.status = (askiam_entity_status)77;
  s_assert_failed(w, 1u << ASKI_CHECK_USER_ACTIVE);
}

static void rules__unknown_entities_fail_and_are_never_soft(void **state)
{
  world *w = *state;
  aski_facts_init(&w->facts, &w->arena);
  w->input.soft_codes = UINT32_MAX;
  s_assert_failed(w, 1u << ASKI_CHECK_USER_ACTIVE | 1u << ASKI_CHECK_APP_ACTIVE | 1u << ASKI_CHECK_ROLE_ACTIVE |
                         1u << ASKI_CHECK_ROLE_IN_APP);
  for (size_t i = 0; i < 4; ++i) {
    assert_true(w->rules.checks[i].hard);
  }
  s_assert_detail(w, ASKI_CHECK_USER_ACTIVE, "The user is not known.");
}

static void rules__role_of_another_application_fails_role_in_app(void **state)
{
  world *w = *state;
  w->facts.role.application_id = text("crm");
  s_assert_failed(w, 1u << ASKI_CHECK_ROLE_IN_APP);
  s_assert_detail(w, ASKI_CHECK_ROLE_IN_APP, "Payments Approver is not a role of Payments.");
  assert_int_equal(w->rules.checks[ASKI_CHECK_ROLE_IN_APP].reason, ASKI_CODE_ROLE_NOT_IN_APP);
}

static void rules__held_role_is_already_assigned(void **state)
{
  world *w = *state;
  grant(w, "approver", "Payments Approver", NOW - DAY, 0, ASKIAM_GRANT_ACTIVE);
  s_assert_failed(w, 1u << ASKI_CHECK_NOT_ASSIGNED);
  s_assert_detail(w, ASKI_CHECK_NOT_ASSIGNED, "Jane Roe already holds Payments Approver.");
  w->input.expires_at_ms = NOW + 30 * DAY; /* held without end: no end is later */
  s_assert_failed(w, 1u << ASKI_CHECK_NOT_ASSIGNED);
}

static void rules__a_later_end_than_the_held_one_may_be_asked_for(void **state)
{
  world *w = *state;
  grant(w, "approver", "Payments Approver", NOW - DAY, NOW + 10 * DAY, ASKIAM_GRANT_ACTIVE);
  w->input.expires_at_ms = NOW + 10 * DAY; /* the same end */
  s_assert_failed(w, 1u << ASKI_CHECK_NOT_ASSIGNED);
  s_assert_detail(w, ASKI_CHECK_NOT_ASSIGNED, "Jane Roe already holds Payments Approver until 2026-06-25.");
  w->input.expires_at_ms = NOW + 10 * DAY + 1;
  s_assert_failed(w, 0);
  w->input.expires_at_ms = 0; /* no end was asked for: what is held for a time must not become permanent unnoticed */
  s_assert_failed(w, 1u << ASKI_CHECK_NOT_ASSIGNED);
}

static void rules__the_held_grant_that_ends_last_counts(void **state)
{
  world *w = *state;
  grant(w, "approver", "Payments Approver", NOW - DAY, NOW + DAY, ASKIAM_GRANT_ACTIVE);
  grant(w, "approver", "Payments Approver", NOW - DAY, NOW + 20 * DAY, ASKIAM_GRANT_ACTIVE);
  w->input.expires_at_ms = NOW + 10 * DAY;
  s_assert_failed(w, 1u << ASKI_CHECK_NOT_ASSIGNED);
}

static void rules__expired_assignment_counts_as_none(void **state)
{
  world *w = *state;
  grant(w, "approver", "Payments Approver", NOW - 9 * DAY, NOW, ASKIAM_GRANT_ACTIVE); /* ends at this very moment */
  grant(w, "approver", "Payments Approver", NOW - 99 * DAY, 0, ASKIAM_GRANT_EXPIRED);
  grant(w, "approver", "Payments Approver", NOW - 99 * DAY, 0, ASKIAM_GRANT_REVOKED);
  grant(w, "approver", "Payments Approver", NOW - 99 * DAY, 0, (askiam_grant_status)9);
  s_assert_failed(w, 0);
  s_assert_detail(w, ASKI_CHECK_NOT_ASSIGNED, "Jane Roe does not hold Payments Approver (it expired on 2026-06-15).");
}

static void rules__a_grant_holds_from_its_very_beginning(void **state)
{
  world *w = *state;
  grant(w, "approver", "Payments Approver", NOW, NOW + 1, ASKIAM_GRANT_ACTIVE);
  w->input.expires_at_ms = NOW + 1;
  s_assert_failed(w, 1u << ASKI_CHECK_NOT_ASSIGNED);
  w->input.now_ms = NOW - 1;
  s_assert_failed(w, 0);
}

static void rules__every_prerequisite_must_be_held_now(void **state)
{
  world *w = *state;
  askiam_facts_add_prerequisite(&w->facts, text("viewer"), text("Payments Viewer"));
  askiam_facts_add_prerequisite(&w->facts, text("trained"), text("SOX Training"));
  grant(w, "viewer", "Payments Viewer", NOW - DAY, 0, ASKIAM_GRANT_ACTIVE);
  grant(w, "trained", "SOX Training", NOW - 400 * DAY, NOW - 35 * DAY, ASKIAM_GRANT_ACTIVE);
  s_assert_failed(w, 1u << ASKI_CHECK_PREREQUISITES_HELD);
  s_assert_detail(w, ASKI_CHECK_PREREQUISITES_HELD,
                  "Jane Roe does not hold SOX Training (it expired on 2026-05-11), which Payments Approver requires.");
  assert_false(w->rules.checks[ASKI_CHECK_PREREQUISITES_HELD].hard);
  grant(w, "trained", "SOX Training", NOW - DAY, 0, ASKIAM_GRANT_ACTIVE);
  s_assert_failed(w, 0);
  s_assert_detail(w, ASKI_CHECK_PREREQUISITES_HELD,
                  "Jane Roe holds Payments Viewer and SOX Training, which Payments Approver requires.");
}

static void rules__a_prerequisite_that_ends_sooner_is_noted_and_passes(void **state)
{
  world *w = *state;
  askiam_facts_add_prerequisite(&w->facts, text("viewer"), text("Payments Viewer"));
  grant(w, "viewer", "Payments Viewer", NOW - DAY, NOW + DAY, ASKIAM_GRANT_ACTIVE);
  s_assert_failed(w, 0);
  s_assert_detail(w, ASKI_CHECK_PREREQUISITES_HELD,
                  "Jane Roe holds Payments Viewer (only until 2026-06-16), which Payments Approver requires.");
}

static void rules__many_missing_prerequisites_make_a_short_sentence(void **state)
{
  world *w = *state;
  static const char *const names[] = {"A", "B", "C", "D", "E", "F", "G"};
  for (size_t i = 0; i < 7; ++i) {
    askiam_facts_add_prerequisite(&w->facts, text(names[i]), text(""));
  }
  s_assert_failed(w, 1u << ASKI_CHECK_PREREQUISITES_HELD);
  s_assert_detail(w, ASKI_CHECK_PREREQUISITES_HELD,
                  "Jane Roe does not hold A, B, C, D and 3 more, which Payments Approver requires.");
}

static void rules__a_conflicting_role_counts_only_while_it_is_held(void **state)
{
  world *w = *state;
  askiam_facts_add_conflict(&w->facts, text("creator"), text("Payments Creator"), text("segregation of duties"));
  s_assert_failed(w, 0);
  grant(w, "creator", "Payments Creator", NOW - 9 * DAY, NOW - DAY, ASKIAM_GRANT_ACTIVE);
  s_assert_failed(w, 0);
  grant(w, "creator", "Payments Creator", NOW - 9 * DAY, NOW + DAY / 2, ASKIAM_GRANT_ACTIVE);
  s_assert_failed(w, 1u << ASKI_CHECK_NO_SOD_CONFLICT);
  s_assert_detail(w, ASKI_CHECK_NO_SOD_CONFLICT,
                  "Jane Roe holds Payments Creator until 2026-06-15 12:00 UTC, which conflicts with Payments Approver: "
                  "segregation of duties.");
  assert_true(w->rules.checks[ASKI_CHECK_NO_SOD_CONFLICT].hard);
  assert_int_equal(w->rules.checks[ASKI_CHECK_NO_SOD_CONFLICT].reason, ASKI_CODE_SOD_CONFLICT);
}

static void rules__a_restriction_bars(void **state)
{
  world *w = *state;
  askiam_facts_set_restriction(&w->facts, text("under investigation"));
  s_assert_failed(w, 1u << ASKI_CHECK_NOT_RESTRICTED);
  s_assert_detail(w, ASKI_CHECK_NOT_RESTRICTED, "Jane Roe is barred from Payments Approver: under investigation.");
}

static void rules__policies_that_were_not_loaded_fail_closed_and_hard(void **state)
{
  world *w = *state;
  askiam_facts_set_policies(&w->facts, 2, text("abcd"));
  w->input.soft_codes = UINT32_MAX;
  s_assert_failed(w, 1u << ASKI_CHECK_POLICY);
  assert_true(w->rules.checks[ASKI_CHECK_POLICY].hard);
  assert_int_equal(w->rules.checks[ASKI_CHECK_POLICY].reason, ASKI_CODE_POLICY_DENY);
  s_assert_detail(w, ASKI_CHECK_POLICY, "2 policies exist, but could not be evaluated: they were not loaded.");
}

static void rules__no_check_is_skipped_because_another_failed(void **state)
{
  world *w = *state;
  w->facts.user.status = ASKIAM_ENTITY_INACTIVE;
  w->facts.application.status = ASKIAM_ENTITY_INACTIVE;
  w->facts.role.status = ASKIAM_ENTITY_INACTIVE;
  w->facts.role.application_id = text("crm");
  grant(w, "approver", "Payments Approver", NOW - DAY, 0, ASKIAM_GRANT_ACTIVE);
  grant(w, "creator", "Payments Creator", NOW - DAY, 0, ASKIAM_GRANT_ACTIVE);
  askiam_facts_add_prerequisite(&w->facts, text("viewer"), text("Payments Viewer"));
  askiam_facts_add_conflict(&w->facts, text("creator"), text("Payments Creator"), text(""));
  askiam_facts_set_restriction(&w->facts, text(""));
  askiam_facts_set_policies(&w->facts, 1, text("ab"));
  s_assert_failed(w, (1u << ASKI_CHECK_COUNT) - 1);
  assert_true(aski_str_starts(w->rules.reason, text("9 of 9 checks failed: Jane Roe is not active. Payments is not")));
}

static void rules__soft_failures_are_marked_and_still_fail(void **state)
{
  world *w = *state;
  w->input.soft_codes = 1u << ASKI_CHECK_NO_SOD_CONFLICT;
  askiam_facts_add_conflict(&w->facts, text("creator"), text("Payments Creator"), text(""));
  askiam_facts_add_prerequisite(&w->facts, text("viewer"), text("Payments Viewer"));
  grant(w, "creator", "Payments Creator", NOW - DAY, 0, ASKIAM_GRANT_ACTIVE);
  s_assert_failed(w, 1u << ASKI_CHECK_NO_SOD_CONFLICT | 1u << ASKI_CHECK_PREREQUISITES_HELD);
  assert_false(w->rules.checks[ASKI_CHECK_NO_SOD_CONFLICT].hard);
  assert_true(w->rules.checks[ASKI_CHECK_PREREQUISITES_HELD].hard);
}

/* Fails at 1, 2, 3, … until it does not: never a pass from memory that ran out unnoticed, never a leak. */
static void rules__memory_that_runs_out_is_seen_in_the_arena(void **state)
{
  (void)state;
  bool done = false;
  for (long at = 1; !done; ++at) {
    world w;
    test_allocator_init(&w.allocator);
    test_allocator_fail_at(&w.allocator, at);
    done = world_fill(&w);
    for (int i = 0; i < 60; ++i) {
      askiam_facts_add_prerequisite(&w.facts, text("viewer"), text("Payments Viewer with quite a long name"));
      askiam_facts_add_query(&w.facts, "a statement", 1);
    }
    evaluate(&w);
    done = done && !w.arena.failed;
    if (done) {
      assert_int_equal(w.rules.queries.count, 62);
    }
    world_clean_up(&w);
    assert_int_equal(w.allocator.outstanding, 0);
    assert_true(at < 1000);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_setup, s_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(rules__good_facts_pass_every_check_in_the_contract_s_order),
      TEST(rules__queries_are_told_as_they_were_run),
      TEST(rules__inactive_entities_fail_each_its_own_check),
      TEST(rules__a_status_nobody_knows_is_not_active),
      TEST(rules__unknown_entities_fail_and_are_never_soft),
      TEST(rules__role_of_another_application_fails_role_in_app),
      TEST(rules__held_role_is_already_assigned),
      TEST(rules__a_later_end_than_the_held_one_may_be_asked_for),
      TEST(rules__the_held_grant_that_ends_last_counts),
      TEST(rules__expired_assignment_counts_as_none),
      TEST(rules__a_grant_holds_from_its_very_beginning),
      TEST(rules__every_prerequisite_must_be_held_now),
      TEST(rules__a_prerequisite_that_ends_sooner_is_noted_and_passes),
      TEST(rules__many_missing_prerequisites_make_a_short_sentence),
      TEST(rules__a_conflicting_role_counts_only_while_it_is_held),
      TEST(rules__a_restriction_bars),
      TEST(rules__policies_that_were_not_loaded_fail_closed_and_hard),
      TEST(rules__no_check_is_skipped_because_another_failed),
      TEST(rules__soft_failures_are_marked_and_still_fail),
      TEST(rules__memory_that_runs_out_is_seen_in_the_arena),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
