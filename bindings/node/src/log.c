/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"

#include "values.h"

#include <stdlib.h>

enum { WAITING_MAX = 4096, LIKELY_BYTES = 1024 };

typedef struct entry {
  message told; /* first */
  engine *owner;
  size_t length;
  char json[];
} entry;

static void s_discard(message *told) { free(told); }

/* on_log(JSON, how many were lost before it) */
static void s_deliver(napi_env env, message *told)
{
  entry *own = (entry *)told;
  addon *home = own->owner->home;
  pthread_mutex_lock(&home->mutex);
  --home->logs;
  pthread_mutex_unlock(&home->mutex);
  uint64_t lost = __atomic_exchange_n(&own->owner->logs_lost, 0, __ATOMIC_ACQ_REL);
  napi_value receiver = NULL, function = NULL, arguments[2] = {NULL};
  if (own->owner->on_log != NULL && napi_get_undefined(env, &receiver) == napi_ok &&
      napi_get_reference_value(env, own->owner->on_log, &function) == napi_ok && function != NULL &&
      napi_create_string_utf8(env, own->json, own->length, &arguments[0]) == napi_ok &&
      napi_create_double(env, (double)lost, &arguments[1]) == napi_ok) {
    napi_call_function(env, receiver, function, 2, arguments, NULL);
  }
  free(own);
}

static bool s_has_room(addon *home)
{
  pthread_mutex_lock(&home->mutex);
  bool room = home->logs < WAITING_MAX;
  home->logs += room;
  pthread_mutex_unlock(&home->mutex);
  return room;
}

static entry *s_write(const askiam_log_record *record)
{
  size_t room = LIKELY_BYTES;
  for (int attempt = 0; attempt < 2; ++attempt) {
    entry *own = malloc(sizeof *own + room);
    if (own == NULL) {
      return NULL;
    }
    size_t length = askiam_log_record_to_json(record, own->json, room);
    if (length < room) {
      own->length = length;
      return own;
    }
    room = length + 1;
    free(own);
  }
  return NULL;
}

void log_take(void *context, const askiam_log_record *record)
{
  engine *owner = context;
  entry *own = s_has_room(owner->home) ? s_write(record) : NULL;
  if (own == NULL) {
    __atomic_add_fetch(&owner->logs_lost, 1, __ATOMIC_ACQ_REL);
    return;
  }
  own->told = (message){NULL, s_deliver, s_discard};
  own->owner = owner;
  addon_post(owner->home, &own->told);
}
