/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads of an engine, its jobs, and its end. */
#include "engine.h"

#include "job.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>

void engine_drop(engine *own)
{
  if (--own->references == 0) {
    bridge_clean_up(&own->backends);
    pthread_cond_destroy(&own->work);
    pthread_mutex_destroy(&own->mutex);
    free(own);
  }
}

static void s_join(engine *own)
{
  for (size_t at = 0; at < own->thread_count; ++at) {
    pthread_join(own->threads[at], NULL);
  }
  own->thread_count = 0;
}

static void s_unlist(engine *own)
{
  engine **link = &own->home->engines;
  while (*link != own) {
    link = &(*link)->next;
  }
  *link = own->next;
  own->home = NULL;
  engine_drop(own);
}

static void s_deliver_end(napi_env env, message *told)
{
  engine *own = (engine *)((char *)told - offsetof(engine, end));
  s_join(own);
  if (own->on_log != NULL) {
    napi_delete_reference(env, own->on_log);
  }
  if (own->on_call != NULL) {
    napi_delete_reference(env, own->on_call);
  }
  if (own->closed != NULL) {
    napi_value nothing = NULL;
    if (napi_get_undefined(env, &nothing) == napi_ok) {
      napi_resolve_deferred(env, own->closed, nothing);
    }
    addon_idle(own->home);
  }
  s_unlist(own);
}

static void s_discard_end(message *told) { (void)told; }

engine *engine_new(addon *home, size_t thread_max)
{
  engine *own = calloc(1, sizeof *own);
  if (own == NULL) {
    return NULL;
  }
  own->home = home;
  own->end = (message){NULL, s_deliver_end, s_discard_end};
  own->references = 1;
  own->thread_max = thread_max;
  bool bridged = bridge_init(&own->backends, own);
  bool mutex = pthread_mutex_init(&own->mutex, NULL) == 0;
  if (bridged && mutex && pthread_cond_init(&own->work, NULL) == 0) {
    return own;
  }
  if (bridged) {
    bridge_clean_up(&own->backends);
  }
  if (mutex) {
    pthread_mutex_destroy(&own->mutex);
  }
  free(own);
  return NULL;
}

void engine_list(engine *own)
{
  own->id = ++own->home->next_engine;
  own->next = own->home->engines;
  own->home->engines = own;
  ++own->references;
}

engine *engine_by_id(addon *home, uint32_t id)
{
  engine *found = home->engines;
  while (found != NULL && found->id != id) {
    found = found->next;
  }
  return found;
}

/* With the lock held, which is given up while the job runs. */
static void s_run_first(engine *own)
{
  job *taken = own->first;
  own->first = taken->next;
  own->last = own->first == NULL ? NULL : own->last;
  taken->next = own->running;
  own->running = taken;
  pthread_mutex_unlock(&own->mutex);
  job_run(taken);
  pthread_mutex_lock(&own->mutex);
  job **link = &own->running;
  while (*link != taken) {
    link = &(*link)->next;
  }
  *link = taken->next;
  pthread_mutex_unlock(&own->mutex);
  addon_post(own->home, &taken->told);
  pthread_mutex_lock(&own->mutex);
}

/* On the last thread, or in place of one: nothing of the engine is touched after its end was told. */
static void s_end_library(engine *own)
{
  pthread_mutex_lock(&own->mutex);
  askiam_engine *library = own->library;
  own->library = NULL;
  pthread_mutex_unlock(&own->mutex);
  askiam_engine_destroy(library);
  addon_post(own->home, &own->end);
}

static void *s_work(void *context)
{
  engine *own = context;
  pthread_mutex_lock(&own->mutex);
  while (own->first != NULL || !own->closing) {
    if (own->first != NULL) {
      s_run_first(own);
      continue;
    }
    ++own->idle;
    pthread_cond_wait(&own->work, &own->mutex);
    --own->idle;
  }
  bool last = --own->live == 0;
  pthread_mutex_unlock(&own->mutex);
  if (last) {
    s_end_library(own);
  }
  return NULL;
}

/* With the lock held. Signals are the host's: none is to be delivered to a thread of ours. */
static bool s_start_thread(engine *own)
{
  sigset_t all, before;
  sigfillset(&all);
  if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0) {
    return false;
  }
  bool good = pthread_create(&own->threads[own->thread_count], NULL, s_work, own) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  own->thread_count += good;
  own->live += good;
  return good;
}

/* With the lock held: more jobs than threads that could take one at once. */
static bool s_needs_thread(const engine *own)
{
  size_t waiting = 0;
  for (const job *at = own->first; at != NULL && waiting <= own->idle; at = at->next) {
    ++waiting;
  }
  return waiting > own->idle && own->thread_count < own->thread_max;
}

bool engine_submit(engine *own, job *asked)
{
  pthread_mutex_lock(&own->mutex);
  bool taken = !own->closing;
  if (taken) {
    asked->next = NULL;
    *(own->last == NULL ? &own->first : &own->last->next) = asked;
    own->last = asked;
    taken = !s_needs_thread(own) || s_start_thread(own) || own->thread_count > 0;
    if (taken) {
      pthread_cond_signal(&own->work);
    } else {
      own->first = own->last = NULL; /* without a thread there is no other job */
    }
  }
  pthread_mutex_unlock(&own->mutex);
  if (taken) {
    addon_busy(own->home);
  }
  return taken;
}

/* With the lock held: takes a waiting job out of the row. */
static job *s_take_waiting(engine *own, uint32_t ticket)
{
  job *before = NULL, *found = own->first;
  while (found != NULL && found->ticket != ticket) {
    before = found;
    found = found->next;
  }
  if (found != NULL) {
    *(before == NULL ? &own->first : &before->next) = found->next;
    own->last = own->last == found ? before : own->last;
  }
  return found;
}

void engine_forget(engine *own, uint32_t ticket)
{
  pthread_mutex_lock(&own->mutex);
  job *waiting = s_take_waiting(own, ticket);
  for (job *at = own->running; waiting == NULL && at != NULL; at = at->next) {
    if (at->ticket == ticket) {
      job_cancel(at);
    }
  }
  pthread_mutex_unlock(&own->mutex);
  if (waiting != NULL) {
    job_refuse(own->home->env, waiting, "cancelled before it was begun");
  }
}

void engine_end(engine *own, bool cancel)
{
  pthread_mutex_lock(&own->mutex);
  if (cancel) {
    askiam_engine_cancel(own->library); /* first: an answer that does not come must not count as an abstention */
    bridge_close(&own->backends);
  }
  bool first = !own->closing;
  own->closing = true;
  bool ends = own->live > 0 || !first || s_start_thread(own);
  pthread_cond_broadcast(&own->work);
  pthread_mutex_unlock(&own->mutex);
  if (!ends) {
    s_end_library(own);
  }
}

void engine_end_all(addon *home)
{
  for (engine *own = home->engines, *next = NULL; own != NULL; own = next) {
    next = own->next;
    engine_end(own, true);
    s_join(own);
    own->home = NULL;
    engine_drop(own);
  }
  home->engines = NULL;
}
