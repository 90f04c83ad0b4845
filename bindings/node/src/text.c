/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void text_clean_up(text *own)
{
  free(own->data);
  *own = (text){NULL, 0, 0, false};
}

static bool s_reserve(text *own, size_t more)
{
  if (own->failed || more > SIZE_MAX / 2 - own->length) {
    own->failed = true;
    return false;
  }
  if (own->length + more <= own->capacity) {
    return true;
  }
  size_t capacity = (own->length + more) * 2;
  char *data = realloc(own->data, capacity);
  if (data == NULL) {
    own->failed = true;
    return false;
  }
  own->data = data;
  own->capacity = capacity;
  return true;
}

void text_put(text *own, const char *bytes, size_t length)
{
  if (length > 0 && s_reserve(own, length)) {
    memcpy(own->data + own->length, bytes, length);
    own->length += length;
  }
}

void text_put_literal(text *own, const char *literal) { text_put(own, literal, strlen(literal)); }

static bool s_needs_escape(char byte) { return byte == '"' || byte == '\\' || (unsigned char)byte < 0x20; }

void text_put_json(text *own, askiam_str value)
{
  if (value.data == NULL) {
    text_put_literal(own, "null");
    return;
  }
  text_put_literal(own, "\"");
  size_t from = 0;
  for (size_t at = 0; at < value.length; ++at) {
    if (s_needs_escape(value.data[at])) {
      char escape[8];
      int length = snprintf(escape, sizeof escape, "\\u%04x", (unsigned)(unsigned char)value.data[at]);
      text_put(own, value.data + from, at - from);
      text_put(own, escape, (size_t)length);
      from = at + 1;
    }
  }
  text_put(own, value.data + from, value.length - from);
  text_put_literal(own, "\"");
}

void text_put_number(text *own, double value)
{
  char digits[40];
  if (!isfinite(value)) {
    text_put_literal(own, "null");
    return;
  }
  int length = snprintf(digits, sizeof digits, "%.17g", value);
  for (int at = 0; at < length; ++at) {
    digits[at] = digits[at] == ',' ? '.' : digits[at]; /* a host's locale may have another point */
  }
  text_put(own, digits, (size_t)length);
}

void text_put_name(text *own, bool first, const char *name)
{
  text_put_literal(own, first ? "{\"" : ",\"");
  text_put_literal(own, name);
  text_put_literal(own, "\":");
}

void text_put_member(text *own, bool first, const char *name, askiam_str value)
{
  text_put_name(own, first, name);
  text_put_json(own, value);
}
