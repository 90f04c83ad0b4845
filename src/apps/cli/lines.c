/* SPDX-License-Identifier: Apache-2.0 */
#include "lines.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* How much is read at once; a longer line makes the buffer grow. */
enum { BUFFER_BYTES = 4 * CLI_LINE_MAX_BYTES };

static int s_open(const char *path) { return strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC); }

bool cli_lines_open(cli_lines *lines, const char *path, size_t most_bytes)
{
  *lines = (cli_lines){.descriptor = s_open(path), .capacity = BUFFER_BYTES, .most_bytes = most_bytes};
  if (lines->descriptor < 0) {
    return false;
  }
  lines->buffer = malloc(lines->capacity);
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

/* Of the byte order mark at the beginning of a text, which RFC 8259 (8.1) lets those who read JSON pass over. */
static size_t s_mark_length(const char *text, size_t length)
{
  static const char mark[] = "\xEF\xBB\xBF";
  return length >= sizeof mark - 1 && memcmp(text, mark, sizeof mark - 1) == 0 ? sizeof mark - 1 : 0;
}

/* A line whose end is in the buffer, or the rest of the input. */
static cli_line_result s_cut(cli_lines *lines, size_t line_end, size_t next, askiam_str *out_line)
{
  *out_line = (askiam_str){lines->buffer + lines->start, line_end - lines->start};
  bool too_long = lines->passing_over || out_line->length > lines->most_bytes;
  if (lines->number == 0) {
    size_t mark = s_mark_length(out_line->data, out_line->length);
    out_line->data += mark;
    out_line->length -= mark;
  }
  lines->start = next;
  lines->scanned = next;
  lines->passing_over = false;
  lines->number++;
  return too_long ? CLI_LINE_TOO_LONG : CLI_LINE_READ;
}

/* A read that was interrupted is no end. */
static ssize_t s_read(int descriptor, char *buffer, size_t size)
{
  ssize_t got = 0;
  do {
    got = read(descriptor, buffer, size);
  } while (got < 0 && errno == EINTR);
  return got;
}

static bool s_grow(char **buffer, size_t *capacity)
{
  size_t wanted = *capacity * 2;
  char *larger = wanted <= *capacity ? NULL : realloc(*buffer, wanted);
  if (larger == NULL) {
    return false;
  }
  *buffer = larger;
  *capacity = wanted;
  return true;
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
  if (lines->end == lines->capacity && !s_grow(&lines->buffer, &lines->capacity)) {
    return CLI_LINE_FAILED;
  }
  ssize_t got = s_read(lines->descriptor, lines->buffer + lines->end, lines->capacity - lines->end);
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
    if (lines->end - lines->start > lines->most_bytes) {
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

bool cli_line_is_blank(askiam_str line)
{
  for (size_t at = 0; at < line.length; at++) {
    if (strchr(" \t\r", line.data[at]) == NULL || line.data[at] == '\0') {
      return false;
    }
  }
  return true;
}

void cli_line_tell(char *out_text, size_t size, uint64_t number, const char *message)
{
  static const char s_first[] = "line 1, ";
  bool by_line = strncmp(message, s_first, sizeof s_first - 1) == 0;
  if (by_line) {
    snprintf(out_text, size, "line %" PRIu64 ", %s", number, message + sizeof s_first - 1);
  } else {
    snprintf(out_text, size, "%s", message);
  }
}

static bool s_read_all(int descriptor, char **buffer, size_t *out_length, size_t most_bytes)
{
  size_t capacity = BUFFER_BYTES;
  size_t length = 0;
  ssize_t got = 1;
  *buffer = malloc(capacity);
  while (*buffer != NULL && got > 0) {
    if (length == capacity && !s_grow(buffer, &capacity)) {
      return false;
    }
    got = s_read(descriptor, *buffer + length, capacity - length);
    length += got > 0 ? (size_t)got : 0;
    if (length > most_bytes) {
      errno = EFBIG;
      return false;
    }
  }
  *out_length = length;
  return *buffer != NULL && got == 0;
}

bool cli_read_whole(char **out_text, size_t *out_length, const char *path, size_t most_bytes)
{
  *out_text = NULL;
  *out_length = 0;
  int descriptor = s_open(path);
  if (descriptor < 0) {
    return false;
  }
  bool good = s_read_all(descriptor, out_text, out_length, most_bytes);
  int why = errno;
  if (good) {
    size_t mark = s_mark_length(*out_text, *out_length);
    *out_length -= mark;
    memmove(*out_text, *out_text + mark, *out_length);
  } else {
    free(*out_text);
    *out_text = NULL;
  }
  if (descriptor > STDIN_FILENO) {
    close(descriptor);
  }
  errno = why;
  return good;
}
