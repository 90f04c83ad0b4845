/* SPDX-License-Identifier: Apache-2.0
 *
 * A circuit breaker: a peer that failed several times in a row is left alone for a while, then tried with one call. The state machine is
 * pure; around it a lock, so that one breaker serves all threads that talk to one endpoint. */
#ifndef ASKI_BASE_BREAKER_H
#define ASKI_BASE_BREAKER_H

#include <askiam/error.h>
#include <pthread.h>

#include "base/time.h"

typedef struct aski_breaker_policy {
  unsigned failures; /* in a row, that open it; 0: it never opens */
  int64_t open_ms;   /* how long it stays open before a probe is let through */
} aski_breaker_policy;

typedef enum aski_breaker_mode {
  ASKI_BREAKER_CLOSED,   /* calls go through */
  ASKI_BREAKER_OPEN,     /* none does */
  ASKI_BREAKER_HALF_OPEN /* one does, and decides */
} aski_breaker_mode;

/* How a call ended, as far as the peer's health goes. */
typedef enum aski_breaker_outcome {
  ASKI_BREAKER_GOOD,   /* it answered, if only with a refusal */
  ASKI_BREAKER_BAD,    /* it did not */
  ASKI_BREAKER_UNKNOWN /* the call ended for a reason of ours */
} aski_breaker_outcome;

/* The outcome that a status speaks of. */
aski_breaker_outcome aski_breaker_outcome_of(askiam_status status);

typedef struct aski_breaker_state {
  aski_breaker_mode mode;
  unsigned failures;        /* in a row, while closed */
  uint64_t opened_ticks_ns; /* when it opened last */
  bool probing;             /* while half-open: the probe is on its way */
  uint64_t epoch;           /* moves with the mode: what began before is not counted after */
} aski_breaker_state;

/* May a call be made now? Then its outcome must be told, with the epoch that *out_epoch gives. Where not, *out_wait_ms is the time until asking
 * makes sense, at least 1. */
bool aski_breaker_state_ask(aski_breaker_state *state, const aski_breaker_policy *policy, uint64_t now_ticks_ns,
                            uint64_t *out_epoch, int64_t *out_wait_ms);
void aski_breaker_state_tell(aski_breaker_state *state, const aski_breaker_policy *policy, uint64_t now_ticks_ns,
                             uint64_t epoch, aski_breaker_outcome outcome);

/* Shared by threads. */
typedef struct aski_breaker {
  aski_breaker_policy policy;
  aski_breaker_state state;
  pthread_mutex_t mutex; /* guards `state` */
} aski_breaker;

/* False where the system has no lock to give. */
bool aski_breaker_init(aski_breaker *breaker, const aski_breaker_policy *policy);
void aski_breaker_clean_up(aski_breaker *breaker);
bool aski_breaker_ask(aski_breaker *breaker, uint64_t now_ticks_ns, uint64_t *out_epoch, int64_t *out_wait_ms);
void aski_breaker_tell(aski_breaker *breaker, uint64_t now_ticks_ns, uint64_t epoch, aski_breaker_outcome outcome);

#endif
