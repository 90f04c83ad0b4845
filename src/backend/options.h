/* SPDX-License-Identifier: Apache-2.0
 *
 * What a backend is opened with: behind the public askiam_backend_options_…. The values come through a function, because the
 * configuration lives above this room. */
#ifndef ASKI_BACKEND_OPTIONS_H
#define ASKI_BACKEND_OPTIONS_H

#include <askiam/backend/backend.h>

struct askiam_backend_options {
  askiam_str url;                                           /* what chose the backend, whole */
  askiam_str (*get)(const void *settings, const char *key); /* NULL: there are no values */
  const void *settings;                                     /* handed to `get` */
  const askiam_allocator *allocator;                        /* outlives the backend */
  const askiam_clock *clock;                                /* likewise */
  askiam_token_fn token;                                    /* NULL: none */
  void *token_context;
  struct aski_lending *lending; /* of the engine: store/common/lending.h; NULL: none */
};

/* A whole number of the configuration from `least` to `most`, `otherwise` where it is empty. CONFIG for all else. */
askiam_status aski_options_size(size_t *out_size, const askiam_backend_options *options, const char *key, size_t least,
                                size_t most, size_t otherwise, askiam_layer layer, askiam_error *error);

/* Where a token goes: NUL-terminated. */
struct askiam_token_sink {
  char *text;
  size_t size_bytes;
};

#endif
