/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/decide.h"

#include "decide/rule.h"

bool aski_decide_judged(const aski_rag_result *rag, const aski_decide_settings *settings)
{
  return settings->rag_enabled && (rag->outcome == ASKI_RAG_VALID || rag->outcome == ASKI_RAG_INVALID);
}

/* NaN is greater than nothing, and a confidence above 1 is no probability. */
bool aski_decide_is_strong(const aski_rag_result *rag, const aski_decide_settings *settings)
{
  return aski_decide_judged(rag, settings) && rag->confidence > settings->threshold && rag->confidence <= 1;
}

aski_rules_tally aski_decide_tally(const aski_rules_result *rules)
{
  aski_rules_tally tally = {.complete = rules->outcome != ASKI_RULES_SKIPPED && rules->count == ASKI_CHECK_COUNT};
  for (size_t i = 0; tally.complete && i < rules->count; ++i) {
    tally.failed += !rules->checks[i].passed;
    tally.hard_failed += !rules->checks[i].passed && rules->checks[i].hard;
  }
  /* An outcome that its own checks contradict is no outcome. */
  tally.complete = tally.complete && (rules->outcome == ASKI_RULES_PASSED) == (tally.failed == 0);
  return tally;
}

static void s_add_failed(aski_code_list *codes, const aski_rules_result *rules)
{
  for (size_t i = 0; i < rules->count; ++i) {
    if (!rules->checks[i].passed) {
      aski_code_list_add(codes, rules->checks[i].reason);
    }
  }
}

/* Why the evidence did not decide, where it was asked and could have. */
static void s_add_weakness(aski_code_list *codes, const aski_rag_result *rag, const aski_decide_settings *settings)
{
  if (!settings->rag_enabled || rag->outcome == ASKI_RAG_SKIPPED || aski_decide_is_strong(rag, settings)) {
    return;
  }
  if (rag->outcome == ASKI_RAG_ABSTAINED && rag->cause == ASKI_RAG_CAUSE_TIMEOUT) {
    aski_code_list_add(codes, ASKI_CODE_RAG_TIMEOUT);
  } else if (rag->outcome == ASKI_RAG_ABSTAINED && rag->cause == ASKI_RAG_CAUSE_UNAVAILABLE) {
    aski_code_list_add(codes, ASKI_CODE_RAG_UNAVAILABLE);
  } else {
    aski_code_list_add(codes, ASKI_CODE_LOW_CONFIDENCE);
  }
}

static void s_rules_decide(aski_code_list *codes, const aski_rag_result *rag, const aski_rules_result *rules,
                           const aski_rules_tally *tally, const aski_decide_settings *settings)
{
  bool abstained = settings->rag_enabled && rag->outcome == ASKI_RAG_ABSTAINED;
  if (!tally->complete) {
    aski_code_list_add(codes, ASKI_CODE_INTERNAL);
  } else if (tally->failed > 0) {
    s_add_failed(codes, rules);
  } else {
    bool ask = abstained && settings->on_abstain == ASKI_ON_ABSTAIN_ASK;
    aski_code_list_add(codes, ask ? ASKI_CODE_UNCLEAR : ASKI_CODE_APPROVED_BY_RULES);
  }
  s_add_weakness(codes, rag, settings);
}

void aski_decide(aski_outcome *out_outcome, const aski_rag_result *rag, const aski_rules_result *rules,
                 const aski_decide_settings *settings)
{
  *out_outcome = (aski_outcome){.rules_skipped = false};
  aski_code_list *codes = &out_outcome->codes;
  bool strong = aski_decide_is_strong(rag, settings);
  bool valid = rag->outcome == ASKI_RAG_VALID;
  if (settings->mode == ASKI_MODE_RAG_FIRST && strong) {
    aski_code_list_add(codes, valid ? ASKI_CODE_APPROVED_BY_EVIDENCE : ASKI_CODE_REJECTED_BY_EVIDENCE);
    out_outcome->rules_skipped = true;
    return;
  }
  aski_rules_tally tally = aski_decide_tally(rules);
  if (strong && !valid) {
    aski_code_list_add(codes, ASKI_CODE_REJECTED_BY_EVIDENCE);
    s_add_failed(codes, rules);
  } else if (strong && tally.complete && tally.hard_failed == 0) {
    aski_code_list_add(codes, ASKI_CODE_APPROVED_BY_EVIDENCE);
  } else {
    s_rules_decide(codes, rag, rules, &tally, settings);
  }
}
