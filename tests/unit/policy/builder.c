/* SPDX-License-Identifier: Apache-2.0
 *
 * Builders and sets: what goes in, what comes out, what happens without memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "policy/set.h"
#include "support/allocator.h"
#include "unit/policy/world.h"

static const char s_good[] =
    "{\"Version\": \"2012-10-17\", \"Id\": \"x\", \"Statement\": [{\"Sid\": \"One\", \"Effect\": \"Allow\", "
    "\"Action\": [\"s3:GetObject\", \"s3:Put*\"], \"Resource\": \"arn:aws:s3:::b/${aws:username}/*\", "
    "\"Condition\": {\"ArnLike\": {\"aws:PrincipalArn\": \"arn:aws:iam::*:user/*\"}, \"StringLike\": "
    "{\"aws:UserAgent\": [\"a*\", \"b?c\"]}}}, {\"Effect\": \"Deny\", \"NotAction\": \"s3:*\", "
    "\"NotResource\": \"arn:aws:s3:::c\"}]}";

static askiam_status s_add(askiam_policy_builder *builder, askiam_policy_kind kind, unsigned level, const char *json,
                           askiam_error *error)
{
  return askiam_policy_builder_add(builder, kind, level, ASKI_STR("id"), askiam_str_from(json), error);
}

static void policy__a_document_that_is_refused_leaves_the_builder_as_it_was(void **state)
{
  (void)state;
  world it;
  world_init(&it);
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(s_add(it.builder, ASKIAM_POLICY_IDENTITY, 0, s_good, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(s_add(it.builder, ASKIAM_POLICY_IDENTITY, 0,
                         "{\"Statement\": {\"Effect\": \"Alow\", \"Action\": \"*\", \"Resource\": \"*\"}}", &error),
                   ASKIAM_STATUS_BAD_DATA);
  assert_non_null(strstr(error.message, "line 1, column "));
  assert_non_null(strstr(error.message, "Effect"));
  assert_int_equal(s_add(it.builder, ASKIAM_POLICY_SERVICE_CONTROL, 0, "{", NULL), ASKIAM_STATUS_BAD_DATA);
  world_ask(&it, BOB, "s3:GetObject", "arn:aws:s3:::b/bob/x");
  world_know(&it, "aws:UserAgent", "abc");
  world_know(&it, "aws:PrincipalArn", BOB);
  world_know(&it, "aws:username", "bob");
  assert_int_equal(world_decide(&it), YES);
  assert_int_equal(aski_policy_statement_count(it.set), 2);
  world_clean_up(&it);
}

static void policy__arguments_of_builders_are_checked(void **state)
{
  (void)state;
  world it;
  world_init(&it);
  assert_int_equal(askiam_policy_builder_new(NULL, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(s_add(NULL, ASKIAM_POLICY_IDENTITY, 0, s_good, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(s_add(it.builder, ASKIAM_POLICY_IDENTITY, 0, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(s_add(it.builder, ASKIAM_POLICY_IDENTITY, 1, s_good, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(s_add(it.builder, ASKIAM_POLICY_SERVICE_CONTROL, 15, s_good, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(s_add(it.builder, ASKIAM_POLICY_SERVICE_CONTROL, 16, s_good, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(s_add(it.builder, (askiam_policy_kind)8, 0, s_good, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(
      askiam_policy_builder_add(it.builder, ASKIAM_POLICY_IDENTITY, 0, ASKI_STR("\xff"), askiam_str_from(s_good), NULL),
      ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(askiam_policy_builder_build(NULL, it.builder, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_policy_builder_build(&it.set, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(aski_policy_statement_count(NULL), 0);
  assert_null(aski_policy_statement_at(NULL, 0, NULL));
  assert_null(aski_policy_statement_of(NULL, NULL));
  askiam_policy_set_destroy(NULL);
  askiam_policy_builder_destroy(NULL);
  world_clean_up(&it);
}

static void policy__a_builder_may_be_used_again(void **state)
{
  (void)state;
  world it;
  world_init(&it);
  world_add(&it, ASKIAM_POLICY_IDENTITY, 0, ALLOW_GET);
  world_add(&it, ASKIAM_POLICY_SERVICE_CONTROL, 3, ALLOW_PUT);
  world_ask(&it, BOB, "s3:GetObject", "*");
  assert_int_equal(world_decide(&it), NO);
  askiam_policy_set *first = it.set;
  it.set = NULL;
  assert_int_equal(world_decide(&it), NO); /* an empty set */
  assert_int_equal(aski_policy_statement_count(it.set), 0);
  askiam_policy_set_destroy(it.set);
  it.set = NULL;
  world_add(&it, ASKIAM_POLICY_IDENTITY, 0, ALLOW_GET);
  assert_int_equal(world_decide(&it), YES); /* the levels of before are forgotten */
  assert_int_equal(askiam_policy_evaluate(first, it.request, NULL, NULL), NO);
  askiam_policy_set_destroy(first);
  world_clean_up(&it);
}

