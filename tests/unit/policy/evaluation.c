/* SPDX-License-Identifier: Apache-2.0
 *
 * The evaluation logic, rule by rule as AWS documents it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "unit/policy/world.h"

#define USER "arn:aws:iam::123456789012:user/bob"
#define ROLE "arn:aws:iam::123456789012:role/team/reader"
#define SESSION "arn:aws:sts::123456789012:assumed-role/reader/s1"
#define FEDERATED "arn:aws:sts::123456789012:federated-user/bob"
#define ROOT "arn:aws:iam::123456789012:root"
#define OTHER "arn:aws:iam::999999999999:user/eve"
#define OBJECT "arn:aws:s3:::bucket/key"
#define GET "s3:GetObject"

#define ALLOW_GET "{'Effect': 'Allow', 'Action': 's3:GetObject', 'Resource': '*'}"
#define ALLOW_PUT "{'Effect': 'Allow', 'Action': 's3:PutObject', 'Resource': '*'}"
#define DENY_GET "{'Effect': 'Deny', 'Action': 's3:GetObject', 'Resource': '*'}"
#define ALLOW_ALL "{'Effect': 'Allow', 'Action': '*', 'Resource': '*'}"
#define TO(effect, principal)                                                                                          \
  "{'Effect': '" effect "', 'Principal': " principal ", 'Action': 's3:GetObject', 'Resource': "                        \
  "'arn:aws:s3:::bucket/*'}"

/* What the documents in one line each say: kind letter, then the statements. I identity, R resource, B boundary, S session, E endpoint. */
typedef struct s_document {
  askiam_policy_kind kind;
  unsigned level;
  const char *statements;
} s_document;

typedef struct s_case {
  const char *principal;
  const char *resource_account; /* NULL: none */
  askiam_policy_decision expected;
  s_document documents[5];
} s_case;

#define IDENTITY(text) {ASKIAM_POLICY_IDENTITY, 0, text}
#define RESOURCE(text) {ASKIAM_POLICY_RESOURCE, 0, text}
#define BOUNDARY(text) {ASKIAM_POLICY_PERMISSION_BOUNDARY, 0, text}
#define SESSION_POLICY(text) {ASKIAM_POLICY_SESSION, 0, text}
#define SCP(level, text) {ASKIAM_POLICY_SERVICE_CONTROL, level, text}
#define ENDPOINT(text) {ASKIAM_POLICY_ENDPOINT, 0, text}

#define YES ASKIAM_POLICY_ALLOWED
#define NO ASKIAM_POLICY_IMPLICITLY_DENIED
#define DENIED ASKIAM_POLICY_EXPLICITLY_DENIED

static void s_check(const s_case *cases, size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    world it;
    world_init(&it);
    for (size_t j = 0; j < 5 && cases[i].documents[j].statements != NULL; ++j) {
      const s_document *document = &cases[i].documents[j];
      world_add(&it, document->kind, document->level, document->statements);
    }
    world_ask(&it, cases[i].principal, GET, OBJECT);
    askiam_policy_request_set(it.request, ASKIAM_POLICY_RESOURCE_ACCOUNT, askiam_str_from(cases[i].resource_account),
                              NULL);
    askiam_policy_decision decision = world_decide(&it);
    if (decision != cases[i].expected) {
      print_error("case %zu: %s\n", i, askiam_policy_decision_name(decision));
    }
    assert_int_equal(decision, cases[i].expected);
    world_clean_up(&it);
  }
}
#define CHECK(cases) s_check((cases), sizeof(cases) / sizeof *(cases))

static void policy__identity_policies_allow_and_deny(void **state)
{
  (void)state;
  static const s_case cases[] = {
      {USER, NULL, NO, {IDENTITY(ALLOW_PUT)}},
      {USER, NULL, YES, {IDENTITY(ALLOW_GET)}},
      {USER, NULL, YES, {IDENTITY(ALLOW_PUT), IDENTITY(ALLOW_GET)}},
      {USER, NULL, DENIED, {IDENTITY(DENY_GET), IDENTITY(ALLOW_GET)}},
      {USER, NULL, DENIED, {IDENTITY(ALLOW_ALL "," DENY_GET)}},
      {SESSION, NULL, YES, {IDENTITY(ALLOW_GET)}},
      {FEDERATED, NULL, NO, {IDENTITY(ALLOW_GET)}}, /* without a session policy it has no permissions */
      {FEDERATED, NULL, YES, {IDENTITY(ALLOW_GET), SESSION_POLICY(ALLOW_GET)}},
      {ROOT, NULL, YES, {IDENTITY(ALLOW_PUT)}}, /* "full access" */
      {ROOT, NULL, DENIED, {RESOURCE(TO("Deny", "'*'"))}},
      {ROOT, NULL, NO, {SCP(0, ALLOW_PUT)}},
  };
  CHECK(cases);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__identity_policies_allow_and_deny),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
