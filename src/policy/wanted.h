/* SPDX-License-Identifier: Apache-2.0
 *
 * What a request is asked to have of one circumstance so that certain conditions hold and others do not. It is collected condition by
 * condition, and everything that satisfies it satisfies all of them: so what is told of it in words is proved for each value that the words
 * name, not for one example. */
#ifndef ASKI_POLICY_WANTED_H
#define ASKI_POLICY_WANTED_H

#include "policy/tries.h"
#include "policy/values.h"

typedef struct aski_policy_bound {
  bool set, strict;
  int64_t at; /* DURATION: minutes; TIME: UTC milliseconds */
} aski_policy_bound;

typedef struct aski_policy_place { /* a range of addresses, as it is written */
  aski_policy_range range;
  askiam_str text;
} aski_policy_place;

typedef struct aski_policy_places {
  aski_policy_place *items;
  size_t count, capacity;
} aski_policy_places;

typedef enum aski_policy_likeness {
  ASKI_POLICY_LIKE,    /* a pattern */
  ASKI_POLICY_EXACTLY, /* a text */
  ASKI_POLICY_CASELESS /* a text in any case */
} aski_policy_likeness;

typedef struct aski_policy_sample {
  aski_policy_likeness likeness;
  askiam_str text;
} aski_policy_sample;

typedef struct aski_policy_samples {
  aski_policy_sample *items;
  size_t count, capacity;
} aski_policy_samples;

typedef struct aski_policy_wanted {
  aski_policy_circumstance what;
  aski_policy_try tried; /* with which the conditions were looked at: it satisfies what is wanted */

  bool known; /* ADDRESS, AGENT: a condition asks only whether there is one */

  aski_policy_bound least, most; /* TIME, DURATION */
  struct {
    int64_t *items; /* DURATION: minutes that it must not be */
    size_t count, capacity;
  } others;

  bool somewhere; /* ADDRESS: in one of `inside` */
  aski_policy_places inside, outside;

  struct {
    aski_policy_samples *items; /* AGENT: one of each */
    size_t count, capacity;
  } likes;
  aski_policy_samples unlikes;
} aski_policy_wanted;

void aski_policy_wanted_init(aski_policy_wanted *out, aski_policy_circumstance what, aski_policy_try tried);
/* The clause, which is about the circumstance, must go on to hold, or not to hold, as it does with what was tried. False where that cannot be put into words;
 * then nothing was added. Check arena->failed afterwards. */
bool aski_policy_want(aski_policy_wanted *wanted, aski_arena *arena, const aski_policy_clause *clause, bool hold);
/* DURATION: longer than this; TIME: before this. */
void aski_policy_want_longer(aski_policy_wanted *wanted, int64_t duration_ms);
void aski_policy_want_before(aski_policy_wanted *wanted, int64_t time_ms);
/* Once all is collected: leaves out what says nothing new. False where no sentence could say it honestly. */
bool aski_policy_wanted_settle(aski_policy_wanted *wanted, aski_arena *arena);
/* Either of two settled ones will do, where one sentence can say so; else the first one stays as it is. */
void aski_policy_wanted_join(aski_policy_wanted *wanted, aski_arena *arena, const aski_policy_wanted *other);
/* Whether every DURATION that satisfies it ends before one of this length, 0 being without end. */
bool aski_policy_wanted_shortens(const aski_policy_wanted *wanted, int64_t present_ms);

/* What to do, as a sentence, once it is settled: "Ask from an address in 10.0.0.0/8 and not in 10.0.0.0/9." */
askiam_str aski_policy_words_wanted(aski_arena *arena, const aski_policy_wanted *wanted);

/* Of the circumstances, each in its file. */
bool aski_policy_want_span(aski_policy_wanted *wanted, aski_arena *arena, const aski_policy_clause *clause, bool hold);
bool aski_policy_want_address(aski_policy_wanted *wanted, aski_arena *arena, const aski_policy_clause *clause,
                              bool hold);
bool aski_policy_want_agent(aski_policy_wanted *wanted, aski_arena *arena, const aski_policy_clause *clause, bool hold);
bool aski_policy_settle_span(aski_policy_wanted *wanted);
bool aski_policy_settle_address(aski_policy_wanted *wanted, aski_arena *arena);
bool aski_policy_settle_agent(aski_policy_wanted *wanted, aski_arena *arena);

/* So many exceptions can be told; with more, nobody could follow. */
enum { ASKI_POLICY_EXCEPTIONS_MAX = 8 };

#endif
