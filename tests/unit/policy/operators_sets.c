/* SPDX-License-Identifier: Apache-2.0
 *
 * Several keys, several values, missing keys: IfExists, ForAllValues, ForAnyValue, and none of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "unit/policy/world.h"

static void policy__operators_and_keys_must_all_hold(void **state)
{
  (void)state;
  static const world_case cases[] = {
      {"{'StringEquals': {'a': '1', 'b': '2'}}", "a=1;b=2", 1},
      {"{'StringEquals': {'a': '1', 'b': '2'}}", "a=1;b=3", 0},
      {"{'StringEquals': {'a': '1'}, 'StringLike': {'b': '*'}}", "a=1;b=3", 1},
      {"{'StringEquals': {'a': '1'}, 'StringLike': {'b': '*'}}", "a=1", 0},
      {"{'DateGreaterThan': {'t': '2020-01-01'}, 'DateLessThan': {'t': '2021-01-01'}}", "t=2020-06-01", 1},
      {"{'DateGreaterThan': {'t': '2020-01-01'}, 'DateLessThan': {'t': '2021-01-01'}}", "t=2022-06-01", 0},
      {"{}", "", 1},
  };
  WORLD_CHECK(cases);
}

static void policy__if_exists_holds_without_the_key(void **state)
{
  (void)state;
  static const world_case cases[] = {
      {"{'StringEqualsIfExists': {'k': 'red'}}", "", 1},
      {"{'StringEqualsIfExists': {'k': 'red'}}", "k=red", 1},
      {"{'StringEqualsIfExists': {'k': 'red'}}", "k=blue", 0},
      {"{'StringEqualsIfExists': {'k': 'red'}}", "k=", 0},
      {"{'StringEqualsIfExists': {'k': 'red'}}", "k", 1}, /* without values: not there */
      {"{'StringNotEqualsIfExists': {'k': 'red'}}", "", 1},
      {"{'StringNotEqualsIfExists': {'k': 'red'}}", "k=red", 0},
      {"{'NumericLessThanIfExists': {'k': '5'}}", "", 1},
      {"{'NumericLessThanIfExists': {'k': '5'}}", "k=6", 0},
      {"{'IpAddressIfExists': {'aws:SourceIp': '10.0.0.0/8'}}", "", 1},
      {"{'IpAddressIfExists': {'aws:SourceIp': '10.0.0.0/8'}}", "aws:SourceIp=11.0.0.1", 0},
      {"{'ArnLikeIfExists': {'k': 'arn:aws:s3:::*'}}", "", 1},
      {"{'BoolIfExists': {'k': 'true'}}", "", 1},
      {"{'BoolIfExists': {'k': 'true'}}", "k=false", 0},
      {"{'ForAnyValue:StringEqualsIfExists': {'k': 'red'}}", "", 1},
      {"{'ForAnyValue:StringEqualsIfExists': {'k': 'red'}}", "k=blue", 0},
      {"{'ForAllValues:StringEqualsIfExists': {'k': 'red'}}", "", 1},
  };
  WORLD_CHECK(cases);
}

static void policy__for_all_values_wants_each_one(void **state)
{
  (void)state;
  static const world_case cases[] = {
      {"{'ForAllValues:StringEquals': {'k': ['a', 'b', 'c']}}", "k=a;k=c", 1},
      {"{'ForAllValues:StringEquals': {'k': ['a', 'b', 'c']}}", "k=a;k=d", 0},
      {"{'ForAllValues:StringEquals': {'k': 'a'}}", "", 1},   /* no key */
      {"{'ForAllValues:StringEquals': {'k': 'a'}}", "k", 1},  /* an empty list */
      {"{'ForAllValues:StringEquals': {'k': 'a'}}", "k=", 1}, /* an empty text */
      {"{'ForAllValues:StringEquals': {'k': 'a'}}", "k=a;k=", 0},
      {"{'ForAllValues:StringLike': {'aws:TagKeys': 'key?*'}}", "aws:TagKeys=key1;aws:TagKeys=key22", 1},
      {"{'ForAllValues:StringLike': {'aws:TagKeys': 'key?*'}}", "aws:TagKeys=key1;aws:TagKeys=other", 0},
      {"{'ForAllValues:StringNotEquals': {'k': ['a', 'b']}}", "k=c;k=d", 1},
      {"{'ForAllValues:StringNotEquals': {'k': ['a', 'b']}}", "k=c;k=a", 0},
      {"{'ForAllValues:StringNotEquals': {'k': ['a', 'b']}}", "", 1},
      {"{'ForAllValues:NumericLessThan': {'k': '5'}}", "k=1;k=4", 1},
      {"{'ForAllValues:NumericLessThan': {'k': '5'}}", "k=1;k=x", 0},
      {"{'ForAllValues:StringEquals': {'k': 'a'}, 'Null': {'k': 'false'}}", "", 0},
  };
  WORLD_CHECK(cases);
}

