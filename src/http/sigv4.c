/* SPDX-License-Identifier: Apache-2.0
 *
 * The signature: key, string to sign, and where both end up. */
#include "http/sigv4.h"

#include <inttypes.h>

#include "base/time.h"
#include "http/sigv4_canonical.h"
#include "http/url.h"

#define ALGORITHM "AWS4-HMAC-SHA256"
enum { DATE_BYTES = 9, TIME_BYTES = 17, EXPIRES_MAX_S = 604800 };

/* One signing on its way. */
typedef struct signing {
  aski_arena *arena;
  const aski_sigv4_settings *settings;
  const aski_aws_credentials *credentials;
  const aski_sigv4_message *message;
  aski_sigv4_signed *out;
  char date[DATE_BYTES]; /* "20150830" */
  char time[TIME_BYTES]; /* "20150830T123600Z" */
  askiam_str scope;
  char body_hash[ASKI_SHA256_HEX_BYTES];
  char signature[ASKI_SHA256_HEX_BYTES];
} signing;

static askiam_status s_get_fixed(void *self, const askiam_call *call, aski_arena *arena,
                                 aski_aws_credentials *out_credentials, askiam_error *error)
{
  (void)call;
  (void)arena;
  (void)error;
  const aski_aws_credentials *credentials = self;
  *out_credentials = *credentials;
  return ASKIAM_STATUS_OK;
}

aski_aws_credentials_source aski_aws_credentials_fixed(const aski_aws_credentials *credentials)
{
  aski_aws_credentials_source source = {.get = s_get_fixed};
  memcpy(&source.self, &credentials, sizeof source.self); /* only read, by the function above */
  return source;
}

aski_sigv4_settings aski_sigv4_settings_for(askiam_str service, askiam_str region)
{
  bool s3 = aski_str_equal_text(service, "s3");
  return (aski_sigv4_settings){.region = region,
                               .service = service,
                               .keep_path = s3,
                               .encode_once = s3,
                               .content_header = s3 || aski_str_equal_text(service, "aoss")};
}

static void s_write_time(signing *work, int64_t time_ms)
{
  char text[ASKI_TIME_TEXT_BYTES];
  aski_time_format(time_ms, text); /* 2015-08-30T12:36:00.000Z */
  size_t length = 0;
  for (size_t i = 0; i < 19; ++i) {
    if (text[i] != '-' && text[i] != ':') {
      work->time[length++] = text[i];
    }
  }
  memcpy(work->time + length, "Z", 2);
  memcpy(work->date, work->time, DATE_BYTES - 1);
  work->date[DATE_BYTES - 1] = 0;
}

static askiam_status s_begin(signing *work, int64_t time_ms, askiam_layer layer, askiam_error *error)
{
  const aski_sigv4_settings *settings = work->settings;
  const aski_aws_credentials *credentials = work->credentials;
  *work->out = (aski_sigv4_signed){.header_count = 0};
  if (settings->region.length == 0 || settings->service.length == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, layer,
                            "a request to AWS needs a region and a service to be signed");
  }
  if (credentials->access_key_id.length == 0 || credentials->secret_access_key.length == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, layer, "there are no AWS credentials to sign a request with");
  }
  s_write_time(work, time_ms);
  work->scope = aski_arena_format(work->arena, "%s/%.*s/%.*s/aws4_request", work->date, ASKI_STR_ARG(settings->region),
                                  ASKI_STR_ARG(settings->service));
  return aski_sha256_hex(work->message->body, work->body_hash)
             ? ASKIAM_STATUS_OK
             : askiam_error_set(error, ASKIAM_STATUS_INTERNAL, layer, "SHA-256 is not to be had");
}

static bool s_hmac(unsigned char key[ASKI_SHA256_BYTES], askiam_str text)
{
  unsigned char next[ASKI_SHA256_BYTES];
  bool good = aski_hmac_sha256((askiam_str){(const char *)key, ASKI_SHA256_BYTES}, &text, 1, next);
  memcpy(key, next, sizeof next);
  aski_wipe(next, sizeof next);
  return good;
}

