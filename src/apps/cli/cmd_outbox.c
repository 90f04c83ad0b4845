/* SPDX-License-Identifier: Apache-2.0
 *
 * `askiam outbox relay`: delivers the events that wait. */
#include "commands.h"

#include <inttypes.h>

cli_exit cli_run_outbox_relay(cli_session *session)
{
  const char *target = session->options.values[CLI_OPT_TO];
  if (target == NULL) {
    cli_complain("outbox relay needs --to file:PATH, where the events go");
    return CLI_EXIT_USAGE;
  }
  if (strncmp(target, "file:", 5) != 0 || target[5] == '\0') {
    cli_complain("--to takes file:PATH, such as file:events.jsonl, not \"%s\"", target);
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
  cli_put(&session->out, askiam_str_from(target));
  printf("\n");
  return CLI_EXIT_OK;
}
