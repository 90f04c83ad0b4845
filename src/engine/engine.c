/* SPDX-License-Identifier: Apache-2.0
 *
 * Life of an engine; how calls come in and out. */
#include "engine/engine.h"

#include <unistd.h>

#include "base/pool.h"

static askiam_status s_open(askiam_engine *engine, const askiam_config *config, askiam_error *error)
{
  askiam_status status = aski_config_copy(&engine->config, config, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_register_builtin(engine->config, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_engine_read_settings(engine, error);
  }
  return status == ASKIAM_STATUS_OK ? aski_engine_open_backends(engine, error) : status;
}

/* What threads share; all of it or nothing. */
static bool s_init_shared(askiam_engine *engine)
{
  if (pthread_mutex_init(&engine->mutex, NULL) != 0) {
    return false;
  }
  if (pthread_cond_init(&engine->idle, NULL) != 0) {
    pthread_mutex_destroy(&engine->mutex);
    return false;
  }
  if (!aski_policies_init(&engine->policies, &engine->catalogue, &engine->allocator)) {
    pthread_cond_destroy(&engine->idle);
    pthread_mutex_destroy(&engine->mutex);
    return false;
  }
  if (!aski_tokens_init(&engine->tokens)) {
    aski_policies_clean_up(&engine->policies);
    pthread_cond_destroy(&engine->idle);
    pthread_mutex_destroy(&engine->mutex);
    return false;
  }
  return true;
}

askiam_status askiam_engine_new(askiam_engine **out_engine, const askiam_config *config, askiam_error *error)
{
  if (out_engine == NULL || config == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                            "askiam_engine_new: out_engine and config must not be NULL");
  }
  *out_engine = NULL;
  const askiam_allocator *allocator = aski_config_allocator(config);
  askiam_engine *engine = aski_acquire_zeroed(allocator, 1, sizeof *engine);
  if (engine == NULL || !s_init_shared(engine)) {
    aski_release(allocator, engine);
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for an engine");
  }
  engine->allocator = *allocator;
  engine->owner = getpid();
  aski_arena_init(&engine->arena, &engine->allocator);
  aski_buffer_init(&engine->audit_key, &engine->allocator);
  askiam_status status = s_open(engine, config, error);
  if (status != ASKIAM_STATUS_OK) {
    askiam_engine_destroy(engine);
    return status;
  }
  *out_engine = engine;
  return ASKIAM_STATUS_OK;
}

static void s_wait_until_idle(askiam_engine *engine)
{
  pthread_mutex_lock(&engine->mutex);
  while (engine->in_flight > 0) {
    pthread_cond_wait(&engine->idle, &engine->mutex);
  }
  pthread_mutex_unlock(&engine->mutex);
}

void askiam_engine_cancel(askiam_engine *engine)
{
  if (engine == NULL || engine->owner != getpid()) {
    return;
  }
  __atomic_store_n(&engine->cancelled, 1, __ATOMIC_RELEASE);
  if (engine->pool != NULL) {
    aski_pool_cancel(engine->pool); /* wakes who waits for evidence */
  }
}

void askiam_engine_destroy(askiam_engine *engine)
{
  if (engine == NULL) {
    return;
  }
  if (engine->owner == getpid()) {
    askiam_engine_cancel(engine);
    s_wait_until_idle(engine);
    aski_pool_destroy(engine->pool);
    aski_engine_close_backends(engine);
    aski_tokens_clean_up(&engine->tokens);
    pthread_cond_destroy(&engine->idle);
    pthread_mutex_destroy(&engine->mutex);
  } else {
    aski_pool_abandon(engine->pool);
  }
  aski_policies_clean_up(&engine->policies);
  aski_phrases_destroy(engine->phrases);
  askiam_config_destroy(engine->config);
  if (engine->audit_key.data != NULL) {
    aski_wipe(engine->audit_key.data, engine->audit_key.capacity);
  }
  aski_buffer_clean_up(&engine->audit_key);
  aski_arena_clean_up(&engine->arena);
  askiam_allocator allocator = engine->allocator;
  aski_release(&allocator, engine);
}

