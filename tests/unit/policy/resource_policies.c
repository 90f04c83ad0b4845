/* SPDX-License-Identifier: Apache-2.0
 *
 * Resource policies: whom they name, what that overrides, and requests across accounts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "unit/policy/world.h"

#define OTHER "999999999999"

/* The table "Resource-based policies and implicit denies in other policy types (same account)". */
static void policy__naming_decides_what_implicit_denies_count(void **state)
{
  (void)state;
  static const world_decision cases[] = {
      /* a user's ARN: nothing else counts */
      {BOB, NULL, YES, {RESOURCE(ALLOW_TO(BOB))}},
      {BOB, NULL, YES, {RESOURCE(ALLOW_TO(BOB)), IDENTITY(ALLOW_PUT), BOUNDARY(ALLOW_PUT)}},
      /* a role's ARN: added to identity policies, so within boundary and session policy */
      {READER_SESSION, NULL, YES, {RESOURCE(ALLOW_TO(READER))}},
      {READER_SESSION, NULL, YES, {RESOURCE(ALLOW_TO(READER)), BOUNDARY(ALLOW_GET), SESSION(ALLOW_GET)}},
      {READER_SESSION, NULL, NO, {RESOURCE(ALLOW_TO(READER)), BOUNDARY(ALLOW_PUT)}},
      {READER_SESSION, NULL, NO, {RESOURCE(ALLOW_TO(READER)), SESSION(ALLOW_PUT)}},
      {READER, NULL, NO, {RESOURCE(ALLOW_TO(READER)), BOUNDARY(ALLOW_PUT)}},
      /* a session's ARN: nothing else counts */
      {READER_SESSION, NULL, YES, {RESOURCE(ALLOW_TO(READER_SESSION)), BOUNDARY(ALLOW_PUT), SESSION(ALLOW_PUT)}},
      {READER_SESSION, NULL, NO, {RESOURCE(ALLOW_TO("arn:aws:sts::123456789012:assumed-role/reader/s2"))}},
      {FEDERATED_BOB, NULL, YES, {RESOURCE(ALLOW_TO(FEDERATED_BOB)), BOUNDARY(ALLOW_PUT), SESSION(ALLOW_PUT)}},
      {FEDERATED_BOB, NULL, YES, {RESOURCE(ALLOW_TO(FEDERATED_BOB))}},
      /* everybody: nothing else counts */
      {BOB, NULL, YES, {RESOURCE(FOR("Allow", "Principal", "'*'")), BOUNDARY(ALLOW_PUT)}},
      {READER_SESSION, NULL, YES, {RESOURCE(FOR("Allow", "Principal", "{'AWS': '*'}")), SESSION(ALLOW_PUT)}},
      /* an account delegates: its identity policies decide */
      {BOB, NULL, NO, {RESOURCE(ALLOW_TO(ROOT))}},
      {BOB, NULL, NO, {RESOURCE(ALLOW_TO("123456789012"))}},
      {BOB, NULL, YES, {RESOURCE(ALLOW_TO(ROOT)), IDENTITY(ALLOW_GET)}},
      {ROOT, NULL, YES, {RESOURCE(ALLOW_TO(ROOT))}},
      /* a Deny is a Deny */
      {BOB, NULL, DENIED, {RESOURCE(ALLOW_TO(BOB)), BOUNDARY(DENY_GET)}},
      {BOB, NULL, DENIED, {IDENTITY(ALLOW_GET), RESOURCE(DENY_TO(BOB))}},
      {BOB, NULL, DENIED, {IDENTITY(ALLOW_GET), RESOURCE(DENY_TO(ROOT))}},
      {READER_SESSION, NULL, DENIED, {IDENTITY(ALLOW_GET), RESOURCE(DENY_TO(READER))}},
      {BOB, NULL, YES, {IDENTITY(ALLOW_GET), RESOURCE(DENY_TO(OTHER))}},
  };
  WORLD_CHECK_DECISIONS(cases);
}

