/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/soft_codes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "model/results.h"

static void rules__soft_codes_are_read_from_a_list(void **state)
{
  (void)state;
  unsigned mask = 99;
  assert_int_equal(aski_rules_soft_codes(&mask, askiam_str_from("PREREQUISITE_MISSING, POLICY_NOT_ALLOWED"), NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(mask, 1u << ASKI_CHECK_PREREQUISITES_HELD | 1u << ASKI_CHECK_POLICY);
  assert_int_equal(aski_rules_soft_codes(&mask, askiam_str_from(""), NULL), ASKIAM_STATUS_OK);
  assert_int_equal(mask, 0);
}

static void rules__an_explicit_deny_cannot_be_soft(void **state)
{
  (void)state;
  assert_int_equal(aski_rules_soft_bit(ASKI_CODE_POLICY_DENY), 0);
  assert_int_not_equal(aski_rules_soft_bit(ASKI_CODE_POLICY_NOT_ALLOWED), 0);
}

static void rules__a_code_that_no_check_gives_is_an_error_that_names_it(void **state)
{
  (void)state;
  static const char *const lists[] = {"SOD_CONFLICT,USER_UNKNOWN", "NONSENSE", "APPROVED_BY_RULES", "sod_conflict",
                                      "POLICY_NOT_ALLOWED,POLICY_DENY"};
  static const char *const named[] = {"USER_UNKNOWN", "NONSENSE", "APPROVED_BY_RULES", "sod_conflict", "POLICY_DENY"};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; ++i) {
    askiam_error error = ASKIAM_ERROR_INIT;
    unsigned mask = 77;
    assert_int_equal(aski_rules_soft_codes(&mask, askiam_str_from(lists[i]), &error), ASKIAM_STATUS_CONFIG);
    assert_int_equal(mask, 77);
    assert_non_null(strstr(error.message, named[i]));
    assert_non_null(strstr(error.message, "PREREQUISITE_MISSING"));
    assert_non_null(strstr(error.message, "POLICY_NOT_ALLOWED"));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rules__soft_codes_are_read_from_a_list),
      cmocka_unit_test(rules__an_explicit_deny_cannot_be_soft),
      cmocka_unit_test(rules__a_code_that_no_check_gives_is_an_error_that_names_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
