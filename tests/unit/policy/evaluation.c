/* SPDX-License-Identifier: Apache-2.0
 *
 * The evaluation logic within one account: identity policies and what limits them, guardrails, and what a statement covers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>
#include <stdio.h>

#include "unit/policy/world.h"

static void policy__identity_policies_allow_and_deny(void **state)
{
  (void)state;
  static const world_decision cases[] = {
      {BOB, NULL, NO, {IDENTITY(ALLOW_PUT)}},
      {BOB, NULL, YES, {IDENTITY(ALLOW_GET)}},
      {BOB, NULL, YES, {IDENTITY(ALLOW_PUT), IDENTITY(ALLOW_GET)}},
      {BOB, NULL, DENIED, {IDENTITY(DENY_GET), IDENTITY(ALLOW_GET)}},
      {BOB, NULL, DENIED, {IDENTITY(ALLOW_ALL "," DENY_GET)}},
      {READER, NULL, YES, {IDENTITY(ALLOW_GET)}},
      {READER_SESSION, NULL, YES, {IDENTITY(ALLOW_GET)}},
      {READER_SESSION, NULL, NO, {IDENTITY(ALLOW_PUT)}},
      {"anonymous", NULL, NO, {IDENTITY(ALLOW_GET)}}, /* they have no identity */
      {SERVICE, NULL, NO, {IDENTITY(ALLOW_GET)}},
      {SERVICE, NULL, NO, {IDENTITY(DENY_GET)}},
  };
  WORLD_CHECK_DECISIONS(cases);
}

/* "By default, all requests are implicitly denied with the exception of the AWS account root user, which has full access." */
static void policy__the_root_user_has_full_access(void **state)
{
  (void)state;
  static const world_decision cases[] = {
      {ROOT, NULL, YES, {IDENTITY(ALLOW_PUT)}},
      {ROOT, NULL, YES, {BOUNDARY(ALLOW_PUT), SESSION(ALLOW_PUT)}},
      {ROOT, NULL, DENIED, {RESOURCE(FOR("Deny", "Principal", "'*'"))}},
      {ROOT, NULL, DENIED, {RESOURCE(DENY_TO(ROOT))}},
      {ROOT, NULL, DENIED, {SCP(0, ALLOW_ALL "," DENY_GET)}},
      {ROOT, NULL, NO, {SCP(0, ALLOW_PUT)}},
      {ROOT, "999999999999", NO, {IDENTITY(ALLOW_GET)}},
      {ROOT, "999999999999", YES, {RESOURCE(ALLOW_TO("123456789012"))}},
  };
  WORLD_CHECK_DECISIONS(cases);
}

static void policy__boundaries_and_session_policies_limit_identity_policies(void **state)
{
  (void)state;
  static const world_decision cases[] = {
      {BOB, NULL, YES, {IDENTITY(ALLOW_GET), BOUNDARY(ALLOW_GET)}},
      {BOB, NULL, NO, {IDENTITY(ALLOW_GET), BOUNDARY(ALLOW_PUT)}},
      {BOB, NULL, NO, {BOUNDARY(ALLOW_GET)}}, /* limits grant nothing */
      {BOB, NULL, DENIED, {IDENTITY(ALLOW_GET), BOUNDARY(ALLOW_GET "," DENY_GET)}},
      {BOB, NULL, YES, {IDENTITY(ALLOW_GET), BOUNDARY(ALLOW_PUT), BOUNDARY(ALLOW_GET)}},
      {READER_SESSION, NULL, YES, {IDENTITY(ALLOW_ALL), SESSION(ALLOW_GET)}},
      {READER_SESSION, NULL, NO, {IDENTITY(ALLOW_ALL), SESSION(ALLOW_PUT)}},
      {READER_SESSION, NULL, NO, {SESSION(ALLOW_GET)}},
      {READER_SESSION, NULL, DENIED, {IDENTITY(ALLOW_ALL), SESSION(DENY_GET)}},
      {READER_SESSION, NULL, YES, {IDENTITY(ALLOW_ALL), SESSION(ALLOW_GET), BOUNDARY(ALLOW_GET)}},
      {READER_SESSION, NULL, NO, {IDENTITY(ALLOW_ALL), SESSION(ALLOW_GET), BOUNDARY(ALLOW_PUT)}},
      /* a federated user has only what a session policy allows */
      {FEDERATED_BOB, NULL, NO, {IDENTITY(ALLOW_GET)}},
      {FEDERATED_BOB, NULL, YES, {IDENTITY(ALLOW_GET), SESSION(ALLOW_GET)}},
      {FEDERATED_BOB, NULL, NO, {IDENTITY(ALLOW_PUT), SESSION(ALLOW_GET)}},
  };
  WORLD_CHECK_DECISIONS(cases);
}

