/* SPDX-License-Identifier: Apache-2.0
 *
 * What is refused in documents of all kinds, and where it is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "support.h"

#define HEAD "{\"Version\": \"2012-10-17\", \"Statement\": "
/* One statement that is good but for what is given. */
#define ACTION(action) HEAD "{\"Effect\": \"Allow\", \"Resource\": \"*\",\n\"Action\": " action "}}"
#define RESOURCE(resource) HEAD "{\"Effect\": \"Allow\", \"Action\": \"*\",\n\"Resource\": " resource "}}"
#define CONDITION(condition)                                                                                           \
  HEAD "{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\",\n\"Condition\": " condition "}}"

static void policy__grammar_a_document_is_an_object_with_three_members(void **state)
{
  (void)state;
  static const test_document documents[] = {
      {"", "error 1:1 nothing there"},
      {"{\"Version\": }", "error 1:13 expected a value"},
      {"[]", "error 1:1 a policy is an object such as"},
      {"\"x\"", "error 1:1 a policy is an object such as"},
      {"{}", "error 1:1 a policy must contain a Statement"},
      {"{\"Version\": \"2012-10-17\",\n \"Version\": \"2012-10-17\"}", "error 2:2 the member \"Version\" occurs twice"},
      {"{\"Statement\": []}", "error 1:15 Statement: must not be empty"},
      {"{\"Statement\": 5}", "error 1:15 Statement: must be an object or a list of objects, not a number"},
      {"{\"Statement\": [5]}",
       "error 1:16 Statement[0]: must be an object with Effect, Action and Resource, not a number"},
      {"{\"Statment\": {}}", "error 1:1 a policy must contain a Statement\n"
                             "error 1:2 Statment: a policy has no member \"Statment\", only Version, Id and Statement; "
                             "did you mean \"Statement\"?"},
      {"{\"statement\": {}, \"Statement\": {\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}}",
       "error 1:2 statement: a policy has no member \"statement\", only Version, Id and Statement; did you mean "
       "\"Statement\"?"},
  };
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_IDENTITY, documents);
}

static void policy__grammar_version_and_id_have_their_forms(void **state)
{
  (void)state;
#define REST ", \"Statement\": {\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}}"
  static const test_document documents[] = {
      {"{\"Version\": \"2012-10-17\"" REST, ""},
      {"{\"Version\": \"2008-10-17\"" REST, ""},
      {"{\"Id\": \"any text, with spaces\"" REST, ""},
      {"{\"Id\": \"\"" REST, ""},
      {"{\"Version\": \"2012-10-18\"" REST, "error 1:13 Version: the version \"2012-10-18\" does not exist; write"},
      {"{\"Version\": 20121017" REST, "error 1:13 Version: must be \"2012-10-17\" or \"2008-10-17\", not a number"},
      {"{\"Version\": null" REST, "error 1:13 Version: must be \"2012-10-17\" or \"2008-10-17\", not null"},
      {"{\"Id\": [\"x\"]" REST, "error 1:8 Id: must be a string, not a list"},
  };
#undef REST
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_IDENTITY, documents);
}