static void policy__principals_are_who_they_are(void **state)
{
  (void)state;
  static const world_decision cases[] = {
      {BOB, NULL, NO, {RESOURCE(ALLOW_TO("arn:aws:iam::123456789012:user/Bob"))}},
      {BOB, NULL, NO, {RESOURCE(ALLOW_TO("arn:aws:iam::123456789012:user/team/bob"))}},
      {BOB, NULL, NO, {RESOURCE(ALLOW_TO("arn:aws-cn:iam::123456789012:user/bob"))}},
      {BOB, NULL, NO, {RESOURCE(ALLOW_TO("arn:aws:iam::123456789012:role/bob"))}},
      {BOB, NULL, NO, {RESOURCE(ALLOW_TO("arn:aws:iam::" OTHER ":user/bob"))}},
      {BOB, NULL, YES, {IDENTITY(ALLOW_GET), RESOURCE(DENY_TO("arn:aws-cn:iam::123456789012:root"))}},
      /* the path of a role is not in its session's ARN */
      {READER_SESSION, NULL, YES, {RESOURCE(ALLOW_TO("arn:aws:iam::123456789012:role/reader"))}},
      {READER_SESSION, NULL, YES, {RESOURCE(ALLOW_TO("arn:aws:iam::123456789012:role/a/b/c/reader"))}},
      {READER_SESSION, NULL, NO, {RESOURCE(ALLOW_TO("arn:aws:iam::123456789012:role/reader/x"))}},
      {READER_SESSION, NULL, NO, {RESOURCE(ALLOW_TO("arn:aws:iam::" OTHER ":role/reader"))}},
      {READER, NULL, NO, {RESOURCE(ALLOW_TO("arn:aws:iam::123456789012:role/reader"))}}, /* its own ARN has it */
      /* whose session a federated user's is, its ARN does not tell: no Allow follows, but a Deny does */
      {FEDERATED_BOB, NULL, NO, {RESOURCE(ALLOW_TO(BOB)), SESSION(ALLOW_GET)}},
      {FEDERATED_BOB, NULL, DENIED, {IDENTITY(ALLOW_GET), SESSION(ALLOW_GET), RESOURCE(DENY_TO(BOB))}},
      /* services and providers */
      {SERVICE, NULL, YES, {RESOURCE(FOR("Allow", "Principal", "{'Service': ['s3.amazonaws.com', '" SERVICE "']}"))}},
      {SERVICE, NULL, NO, {RESOURCE(FOR("Allow", "Principal", "{'Service': 's3.amazonaws.com'}"))}},
      {SERVICE, NULL, NO, {RESOURCE(ALLOW_TO("123456789012"))}},
      {SERVICE, NULL, YES, {RESOURCE(FOR("Allow", "Principal", "'*'"))}},
      {SERVICE, NULL, DENIED, {RESOURCE(FOR("Deny", "Principal", "{'Service': '" SERVICE "'}"))}},
      {"accounts.google.com", NULL, YES, {RESOURCE(FOR("Allow", "Principal", "{'Federated': 'accounts.google.com'}"))}},
      {"arn:aws:iam::123456789012:saml-provider/Okta",
       NULL,
       YES,
       {RESOURCE(FOR("Allow", "Principal", "{'Federated': 'arn:aws:iam::123456789012:saml-provider/Okta'}"))}},
      {"arn:aws:iam::123456789012:saml-provider/Okta", NULL, NO, {RESOURCE(ALLOW_TO("123456789012"))}},
      {BOB, NULL, NO, {RESOURCE(FOR("Allow", "Principal", "{'CanonicalUser': '79a59df900b949e55d96a1e698fbaced'}"))}},
      /* nobody */
      {"anonymous", NULL, YES, {RESOURCE(FOR("Allow", "Principal", "'*'"))}},
      {"anonymous", NULL, YES, {RESOURCE(FOR("Allow", "Principal", "{'AWS': '*'}"))}},
      {"anonymous", NULL, NO, {RESOURCE(ALLOW_TO("123456789012"))}},
      {"anonymous", NULL, NO, {RESOURCE(FOR("Allow", "Principal", "{'Service': '" SERVICE "'}"))}},
      {"anonymous", NULL, DENIED, {RESOURCE(FOR("Deny", "Principal", "'*'"))}},
  };
  WORLD_CHECK_DECISIONS(cases);
}

