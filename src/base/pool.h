/* SPDX-License-Identifier: Apache-2.0
 *
 * A small pool of threads for work that may block on a network: whoever hands in a task waits for it no longer than a deadline, and a
 * task that nobody waits for any more ends in silence. No thread is made before there is a task. */
#ifndef ASKI_BASE_POOL_H
#define ASKI_BASE_POOL_H

#include <askiam/backend/backend.h>

#include "base/memory.h"
#include "base/time.h"

typedef struct aski_pool aski_pool;

typedef enum aski_task_state { ASKI_TASK_WAITING, ASKI_TASK_RUNNING, ASKI_TASK_DONE } aski_task_state;

/* The beginning of whatever the work needs, all of which belongs to the task: its giver may be gone before it ends. */
typedef struct aski_task {
  void (*run)(struct aski_task *task);     /* on a thread of the pool */
  void (*destroy)(struct aski_task *task); /* once, on any thread */
  int cancelled;                           /* atomic; for the `cancelled` of the task's own calls */
  /* The pool's, under its lock. */
  aski_task_state state;
  bool forsaken; /* nobody waits */
  struct aski_task *previous, *next;
} aski_task;

/* At most `threads` of them. NULL where memory or a lock is not to be had. `allocator` is borrowed. */
aski_pool *aski_pool_new(const askiam_allocator *allocator, size_t threads);
/* Hands in a task, which is the pool's from then on. False where there is no thread to run it, or the pool was cancelled: the task is still
 * the caller's. */
bool aski_pool_submit(aski_pool *pool, aski_task *task);
/* Waits until the task is done, or the deadline of `call` has passed, or it or the pool was cancelled. True: it is done, and the caller's again. False:
 * it is cancelled, and destroyed as soon as it ends. Once for each task that was handed in. */
bool aski_pool_wait(aski_pool *pool, aski_task *task, const askiam_call *call);
/* Cancels every task; whoever waits is woken. No task is taken any more. */
void aski_pool_cancel(aski_pool *pool);
/* Cancels, waits until all that runs has ended, and frees everything. Nobody may be waiting. NULL is fine. */
void aski_pool_destroy(aski_pool *pool);
/* For a child of fork, where the threads do not exist: frees the pool alone. Tasks that were on their way stay behind. */
void aski_pool_abandon(aski_pool *pool);

#endif
