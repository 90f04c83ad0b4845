/* SPDX-License-Identifier: Apache-2.0
 *
 * Principal and NotPrincipal. "AWS JSON policy elements: Principal" in the IAM User Guide. */
#include "policy/arn.h"
#include "policy/doubts.h"
#include "policy/segments.h"

/* "AIDACKCEVSQ6C2EXAMPLE": what AWS writes in place of somebody who was deleted. */
static bool s_is_unique_id(askiam_str text)
{
  for (size_t i = 0; i < text.length; ++i) {
    if (!(text.data[i] >= 'A' && text.data[i] <= 'Z') && !(text.data[i] >= '0' && text.data[i] <= '9')) {
      return false;
    }
  }
  return text.length >= 16 && text.data[0] == 'A';
}

static bool s_is_arn(askiam_str text)
{
  aski_policy_arn arn;
  return aski_policy_arn_read(&arn, text) && arn.parts[ASKI_POLICY_ARN_PARTITION].length > 0 &&
         arn.parts[ASKI_POLICY_ARN_SERVICE].length > 0 && arn.parts[ASKI_POLICY_ARN_RESOURCE].length > 0;
}

static void s_check_aws(aski_policy_reader *reader, const aski_json *node, askiam_str text)
{
  if (aski_str_equal_text(text, "*")) {
    return;
  }
  const char *shown = aski_policy_shown(reader, text);
  if (aski_policy_has_any(text, "*?")) {
    aski_policy_refuse(
        reader, node,
        "the principal \"%s\" cannot have wildcards but for \"*\" alone; write \"*\" with a condition on %s", shown,
        reader->kind == ASKIAM_POLICY_ACCESS_REQUEST ? "askiam:UserId" : "aws:PrincipalArn");
  } else if (!aski_policy_is_account(text) && !s_is_unique_id(text) && !s_is_arn(text)) {
    aski_policy_refuse(reader, node, "the principal \"%s\" is neither \"*\", nor an account of 12 digits, nor an ARN",
                       shown);
  } else {
    aski_policy_doubt_principal(reader, node, text);
  }
}

static void s_check_name(aski_policy_reader *reader, const aski_json *node, askiam_str text)
{
  if (text.length == 0) {
    aski_policy_refuse(reader, node, "the principal must not be empty");
  } else if (aski_policy_has_any(text, "*?")) {
    aski_policy_refuse(reader, node, "the principal \"%s\" cannot have wildcards", aski_policy_shown(reader, text));
  } else {
    aski_policy_doubt_principal(reader, node, text);
  }
}

static void s_check_service(aski_policy_reader *reader, const aski_json *node, askiam_str text)
{
  if (text.length > 0 && (aski_policy_has_any(text, " ") || !aski_policy_has_any(text, "."))) {
    aski_policy_refuse(reader, node, "\"%s\" is no service's name, which is like \"lambda.amazonaws.com\"",
                       aski_policy_shown(reader, text));
    return;
  }
  s_check_name(reader, node, text);
}

static void s_read_type(aski_policy_reader *reader, const aski_json *node, aski_policy_principals *out_principals)
{
  static const char *const names[] = {"AWS", "Service", "Federated", "CanonicalUser"};
  static const aski_policy_text_fn checks[] = {s_check_aws, s_check_service, s_check_name, s_check_name};
  aski_policy_texts *const lists[] = {&out_principals->aws, &out_principals->service, &out_principals->federated,
                                      &out_principals->canonical};
  askiam_str name = aski_json_name(node);
  aski_policy_enter(reader, name);
  size_t type = 0;
  while (type < sizeof names / sizeof *names && !aski_str_equal_text(name, names[type])) {
    ++type;
  }
  if (type == sizeof names / sizeof *names) {
    aski_policy_refuse_name(reader, node,
                            "there is no kind of principal \"%s\", only AWS, Service, Federated, CanonicalUser%s",
                            aski_policy_shown(reader, name), aski_policy_suggestion(reader, name, names, type));
  } else {
    aski_policy_read_texts(reader, node, lists[type], checks[type], false);
  }
  aski_policy_leave(reader);
}

static bool s_has_anyone(const aski_policy_texts *texts)
{
  for (size_t i = 0; i < texts->count; ++i) {
    if (aski_str_equal_text(texts->items[i], "*")) {
      return true;
    }
  }
  return false;
}

void aski_policy_read_principals(aski_policy_reader *reader, const aski_json *node,
                                 aski_policy_principals *out_principals)
{
  if (aski_json_type_of(node) == ASKI_JSON_STRING) {
    out_principals->anyone = aski_str_equal_text(aski_json_string(node), "*");
    if (!out_principals->anyone) {
      aski_policy_refuse(reader, node, "a principal is \"*\" or an object such as {\"AWS\": \"%s\"}, not \"%s\"",
                         reader->kind == ASKIAM_POLICY_ACCESS_REQUEST ? "arn:aws:askiam:::user/john.doe"
                                                                      : "111122223333",
                         aski_policy_shown(reader, aski_json_string(node)));
    }
    return;
  }
  if (aski_json_type_of(node) != ASKI_JSON_OBJECT) {
    aski_policy_refuse_type(reader, node, "\"*\" or an object such as {\"AWS\": \"111122223333\"}");
    return;
  }
  if (aski_json_first(node) == NULL) {
    aski_policy_refuse(reader, node, "must not be empty: name a principal, or write \"*\"");
  }
  for (const aski_json *item = aski_json_first(node); item != NULL; item = aski_json_next(item)) {
    s_read_type(reader, item, out_principals);
  }
  out_principals->anyone = s_has_anyone(&out_principals->aws);
}
