/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/request.h"
#include "support/allocator.h"

static void s_assert_field(const askiam_request *request, askiam_request_field field, const char *expected)
{
  askiam_str value = askiam_request_get(request, field);
  if (expected == NULL) {
    assert_false(aski_str_present(value));
    return;
  }
  assert_true(aski_str_present(value));
  assert_string_equal(value.data, expected);
  assert_int_equal(value.length, strlen(expected));
}

static askiam_request *s_read(test_allocator *allocator, const char *json)
{
  test_allocator_init(allocator);
  askiam_request *request = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_request_from_json(&request, askiam_str_from(json), &allocator->base, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s: %s", json, error.message);
  }
  return request;
}

static void s_end(test_allocator *allocator, askiam_request *request)
{
  askiam_request_destroy(request);
  assert_int_equal(allocator->outstanding, 0);
}

static void request__all_members_of_the_contract_are_read(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_request *request = s_read(
      &allocator, "{\"user_id\":\"john.doe\",\"raw_request\":\"I need access to HR Analyst role in Workday\","
                  "\"requester_id\":\"jane\",\"request_id\":\"req-1:a.b_c\",\"request_context\":{\"ip\":\"10.0.0.1\","
                  "\"timestamp\":\"2024-01-21T10:30:00Z\",\"session_id\":\"sess-12345\",\"user_agent\":\"curl\","
                  "\"trace_id\":\"t-1\",\"more\":{}},\"unknown\":[1,2]}");
  s_assert_field(request, ASKIAM_REQUEST_TEXT, "I need access to HR Analyst role in Workday");
  s_assert_field(request, ASKIAM_REQUEST_USER_ID, "john.doe");
  s_assert_field(request, ASKIAM_REQUEST_REQUESTER_ID, "jane");
  s_assert_field(request, ASKIAM_REQUEST_ID, "req-1:a.b_c");
  s_assert_field(request, ASKIAM_REQUEST_IP, "10.0.0.1");
  s_assert_field(request, ASKIAM_REQUEST_TIMESTAMP, "2024-01-21T10:30:00Z");
  s_assert_field(request, ASKIAM_REQUEST_SESSION_ID, "sess-12345");
  s_assert_field(request, ASKIAM_REQUEST_USER_AGENT, "curl");
  s_assert_field(request, ASKIAM_REQUEST_TRACE_ID, "t-1");
  assert_int_equal(askiam_request_dry_run(request), 0);
  assert_int_equal(aski_request_timeout_ms(request), 0);
  s_end(&allocator, request);
}

static void request__the_sentence_goes_by_three_names(void **state)
{
  (void)state;
  static const char *const texts[] = {"{\"raw_request\":\"x\"}", "{\"text\":\"x\"}", "{\"message\":\"x\"}"};
  for (size_t i = 0; i < 3; ++i) {
    test_allocator allocator;
    askiam_request *request = s_read(&allocator, texts[i]);
    s_assert_field(request, ASKIAM_REQUEST_TEXT, "x");
    s_assert_field(request, ASKIAM_REQUEST_USER_ID, NULL);
    s_end(&allocator, request);
  }
}

static void request__an_integer_id_means_its_decimal_text(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_request *request =
      s_read(&allocator, "{\"text\":\"x\",\"user_id\":12345678901234567890,\"requester_id\":-0,\"request_id\":7,"
                         "\"request_context\":{\"session_id\":42}}");
  s_assert_field(request, ASKIAM_REQUEST_USER_ID, "12345678901234567890");
  s_assert_field(request, ASKIAM_REQUEST_REQUESTER_ID, "0");
  s_assert_field(request, ASKIAM_REQUEST_ID, "7");
  s_assert_field(request, ASKIAM_REQUEST_SESSION_ID, "42");
  s_end(&allocator, request);
}

