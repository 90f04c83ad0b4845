/* SPDX-License-Identifier: Apache-2.0 */
#include "http/sigv4_canonical.h"

#include <stdlib.h>

static bool s_is_unreserved(char byte)
{
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '-' ||
         byte == '.' || byte == '_' || byte == '~';
}

void aski_sigv4_encode(aski_buffer *out, askiam_str text, bool path)
{
  static const char digits[] = "0123456789ABCDEF";
  for (size_t i = 0; i < text.length; ++i) {
    unsigned char byte = (unsigned char)text.data[i];
    if (s_is_unreserved(text.data[i]) || (path && byte == '/')) {
      aski_buffer_append_byte(out, text.data[i]);
    } else {
      aski_buffer_append_byte(out, '%');
      aski_buffer_append_byte(out, digits[byte >> 4]);
      aski_buffer_append_byte(out, digits[byte & 15]);
    }
  }
}

/* Percent signs that are not followed by two digits stay. */
static void s_decode(aski_buffer *out, askiam_str text)
{
  for (size_t i = 0; i < text.length; ++i) {
    unsigned char byte = 0;
    if (text.data[i] == '%' && aski_unhex(aski_str_slice(text, i + 1, 2), &byte, 1)) {
      aski_buffer_append_byte(out, (char)byte);
      i += 2;
    } else {
      aski_buffer_append_byte(out, text.data[i]);
    }
  }
}

/* A segment up to the next slash; `rest` begins after it. */
static askiam_str s_take_segment(askiam_str *rest)
{
  const char *slash = memchr(rest->data, '/', rest->length);
  size_t length = slash == NULL ? rest->length : (size_t)(slash - rest->data);
  askiam_str segment = aski_str_slice(*rest, 0, length);
  *rest = aski_str_slice(*rest, length + 1, rest->length);
  return segment;
}

/* Without empty, "." and ".." segments; a slash at the end stays where something is left. */
static void s_normalise(aski_buffer *out, askiam_str path)
{
  bool slash = path.length > 0 && path.data[path.length - 1] == '/';
  askiam_str rest = path;
  while (rest.length > 0) {
    askiam_str segment = s_take_segment(&rest);
    if (segment.length == 0 || aski_str_equal_text(segment, ".")) {
      continue;
    }
    if (!aski_str_equal_text(segment, "..")) {
      aski_buffer_append_byte(out, '/');
      aski_buffer_append(out, segment);
      continue;
    }
    while (out->length > 0 && out->data[out->length - 1] != '/') {
      --out->length;
    }
    out->length -= out->length > 0 ? 1 : 0;
  }
  if (out->length == 0 || slash) {
    aski_buffer_append_byte(out, '/');
  }
}

static void s_append_path(aski_buffer *out, const aski_sigv4_settings *settings, askiam_str path)
{
  aski_buffer plain, decoded;
  aski_buffer_init(&plain, out->allocator);
  aski_buffer_init(&decoded, out->allocator);
  if (settings->keep_path) {
    aski_buffer_append(&plain, path.length > 0 ? path : ASKI_STR("/"));
  } else {
    s_normalise(&plain, path);
  }
  if (settings->encode_once) {
    s_decode(&decoded, aski_buffer_view(&plain));
  }
  aski_sigv4_encode(out, aski_buffer_view(settings->encode_once ? &decoded : &plain), true);
  out->failed = out->failed || plain.failed || decoded.failed;
  aski_buffer_clean_up(&plain);
  aski_buffer_clean_up(&decoded);
}

typedef struct pair {
  askiam_str name;
  askiam_str value;
  size_t index; /* keeps what is equal in its order */
} pair;

typedef struct pairs {
  pair *items;
  size_t count, capacity;
} pairs;

static int s_compare_names(const void *left, const void *right)
{
  const pair *a = left;
  const pair *b = right;
  int order = aski_str_compare(a->name, b->name);
  return order != 0 ? order : a->index < b->index ? -1 : 1;
}

