/* SPDX-License-Identifier: Apache-2.0 */
#include "bridge.h"

#include "engine.h"
#include "values.h"

#include <stdlib.h>
#include <time.h>

/* How long one wait may be before deadline and cancellation are looked at again. */
enum { LOOK_MS = 20, REFUSAL_MAX_BYTES = 400 };

struct bridge_call {
  bridge_call *next;
  uint32_t id;
  bool answered; /* with what follows */
  askiam_status status;
  askiam_error error;
  bridge_answer answer;
};

/* What the JavaScript thread is told of a call. */
typedef struct question {
  message told; /* first */
  engine *owner;
  uint32_t id;
  bridge_kind kind;
  double remaining_ms; /* NaN: no end */
  text asked;
} question;

bool bridge_init(bridge *own, struct engine *owner)
{
  *own = (bridge){.owner = owner};
  pthread_condattr_t attributes;
  if (pthread_mutex_init(&own->mutex, NULL) != 0) {
    return false;
  }
  bool good = pthread_condattr_init(&attributes) == 0;
  if (good) {
    good = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
           pthread_cond_init(&own->answered, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
  }
  if (!good) {
    pthread_mutex_destroy(&own->mutex);
  }
  return good;
}

void bridge_clean_up(bridge *own)
{
  pthread_cond_destroy(&own->answered);
  pthread_mutex_destroy(&own->mutex);
  free(own->judge_kind);
  free(own->model);
}

void bridge_close(bridge *own)
{
  pthread_mutex_lock(&own->mutex);
  own->closed = true;
  pthread_cond_broadcast(&own->answered);
  pthread_mutex_unlock(&own->mutex);
}

void bridge_answer_clean_up(bridge_answer *own)
{
  for (size_t at = 0; own->texts != NULL && at < own->text_count; ++at) {
    free(own->texts[at]);
  }
  free(own->texts);
  free(own->lengths);
  free(own->numbers);
  *own = (bridge_answer){.texts = NULL};
}

static void s_discard(message *told)
{
  question *own = (question *)told;
  text_clean_up(&own->asked);
  free(own);
}

/* on_call(engine id, call id, kind, JSON, remaining ms) */
static void s_deliver(napi_env env, message *told)
{
  question *own = (question *)told;
  napi_value receiver = NULL, function = NULL, arguments[5] = {NULL};
  if (own->owner->on_call != NULL && napi_get_undefined(env, &receiver) == napi_ok &&
      napi_get_reference_value(env, own->owner->on_call, &function) == napi_ok && function != NULL &&
      napi_create_uint32(env, own->owner->id, &arguments[0]) == napi_ok &&
      napi_create_uint32(env, own->id, &arguments[1]) == napi_ok &&
      napi_create_uint32(env, (uint32_t)own->kind, &arguments[2]) == napi_ok &&
      napi_create_string_utf8(env, own->asked.data, own->asked.length, &arguments[3]) == napi_ok &&
      napi_create_double(env, own->remaining_ms, &arguments[4]) == napi_ok) {
    napi_call_function(env, receiver, function, 5, arguments, NULL);
  }
  s_discard(told);
}

static bool s_post(bridge *own, const askiam_call *call, bridge_kind kind, uint32_t id, text *asked)
{
  question *told = calloc(1, sizeof *told);
  if (told == NULL) {
    return false;
  }
  int64_t remaining_ms = call == NULL ? INT64_MAX : askiam_call_remaining_ms(call);
  *told = (question){.told = {NULL, s_deliver, s_discard},
                     .owner = own->owner,
                     .id = id,
                     .kind = kind,
                     .remaining_ms = (double)remaining_ms};
  if (asked != NULL) {
    told->asked = *asked;
    *asked = (text){NULL, 0, 0, false};
  }
  addon_post(own->owner->home, &told->told);
  return true;
}

static void s_sleep(bridge *own, int64_t wait_ms)
{
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  int64_t nanoseconds = until.tv_nsec + (wait_ms < LOOK_MS ? wait_ms : LOOK_MS) * INT64_C(1000000);
  until.tv_sec += (time_t)(nanoseconds / INT64_C(1000000000));
  until.tv_nsec = (long)(nanoseconds % INT64_C(1000000000));
  pthread_cond_timedwait(&own->answered, &own->mutex, &until);
}

/* With the lock held. */
static askiam_status s_wait(bridge *own, const askiam_call *call, bridge_call *asked, askiam_error *error)
{
  while (!asked->answered) {
    if (own->closed || askiam_call_cancelled(call)) {
      return askiam_error_set(error, ASKIAM_STATUS_CANCELLED, ASKIAM_LAYER_ENGINE,
                              "nobody waits for JavaScript's answer");
    }
    int64_t left_ms = askiam_call_remaining_ms(call);
    if (left_ms == 0) {
      return askiam_error_set(error, ASKIAM_STATUS_TIMEOUT, ASKIAM_LAYER_ENGINE, "JavaScript did not answer in time");
    }
    s_sleep(own, left_ms);
  }
  if (asked->status != ASKIAM_STATUS_OK && error != NULL) {
    *error = asked->error;
  }
  return asked->status;
}

static void s_unlink(bridge *own, const bridge_call *call)
{
  bridge_call **link = &own->calls;
  while (*link != call) {
    link = &(*link)->next;
  }
  *link = call->next;
}

askiam_status bridge_ask(bridge *own, const askiam_call *call, bridge_kind kind, text *asked, bridge_answer *out_answer,
                         askiam_error *error)
{
  bridge_call self = {.status = ASKIAM_STATUS_OK};
  *out_answer = (bridge_answer){.texts = NULL};
  if (asked->failed) {
    text_clean_up(asked);
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for a question");
  }
  pthread_mutex_lock(&own->mutex);
  self.id = ++own->next_call;
  self.next = own->calls;
  own->calls = &self;
  pthread_mutex_unlock(&own->mutex);
  bool posted = s_post(own, call, kind, self.id, asked);
  pthread_mutex_lock(&own->mutex);
  askiam_status status = posted
                             ? s_wait(own, call, &self, error)
                             : askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory");
  s_unlink(own, &self);
  pthread_mutex_unlock(&own->mutex);
  text_clean_up(asked);
  if (posted && !self.answered) {
    s_post(own, NULL, BRIDGE_FORGET, self.id, NULL);
  }
  if (status == ASKIAM_STATUS_OK) {
    *out_answer = self.answer;
  } else {
    bridge_answer_clean_up(&self.answer);
  }
  return status;
}

static bool s_read_texts(napi_env env, napi_value list, bridge_answer *answer)
{
  uint32_t count = 0;
  if (!values_check(env, napi_get_array_length(env, list, &count))) {
    return false;
  }
  answer->texts = calloc(count + 1U, sizeof *answer->texts);
  answer->lengths = calloc(count + 1U, sizeof *answer->lengths);
  bool good = answer->texts != NULL && answer->lengths != NULL;
  if (!good) {
    napi_throw_error(env, "NO_MEMORY", "out of memory");
  }
  for (uint32_t at = 0; good && at < count; ++at) {
    napi_value item = NULL;
    good = values_check(env, napi_get_element(env, list, at, &item)) &&
           values_text(env, item, SIZE_MAX - 1, &answer->texts[at], &answer->lengths[at]);
    answer->text_count = at + 1;
  }
  return good;
}

static bool s_read_numbers(napi_env env, napi_value array, bridge_answer *answer)
{
  napi_typedarray_type type = napi_int8_array;
  size_t count = 0;
  void *data = NULL;
  if (!values_check(env, napi_get_typedarray_info(env, array, &type, &count, &data, NULL, NULL)) ||
      !values_check(env, type == napi_float64_array ? napi_ok : napi_invalid_arg)) {
    return false;
  }
  answer->numbers = calloc(count + 1, sizeof *answer->numbers);
  if (answer->numbers == NULL) {
    napi_throw_error(env, "NO_MEMORY", "out of memory");
    return false;
  }
  if (count > 0) {
    memcpy(answer->numbers, data, count * sizeof *answer->numbers);
  }
  answer->number_count = count;
  return true;
}

/* Ends the call of this number, where somebody waits for it; else the answer is dropped. */
static void s_finish(engine *owner, uint32_t id, askiam_status status, const askiam_error *error, bridge_answer *answer)
{
  bridge *own = &owner->backends;
  pthread_mutex_lock(&own->mutex);
  bridge_call *call = own->calls;
  while (call != NULL && call->id != id) {
    call = call->next;
  }
  if (call != NULL && !call->answered) {
    call->answered = true;
    call->status = status;
    call->error = *error;
    call->answer = *answer;
    *answer = (bridge_answer){.texts = NULL};
    pthread_cond_broadcast(&own->answered);
  }
  pthread_mutex_unlock(&own->mutex);
  bridge_answer_clean_up(answer);
}

/* The engine and the call that the first two arguments name. An engine that has ended gives NULL, and is no error. */
static bool s_read_names(napi_env env, napi_callback_info info, napi_value arguments[4], engine **out_owner,
                         uint32_t *out_call)
{
  size_t count = 4;
  uint32_t id = 0;
  if (!values_check(env, napi_get_cb_info(env, info, &count, arguments, NULL, NULL)) ||
      !values_check(env, napi_get_value_uint32(env, arguments[0], &id)) ||
      !values_check(env, napi_get_value_uint32(env, arguments[1], out_call))) {
    return false;
  }
  *out_owner = engine_by_id(addon_of(env), id);
  return true;
}

napi_value bridge_take_answer(napi_env env, napi_callback_info info)
{
  napi_value arguments[4];
  engine *owner = NULL;
  uint32_t call = 0;
  bridge_answer answer = {.texts = NULL};
  const askiam_error none = ASKIAM_ERROR_INIT;
  if (!s_read_names(env, info, arguments, &owner, &call) || owner == NULL) {
    return NULL;
  }
  if (s_read_texts(env, arguments[2], &answer) && s_read_numbers(env, arguments[3], &answer)) {
    s_finish(owner, call, ASKIAM_STATUS_OK, &none, &answer);
  } else {
    bridge_answer_clean_up(&answer);
  }
  return NULL;
}

napi_value bridge_take_refusal(napi_env env, napi_callback_info info)
{
  napi_value arguments[4];
  engine *owner = NULL;
  uint32_t call = 0;
  size_t length = 0;
  bool retryable = false;
  char *reason = NULL;
  bridge_answer answer = {.texts = NULL};
  if (!s_read_names(env, info, arguments, &owner, &call) || owner == NULL ||
      !values_text(env, arguments[2], REFUSAL_MAX_BYTES, &reason, &length) ||
      !values_check(env, napi_get_value_bool(env, arguments[3], &retryable))) {
    free(reason);
    return NULL;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_error_set(&error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_ENGINE, "%s", reason == NULL ? "" : reason);
  error.retryable = retryable;
  free(reason);
  s_finish(owner, call, ASKIAM_STATUS_UNAVAILABLE, &error, &answer);
  return NULL;
}
