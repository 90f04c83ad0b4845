/* SPDX-License-Identifier: Apache-2.0
 *
 * Flat JSON and name keys, each by its short way and by the long one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/common/texts.h"

#include <stdio.h>

#include "base/text.h"
#include "store/common/keys.h"

static askiam_status s_append(void *context, askiam_str key, askiam_str value)
{
  aski_buffer_append_format(context, "%.*s=%.*s;", ASKI_STR_ARG(key), ASKI_STR_ARG(value));
  return ASKIAM_STATUS_OK;
}

static void s_reads(const char *json, askiam_status expected, const char *texts)
{
  aski_buffer out;
  askiam_error error = ASKIAM_ERROR_INIT;
  aski_buffer_init(&out, aski_allocator_default());
  assert_int_equal(aski_store_read_texts(askiam_str_from(json), aski_allocator_default(), s_append, &out, &error),
                   expected);
  assert_string_equal(aski_buffer_view(&out).data, texts);
  aski_buffer_clean_up(&out);
}

static void texts__flat_json_is_read(void **state)
{
  (void)state;
  s_reads("", ASKIAM_STATUS_OK, "");
  s_reads("{}", ASKIAM_STATUS_OK, "");
  s_reads("[ ]", ASKIAM_STATUS_OK, "");
  s_reads("{\"a\":\"b\", \"c\" : \"\"}", ASKIAM_STATUS_OK, "a=b;c=;");
  s_reads("[\"x\",\"y z\"]", ASKIAM_STATUS_OK, "=x;=y z;");
  s_reads("{\"a\\\"b\":\"\\u00e9\"}", ASKIAM_STATUS_OK, "a\"b=\xc3\xa9;");
  s_reads("{\"n\":1,\"a\":\"b\"}", ASKIAM_STATUS_OK, "a=b;");
}

static void texts__what_is_no_json_is_corrupt(void **state)
{
  (void)state;
  const char *const bad[] = {"{",        "[\"a\"", "{\"a\"}",        "[\"a\" \"b\"]", "{\"a\":\"b\"}x",
                             "[\"a\",]", "\"a\"x", "{\"a\":\"b\\\"}"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    s_reads(bad[i], ASKIAM_STATUS_CORRUPT, "");
  }
}

/* The short way for ASCII gives what askiam_text_key gives. */
static void texts__keys_are_the_librarys(void **state)
{
  (void)state;
  const char *const names[] = {
      "",     " ", "John Doe",       "  a--b  ", "O'Neil@X.com", "A1 b2", "Jos\xc3\xa9", "\xef\xbc\xa1 b",
      "x\ty", "_", "Stra\303\237e 9"};
  aski_buffer key;
  aski_arena arena;
  aski_buffer_init(&key, aski_allocator_default());
  aski_arena_init(&arena, aski_allocator_default());
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    askiam_str expected = aski_text_key(&arena, askiam_str_from(names[i]));
    assert_true(aski_store_key(&key, askiam_str_from(names[i])));
    assert_true(aski_str_equal(aski_buffer_view(&key), expected));
    assert_true(aski_store_compact_key(&key, askiam_str_from(names[i])));
    assert_true(aski_str_equal(aski_buffer_view(&key), aski_text_compact(&arena, expected)));
  }
  for (int byte = 1; byte < 128; ++byte) {
    char name[4] = {'a', (char)byte, 'b', 0};
    askiam_str expected = aski_text_key(&arena, askiam_str_from(name));
    assert_true(aski_store_key(&key, askiam_str_from(name)));
    assert_true(aski_str_equal(aski_buffer_view(&key), expected));
  }
  assert_false(aski_store_key(&key, ASKI_STR("\xff")));
  aski_buffer_clean_up(&key);
  aski_arena_clean_up(&arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(texts__flat_json_is_read),
      cmocka_unit_test(texts__what_is_no_json_is_corrupt),
      cmocka_unit_test(texts__keys_are_the_librarys),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
