/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of a file or a pipe, bounded, and without waiting for more than is there. */
#ifndef CLI_LINES_H
#define CLI_LINES_H

#include <askiam/api.h>
#include <stdbool.h>

/* The longest line of requests, in bytes, without its line feed. */
#define CLI_LINE_MAX_BYTES 65536
/* The longest line, or whole file, of policies: what the library takes of JSON. */
#define CLI_POLICY_MAX_BYTES ((size_t)16 * 1024 * 1024)

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
  size_t capacity, most_bytes;
  size_t start, scanned, end;
  bool ended, passing_over;
  uint64_t number; /* of the line that was read last, from 1 */
} cli_lines;

/* "-" is standard input; `most_bytes` is the longest line's length. False with errno. */
bool cli_lines_open(cli_lines *lines, const char *path, size_t most_bytes);
void cli_lines_close(cli_lines *lines);
/* The next line, borrowed until the next call; without the byte order mark that some editors put before the first. With `wait` false it
 * never blocks. */
cli_line_result cli_lines_next(cli_lines *lines, bool wait, askiam_str *out_line);

/* Nothing but spaces, tabs and a carriage return. */
bool cli_line_is_blank(askiam_str line);
/* What the library says of a text that is one line of a file ("line 1, column 7: ..."), told by the line of the file. */
void cli_line_tell(char *out_text, size_t size, uint64_t number, const char *message);

/* A whole file, or with "-" all of standard input, without a byte order mark before it; free() it. False with errno, EFBIG where it is longer than `most_bytes`. */
bool cli_read_whole(char **out_text, size_t *out_length, const char *path, size_t most_bytes);

#endif
