/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <string.h>

bool app_text_equal(askiam_str left, askiam_str right)
{
  return left.length == right.length && (left.length == 0 || memcmp(left.data, right.data, left.length) == 0);
}

bool app_text_is(askiam_str text, const char *same) { return app_text_equal(text, askiam_str_from(same)); }

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
