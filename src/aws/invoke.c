/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/invoke.h"

#include "http/options.h"
#include "http/sigv4_canonical.h"
#include "http/url.h"

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory");
}

/* What names and ARNs of functions are made of. */
static bool s_is_name(askiam_str name)
{
  for (size_t i = 0; i < name.length; ++i) {
    char byte = name.data[i];
    bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    if (!plain && strchr("-_:$", byte) == NULL) {
      return false;
    }
  }
  return name.length > 0 && name.length <= ASKI_LAMBDA_NAME_MAX_BYTES;
}

/* The region of a whole ARN, arn:PARTITION:lambda:REGION:…; absent in anything else. */
static askiam_str s_region(askiam_str name)
{
  size_t colons = 0;
  size_t begin = 0;
  for (size_t i = 0; aski_str_starts(name, ASKI_STR("arn:")) && i < name.length; ++i) {
    colons += name.data[i] == ':';
    if (name.data[i] == ':' && colons == 3) {
      begin = i + 1;
    } else if (name.data[i] == ':' && colons == 4) {
      return aski_str_slice(name, begin, i - begin);
    }
  }
  return ASKI_STR_NONE;
}

static bool s_is_url(askiam_str name)
{
  return aski_str_starts(name, ASKI_STR("http://")) || aski_str_starts(name, ASKI_STR("https://"));
}

/* An emulator takes no signature, so that it must be on this machine. */
static askiam_status s_check_local(askiam_str name, const char *key, askiam_error *error)
{
  aski_url url;
  if (!aski_url_parse(&url, name) || aski_str_present(url.userinfo) || aski_str_present(url.query)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                            "%s: must be a plain URL without a password and a query", key);
  }
  return aski_url_is_loopback(&url)
             ? ASKIAM_STATUS_OK
             : askiam_error_set(
                   error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                   "%s: an URL is for an emulator on this machine; a function of AWS goes by its name or ARN", key);
}

static askiam_status s_check_name(const aski_lambda *lambda, askiam_str name, const char *key, askiam_error *error)
{
  if (!s_is_name(name)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                            "%s: must be the name or the ARN of a function of AWS Lambda, in at most %d bytes", key,
                            ASKI_LAMBDA_NAME_MAX_BYTES);
  }
  askiam_str region = s_region(name);
  return !aski_str_present(region) || aski_str_equal_text(region, lambda->signing.region)
             ? ASKIAM_STATUS_OK
             : askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                                "%s: the function is in another region than aws.region says", key);
}

/* A name is one segment of the path: its colons are encoded. */
static void s_write_url(aski_buffer *url, const aski_lambda *lambda, askiam_str name, askiam_str base)
{
  while (base.length > 0 && base.data[base.length - 1] == '/') {
    --base.length;
  }
  if (base.length == 0) {
    const char *region = lambda->signing.region;
    aski_buffer_append_format(url, "https://lambda.%s.amazonaws.com%s", region,
                              strncmp(region, "cn-", 3) == 0 ? ".cn" : "");
  }
  aski_buffer_append(url, base);
  aski_buffer_append_text(url, "/2015-03-31/functions/");
  aski_sigv4_encode(url, name, false);
  aski_buffer_append_text(url, "/invocations");
}

