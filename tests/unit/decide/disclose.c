/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include <math.h>

#include "decide/disclose.h"
#include "support/allocator.h"

typedef struct s_scene {
  test_allocator allocator;
  aski_arena arena;
  aski_document document;
  aski_decision decision;
} s_scene;

static askiam_str s_text(const char *text) { return askiam_str_from(text); }

/* Jane's request, approved by what a language model read. */
static int s_setup(void **state)
{
  static s_scene scene;
  test_allocator_init(&scene.allocator);
  aski_arena_init(&scene.arena, &scene.allocator.base);
  scene.document = (aski_document){.id = s_text("d1"), .title = s_text("Secret plan"), .score = 1};
  scene.decision = (aski_decision){
      .requester = {.found = true, .id = s_text("jane"), .name = s_text("Jane Roe")},
      .user = {.found = true, .id = s_text("jane"), .name = s_text("Jane Roe"), .mention = s_text("I"), .score = 1},
      .application = {.found = true, .id = s_text("pay"), .name = s_text("Payments"), .mention = s_text("pay")},
      .role = {.found = true, .id = s_text("viewer"), .name = s_text("Viewer"), .mention = s_text("viewer")},
      .rag = {.outcome = ASKI_RAG_VALID,
              .confidence = 0.97,
              .judge = s_text("llm"),
              .reason = s_text("the model reads: the secret plan allows it"),
              .documents = {.items = &scene.document, .count = 1}},
      .rules = {.outcome = ASKI_RULES_SKIPPED},
      .reason = s_text("Approved with confidence 0.970: the model reads: the secret plan allows it.")};
  aski_code_list_add(&scene.decision.codes, ASKI_CODE_APPROVED_BY_EVIDENCE);
  aski_decision_conclude(&scene.decision);
  *state = &scene;
  return 0;
}

static int s_teardown(void **state)
{
  s_scene *scene = *state;
  aski_arena_clean_up(&scene->arena);
  return scene->allocator.outstanding != 0;
}

static void s_disclose(s_scene *scene, const char *viewer, bool documents)
{
  const aski_viewer who = {.id = s_text(viewer), .documents = documents};
  aski_disclose(&scene->decision, &who, &scene->arena, false);
  assert_false(scene->arena.failed);
}

static void disclose__what_a_model_read_stays_with_the_documents(void **state)
{
  s_scene *scene = *state;
  s_disclose(scene, "jane", false);
  assert_int_equal(scene->decision.rag.documents.count, 0);
  assert_null(scene->decision.rag.reason.data);
  assert_string_equal(scene->decision.reason.data, "Approved with confidence 0.970: the evidence is clear.");
}

static void disclose__documents_may_be_told_with_what_a_model_read(void **state)
{
  s_scene *scene = *state;
  s_disclose(scene, "jane", true);
  assert_int_equal(scene->decision.rag.documents.count, 1);
  assert_string_equal(scene->decision.reason.data,
                      "Approved with confidence 0.970: the model reads: the secret plan allows it.");
}

static void disclose__counts_of_past_decisions_are_told(void **state)
{
  s_scene *scene = *state;
  scene->decision.rag.judge = s_text("evidence");
  scene->decision.rag.reason = s_text("50 of 50 similar requests were approved");
  scene->decision.reason = s_text("as it was");
  s_disclose(scene, "jane", false);
  assert_string_equal(scene->decision.rag.reason.data, "50 of 50 similar requests were approved");
  assert_string_equal(scene->decision.reason.data, "as it was");
}

static void disclose__nobody_without_a_name_is_anybody(void **state)
{
  s_scene *scene = *state;
  scene->decision.requester = (aski_entity){.found = false};
  scene->decision.user.id = s_text("");
  s_disclose(scene, "", true);
  assert_false(scene->decision.user.found);
  assert_string_equal(scene->decision.reason.data, "Approved.");
  assert_true(scene->decision.rag.confidence < 0);
}

