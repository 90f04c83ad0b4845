/* SPDX-License-Identifier: Apache-2.0
 *
 * Any JSON as an event of SQS: each message is either handled or reported, by its own id and in its order; what comes
 * too late, or after a failure in a FIFO queue, is not begun. */
#include <stdlib.h>

#include <askiam/json.h>

#include "apps/common/json_view.h"
#include "apps/lambda/batch.h"
#include "apps/lambda/host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t s_called;
static size_t s_handled;

static void s_want(bool holds)
{
  if (!holds) {
    abort();
  }
}

/* An engine that nobody asks anything. */
askiam_engine *lambda_host_engine(lambda_host *host, askiam_error *error)
{
  (void)error;
  return (askiam_engine *)host;
}

void askiam_string_free(const askiam_engine *engine, char *text)
{
  s_want(engine != NULL);
  free(text);
}

void lambda_log_error(const char *stage, askiam_str request_id, const char *type_or_null, const char *message)
{
  s_want(stage[0] != '\0' && request_id.data != NULL && type_or_null != NULL && message[0] != '\0');
}

/* Some fail, in ways of which none is better than another. */
static askiam_status s_handle(char **out_json, askiam_engine *engine, askiam_str message, int64_t left_ms,
                              askiam_error *error)
{
  s_want(engine != NULL && left_ms > 0 && askiam_json_check(message, NULL, NULL) == ASKIAM_STATUS_OK);
  ++s_called;
  if (message.length % 3 == 2) {
    return askiam_error_set(error, message.length % 2 == 0 ? ASKIAM_STATUS_BAD_DATA : ASKIAM_STATUS_TIMEOUT,
                            ASKIAM_LAYER_STORE, "it was not handled");
  }
  ++s_handled;
  *out_json = message.length % 3 == 0 ? NULL : strdup("{}");
  return ASKIAM_STATUS_OK;
}

static app_json s_first(app_json list) { return app_json_next(list, (app_json){NULL, 0}); }

static bool s_is_fifo(app_json record)
{
  app_json arn = app_json_member(record, "eventSourceARN");
  return arn.length > 6 && memcmp(arn.data + arn.length - 6, ".fifo\"", 6) == 0;
}

/* Walks over messages and failures side by side. */
static void s_check(app_json records, askiam_str answer)
{
  app_json failures = app_json_member(answer, "batchItemFailures");
  app_json failure = s_first(failures);
  size_t count = 0;
  size_t reported = 0;
  bool ordered = true;
  s_want(askiam_json_check(answer, NULL, NULL) == ASKIAM_STATUS_OK && failures.data != NULL);
  for (app_json record = s_first(records); record.data != NULL; record = app_json_next(records, record), ++count) {
    app_json id = app_json_member(record, "messageId");
    app_json told = app_json_member(failure, "itemIdentifier");
    s_want(id.length > 2);
    if (failure.data != NULL && told.length == id.length && memcmp(told.data, id.data, id.length) == 0) {
      failure = app_json_next(failures, failure);
      ++reported;
    }
    ordered = ordered && s_is_fifo(record);
  }
  s_want(failure.data == NULL && reported + s_handled == count && s_called <= count);
  s_want(!ordered || s_called <= s_handled + 1); /* nothing was begun after the first failure */
}

static void s_run(askiam_str json, int64_t left_ms)
{
  char host = 0;
  char *text = NULL;
  size_t length = 0;
  const lambda_event event = {.body = json, .request_id = askiam_str_from("id"), .end_ms = lambda_ticks_ms() + left_ms};
  lambda_reply reply = {.out = open_memstream(&text, &length)};
  s_want(reply.out != NULL);
  s_called = s_handled = 0;
  lambda_batch_run((lambda_host *)&host, &event, s_handle, &reply);
  fclose(reply.out);
  if (reply.error_type == NULL) {
    s_check(app_json_member(json, "Records"), (askiam_str){text, length});
  }
  s_want(s_called == 0 || (reply.error_type == NULL && left_ms > 0));
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  askiam_str json = {(const char *)data, size};
  if (askiam_json_check(json, NULL, NULL) == ASKIAM_STATUS_OK && lambda_batch_is_event(json)) {
    s_run(json, 3600000);
    s_run(json, 0);
  }
  return 0;
}
