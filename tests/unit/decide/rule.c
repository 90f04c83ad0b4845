/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>
#include <stdio.h>

#include "decide/decide.h"

static const aski_decide_settings s_guarded = {ASKI_MODE_GUARDED, 0.95, ASKI_ON_ABSTAIN_RULES, true};
static const aski_decide_settings s_rag_first = {ASKI_MODE_RAG_FIRST, 0.95, ASKI_ON_ABSTAIN_RULES, true};

/* PREREQUISITE_MISSING is soft here, SOD_CONFLICT hard. */
typedef enum s_rules_kind { PASS, SOFT, HARD, BOTH } s_rules_kind;

static aski_rules_result s_rules(s_rules_kind kind)
{
  aski_rules_result rules = {.outcome = kind == PASS ? ASKI_RULES_PASSED : ASKI_RULES_FAILED,
                             .count = ASKI_CHECK_COUNT};
  for (size_t i = 0; i < ASKI_CHECK_COUNT; ++i) {
    rules.checks[i] = (aski_check){.code = (aski_check_code)i, .passed = true, .hard = true};
  }
  if (kind == SOFT || kind == BOTH) {
    rules.checks[ASKI_CHECK_PREREQUISITES_HELD] =
        (aski_check){ASKI_CHECK_PREREQUISITES_HELD, false, false, ASKI_CODE_PREREQUISITE_MISSING, ASKI_STR_NONE};
  }
  if (kind == HARD || kind == BOTH) {
    rules.checks[ASKI_CHECK_NO_SOD_CONFLICT] =
        (aski_check){ASKI_CHECK_NO_SOD_CONFLICT, false, true, ASKI_CODE_SOD_CONFLICT, ASKI_STR_NONE};
  }
  return rules;
}

static aski_rag_result s_rag(aski_rag_outcome outcome, double confidence)
{
  return (aski_rag_result){.outcome = outcome, .confidence = confidence};
}

/* "A B C" */
static const char *s_codes(const aski_outcome *outcome, char text[256])
{
  size_t length = 0;
  text[0] = 0;
  for (size_t i = 0; i < outcome->codes.count; ++i) {
    length += (size_t)snprintf(text + length, 256 - length, "%s%s", i == 0 ? "" : " ",
                               aski_code_name(outcome->codes.items[i]));
  }
  return text;
}

static void s_assert(const aski_decide_settings *settings, aski_rag_result rag, s_rules_kind kind, const char *expected)
{
  aski_rules_result rules = s_rules(kind);
  aski_outcome outcome;
  aski_decide(&outcome, &rag, &rules, settings);
  char text[256];
  assert_string_equal(s_codes(&outcome, text), expected);
  assert_int_equal(outcome.rules_skipped, settings->mode == ASKI_MODE_RAG_FIRST && settings->rag_enabled &&
                                              rag.confidence > settings->threshold);
}

typedef struct s_row {
  aski_rag_outcome outcome;
  aski_rag_cause cause;
  double confidence;
  const char *expected[4]; /* PASS SOFT HARD BOTH */
} s_row;

static const s_row s_weak_rows[] = {
    {ASKI_RAG_VALID,
     ASKI_RAG_CAUSE_NONE,
     0.95, /* greater than, not equal */
     {"APPROVED_BY_RULES LOW_CONFIDENCE", "PREREQUISITE_MISSING LOW_CONFIDENCE", "SOD_CONFLICT LOW_CONFIDENCE",
      "PREREQUISITE_MISSING SOD_CONFLICT LOW_CONFIDENCE"}},
    {ASKI_RAG_INVALID,
     ASKI_RAG_CAUSE_NONE,
     0.6,
     {"APPROVED_BY_RULES LOW_CONFIDENCE", "PREREQUISITE_MISSING LOW_CONFIDENCE", "SOD_CONFLICT LOW_CONFIDENCE",
      "PREREQUISITE_MISSING SOD_CONFLICT LOW_CONFIDENCE"}},
    {ASKI_RAG_ABSTAINED,
     ASKI_RAG_CAUSE_NONE,
     -1,
     {"APPROVED_BY_RULES LOW_CONFIDENCE", "PREREQUISITE_MISSING LOW_CONFIDENCE", "SOD_CONFLICT LOW_CONFIDENCE",
      "PREREQUISITE_MISSING SOD_CONFLICT LOW_CONFIDENCE"}},
    {ASKI_RAG_ABSTAINED,
     ASKI_RAG_CAUSE_TIMEOUT,
     -1,
     {"APPROVED_BY_RULES RAG_TIMEOUT", "PREREQUISITE_MISSING RAG_TIMEOUT", "SOD_CONFLICT RAG_TIMEOUT",
      "PREREQUISITE_MISSING SOD_CONFLICT RAG_TIMEOUT"}},
    {ASKI_RAG_ABSTAINED,
     ASKI_RAG_CAUSE_UNAVAILABLE,
     -1,
     {"APPROVED_BY_RULES RAG_UNAVAILABLE", "PREREQUISITE_MISSING RAG_UNAVAILABLE", "SOD_CONFLICT RAG_UNAVAILABLE",
      "PREREQUISITE_MISSING SOD_CONFLICT RAG_UNAVAILABLE"}},
    {ASKI_RAG_SKIPPED,
     ASKI_RAG_CAUSE_NONE,
     -1,
     {"APPROVED_BY_RULES", "PREREQUISITE_MISSING", "SOD_CONFLICT", "PREREQUISITE_MISSING SOD_CONFLICT"}},
};