static void policy__statements_come_by_kind_level_policy_and_place(void **state)
{
  (void)state;
  static const struct {
    askiam_policy_kind kind;
    unsigned level;
    size_t policy, statement;
  } expected[] = {{ASKIAM_POLICY_IDENTITY, 0, 0, 0},        {ASKIAM_POLICY_IDENTITY, 0, 1, 0},
                  {ASKIAM_POLICY_IDENTITY, 0, 1, 1},        {ASKIAM_POLICY_RESOURCE, 0, 0, 0},
                  {ASKIAM_POLICY_SERVICE_CONTROL, 0, 0, 0}, {ASKIAM_POLICY_SERVICE_CONTROL, 2, 0, 0}};
  world it;
  world_init(&it);
  world_add(&it, ASKIAM_POLICY_SERVICE_CONTROL, 2, ALLOW_GET);
  world_add(&it, ASKIAM_POLICY_RESOURCE, 0, FOR("Allow", "Principal", "'*'"));
  world_add(&it, ASKIAM_POLICY_IDENTITY, 0, ALLOW_PUT);
  world_add(&it, ASKIAM_POLICY_SERVICE_CONTROL, 0, ALLOW_GET);
  assert_int_equal(s_add(it.builder, ASKIAM_POLICY_IDENTITY, 0, s_good, NULL), ASKIAM_STATUS_OK);
  world_ask(&it, BOB, "s3:GetObject", "*");
  world_decide(&it);
  assert_int_equal(aski_policy_statement_count(it.set), 6);
  for (size_t i = 0; i < 6; ++i) {
    askiam_policy_match match;
    const aski_policy_statement *statement = aski_policy_statement_at(it.set, i, &match);
    assert_int_equal(match.kind, expected[i].kind);
    assert_int_equal(match.level, expected[i].level);
    assert_int_equal(match.policy, expected[i].policy);
    assert_int_equal(match.statement, expected[i].statement);
    assert_ptr_equal(aski_policy_statement_of(it.set, &match), statement);
    match.statement += 7;
    assert_null(aski_policy_statement_of(it.set, &match));
  }
  askiam_policy_match match;
  const aski_policy_statement *one = aski_policy_statement_at(it.set, 1, &match);
  assert_true(aski_str_equal_text(match.sid, "One") && aski_str_equal_text(match.id, "id"));
  assert_int_equal(one->actions.count, 2);
  assert_true(aski_str_equal_text(one->actions.items[1], "s3:Put*"));
  assert_true(aski_str_equal_text(one->resources.items[0], "arn:aws:s3:::b/${aws:username}/*"));
  assert_int_equal(one->clauses.count, 2);
  assert_true(aski_str_equal_text(one->clauses.items[1].key, "aws:UserAgent"));
  assert_true(aski_str_equal_text(one->clauses.items[1].values.items[1], "b?c"));
  assert_null(aski_policy_statement_at(it.set, 6, NULL));
  world_clean_up(&it);
}

