/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/jwks_source.h"

#include <pthread.h>
#include <time.h>

#include "base/time.h"

/* How long one wait may be before deadline and cancellation are looked at again: the caller's clock need not be the
 * system's. */
enum { LOOK_MS = 20 };

struct aski_held_jwks {
  aski_jwks *set;
  size_t holders; /* the source is one of them */
};

/* A moment by both clocks: a machine that slept may have stopped the one, and somebody may have set the other. */
typedef struct moment {
  int64_t time_ms;
  uint64_t ticks_ns;
} moment;

struct aski_jwks_source {
  askiam_allocator allocator;
  aski_jwks_fetcher fetcher; /* of the thread that fetches */
  int64_t max_age_ms, stale_ms;
  pthread_mutex_t mutex; /* guards what follows */
  pthread_cond_t fetched;
  bool fetching;
  aski_held_jwks *held; /* NULL: none yet */
  moment since;         /* when that was fetched */
  moment tried;         /* when the last attempt began */
  bool was_tried;
  size_t attempts;      /* that have ended */
  askiam_error failure; /* of the last attempt; OK where it did not fail */
};

static moment s_now(const askiam_call *call)
{
  return (moment){aski_clock_now_ms(call->clock), aski_clock_ticks_ns(call->clock)};
}

/* The longer one of what the two clocks say. */
static int64_t s_age_ms(moment from, moment to)
{
  int64_t by_ticks = to.ticks_ns > from.ticks_ns ? (int64_t)((to.ticks_ns - from.ticks_ns) / 1000000) : 0;
  int64_t by_time = to.time_ms - from.time_ms;
  return by_time > by_ticks ? by_time : by_ticks;
}

