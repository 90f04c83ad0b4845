/* SPDX-License-Identifier: Apache-2.0
 *
 * `askiam policy explain`: why policies decide as they do, for one case of `policy eval`, or for a request for
 * access under the policies of the store. */
#include "commands.h"
#include "lines.h"
#include "render.h"
#include "times.h"

#include <errno.h>
#include <stdlib.h>

static void s_print(const cli_session *session, askiam_str json)
{
  if (session->json) {
    printf("%.*s\n", (int)json.length, json.data);
  } else if (app_json_member(json, "error").data != NULL) {
    app_scratch scratch = APP_SCRATCH_INIT;
    cli_say(&session->out, "A document that AWS would refuse: ");
    cli_put_wrapped(&session->out, 2, app_json_text(&scratch, app_json_member(json, "error")));
    app_scratch_clean_up(&scratch);
  } else {
    cli_render_explanation(&session->out, json);
  }
}

static cli_exit s_case(const cli_session *session, const char *path)
{
  char *text = NULL;
  size_t length = 0;
  if (!cli_read_whole(&text, &length, path, CLI_POLICY_MAX_BYTES)) {
    int why = errno;
    cli_complain("cannot read %s: %s", path, strerror(why));
    return cli_exit_from_errno(why, CLI_EXIT_DATA);
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  char *json = NULL;
  askiam_status status = askiam_policy_explain_json(&json, (askiam_str){text, length}, NULL, &error);
  free(text);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  s_print(session, askiam_str_from(json));
  askiam_policy_string_free(json, NULL);
  return CLI_EXIT_OK;
}

/* How long the access would last, or when it would end: neither without --for and --until. A length counts from
 * the engine's own moment, so that it is exact. A day is included whole, as in the sentence "until DAY". */
static cli_exit s_end(askiam_triple *triple, const cli_options *options)
{
  enum { DAY_LENGTH = sizeof "2026-01-31" - 1, DAY_MS = 86400000 };
  int64_t now_ms = cli_time_now_ms();
  const char *length = options->values[CLI_OPT_FOR];
  const char *until = options->values[CLI_OPT_UNTIL];
  if (length != NULL && until != NULL) {
    cli_complain("either --for or --until, not both");
    return CLI_EXIT_USAGE;
  }
  if (length != NULL && (!cli_time_span(&triple->duration_ms, length) || triple->duration_ms == 0)) {
    cli_complain("--for takes a length of time such as 30m, 8h, 7d or 2w, not \"%s\"", length);
    return CLI_EXIT_USAGE;
  }
  if (until != NULL) {
    bool good = cli_time_parse(&triple->expires_at_ms, until, now_ms);
    triple->expires_at_ms += strlen(until) == DAY_LENGTH ? DAY_MS : 0;
    if (!good || triple->expires_at_ms <= now_ms) {
      cli_complain("--until takes a day or a time to come, such as 2030-01-31 or 2030-01-31T08:00:00Z, not \"%s\"",
                   until);
      return CLI_EXIT_USAGE;
    }
  }
  return CLI_EXIT_OK;
}

static cli_exit s_request(cli_session *session)
{
  const cli_options *options = &session->options;
  askiam_triple triple = {.size = sizeof triple,
                          .user_id = cli_value(session, CLI_OPT_USER),
                          .application_id = cli_value(session, CLI_OPT_APP),
                          .role_id = cli_value(session, CLI_OPT_ROLE),
                          .requester_id = cli_value(session, CLI_OPT_REQUESTER),
                          .ip = cli_value(session, CLI_OPT_IP),
                          .user_agent = cli_value(session, CLI_OPT_USER_AGENT)};
  cli_exit code = s_end(&triple, options);
  if (code == CLI_EXIT_OK) {
    code = cli_session_open(session);
  }
  if (code != CLI_EXIT_OK) {
    return code;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  char *json = NULL;
  askiam_status status = askiam_policy_explain_request(&json, session->engine, &triple, &error);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  s_print(session, askiam_str_from(json));
  askiam_string_free(session->engine, json);
  return CLI_EXIT_OK;
}

cli_exit cli_run_policy_explain(cli_session *session)
{
  static const cli_option s_of_requests[] = {CLI_OPT_USER, CLI_OPT_ROLE,       CLI_OPT_APP, CLI_OPT_REQUESTER,
                                             CLI_OPT_IP,   CLI_OPT_USER_AGENT, CLI_OPT_FOR, CLI_OPT_UNTIL};
  const cli_options *options = &session->options;
  bool has_file = options->argument_count > 0;
  for (size_t at = 0; has_file && at < sizeof s_of_requests / sizeof s_of_requests[0]; at++) {
    if (options->seen[s_of_requests[at]]) {
      cli_complain("either a FILE or %s, not both", cli_option_name(s_of_requests[at]));
      return CLI_EXIT_USAGE;
    }
  }
  if (has_file) {
    return s_case(session, options->arguments[0]);
  }
  if (!options->seen[CLI_OPT_USER] || !options->seen[CLI_OPT_ROLE]) {
    cli_complain("policy explain needs a FILE, or --user ID and --role ID");
    return CLI_EXIT_USAGE;
  }
  return s_request(session);
}
