/* SPDX-License-Identifier: Apache-2.0
 *
 * `askiam extract`: what a sentence is understood to ask, and no decision. */
#include "batch.h"
#include "commands.h"
#include "render.h"

static cli_exit s_one(cli_session *session)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_request *request = NULL;
  char *json = NULL;
  askiam_status status = cli_request_from_options(&request, session, &error);
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_extract(&json, session->engine, request, &error);
  }
  askiam_request_destroy(request);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  cli_show_owned(session, json, cli_render_reading);
  return CLI_EXIT_OK;
}

static cli_exit s_answer_line(cli_session *session, const cli_batch_line *line)
{
  if (!line->good) {
    cli_print_bad_request(session, line->request, line->number, line->problem);
    return CLI_EXIT_DATA;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  char *json = NULL;
  askiam_status status = askiam_extract(&json, session->engine, line->request, &error);
  if (status == ASKIAM_STATUS_OK) {
    cli_print_owned(session, json);
    return CLI_EXIT_OK;
  }
  cli_print_failure(session, line->request, line->number, status, error.message);
  if (status != ASKIAM_STATUS_BAD_DATA) {
    cli_complain("line %llu: %s", (unsigned long long)line->number, error.message);
  }
  return cli_exit_from_status(status);
}

static cli_exit s_answer(cli_session *session, const cli_batch_line *lines, size_t count)
{
  cli_exit code = CLI_EXIT_OK;
  for (size_t at = 0; at < count; at++) {
    code = cli_exit_worse(code, s_answer_line(session, &lines[at]));
  }
  return code;
}

cli_exit cli_run_extract(cli_session *session)
{
  bool batch = session->options.seen[CLI_OPT_BATCH];
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  return batch ? cli_batch_run(session, s_answer) : s_one(session);
}