static void request__what_is_null_or_empty_and_optional_is_absent(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_request *request = s_read(&allocator, "{\"text\":\"x\",\"requester_id\":null,\"request_id\":null,"
                                               "\"request_context\":{\"ip\":\"\",\"user_agent\":null}}");
  s_assert_field(request, ASKIAM_REQUEST_REQUESTER_ID, NULL);
  s_assert_field(request, ASKIAM_REQUEST_ID, NULL);
  s_assert_field(request, ASKIAM_REQUEST_IP, NULL);
  s_assert_field(request, ASKIAM_REQUEST_USER_AGENT, NULL);
  s_end(&allocator, request);
  s_end(&allocator, s_read(&allocator, "{\"text\":\"x\",\"request_context\":null}"));
  request = s_read(&allocator, "{\"raw_request\":null,\"text\":\"x\",\"message\":null}");
  s_assert_field(request, ASKIAM_REQUEST_TEXT, "x");
  s_end(&allocator, request);
}

static const char *const s_bad[][2] = {
    {"", "line 1, column 1: nothing there"},
    {"{\"text\":\"x\"", "line 1, column 12: the text ends within an object"},
    {"{\"text\":\"x\",\n\"text\":\"y\"}", "line 2, column 1: the member \"text\" occurs twice"},
    {"{\"text\":\"a\\u0000b\"}", "line 1, column 11: \\u0000 is not allowed"},
    {"{\"text\":\"a\xFF\"}", "line 1, column 11: bytes that are not UTF-8"},
    {"{\"text\":\"\\ud800\"}", "line 1, column 10: half of a surrogate pair"},
    {"{\"text\":\"x\"} {}", "line 1, column 14: something follows"},
    {"[\"x\"]", "a request is an object"},
    {"\"x\"", "a request is an object"},
    {"{}", "raw_request: missing"},
    {"{\"user_id\":\"a\"}", "raw_request: missing"},
    {"{\"text\":\"x\",\"message\":\"x\"}", "\"text\" and \"message\" both hold a sentence"},
    {"{\"text\":5}", "text: must be a string, not a number"},
    {"{\"raw_request\":null}", "raw_request: missing"},
    {"{\"raw_request\":\"\"}", "raw_request: is blank"},
    {"{\"raw_request\":\" \\t\\u00a0\\u200b\"}", "raw_request: is blank"},
    {"{\"text\":\"x\",\"user_id\":true}", "user_id: must be a string or an integer, not true or false"},
    {"{\"text\":\"x\",\"user_id\":1.5}", "user_id: must be a string or an integer, not a number"},
    {"{\"text\":\"x\",\"user_id\":1e3}", "user_id: must be a string or an integer, not a number"},
    {"{\"text\":\"x\",\"user_id\":\"\"}", "user_id: is blank"},
    {"{\"text\":\"x\",\"requester_id\":[]}", "requester_id: must be a string or an integer, not a list"},
    {"{\"text\":\"x\",\"request_id\":\"a b\"}", "request_id: must be 1 to 128 of"},
    {"{\"text\":\"x\",\"request_id\":\"\"}", "request_id: must be 1 to 128 of"},
    {"{\"text\":\"x\",\"request_context\":[]}", "request_context: must be an object, not a list"},
    {"{\"text\":\"x\",\"request_context\":{\"ip\":1}}", "request_context.ip: must be a string, not a number"},
    {"{\"text\":\"x\",\"request_context\":{\"ip\":\"10.1.1.1:443\"}}",
     "request_context.ip: must be one IPv4 or IPv6 address"},
    {"{\"text\":\"x\",\"request_context\":{\"ip\":\" 10.1.1.1\"}}", "request_context.ip: must be one"},
    {"{\"text\":\"x\",\"request_context\":{\"ip\":\"010.1.1.1\"}}", "request_context.ip: must be one"},
    {"{\"text\":\"x\",\"request_context\":{\"ip\":\"10.1.1.1, 10.1.1.2\"}}", "request_context.ip: must be one"},
    {"{\"text\":\"x\",\"request_context\":{\"ip\":\"10.0.0.0/8\"}}", "request_context.ip: must be one"},
    {"{\"text\":\"x\",\"request_context\":{\"ip\":\"notanip\"}}", "request_context.ip: must be one"},
    {"{\"text\":\"x\",\"request_context\":{\"timestamp\":\"yesterday\"}}",
     "request_context.timestamp: must be an RFC 3339"},
    {"{\"text\":\"x\",\"request_context\":{\"timestamp\":\"2024-01-21\"}}",
     "request_context.timestamp: must be an RFC 3339"},
    {"{\"text\":\"x\",\"request_context\":{\"timestamp\":\"2024-02-30T00:00:00Z\"}}",
     "request_context.timestamp: must be an RFC 3339"},
    {"{\"text\":\"x\",\"request_context\":{\"timestamp\":1706000000}}", "request_context.timestamp: must be a string"},
};

