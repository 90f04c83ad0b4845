/* SPDX-License-Identifier: Apache-2.0
 *
 * Claims: found by name and pointer, turned into words; and what a token's claims must say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "auth/claims.h"
#include "auth/jwt.h"
#include "support/allocator.h"

static aski_json_document *s_parse(const char *json, const test_allocator *allocator)
{
  aski_json_document *document = NULL;
  assert_int_equal(aski_json_parse(&document, askiam_str_from(json), &allocator->base, ASKIAM_LAYER_REQUEST, NULL),
                   ASKIAM_STATUS_OK);
  return document;
}

static void claims__are_found_by_name_or_pointer(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_json_document *document =
      s_parse("{\"a\":\"1\",\"a.b\":\"2\",\"https://x/y\":\"3\",\"r\":{\"s\":{\"t\":\"4\"},\"a/"
              "b~c\":\"5\",\"\":\"6\"},\"l\":[\"7\"]}",
              &allocator);
  static const char *const found[][2] = {{"a", "1"},          {"a.b", "2"}, {"https://x/y", "3"}, {"/r/s/t", "4"},
                                         {"/r/a~1b~0c", "5"}, {"/r/", "6"}, {"/a", "1"}};
  static const char *const missing[] = {"", "b", "/", "/r/x", "/r/s/t/u", "/l/0", "r/s", "A"};
  for (size_t i = 0; i < sizeof found / sizeof *found; ++i) {
    const aski_json *claim = aski_claims_find(aski_json_root(document), askiam_str_from(found[i][0]));
    assert_true(aski_str_equal_text(aski_json_string(claim), found[i][1]));
  }
  for (size_t i = 0; i < sizeof missing / sizeof *missing; ++i) {
    assert_null(aski_claims_find(aski_json_root(document), askiam_str_from(missing[i])));
  }
  char longest[600];
  memset(longest, 'x', sizeof longest);
  longest[0] = '/';
  assert_null(aski_claims_find(aski_json_root(document), (askiam_str){longest, 200}));
  assert_null(aski_claims_find(aski_json_root(document), (askiam_str){longest, sizeof longest}));
  aski_json_destroy(document);
  assert_int_equal(allocator.outstanding, 0);
}

/* How a claim is read: as the token has it, or as a gateway handed it on. */
typedef enum claim_form { OF_TOKEN, RELAYED, RELAYED_WITH_COMMAS } claim_form;

/* `words` NULL: it is refused. */
static void s_words(claim_form form, const char *json, const char *words)
{
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_json_document *document = s_parse(json, &allocator);
  const aski_json *claim = aski_json_root(document);
  aski_buffer out;
  aski_buffer_init(&out, &allocator.base);
  bool good = form == OF_TOKEN ? aski_claims_append_words(&out, claim)
                               : aski_claims_append_relayed(&out, claim, form == RELAYED_WITH_COMMAS);
  assert_int_equal(good, words != NULL);
  if (good) {
    assert_string_equal(aski_str_trim(aski_buffer_view(&out)).length == 0 ? "" : out.data, words);
  }
  aski_buffer_clean_up(&out);
  aski_json_destroy(document);
  assert_int_equal(allocator.outstanding, 0);
}

