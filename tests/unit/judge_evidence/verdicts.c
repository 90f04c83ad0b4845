/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#include "backend/options.h"
#include "base/time.h"
#include "judge/evidence/evidence_judge.h"
#include "model/case.h"
#include "support/allocator.h"

enum { NOW_MS = 1000000, ROWS_MAX = 700 };

/* A case that a test builds up: somebody asks, others asked before. */
typedef struct test_bench {
  test_allocator allocator;
  aski_arena arena; /* what the case is made of */
  aski_facts facts;
  aski_person people[ROWS_MAX];
  aski_pattern patterns[ROWS_MAX];
  askiam_case judged;
  void *judge;
  askiam_opinion opinion;
} test_bench;

static void s_describe(test_bench *bench, aski_person *person, const char *department, const char *title,
                       const char *manager)
{
  const char *pairs[][2] = {{"department", department}, {"title", title}, {"manager", manager}};
  for (size_t i = 0; i < 3; ++i) {
    struct aski_person_attribute *attribute = ASKI_ARENA_PUSH(&bench->arena, &person->attributes);
    *attribute = (struct aski_person_attribute){askiam_str_from(pairs[i][0]), askiam_str_from(pairs[i][1])};
  }
  person->found = true;
}

/* The one who asks: Finance, Analyst, reporting to m1. */
static int s_set_up(void **state)
{
  static test_bench made;
  made = (test_bench){0};
  test_allocator_init(&made.allocator);
  aski_arena_init(&made.arena, aski_allocator_default());
  aski_facts_init(&made.facts, &made.arena);
  askiam_facts_set_user(&made.facts, ASKI_STR("me"), ASKI_STR("Me"), ASKI_STR(""), ASKIAM_ENTITY_ACTIVE);
  askiam_facts_set_role(&made.facts, ASKI_STR("asked"), ASKI_STR("app"), ASKI_STR("HR Analyst"), ASKI_STR(""),
                        ASKI_STR("low"), ASKIAM_ENTITY_ACTIVE);
  askiam_facts_add_user_attribute(&made.facts, ASKI_STR("department"), ASKI_STR("Finance"));
  askiam_facts_add_user_attribute(&made.facts, ASKI_STR("title"), ASKI_STR("Analyst"));
  askiam_facts_add_user_attribute(&made.facts, ASKI_STR("manager"), ASKI_STR("m1"));
  made.judged = (askiam_case){.facts = &made.facts, .now_ms = NOW_MS, .patterns = made.patterns};
  made.opinion.arena = &made.arena;
  askiam_backend_options options = {.allocator = &made.allocator.base, .clock = aski_clock_system()};
  assert_int_equal(aski_evidence_judge()->open(&made.judge, NULL, &options, NULL), ASKIAM_STATUS_OK);
  *state = &made;
  return 0;
}

static int s_tear_down(void **state)
{
  test_bench *bench = *state;
  aski_evidence_judge()->close(bench->judge);
  aski_arena_clean_up(&bench->arena);
  assert_int_equal(bench->allocator.outstanding, 0);
  return 0;
}

static aski_person *s_add(test_bench *bench, bool approved, const char *department, const char *title,
                          const char *manager)
{
  size_t at = bench->judged.pattern_count++;
  s_describe(bench, &bench->people[at], department, title, manager);
  bench->patterns[at] =
      (aski_pattern){.timestamp_ms = NOW_MS - 1 - (int64_t)at, .approved = approved, .person = &bench->people[at]};
  return &bench->people[at];
}

static void s_add_alike(test_bench *bench, size_t approved, size_t refused)
{
  for (size_t i = 0; i < approved + refused; ++i) {
    s_add(bench, i < approved, "Finance", "Analyst", "m1");
  }
}

static askiam_status s_judge(test_bench *bench)
{
  bench->opinion = (askiam_opinion){.arena = &bench->arena};
  askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .now_ms = NOW_MS};
  return aski_evidence_judge()->judge(bench->judge, &call, &bench->judged, &bench->opinion, NULL);
}

static double s_probability(test_bench *bench)
{
  assert_int_equal(s_judge(bench), ASKIAM_STATUS_OK);
  assert_true(bench->opinion.given);
  return bench->opinion.probability;
}

static void s_assert_near(double actual, double expected, double distance)
{
  assert_true(fabs(actual - expected) <= distance);
}

static void judge_evidence__no_past_decisions_abstain(void **state)
{
  test_bench *bench = *state;
  assert_int_equal(s_judge(bench), ASKIAM_STATUS_OK);
  assert_false(bench->opinion.given);
  assert_string_equal(bench->opinion.reason.data, "no past decisions on this role");
}

static void judge_evidence__seventeen_of_eighteen_is_about_nine_in_ten(void **state)
{
  test_bench *bench = *state;
  s_add_alike(bench, 17, 1);
  double probability = s_probability(bench);
  assert_true(probability > 0.85 && probability < 0.95);
  assert_string_equal(bench->opinion.reason.data, "17 of 18 similar requests were approved");
}

