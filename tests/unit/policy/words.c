/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions as they are told to whoever asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "policy/words.h"
#include "support/allocator.h"

typedef struct s_case {
  const char *condition; /* of a statement */
  const char *actual;    /* values, separated by "|"; NULL: none */
  bool holds;
  const char *words;
} s_case;

static const s_case s_cases[] = {
    {"{\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}", "203.0.113.7", true,
     "the address 203.0.113.7 is not in 10.0.0.0/8"},
    {"{\"NotIpAddress\":{\"AWS:sourceip\":[\"10.0.0.0/8\",\"192.168.0.0/16\"]}}", "203.0.113.7", true,
     "the address 203.0.113.7 is not in 10.0.0.0/8 or 192.168.0.0/16"},
    {"{\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}", "10.1.2.3", true, "the address 10.1.2.3 is in 10.0.0.0/8"},
    {"{\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}", NULL, true, "the address is not known"},
    {"{\"StringEquals\":{\"askiam:UserDepartment\":[\"HR\",\"Finance\"]}}", "Finance", true,
     "the user's department is \"Finance\""},
    {"{\"StringEquals\":{\"askiam:UserDepartment\":[\"HR\",\"Finance\"]}}", "Sales", false,
     "the user's department \"Sales\" is not one of \"HR\" or \"Finance\""},
    {"{\"StringNotEquals\":{\"askiam:UserDepartment\":\"HR\"}}", "Sales", true,
     "the user's department \"Sales\" is not \"HR\""},
    {"{\"StringNotEquals\":{\"askiam:UserDepartment\":\"HR\"}}", "HR", false, "the user's department is \"HR\""},
    {"{\"StringNotEquals\":{\"askiam:UserDepartment\":\"HR\"}}", NULL, true, "the user's department is not known"},
    {"{\"StringLike\":{\"aws:UserAgent\":\"curl*\"}}", "curl/8.1", true,
     "the user agent \"curl/8.1\" is like \"curl*\""},
    {"{\"StringNotLike\":{\"aws:UserAgent\":[\"a*\",\"b*\"]}}", "curl/8.1", true,
     "the user agent \"curl/8.1\" is not like \"a*\" or \"b*\""},
    {"{\"NumericGreaterThan\":{\"askiam:RequestedDurationSeconds\":\"7776000\"}}", "10368000", true,
     "the duration asked for, 120 days, is more than 90 days"},
    {"{\"NumericLessThanEquals\":{\"askiam:RequestedDurationSeconds\":28800}}", "28800.500", false,
     "the duration asked for, 8 hours 0.500 seconds, is more than 8 hours"},
    {"{\"NumericGreaterThan\":{\"askiam:RequestedDurationSeconds\":\"3600.5\"}}", "8122204.614", true,
     "the duration asked for, 94 days 10 minutes 4.614 seconds, is more than 1 hour 0.5 seconds"},
    {"{\"NumericGreaterThan\":{\"askiam:RequestedDurationSeconds\":[\"1e3\",\".5\",\"90\"]}}", "90061", true,
     "the duration asked for, 1 day 1 hour 1 minute 1 second, is more than 1e3 seconds, .5 seconds or 90 seconds"},
    {"{\"Null\":{\"askiam:RequestedDurationSeconds\":true}}", NULL, true, "no end is asked for"},
    {"{\"Null\":{\"askiam:RequestedDurationSeconds\":\"false\"}}", "5400", true, "an end is asked for"},
    {"{\"Null\":{\"askiam:UserTitle\":\"true\"}}", NULL, true, "the user's title is not known"},
    {"{\"DateLessThan\":{\"aws:CurrentTime\":\"2026-12-01T08:00:00Z\"}}", "2026-11-23T12:00:00.000Z", true,
     "the time, 2026-11-23 12:00 UTC, is before 2026-12-01 08:00 UTC"},
    {"{\"DateGreaterThanEquals\":{\"aws:EpochTime\":\"1798761600\"}}", "1798761601", true,
     "the time, 2027-01-01 00:00:01 UTC, is not before 2027-01-01"},
    {"{\"NumericLessThan\":{\"aws:EpochTime\":1924992000.25}}", "1798761601", true,
     "the time, 2027-01-01 00:00:01 UTC, is before 2031-01-01 00:00:00.250 UTC"},
    {"{\"NumericLessThanEquals\":{\"aws:EpochTime\":[\"1893456000.5\",\"1.8e9\",\"1893456000.0005\",\"1e300\"]}}",
     "1924992000", false,
     "the time, 2031-01-01, is after 2030-01-01 00:00:00.500 UTC, 2027-01-15 08:00 UTC, 1893456000.0005 seconds after "
     "1970-01-01 or 1e300 seconds after 1970-01-01"},
    {"{\"NumericEquals\":{\"aws:EpochTime\":2026}}", "1798761601", false,
     "the time, 2027-01-01 00:00:01 UTC, is not 1970-01-01 00:33:46 UTC"},
    {"{\"DateGreaterThan\":{\"aws:EpochTime\":\"2026\"}}", "1798761601", true,
     "the time, 2027-01-01 00:00:01 UTC, is after 2026-01-01"},
    {"{\"DateGreaterThan\":{\"aws:CurrentTime\":\"2026-11-23T12:00:00.25Z\"}}", "2026-11-23T12:00:00.300Z", true,
     "the time, 2026-11-23 12:00:00.300 UTC, is after 2026-11-23 12:00:00.250 UTC"},
    {"{\"DateLessThan\":{\"aws:CurrentTime\":\"1893456000.5\"}}", "2026-11-23T12:00:00.300Z", true,
     "the time, 2026-11-23 12:00 UTC, is before 2030-01-01 00:00:00.500 UTC"},
    {"{\"StringLike\":{\"aws:CurrentTime\":[\"2026-11-*\",\"2025*\"]}}", "2026-11-23T12:00:00.300Z", true,
     "the time \"2026-11-23T12:00:00.300Z\" is like \"2026-11-*\" or \"2025*\""},
    {"{\"StringEquals\":{\"askiam:RequestedDurationSeconds\":\"60\"}}", "3600", false,
     "the duration asked for \"3600\" is not \"60\""},
    {"{\"StringNotLike\":{\"aws:SourceIp\":\"10.*\"}}", "203.0.113.7", true,
     "the address \"203.0.113.7\" is not like \"10.*\""},
    {"{\"StringEquals\":{\"askiam:UserTitle\":\"\\\"x\\\"\"}}", "a\\b", false,
     "the user's title \"a\\b\" is not \"\\\"x\\\"\""},
    {"{\"StringEquals\":{\"askiam:UserTitle\":\"y\"}}", "a\\\"b", false,
     "the user's title \"a\\\\\\\"b\" is not \"y\""},
    {"{\"ForAnyValue:StringEquals\":{\"askiam:CurrentRoles\":[\"a\",\"b\"]}}", "x|b|y", true,
     "the roles held, \"x\", \"b\" and \"y\", include one of \"a\" and \"b\""},
    {"{\"ForAnyValue:StringLike\":{\"askiam:CurrentRoles\":\"sap-*\"}}", "x", false,
     "the roles held, \"x\", do not include \"sap-*\""},
    {"{\"ForAllValues:StringEquals\":{\"askiam:RolePermissions\":[\"a\",\"b\"]}}", "a|c", false,
     "the role's permissions, \"a\" and \"c\", are not all among \"a\" and \"b\""},
    {"{\"ForAllValues:StringNotEquals\":{\"askiam:RolePermissions\":\"a\"}}", "b|c", true,
     "the role's permissions, \"b\" and \"c\", do not include \"a\""},
    {"{\"StringEquals\":{\"askiam:CurrentRoles\":\"a\"}}", "a", true, "the roles held, \"a\", include \"a\""},
    {"{\"StringNotEquals\":{\"askiam:CurrentRoles\":\"a\"}}", "a|b", false,
     "the roles held, \"a\" and \"b\", include \"a\""},
    {"{\"StringNotEquals\":{\"askiam:CurrentRoles\":[\"c\",\"d\"]}}", "a|b", true,
     "the roles held, \"a\" and \"b\", include none of \"c\" and \"d\""},
    {"{\"ForAllValues:NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}", "203.0.113.7", true,
     "the address 203.0.113.7 is not in 10.0.0.0/8"},
    {"{\"ForAnyValue:StringNotEquals\":{\"askiam:CurrentRoles\":\"a\"}}", "a|b", true,
     "the roles held, \"a\" and \"b\", are not all among \"a\""},
    {"{\"StringEquals\":{\"askiam:User/Cost Center\":\"7\"}}", "8", false, "the user's Cost Center \"8\" is not \"7\""},
    {"{\"BoolIfExists\":{\"askiam:User/contractor\":\"true\"}}", "true", true, "the user's contractor is \"true\""},
    {"{\"StringEquals\":{\"aws:Something\":\"7\"}}", "8", false, "aws:Something \"8\" is not \"7\""},
    {"{\"StringEquals\":{\"askiam:UserId\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]}}", "x", false,
     "the user \"x\" is not one of \"a\", \"b\", \"c\", \"d\" or 2 more"},
};

