/* SPDX-License-Identifier: Apache-2.0
 *
 * What each kind of document must and must not have, and who its principals may be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "support.h"

#define STATEMENT(rest) "{\"Version\": \"2012-10-17\", \"Statement\": {" rest "}}"
#define PRINCIPAL(principal) STATEMENT("\"Effect\": \"Deny\", \"Action\": \"*\",\n\"Principal\": " principal)

static void policy__kinds_have_names(void **state)
{
  (void)state;
  static const char *const names[] = {"identity", "resource",        "permission_boundary",
                                      "session",  "service_control", "resource_control",
                                      "endpoint", "access_request"};
  for (size_t kind = 0; kind < sizeof names / sizeof *names; ++kind) {
    assert_string_equal(askiam_policy_kind_name((askiam_policy_kind)kind), names[kind]);
  }
  assert_string_equal(askiam_policy_kind_name((askiam_policy_kind)99), "unknown");
  assert_string_equal(askiam_policy_decision_name(ASKIAM_POLICY_IMPLICITLY_DENIED), "ImplicitlyDenied");
  assert_string_equal(askiam_policy_decision_name(ASKIAM_POLICY_ALLOWED), "Allowed");
  assert_string_equal(askiam_policy_decision_name(ASKIAM_POLICY_EXPLICITLY_DENIED), "ExplicitlyDenied");
  assert_string_equal(askiam_policy_decision_name((askiam_policy_decision)99), "Unknown");
}

static void policy__kinds_without_principals_refuse_them(void **state)
{
  (void)state;
  static const askiam_policy_kind kinds[] = {ASKIAM_POLICY_IDENTITY, ASKIAM_POLICY_PERMISSION_BOUNDARY,
                                             ASKIAM_POLICY_SESSION, ASKIAM_POLICY_SERVICE_CONTROL};
  static const test_document documents[] = {
      {STATEMENT("\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\""), ""},
      {STATEMENT("\"Effect\": \"Deny\", \"Action\": \"*\""),
       "error 1:40 Statement: the statement must contain resources"},
      {STATEMENT("\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\",\n\"Principal\": \"*\""),
       "error 2:1 Statement.Principal: a"},
      {STATEMENT("\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\",\n\"NotPrincipal\": \"*\""),
       "error 2:1 Statement.NotPrincipal: a"},
  };
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; ++i) {
    ASSERT_ALL_FINDINGS(kinds[i], documents);
  }
  assert_findings(
      ASKIAM_POLICY_IDENTITY, documents[2].document,
      "error 2:1 Statement.Principal: an identity policy has no Principal: it is about whomever it is attached to");
}

static void policy__kinds_with_principals_take_them(void **state)
{
  (void)state;
  static const test_document documents[] = {
      {PRINCIPAL("\"*\""), ""},
      {STATEMENT("\"Effect\": \"Deny\", \"Action\": \"*\""),
       "error 1:40 Statement: the statement must contain a Principal: a resource policy"},
      {STATEMENT("\"Effect\": \"Deny\", \"Action\": \"*\", \"Principal\": \"*\",\n\"NotPrincipal\": \"*\""),
       "error 2:1 Statement.NotPrincipal: a statement has Principal or NotPrincipal, not both"},
      {STATEMENT("\"Effect\": \"Allow\", \"Action\": \"*\",\n\"NotPrincipal\": {\"AWS\": \"111122223333\"}"),
       "warning 2:1 Statement.NotPrincipal: NotPrincipal with Allow allows everybody else"},
      {STATEMENT("\"Effect\": \"Deny\", \"Action\": \"*\",\n\"NotPrincipal\": {\"AWS\": \"111122223333\"}"), ""},
      {PRINCIPAL("{\"AWS\": [\"*\", \"111122223333\", \"arn:aws:iam::111122223333:root\", \"AIDACKCEVSQ6C2EXAMPLE\","
                 "\"arn:aws:sts::111122223333:assumed-role/role/session\"], \"Service\": [\"lambda.amazonaws.com\"],"
                 "\"Federated\": \"arn:aws:iam::111122223333:saml-provider/x\","
                 "\"CanonicalUser\": \"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be\"}"),
       ""},
      {PRINCIPAL("\"111122223333\""),
       "error 2:14 Statement.Principal: a principal is \"*\" or an object such as {\"AWS\": \"111122223333\"}"},
      {PRINCIPAL("[\"*\"]"), "error 2:14 Statement.Principal: must be \"*\" or an object such as"},
      {PRINCIPAL("{}"), "error 2:14 Statement.Principal: must not be empty"},
      {PRINCIPAL("{\"AWS\": []}"), "error 2:22 Statement.Principal.AWS: must not be empty"},
      {PRINCIPAL("{\"AWS\": {}}"),
       "error 2:22 Statement.Principal.AWS: must be a string or a list of strings, not an object"},
      {PRINCIPAL("{\"Aws\": \"*\"}"), "error 2:15 Statement.Principal.Aws: there is no kind of principal \"Aws\", only "
                                      "AWS, Service, Federated, CanonicalUser; did you mean \"AWS\"?"},
      {PRINCIPAL("{\"AWS\": [\"12345\", \"arn:aws:iam::111122223333\", \"\"]}"),
       "error 2:23 Statement.Principal.AWS[0]: the principal \"12345\" is neither \"*\", nor an account of 12 digits, "
       "nor an ARN\n"
       "error 2:32 Statement.Principal.AWS[1]: the principal\nerror 2:61 Statement.Principal.AWS[2]: the principal "
       "\"\" is neither"},
      {PRINCIPAL("{\"AWS\": \"arn:aws:iam::111122223333:user/*\"}"),
       "error 2:22 Statement.Principal.AWS: the principal \"arn:aws:iam::111122223333:user/*\" cannot have wildcards "
       "but for \"*\" alone; "
       "write \"*\" with a condition on aws:PrincipalArn"},
      {PRINCIPAL("{\"Service\": [\"*\", \"lambda\", \"\", \"*.amazonaws.com\"]}"),
       "error 2:27 Statement.Principal.Service[0]: \"*\" is no service's name\n"
       "error 2:32 Statement.Principal.Service[1]: \"lambda\" is no service's name\n"
       "error 2:42 Statement.Principal.Service[2]: the principal must not be empty\n"
       "error 2:46 Statement.Principal.Service[3]: the principal \"*.amazonaws.com\" cannot have wildcards"},
      {PRINCIPAL("{\"Federated\": \"*\"}"),
       "error 2:28 Statement.Principal.Federated: the principal \"*\" cannot have wildcards"},
  };
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_RESOURCE, documents);
}

static void policy__kinds_of_endpoints_have_principals_and_resources(void **state)
{
  (void)state;
  static const test_document documents[] = {
      {STATEMENT("\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\", \"Principal\": \"*\""), ""},
      {STATEMENT("\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\""),
       "error 1:40 Statement: the statement must contain a Principal: an endpoint policy"},
      {STATEMENT("\"Effect\": \"Allow\", \"Action\": \"*\", \"Principal\": \"*\""),
       "error 1:40 Statement: the statement must contain resources"},
  };
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_ENDPOINT, documents);
}

static void policy__kinds_of_resource_control_only_deny_everybody(void **state)
{
  (void)state;
#define RCP(effect, principal, rest) STATEMENT("\"Effect\": " effect ",\n\"Principal\": " principal ", " rest)
#define ALL "\"Action\": \"*\", \"Resource\": \"*\""
  static const test_document documents[] = {
      {RCP("\"Allow\"", "\"*\"", ALL), ""}, /* RCPFullAWSAccess */
      {RCP("\"Deny\"", "\"*\"", "\"Action\": \"s3:*\", \"NotResource\": \"arn:aws:s3:::x\""), ""},
      {RCP("\"Deny\"", "{\"AWS\": \"*\"}", ALL), ""},
      {RCP("\"Deny\"", "{\"AWS\": \"111122223333\"}", ALL),
       "error 2:14 Statement.Principal: a resource control policy is about everybody: write \"*\" and a condition"},
      {RCP("\"Deny\"", "{\"AWS\": [\"*\", \"111122223333\"]}", ALL),
       "error 2:14 Statement.Principal: a resource control policy is about"},
      {RCP("\"Allow\"", "\"*\"", "\"Action\": \"s3:*\", \"Resource\": \"*\""),
       "error 1:40 Statement: a resource control policy can only Deny; only RCPFullAWSAccess"},
      {RCP("\"Allow\"", "\"*\"", "\"Action\": \"*\", \"NotResource\": \"*\""),
       "error 1:40 Statement: a resource control policy can only"},
      {RCP("\"Allow\"", "\"*\"", ALL ", \"Condition\": {\"Bool\": {\"a:b\": true}}"),
       "error 1:40 Statement: a resource control policy can"},
      {RCP("\"Deny\"", "\"*\"", "\"NotAction\": \"s3:*\", \"Resource\": \"*\""),
       "error 2:19 Statement.NotAction: a resource control policy has no NotAction: list the actions"},
      {STATEMENT("\"Effect\": \"Deny\",\n\"NotPrincipal\": \"*\", " ALL),
       "error 2:1 Statement.NotPrincipal: a resource control policy has no NotPrincipal"},
      {"{\"Statement\": {\"Effect\": \"Deny\", \"Principal\": \"*\", " ALL "}}",
       "warning 1:1 a resource control policy needs \"Version\": \"2012-10-17\""},
  };
