/* SPDX-License-Identifier: Apache-2.0
 *
 * Numeric, Date, Bool, BinaryEquals, IP and Null operators. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "unit/policy/world.h"

static void policy__numeric_operators_order_numbers(void **state)
{
  (void)state;
  static const world_case cases[] = {
      {"{'NumericEquals': {'k': '10'}}", "k=10.0", 1},
      {"{'NumericEquals': {'k': 10}}", "k=1e1", 1},
      {"{'NumericEquals': {'k': ['1', '2']}}", "k=2", 1},
      {"{'NumericEquals': {'k': '10'}}", "k=ten", 0},
      {"{'NumericEquals': {'k': 'ten'}}", "k=10", 0},
      {"{'NumericEquals': {'k': '10'}}", "", 0},
      {"{'NumericNotEquals': {'k': '10'}}", "k=10", 0},
      {"{'NumericNotEquals': {'k': ['10', '11']}}", "k=11", 0},
      {"{'NumericNotEquals': {'k': '10'}}", "k=11", 1},
      {"{'NumericNotEquals': {'k': '10'}}", "k=ten", 1}, /* what is no number is not 10 */
      {"{'NumericNotEquals': {'k': '10'}}", "", 1},
      {"{'NumericLessThan': {'k': '10'}}", "k=9.99", 1},
      {"{'NumericLessThan': {'k': '10'}}", "k=10", 0},
      {"{'NumericLessThan': {'k': ['5', '10']}}", "k=7", 1}, /* less than any */
      {"{'NumericLessThan': {'k': '10'}}", "k=-3", 1},
      {"{'NumericLessThanEquals': {'k': '10'}}", "k=10", 1},
      {"{'NumericLessThanEquals': {'k': '10'}}", "k=10.01", 0},
      {"{'NumericGreaterThan': {'k': '10'}}", "k=10", 0},
      {"{'NumericGreaterThan': {'k': '9007199254740992'}}", "k=9007199254740993", 1},
      {"{'NumericGreaterThanEquals': {'k': '10'}}", "k=10", 1},
      {"{'NumericGreaterThanEquals': {'k': '10'}}", "k=9", 0},
      {"{'NumericLessThan': {'k': '10'}}", "k=", 0},
      {"{'NumericLessThan': {'k': '10'}}", "", 0},
      {"{'NumericEquals': {'k': '${x:v}'}}", "k=5;x:v=5", 0}, /* no variables here */
  };
  WORLD_CHECK(cases);
}

static void policy__date_operators_order_moments(void **state)
{
  (void)state;
  static const world_case cases[] = {
      {"{'DateEquals': {'k': '2020-01-01T00:00:00Z'}}", "k=1577836800", 1},
      {"{'DateEquals': {'k': '1577836800'}}", "k=2020-01-01T01:00:00+01:00", 1},
      {"{'DateEquals': {'k': '2020-01-01'}}", "k=2020-01-01T00:00:01Z", 0},
      {"{'DateEquals': {'k': '2020-01-01'}}", "k=soon", 0},
      {"{'DateNotEquals': {'k': '2020-01-01'}}", "k=2020-01-01T00:00Z", 0},
      {"{'DateNotEquals': {'k': '2020-01-01'}}", "k=2020-01-02", 1},
      {"{'DateNotEquals': {'k': '2020-01-01'}}", "k=soon", 1},
      {"{'DateNotEquals': {'k': '2020-01-01'}}", "", 1},
      {"{'DateLessThan': {'aws:CurrentTime': '2020-06-30T00:00:00Z'}}", "aws:CurrentTime=2020-06-29T23:59:59Z", 1},
      {"{'DateLessThan': {'aws:CurrentTime': '2020-06-30T00:00:00Z'}}", "aws:CurrentTime=2020-06-30T00:00:00Z", 0},
      {"{'DateLessThanEquals': {'aws:EpochTime': '1577836800'}}", "aws:EpochTime=1577836800", 1},
      {"{'DateLessThanEquals': {'aws:EpochTime': '1577836800'}}", "aws:EpochTime=1577836801", 0},
      {"{'DateGreaterThan': {'k': '2020-01-01'}}", "k=2020-01-01T00:00:00.001Z", 1},
      {"{'DateGreaterThan': {'k': '2020-01-01'}}", "k=2019", 0},
      {"{'DateGreaterThanEquals': {'k': '2020-01-01'}}", "k=2020-01-01", 1},
      {"{'DateGreaterThanEquals': {'k': '2020-01-01'}}", "", 0},
  };
  WORLD_CHECK(cases);
}

