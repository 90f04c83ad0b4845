/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <math.h>

#include "base/time.h"
#include "json/json.h"
#include "json/number.h"
#include "json/utf8.h"

void aski_json_writer_init(aski_json_writer *writer, aski_buffer *buffer)
{
  *writer = (aski_json_writer){.buffer = buffer};
}

static void s_append_escape(aski_buffer *buffer, unsigned char byte)
{
  static const char from[] = "\"\\\b\f\n\r\t";
  static const char into[] = "\"\\bfnrt";
  const char *found = strchr(from, byte);
  if (found == NULL) {
    aski_buffer_append_format(buffer, "\\u%04x", byte);
    return;
  }
  char escape[2] = {'\\', into[found - from]};
  aski_buffer_append(buffer, (askiam_str){escape, 2});
}

static bool s_is_plain(unsigned char byte) { return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\'; }

/* Runs that need no escape are copied whole. */
static void s_append_quoted(aski_buffer *buffer, askiam_str text)
{
  aski_buffer_append_byte(buffer, '"');
  size_t run = 0;
  for (size_t at = 0; at < text.length;) {
    unsigned char byte = (unsigned char)text.data[at];
    if (s_is_plain(byte)) {
      ++at;
      continue;
    }
    size_t length = byte == 0 ? 0 : aski_json_utf8_length(text.data + at, text.length - at);
    if (length > 1) {
      at += length;
      continue;
    }
    aski_buffer_append(buffer, aski_str_slice(text, run, at - run));
    if (length == 0) {
      aski_buffer_append(buffer, ASKI_STR("\xEF\xBF\xBD"));
    } else {
      s_append_escape(buffer, byte);
    }
    run = ++at;
  }
  aski_buffer_append(buffer, aski_str_slice(text, run, text.length));
  aski_buffer_append_byte(buffer, '"');
}

static void s_begin(aski_json_writer *writer, askiam_str name)
{
  if (writer->need_comma) {
    aski_buffer_append_byte(writer->buffer, ',');
  }
  if (aski_str_present(name)) {
    s_append_quoted(writer->buffer, name);
    aski_buffer_append_byte(writer->buffer, ':');
  }
  writer->need_comma = true;
}

static void s_value(aski_json_writer *writer, const char *name, askiam_str json)
{
  s_begin(writer, askiam_str_from(name));
  aski_buffer_append(writer->buffer, json);
}

static void s_open(aski_json_writer *writer, const char *name, char bracket)
{
  s_begin(writer, askiam_str_from(name));
  aski_buffer_append_byte(writer->buffer, bracket);
  writer->need_comma = false;
}

static void s_close(aski_json_writer *writer, char bracket)
{
  aski_buffer_append_byte(writer->buffer, bracket);
  writer->need_comma = true;
}

void aski_json_open_object(aski_json_writer *writer, const char *name) { s_open(writer, name, '{'); }
void aski_json_close_object(aski_json_writer *writer) { s_close(writer, '}'); }
void aski_json_open_array(aski_json_writer *writer, const char *name) { s_open(writer, name, '['); }
void aski_json_close_array(aski_json_writer *writer) { s_close(writer, ']'); }

void aski_json_reopen_object(aski_json_writer *writer)
{
  aski_buffer *buffer = writer->buffer;
  if (!buffer->failed && buffer->length > 1 && buffer->data[buffer->length - 1] == '}') {
    buffer->data[--buffer->length] = 0;
    writer->need_comma = buffer->data[buffer->length - 1] != '{';
  }
}

void aski_json_write_member(aski_json_writer *writer, askiam_str name, askiam_str value)
{
  s_begin(writer, name);
  if (aski_str_present(value)) {
    s_append_quoted(writer->buffer, value);
  } else {
    aski_buffer_append_text(writer->buffer, "null");
  }
}

void aski_json_write_string(aski_json_writer *writer, const char *name, askiam_str value)
{
  aski_json_write_member(writer, askiam_str_from(name), value);
}

void aski_json_write_text(aski_json_writer *writer, const char *name, const char *value)
{
  aski_json_write_string(writer, name, askiam_str_from(value));
}

void aski_json_write_bool(aski_json_writer *writer, const char *name, bool value)
{
  s_value(writer, name, askiam_str_from(value ? "true" : "false"));
}

void aski_json_write_null(aski_json_writer *writer, const char *name) { s_value(writer, name, ASKI_STR("null")); }

void aski_json_write_integer(aski_json_writer *writer, const char *name, int64_t value)
{
  s_begin(writer, askiam_str_from(name));
  aski_buffer_append_format(writer->buffer, "%" PRId64, value);
}

void aski_json_write_unsigned(aski_json_writer *writer, const char *name, uint64_t value)
{
  s_begin(writer, askiam_str_from(name));
  aski_buffer_append_format(writer->buffer, "%" PRIu64, value);
}

void aski_json_write_number(aski_json_writer *writer, const char *name, double value, int decimals)
{
  if (!isfinite(value)) {
    aski_json_write_null(writer, name);
    return;
  }
  char text[ASKI_JSON_NUMBER_BYTES];
  aski_json_number_format(value, decimals, text);
  s_value(writer, name, askiam_str_from(text));
}

void aski_json_write_time(aski_json_writer *writer, const char *name, int64_t time_ms)
{
  char text[ASKI_TIME_TEXT_BYTES];
  if (time_ms == 0) {
    aski_json_write_null(writer, name);
    return;
  }
  aski_time_format(time_ms, text);
  aski_json_write_text(writer, name, text);
}

void aski_json_write_raw(aski_json_writer *writer, const char *name, askiam_str json)
{
  s_value(writer, name, aski_str_present(json) ? json : ASKI_STR("null"));
}
