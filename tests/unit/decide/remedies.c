/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>
#include <stdio.h>

#include "../rules/world.h"
#include "decide/decide.h"

static const aski_decide_settings s_guarded = {ASKI_MODE_GUARDED, 0.95, ASKI_ON_ABSTAIN_RULES, true};
static const aski_rag_result s_silent = {.outcome = ASKI_RAG_ABSTAINED, .confidence = -1};
static const aski_rag_result s_sure = {.outcome = ASKI_RAG_VALID, .confidence = 0.99};
static const aski_rag_result s_against = {.outcome = ASKI_RAG_INVALID, .confidence = 0.99};

typedef struct s_again {
  const aski_rules_input *input;
  size_t runs;
} s_again;

static void s_rules_fn(void *context, aski_rules_result *out_result, aski_arena *arena, const aski_facts *facts,
                       const aski_circumstances *circumstances)
{
  s_again *again = context;
  ++again->runs;
  aski_rules_input changed = aski_rules_changed_input(again->input, circumstances);
  aski_rules_evaluate(out_result, arena, facts, &changed);
}

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

/* With what the policies propose, as the engine does. */
static void s_decide(aski_remedies *out, world *w, const aski_rag_result *rag, const aski_decide_settings *settings,
                     s_again *again)
{
  aski_proposals proposals;
  aski_circumstances circumstances = aski_rules_circumstances(&w->input);
  aski_circumstances changed;
  aski_rules_propose(&proposals, &w->arena, &w->facts, &w->input, &w->rules);
  const aski_mending mending = {.facts = &w->facts,
                                .circumstances = &circumstances,
                                .rag = rag,
                                .rules = &w->rules,
                                .settings = settings,
                                .proposals = &proposals,
                                .rules_fn = s_rules_fn,
                                .context = again};
  aski_decide_remedies(out, &changed, &w->arena, &mending);
}

static size_t s_remedies(aski_remedies *out, world *w, const aski_rag_result *rag, const aski_decide_settings *settings)
{
  evaluate(w);
  s_again again = {.input = &w->input};
  s_decide(out, w, rag, settings, &again);
  return again.runs;
}

/* "HOLD_PREREQUISITE(viewer) …" */
static void s_assert(world *w, const aski_rag_result *rag, const char *expected)
{
  aski_remedies remedies;
  s_remedies(&remedies, w, rag, &s_guarded);
  assert_false(w->arena.failed);
  char text_of_all[512] = "";
  size_t length = 0;
  for (size_t i = 0; i < remedies.count; ++i) {
    const aski_remedy *remedy = &remedies.items[i];
    length += (size_t)snprintf(text_of_all + length, sizeof text_of_all - length, "%s%s(%.*s)", i == 0 ? "" : " ",
                               aski_remedy_name(remedy->code), ASKI_STR_ARG(remedy->role_id));
    assert_true(remedy->detail.length > 0);
  }
  assert_string_equal(text_of_all, expected);
}

static void s_miss(world *w, const char *role_id) { askiam_facts_add_prerequisite(&w->facts, text(role_id), text("")); }

static void s_conflict(world *w, const char *role_id, const char *name)
{
  askiam_facts_add_conflict(&w->facts, text(role_id), text(name), text("segregation of duties"));
  grant(w, role_id, name, NOW - DAY, 0, ASKIAM_GRANT_ACTIVE);
}

static void remedies__nothing_to_mend_where_it_is_valid(void **state)
{
  s_assert(*state, &s_silent, "");
  s_assert(*state, &s_sure, "");
}

static void remedies__each_failure_has_its_change(void **state)
{
  world *w = *state;
  s_miss(w, "viewer");
  s_assert(w, &s_silent, "HOLD_PREREQUISITE(viewer)");
  s_conflict(w, "creator", "Payments Creator");
  s_assert(w, &s_silent, "DROP_CONFLICT(creator) HOLD_PREREQUISITE(viewer)");
}

