/* SPDX-License-Identifier: Apache-2.0 */
#include "authorizer_event.h"

#include "apps/common/text.h"

static const askiam_str s_none = {NULL, 0};

static askiam_str s_from(askiam_str text, size_t at) { return (askiam_str){text.data + at, text.length - at}; }

/* How often a header is there with all its values. */
static size_t s_count_values(app_json event, const char *lower)
{
  size_t count = 0;
  askiam_str name = s_none;
  app_json many = app_json_member(event, "multiValueHeaders");
  for (app_json list = app_json_next_member(many, s_none, &name); list.data != NULL;
       list = app_json_next_member(many, list, &name)) {
    bool ours = app_text_is_any_case(name, lower);
    for (app_json item = app_json_next(list, s_none); ours && item.data != NULL; item = app_json_next(list, item)) {
      ++count;
    }
  }
  return count;
}

/* Whether a header is there at all. Its text is absent where it is not there just once, or is no text. */
static bool s_header(askiam_str *out_text, app_json event, const char *lower, app_scratch *scratch)
{
  app_json found = s_none;
  size_t count = 0;
  askiam_str name = s_none;
  app_json headers = app_json_member(event, "headers");
  for (app_json item = app_json_next_member(headers, s_none, &name); item.data != NULL;
       item = app_json_next_member(headers, item, &name)) {
    if (app_text_is_any_case(name, lower)) {
      found = item;
      ++count;
    }
  }
  size_t values = s_count_values(event, lower);
  *out_text = count == 1 && values <= 1 ? app_json_string(scratch, found) : s_none;
  return count + values > 0;
}

/* Authorization counts where it is there, good or not: who sends a bad token is not whom his key names. */
static askiam_str s_credential(app_json event, bool token, app_scratch *scratch)
{
  askiam_str given = s_none;
  if (token) {
    return app_json_string(scratch, app_json_member(event, "authorizationToken"));
  }
  if (!s_header(&given, event, "authorization", scratch)) {
    s_header(&given, event, "x-api-key", scratch);
  }
  return given;
}

static askiam_str s_without_scheme(askiam_str text)
{
  if (!app_text_begins_any_case(text, "bearer ")) {
    return text;
  }
  text = s_from(text, 7);
  while (text.length > 0 && text.data[0] == ' ') {
    text = s_from(text, 1);
  }
  return text;
}

/* What an id of an API, an account or a stage may have: nothing that has a meaning in a policy. */
static bool s_is_plain(char byte)
{
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
         (byte != 0 && strchr(":/._-$", byte) != NULL);
}

/* From arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH to the same with STAGE, then a slash and an asterisk
 * for the rest. */
static bool s_resource(char out[AUTHORIZER_RESOURCE_BYTES], askiam_str arn)
{
  size_t colons = 0;
  size_t slashes = 0;
  size_t length = 0;
  while (length < arn.length && slashes < 2 && s_is_plain(arn.data[length])) {
    colons += arn.data[length] == ':' && slashes == 0;
    slashes += arn.data[length] == '/';
    ++length;
  }
  static const char service[] = ":execute-api:";
  const char *after = app_text_begins_any_case(arn, "arn:") ? memchr(arn.data + 4, ':', arn.length - 4) : NULL;
  size_t left = after == NULL ? 0 : (size_t)(arn.data + arn.length - after);
  bool ours = left >= sizeof service - 1 && memcmp(after, service, sizeof service - 1) == 0;
  if (!ours || slashes != 2 || colons != 5 || length + 2 > AUTHORIZER_RESOURCE_BYTES) {
    return false;
  }
  memcpy(out, arn.data, length);
  out[length] = '*';
  out[length + 1] = 0;
  return true;
}

const char *authorizer_event_read(authorizer_event *out_event, app_json event, app_scratch *scratch)
{
  *out_event = (authorizer_event){.v2 = app_json_is(app_json_member(event, "version"), "2.0")};
  app_json type = app_json_member(event, "type");
  bool token = app_json_is(type, "TOKEN");
  if (!token && !app_json_is(type, "REQUEST")) {
    return "type: must be TOKEN or REQUEST, as in the events of API Gateway for authorizers";
  }
  const char *name = out_event->v2 ? "routeArn" : "methodArn";
  if (!s_resource(out_event->resource, app_json_text(scratch, app_json_member(event, name)))) {
    return out_event->v2 ? "routeArn: must be the ARN of a route" : "methodArn: must be the ARN of a method";
  }
  askiam_str credential = s_without_scheme(s_credential(event, token, scratch));
  out_event->credential = credential.length > 0 ? credential : s_none;
  out_event->is_key = app_text_begins_any_case(credential, "askiam_");
  return NULL;
}