static void policy__every_level_of_control_policies_must_allow(void **state)
{
  (void)state;
  static const world_decision cases[] = {
      {BOB, NULL, YES, {IDENTITY(ALLOW_GET), SCP(0, ALLOW_ALL), SCP(1, ALLOW_GET)}},
      {BOB, NULL, NO, {IDENTITY(ALLOW_GET), SCP(0, ALLOW_ALL), SCP(1, ALLOW_PUT)}},
      {BOB, NULL, NO, {IDENTITY(ALLOW_GET), SCP(0, ALLOW_PUT), SCP(1, ALLOW_ALL)}},
      {BOB, NULL, NO, {IDENTITY(ALLOW_GET), SCP(1, ALLOW_ALL)}}, /* level 0 is there, and allows nothing */
      {BOB, NULL, YES, {IDENTITY(ALLOW_GET), SCP(0, ALLOW_PUT), SCP(0, ALLOW_GET)}},
      {BOB, NULL, DENIED, {IDENTITY(ALLOW_GET), SCP(0, ALLOW_ALL), SCP(1, ALLOW_ALL "," DENY_GET)}},
      {BOB, NULL, NO, {SCP(0, ALLOW_ALL)}}, /* guardrails grant nothing */
      {BOB, NULL, NO, {IDENTITY(ALLOW_GET), SCP(15, ALLOW_ALL), SCP(0, ALLOW_ALL)}},
      {BOB, NULL, NO, {IDENTITY(ALLOW_GET), SCP(0, ALLOW_PUT), RESOURCE(ALLOW_TO(BOB))}},
      /* who has no account has no service control policies, but resource control policies are about everybody */
      {SERVICE, NULL, YES, {RESOURCE(FOR("Allow", "Principal", "{'Service': '" SERVICE "'}")), SCP(0, DENY_GET)}},
      {"anonymous", NULL, YES, {RESOURCE(FOR("Allow", "Principal", "'*'")), SCP(0, DENY_GET)}},
      {SERVICE,
       NULL,
       DENIED,
       {RESOURCE(FOR("Allow", "Principal", "{'Service': '" SERVICE "'}")), RCP(0, FOR("Deny", "Principal", "'*'"))}},
      {BOB, NULL, DENIED, {IDENTITY(ALLOW_GET), RCP(0, FOR("Deny", "Principal", "'*'"))}},
      {BOB,
       NULL,
       YES,
       {IDENTITY(ALLOW_GET), RCP(0, "{'Effect': 'Allow', 'Principal': '*', 'Action': '*', 'Resource': '*'}")}},
      {BOB,
       NULL,
       NO,
       {IDENTITY(ALLOW_GET), RCP(1, "{'Effect': 'Allow', 'Principal': '*', 'Action': '*', 'Resource': '*'}")}},
  };
  WORLD_CHECK_DECISIONS(cases);
}

/* Organizations User Guide, "Service control policies": "tasks and entities not restricted by SCPs". */
static void policy__service_linked_roles_are_not_restricted(void **state)
{
  (void)state;
  static const char linked[] = "arn:aws:iam::123456789012:role/aws-service-role/es.amazonaws.com/AWSServiceRoleForES";
  static const world_decision cases[] = {
      {linked, NULL, YES, {IDENTITY(ALLOW_GET), SCP(0, ALLOW_ALL "," DENY_GET)}},
      {linked, NULL, YES, {IDENTITY(ALLOW_GET), RCP(0, FOR("Deny", "Principal", "'*'"))}},
      {linked, NULL, NO, {SCP(0, ALLOW_ALL)}},
      /* a name alone proves nothing */
      {"arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForES/s",
       NULL,
       DENIED,
       {IDENTITY(ALLOW_GET), SCP(0, ALLOW_ALL "," DENY_GET)}},
  };
  WORLD_CHECK_DECISIONS(cases);
  world it;
  world_init(&it);
  world_add(&it, ASKIAM_POLICY_IDENTITY, 0, ALLOW_GET);
  world_add(&it, ASKIAM_POLICY_SERVICE_CONTROL, 0, DENY_GET);
  world_ask(&it, "arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForES/s", "s3:GetObject", "arn:aws:s3:::b/k");
  world_know(&it, "aws:PrincipalArn", linked);
  assert_int_equal(world_decide(&it), YES);
  world_ask(&it, "arn:aws:sts::123456789012:assumed-role/Mine/s", "s3:GetObject", "arn:aws:s3:::b/k");
  world_know(&it, "aws:PrincipalArn", linked); /* of another role */
  assert_int_equal(world_decide(&it), DENIED);
  world_clean_up(&it);
}