static void remedies__entities_are_activated_and_restrictions_lifted(void **state)
{
  world *w = *state;
  w->facts.user.status = ASKIAM_ENTITY_SUSPENDED;
  w->facts.application.status = ASKIAM_ENTITY_INACTIVE;
  w->facts.role.status = ASKIAM_ENTITY_INACTIVE;
  askiam_facts_set_restriction(&w->facts, text("no"));
  s_assert(w, &s_silent, "ACTIVATE_USER() ACTIVATE_APPLICATION() ACTIVATE_ROLE(approver) LIFT_RESTRICTION(approver)");
  aski_remedies remedies;
  s_remedies(&remedies, w, &s_silent, &s_guarded);
  assert_true(aski_str_equal_text(remedies.items[0].user_id, "jane"));
  assert_true(aski_str_equal_text(remedies.items[0].detail, "Activate the user Jane Roe."));
  assert_true(aski_str_equal_text(remedies.items[1].application_id, "pay"));
  assert_true(aski_str_equal_text(remedies.items[1].detail, "Activate the application Payments."));
  assert_true(aski_str_equal_text(remedies.items[3].user_id, "jane"));
}

static void remedies__the_smallest_set_leaves_soft_failures_to_strong_evidence(void **state)
{
  world *w = *state;
  s_miss(w, "viewer"); /* soft */
  s_conflict(w, "creator", "Payments Creator");
  s_assert(w, &s_sure, "DROP_CONFLICT(creator)");
}

static void remedies__four_are_told_and_five_are_not(void **state)
{
  world *w = *state;
  s_miss(w, "a");
  s_miss(w, "b");
  s_miss(w, "c");
  s_miss(w, "d");
  s_assert(w, &s_silent, "HOLD_PREREQUISITE(a) HOLD_PREREQUISITE(b) HOLD_PREREQUISITE(c) HOLD_PREREQUISITE(d)");
  s_miss(w, "e");
  s_assert(w, &s_silent, "");
}

static void remedies__none_where_the_evidence_refuses(void **state)
{
  world *w = *state;
  s_assert(w, &s_against, "");
  s_miss(w, "viewer");
  s_assert(w, &s_against, "");
}

static void remedies__none_for_what_no_change_mends(void **state)
{
  world *w = *state;
  grant(w, "approver", "Payments Approver", NOW - DAY, 0, ASKIAM_GRANT_ACTIVE);
  s_assert(w, &s_silent, ""); /* ALREADY_ASSIGNED */
  s_miss(w, "viewer");
  s_assert(w, &s_silent, ""); /* and nothing that would only help by half */
  w->facts.grants.count = 0;
  w->facts.role.application_id = text("crm");
  s_assert(w, &s_silent, "");
  w->facts.role.application_id = text("pay");
  askiam_facts_set_policies(&w->facts, 1, text("ab"));
  s_assert(w, &s_silent, "");
}

static void remedies__none_for_unknown_entities(void **state)
{
  world *w = *state;
  w->facts.user = (aski_fact_user){.found = false};
  s_assert(w, &s_silent, "");
}

static void remedies__a_prerequisite_that_is_a_conflict_too_cannot_be_mended(void **state)
{
  world *w = *state;
  s_miss(w, "creator");
  s_conflict(w, "creator", "Payments Creator");
  s_assert(w, &s_silent, "");
}

static void remedies__every_assignment_of_a_conflicting_role_is_dropped(void **state)
{
  world *w = *state;
  s_conflict(w, "creator", "Payments Creator");
  grant(w, "creator", "Payments Creator", NOW - 2 * DAY, NOW + DAY, ASKIAM_GRANT_ACTIVE);
  s_assert(w, &s_silent, "DROP_CONFLICT(creator)");
}

static void remedies__asking_a_person_is_not_an_approval(void **state)
{
  world *w = *state;
  s_miss(w, "viewer");
  aski_decide_settings settings = s_guarded;
  settings.on_abstain = ASKI_ON_ABSTAIN_ASK;
  aski_remedies remedies;
  s_remedies(&remedies, w, &s_silent, &settings);
  assert_int_equal(remedies.count, 0);
}

static void remedies__facts_are_left_as_they_were(void **state)
{
  world *w = *state;
  s_miss(w, "viewer");
  s_conflict(w, "creator", "Payments Creator");
  w->facts.user.status = ASKIAM_ENTITY_INACTIVE;
  aski_remedies remedies;
  s_remedies(&remedies, w, &s_silent, &s_guarded);
  assert_int_equal(remedies.count, 3);
  assert_int_equal(w->facts.grants.count, 1);
  assert_int_equal(w->facts.grants.items[0].status, ASKIAM_GRANT_ACTIVE);
  assert_int_equal(w->facts.user.status, ASKIAM_ENTITY_INACTIVE);
}

