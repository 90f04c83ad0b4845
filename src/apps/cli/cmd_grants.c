/* SPDX-License-Identifier: Apache-2.0
 *
 * `askiam fulfil`, `revoke` and `grants expire`: what was approved is given, and taken back. */
#include "apps/common/json_view.h"
#include "commands.h"
#include "lines.h"

#include <askiam/grants.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

enum { EVENT_MAX_BYTES = 1024 * 1024, LOGIN_MAX_BYTES = 256 };

/* What came of one request, in a line; and what that amounts to. */
typedef struct s_report {
  cli_session *session;
  cli_exit code;
  uint64_t count;
} s_report;

static void s_put_member(const cli_terminal *terminal, app_scratch *scratch, const char *before, app_json object,
                         const char *name)
{
  askiam_str text = app_json_text(scratch, app_json_member(object, name));
  if (text.length > 0) {
    cli_say(terminal, before);
    cli_put(terminal, text);
  }
}

static void s_print(const cli_terminal *terminal, app_json result)
{
  app_scratch scratch = APP_SCRATCH_INIT;
  app_json grant = app_json_member(result, "grant");
  app_json state = app_json_member(grant, "state");
  bool good = app_json_is(state, "granted");
  cli_style style = good ? CLI_GOOD : CLI_BAD;
  cli_say_styled(terminal, style, good ? cli_symbol(terminal, "✓ ", "[+] ") : cli_symbol(terminal, "✗ ", "[x] "));
  cli_put_styled(terminal, style, grant.data == NULL ? askiam_str_from("error") : app_json_text(&scratch, state));
  s_put_member(terminal, &scratch, "  ", result, "request_id");
  s_put_member(terminal, &scratch, "  ", result, "user_id");
  s_put_member(terminal, &scratch, "  ", result, "role_id");
  s_put_member(terminal, &scratch, "  until ", grant, "expires_at");
  s_put_member(terminal, &scratch, ": ", grant, "reason");
  s_put_member(terminal, &scratch, ": ", app_json_member(result, "error"), "message");
  if (grant.data != NULL && !app_json_true(app_json_member(result, "changed"))) {
    cli_say_styled(terminal, CLI_DIM, "  (as it was)");
  }
  if (!good && app_json_true(app_json_member(result, "held"))) {
    cli_say_styled(terminal, CLI_DIM, "  (still held, by something else)");
  }
  cli_say(terminal, "\n");
  app_scratch_clean_up(&scratch);
}

static askiam_status s_line(void *context, askiam_str line)
{
  s_report *report = context;
  ++report->count;
  if (app_json_member(line, "error").data != NULL) {
    report->code = CLI_EXIT_DATA;
  } else if (report->code == CLI_EXIT_OK && !app_json_is(app_json_path(line, "grant", "state"), "granted")) {
    report->code = CLI_EXIT_INVALID;
  }
  if (!report->session->json) {
    s_print(&report->session->out, line);
  } else {
    fwrite(line.data, 1, line.length, stdout);
    putchar('\n');
  }
  return ferror(stdout) != 0 ? ASKIAM_STATUS_CANCELLED : ASKIAM_STATUS_OK;
}

/* One result, or the failure that there is none. */
static cli_exit s_finish(s_report *report, askiam_status status, char *json, const askiam_error *error)
{
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, error);
  }
  s_line(report, askiam_str_from(json));
  askiam_string_free(report->session->engine, json);
  return report->code;
}

static cli_exit s_fulfil_event(cli_session *session, const char *path)
{
  char *text = NULL;
  size_t length = 0;
  if (!cli_read_whole(&text, &length, path, EVENT_MAX_BYTES)) {
    int why = errno;
    cli_complain("cannot read %s: %s", path, strerror(why));
    return cli_exit_from_errno(why, CLI_EXIT_DATA);
  }
  s_report report = {.session = session};
  askiam_error error = ASKIAM_ERROR_INIT;
  char *json = NULL;
  askiam_status status = askiam_grant_fulfil_event(&json, session->engine, (askiam_str){text, length}, &error);
  free(text);
  return s_finish(&report, status, json, &error);
}

