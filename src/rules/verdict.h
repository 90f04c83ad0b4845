/* SPDX-License-Identifier: Apache-2.0
 *
 * What the policies of the input say about a request, amendments taken into account. */
#ifndef ASKI_RULES_VERDICT_H
#define ASKI_RULES_VERDICT_H

#include "policy/policy.h"
#include "rules/rules.h"

typedef struct aski_policy_verdict {
  size_t denies;                                  /* statements that deny */
  size_t denying_policies;                        /* how many policies they are in */
  askiam_policy_match denying[ASKI_REMEDIES_MAX]; /* the first of them */
  bool allowed;                                   /* a statement allows */
} aski_policy_verdict;

/* Whether one of them allows what nothing allowed. */
bool aski_amendments_allow(const aski_amendment *amendments);
/* Whether one of them is about this statement, which denies. */
bool aski_amendments_lift(const aski_amendment *amendments, const askiam_policy_match *match);
/* Only whether it passes, in no more time than that takes. */
bool aski_policies_pass(const askiam_policy_request *request, const aski_rules_input *input);
/* Which statements deny, and whether one allows. */
void aski_policies_ask(aski_policy_verdict *out_verdict, const askiam_policy_request *request,
                       const aski_rules_input *input);
/* What stands between the request and passing: statements that deny, and an Allow that is lacking where one is needed. */
size_t aski_policy_verdict_obstacles(const aski_policy_verdict *verdict, aski_policy_mode mode);

/* The Allow that comes nearest to matching: it applies, and fewest of its conditions fail. False where none comes near. */
typedef struct aski_policy_nearest {
  askiam_policy_match match;
  size_t failing;
  const aski_policy_clause *first_failing[ASKI_POLICY_FAILING_TOLD];
} aski_policy_nearest;
bool aski_policies_nearest(aski_policy_nearest *out_nearest, const askiam_policy_request *request,
                           const aski_rules_input *input);

/* More statements than this are not looked through for what only explains or helps. */
enum { ASKI_POLICY_SCAN_MAX = 20000 };

#endif
