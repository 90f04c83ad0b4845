/* SPDX-License-Identifier: Apache-2.0
 *
 * The few JSON objects that the program writes itself. */
#ifndef APPS_COMMON_JSON_WRITE_H
#define APPS_COMMON_JSON_WRITE_H

#include <askiam/api.h>
#include <stdio.h>

/* A string with its quotes; "null" for an absent one. Bytes that are no UTF-8 become U+FFFD. */
void app_json_put(FILE *stream, askiam_str text);

#endif
