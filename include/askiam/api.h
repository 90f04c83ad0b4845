/* SPDX-License-Identifier: Apache-2.0
 *
 * The words every other header uses: what is exported, what a string is, where memory and time come from.
 * The three structs here are fixed for ever; nothing is appended to them. */
#ifndef ASKIAM_API_H
#define ASKIAM_API_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__)
#define ASKIAM_API __attribute__((visibility("default")))
#define ASKIAM_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define ASKIAM_API
#define ASKIAM_PRINTF(at, first)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* A borrowed string: `length` bytes of UTF-8 at `data`, not terminated by NUL unless a function says so.
 * An absent string has data == NULL; an empty one has length == 0 and data != NULL. */
typedef struct askiam_str {
  const char *data;
  size_t length;
} askiam_str;

/* The view of a NUL-terminated string; NULL gives the absent string. The view borrows from `text`. */
static inline askiam_str askiam_str_from(const char *text)
{
  askiam_str view = {text, text == NULL ? 0 : strlen(text)};
  return view;
}

/* The caller's memory functions. All three are required. They may be called from any thread that uses the
 * object that was made with them. `resize` of NULL is `acquire`; `release` of NULL does nothing. Returning NULL
 * makes the call in progress fail with ASKIAM_STATUS_NO_MEMORY and lose nothing. Covers libaskiam's own memory,
 * not that of SQLite, OpenSSL, cJSON or libcurl. */
typedef struct askiam_allocator {
  void *(*acquire)(void *context, size_t size_bytes);
  void *(*resize)(void *context, void *memory, size_t size_bytes);
  void (*release)(void *context, void *memory);
  void *context;
} askiam_allocator;

/* The caller's time. `now_ms` is UTC milliseconds since 1970-01-01, `ticks_ns` a monotonic clock of any origin.
 * Both are required, and may be called from any thread. */
typedef struct askiam_clock {
  int64_t (*now_ms)(void *context);
  uint64_t (*ticks_ns)(void *context);
  void *context;
} askiam_clock;

#ifdef __cplusplus
}
#endif
#endif
