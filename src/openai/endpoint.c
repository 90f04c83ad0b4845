/* SPDX-License-Identifier: Apache-2.0 */
#include "openai/endpoint.h"

#include "base/file.h"
#include "base/memory.h"
#include "http/options.h"
#include "http/url.h"

enum { KEY_FILE_MAX_BYTES = 8192, KEY_MAX_BYTES = 4096 };

static askiam_status s_no_memory(askiam_layer layer, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, layer, "out of memory");
}

/* Visible ASCII (RFC 6750, 2.1 allows less): nothing that could end a header. */
static bool s_is_key(askiam_str key)
{
  for (size_t i = 0; i < key.length; ++i) {
    if (key.data[i] <= 0x20 || key.data[i] >= 0x7F) {
      return false;
    }
  }
  return key.length > 0 && key.length <= KEY_MAX_BYTES;
}

static askiam_status s_read_key_file(aski_buffer *out, const aski_openai_names *names, askiam_str path,
                                     askiam_error *error)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = aski_file_read(out, path.data, KEY_FILE_MAX_BYTES, "the API key file", names->layer, &said);
  return status == ASKIAM_STATUS_OK
             ? status
             : askiam_error_set(error, status == ASKIAM_STATUS_NO_MEMORY ? status : ASKIAM_STATUS_CONFIG, names->layer,
                                "%s: %s", names->key_file, said.message);
}

static askiam_status s_keep_key(aski_openai *endpoint, const aski_openai_names *names, askiam_str key,
                                askiam_error *error)
{
  if (!s_is_key(key)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, names->layer,
                            "%s or %s: an API key is 1 to %d visible ASCII characters", names->key, names->key_file,
                            KEY_MAX_BYTES);
  }
  static const char scheme[] = "Bearer ";
  size_t lead = sizeof scheme - 1;
  endpoint->authorization = aski_acquire(endpoint->allocator, lead + key.length + 1);
  if (endpoint->authorization == NULL) {
    return s_no_memory(names->layer, error);
  }
  memcpy(endpoint->authorization, scheme, lead);
  memcpy(endpoint->authorization + lead, key.data, key.length);
  endpoint->authorization[lead + key.length] = 0;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_read_key(aski_openai *endpoint, const aski_openai_names *names,
                                const askiam_backend_options *options, askiam_error *error)
{
  askiam_str key = askiam_backend_options_get(options, names->key);
  askiam_str path = askiam_backend_options_get(options, names->key_file);
  if (key.length > 0 && path.length > 0) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, names->layer, "%s and %s are both set; unset one", names->key,
                            names->key_file);
  }
  if (path.length == 0) {
    return key.length == 0 ? ASKIAM_STATUS_OK : s_keep_key(endpoint, names, key, error);
  }
  aski_buffer text;
  aski_buffer_init(&text, endpoint->allocator);
  askiam_status status = s_read_key_file(&text, names, path, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_keep_key(endpoint, names, aski_str_trim(aski_buffer_view(&text)), error);
  }
  aski_wipe(text.data, text.length);
  aski_buffer_clean_up(&text);
  return status;
}

/* The base address may end with a slash, and may have a query (?api-version=…), which stays at the end. */
static askiam_status s_build_url(aski_openai *endpoint, const aski_openai_names *names, askiam_str base,
                                 askiam_error *error)
{
  aski_url url;
  if (!aski_url_parse(&url, base)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, names->layer, "%s: must be a plain http:// or https:// URL",
                            names->url);
  }
  bool secret = endpoint->authorization != NULL || aski_str_present(url.userinfo);
  if (secret && !url.secure && !aski_url_is_loopback(&url)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, names->layer,
                            "%s: a key is sent to another machine over https:// only", names->url);
  }
  if (endpoint->authorization != NULL && aski_str_present(url.userinfo)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, names->layer,
                            "%s: holds a password beside an API key; keep one", names->url);
  }
  size_t query = aski_str_present(url.query) ? url.query.length + 1 : 0;
  size_t lead = base.length - query;
  while (lead > 0 && base.data[lead - 1] == '/') {
    --lead;
  }
  size_t operation = strlen(names->operation);
  endpoint->url = aski_acquire(endpoint->allocator, lead + operation + query + 1);
  if (endpoint->url == NULL) {
    return s_no_memory(names->layer, error);
  }
  memcpy(endpoint->url, base.data, lead);
  memcpy(endpoint->url + lead, names->operation, operation);
  memcpy(endpoint->url + lead + operation, base.data + base.length - query, query);
  endpoint->url[lead + operation + query] = 0;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_read_model(aski_openai *endpoint, const aski_openai_names *names, askiam_str model,
                                  askiam_error *error)
{
  if (model.length == 0 && names->model_preset != NULL) {
    model = askiam_str_from(names->model_preset);
  }
  if (model.length == 0 || model.length > ASKI_OPENAI_MODEL_MAX_BYTES) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, names->layer,
                            "%s: must name a model of the server, in at most %d bytes", names->model,
                            ASKI_OPENAI_MODEL_MAX_BYTES);
  }
  endpoint->model = aski_copy_text(endpoint->allocator, model);
  return endpoint->model != NULL ? ASKIAM_STATUS_OK : s_no_memory(names->layer, error);
}

askiam_status aski_openai_open(aski_openai *out_endpoint, const aski_openai_names *names,
                               const askiam_backend_options *options, askiam_error *error)
{
  *out_endpoint = (aski_openai){.allocator = askiam_backend_options_allocator(options), .layer = names->layer};
  askiam_status status = s_read_model(out_endpoint, names, askiam_backend_options_get(options, names->model), error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read_key(out_endpoint, names, options, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_build_url(out_endpoint, names, askiam_backend_options_get(options, names->url), error);
  }
  if (status == ASKIAM_STATUS_OK) {
    const aski_http_options http = aski_http_options_from(options);
    status = aski_http_client_new(&out_endpoint->client, &http, names->layer, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    aski_openai_close(out_endpoint);
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

void aski_openai_close(aski_openai *endpoint)
{
  aski_http_client_clean_up(&endpoint->client);
  s_forget(endpoint->allocator, endpoint->authorization);
  s_forget(endpoint->allocator, endpoint->url); /* it may hold a password */
  s_forget(endpoint->allocator, endpoint->model);
  *endpoint = (aski_openai){.allocator = endpoint->allocator};
}

askiam_status aski_openai_post(const aski_openai *endpoint, const askiam_call *call, askiam_str body,
                               size_t limit_bytes, aski_http_response *response, askiam_error *error)
{
  bool keyed = endpoint->authorization != NULL;
  const aski_http_header headers[] = {
      {ASKI_STR("Content-Type"), ASKI_STR("application/json")},
      {ASKI_STR("Accept"), ASKI_STR("application/json")},
      {ASKI_STR("Authorization"), keyed ? askiam_str_from(endpoint->authorization) : ASKI_STR("")},
  };
  const aski_http_request request = {.method = ASKI_HTTP_POST,
                                     .layer = endpoint->layer,
                                     .url = askiam_str_from(endpoint->url),
                                     .headers = headers,
                                     .header_count = keyed ? 3 : 2,
                                     .body = body,
                                     .limit_bytes = limit_bytes};
  askiam_status status = aski_http_send(&endpoint->client, call, &request, response, error);
  return status == ASKIAM_STATUS_OK ? aski_http_check(&request, response, error) : status;
}
