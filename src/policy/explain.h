/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a set decides as it does. */
#ifndef ASKI_POLICY_EXPLAIN_H
#define ASKI_POLICY_EXPLAIN_H

#include "policy/set.h"

/* What one statement says about a request, part by part. */
typedef struct aski_policy_look {
  const aski_policy_rule *rule;
  bool applies; /* its kind has a say about who asks */
  aski_policy_naming naming;
  bool action, resource;
  uint32_t held; /* conditions that hold */
} aski_policy_look;

typedef struct aski_policy_explanation {
  const askiam_policy_set *set;
  const askiam_policy_request *request;
  bool complete;
  unsigned kinds;
  askiam_policy_decision decision;
  aski_policy_reason reason;
  aski_policy_grants grants;
} aski_policy_explanation;

void aski_policy_explanation_init(aski_policy_explanation *out, const askiam_policy_set *set,
                                  const askiam_policy_request *request);
aski_policy_look aski_policy_explanation_look(const aski_policy_explanation *explanation, size_t place);
/* It would match but for its conditions. */
static inline bool aski_policy_look_is_about(const aski_policy_look *look)
{
  return look->applies && look->naming != ASKI_POLICY_NAMED_NOT && look->action && look->resource;
}
static inline bool aski_policy_look_matches(const aski_policy_look *look)
{
  return aski_policy_look_is_about(look) && look->held == look->rule->condition_count;
}

/* A variable that has no value in the request, or several, so that nothing equals the text that it is in. */
typedef struct aski_policy_unresolved {
  askiam_str key; /* as it is written; absent where each variable stands for something */
  size_t values;
} aski_policy_unresolved;
/* The first one, of a statement's resources or of a condition's values. */
aski_policy_unresolved aski_policy_unresolved_in_resources(const aski_policy_rule *rule,
                                                           const askiam_policy_request *request);
aski_policy_unresolved aski_policy_unresolved_in_condition(const aski_policy_condition *condition,
                                                           const askiam_policy_request *request);

/* One sentence: the decision, and what is lacking where nothing suffices; no statement is named. */
void aski_policy_explanation_say_reason(const aski_policy_explanation *explanation, aski_buffer *out);
/* That and a few more: which statement decided, and for want of an Allow which came nearest. */
void aski_policy_explanation_say(const aski_policy_explanation *explanation, aski_buffer *out);

#endif
