/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a URL, as what is signed, and as the headers of an answer: a URL that is taken is made of its parts, what is signed can be
 * signed, and no header of a peer makes another one. */
#include <stdlib.h>

#include "http/http.h"
#include "http/sigv4.h"
#include "http/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool s_is_inside(askiam_str part, askiam_str whole)
{
  return part.data == NULL || (part.data >= whole.data && part.data + part.length <= whole.data + whole.length);
}

static void s_parse(askiam_str text)
{
  aski_url url;
  if (!aski_url_parse(&url, text)) {
    return;
  }
  bool sound = url.host.length > 0 && url.port >= 1 && url.port <= 65535 && url.path.length > 0 &&
               url.path.data[0] == '/' && s_is_inside(url.host, text) && s_is_inside(url.userinfo, text) &&
               s_is_inside(url.query, text);
  if (!sound) {
    abort();
  }
  aski_url_is_loopback(&url);
}

static void s_sign(askiam_str text)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  const aski_aws_credentials credentials = {.access_key_id = ASKI_STR("A"), .secret_access_key = ASKI_STR("S")};
  aski_sigv4_settings settings = aski_sigv4_settings_for(ASKI_STR("es"), ASKI_STR("r"));
  settings.keep_path = text.length % 2 == 0;
  settings.encode_once = text.length % 3 == 0;
  size_t half = text.length / 2;
  const aski_http_header header = {ASKI_STR("X-Any"), text};
  const aski_sigv4_message message = {.method = "GET",
                                      .host = ASKI_STR("h"),
                                      .path = aski_str_slice(text, 0, half),
                                      .query = aski_str_slice(text, half, text.length),
                                      .headers = &header,
                                      .header_count = 1};
  aski_sigv4_signed made;
  if (aski_sigv4_sign(&made, &arena, &settings, &credentials, &message, 0, ASKIAM_LAYER_SEARCH, NULL) !=
      ASKIAM_STATUS_OK) {
    abort();
  }
  aski_arena_clean_up(&arena);
}

static void s_answer(askiam_str text)
{
  aski_http_response response;
  aski_http_response_init(&response, aski_allocator_default());
  aski_http_response_add_header(&response, ASKI_STR("Retry-After"), text);
  aski_http_response_add_header(&response, ASKI_STR("X-Last"), ASKI_STR("1"));
  size_t lines = 0;
  for (size_t i = 0; i < response.headers.length; ++i) {
    lines += response.headers.data[i] == '\n';
  }
  int64_t wait_ms = aski_http_retry_after_ms(&response, 0);
  if (lines != 2 || wait_ms < -1 || wait_ms > INT64_C(86400000) ||
      !aski_str_equal_text(aski_http_response_header(&response, "x-last"), "1")) {
    abort();
  }
  aski_http_response_clean_up(&response);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  askiam_str text = {(const char *)data, size};
  s_parse(text);
  s_sign(text);
  s_answer(text);
  return 0;
}
