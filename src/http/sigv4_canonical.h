/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical request of AWS Signature Version 4: its path, its query, its headers. */
#ifndef ASKI_HTTP_SIGV4_CANONICAL_H
#define ASKI_HTTP_SIGV4_CANONICAL_H

#include "http/sigv4.h"

/* Percent-encodes all but RFC 3986's unreserved characters and, where `path`, slashes. */
void aski_sigv4_encode(aski_buffer *out, askiam_str text, bool path);
/* The names and "name:value" lines of what is signed, sorted. Both live in the arena. */
typedef struct aski_sigv4_headers {
  askiam_str names; /* "host;x-amz-date" */
  askiam_str lines; /* each ended by a line feed */
} aski_sigv4_headers;
/* `added` are signed besides the message's own. */
aski_sigv4_headers aski_sigv4_canonical_headers(aski_arena *arena, const aski_sigv4_message *message,
                                                const aski_http_header *added, size_t added_count);
/* The whole of it; `query` in place of the message's. Absent where memory ran out. */
askiam_str aski_sigv4_canonical_request(aski_arena *arena, const aski_sigv4_settings *settings,
                                        const aski_sigv4_message *message, askiam_str query,
                                        const aski_sigv4_headers *headers, const char *body_hash);

#endif
