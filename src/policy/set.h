/* SPDX-License-Identifier: Apache-2.0
 *
 * A compiled set, and what a decision is made of. */
#ifndef ASKI_POLICY_SET_H
#define ASKI_POLICY_SET_H

#include "policy/index.h"
#include "policy/policy.h"

/* Which limits a set has: what is not there limits nothing. */
typedef struct aski_policy_limits {
  bool resource; /* whether a resource policy is known at all */
  bool boundary, session, endpoint;
  unsigned service_levels, resource_levels; /* how many levels must allow */
} aski_policy_limits;

struct askiam_policy_set {
  askiam_allocator allocator;
  aski_arena documents; /* as they were written */
  aski_arena compiled;
  const aski_policy_rule *rules; /* by kind, level, policy and place */
  size_t rule_count;
  uint32_t slot_ends[ASKI_POLICY_SLOTS]; /* of each kind and level: the place behind its last statement */
  aski_policy_limits limits;
  aski_policy_index index;
};

/* A level that must allow although nothing may have been added to it. */
void aski_policy_builder_require(askiam_policy_builder *builder, askiam_policy_kind kind, unsigned levels);

/* What the statements that match allow. */
typedef struct aski_policy_grants {
  bool identity, boundary, session, endpoint;
  bool account, role, directly;             /* by resource policies, and how they name the one who asks */
  unsigned service_levels, resource_levels; /* as bits */
} aski_policy_grants;

askiam_policy_match aski_policy_match_of(const aski_policy_rule *rule);

/* Kinds of documents that have a say about who asks, as bits. */
unsigned aski_policy_kinds_for(const askiam_policy_set *set, const askiam_policy_request *request);
/* Takes note of an Allow that matches. */
void aski_policy_grant(aski_policy_grants *grants, unsigned slot, aski_policy_naming naming);
/* Whether another Allow of this kind and level could change anything. */
bool aski_policy_grant_is_open(const aski_policy_grants *grants, unsigned slot);
/* Why what is allowed suffices or does not, where nothing denies. */
typedef enum aski_policy_reason {
  ASKI_POLICY_SUFFICES,
  ASKI_POLICY_BECAUSE_NOTHING,   /* allows it */
  ASKI_POLICY_BECAUSE_NOT_NAMED, /* by a resource policy, which alone counts for services and anonymous callers */
  ASKI_POLICY_BECAUSE_TRUST,     /* of a role's or key's own policy, which must allow */
  ASKI_POLICY_BECAUSE_IDENTITY_ACROSS,
  ASKI_POLICY_BECAUSE_RESOURCE_ACROSS,
  ASKI_POLICY_BECAUSE_BOUNDARY,
  ASKI_POLICY_BECAUSE_SESSION,
  ASKI_POLICY_BECAUSE_NO_SESSION, /* policy, which a federated user needs */
  ASKI_POLICY_BECAUSE_SERVICE_CONTROL,
  ASKI_POLICY_BECAUSE_RESOURCE_CONTROL,
  ASKI_POLICY_BECAUSE_ENDPOINT
} aski_policy_reason;
/* `kinds`: of aski_policy_kinds_for. */
aski_policy_reason aski_policy_judge(const aski_policy_grants *grants, const aski_policy_limits *limits, unsigned kinds,
                                     const askiam_policy_request *request);
/* Where both accounts are known and differ. */
bool aski_policy_is_cross_account(const askiam_policy_request *request);
/* A role's trust policy or a KMS key's policy, where it is given, has to allow, whatever identity policies say. */
bool aski_policy_needs_resource_policy(const askiam_policy_request *request);

#endif
