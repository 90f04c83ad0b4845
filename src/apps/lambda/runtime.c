/* SPDX-License-Identifier: Apache-2.0
 *
 * The Runtime API over libcurl. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
#include "runtime.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "apps/common/json_write.h"
#include "apps/common/text.h"

enum {
  URL_MAX = 1024,
  ID_MAX = 256,
  TEXT_MAX = 1024,
  KEPT_BYTES = 256 * 1024,     /* of a large event no more stays between invocations */
  CONNECT_MS = 10000,          /* the Runtime API is on this machine */
  SEND_MS = 60000,             /* for an answer of 6 MB, too */
  LONGEST_MS = 15 * 60 * 1000, /* Lambda's longest timeout */
  MARGIN_MS = 250              /* in which an answer is sent, where there is so much */
};

struct lambda_runtime {
  CURL *curl;
  struct curl_slist *headers; /* of every answer */
  char base[URL_MAX];
  char problem[URL_MAX];
  char curl_says[CURL_ERROR_SIZE];
  /* the last event */
  char request_id[ID_MAX];
  char trace_id[TEXT_MAX];
  char function_arn[TEXT_MAX];
  int64_t deadline_ms;
  char *body;
  size_t length, room;
  bool lost; /* the body could not be kept */
};

/* What is left of the time until `deadline_ms` (UTC milliseconds; 0: none was told) at `now_ms` for work: less what
 * sending the answer may take, at least 1. */
static int64_t s_remaining(int64_t deadline_ms, int64_t now_ms)
{
  if (deadline_ms <= 0) {
    return LONGEST_MS;
  }
  if (deadline_ms <= now_ms) {
    return 1;
  }
  int64_t left = deadline_ms - now_ms < LONGEST_MS ? deadline_ms - now_ms : LONGEST_MS;
  int64_t margin = left / 5 < MARGIN_MS ? left / 5 : MARGIN_MS;
  return left - margin > 1 ? left - margin : 1;
}

static bool s_make_room(lambda_runtime *runtime, size_t wanted)
{
  if (wanted <= runtime->room) {
    return true;
  }
  size_t room = runtime->room < 4096 ? 4096 : runtime->room;
  while (room < wanted) {
    room *= 2;
  }
  char *body = wanted > LAMBDA_EVENT_MAX_BYTES ? NULL : realloc(runtime->body, room);
  if (body == NULL) {
    return false;
  }
  runtime->body = body;
  runtime->room = room;
  return true;
}

/* A body that cannot be kept is read all the same, so that its invocation can be answered. */
static size_t s_take_body(char *data, size_t size, size_t count, void *context)
{
  lambda_runtime *runtime = context;
  size_t length = size * count;
  if (runtime->lost || !s_make_room(runtime, runtime->length + length)) {
    runtime->lost = true;
  } else {
    memcpy(runtime->body + runtime->length, data, length);
    runtime->length += length;
  }
  return length;
}

static size_t s_drop(char *data, size_t size, size_t count, void *context)
{
  (void)data;
  (void)context;
  return size * count;
}

/* The value of a header line where it has this name (with its colon); absent else. */
static askiam_str s_value_of(askiam_str line, const char *name)
{
  size_t at = strlen(name);
  if (line.length < at || strncasecmp(line.data, name, at) != 0) {
    return (askiam_str){NULL, 0};
  }
  while (at < line.length && (line.data[at] == ' ' || line.data[at] == '\t')) {
    at++;
  }
  size_t end = line.length;
  while (end > at && strchr(" \t\r\n", line.data[end - 1]) != NULL) {
    end--;
  }
  return (askiam_str){line.data + at, end - at};
}

/* Keeps a value whole or not at all. */
static void s_keep(char *out, size_t size, askiam_str value)
{
  if (value.data != NULL && value.length < size) {
    memcpy(out, value.data, value.length);
    out[value.length] = '\0';
  }
}

static size_t s_take_header(char *data, size_t size, size_t count, void *context)
{
  lambda_runtime *runtime = context;
  askiam_str line = {data, size * count};
  char digits[24] = "";
  s_keep(runtime->request_id, ID_MAX, s_value_of(line, "Lambda-Runtime-Aws-Request-Id:"));
  s_keep(runtime->trace_id, TEXT_MAX, s_value_of(line, "Lambda-Runtime-Trace-Id:"));
  s_keep(runtime->function_arn, TEXT_MAX, s_value_of(line, "Lambda-Runtime-Invoked-Function-Arn:"));
  s_keep(digits, sizeof digits, s_value_of(line, "Lambda-Runtime-Deadline-Ms:"));
  if (digits[0] != '\0') {
    runtime->deadline_ms = strtoll(digits, NULL, 10);
  }
  return line.length;
}