static void policy__grammar_a_statement_has_what_it_needs_and_nothing_else(void **state)
{
  (void)state;
  static const test_document documents[] = {
      {HEAD "{}}", "error 1:40 Statement: the statement must contain an Effect\n"
                   "error 1:40 Statement: the statement must contain actions: Action or NotAction\n"
                   "error 1:40 Statement: the statement must contain resources: Resource or NotResource"},
      {HEAD "[{\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"},\n {\"Effect\": \"Deny\"}]}",
       "error 2:2 Statement[1]: the statement must contain actions\n"
       "error 2:2 Statement[1]: the statement must contain resources"},
      {HEAD "{\"Effect\": \"deny\", \"Action\": \"*\", \"Resource\": \"*\"}}",
       "error 1:51 Statement.Effect: must be \"Allow\" or \"Deny\", written so, not \"deny\""},
      {HEAD "{\"Effect\": [\"Deny\"], \"Action\": \"*\", \"Resource\": \"*\"}}",
       "error 1:51 Statement.Effect: must be \"Allow\" or \"Deny\", not a list"},
      {HEAD "{\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\", \"Resources\": \"*\"}}",
       "error 1:91 Statement.Resources: a statement has no member \"Resources\"; did you mean \"Resource\"?"},
      {HEAD "{\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\", \"Comment\": \"*\"}}",
       "error 1:91 Statement.Comment: a statement has no member \"Comment\"\n"},
      {HEAD
       "{\"Effect\": \"Deny\", \"Action\": \"*\", \"NotAction\": \"*\", \"Resource\": \"*\", \"NotResource\": \"x\"}}",
       "error 1:74 Statement.NotAction: a statement has Action or NotAction, not both\n"
       "error 1:109 Statement.NotResource: a statement has Resource or NotResource, not both"},
      {HEAD "{\"Effect\": \"Deny\", \"NotAction\": \"s3:Get*\", \"NotResource\": \"*\"}}", ""},
  };
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_IDENTITY, documents);
}

#define SIDS(one, other)                                                                                               \
  HEAD "[{\"Sid\": " one ", \"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"},\n{\"Sid\": " other          \
       ", \"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}]}"

static void policy__grammar_statement_ids_are_unique(void **state)
{
  (void)state;
  static const test_document documents[] = {
      {SIDS("\"One\"", "\"one\""), ""},
      {SIDS("\"\"", "\"\""), ""},
      {SIDS("\"x\"", "\"x\""),
       "error 2:9 Statement[1].Sid: statement ids (Sid) must be unique: Statement[0] has \"x\" too"},
      {SIDS("{}", "null"), "error 1:49 Statement[0].Sid: must be a string, not an object\n"
                           "error 2:9 Statement[1].Sid: must be a string, not null"},
      {SIDS("\"with space\"", "\"x-y\""),
       "error 1:49 Statement[0].Sid: the statement id (Sid) \"with space\" must be letters A-Z, a-z and digits only\n"
       "error 2:9 Statement[1].Sid: the statement id (Sid) \"x-y\" must be"},
      {SIDS("\"x_y\"", "\"x\""), "warning 1:49 Statement[0].Sid: AWS documents only letters"},
  };
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_IDENTITY, documents);
  assert_findings(ASKIAM_POLICY_ACCESS_REQUEST,
                  HEAD "{\"Sid\": \"No contractors!\", \"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}}",
                  "warning 1:48 Statement.Sid: AWS documents only letters");
  assert_findings(
      ASKIAM_POLICY_RESOURCE,
      HEAD "{\"Sid\": \"Allow admin of the key\", \"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": \"*\"}}", "");
}

