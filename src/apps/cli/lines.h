/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of a file or a pipe, bounded, and without waiting for more than is there. */
#ifndef CLI_LINES_H
#define CLI_LINES_H

#include <askiam/api.h>
#include <stdbool.h>

/* The longest line, in bytes, without its line feed. */
#define CLI_LINE_MAX_BYTES 65536

typedef enum cli_line_result {
  CLI_LINE_READ,
  CLI_LINE_TOO_LONG, /* its bytes were passed over */
  CLI_LINE_NOT_YET,  /* nothing more is there now */
  CLI_LINE_END,
  CLI_LINE_FAILED /* errno says why */
} cli_line_result;

typedef struct cli_lines {
  int descriptor;
  char *buffer;
  size_t start, scanned, end;
  bool ended, passing_over;
  uint64_t number; /* of the line that was read last, from 1 */
} cli_lines;

/* "-" is standard input. False with errno. */
bool cli_lines_open(cli_lines *lines, const char *path);
void cli_lines_close(cli_lines *lines);
/* The next line, borrowed until the next call. With `wait` false it never blocks. */
cli_line_result cli_lines_next(cli_lines *lines, bool wait, askiam_str *out_line);

#endif
