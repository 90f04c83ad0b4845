/* SPDX-License-Identifier: Apache-2.0
 *
 * Which statements are about a resource, whatever else they say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "policy/policy.h"

#define ROLE "arn:aws:askiam:::application/workday/role/hr"

static bool s_is_about(const char *resource)
{
  askiam_policy_builder *builder = NULL;
  askiam_policy_set *set = NULL;
  askiam_policy_request *request = NULL;
  char json[512];
  snprintf(json, sizeof json,
           "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"askiam:Other\","
           "\"Principal\":{\"AWS\":\"arn:aws:askiam:::user/nobody\"},%s,"
           "\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"true\"}}}}",
           resource);
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_policy_builder_new(&builder, NULL, NULL), ASKIAM_STATUS_OK);
  if (askiam_policy_builder_add(builder, ASKIAM_POLICY_ACCESS_REQUEST, 0, ASKI_STR("p"), askiam_str_from(json),
                                &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  assert_int_equal(askiam_policy_builder_build(&set, builder, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_policy_request_new(&request, NULL, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_policy_request_set(request, ASKIAM_POLICY_RESOURCE_ARN, ASKI_STR(ROLE), NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(aski_policy_statement_count(set), 1);
  bool about = aski_policy_statement_is_about(set, 0, request);
  askiam_policy_request_destroy(request);
  askiam_policy_set_destroy(set);
  askiam_policy_builder_destroy(builder);
  return about;
}

/* Neither who it names, nor its action, nor its condition matters. */
static void policy_about__goes_by_the_resource_alone(void **state)
{
  (void)state;
  assert_true(s_is_about("\"Resource\":\"*\""));
  assert_true(s_is_about("\"Resource\":\"" ROLE "\""));
  assert_true(s_is_about("\"Resource\":[\"arn:aws:askiam:::application/x/role/*\","
                         "\"arn:aws:askiam:::application/workday/role/h?\"]"));
  assert_true(s_is_about("\"NotResource\":\"arn:aws:askiam:::application/x/*\""));
  assert_false(s_is_about("\"Resource\":\"arn:aws:askiam:::application/workday/role/hr2\""));
  assert_false(s_is_about("\"Resource\":\"arn:aws:askiam:::application/workday/role/HR\""));
  assert_false(s_is_about("\"NotResource\":\"arn:aws:askiam:::application/workday/*\""));
}

/* A variable stands for nothing here. */
static void policy_about__variables_match_nothing(void **state)
{
  (void)state;
  assert_false(s_is_about("\"Resource\":\"arn:aws:askiam:::application/workday/role/${askiam:RoleId}\""));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy_about__goes_by_the_resource_alone),
      cmocka_unit_test(policy_about__variables_match_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
