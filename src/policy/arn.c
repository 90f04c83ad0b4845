/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/arn.h"

#include "policy/hash.h"

bool aski_policy_arn_read(aski_policy_arn *out, askiam_str text)
{
  size_t start = 0;
  for (size_t part = 0; part + 1 < ASKI_POLICY_ARN_PARTS; ++part) {
    const char *colon = text.length == start ? NULL : memchr(text.data + start, ':', text.length - start);
    if (colon == NULL) {
      return false;
    }
    size_t end = (size_t)(colon - text.data);
    out->parts[part] = aski_str_slice(text, start, end - start);
    start = end + 1;
  }
  out->parts[ASKI_POLICY_ARN_RESOURCE] = aski_str_slice(text, start, text.length - start);
  return aski_str_equal(out->parts[ASKI_POLICY_ARN_SCHEME], ASKI_STR("arn"));
}

bool aski_policy_is_account(askiam_str text)
{
  for (size_t i = 0; i < text.length; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9') {
      return false;
    }
  }
  return text.length == 12;
}

static askiam_str s_after(askiam_str text, const char *prefix)
{
  askiam_str wanted = askiam_str_from(prefix);
  return aski_str_starts(text, wanted) && text.length > wanted.length ? aski_str_slice(text, wanted.length, text.length)
                                                                      : ASKI_STR_NONE;
}

/* A name without its path: what comes after the last slash. */
static askiam_str s_last(askiam_str text)
{
  size_t start = text.length;
  while (start > 0 && text.data[start - 1] != '/') {
    --start;
  }
  return aski_str_slice(text, start, text.length);
}

static void s_read_iam(aski_policy_principal *out, askiam_str resource)
{
  askiam_str user = s_after(resource, "user/");
  askiam_str role = s_after(resource, "role/");
  if (aski_str_equal_text(resource, "root")) {
    out->kind = ASKI_POLICY_PRINCIPAL_ROOT;
  } else if (aski_str_present(user)) {
    out->kind = ASKI_POLICY_PRINCIPAL_USER;
    out->name = s_last(user);
  } else if (aski_str_present(role)) {
    out->kind = ASKI_POLICY_PRINCIPAL_ROLE;
    out->name = s_last(role);
    out->service_linked = aski_str_present(s_after(role, "aws-service-role/"));
  } else if (aski_str_present(s_after(resource, "saml-provider/")) ||
             aski_str_present(s_after(resource, "oidc-provider/"))) {
    out->kind = ASKI_POLICY_PRINCIPAL_PROVIDER;
  }
}

static void s_read_sts(aski_policy_principal *out, askiam_str resource)
{
  askiam_str role = s_after(resource, "assumed-role/");
  askiam_str federated = s_after(resource, "federated-user/");
  const char *slash = role.length == 0 ? NULL : memchr(role.data, '/', role.length);
  if (slash != NULL) {
    size_t length = (size_t)(slash - role.data);
    out->kind = ASKI_POLICY_PRINCIPAL_ROLE_SESSION;
    out->name = aski_str_slice(role, 0, length);
    out->session = aski_str_slice(role, length + 1, role.length);
  } else if (aski_str_present(federated)) {
    out->kind = ASKI_POLICY_PRINCIPAL_FEDERATED;
    out->name = federated;
  }
}

static bool s_read_arn(aski_policy_principal *out, askiam_str text)
{
  aski_policy_arn arn;
  if (!aski_policy_arn_read(&arn, text)) {
    return false;
  }
  askiam_str service = arn.parts[ASKI_POLICY_ARN_SERVICE];
  askiam_str resource = arn.parts[ASKI_POLICY_ARN_RESOURCE];
  out->kind = ASKI_POLICY_PRINCIPAL_OTHER;
  out->partition = arn.parts[ASKI_POLICY_ARN_PARTITION];
  askiam_str account = arn.parts[ASKI_POLICY_ARN_ACCOUNT];
  out->account = account.length == 0 ? ASKI_STR_NONE : account;
  if (aski_str_equal_text(service, "iam")) {
    s_read_iam(out, resource);
  } else if (aski_str_equal_text(service, "sts")) {
    s_read_sts(out, resource);
  } else if (aski_str_equal_text(service, "askiam") && aski_str_present(s_after(resource, "user/"))) {
    out->kind = ASKI_POLICY_PRINCIPAL_USER;
    out->name = s_after(resource, "user/");
  }
  return out->partition.length > 0 && service.length > 0 && resource.length > 0;
}

/* "s3.amazonaws.com", "accounts.google.com", "idp.example.com/tenant" */
static bool s_is_dotted_name(askiam_str text)
{
  bool dot = false;
  for (size_t i = 0; i < text.length; ++i) {
    char byte = aski_policy_lower(text.data[i]);
    if (!((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
          (i > 0 && byte != 0 && strchr(".-_/", byte) != NULL))) {
      return false;
    }
    dot = dot || byte == '.';
  }
  return dot && text.data[text.length - 1] != '.';
}

static uint64_t s_named_hash(const aski_policy_principal *principal)
{
  bool role = principal->kind == ASKI_POLICY_PRINCIPAL_ROLE || principal->kind == ASKI_POLICY_PRINCIPAL_ROLE_SESSION;
  bool user = principal->kind == ASKI_POLICY_PRINCIPAL_USER || principal->kind == ASKI_POLICY_PRINCIPAL_FEDERATED;
  if (!role && !user) {
    return 0;
  }
  uint64_t hash = aski_policy_hash_join(aski_policy_hash_text(principal->account), role ? 1 : 2);
  return aski_policy_hash_join(hash, aski_policy_hash_text(principal->name));
}

bool aski_policy_principal_read(aski_policy_principal *out, askiam_str text)
{
  *out = (aski_policy_principal){.text = text};
  if (aski_policy_is_account(text)) {
    out->kind = ASKI_POLICY_PRINCIPAL_ROOT;
    out->account = text;
  } else if (aski_str_equal_text(text, "anonymous")) {
    out->kind = ASKI_POLICY_PRINCIPAL_ANONYMOUS;
  } else if (s_is_dotted_name(text)) {
    out->kind = ASKI_POLICY_PRINCIPAL_SERVICE;
  } else if (!s_read_arn(out, text)) {
    return false;
  }
  out->exact_hash = aski_policy_hash_text(text);
  out->named_hash = s_named_hash(out);
  out->account_hash = aski_str_present(out->account) ? aski_policy_hash_text(out->account) : 0;
  return true;
}
