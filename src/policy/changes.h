/* SPDX-License-Identifier: Apache-2.0
 *
 * What whoever asks could change about his circumstances so that a statement matches, or no longer does: derived from what its conditions
 * compare with. Whether a change really helps is for the caller to try. */
#ifndef ASKI_POLICY_CHANGES_H
#define ASKI_POLICY_CHANGES_H

#include "policy/document.h"

/* Of the context keys, those in the hands of whoever asks. */
typedef enum aski_policy_circumstance {
  ASKI_POLICY_TIME,     /* aws:CurrentTime, aws:EpochTime */
  ASKI_POLICY_DURATION, /* askiam:RequestedDurationSeconds */
  ASKI_POLICY_ADDRESS,  /* aws:SourceIp */
  ASKI_POLICY_AGENT,    /* aws:UserAgent */
  ASKI_POLICY_CIRCUMSTANCES
} aski_policy_circumstance;

typedef enum aski_policy_manner {
  ASKI_POLICY_WITHIN,  /* an address in a range; a user agent like a pattern */
  ASKI_POLICY_OUTSIDE, /* in none of the ranges; like none of the patterns */
  ASKI_POLICY_EXACTLY, /* a duration, a user agent */
  ASKI_POLICY_OTHER,   /* another duration than */
  ASKI_POLICY_AT_MOST, /* a duration, likewise the next three */
  ASKI_POLICY_LESS,
  ASKI_POLICY_AT_LEAST,
  ASKI_POLICY_MORE,
  ASKI_POLICY_SOME, /* a duration, whichever */
  ASKI_POLICY_NONE, /* no duration: for good */
  ASKI_POLICY_FROM, /* a time, or later; times that are past cannot be chosen */
  ASKI_POLICY_AFTER
} aski_policy_manner;

typedef struct aski_policy_change {
  aski_policy_circumstance what;
  aski_policy_manner manner;
  askiam_str told;    /* as it stands in the policy: "10.0.0.0/8", "curl*" */
  int64_t told_value; /* DURATION: seconds; TIME: UTC milliseconds */
  int64_t until_ms;   /* FROM, AFTER: the last moment that the same statement allows; 0: none */
  askiam_str value;   /* ADDRESS, AGENT: one to try */
  int64_t number;     /* DURATION: seconds to try, 0: without end; TIME: UTC milliseconds to try */
} aski_policy_change;

typedef struct aski_policy_changes {
  aski_policy_change *items;
  size_t count, capacity;
} aski_policy_changes;

enum { ASKI_POLICY_CHANGES_MAX = 64 };

/* Adds changes, one by one, after which a clause of the statement might hold (`hold`), or no longer would; until there are
 * ASKI_POLICY_CHANGES_MAX. What the clauses compare with variables is left out. Check arena->failed afterwards. */
void aski_policy_changes_of(aski_policy_changes *changes, aski_arena *arena, const aski_policy_statement *statement,
                            bool hold, int64_t now_ms);

/* What to do, as a sentence: "Ask from an address in 10.0.0.0/8 or 192.168.0.0/16." All have the same circumstance and manner; of durations
 * and times the first is told. */
askiam_str aski_policy_words_change(aski_arena *arena, const aski_policy_change *changes, size_t count);

#endif
