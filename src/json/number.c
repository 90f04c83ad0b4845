/* SPDX-License-Identifier: Apache-2.0 */
#include "json/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DIGITS_MAX = 40, EXPONENT_MAX = 99999 };

static bool s_is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/* "e-12" or nothing. */
static int64_t s_exponent(askiam_str text)
{
  int64_t value = 0;
  for (size_t i = 1; i < text.length; ++i) {
    if (s_is_digit(text.data[i]) && value <= INT32_MAX) {
      value = value * 10 + (text.data[i] - '0');
    }
  }
  return text.length > 1 && text.data[1] == '-' ? -value : value;
}

/* Moves the point into the exponent: "-1.50e3" becomes "-150e1", which strtod reads alike in every locale. */
double aski_json_number_value(askiam_str literal)
{
  char digits[DIGITS_MAX + 1];
  size_t count = 0;
  int64_t scale = 0;
  bool fraction = false;
  size_t at = literal.length > 0 && literal.data[0] == '-' ? 1 : 0;
  for (; at < literal.length && (s_is_digit(literal.data[at]) || literal.data[at] == '.'); ++at) {
    if (literal.data[at] == '.') {
      fraction = true;
      continue;
    }
    bool leading = count == 0 && literal.data[at] == '0';
    bool kept = !leading && count < DIGITS_MAX;
    if (kept) {
      digits[count++] = literal.data[at];
    }
    scale += (fraction && (kept || leading) ? -1 : 0) + (!fraction && !kept && !leading ? 1 : 0);
  }
  digits[count] = 0;
  scale += s_exponent(aski_str_slice(literal, at, literal.length));
  scale = scale > EXPONENT_MAX ? EXPONENT_MAX : scale < -EXPONENT_MAX ? -EXPONENT_MAX : scale;
  char text[DIGITS_MAX + 32];
  snprintf(text, sizeof text, "%s%se%" PRId64, literal.length > 0 && literal.data[0] == '-' ? "-" : "",
           count == 0 ? "0" : digits, scale);
  return strtod(text, NULL);
}

/* The locale's point, of one byte or more, becomes '.'. */
static void s_plain_point(char *text)
{
  char *into = text;
  bool within = false;
  for (const char *from = text; *from != 0; ++from) {
    bool plain = s_is_digit(*from) || strchr("+-e", *from) != NULL;
    if (plain) {
      *into++ = *from;
    } else if (!within) {
      *into++ = '.';
    }
    within = !plain;
  }
  *into = 0;
}

static void s_strip_zeros(char *text)
{
  if (strchr(text, '.') == NULL) {
    return;
  }
  size_t length = strlen(text);
  while (text[length - 1] == '0') {
    --length;
  }
  text[text[length - 1] == '.' ? length - 1 : length] = 0;
}

void aski_json_number_format(double value, int decimals, char out[ASKI_JSON_NUMBER_BYTES])
{
  /* From 1e15 on a double has no decimals worth rounding, and %f would need hundreds of digits. */
  if (decimals >= 0 && fabs(value) < 1e15) {
    if (!(value < trunc(value)) && !(value > trunc(value))) {
      snprintf(out, ASKI_JSON_NUMBER_BYTES, "%" PRId64, (int64_t)value);
      return;
    }
    snprintf(out, ASKI_JSON_NUMBER_BYTES, "%.*f", decimals > 9 ? 9 : decimals, value);
    s_plain_point(out);
    s_strip_zeros(out);
    if (strcmp(out, "-0") == 0) {
      memcpy(out, "0", 2);
    }
    return;
  }
  for (int precision = 1; precision <= 17; ++precision) {
    snprintf(out, ASKI_JSON_NUMBER_BYTES, "%.*g", precision, value);
    double back = strtod(out, NULL);
    if (!(back < value) && !(back > value)) {
      break;
    }
  }
  s_plain_point(out);
}
