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

/* A request by `principal` to do s3:GetObject on arn:aws:s3:::bucket/key, under these documents. */
enum { WORLD_DOCUMENTS = 6 };
typedef struct world_document {
  askiam_policy_kind kind;
  unsigned level;
  const char *statements;
} world_document;
typedef struct world_decision {
  const char *principal;
  const char *resource_account; /* NULL: none is given */
  askiam_policy_decision expected;
  world_document documents[WORLD_DOCUMENTS];
} world_decision;
void world_check_decisions(const world_decision *cases, size_t count);
#define WORLD_CHECK_DECISIONS(cases) world_check_decisions((cases), sizeof(cases) / sizeof *(cases))

#define YES ASKIAM_POLICY_ALLOWED
#define NO ASKIAM_POLICY_IMPLICITLY_DENIED
#define DENIED ASKIAM_POLICY_EXPLICITLY_DENIED

/* clang-format off: it would break each of these into five lines. */
#define IDENTITY(text) {ASKIAM_POLICY_IDENTITY, 0, text}
#define RESOURCE(text) {ASKIAM_POLICY_RESOURCE, 0, text}
#define BOUNDARY(text) {ASKIAM_POLICY_PERMISSION_BOUNDARY, 0, text}
#define SESSION(text) {ASKIAM_POLICY_SESSION, 0, text}
#define SCP(level, text) {ASKIAM_POLICY_SERVICE_CONTROL, level, text}
#define RCP(level, text) {ASKIAM_POLICY_RESOURCE_CONTROL, level, text}
#define ENDPOINT(text) {ASKIAM_POLICY_ENDPOINT, 0, text}
/* clang-format on */

#define BOB "arn:aws:iam::123456789012:user/bob"
#define READER "arn:aws:iam::123456789012:role/team/reader"
#define READER_SESSION "arn:aws:sts::123456789012:assumed-role/reader/s1"
#define FEDERATED_BOB "arn:aws:sts::123456789012:federated-user/bob"
#define ROOT "arn:aws:iam::123456789012:root"
#define SERVICE "lambda.amazonaws.com"

#define ALLOW_GET "{'Effect': 'Allow', 'Action': 's3:GetObject', 'Resource': '*'}"
#define ALLOW_PUT "{'Effect': 'Allow', 'Action': 's3:PutObject', 'Resource': '*'}"
#define DENY_GET "{'Effect': 'Deny', 'Action': 's3:GetObject', 'Resource': '*'}"
#define ALLOW_ALL "{'Effect': 'Allow', 'Action': '*', 'Resource': '*'}"
#define FOR(effect, member, principal)                                                                                 \
  "{'Effect': '" effect "', '" member "': " principal ", 'Action': 's3:GetObject', 'Resource': "                       \
  "'arn:aws:s3:::bucket/*'}"
#define ALLOW_TO(arn) FOR("Allow", "Principal", "{'AWS': '" arn "'}")
#define DENY_TO(arn) FOR("Deny", "Principal", "{'AWS': '" arn "'}")

#endif
