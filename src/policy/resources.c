/* SPDX-License-Identifier: Apache-2.0
 *
 * Resources: "*" or an ARN with wildcards. "IAM JSON policy elements: Resource" in the IAM User Guide. */
#include "policy/doubts.h"
#include "policy/segments.h"

/* The Service Authorization Reference's resources of IAM and STS; besides these an account's root user, "root". */
static const char *const s_iam_paths[] = {"user/",
                                          "federated-user/",
                                          "role/",
                                          "group/",
                                          "instance-profile/",
                                          "mfa/",
                                          "server-certificate/",
                                          "policy/",
                                          "sms-mfa/",
                                          "saml-provider/",
                                          "oidc-provider/",
                                          "report/",
                                          "access-report/",
                                          "assumed-role/",
                                          "delegation-request/",
                                          "role-template/",
                                          "contextProvider/"};
/* What of S3 lives in a region; a bucket does not. */
static const char *const s_s3_paths[] = {"accesspoint/",   "job/",           "storage-lens/", "storage-lens-group/",
                                         "access-grants/", "async-request/", "accesspoint:"};

/* Whether the text can become one of the beginnings once its wildcards and variables stand for something. */
static bool s_may_begin(askiam_str text, const char *const *beginnings, size_t count)
{
  size_t literal = 0;
  while (literal < text.length && strchr("*?$", text.data[literal]) == NULL) {
    ++literal;
  }
  askiam_str fixed = aski_str_slice(text, 0, literal);
  for (size_t i = 0; i < count; ++i) {
    askiam_str beginning = askiam_str_from(beginnings[i]);
    if (aski_str_starts(fixed, beginning) || (literal < text.length && aski_str_starts(beginning, fixed))) {
      return true;
    }
  }
  return false;
}

/* "aws", "aws-cn", …, or with wildcards. */
static bool s_is_partition(askiam_str text)
{
  if (aski_policy_has_any(text, "*?")) {
    return true;
  }
  for (size_t i = 0; i < text.length; ++i) {
    if (!(text.data[i] >= 'a' && text.data[i] <= 'z') && text.data[i] != '-') {
      return false;
    }
  }
  return aski_str_equal_text(text, "aws") || (text.length > 4 && aski_str_starts(text, ASKI_STR("aws-")));
}

static bool s_check_iam(aski_policy_reader *reader, const aski_json *node, const askiam_str *parts, const char *shown)
{
  askiam_str path = parts[ASKI_POLICY_SEGMENT_RESOURCE];
  if (parts[ASKI_POLICY_SEGMENT_REGION].length > 0 && !aski_policy_has_any(parts[ASKI_POLICY_SEGMENT_REGION], "*?$")) {
    return aski_policy_refuse(reader, node, "the IAM resource \"%s\" cannot contain region information", shown);
  }
  return !aski_str_present(path) || aski_str_equal_text(path, "root") ||
         s_may_begin(path, s_iam_paths, sizeof s_iam_paths / sizeof *s_iam_paths) ||
         aski_policy_refuse(
             reader, node,
             "the path of the IAM resource \"%s\" must be \"*\" or start with user/, federated-user/, role/, "
             "group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, "
             "oidc-provider/, report/, access-report/, assumed-role/, delegation-request/, role-template/ or "
             "contextProvider/, or be root",
             shown);
}

static bool s_check_s3(aski_policy_reader *reader, const aski_json *node, const askiam_str *parts, const char *shown)
{
  bool global =
      parts[ASKI_POLICY_SEGMENT_REGION].length == 0 || aski_policy_has_any(parts[ASKI_POLICY_SEGMENT_REGION], "*?$");
  return global ||
         s_may_begin(parts[ASKI_POLICY_SEGMENT_RESOURCE], s_s3_paths, sizeof s_s3_paths / sizeof *s_s3_paths) ||
         aski_policy_refuse(reader, node, "the resource \"%s\" can not contain region information", shown);
}

static bool s_has_empty_part(const askiam_str *parts, size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    if (parts[i].length == 0) {
      return true;
    }
  }
  return false;
}

/* AWS completes an ARN that is cut short, but not one in which a part is left empty. */
static bool s_check_count(aski_policy_reader *reader, const aski_json *node, const askiam_str *parts, size_t count,
                          const char *shown)
{
  if (count < ASKI_POLICY_SEGMENTS && s_has_empty_part(parts, count)) {
    return aski_policy_refuse(
        reader, node, "the resource \"%s\" has %zu of the six parts of arn:partition:service:region:account:resource",
        shown, count);
  }
  if (count < ASKI_POLICY_SEGMENTS) {
    aski_policy_warn(reader, node,
                     "the resource \"%s\" has %zu of the six parts of an ARN; those that are missing mean \"*\"", shown,
                     count);
  }
  return true;
}

static bool s_check_arn(aski_policy_reader *reader, const aski_json *node, askiam_str text, const char *shown)
{
  askiam_str parts[ASKI_POLICY_SEGMENTS];
  size_t count = aski_policy_split(text, reader->has_variables, parts);
  askiam_str partition = parts[ASKI_POLICY_SEGMENT_PARTITION];
  askiam_str service = parts[ASKI_POLICY_SEGMENT_SERVICE];
  if (count == 1 || !aski_str_equal_text(parts[ASKI_POLICY_SEGMENT_PREFIX], "arn")) {
    return aski_policy_refuse(
        reader, node,
        "the resource \"%s\" must be in ARN format, arn:partition:service:region:account:resource, or \"*\"", shown);
  }
  if (!s_is_partition(partition)) {
    return aski_policy_refuse(reader, node,
                              "the partition \"%s\" is not valid for the resource \"%s\": aws, aws-cn, aws-us-gov are",
                              aski_policy_shown(reader, partition), shown);
  }
  if (service.length == 0 || aski_policy_has_any(service, "*?$")) {
    return aski_policy_refuse(
        reader, node, "the vendor (service) of the resource \"%s\" must be fully qualified and without wildcards",
        shown);
  }
  if (!s_check_count(reader, node, parts, count, shown)) {
    return false;
  }
  return aski_str_equal_text(service, "iam")  ? s_check_iam(reader, node, parts, shown)
         : aski_str_equal_text(service, "s3") ? s_check_s3(reader, node, parts, shown)
                                              : true;
}

static void s_check_resource(aski_policy_reader *reader, const aski_json *node, askiam_str text)
{
  if (!aski_str_equal_text(text, "*") && s_check_arn(reader, node, text, aski_policy_shown(reader, text))) {
    aski_policy_check_variables(reader, node, text);
    aski_policy_doubt_resource(reader, node, text);
  }
}

void aski_policy_read_resources(aski_policy_reader *reader, const aski_json *node, aski_policy_texts *out_resources)
{
  aski_policy_read_texts(reader, node, out_resources, s_check_resource, true);
}
