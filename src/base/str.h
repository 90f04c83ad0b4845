/* SPDX-License-Identifier: Apache-2.0
 *
 * String views and the growing buffer. */
#ifndef ASKI_BASE_STR_H
#define ASKI_BASE_STR_H

#include <askiam/api.h>
#include <stdbool.h>

/* A view of a string literal. */
#define ASKI_STR(literal) ((askiam_str){(literal), sizeof(literal) - 1})
#define ASKI_STR_NONE ((askiam_str){NULL, 0})
/* For printf's "%.*s". */
#define ASKI_STR_ARG(view) ((int)(view).length), ((view).data == NULL ? "" : (view).data)

static inline bool aski_str_present(askiam_str view) { return view.data != NULL; }

/* Same bytes; an absent string equals an empty one. */
bool aski_str_equal(askiam_str left, askiam_str right);
bool aski_str_equal_text(askiam_str left, const char *right);
/* By bytes, as memcmp; a prefix comes first. */
int aski_str_compare(askiam_str left, askiam_str right);
bool aski_str_starts(askiam_str text, askiam_str prefix);
bool aski_str_ends(askiam_str text, askiam_str suffix);
/* `text` from `start` (cut to its length), at most `length` bytes. */
askiam_str aski_str_slice(askiam_str text, size_t start, size_t length);
/* Without ASCII white space at both ends. */
askiam_str aski_str_trim(askiam_str text);

/* Bytes that grow. All functions keep data[length] == 0. After memory ran out `failed` stays true, and further
 * appends do nothing: check once, at the end. */
typedef struct aski_buffer {
  const askiam_allocator *allocator;
  char *data;
  size_t length;
  size_t capacity;
  bool failed;
} aski_buffer;

/* `allocator` is borrowed. */
void aski_buffer_init(aski_buffer *buffer, const askiam_allocator *allocator);
void aski_buffer_clean_up(aski_buffer *buffer);
void aski_buffer_clear(aski_buffer *buffer);
bool aski_buffer_reserve(aski_buffer *buffer, size_t extra_bytes);
void aski_buffer_append(aski_buffer *buffer, askiam_str text);
void aski_buffer_append_text(aski_buffer *buffer, const char *text);
void aski_buffer_append_byte(aski_buffer *buffer, char byte);
void aski_buffer_append_format(aski_buffer *buffer, const char *format, ...) ASKIAM_PRINTF(2, 3);
askiam_str aski_buffer_view(const aski_buffer *buffer);

#endif