static const s_row s_strong_guarded[] = {
    {ASKI_RAG_VALID,
     ASKI_RAG_CAUSE_NONE,
     0.951,
     {"APPROVED_BY_EVIDENCE", "APPROVED_BY_EVIDENCE", "SOD_CONFLICT", "PREREQUISITE_MISSING SOD_CONFLICT"}},
    {ASKI_RAG_INVALID,
     ASKI_RAG_CAUSE_NONE,
     0.951,
     {"REJECTED_BY_EVIDENCE", "REJECTED_BY_EVIDENCE PREREQUISITE_MISSING", "REJECTED_BY_EVIDENCE SOD_CONFLICT",
      "REJECTED_BY_EVIDENCE PREREQUISITE_MISSING SOD_CONFLICT"}},
};

static void s_assert_rows(const aski_decide_settings *settings, const s_row *rows, size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    for (int kind = PASS; kind <= BOTH; ++kind) {
      aski_rag_result rag = {.outcome = rows[i].outcome, .cause = rows[i].cause, .confidence = rows[i].confidence};
      s_assert(settings, rag, (s_rules_kind)kind, rows[i].expected[kind]);
    }
  }
}

static void decide__guarded_follows_the_table(void **state)
{
  (void)state;
  s_assert_rows(&s_guarded, s_strong_guarded, sizeof s_strong_guarded / sizeof *s_strong_guarded);
  s_assert_rows(&s_guarded, s_weak_rows, sizeof s_weak_rows / sizeof *s_weak_rows);
}

static void decide__rag_first_accepts_strong_evidence_whatever_it_is(void **state)
{
  (void)state;
  for (int kind = PASS; kind <= BOTH; ++kind) {
    s_assert(&s_rag_first, s_rag(ASKI_RAG_VALID, 0.951), (s_rules_kind)kind, "APPROVED_BY_EVIDENCE");
    s_assert(&s_rag_first, s_rag(ASKI_RAG_INVALID, 0.951), (s_rules_kind)kind, "REJECTED_BY_EVIDENCE");
  }
  s_assert_rows(&s_rag_first, s_weak_rows, sizeof s_weak_rows / sizeof *s_weak_rows);
}

static void decide__confidence_that_is_no_probability_is_never_strong(void **state)
{
  (void)state;
  static const double confidences[] = {(double)NAN, -1, 1.0000001, (double)INFINITY, 2};
  for (size_t i = 0; i < sizeof confidences / sizeof *confidences; ++i) {
    aski_rules_result rules = s_rules(SOFT);
    aski_rag_result rag = s_rag(ASKI_RAG_VALID, confidences[i]);
    for (int mode = 0; mode < 2; ++mode) {
      aski_outcome outcome;
      aski_decide(&outcome, &rag, &rules, mode == 0 ? &s_guarded : &s_rag_first);
      assert_int_equal(outcome.codes.items[0], ASKI_CODE_PREREQUISITE_MISSING);
      assert_int_equal(outcome.codes.items[1], ASKI_CODE_LOW_CONFIDENCE);
      assert_false(outcome.rules_skipped);
    }
  }
  aski_decide_settings settings = s_rag_first;
  settings.threshold = (double)NAN;
  aski_rules_result rules = s_rules(HARD);
  aski_rag_result rag = s_rag(ASKI_RAG_VALID, 1);
  aski_outcome outcome;
  aski_decide(&outcome, &rag, &rules, &settings);
  assert_int_equal(outcome.codes.items[0], ASKI_CODE_SOD_CONFLICT);
}

