/* SPDX-License-Identifier: Apache-2.0
 *
 * `askiam policy eval`: policies and a request in, a decision out. Pure: needs no store and no configuration. */
#include "apps/common/json_write.h"
#include "commands.h"
#include "lines.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* A line that is no question; `line` 0: the whole file is the question. */
static void s_print_bad(uint64_t line, askiam_status status, const char *problem)
{
  fputs("{", stdout);
  if (line > 0) {
    printf("\"line\":%" PRIu64 ",", line);
  }
  fputs("\"status\":\"ERROR\",\"reason\":", stdout);
  app_json_put(stdout, askiam_str_from(problem));
  printf(",\"reason_codes\":[\"%s\"]}\n", status == ASKIAM_STATUS_BAD_DATA ? "INVALID_REQUEST" : "INTERNAL");
}

static cli_exit s_answer(askiam_str text, uint64_t line)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  char *json = NULL;
  askiam_status status = askiam_policy_evaluate_json(&json, text, NULL, &error);
  if (status == ASKIAM_STATUS_OK) {
    printf("%s\n", json);
    askiam_policy_string_free(json, NULL);
    return CLI_EXIT_OK;
  }
  char problem[sizeof error.message];
  cli_line_tell(problem, sizeof problem, line == 0 ? 1 : line, error.message);
  s_print_bad(line, status, problem);
  if (status != ASKIAM_STATUS_BAD_DATA) {
    cli_complain("%s", problem);
  }
  return cli_exit_from_status(status);
}

static cli_exit s_cannot_read(const char *path, int why)
{
  cli_complain("cannot read %s: %s", path, strerror(why));
  return cli_exit_from_errno(why, CLI_EXIT_DATA);
}

static cli_exit s_answer_line(cli_line_result result, askiam_str text, uint64_t number)
{
  if (result == CLI_LINE_TOO_LONG) {
    s_print_bad(number, ASKIAM_STATUS_BAD_DATA, "the line is longer than 16 MiB");
    return CLI_EXIT_DATA;
  }
  return cli_line_is_blank(text) ? CLI_EXIT_OK : s_answer(text, number);
}

/* Answers each line as it comes; what was answered is written out before it waits for more. */
static cli_exit s_run(cli_lines *lines, const char *path)
{
  cli_exit code = CLI_EXIT_OK;
  for (;;) {
    askiam_str text = {NULL, 0};
    cli_line_result result = cli_lines_next(lines, false, &text);
    if (result == CLI_LINE_NOT_YET) {
      if (fflush(stdout) != 0) {
        return cli_exit_worse(code, CLI_EXIT_OUTPUT);
      }
      result = cli_lines_next(lines, true, &text);
    }
    if (result == CLI_LINE_END) {
      return code;
    }
    if (result == CLI_LINE_FAILED) {
      return cli_exit_worse(code, s_cannot_read(path, errno));
    }
    code = cli_exit_worse(code, s_answer_line(result, text, lines->number));
  }
}

static cli_exit s_batch(const char *path)
{
  cli_lines lines;
  cli_exit code = CLI_EXIT_OK;
  if (cli_lines_open(&lines, path, CLI_POLICY_MAX_BYTES)) {
    code = s_run(&lines, path);
  } else {
    code = s_cannot_read(path, errno);
  }
  cli_lines_close(&lines);
  return code;
}

cli_exit cli_run_policy_eval(cli_session *session)
{
  if (session->options.seen[CLI_OPT_BATCH]) {
    return s_batch(session->options.values[CLI_OPT_BATCH]);
  }
  const char *path = session->options.arguments[0];
  char *text = NULL;
  size_t length = 0;
  if (!cli_read_whole(&text, &length, path, CLI_POLICY_MAX_BYTES)) {
    return s_cannot_read(path, errno);
  }
  cli_exit code = s_answer((askiam_str){text, length}, 0);
  free(text);
  return code;
}
