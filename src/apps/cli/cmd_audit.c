/* SPDX-License-Identifier: Apache-2.0
 *
 * `askiam audit …`: the trail. */
#include "commands.h"
#include "filter.h"
#include "render.h"
#include "table.h"

#include <errno.h>
#include <unistd.h>

/* A key file that the caller named and may not read is his, not the configuration's, matter. */
static cli_exit s_check_key(const cli_options *options)
{
  const char *path = options->values[CLI_OPT_KEY];
  if (path != NULL && access(path, R_OK) != 0 && cli_exit_from_errno(errno, CLI_EXIT_OK) == CLI_EXIT_NOT_PERMITTED) {
    cli_complain("%s: no permission to read the audit key file", path);
    return CLI_EXIT_NOT_PERMITTED;
  }
  return CLI_EXIT_OK;
}

cli_exit cli_run_audit_verify(cli_session *session)
{
  const cli_options *options = &session->options;
  if (options->seen[CLI_OPT_CHECKPOINT] != options->seen[CLI_OPT_PUBLIC_KEY]) {
    cli_complain("--checkpoint and --public-key go together");
    return CLI_EXIT_USAGE;
  }
  cli_exit code = s_check_key(options);
  if (code == CLI_EXIT_OK) {
    code = cli_session_open(session);
  }
  if (code != CLI_EXIT_OK) {
    return code;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  int sound = 0;
  char *json = NULL;
  askiam_status status = askiam_audit_verify(&sound, &json, session->engine, options->values[CLI_OPT_CHECKPOINT],
                                             options->values[CLI_OPT_PUBLIC_KEY], &error);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  cli_show_owned(session, json, cli_render_verification);
  return sound ? CLI_EXIT_OK : CLI_EXIT_INVALID;
}

static cli_exit s_close(FILE *file, const char *path, cli_exit code)
{
  bool failed = ferror(file) != 0;
  if (fclose(file) != 0 || failed) {
    cli_complain("cannot write to %s: %s", path, strerror(errno));
    return cli_exit_worse(code, CLI_EXIT_OUTPUT);
  }
  return code;
}

static cli_exit s_checkpoint(cli_session *session, FILE *file)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  char *json = NULL;
  askiam_status status =
      askiam_audit_checkpoint(&json, session->engine, session->options.values[CLI_OPT_PRIVATE_KEY], &error);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  fprintf(file, "%s\n", json);
  askiam_string_free(session->engine, json);
  return CLI_EXIT_OK;
}

/* Ends a walk as soon as nobody reads any more. */
static askiam_status s_write_line(void *context, askiam_str line)
{
  FILE *file = context;
  fwrite(line.data, 1, line.length, file);
  fputc('\n', file);
  return ferror(file) != 0 ? ASKIAM_STATUS_CANCELLED : ASKIAM_STATUS_OK;
}

static cli_exit s_export(cli_session *session, FILE *file)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_audit_export(session->engine, s_write_line, file, &error);
  bool ours = status == ASKIAM_STATUS_OK || ferror(file) != 0; /* what cannot be written is told when it is closed */
  return ours ? CLI_EXIT_OK : cli_fail(status, &error);
}

/* Writes to standard output, or to the file of --out, which must not be there yet: a trail is never overwritten. */
static cli_exit s_write_out(cli_session *session, cli_exit (*write)(cli_session *, FILE *))
{
  const char *path = session->options.values[CLI_OPT_OUT];
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK || path == NULL) {
    return code == CLI_EXIT_OK ? write(session, stdout) : code;
  }
  FILE *file = fopen(path, "wx");
  if (file == NULL) {
    int why = errno;
    cli_complain("cannot create %s: %s", path, strerror(why));
    return cli_exit_from_errno(why, CLI_EXIT_OUTPUT);
  }
  return s_close(file, path, write(session, file));
}

cli_exit cli_run_audit_checkpoint(cli_session *session)
{
  if (!session->options.seen[CLI_OPT_PRIVATE_KEY]) {
    cli_complain("audit checkpoint needs --private-key FILE, an Ed25519 key (PEM); see `askiam help audit checkpoint`");
    return CLI_EXIT_USAGE;
  }
  return s_write_out(session, s_checkpoint);
}

cli_exit cli_run_audit_export(cli_session *session) { return s_write_out(session, s_export); }

enum { TAIL_USUAL = 10, ROWS_AT_ONCE = 1000 };

static const cli_column s_entry_columns[] = {{"time", "time", NULL},          {"status", "status", NULL},
                                             {"user", "user_id", NULL},       {"role", "role_id", NULL},
                                             {"application", "app_id", NULL}, {"risk", "risk", NULL},
                                             {"request", "request_id", NULL}};

