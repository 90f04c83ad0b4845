/* SPDX-License-Identifier: Apache-2.0 */
#include "model/circumstances.h"

#include "base/time.h"

/* Within what can be written. */
static int64_t s_after(int64_t time_ms, int64_t duration_ms)
{
  return duration_ms > ASKI_TIME_MAX_MS - time_ms ? ASKI_TIME_MAX_MS : time_ms + duration_ms;
}

static void s_move(aski_circumstances *circumstances, int64_t now_ms)
{
  if (circumstances->expires_at_ms != 0) {
    circumstances->expires_at_ms = s_after(now_ms, circumstances->expires_at_ms - circumstances->now_ms);
  }
  circumstances->now_ms = now_ms;
}

void aski_circumstances_change(aski_circumstances *circumstances, aski_arena *arena, const aski_proposal *proposal)
{
  switch (proposal->what) {
  case ASKI_CIRCUMSTANCE_TIME:
    s_move(circumstances, proposal->value_ms);
    break;
  case ASKI_CIRCUMSTANCE_DURATION:
    circumstances->expires_at_ms = proposal->value_ms == 0 ? 0 : s_after(circumstances->now_ms, proposal->value_ms);
    break;
  case ASKI_CIRCUMSTANCE_ADDRESS:
    circumstances->ip = proposal->value;
    break;
  case ASKI_CIRCUMSTANCE_AGENT:
    circumstances->user_agent = proposal->value;
    break;
  case ASKI_CIRCUMSTANCE_POLICY:
  case ASKI_CIRCUMSTANCE_COUNT: {
    aski_amendment *amendment = aski_arena_acquire(arena, 1, sizeof *amendment);
    if (amendment != NULL) {
      *amendment = proposal->amendment;
      amendment->next = circumstances->amendments;
      circumstances->amendments = amendment;
    }
    break;
  }
  }
}
