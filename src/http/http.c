/* SPDX-License-Identifier: Apache-2.0
 *
 * What all clients share: the look at a request before it is sent, and at an answer after it came. */
#include "http/http.h"

#include "base/time.h"
#include "http/url.h"

enum { RETRY_AFTER_MAX_S = 24 * 60 * 60 };

const char *aski_http_method_name(aski_http_method method)
{
  static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "DELETE"};
  size_t index = (size_t)method;
  return index < sizeof names / sizeof *names ? names[index] : "UNKNOWN";
}

void aski_http_response_init(aski_http_response *response, const askiam_allocator *allocator)
{
  response->status = 0;
  response->too_large = false;
  aski_buffer_init(&response->headers, allocator);
  aski_buffer_init(&response->body, allocator);
}

void aski_http_response_clean_up(aski_http_response *response)
{
  aski_buffer_clean_up(&response->headers);
  aski_buffer_clean_up(&response->body);
}

void aski_http_response_add_header(aski_http_response *response, askiam_str name, askiam_str value)
{
  aski_buffer *out = &response->headers;
  for (size_t i = 0; i < name.length; ++i) {
    bool upper = name.data[i] >= 'A' && name.data[i] <= 'Z';
    aski_buffer_append_byte(out, upper ? (char)(name.data[i] | 0x20) : name.data[i]);
  }
  aski_buffer_append_byte(out, ':');
  for (size_t i = 0; i < value.length; ++i) {
    bool breaks = value.data[i] == '\n' || value.data[i] == '\r';
    aski_buffer_append_byte(out, breaks ? ' ' : value.data[i]);
  }
  aski_buffer_append_byte(out, '\n');
}

askiam_str aski_http_response_header(const aski_http_response *response, const char *name)
{
  askiam_str rest = aski_buffer_view(&response->headers);
  askiam_str wanted = askiam_str_from(name);
  while (rest.length > 0) {
    const char *end = memchr(rest.data, '\n', rest.length);
    size_t length = end == NULL ? rest.length : (size_t)(end - rest.data);
    if (length > wanted.length && aski_str_starts(rest, wanted) && rest.data[wanted.length] == ':') {
      return aski_str_trim(aski_str_slice(rest, wanted.length + 1, length - wanted.length - 1));
    }
    rest = aski_str_slice(rest, length + 1, rest.length);
  }
  return ASKI_STR_NONE;
}

static bool s_is_token(askiam_str name)
{
  static const char others[] = "!#$%&'*+-.^_`|~";
  for (size_t i = 0; i < name.length; ++i) {
    char byte = name.data[i];
    bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    if (!plain && memchr(others, byte, sizeof others - 1) == NULL) {
      return false;
    }
  }
  return name.length > 0;
}

/* No control character can end the header and begin another. */
static bool s_is_value(askiam_str value)
{
  for (size_t i = 0; i < value.length; ++i) {
    unsigned char byte = (unsigned char)value.data[i];
    if ((byte < 0x20 && byte != '\t') || byte == 0x7F) {
      return false;
    }
  }
  return true;
}

