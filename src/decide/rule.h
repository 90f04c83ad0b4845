/* SPDX-License-Identifier: Apache-2.0
 *
 * Pieces of the decision rule that the explanation needs too.
 *
 * The whole rule, guarded mode (strong: confidence > threshold):
 *
 *   rag                  rules: all passed         only soft failed          a hard one failed
 *   VALID, strong        APPROVED_BY_EVIDENCE      APPROVED_BY_EVIDENCE      failed codes
 *   INVALID, strong      REJECTED_BY_EVIDENCE      REJECTED_…, failed codes  REJECTED_…, failed codes
 *   VALID/INVALID, weak  APPROVED_BY_RULES, LOW    failed codes, LOW         failed codes, LOW
 *   ABSTAINED            APPROVED_BY_RULES (1), W  failed codes, W           failed codes, W
 *   SKIPPED or disabled  APPROVED_BY_RULES         failed codes              failed codes
 *
 *   LOW is LOW_CONFIDENCE; W is RAG_TIMEOUT or RAG_UNAVAILABLE where a failure was the cause, else LOW_CONFIDENCE;
 *   (1) UNCLEAR where `decision.on_abstain` is `ask`.
 *
 * Mode rag_first differs in the strong rows: APPROVED_BY_EVIDENCE or REJECTED_BY_EVIDENCE alone, rules SKIPPED.
 * Rules that were not evaluated, or contradict themselves, are INTERNAL wherever they would decide. */
#ifndef ASKI_DECIDE_RULE_H
#define ASKI_DECIDE_RULE_H

#include "decide/decide.h"

typedef struct aski_rules_tally {
  bool complete; /* every check was evaluated, and the outcome agrees with them */
  size_t failed;
  size_t hard_failed;
} aski_rules_tally;

aski_rules_tally aski_decide_tally(const aski_rules_result *rules);
/* The evidence gave a verdict, whatever its confidence. */
bool aski_decide_judged(const aski_rag_result *rag, const aski_decide_settings *settings);
/* …and its confidence is greater than the threshold. */
bool aski_decide_is_strong(const aski_rag_result *rag, const aski_decide_settings *settings);

/* A fixed sentence for what was settled by the reading alone, or failed; that of an internal error for every other
 * code. */
askiam_str aski_decide_plainly(aski_code code);

#endif
