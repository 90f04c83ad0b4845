/* SPDX-License-Identifier: Apache-2.0
 *
 * Decimals of any length, compared digit by digit: a double would call 9007199254740993 and 9007199254740992 equal. */
#include "policy/values.h"

enum { EXPONENT_LIMIT = 1000000000, WHOLE_DIGITS = 15 };

static bool s_is_digit(char byte) { return byte >= '0' && byte <= '9'; }

static bool s_read_exponent(askiam_str text, size_t *at, int64_t *out)
{
  *out = 0;
  if (*at == text.length) {
    return true;
  }
  if (text.data[*at] != 'e' && text.data[*at] != 'E') {
    return false;
  }
  ++*at;
  bool negative = *at < text.length && text.data[*at] == '-';
  if (*at < text.length && (text.data[*at] == '-' || text.data[*at] == '+')) {
    ++*at;
  }
  size_t first = *at;
  for (; *at < text.length && s_is_digit(text.data[*at]); ++*at) {
    *out = *out < EXPONENT_LIMIT ? *out * 10 + (text.data[*at] - '0') : *out;
  }
  *out = negative ? -*out : *out;
  return *at > first && *at == text.length;
}

/* Cuts the zeros at both ends and moves the exponent to before the first digit that is left. */
static void s_normalise(aski_policy_decimal *out, askiam_str mantissa, int64_t exponent)
{
  const char *point = memchr(mantissa.data, '.', mantissa.length);
  int64_t whole = point == NULL ? (int64_t)mantissa.length : point - mantissa.data;
  size_t first = 0;
  while (first < mantissa.length && (mantissa.data[first] == '0' || mantissa.data[first] == '.')) {
    ++first;
  }
  size_t end = mantissa.length;
  while (end > first && (mantissa.data[end - 1] == '0' || mantissa.data[end - 1] == '.')) {
    --end;
  }
  out->digits = aski_str_slice(mantissa, first, end - first);
  if (out->digits.length == 0) {
    out->negative = false;
    out->exponent = 0;
    return;
  }
  int64_t skipped = (int64_t)first;
  out->exponent = exponent + whole - (skipped > whole ? skipped - 1 : skipped);
}

bool aski_policy_decimal_read(aski_policy_decimal *out, askiam_str text)
{
  size_t at = 0;
  *out = (aski_policy_decimal){.negative = text.length > 0 && text.data[0] == '-'};
  if (text.length > 0 && (text.data[0] == '-' || text.data[0] == '+')) {
    ++at;
  }
  size_t start = at;
  size_t digits = 0;
  bool point = false;
  for (; at < text.length && (s_is_digit(text.data[at]) || (text.data[at] == '.' && !point)); ++at) {
    point = point || text.data[at] == '.';
    digits += s_is_digit(text.data[at]) ? 1 : 0;
  }
  askiam_str mantissa = aski_str_slice(text, start, at - start);
  int64_t exponent = 0;
  if (digits == 0 || !s_read_exponent(text, &at, &exponent)) {
    return false;
  }
  s_normalise(out, mantissa, exponent);
  return true;
}

static int s_compare_digits(askiam_str left, askiam_str right)
{
  size_t i = 0;
  size_t j = 0;
  while (i < left.length || j < right.length) {
    i += i < left.length && left.data[i] == '.' ? 1 : 0;
    j += j < right.length && right.data[j] == '.' ? 1 : 0;
    char a = i < left.length ? left.data[i++] : '0';
    char b = j < right.length ? right.data[j++] : '0';
    if (a != b) {
      return a < b ? -1 : 1;
    }
  }
  return 0;
}

int aski_policy_decimal_compare(const aski_policy_decimal *left, const aski_policy_decimal *right)
{
  int left_sign = left->digits.length == 0 ? 0 : left->negative ? -1 : 1;
  int right_sign = right->digits.length == 0 ? 0 : right->negative ? -1 : 1;
  if (left_sign != right_sign) {
    return left_sign < right_sign ? -1 : 1;
  }
  if (left->exponent != right->exponent) {
    return (left->exponent < right->exponent) == (left_sign > 0) ? -1 : 1;
  }
  return left_sign * s_compare_digits(left->digits, right->digits);
}

int64_t aski_policy_decimal_floor(const aski_policy_decimal *decimal, bool *out_exact)
{
  int64_t whole = 0;
  int64_t left = decimal->exponent; /* digits before the point */
  size_t at = 0;
  *out_exact = left <= WHOLE_DIGITS;
  if (!*out_exact) {
    return decimal->negative ? -INT64_C(1000000000000000) : INT64_C(1000000000000000);
  }
  for (; left > 0; --left) {
    at += at < decimal->digits.length && decimal->digits.data[at] == '.' ? 1 : 0;
    whole = whole * 10 + (at < decimal->digits.length ? decimal->digits.data[at++] - '0' : 0);
  }
  at += at < decimal->digits.length && decimal->digits.data[at] == '.' ? 1 : 0;
  *out_exact = at >= decimal->digits.length;
  whole = decimal->negative ? -whole : whole;
  return decimal->negative && !*out_exact ? whole - 1 : whole;
}
