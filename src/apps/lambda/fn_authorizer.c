/* SPDX-License-Identifier: Apache-2.0
 *
 * The function `authorizer`: who calls an API, told to API Gateway. What it cannot find out is an error, never an
 * Allow. docs/auth.md. */
#include <askiam/auth.h>

#include "apps/common/json_write.h"
#include "apps/common/text.h"
#include "authorizer_event.h"
#include "functions.h"
#include "reply.h"

/* API Gateway answers 401 to this very message, and 500 to every other error. */
static const char s_unauthorized[] = "Unauthorized";

static bool s_is(lambda_host *host, const char *key, const char *value)
{
  return app_text_is(askiam_config_get(lambda_host_config(host), key), value);
}

static void s_put_member(FILE *out, const char *name, askiam_str value, const char *after)
{
  fprintf(out, "\"%s\":", name);
  app_json_put(out, value.data == NULL ? askiam_str_from("") : value);
  fputs(after, out);
}

/* Values of a context are texts, whichever form the API has. */
static void s_put_context(FILE *out, const askiam_principal *principal)
{
  fputs("\"context\":{", out);
  if (principal != NULL) {
    s_put_member(out, "principalId", askiam_principal_id(principal), ",");
    s_put_member(out, "scopes", askiam_principal_scopes(principal), ",");
    s_put_member(out, "groups", askiam_principal_groups(principal), ",");
    s_put_member(out, "method", askiam_principal_method(principal), "");
  }
  fputc('}', out);
}

static void s_answer_simple(FILE *out, const askiam_principal *principal)
{
  fprintf(out, "{\"isAuthorized\":%s,", principal != NULL ? "true" : "false");
  s_put_context(out, principal);
  fputc('}', out);
}

/* `usage_key` absent: none is told. */
static void s_answer_policy(FILE *out, const authorizer_event *asked, const askiam_principal *principal,
                            askiam_str usage_key)
{
  askiam_str id = principal == NULL ? askiam_str_from("nobody") : askiam_principal_id(principal);
  fputc('{', out);
  s_put_member(out, "principalId", id, ",");
  fprintf(out,
          "\"policyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Action\":\"execute-api:Invoke\","
          "\"Effect\":\"%s\",",
          principal != NULL ? "Allow" : "Deny");
  s_put_member(out, "Resource", askiam_str_from(asked->resource), "}]},");
  s_put_context(out, principal);
  if (principal != NULL && usage_key.data != NULL) {
    fputc(',', out);
    s_put_member(out, "usageIdentifierKey", usage_key, "");
  }
  fputc('}', out);
}

/* `principal` NULL: access is denied. */
static void s_answer(lambda_host *host, const authorizer_event *asked, const askiam_principal *principal,
                     lambda_reply *reply)
{
  if (asked->v2 && s_is(host, "auth.authorizer_response", "simple")) {
    s_answer_simple(reply->out, principal);
    return;
  }
  bool tell = asked->is_key && !asked->v2 && s_is(host, "auth.usage_key", "true");
  s_answer_policy(reply->out, asked, principal, tell ? asked->credential : (askiam_str){NULL, 0});
}

/* Nobody has proved to be anybody. An HTTP API of payload 2.0 has an answer for that; the others, an error with a
 * literal message. */
static void s_answer_nobody(lambda_host *host, const authorizer_event *asked, lambda_reply *reply)
{
  if (asked->v2) {
    s_answer(host, asked, NULL, reply);
    return;
  }
  reply->error_type = s_unauthorized;
  snprintf(reply->error_message, sizeof reply->error_message, "%s", s_unauthorized);
}

/* In the time that is left: Lambda ends a function that takes longer, and with it the key set that it kept. Where API
 * keys are all that is taken, something else that a stranger sends is no error of this function. */
static askiam_status s_verify(askiam_principal **out_principal, lambda_host *host, const authorizer_event *asked,
                              int64_t left_ms, askiam_error *error)
{
  askiam_engine *engine = lambda_host_engine(host, error);
  if (engine == NULL) {
    return error->status;
  }
  bool as_key = asked->is_key || askiam_token_is_configured(engine) == 0;
  return as_key ? askiam_key_verify_within(out_principal, NULL, engine, asked->credential, left_ms, error)
                : askiam_token_verify_within(out_principal, engine, asked->credential, left_ms, error);
}

static void s_authorize(lambda_host *host, const authorizer_event *asked, int64_t left_ms, lambda_reply *reply)
{
  askiam_principal *principal = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status =
      asked->credential.data == NULL ? ASKIAM_STATUS_NOT_PERMITTED : s_verify(&principal, host, asked, left_ms, &error);
  if (status == ASKIAM_STATUS_OK && principal != NULL) {
    s_answer(host, asked, principal, reply);
  } else if (status == ASKIAM_STATUS_NOT_PERMITTED) {
    s_answer_nobody(host, asked, reply);
  } else if (status == ASKIAM_STATUS_RATE_LIMITED) {
    s_answer(host, asked, NULL, reply); /* known, and not now: 403 */
  } else {
    lambda_reply_fail(reply, status, &error);
  }
  askiam_principal_destroy(principal);
}

void lambda_authorizer_run(lambda_host *host, const lambda_event *event, lambda_reply *reply)
{
  app_scratch scratch = APP_SCRATCH_INIT;
  authorizer_event asked;
  const char *problem = authorizer_event_read(&asked, event->body, &scratch);
  if (scratch.failed) { /* nobody is told that his good token is a bad one */
    lambda_reply_no_memory(reply);
  } else if (problem != NULL) {
    lambda_reply_refuse(reply, problem);
  } else {
    s_authorize(host, &asked, lambda_event_left_ms(event), reply);
  }
  app_scratch_clean_up(&scratch);
}
