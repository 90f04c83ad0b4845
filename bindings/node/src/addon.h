/* SPDX-License-Identifier: Apache-2.0
 *
 * What one environment of Node (the main thread, or a worker's) has of the addon: no variable is shared between environments. Threads that
 * are not the environment's own speak to it by messages. */
#ifndef ASKIAM_NODE_ADDON_H
#define ASKIAM_NODE_ADDON_H

#define NAPI_VERSION 8
#include <node_api.h>

#include <askiam/askiam.h>
#include <pthread.h>
#include <stdbool.h>

struct engine;

/* Something for the JavaScript thread. The beginning of whatever is to be told. */
typedef struct message {
  struct message *next;
  /* On the JavaScript thread. The message is its own from then on. */
  void (*deliver)(napi_env env, struct message *self);
  /* In place of it, on any thread, where the environment goes down. */
  void (*discard)(struct message *self);
} message;

typedef struct addon {
  napi_env env;
  napi_threadsafe_function wake;
  napi_ref make_error; /* lib/error.js gives it */
  uint32_t next_engine;
  size_t busy;            /* calls on their way: as long as there is one, the process stays */
  struct engine *engines; /* that have not ended */
  message *delivered;     /* what is being delivered just now */
  pthread_mutex_t mutex;  /* guards what follows */
  message *first, *last;
  bool woken;
  bool closing;
  size_t logs; /* log records among the messages */
} addon;

/* The environment's own. */
addon *addon_of(napi_env env);
/* From any thread; takes the message. */
void addon_post(addon *home, message *told);
/* Ends all engines: cancels what runs, waits for every thread. Whatever is told from then on is discarded. More than once is fine. */
void addon_end(addon *home);
/* Counts calls on their way. On the JavaScript thread. */
void addon_busy(addon *home);
void addon_idle(addon *home);

#endif
