/* SPDX-License-Identifier: Apache-2.0 */
#include "http_principal.h"

static const askiam_str s_none = {NULL, 0};

static askiam_str s_string(lambda_http_request *request, app_json object, const char *name)
{
  return lambda_http_text(request, app_json_member(object, name));
}

static askiam_status s_nobody(const char *where, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "%s names nobody", where);
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
    status = askiam_principal_from_claims(out_principal, claims, config, NULL, error);
  } else if (v2 ? given.data != NULL : app_json_member(given, "principalId").data != NULL) {
    status = s_from_authorizer(out_principal, request, given, error);
  } else if (arn.length > 0) {
    status = s_from_arn(out_principal, arn, config, error);
  }
  return status;
}
