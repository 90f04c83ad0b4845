/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/allocator.h"
#include "json/json.h"

static aski_json_document *s_parse(test_allocator *allocator, const char *text)
{
  aski_json_document *document = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  if (aski_json_parse(&document, askiam_str_from(text), &allocator->base, ASKIAM_LAYER_REQUEST, &error) !=
      ASKIAM_STATUS_OK) {
    fail_msg("%s: %s", text, error.message);
  }
  return document;
}

static void s_assert_text(askiam_str text, const char *expected)
{
  assert_true(aski_str_present(text));
  assert_string_equal(text.data, expected);
  assert_int_equal(text.length, strlen(expected));
}

static void json__a_tree_is_read_by_name_and_by_order(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_json_document *document =
      s_parse(&allocator, "{\"a\":\"x\\u00e9\\n\",\"A\":true,\"list\":[1,\"two\",null,{}],\"n\":null,\"\":false}");
  const aski_json *root = aski_json_root(document);
  assert_int_equal(aski_json_type_of(root), ASKI_JSON_OBJECT);
  assert_int_equal(aski_json_count(root), 5);
  s_assert_text(aski_json_string(aski_json_get(root, "a")), "x\xC3\xA9\n");
  assert_true(aski_json_bool(aski_json_get(root, "A"), false));
  assert_false(aski_json_bool(aski_json_get(root, ""), true));
  assert_null(aski_json_get(root, "LIST"));
  assert_null(aski_json_get(aski_json_get(root, "list"), "0"));
  assert_int_equal(aski_json_type_of(aski_json_get(root, "n")), ASKI_JSON_NULL);
  const aski_json *list = aski_json_get(root, "list");
  static const char *const types[] = {"a number", "a string", "null", "an object"};
  size_t count = 0;
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    assert_string_equal(aski_json_type_name(item), types[count++]);
    assert_false(aski_str_present(aski_json_name(item)));
  }
  assert_int_equal(count, 4);
  s_assert_text(aski_json_name(aski_json_first(root)), "a");
  aski_json_destroy(document);
  assert_int_equal(allocator.outstanding, 0);
}

static void json__values_of_another_type_are_absent_or_the_default(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_json_document *document = s_parse(&allocator, "[\"1\",1,true]");
  const aski_json *text = aski_json_first(aski_json_root(document));
  const aski_json *number = aski_json_next(text);
  int64_t integer = 7;
  assert_false(aski_json_integer(text, &integer));
  assert_false(aski_str_present(aski_json_number_text(text)));
  assert_false(aski_str_present(aski_json_string(number)));
  assert_true(aski_json_bool(number, true));
  assert_true(aski_json_number(text, 0.5) > 0.4 && aski_json_number(text, 0.5) < 0.6);
  assert_false(aski_str_present(aski_json_string(NULL)));
  assert_null(aski_json_first(NULL));
  assert_null(aski_json_get(NULL, "x"));
  assert_int_equal(aski_json_count(NULL), 0);
  assert_null(aski_json_root(NULL));
  aski_json_destroy(document);
  aski_json_destroy(NULL);
}

static void json__numbers_keep_their_literal_text(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_json_document *document =
      s_parse(&allocator, "{\"a\":[9223372036854775807,-9223372036854775808,9223372036854775808],\"b\":{\"c\":1.50,"
                          "\"d\":18446744073709551615},\"e\":12345678901234567890123,\"f\":1e3,\"g\":-0}");
  const aski_json *root = aski_json_root(document);
  const aski_json *item = aski_json_first(aski_json_get(root, "a"));
  int64_t value = 0;
  assert_true(aski_json_integer(item, &value) && value == INT64_MAX);
  item = aski_json_next(item);
  assert_true(aski_json_integer(item, &value) && value == INT64_MIN);
  item = aski_json_next(item);
  assert_false(aski_json_integer(item, &value));
  uint64_t whole = 0;
  assert_true(aski_json_unsigned(item, &whole) && whole == UINT64_C(9223372036854775808));
  s_assert_text(aski_json_number_text(aski_json_get(aski_json_get(root, "b"), "c")), "1.50");
  assert_true(aski_json_unsigned(aski_json_get(aski_json_get(root, "b"), "d"), &whole) && whole == UINT64_MAX);
  s_assert_text(aski_json_number_text(aski_json_get(root, "e")), "12345678901234567890123");
  assert_false(aski_json_unsigned(aski_json_get(root, "e"), &whole));
  assert_false(aski_json_integer(aski_json_get(root, "f"), &value));
  assert_true(aski_json_integer(aski_json_get(root, "g"), &value) && value == 0);
  assert_false(aski_json_unsigned(aski_json_get(root, "g"), &whole));
  aski_json_destroy(document);
  assert_int_equal(allocator.outstanding, 0);
}