static void request__a_malformed_one_is_refused_with_what_and_where(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof s_bad / sizeof *s_bad; ++i) {
    test_allocator allocator;
    test_allocator_init(&allocator);
    askiam_error error = ASKIAM_ERROR_INIT;
    askiam_request *request = NULL;
    askiam_status status = askiam_request_from_json(&request, askiam_str_from(s_bad[i][0]), &allocator.base, &error);
    if (status != ASKIAM_STATUS_BAD_DATA || strncmp(error.message, s_bad[i][1], strlen(s_bad[i][1])) != 0) {
      fail_msg("%s: %s %s", s_bad[i][0], askiam_status_name(status), error.message);
    }
    assert_int_equal(error.layer, ASKIAM_LAYER_REQUEST);
    assert_null(request);
    assert_int_equal(allocator.outstanding, 0);
  }
}

static void request__a_bad_one_keeps_the_request_id_that_could_be_read(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_request *request = NULL;
  askiam_str json = ASKI_STR("{\"text\":\" \",\"user_id\":\"a\",\"request_id\":\"r-1\"}");
  assert_int_equal(askiam_request_from_json(&request, json, &allocator.base, NULL), ASKIAM_STATUS_BAD_DATA);
  s_assert_field(request, ASKIAM_REQUEST_ID, "r-1");
  s_assert_field(request, ASKIAM_REQUEST_USER_ID, NULL);
  s_end(&allocator, request);
}

static askiam_status s_set_long(askiam_request *request, askiam_request_field field, size_t length)
{
  char *text = malloc(length + 1);
  assert_non_null(text);
  memset(text, 'a', length);
  text[length] = 0;
  askiam_status status = askiam_request_set(request, field, (askiam_str){text, length}, NULL);
  free(text);
  return status;
}

static void request__lengths_are_limited_in_bytes(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_request *request = NULL;
  assert_int_equal(askiam_request_new(&request, &allocator.base, NULL), ASKIAM_STATUS_OK);
  static const struct {
    askiam_request_field field;
    size_t most;
  } limits[] = {{ASKIAM_REQUEST_TEXT, 4096},
                {ASKIAM_REQUEST_USER_ID, 256},
                {ASKIAM_REQUEST_REQUESTER_ID, 256},
                {ASKIAM_REQUEST_ID, 128},
                {ASKIAM_REQUEST_SESSION_ID, 4096},
                {ASKIAM_REQUEST_TRACE_ID, 4096},
                {ASKIAM_REQUEST_USER_AGENT, 4096},
                {ASKIAM_REQUEST_CLAIMED_SESSION_ID, 4096},
                {ASKIAM_REQUEST_CLAIMED_USER_AGENT, 4096}};
  for (size_t i = 0; i < sizeof limits / sizeof *limits; ++i) {
    assert_int_equal(s_set_long(request, limits[i].field, limits[i].most), ASKIAM_STATUS_OK);
    assert_int_equal(s_set_long(request, limits[i].field, limits[i].most + 1), ASKIAM_STATUS_BAD_DATA);
    assert_int_equal(askiam_request_get(request, limits[i].field).length, limits[i].most);
  }
  s_end(&allocator, request);
}

