/* SPDX-License-Identifier: Apache-2.0
 *
 * The questions of `policy eval` and `policy explain`. In the texts of this file single quotes stand for double ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "base/memory.h"
#include "support/allocator.h"
#include "unit/policy/world.h"

static char *s_quoted(const char *shorthand)
{
  char *text = aski_copy_text(aski_allocator_default(), askiam_str_from(shorthand));
  assert_non_null(text);
  for (char *byte = text; *byte != 0; ++byte) {
    *byte = *byte == '\'' ? '"' : *byte;
  }
  return text;
}

/* The answer, or the error's message; owned. */
static char *s_answer(const char *shorthand, askiam_status *out_status)
{
  char *line = s_quoted(shorthand);
  char *answer = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  *out_status = askiam_policy_evaluate_json(&answer, askiam_str_from(line), NULL, &error);
  askiam_policy_string_free(line, NULL);
  return *out_status == ASKIAM_STATUS_OK ? answer
                                         : aski_copy_text(aski_allocator_default(), askiam_str_from(error.message));
}

static void s_check(const char *line, const char *expected)
{
  askiam_status status = ASKIAM_STATUS_OK;
  char *answer = s_answer(line, &status);
  char *wanted = s_quoted(expected);
  assert_int_equal(status, ASKIAM_STATUS_OK);
  assert_string_equal(answer, wanted);
  askiam_policy_string_free(answer, NULL);
  askiam_policy_string_free(wanted, NULL);
}

#define DOCUMENT(statement) "{'Version': '2012-10-17', 'Statement': " statement "}"
#define GET_ALL DOCUMENT("{'Effect': 'Allow', 'Action': 's3:Get*', 'Resource': '*'}")
#define ASK "'request': {'principal': '" BOB "', 'action': 's3:GetObject', 'resource': 'arn:aws:s3:::b/k'}"
#define NOTHING "{'decision':'ImplicitlyDenied','matched':[]}"
#define ALLOWED_BY(kind)                                                                                               \
  "{'decision':'Allowed','matched':[{'policy':0,'statement':0,'sid':null,'effect':'Allow','kind':'" kind "'}]}"

static void policy__a_line_is_answered(void **state)
{
  (void)state;
  s_check("{'identityPolicies': [" GET_ALL "], " ASK "}", ALLOWED_BY("identity"));
  s_check("{'identityPolicies': [], " ASK "}", NOTHING);
  s_check("{" ASK ", 'resourcePolicy': null, 'permissionBoundaries': [], 'unknown': [1, {'x': null}]}", NOTHING);
  s_check("{" ASK ", 'resourcePolicy': " DOCUMENT(ALLOW_TO(BOB)) "}", NOTHING); /* of another bucket */
  s_check("{" ASK ", 'resourcePolicy': " DOCUMENT("{'Effect': 'Allow', 'Principal': '*', 'Action': '*'}") "}",
          ALLOWED_BY("resource"));
  s_check("{'identityPolicies': [" GET_ALL
          ", " DOCUMENT("[" ALLOW_PUT ", {'Sid': 'No', 'Effect': 'Deny', 'Action': '*', "
                        "'Resource': '*'}]") "], " ASK "}",
          "{'decision':'ExplicitlyDenied','matched':[{'policy':0,'statement':0,'sid':null,'effect':'Allow','kind':"
          "'identity'},{'policy':1,'statement':1,'sid':'No','effect':'Deny','kind':'identity'}]}");
}

