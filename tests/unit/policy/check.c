/* SPDX-License-Identifier: Apache-2.0
 *
 * The check as a whole: limits, memory, what is read into the document, what hostile documents cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "policy/document.h"
#include "support.h"
#include "support/allocator.h"

static const char s_document[] = "{\"Version\": \"2012-10-17\", \"Id\": \"the-id\", \"Statement\": [\n"
                                 " {\"Sid\": \"One\", \"Effect\": \"Allow\", \"NotPrincipal\": {\"AWS\": "
                                 "[\"111122223333\"], \"Service\": \"s3.amazonaws.com\",\n"
                                 "  \"Federated\": \"accounts.google.com\", \"CanonicalUser\": \"79a59d\"}, "
                                 "\"NotAction\": [\"s3:*\", \"ec2:*\"], \"NotResource\": \"arn:aws:s3:::x\",\n"
                                 "  \"Condition\": {\"ForAnyValue:StringLikeIfExists\": {\"aws:TagKeys\": [\"a\", "
                                 "true, 12.50]}, \"Null\": {\"a:b\": []}}},\n"
                                 " {\"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": \"*\"}]}";

static void s_assert_text(askiam_str text, const char *expected)
{
  assert_true(aski_str_present(text));
  assert_string_equal(text.data, expected);
}

static void policy__check_a_document_is_read_as_it_is_written(void **state)
{
  (void)state;
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_policy_document document;
  assert_int_equal(
      aski_policy_read(&document, &arena, askiam_str_from(s_document), ASKIAM_POLICY_RESOURCE, NULL, NULL, NULL),
      ASKIAM_STATUS_OK);
  assert_true(document.has_variables);
  s_assert_text(document.id, "the-id");
  assert_int_equal(document.statements.count, 2);
  const aski_policy_statement *one = &document.statements.items[0];
  s_assert_text(one->sid, "One");
  assert_true(!one->deny && one->has_principal && one->not_principal && one->not_action && one->has_resource &&
              one->not_resource);
  assert_false(one->principals.anyone);
  s_assert_text(one->principals.aws.items[0], "111122223333");
  s_assert_text(one->principals.service.items[0], "s3.amazonaws.com");
  s_assert_text(one->principals.federated.items[0], "accounts.google.com");
  s_assert_text(one->principals.canonical.items[0], "79a59d");
  assert_int_equal(one->actions.count, 2);
  s_assert_text(one->actions.items[1], "ec2:*");
  s_assert_text(one->resources.items[0], "arn:aws:s3:::x");
  assert_int_equal(one->clauses.count, 2);
  const aski_policy_clause *clause = &one->clauses.items[0];
  assert_true(clause->quantifier == ASKI_POLICY_FOR_ANY_VALUE && clause->op == ASKI_POLICY_STRING_LIKE &&
              clause->if_exists);
  s_assert_text(clause->operator_text, "ForAnyValue:StringLikeIfExists");
  s_assert_text(clause->key, "aws:TagKeys");
  assert_int_equal(clause->values.count, 3);
  s_assert_text(clause->values.items[1], "true");
  s_assert_text(clause->values.items[2], "12.50");
  assert_int_equal(one->clauses.items[1].values.count, 0);
  const aski_policy_statement *two = &document.statements.items[1];
  assert_true(two->deny && two->has_principal && !two->not_principal && two->principals.anyone && !two->has_resource);
  assert_false(aski_str_present(two->sid));
  aski_arena_clean_up(&arena);
}

static void s_ignore(void *context, const askiam_policy_finding *finding)
{
  (void)finding;
  ++*(size_t *)context;
}

static void policy__check_running_out_of_memory_is_said_and_loses_nothing(void **state)
{
  (void)state;
  static const char bad[] =
      "{\"Statement\": [{\"Efect\": \"Allow\", \"Action\": [\"x\"]}, {\"Sid\": \"a\"}, {\"Sid\": \"a\"}]}";
  const char *const documents[] = {s_document, bad};
  for (size_t i = 0; i < 2; ++i) {
    askiam_status status = ASKIAM_STATUS_NO_MEMORY;
    long fail_at = 0;
    while (status == ASKIAM_STATUS_NO_MEMORY) {
      test_allocator allocator;
      test_allocator_init(&allocator);
      test_allocator_fail_at(&allocator, ++fail_at);
      askiam_error error = ASKIAM_ERROR_INIT;
      size_t told = 0;
      status = askiam_policy_check(askiam_str_from(documents[i]), ASKIAM_POLICY_RESOURCE, s_ignore, &told,
                                   &allocator.base, &error);
      assert_int_equal(allocator.outstanding, 0);
      assert_int_equal(status, status == ASKIAM_STATUS_OK ? ASKIAM_STATUS_OK : error.status);
      assert_true(status != ASKIAM_STATUS_NO_MEMORY || told == 0);
    }
    assert_int_equal(status, i == 0 ? ASKIAM_STATUS_OK : ASKIAM_STATUS_BAD_DATA);
    assert_true(fail_at > 5);
  }
}

static void policy__check_bad_arguments_are_refused(void **state)
{
  (void)state;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_policy_check((askiam_str){NULL, 0}, ASKIAM_POLICY_IDENTITY, NULL, NULL, NULL, &error),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_policy_check(askiam_str_from("{}"), (askiam_policy_kind)8, NULL, NULL, NULL, &error),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_policy_check(askiam_str_from("{}"), ASKIAM_POLICY_IDENTITY, NULL, NULL, NULL, NULL),
                   ASKIAM_STATUS_BAD_DATA);
}

static void policy__check_shows_texts_short_and_on_one_line(void **state)
{
  (void)state;
  assert_findings(ASKIAM_POLICY_IDENTITY,
                  "{\"line\\nbreak\\u007f\": 1, \"Statement\": {\"Effect\": \"Deny\", \"Resource\": \"*\", \"Action\": "
                  "\"0123456789012345678901234567890123456789012345678901234567\xC3\xA9\xC3\xA9\xC3\xA9\"}}",
                  "error 1:2 line?break?: a policy has no member \"line?break?\"\n"
                  "error 1:85 Statement.Action: the action "
                  "\"0123456789012345678901234567890123456789012345678901234567\xC3\xA9…\" has no");
}

/* Columns are characters. */
static void policy__check_places_are_lines_and_characters(void **state)
{
  (void)state;
  assert_findings(ASKIAM_POLICY_IDENTITY,
                  "{\"Id\": \"\xC3\xA9\xF0\x9F\x98\x80\", \"x\": 1,\r\n\t\"y\": 2,\n\n  \"\\u0053tatement\": 3}",
                  "error 1:14 x: a policy\nerror 2:2 y: a policy\nerror 4:21 Statement: must be an object");
}

