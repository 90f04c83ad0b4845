/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether and when a failed attempt is made again: a state machine without a clock, a source of chance or a sleep
 * of its own. */
#ifndef ASKI_BASE_RETRY_H
#define ASKI_BASE_RETRY_H

#include <askiam/backend/backend.h>

#include "base/time.h"

typedef struct aski_retry_policy {
  unsigned attempts; /* in all; 0 and 1: no second one */
  int64_t delay_ms;  /* before the second attempt; doubled each time */
  int64_t jitter_ms; /* times a number from 0 to 1 is added, so that many callers do not come back at once */
} aski_retry_policy;

/* A peer that wants to be left alone for longer is left alone: nobody who has no deadline waits for a day because
 * a server says so. */
enum { ASKI_RETRY_AFTER_MAX_MS = 5 * 60 * 1000 };

/* What is to be done again. Belongs to one caller. */
typedef struct aski_retry {
  aski_retry_policy policy;
  unsigned made; /* attempts that have failed */
} aski_retry;

void aski_retry_init(aski_retry *retry, const aski_retry_policy *policy);
/* Tells of an attempt that failed with `status`, `retryable` as its error says. Gives the milliseconds to wait
 * before the next one: delay × 2^n + chance × jitter, or `after_ms` where the peer wants more (negative: it did
 * not say). Negative where there is to be none: all attempts were made, another one cannot help, the peer wants to
 * be left alone for more than ASKI_RETRY_AFTER_MAX_MS, or it would begin at the deadline, `remaining_ms` away, or
 * after it. `chance` is 0 to 1. */
int64_t aski_retry_next(aski_retry *retry, askiam_status status, bool retryable, int64_t after_ms, int64_t remaining_ms,
                        double chance);
/* How attempts are made. */
typedef struct aski_retry_plan {
  aski_retry_policy policy;
  const char *what;       /* whose failures these are, in the log; NULL: none is logged */
  double (*chance)(void); /* NULL: aski_retry_chance */
  bool (*wait)(const askiam_call *call, int64_t wait_ms); /* NULL: aski_retry_wait */
} aski_retry_plan;

/* One attempt; `context` is the caller's. The call takes what the peer wishes (askiam_call_retry_after). Who got
 * somewhere, though it failed, may begin the count of attempts anew: aski_retry_init(retry, &retry->policy). */
typedef askiam_status (*aski_retry_fn)(void *context, const askiam_call *call, aski_retry *retry, askiam_error *error);

/* Makes attempts until one succeeds or there is to be no more; the last one's failure is the failure. */
askiam_status aski_retry_run(const aski_retry_plan *plan, const askiam_call *call, aski_retry_fn attempt, void *context,
                             askiam_error *error);
/* A number of the operating system's from 0 up to 1; ½ where it has none. */
double aski_retry_chance(void);
/* Sleeps. False where the call was cancelled or its deadline came first. */
bool aski_retry_wait(const askiam_call *call, int64_t wait_ms);

#endif