static uint64_t s_deadline(uint64_t now_ticks_ns, int64_t timeout_ms)
{
  return timeout_ms <= 0 || timeout_ms > INT64_C(1000000000000)
             ? UINT64_MAX
             : now_ticks_ns + (uint64_t)timeout_ms * UINT64_C(1000000);
}

static void s_describe(aski_trace *trace, const askiam_request *request)
{
  trace->request_id = askiam_request_get(request, ASKIAM_REQUEST_ID);
  trace->user_id = askiam_request_get(request, ASKIAM_REQUEST_USER_ID);
  trace->trace_id = askiam_request_get(request, ASKIAM_REQUEST_TRACE_ID);
  trace->session_id = askiam_request_get(request, ASKIAM_REQUEST_SESSION_ID);
  trace->ip = askiam_request_get(request, ASKIAM_REQUEST_IP);
  trace->sentence = askiam_request_get(request, ASKIAM_REQUEST_TEXT);
}

askiam_status aski_enter(aski_visit *visit, askiam_engine *engine, const askiam_request *request, askiam_error *error)
{
  if (engine == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE, "the engine must not be NULL");
  }
  if (engine->owner != getpid()) {
    return askiam_error_set(error, ASKIAM_STATUS_FORKED, ASKIAM_LAYER_ENGINE,
                            "this engine was made before a fork; make a new one in the child");
  }
  if (__atomic_load_n(&engine->cancelled, __ATOMIC_ACQUIRE) != 0) {
    return askiam_error_set(error, ASKIAM_STATUS_CANCELLED, ASKIAM_LAYER_ENGINE,
                            "the engine was cancelled or is being destroyed");
  }
  pthread_mutex_lock(&engine->mutex);
  ++engine->in_flight;
  pthread_mutex_unlock(&engine->mutex);
  *visit = (aski_visit){.engine = engine, .stages = engine->stages, .trace = engine->trace};
  visit->begin_ticks_ns = aski_clock_ticks_ns(&engine->clock);
  int64_t timeout_ms = engine->settings.request_timeout_ms;
  if (request != NULL) {
    s_describe(&visit->trace, request);
    int64_t left_ms = aski_request_timeout_ms(request);
    timeout_ms = left_ms > 0 && left_ms < timeout_ms ? left_ms : timeout_ms;
  }
  visit->call = (askiam_call){.clock = &engine->clock,
                              .deadline_ticks_ns = s_deadline(visit->begin_ticks_ns, timeout_ms),
                              .now_ms = aski_clock_now_ms(&engine->clock),
                              .cancelled = &engine->cancelled,
                              .forsaken = request == NULL ? NULL : &request->cancelled,
                              .trace = &visit->trace};
  return ASKIAM_STATUS_OK;
}

void aski_visit_limit(aski_visit *visit, int64_t timeout_ms)
{
  uint64_t end = s_deadline(visit->begin_ticks_ns, timeout_ms);
  visit->call.deadline_ticks_ns = end < visit->call.deadline_ticks_ns ? end : visit->call.deadline_ticks_ns;
}

void aski_leave(aski_visit *visit)
{
  askiam_engine *engine = visit->engine;
  pthread_mutex_lock(&engine->mutex);
  if (--engine->in_flight == 0) {
    pthread_cond_broadcast(&engine->idle);
  }
  pthread_mutex_unlock(&engine->mutex);
}

askiam_status aski_give_text(char **out_text, aski_buffer *buffer, askiam_status status, askiam_layer layer,
                             askiam_error *error)
{
  if (status == ASKIAM_STATUS_OK && (buffer->failed || !aski_buffer_reserve(buffer, 0))) {
    status = askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, layer, "out of memory for the answer");
  }
  *out_text = NULL;
  if (status == ASKIAM_STATUS_OK) {
    *out_text = buffer->data;
    buffer->data = NULL;
  }
  aski_buffer_clean_up(buffer);
  return status;
}

void askiam_string_free(const askiam_engine *engine, char *text)
{
  if (engine != NULL) {
    aski_release(&engine->allocator, text);
  }
}
