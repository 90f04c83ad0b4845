/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of a grant, as a pure function: of checks, of the row that is there, of other grants, of the time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "grants/judge.h"

enum { NOW = 100000, END = 200000 };

typedef struct scene {
  aski_arena arena;
  aski_facts facts;
  aski_facts known; /* when it was decided */
  aski_rules_result rules;
  aski_grants_request request;
  aski_grants_outcome outcome;
} scene;

static int s_set_up(void **state)
{
  scene *s = test_calloc(1, sizeof *s);
  aski_arena_init(&s->arena, aski_allocator_default());
  aski_facts_init(&s->facts, &s->arena);
  aski_facts_init(&s->known, &s->arena);
  for (int code = 0; code < ASKI_CHECK_COUNT; ++code) {
    s->rules.checks[s->rules.count++] =
        (aski_check){.code = (aski_check_code)code, .passed = true, .hard = true, .detail = ASKI_STR("Fine.")};
  }
  s->request = (aski_grants_request){.requester_id = ASKI_STR("ann"),
                                     .user_id = ASKI_STR("ann"),
                                     .role_id = ASKI_STR("reader"),
                                     .expires_at_ms = END,
                                     .facts = &s->known};
  *state = s;
  return 0;
}

static int s_tear_down(void **state)
{
  scene *s = *state;
  assert_false(s->arena.failed);
  aski_arena_clean_up(&s->arena);
  test_free(s);
  return 0;
}

static void s_row(scene *s, aski_facts *facts, const char *role, int64_t from, int64_t to, askiam_grant_status status)
{
  assert_int_equal(askiam_facts_add_grant(facts, askiam_str_from(role), askiam_str_from(role), from, to, status),
                   ASKIAM_STATUS_OK);
  assert_false(s->arena.failed);
}

static void s_fulfil(scene *s)
{
  aski_grants_judge_fulfilment(&s->outcome, &s->arena, &s->request, &s->facts, &s->rules, NOW);
}

static void s_expect_failed(const scene *s, const char *code)
{
  assert_int_equal(s->outcome.step, ASKI_GRANT_FAILED);
  assert_int_equal(s->outcome.code_count, 1);
  assert_string_equal(s->outcome.codes[0], code);
  assert_true(s->outcome.reason.length > 0);
  assert_null(s->outcome.role_status);
  assert_false(s->outcome.moves);
}

static void grants__what_passes_is_granted_from_now_to_the_end_that_was_decided(void **state)
{
  scene *s = *state;
  s_row(s, &s->facts, "reader", 1, NOW, ASKIAM_GRANT_ACTIVE); /* it ended just now */
  s_fulfil(s);
  assert_int_equal(s->outcome.step, ASKI_GRANT_GRANTED);
  assert_string_equal(s->outcome.role_status, "active");
  assert_int_equal(s->outcome.role_granted_at_ms, NOW);
  assert_int_equal(s->outcome.role_expires_at_ms, END);
  assert_true(s->outcome.moves && s->outcome.held);
  assert_int_equal(s->outcome.held_until_ms, END);
}

static void grants__a_held_role_keeps_its_beginning(void **state)
{
  scene *s = *state;
  s_row(s, &s->facts, "reader", 5, NOW + 1, ASKIAM_GRANT_ACTIVE);
  s_fulfil(s);
  assert_int_equal(s->outcome.role_granted_at_ms, 5);
  assert_int_equal(s->outcome.granted_at_ms, NOW);
}

static void grants__each_hard_failure_stands_against_it(void **state)
{
  scene *s = *state;
  for (size_t i = 0; i < ASKI_CHECK_COUNT; ++i) {
    for (int evidence = 0; evidence < 2; ++evidence) {
      s->request.by_evidence = evidence != 0;
      s->rules.checks[i].passed = false;
      s->rules.checks[i].reason = ASKI_CODE_RESTRICTED;
      s_fulfil(s);
      s_expect_failed(s, "RESTRICTED");
      s->rules.checks[i].passed = true;
    }
  }
}