/* The first clause of a statement with this condition. */
static const aski_policy_clause *s_clause(aski_arena *arena, aski_policy_document *document, const char *condition)
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
  return &document->statements.items[0].clauses.items[0];
}

static size_t s_split(askiam_str *out, const char *text)
{
  size_t count = 0;
  while (text != NULL) {
    const char *bar = strchr(text, '|');
    out[count++] = (askiam_str){text, bar == NULL ? strlen(text) : (size_t)(bar - text)};
    text = bar == NULL ? NULL : bar + 1;
  }
  return count;
}

static void words__conditions_are_told_with_the_values_that_were_there(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof s_cases / sizeof *s_cases; ++i) {
    aski_arena arena;
    aski_policy_document document;
    aski_arena_init(&arena, aski_allocator_default());
    askiam_str values[8];
    aski_policy_actual actual = {values, s_split(values, s_cases[i].actual)};
    askiam_str words =
        aski_policy_words_clause(&arena, s_clause(&arena, &document, s_cases[i].condition), actual, s_cases[i].holds);
    assert_string_equal(words.data, s_cases[i].words);
    aski_arena_clean_up(&arena);
  }
}

static askiam_policy_request *s_request(const char *user, const char *title)
{
  askiam_policy_request *request = NULL;
  assert_int_equal(askiam_policy_request_new(&request, NULL, NULL), ASKIAM_STATUS_OK);
  const askiam_str known[][2] = {{ASKI_STR("askiam:UserId"), askiam_str_from(user)},
                                 {ASKI_STR("askiam:UserTitle"), askiam_str_from(title)},
                                 {ASKI_STR("askiam:RequesterId"), ASKI_STR("rita")},
                                 {ASKI_STR("askiam:CurrentRoles"), ASKI_STR("a")},
                                 {ASKI_STR("askiam:CurrentRoles"), ASKI_STR("b")}};
  for (size_t i = 0; i < sizeof known / sizeof *known; ++i) {
    assert_int_equal(askiam_policy_request_add(request, known[i][0], known[i][1], NULL), ASKIAM_STATUS_OK);
  }
  return request;
}

