/* SPDX-License-Identifier: Apache-2.0
 *
 * What condition operators compare, alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "policy/values.h"

/* -1, 0, 1; 2: one of them is no number. */
static int s_numbers(const char *left, const char *right)
{
  aski_policy_decimal a;
  aski_policy_decimal b;
  if (!aski_policy_decimal_read(&a, askiam_str_from(left)) || !aski_policy_decimal_read(&b, askiam_str_from(right))) {
    return 2;
  }
  int order = aski_policy_decimal_compare(&a, &b);
  assert_int_equal(aski_policy_decimal_compare(&b, &a), -order);
  return order;
}

static void policy__numbers_are_compared_exactly(void **state)
{
  (void)state;
  static const struct {
    const char *left, *right;
    int order;
  } cases[] = {
      {"1", "1.0", 0},
      {"10", "9", 1},
      {"-10", "9", -1},
      {"-10", "-9", -1},
      {"0", "-0.000", 0},
      {"+5", "5", 0},
      {"007", "7", 0},
      {".5", "0.50", 0},
      {"5.", "5", 0},
      {"0.05", "0.5", -1},
      {"12.5", "12.49999", 1},
      {"9007199254740993", "9007199254740992", 1},
      {"100000000000000000000000000000000000001", "100000000000000000000000000000000000000", 1},
      {"1e3", "1000", 0},
      {"1E-3", ".001", 0},
      {"1.5e2", "150", 0},
      {"-1e2", "-99", -1},
      {"1e999999999999999999", "1e5", 1},
      {"123.456", "123.4560", 0},
      {"1000", "1", 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    assert_int_equal(s_numbers(cases[i].left, cases[i].right), cases[i].order);
  }
  static const char *const bad[] = {"", "+", ".", "1e", "1e+", "1 ", " 1", "1,000", "0x10", "1.2.3", "e5", "1f", "--1"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    assert_int_equal(s_numbers(bad[i], "1"), 2);
  }
}

static int s_moments(const char *left, const char *right)
{
  aski_policy_moment a;
  aski_policy_moment b;
  if (!aski_policy_moment_read(&a, askiam_str_from(left)) || !aski_policy_moment_read(&b, askiam_str_from(right))) {
    return 2;
  }
  return aski_policy_moment_compare(&a, &b);
}

static void policy__moments_are_read_in_each_form(void **state)
{
  (void)state;
  static const struct {
    const char *left, *right;
    int order;
  } cases[] = {
      {"1970-01-01T00:00:00Z", "0", 0},
      {"2020-01-01", "2020", 0},
      {"2020-01", "2020-01-01T00:00Z", 0},
      {"2020-01-01T00:00:00Z", "1577836800", 0},
      {"2020-01-01T00:00:00.000000001Z", "1577836800", 1},
      {"1577836800.5", "2020-01-01T00:00:00.5Z", 0},
      {"2020-01-01T02:00:00+02:00", "2020-01-01T00:00:00Z", 0},
      {"2019-12-31T16:00:00-08:00", "2020-01-01T00:00:00Z", 0},
      {"2020-01-01T02:00:00+02", "2020-01-01T00:00:00Z", 0},
      {"2020-01-01t00:00:00z", "2020-01-01T00:00:00Z", 0},
      {"2020-1-7T9:00", "2020-01-07T09:00:00Z", 0},
      {"2020-02-29", "2020-03-01", -1},
      {"0001-01-01", "1970-01-01", -1},
      {"-292275054", "0", -1},
      {"9999-12-31T23:59:59Z", "2020", 1},
      {"9223372036854775807", "9999", 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    assert_int_equal(s_moments(cases[i].left, cases[i].right), cases[i].order);
  }
  static const char *const bad[] = {"",
                                    "tomorrow",
                                    "2020-13-01",
                                    "2020-00-01",
                                    "2020-01-32",
                                    "2019-02-29",
                                    "2020-01-00",
                                    "2020-01-01T24:00",
                                    "2020-01-01T00:60Z",
                                    "2020-01-01T00:00:61Z",
                                    "2020-01-01 00:00:00Z",
                                    "2020-01-01T00:00:00.Z",
                                    "2020-01-01T00:00:00.1234567890Z",
                                    "99999999999999999999",
                                    "2020-01-01T00:00:00+2"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    assert_int_equal(s_moments(bad[i], "0"), 2);
  }
}

/* 1: holds, 0: does not, -1: the range is none, -2: the address is none. */
static int s_in(const char *range_text, const char *address_text)
{
  aski_policy_range range;
  aski_policy_range address;
  if (!aski_policy_range_read(&range, askiam_str_from(range_text))) {
    return -1;
  }
  return aski_policy_address_read(&address, askiam_str_from(address_text)) ? aski_policy_range_holds(&range, &address)
                                                                           : -2;
}

static void policy__ranges_hold_addresses_of_their_family(void **state)
{
  (void)state;
  static const struct {
    const char *range, *address;
    int expected;
  } cases[] = {
      {"10.0.0.0/8", "10.255.255.255", 1},
      {"10.0.0.0/8", "11.0.0.0", 0},
      {"10.1.2.3/8", "10.9.9.9", 1}, /* bits behind the prefix do not count */
      {"203.0.113.7", "203.0.113.7", 1},
      {"203.0.113.7", "203.0.113.8", 0},
      {"203.0.113.0/25", "203.0.113.127", 1},
      {"203.0.113.0/25", "203.0.113.128", 0},
      {"0.0.0.0/0", "255.1.2.3", 1},
      {"0.0.0.0/0", "::1", 0},
      {"::/0", "10.0.0.1", 0},
      {"::/0", "2001:db8::1", 1},
      {"2001:DB8:1234:5678::/64", "2001:db8:1234:5678:ffff::1", 1},
      {"2001:DB8:1234:5678::/64", "2001:db8:1234:5679::1", 0},
      {"2001:db8::/33", "2001:db8:7fff::", 1},
      {"2001:db8::/33", "2001:db8:8000::", 0},
      {"10.0.0.0/8", "::ffff:10.1.2.3", 1}, /* mapped addresses are IPv4 */
      {"::ffff:10.0.0.0/104", "10.1.2.3", 1},
      {"::ffff:10.1.2.3", "10.1.2.3", 1},
      {"::/64", "::ffff:10.1.2.3", 0},
      {"10.0.0.0/33", "10.0.0.0", -1},
      {"10.0.0.0/", "10.0.0.0", -1},
      {"10.0.0.0/-1", "10.0.0.0", -1},
      {"10.0.0.0/0008", "10.0.0.0", -1},
      {"10.0.0/8", "10.0.0.0", -1},
      {"010.0.0.1", "10.0.0.1", -1},
      {"2001:db8::/129", "::", -1},
      {"", "::", -1},
      {"10.0.0.0/8", "", -2},
      {"10.0.0.0/8", "10.0.0.0/8", -2},
      {"10.0.0.0/8", "10.0.0.256", -2},
      {"10.0.0.0/8", "10.0.0.1.", -2},
      {"10.0.0.0/8", "10.0.0.1 ", -2},
      {"10.0.0.0/8", "10.00.0.1", -2},
      {"10.0.0.0/8", "fe80::1%eth0", -2},
      {"10.0.0.0/8", "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", -2},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    assert_int_equal(s_in(cases[i].range, cases[i].address), cases[i].expected);
  }
}

static bool s_same_bytes(const char *left, const char *right)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  askiam_str bytes;
  bool same = aski_policy_binary_read(&bytes, &arena, askiam_str_from(left)) &&
              aski_policy_binary_equals(bytes, askiam_str_from(right));
  aski_arena_clean_up(&arena);
  return same;
}

static void policy__binary_values_are_compared_by_their_bytes(void **state)
{
  (void)state;
  assert_true(s_same_bytes("QmluYXJ5VmFsdWVJbkJhc2U2NA==", "QmluYXJ5VmFsdWVJbkJhc2U2NA=="));
  assert_true(s_same_bytes("", ""));
  assert_true(s_same_bytes("QQ==", "QR==")); /* the same byte: what padding leaves over does not count */
  assert_false(s_same_bytes("QQ==", "Qg=="));
  assert_false(s_same_bytes("QUJD", "QUI="));
  assert_false(s_same_bytes("QUI=", "QUJD"));
  assert_false(s_same_bytes("QUJD", "QUJ"));
  assert_false(s_same_bytes("QUJ", "QUJD"));
  assert_false(s_same_bytes("Q===", "QQ=="));
  assert_false(s_same_bytes("QU=D", "QU=D"));
  assert_false(s_same_bytes("QU D", "QU D"));
  assert_false(s_same_bytes("QQ==", ""));
}

static void policy__truth_is_read_in_any_case(void **state)
{
  (void)state;
  bool value = false;
  assert_true(aski_policy_bool_read(&value, ASKI_STR("TRUE")) && value);
  assert_true(aski_policy_bool_read(&value, ASKI_STR("False")) && !value);
  assert_false(aski_policy_bool_read(&value, ASKI_STR("1")));
  assert_false(aski_policy_bool_read(&value, ASKI_STR("")));
  assert_false(aski_policy_bool_read(&value, ASKI_STR("yes")));
}

static void values__decimals_are_rounded_down(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    int64_t floor;
    bool exact;
  } cases[] = {{"0", 0, true},
               {"90.5", 90, false},
               {"-0.5", -1, false},
               {"-2", -2, true},
               {"1e3", 1000, true},
               {"12.50e1", 125, true},
               {"123456e-3", 123, false},
               {"0.001", 0, false},
               {"1.000", 1, true},
               {"999999999999999", INT64_C(999999999999999), true},
               {"1e15", INT64_C(1000000000000000), false},
               {"-1e999", -INT64_C(1000000000000000), false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    aski_policy_decimal decimal;
    bool exact = false;
    assert_true(aski_policy_decimal_read(&decimal, askiam_str_from(cases[i].text)));
    assert_int_equal(aski_policy_decimal_floor(&decimal, &exact), cases[i].floor);
    assert_int_equal(exact, cases[i].exact);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values__decimals_are_rounded_down),
      cmocka_unit_test(policy__numbers_are_compared_exactly),
      cmocka_unit_test(policy__moments_are_read_in_each_form),
      cmocka_unit_test(policy__ranges_hold_addresses_of_their_family),
      cmocka_unit_test(policy__binary_values_are_compared_by_their_bytes),
      cmocka_unit_test(policy__truth_is_read_in_any_case),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
