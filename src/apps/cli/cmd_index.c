/* SPDX-License-Identifier: Apache-2.0
 *
 * `askiam index`: the index of a search backend that is not the store's own. */
#include "commands.h"
#include "render_members.h"

#include <inttypes.h>

typedef struct s_watch {
  cli_terminal progress; /* standard error */
  bool shown;            /* a progress line stands there */
} s_watch;

static void s_clear(s_watch *watch)
{
  if (watch->shown) {
    fputs("\r\033[K", stderr);
    watch->shown = false;
  }
}

static void s_progress(void *context, const char *what, uint64_t entries)
{
  s_watch *watch = context;
  if (!watch->progress.interactive) {
    return;
  }
  s_clear(watch);
  fprintf(stderr, "%" PRIu64 " entries  ", entries);
  cli_put(&watch->progress, askiam_str_from(what));
  fflush(stderr);
  watch->shown = true;
}

cli_exit cli_run_index_create(cli_session *session)
{
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  int created = 0;
  askiam_status status = askiam_index_create(&created, session->engine, &error);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  if (session->json) {
    printf("{\"created\":%d}\n", created);
  } else if (created == 0) {
    printf("The index is there already; fill it with: askiam index sync\n");
  } else {
    printf("Created %d %s; fill %s with: askiam index sync\n", created, created == 1 ? "index" : "indexes",
           created == 1 ? "it" : "them");
  }
  return CLI_EXIT_OK;
}

cli_exit cli_run_index_sync(cli_session *session)
{
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  s_watch watch = {.shown = false};
  cli_terminal_init(&watch.progress, stderr);
  const askiam_index_options options = {.size = sizeof options,
                                        .restart = session->options.seen[CLI_OPT_RESTART] ? 1 : 0,
                                        .progress = s_progress,
                                        .context = &watch};
  askiam_error error = ASKIAM_ERROR_INIT;
  char *summary = NULL;
  askiam_status status = askiam_index_sync(&summary, session->engine, &options, &error);
  s_clear(&watch);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  if (session->json) {
    cli_print_owned(session, summary);
    return CLI_EXIT_OK;
  }
  printf("Filled the index from ");
  cli_put(&session->out, cli_shown_value("store.url", askiam_config_get(session->config, "store.url")));
  printf(":\n");
  cli_render_members(&session->out, askiam_str_from(summary));
  askiam_string_free(session->engine, summary);
  return CLI_EXIT_OK;
}
