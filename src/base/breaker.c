/* SPDX-License-Identifier: Apache-2.0 */
#include "base/breaker.h"

aski_breaker_outcome aski_breaker_outcome_of(askiam_status status)
{
  switch ((int)status) {
  case ASKIAM_STATUS_UNAVAILABLE:
  case ASKIAM_STATUS_BUSY:
  case ASKIAM_STATUS_TIMEOUT:
    return ASKI_BREAKER_BAD;
  case ASKIAM_STATUS_CANCELLED:
  case ASKIAM_STATUS_NO_MEMORY:
  case ASKIAM_STATUS_INTERNAL:
  case ASKIAM_STATUS_CONFIG:
    return ASKI_BREAKER_UNKNOWN;
  default:
    return ASKI_BREAKER_GOOD;
  }
}

static void s_turn(aski_breaker_state *state, aski_breaker_mode mode, uint64_t now_ticks_ns)
{
  state->mode = mode;
  state->failures = 0;
  state->probing = false;
  ++state->epoch;
  if (mode == ASKI_BREAKER_OPEN) {
    state->opened_ticks_ns = now_ticks_ns;
  }
}

/* Nanoseconds until a probe may be made; a clock that went back counts as standing still. */
static uint64_t s_left_ns(const aski_breaker_state *state, const aski_breaker_policy *policy, uint64_t now_ticks_ns)
{
  uint64_t whole = (uint64_t)(policy->open_ms > 0 ? policy->open_ms : 0) * UINT64_C(1000000);
  uint64_t gone = now_ticks_ns > state->opened_ticks_ns ? now_ticks_ns - state->opened_ticks_ns : 0;
  return gone < whole ? whole - gone : 0;
}

bool aski_breaker_state_ask(aski_breaker_state *state, const aski_breaker_policy *policy, uint64_t now_ticks_ns,
                            uint64_t *out_epoch, int64_t *out_wait_ms)
{
  *out_wait_ms = 0;
  if (state->mode == ASKI_BREAKER_OPEN) {
    uint64_t left = s_left_ns(state, policy, now_ticks_ns);
    if (left > 0) {
      *out_wait_ms = (int64_t)((left + 999999) / 1000000);
      *out_epoch = state->epoch;
      return false;
    }
    s_turn(state, ASKI_BREAKER_HALF_OPEN, now_ticks_ns);
  }
  *out_epoch = state->epoch;
  if (state->mode == ASKI_BREAKER_HALF_OPEN) {
    *out_wait_ms = state->probing ? 1 : 0;
    bool first = !state->probing;
    state->probing = true;
    return first;
  }
  return true;
}

void aski_breaker_state_tell(aski_breaker_state *state, const aski_breaker_policy *policy, uint64_t now_ticks_ns,
                             uint64_t epoch, aski_breaker_outcome outcome)
{
  if (epoch != state->epoch) {
    return;
  }
  bool probe = state->mode == ASKI_BREAKER_HALF_OPEN;
  switch (outcome) {
  case ASKI_BREAKER_GOOD:
    state->failures = 0;
    if (probe) {
      s_turn(state, ASKI_BREAKER_CLOSED, now_ticks_ns);
    }
    break;
  case ASKI_BREAKER_BAD:
    ++state->failures;
    if (probe || (policy->failures > 0 && state->failures >= policy->failures)) {
      s_turn(state, ASKI_BREAKER_OPEN, now_ticks_ns);
    }
    break;
  case ASKI_BREAKER_UNKNOWN:
    state->probing = false; /* the next call is the probe */
    break;
  }
}

bool aski_breaker_init(aski_breaker *breaker, const aski_breaker_policy *policy)
{
  breaker->policy = *policy;
  breaker->state = (aski_breaker_state){.mode = ASKI_BREAKER_CLOSED};
  return pthread_mutex_init(&breaker->mutex, NULL) == 0;
}

void aski_breaker_clean_up(aski_breaker *breaker) { pthread_mutex_destroy(&breaker->mutex); }

bool aski_breaker_ask(aski_breaker *breaker, uint64_t now_ticks_ns, uint64_t *out_epoch, int64_t *out_wait_ms)
{
  pthread_mutex_lock(&breaker->mutex);
  bool good = aski_breaker_state_ask(&breaker->state, &breaker->policy, now_ticks_ns, out_epoch, out_wait_ms);
  pthread_mutex_unlock(&breaker->mutex);
  return good;
}

void aski_breaker_tell(aski_breaker *breaker, uint64_t now_ticks_ns, uint64_t epoch, aski_breaker_outcome outcome)
{
  pthread_mutex_lock(&breaker->mutex);
  aski_breaker_state_tell(&breaker->state, &breaker->policy, now_ticks_ns, epoch, outcome);
  pthread_mutex_unlock(&breaker->mutex);
}