static void policy__check_too_large_a_document_is_refused(void **state)
{
  (void)state;
  enum { LARGEST = 256 * 1024 };
  static char document[LARGEST + 2];
  memset(document, ' ', LARGEST + 1);
  memcpy(document, s_document, sizeof s_document - 1);
  askiam_str text = {document, LARGEST};
  assert_int_equal(askiam_policy_check(text, ASKIAM_POLICY_RESOURCE, NULL, NULL, NULL, NULL), ASKIAM_STATUS_OK);
  assert_findings(ASKIAM_POLICY_RESOURCE, document, "error 1:1 a policy has at most 256 KiB");
}

/* As large as it may be, and wrong everywhere: a quadratic step would take minutes. */
static void policy__check_hostile_documents_cost_linear_time(void **state)
{
  (void)state;
  enum { LARGEST = 256 * 1024 };
  static const struct {
    const char *begin, *repeated, *end;
  } hostile[] = {
      {"{\"Statement\":[", "0,", "0]}"},
      {"{\"Statement\":[", "{\"Sid\":\"x\"},", "{}]}"},
      {"{\"Statement\":{\"Action\":[", "\"\",", "\"\"]}}"},
      {"{\"Statement\":{\"Principal\":{\"AWS\":[", "\"*?\",", "\"\"]}}}"},
      {"{\"Statement\":{\"Condition\":{\"Bool\":{\"a:b\":[", "[],", "0]}}}}"},
      {"{\"Version\":\"2012-10-17\",\"Statement\":{\"Resource\":\"arn:aws:s3:::", "${a:b, '''", "\"}}"},
      {"{\"Version\":\"2012-10-17\",\"Statement\":{\"Resource\":\"arn:aws:s3:::", "${a:b}${$}*?", "\"}}"},
      {"{\"Statement\":{\"Resource\":\"", ":", "\"}}"},
      {"{\"", "x", "\": 1}"},
  };
  static char document[LARGEST + 1];
  clock_t begin = clock();
  for (size_t i = 0; i < sizeof hostile / sizeof *hostile; ++i) {
    size_t length = strlen(hostile[i].begin);
    size_t end = strlen(hostile[i].end);
    size_t step = strlen(hostile[i].repeated);
    memcpy(document, hostile[i].begin, length);
    for (; length + step + end <= LARGEST; length += step) {
      memcpy(document + length, hostile[i].repeated, step);
    }
    memcpy(document + length, hostile[i].end, end);
    size_t told = 0;
    askiam_policy_check((askiam_str){document, length + end}, ASKIAM_POLICY_ACCESS_REQUEST, s_ignore, &told, NULL,
                        NULL);
    assert_true(told > 0);
  }
  assert_true((double)(clock() - begin) / CLOCKS_PER_SEC < 60);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__check_a_document_is_read_as_it_is_written),
      cmocka_unit_test(policy__check_running_out_of_memory_is_said_and_loses_nothing),
      cmocka_unit_test(policy__check_bad_arguments_are_refused),
      cmocka_unit_test(policy__check_shows_texts_short_and_on_one_line),
      cmocka_unit_test(policy__check_places_are_lines_and_characters),
      cmocka_unit_test(policy__check_too_large_a_document_is_refused),
      cmocka_unit_test(policy__check_hostile_documents_cost_linear_time),
  };
  return cmocka_run_group_tests_name("policy__check", tests, NULL, NULL);
}
