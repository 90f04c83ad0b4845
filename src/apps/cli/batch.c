/* SPDX-License-Identifier: Apache-2.0 */
#include "batch.h"

#include "apps/common/json_write.h"
#include "lines.h"
#include "times.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

static askiam_status s_apply_field(askiam_request *request, askiam_request_field field, askiam_str value,
                                   bool defaults_only, askiam_error *error)
{
  if (value.data == NULL || (defaults_only && askiam_request_get(request, field).data != NULL)) {
    return ASKIAM_STATUS_OK;
  }
  return askiam_request_set(request, field, value, error);
}

askiam_status cli_request_apply(const cli_session *session, askiam_request *request, bool defaults_only,
                                askiam_error *error)
{
  static const struct {
    cli_option option;
    askiam_request_field field;
  } s_fields[] = {{CLI_OPT_USER, ASKIAM_REQUEST_USER_ID},       {CLI_OPT_REQUESTER, ASKIAM_REQUEST_REQUESTER_ID},
                  {CLI_OPT_REQUEST_ID, ASKIAM_REQUEST_ID},      {CLI_OPT_IP, ASKIAM_REQUEST_IP},
                  {CLI_OPT_SESSION, ASKIAM_REQUEST_SESSION_ID}, {CLI_OPT_USER_AGENT, ASKIAM_REQUEST_USER_AGENT},
                  {CLI_OPT_TRACE_ID, ASKIAM_REQUEST_TRACE_ID}};
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t at = 0; at < sizeof s_fields / sizeof s_fields[0] && status == ASKIAM_STATUS_OK; at++) {
    status = s_apply_field(request, s_fields[at].field, cli_value(session, s_fields[at].option), defaults_only, error);
  }
  askiam_request_set_dry_run(request, session->options.seen[CLI_OPT_DRY_RUN]);
  if (session->options.seen[CLI_OPT_TIMEOUT_MS]) {
    askiam_request_set_timeout_ms(request, strtoll(session->options.values[CLI_OPT_TIMEOUT_MS], NULL, 10));
  }
  return status;
}

static const char *s_code_of(askiam_status status)
{
  switch (cli_exit_from_status(status)) {
  case CLI_EXIT_DATA:
    return status == ASKIAM_STATUS_CORRUPT ? "STORE_UNAVAILABLE" : "INVALID_REQUEST";
  case CLI_EXIT_UNAVAILABLE:
  case CLI_EXIT_CONFIG:
    return "STORE_UNAVAILABLE";
  case CLI_EXIT_OK:
  case CLI_EXIT_INVALID:
  case CLI_EXIT_NEEDS_INFO:
  case CLI_EXIT_USAGE:
  case CLI_EXIT_INTERNAL:
  case CLI_EXIT_OUTPUT:
  case CLI_EXIT_NOT_PERMITTED:
  default:
    return "INTERNAL";
  }
}

void cli_print_failure(const cli_session *session, const askiam_request *request, uint64_t line, askiam_status status,
                       const char *problem)
{
  char time[CLI_TIME_MAX];
  askiam_str none = {NULL, 0};
  cli_time_format(time, cli_time_now_ms());
  fputs("{", stdout);
  if (line > 0) {
    printf("\"line\":%" PRIu64 ",", line);
  }
  fputs("\"request_id\":", stdout);
  app_json_put(stdout, request == NULL ? none : askiam_request_get(request, ASKIAM_REQUEST_ID));
  fputs(",\"status\":\"ERROR\",\"reason\":", stdout);
  app_json_put(stdout, askiam_str_from(problem));
  printf(",\"reason_codes\":[\"%s\"],\"dry_run\":%s,\"timestamp\":\"%s\",\"duration_ms\":0,"
         "\"method\":\"NONE\",\"mode\":",
         s_code_of(status), session->options.seen[CLI_OPT_DRY_RUN] ? "true" : "false", time);
  app_json_put(stdout, askiam_config_get(session->config, "decision.mode"));
  fputs(",\"requester\":{\"id\":null,\"name\":null},\"entities\":{\"user\":null,\"application\":null,\"role\":null},"
        "\"duration\":{\"expires_at\":null},\"rag\":{\"result\":\"SKIPPED\",\"is_valid\":null,\"confidence\":null,"
        "\"judge\":null,\"reason\":null,\"cause\":null,\"documents\":[]},\"mcp\":{\"result\":\"SKIPPED\",\"is_valid\":"
        "null,"
        "\"reason\":null,\"checks\":[],\"queries_executed\":[]},\"suggestions\":[],\"remedies\":[],\"question\":null,"
        "\"audit\":{\"chain\":null,\"seq\":null,\"hash\":null}}\n",
        stdout);
}