static askiam_status s_add(aski_lambda *lambda, const char *key, askiam_str base, const askiam_backend_options *options,
                           askiam_error *error)
{
  if (key == NULL) {
    lambda->functions[lambda->count++] = (aski_lambda_function){.url = NULL};
    return ASKIAM_STATUS_OK;
  }
  askiam_str name = askiam_backend_options_get(options, key);
  bool local = s_is_url(name);
  askiam_status status = local ? s_check_local(name, key, error) : s_check_name(lambda, name, key, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_buffer url;
  aski_buffer_init(&url, lambda->allocator);
  if (local) {
    aski_buffer_append(&url, name);
  } else {
    s_write_url(&url, lambda, name, base);
  }
  if (url.failed) {
    aski_buffer_clean_up(&url);
    return s_no_memory(error);
  }
  lambda->functions[lambda->count++] = (aski_lambda_function){.url = url.data, .local = local};
  return ASKIAM_STATUS_OK;
}

/* Credentials are needed where one function is not an emulator. */
static askiam_status s_open_signing(aski_lambda *lambda, const char *const *keys, size_t count, askiam_str base,
                                    const askiam_backend_options *options, askiam_error *error)
{
  bool far = false;
  for (size_t i = 0; i < count; ++i) {
    far = far || (keys[i] != NULL && !s_is_url(askiam_backend_options_get(options, keys[i])));
  }
  askiam_status status =
      base.length == 0 ? ASKIAM_STATUS_OK : aski_aws_check_endpoint(base, "aws.lambda.url", ASKIAM_LAYER_CONFIG, error);
  return status == ASKIAM_STATUS_OK && far
             ? aski_aws_signing_open(&lambda->signing, options, "lambda", ASKIAM_LAYER_CONFIG, error)
             : status;
}

static askiam_status s_open(aski_lambda *lambda, const char *const *keys, size_t count,
                            const askiam_backend_options *options, askiam_error *error)
{
  askiam_str base = askiam_backend_options_get(options, "aws.lambda.url");
  for (size_t i = 0; i < count; ++i) {
    if (keys[i] != NULL && askiam_backend_options_get(options, keys[i]).length == 0) {
      return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                              "%s: is empty; it must name a function of AWS Lambda", keys[i]);
    }
  }
  askiam_status status = s_open_signing(lambda, keys, count, base, options, error);
  for (size_t i = 0; status == ASKIAM_STATUS_OK && i < count; ++i) {
    status = s_add(lambda, keys[i], base, options, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    const aski_http_options http = aski_http_options_from(options);
    status = aski_http_client_new(&lambda->client, &http, ASKIAM_LAYER_CONFIG, error);
  }
  return status;
}

askiam_status aski_lambda_open(aski_lambda *out_lambda, const char *const *keys, size_t count,
                               const askiam_backend_options *options, askiam_error *error)
{
  *out_lambda = (aski_lambda){.allocator = askiam_backend_options_allocator(options)};
  if (count > ASKI_LAMBDA_FUNCTIONS_MAX) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_CONFIG, "too many functions");
  }
  askiam_status status = s_open(out_lambda, keys, count, options, error);
  if (status != ASKIAM_STATUS_OK) {
    aski_lambda_close(out_lambda);
  }
  return status;
}

void aski_lambda_close(aski_lambda *lambda)
{
  aski_http_client_clean_up(&lambda->client);
  aski_aws_signing_close(&lambda->signing);
  for (size_t i = 0; i < lambda->count; ++i) {
    aski_release(lambda->allocator, lambda->functions[i].url);
  }
  lambda->count = 0;
}

/* What Lambda says of itself must not be taken for what the function says of a request: a refusal of the event is no
 * malformed request, and no conflict one of ids. */
static askiam_status s_check(const aski_http_request *request, const aski_http_response *response, askiam_error *error)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = aski_http_check(request, response, &said);
  askiam_str failed = aski_http_response_header(response, "x-amz-function-error");
  if (status == ASKIAM_STATUS_OK && !aski_str_present(failed)) {
    return status;
  }
  if (status == ASKIAM_STATUS_NOT_PERMITTED) {
    return askiam_error_set(error, status, request->layer, "%s", said.message);
  }
  bool again = status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_CONFLICT || said.retryable != 0;
  askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, request->layer, "%s",
                   status == ASKIAM_STATUS_OK ? "the function failed" : said.message);
  if (error != NULL) {
    error->retryable = again;
  }
  return ASKIAM_STATUS_UNAVAILABLE;
}

askiam_status aski_lambda_invoke(const aski_lambda *lambda, size_t index, askiam_layer layer, const askiam_call *call,
                                 askiam_str event, aski_http_response *response, askiam_error *error)
{
  const aski_lambda_function *function = &lambda->functions[index];
  const aski_http_header headers[] = {
      {ASKI_STR("Content-Type"), ASKI_STR("application/json")},
      {ASKI_STR("X-Amz-Invocation-Type"), ASKI_STR("RequestResponse")},
  };
  int64_t left_ms = askiam_call_remaining_ms(call);
  aski_http_request request = {.method = ASKI_HTTP_POST,
                               .layer = layer,
                               .url = askiam_str_from(function->url),
                               .headers = headers,
                               .header_count = 2,
                               .body = event,
                               .timeout_ms =
                                   left_ms > 0 && left_ms < ASKI_LAMBDA_WAIT_MAX_MS ? left_ms : ASKI_LAMBDA_WAIT_MAX_MS,
                               .limit_bytes = ASKI_LAMBDA_PAYLOAD_MAX_BYTES};
  if (function->url == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, layer, "the function is not configured");
  }
  if (event.length > ASKI_LAMBDA_PAYLOAD_MAX_BYTES) {
    return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, layer, "the event is larger than Lambda takes");
  }
  aski_arena arena;
  aski_arena_init(&arena, lambda->allocator);
  askiam_status status =
      function->local ? ASKIAM_STATUS_OK : aski_aws_sign(&lambda->signing, &request, &arena, call, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_http_send(&lambda->client, call, &request, response, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_check(&request, response, error);
  }
  aski_arena_wipe(&arena);
  return status;
}
