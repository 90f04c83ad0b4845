/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "apps/common/text.h"

static const askiam_str s_absent = {NULL, 0};

static bool s_is_id(const char *text, const char *more, size_t most_bytes)
{
  return app_text_is_id(askiam_str_from(text), more, most_bytes);
}

static void text__an_id_is_letters_digits_and_four_marks(void **state)
{
  (void)state;
  assert_true(s_is_id("AZaz09._:-", "", 10));
  for (int byte = 0; byte < 256; ++byte) {
    const char text[] = {'a', (char)byte};
    bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    bool expected = letter || (byte >= '0' && byte <= '9') || byte == '.' || byte == '_' || byte == ':' || byte == '-';
    assert_int_equal(app_text_is_id((askiam_str){text, 2}, "", 2), expected);
  }
}

static void text__an_id_has_at_least_one_byte_and_at_most_so_many(void **state)
{
  (void)state;
  assert_false(app_text_is_id(s_absent, "", 100));
  assert_false(s_is_id("", "", 100));
  assert_true(s_is_id("abc", "", 3));
  assert_false(s_is_id("abcd", "", 3));
}

static void text__an_id_may_have_further_marks_and_never_a_nul(void **state)
{
  (void)state;
  assert_false(s_is_id("JKJaXmPLvHcESHA=", "", 100));
  assert_true(s_is_id("JKJaXmPLvHcESHA=", "+/=", 100));
  assert_false(app_text_is_id((askiam_str){"a\0b", 3}, "+/=", 100));
}

static void text__texts_are_equal_to_the_byte(void **state)
{
  (void)state;
  assert_true(app_text_is(askiam_str_from("true"), "true"));
  assert_false(app_text_is(askiam_str_from("true "), "true"));
  assert_false(app_text_is(askiam_str_from("True"), "true"));
  assert_false(app_text_is((askiam_str){"a\0b", 3}, "a"));
  assert_true(app_text_equal(s_absent, askiam_str_from("")));
  assert_true(app_text_equal(s_absent, s_absent));
  assert_false(app_text_equal(s_absent, askiam_str_from("a")));
}

static void text__names_are_the_same_in_letters_of_either_case(void **state)
{
  (void)state;
  assert_true(app_text_is_any_case(askiam_str_from("Content-TYPE"), "content-type"));
  assert_false(app_text_is_any_case(askiam_str_from("content-typ"), "content-type"));
  assert_false(app_text_is_any_case(askiam_str_from("content-types"), "content-type"));
  assert_false(app_text_is_any_case((askiam_str){"a\0b", 3}, "a"));
  assert_true(app_text_is_any_case(s_absent, ""));
  assert_true(app_text_begins_any_case(askiam_str_from("BEARER x"), "bearer "));
  assert_false(app_text_begins_any_case(askiam_str_from("Bearer"), "bearer "));
  assert_false(app_text_begins_any_case(s_absent, "b"));
}

static void text__blanks_and_tabs_are_trimmed(void **state)
{
  (void)state;
  assert_true(app_text_is(app_text_trim(askiam_str_from(" \t a b\t ")), "a b"));
  assert_true(app_text_is(app_text_trim(askiam_str_from("\na")), "\na"));
  assert_int_equal(app_text_trim(askiam_str_from(" \t")).length, 0);
  assert_int_equal(app_text_trim(s_absent).length, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text__an_id_is_letters_digits_and_four_marks),
      cmocka_unit_test(text__an_id_has_at_least_one_byte_and_at_most_so_many),
      cmocka_unit_test(text__an_id_may_have_further_marks_and_never_a_nul),
      cmocka_unit_test(text__texts_are_equal_to_the_byte),
      cmocka_unit_test(text__names_are_the_same_in_letters_of_either_case),
      cmocka_unit_test(text__blanks_and_tabs_are_trimmed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
