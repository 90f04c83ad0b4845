/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/jwks_fetch.h"

#include "base/file.h"
#include "http/url.h"

static const char s_what[] = "auth.jwks";

static bool s_is_url(askiam_str location)
{
  return aski_str_starts(location, ASKI_STR("https:")) || aski_str_starts(location, ASKI_STR("http:"));
}

askiam_status aski_jwks_fetcher_init(aski_jwks_fetcher *fetcher, askiam_str location, const aski_http_options *http,
                                     const askiam_allocator *allocator, askiam_error *error)
{
  *fetcher = (aski_jwks_fetcher){.allocator = allocator, .location = location, .remote = s_is_url(location)};
  fetcher->http = *http;
  aski_url url;
  if (fetcher->remote && (!aski_url_parse(&url, location) || (!url.secure && !aski_url_is_loopback(&url)))) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                            "%s: must be a file, a plain https:// URL, or an http:// URL of this machine", s_what);
  }
  return ASKIAM_STATUS_OK;
}

void aski_jwks_fetcher_clean_up(aski_jwks_fetcher *fetcher)
{
  if (fetcher->client.send != NULL) {
    aski_http_client_clean_up(&fetcher->client);
  }
}

static askiam_status s_download(aski_buffer *out, aski_jwks_fetcher *fetcher, const askiam_call *call,
                                askiam_error *error)
{
  if (fetcher->client.send == NULL) {
    askiam_status made = aski_http_client_new(&fetcher->client, &fetcher->http, ASKIAM_LAYER_ENGINE, error);
    if (made != ASKIAM_STATUS_OK) {
      fetcher->client = (aski_http_client){.send = NULL};
      return made;
    }
  }
  const aski_http_header accept = {ASKI_STR("Accept"), ASKI_STR("application/jwk-set+json, application/json")};
  const aski_http_request request = {.method = ASKI_HTTP_GET,
                                     .layer = ASKIAM_LAYER_ENGINE,
                                     .url = fetcher->location,
                                     .headers = &accept,
                                     .header_count = 1,
                                     .timeout_ms = ASKI_JWKS_FETCH_TIMEOUT_MS,
                                     .limit_bytes = ASKI_JWKS_MAX_BYTES};
  aski_http_response response;
  aski_http_response_init(&response, fetcher->allocator);
  askiam_status status = aski_http_send(&fetcher->client, call, &request, &response, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_http_check(&request, &response, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    aski_buffer_append(out, aski_buffer_view(&response.body));
  }
  aski_http_response_clean_up(&response);
  return status;
}

static askiam_status s_get(aski_jwks **out_set, aski_jwks_fetcher *fetcher, const askiam_call *call,
                           askiam_error *error)
{
  aski_buffer text;
  aski_buffer_init(&text, fetcher->allocator);
  askiam_status status = fetcher->remote ? s_download(&text, fetcher, call, error)
                                         : aski_file_read(&text, fetcher->location.data, ASKI_JWKS_MAX_BYTES,
                                                          "the key set", ASKIAM_LAYER_ENGINE, error);
  if (status == ASKIAM_STATUS_OK && text.failed) {
    status = askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for the key set");
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_jwks_read(out_set, aski_buffer_view(&text), false, s_what, fetcher->allocator, error);
  }
  aski_buffer_clean_up(&text);
  return status;
}

askiam_status aski_jwks_fetch(aski_jwks **out_set, aski_jwks_fetcher *fetcher, const askiam_call *call,
                              askiam_error *error)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  *out_set = NULL;
  askiam_status status = s_get(out_set, fetcher, call, &said);
  switch ((int)status) {
  case ASKIAM_STATUS_OK:
    return status;
  case ASKIAM_STATUS_NO_MEMORY:
  case ASKIAM_STATUS_CANCELLED:
  case ASKIAM_STATUS_CONFIG:
  case ASKIAM_STATUS_NOT_SUPPORTED:
    break;
  default:
    status = ASKIAM_STATUS_UNAVAILABLE; /* whatever is wrong with it now may be mended where it is published */
    break;
  }
  return askiam_error_set(error, status, said.layer, "the key set cannot be had: %s", said.message);
}