static void request__more_than_64_kib_are_refused_unread(void **state)
{
  (void)state;
  size_t length = 64 * 1024 + 1;
  char *text = malloc(length);
  assert_non_null(text);
  memset(text, ' ', length);
  memcpy(text, "{\"text\":\"x\"}", 12);
  askiam_request *request = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_request_from_json(&request, (askiam_str){text, length}, NULL, &error),
                   ASKIAM_STATUS_BAD_DATA);
  assert_non_null(strstr(error.message, "65537 bytes"));
  assert_null(request);
  assert_int_equal(askiam_request_from_json(&request, (askiam_str){text, length - 1}, NULL, &error), ASKIAM_STATUS_OK);
  askiam_request_destroy(request);
  free(text);
}

static void request__setters_keep_the_rules_and_the_former_value(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_request *request = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_request_new(&request, &allocator.base, &error), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_TEXT, ASKI_STR("hello"), &error), ASKIAM_STATUS_OK);
  static const askiam_str bad[] = {{"a\0b", 3}, {"\xC3", 1}, {"", 0}, {" \n", 2}, {"\xE2\x80\x8B", 3}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_TEXT, bad[i], &error), ASKIAM_STATUS_BAD_DATA);
    s_assert_field(request, ASKIAM_REQUEST_TEXT, "hello");
  }
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_TEXT, ASKI_STR_NONE, &error), ASKIAM_STATUS_OK);
  s_assert_field(request, ASKIAM_REQUEST_TEXT, NULL);
  assert_int_equal(askiam_request_set(request, (askiam_request_field)99, ASKI_STR("x"), &error),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_request_set(NULL, ASKIAM_REQUEST_TEXT, ASKI_STR("x"), &error),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  s_assert_field(request, (askiam_request_field)99, NULL);
  s_assert_field(NULL, ASKIAM_REQUEST_TEXT, NULL);
  askiam_request_set_dry_run(request, 5);
  assert_int_equal(askiam_request_dry_run(request), 1);
  askiam_request_set_timeout_ms(request, -5);
  assert_int_equal(aski_request_timeout_ms(request), 0);
  askiam_request_set_timeout_ms(request, 1500);
  assert_int_equal(aski_request_timeout_ms(request), 1500);
  s_end(&allocator, request);
}

/* What is claimed keeps the rule of what it claims to be, to the byte; only the name in the message is its own. */
static void request__a_claim_keeps_the_rule_of_what_it_claims(void **state)
{
  (void)state;
  static const struct {
    askiam_request_field claimed, field;
    const char *name, *good;
  } fields[] = {
      {ASKIAM_REQUEST_CLAIMED_IP, ASKIAM_REQUEST_IP, "claimed_ip: ", "2001:db8::1"},
      {ASKIAM_REQUEST_CLAIMED_SESSION_ID, ASKIAM_REQUEST_SESSION_ID, "claimed_session_id: ", "s 1"},
      {ASKIAM_REQUEST_CLAIMED_USER_AGENT, ASKIAM_REQUEST_USER_AGENT, "claimed_user_agent: ", " \x01 "},
      {ASKIAM_REQUEST_CLAIMED_TIMESTAMP, ASKIAM_REQUEST_TIMESTAMP, "claimed_timestamp: ", "2024-01-21T10:30:00Z"}};
  static const askiam_str values[] = {{"a\0b", 3},        {"\xC3", 1},       {"", 0},
                                      {" ", 1},           {"10.0.0.1", 8},   {"10.0.0.1:1", 10},
                                      {"10.0.0.0/8", 10}, {"2024-01-21", 10}};
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_request *request = NULL;
  assert_int_equal(askiam_request_new(&request, &allocator.base, NULL), ASKIAM_STATUS_OK);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; ++i) {
    askiam_str good = askiam_str_from(fields[i].good);
    assert_int_equal(askiam_request_set(request, fields[i].claimed, good, NULL), ASKIAM_STATUS_OK);
    s_assert_field(request, fields[i].claimed, fields[i].good);
    s_assert_field(request, fields[i].field, NULL);
    for (size_t k = 0; k < sizeof values / sizeof *values; ++k) {
      askiam_error error = ASKIAM_ERROR_INIT;
      askiam_status status = askiam_request_set(request, fields[i].claimed, values[k], &error);
      assert_int_equal(status, askiam_request_set(request, fields[i].field, values[k], NULL));
      assert_true(status == ASKIAM_STATUS_OK || strncmp(error.message, fields[i].name, strlen(fields[i].name)) == 0);
    }
    assert_int_equal(askiam_request_set(request, fields[i].field, ASKI_STR_NONE, NULL), ASKIAM_STATUS_OK);
  }
  s_end(&allocator, request);
}