static void policy__endpoints_filter(void **state)
{
  (void)state;
  static const world_decision cases[] = {
      {BOB, NULL, YES, {IDENTITY(ALLOW_GET), ENDPOINT(FOR("Allow", "Principal", "'*'"))}},
      {BOB, NULL, YES, {IDENTITY(ALLOW_GET), ENDPOINT(ALLOW_TO(ROOT))}},
      {BOB, NULL, NO, {IDENTITY(ALLOW_GET), ENDPOINT(ALLOW_TO("999999999999"))}},
      {BOB, NULL, NO, {ENDPOINT(FOR("Allow", "Principal", "'*'"))}},
      {BOB, NULL, DENIED, {IDENTITY(ALLOW_GET), ENDPOINT(FOR("Deny", "Principal", "'*'"))}},
      {"anonymous", NULL, NO, {RESOURCE(FOR("Allow", "Principal", "'*'")), ENDPOINT(ALLOW_TO(BOB))}},
      {"anonymous",
       NULL,
       YES,
       {RESOURCE(FOR("Allow", "Principal", "'*'")), ENDPOINT(FOR("Allow", "Principal", "'*'"))}},
  };
  WORLD_CHECK_DECISIONS(cases);
}

static void policy__actions_and_resources_say_what_is_meant(void **state)
{
  (void)state;
#define COVERS(actions, resources) "{'Effect': 'Allow', " actions ", " resources "}"
  static const world_decision cases[] = {
      {BOB, NULL, YES, {IDENTITY(COVERS("'Action': 'S3:getOBJECT'", "'Resource': 'arn:aws:s3:::bucket/key'"))}},
      {BOB, NULL, YES, {IDENTITY(COVERS("'Action': 's3:Get*'", "'Resource': 'arn:aws:s3:::bucket/*'"))}},
      {BOB, NULL, YES, {IDENTITY(COVERS("'Action': 's3:*Object'", "'Resource': 'arn:aws:s3:::*'"))}},
      {BOB, NULL, YES, {IDENTITY(COVERS("'Action': 's3:?etObject'", "'Resource': 'arn:aws:s3:::b?cket/key'"))}},
      {BOB, NULL, NO, {IDENTITY(COVERS("'Action': 's3:GetObjectAcl'", "'Resource': '*'"))}},
      {BOB, NULL, NO, {IDENTITY(COVERS("'Action': 's3:Get'", "'Resource': '*'"))}},
      {BOB, NULL, NO, {IDENTITY(COVERS("'Action': 'sqs:*'", "'Resource': '*'"))}},
      {BOB, NULL, NO, {IDENTITY(COVERS("'Action': 's3:*'", "'Resource': 'arn:aws:s3:::BUCKET/key'"))}},
      {BOB, NULL, NO, {IDENTITY(COVERS("'Action': 's3:*'", "'Resource': 'arn:aws:s3:::bucket'"))}},
      {BOB, NULL, NO, {IDENTITY(COVERS("'NotAction': 's3:Get*'", "'Resource': '*'"))}},
      {BOB, NULL, YES, {IDENTITY(COVERS("'NotAction': ['s3:Put*', 'iam:*']", "'Resource': '*'"))}},
      {BOB, NULL, NO, {IDENTITY(COVERS("'Action': 's3:*'", "'NotResource': 'arn:aws:s3:::bucket/*'"))}},
      {BOB, NULL, YES, {IDENTITY(COVERS("'Action': 's3:*'", "'NotResource': 'arn:aws:s3:::other/*'"))}},
      {BOB, NULL, YES, {IDENTITY(COVERS("'Action': 's3:*'", "'Resource': 'arn:aws:s3'"))}}, /* cut short */
      {BOB, NULL, NO, {IDENTITY(COVERS("'Action': 's3:*'", "'Resource': 'arn:aws:sqs'"))}},
  };
  WORLD_CHECK_DECISIONS(cases);
}