/* "AWS JSON policy elements: NotPrincipal", with its two examples. */
static void policy__not_principal_spares_only_the_very_one(void **state)
{
  (void)state;
#define NOT(effect, list) FOR(effect, "NotPrincipal", "{'AWS': [" list "]}")
  static const world_decision cases[] = {
      {BOB, NULL, YES, {IDENTITY(ALLOW_GET), RESOURCE(NOT("Deny", "'" BOB "', '" ROOT "'"))}},
      {"arn:aws:iam::123456789012:user/eve",
       NULL,
       DENIED,
       {IDENTITY(ALLOW_GET), RESOURCE(NOT("Deny", "'" BOB "', '" ROOT "'"))}},
      {BOB, NULL, YES, {IDENTITY(ALLOW_GET), RESOURCE(NOT("Deny", "'" BOB "'"))}},
      {READER_SESSION,
       NULL,
       YES,
       {IDENTITY(ALLOW_GET), RESOURCE(NOT("Deny", "'" READER_SESSION "', '" READER "', '" ROOT "'"))}},
      {"arn:aws:sts::123456789012:assumed-role/reader/s2",
       NULL,
       DENIED,
       {IDENTITY(ALLOW_GET), RESOURCE(NOT("Deny", "'" READER_SESSION "', '" READER "', '" ROOT "'"))}},
      {READER_SESSION, NULL, DENIED, {IDENTITY(ALLOW_GET), RESOURCE(NOT("Deny", "'" READER "', '" ROOT "'"))}},
      {READER, NULL, YES, {IDENTITY(ALLOW_GET), RESOURCE(NOT("Deny", "'" READER "'"))}},
      {ROOT, NULL, YES, {RESOURCE(NOT("Deny", "'123456789012'"))}},
      {"anonymous", NULL, DENIED, {RESOURCE(NOT("Deny", "'" BOB "'"))}},
      /* and nobody who has a permission boundary, "regardless of the values specified in the NotPrincipal element" */
      {BOB, NULL, DENIED, {IDENTITY(ALLOW_GET), BOUNDARY(ALLOW_GET), RESOURCE(NOT("Deny", "'" BOB "'"))}},
      {READER_SESSION,
       NULL,
       DENIED,
       {IDENTITY(ALLOW_GET), BOUNDARY(ALLOW_GET), RESOURCE(NOT("Deny", "'" READER_SESSION "'"))}},
      {SERVICE,
       NULL,
       YES,
       {RESOURCE(FOR("Allow", "Principal", "'*'") "," FOR("Deny", "NotPrincipal", "{'Service': '" SERVICE "'}"))}},
      /* with Allow, everybody else, "even anonymous users"; who is listed in any way is not meant */
      {"anonymous", NULL, YES, {RESOURCE(NOT("Allow", "'" BOB "'"))}},
      {BOB, NULL, NO, {RESOURCE(NOT("Allow", "'" BOB "'"))}},
      {BOB, NULL, NO, {RESOURCE(NOT("Allow", "'" ROOT "'"))}},
      {READER_SESSION, NULL, NO, {RESOURCE(NOT("Allow", "'" READER "'"))}},
      {FEDERATED_BOB, NULL, NO, {RESOURCE(NOT("Allow", "'" BOB "'"))}},
  };
  WORLD_CHECK_DECISIONS(cases);
}

