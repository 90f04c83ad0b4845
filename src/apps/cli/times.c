/* SPDX-License-Identifier: Apache-2.0 */
#include "times.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const int64_t s_day_ms = 86400000;

int64_t cli_time_now_ms(void)
{
  struct timespec now = {0};
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void cli_time_format(char out_text[CLI_TIME_MAX], int64_t time_ms)
{
  int64_t rest = time_ms % 1000 < 0 ? time_ms % 1000 + 1000 : time_ms % 1000;
  time_t seconds = (time_t)((time_ms - rest) / 1000);
  struct tm parts = {0};
  if (gmtime_r(&seconds, &parts) == NULL) {
    snprintf(out_text, CLI_TIME_MAX, "(out of range)");
    return;
  }
  size_t length = strftime(out_text, CLI_TIME_MAX, "%Y-%m-%dT%H:%M:%S", &parts);
  snprintf(out_text + length, CLI_TIME_MAX - length, ".%03dZ", (int)rest);
}

/* Days from 1970-01-01 to a day of the Gregorian calendar: years begin in March, so that the leap day is the last. */
static int64_t s_days(int64_t year, int64_t month, int64_t day)
{
  int64_t shifted = month <= 2 ? year - 1 : year;
  int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + day_of_year - 719468;
}

static bool s_digits(int64_t *out_number, const char **at, int count)
{
  int64_t number = 0;
  for (int digit = 0; digit < count; digit++, (*at)++) {
    if (!isdigit((unsigned char)**at)) {
      return false;
    }
    number = number * 10 + (**at - '0');
  }
  *out_number = number;
  return true;
}

static bool s_skip(const char **at, char expected)
{
  if (**at != expected) {
    return false;
  }
  (*at)++;
  return true;
}

static int64_t s_last_day(int64_t year, int64_t month)
{
  static const int s_lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : s_lengths[month - 1];
}

static bool s_date(int64_t *out_ms, const char **at)
{
  int64_t year = 0;
  int64_t month = 0;
  int64_t day = 0;
  if (!s_digits(&year, at, 4) || !s_skip(at, '-') || !s_digits(&month, at, 2) || !s_skip(at, '-') ||
      !s_digits(&day, at, 2) || month < 1 || month > 12 || day < 1 || day > s_last_day(year, month)) {
    return false;
  }
  *out_ms = s_days(year, month, day) * s_day_ms;
  return true;
}

/* "Z" or "+02:00". */
static bool s_offset(int64_t *out_ms, const char **at)
{
  int64_t hours = 0;
  int64_t minutes = 0;
  *out_ms = 0;
  if (s_skip(at, 'Z')) {
    return true;
  }
  char sign = **at;
  if (sign != '+' && sign != '-') {
    return false;
  }
  (*at)++;
  if (!s_digits(&hours, at, 2) || !s_skip(at, ':') || !s_digits(&minutes, at, 2) || hours > 23 || minutes > 59) {
    return false;
  }
  *out_ms = (hours * 60 + minutes) * (sign == '-' ? -60000 : 60000);
  return true;
}

static bool s_clock(int64_t *out_ms, const char **at)
{
  int64_t hours = 0;
  int64_t minutes = 0;
  int64_t seconds = 0;
  int64_t fraction = 0;
  int64_t offset_ms = 0;
  if (!s_digits(&hours, at, 2) || !s_skip(at, ':') || !s_digits(&minutes, at, 2) || !s_skip(at, ':') ||
      !s_digits(&seconds, at, 2) || hours > 23 || minutes > 59 || seconds > 59) {
    return false;
  }
  if (s_skip(at, '.')) {
    int64_t unit = 100;
    for (; isdigit((unsigned char)**at); (*at)++, unit /= 10) {
      fraction += (**at - '0') * unit;
    }
  }
  if (!s_offset(&offset_ms, at)) {
    return false;
  }
  *out_ms = ((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction - offset_ms;
  return true;
}

bool cli_time_span(int64_t *out_ms, const char *text)
{
  char *end = NULL;
  long count = strtol(text, &end, 10);
  const char *units = "mhdw";
  static const int64_t s_lengths[] = {60000, 3600000, 86400000, 604800000};
  const char *unit = *end == '\0' ? NULL : strchr(units, *end);
  if (!isdigit((unsigned char)text[0]) || unit == NULL || end[1] != '\0' || count > 100000) {
    return false;
  }
  *out_ms = count * s_lengths[unit - units];
  return true;
}

static bool s_ago(int64_t *out_ms, const char *text, int64_t now_ms)
{
  int64_t span_ms = 0;
  bool good = cli_time_span(&span_ms, text);
  *out_ms = now_ms - span_ms;
  return good;
}

bool cli_time_parse(int64_t *out_ms, const char *text, int64_t now_ms)
{
  if (strcmp(text, "now") == 0 || strcmp(text, "today") == 0) {
    *out_ms = text[0] == 'n' ? now_ms : now_ms - now_ms % s_day_ms;
    return true;
  }
  const char *at = text;
  int64_t date_ms = 0;
  int64_t clock_ms = 0;
  if (!s_date(&date_ms, &at)) {
    return s_ago(out_ms, text, now_ms);
  }
  if (*at != '\0' && (!(s_skip(&at, 'T') || s_skip(&at, ' ')) || !s_clock(&clock_ms, &at) || *at != '\0')) {
    return false;
  }
  *out_ms = date_ms + clock_ms;
  return true;
}
