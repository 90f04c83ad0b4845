/* SPDX-License-Identifier: Apache-2.0
 *
 * Context keys that follow from who asks for what, so that a caller need not repeat them. IAM User Guide, "AWS global condition context
 * keys" and "IAM policy elements: Variables and tags", table "Principal key values". */
#include "policy/hash.h"
#include "policy/request.h"

/* `name` is in small letters. */
static void s_imply(askiam_policy_request *request, askiam_str name, askiam_str value)
{
  if (aski_str_present(value)) {
    request->implied[request->implied_count++] = (aski_policy_implied){aski_policy_hash_text(name), name, value};
  }
}

/* aws:PrincipalType. A service has none: AWS names none for it. */
static askiam_str s_type(aski_policy_principal_kind kind)
{
  switch (kind) {
  case ASKI_POLICY_PRINCIPAL_ANONYMOUS:
    return ASKI_STR("Anonymous");
  case ASKI_POLICY_PRINCIPAL_ROOT:
    return ASKI_STR("Account");
  case ASKI_POLICY_PRINCIPAL_USER:
    return ASKI_STR("User");
  case ASKI_POLICY_PRINCIPAL_ROLE:
  case ASKI_POLICY_PRINCIPAL_ROLE_SESSION:
    return ASKI_STR("AssumedRole");
  case ASKI_POLICY_PRINCIPAL_FEDERATED:
    return ASKI_STR("FederatedUser");
  case ASKI_POLICY_PRINCIPAL_NONE:
  case ASKI_POLICY_PRINCIPAL_SERVICE:
  case ASKI_POLICY_PRINCIPAL_PROVIDER:
  case ASKI_POLICY_PRINCIPAL_OTHER:
    break;
  }
  return ASKI_STR_NONE;
}

/* "aws:PrincipalArn": for a session of a role the role's ARN. Anonymous callers and services have none. */
static askiam_str s_arn(const askiam_policy_request *request)
{
  const aski_policy_principal *principal = &request->principal;
  if (principal->kind == ASKI_POLICY_PRINCIPAL_ROLE_SESSION) {
    return request->role_arn;
  }
  return aski_policy_principal_has_identity(principal) ? principal->text : ASKI_STR_NONE;
}

/* Names that end otherwise are identity providers'. */
static bool s_is_aws_service(const aski_policy_principal *principal)
{
  static const char *const endings[] = {".amazonaws.com", ".amazonaws.com.cn"};
  for (size_t i = 0; i < sizeof endings / sizeof *endings && principal->kind == ASKI_POLICY_PRINCIPAL_SERVICE; ++i) {
    askiam_str ending = askiam_str_from(endings[i]);
    if (principal->text.length > ending.length &&
        aski_str_equal(aski_str_slice(principal->text, principal->text.length - ending.length, ending.length),
                       ending)) {
      return true;
    }
  }
  return false;
}

static askiam_str s_resource_account(const askiam_policy_request *request)
{
  if (request->present[ASKIAM_POLICY_RESOURCE_ACCOUNT]) {
    return aski_buffer_view(&request->fields[ASKIAM_POLICY_RESOURCE_ACCOUNT]);
  }
  askiam_str named = request->resource_arn.parts[ASKI_POLICY_ARN_ACCOUNT];
  return aski_policy_is_account(named) ? named : request->principal.account;
}

void aski_policy_request_imply(askiam_policy_request *request)
{
  const aski_policy_principal *principal = &request->principal;
  bool service = s_is_aws_service(principal);
  bool anonymous = principal->kind == ASKI_POLICY_PRINCIPAL_ANONYMOUS;
  request->implied_count = 0;
  request->resource_account = s_resource_account(request);
  s_imply(request, ASKI_STR("aws:principalarn"), s_arn(request));
  s_imply(request, ASKI_STR("aws:principalaccount"), anonymous ? principal->text : principal->account);
  s_imply(request, ASKI_STR("aws:principaltype"), s_type(principal->kind));
  s_imply(request, ASKI_STR("aws:userid"), request->user_id);
  s_imply(request, ASKI_STR("aws:username"),
          principal->kind == ASKI_POLICY_PRINCIPAL_USER ? principal->name : ASKI_STR_NONE);
  s_imply(request, ASKI_STR("aws:resourceaccount"), request->resource_account);
  if (service || aski_policy_principal_has_identity(principal)) {
    s_imply(request, ASKI_STR("aws:principalisawsservice"), service ? ASKI_STR("true") : ASKI_STR("false"));
  }
  s_imply(request, ASKI_STR("aws:principalservicename"), service ? principal->text : ASKI_STR_NONE);
}
