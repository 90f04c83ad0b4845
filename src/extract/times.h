/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading days and lengths of time from tokens: shared by times.c, which reads them, and durations.c, which says what they mean. */
#ifndef ASKI_EXTRACT_TIMES_H
#define ASKI_EXTRACT_TIMES_H

#include "base/time.h"
#include "extract/work.h"

typedef struct aski_clock_words {
  aski_work *work;
  size_t last; /* the first token behind what is being read */
  aski_date today;
} aski_clock_words;

typedef struct aski_end_time {
  int64_t at_ms;
  const char *problem; /* NULL: fine */
  size_t next;         /* the first token after it */
} aski_end_time;

/* Every reader gives false where there is no such thing at `index`; else the end, its problem if any, and the token after it. */
const aski_token *aski_times_at(const aski_clock_words *clock, size_t index);
bool aski_times_is(const aski_clock_words *clock, size_t index, uint64_t what);
size_t aski_times_words(const aski_clock_words *clock, size_t index);
bool aski_times_value(const aski_clock_words *clock, size_t index, aski_value value, int *out_number);
size_t aski_times_value_words(const aski_clock_words *clock, size_t index, aski_value value);
bool aski_times_number(const aski_token *token, int64_t *out_number);
int64_t aski_times_after_day(aski_date date);
aski_date aski_times_plus_days(aski_date date, int64_t days);
size_t aski_times_skip_small(const aski_clock_words *clock, size_t index);
bool aski_times_length(const aski_clock_words *clock, size_t index, aski_end_time *out_end);
bool aski_times_numeric_date(const aski_clock_words *clock, size_t index, aski_end_time *out_end);
bool aski_times_named_date(const aski_clock_words *clock, size_t index, aski_end_time *out_end);
bool aski_times_period_end(const aski_clock_words *clock, size_t index, aski_end_time *out_end);
bool aski_times_day_word(const aski_clock_words *clock, size_t index, aski_end_time *out_end);
bool aski_times_calendar(const aski_clock_words *clock, size_t index, aski_end_time *out_end);

#endif
