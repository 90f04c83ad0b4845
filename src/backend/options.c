/* SPDX-License-Identifier: Apache-2.0 */
#include "backend/options.h"

#include "base/str.h"

askiam_str askiam_backend_options_url(const askiam_backend_options *options) { return options->url; }

askiam_str askiam_backend_options_get(const askiam_backend_options *options, const char *key)
{
  return options->get == NULL || key == NULL ? ASKI_STR_NONE : options->get(options->settings, key);
}

const askiam_allocator *askiam_backend_options_allocator(const askiam_backend_options *options)
{
  return options->allocator;
}

askiam_token_fn askiam_backend_options_token(const askiam_backend_options *options, void **out_context)
{
  *out_context = options->token_context;
  return options->token;
}

askiam_status askiam_token_set(askiam_token_sink *sink, askiam_str token)
{
  if (token.data == NULL || token.length >= sink->size_bytes || memchr(token.data, 0, token.length) != NULL) {
    return ASKIAM_STATUS_BAD_DATA;
  }
  memcpy(sink->text, token.data, token.length);
  sink->text[token.length] = 0;
  return ASKIAM_STATUS_OK;
}

const askiam_clock *askiam_backend_options_clock(const askiam_backend_options *options) { return options->clock; }

askiam_status aski_options_size(size_t *out_size, const askiam_backend_options *options, const char *key, size_t least,
                                size_t most, size_t otherwise, askiam_layer layer, askiam_error *error)
{
  askiam_str text = askiam_backend_options_get(options, key);
  size_t size = text.length == 0 ? otherwise : 0;
  bool good = true;
  for (size_t i = 0; i < text.length && good; ++i) {
    good = text.data[i] >= '0' && text.data[i] <= '9' && size <= most;
    size = good ? size * 10 + (size_t)(text.data[i] - '0') : size;
  }
  *out_size = size;
  return good && size >= least && size <= most
             ? ASKIAM_STATUS_OK
             : askiam_error_set(error, ASKIAM_STATUS_CONFIG, layer, "%s: must be a whole number from %zu to %zu", key,
                                least, most);
}