static void decide__disabled_evidence_is_neither_asked_nor_blamed(void **state)
{
  (void)state;
  aski_decide_settings settings = s_rag_first;
  settings.rag_enabled = false;
  s_assert(&settings, s_rag(ASKI_RAG_VALID, 0.99), HARD, "SOD_CONFLICT");
  s_assert(&settings, s_rag(ASKI_RAG_INVALID, 0.99), PASS, "APPROVED_BY_RULES");
  s_assert(&settings, s_rag(ASKI_RAG_ABSTAINED, -1), PASS, "APPROVED_BY_RULES");
}

static void decide__abstention_asks_only_where_the_rules_would_approve(void **state)
{
  (void)state;
  aski_decide_settings settings = s_guarded;
  settings.on_abstain = ASKI_ON_ABSTAIN_ASK;
  s_assert(&settings, s_rag(ASKI_RAG_ABSTAINED, -1), PASS, "UNCLEAR LOW_CONFIDENCE");
  s_assert(&settings, s_rag(ASKI_RAG_ABSTAINED, -1), HARD, "SOD_CONFLICT LOW_CONFIDENCE");
  s_assert(&settings, s_rag(ASKI_RAG_ABSTAINED, -1), SOFT, "PREREQUISITE_MISSING LOW_CONFIDENCE");
  s_assert(&settings, s_rag(ASKI_RAG_VALID, 0.5), PASS, "APPROVED_BY_RULES LOW_CONFIDENCE");
  s_assert(&settings, s_rag(ASKI_RAG_SKIPPED, -1), PASS, "APPROVED_BY_RULES");
  aski_rag_result late = {.outcome = ASKI_RAG_ABSTAINED, .cause = ASKI_RAG_CAUSE_TIMEOUT, .confidence = -1};
  s_assert(&settings, late, PASS, "UNCLEAR RAG_TIMEOUT");
}

static void decide__rules_that_contradict_themselves_approve_nothing(void **state)
{
  (void)state;
  aski_rag_result rags[] = {s_rag(ASKI_RAG_SKIPPED, -1), s_rag(ASKI_RAG_VALID, 0.99)};
  for (size_t i = 0; i < 2; ++i) {
    aski_rules_result broken[] = {s_rules(PASS), s_rules(PASS), s_rules(PASS), s_rules(HARD)};
    broken[0].outcome = ASKI_RULES_SKIPPED;
    broken[1].count = ASKI_CHECK_COUNT - 1;
    broken[2].outcome = ASKI_RULES_FAILED; /* but every check passed */
    broken[3].outcome = ASKI_RULES_PASSED; /* but one failed */
    for (size_t j = 0; j < 4; ++j) {
      aski_outcome outcome;
      aski_decide(&outcome, &rags[i], &broken[j], &s_guarded);
      assert_int_equal(outcome.codes.items[0], ASKI_CODE_INTERNAL);
    }
  }
}

static uint64_t s_next(uint64_t *seed)
{
  *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *seed >> 33;
}

