/* SPDX-License-Identifier: Apache-2.0
 *
 * What whoever asks could change so that a condition holds, or no longer does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "policy/changes.h"
#include "support/allocator.h"

/* 2026-06-15T00:00:00Z */
#define NOW INT64_C(1781481600000)

typedef struct s_case {
  const char *condition;
  bool hold;
  const char *changes; /* "what is tried: the sentence", separated by "; " */
} s_case;

static const s_case s_cases[] = {
    {"{\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}", false, "10.0.0.1: Ask from an address in 10.0.0.0/8."},
    {"{\"IpAddress\":{\"AWS:SOURCEIP\":[\"10.9.8.7/24\",\"2001:db8::/32\",\"203.0.113.5\"]}}", true,
     "10.9.8.1: Ask from an address in 10.9.8.7/24.; 2001:db8::1: Ask from an address in 2001:db8::/32.; "
     "203.0.113.5: Ask from an address in 203.0.113.5."},
    {"{\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}", false, "11.0.0.1: Ask from an address outside 10.0.0.0/8."},
    {"{\"IpAddress\":{\"aws:SourceIp\":[\"10.0.0.0/8\",\"11.0.0.0/8\"]}}", false,
     "8.0.0.1: Ask from an address outside 10.0.0.0/8 and 11.0.0.0/8."},
    {"{\"IpAddress\":{\"aws:SourceIp\":[\"0.0.0.0/1\",\"128.0.0.0/1\"]}}", false, ""},
    {"{\"NotIpAddress\":{\"aws:SourceIp\":[\"10.0.0.0/9\",\"192.168.0.1\"]}}", true,
     "10.128.0.1: Ask from an address outside 10.0.0.0/9 and 192.168.0.1."},
    {"{\"IpAddress\":{\"aws:SourceIp\":\"0.0.0.0/0\"}}", false, ""},
    {"{\"NumericGreaterThan\":{\"askiam:RequestedDurationSeconds\":\"28800\"}}", false,
     "28800: Ask with a duration of at most 8 hours."},
    {"{\"NumericGreaterThan\":{\"askiam:RequestedDurationSeconds\":28800}}", true,
     "28801: Ask with a duration of more than 8 hours."},
    {"{\"NumericGreaterThanEquals\":{\"askiam:RequestedDurationSeconds\":\"86400\"}}", false,
     "86399: Ask with a duration of less than 1 day."},
    {"{\"NumericLessThanEqualsIfExists\":{\"askiam:requesteddurationseconds\":[\"60\",\"120\"]}}", true,
     "60: Ask with a duration of at most 1 minute.; 120: Ask with a duration of at most 2 minutes."},
    {"{\"NumericLessThan\":{\"askiam:RequestedDurationSeconds\":\"3600\"}}", false,
     "3600: Ask with a duration of at least 1 hour."},
    {"{\"NumericLessThan\":{\"askiam:RequestedDurationSeconds\":\"1\"}}", true, ""},
    {"{\"NumericEquals\":{\"askiam:RequestedDurationSeconds\":\"3600\"}}", true,
     "3600: Ask with a duration of exactly 1 hour."},
    {"{\"NumericEquals\":{\"askiam:RequestedDurationSeconds\":\"3600\"}}", false,
     "3599: Ask with a duration other than 1 hour."},
    {"{\"NumericNotEquals\":{\"askiam:RequestedDurationSeconds\":\"3600\"}}", false,
     "3600: Ask with a duration of exactly 1 hour."},
    {"{\"Null\":{\"askiam:RequestedDurationSeconds\":\"true\"}}", false,
     "2592000: Ask with an end, for example for 30 days."},
    {"{\"Null\":{\"askiam:RequestedDurationSeconds\":false}}", false, "0: Ask without an end."},
    {"{\"NumericLessThan\":{\"askiam:RequestedDurationSeconds\":\"1e3\"}}", false, ""},
    {"{\"DateLessThan\":{\"aws:CurrentTime\":\"2026-12-01T08:00:00Z\"}}", false,
     "1796112000000: Ask from 2026-12-01 08:00 UTC on."},
    {"{\"DateGreaterThan\":{\"aws:EpochTime\":\"1798761600\"}}", true, "1798761601000: Ask after 2027-01-01."},
    {"{\"DateGreaterThan\":{\"aws:CurrentTime\":\"2026-12-01T08:00:00Z\"}}", false, ""}, /* time does not go back */
    {"{\"DateLessThan\":{\"aws:CurrentTime\":\"2020-01-01\"}}", true, ""},
    {"{\"DateGreaterThanEquals\":{\"aws:CurrentTime\":\"2020-01-01\"}}", true, ""}, /* it is already */
    {"{\"DateGreaterThanEquals\":{\"aws:CurrentTime\":\"2026-12-01T08:00:00Z\"},"
     "\"DateLessThan\":{\"aws:CurrentTime\":\"2026-12-02T18:00:00Z\"}}",
     true, "1796112000000: Ask between 2026-12-01 08:00 UTC and 2026-12-02 18:00 UTC."},
    {"{\"StringLike\":{\"aws:UserAgent\":[\"Corp?Browser/*\",\"other\"]}}", true,
     "CorpxBrowser/: Ask with a user agent like \"Corp?Browser/*\".; other: Ask with a user agent like \"other\"."},
    {"{\"StringEquals\":{\"aws:UserAgent\":\"curl\"}}", false,
     "Mozilla/5.0: Ask with a user agent other than \"curl\"."},
    {"{\"StringNotLike\":{\"aws:UserAgent\":\"${aws:username}*\"}}", false, ""},
    {"{\"StringNotEquals\":{\"aws:UserAgent\":\"askiam\"}}", false, "askiam: Ask with the user agent \"askiam\"."},
    {"{\"StringEquals\":{\"askiam:UserDepartment\":\"HR\"}}", true, ""}, /* not in his hands */
    {"{\"Null\":{\"aws:SourceIp\":\"true\"}}", false, ""},
};