static void request__no_claim_comes_from_json(void **state)
{
  (void)state;
  askiam_request *request = NULL;
  askiam_str json = ASKI_STR("{\"text\":\"x\",\"claimed_ip\":\"10.0.0.1\",\"claimed\":{\"ip\":\"10.0.0.1\"},"
                             "\"request_context\":{\"claimed_ip\":\"10.0.0.1\",\"claimed_user_agent\":7}}");
  assert_int_equal(askiam_request_from_json(&request, json, NULL, NULL), ASKIAM_STATUS_OK);
  for (int field = ASKIAM_REQUEST_CLAIMED_IP; field <= ASKIAM_REQUEST_CLAIMED_TIMESTAMP; ++field) {
    s_assert_field(request, (askiam_request_field)field, NULL);
  }
  askiam_request_destroy(request);
}

static void request__out_of_memory_is_told_and_leaks_nothing(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_str json =
      ASKI_STR("{\"request_id\":\"r\",\"user_id\":1,\"text\":\"x\",\"request_context\":{\"ip\":\"::1\"}}");
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
    test_allocator_fail_at(&allocator, at);
    askiam_request *request = NULL;
    status = askiam_request_from_json(&request, json, &allocator.base, NULL);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    askiam_request_destroy(request);
    assert_int_equal(allocator.outstanding, 0);
  }
}

typedef struct s_told {
  char where[512];
  char first[512];
} s_told;

static void s_tell(void *context, const char *where, const char *message)
{
  s_told *told = context;
  size_t length = strlen(told->where);
  snprintf(told->where + length, sizeof told->where - length, "%s,", where);
  if (told->first[0] == '\0') {
    snprintf(told->first, sizeof told->first, "%s", message);
  }
}

