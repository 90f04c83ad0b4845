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

const askiam_clock *askiam_backend_options_clock(const askiam_backend_options *options) { return options->clock; }
