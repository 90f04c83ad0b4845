/* SPDX-License-Identifier: Apache-2.0
 *
 * String and ARN operators. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "unit/policy/world.h"

static void policy__string_equals_is_exact(void **state)
{
  (void)state;
  static const world_case cases[] = {
      {"{'StringEquals': {'k': 'red'}}", "k=red", 1},
      {"{'StringEquals': {'k': 'red'}}", "k=Red", 0},
      {"{'StringEquals': {'k': 'red'}}", "k=redder", 0},
      {"{'StringEquals': {'k': 're*'}}", "k=red", 0}, /* no wildcards here */
      {"{'StringEquals': {'k': 're*'}}", "k=re*", 1},
      {"{'StringEquals': {'k': ''}}", "k=", 1},
      {"{'StringEquals': {'k': ['blue', 'red']}}", "k=red", 1},
      {"{'StringEquals': {'k': ['blue', 'red']}}", "k=green", 0},
      {"{'StringEquals': {'k': 'red'}}", "", 0},
      {"{'StringEquals': {'k': 5}}", "k=5", 1},
      {"{'StringEquals': {'k': true}}", "k=true", 1},
      {"{'StringEquals': {'aws:PrincipalTag/Team': 'red'}}", "AWS:principaltag/TEAM=red", 1}, /* keys in any case */
      {"{'StringNotEquals': {'k': 'red'}}", "k=red", 0},
      {"{'StringNotEquals': {'k': 'red'}}", "k=Red", 1},
      {"{'StringNotEquals': {'k': ['red', 'blue']}}", "k=blue", 0}, /* none of them */
      {"{'StringNotEquals': {'k': ['red', 'blue']}}", "k=green", 1},
      {"{'StringNotEquals': {'k': 'red'}}", "", 1},
  };
  WORLD_CHECK(cases);
}

static void policy__string_equals_ignore_case_knows_more_than_ascii(void **state)
{
  (void)state;
  static const world_case cases[] = {
      {"{'StringEqualsIgnoreCase': {'k': 'Red'}}", "k=rED", 1},
      {"{'StringEqualsIgnoreCase': {'k': 'Red'}}", "k=rEDd", 0},
      {"{'StringEqualsIgnoreCase': {'k': 'Red'}}", "k=rE", 0},
      {"{'StringEqualsIgnoreCase': {'k': '\xc3\x9c"
       "BER'}}",
       "k=\xc3\xbc"
       "ber",
       1},
      {"{'StringEqualsIgnoreCase': {'k': '\xce\xa3'}}", "k=\xcf\x82", 1}, /* both small forms of sigma */
      {"{'StringEqualsIgnoreCase': {'k': 're*'}}", "k=RED", 0},
      {"{'StringEqualsIgnoreCase': {'k': 'x${aws:username}y'}}", "k=XBOBY;aws:username=bob", 1},
      {"{'StringEqualsIgnoreCase': {'k': '${x:none}'}}", "k=", 0},
      {"{'StringNotEqualsIgnoreCase': {'k': 'Red'}}", "k=rED", 0},
      {"{'StringNotEqualsIgnoreCase': {'k': 'Red'}}", "k=blue", 1},
      {"{'StringNotEqualsIgnoreCase': {'k': 'Red'}}", "", 1},
  };
  WORLD_CHECK(cases);
}

static void policy__string_like_takes_wildcards(void **state)
{
  (void)state;
  static const world_case cases[] = {
      {"{'StringLike': {'s3:prefix': ['', 'home/', 'home/${aws:username}/*']}}", "s3:prefix=", 1},
      {"{'StringLike': {'s3:prefix': ['', 'home/', 'home/${aws:username}/*']}}",
       "s3:prefix=home/bob/x;aws:username=bob", 1},
      {"{'StringLike': {'s3:prefix': ['', 'home/', 'home/${aws:username}/*']}}",
       "s3:prefix=home/eve/x;aws:username=bob", 0},
      {"{'StringLike': {'k': 'r?d'}}", "k=red", 1},
      {"{'StringLike': {'k': 'r?d'}}", "k=RED", 0},
      {"{'StringLike': {'k': 'r${*}d'}}", "k=red", 0},
      {"{'StringLike': {'k': 'r${*}d'}}", "k=r*d", 1},
      {"{'StringLike': {'k': '*'}}", "", 0},
      {"{'StringLike': {'k': '*'}}", "k=", 1},
      {"{'StringNotLike': {'k': 'r*'}}", "k=red", 0},
      {"{'StringNotLike': {'k': 'r*'}}", "k=blue", 1},
      {"{'StringNotLike': {'k': ['r*', 'b*']}}", "k=blue", 0},
      {"{'StringNotLike': {'k': 'r*'}}", "", 1},
  };
  WORLD_CHECK(cases);
}

