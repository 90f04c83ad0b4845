/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include <askiam/json.h>

#include "support/allocator.h"
#include "json/json.h"

static bool s_check(askiam_str text, aski_json_place *place)
{
  test_allocator allocator;
  test_allocator_init(&allocator);
  memset(place, 0, sizeof *place);
  bool good = aski_json_check(text, &allocator.base, place);
  assert_int_equal(allocator.outstanding, 0);
  return good;
}

static void s_refused_at(askiam_str text, size_t line, size_t column, const char *part)
{
  aski_json_place place;
  if (s_check(text, &place)) {
    fail_msg("taken: %.*s", ASKI_STR_ARG(text));
  }
  if (strstr(place.message, part) == NULL || place.line != line || place.column != column) {
    fail_msg("%.*s: line %zu, column %zu: %s", ASKI_STR_ARG(text), place.line, place.column, place.message);
  }
}

static void json__well_formed_texts_are_taken(void **state)
{
  (void)state;
  static const char *const texts[] = {
      "null",
      " true\n",
      "\t\r\nfalse",
      "0",
      "-0",
      "-0.0e-0",
      "10.25E+3",
      "123456789012345678901234567890",
      "\"\"",
      "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"",
      "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\x7F\"",
      "[]",
      "{}",
      "[ ]",
      "{ }",
      "[1,[2,{\"a\":[]}],\"x\"]",
      "{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":2}}",
      "{\"\":1,\" \":2}",
      "[{\"a\":1},{\"a\":1}]",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
    aski_json_place place;
    if (!s_check(askiam_str_from(texts[i]), &place)) {
      fail_msg("%s: %zu:%zu %s", texts[i], place.line, place.column, place.message);
    }
  }
}

static void json__what_is_malformed_is_refused_with_its_place(void **state)
{
  (void)state;
  s_refused_at(ASKI_STR_NONE, 1, 1, "nothing there");
  s_refused_at(ASKI_STR(" \n "), 2, 2, "nothing there");
  s_refused_at(ASKI_STR("\xEF\xBB\xBF{}"), 1, 1, "byte order mark");
  s_refused_at(ASKI_STR("{\"a\":1}x"), 1, 8, "follows");
  s_refused_at(ASKI_STR("1 2"), 1, 3, "follows");
  s_refused_at(ASKI_STR("01"), 1, 1, "begin with 0");
  s_refused_at(ASKI_STR("-"), 1, 2, "digit");
  s_refused_at(ASKI_STR("1."), 1, 3, "after its point");
  s_refused_at(ASKI_STR("1e+"), 1, 4, "exponent");
  s_refused_at(ASKI_STR("+1"), 1, 1, "expected a value");
  s_refused_at(ASKI_STR("[1,]"), 1, 4, "expected a value");
  s_refused_at(ASKI_STR("[1 2]"), 1, 4, "expected ',' or ']'");
  s_refused_at(ASKI_STR("[1"), 1, 3, "ends within an array");
  s_refused_at(ASKI_STR("{\"a\":1"), 1, 7, "ends within an object");
  s_refused_at(ASKI_STR("{\"a\" 1}"), 1, 6, "expected ':'");
  s_refused_at(ASKI_STR("{\"a\":1,}"), 1, 8, "double quotes");
  s_refused_at(ASKI_STR("{a:1}"), 1, 2, "double quotes");
  s_refused_at(ASKI_STR("{\"a\":1]"), 1, 7, "expected ',' or '}'");
  s_refused_at(ASKI_STR("{\"a\":}"), 1, 6, "expected a value");
  s_refused_at(ASKI_STR("NaN"), 1, 1, "expected a value");
  s_refused_at(ASKI_STR("nul"), 1, 1, "expected a value");
  s_refused_at(ASKI_STR("[\n  1,\n  tru\n]"), 3, 3, "expected a value");
}

static void json__bad_strings_are_refused_with_their_place(void **state)
{
  (void)state;
  s_refused_at(ASKI_STR("\"abc"), 1, 5, "ends within a string");
  s_refused_at(ASKI_STR("\"abc\\"), 1, 6, "ends within a string");
  s_refused_at(ASKI_STR("\"a\nb\""), 1, 3, "control character");
  s_refused_at(ASKI_STR("\"a\0b\""), 1, 3, "control character");
  s_refused_at(ASKI_STR("\"\\x41\""), 1, 2, "unknown escape");
  s_refused_at(ASKI_STR("\"\\u12G4\""), 1, 2, "four hexadecimal");
  s_refused_at(ASKI_STR("\"\\u12"), 1, 2, "four hexadecimal");
  s_refused_at(ASKI_STR("\"\\u0000\""), 1, 2, "u0000");
  s_refused_at(ASKI_STR("\"\\uD83D\""), 1, 2, "surrogate");
  s_refused_at(ASKI_STR("\"\\uDE00\""), 1, 2, "surrogate");
  s_refused_at(ASKI_STR("\"\\uD83D\\u0041\""), 1, 2, "surrogate");
  s_refused_at(ASKI_STR("\"\xC3\xA9 \xFF\""), 1, 4, "not UTF-8");
  s_refused_at(ASKI_STR("\"\xC0\xAF\""), 1, 2, "not UTF-8");
  s_refused_at(ASKI_STR("\"\xE0\x80\x80\""), 1, 2, "not UTF-8");
  s_refused_at(ASKI_STR("\"\xED\xA0\x80\""), 1, 2, "not UTF-8");
  s_refused_at(ASKI_STR("\"\xF4\x90\x80\x80\""), 1, 2, "not UTF-8");
  s_refused_at(ASKI_STR("\"\xE2\x82"), 1, 2, "not UTF-8");
}

