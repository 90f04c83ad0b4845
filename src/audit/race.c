/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/race.h"

#include <time.h>

#include "base/hash.h"

enum { TRIES_MAX = 100, PAUSE_MAX_US = 32000 };

static askiam_status s_check_time(const askiam_call *call, askiam_error *error)
{
  if (askiam_call_cancelled(call)) {
    return askiam_error_set(error, ASKIAM_STATUS_CANCELLED, ASKIAM_LAYER_AUDIT, "cancelled before it was recorded");
  }
  if (askiam_call_remaining_ms(call) == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_TIMEOUT, ASKIAM_LAYER_AUDIT,
                            "the deadline passed before the decision was recorded");
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_race_enter(aski_race *race, askiam_error *error)
{
  return race->tries < TRIES_MAX
             ? s_check_time(race->call, error)
             : askiam_error_set(error, ASKIAM_STATUS_BUSY, ASKIAM_LAYER_AUDIT,
                                "other writers moved the audit chain %d times in a row: try again", TRIES_MAX);
}

void aski_race_lost(aski_race *race)
{
  uint64_t span = race->tries < 7 ? UINT64_C(250) << race->tries : PAUSE_MAX_US;
  uint64_t seed = aski_clock_ticks_ns(race->call->clock) + race->tries;
  struct timespec pause = {0, (long)(aski_hash64(race->id, seed) % span * 1000)};
  nanosleep(&pause, NULL);
  ++race->tries;
}

aski_head *aski_race_head(askiam_heads *heads, askiam_str request_id)
{
  return &heads->items[aski_hash64(request_id, 0) % heads->count];
}