static void policy__variables_stand_for_single_values(void **state)
{
  (void)state;
  static const world_case cases[] = {
      {"{'StringEquals': {'k': '${x:v}'}}", "k=red;x:v=red", 1},
      {"{'StringEquals': {'k': '${x:v}'}}", "k=red", 0},                  /* nothing to stand for */
      {"{'StringEquals': {'k': '${x:v}'}}", "k=red;x:v=red;x:v=blue", 0}, /* multivalued keys are no variables */
      {"{'StringEquals': {'k': '${x:v}'}}", "k=red;x:v", 0},
      {"{'StringEquals': {'k': '${x:v}'}}", "k=${x:v}", 0},
      {"{'StringNotEquals': {'k': '${x:v}'}}", "k=red", 1},   /* so nothing equals */
      {"{'StringLike': {'k': '${x:v}'}}", "k=red;x:v=r*", 0}, /* stars in values are stars */
      {"{'StringLike': {'k': '${x:v}'}}", "k=r*;x:v=r*", 1},
      {"{'StringEquals': {'aws:ResourceTag/team': '${aws:PrincipalTag/team}'}}",
       "aws:ResourceTag/team=red;aws:PrincipalTag/team=red", 1},
      {"{'StringEquals': {'k': '${aws:username}'}}", "k=bob", 0}, /* nothing is made up from the principal */
      {"{'StringEquals': {'k': '${aws:username}'}}", "k=eve;aws:username=eve", 1},
  };
  WORLD_CHECK(cases);
}

static void policy__arns_match_part_by_part(void **state)
{
  (void)state;
  static const world_case cases[] = {
      {"{'ArnEquals': {'aws:SourceArn': 'arn:aws:sns:eu-west-1:123456789012:topic'}}",
       "aws:SourceArn=arn:aws:sns:eu-west-1:123456789012:topic", 1},
      {"{'ArnEquals': {'k': 'arn:aws:sns:*:123456789012:t*'}}", "k=arn:aws:sns:eu-west-1:123456789012:topic", 1},
      {"{'ArnLike': {'k': 'arn:aws:sns:*:123456789012:t?pic'}}", "k=arn:aws:sns:eu-west-1:123456789012:topic", 1},
      {"{'ArnLike': {'k': 'arn:aws:sns:eu-west-1:123456789012:topic'}}", "k=arn:aws:SNS:eu-west-1:123456789012:topic",
       0},
      /* the guide's own example: a star does not reach over a colon */
      {"{'ArnLike': {'k': 'arn:aws:someservice:*:111122223333:finance/*'}}",
       "k=arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt", 0},
      {"{'StringLike': {'k': 'arn:aws:someservice:*:111122223333:finance/*'}}",
       "k=arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt", 1},
      {"{'ArnLike': {'k': 'arn:aws:logs:*:*:group:*'}}", "k=arn:aws:logs:eu:1:group:a:b", 1}, /* the last part may */
      {"{'ArnLike': {'k': '*'}}", "k=arn:aws:s3:::bucket", 1},
      {"{'ArnLike': {'k': '*'}}", "k=no-arn", 0},
      {"{'ArnLike': {'k': 'arn:aws:s3:::*'}}", "k=arn:aws:s3:::a/b", 1},
      {"{'ArnLike': {'k': 'arn:aws:s3:::*'}}", "k=s3", 0},
      {"{'ArnLike': {'k': 'arn:aws:s3:::home/${aws:username}/*'}}", "k=arn:aws:s3:::home/bob/x;aws:username=bob", 1},
      {"{'ArnLike': {'k': 'arn:aws:s3:::home/${aws:username}/*'}}", "k=arn:aws:s3:::home/eve/x;aws:username=bob", 0},
      {"{'ArnLike': {'k': 'arn:aws:s3:${x:v}::bucket'}}", "k=arn:aws:s3:a:b:bucket;x:v=a:b", 0},
      {"{'ArnNotEquals': {'k': 'arn:aws:s3:::a'}}", "k=arn:aws:s3:::a", 0},
      {"{'ArnNotEquals': {'k': 'arn:aws:s3:::a*'}}", "k=arn:aws:s3:::b", 1},
      {"{'ArnNotLike': {'k': 'arn:aws:s3:::a*'}}", "k=arn:aws:s3:::ab", 0},
      {"{'ArnNotLike': {'k': 'arn:aws:s3:::a*'}}", "", 1},
      {"{'ArnNotLike': {'k': 'arn:aws:s3:::a*'}}", "k=no-arn", 1},
      {"{'ArnLike': {'aws:PrincipalArn': 'arn:aws:iam::123456789012:user/b*'}}",
       "aws:PrincipalArn=arn:aws:iam::123456789012:user/bob", 1},
  };
  WORLD_CHECK(cases);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__string_equals_is_exact),
      cmocka_unit_test(policy__string_equals_ignore_case_knows_more_than_ascii),
      cmocka_unit_test(policy__string_like_takes_wildcards),
      cmocka_unit_test(policy__variables_stand_for_single_values),
      cmocka_unit_test(policy__arns_match_part_by_part),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
