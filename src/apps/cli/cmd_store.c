/* SPDX-License-Identifier: Apache-2.0
 *
 * `askiam init`, `import` and `erase`: what is in the store. */
#include "apps/common/json_write.h"
#include "commands.h"
#include "render_members.h"

#include <inttypes.h>

typedef struct s_watch {
  cli_terminal progress; /* standard error */
  bool shown;            /* a progress line stands there */
  unsigned problems;
} s_watch;

static void s_clear(s_watch *watch)
{
  if (watch->shown) {
    fputs("\r\033[K", stderr);
    watch->shown = false;
  }
}

static void s_progress(void *context, const char *file, uint64_t rows, double share)
{
  s_watch *watch = context;
  if (!watch->progress.interactive) {
    return;
  }
  s_clear(watch);
  fprintf(stderr, "%3.0f %%  %" PRIu64 " rows  ", share * 100, rows);
  cli_put(&watch->progress, askiam_str_from(file));
  fflush(stderr);
  watch->shown = true;
}

static void s_problem(void *context, const char *message)
{
  s_watch *watch = context;
  s_clear(watch);
  cli_put(&watch->progress, askiam_str_from(message));
  fputc('\n', stderr);
  watch->problems++;
}

/* `path` NULL: the sample. The summary is owned by the caller. */
static cli_exit s_import(char **out_summary, cli_session *session, const char *path)
{
  s_watch watch = {0};
  cli_terminal_init(&watch.progress, stderr);
  askiam_import_options options = {sizeof options, s_progress, s_problem, &watch};
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = path == NULL ? askiam_import_sample(out_summary, session->engine, &options, &error)
                                      : askiam_import_path(out_summary, session->engine, path, &options, &error);
  s_clear(&watch);
  if (status == ASKIAM_STATUS_OK) {
    return CLI_EXIT_OK;
  }
  if (status == ASKIAM_STATUS_BAD_DATA && watch.problems > 0) {
    cli_complain("nothing was imported: mend %s above and import again",
                 watch.problems == 1 ? "the problem" : "the problems");
    return CLI_EXIT_DATA;
  }
  return cli_fail(status, &error);
}

static void s_print_store(const cli_session *session)
{
  cli_put(&session->out, cli_shown_value("store.url", askiam_config_get(session->config, "store.url")));
}

static void s_print_init(cli_session *session, int from, int to, const char *summary)
{
  if (session->json) {
    printf("{\"from_version\":%d,\"to_version\":%d,\"sample\":%s}\n", from, to, summary == NULL ? "null" : summary);
    return;
  }
  if (from == to) {
    printf("The schema is up to date (version %d) in ", to);
  } else if (from == 0) {
    printf("Created the schema (version %d) in ", to);
  } else {
    printf("Brought the schema from version %d to %d in ", from, to);
  }
  s_print_store(session);
  printf("\n");
  if (summary != NULL) {
    printf("Loaded the sample organisation:\n");
    cli_render_members(&session->out, askiam_str_from(summary));
    printf("Try: askiam validate --user john.doe \"I need access to HR Analyst role in Workday\"\n");
  }
}

/* The SQL alone, so that it can be handed to psql. */
static cli_exit s_print_grants(cli_session *session)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  char *sql = NULL;
  askiam_status status = askiam_admin_grants(&sql, session->engine, &error);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  if (session->json) {
    fputs("{\"grants\":", stdout);
    app_json_put(stdout, askiam_str_from(sql));
    fputs("}\n", stdout);
  } else {
    fputs(sql, stdout);
  }
  askiam_string_free(session->engine, sql);
  return CLI_EXIT_OK;
}

cli_exit cli_run_init(cli_session *session)
{
  if (session->options.seen[CLI_OPT_GRANTS] && session->options.seen[CLI_OPT_SAMPLE]) {
    cli_complain("--grants writes SQL only: load the sample by an init of its own");
    return CLI_EXIT_USAGE;
  }
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  int from = 0;
  int to = 0;
  askiam_status status = askiam_admin_migrate(&from, &to, session->engine, &error);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  if (session->options.seen[CLI_OPT_GRANTS]) {
    return s_print_grants(session);
  }
  char *summary = NULL;
  if (session->options.seen[CLI_OPT_SAMPLE]) {
    code = s_import(&summary, session, NULL);
  }
  if (code == CLI_EXIT_OK) {
    s_print_init(session, from, to, summary);
  }
  askiam_string_free(session->engine, summary);
  return code;
}

cli_exit cli_run_import(cli_session *session)
{
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  char *summary = NULL;
  code = s_import(&summary, session, session->options.arguments[0]);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  if (session->json) {
    cli_print_owned(session, summary);
    return code;
  }
  printf("Imported ");
  cli_put(&session->out, askiam_str_from(session->options.arguments[0]));
  printf(" into ");
  s_print_store(session);
  printf(":\n");
  cli_render_members(&session->out, askiam_str_from(summary));
  askiam_string_free(session->engine, summary);
  return code;
}

cli_exit cli_run_erase(cli_session *session)
{
  if (!session->options.seen[CLI_OPT_USER]) {
    cli_complain("erase needs --user ID, the id of the person to be forgotten");
    return CLI_EXIT_USAGE;
  }
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  uint64_t requests = 0;
  askiam_str user = cli_value(session, CLI_OPT_USER);
  askiam_status status = askiam_admin_erase_user(&requests, session->engine, user, &error);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  if (session->json) {
    fputs("{\"user_id\":", stdout);
    app_json_put(stdout, user);
    printf(",\"requests\":%" PRIu64 "}\n", requests);
    return CLI_EXIT_OK;
  }
  printf("Erased sentence, answer and facts of %" PRIu64 " %s by or for ", requests,
         requests == 1 ? "request" : "requests");
  cli_put(&session->out, user);
  printf("; the audit trail still verifies.\n");
  return CLI_EXIT_OK;
}
