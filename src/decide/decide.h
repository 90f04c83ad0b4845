/* SPDX-License-Identifier: Apache-2.0
 *
 * The decision rule, its explanation, and the smallest remedy. Pure. */
#ifndef ASKI_DECIDE_DECIDE_H
#define ASKI_DECIDE_DECIDE_H

#include "model/circumstances.h"

typedef enum aski_on_abstain { ASKI_ON_ABSTAIN_RULES, ASKI_ON_ABSTAIN_ASK } aski_on_abstain;

typedef struct aski_decide_settings {
  aski_mode mode;
  double threshold; /* confidence must be greater */
  aski_on_abstain on_abstain;
  bool rag_enabled;
} aski_decide_settings;

typedef struct aski_outcome {
  aski_code_list codes; /* the first gives verdict and method */
  bool rules_skipped;   /* rag_first accepted the evidence: report the rules as SKIPPED */
} aski_outcome;

/* The rule of DESIGN.md, "decide". A pure function of its arguments. */
void aski_decide(aski_outcome *out_outcome, const aski_rag_result *rag, const aski_rules_result *rules,
                 const aski_decide_settings *settings);

/* Re-runs the rules over changed facts and circumstances: the caller's rules room, so that decide need not include it. */
typedef void (*aski_rules_fn)(void *context, aski_rules_result *out_result, aski_arena *arena, const aski_facts *facts,
                              const aski_circumstances *circumstances);

/* Tells changes of the circumstances whose bits (1 << aski_circumstance) are set, after which it is as `facts` and `circumstances` say, so that everybody
 * who does as told succeeds; false where that cannot be told. `out_told` may be NULL. */
typedef bool (*aski_tell_fn)(void *context, aski_told *out_told, aski_arena *arena, const aski_facts *facts,
                             const aski_circumstances *circumstances, unsigned changed);

/* What was decided, and what could be changed. All borrowed. */
typedef struct aski_mending {
  const aski_facts *facts;
  const aski_circumstances *circumstances;
  const aski_rag_result *rag;
  const aski_rules_result *rules;
  const aski_decide_settings *settings;
  const aski_proposals *proposals; /* to change the circumstances, or a policy; NULL: none */
  aski_rules_fn rules_fn;
  aski_tell_fn tell_fn; /* needed where there are proposals */
  void *context;        /* of both */
} aski_mending;

/* The smallest set of changes (at most 4) after which rules and decision give VALID, proved by running both on what is changed;
 * empty where there is none or none is sensible. To amend a policy is only told where nothing else helps. *out_circumstances are those
 * after the changes, or as they were; they live as long as the proposals and the arena. */
void aski_decide_remedies(aski_remedies *out_remedies, aski_circumstances *out_circumstances, aski_arena *arena,
                          const aski_mending *mending);

/* The question of a decision that is NEEDS_INFO because the evidence abstained (`decision.on_abstain` is `ask`): a person must decide. */
askiam_str aski_decide_question(const aski_decision *decision, aski_arena *arena);

/* One sentence for a person, from a decision that is complete but for it. */
askiam_str aski_decide_explain(const aski_decision *decision, aski_arena *arena);

#endif
