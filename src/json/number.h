/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers between text and double, whatever the process's locale says about the decimal point. */
#ifndef ASKI_JSON_NUMBER_H
#define ASKI_JSON_NUMBER_H

#include "base/str.h"

enum { ASKI_JSON_NUMBER_BYTES = 64 };

/* The value of a JSON number; digits after the 40th significant one are dropped. Infinite where it is too large. */
double aski_json_number_value(askiam_str literal);
/* Writes a finite number, the shortest that reads back, or rounded to `decimals` where that is >= 0 (at most 9).
 * NUL-terminated. */
void aski_json_number_format(double value, int decimals, char out[ASKI_JSON_NUMBER_BYTES]);

#endif
