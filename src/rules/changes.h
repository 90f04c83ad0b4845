/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking for changes of the circumstances that leave less in the way of a request than policies have against it. */
#ifndef ASKI_RULES_CHANGES_H
#define ASKI_RULES_CHANGES_H

#include "rules/proof.h"

typedef struct aski_change_search {
  aski_arena *arena;
  const aski_facts *facts;
  const aski_rules_input *input;
  askiam_policy_request *request;     /* as it is; afterwards as it was tried last */
  const aski_policy_verdict *verdict; /* of the request as it is */
} aski_change_search;

/* At most one change of each circumstance, in their order: of each the best by itself, or two that only help together. Each leaves less in the way, and what of
 * it helps can be told. None where too many statements are about the request. Check arena->failed afterwards. */
void aski_changes_find(aski_proposals *out, const aski_change_search *search);

#endif
