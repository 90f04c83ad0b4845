/* SPDX-License-Identifier: Apache-2.0
 *
 * What whoever asks could try, and what conditions want of it together, in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>
#include <stdio.h>

#include "policy/wanted.h"
#include "support/allocator.h"

/* 2026-06-15T00:00:00Z */
#define NOW INT64_C(1781481600000)
#define HOUR INT64_C(3600000)

typedef struct s_case {
  const char *condition; /* of one key */
  bool hold;
  const char *text; /* what was tried */
  int64_t number_ms;
  const char *told; /* "": it cannot be told */
} s_case;

static const s_case s_cases[] = {
    {"{\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}", false, "10.0.0.1", 0,
     "Ask from an address in 10.0.0.0/8."},
    {"{\"IpAddress\":{\"AWS:SOURCEIP\":[\"10.9.8.7/24\",\"2001:db8::/32\",\"203.0.113.5\"]}}", true, "203.0.113.5", 0,
     "Ask from an address in 10.9.8.7/24, 2001:db8::/32 or 203.0.113.5."},
    {"{\"IpAddress\":{\"aws:SourceIp\":[\"10.0.0.0/8\",\"11.0.0.0/8\",\"10.1.0.0/16\"]}}", false, "8.0.0.1", 0,
     "Ask from an address outside 10.0.0.0/8 and 11.0.0.0/8."},
    {"{\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"},\"NotIpAddress\":{\"aws:SourceIp\":[\"10.0.0.0/9\","
     "\"192.168.0.0/16\"]}}",
     true, "10.128.0.1", 0, "Ask from an address in 10.0.0.0/8 and not in 10.0.0.0/9."},
    {"{\"IpAddress\":{\"aws:SourceIp\":[\"10.0.0.0/8\",\"172.16.0.0/12\"]},"
     "\"ForAnyValue:IpAddress\":{\"aws:SourceIp\":[\"10.1.0.0/16\",\"11.0.0.0/8\"]}}",
     true, "10.1.0.1", 0, "Ask from an address in 10.1.0.0/16."},
    {"{\"IpAddress\":{\"aws:SourceIp\":[\"1.0.0.0/8\",\"2.0.0.0/8\",\"3.0.0.0/8\",\"4.0.0.0/8\",\"5.0.0.0/8\"]}}", true,
     "1.0.0.1", 0, "Ask from an address in 1.0.0.0/8, 2.0.0.0/8, 3.0.0.0/8, 4.0.0.0/8 or 1 more."},
    /* Every exception is told, so that nobody runs into one of "5 more"; there is a limit to what one can read. */
    {"{\"NotIpAddress\":{\"aws:SourceIp\":[\"1.0.0.0/8\",\"2.0.0.0/8\",\"3.0.0.0/8\",\"4.0.0.0/8\",\"5.0.0.0/8\"]}}",
     true, "6.0.0.1", 0, "Ask from an address outside 1.0.0.0/8, 2.0.0.0/8, 3.0.0.0/8, 4.0.0.0/8 and 5.0.0.0/8."},
    {"{\"NotIpAddress\":{\"aws:SourceIp\":[\"1.0.0.0/8\",\"2.0.0.0/8\",\"3.0.0.0/8\",\"4.0.0.0/8\",\"5.0.0.0/8\","
     "\"6.0.0.0/8\",\"7.0.0.0/8\",\"8.0.0.0/8\",\"9.0.0.0/8\"]}}",
     true, "10.0.0.1", 0, ""},
    {"{\"StringLike\":{\"aws:SourceIp\":\"10.*\"}}", true, "10.0.0.1", 0, ""},

    {"{\"NumericGreaterThan\":{\"askiam:RequestedDurationSeconds\":\"28800\"}}", false, "", 8 * HOUR,
     "Ask with a duration of at most 8 hours."},
    {"{\"NumericGreaterThan\":{\"askiam:RequestedDurationSeconds\":28800}}", true, "", 9 * HOUR,
     "Ask with a duration of more than 8 hours."},
    {"{\"NumericGreaterThanEquals\":{\"askiam:RequestedDurationSeconds\":\"86400\"}}", false, "", HOUR,
     "Ask with a duration of less than 1 day."},
    {"{\"NumericLessThanEqualsIfExists\":{\"askiam:requesteddurationseconds\":[\"60\",\"120\"]}}", true, "", HOUR / 60,
     "Ask with a duration of at most 2 minutes."},
    {"{\"NumericLessThanEquals\":{\"askiam:RequestedDurationSeconds\":[\"60\",\"120\"]}}", false, "", HOUR,
     "Ask with a duration of more than 2 minutes."},
    {"{\"NumericLessThan\":{\"askiam:RequestedDurationSeconds\":\"3600\"}}", false, "", HOUR,
     "Ask with a duration of at least 1 hour."},
    {"{\"NumericGreaterThan\":{\"askiam:RequestedDurationSeconds\":\"3600\"},"
     "\"NumericLessThan\":{\"askiam:RequestedDurationSeconds\":\"86400\"},"
     "\"NumericNotEquals\":{\"askiam:RequestedDurationSeconds\":[\"7200\",\"90\",\"90000\",\"7200\"]}}",
     true, "", 3 * HOUR, "Ask with a duration of more than 1 hour and less than 1 day and other than 2 hours."},
    {"{\"NumericEquals\":{\"askiam:RequestedDurationSeconds\":[\"60\",\"3600\"]}}", true, "", HOUR,
     "Ask with a duration of exactly 1 hour."},
    {"{\"NumericEquals\":{\"askiam:RequestedDurationSeconds\":\"3600\"}}", false, "", 2 * HOUR,
     "Ask with a duration other than 1 hour."},
    {"{\"Null\":{\"askiam:RequestedDurationSeconds\":\"true\"}}", false, "", HOUR,
     "Ask with an end, for example for 30 days."},
    {"{\"Null\":{\"askiam:RequestedDurationSeconds\":false}}", false, "", 0, "Ask without an end."},
    /* Nobody asks for half a minute: a limit is rounded to the stricter side. */
    {"{\"NumericLessThanEquals\":{\"askiam:RequestedDurationSeconds\":\"90.5\"}}", true, "", HOUR / 60,
     "Ask with a duration of at most 1 minute."},
    {"{\"NumericLessThan\":{\"askiam:RequestedDurationSeconds\":\"1e3\"}}", false, "", HOUR,
     "Ask with a duration of at least 17 minutes."},
    {"{\"NumericLessThan\":{\"askiam:RequestedDurationSeconds\":\"7776000.001\"}}", true, "", HOUR,
     "Ask with a duration of at most 90 days."},
    {"{\"NumericLessThan\":{\"askiam:RequestedDurationSeconds\":\"60\"}}", true, "", 30000, ""},
    {"{\"NumericLessThanEquals\":{\"askiam:RequestedDurationSeconds\":\"59.9\"}}", true, "", 30000, ""},
    {"{\"NumericLessThanEquals\":{\"askiam:RequestedDurationSeconds\":\"1e400\"}}", true, "", 720 * HOUR,
     "Ask with an end, for example for 30 days."},
    {"{\"NumericGreaterThan\":{\"askiam:RequestedDurationSeconds\":\"-5\"}}", true, "", 720 * HOUR,
     "Ask with an end, for example for 30 days."},
    {"{\"StringLike\":{\"askiam:RequestedDurationSeconds\":\"3*\"}}", true, "", HOUR, ""},

    {"{\"DateLessThan\":{\"aws:CurrentTime\":\"2026-12-01T08:00:00Z\"}}", false, "", INT64_C(1796112000000),
     "Ask from 2026-12-01 08:00 UTC on."},
    {"{\"DateGreaterThan\":{\"aws:CurrentTime\":\"2027-01-01\"}}", true, "", INT64_C(1798761601000),
     "Ask after 2027-01-01 00:00 UTC."},
    {"{\"DateGreaterThan\":{\"aws:CurrentTime\":\"2027-01-01T00:00:00.25Z\"}}", true, "", INT64_C(1798761601000),
     "Ask from 2027-01-01 00:00:01 UTC on."},
    {"{\"DateGreaterThan\":{\"aws:EpochTime\":\"1798761600\"}}", true, "", INT64_C(1798761601000),
     "Ask from 2027-01-01 00:00:01 UTC on."},
    {"{\"NumericGreaterThanEquals\":{\"aws:EpochTime\":\"1798761599.5\"}}", true, "", INT64_C(1798761600000),
     "Ask from 2027-01-01 on."},
    {"{\"DateGreaterThanEquals\":{\"aws:CurrentTime\":\"2026-12-01T08:00:00Z\"},"
     "\"DateLessThan\":{\"aws:CurrentTime\":\"2026-12-03\"}}",
     true, "", INT64_C(1796112000000), "Ask between 2026-12-01 08:00 UTC and 2026-12-03 00:00 UTC."},
    {"{\"NumericGreaterThan\":{\"aws:EpochTime\":1798761600},\"NumericLessThan\":{\"aws:EpochTime\":1e300}}", true, "",
     INT64_C(1798761601000), "Ask from 2027-01-01 00:00:01 UTC on."},
    {"{\"DateNotEquals\":{\"aws:CurrentTime\":[\"2026-06-15\",\"2026-12-03\"]}}", true, "", NOW + 1000,
     "Ask between 2026-06-15 00:00 UTC and 2026-12-03 00:00 UTC."},
    {"{\"DateEquals\":{\"aws:CurrentTime\":\"2026-12-03\"}}", true, "", INT64_C(1796256000000), ""},
    {"{\"NumericGreaterThan\":{\"aws:CurrentTime\":\"5\"}}", false, "", NOW, ""},

    {"{\"StringLike\":{\"aws:UserAgent\":[\"Corp?Browser/*\",\"other*\"]}}", true, "otherx", 0,
     "Ask with a user agent like \"Corp?Browser/*\" or \"other*\"."},
    {"{\"StringLike\":{\"aws:UserAgent\":[\"a*\",\"b*\"]},\"ForAnyValue:StringLike\":{\"aws:UserAgent\":[\"*c\","
     "\"*d\"]}}",
     true, "ad", 0, "Ask with a user agent like \"a*\" and like \"*d\"."},
    {"{\"StringLike\":{\"aws:UserAgent\":[\"a*\",\"b1\"]},\"StringNotLike\":{\"aws:UserAgent\":[\"b*\",\"*z\"]}}", true,
     "ad", 0, "Ask with a user agent like \"a*\" and not like \"b*\" or \"*z\"."},
    {"{\"StringEquals\":{\"aws:UserAgent\":[\"b1\",\"a1\"]},\"StringNotLike\":{\"aws:UserAgent\":\"b*\"}}", true, "a1",
     0, "Ask with the user agent \"a1\"."},
    {"{\"StringEqualsIgnoreCase\":{\"aws:UserAgent\":\"Curl\"},\"StringLike\":{\"aws:UserAgent\":\"c*\"}}", true,
     "curl", 0, "Ask with the user agent \"curl\"."},
    {"{\"StringEquals\":{\"aws:UserAgent\":\"curl\"}}", false, "x", 0, "Ask with a user agent other than \"curl\"."},
    {"{\"StringNotLike\":{\"aws:UserAgent\":\"a*\"},\"StringNotEquals\":{\"aws:UserAgent\":[\"b\",\"c\"]},"
     "\"StringNotEqualsIgnoreCase\":{\"aws:UserAgent\":\"d\"}}",
     true, "x", 0,
     "Ask with a user agent not like \"a*\" and other than \"b\" and \"c\" and other than \"d\" in any case."},
    {"{\"StringNotLike\":{\"aws:UserAgent\":\"${aws:username}*\"}}", true, "x", 0, ""},
    {"{\"StringNotEquals\":{\"aws:UserAgent\":\"askiam\"}}", false, "askiam", 0, "Ask with the user agent \"askiam\"."},
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

