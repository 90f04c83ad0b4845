/* SPDX-License-Identifier: Apache-2.0
 *
 * Explanations: the sentences, and the JSON that goes with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include <stdio.h>

#include "support/allocator.h"
#include "unit/policy/world.h"
#include "json/json.h"

/* The explanation, parsed; destroy it. */
static aski_json_document *s_explain(world *it)
{
  char *text = NULL;
  aski_json_document *json = NULL;
  world_decide(it);
  assert_int_equal(askiam_policy_explain(&text, it->set, it->request, NULL, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(aski_json_parse(&json, askiam_str_from(text), aski_allocator_default(), ASKIAM_LAYER_ENGINE, NULL),
                   ASKIAM_STATUS_OK);
  askiam_policy_string_free(text, NULL);
  return json;
}

static void s_check_summary(world *it, const char *expected)
{
  aski_json_document *json = s_explain(it);
  askiam_str summary = aski_json_string(aski_json_get(aski_json_root(json), "summary"));
  assert_string_equal(summary.data, expected);
  assert_string_equal(aski_json_string(aski_json_get(aski_json_root(json), "decision")).data,
                      askiam_policy_decision_name(world_decide(it)));
  aski_json_destroy(json);
  world_clean_up(it);
}

static void s_begin(world *it)
{
  world_init(it);
  world_ask(it, BOB, "s3:GetObject", "arn:aws:s3:::bucket/key");
}

#define QUESTION "s3:GetObject on arn:aws:s3:::bucket/key by " BOB

static void policy__the_summary_names_the_statement_that_decided(void **state)
{
  (void)state;
  world it;
  s_begin(&it);
  world_add(&it, ASKIAM_POLICY_IDENTITY, 0, ALLOW_GET);
  s_check_summary(&it, QUESTION " is allowed. Statement[0] of the identity policy [0] allows it.");
  s_begin(&it);
  world_add(&it, ASKIAM_POLICY_IDENTITY, 0, ALLOW_ALL "," ALLOW_GET);
  world_add(&it, ASKIAM_POLICY_SERVICE_CONTROL, 0, ALLOW_ALL);
  s_check_summary(&it, QUESTION " is allowed. Statement[0] of the identity policy [0] allows it. 1 more does so too.");
  s_begin(&it);
  world_add(&it, ASKIAM_POLICY_IDENTITY, 0, ALLOW_ALL);
  world_add(&it, ASKIAM_POLICY_SERVICE_CONTROL, 1,
            "{'Sid': 'Inside', 'Effect': 'Deny', 'Action': 's3:*', 'Resource': '*', 'Condition': {'NotIpAddress': "
            "{'aws:SourceIp': ['10.0.0.0/8', '192.168.0.0/16']}}}");
  world_know(&it, "aws:SourceIp", "203.0.113.9");
  s_check_summary(&it, QUESTION
                  " is denied. Statement \"Inside\" of the service control policy [0] on level 1 denies it, as "
                  "these conditions hold: NotIpAddress aws:SourceIp \"10.0.0.0/8\" or \"192.168.0.0/16\" (the "
                  "request has \"203.0.113.9\").");
  s_begin(&it);
  world_ask(&it, ROOT, "s3:GetObject", "*");
  s_check_summary(&it, "s3:GetObject on * by " ROOT
                       " is allowed: the root user of an account may do everything in it that nothing denies.");
}

static void policy__the_summary_says_what_is_missing(void **state)
{
  (void)state;
  static const struct {
    const char *principal, *account;
    world_document documents[3];
    const char *reason;
  } cases[] = {
      {BOB, NULL, {IDENTITY(ALLOW_PUT)}, "no identity policy allows it, and no resource policy that would suffice."},
      {BOB, NULL, {IDENTITY(ALLOW_GET), BOUNDARY(ALLOW_PUT)}, "the permission boundary does not allow it."},
      {BOB, NULL, {IDENTITY(ALLOW_GET), SESSION(ALLOW_PUT)}, "the session policy does not allow it."},
      {FEDERATED_BOB,
       NULL,
       {IDENTITY(ALLOW_GET)},
       "a federated user has only what a session policy allows, and there is none."},
      {BOB,
       NULL,
       {IDENTITY(ALLOW_GET), SCP(0, ALLOW_PUT)},
       "the service control policies do not allow it on every level."},
      {BOB,
       NULL,
       {IDENTITY(ALLOW_GET), RCP(1, "{'Effect': 'Allow', 'Principal': '*', 'Action': '*', 'Resource': '*'}")},
       "the resource control policies do not allow it on every level."},
      {BOB,
       NULL,
       {IDENTITY(ALLOW_GET), ENDPOINT(ALLOW_TO("999999999999"))},
       "the endpoint's policies do not allow it."},
      {BOB,
       "999999999999",
       {RESOURCE(ALLOW_TO(BOB))},
       "the resource is in another account, so an identity policy must allow it too, and none does."},
      {BOB,
       "999999999999",
       {IDENTITY(ALLOW_GET)},
       "the resource is in another account, so its resource policy must allow it too, and does not."},
      {SERVICE,
       NULL,
       {IDENTITY(ALLOW_GET)},
       "services and anonymous callers are allowed by resource policies only, and none does so."},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    world it;
    char expected[512];
    world_init(&it);
    for (size_t j = 0; j < 3 && cases[i].documents[j].statements != NULL; ++j) {
      world_add(&it, cases[i].documents[j].kind, cases[i].documents[j].level, cases[i].documents[j].statements);
    }
    world_ask(&it, cases[i].principal, "s3:GetObject", "arn:aws:s3:::bucket/key");
    askiam_policy_request_set(it.request, ASKIAM_POLICY_RESOURCE_ACCOUNT, askiam_str_from(cases[i].account), NULL);
    snprintf(expected, sizeof expected,
             "s3:GetObject on arn:aws:s3:::bucket/key by %s is denied since nothing suffices to allow it: %s",
             cases[i].principal, cases[i].reason);
    s_check_summary(&it, expected);
  }
}

static void policy__the_summary_of_a_request_for_access_speaks_of_no_other_kinds(void **state)
{
  (void)state;
  world it;
  world_init(&it);
  world_ask(&it, "arn:aws:askiam:::user/bob", "askiam:RequestRole", "arn:aws:askiam:::application/crm/role/editor");
  s_check_summary(&it, "askiam:RequestRole on arn:aws:askiam:::application/crm/role/editor by "
                       "arn:aws:askiam:::user/bob is denied since nothing suffices to allow it: no policy allows it.");
}

static void policy__the_summary_tells_what_came_nearest(void **state)
{
  (void)state;
  world it;
  s_begin(&it);
  world_add(&it, ASKIAM_POLICY_IDENTITY, 0,
            "{'Sid': 'Red', 'Effect': 'Allow', 'Action': 's3:*', 'Resource': '*', 'Condition': {'StringEquals': "
            "{'aws:PrincipalTag/team': 'red', 'aws:username': 'bob'}}}");
  world_know(&it, "aws:username", "bob");
  s_check_summary(&it, QUESTION
                  " is denied since nothing suffices to allow it: no identity policy allows it, and no resource "
                  "policy that would suffice. It would be allowed by statement \"Red\" of the identity policy "
                  "[0], but for: StringEquals aws:PrincipalTag/team \"red\" (the request has no such key).");
  s_begin(&it);
  askiam_policy_request_set(it.request, ASKIAM_POLICY_ACTION, askiam_str_from(NULL), NULL);
  s_check_summary(&it,
                  "The request is denied since it is not complete: it needs a principal, an action and a resource.");
}

static void policy__each_statement_is_told_part_by_part(void **state)
{
  (void)state;
  world it;
  s_begin(&it);
  world_add(&it, ASKIAM_POLICY_IDENTITY, 0, ALLOW_PUT);
  world_add(&it, ASKIAM_POLICY_RESOURCE, 0,
            "{'Sid': 'R', 'Effect': 'Deny', 'Principal': {'AWS': '999999999999'}, 'Action': 's3:Get*', 'Resource': "
            "'arn:aws:s3:::other/*', 'Condition': {'ForAnyValue:StringLike': {'aws:TagKeys': ['a*', 'b']}}}");
  world_know(&it, "aws:TagKeys", "ab");
  world_know(&it, "aws:TagKeys", "c");
  aski_json_document *json = s_explain(&it);
  const aski_json *list = aski_json_get(aski_json_root(json), "statements");
  assert_int_equal(aski_json_count(list), 2);
  const aski_json *first = aski_json_first(list);
  assert_true(aski_json_bool(aski_json_get(first, "principal"), false));
  assert_false(aski_json_bool(aski_json_get(first, "action"), true));
  assert_true(aski_json_bool(aski_json_get(first, "resource"), false));
  assert_false(aski_json_bool(aski_json_get(first, "matched"), true));
  assert_true(aski_json_bool(aski_json_get(first, "applies"), false));
  const aski_json *second = aski_json_next(first);
  assert_string_equal(aski_json_string(aski_json_get(second, "kind")).data, "resource");
  assert_string_equal(aski_json_string(aski_json_get(second, "sid")).data, "R");
  assert_string_equal(aski_json_string(aski_json_get(second, "effect")).data, "Deny");
  assert_false(aski_json_bool(aski_json_get(second, "principal"), true));
  assert_true(aski_json_bool(aski_json_get(second, "action"), false));
  assert_false(aski_json_bool(aski_json_get(second, "resource"), true));
  const aski_json *condition = aski_json_first(aski_json_get(second, "conditions"));
  assert_string_equal(aski_json_string(aski_json_get(condition, "operator")).data, "ForAnyValue:StringLike");
  assert_string_equal(aski_json_string(aski_json_get(condition, "key")).data, "aws:TagKeys");
  assert_int_equal(aski_json_count(aski_json_get(condition, "values")), 2);
  assert_int_equal(aski_json_count(aski_json_get(condition, "actual")), 2);
  assert_true(aski_json_bool(aski_json_get(condition, "matched"), false));
  aski_json_destroy(json);
  world_clean_up(&it);
}

static void s_check_unresolved(const aski_json *part, const char *key, int64_t values)
{
  int64_t number = -1;
  const aski_json *unresolved = aski_json_get(part, "unresolved");
  assert_string_equal(aski_json_string(aski_json_get(unresolved, "key")).data, key);
  assert_true(aski_json_integer(aski_json_get(unresolved, "values"), &number));
  assert_int_equal(number, values);
}

static void policy__variables_that_stand_for_nothing_are_told(void **state)
{
  (void)state;
  world it;
  s_begin(&it);
  world_add(
      &it, ASKIAM_POLICY_IDENTITY, 0,
      "{'Effect': 'Allow', 'Action': 's3:*', 'Resource': ['arn:aws:s3:::b/*', 'arn:aws:s3:::b/${AWS:username}/*'], "
      "'Condition': {'ArnLike': {'aws:PrincipalArn': ['arn:aws:iam::${aws:TagKeys}:user/*']}}}");
  world_add(&it, ASKIAM_POLICY_IDENTITY, 0,
            "{'Effect': 'Allow', 'Action': 's3:*', 'NotResource': ['arn:aws:s3:::*', 'arn:aws:s3:::${aws:username}']}");
  world_add(&it, ASKIAM_POLICY_IDENTITY, 0,
            "{'Effect': 'Allow', 'Action': 's3:*', 'Resource': 'arn:aws:s3:::${aws:username, \\u0027bucket\\u0027}/*', "
            "'Condition': "
            "{'StringEquals': {'aws:PrincipalTag/team': ['x', '${aws:ResourceTag/team}']}}}");
  world_know(&it, "aws:PrincipalArn", BOB);
  world_know(&it, "aws:TagKeys", "a");
  world_know(&it, "aws:TagKeys", "b");
  aski_json_document *json = s_explain(&it);
  const aski_json *first = aski_json_first(aski_json_get(aski_json_root(json), "statements"));
  s_check_unresolved(first, "AWS:username", 0);
  s_check_unresolved(aski_json_first(aski_json_get(first, "conditions")), "aws:TagKeys", 2);
  const aski_json *second = aski_json_next(first);
  assert_null(aski_json_get(second, "unresolved"));
  const aski_json *third = aski_json_next(second);
  assert_null(aski_json_get(third, "unresolved"));
  s_check_unresolved(aski_json_first(aski_json_get(third, "conditions")), "aws:ResourceTag/team", 0);
  assert_non_null(strstr(aski_json_string(aski_json_get(aski_json_root(json), "summary")).data,
                         "\"${aws:ResourceTag/team}\" (the request has no such key; ${aws:ResourceTag/team} has no "
                         "value here)."));
  aski_json_destroy(json);
  world_clean_up(&it);
}

/* Of a large set only what is about the request. */
static void policy__of_many_statements_only_those_about_the_request_are_told(void **state)
{
  (void)state;
  world it;
  s_begin(&it);
  for (int i = 0; i < 1100; ++i) {
    world_add(&it, ASKIAM_POLICY_IDENTITY, 0, i == 500 ? ALLOW_GET : ALLOW_PUT);
  }
  aski_json_document *json = s_explain(&it);
  int64_t omitted = 0;
  assert_int_equal(aski_json_count(aski_json_get(aski_json_root(json), "statements")), 1);
  assert_true(aski_json_integer(aski_json_get(aski_json_root(json), "omitted"), &omitted));
  assert_int_equal(omitted, 1099);
  aski_json_destroy(json);
  world_clean_up(&it);
}

static void policy__an_explanation_without_memory_fails_and_leaks_nothing(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  world it;
  s_begin(&it);
  world_allow_if(&it, "{'StringEquals': {'k': 'v'}}");
  world_decide(&it);
  char *text = NULL;
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  long fail_at = 1;
  for (; status != ASKIAM_STATUS_OK; ++fail_at) {
    test_allocator_fail_at(&allocator, fail_at);
    status = askiam_policy_explain(&text, it.set, it.request, &allocator.base, NULL);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    askiam_policy_string_free(text, &allocator.base);
    assert_int_equal(allocator.outstanding, 0);
  }
  assert_true(fail_at > 4);
  assert_int_equal(askiam_policy_explain(NULL, it.set, it.request, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_policy_explain(&text, NULL, it.request, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_policy_explain(&text, it.set, NULL, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  world_clean_up(&it);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__the_summary_names_the_statement_that_decided),
      cmocka_unit_test(policy__the_summary_says_what_is_missing),
      cmocka_unit_test(policy__the_summary_of_a_request_for_access_speaks_of_no_other_kinds),
      cmocka_unit_test(policy__the_summary_tells_what_came_nearest),
      cmocka_unit_test(policy__each_statement_is_told_part_by_part),
      cmocka_unit_test(policy__variables_that_stand_for_nothing_are_told),
      cmocka_unit_test(policy__of_many_statements_only_those_about_the_request_are_told),
      cmocka_unit_test(policy__an_explanation_without_memory_fails_and_leaks_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
