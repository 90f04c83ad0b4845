/* SPDX-License-Identifier: Apache-2.0
 *
 * Condition: operators, keys, values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "policy/document.h"
#include "support.h"

#define CONDITION(condition)                                                                                           \
  "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\",\n"      \
  "\"Condition\": " condition "}}"

static void policy__condition_every_operator_is_taken_as_it_is_written(void **state)
{
  (void)state;
  static const char *const quantifiers[] = {"", "ForAllValues:", "ForAnyValue:"};
  static const char *const values[] = {
      [ASKI_POLICY_OF_STRINGS] = "x",           [ASKI_POLICY_OF_NUMBERS] = "1",
      [ASKI_POLICY_OF_DATES] = "2026-01-31",    [ASKI_POLICY_OF_BOOLEANS] = "true",
      [ASKI_POLICY_OF_BINARIES] = "QUJD",       [ASKI_POLICY_OF_ADDRESSES] = "10.0.0.0/8",
      [ASKI_POLICY_OF_ARNS] = "arn:aws:s3:::x", [ASKI_POLICY_OF_PRESENCE] = "true"};
  for (size_t op = 0; op < ASKI_POLICY_OPERATOR_COUNT; ++op) {
    for (size_t i = 0; i < 6; ++i) {
      char document[512];
      const char *suffix = i % 2 == 1 ? "IfExists" : "";
      snprintf(document, sizeof document, CONDITION("{\"%s%s%s\": {\"a:b\": \"%s\"}}"), quantifiers[i / 2],
               aski_policy_operator_name((aski_policy_operator)op), suffix,
               values[aski_policy_operator_family((aski_policy_operator)op)]);
      assert_findings(ASKIAM_POLICY_IDENTITY, document,
                      op == ASKI_POLICY_NULL && i % 2 == 1 ? "error 2:15 Statement.Condition" : "");
    }
  }
}

static void policy__condition_unknown_operators_are_refused(void **state)
{
  (void)state;
  static const test_document documents[] = {
      {CONDITION("{\"stringEquals\": {\"a:b\": \"x\"}}"),
       "error 2:15 Statement.Condition.stringEquals: there is no condition operator \"stringEquals\"; did you mean "
       "\"StringEquals\"?"},
      {CONDITION("{\"Equals\": {\"a:b\": \"x\"}}"),
       "error 2:15 Statement.Condition.Equals: there is no condition operator \"Equals\"\n"},
      {CONDITION("{\"ForAnyValue::StringEquals\": {\"a:b\": \"x\"}}"),
       "error 2:15 Statement.Condition.ForAnyValue::StringEquals: there"},
      {CONDITION("{\"ForSomeValues:StringEquals\": {\"a:b\": \"x\"}}"),
       "error 2:15 Statement.Condition.ForSomeValues:StringEquals: there"},
      {CONDITION("{\"StringEqualsifExists\": {\"a:b\": \"x\"}}"),
       "error 2:15 Statement.Condition.StringEqualsifExists: there"},
      {CONDITION("{\"NullIfExists\": {\"a:b\": \"true\"}}"), "error 2:15 Statement.Condition.NullIfExists: there is no "
                                                             "condition operator \"NullIfExists\"; Null says itself"},
      {CONDITION("{\"IfExists\": {\"a:b\": \"true\"}}"),
       "error 2:15 Statement.Condition.IfExists: there is no condition"},
      {CONDITION("{\"\": {\"a:b\": \"true\"}}"),
       "error 2:15 Statement.Condition.: there is no condition operator \"\""},
      {CONDITION("{\"Equals\": {}}"),
       "warning 2:15 Statement.Condition.Equals: there is no operator \"Equals\"; without keys"},
  };
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_IDENTITY, documents);
}

static void policy__condition_has_operators_keys_and_values(void **state)
{
  (void)state;
  static const test_document documents[] = {
      {CONDITION("{}"), ""},
      {CONDITION("[]"), "error 2:14 Statement.Condition: must be an object such as"},
      {CONDITION("{\"Bool\": \"x\"}"), "error 2:23 Statement.Condition.Bool: must be an object such as"},
      {CONDITION("{\"Bool\": {}}"), "warning 2:23 Statement.Condition.Bool: no key to compare: it always holds"},
      {CONDITION("{\"Bool\": {\"\": true}}"),
       "error 2:24 Statement.Condition.Bool.: a condition needs the name of a key"},
      {CONDITION("{\"Bool\": {\"key\": true}}"),
       "warning 2:24 Statement.Condition.Bool.key: the key \"key\" has no vendor"},
      {CONDITION("{\"Bool\": {\"a:b\": []}}"), "warning 2:31 Statement.Condition.Bool.a:b: no value to compare with"},
      {CONDITION("{\"Bool\": {\"a:b\": [true, \"false\", \"TRUE\"]}}"), ""},
      {CONDITION("{\"NumericEquals\": {\"a:b\": [1, -2.5e3, \"17\", \"+4\", \".5\"]}}"), ""},
      {CONDITION("{\"StringEquals\": {\"a:b\": [1, true, \"\"]}}"), ""},
      {CONDITION("{\"Bool\": {\"a:b\": {\"x\": 1}}}"),
       "error 2:31 Statement.Condition.Bool.a:b: must be a string, a number, true or false, not an object"},
      {CONDITION("{\"Bool\": {\"a:b\": [true, null, [true]]}}"),
       "error 2:38 Statement.Condition.Bool.a:b[1]: must be a string, a number, true or false, not null\n"
       "error 2:44 Statement.Condition.Bool.a:b[2]: must be a string, a number, true or false, not a list"},
  };
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_IDENTITY, documents);
}

static void policy__condition_values_that_never_match_are_doubtful(void **state)
{
  (void)state;
  static const test_document documents[] = {
      {CONDITION("{\"NumericLessThan\": {\"a:b\": [\"ten\", \"1e\", \"\", \"1,5\"]}}"),
       "warning 2:43 Statement.Condition.NumericLessThan.a:b[0]: \"ten\" is not a number, so NumericLessThan can do "
       "nothing with it\n"
       "warning 2:50 Statement.Condition.NumericLessThan.a:b[1]: \"1e\" is not\n"
       "warning 2:56 Statement.Condition.NumericLessThan.a:b[2]: \"\" is not\n"
       "warning 2:60 Statement.Condition.NumericLessThan.a:b[3]: \"1,5\" is not"},
      {CONDITION("{\"Bool\": {\"a:b\": [\"yes\", \"tru\", \"truee\", 1]}}"),
       "warning 2:32 Statement.Condition.Bool.a:b[0]: \"yes\" is not true or false\n"
       "warning 2:39 Statement.Condition.Bool.a:b[1]\nwarning 2:46 Statement.Condition.Bool.a:b[2]\n"
       "warning 2:55 Statement.Condition.Bool.a:b[3]"},
      {CONDITION("{\"Bool\": {\"a:b\": [\"${a:c}\", \"${a:c, 'true'}\"]}}"), ""},
      {CONDITION("{\"Bool\": {\"a:b\": \"${a:c\"}}"),
       "error 2:31 Statement.Condition.Bool.a:b: a variable begins with ${ but has no closing }"},
      {CONDITION("{\"Null\": {\"a:b\": \"${a:c}\"}}"),
       "warning 2:31 Statement.Condition.Null.a:b: \"${a:c}\" is not true or false"},
      {CONDITION("{\"NumericEquals\": {\"a:b\": \"${a:c}\"}}"),
       "warning 2:40 Statement.Condition.NumericEquals.a:b: \"${a:c}\" is not a number"},
      {CONDITION("{\"Null\": {\"a:b\": \"x\"}}"),
       "warning 2:31 Statement.Condition.Null.a:b: \"x\" is not true or false"},
      {CONDITION("{\"BinaryEquals\": {\"a:b\": [\"QUJD\", \"QUI=\", \"QQ==\", \"\", \"QUJ\", \"Q=JD\"]}}"),
       "warning 2:68 Statement.Condition.BinaryEquals.a:b[4]: \"QUJ\" is not Base64\n"
       "warning 2:75 Statement.Condition.BinaryEquals.a:b[5]: \"Q=JD\" is not Base64"},
      {CONDITION("{\"ArnLike\": {\"a:b\": [\"arn:aws:s3:::x\", \"*\", \"${a:b}\", \"bucket\", \"arn:aws:s3\"]}}"),
       "warning 2:68 Statement.Condition.ArnLike.a:b[3]: \"bucket\" is not an ARN\n"
       "warning 2:78 Statement.Condition.ArnLike.a:b[4]: \"arn:aws:s3\" is not an ARN"},
  };
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_IDENTITY, documents);
}

static void s_check_values(const char *operator, const char *const *values, size_t count, const char *expected)
{
  for (size_t i = 0; i < count; ++i) {
    char document[512];
    snprintf(document, sizeof document, CONDITION("{\"%s\": {\"a:b\": \"%s\"}}"), operator, values[i]);
    assert_findings(ASKIAM_POLICY_IDENTITY, document, expected);
  }
}
#define CHECK_VALUES(operator, values, expected)                                                                       \
  s_check_values(operator, values, sizeof values / sizeof *values, expected)

static void policy__condition_dates_are_what_aws_takes(void **state)
{
  (void)state;
  static const char *const good[] = {
      "2026-01-31",
      "2026-01-31T09:00:00Z",
      "2026-01-31t09:00:00z",
      "2026-01-31T09:00:00.123456789+02:00",
      "2026-01-31T09:00",
      "2026-01-31T09:00Z",
      "2026-01-31T09:00:00-08:00",
      "2026-01",
      "2026-1-9",
      "01T",
      "2016-12-13t2:00:00.593194+23",
      "-292275054",
      "0",
      "1769850000",
      "9223372036854775807",
      "292278993-12-31T23:59:59Z",
  };
  static const char *const bad[] = {
      "",
      "soon",
      "234-13",
      "2026-13-01",
      "2026-01-32",
      "2026-00-1",
      "2026-01-0",
      "2026-01-31T24:00:00Z",
      "2026-01-31T09:60:00Z",
      "2026-01-31T09:00:60Z",
      "2026-",
      "2026-01-",
      "2026-01-31T09:00:00.1999999999",
      "2026-01-31T09:00:00.",
      "2026-01-31T09:00:00+1",
      "T09:00",
      "-",
      "9223372036854775808",
      "12.5",
      "2026-01-31T09:00:00Zx",
      "+5",
      "292278994-01-01",
      "-292275055",
      "2026-01-31 09:00:00",
      "${aws:CurrentTime}",
  };
  CHECK_VALUES("DateGreaterThan", good, "");
  CHECK_VALUES("DateNotEquals", bad, "error 2:");
}

static void policy__condition_addresses_are_checked(void **state)
{
  (void)state;
  static const char *const good[] = {"10.0.0.1",      "10.0.0.0/8", "0.0.0.0/0", "10.1.2.3/16",
                                     "2001:db8::/32", "::1",        "::/0",      "::ffff:10.0.0.1/128"};
  static const char *const bad[] = {"",
                                    "10.0.0",
                                    "10.0.0.256",
                                    "10.0.0.0/33",
                                    "10.0.0.0/",
                                    "10.0.0.0/-1",
                                    "10.0.0.0/a",
                                    "2001:db8::g",
                                    "::1/129",
                                    "10.0.0.*",
                                    "/8",
                                    "10.0.0.0/8/8",
                                    "10.0.0.0/4294967304",
                                    " 10.0.0.1"};
  CHECK_VALUES("IpAddress", good, "");
  CHECK_VALUES("NotIpAddress", bad, "error 2:");
}

static void policy__condition_for_all_values_in_an_allow_wants_the_key(void **state)
{
  (void)state;
#define ALLOW(condition)                                                                                               \
  "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\",\n"     \
  "\"Condition\": " condition "}}"
  static const test_document documents[] = {
      {ALLOW("{\"ForAllValues:StringEquals\": {\"aws:TagKeys\": \"a\"}}"),
       "warning 2:1 Statement.Condition: ForAllValues also holds where a request has no aws:TagKeys at all"},
      {ALLOW("{\"ForAllValues:StringEquals\": {\"aws:TagKeys\": \"a\"}, \"Null\": {\"aws:TagKeys\": \"false\"}}"), ""},
      {ALLOW("{\"ForAnyValue:StringEquals\": {\"aws:TagKeys\": \"a\"}}"), ""},
      {CONDITION("{\"ForAllValues:StringEquals\": {\"aws:TagKeys\": \"a\"}}"), ""},
  };
#undef ALLOW
  ASSERT_ALL_FINDINGS(ASKIAM_POLICY_IDENTITY, documents);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__condition_every_operator_is_taken_as_it_is_written),
      cmocka_unit_test(policy__condition_unknown_operators_are_refused),
      cmocka_unit_test(policy__condition_has_operators_keys_and_values),
      cmocka_unit_test(policy__condition_values_that_never_match_are_doubtful),
      cmocka_unit_test(policy__condition_dates_are_what_aws_takes),
      cmocka_unit_test(policy__condition_addresses_are_checked),
      cmocka_unit_test(policy__condition_for_all_values_in_an_allow_wants_the_key),
  };
  return cmocka_run_group_tests_name("policy__condition", tests, NULL, NULL);
}