static void s_assert_number(const char *text, double expected)
{
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_json_document *document = s_parse(&allocator, text);
  double value = aski_json_number(aski_json_root(document), -1);
  if (memcmp(&value, &expected, sizeof value) != 0) {
    fail_msg("%s is read as %.17g", text, value);
  }
  aski_json_destroy(document);
}

static void s_check_numbers(void)
{
  s_assert_number("0", 0);
  s_assert_number("-0", -0.0);
  s_assert_number("0.95", 0.95);
  s_assert_number("-12.75e-2", -12.75e-2);
  s_assert_number("123456.789e3", 123456.789e3);
  s_assert_number("0.1", 0.1);
  s_assert_number("1e308", 1e308);
  s_assert_number("4.9406564584124654e-324", 4.9406564584124654e-324);
  s_assert_number("1e400", (double)INFINITY);
  s_assert_number("-1e99999999999999999999", -(double)INFINITY);
  s_assert_number("1e-99999999999999999999", 0);
  s_assert_number("0e99999999999999999999", 0);
  s_assert_number("100000000000000000000000000000000000000000000000000000000000000000000", 1e68);
  s_assert_number("-0.000000000000000000000000000000000000000000000000000000000000000000000000000001", -1e-78);
  s_assert_number("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899",
                  3.14159265358979323846);
}