/* HMAC over date, region, service and the fixed word, one key after the other. */
static bool s_sign_text(signing *work, askiam_str text)
{
  askiam_str secret = aski_arena_format(work->arena, "AWS4%.*s", ASKI_STR_ARG(work->credentials->secret_access_key));
  askiam_str date = askiam_str_from(work->date);
  unsigned char key[ASKI_SHA256_BYTES] = {0};
  bool good = aski_str_present(secret) && aski_hmac_sha256(secret, &date, 1, key) &&
              s_hmac(key, work->settings->region) && s_hmac(key, work->settings->service) &&
              s_hmac(key, ASKI_STR("aws4_request")) && s_hmac(key, text);
  aski_hex(key, sizeof key, work->signature);
  aski_wipe(key, sizeof key);
  if (aski_str_present(secret)) {
    char *copy = NULL;
    memcpy(&copy, &secret.data, sizeof copy); /* the arena's own memory, made above */
    aski_wipe(copy, secret.length);
  }
  return good;
}

static askiam_status s_finish(signing *work, askiam_str query, const aski_sigv4_headers *headers, askiam_layer layer,
                              askiam_error *error)
{
  aski_sigv4_signed *out = work->out;
  out->canonical_request =
      aski_sigv4_canonical_request(work->arena, work->settings, work->message, query, headers, work->body_hash);
  char hash[ASKI_SHA256_HEX_BYTES];
  bool good = aski_sha256_hex(out->canonical_request, hash);
  out->string_to_sign = aski_arena_format(work->arena, ALGORITHM "\n%s\n%.*s\n%s", work->time,
                                          ASKI_STR_ARG(work->scope), good ? hash : "");
  good = s_sign_text(work, out->string_to_sign) && good;
  if (work->arena->failed) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, layer, "out of memory for a signature");
  }
  return good ? ASKIAM_STATUS_OK
              : askiam_error_set(error, ASKIAM_STATUS_INTERNAL, layer, "HMAC-SHA-256 is not to be had");
}

static void s_add(aski_sigv4_signed *out, const char *name, askiam_str value)
{
  out->headers[out->header_count++] = (aski_http_header){askiam_str_from(name), value};
}