static void s_random(uint64_t *seed, aski_rag_result *rag, aski_rules_result *rules, aski_decide_settings *settings)
{
  static const double confidences[] = {-1, 0, 0.5, 0.94, 0.95, 0.96, 1, 1.5, (double)NAN};
  *rag = (aski_rag_result){.outcome = (aski_rag_outcome)(s_next(seed) % 4),
                           .cause = (aski_rag_cause)(s_next(seed) % 3),
                           .confidence = confidences[s_next(seed) % 9]};
  static const aski_code codes[ASKI_CHECK_COUNT] = {
      ASKI_CODE_USER_INACTIVE,   ASKI_CODE_APP_INACTIVE,     ASKI_CODE_ROLE_INACTIVE,
      ASKI_CODE_ROLE_NOT_IN_APP, ASKI_CODE_ALREADY_ASSIGNED, ASKI_CODE_PREREQUISITE_MISSING,
      ASKI_CODE_SOD_CONFLICT,    ASKI_CODE_RESTRICTED,       ASKI_CODE_POLICY_DENY};
  *rules = s_rules(PASS);
  for (size_t i = 0; i < ASKI_CHECK_COUNT; ++i) {
    bool passed = s_next(seed) % 4 != 0;
    rules->checks[i] =
        (aski_check){(aski_check_code)i, passed, passed || s_next(seed) % 2 == 0, codes[i], ASKI_STR_NONE};
    rules->outcome = passed ? rules->outcome : ASKI_RULES_FAILED;
  }
  *settings = (aski_decide_settings){.mode = s_next(seed) % 2 == 0 ? ASKI_MODE_GUARDED : ASKI_MODE_RAG_FIRST,
                                     .threshold = 0.95,
                                     .on_abstain = s_next(seed) % 2 == 0 ? ASKI_ON_ABSTAIN_RULES : ASKI_ON_ABSTAIN_ASK,
                                     .rag_enabled = s_next(seed) % 4 != 0};
}

static void s_assert_properties(const aski_rag_result *rag, const aski_rules_result *rules,
                                const aski_decide_settings *settings, const aski_outcome *outcome)
{
  size_t failed = 0;
  size_t hard = 0;
  for (size_t i = 0; i < ASKI_CHECK_COUNT; ++i) {
    failed += !rules->checks[i].passed;
    hard += !rules->checks[i].passed && rules->checks[i].hard;
  }
  bool valid = aski_code_verdict(outcome->codes.items[0]) == ASKIAM_VERDICT_VALID;
  bool strong = settings->rag_enabled && rag->confidence > 0.95 && rag->confidence <= 1 &&
                (rag->outcome == ASKI_RAG_VALID || rag->outcome == ASKI_RAG_INVALID);
  assert_true(outcome->codes.count > 0);
  assert_true(aski_code_verdict(outcome->codes.items[0]) != ASKIAM_VERDICT_ERROR);
  if (valid && settings->mode == ASKI_MODE_GUARDED) {
    assert_int_equal(hard, 0); /* a judge cannot overrule a fact */
  }
  if (valid && failed > 0) {
    assert_true(strong && rag->outcome == ASKI_RAG_VALID); /* nothing else excuses a failure */
  }
  if (strong && rag->outcome == ASKI_RAG_INVALID) {
    assert_int_equal(outcome->codes.items[0], ASKI_CODE_REJECTED_BY_EVIDENCE);
  }
  if (rag->outcome == ASKI_RAG_ABSTAINED || rag->outcome == ASKI_RAG_SKIPPED) {
    assert_true(!valid || failed == 0); /* a failure is never an approval */
  }
  assert_int_equal(outcome->rules_skipped, strong && settings->mode == ASKI_MODE_RAG_FIRST);
  /* What is refused by facts is refused completely: every failed check has its code. */
  for (size_t i = 0; i < ASKI_CHECK_COUNT && !valid && !outcome->rules_skipped; ++i) {
    bool listed = false;
    for (size_t j = 0; j < outcome->codes.count; ++j) {
      listed = listed || outcome->codes.items[j] == rules->checks[i].reason;
    }
    assert_int_equal(listed, !rules->checks[i].passed);
  }
}

static void decide__properties_hold_for_random_inputs(void **state)
{
  (void)state;
  uint64_t seed = 42;
  for (int round = 0; round < 200000; ++round) {
    aski_rag_result rag;
    aski_rules_result rules;
    aski_decide_settings settings;
    s_random(&seed, &rag, &rules, &settings);
    aski_outcome outcome;
    aski_decide(&outcome, &rag, &rules, &settings);
    s_assert_properties(&rag, &rules, &settings, &outcome);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(decide__guarded_follows_the_table),
      cmocka_unit_test(decide__rag_first_accepts_strong_evidence_whatever_it_is),
      cmocka_unit_test(decide__confidence_that_is_no_probability_is_never_strong),
      cmocka_unit_test(decide__disabled_evidence_is_neither_asked_nor_blamed),
      cmocka_unit_test(decide__abstention_asks_only_where_the_rules_would_approve),
      cmocka_unit_test(decide__rules_that_contradict_themselves_approve_nothing),
      cmocka_unit_test(decide__properties_hold_for_random_inputs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