static int s_compare_pairs(const void *left, const void *right)
{
  const pair *a = left;
  const pair *b = right;
  int order = aski_str_compare(a->name, b->name);
  order = order != 0 ? order : aski_str_compare(a->value, b->value);
  return order != 0 ? order : a->index < b->index ? -1 : 1;
}

static void s_sort(pairs *list, int (*compare)(const void *, const void *))
{
  for (size_t i = 0; i < list->count; ++i) {
    list->items[i].index = i;
  }
  if (list->count > 1) {
    qsort(list->items, list->count, sizeof *list->items, compare);
  }
}

/* Decoded and encoded anew, so that every way to write a byte gives one text. */
static askiam_str s_recode(aski_arena *arena, askiam_str text)
{
  aski_buffer decoded, encoded;
  aski_buffer_init(&decoded, arena->allocator);
  aski_buffer_init(&encoded, arena->allocator);
  aski_buffer_append_text(&encoded, "");
  s_decode(&decoded, text);
  aski_sigv4_encode(&encoded, aski_buffer_view(&decoded), false);
  arena->failed = arena->failed || decoded.failed || encoded.failed;
  askiam_str copy = encoded.length == 0 ? ASKI_STR("") : aski_arena_copy(arena, aski_buffer_view(&encoded));
  aski_buffer_clean_up(&decoded);
  aski_buffer_clean_up(&encoded);
  return copy;
}

static void s_append_query(aski_buffer *out, aski_arena *arena, askiam_str query)
{
  pairs list = {0};
  while (query.length > 0) {
    const char *end = memchr(query.data, '&', query.length);
    size_t length = end == NULL ? query.length : (size_t)(end - query.data);
    askiam_str part = aski_str_slice(query, 0, length);
    query = aski_str_slice(query, length + 1, query.length);
    if (length == 0) {
      continue;
    }
    const char *equals = memchr(part.data, '=', part.length);
    size_t at = equals == NULL ? part.length : (size_t)(equals - part.data);
    pair *item = ASKI_ARENA_PUSH(arena, &list);
    if (item == NULL) {
      return;
    }
    item->name = s_recode(arena, aski_str_slice(part, 0, at));
    item->value = s_recode(arena, aski_str_slice(part, at + 1, part.length));
  }
  s_sort(&list, s_compare_pairs);
  for (size_t i = 0; i < list.count; ++i) {
    aski_buffer_append_text(out, i > 0 ? "&" : "");
    aski_buffer_append(out, list.items[i].name);
    aski_buffer_append_byte(out, '=');
    aski_buffer_append(out, list.items[i].value);
  }
}

static askiam_str s_lower(aski_arena *arena, askiam_str text)
{
  char *copy = aski_arena_acquire(arena, text.length + 1, 1);
  for (size_t i = 0; copy != NULL && i < text.length; ++i) {
    char byte = text.data[i];
    copy[i] = byte >= 'A' && byte <= 'Z' ? (char)(byte | 0x20) : byte;
  }
  return copy == NULL ? ASKI_STR_NONE : (askiam_str){copy, text.length};
}

/* What is between the two ends of a request may change these; Host is added by the signer. */
static bool s_is_left_out(askiam_str name)
{
  static const char *const names[] = {"authorization", "connection", "expect",         "host",
                                      "keep-alive",    "te",         "trailer",        "transfer-encoding",
                                      "upgrade",       "user-agent", "x-amzn-trace-id"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    if (aski_str_equal_text(name, names[i])) {
      return true;
    }
  }
  return false;
}

static void s_add_headers(pairs *list, aski_arena *arena, const aski_http_header *headers, size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    askiam_str name = s_lower(arena, headers[i].name);
    pair *item = s_is_left_out(name) ? NULL : ASKI_ARENA_PUSH(arena, list);
    if (item != NULL) {
      *item = (pair){.name = name, .value = headers[i].value};
    }
  }
}