static askiam_status s_build_all(askiam_policy_set **out, askiam_policy_builder *builder)
{
  static const char resource[] =
      "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Principal\": {\"AWS\": "
      "[\"123456789012\", "
      "\"arn:aws:iam::123456789012:role/r\"], \"Service\": \"s3.amazonaws.com\", \"Federated\": "
      "\"accounts.google.com\"}, "
      "\"Action\": \"s3:*\", \"Condition\": {\"NumericEquals\": {\"s3:max-keys\": \"10\"}, \"BinaryEquals\": {\"k\": "
      "\"QUJD\"}, \"IpAddress\": {\"aws:SourceIp\": \"10.0.0.0/8\"}}}}";
  askiam_status status = s_add(builder, ASKIAM_POLICY_IDENTITY, 0, s_good, NULL);
  status = status == ASKIAM_STATUS_OK ? s_add(builder, ASKIAM_POLICY_RESOURCE, 0, resource, NULL) : status;
  for (int i = 0; i < 8 && status == ASKIAM_STATUS_OK; ++i) {
    status = s_add(builder, ASKIAM_POLICY_SERVICE_CONTROL, 1, s_good, NULL);
  }
  return status == ASKIAM_STATUS_OK ? askiam_policy_builder_build(out, builder, NULL) : status;
}

/* Without memory nothing is lost but the call: what was added before can still be built. */
static void policy__a_builder_without_memory_stays_as_it_was(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  for (long fail_at = 1;; ++fail_at) {
    askiam_policy_builder *builder = NULL;
    askiam_policy_set *set = NULL;
    test_allocator_fail_at(&allocator, fail_at);
    askiam_status status = askiam_policy_builder_new(&builder, &allocator.base, NULL);
    status = status == ASKIAM_STATUS_OK ? s_build_all(&set, builder) : status;
    if (builder != NULL && status == ASKIAM_STATUS_NO_MEMORY) {
      assert_null(set);
      test_allocator_fail_at(&allocator, 0);
      assert_int_equal(askiam_policy_builder_build(&set, builder, NULL), ASKIAM_STATUS_OK);
    }
    askiam_policy_builder_destroy(builder);
    askiam_policy_set_destroy(set);
    assert_int_equal(allocator.outstanding, 0);
    if (status == ASKIAM_STATUS_OK) {
      assert_true(fail_at > 50);
      return;
    }
    assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
  }
}

static void policy__evaluating_takes_no_memory(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_policy_builder *builder = NULL;
  askiam_policy_set *set = NULL;
  askiam_policy_request *request = NULL;
  assert_int_equal(askiam_policy_builder_new(&builder, &allocator.base, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(s_build_all(&set, builder), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_policy_request_new(&request, &allocator.base, NULL), ASKIAM_STATUS_OK);
  askiam_policy_request_set(request, ASKIAM_POLICY_PRINCIPAL, ASKI_STR(BOB), NULL);
  askiam_policy_request_set(request, ASKIAM_POLICY_ACTION, ASKI_STR("s3:GetObject"), NULL);
  askiam_policy_request_set(request, ASKIAM_POLICY_RESOURCE_ARN, ASKI_STR("arn:aws:s3:::b/bob/x"), NULL);
  test_allocator_fail_at(&allocator, 1);
  askiam_policy_evaluate(set, request, NULL, NULL);
  assert_int_equal(allocator.requests, 0);
  test_allocator_fail_at(&allocator, 0);
  askiam_policy_request_destroy(request);
  askiam_policy_set_destroy(set);
  askiam_policy_builder_destroy(builder);
  assert_int_equal(allocator.outstanding, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__a_document_that_is_refused_leaves_the_builder_as_it_was),
      cmocka_unit_test(policy__arguments_of_builders_are_checked),
      cmocka_unit_test(policy__a_builder_may_be_used_again),
      cmocka_unit_test(policy__statements_come_by_kind_level_policy_and_place),
      cmocka_unit_test(policy__a_builder_without_memory_stays_as_it_was),
      cmocka_unit_test(policy__evaluating_takes_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
