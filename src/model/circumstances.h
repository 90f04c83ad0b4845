/* SPDX-License-Identifier: Apache-2.0
 *
 * The circumstances of a request, apart from the facts, and proposals to change one of them: what remedies try out. */
#ifndef ASKI_MODEL_CIRCUMSTANCES_H
#define ASKI_MODEL_CIRCUMSTANCES_H

#include "model/decision.h"

/* Whoever owns a policy changed it: a statement that denies no longer does, or something allows what nothing allowed. */
typedef struct aski_amendment {
  const struct aski_amendment *next;
  bool allows;
  size_t policy; /* of the statement that no longer denies: the places of askiam_policy_match */
  size_t statement;
} aski_amendment;

typedef struct aski_circumstances {
  int64_t now_ms;
  int64_t expires_at_ms; /* 0: no end */
  askiam_str ip;
  askiam_str user_agent;
  const aski_amendment *amendments;
} aski_circumstances;

/* In the order in which they must be changed: a duration counts from the time. */
typedef enum aski_circumstance {
  ASKI_CIRCUMSTANCE_TIME,
  ASKI_CIRCUMSTANCE_DURATION,
  ASKI_CIRCUMSTANCE_ADDRESS,
  ASKI_CIRCUMSTANCE_AGENT,
  ASKI_CIRCUMSTANCE_POLICY,
  ASKI_CIRCUMSTANCE_COUNT
} aski_circumstance;

/* One change that may mend a failure of the check POLICY. */
typedef struct aski_proposal {
  aski_circumstance what;
  int64_t value_ms;         /* TIME: UTC; DURATION: from now, 0: without end */
  askiam_str value;         /* ADDRESS, AGENT */
  aski_amendment amendment; /* POLICY */
  askiam_str detail;        /* POLICY; of the others it depends on what else is changed: see aski_told */
} aski_proposal;

enum { ASKI_PROPOSALS_MAX = ASKI_CIRCUMSTANCE_POLICY + ASKI_REMEDIES_MAX };

/* How to make changes that hold together, as remedies; of circumstances that were not changed nothing. */
typedef struct aski_told {
  aski_remedy_code codes[ASKI_CIRCUMSTANCE_POLICY];
  askiam_str details[ASKI_CIRCUMSTANCE_POLICY];
} aski_told;

/* At most one for each circumstance, in their order; for policies at most ASKI_REMEDIES_MAX. */
typedef struct aski_proposals {
  aski_proposal items[ASKI_PROPOSALS_MAX];
  size_t count;
} aski_proposals;

/* Changes one circumstance. The proposal must live as long as the circumstances. At another time the duration is the same. */
void aski_circumstances_change(aski_circumstances *circumstances, aski_arena *arena, const aski_proposal *proposal);

#endif
