/* SPDX-License-Identifier: Apache-2.0 */
#include "utf8.h"

size_t app_decode(askiam_str text, size_t at, uint32_t *out_point)
{
  static const uint32_t s_least[] = {0, 0, 0x80, 0x800, 0x10000};
  const unsigned char *bytes = (const unsigned char *)text.data + at;
  size_t length = bytes[0] < 0x80           ? 1
                  : (bytes[0] >> 5) == 0x6  ? 2
                  : (bytes[0] >> 4) == 0xE  ? 3
                  : (bytes[0] >> 3) == 0x1E ? 4
                                            : 0;
  if (length == 0 || length > text.length - at) {
    return 0;
  }
  uint32_t point = length == 1 ? bytes[0] : bytes[0] & (0xFFu >> (length + 1));
  for (size_t next = 1; next < length; next++) {
    if ((bytes[next] & 0xC0) != 0x80) {
      return 0;
    }
    point = (point << 6) | (bytes[next] & 0x3Fu);
  }
  if (point < s_least[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) {
    return 0;
  }
  *out_point = point;
  return length;
}
