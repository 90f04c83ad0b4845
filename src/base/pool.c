/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pool.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

/* How long one wait may be before deadline and cancellation are looked at again: the caller's clock need not be the system's. */
enum { LOOK_MS = 50 };

typedef struct task_list {
  aski_task *first, *last;
} task_list;

struct aski_pool {
  const askiam_allocator *allocator;
  size_t threads_max;
  pthread_mutex_t mutex; /* guards what follows, and the pool's part of every task */
  pthread_cond_t work;   /* there is a task, or the end */
  pthread_cond_t done;   /* a task ended, or was cancelled */
  task_list waiting, running;
  pthread_t *threads;
  size_t thread_count;
  size_t idle;
  bool cancelled;
};

static void s_append(task_list *list, aski_task *task)
{
  task->next = NULL;
  task->previous = list->last;
  if (list->last == NULL) {
    list->first = task;
  } else {
    list->last->next = task;
  }
  list->last = task;
}

static void s_remove(task_list *list, aski_task *task)
{
  if (task->previous == NULL) {
    list->first = task->next;
  } else {
    task->previous->next = task->next;
  }
  if (task->next == NULL) {
    list->last = task->previous;
  } else {
    task->next->previous = task->previous;
  }
}

static void s_cancel_task(aski_task *task) { __atomic_store_n(&task->cancelled, 1, __ATOMIC_RELEASE); }

static bool s_init(aski_pool *pool)
{
  pthread_condattr_t attributes;
  if (pthread_condattr_init(&attributes) != 0) {
    return false;
  }
  bool mutex = pthread_mutex_init(&pool->mutex, NULL) == 0;
  bool work = pthread_cond_init(&pool->work, NULL) == 0;
  bool done =
      pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 && pthread_cond_init(&pool->done, &attributes) == 0;
  pthread_condattr_destroy(&attributes);
  if (mutex && work && done) {
    return true;
  }
  if (mutex) {
    pthread_mutex_destroy(&pool->mutex);
  }
  if (work) {
    pthread_cond_destroy(&pool->work);
  }
  if (done) {
    pthread_cond_destroy(&pool->done);
  }
  return false;
}

aski_pool *aski_pool_new(const askiam_allocator *allocator, size_t threads)
{
  aski_pool *pool = aski_acquire_zeroed(allocator, 1, sizeof *pool);
  if (pool == NULL) {
    return NULL;
  }
  pool->allocator = allocator;
  pool->threads_max = threads;
  pool->threads = aski_acquire_zeroed(allocator, threads, sizeof *pool->threads);
  if (pool->threads == NULL || !s_init(pool)) {
    aski_release(allocator, pool->threads);
    aski_release(allocator, pool);
    return NULL;
  }
  return pool;
}

/* With the lock held, which is given up while the task runs. */
static void s_run_next(aski_pool *pool)
{
  aski_task *task = pool->waiting.first;
  s_remove(&pool->waiting, task);
  s_append(&pool->running, task);
  task->state = ASKI_TASK_RUNNING;
  pthread_mutex_unlock(&pool->mutex);
  task->run(task);
  pthread_mutex_lock(&pool->mutex);
  s_remove(&pool->running, task);
  if (!task->forsaken) {
    task->state = ASKI_TASK_DONE;
    pthread_cond_broadcast(&pool->done);
    return;
  }
  pthread_mutex_unlock(&pool->mutex);
  task->destroy(task);
  pthread_mutex_lock(&pool->mutex);
}

static void *s_work(void *context)
{
  aski_pool *pool = context;
  pthread_mutex_lock(&pool->mutex);
  while (!pool->cancelled) {
    if (pool->waiting.first != NULL) {
      s_run_next(pool);
      continue;
    }
    ++pool->idle;
    pthread_cond_wait(&pool->work, &pool->mutex);
    --pool->idle;
  }
  pthread_mutex_unlock(&pool->mutex);
  return NULL;
}

/* Signals are the host's: none is to be delivered to a thread of ours. */
static bool s_start_thread(aski_pool *pool)
{
  sigset_t all, before;
  sigfillset(&all);
  if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0) {
    return false;
  }
  bool good = pthread_create(&pool->threads[pool->thread_count], NULL, s_work, pool) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pool->thread_count += good;
  return good;
}

/* More tasks than threads that could take one at once. */
static bool s_needs_thread(const aski_pool *pool)
{
  size_t waiting = 0;
  for (const aski_task *task = pool->waiting.first; task != NULL && waiting <= pool->idle; task = task->next) {
    ++waiting;
  }
  return waiting > pool->idle && pool->thread_count < pool->threads_max;
}

bool aski_pool_submit(aski_pool *pool, aski_task *task)
{
  pthread_mutex_lock(&pool->mutex);
  bool taken = !pool->cancelled;
  if (taken) {
    task->state = ASKI_TASK_WAITING;
    task->forsaken = false;
    s_append(&pool->waiting, task);
    taken = !s_needs_thread(pool) || s_start_thread(pool) || pool->thread_count > 0;
    if (taken) {
      pthread_cond_signal(&pool->work);
    } else {
      s_remove(&pool->waiting, task);
    }
  }
  pthread_mutex_unlock(&pool->mutex);
  return taken;
}

static void s_sleep(aski_pool *pool, int64_t wait_ms)
{
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  int64_t nanoseconds = until.tv_nsec + (wait_ms < LOOK_MS ? wait_ms : LOOK_MS) * INT64_C(1000000);
  until.tv_sec += (time_t)(nanoseconds / INT64_C(1000000000));
  until.tv_nsec = (long)(nanoseconds % INT64_C(1000000000));
  pthread_cond_timedwait(&pool->done, &pool->mutex, &until);
}

bool aski_pool_wait(aski_pool *pool, aski_task *task, const askiam_call *call)
{
  pthread_mutex_lock(&pool->mutex);
  while (task->state != ASKI_TASK_DONE && !pool->cancelled && !askiam_call_cancelled(call)) {
    int64_t left_ms = askiam_call_remaining_ms(call);
    if (left_ms == 0) {
      break;
    }
    s_sleep(pool, left_ms);
  }
  bool done = task->state == ASKI_TASK_DONE;
  bool waiting = task->state == ASKI_TASK_WAITING;
  if (waiting) {
    s_remove(&pool->waiting, task);
  } else if (!done) {
    task->forsaken = true;
    s_cancel_task(task);
  }
  pthread_mutex_unlock(&pool->mutex);
  if (waiting) {
    task->destroy(task);
  }
  return done;
}

void aski_pool_cancel(aski_pool *pool)
{
  pthread_mutex_lock(&pool->mutex);
  pool->cancelled = true;
  for (aski_task *task = pool->running.first; task != NULL; task = task->next) {
    s_cancel_task(task);
  }
  pthread_cond_broadcast(&pool->work);
  pthread_cond_broadcast(&pool->done);
  pthread_mutex_unlock(&pool->mutex);
}

void aski_pool_abandon(aski_pool *pool)
{
  if (pool != NULL) {
    const askiam_allocator *allocator = pool->allocator;
    aski_release(allocator, pool->threads);
    aski_release(allocator, pool);
  }
}

void aski_pool_destroy(aski_pool *pool)
{
  if (pool == NULL) {
    return;
  }
  aski_pool_cancel(pool);
  for (size_t i = 0; i < pool->thread_count; ++i) {
    pthread_join(pool->threads[i], NULL);
  }
  pthread_cond_destroy(&pool->done);
  pthread_cond_destroy(&pool->work);
  pthread_mutex_destroy(&pool->mutex);
  aski_pool_abandon(pool);
}