/* All clauses of the statement are wanted to hold, or not to. */
static askiam_str s_tell(aski_arena *arena, const aski_policy_statement *statement, const s_case *that)
{
  aski_policy_wanted wanted;
  bool good = true;
  aski_policy_wanted_init(&wanted, aski_policy_circumstance_of(statement->clauses.items[0].key),
                          (aski_policy_try){that->number_ms, askiam_str_from(that->text)});
  for (size_t i = 0; good && i < statement->clauses.count; ++i) {
    good = aski_policy_want(&wanted, arena, &statement->clauses.items[i], that->hold);
  }
  return good && aski_policy_wanted_settle(&wanted, arena) ? aski_policy_words_wanted(arena, &wanted) : ASKI_STR("");
}

static void wanted__is_told_so_that_every_value_satisfies_it(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof s_cases / sizeof *s_cases; ++i) {
    aski_arena arena;
    aski_policy_document document;
    aski_arena_init(&arena, aski_allocator_default());
    askiam_str told = s_tell(&arena, s_statement(&arena, &document, s_cases[i].condition), &s_cases[i]);
    if (!aski_str_equal_text(told, s_cases[i].told)) {
      fail_msg("%s: \"%.*s\", not \"%s\"", s_cases[i].condition, ASKI_STR_ARG(told), s_cases[i].told);
    }
    aski_arena_clean_up(&arena);
  }
}

