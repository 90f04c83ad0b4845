/* SPDX-License-Identifier: Apache-2.0
 *
 * One request by libcurl's multi interface, which lets us look at the deadline and the cancel flag while we wait. */
#include "http/curl_exchange.h"

#include "base/memory.h"
#include "base/time.h"
#include "http/url.h"

/* How long one wait may be before deadline and cancel flag are looked at again: what a cancellation may be late by. */
enum { LOOK_MS = 50 };

typedef struct exchange {
  const aski_http_request *request;
  aski_http_response *response;
  size_t limit_bytes;
  bool long_body;
  bool long_headers;
  bool head_ended; /* the empty line after the headers came */
  char said[CURL_ERROR_SIZE];
  aski_url url;
  char *address; /* the URL, NUL-terminated */
  struct curl_slist *headers;
} exchange;

static size_t s_on_body(char *data, size_t size, size_t count, void *context)
{
  exchange *work = context;
  size_t length = size * count;
  aski_buffer *body = &work->response->body;
  if (length > work->limit_bytes - body->length) {
    work->long_body = true;
    return CURL_WRITEFUNC_ERROR;
  }
  aski_buffer_append(body, (askiam_str){data, length});
  return body->failed ? CURL_WRITEFUNC_ERROR : length;
}

/* A status line begins anew: what came before it belonged to an interim answer (RFC 9110, 15.2). */
static size_t s_on_header(char *data, size_t size, size_t count, void *context)
{
  exchange *work = context;
  askiam_str line = {data, size * count};
  aski_buffer *headers = &work->response->headers;
  if (aski_str_starts(line, ASKI_STR("HTTP/"))) {
    aski_buffer_clear(headers);
    work->head_ended = false;
    return line.length;
  }
  work->head_ended = work->head_ended || aski_str_trim(line).length == 0;
  if (line.length > ASKI_HTTP_HEADERS_LIMIT_BYTES - headers->length) {
    work->long_headers = true;
    return 0;
  }
  const char *colon = memchr(line.data, ':', line.length);
  if (colon != NULL) {
    size_t at = (size_t)(colon - line.data);
    aski_http_response_add_header(work->response, aski_str_trim(aski_str_slice(line, 0, at)),
                                  aski_str_trim(aski_str_slice(line, at + 1, line.length)));
  }
  return headers->failed ? 0 : line.length;
}

/* "Name: value", or "Name;" for an empty value, as libcurl wants it. */
static bool s_add_header(exchange *work, aski_buffer *line, const aski_http_header *header)
{
  bool empty = aski_str_trim(header->value).length == 0;
  aski_buffer_clear(line);
  aski_buffer_append(line, header->name);
  aski_buffer_append_text(line, empty ? ";" : ": ");
  aski_buffer_append(line, empty ? ASKI_STR_NONE : header->value);
  struct curl_slist *list = line->failed ? NULL : curl_slist_append(work->headers, line->data);
  work->headers = list == NULL ? work->headers : list;
  return list != NULL;
}

static bool s_equal_name(askiam_str left, const char *right)
{
  size_t length = strlen(right);
  return left.length == length && curl_strnequal(left.data, right, length) != 0;
}

static bool s_build_headers(exchange *work, const askiam_allocator *allocator)
{
  const aski_http_request *request = work->request;
  aski_buffer line;
  aski_buffer_init(&line, allocator);
  bool typed = false;
  bool good = true;
  for (size_t i = 0; i < request->header_count && good; ++i) {
    typed = typed || s_equal_name(request->headers[i].name, "Content-Type");
    good = s_add_header(work, &line, &request->headers[i]);
  }
  if (line.data != NULL) {
    aski_wipe(line.data, line.capacity); /* may have held a credential */
  }
  aski_buffer_clean_up(&line);
  const char *without[] = {"Expect:", typed ? NULL : "Content-Type:"};
  for (size_t i = 0; i < 2 && good; ++i) {
    struct curl_slist *list = without[i] == NULL ? work->headers : curl_slist_append(work->headers, without[i]);
    good = list != NULL;
    work->headers = good ? list : work->headers;
  }
  return good;
}

/* libcurl keeps its own copies; what was sent must not stay in memory that was given back. */
static void s_clean_up(exchange *work, const askiam_allocator *allocator)
{
  for (struct curl_slist *item = work->headers; item != NULL; item = item->next) {
    aski_wipe(item->data, strlen(item->data));
  }
  curl_slist_free_all(work->headers);
  if (work->address != NULL) {
    aski_wipe(work->address, strlen(work->address));
  }
  aski_release(allocator, work->address);
}

