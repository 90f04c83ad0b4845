/* SPDX-License-Identifier: Apache-2.0
 *
 * `askiam help`: made from the table of commands. */
#include "apps/common/json_write.h"
#include "commands.h"

static void s_option(const cli_terminal *terminal, cli_option option, const char *help)
{
  enum { HELP_COLUMN = 26 };
  const char *metavar = cli_option_metavar(option);
  size_t columns = 2 + strlen(cli_option_name(option)) + (metavar == NULL ? 0 : strlen(metavar) + 1);
  cli_say(terminal, "  ");
  cli_say_styled(terminal, CLI_BOLD, cli_option_name(option));
  cli_say(terminal, metavar == NULL ? "" : " ");
  cli_say(terminal, metavar == NULL ? "" : metavar);
  cli_pad(terminal, columns < HELP_COLUMN ? HELP_COLUMN - columns : 1);
  cli_put_wrapped(terminal, HELP_COLUMN, askiam_str_from(help));
}

static void s_global_options(const cli_terminal *terminal)
{
  cli_say_styled(terminal, CLI_BOLD, "\nWith every command\n");
  for (cli_option option = CLI_OPT_CONFIG; option < CLI_OPT_GLOBAL_COUNT; option++) {
    s_option(terminal, option, cli_option_help(option));
  }
}

static void s_exit_codes(const cli_terminal *terminal)
{
  cli_say_styled(terminal, CLI_BOLD, "\nExit codes\n");
  cli_say(terminal, "  0 VALID or success   1 INVALID or a broken trail   2 NEEDS_INFO   64 usage   65 bad data\n"
                    "  69 a backend is unavailable   70 internal   74 output cannot be written   77 not permitted\n"
                    "  78 configuration\n");
}

void cli_help_overview(const cli_terminal *terminal)
{
  enum { SUMMARY_COLUMN = 20 };
  cli_say_styled(terminal, CLI_BOLD, "askiam");
  cli_say(terminal, ": ask for access in plain words; get a decision you can defend.\n\n"
                    "  askiam [--config FILE] [--store URL] [--set KEY=VALUE]... [--json] COMMAND\n");
  cli_say_styled(terminal, CLI_BOLD, "\nCommands\n");
  const cli_command *command = NULL;
  for (size_t index = 0; (command = cli_command_at(index)) != NULL; index++) {
    size_t columns = strlen(command->name) + 2;
    cli_say(terminal, "  ");
    cli_say_styled(terminal, CLI_BOLD, command->name);
    cli_pad(terminal, columns < SUMMARY_COLUMN ? SUMMARY_COLUMN - columns : 1);
    cli_put_wrapped(terminal, SUMMARY_COLUMN, askiam_str_from(command->summary));
  }
  s_global_options(terminal);
  cli_say_styled(terminal, CLI_BOLD, "\nTo begin\n");
  cli_say(terminal, "  askiam init --sample\n"
                    "  askiam validate --user john.doe \"I need access to HR Analyst role in Workday\"\n"
                    "  askiam help validate\n");
  s_exit_codes(terminal);
}

static void s_json_options(const cli_command *command)
{
  for (const cli_command_option *row = command->options; row->help != NULL; row++) {
    fputs(row == command->options ? "{\"name\":" : ",{\"name\":", stdout);
    app_json_put(stdout, askiam_str_from(cli_option_name(row->option)));
    fputs(",\"value\":", stdout);
    app_json_put(stdout, askiam_str_from(cli_option_metavar(row->option)));
    fputs(",\"help\":", stdout);
    app_json_put(stdout, askiam_str_from(row->help));
    fputs("}", stdout);
  }
}

static void s_command_as_json(const cli_command *command)
{
  const struct {
    const char *name, *value;
  } members[] = {{"{\"command\":", command->name},
                 {",\"synopsis\":", command->synopsis},
                 {",\"summary\":", command->summary},
                 {",\"about\":", command->about},
                 {",\"examples\":", command->examples}};
  for (size_t at = 0; at < sizeof members / sizeof members[0]; at++) {
    fputs(members[at].name, stdout);
    app_json_put(stdout, askiam_str_from(members[at].value));
  }
  fputs(",\"options\":[", stdout);
  s_json_options(command);
  fputs("]}\n", stdout);
}

void cli_help_command(const cli_session *session, const cli_command *command)
{
  const cli_terminal *terminal = &session->out;
  if (session->json) {
    s_command_as_json(command);
    return;
  }
  cli_say_styled(terminal, CLI_BOLD, "askiam ");
  cli_say_styled(terminal, CLI_BOLD, command->name);
  cli_say(terminal, ": ");
  cli_say(terminal, command->summary);
  cli_say(terminal, "\n\n  askiam ");
  cli_say(terminal, command->name);
  cli_say(terminal, command->synopsis[0] == '\0' ? "" : " ");
  cli_say(terminal, command->synopsis);
  cli_say(terminal, "\n\n");
  cli_say(terminal, command->about);
  cli_say(terminal, "\n");
  for (const cli_command_option *row = command->options; row->help != NULL; row++) {
    if (row == command->options) {
      cli_say_styled(terminal, CLI_BOLD, "\nOptions\n");
    }
    s_option(terminal, row->option, row->help);
  }
  s_global_options(terminal);
  if (command->examples[0] != '\0') {
    cli_say_styled(terminal, CLI_BOLD, "\nExamples\n");
    cli_say(terminal, command->examples);
  }
}

cli_exit cli_run_help(cli_session *session)
{
  const cli_options *options = &session->options;
  const cli_command *command = NULL;
  if (options->argument_count == 0 && !session->json) {
    cli_help_overview(&session->out);
    return CLI_EXIT_OK;
  }
  for (size_t index = 0; options->argument_count == 0 && (command = cli_command_at(index)) != NULL; index++) {
    cli_help_command(session, command);
  }
  if (options->argument_count == 0) {
    return CLI_EXIT_OK;
  }
  size_t words = 0;
  command = cli_command_find(&words, options->arguments, options->argument_count);
  if (command != NULL) {
    cli_help_command(session, command);
    return CLI_EXIT_OK;
  }
  const char *first = options->arguments[0];
  if (words == 0) {
    const char *near = cli_command_nearest(first);
    cli_complain("there is no command \"%s\"%s%s", first, near == NULL ? "" : "; did you mean ",
                 near == NULL ? "" : near);
    return CLI_EXIT_USAGE;
  }
  size_t length = strlen(first);
  for (size_t index = 0; (command = cli_command_at(index)) != NULL; index++) {
    if (strncmp(command->name, first, length) == 0 && command->name[length] == ' ') {
      cli_help_command(session, command);
      cli_say(&session->out, session->json ? "" : "\n");
    }
  }
  return CLI_EXIT_OK;
}
