/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests: what their fields take, what follows from them, what they keep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "policy/hash.h"
#include "policy/pattern.h"
#include "policy/request.h"
#include "support/allocator.h"
#include "unit/policy/world.h"

static char s_long[4096];

static askiam_status s_set(askiam_policy_request *request, askiam_policy_request_field field, const char *value)
{
  return askiam_policy_request_set(request, field, askiam_str_from(value), NULL);
}

static void policy__fields_take_only_what_they_can_be(void **state)
{
  (void)state;
  static const struct {
    askiam_policy_request_field field;
    const char *value;
    askiam_status expected;
  } cases[] = {
      {ASKIAM_POLICY_PRINCIPAL, "arn:aws:iam::123456789012:user/bob", ASKIAM_STATUS_OK},
      {ASKIAM_POLICY_PRINCIPAL, "arn:aws:askiam:::user/john.doe", ASKIAM_STATUS_OK},
      {ASKIAM_POLICY_PRINCIPAL, "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1", ASKIAM_STATUS_OK},
      {ASKIAM_POLICY_PRINCIPAL, "lambda.amazonaws.com", ASKIAM_STATUS_OK},
      {ASKIAM_POLICY_PRINCIPAL, "anonymous", ASKIAM_STATUS_OK},
      {ASKIAM_POLICY_PRINCIPAL, "", ASKIAM_STATUS_BAD_DATA},
      {ASKIAM_POLICY_PRINCIPAL, "bob", ASKIAM_STATUS_BAD_DATA},
      {ASKIAM_POLICY_PRINCIPAL, "*", ASKIAM_STATUS_BAD_DATA},
      {ASKIAM_POLICY_PRINCIPAL, "123456789012", ASKIAM_STATUS_BAD_DATA},
      {ASKIAM_POLICY_PRINCIPAL, "arn:aws:iam::123456789012", ASKIAM_STATUS_BAD_DATA},
      {ASKIAM_POLICY_PRINCIPAL, "arn:aws:iam::123456789012:", ASKIAM_STATUS_BAD_DATA},
      {ASKIAM_POLICY_PRINCIPAL, "arn::iam::123456789012:user/bob", ASKIAM_STATUS_BAD_DATA},
      {ASKIAM_POLICY_PRINCIPAL, "\xff.amazonaws.com", ASKIAM_STATUS_BAD_DATA},
      {ASKIAM_POLICY_ACTION, "s3:GetObject", ASKIAM_STATUS_OK},
      {ASKIAM_POLICY_ACTION, "GetObject", ASKIAM_STATUS_BAD_DATA},
      {ASKIAM_POLICY_ACTION, "s3:", ASKIAM_STATUS_BAD_DATA},
      {ASKIAM_POLICY_ACTION, ":GetObject", ASKIAM_STATUS_BAD_DATA},
      {ASKIAM_POLICY_ACTION, "s3:Get Object", ASKIAM_STATUS_BAD_DATA},
      {ASKIAM_POLICY_ACTION, "", ASKIAM_STATUS_BAD_DATA},
      {ASKIAM_POLICY_RESOURCE_ARN, "*", ASKIAM_STATUS_OK},
      {ASKIAM_POLICY_RESOURCE_ARN, "arn:aws:s3:::bucket/key", ASKIAM_STATUS_OK},
      {ASKIAM_POLICY_RESOURCE_ARN, "bucket/key", ASKIAM_STATUS_BAD_DATA},
      {ASKIAM_POLICY_RESOURCE_ARN, "arn:aws:s3", ASKIAM_STATUS_BAD_DATA},
      {ASKIAM_POLICY_RESOURCE_ACCOUNT, "123456789012", ASKIAM_STATUS_OK},
      {ASKIAM_POLICY_RESOURCE_ACCOUNT, "12345678901", ASKIAM_STATUS_BAD_DATA},
      {ASKIAM_POLICY_RESOURCE_ACCOUNT, "12345678901x", ASKIAM_STATUS_BAD_DATA},
      {(askiam_policy_request_field)4, "x", ASKIAM_STATUS_INVALID_ARGUMENT},
  };
  world it;
  world_init(&it);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    assert_int_equal(s_set(it.request, cases[i].field, cases[i].value), cases[i].expected);
  }
  assert_int_equal(s_set(NULL, ASKIAM_POLICY_ACTION, "s3:GetObject"), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_policy_request_new(NULL, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  world_clean_up(&it);
}

static void policy__a_field_that_is_refused_stays_as_it_was(void **state)
{
  (void)state;
  world it;
  world_init(&it);
  world_add(&it, ASKIAM_POLICY_IDENTITY, 0, ALLOW_GET);
  world_ask(&it, BOB, "s3:GetObject", "arn:aws:s3:::bucket/key");
  assert_int_equal(s_set(it.request, ASKIAM_POLICY_PRINCIPAL, "bob"), ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(s_set(it.request, ASKIAM_POLICY_ACTION, "bad"), ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(world_decide(&it), YES);
  assert_int_equal(s_set(it.request, ASKIAM_POLICY_ACTION, "s3:PutObject"), ASKIAM_STATUS_OK);
  assert_int_equal(world_decide(&it), NO);
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_policy_request_set(it.request, ASKIAM_POLICY_PRINCIPAL, ASKI_STR("bob"), &error);
  assert_non_null(strstr(error.message, "the principal \"bob\""));
  world_clean_up(&it);
}

/* The value of a key as one text, several with | between; "-": it is not there. */
static const char *s_known(const askiam_policy_request *request, const char *key)
{
  static char text[256];
  aski_policy_values values =
      aski_policy_request_find(request, askiam_str_from(key), aski_policy_hash_text(askiam_str_from(key)));
  size_t length = 0;
  snprintf(text, sizeof text, "-");
  for (size_t count = values.count; count > 0; --count) {
    askiam_str value = aski_policy_values_next(&values);
    length +=
        (size_t)snprintf(text + length, sizeof text - length, "%s%.*s", length == 0 ? "" : "|", ASKI_STR_ARG(value));
  }
  return text;
}

static void policy__the_resource_s_account_is_settled(void **state)
{
  (void)state;
  world it;
  world_init(&it);
  world_ask(&it, BOB, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:999999999999:q");
  assert_true(aski_str_equal_text(it.request->resource_account, "999999999999"));
  s_set(it.request, ASKIAM_POLICY_RESOURCE_ACCOUNT, "111111111111");
  assert_true(aski_str_equal_text(it.request->resource_account, "111111111111"));
  s_set(it.request, ASKIAM_POLICY_RESOURCE_ACCOUNT, NULL);
  s_set(it.request, ASKIAM_POLICY_RESOURCE_ARN, "arn:aws:s3:::bucket");
  assert_true(aski_str_equal_text(it.request->resource_account, "123456789012"));
  world_ask(&it, "anonymous", "s3:GetObject", "arn:aws:s3:::bucket");
  assert_false(aski_str_present(it.request->resource_account));
  world_clean_up(&it);
}

static void policy__keys_are_what_was_given(void **state)
{
  (void)state;
  world it;
  world_init(&it);
  world_ask(&it, BOB, "s3:GetObject", "*");
  assert_string_equal(s_known(it.request, "aws:username"), "-");
  world_know(&it, "AWS:UserName", "robert");
  assert_string_equal(s_known(it.request, "aws:username"), "robert");
  world_know(&it, "aws:USERNAME", "rob");
  assert_string_equal(s_known(it.request, "aws:username"), "robert|rob");
  world_know(&it, "aws:PrincipalArn", NULL); /* there without a value */
  assert_string_equal(s_known(it.request, "aws:principalarn"), "-");
  askiam_policy_request_clear(it.request);
  assert_string_equal(s_known(it.request, "aws:username"), "-");
  world_clean_up(&it);
}

static void policy__many_keys_are_all_found(void **state)
{
  (void)state;
  world it;
  world_init(&it);
  char key[32];
  char value[32];
  for (int round = 0; round < 2; ++round) {
    world_ask(&it, BOB, "s3:GetObject", "*");
    for (int i = 0; i < 2000; ++i) {
      snprintf(key, sizeof key, "Tag/%d", i % 1000);
      snprintf(value, sizeof value, "%d", i);
      world_know(&it, key, value);
    }
    for (int i = 0; i < 1000; ++i) {
      snprintf(key, sizeof key, "tag/%d", i);
      snprintf(value, sizeof value, "%d|%d", i, i + 1000);
      assert_string_equal(s_known(it.request, key), value);
    }
    assert_string_equal(s_known(it.request, "tag/1000"), "-");
  }
  world_clean_up(&it);
}

static void policy__a_request_is_bounded(void **state)
{
  (void)state;
  world it;
  world_init(&it);
  size_t size = ASKI_POLICY_TEXT_MAX_BYTES + 1;
  char *text = malloc(size);
  assert_non_null(text);
  memset(text, 'a', size);
  askiam_str key = ASKI_STR("k");
  assert_int_equal(askiam_policy_request_add(it.request, key, (askiam_str){text, size - 1}, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_policy_request_add(it.request, key, (askiam_str){text, size}, NULL), ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(askiam_policy_request_add(it.request, (askiam_str){text, size}, key, NULL), ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(askiam_policy_request_add(it.request, key, ASKI_STR("\xc3"), NULL), ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(askiam_policy_request_add(it.request, ASKI_STR(""), key, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_policy_request_set(it.request, ASKIAM_POLICY_RESOURCE_ARN, (askiam_str){text, size}, NULL),
                   ASKIAM_STATUS_BAD_DATA);
  askiam_status status = ASKIAM_STATUS_OK;
  size_t added = 0;
  while (status == ASKIAM_STATUS_OK && added < 300) {
    status = askiam_policy_request_add(it.request, key, (askiam_str){text, size - 1}, NULL);
    ++added;
  }
  assert_int_equal(status, ASKIAM_STATUS_BAD_DATA); /* 16 MiB in all */
  askiam_policy_request_clear(it.request);
  status = ASKIAM_STATUS_OK;
  for (added = 0; status == ASKIAM_STATUS_OK && added < 5000; ++added) {
    char name[16];
    snprintf(name, sizeof name, "%zu", added);
    status = askiam_policy_request_add(it.request, askiam_str_from(name), key, NULL);
  }
  assert_int_equal(added, ASKI_POLICY_KEYS_MAX + 1);
  free(text);
  world_clean_up(&it);
}

/* Room for a search comes with the text that is searched, before anything else changes, and stays. */
static void policy__a_request_has_room_to_search_its_longest_text(void **state)
{
  (void)state;
  world it;
  world_init(&it);
  aski_policy_run run = {.request = it.request};
  size_t least = aski_policy_run_room(&run);
  memset(s_long, 'x', sizeof s_long);
  assert_int_equal(least, ASKI_POLICY_SMALL_TABLE);
  world_know(&it, "x:short", "x");
  assert_null(it.request->tables.values);
  for (size_t length = least; length <= sizeof s_long; length *= 2) {
    assert_int_equal(askiam_policy_request_add(it.request, ASKI_STR("x:long"), (askiam_str){s_long, length}, NULL),
                     ASKIAM_STATUS_OK);
    assert_int_equal(aski_policy_run_room(&run), length);
  }
  askiam_policy_request_clear(it.request);
  assert_int_equal(aski_policy_run_room(&run), sizeof s_long);
  world_clean_up(&it);
}

/* Each failure leaves a request that can go on, and says what it said before. */
static void policy__a_request_without_memory_stays_as_it_was(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  memset(s_long, 'x', sizeof s_long);
  for (long fail_at = 1;; ++fail_at) {
    askiam_policy_request *request = NULL;
    test_allocator_fail_at(&allocator, fail_at);
    askiam_status status = askiam_policy_request_new(&request, &allocator.base, NULL);
    if (status == ASKIAM_STATUS_OK) {
      status = s_set(request, ASKIAM_POLICY_PRINCIPAL, READER_SESSION);
    }
    if (status == ASKIAM_STATUS_OK) {
      status = s_set(request, ASKIAM_POLICY_ACTION, "s3:GetObject");
    }
    if (status == ASKIAM_STATUS_OK) {
      status = s_set(request, ASKIAM_POLICY_RESOURCE_ARN, "arn:aws:s3:::bucket/key");
    }
    for (int i = 0; i < 100 && status == ASKIAM_STATUS_OK; ++i) {
      char key[16];
      snprintf(key, sizeof key, "k%d", i);
      status = askiam_policy_request_add(request, askiam_str_from(key), ASKI_STR("a value of some length"), NULL);
    }
    for (size_t length = 1; length <= sizeof s_long && status == ASKIAM_STATUS_OK; length *= 2) {
      status = askiam_policy_request_add(request, ASKI_STR("long"), (askiam_str){s_long, length}, NULL);
    }
    if (request != NULL && status == ASKIAM_STATUS_NO_MEMORY) {
      test_allocator_fail_at(&allocator, 0);
      assert_int_equal(s_set(request, ASKIAM_POLICY_PRINCIPAL, BOB), ASKIAM_STATUS_OK);
      assert_int_equal(askiam_policy_request_add(request, ASKI_STR("z"), ASKI_STR("1"), NULL), ASKIAM_STATUS_OK);
      assert_true(aski_str_equal_text(request->principal.name, "bob"));
      assert_string_equal(s_known(request, "z"), "1");
    }
    askiam_policy_request_destroy(request);
    assert_int_equal(allocator.outstanding, 0);
    if (status == ASKIAM_STATUS_OK) {
      assert_true(fail_at > 8);
      return;
    }
    assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__fields_take_only_what_they_can_be),
      cmocka_unit_test(policy__a_field_that_is_refused_stays_as_it_was),
      cmocka_unit_test(policy__the_resource_s_account_is_settled),
      cmocka_unit_test(policy__keys_are_what_was_given),
      cmocka_unit_test(policy__many_keys_are_all_found),
      cmocka_unit_test(policy__a_request_is_bounded),
      cmocka_unit_test(policy__a_request_has_room_to_search_its_longest_text),
      cmocka_unit_test(policy__a_request_without_memory_stays_as_it_was),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