#undef ALL
#undef RCP
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_RESOURCE_CONTROL, documents);
}

#define REQUEST(rest) STATEMENT("\"Effect\": \"Deny\", \"Action\": \"askiam:RequestRole\",\n\"Resource\": \"*\"" rest)

static void policy__kinds_about_access_requests_doubt_what_never_is(void **state)
{
  (void)state;
#define RULE(action, resource) STATEMENT("\"Effect\": \"Deny\",\n\"Action\": " action ",\n\"Resource\": " resource)
  static const test_document documents[] = {
      {REQUEST(""), ""},
      {RULE("[\"*\", \"askiam:*\", \"ASKIAM:requestrole\", \"askiam:?equest*\", \"askiam:*R*e\"]", "\"*\""), ""},
      {RULE("[\"askiam:RequestRoles\", \"s3:*\", \"askiam:*x\", \"askiam:Request?\"]", "\"*\""),
       "warning 2:12 Statement.Action[0]: no access request has the action \"askiam:RequestRoles\": their only one is\n"
       "warning 2:35 Statement.Action[1]\nwarning 2:43 Statement.Action[2]\nwarning 2:56 Statement.Action[3]"},
      {RULE("\"*\"", "[\"arn:aws:askiam:::application/workday/role/*\", \"arn:*:askiam:::*\", "
                     "\"arn:aws:askiam:::a?plication/x/role/y\","
                     " \"arn:aws:askiam:*:*:application/*\", \"arn:aws:askiam:::${askiam:AppId}\"]"),
       ""},
      {RULE("\"*\"", "[\"arn:aws:s3:::x\",\n\"arn:aws-cn:askiam:::*\",\n\"arn:aws:askiam:eu-west-1::*\",\n\"arn:aws:"
                     "askiam:::app\",\n"
                     "\"arn:aws:askiam:::user/*\"]"),
       "warning 3:14 Statement.Resource[0]: no access request is about \"arn:aws:s3:::x\": their resources are\n"
       "warning 4:1 Statement.Resource[1]\nwarning 5:1 Statement.Resource[2]\nwarning 6:1 "
       "Statement.Resource[3]\nwarning 7:1 Statement.Resource[4]"},
      {RULE("\"*\"", "[\"arn:aws:askiam:::application/*x\", \"arn:aws:askiam:::application/a*e/??\","
                     " \"arn:aws:askiam:::application/${askiam:AppId}\", \"arn:aws:askiam:::application/a?role/b:c\"]"),
       ""},
      {RULE("\"*\"", "[\"arn:aws:askiam:::application/workday\",\n\"arn:aws:askiam:::application/workday/roles/x\",\n"
                     "\"arn:aws:askiam:::application/workday/role/\",\n\"arn:aws:askiam:::application/*/role/a/*\",\n"
                     "\"arn:aws:askiam:::application//role/a\",\n\"arn:aws:askiam:::application/a/role/${*}\",\n"
                     "\"arn:aws:askiam:::application/a/rol?\",\n\"arn:aws:askiam:::application/a/Role/*\"]"),
       "warning 3:14 Statement.Resource[0]: no access request is about\nwarning 4:1 Statement.Resource[1]\n"
       "warning 5:1 Statement.Resource[2]\nwarning 6:1 Statement.Resource[3]\nwarning 7:1 Statement.Resource[4]\n"
       "warning 8:1 Statement.Resource[5]\nwarning 9:1 Statement.Resource[6]\nwarning 10:1 Statement.Resource[7]"},
      {REQUEST(",\n\"Principal\": {\"AWS\": [\"*\", \"arn:aws:askiam:::user/john.doe\"]}"), ""},
      {REQUEST(",\n\"Principal\": {\"AWS\": \"111122223333\", \"Service\": \"lambda.amazonaws.com\"}"),
       "warning 3:22 Statement.Principal.AWS: nobody is \"111122223333\" in an access request\n"
       "warning 3:49 Statement.Principal.Service: nobody is \"lambda.amazonaws.com\""},
      {REQUEST(",\n\"Principal\": {\"AWS\": \"arn:aws:askiam:::user/*\"}"),
       "error 3:22 Statement.Principal.AWS: the principal \"arn:aws:askiam:::user/*\" cannot have wildcards but for "
       "\"*\" alone; "
       "write \"*\" with a condition on askiam:UserId"},
      {REQUEST(",\n\"Principal\": \"john.doe\""), "error 3:14 Statement.Principal: a principal is \"*\" or an object "
                                                  "such as {\"AWS\": \"arn:aws:askiam:::user/john.doe\"}"},
  };
#undef RULE
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_ACCESS_REQUEST, documents);
}