static CURLcode s_set_method(CURL *easy, const aski_http_request *request)
{
  bool has_body =
      aski_str_present(request->body) && request->method != ASKI_HTTP_GET && request->method != ASKI_HTTP_HEAD;
  CURLcode code = CURLE_OK;
  if (has_body || request->method == ASKI_HTTP_POST) {
    code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length);
    code = code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_POSTFIELDS, has_body ? request->body.data : "");
  } else {
    code = curl_easy_setopt(easy, request->method == ASKI_HTTP_HEAD ? CURLOPT_NOBODY : CURLOPT_HTTPGET, 1L);
  }
  if (code == CURLE_OK && (request->method == ASKI_HTTP_PUT || request->method == ASKI_HTTP_DELETE)) {
    code = curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, aski_http_method_name(request->method));
  }
  return code;
}

#define SET(option, value) code = code != CURLE_OK ? code : curl_easy_setopt(easy, (option), (value))

static CURLcode s_set_rules(CURL *easy, const aski_curl_settings *settings, bool loopback)
{
  CURLcode code = curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
  if (code == CURLE_UNSUPPORTED_PROTOCOL) { /* a libcurl that was built without HTTP/2 */
    code = curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  }
  SET(CURLOPT_NOSIGNAL, 1L);
  SET(CURLOPT_FOLLOWLOCATION, 0L);
  SET(CURLOPT_PATH_AS_IS, 1L); /* what was signed is what is sent */
  SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  SET(CURLOPT_TCP_KEEPALIVE, 1L);
  SET(CURLOPT_SSL_VERIFYPEER, 1L);
  SET(CURLOPT_SSL_VERIFYHOST, 2L);
  SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
#if LIBCURL_VERSION_NUM >= 0x075500
  SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
  SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
  if (settings->ca_file != NULL) {
    SET(CURLOPT_CAINFO, settings->ca_file);
    SET(CURLOPT_CAPATH, NULL);
  }
  /* Set in any case: unset ones would be read from the environment, which is the host's to decide. */
  SET(CURLOPT_PROXY, loopback || settings->proxy == NULL ? "" : settings->proxy);
  SET(CURLOPT_NOPROXY, settings->no_proxy == NULL ? "" : settings->no_proxy);
  return code;
}

static CURLcode s_set_exchange(CURL *easy, exchange *work, int64_t timeout_ms)
{
  CURLcode code = CURLE_OK;
  SET(CURLOPT_URL, work->address);
  SET(CURLOPT_HTTPHEADER, work->headers);
  SET(CURLOPT_USERAGENT, "libaskiam");
  SET(CURLOPT_ERRORBUFFER, work->said);
  SET(CURLOPT_WRITEFUNCTION, s_on_body);
  SET(CURLOPT_WRITEDATA, work);
  SET(CURLOPT_HEADERFUNCTION, s_on_header);
  SET(CURLOPT_HEADERDATA, work);
  SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)work->limit_bytes);
  SET(CURLOPT_TIMEOUT_MS, (long)timeout_ms);
  SET(CURLOPT_CONNECTTIMEOUT_MS,
      (long)(timeout_ms < ASKI_HTTP_CONNECT_TIMEOUT_MS ? timeout_ms : ASKI_HTTP_CONNECT_TIMEOUT_MS));
  return code != CURLE_OK ? code : s_set_method(easy, work->request);
}

/* The result of the one transfer that the multi handle has; CURLE_OK while there is none. */
static bool s_is_done(CURLM *multi, CURLcode *out_code)
{
  int left = 0;
  const CURLMsg *message = curl_multi_info_read(multi, &left);
  bool done = message != NULL && message->msg == CURLMSG_DONE;
  *out_code = done ? message->data.result : CURLE_OK;
  return done;
}

/* Drives the transfer to its end. The deadline and the cancel flag are the call's own, whatever clock it has. */
static CURLcode s_drive(const aski_curl_slot *slot, const askiam_call *call, askiam_status *out_stopped)
{
  CURLcode code = CURLE_OK;
  *out_stopped = ASKIAM_STATUS_OK;
  for (;;) {
    int running = 0;
    if (curl_multi_perform(slot->multi, &running) != CURLM_OK) {
      return CURLE_FAILED_INIT;
    }
    if (s_is_done(slot->multi, &code) || running == 0) {
      return code;
    }
    int64_t left_ms = askiam_call_remaining_ms(call);
    if (left_ms == 0) { /* first: who waited for it cancels it then, and that is the peer's fault */
      *out_stopped = ASKIAM_STATUS_TIMEOUT;
      return CURLE_OPERATION_TIMEDOUT;
    }
    if (askiam_call_cancelled(call)) {
      *out_stopped = ASKIAM_STATUS_CANCELLED;
      return CURLE_ABORTED_BY_CALLBACK;
    }
    if (curl_multi_poll(slot->multi, NULL, 0, (int)(left_ms < LOOK_MS ? left_ms : LOOK_MS), NULL) != CURLM_OK) {
      return CURLE_FAILED_INIT;
    }
  }
}

