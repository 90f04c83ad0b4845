/* SPDX-License-Identifier: Apache-2.0
 *
 * Remedies for a world whose policies refuse it, with evidence that says nothing. */
#ifndef TESTS_UNIT_DECIDE_MEND_H
#define TESTS_UNIT_DECIDE_MEND_H

#include "../rules/world.h"
#include "decide/decide.h"

static inline void mend_rules(void *context, aski_rules_result *out_result, aski_arena *arena, const aski_facts *facts,
                              const aski_circumstances *circumstances)
{
  aski_rules_input changed = aski_rules_changed_input(context, circumstances);
  aski_rules_evaluate(out_result, arena, facts, &changed);
}

static inline bool mend_tell(void *context, aski_told *out_told, aski_arena *arena, const aski_facts *facts,
                             const aski_circumstances *circumstances, unsigned changed)
{
  return aski_rules_tell(out_told, arena, facts, context, circumstances, changed);
}

/* The world must have been evaluated. */
static inline void mend(aski_remedies *out, aski_circumstances *out_changed, world *w)
{
  static const aski_decide_settings guarded = {ASKI_MODE_GUARDED, 0.95, ASKI_ON_ABSTAIN_RULES, true};
  static const aski_rag_result silent = {.outcome = ASKI_RAG_ABSTAINED, .confidence = -1};
  aski_proposals proposals;
  aski_circumstances circumstances = aski_rules_circumstances(&w->input);
  aski_rules_propose(&proposals, &w->arena, &w->facts, &w->input, &w->rules);
  const aski_mending mending = {.facts = &w->facts,
                                .circumstances = &circumstances,
                                .rag = &silent,
                                .rules = &w->rules,
                                .settings = &guarded,
                                .proposals = &proposals,
                                .rules_fn = mend_rules,
                                .tell_fn = mend_tell,
                                .context = &w->input};
  aski_decide_remedies(out, out_changed, &w->arena, &mending);
}

#endif
