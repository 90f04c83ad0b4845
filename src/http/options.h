/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTTP client that the configuration describes, for backends when they are opened. In a header, so that this room need not link what
 * lies above it. */
#ifndef ASKI_HTTP_OPTIONS_H
#define ASKI_HTTP_OPTIONS_H

#include "http/http.h"

/* From http.ca_file, http.proxy, http.no_proxy, with the allocator of the options: for aski_http_client_new. Borrows from the options. */
static inline aski_http_options aski_http_options_from(const askiam_backend_options *options)
{
  /* Values of the configuration end with NUL. */
  return (aski_http_options){.allocator = askiam_backend_options_allocator(options),
                             .ca_file = askiam_backend_options_get(options, "http.ca_file").data,
                             .proxy = askiam_backend_options_get(options, "http.proxy").data,
                             .no_proxy = askiam_backend_options_get(options, "http.no_proxy").data};
}

#endif