static void wanted__who_holds_the_role_must_ask_for_longer(void **state)
{
  (void)state;
  aski_arena arena;
  aski_policy_wanted wanted;
  aski_arena_init(&arena, aski_allocator_default());
  aski_policy_wanted_init(&wanted, ASKI_POLICY_DURATION, (aski_policy_try){.number_ms = 9 * HOUR});
  aski_policy_want_longer(&wanted, 8 * HOUR);
  assert_true(aski_policy_wanted_settle(&wanted, &arena));
  assert_string_equal(aski_policy_words_wanted(&arena, &wanted).data, "Ask with a duration of more than 8 hours.");
  aski_policy_want_longer(&wanted, 8 * HOUR + 1);
  assert_string_equal(aski_policy_words_wanted(&arena, &wanted).data, "Ask with a duration of at least 481 minutes.");
  aski_arena_clean_up(&arena);
}

static void wanted__only_an_upper_limit_shortens(void **state)
{
  (void)state;
  aski_policy_wanted wanted;
  aski_policy_wanted_init(&wanted, ASKI_POLICY_DURATION, (aski_policy_try){.number_ms = HOUR});
  assert_true(aski_policy_wanted_shortens(&wanted, 0));
  assert_false(aski_policy_wanted_shortens(&wanted, 2 * HOUR)); /* "other than 2 hours" */
  wanted.most = (aski_policy_bound){true, false, 60};
  assert_true(aski_policy_wanted_shortens(&wanted, 2 * HOUR));
  aski_policy_wanted_init(&wanted, ASKI_POLICY_DURATION, (aski_policy_try){.number_ms = 0});
  assert_false(aski_policy_wanted_shortens(&wanted, HOUR));
}