typedef struct s_listing {
  cli_session *session;
  cli_table table;
  bool plain;   /* lines as they come, as JSON */
  bool whole;   /* nothing is printed before all is there */
  bool printed; /* some rows are out already */
} s_listing;

static askiam_status s_collect(void *context, askiam_str line)
{
  s_listing *listing = context;
  if (listing->plain) {
    listing->printed = true;
    return s_write_line(stdout, line);
  }
  if (!cli_table_add(&listing->table, line)) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  if (!listing->whole && listing->table.count == ROWS_AT_ONCE) {
    cli_table_print(&listing->table, false);
    listing->printed = true;
  }
  return ferror(stdout) != 0 ? ASKIAM_STATUS_CANCELLED : ASKIAM_STATUS_OK;
}

static void s_print_lines(cli_table *table)
{
  for (size_t at = table->count; at-- > 0;) {
    printf("%s\n", table->lines[at]);
  }
}

static askiam_status s_note_any(void *context, askiam_str line)
{
  (void)line;
  *(bool *)context = true;
  return ASKIAM_STATUS_OK;
}

/* Risks are words of the catalogue's own: a slip cannot be told from one that no request was about. */
static void s_note_risk(cli_session *session, askiam_str risk)
{
  askiam_audit_filter filter = {.size = sizeof filter, .risk = risk, .limit = 1};
  bool any = false;
  if (risk.data != NULL && askiam_audit_query(session->engine, &filter, s_note_any, &any, NULL) == ASKIAM_STATUS_OK &&
      !any) {
    cli_complain(
        "note: no decision is about a role of the risk \"%s\"; risks are compared as the catalogue writes them",
        risk.data);
  }
}

static cli_exit s_list(cli_session *session, const askiam_audit_filter *filter, bool reversed)
{
  s_listing listing = {.session = session, .plain = session->json && !reversed, .whole = reversed};
  listing.table.terminal = &session->out;
  if (filter->count_by.data == NULL) {
    listing.table.columns = s_entry_columns;
    listing.table.column_count = sizeof s_entry_columns / sizeof s_entry_columns[0];
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_audit_query(session->engine, filter, s_collect, &listing, &error);
  cli_exit code = CLI_EXIT_OK;
  if (status != ASKIAM_STATUS_OK && ferror(stdout) == 0) {
    code = cli_fail(status, &error);
  } else if (session->json) {
    s_print_lines(&listing.table);
  } else if (listing.table.count == 0 && !listing.printed) {
    printf("No decisions found.\n");
  } else {
    cli_table_print(&listing.table, reversed);
  }
  if (code == CLI_EXIT_OK && listing.table.count == 0 && !listing.printed) {
    s_note_risk(session, filter->risk);
  }
  cli_table_clean_up(&listing.table);
  return code;
}

cli_exit cli_run_audit_tail(cli_session *session)
{
  askiam_audit_filter filter = {.size = sizeof filter, .limit = TAIL_USUAL, .newest_first = 1};
  if (session->options.seen[CLI_OPT_LIMIT] &&
      cli_option_number(&filter.limit, &session->options, CLI_OPT_LIMIT, 1, 1000000) != CLI_EXIT_OK) {
    return CLI_EXIT_USAGE;
  }
  cli_exit code = cli_session_open(session);
  return code == CLI_EXIT_OK ? s_list(session, &filter, true) : code;
}

cli_exit cli_run_audit_query(cli_session *session)
{
  askiam_audit_filter filter;
  if (!cli_filter_read(&filter, session)) {
    return CLI_EXIT_USAGE;
  }
  filter.count_by = cli_value(session, CLI_OPT_COUNT_BY);
  filter.action = cli_value(session, CLI_OPT_ACTION);
  filter.newest_first = session->options.seen[CLI_OPT_NEWEST];
  if (session->options.seen[CLI_OPT_COUNT_BY] && filter.count_by.length == 0) {
    cli_complain("--count-by takes a list such as application,status; it is empty");
    return CLI_EXIT_USAGE;
  }
  if (session->options.seen[CLI_OPT_LIMIT] &&
      cli_option_number(&filter.limit, &session->options, CLI_OPT_LIMIT, 1, INT64_MAX) != CLI_EXIT_OK) {
    return CLI_EXIT_USAGE;
  }
  cli_exit code = cli_session_open(session);
  return code == CLI_EXIT_OK ? s_list(session, &filter, false) : code;
}
