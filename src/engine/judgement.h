/* SPDX-License-Identifier: Apache-2.0
 *
 * What follows from facts, without I/O: shared by the pipeline and by a replay, so that what is decided and what is
 * reproduced cannot differ. */
#ifndef ASKI_ENGINE_JUDGEMENT_H
#define ASKI_ENGINE_JUDGEMENT_H

#include "decide/decide.h"
#include "rules/rules.h"

/* What one triple is judged by, and what came of it. All borrowed. */
typedef struct aski_judgement {
  const aski_facts *facts;
  const aski_decide_settings *settings;
  aski_rules_input input;
  aski_rag_result rag;
  aski_rules_result rules; /* as evaluated, also where the outcome reports them as SKIPPED */
  aski_outcome outcome;
} aski_judgement;

/* A code where the requester is not known or not active, and somebody else would benefit or speaks: `other` is the
 * beneficiary, or who said "I" where there is none. ASKI_CODE_COUNT where nothing stands against him. */
aski_code aski_judge_requester(const aski_facts *facts, askiam_str requester_id, askiam_str other);
/* A code where a member of the triple is not in the facts, or the role belongs elsewhere; ASKI_CODE_COUNT where all is
 * there. */
aski_code aski_judge_found(const aski_facts *facts);

bool aski_judged_valid(const aski_outcome *outcome);

/* The facts about a role that a remedy asks for, which must live as long as the remedies are looked for; NULL where
 * they are not known, which speaks neither for nor against it. */
typedef askiam_status (*aski_look_fn)(void *context, const aski_facts **out_facts, askiam_str role_id);

/* The remedies of a judgement, none where one of them cannot be had: a role that the user could not be given either.
 * Check arena->failed afterwards. */
askiam_status aski_judge_remedies(aski_remedies *out_remedies, aski_arena *arena, const aski_judgement *judgement,
                                  aski_look_fn look, void *context);
/* The remedy that says to ask for the role of these facts instead. */
void aski_judge_offer(aski_remedies *remedies, aski_arena *arena, const aski_facts *facts);

#endif