typedef struct s_tries {
  const char *condition;
  const char *tries; /* separated by blanks */
} s_tries;

static const s_tries s_to_try[] = {
    {"{\"NotIpAddress\":{\"aws:SourceIp\":[\"10.0.0.0/8\",\"203.0.113.5\",\"2001:db8::/32\"]}}",
     "10.0.0.1 203.0.113.5 2001:db8::1 11.0.0.1"},
    /* Within the smaller range and beside it; both halves leave nothing of the whole. */
    {"{\"NotIpAddress\":{\"aws:SourceIp\":[\"10.0.0.0/8\",\"10.0.0.0/9\"]}}", "10.128.0.0 10.0.0.1 11.0.0.1"},
    {"{\"IpAddress\":{\"aws:SourceIp\":[\"10.0.0.0/9\",\"10.0.0.0/8\",\"10.128.0.0/9\"]}}",
     "10.0.0.1 10.128.0.1 11.0.0.1"},
    {"{\"IpAddress\":{\"aws:SourceIp\":[\"0.0.0.0/1\",\"128.0.0.0/1\"]}}", "0.0.0.1 128.0.0.1"},
    {"{\"NumericGreaterThan\":{\"askiam:RequestedDurationSeconds\":[\"3600\",\"90.5\",\"59\",\"-1\",\"1e30\"]}}",
     "3540000 3600000 3660000 60000 120000 2592000000 0"},
    {"{\"DateGreaterThan\":{\"aws:CurrentTime\":[\"2026-06-15T00:00:00.5Z\",\"2020-01-01\"]}}",
     "1781481601000 1781481602000"},
    {"{\"StringLike\":{\"aws:UserAgent\":[\"a?*\",\"*b\",\"${aws:username}\"]}}",
     "ax b Mozilla/5.0 askiam axx axb xb bax"},
    {"{\"Null\":{\"aws:SourceIp\":\"true\"}}", "192.0.2.1"},       /* any */
    {"{\"StringEquals\":{\"askiam:UserDepartment\":\"HR\"}}", ""}, /* not in his hands */
};

