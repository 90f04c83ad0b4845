/* SPDX-License-Identifier: Apache-2.0
 *
 * Principals: what may be one, and what is told of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>
#include <stdlib.h>

#include "model/principal.h"
#include "support/allocator.h"

static askiam_status s_new(askiam_principal **out, const char *id, const char *method, const char *scopes,
                           const char *groups)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_principal_new(out, askiam_str_from(id), method, askiam_str_from(scopes),
                                              askiam_str_from(groups), NULL, &error);
  assert_true(status == ASKIAM_STATUS_OK || error.message[0] != 0);
  return status;
}

static void s_assert_text(askiam_str text, const char *expected)
{
  assert_int_equal(text.length, strlen(expected));
  assert_memory_equal(text.data, expected, text.length);
}

static void principal__tells_what_it_was_made_of(void **state)
{
  (void)state;
  askiam_principal *made = NULL;
  assert_int_equal(s_new(&made, "john.doe", "iam", "  audit  on-behalf ", "staff \xc3\xb6rtlich"), ASKIAM_STATUS_OK);
  s_assert_text(askiam_principal_id(made), "john.doe");
  s_assert_text(askiam_principal_method(made), "iam");
  s_assert_text(askiam_principal_scopes(made), "audit on-behalf");
  s_assert_text(askiam_principal_groups(made), "staff \xc3\xb6rtlich");
  assert_int_equal(askiam_principal_expires_at_ms(made), 0);
  askiam_principal_destroy(made);
}

static void principal__has_whole_scopes_only(void **state)
{
  (void)state;
  askiam_principal *made = NULL;
  assert_int_equal(s_new(&made, "a", "key", "audit on-behalf x", NULL), ASKIAM_STATUS_OK);
  assert_true(askiam_principal_has_scope(made, ASKIAM_SCOPE_AUDIT));
  assert_true(askiam_principal_has_scope(made, ASKIAM_SCOPE_ON_BEHALF));
  assert_true(askiam_principal_has_scope(made, "x"));
  const char *not[] = {"", "aud", "audit ", "audit on-behalf", "AUDIT", "on", "behalf", " x"};
  for (size_t i = 0; i < sizeof not / sizeof *not; ++i) {
    assert_false(askiam_principal_has_scope(made, not[i]));
  }
  assert_false(askiam_principal_has_scope(made, NULL));
  assert_false(askiam_principal_has_scope(NULL, "x"));
  askiam_principal_destroy(made);
}

static void principal__may_have_neither_scopes_nor_groups(void **state)
{
  (void)state;
  askiam_principal *made = NULL;
  assert_int_equal(s_new(&made, "a", "key", NULL, "   "), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_principal_scopes(made).length, 0);
  assert_int_equal(askiam_principal_groups(made).length, 0);
  assert_false(askiam_principal_has_scope(made, ""));
  askiam_principal_destroy(made);
}

static void principal__of_nobody_is_absent(void **state)
{
  (void)state;
  assert_null(askiam_principal_id(NULL).data);
  assert_null(askiam_principal_method(NULL).data);
  assert_null(askiam_principal_scopes(NULL).data);
  assert_null(askiam_principal_groups(NULL).data);
  assert_int_equal(askiam_principal_expires_at_ms(NULL), 0);
  askiam_principal_destroy(NULL);
}

static void principal__refuses_what_is_no_identity(void **state)
{
  (void)state;
  char long_id[258];
  char long_list[8194];
  memset(long_id, 'a', 257);
  memset(long_list, 'a', 8193);
  long_id[257] = long_list[8193] = 0;
  const struct {
    const char *id, *method, *scopes, *groups;
  } bad[] = {{"", "iam", NULL, NULL},
             {NULL, "iam", NULL, NULL},
             {" \xc2\xa0", "iam", NULL, NULL},
             {"a\nb", "iam", NULL, NULL},
             {"a\x7f", "iam", NULL, NULL},
             {"\xff", "iam", NULL, NULL},
             {long_id, "iam", NULL, NULL},
             {"a", "", NULL, NULL},
             {"a", "IAM", NULL, NULL},
             {"a", "a b", NULL, NULL},
             {"a", "a23456789012345678901234567890123", NULL, NULL},
             {"a", "iam", "a\tb", NULL},
             {"a", "iam", "\xc3", NULL},
             {"a", "iam", long_list, NULL},
             {"a", "iam", NULL, "a\nb"},
             {"a", "iam", NULL, long_list}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    askiam_principal *made = (askiam_principal *)long_id; /* to be emptied */
    assert_int_equal(s_new(&made, bad[i].id, bad[i].method, bad[i].scopes, bad[i].groups), ASKIAM_STATUS_BAD_DATA);
    assert_null(made);
  }
  askiam_principal *made = NULL;
  assert_int_equal(s_new(&made, "a", NULL, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_principal_new(NULL, ASKI_STR("a"), "iam", ASKI_STR_NONE, ASKI_STR_NONE, NULL, NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  long_id[256] = long_list[8192] = 0;
  assert_int_equal(s_new(&made, long_id, "iam", long_list, long_list), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_principal_scopes(made).length, 8192);
  askiam_principal_destroy(made);
}

static void principal__ends_with_its_proof_and_needs_memory(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_principal *made = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  test_allocator_init(&allocator);
  test_allocator_fail_at(&allocator, 1);
  assert_int_equal(
      aski_principal_make(&made, ASKI_STR("a"), "key", ASKI_STR("b"), ASKI_STR_NONE, 7, &allocator.base, &error),
      ASKIAM_STATUS_NO_MEMORY);
  assert_null(made);
  test_allocator_fail_at(&allocator, 0);
  assert_int_equal(
      aski_principal_make(&made, ASKI_STR("a"), "key", ASKI_STR("b"), ASKI_STR_NONE, 7, &allocator.base, &error),
      ASKIAM_STATUS_OK);
  assert_int_equal(askiam_principal_expires_at_ms(made), 7);
  askiam_principal_destroy(made);
  assert_int_equal(allocator.outstanding, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(principal__tells_what_it_was_made_of),
      cmocka_unit_test(principal__has_whole_scopes_only),
      cmocka_unit_test(principal__may_have_neither_scopes_nor_groups),
      cmocka_unit_test(principal__of_nobody_is_absent),
      cmocka_unit_test(principal__refuses_what_is_no_identity),
      cmocka_unit_test(principal__ends_with_its_proof_and_needs_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