static void json__numbers_have_their_value_in_any_locale(void **state)
{
  (void)state;
  s_check_numbers();
  static const char *const locales[] = {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8"};
  bool found = false;
  for (size_t i = 0; i < sizeof locales / sizeof *locales && !found; ++i) {
    found = setlocale(LC_NUMERIC, locales[i]) != NULL;
  }
  if (!found) {
    print_message("no locale with a decimal comma here: only the C locale was checked\n");
  }
  s_check_numbers();
  setlocale(LC_NUMERIC, "C");
}

static void json__bad_text_is_refused_with_layer_line_and_column(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_error error = ASKIAM_ERROR_INIT;
  aski_json_document *document = (aski_json_document *)&error;
  askiam_status status = aski_json_parse(&document, ASKI_STR("{\n  \"a\": 1,\n  \"a\": 2\n}"), &allocator.base,
                                         ASKIAM_LAYER_CONFIG, &error);
  assert_int_equal(status, ASKIAM_STATUS_BAD_DATA);
  assert_null(document);
  assert_int_equal(error.layer, ASKIAM_LAYER_CONFIG);
  assert_string_equal(error.message, "line 3, column 3: the member \"a\" occurs twice");
  assert_int_equal(allocator.outstanding, 0);
}

static const char s_sample[] = "{\"\\u0061b\":[1,2,{\"c\":\"text\"}],\"d\":{\"e\":-1.5e3,\"f\":[[[]]]},\"g\":null}";

static void json__out_of_memory_is_told_and_leaks_nothing(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  long at = 1;
  for (; status != ASKIAM_STATUS_OK; ++at) {
    test_allocator_fail_at(&allocator, at);
    aski_json_document *document = NULL;
    askiam_error error = ASKIAM_ERROR_INIT;
    status = aski_json_parse(&document, askiam_str_from(s_sample), &allocator.base, ASKIAM_LAYER_REQUEST, &error);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_int_equal(error.status, status);
    assert_true((document != NULL) == (status == ASKIAM_STATUS_OK));
    aski_json_destroy(document);
    assert_int_equal(allocator.outstanding, 0);
  }
  assert_true(at > 4);
}

static long s_cjson_left;
static void *s_failing_malloc(size_t size_bytes) { return s_cjson_left-- > 0 ? malloc(size_bytes) : NULL; }

static void json__out_of_memory_within_cjson_is_told(void **state)
{
  (void)state;
  cJSON_Hooks hooks = {s_failing_malloc, free};
  cJSON_InitHooks(&hooks);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  long left = 0;
  for (; status != ASKIAM_STATUS_OK; ++left) {
    s_cjson_left = left;
    test_allocator allocator;
    test_allocator_init(&allocator);
    aski_json_document *document = NULL;
    status = aski_json_parse(&document, askiam_str_from(s_sample), &allocator.base, ASKIAM_LAYER_REQUEST, NULL);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    aski_json_destroy(document);
    assert_int_equal(allocator.outstanding, 0);
  }
  cJSON_InitHooks(NULL);
  assert_true(left > 10);
}

static void s_assert_place(const aski_json_document *document, askiam_str text, const aski_json *node, size_t name,
                           size_t value)
{
  assert_int_equal(aski_json_offset(document, node, true), name);
  assert_int_equal(aski_json_offset(document, node, false), value);
  aski_json_cursor cursor;
  aski_json_cursor_init(&cursor, text);
  aski_json_cursor_advance(&cursor, value);
  assert_int_equal(cursor.at, value);
}

static void json__nodes_are_found_in_their_text(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_str text = ASKI_STR(" {\"a\" : [1, {\"b\\n\":\n\"\xC3\xA9\"}, true],\n \"c\": {}}");
  aski_json_document *document = s_parse(&allocator, text.data);
  const aski_json *root = aski_json_root(document);
  const aski_json *list = aski_json_get(root, "a");
  const aski_json *object = aski_json_next(aski_json_first(list));
  assert_int_equal(aski_json_offset(document, object, false), 0); /* not asked for yet */
  assert_true(aski_json_locate(document, text) && aski_json_locate(document, text));
  assert_int_equal(aski_json_offset(document, NULL, false), 0);
  s_assert_place(document, text, root, 1, 1);
  s_assert_place(document, text, list, 2, 8);
  s_assert_place(document, text, aski_json_first(list), 9, 9);
  s_assert_place(document, text, object, 12, 12);
  s_assert_place(document, text, aski_json_first(object), 13, 20);
  s_assert_place(document, text, aski_json_next(object), 27, 27);
  s_assert_place(document, text, aski_json_get(root, "c"), 35, 40);
  assert_true(aski_json_bool(aski_json_next(object), false)); /* values are as they were */
  aski_json_destroy(document);
  assert_int_equal(allocator.outstanding, 0);
}

static void json__cursor_counts_lines_and_characters(void **state)
{
  (void)state;
  askiam_str text = ASKI_STR("a\xC3\xA9\xF0\x9F\x98\x80"
                             "b\n\nc");
  static const size_t places[][3] = {{0, 1, 1}, {1, 1, 2}, {3, 1, 3},  {7, 1, 4},
                                     {8, 1, 5}, {9, 2, 1}, {10, 3, 1}, {99, 3, 2}};
  aski_json_cursor cursor;
  aski_json_cursor_init(&cursor, text);
  for (size_t i = 0; i < sizeof places / sizeof *places; ++i) {
    aski_json_cursor_advance(&cursor, places[i][0]);
    assert_int_equal(cursor.line, places[i][1]);
    assert_int_equal(cursor.column, places[i][2]);
  }
}

static void json__a_parse_says_where_it_failed(void **state)
{
  (void)state;
  aski_json_document *document = NULL;
  aski_json_place place = {0};
  assert_int_equal(aski_json_parse_place(&document, ASKI_STR("{\n  \"a\": x}"), aski_allocator_default(),
                                         ASKIAM_LAYER_REQUEST, &place, NULL),
                   ASKIAM_STATUS_BAD_DATA);
  assert_null(document);
  assert_int_equal(place.line, 2);
  assert_int_equal(place.column, 8);
  assert_true(strncmp(place.message, "expected a value", 16) == 0);
}

/* A member that occurs twice within one of those documents stays, and places are found all the same; elsewhere it is refused as always. */
static void json__documents_within_a_text_may_have_members_twice(void **state)
{
  (void)state;
  static const char *const apart[] = {"one", "many", NULL};
  static const struct {
    const char *text;
    askiam_status expected;
  } cases[] = {
      {"{\"one\":{\"a\":1,\"a\":2},\"n\":3}", ASKIAM_STATUS_OK},
      {"{\"many\":[[{\"b\":{\"a\":1,\"a\":2}}]],\"\\u006fne\":{\"a\":1,\"a\":2}}", ASKIAM_STATUS_OK},
      {"{\"one\":{},\"one\":{}}", ASKIAM_STATUS_BAD_DATA},
      {"{\"one\":{\"a\":1,\"a\":2},\"other\":{\"a\":1,\"a\":2}}", ASKIAM_STATUS_BAD_DATA},
      {"{\"other\":{\"one\":{\"a\":1,\"a\":2}}}", ASKIAM_STATUS_BAD_DATA},
      {"[{\"one\":{\"a\":1,\"a\":2}}]", ASKIAM_STATUS_BAD_DATA},
      {"{\"one\":{\"a\":1,\"a\":}}", ASKIAM_STATUS_BAD_DATA},
  };
  test_allocator allocator;
  test_allocator_init(&allocator);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    aski_json_document *document = NULL;
    askiam_str text = askiam_str_from(cases[i].text);
    assert_int_equal(aski_json_parse_apart(&document, text, apart, &allocator.base, ASKIAM_LAYER_REQUEST, NULL),
                     cases[i].expected);
    if (document != NULL) {
      assert_true(aski_json_locate(document, text));
      const aski_json *last = aski_json_first(aski_json_root(document));
      while (aski_json_next(last) != NULL) {
        last = aski_json_next(last);
      }
      assert_int_equal(text.data[aski_json_offset(document, last, false)], i == 0 ? '3' : '{');
    }
    aski_json_destroy(document);
  }
  assert_int_equal(allocator.outstanding, 0);
}

