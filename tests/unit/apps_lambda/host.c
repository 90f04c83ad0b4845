/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host.h"

#include <stdlib.h>

#include "apps/lambda/host.h"
#include "apps/lambda/http.h"
#include "apps/lambda/lex.h"

askiam_engine *lambda_host_engine(lambda_host *host, askiam_error *error)
{
  if (host->broken) {
    askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG, "the secret path /var/secret is wrong");
    return NULL;
  }
  return host->home->engine;
}

const askiam_config *lambda_host_config(const lambda_host *host) { return host->home->config; }

void lambda_lex_run(lambda_host *host, const lambda_event *event, askiam_str lex_event_json,
                    const lambda_lex_caller *caller_or_null, lambda_reply *reply)
{
  (void)event;
  assert_non_null(caller_or_null);
  askiam_str id = askiam_principal_id(caller_or_null->principal);
  askiam_str ip = askiam_request_get(caller_or_null->seen, ASKIAM_REQUEST_IP);
  snprintf(host->lex_ip, sizeof host->lex_ip, "%.*s", (int)ip.length, ip.data);
  snprintf(host->lex_principal, sizeof host->lex_principal, "%.*s", (int)id.length, id.data);
  if (app_json_member(lex_event_json, "sessionState").data == NULL) {
    reply->error_type = "InvalidEvent";
    snprintf(reply->error_message, sizeof reply->error_message, "no sessionState");
    return;
  }
  fputs("{\"sessionState\":{\"dialogAction\":{\"type\":\"Close\"}}}", reply->out);
}

void lambda_log_error(const char *stage, askiam_str request_id, const char *type_or_null, const char *message)
{
  fprintf(stderr, "%s %.*s %s: %s\n", stage, (int)request_id.length, request_id.data, type_or_null, message);
}

static const char *s_or(const char *text, const char *otherwise) { return text == NULL ? otherwise : text; }

askiam_str test_event_json(const test_event *event)
{
  static char json[262144];
  const char *method = s_or(event->method, "GET");
  const char *path = s_or(event->path, "/");
  const char *comma = event->caller == NULL ? "" : ",";
  int length = 0;
  if (event->version == 2) {
    length =
        snprintf(json, sizeof json,
                 "{\"version\":\"2.0\",\"routeKey\":\"$default\",\"rawPath\":\"%s\",\"rawQueryString\":\"\","
                 "\"headers\":{%s},\"requestContext\":{\"stage\":\"$default\",\"requestId\":\"gw-2\","
                 "\"timeEpoch\":1795435200123,\"http\":{\"method\":\"%s\",\"path\":\"%s\",\"sourceIp\":\"10.1.2.3\","
                 "\"userAgent\":\"agent\"}%s%s},\"body\":%s,\"isBase64Encoded\":false%s}",
                 path, s_or(event->headers, ""), method, path, comma, s_or(event->caller, ""),
                 s_or(event->body, "null"), s_or(event->more, ""));
  } else {
    length = snprintf(
        json, sizeof json,
        "{\"httpMethod\":\"%s\",\"path\":\"%s\",\"headers\":{%s},\"queryStringParameters\":null,"
        "\"requestContext\":{%s\"stage\":\"prod\",\"requestId\":\"gw-1\",\"requestTimeEpoch\":1795435200123,"
        "\"identity\":{\"sourceIp\":\"10.1.2.3\",\"userAgent\":\"agent\"}%s%s},\"body\":%s%s}",
        method, path, s_or(event->headers, ""), event->version == 0 ? "\"elb\":{\"targetGroupArn\":\"arn\"}," : "",
        comma, s_or(event->caller, ""), s_or(event->body, "null"), s_or(event->more, ""));
  }
  assert_true(length > 0 && (size_t)length < sizeof json);
  return (askiam_str){json, (size_t)length};
}

