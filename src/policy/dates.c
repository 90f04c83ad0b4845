/* SPDX-License-Identifier: Apache-2.0
 *
 * Dates as AWS takes them in conditions: the W3C profile of ISO 8601, with some freedom, or seconds since 1970. The freedom was found
 * by experiment (tests/unit/policy/vectors.c), the range is that of Java's Date. */
#include "base/time.h"
#include "policy/values.h"

enum { YEAR_MIN = -292275054, YEAR_MAX = 292278993 };

typedef struct s_scan {
  askiam_str text;
  size_t at;
} s_scan;

static char s_peek(const s_scan *scan) { return scan->at < scan->text.length ? scan->text.data[scan->at] : 0; }

static bool s_take(s_scan *scan, char byte)
{
  char next = s_peek(scan);
  bool taken = next == byte || (byte >= 'A' && byte <= 'Z' && next == byte - 'A' + 'a');
  scan->at += taken ? 1 : 0;
  return taken;
}

/* At least one digit and at most `most`. */
static bool s_number(s_scan *scan, size_t most, int64_t *out_value)
{
  size_t begin = scan->at;
  *out_value = 0;
  while (scan->at - begin < most && s_peek(scan) >= '0' && s_peek(scan) <= '9') {
    *out_value = *out_value * 10 + (s_peek(scan) - '0');
    ++scan->at;
  }
  return scan->at > begin;
}

static bool s_within(s_scan *scan, size_t most, int64_t low, int64_t high, int64_t *out_value)
{
  return s_number(scan, most, out_value) && *out_value >= low && *out_value <= high;
}

/* "2012", "2012-10", "2012-10-17" in days since 1970. */
static bool s_read_days(s_scan *scan, int64_t *out_days)
{
  int64_t year = 0;
  int64_t month = 1;
  int64_t day = 1;
  bool negative = s_take(scan, '-');
  if (!s_number(scan, 9, &year)) {
    return false;
  }
  year = negative ? -year : year;
  if (year < YEAR_MIN || year > YEAR_MAX) {
    return false;
  }
  if (s_take(scan, '-') &&
      (!s_within(scan, 2, 1, 12, &month) || (s_take(scan, '-') && !s_within(scan, 2, 1, 31, &day)))) {
    return false;
  }
  *out_days = aski_date_to_days((aski_date){(int)year, (int)month, 1}) + day - 1;
  return true;
}

/* A fraction of a second has up to nine digits, of which three count. */
static bool s_read_fraction(s_scan *scan, int64_t *out_ms)
{
  int64_t value = 0;
  size_t begin = scan->at;
  if (!s_number(scan, 9, &value)) {
    return false;
  }
  for (size_t digits = scan->at - begin; digits != 3; digits += digits < 3 ? 1 : (size_t)-1) {
    value = digits < 3 ? value * 10 : value / 10;
  }
  *out_ms = value;
  return true;
}

/* "Z", "+02", "+02:00" or nothing, in minutes. */
static bool s_read_offset(s_scan *scan, int64_t *out_minutes)
{
  int64_t hours = 0;
  int64_t minutes = 0;
  *out_minutes = 0;
  bool negative = s_peek(scan) == '-';
  if (s_take(scan, 'Z') || (!s_take(scan, '+') && !s_take(scan, '-'))) {
    return true;
  }
  size_t begin = scan->at;
  if (!s_within(scan, 2, 0, 23, &hours) || scan->at - begin != 2) {
    return false;
  }
  if (s_take(scan, ':')) {
    begin = scan->at;
    if (!s_within(scan, 2, 0, 59, &minutes) || scan->at - begin != 2) {
      return false;
    }
  }
  *out_minutes = (hours * 60 + minutes) * (negative ? -1 : 1);
  return true;
}

/* What follows the 'T', in milliseconds. */
static bool s_read_time(s_scan *scan, int64_t *out_ms)
{
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  int64_t fraction_ms = 0;
  int64_t offset = 0;
  if (s_peek(scan) != 0) {
    bool good =
        s_within(scan, 2, 0, 23, &hour) &&
        (!s_take(scan, ':') || (s_within(scan, 2, 0, 59, &minute) &&
                                (!s_take(scan, ':') || (s_within(scan, 2, 0, 59, &second) &&
                                                        (!s_take(scan, '.') || s_read_fraction(scan, &fraction_ms))))));
    if (!good || !s_read_offset(scan, &offset)) {
      return false;
    }
  }
  *out_ms = ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction_ms;
  return true;
}

static bool s_read_seconds(askiam_str text, int64_t *out_ms)
{
  uint64_t seconds = 0;
  for (size_t i = 0; i < text.length; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9') {
      return false;
    }
    uint64_t digit = (uint64_t)(text.data[i] - '0');
    if (seconds > ((uint64_t)INT64_MAX - digit) / 10) {
      return false;
    }
    seconds = seconds * 10 + digit;
  }
  *out_ms = seconds > (uint64_t)INT64_MAX / 1000 ? INT64_MAX : (int64_t)(seconds * 1000);
  return text.length > 0;
}

bool aski_policy_date_read(askiam_str text, int64_t *out_ms)
{
  bool iso =
      text.length > 0 && (memchr(text.data, '-', text.length) != NULL || memchr(text.data, 'T', text.length) != NULL ||
                          memchr(text.data, 't', text.length) != NULL);
  if (!iso) {
    return s_read_seconds(text, out_ms);
  }
  s_scan scan = {.text = text};
  int64_t days = 0;
  int64_t within = 0;
  if (!s_read_days(&scan, &days) || (s_take(&scan, 'T') && !s_read_time(&scan, &within)) || scan.at != text.length) {
    return false;
  }
  *out_ms = days * ASKI_MS_PER_DAY + within; /* the range of years keeps it within int64_t */
  return true;
}
