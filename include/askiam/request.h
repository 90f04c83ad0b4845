/* SPDX-License-Identifier: Apache-2.0
 *
 * What a person asks, as the library takes it: the sentence, who says it, and what the host knows of the call. */
#ifndef ASKIAM_REQUEST_H
#define ASKIAM_REQUEST_H

#include <askiam/api.h>
#include <askiam/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Largest sentence, in bytes of UTF-8. */
#define ASKIAM_REQUEST_TEXT_MAX_BYTES 4096

/* The text members of a request. Append-only. */
typedef enum askiam_request_field {
  ASKIAM_REQUEST_TEXT = 0,         /* the sentence; required, 1 to 4,096 bytes, not blank */
  ASKIAM_REQUEST_USER_ID = 1,      /* who "I" is; required, 1 to 256 bytes */
  ASKIAM_REQUEST_REQUESTER_ID = 2, /* who is accountable; default: user_id */
  ASKIAM_REQUEST_ID = 3,           /* idempotency key, 1 to 128 of [A-Za-z0-9._:-]; default: a new one */
  ASKIAM_REQUEST_IP = 4,           /* one IPv4 or IPv6 address, without port or prefix; policies compare it */
  ASKIAM_REQUEST_SESSION_ID = 5,
  ASKIAM_REQUEST_USER_AGENT = 6,
  ASKIAM_REQUEST_TRACE_ID = 7,
  ASKIAM_REQUEST_TIMESTAMP = 8, /* RFC 3339, when the request was made, as claimed; never moves the engine's clock */
  /* What is asked for, by ids, where the host knows it: then the sentence is recorded and not read. Set by the
   * host alone, never from JSON. Application and role go together; a person or an end goes with them. */
  ASKIAM_REQUEST_BENEFICIARY_ID = 9, /* who is to have the role; default: user_id */
  ASKIAM_REQUEST_APPLICATION_ID = 10,
  ASKIAM_REQUEST_ROLE_ID = 11,
  ASKIAM_REQUEST_EXPIRES_AT = 12,    /* RFC 3339; default: without an end */
  ASKIAM_REQUEST_JUSTIFICATION = 13, /* why, in words, at most 1,024 bytes; only recorded, behind any sentence */
  /* What whoever wrote the request says of these four, where the host does not take his word for it and sets what it
   * saw itself; each by the rule of the field that it names. Only recorded, where it can be erased: no policy, check
   * or answer reads it. Set by the host (askiam_answer_admit), never from JSON. */
  ASKIAM_REQUEST_CLAIMED_IP = 14,
  ASKIAM_REQUEST_CLAIMED_SESSION_ID = 15,
  ASKIAM_REQUEST_CLAIMED_USER_AGENT = 16,
  ASKIAM_REQUEST_CLAIMED_TIMESTAMP = 17
} askiam_request_field;

/* Not to be shared by threads, but for askiam_request_cancel. */
typedef struct askiam_request askiam_request;

/* An empty request. `allocator` may be NULL (malloc). Destroy with askiam_request_destroy. */
ASKIAM_API askiam_status askiam_request_new(askiam_request **out_request, const askiam_allocator *allocator,
                                            askiam_error *error);
/* A request from the JSON of the contract, at most 64 KiB. BAD_DATA says what is wrong and where; then the
 * request, where one is given back, holds what could be read of request_id (for an ERROR answer), else NULL. A
 * missing user_id is left to the caller, who may know it; deciding a request without one fails. */
ASKIAM_API askiam_status askiam_request_from_json(askiam_request **out_request, askiam_str json,
                                                  const askiam_allocator *allocator, askiam_error *error);
ASKIAM_API void askiam_request_destroy(askiam_request *request);

/* Takes one thing that is wrong with a request: `where` is its member ("request_context.ip"), "" for the whole;
 * `message` a sentence. Both borrowed. */
typedef void (*askiam_request_problem_fn)(void *context, const char *where, const char *message);
/* Reads the JSON as askiam_request_from_json does, and tells all that is wrong with it; of what is no JSON that alone.
 * OK: nothing is. BAD_DATA: `error` is the first that was told. Another failure ends the telling. `allocator` may be
 * NULL (malloc). */
ASKIAM_API askiam_status askiam_request_problems(askiam_str json, askiam_request_problem_fn tell, void *context,
                                                 const askiam_allocator *allocator, askiam_error *error);

/* Both at once, in one reading: the request as askiam_request_from_json gives it, and all that is wrong with it told as
 * by askiam_request_problems. `tell` and `allocator` may be NULL. */
ASKIAM_API askiam_status askiam_request_from_json_telling(askiam_request **out_request, askiam_str json,
                                                          askiam_request_problem_fn tell, void *context,
                                                          const askiam_allocator *allocator, askiam_error *error);

/* Copies `value` in; the absent string clears the field, as an empty one does for ip, session, user agent and trace
 * id. BAD_DATA where the value breaks the field's rule (length, UTF-8, NUL, characters); the field then keeps its
 * former value. */
ASKIAM_API askiam_status askiam_request_set(askiam_request *request, askiam_request_field field, askiam_str value,
                                            askiam_error *error);
/* Borrowed until the field is set again; absent where it was not set. */
ASKIAM_API askiam_str askiam_request_get(const askiam_request *request, askiam_request_field field);

/* A dry run reads no stored request ids and writes nothing; its decision is marked. Default 0. */
ASKIAM_API void askiam_request_set_dry_run(askiam_request *request, int dry_run);
ASKIAM_API int askiam_request_dry_run(const askiam_request *request);
/* Milliseconds that the host has left for this request; the least of this and `request.timeout_ms` counts. 0: none. */
ASKIAM_API void askiam_request_set_timeout_ms(askiam_request *request, int64_t timeout_ms);

/* Nobody waits for the answer any more: whoever works on this request, or will, ends soon with CANCELLED. What is
 * being recorded just then may still be recorded, and is answered; in a batch the other requests are not touched.
 * For good. The one function of a request that any thread may call while another uses it; the request must outlive
 * both. */
ASKIAM_API void askiam_request_cancel(askiam_request *request);

#ifdef __cplusplus
}
#endif
#endif
