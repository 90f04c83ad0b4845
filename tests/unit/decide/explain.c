/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "../rules/world.h"
#include "decide/decide.h"

typedef struct s_scene {
  world w;
  aski_decision decision;
} s_scene;

static int s_setup(void **state)
{
  static s_scene scene;
  world_init(&scene.w);
  scene.decision = (aski_decision){.user = {.found = true, .id = text("jane"), .name = text("Jane Roe")},
                                   .application = {.found = true, .id = text("pay"), .name = text("Payments")},
                                   .role = {.found = true, .id = text("approver"), .name = text("Payments Approver")},
                                   .rag = {.outcome = ASKI_RAG_SKIPPED, .confidence = -1}};
  *state = &scene;
  return scene.w.arena.failed;
}

static int s_teardown(void **state)
{
  s_scene *scene = *state;
  world_clean_up(&scene->w);
  return scene->w.allocator.outstanding != 0;
}

static void s_decide(s_scene *scene, aski_mode mode, aski_on_abstain on_abstain)
{
  const aski_decide_settings settings = {mode, 0.95, on_abstain, true};
  evaluate(&scene->w);
  aski_outcome outcome;
  aski_decide(&outcome, &scene->decision.rag, &scene->w.rules, &settings);
  scene->decision.codes = outcome.codes;
  scene->decision.rules = outcome.rules_skipped ? (aski_rules_result){.outcome = ASKI_RULES_SKIPPED} : scene->w.rules;
}

static void s_assert(s_scene *scene, const char *expected)
{
  askiam_str sentence = aski_decide_explain(&scene->decision, &scene->w.arena);
  assert_non_null(sentence.data);
  assert_string_equal(sentence.data, expected);
}

static void explain__approvals_tell_the_evidence(void **state)
{
  s_scene *scene = *state;
  scene->decision.rag = (aski_rag_result){
      .outcome = ASKI_RAG_VALID, .confidence = 0.971, .reason = text("31 of 32 similar requests were approved.")};
  s_decide(scene, ASKI_MODE_GUARDED, ASKI_ON_ABSTAIN_RULES);
  s_assert(scene, "Approved with confidence 0.971: 31 of 32 similar requests were approved, and all 9 checks passed.");
  s_decide(scene, ASKI_MODE_RAG_FIRST, ASKI_ON_ABSTAIN_RULES);
  assert_int_equal(scene->decision.rules.count, 0);
  s_assert(scene, "Approved with confidence 0.971: 31 of 32 similar requests were approved.");
  askiam_facts_add_prerequisite(&scene->w.facts, text("viewer"), text("Payments Viewer"));
  s_decide(scene, ASKI_MODE_GUARDED, ASKI_ON_ABSTAIN_RULES);
  s_assert(scene, "Approved with confidence 0.971: 31 of 32 similar requests were approved, and no hard check failed, "
                  "although Jane Roe does not hold Payments Viewer, which Payments Approver requires.");
}

static void explain__what_a_check_says_goes_on_within_the_sentence(void **state)
{
  s_scene *scene = *state;
  scene->decision.rag = (aski_rag_result){.outcome = ASKI_RAG_VALID, .confidence = 0.97, .reason = text("Sure.")};
  scene->w.input.policy_mode = ASKI_POLICY_MODE_ALLOWLIST;
  s_decide(scene, ASKI_MODE_GUARDED, ASKI_ON_ABSTAIN_RULES);
  s_assert(scene, "Approved with confidence 0.970: Sure, and no hard check failed, although there are no policies, and "
                  "policy.mode is allowlist: nothing allows this.");
}

static void explain__confidence_is_not_rounded_up_to_certainty(void **state)
{
  s_scene *scene = *state;
  scene->decision.rag = (aski_rag_result){.outcome = ASKI_RAG_VALID, .confidence = 0.9999, .reason = text("Sure.")};
  s_decide(scene, ASKI_MODE_RAG_FIRST, ASKI_ON_ABSTAIN_RULES);
  s_assert(scene, "Approved with confidence 0.999: Sure.");
}

