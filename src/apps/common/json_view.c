/* SPDX-License-Identifier: Apache-2.0 */
#include "json_view.h"

#include <stdlib.h>

#include "text.h"

static const app_json s_absent = {NULL, 0};

static size_t s_skip_space(askiam_str text, size_t at)
{
  while (at < text.length &&
         (text.data[at] == ' ' || text.data[at] == '\n' || text.data[at] == '\t' || text.data[at] == '\r')) {
    at++;
  }
  return at;
}

/* From the opening quote to behind the closing one. */
static size_t s_skip_string(askiam_str text, size_t at)
{
  for (at++; at < text.length && text.data[at] != '"'; at++) {
    if (text.data[at] == '\\') {
      at++;
    }
  }
  return at < text.length ? at + 1 : text.length;
}

static size_t s_skip_value(askiam_str text, size_t at)
{
  size_t depth = 0;
  while (at < text.length) {
    char byte = text.data[at];
    if (depth == 0 && (byte == ',' || byte == ']' || byte == '}')) {
      break;
    }
    if (byte == '"') {
      at = s_skip_string(text, at);
      continue;
    }
    depth += byte == '{' || byte == '[' ? 1 : 0;
    depth -= byte == '}' || byte == ']' ? 1 : 0;
    at++;
  }
  return at;
}

/* The value that begins at `at`, without what surrounds it; null is absent only in app_json_member. */
static app_json s_value(askiam_str text, size_t at)
{
  size_t end = s_skip_value(text, at);
  while (end > at && strchr(" \n\t\r", text.data[end - 1]) != NULL) {
    end--;
  }
  return (app_json){text.data + at, end - at};
}

static bool s_opens(app_json value, char bracket) { return value.length > 0 && value.data[0] == bracket; }

/* Where the element after `previous` begins: past the bracket or the comma. The length where there is none. */
static size_t s_following(app_json whole, app_json previous)
{
  size_t at = previous.data == NULL ? 0 : (size_t)(previous.data - whole.data) + previous.length;
  if (previous.data != NULL) {
    at = s_skip_space(whole, at);
    if (at >= whole.length || whole.data[at] != ',') {
      return whole.length;
    }
  }
  at = s_skip_space(whole, at + 1);
  return at < whole.length && (whole.data[at] == ']' || whole.data[at] == '}') ? whole.length : at;
}

app_json app_json_next(app_json list, app_json previous)
{
  size_t at = s_opens(list, '[') ? s_following(list, previous) : list.length;
  return at < list.length ? s_value(list, at) : s_absent;
}

app_json app_json_next_member(app_json object, app_json previous, askiam_str *out_name)
{
  size_t at = s_opens(object, '{') ? s_following(object, previous) : object.length;
  if (at >= object.length || object.data[at] != '"') {
    return s_absent;
  }
  size_t end = s_skip_string(object, at);
  *out_name = (askiam_str){object.data + at + 1, end - at - 2};
  at = s_skip_space(object, end);
  at = s_skip_space(object, at + 1);
  return at < object.length ? s_value(object, at) : s_absent;
}

bool app_json_is(app_json value, const char *text)
{
  size_t length = strlen(text);
  return value.length == length + 2 && value.data[0] == '"' && memcmp(value.data + 1, text, length) == 0;
}

bool app_json_is_string(app_json value) { return value.length > 0 && value.data[0] == '"'; }

app_json app_json_member(app_json object, const char *name)
{
  askiam_str found = {NULL, 0};
  for (app_json value = app_json_next_member(object, s_absent, &found); value.data != NULL;
       value = app_json_next_member(object, value, &found)) {
    if (app_text_is(found, name)) {
      return app_text_is(value, "null") ? s_absent : value;
    }
  }
  return s_absent;
}

app_json app_json_path(app_json object, const char *outer, const char *inner)
{
  return app_json_member(app_json_member(object, outer), inner);
}

bool app_json_true(app_json value) { return app_text_is(value, "true"); }

double app_json_number(app_json value)
{
  char digits[64];
  if (value.length == 0 || value.length >= sizeof digits) {
    return 0;
  }
  memcpy(digits, value.data, value.length);
  digits[value.length] = '\0';
  return strtod(digits, NULL);
}

static size_t s_put_utf8(char *out, unsigned point)
{
  if (point < 0x80) {
    out[0] = (char)point;
    return 1;
  }
  size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  static const unsigned s_leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (size_t at = length; at-- > 1; point >>= 6) {
    out[at] = (char)(0x80 | (point & 0x3F));
  }
  out[0] = (char)(s_leads[length] | point);
  return length;
}

static unsigned s_hex(const char *digits)
{
  char text[5] = {digits[0], digits[1], digits[2], digits[3], '\0'};
  return (unsigned)strtoul(text, NULL, 16);
}

/* The escape at `at` (behind the backslash); *out_length grows by what it stands for. Returns where it ends. */
static size_t s_unescape(char *out, size_t *out_length, askiam_str text, size_t at)
{
  static const char s_short[] = "b\bf\fn\nr\rt\t";
  if (text.data[at] != 'u' || at + 5 > text.length) {
    char byte = text.data[at];
    for (size_t pair = 0; pair + 1 < sizeof s_short; pair += 2) {
      byte = text.data[at] == s_short[pair] ? s_short[pair + 1] : byte;
    }
    out[(*out_length)++] = byte;
    return at + 1;
  }
  unsigned point = s_hex(text.data + at + 1);
  at += 5;
  if (point >= 0xD800 && point < 0xDC00 && at + 6 <= text.length && text.data[at] == '\\' && text.data[at + 1] == 'u') {
    point = 0x10000 + ((point - 0xD800) << 10) + (s_hex(text.data + at + 2) - 0xDC00);
    at += 6;
  }
  *out_length += s_put_utf8(out + *out_length, point & 0x1FFFFFu);
  return at;
}

typedef struct s_block {
  struct s_block *older;
  char text[];
} s_block;

char *app_scratch_acquire(app_scratch *scratch, size_t size_bytes)
{
  s_block *block = malloc(sizeof *block + size_bytes);
  if (block == NULL) {
    scratch->failed = true;
    return NULL;
  }
  *block = (s_block){.older = scratch->newest};
  scratch->newest = block;
  return block->text;
}

askiam_str app_json_text(app_scratch *scratch, app_json value)
{
  if (value.length == 0 || value.data[0] == '{' || value.data[0] == '[') {
    return s_absent;
  }
  if (value.data[0] != '"') {
    return value;
  }
  askiam_str inner = {value.data + 1, value.length - 2};
  char *text = app_scratch_acquire(scratch, inner.length + 1);
  if (text == NULL) {
    return s_absent;
  }
  size_t length = 0;
  for (size_t at = 0; at < inner.length;) {
    if (inner.data[at] == '\\' && at + 1 < inner.length) {
      at = s_unescape(text, &length, inner, at + 1);
    } else {
      text[length++] = inner.data[at++];
    }
  }
  return (askiam_str){text, length};
}

askiam_str app_json_string(app_scratch *scratch, app_json value)
{
  return app_json_is_string(value) ? app_json_text(scratch, value) : s_absent;
}

void app_scratch_clean_up(app_scratch *scratch)
{
  for (s_block *block = scratch->newest; block != NULL;) {
    s_block *older = block->older;
    free(block);
    block = older;
  }
  scratch->newest = NULL;
}