/* What holds for every call. */
static bool s_prepare(lambda_runtime *runtime)
{
  CURL *curl = runtime->curl;
  return curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, runtime->curl_says) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_USERAGENT, "askiam-lambda/" ASKIAM_VERSION_STRING) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_HTTPHEADER, runtime->headers) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS) == CURLE_OK;
}

lambda_runtime *lambda_runtime_new(const char *address)
{
  lambda_runtime *runtime = calloc(1, sizeof *runtime);
  if (runtime == NULL) {
    return NULL;
  }
  int length = snprintf(runtime->base, URL_MAX, "http://%s/2018-06-01/runtime/", address);
  runtime->curl = curl_easy_init();
  /* "Expect:" keeps libcurl from asking first whether a large answer is welcome, which no Runtime API answers. */
  runtime->headers = curl_slist_append(NULL, "Expect:");
  struct curl_slist *both = curl_slist_append(runtime->headers, "Content-Type: application/json");
  if (length >= URL_MAX - ID_MAX - 32 || runtime->curl == NULL || both == NULL || !s_prepare(runtime)) {
    lambda_runtime_destroy(runtime);
    return NULL;
  }
  return runtime;
}

void lambda_runtime_destroy(lambda_runtime *runtime)
{
  if (runtime != NULL) {
    curl_easy_cleanup(runtime->curl);
    curl_slist_free_all(runtime->headers);
    free(runtime->body);
    free(runtime);
  }
}

const char *lambda_runtime_problem(const lambda_runtime *runtime) { return runtime->problem; }

/* Makes a call that was set up. The HTTP status; 0 where there was none. */
static long s_call(lambda_runtime *runtime, const char *path)
{
  char url[URL_MAX];
  long code = 0;
  snprintf(url, sizeof url, "%s%s", runtime->base, path);
  runtime->curl_says[0] = '\0';
  CURLcode result = curl_easy_setopt(runtime->curl, CURLOPT_URL, url);
  if (result == CURLE_OK) {
    result = curl_easy_perform(runtime->curl);
  }
  if (result == CURLE_OK) {
    curl_easy_getinfo(runtime->curl, CURLINFO_RESPONSE_CODE, &code);
    snprintf(runtime->problem, sizeof runtime->problem, "the Runtime API answered %s with %ld", path, code);
  } else {
    snprintf(runtime->problem, sizeof runtime->problem, "the Runtime API did not answer %s: %s", path,
             runtime->curl_says[0] != '\0' ? runtime->curl_says : curl_easy_strerror(result));
  }
  return code;
}

/* Nothing of the last event stays; nor does much of its room. */
static void s_forget(lambda_runtime *runtime)
{
  if (runtime->room > KEPT_BYTES) {
    free(runtime->body);
    runtime->body = NULL;
    runtime->room = 0;
  }
  runtime->length = 0;
  runtime->lost = false;
  runtime->request_id[0] = runtime->trace_id[0] = runtime->function_arn[0] = '\0';
  runtime->deadline_ms = 0;
}

/* Until a call says otherwise: what keeps one from being made is libcurl's want of memory. */
static void s_expect(lambda_runtime *runtime, const char *path)
{
  snprintf(runtime->problem, sizeof runtime->problem, "out of memory for a call of %s of the Runtime API", path);
}

static bool s_receives(lambda_runtime *runtime, bool event)
{
  CURL *curl = runtime->curl;
  return curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, event ? s_take_body : s_drop) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_WRITEDATA, runtime) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, event ? s_take_header : s_drop) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_HEADERDATA, runtime) == CURLE_OK;
}

/* An id becomes a segment of an address, and never a step up in it. */
static bool s_is_id(const char *id) { return id[0] != '.' && app_text_is_id(askiam_str_from(id), "", ID_MAX); }

static askiam_str s_text(const char *text) { return askiam_str_from(text[0] != '\0' ? text : NULL); }

