/* SPDX-License-Identifier: Apache-2.0
 *
 * Which circumstances of a request are in the hands of whoever asks, and which of their values are worth a try: those at which conditions
 * begin or cease to hold. Whether one really helps is for the caller to find out. */
#ifndef ASKI_POLICY_TRIES_H
#define ASKI_POLICY_TRIES_H

#include "policy/document.h"

typedef enum aski_policy_circumstance {
  ASKI_POLICY_TIME,     /* aws:CurrentTime, aws:EpochTime */
  ASKI_POLICY_DURATION, /* askiam:RequestedDurationSeconds */
  ASKI_POLICY_ADDRESS,  /* aws:SourceIp */
  ASKI_POLICY_AGENT,    /* aws:UserAgent */
  ASKI_POLICY_CIRCUMSTANCES
} aski_policy_circumstance;

/* ASKI_POLICY_CIRCUMSTANCES for any other key. */
aski_policy_circumstance aski_policy_circumstance_of(askiam_str key);
/* Whether it may have variables: what is compared with them cannot be told beforehand. */
bool aski_policy_text_has_variables(askiam_str text);
/* Whether a variable in the text reads one of these circumstances, a bit for each. */
bool aski_policy_text_reads(askiam_str text, unsigned circumstances);

enum {
  ASKI_POLICY_TRIES_MAX = 64, /* of one circumstance */
  ASKI_POLICY_MINUTE_MS = 60000
};
/* Longer than what can be written as an end: a limit beyond it is none. */
#define ASKI_POLICY_MINUTES_MAX INT64_C(4200000000)

typedef struct aski_policy_try {
  int64_t number_ms; /* TIME: UTC; DURATION: from now, in whole minutes, as people ask; 0: without end */
  askiam_str text;   /* ADDRESS, AGENT */
} aski_policy_try;

typedef struct aski_policy_tries {
  aski_policy_try *items;
  size_t count, capacity;
} aski_policy_tries;

typedef struct aski_policy_clauses { /* all about one circumstance; what stands first is tried first */
  const aski_policy_clause **items;
  size_t count, capacity;
} aski_policy_clauses;

/* Adds values to try, each once, until there are ASKI_POLICY_TRIES_MAX; of times only those after `now_ms`. Check arena->failed afterwards. */
void aski_policy_tries_of(aski_policy_tries *tries, aski_arena *arena, aski_policy_circumstance what,
                          const aski_policy_clauses *clauses, int64_t now_ms);

/* A number that a policy compares a circumstance with, in whole units, rounded down. */
typedef struct aski_policy_cut {
  int64_t units;
  int64_t unit_ms; /* DURATION: a minute; TIME: a millisecond, of aws:EpochTime a second */
  bool exact;      /* nothing was cut off */
} aski_policy_cut;
/* Of the value of a Numeric or Date clause about TIME or DURATION. False where the operator can do nothing with it, or with the key. */
bool aski_policy_cut_read(aski_policy_cut *out, const aski_policy_clause *clause, askiam_str value);

#endif
