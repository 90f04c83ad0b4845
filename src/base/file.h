/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a small file whole: configuration, patterns, keys. */
#ifndef ASKI_BASE_FILE_H
#define ASKI_BASE_FILE_H

#include <askiam/error.h>

#include "base/str.h"

/* Appends a regular file of at most `largest_bytes` to `out`. On failure NOT_FOUND, NOT_PERMITTED, BAD_DATA (no regular file, or larger), NO_MEMORY or
 * UNAVAILABLE, with a message that begins with the path; `out` is then empty. `what` names the file's purpose in messages ("the patterns file"). */
askiam_status aski_file_read(aski_buffer *out, const char *path, size_t largest_bytes, const char *what,
                             askiam_layer layer, askiam_error *error);

#endif
