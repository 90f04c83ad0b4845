/* SPDX-License-Identifier: Apache-2.0
 *
 * ARNs, and who a principal is. IAM User Guide, "IAM identifiers" and "AWS JSON policy elements: Principal". */
#ifndef ASKI_POLICY_ARN_H
#define ASKI_POLICY_ARN_H

#include "base/str.h"

enum { ASKI_POLICY_ARN_PARTS = 6 };

typedef enum aski_policy_arn_part {
  ASKI_POLICY_ARN_SCHEME, /* "arn" */
  ASKI_POLICY_ARN_PARTITION,
  ASKI_POLICY_ARN_SERVICE,
  ASKI_POLICY_ARN_REGION,
  ASKI_POLICY_ARN_ACCOUNT,
  ASKI_POLICY_ARN_RESOURCE /* all the rest, colons and all */
} aski_policy_arn_part;

typedef struct aski_policy_arn {
  askiam_str parts[ASKI_POLICY_ARN_PARTS];
} aski_policy_arn;

/* Takes an ARN apart; the parts may be empty. Borrows. */
bool aski_policy_arn_read(aski_policy_arn *out, askiam_str text);
/* Twelve digits. */
bool aski_policy_is_account(askiam_str text);

typedef enum aski_policy_principal_kind {
  ASKI_POLICY_PRINCIPAL_NONE,
  ASKI_POLICY_PRINCIPAL_ANONYMOUS,
  ASKI_POLICY_PRINCIPAL_SERVICE,  /* "lambda.amazonaws.com"; an identity provider's name looks the same */
  ASKI_POLICY_PRINCIPAL_PROVIDER, /* a SAML or OIDC provider's ARN */
  ASKI_POLICY_PRINCIPAL_ROOT,
  ASKI_POLICY_PRINCIPAL_USER,
  ASKI_POLICY_PRINCIPAL_ROLE,
  ASKI_POLICY_PRINCIPAL_ROLE_SESSION,
  ASKI_POLICY_PRINCIPAL_FEDERATED, /* a session of GetFederationToken */
  ASKI_POLICY_PRINCIPAL_OTHER      /* another ARN: as a user without a name */
} aski_policy_principal_kind;

typedef struct aski_policy_principal {
  aski_policy_principal_kind kind;
  askiam_str text;
  askiam_str partition; /* these three are absent where there is none */
  askiam_str account;
  askiam_str name;     /* of a user (without its path), role (likewise), role of a session, or federated user */
  askiam_str session;  /* of a role's session */
  bool service_linked; /* a role with the path /aws-service-role/ */
  uint64_t exact_hash; /* of the text */
  uint64_t
      named_hash; /* of account, kind and name; the same for a role and its sessions, and for a user and a federated user */
  uint64_t account_hash; /* 0 where there is no account */
} aski_policy_principal;

/* Who `text` is: of a request, or in a policy. An account's 12 digits are its root. False where it can be nobody. Borrows. */
bool aski_policy_principal_read(aski_policy_principal *out, askiam_str text);

/* AWS's own principals apart, which no account holds. */
static inline bool aski_policy_principal_has_identity(const aski_policy_principal *principal)
{
  return principal->kind >= ASKI_POLICY_PRINCIPAL_ROOT;
}

#endif
