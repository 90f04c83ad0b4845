/* SPDX-License-Identifier: Apache-2.0
 *
 * Log records on standard error, one write each, as JSON or as text for people. */
#include "session.h"
#include "times.h"

#include <stdlib.h>

/* However long: a sentence of control characters takes six times its bytes. */
static void s_write_json(const askiam_log_record *record)
{
  size_t size = askiam_log_record_to_json(record, NULL, 0) + 1;
  char *line = malloc(size);
  if (line == NULL) {
    return;
  }
  askiam_log_record_to_json(record, line, size);
  fprintf(stderr, "%s\n", line);
  free(line);
}

static void s_write_field(const cli_terminal *terminal, const char *name, askiam_str value)
{
  if (value.data != NULL && value.length > 0) {
    cli_say(terminal, name);
    cli_put(terminal, value);
  }
}

void cli_log_write(void *context, const askiam_log_record *record)
{
  const cli_log_sink *sink = context;
  if (sink->json) {
    s_write_json(record);
    return;
  }
  cli_terminal terminal = {.stream = stderr};
  char time[CLI_TIME_MAX];
  cli_time_format(time, askiam_log_record_time_ms(record));
  flockfile(stderr);
  fprintf(stderr, "%s %-5s ", time, askiam_log_level_name(askiam_log_record_level(record)));
  s_write_field(&terminal, "", askiam_log_record_field(record, ASKIAM_LOG_STAGE));
  s_write_field(&terminal, ": ", askiam_log_record_field(record, ASKIAM_LOG_MESSAGE));
  s_write_field(&terminal, " request=", askiam_log_record_field(record, ASKIAM_LOG_REQUEST_ID));
  s_write_field(&terminal, " user=", askiam_log_record_field(record, ASKIAM_LOG_USER_ID));
  s_write_field(&terminal, " status=", askiam_log_record_field(record, ASKIAM_LOG_STATUS));
  s_write_field(&terminal, " sentence=", askiam_log_record_field(record, ASKIAM_LOG_SENTENCE));
  if (askiam_log_record_duration_ms(record) >= 0) {
    fprintf(stderr, " %.3f ms", askiam_log_record_duration_ms(record));
  }
  fputc('\n', stderr);
  funlockfile(stderr);
}