void cli_print_bad_request(const cli_session *session, const askiam_request *request, uint64_t line,
                           const char *problem)
{
  cli_print_failure(session, request, line, ASKIAM_STATUS_BAD_DATA, problem);
}

static askiam_status s_read_request(const cli_session *session, cli_batch_line *line, askiam_str text)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_request_from_json(&line->request, text, NULL, &error);
  if (status == ASKIAM_STATUS_OK) {
    status = cli_request_apply(session, line->request, true, &error);
  }
  line->good = status == ASKIAM_STATUS_OK;
  cli_line_tell(line->problem, sizeof line->problem, line->number, error.message);
  return status;
}

typedef struct s_chunk {
  cli_batch_line *lines;
  size_t count;
} s_chunk;

/* Takes what is there, up to a chunk; waits only for the first line. */
static cli_line_result s_gather(cli_session *session, cli_lines *lines, s_chunk *chunk, cli_exit *code)
{
  askiam_str text = {NULL, 0};
  cli_line_result result = CLI_LINE_READ;
  while (chunk->count < CLI_BATCH_MOST) {
    result = cli_lines_next(lines, chunk->count == 0, &text);
    if (result != CLI_LINE_READ && result != CLI_LINE_TOO_LONG) {
      break;
    }
    if (result == CLI_LINE_READ && cli_line_is_blank(text)) {
      continue;
    }
    cli_batch_line *line = &chunk->lines[chunk->count++];
    *line = (cli_batch_line){.number = lines->number};
    if (result == CLI_LINE_TOO_LONG) {
      snprintf(line->problem, sizeof line->problem, "the line is longer than %d bytes", CLI_LINE_MAX_BYTES);
      *code = cli_exit_worse(*code, CLI_EXIT_DATA);
      continue;
    }
    askiam_status status = s_read_request(session, line, text);
    *code = cli_exit_worse(*code, cli_exit_from_status(status));
  }
  return result;
}

static void s_release(s_chunk *chunk)
{
  for (size_t at = 0; at < chunk->count; at++) {
    askiam_request_destroy(chunk->lines[at].request);
  }
  chunk->count = 0;
}

static cli_exit s_run(cli_session *session, cli_lines *lines, s_chunk *chunk, cli_batch_fn answer)
{
  cli_exit code = CLI_EXIT_OK;
  cli_line_result result = CLI_LINE_READ;
  while (result != CLI_LINE_END && result != CLI_LINE_FAILED) {
    result = s_gather(session, lines, chunk, &code);
    if (chunk->count > 0) {
      code = cli_exit_worse(code, answer(session, chunk->lines, chunk->count));
    }
    s_release(chunk);
    if (fflush(stdout) != 0) {
      return cli_exit_worse(code, CLI_EXIT_OUTPUT);
    }
  }
  if (result == CLI_LINE_FAILED) {
    cli_complain("cannot read %s: %s", session->options.values[CLI_OPT_BATCH], strerror(errno));
    code = cli_exit_worse(code, CLI_EXIT_DATA);
  }
  return code;
}

cli_exit cli_batch_run(cli_session *session, cli_batch_fn answer)
{
  cli_lines lines;
  s_chunk chunk = {calloc(CLI_BATCH_MOST, sizeof *chunk.lines), 0};
  cli_exit code = CLI_EXIT_INTERNAL;
  if (!cli_lines_open(&lines, session->options.values[CLI_OPT_BATCH], CLI_LINE_MAX_BYTES)) {
    int why = errno;
    cli_complain("cannot read %s: %s", session->options.values[CLI_OPT_BATCH], strerror(why));
    code = cli_exit_from_errno(why, CLI_EXIT_DATA);
  } else if (chunk.lines == NULL) {
    cli_complain("out of memory");
  } else {
    code = s_run(session, &lines, &chunk, answer);
  }
  cli_lines_close(&lines);
  free(chunk.lines);
  return code;
}