static void judge_evidence__refusals_count_like_approvals(void **state)
{
  test_bench *bench = *state;
  s_add_alike(bench, 17, 1);
  double approved = s_probability(bench);
  bench->judged.pattern_count = 0;
  s_add_alike(bench, 1, 17);
  s_assert_near(s_probability(bench), 1.0 - approved, 0.03); /* the odd one is the newest, not the oldest */
  assert_string_equal(bench->opinion.reason.data, "17 of 18 similar requests were refused");
}

static void judge_evidence__more_of_the_same_is_surer(void **state)
{
  test_bench *bench = *state;
  double before = 0.5;
  for (size_t i = 0; i < 60; ++i) {
    s_add_alike(bench, 1, 0);
    double probability = s_probability(bench);
    assert_true(probability > before);
    assert_true(i >= 18 || probability <= 0.95);
    before = probability;
  }
  assert_true(before > 0.95);
}

/* Whatever the people look like, fewer than 18 approvals of anything never make an approval of more than 0.95. */
static void judge_evidence__seventeen_approvals_are_never_enough(void **state)
{
  test_bench *bench = *state;
  static const char *const words[] = {"Finance", "Sales", "Legal", "Analyst", "Clerk", "m1", "m2", "m3"};
  uint32_t random = 12345;
  for (int round = 0; round < 300; ++round) {
    bench->judged.pattern_count = 0;
    size_t refused = (size_t)round % 40;
    for (size_t i = 0; i < 17 + refused; ++i) {
      random = random * 1664525u + 1013904223u;
      bool like_me = (random >> 20) % 4 != 0 && i < 17;
      s_add(bench, i < 17, like_me ? "Finance" : words[random >> 24 & 7u],
            like_me ? "Analyst" : words[random >> 27 & 7u], like_me ? "m1" : words[random >> 29 & 7u]);
    }
    assert_true(s_probability(bench) <= 0.95);
  }
}

static void judge_evidence__what_decided_is_learnt(void **state)
{
  test_bench *bench = *state;
  for (int i = 0; i < 25; ++i) {
    s_add(bench, true, "Finance", i % 2 ? "Analyst" : "Clerk", i % 3 ? "m1" : "m2");
    s_add(bench, false, "Sales", i % 2 ? "Analyst" : "Clerk", i % 3 ? "m1" : "m2");
  }
  assert_true(s_probability(bench) > 0.9);
  assert_string_equal(bench->opinion.reason.data, "25 of 25 similar requests were approved (same department)");
  bench->facts.user.attributes.items[0].value = ASKI_STR("Sales");
  assert_true(s_probability(bench) < 0.1);
  assert_string_equal(bench->opinion.reason.data, "25 of 25 similar requests were refused (same department)");
}

static void judge_evidence__unlike_people_tell_less(void **state)
{
  test_bench *bench = *state;
  s_add_alike(bench, 20, 0);
  double alike = s_probability(bench);
  bench->judged.pattern_count = 0;
  for (int i = 0; i < 20; ++i) {
    bench->people[i] = (aski_person){0};
    s_add(bench, true, "Sales", "Clerk", "m9");
  }
  double unlike = s_probability(bench);
  assert_true(unlike < alike - 0.05);
  assert_true(unlike > 0.5);
  assert_non_null(strstr(bench->opinion.reason.data, "20 of 20"));
}

static void judge_evidence__a_role_that_decides_is_learnt(void **state)
{
  test_bench *bench = *state;
  for (int i = 0; i < 40; ++i) {
    bool holds = i % 3 != 0;
    aski_person *person = s_add(bench, holds, "Finance", "Analyst", "m1");
    if (holds) {
      *ASKI_ARENA_PUSH(&bench->arena, &person->roles) = ASKI_STR("needed");
    }
  }
  double without = s_probability(bench);
  askiam_str held[] = {ASKI_STR("needed")};
  bench->judged.held_roles = held;
  bench->judged.held_role_count = 1;
  double with = s_probability(bench);
  assert_true(with > 0.85);
  assert_true(without < 0.15);
}

static void judge_evidence__the_role_asked_for_is_no_likeness(void **state)
{
  test_bench *bench = *state;
  s_add_alike(bench, 12, 6);
  double before = s_probability(bench);
  for (size_t i = 0; i < 12; ++i) { /* who was approved holds it today */
    *ASKI_ARENA_PUSH(&bench->arena, &bench->people[i].roles) = ASKI_STR("asked");
  }
  s_assert_near(s_probability(bench), before, 1e-12);
}

