/* SPDX-License-Identifier: Apache-2.0
 *
 * Invoking functions of Lambda: which addresses the names of a configuration become, what is sent there, and what of an answer is taken for one. */
#include "aws/invoke.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "backend/options.h"
#include "base/time.h"
#include "support/allocator.h"

#define EMULATOR "http://127.0.0.1:9000/2015-03-31/functions/function/invocations"
#define HERE "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/"

/* Pairs of key and value, ended by NULL. */
typedef struct settings {
  const char *pairs[14];
} settings;

static askiam_str s_setting(const void *context, const char *key)
{
  const settings *own = context;
  for (size_t i = 0; own->pairs[i] != NULL; i += 2) {
    if (strcmp(own->pairs[i], key) == 0) {
      return askiam_str_from(own->pairs[i + 1]);
    }
  }
  return ASKI_STR("");
}

static const char *const s_keys[] = {"split.rag"};

static askiam_status s_open(aski_lambda *lambda, const settings *chosen, const askiam_allocator *allocator,
                            askiam_error *error)
{
  const askiam_backend_options options = {
      .get = s_setting, .settings = chosen, .allocator = allocator, .clock = aski_clock_system()};
  return aski_lambda_open(lambda, s_keys, 1, &options, error);
}

static settings s_named(const char *name)
{
  return (settings){{"split.rag", name, "aws.region", "eu-west-1", "aws.access_key_id", "AKIDEXAMPLE",
                     "aws.secret_access_key", "hunter2"}};
}

static void aws__a_function_has_the_address_of_its_name(void **state)
{
  (void)state;
  static const char *const names[][2] = {
      {"rag", HERE "rag/invocations"},
      {"rag_2-b:live", HERE "rag_2-b%3Alive/invocations"},
      {"rag:$LATEST", HERE "rag%3A%24LATEST/invocations"},
      {"123456789012:function:rag", HERE "123456789012%3Afunction%3Arag/invocations"},
      {"arn:aws:lambda:eu-west-1:123456789012:function:rag:7",
       HERE "arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Arag%3A7/invocations"},
      {EMULATOR, EMULATOR}};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    test_allocator allocator;
    aski_lambda lambda;
    askiam_error error = ASKIAM_ERROR_INIT;
    const settings chosen = s_named(names[i][0]);
    test_allocator_init(&allocator);
    if (s_open(&lambda, &chosen, &allocator.base, &error) != ASKIAM_STATUS_OK) {
      fail_msg("%s: %s", names[i][0], error.message);
    }
    assert_string_equal(lambda.functions[0].url, names[i][1]);
    aski_lambda_close(&lambda);
    assert_int_equal(allocator.outstanding, 0);
  }
}

static void aws__an_endpoint_of_ones_own_takes_the_place_of_the_regions(void **state)
{
  (void)state;
  aski_lambda lambda;
  settings chosen = s_named("rag");
  chosen.pairs[8] = "aws.lambda.url";
  chosen.pairs[9] = "https://vpce-1.lambda.eu-west-1.vpce.amazonaws.com/";
  assert_int_equal(s_open(&lambda, &chosen, aski_allocator_default(), NULL), ASKIAM_STATUS_OK);
  assert_string_equal(lambda.functions[0].url,
                      "https://vpce-1.lambda.eu-west-1.vpce.amazonaws.com/2015-03-31/functions/rag/invocations");
  aski_lambda_close(&lambda);
  chosen.pairs[9] = "http://lambda.example.com";
  assert_int_equal(s_open(&lambda, &chosen, aski_allocator_default(), NULL), ASKIAM_STATUS_CONFIG);
}

static void aws__what_names_no_function_is_refused(void **state)
{
  (void)state;
  static const char *const names[] = {"",
                                      "a/b",
                                      "a b",
                                      "rag?x=1",
                                      "https://example.com/f",
                                      "http://10.0.0.1:9000/f",
                                      "http://user:password@127.0.0.1/f",
                                      "http://127.0.0.1/f?x",
                                      "arn:aws:lambda:us-east-1:123456789012:function:rag"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    aski_lambda lambda;
    askiam_error error = ASKIAM_ERROR_INIT;
    const settings chosen = s_named(names[i]);
    assert_int_equal(s_open(&lambda, &chosen, aski_allocator_default(), &error), ASKIAM_STATUS_CONFIG);
    assert_non_null(strstr(error.message, "split.rag"));
    assert_null(strstr(error.message, "password@"));
  }
  const settings bare = {{"split.rag", "rag"}};
  aski_lambda lambda;
  assert_int_equal(s_open(&lambda, &bare, aski_allocator_default(), NULL), ASKIAM_STATUS_CONFIG);
}

/* What a stand-in for Lambda answers, and what it was sent. */
typedef struct peer {
  int status;
  const char *headers;
  const char *body;
  char sent[4096];
} peer;

static askiam_status s_send(void *self, const askiam_call *call, const aski_http_request *request,
                            aski_http_response *response, askiam_error *error)
{
  (void)call;
  (void)error;
  peer *own = self;
  size_t length = 0;
  for (size_t i = 0; i < request->header_count; ++i) {
    length += (size_t)snprintf(own->sent + length, sizeof own->sent - length, "%.*s: %.*s\n",
                               ASKI_STR_ARG(request->headers[i].name), ASKI_STR_ARG(request->headers[i].value));
  }
  snprintf(own->sent + length, sizeof own->sent - length, "%.*s", ASKI_STR_ARG(request->body));
  response->status = own->status;
  aski_buffer_append_text(&response->headers, own->headers);
  aski_buffer_append_text(&response->body, own->body);
  return ASKIAM_STATUS_OK;
}

