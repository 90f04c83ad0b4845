/* SPDX-License-Identifier: Apache-2.0
 *
 * `askiam key …`: API keys. */
#include "apps/common/json_write.h"
#include "commands.h"
#include "table.h"
#include "times.h"

#include <stdlib.h>

enum { RATE_MAX = 1000000 };

/* "90d" from now, or a point in time; 0 where neither was given. */
static cli_exit s_read_end(int64_t *out_ms, const cli_options *options)
{
  const char *length = options->values[CLI_OPT_EXPIRES_IN];
  const char *time = options->values[CLI_OPT_EXPIRES_AT];
  int64_t now_ms = cli_time_now_ms();
  int64_t span_ms = 0;
  *out_ms = 0;
  if (length != NULL && time != NULL) {
    cli_complain("either --expires-in or --expires-at, not both");
    return CLI_EXIT_USAGE;
  }
  if (length != NULL && (!cli_time_span(&span_ms, length) || span_ms == 0)) {
    cli_complain("--expires-in takes a length of time such as 30m, 24h, 90d or 12w, not \"%s\"", length);
    return CLI_EXIT_USAGE;
  }
  if (time != NULL && (!cli_time_parse(out_ms, time, now_ms) || *out_ms <= now_ms)) {
    cli_complain("--expires-at takes a time to come such as 2030-01-31 or 2030-01-31T08:00:00Z, not \"%s\"", time);
    return CLI_EXIT_USAGE;
  }
  *out_ms = length != NULL ? now_ms + span_ms : *out_ms;
  return CLI_EXIT_OK;
}

static cli_exit s_read_rate(int64_t *out_rate, const cli_options *options, cli_option option)
{
  uint64_t rate = 0;
  cli_exit code = options->seen[option] ? cli_option_number(&rate, options, option, 1, RATE_MAX) : CLI_EXIT_OK;
  *out_rate = (int64_t)rate;
  return code;
}

/* One text of all scopes, a space between; free() it. */
static char *s_join_scopes(const cli_options *options)
{
  size_t size = 1;
  for (size_t at = 0; at < options->scope_count; at++) {
    size += strlen(options->scopes[at]) + 1;
  }
  char *all = malloc(size);
  size_t length = 0;
  for (size_t at = 0; all != NULL && at < options->scope_count; at++) {
    int written = snprintf(all + length, size - length, "%s%s", at == 0 ? "" : " ", options->scopes[at]);
    length += (size_t)written;
  }
  if (all != NULL) {
    all[length] = '\0';
  }
  return all;
}

/* The secret, and nothing else, goes to standard output, so that it can be put where it is wanted without being
 * shown. */
static bool s_tell(const cli_session *session, app_json made, app_scratch *scratch)
{
  if (session->json) {
    fwrite(made.data, 1, made.length, stdout);
  } else {
    cli_put(&session->out, app_json_text(scratch, app_json_member(made, "key")));
  }
  putchar('\n');
  return fflush(stdout) == 0 && ferror(stdout) == 0;
}

static void s_note(app_json made, askiam_str id, app_scratch *scratch)
{
  askiam_str end = app_json_text(scratch, app_json_member(made, "expires_at"));
  cli_complain("note: this is the only time that the key is shown; its id is %.*s, and it %s%.*s", (int)id.length,
               id.data, end.data == NULL ? "does not end" : "ends at ", (int)end.length,
               end.data == NULL ? "" : end.data);
}

/* A key that did not reach whoever made it would stay in the store for nobody, and for good. */
static cli_exit s_take_back(const cli_session *session, askiam_str id)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_key_revoke(session->engine, id, &error);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  cli_complain("the key could not be written out, and was revoked");
  return CLI_EXIT_OK;
}

static cli_exit s_create(cli_session *session, const askiam_key_options *options)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  char *json = NULL;
  cli_exit code = CLI_EXIT_OK;
  askiam_status status = askiam_key_create(&json, session->engine, options, &error);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  app_scratch scratch = APP_SCRATCH_INIT;
  app_json made = askiam_str_from(json);
  askiam_str id = app_json_text(&scratch, app_json_member(made, "id"));
  if (!s_tell(session, made, &scratch)) {
    code = s_take_back(session, id);
  } else if (!session->json) {
    s_note(made, id, &scratch);
  }
  app_scratch_clean_up(&scratch);
  askiam_string_free(session->engine, json);
  return code;
}

cli_exit cli_run_key_create(cli_session *session)
{
  const cli_options *given = &session->options;
  askiam_key_options options = {
      .size = sizeof options, .owner_id = cli_value(session, CLI_OPT_OWNER), .name = cli_value(session, CLI_OPT_NAME)};
  if (options.owner_id.length == 0) {
    cli_complain("key create needs --owner ID, who the bearer of the key is");
    return CLI_EXIT_USAGE;
  }
  if (s_read_end(&options.expires_at_ms, given) != CLI_EXIT_OK ||
      s_read_rate(&options.per_minute, given, CLI_OPT_PER_MINUTE) != CLI_EXIT_OK ||
      s_read_rate(&options.burst, given, CLI_OPT_BURST) != CLI_EXIT_OK) {
    return CLI_EXIT_USAGE;
  }
  cli_exit code = cli_session_open(session);
  char *scopes = code == CLI_EXIT_OK ? s_join_scopes(given) : NULL;
  if (code == CLI_EXIT_OK && scopes == NULL) {
    cli_complain("out of memory");
    return CLI_EXIT_INTERNAL;
  }
  options.scopes = askiam_str_from(scopes);
  code = code == CLI_EXIT_OK ? s_create(session, &options) : code;
  free(scopes);
  return code;
}

static const cli_column s_columns[] = {{"id", "id", NULL},
                                       {"owner", "owner", NULL},
                                       {"name", "name", NULL},
                                       {"scopes", "scopes", NULL},
                                       {"state", "state", NULL},
                                       {"ends", "expires_at", NULL},
                                       {"a minute", "per_minute", NULL},
                                       {"at once", "burst", NULL}};

typedef struct s_listing {
  cli_table table;
  bool json;
} s_listing;

static askiam_status s_collect(void *context, askiam_str line)
{
  s_listing *listing = context;
  if (!listing->json) {
    return cli_table_add(&listing->table, line) ? ASKIAM_STATUS_OK : ASKIAM_STATUS_NO_MEMORY;
  }
  fwrite(line.data, 1, line.length, stdout);
  putchar('\n');
  return ferror(stdout) != 0 ? ASKIAM_STATUS_CANCELLED : ASKIAM_STATUS_OK;
}

cli_exit cli_run_key_list(cli_session *session)
{
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  s_listing listing = {.table = {.terminal = &session->out,
                                 .columns = s_columns,
                                 .column_count = sizeof s_columns / sizeof s_columns[0]},
                       .json = session->json};
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_key_list(session->engine, s_collect, &listing, &error);
  if (status != ASKIAM_STATUS_OK && ferror(stdout) == 0) {
    code = cli_fail(status, &error);
  } else if (!session->json && listing.table.count == 0) {
    printf("There are no API keys.\n");
  } else {
    cli_table_print(&listing.table, false);
  }
  cli_table_clean_up(&listing.table);
  return code;
}

cli_exit cli_run_key_revoke(cli_session *session)
{
  const char *id = session->options.arguments[0];
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_key_revoke(session->engine, askiam_str_from(id), &error);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  if (session->json) {
    printf("{\"id\":");
    app_json_put(stdout, askiam_str_from(id));
    printf(",\"state\":\"revoked\"}\n");
  } else {
    printf("Revoked.\n");
  }
  return CLI_EXIT_OK;
}
