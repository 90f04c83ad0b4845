/* SPDX-License-Identifier: Apache-2.0 */
#include "http_cors.h"

#include "apps/common/text.h"

static bool s_is_listed(askiam_str list, askiam_str wanted)
{
  while (list.length > 0) {
    const char *comma = memchr(list.data, ',', list.length);
    size_t length = comma == NULL ? list.length : (size_t)(comma - list.data);
    if (app_text_equal(app_text_trim((askiam_str){list.data, length}), wanted)) {
      return true;
    }
    size_t past = comma == NULL ? length : length + 1;
    list = (askiam_str){list.data + past, list.length - past};
  }
  return false;
}

static bool s_is(const askiam_config *config, const char *key, const char *value)
{
  return app_text_is(askiam_config_get(config, key), value);
}

lambda_http_cors lambda_http_cors_for(lambda_http_request *request, const askiam_config *config, bool preflight)
{
  lambda_http_cors cors = {.origin = {NULL, 0}};
  askiam_str origins = askiam_config_get(config, "http.cors.origins");
  if (origins.length == 0) {
    return cors;
  }
  bool all = s_is(config, "http.cors.origins", "*");
  askiam_str origin = {NULL, 0};
  lambda_http_header(request, "origin", &origin);
  cors.vary = !all;
  if (origin.length == 0 || (!all && !s_is_listed(origins, origin))) {
    return cors;
  }
  cors.origin = all ? askiam_str_from("*") : origin;
  cors.credentials = !all && s_is(config, "http.cors.credentials", "true");
  if (preflight) {
    cors.headers = askiam_config_get(config, "http.cors.headers");
    cors.max_age = askiam_config_get(config, "http.cors.max_age");
  }
  return cors;
}
