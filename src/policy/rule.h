/* SPDX-License-Identifier: Apache-2.0
 *
 * A statement made ready for evaluation. */
#ifndef ASKI_POLICY_RULE_H
#define ASKI_POLICY_RULE_H

#include "policy/condition.h"

enum {
  ASKI_POLICY_KINDS = 8,
  ASKI_POLICY_LEVELS = 16,
  ASKI_POLICY_SLOTS = ASKI_POLICY_KINDS * ASKI_POLICY_LEVELS /* a kind and a level */
};

/* Which member of Principal names it: "AWS", "Service", "Federated". Canonical users never match: a request does not tell them. */
typedef enum aski_policy_realm {
  ASKI_POLICY_REALM_AWS,
  ASKI_POLICY_REALM_SERVICE,
  ASKI_POLICY_REALM_FEDERATED
} aski_policy_realm;

typedef struct aski_policy_named {
  aski_policy_realm realm;
  aski_policy_principal who;
} aski_policy_named;

/* How a statement names the one who asks, from the weakest to the strongest. */
typedef enum aski_policy_naming {
  ASKI_POLICY_NAMED_NOT,
  ASKI_POLICY_NAMED_MAYBE,   /* a federated user and a user of the same name: enough to deny, not to allow */
  ASKI_POLICY_NAMED_ACCOUNT, /* by the account, which thereby may delegate */
  ASKI_POLICY_NAMED_ROLE,    /* a session by its role, or the role itself */
  ASKI_POLICY_NAMED_DIRECTLY /* by the ARN that asks, or as everybody */
} aski_policy_naming;

typedef struct aski_policy_rule {
  unsigned char slot;
  bool deny;
  bool not_action, not_resource, any_resource;
  bool has_principal, not_principal, anyone;
  bool spares_no_entity; /* NotPrincipal of a Deny, where a permission boundary is attached to who asks */
  uint32_t action_count, resource_count, named_count, condition_count;
  const aski_policy_pattern *actions; /* in small letters */
  const aski_policy_pattern *resources;
  const aski_policy_condition *conditions;
  const aski_policy_named *named;
  const aski_policy_statement *source;
  askiam_str id;
  uint32_t policy, statement;
} aski_policy_rule;

static inline unsigned aski_policy_slot(askiam_policy_kind kind, unsigned level)
{
  return (unsigned)kind * ASKI_POLICY_LEVELS + level;
}
static inline askiam_policy_kind aski_policy_slot_kind(unsigned slot)
{
  return (askiam_policy_kind)(slot / ASKI_POLICY_LEVELS);
}
static inline unsigned aski_policy_slot_level(unsigned slot) { return slot % ASKI_POLICY_LEVELS; }

/* `source` is borrowed. Check arena->failed afterwards. */
void aski_policy_rule_compile(aski_policy_rule *out, aski_arena *arena, aski_arena *scratch,
                              const aski_policy_statement *source, bool variables);

/* A statement without Principal names everybody directly. */
aski_policy_naming aski_policy_rule_names(const aski_policy_rule *rule, const askiam_policy_request *request);
bool aski_policy_rule_has_action(const aski_policy_rule *rule, const askiam_policy_request *request);
bool aski_policy_rule_has_resource(const aski_policy_rule *rule, const askiam_policy_request *request);
/* All of them; NAMED_NOT where it does not match. */
aski_policy_naming aski_policy_rule_match(const aski_policy_rule *rule, const askiam_policy_request *request);

#endif