askiam_status aski_sigv4_sign(aski_sigv4_signed *out_signed, aski_arena *arena, const aski_sigv4_settings *settings,
                              const aski_aws_credentials *credentials, const aski_sigv4_message *message,
                              int64_t time_ms, askiam_layer layer, askiam_error *error)
{
  signing work = {
      .arena = arena, .settings = settings, .credentials = credentials, .message = message, .out = out_signed};
  askiam_status status = s_begin(&work, time_ms, layer, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  bool token = credentials->session_token.length > 0;
  s_add(out_signed, "X-Amz-Date", aski_arena_copy(arena, askiam_str_from(work.time)));
  if (settings->content_header) {
    s_add(out_signed, "X-Amz-Content-Sha256", aski_arena_copy(arena, askiam_str_from(work.body_hash)));
  }
  if (token && !settings->token_unsigned) {
    s_add(out_signed, "X-Amz-Security-Token", aski_arena_copy(arena, credentials->session_token));
  }
  aski_sigv4_headers headers =
      aski_sigv4_canonical_headers(arena, message, out_signed->headers, out_signed->header_count);
  status = s_finish(&work, message->query, &headers, layer, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (token && settings->token_unsigned) {
    s_add(out_signed, "X-Amz-Security-Token", aski_arena_copy(arena, credentials->session_token));
  }
  s_add(out_signed, "Authorization",
        aski_arena_format(arena, ALGORITHM " Credential=%.*s/%.*s, SignedHeaders=%.*s, Signature=%s",
                          ASKI_STR_ARG(credentials->access_key_id), ASKI_STR_ARG(work.scope),
                          ASKI_STR_ARG(headers.names), work.signature));
  return arena->failed ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, layer, "out of memory for a signature")
                       : ASKIAM_STATUS_OK;
}

static void s_append_parameter(aski_buffer *query, const char *name, askiam_str value)
{
  aski_buffer_append_text(query, query->length > 0 ? "&" : "");
  aski_buffer_append_text(query, name);
  aski_buffer_append_byte(query, '=');
  aski_sigv4_encode(query, value, false);
}

/* All parameters of a signed URL but the signature, into a buffer of the message's own query. */
static void s_append_parameters(aski_buffer *query, const signing *work, askiam_str names, int64_t expires_s)
{
  askiam_str credential = aski_arena_format(work->arena, "%.*s/%.*s", ASKI_STR_ARG(work->credentials->access_key_id),
                                            ASKI_STR_ARG(work->scope));
  aski_buffer_append(query, work->message->query);
  s_append_parameter(query, "X-Amz-Algorithm", ASKI_STR(ALGORITHM));
  s_append_parameter(query, "X-Amz-Credential", credential);
  s_append_parameter(query, "X-Amz-Date", askiam_str_from(work->time));
  s_append_parameter(query, "X-Amz-SignedHeaders", names);
  aski_buffer_append_format(query, "&X-Amz-Expires=%" PRId64, expires_s);
}

askiam_status aski_sigv4_sign_query(aski_sigv4_signed *out_signed, aski_arena *arena,
                                    const aski_sigv4_settings *settings, const aski_aws_credentials *credentials,
                                    const aski_sigv4_message *message, int64_t time_ms, int64_t expires_s,
                                    askiam_layer layer, askiam_error *error)
{
  if (expires_s < 1 || expires_s > EXPIRES_MAX_S) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, layer, "a signed URL holds for 1 to %d seconds",
                            EXPIRES_MAX_S);
  }
  signing work = {
      .arena = arena, .settings = settings, .credentials = credentials, .message = message, .out = out_signed};
  askiam_status status = s_begin(&work, time_ms, layer, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_sigv4_headers headers = aski_sigv4_canonical_headers(arena, message, NULL, 0);
  bool token = credentials->session_token.length > 0;
  aski_buffer query;
  aski_buffer_init(&query, arena->allocator);
  s_append_parameters(&query, &work, headers.names, expires_s);
  if (token && !settings->token_unsigned) {
    s_append_parameter(&query, "X-Amz-Security-Token", credentials->session_token);
  }
  status = s_finish(&work, aski_buffer_view(&query), &headers, layer, error);
  if (token && settings->token_unsigned) {
    s_append_parameter(&query, "X-Amz-Security-Token", credentials->session_token);
  }
  s_append_parameter(&query, "X-Amz-Signature", askiam_str_from(work.signature));
  arena->failed = arena->failed || query.failed;
  out_signed->query = aski_arena_copy(arena, aski_buffer_view(&query));
  aski_buffer_clean_up(&query);
  return status == ASKIAM_STATUS_OK && arena->failed
             ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, layer, "out of memory for a signature")
             : status;
}

/* The header Host as a client sends it: with the port where it is not the scheme's own. */
static askiam_str s_host(aski_arena *arena, const aski_url *url)
{
  return url->port == (url->secure ? 443U : 80U)
             ? url->host
             : aski_arena_format(arena, "%.*s:%u", ASKI_STR_ARG(url->host), url->port);
}

askiam_status aski_sigv4_sign_request(aski_http_request *request, aski_arena *arena,
                                      const aski_sigv4_settings *settings, const aski_aws_credentials_source *source,
                                      const askiam_call *call, askiam_error *error)
{
  aski_url url;
  if (!aski_url_parse(&url, request->url)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, request->layer,
                            "the address of a request that is to be signed is no plain http:// or https:// URL");
  }
  aski_aws_credentials credentials = {.session_token = ASKI_STR_NONE};
  askiam_status status = source->get(source->self, call, arena, &credentials, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_sigv4_message message = {.method = aski_http_method_name(request->method),
                                .host = s_host(arena, &url),
                                .path = url.path,
                                .query = url.query,
                                .headers = request->headers,
                                .header_count = request->header_count,
                                .body = request->body};
  aski_sigv4_signed made;
  status = aski_sigv4_sign(&made, arena, settings, &credentials, &message, aski_clock_now_ms(call->clock),
                           request->layer, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  size_t count = request->header_count + made.header_count;
  aski_http_header *headers = aski_arena_acquire(arena, count, sizeof *headers);
  if (headers == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, request->layer, "out of memory for a signature");
  }
  for (size_t i = 0; i < count; ++i) {
    headers[i] = i < request->header_count ? request->headers[i] : made.headers[i - request->header_count];
  }
  request->headers = headers;
  request->header_count = count;
  return ASKIAM_STATUS_OK;
}
