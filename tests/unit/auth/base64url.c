/* SPDX-License-Identifier: Apache-2.0
 *
 * base64url: exactly the texts that an encoder writes, and none besides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "auth/base64url.h"
#include "support/allocator.h"

static bool s_decode(aski_buffer *out, const char *text, size_t length)
{
  aski_buffer_clear(out);
  return aski_base64url_decode(out, (askiam_str){text, length});
}

/* RFC 4648, 10, without padding. */
static void base64url__vectors_of_the_rfc_are_read(void **state)
{
  (void)state;
  static const char *const pairs[][2] = {
      {"", ""},           {"Zg", "f"},          {"Zm8", "fo"},          {"Zm9v", "foo"},
      {"Zm9vYg", "foob"}, {"Zm9vYmE", "fooba"}, {"Zm9vYmFy", "foobar"}, {"-_8", "\xfb\xff"}};
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_buffer out;
  aski_buffer_init(&out, &allocator.base);
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; ++i) {
    assert_true(s_decode(&out, pairs[i][0], strlen(pairs[i][0])));
    assert_true(aski_str_equal_text(aski_buffer_view(&out), pairs[i][1]));
  }
  aski_buffer_clean_up(&out);
  assert_int_equal(allocator.outstanding, 0);
}

static void base64url__any_other_writing_of_the_same_bytes_is_refused(void **state)
{
  (void)state;
  static const char *const bad[] = {"Zg==", "Zm8=", "Z",   "Zm9vY", " Zm9v", "Zm9v ", "Zm\n9v", "Zm9v\n", "Zm9v====",
                                    "Zh",   "Zm9",  "+/8", "-_9",   "Zm9v.", "Zm?9v", "=",      "Zm=v",   "\xc3\xa9zz"};
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_buffer out;
  aski_buffer_init(&out, &allocator.base);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    if (s_decode(&out, bad[i], strlen(bad[i]))) {
      fail_msg("\"%s\" was taken", bad[i]);
    }
    assert_int_equal(out.length, 0);
    assert_false(out.failed);
  }
  assert_false(s_decode(&out, "Zm\0v", 4));
  aski_buffer_clean_up(&out);
  assert_int_equal(allocator.outstanding, 0);
}

static void base64url__lack_of_memory_is_told(void **state)
{
  (void)state;
  for (long at = 1; at <= 2; ++at) {
    test_allocator allocator;
    test_allocator_init(&allocator);
    test_allocator_fail_at(&allocator, at);
    aski_buffer out;
    aski_buffer_init(&out, &allocator.base);
    assert_false(s_decode(&out, "Zm9v", 4));
    assert_true(out.failed);
    aski_buffer_clean_up(&out);
    assert_int_equal(allocator.outstanding, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(base64url__vectors_of_the_rfc_are_read),
      cmocka_unit_test(base64url__any_other_writing_of_the_same_bytes_is_refused),
      cmocka_unit_test(base64url__lack_of_memory_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