static void policy__grammar_actions_have_a_vendor_and_a_name(void **state)
{
  (void)state;
  static const test_document documents[] = {
      {ACTION("\"*\""), ""},
      {ACTION("\"*:*\""), ""},
      {ACTION("[\"s3:Get*\", \"s3:?etObject\", \"EC2:describeinstances\", \"cognito-idp:X\", \"a.b:c\", \"x:*\"]"), ""},
      {ACTION("\"GetObject\""), "error 2:11 Statement.Action: the action \"GetObject\" has no vendor before it"},
      {ACTION("\"\""), "error 2:11 Statement.Action: the action \"\" has no vendor before it"},
      {ACTION("\"**\""), "error 2:11 Statement.Action: the action \"**\" has no vendor before it"},
      {ACTION("\"s3:Get:Object\""),
       "error 2:11 Statement.Action: the action \"s3:Get:Object\" has more than one colon"},
      {ACTION("\"*:Untag*\""),
       "error 2:11 Statement.Action: the vendor of the action \"*:Untag*\" must not contain wildcards"},
      {ACTION("\"s?:Get*\""),
       "error 2:11 Statement.Action: the vendor of the action \"s?:Get*\" must not contain wildcards"},
      {ACTION("\":Get*\""), "error 2:11 Statement.Action: the vendor \"\" is not valid"},
      {ACTION("\"s 3:Get*\""), "error 2:11 Statement.Action: the vendor \"s 3\" is not valid"},
      {ACTION("\"s3:\""), "error 2:11 Statement.Action: the action \"s3:\" has no name after the colon"},
      {ACTION("\"s3:Get Object\""), "warning 2:11 Statement.Action: no action has a name such as \"Get Object\""},
      {ACTION("[]"), "error 2:11 Statement.Action: must not be empty"},
      {ACTION("{}"), "error 2:11 Statement.Action: must be a string or a list of strings, not an object"},
      {ACTION("[\"s3:*\", 5,\n [\"s3:*\"], null, \"x\"]"),
       "error 2:20 Statement.Action[1]: must be a string, not a number\n"
       "error 3:2 Statement.Action[2]: must be a string, not a list\n"
       "error 3:12 Statement.Action[3]: must be a string, not null\n"
       "error 3:18 Statement.Action[4]: the action \"x\" has no vendor before it"},
  };
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_IDENTITY, documents);
}

static void policy__grammar_resources_are_arns(void **state)
{
  (void)state;
  static const test_document documents[] = {
      {RESOURCE("\"*\""), ""},
      {RESOURCE("[\"arn:aws:s3:::bucket/*\", \"arn:*:s3:::bucket\", \"arn:aws-cn:ec2:*:*:instance/i-?\", "
                "\"arn:aws-us-gov:s3:::b\"]"),
       ""},
      {RESOURCE("[\"arn:aws:s3:us-east-1:111122223333:accesspoint/x\", \"arn:aws:s3:*:*:*\", "
                "\"arn:aws:s3:eu-west-1:1:job/*\"]"),
       ""},
      {RESOURCE("[\"arn:aws:iam::111122223333:*\", \"arn:aws:iam::*:r*\", \"arn:aws:iam:::user/${aws:username}\"]"),
       ""},
      {RESOURCE("\"arn:aws:iam::${aws:PrincipalAccount}:role/x\""), ""},
      {RESOURCE("[\"arn:aws:s3:::x\", null]"), "warning 2:32 Statement.Resource[1]: null stands for nothing"},
      {RESOURCE("\"arn:aws:sqs\""),
       "warning 2:13 Statement.Resource: the resource \"arn:aws:sqs\" has 3 of the six parts"},
      {RESOURCE("\"bucket\""), "error 2:13 Statement.Resource: the resource \"bucket\" must be in ARN format"},
      {RESOURCE("\"\""), "error 2:13 Statement.Resource: the resource \"\" must be in ARN format"},
      {RESOURCE("\"ARN:aws:s3:::x\""),
       "error 2:13 Statement.Resource: the resource \"ARN:aws:s3:::x\" must be in ARN format"},
      {RESOURCE("\"arn:\""), "error 2:13 Statement.Resource: the partition \"\" is not valid for the resource"},
      {RESOURCE("\"arn:azure:s3:::x\""), "error 2:13 Statement.Resource: the partition \"azure\" is not valid"},
      {RESOURCE("\"arn:aws\""),
       "error 2:13 Statement.Resource: the vendor (service) of the resource \"arn:aws\" must be fully"},
      {RESOURCE("\"arn:aws::::x\""),
       "error 2:13 Statement.Resource: the vendor (service) of the resource \"arn:aws::::x\" must be"},
      {RESOURCE("\"arn:aws:s*:::x\""), "error 2:13 Statement.Resource: the vendor (service) of the resource"},
      {RESOURCE("\"arn:aws:s3::x\""),
       "error 2:13 Statement.Resource: the resource \"arn:aws:s3::x\" has 5 of the six parts"},
      {RESOURCE("\"arn:aws:s3:us-east-1::bucket\""),
       "error 2:13 Statement.Resource: the resource \"arn:aws:s3:us-east-1::bucket\" can not"},
      {RESOURCE("\"arn:aws:iam:us-east-1::role/x\""),
       "error 2:13 Statement.Resource: the IAM resource \"arn:aws:iam:us-east-1::role/x\" cannot"},
      {RESOURCE("\"arn:aws:iam::111122223333:roles/x\""),
       "error 2:13 Statement.Resource: the path of the IAM resource"},
      {RESOURCE("\"arn:aws:iam::111122223333:rooted\""), "error 2:13 Statement.Resource: the path of the IAM resource"},
      {RESOURCE("\"arn:aws:iam::*:root\""), ""},
      {RESOURCE("\"arn:aws:iam::aws:role-template/cloudwatch.amazonaws.com/Logs:1\""), ""},
      {RESOURCE("\"arn:aws:iam::aws:contextProvider/IdentityCenter\""), ""},
      {RESOURCE("\"arn:aws:iam::111122223333:assumed-role/app/session\""), ""},
      {RESOURCE("\"arn:aws:iam::111122223333:delegation-request/*\""), ""},
      {RESOURCE("[]"), "error 2:13 Statement.Resource: must not be empty"},
      {RESOURCE("[null]"),
       "error 2:13 Statement.Resource: must not be empty\nwarning 2:14 Statement.Resource[0]: null stands for nothing"},
      {RESOURCE("true"), "error 2:13 Statement.Resource: must be a string or a list of strings, not true or false"},
  };
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_IDENTITY, documents);
}