static cli_exit s_fulfil_one(cli_session *session)
{
  s_report report = {.session = session};
  askiam_error error = ASKIAM_ERROR_INIT;
  char *json = NULL;
  askiam_status status = askiam_grant_fulfil(&json, session->engine, askiam_str_from(session->options.arguments[0]),
                                             cli_value(session, CLI_OPT_REQUESTER), &error);
  return s_finish(&report, status, json, &error);
}

/* What was told before an outage was done; the outage is what counts. */
static cli_exit s_finish_all(const s_report *report, askiam_status status, const askiam_error *error,
                             const char *nothing)
{
  if (status != ASKIAM_STATUS_OK && ferror(stdout) == 0) {
    return cli_fail(status, error);
  }
  if (report->count == 0 && !report->session->json) {
    puts(nothing);
  }
  return report->code;
}

static cli_exit s_fulfil_all(cli_session *session)
{
  s_report report = {.session = session};
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_grants_fulfil_all(session->engine, s_line, &report, &error);
  return s_finish_all(&report, status, &error, "Nothing waits to be granted.");
}

cli_exit cli_run_fulfil(cli_session *session)
{
  const char *event = session->options.values[CLI_OPT_EVENT];
  bool one = session->options.argument_count > 0;
  if ((one && event != NULL) || (!one && session->options.seen[CLI_OPT_REQUESTER])) {
    cli_complain(event != NULL ? "fulfil takes a REQUEST_ID or --event FILE, which names its request itself"
                               : "--requester says whose REQUEST_ID it is; without one all that waits is fulfilled");
    return CLI_EXIT_USAGE;
  }
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  return one ? s_fulfil_one(session) : event != NULL ? s_fulfil_event(session, event) : s_fulfil_all(session);
}

cli_exit cli_run_grants_expire(cli_session *session)
{
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  s_report report = {.session = session};
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_grants_expire(session->engine, s_line, &report, &error);
  code = s_finish_all(&report, status, &error, "No grant has come to its end.");
  return code == CLI_EXIT_INVALID ? CLI_EXIT_OK : code; /* to be ended is what was wanted */
}

/* Who runs the program, as the system knows him: what the environment says anybody may set. */
static bool s_login(char out[LOGIN_MAX_BYTES])
{
  char room[4096];
  struct passwd entry;
  struct passwd *found = NULL;
  if (getpwuid_r(getuid(), &entry, room, sizeof room, &found) != 0 || found == NULL) {
    return false;
  }
  int length = snprintf(out, LOGIN_MAX_BYTES, "%s", found->pw_name);
  return length > 0 && length < LOGIN_MAX_BYTES;
}

cli_exit cli_run_revoke(cli_session *session)
{
  char login[LOGIN_MAX_BYTES];
  askiam_str actor = cli_value(session, CLI_OPT_ACTOR);
  if (actor.length == 0 && (session->options.seen[CLI_OPT_ACTOR] || !s_login(login))) {
    cli_complain("say who revokes it: --actor ID");
    return CLI_EXIT_USAGE;
  }
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  s_report report = {.session = session};
  askiam_error error = ASKIAM_ERROR_INIT;
  char *json = NULL;
  askiam_status status = askiam_grant_revoke(
      &json, session->engine, askiam_str_from(session->options.arguments[0]), cli_value(session, CLI_OPT_REQUESTER),
      actor.length > 0 ? actor : askiam_str_from(login), cli_value(session, CLI_OPT_REASON), &error);
  bool revoked =
      status == ASKIAM_STATUS_OK && app_json_is(app_json_path(askiam_str_from(json), "grant", "state"), "revoked");
  code = s_finish(&report, status, json, &error);
  return revoked ? CLI_EXIT_OK : code;
}
