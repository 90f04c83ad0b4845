/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine of the library with threads of its own, so that a call that waits (for a disk, a model, an answer from JavaScript) holds up neither
 * the event loop nor libuv's few threads. */
#ifndef ASKIAM_NODE_ENGINE_H
#define ASKIAM_NODE_ENGINE_H

#include "addon.h"
#include "bridge.h"

struct job;

enum { ENGINE_THREADS_MAX = 64 };

typedef struct engine {
  struct engine *next; /* of the addon's list */
  addon *home;         /* NULL once the environment went down */
  message end;         /* told when the last thread has left and the library's engine is gone */
  uint32_t id;
  unsigned references; /* by the JavaScript object, and until it ended by the list. JavaScript thread only */
  napi_ref on_log;     /* NULL: nobody listens; likewise the next */
  napi_ref on_call;
  napi_deferred closed; /* NULL where nobody waits for the end */
  bridge backends;
  size_t thread_max;
  pthread_mutex_t mutex; /* guards what follows */
  pthread_cond_t work;
  askiam_engine *library;   /* jobs that run read it without the lock: it ends after them */
  struct job *first, *last; /* waiting */
  struct job *running;
  pthread_t threads[ENGINE_THREADS_MAX];
  size_t thread_count;
  size_t idle;
  size_t live;
  bool closing;
  uint64_t logs_lost; /* atomic: records that nobody took in time */
} engine;

/* An engine without a library's one yet, known to nobody. NULL where memory or a lock is not to be had. */
engine *engine_new(addon *home, size_t thread_max);
/* Takes a reference back; the last frees it. */
void engine_drop(engine *own);
/* Adds it to the addon's list, which takes a reference. */
void engine_list(engine *own);
/* Takes no jobs any more, and ends when those that are there are done; with `cancel`, they are cancelled. More than once is fine. */
void engine_end(engine *own, bool cancel);
/* By number, NULL where it has ended. */
engine *engine_by_id(addon *home, uint32_t id);

/* open(options): an engine as an external value. */
napi_value engine_open(napi_env env, napi_callback_info info);
/* The engine of an external value; NULL with an exception pending for anything else. */
engine *engine_of(napi_env env, napi_value value);

/* Hands in a job. False where the engine is closing or no thread could be made: the job is still the caller's. */
bool engine_submit(engine *own, struct job *job);
/* Forgets the call of this number: one that waits is never begun, one that runs is cancelled. */
void engine_forget(engine *own, uint32_t ticket);
/* Where the environment goes down: cancels everything, waits for every thread. */
void engine_end_all(addon *home);

#endif