static askiam_status s_check_request(const aski_http_request *request, askiam_error *error)
{
  aski_url url;
  if (!aski_url_parse(&url, request->url)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, request->layer,
                            "the address is no plain http:// or https:// URL: it is not repeated here, as it may hold "
                            "a password");
  }
  if (request->header_count > ASKI_HTTP_HEADERS_MAX) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, request->layer, "more than %d headers", ASKI_HTTP_HEADERS_MAX);
  }
  for (size_t i = 0; i < request->header_count; ++i) {
    const aski_http_header *header = &request->headers[i];
    if (!s_is_token(header->name)) {
      return askiam_error_set(error, ASKIAM_STATUS_CONFIG, request->layer, "header %zu has no proper name", i + 1);
    }
    if (!s_is_value(header->value)) {
      return askiam_error_set(error, ASKIAM_STATUS_CONFIG, request->layer, "the header %.*s holds a control character",
                              ASKI_STR_ARG(header->name));
    }
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_http_send(const aski_http_client *client, const askiam_call *call, const aski_http_request *request,
                             aski_http_response *response, askiam_error *error)
{
  response->status = 0;
  response->too_large = false;
  aski_buffer_clear(&response->headers);
  aski_buffer_clear(&response->body);
  askiam_status status = s_check_request(request, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (askiam_call_cancelled(call)) {
    return askiam_error_set(error, ASKIAM_STATUS_CANCELLED, request->layer, "cancelled before a request was sent");
  }
  if (askiam_call_remaining_ms(call) == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_TIMEOUT, request->layer, "no time was left to send a request");
  }
  status = client->send(client->self, call, request, response, error);
  if (status == ASKIAM_STATUS_OK) {
    askiam_call_retry_after(call, aski_http_retry_after_ms(response, aski_clock_now_ms(call->clock)));
  }
  return status;
}

void aski_http_client_clean_up(aski_http_client *client)
{
  if (client->close != NULL) {
    client->close(client->self);
  }
  *client = (aski_http_client){0};
}

/* Statuses of RFC 9110 that mean more than their class does. */
static askiam_status s_meaning(int code, bool *out_again)
{
  *out_again = false;
  switch (code) {
  case 401:
  case 403:
  case 407:
    return ASKIAM_STATUS_NOT_PERMITTED;
  case 404:
  case 410:
    return ASKIAM_STATUS_NOT_FOUND;
  case 409:
  case 412:
    return ASKIAM_STATUS_CONFLICT;
  case 400:
  case 413:
  case 422:
    return ASKIAM_STATUS_BAD_DATA;
  case 408:
  case 425:
  case 429:
  case 500:
  case 502:
  case 503:
  case 504:
    *out_again = true;
    return ASKIAM_STATUS_UNAVAILABLE;
  default:
    return code >= 200 && code < 300 ? ASKIAM_STATUS_OK : ASKIAM_STATUS_UNAVAILABLE;
  }
}

askiam_status aski_http_check(const aski_http_request *request, const aski_http_response *response, askiam_error *error)
{
  bool again = false;
  askiam_status status = s_meaning(response->status, &again);
  if (status == ASKIAM_STATUS_OK) {
    return status;
  }
  aski_url url;
  bool known = aski_url_parse(&url, request->url);
  bool redirected = response->status >= 300 && response->status < 400;
  askiam_error_set(error, status, request->layer, "%s " ASKI_URL_ORIGIN " answered with HTTP status %d%s",
                   aski_http_method_name(request->method), known && url.secure ? "https" : "http",
                   ASKI_STR_ARG(url.host), url.port, response->status,
                   redirected ? ", a redirection: these are not followed" : "");
  if (error != NULL) {
    error->retryable = again;
  }
  return status;
}

/* IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT": the one form that may be sent today. */
static bool s_read_date(askiam_str text, int64_t *out_ms)
{
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.length != 29 || memcmp(text.data + 25, " GMT", 4) != 0) {
    return false;
  }
  char iso[] = "YYYY-MM-DDTHH:MM:SSZ";
  for (int month = 0; month < 12; ++month) {
    if (memcmp(text.data + 8, months + (ptrdiff_t)month * 3, 3) == 0) {
      iso[5] = (char)('0' + (month + 1) / 10);
      iso[6] = (char)('0' + (month + 1) % 10);
    }
  }
  memcpy(iso, text.data + 12, 4);
  memcpy(iso + 8, text.data + 5, 2);
  memcpy(iso + 11, text.data + 17, 8);
  return aski_time_parse(ASKI_STR(iso), out_ms);
}

int64_t aski_http_retry_after_ms(const aski_http_response *response, int64_t now_ms)
{
  askiam_str text = aski_http_response_header(response, "retry-after");
  int64_t seconds = 0;
  size_t digits = 0;
  while (digits < text.length && text.data[digits] >= '0' && text.data[digits] <= '9') {
    seconds = seconds > RETRY_AFTER_MAX_S ? seconds : seconds * 10 + (text.data[digits] - '0');
    ++digits;
  }
  if (text.length > 0 && digits == text.length) {
    return (seconds < RETRY_AFTER_MAX_S ? seconds : RETRY_AFTER_MAX_S) * 1000;
  }
  int64_t then_ms = 0;
  if (!s_read_date(text, &then_ms)) {
    return -1;
  }
  int64_t wait_ms = then_ms > now_ms ? then_ms - now_ms : 0;
  return wait_ms < RETRY_AFTER_MAX_S * INT64_C(1000) ? wait_ms : RETRY_AFTER_MAX_S * INT64_C(1000);
}