static void disclose__who_must_decide_is_asked_without_facts(void **state)
{
  s_scene *scene = *state;
  scene->decision.user =
      (aski_entity){.found = true, .id = s_text("bob"), .name = s_text("Bob"), .mention = s_text("Bob")};
  scene->decision.codes.count = 0;
  aski_code_list_add(&scene->decision.codes, ASKI_CODE_UNCLEAR);
  aski_decision_conclude(&scene->decision);
  scene->decision.rules.outcome = ASKI_RULES_PASSED;
  scene->decision.question = s_text("Should Bob get Viewer in Payments?");
  s_disclose(scene, "jane", true);
  assert_string_equal(scene->decision.reason.data, "A person must decide.");
  assert_string_equal(scene->decision.question.data, "Should Bob get Viewer in Payments?");
  assert_null(scene->decision.rag.reason.data);
}

static void disclose__remedies_that_name_others_are_left_out(void **state)
{
  s_scene *scene = *state;
  scene->decision.remedies.count = 3;
  scene->decision.remedies.items[0] = (aski_remedy){.code = ASKI_REMEDY_CHOOSE_USER, .user_id = s_text("bob")};
  scene->decision.remedies.items[1] = (aski_remedy){.code = ASKI_REMEDY_CHOOSE_ROLE, .role_id = s_text("r")};
  scene->decision.remedies.items[2] = (aski_remedy){.code = ASKI_REMEDY_CHOOSE_USER, .user_id = s_text("jane")};
  s_disclose(scene, "jane", true);
  assert_int_equal(scene->decision.remedies.count, 2);
  assert_int_equal(scene->decision.remedies.items[0].code, ASKI_REMEDY_CHOOSE_ROLE);
  assert_string_equal(scene->decision.remedies.items[1].user_id.data, "jane");
}

/* Whoever asked for somebody else alone is told what a policy wants: its remedies would tell the beneficiary. */
static void disclose__remedies_for_a_policy_are_for_who_asked(void **state)
{
  s_scene *scene = *state;
  static const aski_remedy_code s_codes[] = {ASKI_REMEDY_CHANGE_CONTEXT, ASKI_REMEDY_DROP_CONFLICT,
                                             ASKI_REMEDY_SHORTEN_DURATION, ASKI_REMEDY_AMEND_POLICY};
  scene->decision.remedies.count = 4;
  for (size_t i = 0; i < 4; ++i) {
    scene->decision.remedies.items[i] = (aski_remedy){.code = s_codes[i]};
  }
  s_disclose(scene, "jane", false);
  assert_int_equal(scene->decision.remedies.count, 4);
  scene->decision.requester.id = s_text("bob");
  s_disclose(scene, "jane", false);
  assert_int_equal(scene->decision.remedies.count, 1);
  assert_int_equal(scene->decision.remedies.items[0].code, ASKI_REMEDY_DROP_CONFLICT);
}

/* A store's message may name its files. */
static void disclose__why_policies_could_not_be_evaluated_stays_inside(void **state)
{
  s_scene *scene = *state;
  const char *found = "2 policies exist" ASKI_CHECK_NOT_EVALUATED "/srv/iam.db: is damaged.";
  scene->decision.codes.count = 0;
  aski_code_list_add(&scene->decision.codes, ASKI_CODE_POLICY_DENY);
  aski_decision_conclude(&scene->decision);
  scene->decision.method = ASKI_METHOD_MCP;
  scene->decision.rag = (aski_rag_result){.confidence = -1};
  scene->decision.reason = scene->decision.rules.reason = s_text(found);
  scene->decision.rules.outcome = ASKI_RULES_FAILED;
  scene->decision.rules.count = 1;
  scene->decision.rules.checks[0] =
      (aski_check){.code = ASKI_CHECK_POLICY, .reason = ASKI_CODE_POLICY_DENY, .hard = true, .detail = s_text(found)};
  s_disclose(scene, "jane", true);
  assert_null(strstr(scene->decision.rules.checks[0].detail.data, "srv"));
  assert_null(scene->decision.rules.reason.data);
  assert_null(strstr(scene->decision.reason.data, "srv"));
  assert_non_null(strstr(scene->decision.reason.data, "could not be evaluated"));
}

