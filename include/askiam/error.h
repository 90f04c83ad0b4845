/* SPDX-License-Identifier: Apache-2.0
 *
 * How a call ended. A denial is not an error: it is a decision whose verdict is INVALID. */
#ifndef ASKIAM_ERROR_H
#define ASKIAM_ERROR_H

#include <askiam/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The outcome of a call. New values are only ever appended: treat one you do not know as a failure. */
typedef enum askiam_status {
  ASKIAM_STATUS_OK = 0,
  ASKIAM_STATUS_INVALID_ARGUMENT = 1, /* a NULL, a bad handle, a value out of range: the caller's mistake */
  ASKIAM_STATUS_NO_MEMORY = 2,
  ASKIAM_STATUS_BAD_DATA = 3,         /* a malformed request, document, import file or record */
  ASKIAM_STATUS_CONFIG = 4,           /* an unknown key, a bad value, an unknown backend */
  ASKIAM_STATUS_NOT_FOUND = 5,        /* the thing asked for does not exist */
  ASKIAM_STATUS_EXISTS = 6,           /* the request id was used already */
  ASKIAM_STATUS_CONFLICT = 7,         /* somebody else was first (compare-and-swap); request id with other content */
  ASKIAM_STATUS_UNAVAILABLE = 8,      /* a backend cannot be reached or does not answer properly */
  ASKIAM_STATUS_BUSY = 9,             /* a store is locked by somebody else */
  ASKIAM_STATUS_FULL = 10,            /* no space left on the store's device */
  ASKIAM_STATUS_READ_ONLY = 11,       /* the store cannot be written */
  ASKIAM_STATUS_CORRUPT = 12,         /* the store is damaged or is no askiam store */
  ASKIAM_STATUS_NOT_INITIALISED = 13, /* the store has no schema yet: `askiam init` */
  ASKIAM_STATUS_SCHEMA_NEWER = 14,    /* the store was written by a newer libaskiam */
  ASKIAM_STATUS_TIMEOUT = 15,         /* the deadline passed */
  ASKIAM_STATUS_CANCELLED = 16,       /* the engine is being destroyed or the caller gave up */
  ASKIAM_STATUS_NOT_SUPPORTED = 17,   /* not compiled in, or not provided by this backend */
  ASKIAM_STATUS_NOT_PERMITTED = 18,
  ASKIAM_STATUS_FORKED = 19,      /* the engine belongs to the parent process */
  ASKIAM_STATUS_INTERNAL = 20,    /* a bug in libaskiam */
  ASKIAM_STATUS_RATE_LIMITED = 21 /* too many requests with this key: come back later */
} askiam_status;

/* The part of the library, or of what it stands on, that an error comes from. */
typedef enum askiam_layer {
  ASKIAM_LAYER_NONE = 0,
  ASKIAM_LAYER_REQUEST = 1,
  ASKIAM_LAYER_CONFIG = 2,
  ASKIAM_LAYER_STORE = 3,
  ASKIAM_LAYER_SEARCH = 4,
  ASKIAM_LAYER_EMBEDDER = 5,
  ASKIAM_LAYER_JUDGE = 6,
  ASKIAM_LAYER_IMPORT = 7,
  ASKIAM_LAYER_AUDIT = 8,
  ASKIAM_LAYER_ENGINE = 9
} askiam_layer;

/* What went wrong, in memory that the caller owns. Every function takes NULL for it. It is written only on
 * failure. `message` says what is wrong, where, and what to do; NUL-terminated, cut at a whole UTF-8 character,
 * never holds a secret. `retryable` is 1 where the same call may succeed later. This struct never changes. */
typedef struct askiam_error {
  askiam_status status;
  askiam_layer layer;
  int retryable;
  char message[512];
} askiam_error;

/* An error that says nothing yet: `askiam_error error = ASKIAM_ERROR_INIT;` */
#define ASKIAM_ERROR_INIT {ASKIAM_STATUS_OK, ASKIAM_LAYER_NONE, 0, {0}}

/* The name of a status, "NO_MEMORY"; "UNKNOWN" for a value that this library does not have. Static; any thread. */
ASKIAM_API const char *askiam_status_name(askiam_status status);

/* The name of a layer, "STORE". Static; any thread. */
ASKIAM_API const char *askiam_layer_name(askiam_layer layer);

/* For backend authors: fills `error` (which may be NULL), decides `retryable` from the status (UNAVAILABLE, BUSY,
 * TIMEOUT and CONFLICT are), and returns `status`, so that a failure is one line. */
ASKIAM_API askiam_status askiam_error_set(askiam_error *error, askiam_status status, askiam_layer layer,
                                          const char *format, ...) ASKIAM_PRINTF(4, 5);

#ifdef __cplusplus
}
#endif
#endif
