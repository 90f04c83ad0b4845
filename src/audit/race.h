/* SPDX-License-Identifier: Apache-2.0
 *
 * Writers of one trail race for its heads: who comes second looks again and tries again, after a pause of a random
 * length. */
#ifndef ASKI_AUDIT_RACE_H
#define ASKI_AUDIT_RACE_H

#include "base/log.h"
#include "model/record.h"

typedef struct aski_race {
  const askiam_call *call;
  askiam_str id; /* of what is written: tells the pauses of two writers apart */
  unsigned tries;
} aski_race;

/* Before each attempt: CANCELLED, TIMEOUT, or BUSY where it was lost too often. */
askiam_status aski_race_enter(aski_race *race, askiam_error *error);
/* After an attempt that came second: waits a random part of a growing span, so that writers who collided do not
 * collide again. */
void aski_race_lost(aski_race *race);
/* The head that a request's entries come after: requests are spread over the store's chains, and the same id always
 * goes to the same one. */
aski_head *aski_race_head(askiam_heads *heads, askiam_str request_id);

#endif