static void tries__are_the_values_at_which_conditions_change(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof s_to_try / sizeof *s_to_try; ++i) {
    aski_arena arena;
    aski_policy_document document;
    aski_policy_tries tries = {.count = 0};
    char written[512] = "";
    aski_arena_init(&arena, aski_allocator_default());
    const aski_policy_clause *clause = s_statement(&arena, &document, s_to_try[i].condition)->clauses.items;
    aski_policy_circumstance what = aski_policy_circumstance_of(clause->key);
    const aski_policy_clauses clauses = {.items = &clause, .count = 1};
    if (what != ASKI_POLICY_CIRCUMSTANCES) {
      aski_policy_tries_of(&tries, &arena, what, &clauses, NOW);
    }
    for (size_t j = 0; j < tries.count; ++j) {
      size_t length = strlen(written);
      const char *between = j == 0 ? "" : " ";
      if (aski_str_present(tries.items[j].text)) {
        snprintf(written + length, sizeof written - length, "%s%.*s", between, ASKI_STR_ARG(tries.items[j].text));
      } else {
        snprintf(written + length, sizeof written - length, "%s%lld", between, (long long)tries.items[j].number_ms);
      }
    }
    assert_string_equal(written, s_to_try[i].tries);
    aski_arena_clean_up(&arena);
  }
}

static void tries__are_bounded(void **state)
{
  (void)state;
  aski_arena arena;
  aski_policy_document document;
  aski_policy_tries tries = {.count = 0};
  aski_arena_init(&arena, aski_allocator_default());
  char condition[400] = "{\"StringLike\":{\"aws:UserAgent\":[\"x*\"";
  for (int i = 0; i < 30; ++i) {
    snprintf(condition + strlen(condition), sizeof condition - strlen(condition), ",\"a%d*\"", i);
  }
  snprintf(condition + strlen(condition), sizeof condition - strlen(condition), "]}}");
  const aski_policy_clause *clause = s_statement(&arena, &document, condition)->clauses.items;
  const aski_policy_clauses clauses = {.items = &clause, .count = 1};
  aski_policy_tries_of(&tries, &arena, ASKI_POLICY_AGENT, &clauses, NOW);
  assert_int_equal(tries.count, ASKI_POLICY_TRIES_MAX);
  aski_arena_clean_up(&arena);
}

static void tries__variables_that_read_a_circumstance_are_found(void **state)
{
  (void)state;
  unsigned address = 1u << ASKI_POLICY_ADDRESS;
  assert_true(aski_policy_text_reads(askiam_str_from("x-${AWS:sourceip}"), address));
  assert_true(aski_policy_text_reads(askiam_str_from("${a}${aws:SourceIp, 'x'}"), address));
  assert_false(aski_policy_text_reads(askiam_str_from("${aws:SourceIp}"), 1u << ASKI_POLICY_AGENT));
  assert_false(aski_policy_text_reads(askiam_str_from("aws:SourceIp ${askiam:UserId} ${"), address));
}

static void wanted__memory_may_run_out_anywhere(void **state)
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
      aski_policy_tries tries = {.count = 0};
      const aski_policy_clause *clause = statement->clauses.items;
      const aski_policy_clauses clauses = {.items = &clause, .count = 1};
      test_allocator_init(&allocator);
      test_allocator_fail_at(&allocator, at);
      aski_arena_init(&arena, &allocator.base);
      arena.block_bytes = 16;
      aski_policy_tries_of(&tries, &arena, aski_policy_circumstance_of(clause->key), &clauses, NOW);
      askiam_str told = s_tell(&arena, statement, &s_cases[i]);
      done = !arena.failed;
      assert_true(!done || aski_str_equal_text(told, s_cases[i].told));
      aski_arena_clean_up(&arena);
      assert_int_equal(allocator.outstanding, 0);
      assert_true(at < 2000);
    }
    aski_arena_clean_up(&document_arena);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(wanted__is_told_so_that_every_value_satisfies_it),
      cmocka_unit_test(wanted__who_holds_the_role_must_ask_for_longer),
      cmocka_unit_test(wanted__only_an_upper_limit_shortens),
      cmocka_unit_test(tries__are_the_values_at_which_conditions_change),
      cmocka_unit_test(tries__are_bounded),
      cmocka_unit_test(tries__variables_that_read_a_circumstance_are_found),
      cmocka_unit_test(wanted__memory_may_run_out_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