static bool s_init_shared(aski_jwks_source *source)
{
  if (pthread_mutex_init(&source->mutex, NULL) != 0) {
    return false;
  }
  pthread_condattr_t attributes;
  bool good = pthread_condattr_init(&attributes) == 0;
  if (good) {
    good = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
           pthread_cond_init(&source->fetched, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
  }
  if (!good) {
    pthread_mutex_destroy(&source->mutex);
  }
  return good;
}

askiam_status aski_jwks_source_new(aski_jwks_source **out_source, const aski_jwks_settings *settings,
                                   const askiam_allocator *allocator, askiam_error *error)
{
  *out_source = NULL;
  aski_jwks_source *source = aski_acquire_zeroed(allocator, 1, sizeof *source);
  if (source == NULL || !s_init_shared(source)) {
    aski_release(allocator, source);
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for a key set");
  }
  source->allocator = *allocator;
  source->max_age_ms = settings->max_age_ms;
  source->stale_ms = settings->stale_ms;
  aski_http_options http = settings->http;
  http.allocator = &source->allocator;
  askiam_status status = aski_jwks_fetcher_init(&source->fetcher, settings->location, &http, &source->allocator, error);
  if (status != ASKIAM_STATUS_OK) {
    aski_jwks_source_destroy(source);
    return status;
  }
  *out_source = source;
  return ASKIAM_STATUS_OK;
}

/* One holder less. With the lock held, or with nobody else there. */
static void s_drop(aski_jwks_source *source, aski_held_jwks *held)
{
  if (held != NULL && --held->holders == 0) {
    aski_jwks_destroy(held->set);
    aski_release(&source->allocator, held);
  }
}

void aski_jwks_source_destroy(aski_jwks_source *source)
{
  if (source == NULL) {
    return;
  }
  s_drop(source, source->held);
  aski_jwks_fetcher_clean_up(&source->fetcher);
  pthread_cond_destroy(&source->fetched);
  pthread_mutex_destroy(&source->mutex);
  askiam_allocator allocator = source->allocator;
  aski_release(&allocator, source);
}

/* What the set that is here is worth. */
typedef enum worth {
  WORTH_ALL,    /* it is fresh, and has the key */
  WORTH_WHILE,  /* it is old: good as long as no newer one is here */
  WORTH_NOTHING /* there is none, or it is too old, or has no such key */
} worth;

static worth s_judge(const aski_jwks_source *source, moment now, askiam_str id)
{
  const aski_jwk *key = NULL;
  if (source->held == NULL || (aski_str_present(id) && aski_jwks_find(&key, source->held->set, id) == 0)) {
    return WORTH_NOTHING;
  }
  int64_t age_ms = s_age_ms(source->since, now);
  return age_ms < source->max_age_ms                      ? WORTH_ALL
         : age_ms - source->max_age_ms < source->stale_ms ? WORTH_WHILE
                                                          : WORTH_NOTHING;
}

static bool s_may_try(const aski_jwks_source *source, moment now)
{
  int64_t pause_ms = source->held == NULL ? ASKI_JWKS_NO_SET_PAUSE_MS : ASKI_JWKS_PAUSE_MS;
  return !source->was_tried || s_age_ms(source->tried, now) >= pause_ms;
}

/* With the lock held. A failure leaves the old set in its place; one that says nothing about where the set is published
 * is no attempt. */
static askiam_status s_install(aski_jwks_source *source, aski_jwks *set, moment began, const askiam_error *failure)
{
  if (failure->status == ASKIAM_STATUS_CANCELLED || failure->status == ASKIAM_STATUS_NO_MEMORY) {
    return failure->status;
  }
  aski_held_jwks *held = set == NULL ? NULL : aski_acquire_zeroed(&source->allocator, 1, sizeof *held);
  if (set != NULL && held == NULL) {
    aski_jwks_destroy(set);
    return ASKIAM_STATUS_NO_MEMORY;
  }
  source->tried = began;
  source->was_tried = true;
  ++source->attempts;
  source->failure = *failure;
  if (held != NULL) {
    *held = (aski_held_jwks){.set = set, .holders = 1};
    s_drop(source, source->held);
    source->held = held;
    source->since = began;
  }
  return failure->status;
}

/* With the lock held, which is given up meanwhile. */
static askiam_status s_fetch(aski_jwks_source *source, const askiam_call *call, moment began)
{
  askiam_error failure = ASKIAM_ERROR_INIT;
  aski_jwks *set = NULL;
  source->fetching = true;
  pthread_mutex_unlock(&source->mutex);
  aski_jwks_fetch(&set, &source->fetcher, call, &failure);
  pthread_mutex_lock(&source->mutex);
  source->fetching = false;
  askiam_status status = s_install(source, set, began, &failure);
  pthread_cond_broadcast(&source->fetched);
  return status;
}

/* With the lock held, which is given up meanwhile: waits until another thread's attempt may have ended. */
static askiam_status s_wait(aski_jwks_source *source, const askiam_call *call)
{
  if (askiam_call_cancelled(call)) {
    return ASKIAM_STATUS_CANCELLED;
  }
  if (askiam_call_remaining_ms(call) == 0) {
    return ASKIAM_STATUS_UNAVAILABLE;
  }
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += LOOK_MS * 1000000L;
  until.tv_sec += until.tv_nsec / 1000000000L;
  until.tv_nsec %= 1000000000L;
  pthread_cond_timedwait(&source->fetched, &source->mutex, &until);
  return ASKIAM_STATUS_OK;
}

/* With the lock held. Ends with the best set that can be had now in its place, however good that is. An attempt that
 * ended while this thread waited was its own too: else each in turn would wait for a server that hangs. */
static askiam_status s_freshen(aski_jwks_source *source, const askiam_call *call, askiam_str id)
{
  const size_t before = source->attempts;
  for (;;) {
    moment now = s_now(call);
    worth has = s_judge(source, now, id);
    if (has == WORTH_ALL || (has == WORTH_WHILE && source->fetching)) {
      return ASKIAM_STATUS_OK;
    }
    if (!source->fetching) {
      bool mine = source->attempts == before;
      return mine && s_may_try(source, now) ? s_fetch(source, call, now) : ASKIAM_STATUS_OK;
    }
    askiam_status status = s_wait(source, call);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
}

/* With the lock held, after the attempts: whether this set answers the question. One without the key does where it is
 * the newest, for all we know. */
static bool s_answers(const aski_jwks_source *source, askiam_status status, moment now, askiam_str id)
{
  bool newest = status == ASKIAM_STATUS_OK && source->failure.status == ASKIAM_STATUS_OK;
  return s_judge(source, now, id) != WORTH_NOTHING || (newest && s_judge(source, now, ASKI_STR_NONE) != WORTH_NOTHING);
}

static askiam_status s_fail(const aski_jwks_source *source, askiam_status status, askiam_error *error)
{
  if (status == ASKIAM_STATUS_CANCELLED || status == ASKIAM_STATUS_NO_MEMORY) {
    return askiam_error_set(error, status, ASKIAM_LAYER_ENGINE, "the key set was not fetched: %s",
                            status == ASKIAM_STATUS_CANCELLED ? "the call was cancelled" : "out of memory");
  }
  const askiam_error *failure = &source->failure;
  return failure->status != ASKIAM_STATUS_OK
             ? askiam_error_set(error, failure->status, failure->layer, "%s", failure->message)
             : askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_ENGINE,
                                "the key set cannot be had in the time that is left");
}

askiam_status aski_jwks_source_hold(aski_held_jwks **out_held, aski_jwks_source *source, const askiam_call *call,
                                    askiam_str id, askiam_error *error)
{
  *out_held = NULL;
  pthread_mutex_lock(&source->mutex);
  askiam_status status = s_freshen(source, call, id);
  if (s_answers(source, status, s_now(call), id)) {
    status = ASKIAM_STATUS_OK;
    *out_held = source->held;
    ++source->held->holders;
  } else {
    status = s_fail(source, status, error);
  }
  pthread_mutex_unlock(&source->mutex);
  return status;
}

void aski_jwks_source_release(aski_jwks_source *source, aski_held_jwks *held)
{
  if (held != NULL) {
    pthread_mutex_lock(&source->mutex);
    s_drop(source, held);
    pthread_mutex_unlock(&source->mutex);
  }
}

const aski_jwks *aski_jwks_source_set(const aski_held_jwks *held) { return held == NULL ? NULL : held->set; }
