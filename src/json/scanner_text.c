/* SPDX-License-Identifier: Apache-2.0
 *
 * Strings and numbers of the scanner. */
#include "json/scanner.h"
#include "json/utf8.h"

static char s_peek(const aski_json_scanner *scanner)
{
  return scanner->at < scanner->text.length ? scanner->text.data[scanner->at] : 0;
}

static bool s_is_digit(char byte) { return byte >= '0' && byte <= '9'; }

static int s_hex(char digit)
{
  if (s_is_digit(digit)) {
    return digit - '0';
  }
  if (digit >= 'a' && digit <= 'f') {
    return digit - 'a' + 10;
  }
  return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

/* The value of "\uXXXX" at `at`, -1 where it is not one. */
static int32_t s_unit(askiam_str text, size_t at)
{
  if (text.length < 6 || at > text.length - 6 || text.data[at] != '\\' || text.data[at + 1] != 'u') {
    return -1;
  }
  int32_t value = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    int digit = s_hex(text.data[i]);
    if (digit < 0) {
      return -1;
    }
    value = value * 16 + digit;
  }
  return value;
}

static bool s_is_high(int32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
static bool s_is_low(int32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

static bool s_scan_unicode_escape(aski_json_scanner *scanner)
{
  int32_t unit = s_unit(scanner->text, scanner->at);
  if (unit < 0) {
    return aski_json_fail(scanner, scanner->at, "\\u needs four hexadecimal digits");
  }
  if (unit == 0 && !scanner->takes_nul) {
    return aski_json_fail(scanner, scanner->at, "\\u0000 is not allowed");
  }
  if (s_is_high(unit) && s_is_low(s_unit(scanner->text, scanner->at + 6))) {
    scanner->at += 12;
    return true;
  }
  if (s_is_high(unit) || s_is_low(unit)) {
    return aski_json_fail(scanner, scanner->at, "half of a surrogate pair (\\uD800 to \\uDFFF) stands alone");
  }
  scanner->at += 6;
  return true;
}

static bool s_scan_escape(aski_json_scanner *scanner)
{
  if (scanner->at + 1 >= scanner->text.length) {
    return aski_json_fail(scanner, scanner->text.length, "the text ends within a string");
  }
  char kind = scanner->text.data[scanner->at + 1];
  if (kind == 'u') {
    return s_scan_unicode_escape(scanner);
  }
  if (kind == 0 || strchr("\"\\/bfnrt", kind) == NULL) {
    return aski_json_fail(scanner, scanner->at,
                          "an unknown escape: only \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX are");
  }
  scanner->at += 2;
  return true;
}

bool aski_json_scan_string(aski_json_scanner *scanner, bool *out_escaped)
{
  *out_escaped = false;
  ++scanner->at;
  while (scanner->at < scanner->text.length) {
    unsigned char byte = (unsigned char)scanner->text.data[scanner->at];
    if (byte == '"') {
      ++scanner->at;
      return true;
    }
    if (byte < 0x20) {
      return aski_json_fail(scanner, scanner->at, "a control character in a string; write it as an escape");
    }
    if (byte == '\\') {
      *out_escaped = true;
      if (!s_scan_escape(scanner)) {
        return false;
      }
      continue;
    }
    size_t length = aski_json_utf8_length(scanner->text.data + scanner->at, scanner->text.length - scanner->at);
    if (length == 0) {
      return aski_json_fail(scanner, scanner->at, "bytes that are not UTF-8");
    }
    scanner->at += length;
  }
  return aski_json_fail(scanner, scanner->at, "the text ends within a string");
}

static bool s_scan_digits(aski_json_scanner *scanner, const char *problem)
{
  if (!s_is_digit(s_peek(scanner))) {
    return aski_json_fail(scanner, scanner->at, problem);
  }
  while (s_is_digit(s_peek(scanner))) {
    ++scanner->at;
  }
  return true;
}

bool aski_json_scan_number(aski_json_scanner *scanner)
{
  if (s_peek(scanner) == '-') {
    ++scanner->at;
  }
  if (s_peek(scanner) == '0') {
    ++scanner->at;
    if (s_is_digit(s_peek(scanner))) {
      return aski_json_fail(scanner, scanner->at - 1, "a number does not begin with 0");
    }
  } else if (!s_scan_digits(scanner, "a number needs a digit here")) {
    return false;
  }
  if (s_peek(scanner) == '.') {
    ++scanner->at;
    if (!s_scan_digits(scanner, "a number needs a digit after its point")) {
      return false;
    }
  }
  if (s_peek(scanner) == 'e' || s_peek(scanner) == 'E') {
    ++scanner->at;
    if (s_peek(scanner) == '+' || s_peek(scanner) == '-') {
      ++scanner->at;
    }
    return s_scan_digits(scanner, "a number needs a digit in its exponent");
  }
  return true;
}

static char s_unescaped(char kind)
{
  static const char from[] = "bfnrt";
  static const char into[] = "\b\f\n\r\t";
  const char *found = strchr(from, kind);
  return found == NULL ? kind : into[found - from];
}

void aski_json_decode(aski_json_scanner *scanner, askiam_str raw)
{
  for (size_t at = 0; at < raw.length;) {
    if (raw.data[at] != '\\') {
      aski_buffer_append_byte(&scanner->pool, raw.data[at++]);
      continue;
    }
    int32_t unit = s_unit(raw, at);
    if (unit < 0) {
      aski_buffer_append_byte(&scanner->pool, s_unescaped(raw.data[at + 1]));
      at += 2;
      continue;
    }
    at += 6;
    if (s_is_high(unit)) {
      unit = 0x10000 + ((unit - 0xD800) << 10) + (s_unit(raw, at) - 0xDC00);
      at += 6;
    }
    char bytes[4];
    size_t length = aski_json_utf8_encode((uint32_t)unit, bytes);
    aski_buffer_append(&scanner->pool, (askiam_str){bytes, length});
  }
}