static void words__variables_are_told_by_what_they_stand_for(void **state)
{
  (void)state;
  static const struct {
    const char *condition, *words;
    bool holds;
  } cases[] = {
      {"{\"StringEquals\":{\"askiam:RequesterId\":\"${askiam:UserId}\"}}", "the requester \"rita\" is not \"jane\"",
       false},
      {"{\"StringNotLike\":{\"askiam:RequesterId\":[\"x*\",\"${ASKIAM:userid}-*${*}\"]}}",
       "the requester \"rita\" is not like \"x*\" or \"jane-**\"", true},
      {"{\"StringEquals\":{\"askiam:RequesterId\":\"${askiam:UserManager, 'nobody'}\"}}",
       "the requester \"rita\" is not \"nobody\"", false},
      {"{\"StringEquals\":{\"askiam:RequesterId\":\"${askiam:UserManager}\"}}",
       "the requester \"rita\" is not \"${askiam:UserManager}\", as ${askiam:UserManager} has no value here", false},
      {"{\"StringEquals\":{\"askiam:RequesterId\":\"${askiam:CurrentRoles, 'x'}\"}}",
       "the requester \"rita\" is not \"${askiam:CurrentRoles}\", as ${askiam:CurrentRoles} has several values here",
       false},
      {"{\"StringNotEquals\":{\"askiam:RequesterId\":\"${askiam:User/nope}\"}}",
       "the requester \"rita\" is not \"${askiam:User/nope}\", as ${askiam:User/nope} has no value here", true},
      {"{\"StringLike\":{\"askiam:RequesterId\":[\"${askiam:User/nope}\",\"r*\"]}}",
       "the requester \"rita\" is like \"${askiam:User/nope}\" or \"r*\"", true},
      {"{\"StringEquals\":{\"aws:UserAgent\":\"${askiam:User/nope}\"}}", "the user agent is not known", false},
      {"{\"ForAnyValue:StringEquals\":{\"askiam:CurrentRoles\":\"${askiam:UserId}\"}}",
       "the roles held, \"a\" and \"b\", do not include \"jane\"", false},
      {"{\"NumericEquals\":{\"askiam:UserTitle\":\"${askiam:UserId}\"}}",
       "the user's title \"Head\" is not \"${askiam:UserId}\"", false},
  };
  askiam_policy_request *request = s_request("jane", "Head");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    aski_arena arena;
    aski_policy_document document;
    aski_arena_init(&arena, aski_allocator_default());
    askiam_str words =
        aski_policy_words_found(&arena, s_clause(&arena, &document, cases[i].condition), request, cases[i].holds);
    assert_string_equal(words.data, cases[i].words);
    aski_arena_clean_up(&arena);
  }
  askiam_policy_request_destroy(request);
}