static void explain__approvals_by_rules_say_what_became_of_the_evidence(void **state)
{
  s_scene *scene = *state;
  s_decide(scene, ASKI_MODE_GUARDED, ASKI_ON_ABSTAIN_RULES);
  s_assert(scene, "Approved: all 9 checks passed.");
  scene->decision.rag = (aski_rag_result){.outcome = ASKI_RAG_VALID, .confidence = 0.8, .reason = text("4 of 5.")};
  s_decide(scene, ASKI_MODE_GUARDED, ASKI_ON_ABSTAIN_RULES);
  s_assert(scene, "Approved: all 9 checks passed; the evidence alone was not enough (confidence 0.800).");
  scene->decision.rag = (aski_rag_result){.outcome = ASKI_RAG_ABSTAINED, .confidence = -1};
  s_decide(scene, ASKI_MODE_GUARDED, ASKI_ON_ABSTAIN_RULES);
  s_assert(scene, "Approved: all 9 checks passed; there is too little evidence to go by.");
  scene->decision.rag.cause = ASKI_RAG_CAUSE_TIMEOUT;
  s_decide(scene, ASKI_MODE_GUARDED, ASKI_ON_ABSTAIN_RULES);
  s_assert(scene, "Approved: all 9 checks passed; the evidence took too long and was left out.");
  scene->decision.rag.cause = ASKI_RAG_CAUSE_UNAVAILABLE;
  s_decide(scene, ASKI_MODE_GUARDED, ASKI_ON_ABSTAIN_ASK);
  s_assert(scene, "A person must decide: all 9 checks passed; the evidence could not be had and was left out.");
}

static void explain__refusals_name_what_is_wrong(void **state)
{
  s_scene *scene = *state;
  askiam_facts_add_conflict(&scene->w.facts, text("creator"), text("Payments Creator"), text("segregation of duties"));
  grant(&scene->w, "creator", "Payments Creator", NOW - DAY, 0, ASKIAM_GRANT_ACTIVE);
  s_decide(scene, ASKI_MODE_GUARDED, ASKI_ON_ABSTAIN_RULES);
  s_assert(scene,
           "Refused: Jane Roe holds Payments Creator, which conflicts with Payments Approver: segregation of duties.");
  scene->w.facts.user.status = ASKIAM_ENTITY_INACTIVE;
  scene->w.facts.application.status = ASKIAM_ENTITY_INACTIVE;
  scene->w.facts.role.status = ASKIAM_ENTITY_INACTIVE;
  askiam_facts_set_restriction(&scene->w.facts, text("no"));
  s_decide(scene, ASKI_MODE_GUARDED, ASKI_ON_ABSTAIN_RULES);
  s_assert(scene,
           "Refused: Jane Roe is not active; Payments is not active; Payments Approver is not active; and 2 more "
           "checks failed.");
}

static void explain__evidence_against_comes_first(void **state)
{
  s_scene *scene = *state;
  scene->decision.rag = (aski_rag_result){
      .outcome = ASKI_RAG_INVALID, .confidence = 0.98, .reason = text("60 of 60 similar requests were refused.")};
  s_decide(scene, ASKI_MODE_GUARDED, ASKI_ON_ABSTAIN_RULES);
  s_assert(scene, "Refused with confidence 0.980: 60 of 60 similar requests were refused.");
  scene->w.facts.user.status = ASKIAM_ENTITY_SUSPENDED;
  s_decide(scene, ASKI_MODE_GUARDED, ASKI_ON_ABSTAIN_RULES);
  s_assert(scene,
           "Refused with confidence 0.980: 60 of 60 similar requests were refused; besides, Jane Roe is suspended.");
}

static void explain__every_code_has_a_sentence_of_its_own_kind(void **state)
{
  s_scene *scene = *state;
  scene->decision.rules = (aski_rules_result){.outcome = ASKI_RULES_SKIPPED};
  for (int code = 0; code < ASKI_CODE_COUNT; ++code) {
    scene->decision.codes = (aski_code_list){.items = {(aski_code)code}, .count = 1};
    askiam_str sentence = aski_decide_explain(&scene->decision, &scene->w.arena);
    assert_true(sentence.length > 10);
    assert_int_equal(sentence.data[sentence.length - 1], '.');
    bool approves = aski_str_starts(sentence, text("Approved"));
    assert_int_equal(approves, aski_code_verdict((aski_code)code) == ASKIAM_VERDICT_VALID);
  }
  scene->decision.codes.count = 0;
  s_assert(scene, "An internal error prevented a decision.");
}

static void explain__a_person_is_asked_by_name(void **state)
{
  s_scene *scene = *state;
  askiam_str question = aski_decide_question(&scene->decision, &scene->w.arena);
  assert_string_equal(question.data, "Should Jane Roe get Payments Approver in Payments? The evidence does not say: a "
                                     "person must decide.");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_setup, s_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(explain__approvals_tell_the_evidence),
      TEST(explain__what_a_check_says_goes_on_within_the_sentence),
      TEST(explain__confidence_is_not_rounded_up_to_certainty),
      TEST(explain__approvals_by_rules_say_what_became_of_the_evidence),
      TEST(explain__refusals_name_what_is_wrong),
      TEST(explain__evidence_against_comes_first),
      TEST(explain__every_code_has_a_sentence_of_its_own_kind),
      TEST(explain__a_person_is_asked_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
