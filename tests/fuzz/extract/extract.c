/* SPDX-License-Identifier: Apache-2.0
 *
 * Any valid text of up to 4,096 bytes: a reading always, complete only with all three entities. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "extract/extract.h"
#include "unit/extract/table.h"

static test_table s_table;
static aski_phrases *s_phrases;

static void s_set_up(void)
{
  const char *source = getenv("ASKIAM_SOURCE_DIR");
  char path[1024];
  snprintf(path, sizeof path, "%s/tests/unit/extract/organisations.tsv", source == NULL ? "." : source);
  if (!test_table_load(&s_table, path, "acme") ||
      aski_phrases_new(&s_phrases, ASKI_STR_NONE, NULL, aski_allocator_default(), NULL) != ASKIAM_STATUS_OK) {
    fprintf(stderr, "run it in the source folder, or set ASKIAM_SOURCE_DIR\n");
    exit(1);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  askiam_str text = {(const char *)data, size};
  if (size == 0 || size > 4096 || !aski_text_valid(text) || aski_text_blank(text)) {
    return 0;
  }
  if (s_phrases == NULL) {
    s_set_up();
  }
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_catalogue catalogue = test_table_catalogue(&s_table);
  askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .now_ms = INT64_C(1793620800000)};
  aski_extract_input input = {text, ASKI_STR("john.doe"), call.now_ms};
  aski_reading reading;
  if (aski_extract_read(&reading, &arena, s_phrases, &catalogue, &call, &input, NULL) != ASKIAM_STATUS_OK ||
      (reading.codes.count == 0 && !(reading.user.found && reading.application.found && reading.role.found))) {
    abort();
  }
  aski_arena_clean_up(&arena);
  return 0;
}