static void words__long_values_of_variables_are_cut(void **state)
{
  (void)state;
  char title[1001];
  memset(title, 'x', sizeof title);
  title[1000] = 0;
  askiam_policy_request *request = s_request("jane", title);
  aski_arena arena;
  aski_policy_document document;
  aski_arena_init(&arena, aski_allocator_default());
  const aski_policy_clause *clause =
      s_clause(&arena, &document,
               "{\"StringEquals\":{\"askiam:UserId\":\"${askiam:UserTitle}${askiam:UserTitle}${askiam:UserTitle}\"}}");
  askiam_str words = aski_policy_words_found(&arena, clause, request, false);
  assert_true(words.length < 150);
  assert_non_null(strstr(words.data, "the user \"jane\" is not \"xxx"));
  assert_non_null(strstr(words.data, "xxx\xe2\x80\xa6\""));
  aski_arena_clean_up(&arena);
  askiam_policy_request_destroy(request);
}

static void words__long_values_are_cut_at_a_whole_character(void **state)
{
  (void)state;
  aski_arena arena;
  aski_policy_document document;
  aski_arena_init(&arena, aski_allocator_default());
  const aski_policy_clause *clause = s_clause(&arena, &document, "{\"StringEquals\":{\"aws:UserAgent\":\"x\"}}");
  char agent[4096];
  for (size_t i = 0; i + 1 < sizeof agent; i += 2) {
    memcpy(agent + i, "\xc3\xa9", 2);
  }
  askiam_str value = {agent, sizeof agent};
  askiam_str words = aski_policy_words_clause(&arena, clause, (aski_policy_actual){&value, 1}, false);
  assert_true(words.length < 150);
  assert_non_null(strstr(words.data, "\xc3\xa9\xe2\x80\xa6\" is not \"x\""));
  value.length = 81; /* one byte into a character */
  words = aski_policy_words_clause(&arena, clause, (aski_policy_actual){&value, 1}, false);
  assert_non_null(strstr(words.data, "\xc3\xa9\xe2\x80\xa6\" is not \"x\""));
  aski_arena_clean_up(&arena);
}

static void words__statements_are_called_by_policy_and_sid_or_number(void **state)
{
  (void)state;
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  askiam_policy_match match = {.id = askiam_str_from("office-hours"), .sid = askiam_str_from("OnlyFromOffice")};
  assert_string_equal(aski_policy_words_match(&arena, &match).data,
                      "policy \"office-hours\", statement \"OnlyFromOffice\"");
  match.sid = (askiam_str){NULL, 0};
  match.statement = 2;
  assert_string_equal(aski_policy_words_match(&arena, &match).data, "policy \"office-hours\", Statement[2]");
  aski_arena_clean_up(&arena);
}

static void words__durations_have_their_largest_whole_unit(void **state)
{
  (void)state;
  static const struct {
    int64_t seconds;
    const char *words;
  } cases[] = {
      {0, "0 seconds"}, {1, "1 second"},  {59, "59 seconds"},  {60, "1 minute"},     {5400, "90 minutes"},
      {3600, "1 hour"}, {86400, "1 day"}, {90000, "25 hours"}, {7776000, "90 days"}, {7776001, "7776001 seconds"}};
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    assert_string_equal(aski_policy_words_duration(&arena, cases[i].seconds).data, cases[i].words);
  }
  aski_arena_clean_up(&arena);
}

/* Words that run out of memory are empty, and the arena says so. */
static void words__memory_may_run_out_anywhere(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof s_cases / sizeof *s_cases; ++i) {
    aski_arena document_arena;
    aski_policy_document document;
    aski_arena_init(&document_arena, aski_allocator_default());
    const aski_policy_clause *clause = s_clause(&document_arena, &document, s_cases[i].condition);
    askiam_str values[8];
    aski_policy_actual actual = {values, s_split(values, s_cases[i].actual)};
    bool done = false;
    for (long at = 1; !done; ++at) {
      test_allocator allocator;
      aski_arena arena;
      test_allocator_init(&allocator);
      test_allocator_fail_at(&allocator, at);
      aski_arena_init(&arena, &allocator.base);
      arena.block_bytes = 16;
      aski_policy_words_clause(&arena, clause, actual, s_cases[i].holds);
      done = !arena.failed;
      aski_arena_clean_up(&arena);
      assert_int_equal(allocator.outstanding, 0);
      assert_true(at < 100);
    }
    aski_arena_clean_up(&document_arena);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words__conditions_are_told_with_the_values_that_were_there),
      cmocka_unit_test(words__variables_are_told_by_what_they_stand_for),
      cmocka_unit_test(words__long_values_of_variables_are_cut),
      cmocka_unit_test(words__long_values_are_cut_at_a_whole_character),
      cmocka_unit_test(words__statements_are_called_by_policy_and_sid_or_number),
      cmocka_unit_test(words__durations_have_their_largest_whole_unit),
      cmocka_unit_test(words__memory_may_run_out_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
