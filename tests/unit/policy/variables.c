/* SPDX-License-Identifier: Apache-2.0
 *
 * Variables in values and in resources: what the differential test found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "unit/policy/world.h"

static void policy__variables_need_their_whole_value(void **state)
{
  (void)state;
  assert_true(world_holds("{'StringEquals': {'k:a': '${k:u}'}}", "k:a=e;k:u=e"));
  assert_false(world_holds("{'StringEquals': {'k:a': '${k:u}'}}", "k:a=;k:u=e"));
  assert_true(world_holds("{'StringNotEquals': {'k:a': '${k:u}'}}", "k:a=;k:u=e"));
  assert_true(world_holds("{'StringEquals': {'k:a': 'x${k:u}'}}", "k:a=xe;k:u=e"));
  assert_false(world_holds("{'StringEquals': {'k:a': 'x${k:u}'}}", "k:a=x;k:u=e"));
  assert_false(world_holds("{'StringLike': {'k:a': 'x${k:u}'}}", "k:a=x;k:u=e"));
  assert_false(world_holds("{'StringLike': {'k:a': 'x?'}}", "k:a=x"));
  assert_false(world_holds("{'StringLike': {'k:a': '${k:u}*'}}", "k:a=;k:u=e"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__variables_need_their_whole_value),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
