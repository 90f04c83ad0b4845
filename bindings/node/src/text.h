/* SPDX-License-Identifier: Apache-2.0
 *
 * A text that grows, and JSON written into it. A text that ran out of memory stays failed and takes nothing more: ask once, at the end. */
#ifndef ASKIAM_NODE_TEXT_H
#define ASKIAM_NODE_TEXT_H

#include <askiam/api.h>
#include <stdbool.h>

typedef struct text {
  char *data; /* malloc; not ended by NUL */
  size_t length;
  size_t capacity;
  bool failed;
} text;

void text_clean_up(text *own);
void text_put(text *own, const char *bytes, size_t length);
void text_put_literal(text *own, const char *literal);
/* A JSON string; null where `value` is absent. The library's texts are valid UTF-8. */
void text_put_json(text *own, askiam_str value);
/* A JSON number of up to 17 digits; null where it is none. */
void text_put_number(text *own, double value);
/* ,"name": or, as the first member, {"name": */
void text_put_name(text *own, bool first, const char *name);
/* A member that is a string. */
void text_put_member(text *own, bool first, const char *name, askiam_str value);

#endif
