/* SPDX-License-Identifier: Apache-2.0
 *
 * The forms of dates. The freedom was found by experiment (tests/unit/policy/vectors.c), the range of years is that of Java's Date. */
#include "policy/written.h"

enum { YEAR_MAX = 292278993, YEAR_MAX_BEFORE = 292275054 };

typedef struct s_scan {
  askiam_str text;
  size_t at;
} s_scan;

static char s_peek(const s_scan *scan) { return scan->at < scan->text.length ? scan->text.data[scan->at] : 0; }

/* A letter in any case. */
static bool s_take(s_scan *scan, char byte)
{
  char next = s_peek(scan);
  bool taken = next == byte || (byte >= 'A' && byte <= 'Z' && next == byte - 'A' + 'a');
  scan->at += taken ? 1 : 0;
  return taken;
}

/* A number of `least` to `most` digits within low and high. */
static bool s_number(s_scan *scan, size_t least, size_t most, int64_t low, int64_t high)
{
  int64_t value = 0;
  size_t begin = scan->at;
  while (scan->at - begin < most && s_peek(scan) >= '0' && s_peek(scan) <= '9') {
    value = value * 10 + (s_peek(scan) - '0');
    ++scan->at;
  }
  return scan->at - begin >= least && value >= low && value <= high;
}

/* "2012", "2012-10", "2012-10-17" */
static bool s_is_day(s_scan *scan)
{
  bool before = s_take(scan, '-');
  if (!s_number(scan, 1, 9, 0, before ? YEAR_MAX_BEFORE : YEAR_MAX)) {
    return false;
  }
  return !s_take(scan, '-') || (s_number(scan, 1, 2, 1, 12) && (!s_take(scan, '-') || s_number(scan, 1, 2, 1, 31)));
}

/* "Z", "+02", "-02:00" or nothing */
static bool s_is_offset(s_scan *scan)
{
  if (s_take(scan, 'Z') || (!s_take(scan, '+') && !s_take(scan, '-'))) {
    return true;
  }
  return s_number(scan, 2, 2, 0, 23) && (!s_take(scan, ':') || s_number(scan, 2, 2, 0, 59));
}

/* What follows the 'T', which may be nothing. */
static bool s_is_time(s_scan *scan)
{
  if (scan->at == scan->text.length) {
    return true;
  }
  if (!s_number(scan, 1, 2, 0, 23)) {
    return false;
  }
  if (s_take(scan, ':') && !s_number(scan, 1, 2, 0, 59)) {
    return false;
  }
  if (s_take(scan, ':') &&
      (!s_number(scan, 1, 2, 0, 59) || (s_take(scan, '.') && !s_number(scan, 1, 9, 0, 999999999)))) {
    return false;
  }
  return s_is_offset(scan);
}

/* Seconds that fit into 64 bits. */
static bool s_is_epoch(askiam_str text)
{
  uint64_t seconds = 0;
  for (size_t i = 0; i < text.length; ++i) {
    uint64_t digit = (uint64_t)(unsigned char)text.data[i] - '0';
    if (digit > 9 || seconds > ((uint64_t)INT64_MAX - digit) / 10) {
      return false;
    }
    seconds = seconds * 10 + digit;
  }
  return text.length > 0;
}

bool aski_policy_is_date(askiam_str text)
{
  if (s_is_epoch(text)) {
    return true;
  }
  s_scan scan = {.text = text};
  return s_is_day(&scan) && (!s_take(&scan, 'T') || s_is_time(&scan)) && scan.at == text.length;
}