/* "The request is allowed only if both evaluations return a decision of Allow." */
static void policy__across_accounts_both_sides_must_allow(void **state)
{
  (void)state;
  static const world_decision cases[] = {
      {BOB, OTHER, NO, {IDENTITY(ALLOW_GET)}},
      {BOB, OTHER, NO, {RESOURCE(ALLOW_TO(BOB))}},
      {BOB, OTHER, YES, {IDENTITY(ALLOW_GET), RESOURCE(ALLOW_TO(BOB))}},
      {BOB, OTHER, YES, {IDENTITY(ALLOW_GET), RESOURCE(ALLOW_TO(ROOT))}},
      {BOB, OTHER, YES, {IDENTITY(ALLOW_GET), RESOURCE(FOR("Allow", "Principal", "'*'"))}},
      {BOB, OTHER, NO, {RESOURCE(FOR("Allow", "Principal", "'*'"))}},
      {BOB, OTHER, NO, {IDENTITY(ALLOW_GET), RESOURCE(ALLOW_TO(OTHER))}},
      {BOB, OTHER, NO, {IDENTITY(ALLOW_GET), RESOURCE(ALLOW_TO(BOB)), BOUNDARY(ALLOW_PUT)}},
      {BOB, "123456789012", YES, {IDENTITY(ALLOW_GET)}},
      {READER_SESSION, OTHER, YES, {IDENTITY(ALLOW_GET), RESOURCE(ALLOW_TO(READER))}},
      {READER_SESSION, OTHER, NO, {RESOURCE(ALLOW_TO(READER))}},
      {READER_SESSION, OTHER, NO, {IDENTITY(ALLOW_GET), RESOURCE(ALLOW_TO(READER_SESSION)), SESSION(ALLOW_PUT)}},
      {READER_SESSION, OTHER, YES, {IDENTITY(ALLOW_GET), RESOURCE(ALLOW_TO(READER_SESSION)), SESSION(ALLOW_GET)}},
      {BOB, OTHER, DENIED, {IDENTITY(ALLOW_GET), RESOURCE(DENY_TO("123456789012"))}},
      {BOB, OTHER, DENIED, {IDENTITY(DENY_GET), RESOURCE(ALLOW_TO(BOB))}},
      {BOB, OTHER, NO, {IDENTITY(ALLOW_GET), RESOURCE(ALLOW_TO(BOB)), SCP(0, ALLOW_PUT)}},
      {SERVICE, OTHER, YES, {RESOURCE(FOR("Allow", "Principal", "{'Service': '" SERVICE "'}"))}},
      {"anonymous", OTHER, YES, {RESOURCE(FOR("Allow", "Principal", "'*'"))}},
  };
  WORLD_CHECK_DECISIONS(cases);
}

static askiam_policy_decision s_decide(const char *principal, const char *action, const char *resource,
                                       const char *identity, const char *resource_policy)
{
  world it;
  world_init(&it);
  if (identity != NULL) {
    world_add(&it, ASKIAM_POLICY_IDENTITY, 0, identity);
  }
  if (resource_policy != NULL) {
    world_add(&it, ASKIAM_POLICY_RESOURCE, 0, resource_policy);
  }
  world_ask(&it, principal, action, resource);
  askiam_policy_decision decision = world_decide(&it);
  world_clean_up(&it);
  return decision;
}