static void claims__no_text_of_a_list_makes_two_words(void **state)
{
  (void)state;
  static const char *const cases[][2] = {
      {"\"a b\"", "a b"},
      {"\"x%20audit 50%\"", "x%2520audit 50%25"}, /* no other's word than in a list */
      {"[\"a\",\"b c\",\"audit\"]", "a b%20c audit"},
      {"[\"x audit\"]", "x%20audit"},
      {"[\"x\\taudit\",\"50%\",\"b\\u007f\"]", "x%09audit 50%25 b%7F"},
      {"[\"x%20audit\"]", "x%2520audit"},
      {"[\"\",\"\"]", ""},
      {"[]", ""},
      {"null", ""},
      {"7", NULL},
      {"true", NULL},
      {"{\"a\":1}", NULL},
      {"[\"a\",1]", NULL},
      {"[[\"a\"]]", NULL},
      {"[null]", NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    s_words(OF_TOKEN, cases[i][0], cases[i][1]);
  }
  aski_buffer none = {0};
  assert_true(aski_claims_append_words(&none, NULL));
}

static void claims__a_gateway_s_lists_are_read_in_each_of_its_forms(void **state)
{
  (void)state;
  static const struct {
    claim_form form;
    const char *json, *words;
  } cases[] = {
      {RELAYED, "\"[a b]\"", "a b"},
      {RELAYED, "\"[a,b  c]\"", "a,b c"},
      {RELAYED, "\"[HR%20x 50%]\"", "HR%2520x 50%25"},
      {RELAYED, "\"[a\\tb]\"", "a%09b"},
      {RELAYED, "\"[]\"", ""},
      {RELAYED, "\"[\"", "["},
      {RELAYED, "\"a,b%20c\"", "a,b%2520c"},
      {RELAYED, "\"[a] b\"", "[a] b"},
      {RELAYED, "[\"a b\",\"c\"]", "a%20b c"},
      {RELAYED, "null", ""},
      {RELAYED, "7", NULL},
      {RELAYED, "[\"a\",7]", NULL},
      {RELAYED_WITH_COMMAS, "\"a,b%\"", "a b%25"},
      {RELAYED_WITH_COMMAS, "\"[a, b]\"", "a b"},
      {RELAYED_WITH_COMMAS, "\",,a,\"", "a"},
      {RELAYED_WITH_COMMAS, "\"a b%20c\"", "a b%2520c"},
      {RELAYED_WITH_COMMAS, "\"b%\"", "b%25"}, /* as beside others */
      {RELAYED_WITH_COMMAS, "[\"a,b\"]", "a,b"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    s_words(cases[i].form, cases[i].json, cases[i].words);
  }
}

enum { NOW_S = 1768991445, SKEW_S = 60 };

/* What is said of these claims; "" where they are good. */
static void s_check(const char *json, const char *audience_claim, const char *wanted)
{
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_json_document *document = s_parse(json, &allocator);
  const aski_jwt_rules rules = {.issuer = ASKI_STR("https://id.example/"),
                                .audiences = ASKI_STR("askiam  https://api.example"),
                                .audience_claim = askiam_str_from(audience_claim),
                                .skew_ms = SKEW_S * INT64_C(1000)};
  askiam_error error = ASKIAM_ERROR_INIT;
  int64_t end_ms = 0;
  askiam_status status = aski_jwt_check(&end_ms, aski_json_root(document), &rules, NOW_S * INT64_C(1000), &error);
  if (status != (wanted[0] == 0 ? ASKIAM_STATUS_OK : ASKIAM_STATUS_NOT_PERMITTED) ||
      strstr(error.message, wanted) == NULL) {
    fail_msg("%s: %s", json, error.message);
  }
  aski_json_destroy(document);
  assert_int_equal(allocator.outstanding, 0);
}

/* Claims that are good but for times: members of them, with @ for the time. */
static void s_times(const char *wanted, const char *members, long long at)
{
  char json[512];
  const char *mark = strchr(members, '@');
  int lead = mark == NULL ? (int)strlen(members) : (int)(mark - members);
  snprintf(json, sizeof json, "{\"iss\":\"https://id.example/\",\"aud\":\"askiam\",%.*s", lead, members);
  if (mark != NULL) {
    snprintf(json + strlen(json), sizeof json - strlen(json), "%lld%s", at, mark + 1);
  }
  strcat(json, "}");
  s_check(json, "aud", wanted);
}

static void claims__times_hold_within_the_skew(void **state)
{
  (void)state;
  s_times("", "\"exp\":@", NOW_S + 1);
  s_times("", "\"exp\":@", NOW_S - SKEW_S + 1);
  s_times("expired", "\"exp\":@", NOW_S - SKEW_S);
  s_times("", "\"exp\":@.5", NOW_S - SKEW_S);
  s_times("expired", "\"exp\":@", 0);
  s_times("no exp", "\"iat\":@", NOW_S);
  s_times("", "\"exp\":253402300799,\"nbf\":@", NOW_S + SKEW_S);
  s_times("nbf is in the future", "\"exp\":253402300799,\"nbf\":@", NOW_S + SKEW_S + 1);
  s_times("", "\"exp\":253402300799,\"iat\":@", NOW_S + SKEW_S);
  s_times("iat is in the future", "\"exp\":253402300799,\"iat\":@", NOW_S + SKEW_S + 1);
  static const char *const bad[] = {"\"exp\":\"@\"",
                                    "\"exp\":-@",
                                    "\"exp\":@000",
                                    "\"exp\":null",
                                    "\"exp\":[@]",
                                    "\"exp\":1e400",
                                    "\"exp\":true",
                                    "\"exp\":@,\"nbf\":\"0\"",
                                    "\"exp\":@,\"iat\":null",
                                    "\"exp\":@,\"nbf\":{}"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    s_times("is no time", bad[i], NOW_S + 100);
  }
}

#define GOOD "\"exp\":1768991500"

static void claims__issuer_and_audience_are_ours(void **state)
{
  (void)state;
  static const char *const cases[][2] = {
      {"{" GOOD ",\"iss\":\"https://id.example/\",\"aud\":\"askiam\"}", ""},
      {"{" GOOD ",\"iss\":\"https://id.example/\",\"aud\":[\"other\",\"https://api.example\"]}", ""},
      {"{" GOOD ",\"iss\":\"https://id.example\",\"aud\":\"askiam\"}", "another issuer"},
      {"{" GOOD ",\"iss\":\"https://id.example/x\",\"aud\":\"askiam\"}", "another issuer"},
      {"{" GOOD ",\"iss\":[\"https://id.example/\"],\"aud\":\"askiam\"}", "another issuer"},
      {"{" GOOD ",\"iss\":\"\",\"aud\":\"askiam\"}", "another issuer"},
      {"{" GOOD ",\"aud\":\"askiam\"}", "another issuer"},
      {"{" GOOD ",\"iss\":\"https://id.example/\"}", "another audience"},
      {"{" GOOD ",\"iss\":\"https://id.example/\",\"aud\":\"ASKIAM\"}", "another audience"},
      {"{" GOOD ",\"iss\":\"https://id.example/\",\"aud\":\"askiam https://api.example\"}", "another audience"},
      {"{" GOOD ",\"iss\":\"https://id.example/\",\"aud\":\"\"}", "another audience"},
      {"{" GOOD ",\"iss\":\"https://id.example/\",\"aud\":[]}", "another audience"},
      {"{" GOOD ",\"iss\":\"https://id.example/\",\"aud\":[\"askiam\",1]}", "neither a text"},
      {"{" GOOD ",\"iss\":\"https://id.example/\",\"aud\":{\"a\":\"askiam\"}}", "neither a text"},
      {"{" GOOD ",\"iss\":\"https://id.example/\",\"aud\":null}", "neither a text"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    s_check(cases[i][0], "aud", cases[i][1]);
  }
  s_check("{" GOOD ",\"iss\":\"https://id.example/\",\"client_id\":\"askiam\"}", "client_id", "");
  s_check("{" GOOD ",\"iss\":\"https://id.example/\",\"aud\":\"askiam\"}", "client_id", "another audience");
}

static void claims__other_kinds_of_token_are_refused(void **state)
{
  (void)state;
  static const char *const good[] = {"{}", "{\"typ\":\"JWT\"}", "{\"typ\":\"at+jwt\"}",
                                     "{\"typ\":\"application/AT+JWT\"}"};
  static const char *const bad[] = {
      "{\"typ\":\"logout+jwt\"}", "{\"typ\":\"dpop+jwt\"}", "{\"typ\":\"\"}", "{\"typ\":null}", "{\"typ\":1}",
      "{\"typ\":\"JW\"}"};
  test_allocator allocator;
  test_allocator_init(&allocator);
  for (size_t i = 0; i < sizeof good / sizeof *good + sizeof bad / sizeof *bad; ++i) {
    bool taken = i < sizeof good / sizeof *good;
    aski_json_document *document = s_parse(taken ? good[i] : bad[i - sizeof good / sizeof *good], &allocator);
    assert_int_equal(aski_jwt_check_type(aski_json_root(document), NULL),
                     taken ? ASKIAM_STATUS_OK : ASKIAM_STATUS_NOT_PERMITTED);
    aski_json_destroy(document);
  }
  assert_int_equal(allocator.outstanding, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(claims__are_found_by_name_or_pointer),
      cmocka_unit_test(claims__no_text_of_a_list_makes_two_words),
      cmocka_unit_test(claims__a_gateway_s_lists_are_read_in_each_of_its_forms),
      cmocka_unit_test(claims__times_hold_within_the_skew),
      cmocka_unit_test(claims__issuer_and_audience_are_ours),
      cmocka_unit_test(claims__other_kinds_of_token_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
