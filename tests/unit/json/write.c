/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <math.h>

#include "support/allocator.h"
#include "json/json.h"

static void json__objects_lists_and_commas(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_buffer buffer;
  aski_buffer_init(&buffer, &allocator.base);
  aski_json_writer writer;
  aski_json_writer_init(&writer, &buffer);
  aski_json_open_object(&writer, NULL);
  aski_json_open_array(&writer, "empty");
  aski_json_close_array(&writer);
  aski_json_open_array(&writer, "list");
  aski_json_write_integer(&writer, NULL, INT64_MIN);
  aski_json_open_object(&writer, NULL);
  aski_json_close_object(&writer);
  aski_json_write_unsigned(&writer, NULL, UINT64_MAX);
  aski_json_close_array(&writer);
  aski_json_write_bool(&writer, "b", true);
  aski_json_write_null(&writer, "n");
  aski_json_write_string(&writer, "absent", ASKI_STR_NONE);
  aski_json_write_text(&writer, "text", "x");
  aski_json_write_time(&writer, "no_time", 0);
  aski_json_write_time(&writer, "time", 1706000000123);
  aski_json_write_raw(&writer, "raw", ASKI_STR("[1]"));
  aski_json_write_member(&writer, ASKI_STR("odd \"name\""), ASKI_STR("v"));
  aski_json_close_object(&writer);
  assert_string_equal(buffer.data,
                      "{\"empty\":[],\"list\":[-9223372036854775808,{},18446744073709551615],\"b\":true,\"n\":null,"
                      "\"absent\":null,\"text\":\"x\",\"no_time\":null,\"time\":\"2024-01-23T08:53:20.123Z\","
                      "\"raw\":[1],\"odd \\\"name\\\"\":\"v\"}");
  aski_buffer_clean_up(&buffer);
  assert_int_equal(allocator.outstanding, 0);
}

static void s_assert_string(askiam_str text, const char *expected)
{
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_buffer buffer;
  aski_buffer_init(&buffer, &allocator.base);
  aski_json_writer writer;
  aski_json_writer_init(&writer, &buffer);
  aski_json_write_string(&writer, NULL, text);
  assert_string_equal(buffer.data, expected);
  assert_true(aski_json_check(aski_buffer_view(&buffer), &allocator.base, NULL));
  aski_buffer_clean_up(&buffer);
}

static void json__an_object_can_be_opened_again(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_buffer buffer;
  aski_buffer_init(&buffer, &allocator.base);
  aski_json_writer writer;
  aski_json_writer_init(&writer, &buffer);
  aski_json_reopen_object(&writer); /* nothing was written */
  assert_int_equal(buffer.length, 0);
  aski_json_open_object(&writer, NULL);
  aski_json_close_object(&writer);
  aski_json_reopen_object(&writer);
  aski_json_write_integer(&writer, "a", 1);
  aski_json_close_object(&writer);
  aski_json_reopen_object(&writer);
  aski_json_open_object(&writer, "b");
  aski_json_close_object(&writer);
  aski_json_close_object(&writer);
  assert_string_equal(buffer.data, "{\"a\":1,\"b\":{}}");
  aski_buffer_clean_up(&buffer);
  assert_int_equal(allocator.outstanding, 0);
}

static void json__strings_are_escaped_and_always_readable_again(void **state)
{
  (void)state;
  s_assert_string(ASKI_STR(""), "\"\"");
  s_assert_string(ASKI_STR("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"");
  s_assert_string(ASKI_STR("\b\f\n\r\t\x01\x1F"), "\"\\b\\f\\n\\r\\t\\u0001\\u001f\"");
  s_assert_string(ASKI_STR("caf\xC3\xA9 \xF0\x9F\x98\x80\x7F"), "\"caf\xC3\xA9 \xF0\x9F\x98\x80\x7F\"");
  s_assert_string(ASKI_STR("a\0b"), "\"a\xEF\xBF\xBD"
                                    "b\"");
  s_assert_string(ASKI_STR("a\xFF\xC3"), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
  s_assert_string(ASKI_STR("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

static void s_assert_number(double value, int decimals, const char *expected)
{
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_buffer buffer;
  aski_buffer_init(&buffer, &allocator.base);
  aski_json_writer writer;
  aski_json_writer_init(&writer, &buffer);
  aski_json_write_number(&writer, NULL, value, decimals);
  assert_string_equal(buffer.data, expected);
  assert_true(aski_json_check(aski_buffer_view(&buffer), &allocator.base, NULL));
  aski_buffer_clean_up(&buffer);
}

static void s_check_numbers(void)
{
  s_assert_number(0, -1, "0");
  s_assert_number(0.1, -1, "0.1");
  s_assert_number(1.0 / 3, -1, "0.3333333333333333");
  s_assert_number(1e300, -1, "1e+300");
  s_assert_number(-2.5e-10, -1, "-2.5e-10");
  s_assert_number(0.97, 4, "0.97");
  s_assert_number(1, 4, "1");
  s_assert_number(100, 4, "100");
  s_assert_number(0.94995, 4, "0.9499");
  s_assert_number(2.0 / 3, 4, "0.6667");
  s_assert_number(-0.00001, 4, "0");
  s_assert_number(0.0404, 3, "0.04");
  s_assert_number(1e300, 3, "1e+300");
  s_assert_number(12.5, 0, "12");
  s_assert_number((double)NAN, 4, "null");
  s_assert_number(-(double)INFINITY, -1, "null");
}

static void json__numbers_are_short_and_have_a_point_in_any_locale(void **state)
{
  (void)state;
  s_check_numbers();
  if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == NULL && setlocale(LC_NUMERIC, "fr_FR.UTF-8") == NULL) {
    print_message("no locale with a decimal comma here: only the C locale was checked\n");
  }
  s_check_numbers();
  setlocale(LC_NUMERIC, "C");
}

static void json__out_of_memory_is_seen_in_the_buffer(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  bool done = false;
  for (long at = 1; !done; ++at) {
    test_allocator_fail_at(&allocator, at);
    aski_buffer buffer;
    aski_buffer_init(&buffer, &allocator.base);
    aski_json_writer writer;
    aski_json_writer_init(&writer, &buffer);
    aski_json_open_array(&writer, NULL);
    for (int i = 0; i < 100; ++i) {
      aski_json_write_text(&writer, NULL, "some \"text\"");
    }
    aski_json_close_array(&writer);
    done = !buffer.failed;
    assert_true(buffer.failed || buffer.data[buffer.length - 1] == ']');
    aski_buffer_clean_up(&buffer);
    assert_int_equal(allocator.outstanding, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(json__objects_lists_and_commas),
      cmocka_unit_test(json__an_object_can_be_opened_again),
      cmocka_unit_test(json__strings_are_escaped_and_always_readable_again),
      cmocka_unit_test(json__numbers_are_short_and_have_a_point_in_any_locale),
      cmocka_unit_test(json__out_of_memory_is_seen_in_the_buffer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
