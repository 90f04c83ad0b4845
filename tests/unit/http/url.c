/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/url.h"

static aski_url s_parse(const char *text)
{
  aski_url url;
  assert_true(aski_url_parse(&url, askiam_str_from(text)));
  return url;
}

static void s_assert_text(askiam_str found, const char *wanted)
{
  if (!aski_str_equal_text(found, wanted)) {
    fail_msg("\"%.*s\" is not \"%s\"", ASKI_STR_ARG(found), wanted);
  }
}

static void http__url_is_taken_apart(void **state)
{
  (void)state;
  aski_url url = s_parse("https://ann:s%40fe@search.example:9200/a/b%20c?x=1&y=?");
  assert_true(url.secure);
  s_assert_text(url.userinfo, "ann:s%40fe");
  s_assert_text(url.host, "search.example");
  assert_int_equal(url.port, 9200);
  assert_true(url.port_given);
  s_assert_text(url.path, "/a/b%20c");
  s_assert_text(url.query, "x=1&y=?");
}

static void http__url_has_defaults(void **state)
{
  (void)state;
  aski_url url = s_parse("HTTP://a");
  assert_false(url.secure);
  assert_int_equal(url.port, 80);
  assert_false(url.port_given);
  s_assert_text(url.path, "/");
  assert_null(url.query.data);
  assert_null(url.userinfo.data);
  assert_int_equal(s_parse("https://a?").port, 443);
  assert_non_null(s_parse("https://a?").query.data);
  s_assert_text(s_parse("https://[2001:db8::1]:8443/x").host, "[2001:db8::1]");
}

static void http__url_that_could_be_read_in_two_ways_is_refused(void **state)
{
  (void)state;
  static const char *const bad[] = {"",
                                    "a",
                                    "ftp://a/",
                                    "https:/a",
                                    "https://",
                                    "https:///x",
                                    "https://a b/",
                                    "https://a/\tb",
                                    "https://a/\nHost: b",
                                    "https://a\\@b/",
                                    "https://a#@b/",
                                    "https://a/#x",
                                    "https://u@v@a/",
                                    "https://a:/",
                                    "https://a:0/",
                                    "https://a:65536/",
                                    "https://a:8a/",
                                    "https://a:99999999999999999999/",
                                    "https://%61/",
                                    "https://a/%zz",
                                    "https://a/%6",
                                    "https://[::1/",
                                    "https://[]/",
                                    "https://[::1]x/",
                                    "https://[fe80::1%25eth0]/",
                                    "https://\xc3\xa4/",
                                    "https://a/\xc3\xa4",
                                    "httpss://a/",
                                    "http//a"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    aski_url url;
    if (aski_url_parse(&url, askiam_str_from(bad[i]))) {
      fail_msg("\"%s\" was taken", bad[i]);
    }
  }
  aski_url url;
  assert_false(aski_url_parse(&url, (askiam_str){"https://a/\0b", 12}));
}

static void http__url_of_this_machine_is_known_by_its_text(void **state)
{
  (void)state;
  static const char *const near[] = {"http://localhost/", "http://LocalHost:1", "http://127.0.0.1",
                                     "http://127.255.3.4/", "http://[::1]:80/"};
  static const char *const far[] = {"http://localhost.example/", "http://127.0.0.1.example/", "http://127.1/",
                                    "http://128.0.0.1/",         "http://10.127.0.0.1/",      "http://a/127.0.0.1",
                                    "http://localhos/",          "http://localhost@a/",       "http://[::2]/",
                                    "http://127.0.0./",          "http://127.0.0.0001/"};
  for (size_t i = 0; i < sizeof near / sizeof *near; ++i) {
    aski_url url = s_parse(near[i]);
    assert_true(aski_url_is_loopback(&url));
  }
  for (size_t i = 0; i < sizeof far / sizeof *far; ++i) {
    aski_url url = s_parse(far[i]);
    if (aski_url_is_loopback(&url)) {
      fail_msg("\"%s\" is not here", far[i]);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(http__url_is_taken_apart),
      cmocka_unit_test(http__url_has_defaults),
      cmocka_unit_test(http__url_that_could_be_read_in_two_ways_is_refused),
      cmocka_unit_test(http__url_of_this_machine_is_known_by_its_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
