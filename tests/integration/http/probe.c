/* SPDX-License-Identifier: Apache-2.0
 *
 * One request by the library's client, for a test in another language: the method, the URL, and NAME=VALUE for ca, timeout_ms, deadline_ms,
 * limit, body, times. Prints a JSON object for each answer: {"outcome", "retryable", "message", "http_status", "bytes", "ms"}. */
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "http/http.h"
#include "json/json.h"

typedef struct settings {
  aski_http_request request;
  aski_http_options options;
  int64_t deadline_ms;
  long times;
} settings;

static bool s_take(const char *argument, const char *name, const char **out_value)
{
  size_t length = strlen(name);
  bool found = strncmp(argument, name, length) == 0 && argument[length] == '=';
  *out_value = found ? argument + length + 1 : *out_value;
  return found;
}

static bool s_read(settings *own, const char *argument)
{
  const char *value = NULL;
  if (s_take(argument, "ca", &value)) {
    own->options.ca_file = value;
  } else if (s_take(argument, "timeout_ms", &value)) {
    own->request.timeout_ms = strtol(value, NULL, 10);
  } else if (s_take(argument, "deadline_ms", &value)) {
    own->deadline_ms = strtol(value, NULL, 10);
  } else if (s_take(argument, "limit", &value)) {
    own->request.limit_bytes = strtoul(value, NULL, 10);
  } else if (s_take(argument, "body", &value)) {
    own->request.body = askiam_str_from(value);
  } else if (s_take(argument, "times", &value)) {
    own->times = strtol(value, NULL, 10);
  } else {
    return false;
  }
  return true;
}

static void s_print(askiam_status status, const askiam_error *error, const aski_http_response *response, double ms)
{
  aski_buffer line;
  aski_buffer_init(&line, aski_allocator_default());
  aski_json_writer writer;
  aski_json_writer_init(&writer, &line);
  aski_json_open_object(&writer, NULL);
  aski_json_write_text(&writer, "outcome", askiam_status_name(status));
  aski_json_write_bool(&writer, "retryable", error->retryable != 0);
  aski_json_write_text(&writer, "message", error->message);
  aski_json_write_integer(&writer, "http_status", status == ASKIAM_STATUS_OK ? response->status : 0);
  aski_json_write_unsigned(&writer, "bytes", response->body.length);
  aski_json_write_number(&writer, "ms", ms, 3);
  aski_json_close_object(&writer);
  puts(line.data);
  aski_buffer_clean_up(&line);
}

static void s_ask(const aski_http_client *client, const settings *own)
{
  const askiam_clock *clock = aski_clock_system();
  uint64_t begin = aski_clock_ticks_ns(clock);
  askiam_call call = {.clock = clock, .deadline_ticks_ns = UINT64_MAX};
  if (own->deadline_ms > 0) {
    call.deadline_ticks_ns = begin + (uint64_t)own->deadline_ms * 1000000;
  }
  aski_http_response response;
  askiam_error error = ASKIAM_ERROR_INIT;
  aski_http_response_init(&response, aski_allocator_default());
  askiam_status status = aski_http_send(client, &call, &own->request, &response, &error);
  s_print(status, &error, &response, (double)(aski_clock_ticks_ns(clock) - begin) / 1e6);
  aski_http_response_clean_up(&response);
}

int main(int argc, char **argv)
{
  settings own = {.times = 1, .options = {.allocator = aski_allocator_default()}};
  bool good = argc >= 3;
  for (int i = 3; i < argc && good; ++i) {
    good = s_read(&own, argv[i]);
  }
  if (!good) {
    fprintf(stderr, "usage: probe GET|POST URL [NAME=VALUE]...\n");
    return 64;
  }
  own.request.method = strcmp(argv[1], "POST") == 0 ? ASKI_HTTP_POST : ASKI_HTTP_GET;
  own.request.url = askiam_str_from(argv[2]);
  aski_http_client client;
  askiam_error error = ASKIAM_ERROR_INIT;
  if (aski_http_client_new(&client, &own.options, ASKIAM_LAYER_SEARCH, &error) != ASKIAM_STATUS_OK) {
    fprintf(stderr, "%s\n", error.message);
    return 69;
  }
  for (long i = 0; i < own.times; ++i) {
    s_ask(&client, &own);
  }
  aski_http_client_clean_up(&client);
  return 0;
}
