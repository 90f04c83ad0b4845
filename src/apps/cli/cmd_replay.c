/* SPDX-License-Identifier: Apache-2.0
 *
 * `askiam replay`: one recorded decision again, or many of them under policies that are to be tried. */
#include "commands.h"
#include "filter.h"
#include "render.h"

static cli_exit s_one(cli_session *session, const char *request_id)
{
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  int equal = 0;
  char *json = NULL;
  askiam_status status = askiam_replay_decision(&equal, &json, session->engine, askiam_str_from(request_id),
                                                cli_value(session, CLI_OPT_REQUESTER), &error);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  cli_show_owned(session, json, cli_render_replay);
  return equal ? CLI_EXIT_OK : CLI_EXIT_INVALID;
}

static askiam_status s_line(void *context, askiam_str line)
{
  const cli_session *session = context;
  if (session->json) {
    fwrite(line.data, 1, line.length, stdout);
    fputc('\n', stdout);
  } else {
    cli_render_replay_line(&session->out, line);
  }
  return ferror(stdout) != 0 ? ASKIAM_STATUS_CANCELLED : ASKIAM_STATUS_OK;
}

static void s_problem(void *context, const char *message)
{
  cli_put(context, askiam_str_from(message));
  fputc('\n', stderr);
}

/* The policies of --policy; NULL where there is none. */
static cli_exit s_read_policies(askiam_policy_set **out_set, const char *folder)
{
  *out_set = NULL;
  if (folder == NULL) {
    return CLI_EXIT_OK;
  }
  cli_terminal out;
  cli_terminal_init(&out, stderr);
  askiam_error error = ASKIAM_ERROR_INIT;
  uint64_t count = 0;
  askiam_status status = askiam_replay_read_policies(out_set, &count, folder, s_problem, &out, NULL, &error);
  if (status == ASKIAM_STATUS_BAD_DATA) {
    cli_complain("nothing was replayed: mend the policies above and try again");
    return CLI_EXIT_DATA;
  }
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  if (count == 0) {
    cli_complain("note: there is no *.json in %s: what is tried is having no policies at all", folder);
  }
  return CLI_EXIT_OK;
}

/* Of a flip that was asked after and a damaged record the flip is told: the damage is on the list, too. Requests that
 * could not be tried, though nothing of them was erased, are damage: a gate that passes over them would tell nothing. */
static cli_exit s_verdict(const cli_session *session, const askiam_replay_summary *summary)
{
  bool trying = session->options.seen[CLI_OPT_POLICY] || session->options.seen[CLI_OPT_MODE];
  uint64_t flipped = summary->replayed - summary->unchanged - summary->differing;
  if (summary->chosen > 0 || (!trying && flipped + summary->differing > 0)) {
    return CLI_EXIT_INVALID;
  }
  return summary->changed + summary->unreadable + summary->without_policies > 0 ? CLI_EXIT_DATA : CLI_EXIT_OK;
}

static cli_exit s_run_many(cli_session *session, const askiam_replay_options *options)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_replay_summary summary = {.size = sizeof summary};
  askiam_status status = askiam_replay_many(&summary, session->engine, options, s_line, session, &error);
  if (status != ASKIAM_STATUS_OK && ferror(stdout) == 0) {
    return cli_fail(status, &error);
  }
  return status == ASKIAM_STATUS_OK ? s_verdict(session, &summary)
                                    : CLI_EXIT_OK; /* what cannot be written is told at the end */
}

static cli_exit s_many(cli_session *session)
{
  askiam_audit_filter filter;
  if (!cli_filter_read(&filter, session)) {
    return CLI_EXIT_USAGE;
  }
  if (session->options.seen[CLI_OPT_LAST] &&
      cli_option_number(&filter.limit, &session->options, CLI_OPT_LAST, 1, INT64_MAX) != CLI_EXIT_OK) {
    return CLI_EXIT_USAGE;
  }
  filter.newest_first = 1;
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  askiam_policy_set *policies = NULL;
  code = s_read_policies(&policies, session->options.values[CLI_OPT_POLICY]);
  if (code == CLI_EXIT_OK) {
    askiam_replay_options options = {.size = sizeof options,
                                     .policies = policies,
                                     .policy_mode = cli_value(session, CLI_OPT_MODE),
                                     .filter = &filter,
                                     .fail_on = cli_value(session, CLI_OPT_FAIL_ON)};
    code = s_run_many(session, &options);
  }
  askiam_policy_set_destroy(policies);
  return code;
}

/* What goes with a REQUEST_ID, and what with many. */
static cli_exit s_check(const cli_options *options)
{
  static const cli_option of_many[] = {CLI_OPT_LAST,   CLI_OPT_POLICY, CLI_OPT_MODE, CLI_OPT_FAIL_ON,
                                       CLI_OPT_USER,   CLI_OPT_APP,    CLI_OPT_ROLE, CLI_OPT_RISK,
                                       CLI_OPT_STATUS, CLI_OPT_FROM,   CLI_OPT_TO};
  bool one = options->argument_count > 0;
  for (size_t at = 0; one && at < sizeof of_many / sizeof of_many[0]; at++) {
    if (options->seen[of_many[at]]) {
      cli_complain("%s goes with many requests (--last N), not with the one \"%s\"", cli_option_name(of_many[at]),
                   options->arguments[0]);
      return CLI_EXIT_USAGE;
    }
  }
  if (!one && options->seen[CLI_OPT_REQUESTER]) {
    cli_complain("--requester says whose REQUEST_ID is meant; for the requests of somebody say --user ID");
    return CLI_EXIT_USAGE;
  }
  if (!one && !options->seen[CLI_OPT_LAST] && !options->seen[CLI_OPT_FROM]) {
    cli_complain("replay needs a REQUEST_ID, or which requests: --last N, --from TIME; see `askiam help replay`");
    return CLI_EXIT_USAGE;
  }
  return CLI_EXIT_OK;
}

cli_exit cli_run_replay(cli_session *session)
{
  cli_exit code = s_check(&session->options);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  bool one = session->options.argument_count > 0;
  return one ? s_one(session, session->options.arguments[0]) : s_many(session);
}
