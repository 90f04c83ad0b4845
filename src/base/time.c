/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include <stdio.h>
#include <time.h>

static int64_t s_system_now_ms(void *context)
{
  (void)context;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static uint64_t s_system_ticks_ns(void *context)
{
  (void)context;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

const askiam_clock *aski_clock_system(void)
{
  static const askiam_clock clock = {s_system_now_ms, s_system_ticks_ns, NULL};
  return &clock;
}

int64_t aski_clock_now_ms(const askiam_clock *clock) { return clock->now_ms(clock->context); }

uint64_t aski_clock_ticks_ns(const askiam_clock *clock) { return clock->ticks_ns(clock->context); }

static bool s_is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int aski_days_in_month(int year, int month)
{
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && s_is_leap(year) ? 29 : days[month - 1];
}

bool aski_date_valid(aski_date date)
{
  return date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
         date.day <= aski_days_in_month(date.year, date.month);
}

int64_t aski_date_to_days(aski_date date)
{
  int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  int64_t era = (year >= 0 ? year : year - 399) / 400;
  int64_t year_of_era = year - era * 400;
  int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

aski_date aski_date_from_days(int64_t days)
{
  days += 719468;
  int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  int64_t day_of_era = days - era * 146097;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t shifted_month = (5 * day_of_year + 2) / 153;
  int month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return (aski_date){(int)year, month, (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1)};
}

int aski_date_weekday(aski_date date)
{
  int64_t days = aski_date_to_days(date) + 4;
  return (int)((days % 7 + 7) % 7);
}

aski_date aski_date_add_months(aski_date date, int months)
{
  int64_t month = (int64_t)date.year * 12 + (date.month - 1) + months;
  date.year = (int)(month / 12);
  date.month = (int)(month % 12) + 1;
  int last = aski_days_in_month(date.year, date.month);
  date.day = date.day > last ? last : date.day;
  return date;
}

void aski_time_format(int64_t time_ms, char *out)
{
  time_ms = time_ms < ASKI_TIME_MIN_MS ? ASKI_TIME_MIN_MS : time_ms > ASKI_TIME_MAX_MS ? ASKI_TIME_MAX_MS : time_ms;
  int64_t days = time_ms / ASKI_MS_PER_DAY - (time_ms % ASKI_MS_PER_DAY < 0 ? 1 : 0);
  unsigned rest = (unsigned)(time_ms - days * ASKI_MS_PER_DAY);
  aski_date date = aski_date_from_days(days);
  snprintf(out, ASKI_TIME_TEXT_BYTES, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)date.year % 10000U,
           (unsigned)date.month % 100U, (unsigned)date.day % 100U, rest / 3600000U % 100U, rest / 60000U % 60U,
           rest / 1000U % 60U, rest % 1000U);
}

/* Reads exactly `count` digits at *at and moves on. */
static bool s_digits(askiam_str text, size_t *at, size_t count, int *out_value)
{
  *out_value = 0;
  if (text.length - *at < count) {
    return false;
  }
  for (size_t end = *at + count; *at < end; ++*at) {
    if (text.data[*at] < '0' || text.data[*at] > '9') {
      return false;
    }
    *out_value = *out_value * 10 + (text.data[*at] - '0');
  }
  return true;
}

static bool s_byte(askiam_str text, size_t *at, const char *wanted)
{
  if (*at < text.length && strchr(wanted, text.data[*at]) != NULL && text.data[*at] != 0) {
    ++*at;
    return true;
  }
  return false;
}

static bool s_date(askiam_str text, size_t *at, aski_date *out_date)
{
  return s_digits(text, at, 4, &out_date->year) && s_byte(text, at, "-") && s_digits(text, at, 2, &out_date->month) &&
         s_byte(text, at, "-") && s_digits(text, at, 2, &out_date->day) && aski_date_valid(*out_date);
}

static bool s_fraction(askiam_str text, size_t *at, int *out_ms)
{
  *out_ms = 0;
  if (!s_byte(text, at, ".")) {
    return true;
  }
  int scale = 100;
  size_t first = *at;
  for (; *at < text.length && text.data[*at] >= '0' && text.data[*at] <= '9'; ++*at) {
    *out_ms += (text.data[*at] - '0') * scale;
    scale /= 10;
  }
  return *at > first;
}

static bool s_offset(askiam_str text, size_t *at, int *out_minutes)
{
  *out_minutes = 0;
  if (s_byte(text, at, "Zz")) {
    return true;
  }
  bool negative = *at < text.length && text.data[*at] == '-';
  int hours = 0;
  int minutes = 0;
  if (!s_byte(text, at, "+-") || !s_digits(text, at, 2, &hours) || !s_byte(text, at, ":") ||
      !s_digits(text, at, 2, &minutes) || hours > 23 || minutes > 59) {
    return false;
  }
  *out_minutes = (negative ? -1 : 1) * (hours * 60 + minutes);
  return true;
}

bool aski_time_parse(askiam_str text, int64_t *out_ms)
{
  size_t at = 0;
  aski_date date;
  if (text.data == NULL || !s_date(text, &at, &date)) {
    return false;
  }
  int64_t time_ms = aski_date_to_days(date) * ASKI_MS_PER_DAY;
  if (at == text.length) {
    *out_ms = time_ms;
    return true;
  }
  int hour = 0;
  int minute = 0;
  int second = 0;
  int fraction_ms = 0;
  int offset = 0;
  if (!s_byte(text, &at, "Tt ") || !s_digits(text, &at, 2, &hour) || !s_byte(text, &at, ":") ||
      !s_digits(text, &at, 2, &minute) || !s_byte(text, &at, ":") || !s_digits(text, &at, 2, &second) ||
      !s_fraction(text, &at, &fraction_ms) || !s_offset(text, &at, &offset) || at != text.length || hour > 23 ||
      minute > 59 || second > 60) {
    return false;
  }
  second = second == 60 ? 59 : second;
  time_ms += ((int64_t)hour * 3600 + minute * 60 + second - (int64_t)offset * 60) * 1000 + fraction_ms;
  if (time_ms < ASKI_TIME_MIN_MS || time_ms > ASKI_TIME_MAX_MS) {
    return false;
  }
  *out_ms = time_ms;
  return true;
}
