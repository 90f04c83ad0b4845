/* SPDX-License-Identifier: Apache-2.0 */
#include "http_principal.h"

static const askiam_str s_none = {NULL, 0};

/* The name of a claim as it is configured; "" where none is to be read. */
static const char *s_claim(const askiam_config *config, const char *key, const char *usual)
{
  askiam_str name = askiam_config_get(config, key);
  return name.data != NULL ? name.data : usual;
}

static askiam_str s_string(lambda_http_request *request, app_json object, const char *name)
{
  app_json value = name[0] == '\0' ? s_none : app_json_member(object, name);
  return lambda_http_text(request, value);
}

/* Appends the words of one text. HTTP APIs write a list as "[a b]", REST APIs as "a,b"; but a comma may stand in the
 * name of a scope. */
static size_t s_append_words(char *out, askiam_str text, bool commas)
{
  bool listed = text.length >= 2 && text.data[0] == '[' && text.data[text.length - 1] == ']';
  size_t length = 0;
  for (size_t i = listed ? 1 : 0; i + (listed ? 1 : 0) < text.length; ++i) {
    out[length++] = commas && text.data[i] == ',' ? ' ' : text.data[i];
  }
  return length;
}

/* A claim that is a list, in whichever form the gateway gave it, as words with blanks between. What has a blank in
 * itself cannot be such a word, and is left out. */
static askiam_str s_words(lambda_http_request *request, app_json object, const char *name, bool commas)
{
  app_json value = name[0] == '\0' ? s_none : app_json_member(object, name);
  if (value.length == 0) {
    return s_none;
  }
  char *out = lambda_http_room(request, value.length + 1);
  size_t length = 0;
  if (out == NULL) {
    return s_none;
  }
  if (value.data[0] == '"') {
    length = s_append_words(out, lambda_http_text(request, value), commas);
  }
  for (app_json item = app_json_next(value, s_none); item.data != NULL; item = app_json_next(value, item)) {
    askiam_str word = lambda_http_text(request, item);
    if (word.length > 0 && memchr(word.data, ' ', word.length) == NULL) {
      memcpy(out + length, word.data, word.length);
      length += word.length;
      out[length++] = ' ';
    }
  }
  return (askiam_str){out, length};
}

static askiam_status s_nobody(const char *where, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "%s names nobody", where);
}

/* As askiam_token_verify has it: at some providers anybody can enter anybody's address. */
static bool s_is_verified(app_json claims, const char *principal_claim)
{
  app_json verified = app_json_member(claims, "email_verified");
  return strcmp(principal_claim, "email") != 0 || app_json_true(verified) || app_json_is(verified, "true");
}

/* Claims of a token that the gateway verified. */
static askiam_status s_from_claims(askiam_principal **out, lambda_http_request *request, app_json claims,
                                   const askiam_config *config, askiam_error *error)
{
  const char *principal_claim = s_claim(config, "auth.claims.principal", "sub");
  askiam_str id = s_string(request, claims, principal_claim);
  if (id.length == 0) {
    return s_nobody("the token's claim for the principal", error);
  }
  if (!s_is_verified(claims, principal_claim)) {
    return s_nobody("an email that is not verified", error);
  }
  askiam_str scopes = s_words(request, claims, s_claim(config, "auth.claims.scopes", "scope"), false);
  askiam_str groups = s_words(request, claims, s_claim(config, "auth.claims.groups", "groups"), true);
  return askiam_principal_new(out, id, "jwt", scopes, groups, NULL, error);
}

/* The context that a Lambda authorizer gave: ours writes these names. */
static askiam_status s_from_authorizer(askiam_principal **out, lambda_http_request *request, app_json given,
                                       askiam_error *error)
{
  askiam_str id = s_string(request, given, "principalId");
  if (id.length == 0) {
    return s_nobody("the authorizer's context", error);
  }
  return askiam_principal_new(out, id, "authorizer", s_string(request, given, "scopes"),
                              s_string(request, given, "groups"), NULL, error);
}

static askiam_status s_from_arn(askiam_principal **out, askiam_str arn, const askiam_config *config,
                                askiam_error *error)
{
  askiam_str id = s_none;
  askiam_str scopes = s_none;
  return lambda_http_iam(&id, &scopes, arn, config) ? askiam_principal_new(out, id, "iam", scopes, s_none, NULL, error)
                                                    : s_nobody("the ARN of the IAM caller", error);
}

/* Payload 1.0 has an authorizer without one too, as an object of nulls. */
askiam_status lambda_http_principal_read(askiam_principal **out_principal, lambda_http_request *request,
                                         const askiam_config *config, askiam_error *error)
{
  bool v2 = request->form == LAMBDA_HTTP_V2;
  app_json authorizer = app_json_member(request->context, "authorizer");
  app_json claims = v2 ? app_json_path(authorizer, "jwt", "claims") : app_json_member(authorizer, "claims");
  app_json given = v2 ? app_json_member(authorizer, "lambda") : authorizer;
  app_json identity = v2 ? app_json_member(authorizer, "iam") : app_json_member(request->context, "identity");
  askiam_str arn = s_string(request, identity, "userArn");
  bool has_claims = claims.length > 0 && claims.data[0] == '{';
  *out_principal = NULL;
  askiam_status status = ASKIAM_STATUS_OK;
  if (has_claims) {
    status = s_from_claims(out_principal, request, claims, config, error);
  } else if (v2 ? given.data != NULL : app_json_member(given, "principalId").data != NULL) {
    status = s_from_authorizer(out_principal, request, given, error);
  } else if (arn.length > 0) {
    status = s_from_arn(out_principal, arn, config, error);
  }
  return status;
}
