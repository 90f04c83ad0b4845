/* SPDX-License-Identifier: Apache-2.0
 *
 * Random facts, and a search of the tests' own through every set of changes: what aski_decide_remedies tells must make it VALID, and no
 * smaller set may. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "../rules/world.h"
#include "decide/decide.h"

enum { LINKS = 4, CHANGES = 4 + 2 * LINKS, WORLDS = 300 };

static const char *const s_needed[LINKS] = {"n0", "n1", "n2", "n3"};
static const char *const s_conflicting[LINKS] = {"c0", "c1", "c2", "c3"};

static uint64_t s_seed = 7;

static bool s_one_in(uint64_t chances)
{
  s_seed = s_seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (s_seed >> 33) % chances == 0;
}

static void s_make(world *w, aski_rag_result *rag, aski_decide_settings *settings)
{
  world_init(w);
  w->facts.user.status = s_one_in(4) ? ASKIAM_ENTITY_SUSPENDED : ASKIAM_ENTITY_ACTIVE;
  w->facts.application.status = s_one_in(4) ? ASKIAM_ENTITY_INACTIVE : ASKIAM_ENTITY_ACTIVE;
  w->facts.role.status = s_one_in(6) ? ASKIAM_ENTITY_INACTIVE : ASKIAM_ENTITY_ACTIVE;
  w->facts.role.application_id = s_one_in(20) ? text("crm") : text("pay");
  if (s_one_in(5)) {
    askiam_facts_set_restriction(&w->facts, text("no"));
  }
  if (s_one_in(20)) {
    grant(w, "approver", "", NOW - DAY, 0, ASKIAM_GRANT_ACTIVE);
  }
  for (size_t i = 0; i < LINKS; ++i) {
    if (s_one_in(2)) {
      askiam_facts_add_prerequisite(&w->facts, text(s_needed[i]), text(""));
    }
    if (s_one_in(2)) {
      grant(w, s_needed[i], "", NOW - DAY, s_one_in(2) ? NOW : 0, ASKIAM_GRANT_ACTIVE);
    }
    if (s_one_in(3)) {
      askiam_facts_add_conflict(&w->facts, text(s_conflicting[i]), text(""), text(""));
      grant(w, s_conflicting[i], "", NOW - DAY, s_one_in(2) ? NOW : 0, ASKIAM_GRANT_ACTIVE);
    }
  }
  w->input.soft_codes = s_one_in(2) ? 0 : 1u << ASKI_CHECK_PREREQUISITES_HELD | 1u << ASKI_CHECK_USER_ACTIVE;
  *rag = (aski_rag_result){.outcome = s_one_in(2)   ? ASKI_RAG_VALID
                                      : s_one_in(4) ? ASKI_RAG_INVALID
                                                    : ASKI_RAG_ABSTAINED,
                           .confidence = s_one_in(2) ? 0.99 : 0.6};
  *settings = (aski_decide_settings){s_one_in(4) ? ASKI_MODE_RAG_FIRST : ASKI_MODE_GUARDED, 0.95,
                                     s_one_in(8) ? ASKI_ON_ABSTAIN_ASK : ASKI_ON_ABSTAIN_RULES, true};
}

/* The change of this number, whether or not it makes sense here. */
static void s_change(aski_facts *facts, size_t number)
{
  if (number == 0) {
    facts->user.status = ASKIAM_ENTITY_ACTIVE;
  } else if (number == 1) {
    facts->application.status = ASKIAM_ENTITY_ACTIVE;
  } else if (number == 2) {
    facts->role.status = ASKIAM_ENTITY_ACTIVE;
  } else if (number == 3) {
    facts->restricted = false;
  } else if (number < 4 + LINKS) {
    askiam_facts_add_grant(facts, text(s_needed[number - 4]), text(""), NOW, 0, ASKIAM_GRANT_ACTIVE);
  } else {
    for (size_t i = 0; i < facts->grants.count; ++i) {
      if (aski_str_equal_text(facts->grants.items[i].role_id, s_conflicting[number - 4 - LINKS])) {
        facts->grants.items[i].status = ASKIAM_GRANT_REVOKED;
      }
    }
  }
}

