/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <string.h>

bool app_text_equal(askiam_str left, askiam_str right)
{
  return left.length == right.length && (left.length == 0 || memcmp(left.data, right.data, left.length) == 0);
}

bool app_text_is(askiam_str text, const char *same) { return app_text_equal(text, askiam_str_from(same)); }

bool app_text_begins_any_case(askiam_str text, const char *lower)
{
  size_t length = strlen(lower);
  for (size_t i = 0; i < length; ++i) {
    char byte = i < text.length ? text.data[i] : '\0';
    if ((byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte) != lower[i]) {
      return false;
    }
  }
  return true;
}

bool app_text_is_any_case(askiam_str text, const char *lower)
{
  return text.length == strlen(lower) && app_text_begins_any_case(text, lower);
}

static bool s_is_blank(char byte) { return byte == ' ' || byte == '\t'; }

askiam_str app_text_trim(askiam_str text)
{
  while (text.length > 0 && s_is_blank(text.data[0])) {
    text = (askiam_str){text.data + 1, text.length - 1};
  }
  while (text.length > 0 && s_is_blank(text.data[text.length - 1])) {
    --text.length;
  }
  return text;
}

bool app_text_is_id(askiam_str text, const char *more, size_t most_bytes)
{
  for (size_t i = 0; i < text.length; ++i) {
    char byte = text.data[i];
    bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
    if (!plain && (byte == '\0' || (strchr("._:-", byte) == NULL && strchr(more, byte) == NULL))) {
      return false;
    }
  }
  return text.length > 0 && text.length <= most_bytes;
}