/* Only some checks can be soft, and those only where evidence passed them. */
static void grants__a_soft_failure_passes_where_evidence_approved(void **state)
{
  scene *s = *state;
  for (size_t i = 0; i < ASKI_CHECK_COUNT; ++i) {
    bool may = i == ASKI_CHECK_PREREQUISITES_HELD || i == ASKI_CHECK_NO_SOD_CONFLICT ||
               i == ASKI_CHECK_NOT_RESTRICTED || i == ASKI_CHECK_POLICY;
    s->rules.checks[i].passed = s->rules.checks[i].hard = false;
    s->request.by_evidence = true;
    s_fulfil(s);
    assert_int_equal(s->outcome.step, may ? ASKI_GRANT_GRANTED : ASKI_GRANT_FAILED);
    s->request.by_evidence = false;
    s_fulfil(s);
    assert_int_equal(s->outcome.step, ASKI_GRANT_FAILED);
    s->rules.checks[i].passed = s->rules.checks[i].hard = true;
  }
}

static void grants__all_that_stands_against_it_is_told(void **state)
{
  scene *s = *state;
  for (size_t i = 0; i < ASKI_CHECK_COUNT; ++i) {
    s->rules.checks[i].passed = false;
  }
  s->request.expires_at_ms = NOW;
  s->request.requester_id = ASKI_STR("bob");
  s_row(s, &s->facts, "reader", 1, 0, ASKIAM_GRANT_REVOKED);
  s_fulfil(s);
  assert_int_equal(s->outcome.code_count, ASKI_CHECK_COUNT + 3);
  assert_string_equal(s->outcome.codes[0], ASKI_GRANTS_CODE_ENDED);
  assert_string_equal(s->outcome.codes[1], "REQUESTER_UNKNOWN");
  assert_string_equal(s->outcome.codes[ASKI_CHECK_COUNT + 2], ASKI_GRANTS_CODE_REVOKED_SINCE);
}

static void grants__what_was_revoked_since_is_not_given_back(void **state)
{
  scene *s = *state;
  s_row(s, &s->facts, "reader", 1, 0, ASKIAM_GRANT_REVOKED);
  s_row(s, &s->known, "reader", 1, 50, ASKIAM_GRANT_EXPIRED);
  s_fulfil(s);
  s_expect_failed(s, ASKI_GRANTS_CODE_REVOKED_SINCE);
  s->request.facts = NULL; /* erased: nothing is taken for known */
  s_fulfil(s);
  s_expect_failed(s, ASKI_GRANTS_CODE_REVOKED_SINCE);
  aski_facts revoked;
  aski_facts_init(&revoked, &s->arena);
  s_row(s, &revoked, "reader", 1, 0, ASKIAM_GRANT_REVOKED);
  s->request.facts = &revoked;
  s_fulfil(s);
  assert_int_equal(s->outcome.step, ASKI_GRANT_GRANTED);
}

static void grants__what_begins_later_is_left_alone(void **state)
{
  scene *s = *state;
  s_row(s, &s->facts, "reader", NOW + 1, 0, ASKIAM_GRANT_ACTIVE);
  s_fulfil(s);
  s_expect_failed(s, "ALREADY_ASSIGNED");
  assert_false(s->outcome.held);
}

static void grants__the_moment_is_not_before_what_another_clock_has_granted(void **state)
{
  scene *s = *state;
  enum { SKEW = 300000 };
  assert_int_equal(aski_grants_moment(&s->facts, NOW), NOW);
  s_row(s, &s->facts, "a", NOW - 5, 0, ASKIAM_GRANT_ACTIVE);
  s_row(s, &s->facts, "b", NOW + SKEW + 1, 0, ASKIAM_GRANT_ACTIVE); /* begins later */
  s_row(s, &s->facts, "c", NOW + 7, 0, ASKIAM_GRANT_REVOKED);
  assert_int_equal(aski_grants_moment(&s->facts, NOW), NOW);
  s_row(s, &s->facts, "d", NOW + 3, 0, ASKIAM_GRANT_ACTIVE);
  assert_int_equal(aski_grants_moment(&s->facts, NOW), NOW + 3);
  s_row(s, &s->facts, "e", NOW + SKEW, 0, ASKIAM_GRANT_ACTIVE);
  assert_int_equal(aski_grants_moment(&s->facts, NOW), NOW + SKEW);
}