static const aski_policy_statement *s_statement(aski_arena *arena, aski_policy_document *document,
                                                const char *condition)
{
  char json[512];
  snprintf(json, sizeof json,
           "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\","
           "\"Condition\":%s}}",
           condition);
  askiam_error error = ASKIAM_ERROR_INIT;
  if (aski_policy_read(document, arena, askiam_str_from(json), ASKIAM_POLICY_ACCESS_REQUEST, NULL, NULL, &error) !=
      ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  return &document->statements.items[0];
}

static void s_write(char *out, size_t size, aski_arena *arena, const aski_policy_changes *changes)
{
  out[0] = 0;
  for (size_t i = 0; i < changes->count; ++i) {
    const aski_policy_change *change = &changes->items[i];
    size_t length = strlen(out);
    askiam_str words = aski_policy_words_change(arena, change, 1);
    const char *between = i == 0 ? "" : "; ";
    if (aski_str_present(change->value)) {
      snprintf(out + length, size - length, "%s%.*s: %.*s", between, ASKI_STR_ARG(change->value), ASKI_STR_ARG(words));
    } else {
      snprintf(out + length, size - length, "%s%lld: %.*s", between, (long long)change->number, ASKI_STR_ARG(words));
    }
  }
}

static void changes__are_derived_from_what_conditions_compare_with(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof s_cases / sizeof *s_cases; ++i) {
    aski_arena arena;
    aski_policy_document document;
    aski_policy_changes changes = {.count = 0};
    aski_arena_init(&arena, aski_allocator_default());
    aski_policy_changes_of(&changes, &arena, s_statement(&arena, &document, s_cases[i].condition), s_cases[i].hold,
                           NOW);
    char written[1024];
    s_write(written, sizeof written, &arena, &changes);
    if (strcmp(written, s_cases[i].changes) != 0) {
      fail_msg("%s: %s, not %s", s_cases[i].condition, written, s_cases[i].changes);
    }
    aski_arena_clean_up(&arena);
  }
}

static void changes__several_ranges_are_told_in_one_sentence(void **state)
{
  (void)state;
  aski_arena arena;
  aski_policy_document document;
  aski_policy_changes changes = {.count = 0};
  aski_arena_init(&arena, aski_allocator_default());
  aski_policy_changes_of(
      &changes, &arena,
      s_statement(&arena, &document, "{\"NotIpAddress\":{\"aws:SourceIp\":[\"10.0.0.0/8\",\"192.168.0.0/16\"]}}"),
      false, NOW);
  assert_int_equal(changes.count, 2);
  assert_string_equal(aski_policy_words_change(&arena, changes.items, 2).data,
                      "Ask from an address in 10.0.0.0/8 or 192.168.0.0/16.");
  aski_arena_clean_up(&arena);
}

static void changes__are_bounded(void **state)
{
  (void)state;
  aski_arena arena;
  aski_policy_document document;
  aski_policy_changes changes = {.count = 0};
  aski_arena_init(&arena, aski_allocator_default());
  const aski_policy_statement *statement =
      s_statement(&arena, &document, "{\"NotIpAddress\":{\"aws:SourceIp\":[\"10.0.0.0/8\",\"192.168.0.0/16\"]}}");
  for (int i = 0; i < 100; ++i) {
    aski_policy_changes_of(&changes, &arena, statement, false, NOW);
  }
  assert_int_equal(changes.count, ASKI_POLICY_CHANGES_MAX);
  aski_arena_clean_up(&arena);
}

static void changes__memory_may_run_out_anywhere(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof s_cases / sizeof *s_cases; ++i) {
    aski_arena document_arena;
    aski_policy_document document;
    aski_arena_init(&document_arena, aski_allocator_default());
    const aski_policy_statement *statement = s_statement(&document_arena, &document, s_cases[i].condition);
    bool done = false;
    for (long at = 1; !done; ++at) {
      test_allocator allocator;
      aski_arena arena;
      aski_policy_changes changes = {.count = 0};
      test_allocator_init(&allocator);
      test_allocator_fail_at(&allocator, at);
      aski_arena_init(&arena, &allocator.base);
      arena.block_bytes = 16;
      aski_policy_changes_of(&changes, &arena, statement, s_cases[i].hold, NOW);
      char written[1024];
      s_write(written, sizeof written, &arena, &changes);
      done = !arena.failed;
      assert_true(!done || strcmp(written, s_cases[i].changes) == 0);
      aski_arena_clean_up(&arena);
      assert_int_equal(allocator.outstanding, 0);
      assert_true(at < 200);
    }
    aski_arena_clean_up(&document_arena);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(changes__are_derived_from_what_conditions_compare_with),
      cmocka_unit_test(changes__several_ranges_are_told_in_one_sentence),
      cmocka_unit_test(changes__are_bounded),
      cmocka_unit_test(changes__memory_may_run_out_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