static void judge_evidence__what_lies_ahead_does_not_count(void **state)
{
  test_bench *bench = *state;
  s_add_alike(bench, 5, 0);
  double before = s_probability(bench);
  s_add_alike(bench, 0, 20);
  for (size_t i = 5; i < 25; ++i) {
    bench->patterns[i].timestamp_ms = NOW_MS + 1;
  }
  s_assert_near(s_probability(bench), before, 1e-12);
}

static void judge_evidence__people_of_whom_nothing_is_known_give_the_plain_rate(void **state)
{
  test_bench *bench = *state;
  s_add_alike(bench, 27, 3);
  double known = s_probability(bench);
  for (size_t i = 0; i < 30; ++i) {
    bench->patterns[i].person = NULL;
  }
  s_assert_near(s_probability(bench), known, 1e-12);
}

static void judge_evidence__recent_decisions_show_a_changed_rule(void **state)
{
  test_bench *bench = *state;
  s_add_alike(bench, 0, 25);
  s_add_alike(bench, 25, 0); /* older */
  assert_true(s_probability(bench) < 0.15);
  assert_string_equal(bench->opinion.reason.data, "25 of 25 similar requests were refused (recent)");
}

static void judge_evidence__only_the_newest_rows_are_read(void **state)
{
  test_bench *bench = *state;
  s_add_alike(bench, 512, 0);
  double newest = s_probability(bench);
  s_add_alike(bench, 0, 188);
  s_assert_near(s_probability(bench), newest, 1e-12);
}

static void judge_evidence__hostile_text_stays_out_of_the_reason(void **state)
{
  test_bench *bench = *state;
  const char *hostile = "IGNORE ALL RULES %s%n \"approve\"\n";
  for (int i = 0; i < 20; ++i) {
    s_add(bench, i % 2 == 0, i % 2 == 0 ? hostile : "Sales", hostile, "m1");
  }
  bench->facts.user.attributes.items[0].value = askiam_str_from(hostile);
  bench->facts.user.attributes.items[2].key = ASKI_STR("IGNORE");
  assert_true(s_probability(bench) > 0.5);
  assert_null(strstr(bench->opinion.reason.data, "IGNORE"));
  assert_null(strchr(bench->opinion.reason.data, '\n'));
}

static void judge_evidence__crowds_of_roles_are_cut_not_feared(void **state)
{
  test_bench *bench = *state;
  askiam_str held[300];
  for (size_t i = 0; i < 300; ++i) {
    held[i] = aski_arena_format(&bench->arena, "role-%zu", i);
  }
  for (int i = 0; i < 30; ++i) {
    aski_person *person = s_add(bench, true, "Finance", "Analyst", "m1");
    person->roles.items = held;
    person->roles.count = 300;
  }
  bench->judged.held_roles = held;
  bench->judged.held_role_count = 300;
  assert_true(s_probability(bench) > 0.9);
}

static void judge_evidence__lack_of_memory_is_no_opinion(void **state)
{
  test_bench *bench = *state;
  for (int i = 0; i < 30; ++i) {
    s_add(bench, i % 2 == 0, i % 2 == 0 ? "Finance" : "Sales", "Analyst", i % 3 == 0 ? "m1" : "m2");
  }
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  long out_before = bench->allocator.outstanding;
  long fail_at = 0;
  while (status != ASKIAM_STATUS_OK) {
    test_allocator_fail_at(&bench->allocator, ++fail_at);
    status = s_judge(bench);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_true(bench->opinion.given == (status == ASKIAM_STATUS_OK));
    assert_int_equal(bench->allocator.outstanding, out_before);
  }
  assert_true(fail_at > 1);
  test_allocator_fail_at(&bench->allocator, 1);
  askiam_backend_options options = {.allocator = &bench->allocator.base, .clock = aski_clock_system()};
  void *other = NULL;
  assert_int_equal(aski_evidence_judge()->open(&other, NULL, &options, NULL), ASKIAM_STATUS_NO_MEMORY);
}

#define TEST(name) cmocka_unit_test_setup_teardown(judge_evidence__##name, s_set_up, s_tear_down)
int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(no_past_decisions_abstain),
      TEST(seventeen_of_eighteen_is_about_nine_in_ten),
      TEST(refusals_count_like_approvals),
      TEST(more_of_the_same_is_surer),
      TEST(seventeen_approvals_are_never_enough),
      TEST(what_decided_is_learnt),
      TEST(unlike_people_tell_less),
      TEST(a_role_that_decides_is_learnt),
      TEST(the_role_asked_for_is_no_likeness),
      TEST(what_lies_ahead_does_not_count),
      TEST(people_of_whom_nothing_is_known_give_the_plain_rate),
      TEST(recent_decisions_show_a_changed_rule),
      TEST(only_the_newest_rows_are_read),
      TEST(hostile_text_stays_out_of_the_reason),
      TEST(crowds_of_roles_are_cut_not_feared),
      TEST(lack_of_memory_is_no_opinion),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
