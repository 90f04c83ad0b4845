/* SPDX-License-Identifier: Apache-2.0
 *
 * AWS IAM JSON policies: read, compiled, evaluated. Pure, no I/O. What the public askiam/policy.h does not show: the statements as they
 * were written, for whoever explains a decision or looks for what would change it. */
#ifndef ASKI_POLICY_POLICY_H
#define ASKI_POLICY_POLICY_H

#include "policy/document.h"

/* All statements of a set, by kind, level, policy and place. `out_match` (may be NULL) says which one it is. Borrowed from the set. */
size_t aski_policy_statement_count(const askiam_policy_set *set);
const aski_policy_statement *aski_policy_statement_at(const askiam_policy_set *set, size_t index,
                                                      askiam_policy_match *out_match);
/* The statement that a match is about; NULL where the set has none such. */
const aski_policy_statement *aski_policy_statement_of(const askiam_policy_set *set, const askiam_policy_match *match);

/* Whether the Resource, or NotResource, of the statement at `index` is that of the request, whatever else it says. */
bool aski_policy_statement_is_about(const askiam_policy_set *set, size_t index, const askiam_policy_request *request);
/* Tells, in their order, the places of statements that are about a request: their principal and action are those of the request, and their
 * resource is, or has variables, so that it might be after a change. Those that cannot be are passed over by the index. */
typedef void (*aski_policy_about_fn)(void *context, size_t index);
void aski_policy_each_about(const askiam_policy_set *set, const askiam_policy_request *request,
                            aski_policy_about_fn about, void *context);
/* Whether the clause of this place in the statement at `index` holds. */
bool aski_policy_clause_holds(const askiam_policy_set *set, size_t index, size_t clause,
                              const askiam_policy_request *request);

enum { ASKI_POLICY_FAILING_TOLD = 2 };

/* How a statement stands to a request that it need not match. */
typedef struct aski_policy_standing {
  bool applies;   /* principal, action and resource are those of the request */
  size_t failing; /* how many of its conditions do not hold */
  const aski_policy_clause *first_failing[ASKI_POLICY_FAILING_TOLD];
} aski_policy_standing;

/* Of the statement at `index` below aski_policy_statement_count. */
aski_policy_standing aski_policy_stand(const askiam_policy_set *set, size_t index,
                                       const askiam_policy_request *request);

#endif