/* "Policy variables with no value": it "will not match any resource", neither in Resource nor in NotResource. */
static void policy__variables_without_a_value_match_no_resource(void **state)
{
  (void)state;
  static const world_decision cases[] = {
      {READER, NULL, NO, {IDENTITY(COVERS("'Action': 's3:*'", "'Resource': 'arn:aws:s3:::${aws:username}*'"))}},
      {READER, NULL, YES, {IDENTITY(COVERS("'Action': 's3:*'", "'NotResource': 'arn:aws:s3:::${aws:username}*'"))}},
      {READER,
       NULL,
       DENIED,
       {IDENTITY(ALLOW_ALL ",{'Effect': 'Deny', 'Action': 's3:*', 'NotResource': 'arn:aws:s3:::${aws:username}*'}")}},
  };
  WORLD_CHECK_DECISIONS(cases);
}

/* A star reaches over colons and slashes; ARNs that are cut short mean the rest. */
static void policy__stars_in_resources_reach_over_parts(void **state)
{
  (void)state;
  static const struct {
    const char *pattern, *resource;
    int covers;
  } cases[] = {
      {"arn:aws:dynamodb:*:table/prod-*", "arn:aws:dynamodb:eu-west-1:123456789012:table/prod-x", 1},
      {"arn:aws:dynamodb:*:table/prod-x", "arn:aws:dynamodb:eu-west-1:123456789012:table/prod-x", 1},
      {"arn:aws:dynamodb:*:table/prod-x", "arn:aws:dynamodb:eu-west-1:123456789012:table/dev-x", 0},
      {"arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/1///test///object.jpg", 1},
      {"arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b//test/object.jpg", 1},
      {"arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/test/object.jpg", 0},
      {"arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/1-test/object.jpg", 0},
      {"arn:aws:logs:eu-west-1:123456789012:log-group:*",
       "arn:aws:logs:eu-west-1:123456789012:log-group:a:log-stream:b", 1},
      {"arn:aws:sqs:eu-west-1", "arn:aws:sqs:eu-west-1:123456789012:queue", 1},
      {"arn:aws:sqs:eu-west-1", "arn:aws:sqs:eu-west-2:123456789012:queue", 0},
      {"arn:aws:sqs:eu-west-1:123456789012", "arn:aws:sqs:eu-west-1:123456789012:queue", 1},
      {"*", "*", 1},
      {"arn:aws:s3:::b", "*", 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    char statement[256];
    snprintf(statement, sizeof statement, "{'Effect': 'Allow', 'Action': '*', 'Resource': '%s'}", cases[i].pattern);
    world it;
    world_init(&it);
    world_add(&it, ASKIAM_POLICY_IDENTITY, 0, statement);
    world_ask(&it, BOB, "x:Y", cases[i].resource);
    if ((world_decide(&it) == YES) != cases[i].covers) {
      print_error("%s and %s\n", cases[i].pattern, cases[i].resource);
      fail();
    }
    world_clean_up(&it);
  }
}

static void policy__what_is_missing_denies(void **state)
{
  (void)state;
  world it;
  world_init(&it);
  world_add(&it, ASKIAM_POLICY_IDENTITY, 0, ALLOW_ALL);
  for (unsigned field = 0; field < 3; ++field) {
    world_ask(&it, BOB, "s3:GetObject", "*");
    assert_int_equal(world_decide(&it), YES);
    askiam_policy_request_set(it.request, (askiam_policy_request_field)field, askiam_str_from(NULL), NULL);
    assert_int_equal(world_decide(&it), NO);
  }
  assert_int_equal(askiam_policy_evaluate(NULL, it.request, NULL, NULL), NO);
  assert_int_equal(askiam_policy_evaluate(it.set, NULL, NULL, NULL), NO);
  world_clean_up(&it);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__identity_policies_allow_and_deny),
      cmocka_unit_test(policy__the_root_user_has_full_access),
      cmocka_unit_test(policy__boundaries_and_session_policies_limit_identity_policies),
      cmocka_unit_test(policy__every_level_of_control_policies_must_allow),
      cmocka_unit_test(policy__service_linked_roles_are_not_restricted),
      cmocka_unit_test(policy__endpoints_filter),
      cmocka_unit_test(policy__actions_and_resources_say_what_is_meant),
      cmocka_unit_test(policy__variables_without_a_value_match_no_resource),
      cmocka_unit_test(policy__stars_in_resources_reach_over_parts),
      cmocka_unit_test(policy__what_is_missing_denies),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