static void disclose__why_a_grant_failed_is_told_as_its_checks_are(void **state)
{
  s_scene *scene = *state;
  static const char *const s_hidden = "When it was to be granted, a policy stood against it.";
  static const char *const s_conflict = "Jane Roe holds Editor, which conflicts with Viewer.";
  static const char *const s_policy = "Policy \"office\" denies this: the address is 8.8.8.8.";
  static const char *const s_inside = "1 policy exists" ASKI_CHECK_NOT_EVALUATED "/srv/iam.db: is damaged.";
  static const struct {
    const char *requester, *viewer;
    bool everything;
    const char *reason, *told;
  } s_cases[] = {{"jane", "jane", false, s_conflict, s_conflict}, {"jane", "jane", false, s_policy, s_policy},
                 {"jane", "jane", false, s_inside, s_hidden},     {"bob", "jane", false, s_conflict, s_conflict},
                 {"bob", "jane", false, s_policy, s_hidden},      {"bob", "jane", false, s_inside, s_hidden},
                 {"bob", "bob", false, s_conflict, NULL},         {"bob", "eve", false, s_policy, NULL},
                 {"bob", "eve", true, s_inside, s_inside}};
  for (size_t i = 0; i < sizeof s_cases / sizeof *s_cases; ++i) {
    const aski_viewer who = {.id = s_text(s_cases[i].viewer), .everything = s_cases[i].everything};
    scene->decision.requester.id = s_text(s_cases[i].requester);
    askiam_str told = aski_disclose_grant(&scene->decision, &who, s_text(s_cases[i].reason));
    assert_true(aski_str_equal(told, askiam_str_from(s_cases[i].told)));
  }
  const aski_viewer jane = {.id = s_text("jane")};
  assert_null(aski_disclose_grant(&scene->decision, &jane, ASKI_STR_NONE).data);
}

static void disclose__people_are_suggested_to_themselves_alone(void **state)
{
  s_scene *scene = *state;
  scene->decision.suggestions.count = 3;
  scene->decision.suggestions.items[0] = (aski_suggestion){.kind = ASKIAM_KIND_USER, .id = s_text("bob")};
  scene->decision.suggestions.items[1] = (aski_suggestion){.kind = ASKIAM_KIND_ROLE, .id = s_text("bob")};
  scene->decision.suggestions.items[2] = (aski_suggestion){.kind = ASKIAM_KIND_USER, .id = s_text("jane")};
  s_disclose(scene, "jane", false);
  assert_int_equal(scene->decision.suggestions.count, 2);
  assert_int_equal(scene->decision.suggestions.items[0].kind, ASKIAM_KIND_ROLE);
  assert_string_equal(scene->decision.suggestions.items[1].id.data, "jane");
}

static void disclose__what_was_erased_stays_erased(void **state)
{
  s_scene *scene = *state;
  const aski_viewer who = {.id = s_text("jane")};
  scene->decision.reason = s_text("The words have been erased.");
  aski_disclose(&scene->decision, &who, &scene->arena, true);
  assert_string_equal(scene->decision.reason.data, "The words have been erased.");
  assert_true(isnan(scene->decision.duration_ms) && isnan(scene->decision.role.score));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_setup, s_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(disclose__what_a_model_read_stays_with_the_documents),
      TEST(disclose__documents_may_be_told_with_what_a_model_read),
      TEST(disclose__counts_of_past_decisions_are_told),
      TEST(disclose__nobody_without_a_name_is_anybody),
      TEST(disclose__who_must_decide_is_asked_without_facts),
      TEST(disclose__remedies_that_name_others_are_left_out),
      TEST(disclose__remedies_for_a_policy_are_for_who_asked),
      TEST(disclose__why_policies_could_not_be_evaluated_stays_inside),
      TEST(disclose__why_a_grant_failed_is_told_as_its_checks_are),
      TEST(disclose__people_are_suggested_to_themselves_alone),
      TEST(disclose__what_was_erased_stays_erased),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
