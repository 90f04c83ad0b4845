/* SPDX-License-Identifier: Apache-2.0
 *
 * Life of the addon in one environment; messages to its JavaScript thread. */
#include "addon.h"

#include "calls.h"
#include "engine.h"
#include "values.h"

#include <stdlib.h>

addon *addon_of(napi_env env)
{
  void *home = NULL;
  napi_get_instance_data(env, &home);
  return home;
}

void addon_post(addon *home, message *told)
{
  told->next = NULL;
  pthread_mutex_lock(&home->mutex);
  bool taken = !home->closing;
  bool wake = false;
  if (taken) {
    if (home->last == NULL) {
      home->first = told;
    } else {
      home->last->next = told;
    }
    home->last = told;
    wake = !home->woken;
    home->woken = true;
  }
  pthread_mutex_unlock(&home->mutex);
  if (!taken) {
    told->discard(told);
  } else if (wake) {
    napi_call_threadsafe_function(home->wake, NULL, napi_tsfn_nonblocking);
  }
}

void addon_busy(addon *home)
{
  if (home->busy++ == 0) {
    napi_ref_threadsafe_function(home->env, home->wake);
  }
}

void addon_idle(addon *home)
{
  if (--home->busy == 0) {
    napi_unref_threadsafe_function(home->env, home->wake);
  }
}

/* Makes what was told what is being delivered, which is empty. */
static void s_take_all(addon *home)
{
  pthread_mutex_lock(&home->mutex);
  home->delivered = home->first;
  home->first = home->last = NULL;
  home->woken = false;
  pthread_mutex_unlock(&home->mutex);
}

static message *s_take_one(addon *home)
{
  message *told = home->delivered;
  home->delivered = told == NULL ? NULL : told->next;
  return told;
}

static void s_discard_delivered(addon *home)
{
  for (message *told = s_take_one(home); told != NULL; told = s_take_one(home)) {
    told->discard(told);
  }
}

/* What a deliverer threw is nobody's to catch: it goes where uncaught exceptions go. */
static void s_report_exception(napi_env env)
{
  bool pending = false;
  napi_value thrown = NULL;
  if (napi_is_exception_pending(env, &pending) == napi_ok && pending &&
      napi_get_and_clear_last_exception(env, &thrown) == napi_ok) {
    napi_fatal_exception(env, thrown);
  }
}

static void s_deliver(napi_env env, napi_value function, void *context, void *data)
{
  (void)function;
  (void)data;
  addon *home = context;
  s_take_all(home);
  for (message *told = s_take_one(home); told != NULL; told = s_take_one(home)) {
    napi_handle_scope scope = NULL;
    if (env == NULL || napi_open_handle_scope(env, &scope) != napi_ok) {
      told->discard(told);
      continue;
    }
    told->deliver(env, told);
    s_report_exception(env);
    napi_close_handle_scope(env, scope);
  }
}

/* Messages go first: those of an engine's end lie in the engine. A function of the host that is being told of something may have called this. */
void addon_end(addon *home)
{
  pthread_mutex_lock(&home->mutex);
  home->closing = true;
  pthread_mutex_unlock(&home->mutex);
  s_discard_delivered(home);
  s_take_all(home);
  s_discard_delivered(home);
  engine_end_all(home);
}

/* Before the environment goes. Runs before the hook of the thread-safe function, which was added earlier. */
static void s_tear_down(void *context) { addon_end(context); }

static void s_free(napi_env env, void *data, void *hint)
{
  (void)env;
  (void)hint;
  addon *home = data;
  pthread_mutex_destroy(&home->mutex);
  free(home);
}

static bool s_make_wake(napi_env env, addon *home)
{
  napi_value name = NULL;
  return napi_create_string_utf8(env, "askiam", NAPI_AUTO_LENGTH, &name) == napi_ok &&
         napi_create_threadsafe_function(env, NULL, NULL, name, 0, 1, NULL, NULL, home, s_deliver, &home->wake) ==
             napi_ok &&
         napi_unref_threadsafe_function(env, home->wake) == napi_ok;
}

/* The macro declares only one of the two functions that it defines. */
NAPI_MODULE_EXPORT int32_t NODE_API_MODULE_GET_API_VERSION(void);

NAPI_MODULE_INIT()
{
  addon *home = calloc(1, sizeof *home);
  if (home == NULL || pthread_mutex_init(&home->mutex, NULL) != 0) {
    free(home);
    napi_throw_error(env, NULL, "out of memory");
    return NULL;
  }
  home->env = env;
  if (napi_set_instance_data(env, home, s_free, NULL) != napi_ok) {
    s_free(env, home, NULL);
    napi_throw_error(env, NULL, "the environment takes no addon");
    return NULL;
  }
  if (!s_make_wake(env, home) || napi_add_env_cleanup_hook(env, s_tear_down, home) != napi_ok ||
      !calls_export(env, exports)) {
    values_check(env, napi_generic_failure);
    return NULL;
  }
  return exports;
}