static int64_t s_now_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool lambda_runtime_next(lambda_runtime *runtime, lambda_event *out_event)
{
  s_forget(runtime);
  s_expect(runtime, "invocation/next");
  if (!s_receives(runtime, true) || curl_easy_setopt(runtime->curl, CURLOPT_HTTPGET, 1L) != CURLE_OK ||
      curl_easy_setopt(runtime->curl, CURLOPT_TIMEOUT_MS, 0L) != CURLE_OK ||
      s_call(runtime, "invocation/next") != 200) {
    return false;
  }
  if (!s_is_id(runtime->request_id)) {
    snprintf(runtime->problem, sizeof runtime->problem, "the Runtime API gave an event without a usable id");
    return false;
  }
  *out_event = (lambda_event){.request_id = s_text(runtime->request_id),
                              .trace_id = s_text(runtime->trace_id),
                              .function_arn = s_text(runtime->function_arn),
                              .end_ms = lambda_ticks_ms() + s_remaining(runtime->deadline_ms, s_now_ms())};
  if (!runtime->lost) {
    out_event->body = (askiam_str){runtime->length == 0 ? "" : runtime->body, runtime->length};
  }
  return true;
}

/* The HTTP status; 0 where there was none. */
static long s_post(lambda_runtime *runtime, const char *path, askiam_str json)
{
  CURL *curl = runtime->curl;
  s_expect(runtime, path);
  bool ready = s_receives(runtime, false) && curl_easy_setopt(curl, CURLOPT_POST, 1L) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)SEND_MS) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_POSTFIELDS, json.data) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)json.length) == CURLE_OK;
  return ready ? s_call(runtime, path) : 0;
}

static bool s_is_taken(long code) { return code >= 200 && code < 300; }

/* With the header that names the type besides. */
static bool s_post_error(lambda_runtime *runtime, const char *path, const char *type, askiam_str json)
{
  char header[256];
  s_expect(runtime, path);
  snprintf(header, sizeof header, "Lambda-Runtime-Function-Error-Type: %s", type);
  struct curl_slist *headers = curl_slist_append(NULL, header);
  for (struct curl_slist *at = runtime->headers; headers != NULL && at != NULL; at = at->next) {
    struct curl_slist *more = curl_slist_append(headers, at->data);
    if (more == NULL) {
      curl_slist_free_all(headers);
      headers = NULL;
    }
  }
  bool taken = headers != NULL && curl_easy_setopt(runtime->curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
               s_is_taken(s_post(runtime, path, json));
  curl_easy_setopt(runtime->curl, CURLOPT_HTTPHEADER, runtime->headers);
  curl_slist_free_all(headers);
  return taken;
}

static bool s_fail(lambda_runtime *runtime, const char *path, const char *type, const char *message)
{
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (out != NULL) {
    fputs("{\"errorMessage\":", out);
    app_json_put(out, askiam_str_from(message));
    fputs(",\"errorType\":", out);
    app_json_put(out, askiam_str_from(type));
    fputs(",\"stackTrace\":[]}", out);
  }
  bool written = out != NULL && fclose(out) == 0;
  askiam_str json = written ? (askiam_str){text, length}
                            : askiam_str_from("{\"errorMessage\":\"out of memory\",\"errorType\":\"NO_MEMORY\","
                                              "\"stackTrace\":[]}");
  bool taken = s_post_error(runtime, path, type, json);
  free(text);
  return taken;
}

bool lambda_runtime_fail_init(lambda_runtime *runtime, const char *type, const char *message)
{
  return s_fail(runtime, "init/error", type, message);
}

bool lambda_runtime_fail(lambda_runtime *runtime, const char *type, const char *message)
{
  char path[ID_MAX + 32];
  snprintf(path, sizeof path, "invocation/%s/error", runtime->request_id);
  return s_fail(runtime, path, type, message);
}

bool lambda_runtime_respond(lambda_runtime *runtime, askiam_str json, bool *out_too_large)
{
  char path[ID_MAX + 32];
  snprintf(path, sizeof path, "invocation/%s/response", runtime->request_id);
  long code = s_post(runtime, path, json);
  *out_too_large = code == 413;
  if (*out_too_large) {
    return lambda_runtime_fail(runtime, "Function.ResponseSizeTooLarge",
                               "the answer is larger than the 6 MB that Lambda takes");
  }
  return s_is_taken(code);
}