/* Trimmed, with one space for each run of white space. */
static void s_append_value(aski_buffer *out, askiam_str value)
{
  value = aski_str_trim(value);
  bool blank = false;
  for (size_t i = 0; i < value.length; ++i) {
    char byte = value.data[i];
    bool white = byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
    if (!white || !blank) {
      aski_buffer_append_byte(out, white ? ' ' : byte);
    }
    blank = white;
  }
}

/* Room for all lines at once: growing would leave copies of a session's token behind. */
static void s_reserve_lines(aski_buffer *lines, const pairs *list)
{
  size_t bytes = 0;
  for (size_t i = 0; i < list->count; ++i) {
    bytes += list->items[i].name.length + list->items[i].value.length + 2;
  }
  aski_buffer_reserve(lines, bytes);
}

static void s_forget(aski_buffer *buffer)
{
  aski_wipe(buffer->data, buffer->capacity);
  aski_buffer_clean_up(buffer);
}

aski_sigv4_headers aski_sigv4_canonical_headers(aski_arena *arena, const aski_sigv4_message *message,
                                                const aski_http_header *added, size_t added_count)
{
  pairs list = {0};
  pair *host = ASKI_ARENA_PUSH(arena, &list);
  if (host == NULL) {
    return (aski_sigv4_headers){0};
  }
  *host = (pair){.name = ASKI_STR("host"), .value = message->host};
  s_add_headers(&list, arena, message->headers, message->header_count);
  s_add_headers(&list, arena, added, added_count);
  s_sort(&list, s_compare_names);
  aski_buffer names, lines;
  aski_buffer_init(&names, arena->allocator);
  aski_buffer_init(&lines, arena->allocator);
  s_reserve_lines(&lines, &list);
  for (size_t i = 0; i < list.count; ++i) {
    bool again = i > 0 && aski_str_equal(list.items[i - 1].name, list.items[i].name);
    if (!again) {
      aski_buffer_append_text(&names, i > 0 ? ";" : "");
      aski_buffer_append(&names, list.items[i].name);
      aski_buffer_append_text(&lines, i > 0 ? "\n" : "");
      aski_buffer_append(&lines, list.items[i].name);
    }
    aski_buffer_append_byte(&lines, again ? ',' : ':');
    s_append_value(&lines, list.items[i].value);
  }
  aski_buffer_append_byte(&lines, '\n');
  arena->failed = arena->failed || names.failed || lines.failed;
  aski_sigv4_headers found = {.names = aski_arena_copy(arena, aski_buffer_view(&names)),
                              .lines = aski_arena_copy(arena, aski_buffer_view(&lines))};
  aski_buffer_clean_up(&names);
  s_forget(&lines);
  return found;
}

askiam_str aski_sigv4_canonical_request(aski_arena *arena, const aski_sigv4_settings *settings,
                                        const aski_sigv4_message *message, askiam_str query,
                                        const aski_sigv4_headers *headers, const char *body_hash)
{
  aski_buffer out;
  aski_buffer_init(&out, arena->allocator);
  aski_buffer_append_text(&out, message->method);
  aski_buffer_append_byte(&out, '\n');
  s_append_path(&out, settings, message->path);
  aski_buffer_append_byte(&out, '\n');
  s_append_query(&out, arena, query);
  aski_buffer_append_byte(&out, '\n');
  aski_buffer_reserve(&out, headers->lines.length + headers->names.length + ASKI_SHA256_HEX_BYTES + 2);
  aski_buffer_append(&out, headers->lines);
  aski_buffer_append_byte(&out, '\n');
  aski_buffer_append(&out, headers->names);
  aski_buffer_append_byte(&out, '\n');
  aski_buffer_append_text(&out, body_hash);
  arena->failed = arena->failed || out.failed;
  askiam_str text = aski_arena_copy(arena, aski_buffer_view(&out));
  s_forget(&out);
  return text;
}
