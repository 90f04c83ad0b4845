/* SPDX-License-Identifier: Apache-2.0
 *
 * A custom runtime of AWS Lambda (provided.al2023): the function that _HANDLER names answers one event after another.
 * An error of the function is answered, and the next event taken; only a Runtime API that is broken ends the
 * process. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "functions.h"
#include "host.h"
#include "http.h"
#include "reply.h"
#include "runtime.h"

enum { EXIT_UNAVAILABLE = 69, EXIT_CONFIG = 78, MESSAGE_MAX = 1024 };

static const askiam_str s_none = {NULL, 0};

static const lambda_function *s_find(const char *name)
{
  const lambda_function *function = NULL;
  for (size_t i = 0; name != NULL && (function = lambda_function_at(i)) != NULL; ++i) {
    if (strcmp(function->name, name) == 0) {
      break;
    }
  }
  return function;
}

static void s_list(char *out, size_t size, const char *handler)
{
  int length = handler == NULL ? snprintf(out, size, "_HANDLER is not set; it must be one of")
                               : snprintf(out, size, "_HANDLER: there is no function \"%.64s\"; there are", handler);
  const lambda_function *function = NULL;
  for (size_t i = 0; length > 0 && (size_t)length < size && (function = lambda_function_at(i)) != NULL; ++i) {
    length += snprintf(out + length, size - (size_t)length, "%s %s", i == 0 ? "" : ",", function->name);
  }
}

/* Says in the log and to Lambda why this process can do nothing. */
static int s_fail_init(lambda_runtime *runtime, const char *type, const char *message)
{
  lambda_log_error("init", s_none, type, message);
  if (!lambda_runtime_fail_init(runtime, type, message)) {
    lambda_log_error("init", s_none, NULL, lambda_runtime_problem(runtime));
  }
  return EXIT_CONFIG;
}

static bool s_fail(lambda_runtime *runtime, const lambda_event *event, const char *type, const char *message)
{
  lambda_log_error("invoke", event->request_id, type, message);
  return lambda_runtime_fail(runtime, type, message);
}

static bool s_answer(lambda_runtime *runtime, const lambda_event *event, askiam_str json)
{
  bool too_large = false;
  bool taken = lambda_runtime_respond(runtime, json, &too_large);
  if (too_large) {
    lambda_log_error("invoke", event->request_id, "Function.ResponseSizeTooLarge",
                     "the answer is too large for Lambda");
  }
  return taken;
}

/* Of what a client sent a gateway hands on even U+0000: that makes a 400, and no error of the function. */
static askiam_status s_check(askiam_str body, askiam_error *error)
{
  askiam_status status = askiam_json_check(body, NULL, error);
  bool relayed = status == ASKIAM_STATUS_BAD_DATA && askiam_json_check_relayed(body, NULL, NULL) == ASKIAM_STATUS_OK &&
                 lambda_http_is_event(body);
  return relayed ? ASKIAM_STATUS_OK : status;
}

/* What the function makes of an event: an error in `reply`, or the JSON in *out_text, to be freed in either case. */
static void s_reply(lambda_reply *reply, char **out_text, size_t *out_length, lambda_host *host,
                    const lambda_function *function, const lambda_event *event)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = s_check(event->body, &error);
  if (status != ASKIAM_STATUS_OK) {
    lambda_reply_fail(reply, status, &error);
    return;
  }
  reply->out = open_memstream(out_text, out_length);
  if (reply->out == NULL) {
    lambda_reply_no_memory(reply);
    return;
  }
  function->run(host, event, reply);
  if (fclose(reply->out) != 0 && reply->error_type == NULL) {
    lambda_reply_no_memory(reply);
  }
}

/* False: the Runtime API is broken. */
static bool s_run(lambda_runtime *runtime, lambda_host *host, const lambda_function *function,
                  const lambda_event *event)
{
  if (event->body.data == NULL) {
    return s_fail(runtime, event, "EventTooLarge", "the event is too large to be kept in memory");
  }
  char *text = NULL;
  size_t length = 0;
  lambda_reply reply = {.out = NULL};
  s_reply(&reply, &text, &length, host, function, event);
  bool taken = reply.error_type != NULL ? s_fail(runtime, event, reply.error_type, reply.error_message)
                                        : s_answer(runtime, event, (askiam_str){text, length});
  free(text);
  return taken;
}

static int s_serve(lambda_runtime *runtime, lambda_host *host, const lambda_function *function)
{
  lambda_event event;
  while (lambda_runtime_next(runtime, &event) && s_run(runtime, host, function, &event)) {
  }
  lambda_log_error("runtime", s_none, NULL, lambda_runtime_problem(runtime));
  return EXIT_UNAVAILABLE;
}

static int s_start(lambda_runtime *runtime)
{
  const char *handler = getenv("_HANDLER");
  const lambda_function *function = s_find(handler);
  if (function == NULL) {
    char message[MESSAGE_MAX];
    s_list(message, sizeof message, handler);
    return s_fail_init(runtime, "Runtime.NoSuchHandler", message);
  }
  lambda_host *host = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = lambda_host_new(&host, &error);
  /* Opens nothing yet, but finds what is wrong with the settings before anybody waits for an answer. */
  if (status != ASKIAM_STATUS_OK || lambda_host_engine(host, &error) == NULL) {
    lambda_host_destroy(host);
    return s_fail_init(runtime, error.status == ASKIAM_STATUS_CONFIG ? "Runtime.ConfigInvalid" : "Runtime.InitFailed",
                       error.message);
  }
  int code = s_serve(runtime, host, function);
  lambda_host_destroy(host);
  return code;
}

int main(void)
{
  /* A line of the log is one write. */
  setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
  signal(SIGPIPE, SIG_IGN);
  const char *address = getenv("AWS_LAMBDA_RUNTIME_API");
  lambda_runtime *runtime = address == NULL || address[0] == '\0' ? NULL : lambda_runtime_new(address);
  if (runtime == NULL) {
    lambda_log_error("init", s_none, NULL,
                     "AWS_LAMBDA_RUNTIME_API does not name a Runtime API: this program is started by AWS Lambda, or by "
                     "its Runtime Interface Emulator (docs/lambda.md)");
    return EXIT_CONFIG;
  }
  int code = s_start(runtime);
  lambda_runtime_destroy(runtime);
  return code;
}