static void policy__for_any_value_wants_one(void **state)
{
  (void)state;
  static const world_case cases[] = {
      {"{'ForAnyValue:StringEquals': {'k': ['a', 'b']}}", "k=x;k=b", 1},
      {"{'ForAnyValue:StringEquals': {'k': ['a', 'b']}}", "k=x;k=y", 0},
      {"{'ForAnyValue:StringEquals': {'k': 'a'}}", "", 0},
      {"{'ForAnyValue:StringEquals': {'k': 'a'}}", "k", 0},
      {"{'ForAnyValue:StringEquals': {'k': ''}}", "k=", 0}, /* an empty text is an empty set */
      {"{'ForAnyValue:StringNotEquals': {'k': ['a', 'b']}}", "k=a;k=c", 1},
      {"{'ForAnyValue:StringNotEquals': {'k': ['a', 'b']}}", "k=a;k=b", 0},
      {"{'ForAnyValue:StringNotEquals': {'k': 'a'}}", "", 0},
      {"{'ForAnyValue:StringLike': {'aws:PrincipalOrgPaths': 'o-a1/r-f6/ou-ab12/*'}}",
       "aws:PrincipalOrgPaths=o-z/r/x;aws:PrincipalOrgPaths=o-a1/r-f6/ou-ab12/ou-c/", 1},
      {"{'ForAnyValue:IpAddress': {'k': '10.0.0.0/8'}}", "k=192.0.2.1;k=10.0.0.1", 1},
  };
  WORLD_CHECK(cases);
}

/* Several values where one was expected: any of them matches; for a negated operator none may. */
static void policy__plain_operators_take_any_of_several_values(void **state)
{
  (void)state;
  static const world_case cases[] = {
      {"{'StringEquals': {'k': 'a'}}", "k=x;k=a", 1},
      {"{'StringEquals': {'k': 'a'}}", "k=x;k=y", 0},
      {"{'StringNotEquals': {'k': 'a'}}", "k=x;k=a", 0},
      {"{'StringNotEquals': {'k': 'a'}}", "k=x;k=y", 1},
      {"{'StringEquals': {'k': 'a'}}", "k", 0},
      {"{'StringNotEquals': {'k': 'a'}}", "k", 1},
      {"{'NumericGreaterThan': {'k': '5'}}", "k=1;k=9", 1},
  };
  WORLD_CHECK(cases);
}

/* With "Version": "2008-10-17" ${…} is text. */
static void policy__old_documents_have_no_variables(void **state)
{
  (void)state;
  world it;
  world_init(&it);
  static const char old[] =
      "{\"Version\": \"2008-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"s3:*\", "
      "\"Resource\": \"arn:aws:s3:::${aws:username}/*\"}}";
  assert_int_equal(askiam_policy_builder_add(it.builder, ASKIAM_POLICY_IDENTITY, 0, askiam_str_from(NULL),
                                             askiam_str_from(old), NULL),
                   ASKIAM_STATUS_OK);
  world_ask(&it, "arn:aws:iam::123456789012:user/bob", "s3:GetObject", "arn:aws:s3:::bob/x");
  assert_int_equal(world_decide(&it), ASKIAM_POLICY_IMPLICITLY_DENIED);
  world_ask(&it, "arn:aws:iam::123456789012:user/bob", "s3:GetObject", "arn:aws:s3:::${aws:username}/x");
  assert_int_equal(world_decide(&it), ASKIAM_POLICY_ALLOWED);
  world_clean_up(&it);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__operators_and_keys_must_all_hold),
      cmocka_unit_test(policy__if_exists_holds_without_the_key),
      cmocka_unit_test(policy__for_all_values_wants_each_one),
      cmocka_unit_test(policy__for_any_value_wants_one),
      cmocka_unit_test(policy__plain_operators_take_any_of_several_values),
      cmocka_unit_test(policy__old_documents_have_no_variables),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
