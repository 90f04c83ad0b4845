/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/policy/chance.h"

#include <stdio.h>

unsigned chance_below(chance *dice, unsigned limit)
{
  dice->state ^= dice->state << 13;
  dice->state ^= dice->state >> 7;
  dice->state ^= dice->state << 17;
  return (unsigned)((dice->state * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % limit;
}

const char *chance_of(chance *dice, const char *const *items, size_t count)
{
  return items[chance_below(dice, (unsigned)count)];
}

static const char *const s_principals[] = {
    "{'AWS': 'arn:aws:iam::123456789012:user/bob'}",
    "{'AWS': ['123456789012', 'arn:aws:iam::999999999999:user/eve']}",
    "{'AWS': 'arn:aws:iam::123456789012:role/team/reader'}",
    "{'AWS': 'arn:aws:sts::123456789012:assumed-role/reader/s1'}",
    "{'AWS': 'arn:aws:sts::123456789012:federated-user/bob'}",
    "{'Service': ['lambda.amazonaws.com', 's3.amazonaws.com']}",
    "{'AWS': '999999999999', 'Service': 'lambda.amazonaws.com'}",
    "'*'",
};
static const char *const s_actions[] = {"'s3:GetObject'",
                                        "['s3:PutObject', 's3:GetObject']",
                                        "'s3:*'",
                                        "'s3:Get*'",
                                        "'*'",
                                        "'S3:getobject'",
                                        "'sqs:SendMessage'",
                                        "'s3:?etObject'",
                                        "['sqs:*', 's3:*Object']"};
static const char *const s_resources[] = {"'*'",
                                          "'arn:aws:s3:::bucket/*'",
                                          "'arn:aws:s3:::bucket/key'",
                                          "['arn:aws:s3:::other', 'arn:aws:s3:::bucket/k?y']",
                                          "'arn:aws:s3:::*'",
                                          "'arn:aws:s3:::bucket/home/${aws:username}/*'",
                                          "'arn:aws:s3:::b*/key'",
                                          "['arn:aws:s3:::bucket/home/*', 'arn:aws:s3:::bucket/*']"};
static const char *const s_conditions[] = {
    "",
    "",
    "",
    ", 'Condition': {'IpAddress': {'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32']}}",
    ", 'Condition': {'StringEquals': {'aws:PrincipalTag/team': 'red'}}",
    ", 'Condition': {'StringNotEquals': {'aws:PrincipalTag/team': ['red', 'blue']}}",
    ", 'Condition': {'ForAllValues:StringLike': {'aws:TagKeys': 'c*'}, 'Null': {'aws:TagKeys': 'false'}}",
    ", 'Condition': {'ForAnyValue:StringEquals': {'aws:TagKeys': 'cost'}}",
    ", 'Condition': {'NumericLessThanIfExists': {'s3:max-keys': '10'}}",
    ", 'Condition': {'ArnLike': {'aws:PrincipalArn': 'arn:aws:iam::*:role/*'}}",
    ", 'Condition': {'Bool': {'aws:SecureTransport': 'true'}}"};

void chance_statement(chance *dice, askiam_policy_kind kind, const char *effect, char *out, size_t size)
{
  static const char *const effects[] = {"Allow", "Allow", "Deny"};
  bool about = kind == ASKIAM_POLICY_RESOURCE || kind == ASKIAM_POLICY_ENDPOINT ||
               (kind == ASKIAM_POLICY_ACCESS_REQUEST && chance_below(dice, 2) == 0);
  char principal[256] = "";
  if (kind == ASKIAM_POLICY_RESOURCE_CONTROL) {
    snprintf(
        out, size,
        "{'Effect': 'Allow', 'Principal': '*', 'Action': '*', 'Resource': '*'}, {'Effect': 'Deny', 'Principal': '*', "
        "'Action': %s, 'Resource': %s%s}",
        CHANCE_OF(dice, s_actions), s_resources[chance_below(dice, 5)], CHANCE_OF(dice, s_conditions));
    return;
  }
  if (about) {
    snprintf(principal, sizeof principal, ", '%s': %s",
             chance_below(dice, 6) == 0 && kind == ASKIAM_POLICY_RESOURCE ? "NotPrincipal" : "Principal",
             CHANCE_OF(dice, s_principals));
  }
  snprintf(out, size, "{'Effect': '%s'%s, '%s': %s, '%s': %s%s}", effect != NULL ? effect : CHANCE_OF(dice, effects),
           principal, chance_below(dice, 8) == 0 ? "NotAction" : "Action", CHANCE_OF(dice, s_actions),
           chance_below(dice, 8) == 0 ? "NotResource" : "Resource", CHANCE_OF(dice, s_resources),
           CHANCE_OF(dice, s_conditions));
}

void chance_ask(chance *dice, world *it)
{
  static const char *const principals[] = {"arn:aws:iam::123456789012:user/bob",
                                           "arn:aws:iam::999999999999:user/eve",
                                           "arn:aws:sts::123456789012:assumed-role/reader/s1",
                                           "arn:aws:iam::123456789012:role/team/reader",
                                           "arn:aws:sts::123456789012:federated-user/bob",
                                           "lambda.amazonaws.com",
                                           "anonymous"};
  static const char *const actions[] = {"s3:GetObject", "s3:PutObject", "S3:GETOBJECT", "sqs:SendMessage",
                                        "s3:ListBucket"};
  static const char *const resources[] = {"arn:aws:s3:::bucket/key", "arn:aws:s3:::bucket/home/bob/x",
                                          "arn:aws:s3:::other", "arn:aws:sqs:eu-west-1:123456789012:queue", "*"};
  static const char *const context[][2] = {{"aws:SourceIp", "10.1.2.3"},
                                           {"aws:SourceIp", "192.0.2.1"},
                                           {"aws:PrincipalTag/team", "red"},
                                           {"aws:principaltag/TEAM", "green"},
                                           {"aws:TagKeys", "cost"},
                                           {"aws:TagKeys", "team"},
                                           {"s3:max-keys", "5"},
                                           {"aws:SecureTransport", "true"}};
  world_ask(it, CHANCE_OF(dice, principals), CHANCE_OF(dice, actions), CHANCE_OF(dice, resources));
  for (size_t i = 0; i < sizeof context / sizeof *context; ++i) {
    if (chance_below(dice, 3) == 0) {
      world_know(it, context[i][0], context[i][1]);
    }
  }
  if (chance_below(dice, 4) == 0) {
    askiam_policy_request_set(it->request, ASKIAM_POLICY_RESOURCE_ACCOUNT, ASKI_STR("999999999999"), NULL);
  }
}
