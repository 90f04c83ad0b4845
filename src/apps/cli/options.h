/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line: one table of options for all commands, read by getopt_long. Which command takes which is in
 * commands.c. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "exit_codes.h"

#include <stdbool.h>

typedef enum cli_option {
  CLI_OPT_CONFIG,
  CLI_OPT_STORE,
  CLI_OPT_SET,
  CLI_OPT_JSON,
  CLI_OPT_HELP,
  CLI_OPT_VERSION,
  CLI_OPT_GLOBAL_COUNT, /* the ones above go with every command */
  CLI_OPT_USER = CLI_OPT_GLOBAL_COUNT,
  CLI_OPT_REQUESTER,
  CLI_OPT_IP,
  CLI_OPT_SESSION,
  CLI_OPT_USER_AGENT,
  CLI_OPT_TRACE_ID,
  CLI_OPT_REQUEST_ID,
  CLI_OPT_TIMEOUT_MS,
  CLI_OPT_DRY_RUN,
  CLI_OPT_BATCH,
  CLI_OPT_SAMPLE,
  CLI_OPT_GRANTS,
  CLI_OPT_APP,
  CLI_OPT_ROLE,
  CLI_OPT_RISK,
  CLI_OPT_STATUS,
  CLI_OPT_FROM,
  CLI_OPT_TO,
  CLI_OPT_COUNT_BY,
  CLI_OPT_LIMIT,
  CLI_OPT_NEWEST,
  CLI_OPT_KEY,
  CLI_OPT_CHECKPOINT,
  CLI_OPT_PUBLIC_KEY,
  CLI_OPT_PRIVATE_KEY,
  CLI_OPT_OUT,
  CLI_OPT_KIND,
  CLI_OPT_LAST,
  CLI_OPT_POLICY,
  CLI_OPT_MODE,
  CLI_OPT_FAIL_ON,
  CLI_OPT_FOR,
  CLI_OPT_UNTIL,
  CLI_OPT_RESTART,
  CLI_OPT_EVENT,
  CLI_OPT_ACTOR,
  CLI_OPT_REASON,
  CLI_OPT_ACTION,
  CLI_OPT_OWNER,
  CLI_OPT_NAME,
  CLI_OPT_SCOPE,
  CLI_OPT_EXPIRES_IN,
  CLI_OPT_EXPIRES_AT,
  CLI_OPT_PER_MINUTE,
  CLI_OPT_BURST,
  CLI_OPT_COUNT
} cli_option;

typedef struct cli_options {
  bool seen[CLI_OPT_COUNT];
  const char *values[CLI_OPT_COUNT]; /* the last one given; NULL: none */
  const char **settings;             /* of every --set, in order */
  size_t setting_count;
  const char **scopes; /* of every --scope, likewise */
  size_t scope_count;
  char **arguments; /* what is no option; argv permuted */
  size_t argument_count;
} cli_options;

/* Reads argv. USAGE after a complaint. Free with cli_options_clean_up in any case. */
cli_exit cli_options_parse(cli_options *out_options, int argc, char **argv);
void cli_options_clean_up(cli_options *options);

/* "--user", and what its value is called ("ID"; NULL: it takes none). */
const char *cli_option_name(cli_option option);
const char *cli_option_metavar(cli_option option);
/* For global ones. */
const char *cli_option_help(cli_option option);

/* A whole number from `least` up to `most`; USAGE after a complaint that names the option. */
cli_exit cli_option_number(uint64_t *out_number, const cli_options *options, cli_option option, uint64_t least,
                           uint64_t most);

#endif