static void policy__each_kind_of_policy_has_its_member(void **state)
{
  (void)state;
  s_check("{'identityPolicies': [" GET_ALL "], 'permissionBoundaries': [" DOCUMENT(ALLOW_PUT) "], " ASK "}",
          "{'decision':'ImplicitlyDenied','matched':[{'policy':0,'statement':0,'sid':null,'effect':'Allow','kind':"
          "'identity'}]}");
  s_check("{'identityPolicies': [" GET_ALL "], 'sessionPolicy': " DOCUMENT(ALLOW_PUT) ", " ASK "}",
          "{'decision':'ImplicitlyDenied','matched':[{'policy':0,'statement':0,'sid':null,'effect':'Allow','kind':"
          "'identity'}]}");
  s_check("{'identityPolicies': [" GET_ALL
          "], 'endpointPolicies': [" DOCUMENT(FOR("Allow", "Principal", "'*'")) "], " ASK "}",
          "{'decision':'ImplicitlyDenied','matched':[{'policy':0,'statement':0,'sid':null,'effect':'Allow','kind':"
          "'identity'}]}");
  s_check("{'identityPolicies': [" GET_ALL "], 'serviceControlPolicies': [[" GET_ALL
          "], [" DOCUMENT(DENY_GET) ", " GET_ALL "]], " ASK "}",
          "{'decision':'ExplicitlyDenied','matched':[{'policy':0,'statement':0,'sid':null,'effect':'Allow','kind':"
          "'identity'},{'policy':0,'statement':0,'sid':null,'effect':'Allow','kind':'service_control','level':0},"
          "{'policy':0,'statement':0,'sid':null,'effect':'Deny','kind':'service_control','level':1},"
          "{'policy':1,'statement':0,'sid':null,'effect':'Allow','kind':'service_control','level':1}]}");
  s_check("{'identityPolicies': [" GET_ALL "], 'serviceControlPolicies': [[" GET_ALL "], []], " ASK "}",
          "{'decision':'ImplicitlyDenied','matched':[{'policy':0,'statement':0,'sid':null,'effect':'Allow','kind':"
          "'identity'},{'policy':0,'statement':0,'sid':null,'effect':'Allow','kind':'service_control','level':0}]}");
  s_check("{'identityPolicies': [" GET_ALL "], 'serviceControlPolicies': [], 'resourceControlPolicies': [], " ASK "}",
          ALLOWED_BY("identity"));
  s_check("{'resourceControlPolicies': [[" DOCUMENT(
              "{'Effect': 'Deny', 'Principal': '*', 'Action': '*', 'Resource': '*'}") "]], " ASK "}",
          "{'decision':'ExplicitlyDenied','matched':[{'policy':0,'statement':0,'sid':null,'effect':'Deny','kind':"
          "'resource_control','level':0}]}");
  s_check("{'accessRequestPolicies': [" GET_ALL "], " ASK "}", ALLOWED_BY("access_request"));
}

