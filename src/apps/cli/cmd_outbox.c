/* SPDX-License-Identifier: Apache-2.0
 *
 * `askiam outbox …`: delivers the events that wait, lists those that were refused. */
#include "commands.h"
#include "render_members.h"

#include <inttypes.h>

static bool s_is_target(const char *target)
{
  static const char *const schemes[] = {"file:", "https://", "http://"};
  for (size_t at = 0; at < sizeof schemes / sizeof *schemes; at++) {
    size_t length = strlen(schemes[at]);
    if (strncmp(target, schemes[at], length) == 0 && target[length] != '\0') {
      return true;
    }
  }
  return false;
}

cli_exit cli_run_outbox_relay(cli_session *session)
{
  const char *target = session->options.values[CLI_OPT_TO];
  if (target == NULL) {
    cli_complain("outbox relay needs --to file:PATH or --to https://…, where the events go");
    return CLI_EXIT_USAGE;
  }
  if (!s_is_target(target)) {
    cli_complain("--to takes file:PATH, such as file:events.jsonl, or a URL that begins with https://");
    return CLI_EXIT_USAGE;
  }
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  uint64_t delivered = 0;
  askiam_status status = askiam_outbox_relay(&delivered, session->engine, target, &error);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  if (session->json) {
    printf("{\"delivered\":%" PRIu64 "}\n", delivered);
    return CLI_EXIT_OK;
  }
  printf("Delivered %" PRIu64 " %s to ", delivered, delivered == 1 ? "event" : "events");
  cli_put(&session->out, cli_shown_value("outbox.url", askiam_str_from(target)));
  printf("\n");
  return CLI_EXIT_OK;
}

static askiam_status s_print_line(void *context, askiam_str line)
{
  (void)context;
  fwrite(line.data, 1, line.length, stdout);
  fputc('\n', stdout);
  return ferror(stdout) != 0 ? ASKIAM_STATUS_CANCELLED : ASKIAM_STATUS_OK;
}

cli_exit cli_run_outbox_dead(cli_session *session)
{
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_outbox_dead_letters(session->engine, s_print_line, NULL, &error);
  bool ours = status == ASKIAM_STATUS_OK || ferror(stdout) != 0;
  return ours ? CLI_EXIT_OK : cli_fail(status, &error);
}