static void policy__bool_and_null_look_at_truth_and_presence(void **state)
{
  (void)state;
  static const world_case cases[] = {
      {"{'Bool': {'aws:SecureTransport': 'true'}}", "aws:SecureTransport=true", 1},
      {"{'Bool': {'aws:SecureTransport': true}}", "aws:SecureTransport=TRUE", 1},
      {"{'Bool': {'aws:SecureTransport': 'False'}}", "aws:SecureTransport=false", 1},
      {"{'Bool': {'aws:SecureTransport': 'true'}}", "aws:SecureTransport=false", 0},
      {"{'Bool': {'aws:SecureTransport': 'false'}}", "", 0},
      {"{'Bool': {'aws:SecureTransport': 'false'}}", "aws:SecureTransport=no", 0},
      {"{'Bool': {'aws:SecureTransport': '${x:v}'}}", "aws:SecureTransport=true;x:v=True", 1},
      {"{'Bool': {'aws:SecureTransport': '${x:v}'}}", "aws:SecureTransport=true", 0},
      {"{'Null': {'k': 'true'}}", "", 1},
      {"{'Null': {'k': 'true'}}", "k=x", 0},
      {"{'Null': {'k': 'true'}}", "k=", 0}, /* an empty text is there */
      {"{'Null': {'k': 'true'}}", "k", 1},  /* a key without values is not */
      {"{'Null': {'k': 'false'}}", "k=x", 1},
      {"{'Null': {'k': false}}", "", 0},
      {"{'Null': {'k': ['true', 'false']}}", "k=x", 1},
      {"{'Null': {'aws:PrincipalArn': 'false'}}", "", 0}, /* only what was given is there */
      {"{'Null': {'aws:TokenIssueTime': 'true'}}", "", 1},
  };
  WORLD_CHECK(cases);
}

static void policy__addresses_and_bytes_match_theirs(void **state)
{
  (void)state;
  static const world_case cases[] = {
      {"{'IpAddress': {'aws:SourceIp': '203.0.113.0/24'}}", "aws:SourceIp=203.0.113.9", 1},
      {"{'IpAddress': {'aws:SourceIp': '203.0.113.0/24'}}", "aws:SourceIp=203.0.114.9", 0},
      {"{'IpAddress': {'aws:SourceIp': ['203.0.113.0/24', '2001:DB8:1234:5678::/64']}}",
       "aws:SourceIp=2001:db8:1234:5678::9", 1},
      {"{'IpAddress': {'aws:SourceIp': '203.0.113.9'}}", "aws:SourceIp=203.0.113.9", 1},
      {"{'IpAddress': {'aws:SourceIp': '203.0.113.0/24'}}", "aws:SourceIp=::ffff:203.0.113.9", 1},
      {"{'IpAddress': {'aws:SourceIp': '203.0.113.0/24'}}", "aws:SourceIp=here", 0},
      {"{'IpAddress': {'aws:SourceIp': '203.0.113.0/24'}}", "", 0},
      {"{'NotIpAddress': {'aws:SourceIp': '203.0.113.0/24'}}", "aws:SourceIp=203.0.113.9", 0},
      {"{'NotIpAddress': {'aws:SourceIp': ['203.0.113.0/24', '10.0.0.0/8']}}", "aws:SourceIp=10.1.1.1", 0},
      {"{'NotIpAddress': {'aws:SourceIp': ['203.0.113.0/24', '10.0.0.0/8']}}", "aws:SourceIp=192.0.2.1", 1},
      {"{'NotIpAddress': {'aws:SourceIp': '203.0.113.0/24'}}", "aws:SourceIp=2001:db8::1", 1},
      {"{'NotIpAddress': {'aws:SourceIp': '203.0.113.0/24'}}", "aws:SourceIp=here", 1},
      {"{'NotIpAddress': {'aws:SourceIp': '203.0.113.0/24'}}", "", 1},
      {"{'BinaryEquals': {'k': 'QmluYXJ5'}}", "k=QmluYXJ5", 1},
      {"{'BinaryEquals': {'k': 'QmluYXJ5'}}", "k=QmluYXJ4", 0},
      {"{'BinaryEquals': {'k': ['QQ==', 'Qg==']}}", "k=Qg==", 1},
      {"{'BinaryEquals': {'k': 'QmluYXJ5'}}", "k=Binary", 0},
      {"{'BinaryEquals': {'k': 'QmluYXJ5'}}", "", 0},
  };
  WORLD_CHECK(cases);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__numeric_operators_order_numbers),
      cmocka_unit_test(policy__date_operators_order_moments),
      cmocka_unit_test(policy__bool_and_null_look_at_truth_and_presence),
      cmocka_unit_test(policy__addresses_and_bytes_match_theirs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
