/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads sentences from standard input, one a line, and prints their readings: for trying things by hand.
 *   test_extract_try ORGANISATION USER < sentences */
#include <stdio.h>

#include "extract/extract.h"
#include "table.h"

static void s_unescape(char *line)
{
  char *out = line;
  for (char *in = line; *in != 0; ++in) {
    if (*in == '\\' && in[1] == 'n') {
      *out++ = '\n';
      ++in;
    } else if (*in != '\n' && *in != '\r') {
      *out++ = *in;
    }
  }
  *out = 0;
}

static void s_show(const aski_reading *reading)
{
  printf("  -> %s", aski_act_name(reading->act));
  for (size_t i = 0; i < reading->codes.count; ++i) {
    printf(" %s", aski_code_name(reading->codes.items[i]));
  }
  if (reading->codes.count == 0) {
    printf(" ok");
  }
  printf(" [%.*s / %.*s / %.*s %.2f]", ASKI_STR_ARG(reading->user.id), ASKI_STR_ARG(reading->application.id),
         ASKI_STR_ARG(reading->role.id), reading->role.score);
  if (reading->expires_at_ms != 0) {
    char text[ASKI_TIME_TEXT_BYTES];
    aski_time_format(reading->expires_at_ms, text);
    printf(" until %s", text);
  }
  for (size_t i = 0; i < reading->suggestions.count; ++i) {
    printf("%s%.*s", i == 0 ? " sugg: " : ", ", ASKI_STR_ARG(reading->suggestions.items[i].name));
  }
  printf(" %.*s%.*s\n", ASKI_STR_ARG(reading->question), ASKI_STR_ARG(reading->reason));
}

int main(int argc, char **argv)
{
  test_table table;
  aski_phrases *phrases = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  if (argc < 3 || !test_table_load(&table, ASKIAM_SOURCE_DIR "/tests/unit/extract/organisations.tsv", argv[1]) ||
      aski_phrases_new(&phrases, ASKI_STR_NONE, NULL, aski_allocator_default(), &error) != ASKIAM_STATUS_OK) {
    fprintf(stderr, "usage: try ORGANISATION USER < sentences  %s\n", error.message);
    return 64;
  }
  aski_catalogue catalogue = test_table_catalogue(&table);
  askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .now_ms = INT64_C(1793620800000)};
  char line[8192];
  while (fgets(line, sizeof line, stdin) != NULL) {
    s_unescape(line);
    if (*line == 0) {
      continue;
    }
    aski_arena arena;
    aski_arena_init(&arena, aski_allocator_default());
    aski_extract_input input = {askiam_str_from(line), askiam_str_from(argv[2]), call.now_ms};
    aski_reading reading;
    askiam_status status = aski_extract_read(&reading, &arena, phrases, &catalogue, &call, &input, &error);
    printf("%s\n", line);
    if (status == ASKIAM_STATUS_OK) {
      s_show(&reading);
    } else {
      printf("  -> %s %s\n", askiam_status_name(status), error.message);
    }
    aski_arena_clean_up(&arena);
  }
  aski_phrases_destroy(phrases);
  test_table_clean_up(&table);
  return 0;
}
