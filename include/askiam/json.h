/* SPDX-License-Identifier: Apache-2.0
 *
 * The strictness with which this library reads JSON, for programs that take JSON from strangers before they call it. */
#ifndef ASKIAM_JSON_H
#define ASKIAM_JSON_H

#include <askiam/api.h>
#include <askiam/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* OK where `json` is one well-formed value of RFC 8259 in UTF-8 in which no object has a member twice, no string
 * has a NUL, and nothing is nested deeper than 64; BAD_DATA says what is wrong, with line and column; NO_MEMORY.
 * At most 16 MiB. `allocator` may be NULL (malloc). Any thread. */
ASKIAM_API askiam_status askiam_json_check(askiam_str json, const askiam_allocator *allocator, askiam_error *error);
/* The same for JSON in which somebody hands on what strangers sent him, as a gateway does: strings may hold
 * \u0000, so that whoever reads them takes their length. */
ASKIAM_API askiam_status askiam_json_check_relayed(askiam_str json, const askiam_allocator *allocator,
                                                   askiam_error *error);

#ifdef __cplusplus
}
#endif
#endif
