/* SPDX-License-Identifier: Apache-2.0
 *
 * `askiam chat`: a conversation, a line at a time, until the input ends. */
#include "commands.h"
#include "lines.h"
#include "render.h"

#include <errno.h>
#include <unistd.h>

enum { SESSION_MAX_BYTES = 129 };

typedef struct chat {
  cli_session *session;
  askiam_principal *principal;
  char id[SESSION_MAX_BYTES]; /* of the conversation; empty: the next line begins one */
  bool typed;                 /* somebody sits there */
  cli_exit code;              /* of the last decision */
} chat;

/* Whoever has the store in his hands sees everybody in it. */
static askiam_status s_begin(chat *self, cli_session *session, askiam_error *error)
{
  askiam_str id = cli_value(session, CLI_OPT_SESSION);
  *self = (chat){.session = session, .typed = session->out.interactive && isatty(STDIN_FILENO) == 1};
  if (id.length >= SESSION_MAX_BYTES) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "--session: at most %d bytes",
                            SESSION_MAX_BYTES - 1);
  }
  snprintf(self->id, sizeof self->id, "%.*s", (int)id.length, id.length == 0 ? "" : id.data);
  return askiam_principal_new(&self->principal, cli_value(session, CLI_OPT_USER), "cli",
                              askiam_str_from(ASKIAM_SCOPE_AUDIT), askiam_str_from(NULL), NULL, error);
}

static cli_exit s_exit_of(app_json decision)
{
  app_json status = app_json_member(decision, "status");
  return app_json_is(status, "VALID")     ? CLI_EXIT_OK
         : app_json_is(status, "INVALID") ? CLI_EXIT_INVALID
                                          : CLI_EXIT_NEEDS_INFO;
}

static void s_show(chat *self, app_json answer, app_json decision)
{
  const cli_terminal *out = &self->session->out;
  app_scratch scratch = APP_SCRATCH_INIT;
  cli_put_wrapped(out, 0, app_json_text(&scratch, app_json_member(answer, "message")));
  askiam_str request = app_json_text(&scratch, app_json_member(decision, "request_id"));
  if (request.length > 0) {
    cli_say_styled(out, CLI_DIM, "askiam status ");
    cli_put_styled(out, CLI_DIM, request);
    cli_say(out, "\n");
  }
  app_scratch_clean_up(&scratch);
}

static void s_hear(chat *self, char *json)
{
  app_json answer = askiam_str_from(json);
  app_json decision = app_json_member(answer, "decision");
  app_json state = app_json_member(answer, "state");
  app_scratch scratch = APP_SCRATCH_INIT;
  askiam_str id = app_json_text(&scratch, app_json_member(answer, "session_id"));
  bool open = app_json_is(state, "ask") || app_json_is(state, "confirm");
  snprintf(self->id, sizeof self->id, "%.*s", open ? (int)id.length : 0, open ? id.data : "");
  app_scratch_clean_up(&scratch);
  if (decision.data != NULL) {
    self->code = s_exit_of(decision);
  }
  if (self->session->json) {
    cli_print_owned(self->session, json);
    return;
  }
  s_show(self, answer, decision);
  askiam_string_free(self->session->engine, json);
}

static cli_exit s_say(chat *self, askiam_str line)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_turn turn = {.size = sizeof turn, .principal = self->principal, .text = line};
  turn.session_id = askiam_str_from(self->id[0] == 0 ? NULL : self->id);
  char *json = NULL;
  askiam_status status = askiam_dialogue_turn(&json, self->session->engine, &turn, &error);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  s_hear(self, json);
  fflush(self->session->out.stream);
  return CLI_EXIT_OK;
}

static void s_prompt(const chat *self)
{
  if (self->typed) {
    cli_say_styled(&self->session->out, CLI_BOLD, "> ");
    fflush(self->session->out.stream);
  }
}

/* The text of a line that is none is the library's to refuse. */
static cli_exit s_talk(chat *self, cli_lines *lines)
{
  cli_exit code = CLI_EXIT_OK;
  while (code == CLI_EXIT_OK) {
    askiam_str line;
    s_prompt(self);
    cli_line_result result = cli_lines_next(lines, true, &line);
    if (result == CLI_LINE_END || result == CLI_LINE_NOT_YET) {
      break;
    }
    if (result != CLI_LINE_READ) {
      cli_complain(result == CLI_LINE_TOO_LONG ? "a line is too long" : "standard input cannot be read");
      return CLI_EXIT_DATA;
    }
    code = cli_line_is_blank(line) ? CLI_EXIT_OK : s_say(self, line);
  }
  if (self->typed) {
    cli_say(&self->session->out, "\n");
  }
  return code == CLI_EXIT_OK ? self->code : code;
}

static void s_tell_how_to_go_on(const chat *self)
{
  if (self->id[0] != 0 && !self->session->json) {
    cli_complain("to go on with this conversation: --session %s", self->id);
  }
}

cli_exit cli_run_chat(cli_session *session)
{
  if (!session->options.seen[CLI_OPT_USER]) {
    cli_complain("chat needs to know who speaks: --user ID");
    return CLI_EXIT_USAGE;
  }
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  chat self;
  cli_lines lines;
  askiam_status status = s_begin(&self, session, &error);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  if (cli_lines_open(&lines, "-", CLI_LINE_MAX_BYTES)) {
    code = s_talk(&self, &lines);
    cli_lines_close(&lines);
    s_tell_how_to_go_on(&self);
  } else {
    code = cli_exit_from_errno(errno, CLI_EXIT_INTERNAL);
    cli_complain("standard input cannot be read");
  }
  askiam_principal_destroy(self.principal);
  return code;
}
