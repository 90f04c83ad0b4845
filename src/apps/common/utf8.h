/* SPDX-License-Identifier: Apache-2.0
 *
 * Characters of UTF-8, for programs that show or write what strangers wrote. */
#ifndef APPS_COMMON_UTF8_H
#define APPS_COMMON_UTF8_H

#include <askiam/api.h>

/* The length of the well-formed UTF-8 character at `at`, its code point in *out_point; 0 where there is none. */
size_t app_decode(askiam_str text, size_t at, uint32_t *out_point);

#endif
