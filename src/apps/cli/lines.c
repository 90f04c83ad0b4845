/* SPDX-License-Identifier: Apache-2.0 */
#include "lines.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum { BUFFER_BYTES = 4 * CLI_LINE_MAX_BYTES };

bool cli_lines_open(cli_lines *lines, const char *path)
{
  bool standard = strcmp(path, "-") == 0;
  *lines = (cli_lines){.descriptor = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)};
  if (lines->descriptor < 0) {
    return false;
  }
  lines->buffer = malloc(BUFFER_BYTES);
  return lines->buffer != NULL;
}

void cli_lines_close(cli_lines *lines)
{
  if (lines->descriptor > STDIN_FILENO) {
    close(lines->descriptor);
  }
  free(lines->buffer);
  *lines = (cli_lines){.descriptor = -1};
}

/* A line whose end is in the buffer, or the rest of the input. */
static cli_line_result s_cut(cli_lines *lines, size_t line_end, size_t next, askiam_str *out_line)
{
  *out_line = (askiam_str){lines->buffer + lines->start, line_end - lines->start};
  bool too_long = lines->passing_over || out_line->length > CLI_LINE_MAX_BYTES;
  lines->start = next;
  lines->scanned = next;
  lines->passing_over = false;
  lines->number++;
  return too_long ? CLI_LINE_TOO_LONG : CLI_LINE_READ;
}

static cli_line_result s_fill(cli_lines *lines, bool wait)
{
  memmove(lines->buffer, lines->buffer + lines->start, lines->end - lines->start);
  lines->end -= lines->start;
  lines->scanned -= lines->start;
  lines->start = 0;
  struct pollfd ready = {.fd = lines->descriptor, .events = POLLIN};
  if (!wait && poll(&ready, 1, 0) == 0) {
    return CLI_LINE_NOT_YET;
  }
  ssize_t got = 0;
  do {
    got = read(lines->descriptor, lines->buffer + lines->end, BUFFER_BYTES - lines->end);
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    return CLI_LINE_FAILED;
  }
  lines->ended = got == 0;
  lines->end += (size_t)got;
  return CLI_LINE_READ;
}

cli_line_result cli_lines_next(cli_lines *lines, bool wait, askiam_str *out_line)
{
  for (;;) {
    char *feed = memchr(lines->buffer + lines->scanned, '\n', lines->end - lines->scanned);
    if (feed != NULL) {
      size_t line_end = (size_t)(feed - lines->buffer);
      return s_cut(lines, line_end, line_end + 1, out_line);
    }
    lines->scanned = lines->end;
    if (lines->end - lines->start > CLI_LINE_MAX_BYTES) {
      lines->passing_over = true;
      lines->start = lines->end;
    }
    if (lines->ended) {
      bool rest = lines->end > lines->start || lines->passing_over;
      return rest ? s_cut(lines, lines->end, lines->end, out_line) : CLI_LINE_END;
    }
    cli_line_result filled = s_fill(lines, wait);
    if (filled != CLI_LINE_READ) {
      return filled;
    }
  }
}