static void json__members_that_occur_twice_are_found_by_their_decoded_names(void **state)
{
  (void)state;
  s_refused_at(ASKI_STR("{\"a\":1,\"b\":2,\"a\":3}"), 1, 14, "\"a\" occurs twice");
  s_refused_at(ASKI_STR("{\"a\":1,\"\\u0061\":2}"), 1, 8, "occurs twice");
  s_refused_at(ASKI_STR("{\"\\u00e9\":1,\"\xC3\xA9\":2}"), 1, 13, "occurs twice");
  s_refused_at(ASKI_STR("{\"\\uD83D\\uDE00\":1,\"\xF0\x9F\x98\x80\":2}"), 1, 19, "occurs twice");
  s_refused_at(ASKI_STR("{\"\\/\":1,\"/\":2}"), 1, 9, "occurs twice");
  s_refused_at(ASKI_STR("{\"x\":{\"k\":1,\n\"k\":2}}"), 2, 1, "\"k\" occurs twice");
  s_refused_at(ASKI_STR("{\"a\":[{\"\\n\":0}],\"\":1,\"\":1}"), 1, 22, "\"\" occurs twice");
  s_refused_at(ASKI_STR("{\"b\":1,\"a\":1,\"b\":1,\"a\":1}"), 1, 14, "\"b\" occurs twice");
}

static void s_nest(char *text, size_t depth)
{
  memset(text, '[', depth);
  memset(text + depth, ']', depth);
}

static void json__depth_ends_at_64(void **state)
{
  (void)state;
  char text[130];
  aski_json_place place;
  s_nest(text, 64);
  assert_true(s_check((askiam_str){text, 128}, &place));
  s_nest(text, 65);
  s_refused_at((askiam_str){text, 130}, 1, 65, "deeper than 64");
}

static void json__size_ends_at_16_mib(void **state)
{
  (void)state;
  size_t limit = (size_t)ASKI_JSON_MAX_BYTES;
  char *text = malloc(limit + 1);
  assert_non_null(text);
  memset(text, ' ', limit + 1);
  text[0] = '1';
  aski_json_place place;
  assert_true(s_check((askiam_str){text, limit}, &place));
  s_refused_at((askiam_str){text, limit + 1}, 1, 1, "16 MiB");
  free(text);
}

/* Long common prefixes, and in descending order: what would make a sort by careless quicksort or a weak hash
 * quadratic. */
static void json__many_members_are_compared_and_the_one_that_repeats_is_found(void **state)
{
  (void)state;
  enum { COUNT = 100000, BYTES = 32 };
  char *text = malloc((size_t)COUNT * BYTES + 64);
  assert_non_null(text);
  size_t length = 0;
  text[length++] = '{';
  for (int i = COUNT; i > 0; --i) {
    length += (size_t)snprintf(text + length, BYTES, "%s\"aaaaaaaaaaaa%06d\":1", i == COUNT ? "" : ",", i);
  }
  size_t before = length;
  text[length++] = '}';
  aski_json_place place;
  assert_true(s_check((askiam_str){text, length}, &place));
  length = before + (size_t)snprintf(text + before, BYTES, ",\"aaaaaaaaaaaa%06d\":2}", COUNT / 2);
  s_refused_at((askiam_str){text, length}, 1, before + 2, "occurs twice");
  free(text);
}

/* A text that is good must not be called bad for want of memory without saying so. */
static void json__a_check_without_memory_says_so(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_json_place place;
  bool good = false;
  for (long at = 1; !good; ++at) {
    test_allocator_fail_at(&allocator, at);
    good = aski_json_check(ASKI_STR("{\"a\":1,\"\\u0062\":{\"c\":[]}}"), &allocator.base, &place);
    assert_true(good || strcmp(place.message, "memory ran out") == 0);
    assert_int_equal(allocator.outstanding, 0);
  }
}

static void json__what_a_gateway_relays_may_hold_nul_and_no_more(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_str nul = ASKI_STR("{\"\\u0000\":\"a\\u0000\"}");
  assert_int_equal(askiam_json_check_relayed(nul, NULL, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_json_check(nul, NULL, &error), ASKIAM_STATUS_BAD_DATA);
  assert_non_null(strstr(error.message, "line 1, column 3"));
  static const char *const s_bad[] = {"{\"\\u0000\":1,\"\\u0000\":2}", "[\"\\ud800\"]", "[\"\x01\"]", "[",
                                      "\"\\u000\""};
  for (size_t i = 0; i < sizeof s_bad / sizeof *s_bad; ++i) {
    assert_int_equal(askiam_json_check_relayed(askiam_str_from(s_bad[i]), NULL, NULL), ASKIAM_STATUS_BAD_DATA);
  }
  assert_int_equal(askiam_json_check_relayed((askiam_str){NULL, 0}, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  test_allocator_init(&allocator);
  test_allocator_fail_at(&allocator, 1);
  assert_int_equal(askiam_json_check(ASKI_STR("{\"a\":1}"), &allocator.base, &error), ASKIAM_STATUS_NO_MEMORY);
  assert_int_equal(error.status, ASKIAM_STATUS_NO_MEMORY);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(json__well_formed_texts_are_taken),
      cmocka_unit_test(json__what_is_malformed_is_refused_with_its_place),
      cmocka_unit_test(json__bad_strings_are_refused_with_their_place),
      cmocka_unit_test(json__members_that_occur_twice_are_found_by_their_decoded_names),
      cmocka_unit_test(json__depth_ends_at_64),
      cmocka_unit_test(json__size_ends_at_16_mib),
      cmocka_unit_test(json__many_members_are_compared_and_the_one_that_repeats_is_found),
      cmocka_unit_test(json__a_check_without_memory_says_so),
      cmocka_unit_test(json__what_a_gateway_relays_may_hold_nul_and_no_more),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
