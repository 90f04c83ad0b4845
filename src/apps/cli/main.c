/* SPDX-License-Identifier: Apache-2.0
 *
 * askiam: the command line program. Finds the command, checks what it was given, runs it, and makes sure that what was
 * printed has arrived. */
#include "commands.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static cli_exit s_no_command(cli_session *session, size_t words)
{
  const cli_options *options = &session->options;
  if (options->seen[CLI_OPT_VERSION]) {
    printf("askiam %s\n", askiam_version());
    return CLI_EXIT_OK;
  }
  if (options->argument_count == 0) {
    cli_terminal errors;
    cli_terminal_init(&errors, stderr);
    if (options->seen[CLI_OPT_HELP]) {
      return cli_run_help(session);
    }
    cli_help_overview(&errors);
    return CLI_EXIT_USAGE;
  }
  const char *first = options->arguments[0];
  if (words == 1 && options->seen[CLI_OPT_HELP]) {
    return cli_run_help(session);
  }
  if (words == 1) {
    cli_complain("\"%s\" needs a second word; `askiam help %s` shows which", first, first);
    return CLI_EXIT_USAGE;
  }
  const char *near = cli_command_nearest(first);
  if (near != NULL) {
    cli_complain("there is no command \"%s\"; did you mean %s?", first, near);
  } else {
    cli_complain("there is no command \"%s\"; `askiam help` lists them", first);
  }
  return CLI_EXIT_USAGE;
}

/* Whether the command takes each option that was given. */
static cli_exit s_check_options(const cli_command *command, const cli_options *options)
{
  for (cli_option option = CLI_OPT_GLOBAL_COUNT; option < CLI_OPT_COUNT; option++) {
    bool known = !options->seen[option];
    for (const cli_command_option *row = command->options; row->help != NULL && !known; row++) {
      known = row->option == option;
    }
    if (!known) {
      cli_complain("`askiam %s` takes no %s; see `askiam help %s`", command->name, cli_option_name(option),
                   command->name);
      return CLI_EXIT_USAGE;
    }
  }
  return CLI_EXIT_OK;
}

static cli_exit s_check_arguments(const cli_command *command, const cli_options *options)
{
  size_t count = options->argument_count;
  if (options->seen[CLI_OPT_BATCH] && count > 0) {
    cli_complain("either --batch or \"%s\", not both", options->arguments[0]);
    return CLI_EXIT_USAGE;
  }
  if (count < (size_t)command->least_arguments && !options->seen[CLI_OPT_BATCH]) {
    cli_complain("`askiam %s` needs %s", command->name, command->argument);
    return CLI_EXIT_USAGE;
  }
  if (command->most_arguments != CLI_ANY_NUMBER && count > (size_t)command->most_arguments) {
    cli_complain("`askiam %s` does not know what to do with \"%s\"; see `askiam help %s`", command->name,
                 options->arguments[command->most_arguments], command->name);
    return CLI_EXIT_USAGE;
  }
  return CLI_EXIT_OK;
}

static cli_exit s_dispatch(cli_session *session)
{
  cli_options *options = &session->options;
  size_t words = 0;
  const cli_command *command = cli_command_find(&words, options->arguments, options->argument_count);
  if (command == NULL) {
    return s_no_command(session, words);
  }
  options->arguments += words;
  options->argument_count -= words;
  if (options->seen[CLI_OPT_HELP]) {
    cli_help_command(session, command);
    return CLI_EXIT_OK;
  }
  cli_exit code = s_check_options(command, options);
  if (code == CLI_EXIT_OK) {
    code = s_check_arguments(command, options);
  }
  return code == CLI_EXIT_OK ? command->run(session) : code;
}

/* A reader that went away (`askiam audit export | head`) is no news to anybody. */
static bool s_reader_left(void)
{
  struct pollfd output = {.fd = STDOUT_FILENO};
  return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

/* A full disk or a closed pipe is noticed here at the latest. */
static cli_exit s_flush(cli_exit code)
{
  errno = 0;
  bool arrived = fflush(stdout) == 0 && ferror(stdout) == 0;
  if (arrived) {
    return code;
  }
  if (!s_reader_left()) {
    cli_complain("cannot write to standard output: %s", errno == 0 ? "an earlier write failed" : strerror(errno));
  }
  return cli_exit_worse(code, CLI_EXIT_OUTPUT);
}

int main(int argc, char **argv)
{
  cli_session session = {0};
  setlocale(LC_CTYPE, "");
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN); /* a limit on the size of files is told as a full disk is */
  cli_terminal_init(&session.out, stdout);
  cli_exit code = cli_options_parse(&session.options, argc, argv);
  session.json = session.options.seen[CLI_OPT_JSON];
  if (code == CLI_EXIT_OK) {
    code = s_dispatch(&session);
  }
  cli_session_close(&session);
  cli_options_clean_up(&session.options);
  return (int)s_flush(code);
}
