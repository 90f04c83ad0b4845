/* SPDX-License-Identifier: Apache-2.0
 *
 * From the ARN of an IAM caller to a principal. */
#include "apps/common/text.h"
#include "http_principal.h"

static askiam_str s_part(askiam_str text, size_t start, size_t end)
{
  return (askiam_str){text.data + start, end - start};
}

/* The next word up to `end`, without blanks around it; *at moves behind it. */
static askiam_str s_word(askiam_str text, size_t *at, size_t end)
{
  while (*at < end && text.data[*at] == ' ') {
    ++*at;
  }
  size_t start = *at;
  while (*at < end && text.data[*at] != ' ') {
    ++*at;
  }
  return s_part(text, start, *at);
}

/* What stands behind the fifth colon: "user/jane", "assumed-role/helpdesk/jane". */
static askiam_str s_resource(askiam_str arn)
{
  size_t colons = 0;
  size_t at = 0;
  while (at < arn.length && colons < 5) {
    colons += arn.data[at++] == ':' ? 1 : 0;
  }
  return s_part(arn, at, arn.length);
}

static bool s_starts(askiam_str text, const char *prefix)
{
  size_t length = strlen(prefix);
  return text.length > length && memcmp(text.data, prefix, length) == 0;
}

/* An ARN without its last part, of an assumed role: whatever its session is called. */
static askiam_str s_without_session(askiam_str arn)
{
  if (!s_starts(s_resource(arn), "assumed-role/")) {
    return arn;
  }
  size_t length = arn.length;
  while (length > 0 && arn.data[length - 1] != '/') {
    --length;
  }
  return s_part(arn, 0, length == 0 ? 0 : length - 1);
}

static bool s_find_mapped(askiam_str *out_id, askiam_str *out_scopes, askiam_str arn, askiam_str map)
{
  askiam_str role = s_without_session(arn);
  for (size_t at = 0; at < map.length; ++at) {
    const char *semicolon = memchr(map.data + at, ';', map.length - at);
    size_t end = semicolon == NULL ? map.length : (size_t)(semicolon - map.data);
    askiam_str mapped = s_word(map, &at, end);
    askiam_str id = s_word(map, &at, end);
    if (id.length > 0 && (app_text_equal(mapped, arn) || app_text_equal(mapped, role))) {
      *out_id = id;
      *out_scopes = s_part(map, at, end);
      return true;
    }
    at = end;
  }
  return false;
}

bool lambda_http_iam(askiam_str *out_id, askiam_str *out_scopes, askiam_str arn, const askiam_config *config)
{
  *out_scopes = (askiam_str){NULL, 0};
  if (s_find_mapped(out_id, out_scopes, arn, askiam_config_get(config, "http.iam_map"))) {
    return true;
  }
  askiam_str resource = s_resource(arn);
  bool named = s_starts(resource, "user/") || s_starts(resource, "assumed-role/");
  size_t start = arn.length;
  if (!app_text_is(askiam_config_get(config, "http.iam_principal"), "name")) {
    *out_id = arn;
    return resource.length > 0;
  }
  while (start > 0 && arn.data[start - 1] != '/') {
    --start;
  }
  *out_id = s_part(arn, start, arn.length);
  return named && out_id->length > 0;
}
