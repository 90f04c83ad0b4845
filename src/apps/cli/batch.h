/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests a line as JSON, answers a line as JSON, in the same order. Lines that are there already are answered together,
 * so that they share a commit; a line that comes alone is answered at once. */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include "session.h"

enum { CLI_BATCH_MOST = 64 };

typedef struct cli_batch_line {
  uint64_t number;         /* from 1, blank ones counted */
  bool good;               /* false: `problem` says why */
  askiam_request *request; /* also of a bad line where its request id could be read; else NULL */
  char problem[512];
} cli_batch_line;

/* Answers `count` lines in order on standard output. */
typedef cli_exit (*cli_batch_fn)(cli_session *session, const cli_batch_line *lines, size_t count);

/* Reads --batch to its end; the options of the command line are the defaults of lines without a value of their own. */
cli_exit cli_batch_run(cli_session *session, cli_batch_fn answer);

/* Sets what the command line says of a request: --user, --requester, --ip, … Where `defaults_only` a value that is there stays. */
askiam_status cli_request_apply(const cli_session *session, askiam_request *request, bool defaults_only,
                                askiam_error *error);
/* An ERROR decision INVALID_REQUEST that the program makes itself; `line` 0: none. */
void cli_print_bad_request(const cli_session *session, const askiam_request *request, uint64_t line,
                           const char *problem);
/* The same for any failure, its code by what `status` says. */
void cli_print_failure(const cli_session *session, const askiam_request *request, uint64_t line, askiam_status status,
                       const char *problem);

#endif
