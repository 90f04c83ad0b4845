/* SPDX-License-Identifier: Apache-2.0
 *
 * The kinds of documents: their names, and what AWS lets each of them hold. */
#include "policy/reader.h"

static const aski_policy_rules s_kinds[] = {
    [ASKIAM_POLICY_IDENTITY] = {.name = "identity",
                                .phrase = "an identity policy",
                                .instead = "it is about whomever it is attached to",
                                .sid_is_strict = true},
    [ASKIAM_POLICY_RESOURCE] = {.name = "resource",
                                .phrase = "a resource policy",
                                .principal = ASKI_POLICY_REQUIRED,
                                .resource_optional = true},
    [ASKIAM_POLICY_PERMISSION_BOUNDARY] = {.name = "permission_boundary",
                                           .phrase = "a permission boundary",
                                           .instead = "it is about whomever it is attached to",
                                           .sid_is_strict = true},
    [ASKIAM_POLICY_SESSION] = {.name = "session",
                               .phrase = "a session policy",
                               .instead = "it is about the session that it is passed to",
                               .sid_is_strict = true},
    [ASKIAM_POLICY_SERVICE_CONTROL] = {.name = "service_control",
                                       .phrase = "a service control policy",
                                       .instead = "it is about everybody in the accounts that it is attached to",
                                       .current_version = true},
    [ASKIAM_POLICY_RESOURCE_CONTROL] = {.name = "resource_control",
                                        .phrase = "a resource control policy",
                                        .principal = ASKI_POLICY_REQUIRED,
                                        .only_everyone = true,
                                        .only_denies = true,
                                        .current_version = true},
    [ASKIAM_POLICY_ENDPOINT] = {.name = "endpoint", .phrase = "an endpoint policy", .principal = ASKI_POLICY_REQUIRED},
    [ASKIAM_POLICY_ACCESS_REQUEST] = {.name = "access_request",
                                      .phrase = "a policy about access requests",
                                      .principal = ASKI_POLICY_OPTIONAL},
};

const aski_policy_rules *aski_policy_rules_of(askiam_policy_kind kind)
{
  size_t index = (size_t)kind;
  return index < sizeof s_kinds / sizeof *s_kinds ? &s_kinds[index] : NULL;
}

const char *askiam_policy_kind_name(askiam_policy_kind kind)
{
  const aski_policy_rules *rules = aski_policy_rules_of(kind);
  return rules == NULL ? "unknown" : rules->name;
}

const char *askiam_policy_decision_name(askiam_policy_decision decision)
{
  static const char *const names[] = {"ImplicitlyDenied", "Allowed", "ExplicitlyDenied"};
  return (size_t)decision < sizeof names / sizeof *names ? names[decision] : "Unknown";
}
