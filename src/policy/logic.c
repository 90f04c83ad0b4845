/* SPDX-License-Identifier: Apache-2.0
 *
 * What follows from the statements that match. IAM User Guide, "Policy evaluation logic" with its pages "How AWS enforcement code logic evaluates requests to allow
 * or deny access", "Policy evaluation for requests within a single account" and "Cross-account policy evaluation logic". A Deny
 * that matches has been found before, wherever it is. */
#include "policy/hash.h"
#include "policy/set.h"

static unsigned s_bit(askiam_policy_kind kind) { return 1u << (unsigned)kind; }

/* The role's own ARN has its path; a session's does not, but aws:PrincipalArn may have been given. */
static bool s_is_service_linked(const askiam_policy_request *request)
{
  const aski_policy_principal *principal = &request->principal;
  if (principal->kind != ASKI_POLICY_PRINCIPAL_ROLE_SESSION) {
    return principal->service_linked;
  }
  askiam_str key = ASKI_STR("aws:principalarn");
  aski_policy_values values = aski_policy_request_find(request, key, aski_policy_hash_text(key));
  aski_policy_principal role;
  return values.count == 1 && aski_policy_principal_read(&role, aski_policy_values_next(&values)) &&
         role.service_linked && aski_str_equal(role.account, principal->account) &&
         aski_str_equal(role.name, principal->name);
}

/* "AWS service principal: when a resource-based policy allows permissions directly to an AWS service principal, other policy types do not affect
 * the decision"; likewise whoever has no identity in an account. Organizations User Guide, "Service control policies" and "Resource control
 * policies": neither restricts a service-linked role; control policies of services are about principals of accounts, those of resources about
 * everybody. */
unsigned aski_policy_kinds_for(const askiam_policy_set *set, const askiam_policy_request *request)
{
  unsigned kinds = (1u << ASKI_POLICY_KINDS) - 1;
  if (!aski_policy_principal_has_identity(&request->principal)) {
    return kinds & ~(s_bit(ASKIAM_POLICY_IDENTITY) | s_bit(ASKIAM_POLICY_PERMISSION_BOUNDARY) |
                     s_bit(ASKIAM_POLICY_SESSION) | s_bit(ASKIAM_POLICY_SERVICE_CONTROL));
  }
  bool organised = set->limits.service_levels > 0 || set->limits.resource_levels > 0;
  if (organised && s_is_service_linked(request)) {
    kinds &= ~(s_bit(ASKIAM_POLICY_SERVICE_CONTROL) | s_bit(ASKIAM_POLICY_RESOURCE_CONTROL));
  }
  return kinds;
}

void aski_policy_grant(aski_policy_grants *grants, unsigned slot, aski_policy_naming naming)
{
  switch (aski_policy_slot_kind(slot)) {
  case ASKIAM_POLICY_IDENTITY:
  case ASKIAM_POLICY_ACCESS_REQUEST: /* as an identity policy that may say whom it is about */
    grants->identity = true;
    break;
  case ASKIAM_POLICY_RESOURCE:
    grants->account = grants->account || naming == ASKI_POLICY_NAMED_ACCOUNT;
    grants->role = grants->role || naming == ASKI_POLICY_NAMED_ROLE;
    grants->directly = grants->directly || naming == ASKI_POLICY_NAMED_DIRECTLY;
    break;
  case ASKIAM_POLICY_PERMISSION_BOUNDARY:
    grants->boundary = true;
    break;
  case ASKIAM_POLICY_SESSION:
    grants->session = true;
    break;
  case ASKIAM_POLICY_SERVICE_CONTROL:
    grants->service_levels |= 1u << aski_policy_slot_level(slot);
    break;
  case ASKIAM_POLICY_RESOURCE_CONTROL:
    grants->resource_levels |= 1u << aski_policy_slot_level(slot);
    break;
  case ASKIAM_POLICY_ENDPOINT:
    grants->endpoint = true;
    break;
  }
}

bool aski_policy_grant_is_open(const aski_policy_grants *grants, unsigned slot)
{
  switch (aski_policy_slot_kind(slot)) {
  case ASKIAM_POLICY_IDENTITY:
  case ASKIAM_POLICY_ACCESS_REQUEST:
    return !grants->identity;
  case ASKIAM_POLICY_RESOURCE:
    return !grants->directly;
  case ASKIAM_POLICY_PERMISSION_BOUNDARY:
    return !grants->boundary;
  case ASKIAM_POLICY_SESSION:
    return !grants->session;
  case ASKIAM_POLICY_SERVICE_CONTROL:
    return (grants->service_levels >> aski_policy_slot_level(slot) & 1) == 0;
  case ASKIAM_POLICY_RESOURCE_CONTROL:
    return (grants->resource_levels >> aski_policy_slot_level(slot) & 1) == 0;
  case ASKIAM_POLICY_ENDPOINT:
    return !grants->endpoint;
  }
  return true;
}

bool aski_policy_is_cross_account(const askiam_policy_request *request)
{
  askiam_str own = request->principal.account;
  askiam_str other = request->resource_account;
  return aski_str_present(own) && aski_str_present(other) && !aski_str_equal(own, other);
}