/* Each value counts, whatever it is in; commas and brackets in texts do not. */
static void json__a_bounded_parse_takes_no_more_values(void **state)
{
  (void)state;
  const askiam_str text = ASKI_STR("[1,{\"a\":[]},\"x,[{\",null]");
  enum { VALUES = 6 };
  test_allocator allocator;
  test_allocator_init(&allocator);
  for (size_t bound = 0; bound <= VALUES + 1; ++bound) {
    aski_json_document *document = NULL;
    askiam_error error = ASKIAM_ERROR_INIT;
    askiam_status status =
        aski_json_parse_bounded(&document, text, bound, &allocator.base, ASKIAM_LAYER_SEARCH, &error);
    assert_int_equal(status, bound < VALUES ? ASKIAM_STATUS_BAD_DATA : ASKIAM_STATUS_OK);
    assert_int_equal(strstr(error.message, "more values") != NULL, bound < VALUES);
    assert_int_equal(document != NULL, bound >= VALUES);
    aski_json_destroy(document);
  }
  assert_int_equal(allocator.outstanding, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(json__a_tree_is_read_by_name_and_by_order),
      cmocka_unit_test(json__documents_within_a_text_may_have_members_twice),
      cmocka_unit_test(json__a_bounded_parse_takes_no_more_values),
      cmocka_unit_test(json__values_of_another_type_are_absent_or_the_default),
      cmocka_unit_test(json__numbers_keep_their_literal_text),
      cmocka_unit_test(json__numbers_have_their_value_in_any_locale),
      cmocka_unit_test(json__bad_text_is_refused_with_layer_line_and_column),
      cmocka_unit_test(json__out_of_memory_is_told_and_leaks_nothing),
      cmocka_unit_test(json__out_of_memory_within_cjson_is_told),
      cmocka_unit_test(json__nodes_are_found_in_their_text),
      cmocka_unit_test(json__cursor_counts_lines_and_characters),
      cmocka_unit_test(json__a_parse_says_where_it_failed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