static askiam_status s_invoke(peer *own, const char *name, askiam_error *error)
{
  aski_lambda lambda;
  aski_http_response response;
  const settings chosen = s_named(name);
  const askiam_call call = {
      .clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .now_ms = INT64_C(1795435200000)};
  assert_int_equal(s_open(&lambda, &chosen, aski_allocator_default(), NULL), ASKIAM_STATUS_OK);
  aski_http_client_clean_up(&lambda.client);
  lambda.client = (aski_http_client){.send = s_send, .self = own};
  aski_http_response_init(&response, aski_allocator_default());
  askiam_status status =
      aski_lambda_invoke(&lambda, 0, ASKIAM_LAYER_ENGINE, &call, ASKI_STR("{\"a\":1}"), &response, error);
  if (status == ASKIAM_STATUS_OK) {
    assert_true(aski_str_equal_text(aski_buffer_view(&response.body), own->body));
  }
  aski_http_response_clean_up(&response);
  aski_lambda_close(&lambda);
  return status;
}

static void aws__an_invocation_is_signed_and_waits_for_its_answer(void **state)
{
  (void)state;
  peer own = {.status = 200, .headers = "", .body = "{}"};
  assert_int_equal(s_invoke(&own, "rag:live", NULL), ASKIAM_STATUS_OK);
  assert_non_null(strstr(own.sent, "X-Amz-Invocation-Type: RequestResponse\n"));
  assert_non_null(strstr(own.sent, "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"));
  assert_non_null(strstr(own.sent, "/eu-west-1/lambda/aws4_request"));
  assert_non_null(strstr(own.sent, "{\"a\":1}"));
  assert_null(strstr(own.sent, "hunter2"));
  assert_int_equal(s_invoke(&own, EMULATOR, NULL), ASKIAM_STATUS_OK);
  assert_null(strstr(own.sent, "Authorization"));
}

/* Lambda's own statuses never look like those of the function: a conflict is none of request ids, a bad request none of the caller's. */
static void aws__what_lambda_refuses_is_an_outage(void **state)
{
  (void)state;
  static const struct {
    peer answer;
    askiam_status status;
    int retryable;
  } cases[] = {{{.status = 400, .headers = "", .body = "{}"}, ASKIAM_STATUS_UNAVAILABLE, 0},
               {{.status = 403, .headers = "", .body = "{}"}, ASKIAM_STATUS_NOT_PERMITTED, 0},
               {{.status = 404, .headers = "", .body = "{}"}, ASKIAM_STATUS_UNAVAILABLE, 0},
               {{.status = 409, .headers = "", .body = "{}"}, ASKIAM_STATUS_UNAVAILABLE, 1},
               {{.status = 413, .headers = "", .body = "{}"}, ASKIAM_STATUS_UNAVAILABLE, 0},
               {{.status = 429, .headers = "retry-after:1\n", .body = "{}"}, ASKIAM_STATUS_UNAVAILABLE, 1},
               {{.status = 500, .headers = "", .body = "{}"}, ASKIAM_STATUS_UNAVAILABLE, 1},
               {{.status = 502, .headers = "", .body = "{}"}, ASKIAM_STATUS_UNAVAILABLE, 1},
               {{.status = 200, .headers = "x-amz-function-error:Unhandled\n", .body = "{\"secret\":1}"},
                ASKIAM_STATUS_UNAVAILABLE,
                1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    peer own = cases[i].answer;
    askiam_error error = ASKIAM_ERROR_INIT;
    assert_int_equal(s_invoke(&own, "rag", &error), cases[i].status);
    assert_int_equal(error.status, cases[i].status);
    assert_int_equal(error.retryable != 0, cases[i].retryable);
    assert_null(strstr(error.message, "secret"));
  }
}

static void aws__opening_functions_survives_every_failed_allocation(void **state)
{
  (void)state;
  bool failed = true;
  for (long fail_at = 1; failed; ++fail_at) {
    test_allocator allocator;
    aski_lambda lambda;
    const settings chosen = s_named("rag");
    test_allocator_init(&allocator);
    test_allocator_fail_at(&allocator, fail_at);
    askiam_status status = s_open(&lambda, &chosen, &allocator.base, NULL);
    failed = status != ASKIAM_STATUS_OK;
    assert_true(!failed || status == ASKIAM_STATUS_NO_MEMORY);
    aski_lambda_close(&lambda);
    assert_int_equal(allocator.outstanding, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(aws__a_function_has_the_address_of_its_name),
      cmocka_unit_test(aws__an_endpoint_of_ones_own_takes_the_place_of_the_regions),
      cmocka_unit_test(aws__what_names_no_function_is_refused),
      cmocka_unit_test(aws__an_invocation_is_signed_and_waits_for_its_answer),
      cmocka_unit_test(aws__what_lambda_refuses_is_an_outage),
      cmocka_unit_test(aws__opening_functions_survives_every_failed_allocation),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
