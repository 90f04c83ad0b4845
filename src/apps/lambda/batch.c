/* SPDX-License-Identifier: Apache-2.0
 *
 * Partial batch responses: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
#include "batch.h"

#include "apps/common/json_view.h"
#include "apps/common/json_write.h"
#include "host.h"
#include "reply.h"

/* What is begun later than this before the end would hardly be done by then. */
enum { LEAST_MS = 50 };

static const app_json s_none = {NULL, 0};

bool lambda_batch_is_event(askiam_str event_json)
{
  app_json records = app_json_member(event_json, "Records");
  return app_json_is(app_json_member(app_json_next(records, s_none), "eventSource"), "aws:sqs");
}

static bool s_is_fifo(app_json record)
{
  app_json arn = app_json_member(record, "eventSourceARN");
  return arn.length > 6 && memcmp(arn.data + arn.length - 6, ".fifo\"", 6) == 0;
}

static askiam_status s_handle(askiam_engine *engine, app_json record, int64_t left_ms, lambda_message_fn handle,
                              askiam_error *error)
{
  app_scratch scratch = APP_SCRATCH_INIT;
  char *json = NULL;
  askiam_str message = app_json_text(&scratch, app_json_member(record, "body"));
  askiam_status status =
      message.data != NULL ? askiam_json_check(message, NULL, error)
                           : askiam_error_set(error, scratch.failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_BAD_DATA,
                                              ASKIAM_LAYER_REQUEST, "body: there is none that can be read");
  if (status == ASKIAM_STATUS_OK) {
    status = handle(&json, engine, message, left_ms, error);
  }
  askiam_string_free(engine, json);
  app_scratch_clean_up(&scratch);
  return status;
}

/* Every message must have an id: without one SQS could not be told which failed. */
static bool s_have_ids(app_json records)
{
  for (app_json record = app_json_next(records, s_none); record.data != NULL; record = app_json_next(records, record)) {
    app_json id = app_json_member(record, "messageId");
    if (id.length <= 2 || id.data[0] != '"') {
      return false;
    }
  }
  return true;
}

static void s_report(FILE *out, app_json record, size_t *count)
{
  app_json id = app_json_member(record, "messageId");
  fprintf(out, "%s{\"itemIdentifier\":%.*s}", *count == 0 ? "" : ",", (int)id.length, id.data);
  ++*count;
}

/* Handles a message, unless it is too late for it, or its queue keeps an order that a failure would break. */
static askiam_status s_take(askiam_engine *engine, const lambda_event *event, app_json record, bool after_failure,
                            lambda_message_fn handle, askiam_error *error)
{
  int64_t left_ms = event->end_ms - lambda_ticks_ms();
  if (left_ms < LEAST_MS) {
    return askiam_error_set(error, ASKIAM_STATUS_TIMEOUT, ASKIAM_LAYER_ENGINE, "no time was left for this message");
  }
  if (after_failure && s_is_fifo(record)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFLICT, ASKIAM_LAYER_ENGINE, "a message before it failed");
  }
  return s_handle(engine, record, left_ms, handle, error);
}

static void s_run(askiam_engine *engine, const lambda_event *event, lambda_message_fn handle, FILE *out)
{
  app_json records = app_json_member(event->body, "Records");
  size_t failed = 0;
  fputs("{\"batchItemFailures\":[", out);
  for (app_json record = app_json_next(records, s_none); record.data != NULL; record = app_json_next(records, record)) {
    askiam_error error = ASKIAM_ERROR_INIT;
    askiam_status status = s_take(engine, event, record, failed > 0, handle, &error);
    if (status != ASKIAM_STATUS_OK) {
      lambda_log_error("message", event->request_id, askiam_status_name(status), error.message);
      s_report(out, record, &failed);
    }
  }
  fputs("]}", out);
}

void lambda_batch_run(lambda_host *host, const lambda_event *event, lambda_message_fn handle, lambda_reply *reply)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_engine *engine = lambda_host_engine(host, &error);
  if (engine == NULL) {
    lambda_reply_fail(reply, error.status, &error);
  } else if (!s_have_ids(app_json_member(event->body, "Records"))) {
    lambda_reply_refuse(reply, "Records: a message has no messageId");
  } else {
    s_run(engine, event, handle, reply->out);
  }
}

void lambda_message_run(lambda_host *host, const lambda_event *event, lambda_message_fn handle, lambda_reply *reply)
{
  char *json = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_engine *engine = lambda_host_engine(host, &error);
  askiam_status status =
      engine == NULL ? error.status : handle(&json, engine, event->body, lambda_event_left_ms(event), &error);
  lambda_reply_give(reply, engine, json, status, &error);
}