static void s_revoke(scene *s, bool was_granted, const int64_t *ends, size_t count)
{
  aski_grants_others others = {.any = false};
  for (size_t i = 0; i < count; ++i) {
    aski_grants_add_other(&others, ends[i]);
  }
  aski_grants_judge_revocation(&s->outcome, &s->request, &s->facts, &others, was_granted, NOW);
  assert_int_equal(s->outcome.step, ASKI_GRANT_REVOKED);
  assert_int_equal(s->outcome.moves, was_granted);
}

static void grants__a_revoked_role_lasts_as_long_as_others_give_it(void **state)
{
  scene *s = *state;
  const int64_t ends[] = {NOW - 1, NOW + 10, NOW + 30, 0};
  s_row(s, &s->facts, "reader", 5, NOW + 20, ASKIAM_GRANT_ACTIVE);
  s_revoke(s, true, ends, 0);
  assert_string_equal(s->outcome.role_status, "revoked");
  assert_false(s->outcome.held);
  s_revoke(s, true, ends, 1); /* the other one has ended */
  assert_string_equal(s->outcome.role_status, "revoked");
  s_revoke(s, true, ends, 2);
  assert_string_equal(s->outcome.role_status, "active");
  assert_int_equal(s->outcome.role_granted_at_ms, 5);
  assert_int_equal(s->outcome.role_expires_at_ms, NOW + 10);
  assert_int_equal(s->outcome.held_until_ms, NOW + 10);
  s_revoke(s, true, ends, 3); /* somebody shortened it by hand: it stays so */
  assert_null(s->outcome.role_status);
  assert_int_equal(s->outcome.held_until_ms, NOW + 20);
  s_revoke(s, true, ends, 4);
  assert_null(s->outcome.role_status);
}

static void grants__what_was_not_granted_leaves_the_role(void **state)
{
  scene *s = *state;
  s_revoke(s, true, NULL, 0); /* no row at all */
  assert_null(s->outcome.role_status);
  s_row(s, &s->facts, "reader", 5, 0, ASKIAM_GRANT_ACTIVE);
  s_revoke(s, false, NULL, 0);
  assert_null(s->outcome.role_status);
  assert_true(s->outcome.held && s->outcome.held_until_ms == 0);
}

static void grants__an_end_is_written_down_where_it_is_the_rows(void **state)
{
  scene *s = *state;
  s_row(s, &s->facts, "reader", 5, NOW, ASKIAM_GRANT_ACTIVE);
  aski_grants_judge_end(&s->outcome, &s->request, &s->facts, NOW);
  assert_int_equal(s->outcome.step, ASKI_GRANT_EXPIRED);
  assert_string_equal(s->outcome.role_status, "expired");
  assert_int_equal(s->outcome.role_expires_at_ms, NOW);
  assert_false(s->outcome.held);
  s->facts.grants.items[0].expires_at_ms = NOW + 1; /* prolonged meanwhile */
  aski_grants_judge_end(&s->outcome, &s->request, &s->facts, NOW);
  assert_null(s->outcome.role_status);
  assert_true(s->outcome.held);
  assert_int_equal(s->outcome.held_until_ms, NOW + 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(grants__##name, s_set_up, s_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(what_passes_is_granted_from_now_to_the_end_that_was_decided),
      TEST(a_held_role_keeps_its_beginning),
      TEST(each_hard_failure_stands_against_it),
      TEST(a_soft_failure_passes_where_evidence_approved),
      TEST(all_that_stands_against_it_is_told),
      TEST(what_was_revoked_since_is_not_given_back),
      TEST(what_begins_later_is_left_alone),
      TEST(the_moment_is_not_before_what_another_clock_has_granted),
      TEST(a_revoked_role_lasts_as_long_as_others_give_it),
      TEST(what_was_not_granted_leaves_the_role),
      TEST(an_end_is_written_down_where_it_is_the_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
