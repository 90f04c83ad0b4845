/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

enum { FORMAT_ROOM = 32 }; /* most numbers */

bool aski_str_equal(askiam_str left, askiam_str right)
{
  return left.length == right.length && (left.length == 0 || memcmp(left.data, right.data, left.length) == 0);
}

bool aski_str_equal_text(askiam_str left, const char *right) { return aski_str_equal(left, askiam_str_from(right)); }

int aski_str_compare(askiam_str left, askiam_str right)
{
  size_t shorter = left.length < right.length ? left.length : right.length;
  int order = shorter == 0 ? 0 : memcmp(left.data, right.data, shorter);
  if (order != 0) {
    return order;
  }
  return left.length < right.length ? -1 : left.length > right.length;
}

bool aski_str_starts(askiam_str text, askiam_str prefix)
{
  return text.length >= prefix.length && aski_str_equal(aski_str_slice(text, 0, prefix.length), prefix);
}

bool aski_str_ends(askiam_str text, askiam_str suffix)
{
  return text.length >= suffix.length &&
         aski_str_equal(aski_str_slice(text, text.length - suffix.length, suffix.length), suffix);
}

askiam_str aski_str_slice(askiam_str text, size_t start, size_t length)
{
  if (text.data == NULL) {
    return text;
  }
  if (start > text.length) {
    start = text.length;
  }
  size_t rest = text.length - start;
  return (askiam_str){text.data + start, length < rest ? length : rest};
}

static bool s_is_blank(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

askiam_str aski_str_trim(askiam_str text)
{
  while (text.length > 0 && s_is_blank(text.data[0])) {
    text = aski_str_slice(text, 1, text.length);
  }
  while (text.length > 0 && s_is_blank(text.data[text.length - 1])) {
    --text.length;
  }
  return text;
}

void aski_buffer_init(aski_buffer *buffer, const askiam_allocator *allocator)
{
  *buffer = (aski_buffer){.allocator = allocator};
}

void aski_buffer_clean_up(aski_buffer *buffer)
{
  if (buffer->data != NULL) {
    buffer->allocator->release(buffer->allocator->context, buffer->data);
  }
  *buffer = (aski_buffer){.allocator = buffer->allocator};
}

void aski_buffer_clear(aski_buffer *buffer)
{
  buffer->length = 0;
  buffer->failed = false;
  if (buffer->data != NULL) {
    buffer->data[0] = 0;
  }
}

bool aski_buffer_reserve(aski_buffer *buffer, size_t extra_bytes)
{
  if (buffer->failed || extra_bytes > SIZE_MAX / 4 - buffer->length) {
    buffer->failed = true;
    return false;
  }
  size_t needed = buffer->length + extra_bytes + 1;
  if (needed <= buffer->capacity) {
    return true;
  }
  size_t capacity = buffer->capacity < 64 ? 64 : buffer->capacity;
  while (capacity < needed) {
    capacity *= 2;
  }
  char *data = buffer->allocator->resize(buffer->allocator->context, buffer->data, capacity);
  if (data == NULL) {
    buffer->failed = true;
    return false;
  }
  buffer->data = data;
  buffer->capacity = capacity;
  buffer->data[buffer->length] = 0;
  return true;
}

void aski_buffer_append(aski_buffer *buffer, askiam_str text)
{
  if (!aski_buffer_reserve(buffer, text.length)) {
    return;
  }
  if (text.length > 0) {
    memcpy(buffer->data + buffer->length, text.data, text.length);
  }
  buffer->length += text.length;
  buffer->data[buffer->length] = 0;
}

void aski_buffer_append_text(aski_buffer *buffer, const char *text)
{
  aski_buffer_append(buffer, askiam_str_from(text));
}

void aski_buffer_append_byte(aski_buffer *buffer, char byte)
{
  if (!buffer->failed && buffer->length + 1 < buffer->capacity) {
    buffer->data[buffer->length++] = byte;
    buffer->data[buffer->length] = 0;
  } else {
    aski_buffer_append(buffer, (askiam_str){&byte, 1});
  }
}

/* Formats into what room there is first. */
void aski_buffer_append_format(aski_buffer *buffer, const char *format, ...)
{
  if (!aski_buffer_reserve(buffer, FORMAT_ROOM)) {
    return;
  }
  va_list arguments;
  va_start(arguments, format);
  va_list again;
  va_copy(again, arguments);
  size_t room = buffer->capacity - buffer->length;
  int length = vsnprintf(buffer->data + buffer->length, room, format, arguments);
  va_end(arguments);
  if (length < 0) {
    buffer->failed = true;
  } else if ((size_t)length >= room && aski_buffer_reserve(buffer, (size_t)length)) {
    vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
  }
  va_end(again);
  if (buffer->failed) {
    buffer->data[buffer->length] = 0;
  } else {
    buffer->length += (size_t)length;
  }
}

askiam_str aski_buffer_view(const aski_buffer *buffer)
{
  return (askiam_str){buffer->data == NULL ? "" : buffer->data, buffer->length};
}