/* "IAM role trust policies and KMS key policies are exceptions to this logic, because they must explicitly allow access for principals." Every
 * role and every key has one; whoever does not give it leaves it out of the question. */
bool aski_policy_needs_resource_policy(const askiam_policy_request *request)
{
  const askiam_str *parts = request->resource_arn.parts;
  askiam_str resource = parts[ASKI_POLICY_ARN_RESOURCE];
  if (aski_str_starts(request->lower_action, ASKI_STR("sts:"))) {
    return aski_str_equal_text(parts[ASKI_POLICY_ARN_SERVICE], "iam") && aski_str_starts(resource, ASKI_STR("role/"));
  }
  return aski_str_starts(request->lower_action, ASKI_STR("kms:")) &&
         aski_str_equal_text(parts[ASKI_POLICY_ARN_SERVICE], "kms") && aski_str_starts(resource, ASKI_STR("key/"));
}

/* Organizations User Guide, "SCP evaluation": "an explicit Allow statement at every level"; likewise for RCPs. An endpoint's policy is a filter as
 * well (Amazon VPC, "Control access to VPC endpoints using endpoint policies"). */
static aski_policy_reason s_guardrails(const aski_policy_grants *grants, const aski_policy_limits *limits,
                                       unsigned kinds)
{
  unsigned services = (1u << limits->service_levels) - 1;
  unsigned resources = (1u << limits->resource_levels) - 1;
  if ((kinds & s_bit(ASKIAM_POLICY_RESOURCE_CONTROL)) != 0 && (grants->resource_levels & resources) != resources) {
    return ASKI_POLICY_BECAUSE_RESOURCE_CONTROL;
  }
  if ((kinds & s_bit(ASKIAM_POLICY_SERVICE_CONTROL)) != 0 && (grants->service_levels & services) != services) {
    return ASKI_POLICY_BECAUSE_SERVICE_CONTROL;
  }
  return limits->endpoint && !grants->endpoint ? ASKI_POLICY_BECAUSE_ENDPOINT : ASKI_POLICY_SUFFICES;
}

/* "The entity's identity-based policy permissions are limited by the session policy and the permissions boundary." A federated user without a
 * session policy has no permissions of its own: "If there is no session policy, the code checks whether the principal is a role session. …
 * Otherwise, the request is implicitly denied." Neither limits an account's root user. */
static aski_policy_reason s_identity_limits(const aski_policy_grants *grants, const aski_policy_limits *limits,
                                            aski_policy_principal_kind who)
{
  if (who == ASKI_POLICY_PRINCIPAL_ROOT) {
    return ASKI_POLICY_SUFFICES;
  }
  if (limits->boundary && !grants->boundary) {
    return ASKI_POLICY_BECAUSE_BOUNDARY;
  }
  if (limits->session) {
    return grants->session ? ASKI_POLICY_SUFFICES : ASKI_POLICY_BECAUSE_SESSION;
  }
  return who == ASKI_POLICY_PRINCIPAL_FEDERATED ? ASKI_POLICY_BECAUSE_NO_SESSION : ASKI_POLICY_SUFFICES;
}

/* "The request is allowed only if both evaluations return a decision of Allow." */
static aski_policy_reason s_judge_across(const aski_policy_grants *grants, bool identity, aski_policy_reason limits)
{
  if (!identity) {
    return ASKI_POLICY_BECAUSE_IDENTITY_ACROSS;
  }
  bool named = grants->account || grants->role || grants->directly;
  return limits != ASKI_POLICY_SUFFICES ? limits : named ? ASKI_POLICY_SUFFICES : ASKI_POLICY_BECAUSE_RESOURCE_ACROSS;
}

aski_policy_reason aski_policy_judge(const aski_policy_grants *grants, const aski_policy_limits *limits, unsigned kinds,
                                     const askiam_policy_request *request)
{
  aski_policy_principal_kind who = request->principal.kind;
  aski_policy_reason guardrails = s_guardrails(grants, limits, kinds);
  if (guardrails != ASKI_POLICY_SUFFICES) {
    return guardrails;
  }
  if (!aski_policy_principal_has_identity(
          &request->principal)) { /* `identity` is then a policy about access requests */
    return grants->directly || grants->identity ? ASKI_POLICY_SUFFICES : ASKI_POLICY_BECAUSE_NOT_NAMED;
  }
  /* "By default, all requests are implicitly denied with the exception of the AWS account root user, which has full access." */
  bool identity = grants->identity || who == ASKI_POLICY_PRINCIPAL_ROOT;
  aski_policy_reason limited = s_identity_limits(grants, limits, who);
  if (aski_policy_is_cross_account(request)) {
    return s_judge_across(grants, identity, limited);
  }
  /* "Permissions granted directly to a session are not limited by an implicit deny in an identity-based policy, a permissions boundary, or session
   * policy"; those that name its role are by the latter two; those that name the account leave it to identity policies. */
  if (grants->directly) {
    return ASKI_POLICY_SUFFICES;
  }
  if (!identity && !grants->role) {
    return ASKI_POLICY_BECAUSE_NOTHING;
  }
  if (!grants->role && !grants->account && limits->resource && aski_policy_needs_resource_policy(request)) {
    return ASKI_POLICY_BECAUSE_TRUST;
  }
  return limited;
}