static void policy__grammar_variables_are_well_formed(void **state)
{
  (void)state;
  static const test_document documents[] = {
      {RESOURCE("\"arn:aws:s3:::${aws:username}/${*}${?}${$}\""), ""},
      {RESOURCE("\"arn:aws:s3:::${aws:username, 'none'}\""), ""},
      {RESOURCE("\"arn:aws:s3:::${aws:username\""),
       "error 2:13 Statement.Resource: a variable begins with ${ but has no closing }"},
      {RESOURCE("\"arn:aws:s3:::${}\""), "error 2:13 Statement.Resource: a variable needs a key"},
      {CONDITION("{\"StringLike\": {\"a:b\": \"${a:b\"}}"),
       "error 2:37 Statement.Condition.StringLike.a:b: a variable begins with"},
      {CONDITION("{\"ArnLike\": {\"a:b\": [\"*\", \"${a:b, x}\"]}}"),
       "error 2:40 Statement.Condition.ArnLike.a:b[1]: after the comma a variable has its default in single quotes"},
      {"{\"Statement\": {\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"arn:aws:s3:::${aws:username\"}}",
       "warning 1:61 Statement.Resource: ${…} is plain text here: variables need \"Version\": \"2012-10-17\""},
      {"{\"Version\": \"2008-10-17\", \"Statement\": {\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\","
       "\"Condition\": {\"StringEquals\": {\"a:b\": \"${aws:username}\"}}}}",
       "warning 1:128 Statement.Condition.StringEquals.a:b: ${…} is plain text here"},
  };
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_IDENTITY, documents);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__grammar_a_document_is_an_object_with_three_members),
      cmocka_unit_test(policy__grammar_version_and_id_have_their_forms),
      cmocka_unit_test(policy__grammar_a_statement_has_what_it_needs_and_nothing_else),
      cmocka_unit_test(policy__grammar_statement_ids_are_unique),
      cmocka_unit_test(policy__grammar_actions_have_a_vendor_and_a_name),
      cmocka_unit_test(policy__grammar_resources_are_arns),
      cmocka_unit_test(policy__grammar_variables_are_well_formed),
  };
  return cmocka_run_group_tests_name("policy__grammar", tests, NULL, NULL);
}