/* What a failure of libcurl means for a caller, and whether it makes sense to try again. */
static askiam_status s_meaning(CURLcode code, bool *out_again)
{
  *out_again = false;
  switch ((int)code) {
  case CURLE_OUT_OF_MEMORY:
    return ASKIAM_STATUS_NO_MEMORY;
  case CURLE_OPERATION_TIMEDOUT:
    *out_again = true;
    return ASKIAM_STATUS_TIMEOUT;
  case CURLE_URL_MALFORMAT:
  case CURLE_SSL_CACERT_BADFILE:
    return ASKIAM_STATUS_CONFIG;
  case CURLE_FAILED_INIT:
  case CURLE_BAD_FUNCTION_ARGUMENT:
    return ASKIAM_STATUS_INTERNAL;
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CIPHER:
  case CURLE_FILESIZE_EXCEEDED:
    return ASKIAM_STATUS_UNAVAILABLE;
  default:
    *out_again = true;
    return ASKIAM_STATUS_UNAVAILABLE;
  }
}

static askiam_status s_fail(const exchange *work, CURLcode code, askiam_error *error)
{
  const aski_http_request *request = work->request;
  bool again = false;
  bool memory = work->response->body.failed || work->response->headers.failed;
  bool large = work->long_body || work->long_headers || code == CURLE_FILESIZE_EXCEEDED;
  askiam_status status = memory ? ASKIAM_STATUS_NO_MEMORY : s_meaning(large ? CURLE_FILESIZE_EXCEEDED : code, &again);
  const char *why = work->said[0] != 0 ? work->said : curl_easy_strerror(code);
  why = memory ? "out of memory" : large ? "the answer is larger than what is taken" : why;
  askiam_error_set(error, status, request->layer, "%s " ASKI_URL_ORIGIN ": %s", aski_http_method_name(request->method),
                   ASKI_URL_ORIGIN_ARG(&work->url), why);
  if (error != NULL) {
    error->retryable = again;
  }
  return status;
}

static askiam_status s_stopped(const exchange *work, askiam_status status, askiam_error *error)
{
  return askiam_error_set(error, status, work->request->layer, "%s " ASKI_URL_ORIGIN ": %s",
                          aski_http_method_name(work->request->method), ASKI_URL_ORIGIN_ARG(&work->url),
                          status == ASKIAM_STATUS_CANCELLED ? "cancelled" : "no answer before the deadline");
}

/* On a handle that is set up. */
static askiam_status s_perform(const aski_curl_slot *slot, exchange *work, const askiam_call *call, askiam_error *error)
{
  if (curl_multi_add_handle(slot->multi, slot->easy) != CURLM_OK) {
    return s_fail(work, CURLE_OUT_OF_MEMORY, error);
  }
  askiam_status stopped = ASKIAM_STATUS_OK;
  CURLcode code = s_drive(slot, call, &stopped);
  long status = 0;
  curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
  curl_multi_remove_handle(slot->multi, slot->easy);
  if (stopped != ASKIAM_STATUS_OK) {
    return s_stopped(work, stopped, error);
  }
  if (code != CURLE_OK) {
    work->response->too_large = (work->long_body || code == CURLE_FILESIZE_EXCEEDED) && status >= 200 && status < 300;
    return s_fail(work, code, error);
  }
  if (status < 100 || status > 599) {
    return s_fail(work, CURLE_WEIRD_SERVER_REPLY, error);
  }
  if (!work->head_ended) { /* libcurl takes a connection that closes amid the headers for their end */
    return s_fail(work, CURLE_PARTIAL_FILE, error);
  }
  work->response->status = (int)status;
  return ASKIAM_STATUS_OK;
}

askiam_status aski_curl_exchange(const aski_curl_slot *slot, const aski_curl_settings *settings,
                                 const askiam_call *call, const aski_http_request *request,
                                 aski_http_response *response, askiam_error *error)
{
  const askiam_allocator *allocator = response->body.allocator;
  exchange work = {.request = request,
                   .response = response,
                   .limit_bytes = request->limit_bytes > 0 ? request->limit_bytes : (size_t)ASKI_HTTP_LIMIT_BYTES};
  bool parsed = aski_url_parse(&work.url, request->url);
  int64_t timeout_ms = request->timeout_ms > 0 ? request->timeout_ms : ASKI_HTTP_TIMEOUT_MS;
  work.address = aski_copy_text(allocator, request->url);
  CURLcode code = work.address != NULL && s_build_headers(&work, allocator) ? CURLE_OK : CURLE_OUT_OF_MEMORY;
  if (code == CURLE_OK) {
    code = s_set_rules(slot->easy, settings, parsed && aski_url_is_loopback(&work.url));
  }
  if (code == CURLE_OK) {
    code = s_set_exchange(slot->easy, &work, timeout_ms);
  }
  askiam_status status = code == CURLE_OK ? s_perform(slot, &work, call, error) : s_fail(&work, code, error);
  curl_easy_reset(slot->easy);
  s_clean_up(&work, allocator);
  return status;
}
