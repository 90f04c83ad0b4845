/* SPDX-License-Identifier: Apache-2.0
 *
 * What all backends share: how they are opened, what a call tells them, how they are registered. Built-in backends
 * register through the same functions. docs/backends.md is the guide. */
#ifndef ASKIAM_BACKEND_BACKEND_H
#define ASKIAM_BACKEND_BACKEND_H

#include <askiam/api.h>
#include <askiam/config.h>
#include <askiam/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a backend is opened with. Borrowed for the open call, but for the allocator and the clock, which live as long
 * as the backend. */
typedef struct askiam_backend_options askiam_backend_options;

/* The URL or name that chose the backend ("sqlite:iam.db", "hashing"). */
ASKIAM_API askiam_str askiam_backend_options_url(const askiam_backend_options *options);
/* Any configuration value as text, as askiam_config_get. */
ASKIAM_API askiam_str askiam_backend_options_get(const askiam_backend_options *options, const char *key);
ASKIAM_API const askiam_allocator *askiam_backend_options_allocator(const askiam_backend_options *options);
ASKIAM_API const askiam_clock *askiam_backend_options_clock(const askiam_backend_options *options);

/* The circumstances of one call into a backend. Borrowed for the call. */
typedef struct askiam_call askiam_call;

/* Milliseconds until the deadline, 0 when it has passed, INT64_MAX without one. */
ASKIAM_API int64_t askiam_call_remaining_ms(const askiam_call *call);
/* 1 where nobody waits for the answer any more; any thread may ask. */
ASKIAM_API int askiam_call_cancelled(const askiam_call *call);
/* The engine's time at the begin of the request, UTC milliseconds: "now" for validity periods. */
ASKIAM_API int64_t askiam_call_now_ms(const askiam_call *call);
/* Says that the peer wants to be asked again no earlier than in `after_ms` (HTTP's Retry-After): whoever repeats
 * the call after its failure keeps to it. On the call's own thread. */
ASKIAM_API void askiam_call_retry_after(const askiam_call *call, int64_t after_ms);

/* How a backend gets a password that does not last, such as a token of RDS IAM authentication. */
typedef struct askiam_token_sink askiam_token_sink;

/* Gives the token to log in with, by askiam_token_set; asked for each new connection, on any thread, while a call
 * waits: it should keep a token as long as it is good. `host`, `port` and `user` are those of the connection;
 * absent where the URL has none. Anything but OK fails the connection with that status. */
typedef askiam_status (*askiam_token_fn)(void *context, const askiam_call *call, askiam_str host, askiam_str port,
                                         askiam_str user, askiam_token_sink *sink, askiam_error *error);
/* Copies the token: at most 8191 bytes without NUL, else BAD_DATA. It is forgotten when the connection is made. */
ASKIAM_API askiam_status askiam_token_set(askiam_token_sink *sink, askiam_str token);
/* The token function that was registered for this store, NULL for none. Borrowed, with its context, as long as the
 * backend lives. */
ASKIAM_API askiam_token_fn askiam_backend_options_token(const askiam_backend_options *options, void **out_context);

/* Flags of a backend. */
#define ASKIAM_BACKEND_REMOTE 0x1u /* a slot may block on a network: the engine must not wait for it past a deadline */

/* Opens a backend: Mandatory. *out_self is passed to every slot. Lazily where opening costs. NULL is a fine self. */
typedef askiam_status (*askiam_backend_open_fn)(void **out_self, void *context, const askiam_backend_options *options,
                                                askiam_error *error);
/* Closes it; no slot runs then. Optional: nothing to release. */
typedef void (*askiam_backend_close_fn)(void *self);

struct askiam_catalogue_vtable;
struct askiam_journal_vtable;
struct askiam_state_vtable;
struct askiam_admin_vtable;
struct askiam_search_vtable;
struct askiam_embedder_vtable;
struct askiam_judge_vtable;

/* A store: up to four tables over one self. A NULL table means that this store does not provide it; the engine
 * then says so when it is needed. Append-only; `size` is sizeof(askiam_store_driver) of the author's headers. */
typedef struct askiam_store_driver {
  size_t size; /* Mandatory */
  unsigned flags;
  askiam_backend_open_fn open;   /* Mandatory */
  askiam_backend_close_fn close; /* Optional */
  const struct askiam_catalogue_vtable *catalogue;
  const struct askiam_journal_vtable *journal;
  const struct askiam_state_vtable *state;
  const struct askiam_admin_vtable *admin;
} askiam_store_driver;

/* Registers a store for the URL scheme `name` ("sqlite"), chosen by `store.url`, or for one table by
 * `catalogue.url`, `journal.url`, `state.url`. The driver and its tables are borrowed and must outlive every
 * engine; `context` is passed to open. CONFLICT where the name is taken, INVALID_ARGUMENT where a mandatory slot
 * is missing. The others are alike: chosen by `search.backend`, `embedder.backend`, `judge.backend`. */
ASKIAM_API askiam_status askiam_register_store(askiam_config *config, const char *name,
                                               const askiam_store_driver *driver, void *context, askiam_error *error);
/* Gives the store of the URL scheme `store` a function for its passwords, which then wins over the URL's, the
 * environment's and the password file's. `store` need not be registered yet; the last registration counts, and a
 * NULL function takes it back. */
ASKIAM_API askiam_status askiam_register_token(askiam_config *config, const char *store, askiam_token_fn token,
                                               void *context, askiam_error *error);
ASKIAM_API askiam_status askiam_register_search(askiam_config *config, const char *name,
                                                const struct askiam_search_vtable *table, void *context,
                                                askiam_error *error);
ASKIAM_API askiam_status askiam_register_embedder(askiam_config *config, const char *name,
                                                  const struct askiam_embedder_vtable *table, void *context,
                                                  askiam_error *error);
ASKIAM_API askiam_status askiam_register_judge(askiam_config *config, const char *name,
                                               const struct askiam_judge_vtable *table, void *context,
                                               askiam_error *error);

#ifdef __cplusplus
}
#endif
#endif
