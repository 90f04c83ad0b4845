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