#define WHEN(effect, condition)                                                                                        \
  STATEMENT("\"Effect\": " effect ", \"Action\": \"*\", \"Resource\": \"*\",\n\"Condition\": {" condition "}")

static void policy__kinds_about_access_requests_know_their_keys(void **state)
{
  (void)state;
  static const test_document documents[] = {
      {WHEN("\"Deny\"", "\"StringEquals\": {\"askiam:UserId\": \"x\", \"ASKIAM:requesterid\": \"x\", "
                        "\"askiam:User/cost_centre\": \"x\","
                        "\"askiam:RoleRisk\": \"high\", \"aws:UserAgent\": \"x\"}, \"IpAddress\": {\"aws:SourceIp\": "
                        "\"10.0.0.0/8\"},"
                        "\"ForAnyValue:StringEquals\": {\"askiam:CurrentRoles\": \"r\"}, \"Null\": "
                        "{\"askiam:RolePermissions\": true},"
                        "\"DateGreaterThan\": {\"aws:CurrentTime\": \"2026-01-31\", \"aws:EpochTime\": 0}"),
       ""},
      {WHEN("\"Deny\"",
            "\"StringEquals\": {\"askiam:UserTitel\": \"x\",\n\"aws:username\": \"x\",\n\"askiam:User/\": \"x\"}"),
       "warning 2:32 Statement.Condition.StringEquals.askiam:UserTitel: no access request has the key "
       "\"askiam:UserTitel\"; did you mean "
       "\"askiam:UserTitle\"?\n"
       "warning 3:1 Statement.Condition.StringEquals.aws:username: no access request has the key \"aws:username\"\n"
       "warning 4:1 Statement.Condition.StringEquals.askiam:User/: no access request has the key"},
      {WHEN("\"Deny\"", "\"StringLike\": {\"askiam:CurrentRoles\": \"*\"}"),
       "warning 2:30 Statement.Condition.StringLike.askiam:CurrentRoles: \"askiam:CurrentRoles\" has many values: "
       "write "
       "ForAnyValue:StringLike or ForAllValues:StringLike"},
      {WHEN("\"Deny\"", "\"StringEquals\": {\"askiam:AppOwner\": [\"${askiam:UserId}\", \"${askiam:User/team, "
                        "'x'}\",\n\"${askiam:Usr}\",\n"
                        "\"${askiam:CurrentRoles}\"]}"),
       "warning 3:1 Statement.Condition.StringEquals.askiam:AppOwner[2]: no access request has the key \"askiam:Usr\" "
       "of this variable\n"
       "warning 4:1 Statement.Condition.StringEquals.askiam:AppOwner[3]: \"askiam:CurrentRoles\" has many values and "
       "cannot stand for one"},
  };
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_ACCESS_REQUEST, documents);
}