/* The account in the resource's ARN is the resource's, where it is one. */
static void policy__the_account_is_in_the_resource(void **state)
{
  (void)state;
  static const char send[] = "{'Effect': 'Allow', 'Action': 'sqs:SendMessage', 'Resource': '*'}";
  static const char any[] = "{'Effect': 'Allow', 'Action': '*', 'Resource': '*'}";
  assert_int_equal(s_decide(BOB, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:q", send, NULL), YES);
  assert_int_equal(s_decide(BOB, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:" OTHER ":q", send, NULL), NO);
  assert_int_equal(s_decide(BOB, "iam:GetPolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess", any, NULL), YES);
}

/* "IAM role trust policies and KMS key policies are exceptions to this logic, because they must explicitly allow access for principals." */
static void policy__roles_and_keys_need_a_policy_of_their_own(void **state)
{
  (void)state;
  static const char any[] = "{'Effect': 'Allow', 'Action': '*', 'Resource': '*'}";
  static const char role[] = "arn:aws:iam::123456789012:role/admin";
  static const char key[] = "arn:aws:kms:eu-west-1:123456789012:key/1234";
#define TRUST(arn) "{'Effect': 'Allow', 'Principal': {'AWS': '" arn "'}, 'Action': 'sts:AssumeRole'}"
#define KEY(arn) "{'Effect': 'Allow', 'Principal': {'AWS': '" arn "'}, 'Action': 'kms:*', 'Resource': '*'}"
  assert_int_equal(s_decide(BOB, "sts:AssumeRole", role, any, NULL), YES); /* not given: left out of the question */
  assert_int_equal(s_decide(BOB, "sts:AssumeRole", role, any, TRUST(ROOT)), YES);
  assert_int_equal(s_decide(BOB, "sts:AssumeRole", role, NULL, TRUST(ROOT)), NO);
  assert_int_equal(s_decide(BOB, "sts:AssumeRole", role, NULL, TRUST(BOB)), YES);
  assert_int_equal(s_decide(BOB, "sts:AssumeRole", role, any, TRUST("999999999999")), NO);
  assert_int_equal(s_decide(READER_SESSION, "sts:AssumeRole", role, NULL, TRUST(READER)), YES);
  assert_int_equal(s_decide("ec2.amazonaws.com", "sts:AssumeRole", role, NULL,
                            "{'Effect': 'Allow', 'Principal': {'Service': 'ec2.amazonaws.com'}, 'Action': "
                            "'sts:AssumeRole'}"),
                   YES);
  assert_int_equal(s_decide(BOB, "iam:GetRole", role, any, NULL), YES);
  assert_int_equal(s_decide(BOB, "kms:Decrypt", key, any, NULL), YES);
  assert_int_equal(s_decide(BOB, "kms:Decrypt", key, any, KEY("999999999999")), NO);
  assert_int_equal(s_decide(BOB, "kms:Decrypt", key, any, KEY(ROOT)), YES);
  assert_int_equal(s_decide(BOB, "kms:Decrypt", key, NULL, KEY(ROOT)), NO);
  assert_int_equal(s_decide(BOB, "kms:Decrypt", key, NULL, KEY(BOB)), YES);
  assert_int_equal(s_decide(ROOT, "kms:Decrypt", key, NULL, KEY(BOB)), NO);
  assert_int_equal(s_decide(BOB, "kms:ListKeys", "*", any, NULL), YES);
}

/* docs/policies.md: documents about access requests say whom they are about, or are about everybody. */
static void policy__documents_about_access_requests_decide_alone(void **state)
{
  (void)state;
#define ABOUT(effect, principal)                                                                                       \
  "{'Effect': '" effect "', " principal "'Action': 'askiam:RequestRole', 'Resource': "                                 \
  "'arn:aws:askiam:::application/workday/role/*'}"
  static const struct {
    const char *statements;
    askiam_policy_decision expected;
  } cases[] = {
      {ABOUT("Allow", ""), YES},
      {ABOUT("Deny", ""), DENIED},
      {ABOUT("Allow", "") "," ABOUT("Deny", ""), DENIED},
      {ABOUT("Allow", "'Principal': {'AWS': 'arn:aws:askiam:::user/john.doe'}, "), YES},
      {ABOUT("Allow", "'Principal': {'AWS': 'arn:aws:askiam:::user/jane.roe'}, "), NO},
      {ABOUT("Deny", "'Principal': {'AWS': 'arn:aws:askiam:::user/jane.roe'}, ") "," ABOUT("Allow", ""), YES},
      {ABOUT("Deny", "'NotPrincipal': {'AWS': 'arn:aws:askiam:::user/jane.roe'}, "), DENIED},
      {ABOUT("Deny", "'NotPrincipal': {'AWS': 'arn:aws:askiam:::user/john.doe'}, "), NO},
      {ABOUT("Allow", "'Principal': '*', "), YES},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    world it;
    world_init(&it);
    world_add(&it, ASKIAM_POLICY_ACCESS_REQUEST, 0, cases[i].statements);
    world_ask(&it, "arn:aws:askiam:::user/john.doe", "askiam:RequestRole",
              "arn:aws:askiam:::application/workday/role/analyst");
    assert_int_equal(world_decide(&it), cases[i].expected);
    world_ask(&it, "arn:aws:askiam:::user/john.doe", "askiam:RequestRole", "arn:aws:askiam:::application/x/role/y");
    assert_int_equal(world_decide(&it), NO);
    world_clean_up(&it);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__naming_decides_what_implicit_denies_count),
      cmocka_unit_test(policy__principals_are_who_they_are),
      cmocka_unit_test(policy__not_principal_spares_only_the_very_one),
      cmocka_unit_test(policy__across_accounts_both_sides_must_allow),
      cmocka_unit_test(policy__the_account_is_in_the_resource),
      cmocka_unit_test(policy__roles_and_keys_need_a_policy_of_their_own),
      cmocka_unit_test(policy__documents_about_access_requests_decide_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
