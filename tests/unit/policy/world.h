/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of policies share: documents in shorthand, requests in one line. */
#ifndef TESTS_POLICY_WORLD_H
#define TESTS_POLICY_WORLD_H

#include "policy/policy.h"

/* Documents on their way into a set, and a request about them. */
typedef struct world {
  askiam_policy_builder *builder;
  askiam_policy_set *set;
  askiam_policy_request *request;
} world;

void world_init(world *it);
void world_clean_up(world *it);

/* A whole document with Version 2012-10-17 around `statements` (one, or several with commas between), in which ' stands for ". */
void world_add(world *it, askiam_policy_kind kind, unsigned level, const char *statements);
/* Adds an identity policy of one statement: {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}. */
void world_allow_if(world *it, const char *condition);

/* Who asks for what; what was known before is forgotten. */
void world_ask(world *it, const char *principal, const char *action, const char *resource);
/* One more value; NULL: the key without values. */
void world_know(world *it, const char *key, const char *value);
/* Builds the set where that was not done yet. */
askiam_policy_decision world_decide(world *it);

/* The decision of one condition upon a context "key=value;key=value": whether it holds. "key" alone: without values. Checks that the decision with
 * all matches told is the same. */
int world_holds(const char *condition, const char *context);

typedef struct world_case {
  const char *condition;
  const char *context;
  int holds;
} world_case;
void world_check(const world_case *cases, size_t count);
#define WORLD_CHECK(cases) world_check((cases), sizeof(cases) / sizeof *(cases))

#endif