static void request__all_that_is_wrong_is_told_in_turn(void **state)
{
  (void)state;
  static const struct {
    const char *json, *where;
  } s_cases[] = {{"{\"text\":\"x\"}", ""},
                 {"{\"request_id\":\"a "
                  "b\",\"user_id\":[],\"requester_id\":\"\",\"raw_request\":7,\"request_context\":{\"ip\":\"x\","
                  "\"timestamp\":\"y\",\"session_id\":{},\"user_agent\":1,\"trace_id\":true}}",
                  "request_id,user_id,requester_id,raw_request,request_context.ip,request_context.timestamp,"
                  "request_context.session_id,request_context.user_agent,request_context.trace_id,"},
                 {"{\"text\":\"a\",\"message\":\"b\",\"request_context\":[]}", "message,request_context,"},
                 {"{\"user_id\":1.5}", "user_id,raw_request,"},
                 {"[]", ","},
                 {"{\"user_id\":[],", ","}};
  for (size_t i = 0; i < sizeof s_cases / sizeof *s_cases; ++i) {
    s_told told = {{0}, {0}};
    askiam_error error = ASKIAM_ERROR_INIT;
    askiam_error alone = ASKIAM_ERROR_INIT;
    askiam_request *request = NULL;
    askiam_str json = askiam_str_from(s_cases[i].json);
    askiam_status status = askiam_request_problems(json, s_tell, &told, NULL, &error);
    assert_string_equal(told.where, s_cases[i].where);
    assert_int_equal(askiam_request_from_json(&request, json, NULL, &alone), status);
    assert_string_equal(error.message, told.first);
    assert_string_equal(alone.message, told.first);
    askiam_request_destroy(request);
    s_told both = {{0}, {0}};
    assert_int_equal(askiam_request_from_json_telling(&request, json, s_tell, &both, NULL, &alone), status);
    assert_string_equal(both.where, told.where);
    assert_string_equal(alone.message, told.first);
    askiam_request_destroy(request);
  }
  assert_int_equal(askiam_request_problems(ASKI_STR("{}"), NULL, NULL, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
}

static void request__one_reading_gives_a_request_and_what_is_wrong_with_it(void **state)
{
  (void)state;
  s_told told = {{0}, {0}};
  askiam_request *request = NULL;
  askiam_str good = ASKI_STR("{\"request_id\":\"r-1\",\"text\":\"x\"}");
  askiam_str bad = ASKI_STR("{\"request_id\":\"r-1\",\"user_id\":[],\"text\":7}");
  assert_int_equal(askiam_request_from_json_telling(&request, good, s_tell, &told, NULL, NULL), ASKIAM_STATUS_OK);
  assert_string_equal(told.where, "");
  assert_true(aski_str_equal_text(askiam_request_get(request, ASKIAM_REQUEST_TEXT), "x"));
  askiam_request_destroy(request);
  assert_int_equal(askiam_request_from_json_telling(&request, bad, s_tell, &told, NULL, NULL), ASKIAM_STATUS_BAD_DATA);
  assert_string_equal(told.where, "user_id,text,");
  assert_true(aski_str_equal_text(askiam_request_get(request, ASKIAM_REQUEST_ID), "r-1"));
  assert_false(aski_str_present(askiam_request_get(request, ASKIAM_REQUEST_TEXT)));
  askiam_request_destroy(request);
  assert_int_equal(askiam_request_from_json_telling(NULL, good, s_tell, &told, NULL, NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
}

static void request__no_problem_is_told_for_want_of_memory(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_str json = ASKI_STR("{\"request_id\":\"r\",\"user_id\":1,\"text\":\"x\",\"request_context\":{\"ip\":\"x\"}}");
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long at = 1; status == ASKIAM_STATUS_NO_MEMORY; ++at) {
    s_told told = {{0}, {0}};
    test_allocator_fail_at(&allocator, at);
    status = askiam_request_problems(json, s_tell, &told, &allocator.base, NULL);
    assert_string_equal(told.where, status == ASKIAM_STATUS_NO_MEMORY ? "" : "request_context.ip,");
    assert_int_equal(allocator.outstanding, 0);
  }
  assert_int_equal(status, ASKIAM_STATUS_BAD_DATA);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(request__all_members_of_the_contract_are_read),
      cmocka_unit_test(request__the_sentence_goes_by_three_names),
      cmocka_unit_test(request__an_integer_id_means_its_decimal_text),
      cmocka_unit_test(request__what_is_null_or_empty_and_optional_is_absent),
      cmocka_unit_test(request__a_malformed_one_is_refused_with_what_and_where),
      cmocka_unit_test(request__a_bad_one_keeps_the_request_id_that_could_be_read),
      cmocka_unit_test(request__lengths_are_limited_in_bytes),
      cmocka_unit_test(request__more_than_64_kib_are_refused_unread),
      cmocka_unit_test(request__setters_keep_the_rules_and_the_former_value),
      cmocka_unit_test(request__a_claim_keeps_the_rule_of_what_it_claims),
      cmocka_unit_test(request__no_claim_comes_from_json),
      cmocka_unit_test(request__out_of_memory_is_told_and_leaks_nothing),
      cmocka_unit_test(request__all_that_is_wrong_is_told_in_turn),
      cmocka_unit_test(request__one_reading_gives_a_request_and_what_is_wrong_with_it),
      cmocka_unit_test(request__no_problem_is_told_for_want_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