void test_run(char *told, size_t size, lambda_reply *out_reply, lambda_host *host, askiam_str event_json,
              void (*run)(lambda_host *host, const lambda_event *event, lambda_reply *reply))
{
  char *text = NULL;
  size_t length = 0;
  const lambda_event event = {.body = event_json, .end_ms = lambda_ticks_ms() + 20000};
  assert_int_equal(askiam_json_check(event.body, NULL, NULL), ASKIAM_STATUS_OK);
  *out_reply = (lambda_reply){.out = open_memstream(&text, &length)};
  assert_non_null(out_reply->out);
  run(host, &event, out_reply);
  fclose(out_reply->out);
  assert_true(length < size);
  memcpy(told, text, length + 1);
  free(text);
  assert_true((out_reply->error_type == NULL) == (told[0] != '\0'));
}

void test_respond_json(test_response *out_response, lambda_host *host, askiam_str event_json)
{
  const lambda_event event = {.body = event_json,
                              .request_id = askiam_str_from("invocation-1"),
                              .trace_id = askiam_str_from("Root=1-5759e988-bd862e3fe1be46a994272793"),
                              .end_ms = lambda_ticks_ms() + 20000};
  assert_int_equal(askiam_json_check(event_json, NULL, NULL), ASKIAM_STATUS_OK);
  assert_true(lambda_http_is_event(event_json));
  *out_response = (test_response){.text = NULL};
  lambda_reply reply = {.out = open_memstream(&out_response->text, &out_response->length)};
  assert_non_null(reply.out);
  lambda_http_run(host, &event, &reply);
  fclose(reply.out);
  assert_null(reply.error_type);
  askiam_str text = {out_response->text, out_response->length};
  if (askiam_json_check(text, NULL, NULL) != ASKIAM_STATUS_OK) {
    fail_msg("no JSON: %s", out_response->text);
  }
  out_response->code = (int)app_json_number(app_json_member(text, "statusCode"));
}

void test_respond(test_response *out_response, lambda_host *host, const test_event *event)
{
  test_respond_json(out_response, host, test_event_json(event));
}

void test_respond_with(test_response *out_response, lambda_host *host, const test_event *event, int code)
{
  test_respond(out_response, host, event);
  if (out_response->code != code) {
    fail_msg("%d, not %d: %s", out_response->code, code, out_response->text);
  }
}

void test_problem(lambda_host *host, const test_event *event, int code, const char *says)
{
  test_response response;
  char status[32];
  test_respond_with(&response, host, event, code);
  assert_string_equal(test_response_header(&response, "Content-Type"), "application/problem+json");
  snprintf(status, sizeof status, "\"status\":%d,", code);
  test_body_has(&response, status);
  test_body_has(&response, says);
  test_body_has(&response, test_response_header(&response, "X-Request-ID"));
  test_response_clean_up(&response);
}

void test_response_clean_up(test_response *response)
{
  app_scratch_clean_up(&response->scratch);
  free(response->text);
}

static const char *s_text(test_response *response, app_json value)
{
  askiam_str text = app_json_text(&response->scratch, value);
  char *copy = app_scratch_acquire(&response->scratch, text.length + 1);
  assert_non_null(copy);
  memcpy(copy, text.data == NULL ? "" : text.data, text.length);
  copy[text.length] = '\0';
  return copy;
}

const char *test_response_header(test_response *response, const char *name)
{
  askiam_str text = {response->text, response->length};
  return s_text(response, app_json_path(text, "headers", name));
}

const char *test_response_body(test_response *response)
{
  askiam_str text = {response->text, response->length};
  return s_text(response, app_json_member(text, "body"));
}

void test_text_is(askiam_str found, const char *expected)
{
  if (expected == NULL) {
    assert_null(found.data);
    return;
  }
  assert_non_null(found.data);
  assert_int_equal(found.length, strlen(expected));
  assert_memory_equal(found.data, expected, found.length);
}

void test_body_has(test_response *response, const char *part)
{
  if (strstr(test_response_body(response), part) == NULL) {
    fail_msg("%s is not in %s", part, response->text);
  }
}

void test_body_lacks(test_response *response, const char *part)
{
  if (strstr(test_response_body(response), part) != NULL) {
    fail_msg("%s is in %s", part, response->text);
  }
}
