/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster.h"

#include "base/hash.h"
#include "base/text.h"
#include "http/options.h"
#include "http/url.h"
#include "reason.h"

enum {
  CREDENTIAL_MAX_BYTES = 1024,
  BASE64_MAX_BYTES = (2 * CREDENTIAL_MAX_BYTES + 3) / 3 * 4 + 1,
  HEADERS_MAX = 3,
  FAILURE_MAX_BYTES = 1024 * 1024,
  FAILURE_MAX_VALUES = 50000
};

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_SEARCH, "out of memory");
}

static askiam_status s_wrong(askiam_error *error, const char *what)
{
  return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_SEARCH, "%s", what);
}

/* RFC 7617: the user has no colon, neither has controls; OpenSearch reads both as UTF-8. */
static bool s_is_credential(askiam_str text, bool user)
{
  for (size_t i = 0; i < text.length; ++i) {
    unsigned char byte = (unsigned char)text.data[i];
    if (byte < 0x20 || byte == 0x7F || (user && byte == ':')) {
      return false;
    }
  }
  return text.length > 0 && text.length <= CREDENTIAL_MAX_BYTES;
}

/* "Basic " and Base64 of "user:password". */
static askiam_status s_keep_password(aski_opensearch *cluster, askiam_str user, askiam_str password,
                                     askiam_error *error)
{
  if (!s_is_credential(user, true) || !s_is_credential(password, false)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_SEARCH,
                            "opensearch.user and opensearch.password go together: each 1 to %d bytes without control "
                            "characters, no ':' in the user",
                            CREDENTIAL_MAX_BYTES);
  }
  static const char scheme[] = "Basic ";
  char plain[2 * CREDENTIAL_MAX_BYTES + 1];
  memcpy(plain, user.data, user.length);
  plain[user.length] = ':';
  memcpy(plain + user.length + 1, password.data, password.length);
  size_t length = user.length + 1 + password.length;
  cluster->authorization = aski_acquire(cluster->allocator, sizeof scheme + BASE64_MAX_BYTES);
  if (cluster->authorization != NULL) {
    memcpy(cluster->authorization, scheme, sizeof scheme);
    aski_base64((const unsigned char *)plain, length, cluster->authorization + sizeof scheme - 1);
  }
  aski_wipe(plain, sizeof plain);
  return cluster->authorization != NULL ? ASKIAM_STATUS_OK : s_no_memory(error);
}

/* Signed for a domain, or for OpenSearch Serverless. */
static askiam_status s_sign(aski_opensearch *cluster, const askiam_backend_options *options, askiam_error *error)
{
  bool serverless = aski_str_equal_text(askiam_backend_options_get(options, "opensearch.service"), "aoss");
  askiam_status status =
      aski_aws_signing_open(&cluster->signing, options, serverless ? "aoss" : "es", ASKIAM_LAYER_SEARCH, error);
  cluster->is_signed = status == ASKIAM_STATUS_OK;
  return status;
}

/* Who we are: opensearch.auth, or what the presence of a user says. */
static askiam_status s_read_auth(aski_opensearch *cluster, const askiam_backend_options *options, bool user_in_url,
                                 askiam_error *error)
{
  askiam_str auth = askiam_backend_options_get(options, "opensearch.auth");
  askiam_str user = askiam_backend_options_get(options, "opensearch.user");
  askiam_str password = askiam_backend_options_get(options, "opensearch.password");
  bool named = user.length > 0 || password.length > 0;
  if (named && user_in_url) {
    return s_wrong(error, "search.url holds a user beside opensearch.user; keep one");
  }
  if (auth.length == 0 || aski_str_equal_text(auth, "auto") || aski_str_equal_text(auth, "basic")) {
    bool nobody = !named && !user_in_url;
    return nobody && aski_str_equal_text(auth, "basic")
               ? s_wrong(error, "opensearch.auth is basic: set opensearch.user and opensearch.password")
           : named ? s_keep_password(cluster, user, password, error)
                   : ASKIAM_STATUS_OK;
  }
  if (named || user_in_url) {
    return s_wrong(error, "opensearch.auth is neither basic nor auto, and there is a user; remove one");
  }
  return aski_str_equal_text(auth, "sigv4")  ? s_sign(cluster, options, error)
         : aski_str_equal_text(auth, "none") ? ASKIAM_STATUS_OK
                                             : s_wrong(error, "opensearch.auth: must be auto, none, basic or sigv4");
}

static askiam_status s_read_url(aski_opensearch *cluster, const askiam_backend_options *options, aski_url *out_url,
                                askiam_error *error)
{
  askiam_str text = askiam_backend_options_get(options, "search.url");
  text = text.length > 0 ? text : askiam_backend_options_url(options);
  if (!aski_url_parse(out_url, text) || aski_str_present(out_url->query)) {
    return s_wrong(error, "search.url: must be the http:// or https:// URL of an OpenSearch cluster, without a query");
  }
  while (text.length > 0 && text.data[text.length - 1] == '/') {
    --text.length;
  }
  cluster->url = aski_copy_text(cluster->allocator, text);
  return cluster->url != NULL ? ASKIAM_STATUS_OK : s_no_memory(error);
}