static size_t s_number_of(const aski_remedy *remedy)
{
  static const aski_remedy_code plain[] = {ASKI_REMEDY_ACTIVATE_USER, ASKI_REMEDY_ACTIVATE_APPLICATION,
                                           ASKI_REMEDY_ACTIVATE_ROLE, ASKI_REMEDY_LIFT_RESTRICTION};
  for (size_t i = 0; i < 4; ++i) {
    if (remedy->code == plain[i]) {
      return i;
    }
  }
  size_t link = (size_t)(remedy->role_id.data[1] - '0');
  return remedy->code == ASKI_REMEDY_HOLD_PREREQUISITE ? 4 + link : 4 + LINKS + link;
}

static bool s_is_valid(const world *w, const aski_rag_result *rag, const aski_decide_settings *settings, unsigned set)
{
  aski_arena arena;
  aski_arena_init(&arena, &w->allocator.base);
  aski_facts changed;
  assert_true(aski_facts_copy(&changed, &w->facts, &arena));
  for (size_t i = 0; i < CHANGES; ++i) {
    if ((set & (1u << i)) != 0) {
      s_change(&changed, i);
    }
  }
  aski_rules_result rules;
  aski_rules_evaluate(&rules, &arena, &changed, &w->input);
  aski_outcome outcome;
  aski_decide(&outcome, rag, &rules, settings);
  aski_arena_clean_up(&arena);
  return aski_code_verdict(outcome.codes.items[0]) == ASKIAM_VERDICT_VALID;
}

static unsigned s_size(unsigned set) { return (unsigned)__builtin_popcount(set); }

/* The size of the smallest set that helps; 0 where none of at most four does. */
static unsigned s_search(const world *w, const aski_rag_result *rag, const aski_decide_settings *settings)
{
  unsigned best = 0;
  for (unsigned set = 1; set < 1u << CHANGES; ++set) {
    bool smaller = s_size(set) <= ASKI_REMEDIES_MAX && (best == 0 || s_size(set) < best);
    if (smaller && s_is_valid(w, rag, settings, set)) {
      best = s_size(set);
    }
  }
  return best;
}

static void s_rules_fn(void *context, aski_rules_result *out_result, aski_arena *arena, const aski_facts *facts,
                       const aski_circumstances *circumstances)
{
  aski_rules_input changed = aski_rules_changed_input(context, circumstances);
  aski_rules_evaluate(out_result, arena, facts, &changed);
}

static void remedies__are_the_smallest_set_that_a_full_search_finds(void **state)
{
  (void)state;
  size_t with_remedies = 0;
  for (int i = 0; i < WORLDS; ++i) {
    world w;
    aski_rag_result rag;
    aski_decide_settings settings;
    s_make(&w, &rag, &settings);
    evaluate(&w);
    aski_remedies remedies;
    aski_circumstances circumstances = aski_rules_circumstances(&w.input);
    aski_circumstances changed;
    const aski_mending mending = {&w.facts, &circumstances, &rag, &w.rules, &settings,
                                  NULL,     s_rules_fn,     NULL, &w.input};
    aski_decide_remedies(&remedies, &changed, &w.arena, &mending);
    unsigned set = 0;
    for (size_t j = 0; j < remedies.count; ++j) {
      set |= 1u << s_number_of(&remedies.items[j]);
    }
    bool valid = s_is_valid(&w, &rag, &settings, 0);
    assert_int_equal(s_size(set), remedies.count);
    assert_int_equal(remedies.count, valid ? 0 : s_search(&w, &rag, &settings));
    assert_true(remedies.count == 0 || s_is_valid(&w, &rag, &settings, set));
    with_remedies += remedies.count > 0;
    world_clean_up(&w);
    assert_int_equal(w.allocator.outstanding, 0);
  }
  assert_true(with_remedies > WORLDS / 10 && with_remedies < WORLDS); /* the worlds are of both kinds */
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(remedies__are_the_smallest_set_that_a_full_search_finds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