static void remedies__work_is_bounded_however_much_is_wrong(void **state)
{
  world *w = *state;
  for (int i = 0; i < 40; ++i) {
    char id[16];
    snprintf(id, sizeof id, "role%d", i);
    s_conflict(w, id, "");
    snprintf(id, sizeof id, "base%d", i);
    s_miss(w, id);
  }
  aski_remedies remedies;
  size_t runs = s_remedies(&remedies, w, &s_silent, &s_guarded);
  assert_int_equal(remedies.count, 0);
  assert_true(runs <= 800);
  w->facts.conflicts.count = 1; /* one hard failure, forty soft ones, and evidence that excuses those */
  runs = s_remedies(&remedies, w, &s_sure, &s_guarded);
  assert_int_equal(remedies.count, 1);
  assert_int_equal(remedies.items[0].code, ASKI_REMEDY_DROP_CONFLICT);
  assert_true(runs <= 800);
}

static void remedies__what_is_told_is_proved_and_nothing_of_it_is_idle(void **state)
{
  world *w = *state;
  s_miss(w, "viewer");
  s_miss(w, "trained");
  s_conflict(w, "creator", "Payments Creator");
  aski_remedies remedies;
  s_remedies(&remedies, w, &s_silent, &s_guarded);
  assert_int_equal(remedies.count, 3);
  for (int left_out = -1; left_out < 3; ++left_out) {
    aski_facts changed;
    assert_true(aski_facts_copy(&changed, &w->facts, &w->arena));
    for (int i = 0; i < 3; ++i) {
      const aski_remedy *remedy = &remedies.items[i];
      if (i != left_out && remedy->code == ASKI_REMEDY_HOLD_PREREQUISITE) {
        askiam_facts_add_grant(&changed, remedy->role_id, remedy->role_id, NOW, 0, ASKIAM_GRANT_ACTIVE);
      } else if (i != left_out) {
        changed.grants.items[0].status = ASKIAM_GRANT_REVOKED;
      }
    }
    aski_rules_result rules;
    aski_rules_evaluate(&rules, &w->arena, &changed, &w->input);
    aski_outcome outcome;
    aski_decide(&outcome, &s_silent, &rules, &s_guarded);
    assert_int_equal(aski_code_verdict(outcome.codes.items[0]) == ASKIAM_VERDICT_VALID, left_out == -1);
  }
}

static void remedies__memory_that_runs_out_is_seen_in_the_arena(void **state)
{
  (void)state;
  bool done = false;
  for (long at = 1; !done; ++at) {
    world w;
    world_init(&w);
    s_miss(&w, "viewer");
    s_conflict(&w, "creator", "Payments Creator");
    evaluate(&w);
    s_again again = {.input = &w.input};
    aski_remedies remedies;
    test_allocator_fail_at(&w.allocator, at);
    s_decide(&remedies, &w, &s_silent, &s_guarded, &again);
    assert_true(w.arena.failed || remedies.count == 2);
    done = !w.arena.failed;
    world_clean_up(&w);
    assert_int_equal(w.allocator.outstanding, 0);
    assert_true(at < 200);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_setup, s_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(remedies__nothing_to_mend_where_it_is_valid),
      TEST(remedies__each_failure_has_its_change),
      TEST(remedies__entities_are_activated_and_restrictions_lifted),
      TEST(remedies__the_smallest_set_leaves_soft_failures_to_strong_evidence),
      TEST(remedies__four_are_told_and_five_are_not),
      TEST(remedies__none_where_the_evidence_refuses),
      TEST(remedies__none_for_what_no_change_mends),
      TEST(remedies__none_for_unknown_entities),
      TEST(remedies__a_prerequisite_that_is_a_conflict_too_cannot_be_mended),
      TEST(remedies__every_assignment_of_a_conflicting_role_is_dropped),
      TEST(remedies__asking_a_person_is_not_an_approval),
      TEST(remedies__facts_are_left_as_they_were),
      TEST(remedies__work_is_bounded_however_much_is_wrong),
      TEST(remedies__what_is_told_is_proved_and_nothing_of_it_is_idle),
      TEST(remedies__memory_that_runs_out_is_seen_in_the_arena),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