askiam_status aski_opensearch_open(aski_opensearch *out_cluster, const askiam_backend_options *options,
                                   askiam_error *error)
{
  *out_cluster = (aski_opensearch){.allocator = askiam_backend_options_allocator(options)};
  aski_url url;
  askiam_status status = s_read_url(out_cluster, options, &url, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read_auth(out_cluster, options, aski_str_present(url.userinfo), error);
  }
  if (status == ASKIAM_STATUS_OK && !url.secure && !aski_url_is_loopback(&url) &&
      (out_cluster->authorization != NULL || out_cluster->is_signed || aski_str_present(url.userinfo))) {
    status = s_wrong(error, "search.url: a password or signature is sent to another machine over https:// only");
  }
  if (status == ASKIAM_STATUS_OK) {
    const aski_http_options http = aski_http_options_from(options);
    status = aski_http_client_new(&out_cluster->client, &http, ASKIAM_LAYER_SEARCH, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    aski_opensearch_close(out_cluster);
  }
  return status;
}

static void s_forget(const askiam_allocator *allocator, char *text)
{
  if (text != NULL) {
    aski_wipe(text, strlen(text));
    aski_release(allocator, text);
  }
}

void aski_opensearch_close(aski_opensearch *cluster)
{
  aski_http_client_clean_up(&cluster->client);
  aski_aws_signing_close(&cluster->signing);
  s_forget(cluster->allocator, cluster->authorization);
  s_forget(cluster->allocator, cluster->url);
  *cluster = (aski_opensearch){.allocator = cluster->allocator};
}

/* The status by HTTP, and what the server says of it. */
static askiam_status s_check(const aski_opensearch *cluster, const aski_http_request *sent,
                             const aski_http_response *response, askiam_error *error)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = aski_http_check(sent, response, &said);
  aski_json_document *document = NULL;
  if (status == ASKIAM_STATUS_OK) {
    return status;
  }
  /* What is longer is no reason that anybody reads, and a tree of it would take a hundred times as much. */
  askiam_status read = response->body.length > FAILURE_MAX_BYTES
                           ? ASKIAM_STATUS_BAD_DATA
                           : aski_json_parse_bounded(&document, aski_buffer_view(&response->body), FAILURE_MAX_VALUES,
                                                     cluster->allocator, ASKIAM_LAYER_SEARCH, NULL);
  if (read == ASKIAM_STATUS_NO_MEMORY) {
    return s_no_memory(error);
  }
  const aski_json *failure = read == ASKIAM_STATUS_OK ? aski_json_get(aski_json_root(document), "error") : NULL;
  if (response->status == 401 || aski_opensearch_repeats(cluster, failure)) {
    failure = NULL; /* a password is not to come back in a message */
  }
  status = aski_opensearch_tell(error, status, said.retryable, said.message, failure);
  aski_json_destroy(document);
  return status;
}

/* Signed last, when nothing is changed any more. */
static askiam_status s_send(const aski_opensearch *cluster, const askiam_call *call, aski_http_request *http,
                            aski_http_response *response, askiam_error *error)
{
  aski_arena arena;
  aski_arena_init(&arena, cluster->allocator);
  askiam_status status =
      cluster->is_signed ? aski_aws_sign(&cluster->signing, http, &arena, call, error) : ASKIAM_STATUS_OK;
  if (status == ASKIAM_STATUS_OK) {
    status = aski_http_send(&cluster->client, call, http, response, error);
  }
  status = status == ASKIAM_STATUS_OK ? s_check(cluster, http, response, error) : status;
  aski_arena_wipe(&arena);
  return status;
}

askiam_status aski_opensearch_send(const aski_opensearch *cluster, const askiam_call *call,
                                   const aski_opensearch_request *request, aski_http_response *response,
                                   askiam_error *error)
{
  aski_http_header headers[HEADERS_MAX] = {{ASKI_STR("Accept"), ASKI_STR("application/json")}};
  size_t count = 1;
  if (request->content_type != NULL) {
    headers[count++] = (aski_http_header){ASKI_STR("Content-Type"), askiam_str_from(request->content_type)};
  }
  if (cluster->authorization != NULL) {
    headers[count++] = (aski_http_header){ASKI_STR("Authorization"), askiam_str_from(cluster->authorization)};
  }
  aski_buffer url;
  aski_buffer_init(&url, cluster->allocator);
  /* Grown once: what a growing buffer leaves behind may hold a password. */
  aski_buffer_reserve(&url, strlen(cluster->url) + request->path.length);
  aski_buffer_append_text(&url, cluster->url);
  aski_buffer_append(&url, request->path);
  aski_http_request http = {.method = request->method,
                            .layer = ASKIAM_LAYER_SEARCH,
                            .url = aski_buffer_view(&url),
                            .headers = headers,
                            .header_count = count,
                            .body = request->content_type != NULL ? request->body : ASKI_STR_NONE,
                            .timeout_ms = request->timeout_ms,
                            .limit_bytes = request->limit_bytes};
  askiam_status status = url.failed ? s_no_memory(error) : s_send(cluster, call, &http, response, error);
  if (url.data != NULL) {
    aski_wipe(url.data, url.length);
  }
  aski_buffer_clean_up(&url);
  return status;
}

askiam_status aski_opensearch_refused(const char *what, int http_status, const aski_json *failure, askiam_error *error)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  const aski_http_request request = {.layer = ASKIAM_LAYER_SEARCH};
  const aski_http_response response = {.status = http_status};
  askiam_status status = aski_http_check(&request, &response, &said);
  status = status == ASKIAM_STATUS_OK ? ASKIAM_STATUS_UNAVAILABLE : status;
  return aski_opensearch_tell(error, status, said.retryable, what, failure);
}
