/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions about a text that the programs ask in several places. */
#ifndef APPS_COMMON_TEXT_H
#define APPS_COMMON_TEXT_H

#include <askiam/api.h>
#include <stdbool.h>

/* The same bytes; an absent text is an empty one. */
bool app_text_equal(askiam_str left, askiam_str right);
bool app_text_is(askiam_str text, const char *same);
/* The same but for the case of ASCII letters, as names of headers and schemes are; begins like that. `lower` has no
 * capitals. */
bool app_text_is_any_case(askiam_str text, const char *lower);
bool app_text_begins_any_case(askiam_str text, const char *lower);
/* Without blanks and tabs at both ends. */
askiam_str app_text_trim(askiam_str text);
/* 1 to `most_bytes` ASCII letters, digits, "._:-" and, beside those, bytes of `more`. Without `more` it is safe in a
 * header, in a log, and in an address where it does not begin with a dot. */
bool app_text_is_id(askiam_str text, const char *more, size_t most_bytes);

#endif
