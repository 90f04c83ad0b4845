/* SPDX-License-Identifier: Apache-2.0 */
#include "json_write.h"

#include "utf8.h"

void app_json_put(FILE *stream, askiam_str text)
{
  if (text.data == NULL) {
    fputs("null", stream);
    return;
  }
  fputc('"', stream);
  for (size_t at = 0; at < text.length;) {
    uint32_t point = 0;
    size_t length = app_decode(text, at, &point);
    if (length == 0) {
      fputs("\xEF\xBF\xBD", stream);
    } else if (point == '"' || point == '\\') {
      fprintf(stream, "\\%c", (char)point);
    } else if (point < 0x20 || point == 0x7F) {
      fprintf(stream, "\\u%04x", (unsigned)point);
    } else {
      fwrite(text.data + at, 1, length, stream);
    }
    at += length == 0 ? 1 : length;
  }
  fputc('"', stream);
}
