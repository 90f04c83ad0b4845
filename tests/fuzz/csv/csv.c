/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as CSV: the same records whatever the window, and what was read, written anew, reads the same again. */
#include <stdlib.h>

#include "base/text.h"
#include "import/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct source {
  const char *data;
  size_t length;
} source;

static ssize_t s_read(void *context, char *buffer, size_t size_bytes)
{
  source *from = context;
  size_t length = from->length < size_bytes ? from->length : size_bytes;
  memcpy(buffer, from->data, length);
  from->data += length;
  from->length -= length;
  return (ssize_t)length;
}

static void s_write(aski_buffer *out, askiam_str field)
{
  aski_buffer_append_byte(out, '"');
  for (size_t i = 0; i < field.length; ++i) {
    if (field.data[i] == '"') {
      aski_buffer_append_byte(out, '"');
    }
    aski_buffer_append_byte(out, field.data[i]);
  }
  aski_buffer_append_byte(out, '"');
}

/* Writes all good records as CSV, each field quoted; how reading ended. */
static aski_csv_outcome s_copy(aski_buffer *out, askiam_str text, size_t window)
{
  source from = {text.data, text.length};
  aski_csv *csv = malloc(sizeof *csv);
  if (csv == NULL) {
    abort();
  }
  aski_csv_init(csv, aski_allocator_default(), s_read, &from, window);
  aski_csv_outcome outcome = ASKI_CSV_RECORD;
  uint64_t line = 0;
  while ((outcome = aski_csv_next(csv)) == ASKI_CSV_RECORD || outcome == ASKI_CSV_BAD_RECORD) {
    if (csv->line <= line || csv->count == 0) {
      abort();
    }
    line = csv->line;
    for (size_t i = 0; i < csv->count && outcome == ASKI_CSV_RECORD; ++i) {
      if (!aski_text_valid(csv->fields[i])) {
        abort();
      }
      s_write(out, csv->fields[i]);
      aski_buffer_append_byte(out, i + 1 == csv->count ? '\n' : ',');
    }
  }
  aski_csv_clean_up(csv);
  free(csv);
  return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  askiam_str text = {(const char *)data, size};
  aski_buffer copies[3];
  for (size_t i = 0; i < 3; ++i) {
    aski_buffer_init(&copies[i], aski_allocator_default());
  }
  aski_csv_outcome whole = s_copy(&copies[0], text, 65536);
  aski_csv_outcome pieces = s_copy(&copies[1], text, 1 + size % 5);
  if (whole != pieces || !aski_str_equal(aski_buffer_view(&copies[0]), aski_buffer_view(&copies[1]))) {
    abort();
  }
  /* Written with doubled quotes a field may outgrow the limit. */
  aski_csv_outcome again = s_copy(&copies[2], aski_buffer_view(&copies[0]), 65536);
  if (size < ASKI_CSV_MAX_FIELD_BYTES / 2 &&
      (again != ASKI_CSV_END || !aski_str_equal(aski_buffer_view(&copies[0]), aski_buffer_view(&copies[2])))) {
    abort();
  }
  for (size_t i = 0; i < 3; ++i) {
    aski_buffer_clean_up(&copies[i]);
  }
  return 0;
}
