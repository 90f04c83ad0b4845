/* SPDX-License-Identifier: Apache-2.0
 *
 * Any JSON as an event of API Gateway: whatever is read of it, the response is well-formed, its headers hold no line of somebody else, and nobody is a caller
 * whom the event does not name. */
#include <stdlib.h>

#include <askiam/json.h>

#include "apps/lambda/host.h"
#include "apps/lambda/http.h"
#include "apps/lambda/http_answer.h"
#include "apps/lambda/http_cors.h"
#include "apps/lambda/http_principal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void lambda_log_error(const char *stage, askiam_str request_id, const char *type_or_null, const char *message)
{
  if (stage[0] == '\0' || request_id.data == NULL || type_or_null == NULL || message[0] == '\0') {
    abort();
  }
}

static askiam_config *s_config(void)
{
  static askiam_config *config;
  if (config == NULL &&
      (askiam_config_new(&config, NULL, NULL) != ASKIAM_STATUS_OK ||
       askiam_config_set(config, "http.cors.origins", "https://a.example", NULL) != ASKIAM_STATUS_OK ||
       askiam_config_set(config, "http.iam_map", "arn:aws:iam::1:user/a a audit", NULL) != ASKIAM_STATUS_OK)) {
    abort();
  }
  return config;
}

static void s_read_caller(lambda_http_request *request)
{
  askiam_principal *principal = NULL;
  askiam_status status = lambda_http_principal_read(&principal, request, s_config(), NULL);
  if ((status != ASKIAM_STATUS_OK && principal != NULL) ||
      (principal != NULL && (app_json_member(request->context, "authorizer").data == NULL &&
                             app_json_member(request->context, "identity").data == NULL))) {
    abort();
  }
  askiam_principal_destroy(principal);
}

/* Of a header that was written nothing is left that could end it. */
static void s_check(askiam_str response)
{
  askiam_str name = {NULL, 0};
  app_scratch scratch = APP_SCRATCH_INIT;
  app_json text = app_json_member(response, "headers");
  if (askiam_json_check(response, NULL, NULL) != ASKIAM_STATUS_OK) {
    abort();
  }
  for (app_json value = app_json_next_member(text, (app_json){NULL, 0}, &name); value.data != NULL;
       value = app_json_next_member(text, value, &name)) {
    askiam_str plain = app_json_text(&scratch, value);
    for (size_t i = 0; i < plain.length; ++i) {
      if ((unsigned char)plain.data[i] < 0x20) {
        abort();
      }
    }
  }
  app_scratch_clean_up(&scratch);
}

static void s_answer(lambda_http_request *request)
{
  lambda_http_answer answer;
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (out == NULL || !lambda_http_answer_init(&answer, request, askiam_str_from("id"))) {
    abort();
  }
  answer.cors = lambda_http_cors_for(request, s_config(), false);
  lambda_http_bad(&answer, askiam_str_from("a.b"), request->path.data == NULL ? askiam_str_from("x") : request->path);
  fflush(answer.body);
  lambda_http_answer_write(&answer, request, out);
  fclose(out);
  s_check((askiam_str){text, length});
  lambda_http_answer_clean_up(&answer);
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  askiam_str event = {(const char *)data, size};
  if (askiam_json_check_relayed(event, NULL, NULL) != ASKIAM_STATUS_OK) {
    return 0;
  }
  lambda_http_request request;
  lambda_http_is_event(event);
  lambda_http_request_read(&request, event);
  lambda_http_decode(&request, request.path);
  lambda_http_query(&request, "requester_id");
  s_read_caller(&request);
  s_answer(&request);
  lambda_http_request_clean_up(&request);
  return 0;
}
