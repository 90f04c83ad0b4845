/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of the program: its options, where it writes, and the engine that its settings make. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "options.h"
#include "terminal.h"

typedef struct cli_log_sink {
  bool json; /* `log.format` */
} cli_log_sink;

typedef struct cli_session {
  cli_options options; /* arguments begin after the command's own words */
  cli_terminal out;
  bool json;
  askiam_config *config;
  askiam_engine *engine;
  cli_log_sink log;
} cli_session;

/* Where the present value of a setting comes from. */
typedef enum cli_source { CLI_FROM_DEFAULT, CLI_FROM_FILE, CLI_FROM_ENVIRONMENT, CLI_FROM_FLAG } cli_source;

/* The program's default of a key: sqlite:askiam.db for store.url, off for log.level, else the library's. */
const char *cli_default(const char *key, const char *of_library);
/* Defaults, file, environment, flags. `out_sources` (may be NULL) has one place for each key of the table. */
cli_exit cli_session_configure(cli_session *session, cli_source *out_sources);
/* Configures and makes the engine. Complains on failure. */
cli_exit cli_session_open(cli_session *session);
void cli_session_close(cli_session *session);

/* Complains of `error` and gives its exit code. */
cli_exit cli_fail(askiam_status status, const askiam_error *error);
/* Writes a line of JSON to standard output and frees it (askiam_string_free). */
void cli_print_owned(cli_session *session, char *json);
/* The same where JSON is wanted; else renders it for people. */
void cli_show_owned(cli_session *session, char *json, void (*render)(const cli_terminal *terminal, askiam_str json));

/* Writes log records to standard error. */
void cli_log_write(void *context, const askiam_log_record *record);

/* An option's value as a view; absent where it was not given. */
askiam_str cli_value(const cli_session *session, cli_option option);

#endif