static void policy__kinds_about_access_requests_say_what_a_permanent_grant_is(void **state)
{
  (void)state;
#define KEY "\"askiam:RequestedDurationSeconds\""
  static const test_document documents[] = {
      {WHEN("\"Deny\"", "\n\"Numeric\": {}"), "warning 3:1 Statement.Condition.Numeric"},
      {WHEN("\"Deny\"", "\n\"NumericGreaterThan\": {" KEY ": 28800}"),
       "warning 3:24 Statement.Condition.NumericGreaterThan.askiam:RequestedDurationSeconds: a permanent grant has no "
       "askiam:RequestedDurationSeconds, so this Deny lets it pass; to refuse it too, write "
       "NumericGreaterThanIfExists"},
      {WHEN("\"Deny\"", "\n\"ForAnyValue:NumericGreaterThan\": {" KEY ": 28800}"),
       "warning 3:36 Statement.Condition.ForAnyValue:NumericGreaterThan"},
      {WHEN("\"Deny\"", "\n\"NumericGreaterThanIfExists\": {" KEY ": 28800}"), ""},
      {WHEN("\"Deny\"", "\n\"NumericNotEquals\": {" KEY ": 28800}"), ""},
      {WHEN("\"Allow\"", "\n\"NumericLessThanEquals\": {" KEY ": 28800}"),
       "warning 3:27 Statement.Condition.NumericLessThanEquals.askiam:RequestedDurationSeconds: a permanent grant has "
       "no "
       "askiam:RequestedDurationSeconds, so this Allow does not cover it; where it should, write "
       "NumericLessThanEqualsIfExists"},
      {WHEN("\"Allow\"", "\n\"NumericLessThanIfExists\": {" KEY ": 28800}"),
       "warning 3:29 Statement.Condition.NumericLessThanIfExists.askiam:RequestedDurationSeconds: a permanent grant "
       "has no "
       "askiam:RequestedDurationSeconds, so this Allow covers it too"},
      {"{\"Version\": \"2012-10-17\", \"Statement\": ["
       "{\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\", \"Condition\": {\"NumericGreaterThan\": {" KEY
       ": 28800}}},"
       "{\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\", \"Condition\": {\"Null\": {" KEY ": true}}}]}",
       ""},
  };
#undef KEY
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_ACCESS_REQUEST, documents);
}

static void policy__kinds_of_other_documents_are_not_doubted(void **state)
{
  (void)state;
  assert_findings(ASKIAM_POLICY_IDENTITY,
                  WHEN("\"Deny\"", "\"StringEquals\": {\"askiam:CurrentRoles\": \"x\", \"aws:username\": \"${x:y}\"}, "
                                   "\"NumericGreaterThan\": {\"askiam:RequestedDurationSeconds\": 1}"),
                  "");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__kinds_have_names),
      cmocka_unit_test(policy__kinds_without_principals_refuse_them),
      cmocka_unit_test(policy__kinds_with_principals_take_them),
      cmocka_unit_test(policy__kinds_of_endpoints_have_principals_and_resources),
      cmocka_unit_test(policy__kinds_of_resource_control_only_deny_everybody),
      cmocka_unit_test(policy__kinds_about_access_requests_doubt_what_never_is),
      cmocka_unit_test(policy__kinds_about_access_requests_know_their_keys),
      cmocka_unit_test(policy__kinds_about_access_requests_say_what_a_permanent_grant_is),
      cmocka_unit_test(policy__kinds_of_other_documents_are_not_doubted),
  };
  return cmocka_run_group_tests_name("policy__kinds", tests, NULL, NULL);
}
