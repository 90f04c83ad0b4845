/* SPDX-License-Identifier: Apache-2.0
 *
 * Dates and times as the Date operators take them. The freedom beyond the W3C profile is AWS's own, found by experiment
 * (tests/unit/policy/vectors.c); the range of years is that of Java's Date. */
#include "base/time.h"
#include "policy/values.h"

enum {
  YEAR_MAX = 292278993,
  YEAR_MAX_BEFORE = 292275054,
  YEAR_DIGITS = 4,
  FRACTION_DIGITS_MAX = 9,
  SECONDS_PER_DAY = 86400
};

typedef struct s_scan {
  askiam_str text;
  size_t at;
} s_scan;

static char s_peek(const s_scan *scan) { return scan->at < scan->text.length ? scan->text.data[scan->at] : 0; }

static bool s_is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/* A letter in any case. */
static bool s_take(s_scan *scan, char byte)
{
  char next = s_peek(scan);
  bool taken = next == byte || (byte >= 'A' && byte <= 'Z' && next == byte - 'A' + 'a');
  scan->at += taken ? 1 : 0;
  return taken;
}

/* A number of `least` to `most` digits that is at most `high`. */
static bool s_number(s_scan *scan, size_t least, size_t most, int high, int *out)
{
  int value = 0;
  size_t begin = scan->at;
  while (scan->at - begin < most && s_is_digit(s_peek(scan))) {
    value = value * 10 + (s_peek(scan) - '0');
    ++scan->at;
  }
  *out = value;
  return scan->at - begin >= least && value <= high;
}

/* "2012", "2012-10", "2012-10-17". */
static bool s_day(s_scan *scan, aski_policy_moment *out)
{
  aski_date date = {0, 1, 1};
  bool before = s_take(scan, '-');
  if (!s_number(scan, 1, 9, before ? YEAR_MAX_BEFORE : YEAR_MAX, &date.year)) {
    return false;
  }
  date.year = before ? -date.year : date.year;
  if (s_take(scan, '-')) {
    if (!s_number(scan, 1, 2, 12, &date.month) || date.month < 1) {
      return false;
    }
    int last = aski_days_in_month(date.year, date.month);
    if (s_take(scan, '-') && (!s_number(scan, 1, 2, last, &date.day) || date.day < 1)) {
      return false;
    }
  }
  out->seconds = aski_date_to_days(date) * SECONDS_PER_DAY;
  return true;
}

/* "Z", "+02", "-02:00", or nothing, which is UTC. */
static bool s_offset(s_scan *scan, aski_policy_moment *out)
{
  if (s_take(scan, 'Z')) {
    return true;
  }
  bool west = s_take(scan, '-');
  if (!west && !s_take(scan, '+')) {
    return true;
  }
  int hours = 0;
  int minutes = 0;
  if (!s_number(scan, 2, 2, 23, &hours) || (s_take(scan, ':') && !s_number(scan, 2, 2, 59, &minutes))) {
    return false;
  }
  out->seconds += (west ? 1 : -1) * (hours * 3600 + minutes * 60);
  return true;
}

/* One to nine digits after a point. */
static bool s_fraction(s_scan *scan, int32_t *out_nanoseconds)
{
  int32_t scale = 100000000;
  size_t begin = scan->at;
  for (*out_nanoseconds = 0; s_is_digit(s_peek(scan)); ++scan->at, scale /= 10) {
    *out_nanoseconds += (s_peek(scan) - '0') * scale;
  }
  return scan->at > begin && scan->at - begin <= FRACTION_DIGITS_MAX;
}

/* What follows the 'T', which may be nothing. */
static bool s_time(s_scan *scan, aski_policy_moment *out)
{
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (scan->at == scan->text.length) {
    return true;
  }
  if (!s_number(scan, 1, 2, 23, &hour)) {
    return false;
  }
  if (s_take(scan, ':')) {
    if (!s_number(scan, 1, 2, 59, &minute)) {
      return false;
    }
    if (s_take(scan, ':') &&
        (!s_number(scan, 1, 2, 59, &second) || (s_take(scan, '.') && !s_fraction(scan, &out->nanoseconds)))) {
      return false;
    }
  }
  out->seconds += hour * 3600 + minute * 60 + second;
  return s_offset(scan, out);
}

/* DIGITS ["." DIGITS], within 64 bits. */
static bool s_epoch(s_scan *scan, aski_policy_moment *out)
{
  for (; s_is_digit(s_peek(scan)); ++scan->at) {
    int digit = s_peek(scan) - '0';
    if (out->seconds > (INT64_MAX - digit) / 10) {
      return false;
    }
    out->seconds = out->seconds * 10 + digit;
  }
  return scan->at > 0 && (!s_take(scan, '.') || s_fraction(scan, &out->nanoseconds)) && scan->at == scan->text.length;
}

bool aski_policy_moment_read(aski_policy_moment *out, askiam_str text)
{
  *out = (aski_policy_moment){0, 0};
  s_scan scan = {.text = text};
  if (text.length != YEAR_DIGITS && s_epoch(&scan, out)) {
    return true;
  }
  *out = (aski_policy_moment){0, 0};
  scan.at = 0;
  return s_day(&scan, out) && (!s_take(&scan, 'T') || s_time(&scan, out)) && scan.at == text.length;
}

int aski_policy_moment_compare(const aski_policy_moment *left, const aski_policy_moment *right)
{
  if (left->seconds != right->seconds) {
    return left->seconds < right->seconds ? -1 : 1;
  }
  return (left->nanoseconds > right->nanoseconds) - (left->nanoseconds < right->nanoseconds);
}
