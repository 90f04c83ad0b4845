/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding a member's bytes in text that is known to be JSON, so that it need not be written anew. */
#include "audit/record_json.h"

/* The place after the string that begins at `at`. */
static size_t s_after_string(askiam_str text, size_t at)
{
  for (++at; at < text.length && text.data[at] != '"'; ++at) {
    if (text.data[at] == '\\') {
      ++at;
    }
  }
  return at < text.length ? at + 1 : text.length;
}

static size_t s_after_blanks(askiam_str text, size_t at)
{
  while (at < text.length && (text.data[at] == ' ' || (text.data[at] >= '\t' && text.data[at] <= '\r'))) {
    ++at;
  }
  return at;
}

/* The place after the value that begins at `at`: its brackets are counted, its strings skipped. */
static size_t s_after_value(askiam_str text, size_t at)
{
  size_t depth = 0;
  while (at < text.length) {
    char byte = text.data[at];
    if (byte == '"') {
      at = s_after_string(text, at);
      continue;
    }
    if (depth == 0 && (byte == ',' || byte == '}' || byte == ']')) {
      return at;
    }
    depth += byte == '{' || byte == '[';
    depth -= byte == '}' || byte == ']';
    ++at;
  }
  return at;
}

askiam_str aski_audit_slice(askiam_str object, const char *name)
{
  size_t at = s_after_blanks(object, 0) + 1;
  while ((at = s_after_blanks(object, at)) < object.length && object.data[at] == '"') {
    size_t end = s_after_string(object, at);
    askiam_str found = aski_str_slice(object, at + 1, end - at - 2);
    at = s_after_blanks(object, s_after_blanks(object, end) + 1); /* after the colon */
    end = s_after_value(object, at);
    if (aski_str_equal_text(found, name)) {
      return aski_str_trim(aski_str_slice(object, at, end - at));
    }
    at = s_after_blanks(object, end) + 1; /* after the comma */
  }
  return ASKI_STR_NONE;
}
