/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "apps/lambda/http_event.h"
#include "host.h"

static void s_path(const char *path, const char *template, const char *greedy, const char *stage, const char *expected)
{
  test_text_is(lambda_http_route_path(askiam_str_from(path), askiam_str_from(template), askiam_str_from(greedy),
                                      askiam_str_from(stage)),
               expected);
}

static void http__path_is_the_template_s_part_behind_stage_and_base_path(void **state)
{
  (void)state;
  s_path("/chat", "/chat", NULL, "prod", "/chat");
  s_path("/base/chat", "/chat", NULL, "prod", "/chat");
  s_path("/base/prod/status/r1", "/status/{request_id}", NULL, "prod", "/status/r1");
  s_path("/base/status/r1", "/{proxy+}", "status/r1", "prod", "/status/r1");
  s_path("/base/iam/chat", "/iam/{proxy+}", "chat", "prod", "/iam/chat");
  s_path("/status/a/b", "/{proxy+}", "status/a/b", "prod", "/status/a/b");
  s_path("/x", "/status/{request_id}", NULL, "prod", "/x");
  s_path("/x", "/{proxy+}", NULL, "prod", "/x");
}

static void http__path_without_template_loses_its_stage_alone(void **state)
{
  (void)state;
  s_path("/prod/chat", NULL, NULL, "prod", "/chat");
  s_path("/prod/prod/chat", NULL, NULL, "prod", "/prod/chat");
  s_path("/production/chat", NULL, NULL, "prod", "/production/chat");
  s_path("/prod", NULL, NULL, "prod", "/prod");
  s_path("/chat", NULL, NULL, "$default", "/chat");
  s_path("/chat", NULL, NULL, "", "/chat");
  s_path("/chat", NULL, NULL, NULL, "/chat");
  s_path("", NULL, NULL, "prod", "");
  s_path("", "/chat", NULL, "prod", "");
}

static void s_decode(const char *encoded, const char *expected)
{
  lambda_http_request request = {.scratch = APP_SCRATCH_INIT};
  test_text_is(lambda_http_decode(&request, askiam_str_from(encoded)), expected);
  lambda_http_request_clean_up(&request);
}

static void http__percent_encoding_is_undone_once(void **state)
{
  (void)state;
  s_decode("req-1", "req-1");
  s_decode("a%3Ab%2fc", "a:b/c");
  s_decode("%253A", "%3A");
  s_decode("a+b", "a+b");
  s_decode("", "");
  s_decode("%", NULL);
  s_decode("%4", NULL);
  s_decode("%4g", NULL);
  s_decode("%%41", NULL);
  s_decode(NULL, NULL);
}

static void s_base64(const char *encoded, const char *expected)
{
  lambda_http_request request = {.scratch = APP_SCRATCH_INIT};
  test_text_is(lambda_http_base64(&request, askiam_str_from(encoded)), expected);
  lambda_http_request_clean_up(&request);
}

/* The vectors of RFC 4648, and what is not exactly that. */
static void http__base64_is_taken_only_as_it_is_written(void **state)
{
  (void)state;
  s_base64("", "");
  s_base64("Zg==", "f");
  s_base64("Zm8=", "fo");
  s_base64("Zm9v", "foo");
  s_base64("Zm9vYg==", "foob");
  s_base64("Zm9vYmE=", "fooba");
  s_base64("Zm9vYmFy", "foobar");
  s_base64("+/+/", "\xFB\xFF\xBF");
  static const char *const s_wrong[] = {"Zg",   "Zg=",      "Zg===",      "Zh==", "Zm9=",     "Zm9v\n",
                                        "Zm 9", "Zm9v====", "====",       "=Zm9", "Zg==Zm9v", "Zm9v*",
                                        "-_-_", "Z===",     "Zm\xC3\xA9", "==",   "Zm9vYg=v", "Zm8=Zm8="};
  for (size_t i = 0; i < sizeof s_wrong / sizeof *s_wrong; ++i) {
    s_base64(s_wrong[i], NULL);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(http__path_is_the_template_s_part_behind_stage_and_base_path),
      cmocka_unit_test(http__path_without_template_loses_its_stage_alone),
      cmocka_unit_test(http__percent_encoding_is_undone_once),
      cmocka_unit_test(http__base64_is_taken_only_as_it_is_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
