/* SPDX-License-Identifier: Apache-2.0
 *
 * Decorators over backends that talk to another process: a failed call is made again, with growing pauses and never past the deadline;
 * one that keeps failing is left alone for a while. They look like the table that they stand before. Every slot that is decorated reads only, or
 * does nothing that is done already, so that repeating is safe. */
#ifndef ASKI_BACKEND_GUARD_H
#define ASKI_BACKEND_GUARD_H

#include "backend/handles.h"
#include "base/breaker.h"
#include "base/retry.h"

typedef struct aski_guard_options {
  const askiam_allocator *allocator; /* borrowed for the decorator's life */
  aski_retry_policy retry;
  aski_breaker_policy breaker;
  double (*chance)(void);                                 /* NULL: aski_retry_chance */
  bool (*wait)(const askiam_call *call, int64_t wait_ms); /* NULL: aski_retry_wait */
} aski_guard_options;

/* One endpoint's guard. Shared by threads. */
typedef struct aski_guard {
  aski_guard_options options;
  aski_breaker breaker;
} aski_guard;

/* One attempt; `context` is the caller's. It starts from nothing each time. */
typedef askiam_status (*aski_guard_fn)(void *context, const askiam_call *call, askiam_error *error);

/* False where the system has no lock to give. */
bool aski_guard_init(aski_guard *guard, const aski_guard_options *options);
void aski_guard_clean_up(aski_guard *guard);
/* Makes attempts until one succeeds or there is to be no more. `what` names the backend in messages ("search"). UNAVAILABLE, and no attempt, while the
 * breaker is open. */
askiam_status aski_guard_run(aski_guard *guard, const askiam_call *call, askiam_layer layer, const char *what,
                             aski_guard_fn attempt, void *context, askiam_error *error);

/* Puts a decorator before an opened backend, in its handle; closing the handle closes both. NO_MEMORY leaves the handle as it was. */
askiam_status aski_guard_search(aski_search *search, const aski_guard_options *options, askiam_error *error);
askiam_status aski_guard_embedder(aski_embedder *embedder, const aski_guard_options *options, askiam_error *error);
askiam_status aski_guard_judge(aski_judge *judge, const aski_guard_options *options, askiam_error *error);

#endif
