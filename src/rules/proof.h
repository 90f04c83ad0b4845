/* SPDX-License-Identifier: Apache-2.0
 *
 * Why policies let a changed request pass, and thereby for which other values of what was changed they do. */
#ifndef ASKI_RULES_PROOF_H
#define ASKI_RULES_PROOF_H

#include "policy/wanted.h"
#include "rules/verdict.h"

/* Circumstances as the policy room counts them; those of the model that a request has are the same. */
_Static_assert((int)ASKI_POLICY_TIME == (int)ASKI_CIRCUMSTANCE_TIME &&
                   (int)ASKI_POLICY_DURATION == (int)ASKI_CIRCUMSTANCE_DURATION &&
                   (int)ASKI_POLICY_ADDRESS == (int)ASKI_CIRCUMSTANCE_ADDRESS &&
                   (int)ASKI_POLICY_AGENT == (int)ASKI_CIRCUMSTANCE_AGENT &&
                   (int)ASKI_POLICY_CIRCUMSTANCES == (int)ASKI_CIRCUMSTANCE_POLICY,
               "the policy room's circumstances are those of the model");

typedef struct aski_proof {
  aski_policy_wanted wanted[ASKI_POLICY_CIRCUMSTANCES]; /* settled; of those that were changed */
} aski_proof;

/* What is to be proved. */
typedef struct aski_proof_terms {
  unsigned changed; /* circumstances, as bits */
  bool partly;      /* statements that deny it nevertheless, and an Allow that is lacking, are passed over */
  bool
      has_target; /* where it is partly: the conditions that hold of the Allow at `target`, which does not match yet, are to stay so */
  size_t target;
} aski_proof_terms;

/* `request` and `input` are as they are after the change. Of each statement that does not deny it, a condition is found because of which it does
 * not, and of an Allow that is needed all conditions are taken: whatever they want of what was changed is gathered, so that every other value that
 * satisfies it passes too. False where it does not pass, or where what is wanted cannot be told. Check arena->failed afterwards. */
bool aski_policies_prove(aski_proof *out, aski_arena *arena, const aski_facts *facts,
                         const askiam_policy_request *request, const aski_rules_input *input,
                         const aski_proof_terms *terms);

/* All clauses of statements about the request that can matter, by circumstance; those of statements that deny it come first. Gives how many
 * statements are about the request; where there are more than ASKI_POLICY_SCAN_MAX, not all are looked through. */
size_t aski_policies_clauses(aski_policy_clauses out[ASKI_POLICY_CIRCUMSTANCES], aski_arena *arena,
                             const askiam_policy_request *request, const aski_rules_input *input);

/* What takes many trials is left out where more statements than this are about a request. */
enum { ASKI_POLICY_MANY_TRIALS_MAX = 1000 };

#endif
