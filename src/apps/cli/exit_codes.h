/* SPDX-License-Identifier: Apache-2.0
 *
 * The program's exit codes: the contract's, after sysexits. */
#ifndef CLI_EXIT_CODES_H
#define CLI_EXIT_CODES_H

#include <askiam/askiam.h>

typedef enum cli_exit {
  CLI_EXIT_OK = 0,      /* VALID, success */
  CLI_EXIT_INVALID = 1, /* INVALID, a broken trail */
  CLI_EXIT_NEEDS_INFO = 2,
  CLI_EXIT_USAGE = 64,
  CLI_EXIT_DATA = 65,
  CLI_EXIT_UNAVAILABLE = 69,
  CLI_EXIT_INTERNAL = 70,
  CLI_EXIT_OUTPUT = 74, /* standard output or a file to be written cannot be */
  CLI_EXIT_NOT_PERMITTED = 77,
  CLI_EXIT_CONFIG = 78
} cli_exit;

cli_exit cli_exit_from_status(askiam_status status);
/* What failing on a file that the caller named amounts to, by errno: NOT_PERMITTED, INTERNAL (memory), else `otherwise`. */
cli_exit cli_exit_from_errno(int code, cli_exit otherwise);
cli_exit cli_exit_from_verdict(askiam_verdict verdict);
/* What an ERROR decision of a batch amounts to, by its first code. */
cli_exit cli_exit_from_error_decision(const askiam_decision *decision);
/* Of two failures the one to report: CONFIG before NOT_PERMITTED, OUTPUT, INTERNAL, UNAVAILABLE, DATA, OK. */
cli_exit cli_exit_worse(cli_exit left, cli_exit right);

#endif
