/* SPDX-License-Identifier: Apache-2.0
 *
 * The function `extractor`: words to entities. What the sentence names and nobody knows makes the answer a 400 with
 * suggestions. */
#include "apps/common/json_view.h"
#include "functions.h"
#include "reply.h"
#include "stage.h"

#include <stdlib.h>

static bool s_names_unknown(askiam_str answer)
{
  static const char *const s_codes[] = {"USER_UNKNOWN", "REQUESTER_UNKNOWN", "APP_UNKNOWN", "ROLE_UNKNOWN",
                                        "ROLE_NOT_IN_APP"};
  app_json codes = app_json_member(answer, "reason_codes");
  for (app_json code = app_json_next(codes, (app_json){NULL, 0}); code.data != NULL;
       code = app_json_next(codes, code)) {
    for (size_t i = 0; i < sizeof s_codes / sizeof *s_codes; ++i) {
      if (app_json_is(code, s_codes[i])) {
        return true;
      }
    }
  }
  return false;
}

static askiam_status s_extract(char **out_json, askiam_engine *engine, const lambda_event *event, askiam_error *error)
{
  askiam_request *request = NULL;
  askiam_status status = askiam_request_from_json(&request, event->body, NULL, error);
  if (status == ASKIAM_STATUS_OK) {
    askiam_request_set_timeout_ms(request, lambda_event_left_ms(event));
    status = askiam_extract(out_json, engine, request, error);
  }
  askiam_request_destroy(request);
  return status;
}

/* An orchestrator reads codes; who calls this function alone is told by a status, as the specification has it. */
static void s_pass_on(FILE *out, const lambda_event *event, askiam_str answer)
{
  bool alone = app_json_member(event->body, "pipeline").data == NULL;
  if (alone && answer.length > 1 && answer.data[0] == '{' && s_names_unknown(answer)) {
    fputs("{\"statusCode\":400,", out);
    answer = (askiam_str){answer.data + 1, answer.length - 1};
  }
  fwrite(answer.data, 1, answer.length, out);
}

void lambda_extractor_run(lambda_host *host, const lambda_event *event, lambda_reply *reply)
{
  FILE *out = reply->out;
  char *text = NULL;
  size_t length = 0;
  reply->out = open_memstream(&text, &length);
  if (reply->out == NULL) {
    reply->out = out;
    lambda_reply_no_memory(reply);
    return;
  }
  lambda_stage_run(host, event, reply, ASKIAM_STAGE_EXTRACTOR, s_extract);
  bool written = fclose(reply->out) == 0;
  reply->out = out;
  if (written) {
    s_pass_on(out, event, (askiam_str){text, length});
  } else {
    lambda_reply_no_memory(reply);
  }
  free(text);
}
