/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands: what each is called, takes and does; help is made from this table. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "options.h"
#include "session.h"

typedef struct cli_command_option {
  cli_option option;
  const char *help;
} cli_command_option;

enum { CLI_COMMAND_OPTIONS_MAX = 13, CLI_ANY_NUMBER = -1 };

typedef struct cli_command {
  const char *name;     /* "validate", "audit verify" */
  const char *synopsis; /* what follows the name */
  const char *summary;  /* half a line */
  const char *about;    /* a few lines for `help COMMAND` */
  const char *examples;
  int most_arguments;   /* CLI_ANY_NUMBER */
  int least_arguments;  /* without --batch */
  const char *argument; /* "the sentence", for the complaint when it is missing */
  cli_exit (*run)(cli_session *session);
  cli_command_option options[CLI_COMMAND_OPTIONS_MAX + 1]; /* ended by help == NULL */
} cli_command;

/* NULL out of range. */
const cli_command *cli_command_at(size_t index);
/* By the leading words of the command line; *out_words says how many they are. NULL, *out_words 0: no such
 * command. NULL, 1: the first word begins commands of two words ("audit"). */
const cli_command *cli_command_find(size_t *out_words, char *const *words, size_t count);
/* The nearest name of a command, or NULL. */
const char *cli_command_nearest(const char *typed);

cli_exit cli_run_init(cli_session *session);
cli_exit cli_run_import(cli_session *session);
cli_exit cli_run_erase(cli_session *session);
cli_exit cli_run_validate(cli_session *session);
cli_exit cli_run_extract(cli_session *session);
cli_exit cli_run_chat(cli_session *session);
cli_exit cli_run_status(cli_session *session);
cli_exit cli_run_fulfil(cli_session *session);
cli_exit cli_run_revoke(cli_session *session);
cli_exit cli_run_grants_expire(cli_session *session);
cli_exit cli_run_audit_verify(cli_session *session);
cli_exit cli_run_audit_checkpoint(cli_session *session);
cli_exit cli_run_audit_export(cli_session *session);
cli_exit cli_run_audit_tail(cli_session *session);
cli_exit cli_run_audit_query(cli_session *session);
cli_exit cli_run_replay(cli_session *session);
cli_exit cli_run_outbox_relay(cli_session *session);
cli_exit cli_run_outbox_dead(cli_session *session);
cli_exit cli_run_policy_check(cli_session *session);
cli_exit cli_run_policy_eval(cli_session *session);
cli_exit cli_run_policy_explain(cli_session *session);
cli_exit cli_run_index_create(cli_session *session);
cli_exit cli_run_index_sync(cli_session *session);
cli_exit cli_run_key_create(cli_session *session);
cli_exit cli_run_key_list(cli_session *session);
cli_exit cli_run_key_revoke(cli_session *session);
cli_exit cli_run_config(cli_session *session);
cli_exit cli_run_version(cli_session *session);
cli_exit cli_run_help(cli_session *session);

/* What `askiam help`, and `askiam COMMAND --help`, print; a command as JSON where that was asked for. */
void cli_help_overview(const cli_terminal *terminal);
void cli_help_command(const cli_session *session, const cli_command *command);

#endif