static void policy__context_values_may_be_texts_numbers_truth_and_lists(void **state)
{
  (void)state;
#define IF(condition) DOCUMENT("{'Effect': 'Allow', 'Action': '*', 'Resource': '*', 'Condition': {" condition "}}")
#define KNOWING(context)                                                                                               \
  "'request': {'principal': '" BOB "', 'action': 's3:GetObject', 'resource': '*', 'context': {" context "}}"
  static const struct {
    const char *line;
    int allowed;
  } cases[] = {
      {"{'identityPolicies': [" IF("'NumericEquals': {'k': 5}") "], " KNOWING("'k': 5.0") "}", 1},
      {"{'identityPolicies': [" IF("'StringEquals': {'k': '12345678901234567890'}") "], " KNOWING(
           "'k': 12345678901234567890") "}",
       1},
      {"{'identityPolicies': [" IF("'Bool': {'k': true}") "], " KNOWING("'k': true") "}", 1},
      {"{'identityPolicies': [" IF("'Bool': {'k': 'false'}") "], " KNOWING("'k': false") "}", 1},
      {"{'identityPolicies': [" IF("'ForAllValues:StringEquals': {'k': ['1', 'true', 'x']}") "], " KNOWING(
           "'k': [1, true, 'x']") "}",
       1},
      {"{'identityPolicies': [" IF("'Null': {'k': true}") "], " KNOWING("'k': []") "}", 1},
      {"{'identityPolicies': [" IF("'Null': {'k': true}") "], " KNOWING("'k': ''") "}", 0},
      {"{'identityPolicies': [" IF("'StringEquals': {'k': 'x'}") "], " KNOWING("'K': 'x'") "}", 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    askiam_status status = ASKIAM_STATUS_OK;
    char *answer = s_answer(cases[i].line, &status);
    assert_int_equal(status, ASKIAM_STATUS_OK);
    assert_int_equal(strstr(answer, "\"Allowed\"") != NULL, cases[i].allowed);
    askiam_policy_string_free(answer, NULL);
  }
}

static void policy__a_document_that_aws_refuses_is_an_answer(void **state)
{
  (void)state;
  static const struct {
    const char *line, *part;
  } cases[] = {
      {"{'identityPolicies': [" GET_ALL ", {'Statement': []}], " ASK "}",
       "{\"error\":\"identityPolicies[1]: line 1, column "},
      {"{'identityPolicies': ['not json'], " ASK "}", "identityPolicies[0]: line 1, column 1: "},
      {"{'resourcePolicy': " GET_ALL ", " ASK "}", "resourcePolicy: line 1, column "},
      {"{'serviceControlPolicies': [[], [{}]], " ASK "}", "serviceControlPolicies[1][0]: line 1, "},
      {"{'identityPolicies': [{'Version': '1'}, {'x': '}'}], " ASK "}", "identityPolicies[0]: "}, /* the first */
      /* A member that occurs twice is wrong with the document, not with the line. */
      {"{'identityPolicies': [{'Version': '2012-10-17', 'Version': '2012-10-17', 'Statement': []}], " ASK "}",
       "identityPolicies[0]: line 1, column 27: the member \\\"Version\\\" occurs twice"},
      {"{'serviceControlPolicies': [[{'Statement': {'Effect': 'Allow', 'Effect': 'Deny'}}]], " ASK "}",
       "serviceControlPolicies[0][0]: line 1, column 35: the member \\\"Effect\\\" occurs twice"},
      {"{'resourcePolic\\u0079': {'Id': 'a', 'Id': 'b'}, " ASK "}", "resourcePolicy: line 1, column 13: the member "},
      /* What is no object is a document that is refused. */
      {"{'identityPolicies': [5], " ASK "}", "identityPolicies[0]: line 1, column 1: a policy is an object"},
      {"{'identityPolicies': [[]], " ASK "}", ", not a list\"}"},
      {"{'identityPolicies': [[{'a': 1, 'a': 2}]], " ASK "}", ", not a list\"}"},
      {"{'identityPolicies': [null], " ASK "}", ", not null\"}"},
      {"{'identityPolicies': [true], " ASK "}", ", not true or false\"}"},
      {"{'resourcePolicy': [], " ASK "}", "resourcePolicy: line 1, column 1: a policy is an object"},
      {"{'sessionPolicy': false, " ASK "}", "sessionPolicy: line 1, column 1: a policy is an object"},
      {"{'sessionPolicy': '', " ASK "}", "sessionPolicy: line 1, column 1: nothing there"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    askiam_status status = ASKIAM_STATUS_OK;
    char *answer = s_answer(cases[i].line, &status);
    assert_int_equal(status, ASKIAM_STATUS_OK);
    if (strstr(answer, cases[i].part) == NULL) {
      print_error("%s\n", answer);
      fail();
    }
    askiam_policy_string_free(answer, NULL);
  }
}

/* A document may also be its text. */
static void policy__a_document_may_be_a_text(void **state)
{
  (void)state;
  static const char line[] =
      "{\"identityPolicies\": [\"{\\\"Version\\\": \\\"2012-10-17\\\", \\\"Statement\\\": {\\\"Effect\\\": "
      "\\\"Allow\\\", "
      "\\\"Action\\\": \\\"*\\\", \\\"Resource\\\": \\\"*\\\"}}\"], \"request\": {\"principal\": \"" BOB
      "\", \"action\": \"s3:GetObject\", \"resource\": \"*\"}}";
  char *answer = NULL;
  assert_int_equal(askiam_policy_evaluate_json(&answer, askiam_str_from(line), NULL, NULL), ASKIAM_STATUS_OK);
  assert_non_null(strstr(answer, "\"Allowed\""));
  askiam_policy_string_free(answer, NULL);
}

static void policy__a_line_of_another_form_is_bad_data(void **state)
{
  (void)state;
  static const struct {
    const char *line, *part;
  } cases[] = {
      {"", "line 1, column 1: "},
      {"{", "line 1, column "},
      {"[]", "a line must be an object"},
      {"{'identityPolicies': []}", "request must be an object, not missing"},
      {"{'request': []}", "request must be an object, not a list"},
      {"{'request': {'action': 's3:GetObject', 'resource': '*'}}", "request.principal must be a string, not missing"},
      {"{'request': {'principal': 5, 'action': 's3:GetObject', 'resource': '*'}}",
       "request.principal must be a string"},
      {"{'request': {'principal': 'bob', 'action': 's3:GetObject', 'resource': '*'}}", "the principal \"bob\""},
      {"{'request': {'principal': '" BOB "', 'action': 'x', 'resource': '*'}}", "the action \"x\""},
      {"{'request': {'principal': '" BOB "', 'action': 's3:X', 'resource': 'y'}}", "the resource \"y\""},
      {"{'request': {'principal': '" BOB "', 'action': 's3:X', 'resource': '*', 'resourceAccount': '1'}}",
       "the resource account \"1\""},
      {"{'request': {'principal': '" BOB "', 'action': 's3:X', 'resource': '*', 'resourceAccount': 123456789012}}",
       "request.resourceAccount must be a string"},
      {"{'request': {'principal': '" BOB "', 'action': 's3:X', 'resource': '*', 'context': []}}",
       "request.context must be an object"},
      {"{" KNOWING("'k': null") "}", "request.context[\"k\"] must be a string"},
      {"{" KNOWING("'k': ['a', null]") "}", "request.context[\"k\"] must be a string"},
      {"{" KNOWING("'k': {'a': 1}") "}", "request.context[\"k\"] must be a string"},
      {"{" KNOWING("'k': [['a']]") "}", "request.context[\"k\"] must be a string"},
      {"{" KNOWING("'': 'a'") "}", "request.context has an empty key"},
      {"{'identityPolicies': {}, " ASK "}", "identityPolicies must be a list of policies, not an object"},
      {"{'serviceControlPolicies': [{}], " ASK "}", "serviceControlPolicies[0] must be a list of policies"},
      {"{'serviceControlPolicies': [[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]], " ASK "}",
       "serviceControlPolicies has 17 levels; at most 16 are possible"},
      {"{'serviceControlPolicies': {}, " ASK "}", "serviceControlPolicies must be a list of levels, each a list of "
                                                  "policies, not an object"},
      {"{'resourceControlPolicies': [null], " ASK "}",
       "resourceControlPolicies[0] must be a list of policies, not null"},
      {"{" KNOWING("'k': '1', 'k': '2'") "}", "the member \"k\" occurs twice"},
      {"{" KNOWING("'k:a': '1', 'K:A': '2'") "}", "request.context has the key \"K:A\" twice: the case of its letters"},
      {"{" KNOWING("'k:a': [], 'K:A': ['2']") "}", "request.context has the key \"K:A\" twice"},
      {"{" KNOWING("'12345678901234567890123456789012345678é': null") "}",
       "request.context[\"12345678901234567890123456789012345678é\"] must be"},
      {"{" KNOWING("'123456789012345678901234567890123456789é': null") "}",
       "request.context[\"123456789012345678901234567890123456789\"] must be"},
      {"{'unknown': {'k': 1, 'k': 2}, " ASK "}", "the member \"k\" occurs twice"},
      {"{'identityPolicies': [], 'identityPolicies': [], " ASK "}", "the member \"identityPolicies\" occurs twice"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    askiam_status status = ASKIAM_STATUS_OK;
    char *answer = s_answer(cases[i].line, &status);
    if (status == ASKIAM_STATUS_OK || strstr(answer, cases[i].part) == NULL) {
      print_error("case %zu: %s\n", i, answer);
      fail();
    }
    assert_int_equal(status, ASKIAM_STATUS_BAD_DATA);
    askiam_policy_string_free(answer, NULL);
  }
}

static void policy__a_question_may_be_explained(void **state)
{
  (void)state;
  static const struct {
    const char *line, *begin;
    askiam_status status;
  } cases[] = {
      {"{'identityPolicies': [" GET_ALL "], " ASK "}", "{\"decision\":\"Allowed\",\"reason\":\"", ASKIAM_STATUS_OK},
      {"{'identityPolicies': [{}], " ASK "}", "{\"error\":\"identityPolicies[0]: line 1, ", ASKIAM_STATUS_OK},
      {"{'identityPolicies': [" GET_ALL "]}", NULL, ASKIAM_STATUS_BAD_DATA},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    char *line = s_quoted(cases[i].line);
    char *answer = NULL;
    assert_int_equal(askiam_policy_explain_json(&answer, askiam_str_from(line), NULL, NULL), cases[i].status);
    assert_int_equal(answer != NULL, cases[i].begin != NULL);
    assert_true(answer == NULL || strncmp(answer, cases[i].begin, strlen(cases[i].begin)) == 0);
    askiam_policy_string_free(answer, NULL);
    askiam_policy_string_free(line, NULL);
  }
}

static void policy__a_line_is_needed(void **state)
{
  (void)state;
  char *answer = NULL;
  assert_int_equal(askiam_policy_explain_json(&answer, ASKI_STR_NONE, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_policy_explain_json(NULL, ASKI_STR("{}"), NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_policy_evaluate_json(&answer, ASKI_STR_NONE, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_policy_evaluate_json(NULL, ASKI_STR("{}"), NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  askiam_policy_string_free(NULL, NULL);
}

static void s_ask_without_memory(askiam_status (*ask)(char **, askiam_str, const askiam_allocator *, askiam_error *))
{
  test_allocator allocator;
  test_allocator_init(&allocator);
  char *line = s_quoted("{'identityPolicies': [" GET_ALL "], 'serviceControlPolicies': [[" GET_ALL
                        "]], 'resourcePolicy': " DOCUMENT(ALLOW_TO(BOB)) ", " KNOWING("'a': 'b', 'c': ['d', 5]") "}");
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    char *answer = NULL;
    test_allocator_fail_at(&allocator, fail_at);
    status = ask(&answer, askiam_str_from(line), &allocator.base, NULL);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_int_equal(answer != NULL, status == ASKIAM_STATUS_OK);
    askiam_policy_string_free(answer, &allocator.base);
    assert_int_equal(allocator.outstanding, 0);
  }
  assert_true(allocator.requests > 30);
  askiam_policy_string_free(line, NULL);
}

static void policy__a_line_without_memory_fails_and_leaks_nothing(void **state)
{
  (void)state;
  s_ask_without_memory(askiam_policy_evaluate_json);
  s_ask_without_memory(askiam_policy_explain_json);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__a_line_is_answered),
      cmocka_unit_test(policy__each_kind_of_policy_has_its_member),
      cmocka_unit_test(policy__context_values_may_be_texts_numbers_truth_and_lists),
      cmocka_unit_test(policy__a_document_that_aws_refuses_is_an_answer),
      cmocka_unit_test(policy__a_document_may_be_a_text),
      cmocka_unit_test(policy__a_line_of_another_form_is_bad_data),
      cmocka_unit_test(policy__a_question_may_be_explained),
      cmocka_unit_test(policy__a_line_is_needed),
      cmocka_unit_test(policy__a_line_without_memory_fails_and_leaks_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
