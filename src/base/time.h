/* SPDX-License-Identifier: Apache-2.0
 *
 * Time: the default clock, the calendar (proleptic Gregorian, UTC), RFC 3339, deadlines. Nothing here reads a time zone or a locale. */
#ifndef ASKI_BASE_TIME_H
#define ASKI_BASE_TIME_H

#include "base/memory.h"

enum { ASKI_TIME_TEXT_BYTES = 32 };
#define ASKI_MS_PER_DAY INT64_C(86400000)
/* Times that can be written: 0001-01-01 to 9999-12-31T23:59:59.999, milliseconds since 1970. */
#define ASKI_TIME_MIN_MS (-INT64_C(62135596800000))
#define ASKI_TIME_MAX_MS INT64_C(253402300799999)

typedef struct aski_date {
  int year;  /* 1 to 9999 */
  int month; /* 1 to 12 */
  int day;   /* 1 to 31 */
} aski_date;

/* The system's clock. Static. */
const askiam_clock *aski_clock_system(void);
int64_t aski_clock_now_ms(const askiam_clock *clock);
uint64_t aski_clock_ticks_ns(const askiam_clock *clock);

bool aski_date_valid(aski_date date);
int aski_days_in_month(int year, int month);
/* Days since 1970-01-01; Howard Hinnant's days_from_civil and back. */
int64_t aski_date_to_days(aski_date date);
aski_date aski_date_from_days(int64_t days);
/* 0 is Sunday. */
int aski_date_weekday(aski_date date);
/* Moves by months; the day is cut to the month's last. */
aski_date aski_date_add_months(aski_date date, int months);

/* "2026-01-21T10:30:45.123Z" into `out`, at least ASKI_TIME_TEXT_BYTES. A time outside the range is written as its nearest end. */
void aski_time_format(int64_t time_ms, char *out);
/* RFC 3339 date-time with any offset and fraction (cut to ms), or a bare date "2026-01-21" (midnight UTC). False where it is
 * neither, or out of range. Leap seconds ("…:60") count as the second before. */
bool aski_time_parse(askiam_str text, int64_t *out_ms);

/* The circumstances of one call: behind the public askiam_call. */
struct askiam_call {
  const askiam_clock *clock;
  uint64_t deadline_ticks_ns; /* UINT64_MAX: none */
  int64_t now_ms;
  const int *cancelled;           /* read and written atomically; NULL: never */
  const int *forsaken;            /* the same of its request alone; NULL: never */
  const struct aski_trace *trace; /* base/log.h; NULL: nobody listens */
  int64_t *retry_after_ms;        /* where the peer's wish goes; NULL: nobody repeats the call */
};

#endif
