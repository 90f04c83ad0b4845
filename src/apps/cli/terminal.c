/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal.h"

#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "apps/common/utf8.h"

enum { NARROWEST = 40, WIDEST = 100, USUAL = 80, MESSAGE_MAX = 2048, ESCAPED_MAX = 16 };

static size_t s_width(int descriptor)
{
  struct winsize size = {0};
  size_t width = USUAL;
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    width = size.ws_col;
  }
  return width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : width;
}

void cli_terminal_init(cli_terminal *terminal, FILE *stream)
{
  const char *no_colour = getenv("NO_COLOR");
  const char *kind = getenv("TERM");
  terminal->stream = stream;
  terminal->interactive = isatty(fileno(stream)) == 1;
  terminal->colour =
      terminal->interactive && (no_colour == NULL || no_colour[0] == '\0') && kind != NULL && strcmp(kind, "dumb") != 0;
  terminal->unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
  terminal->width = terminal->interactive ? s_width(fileno(stream)) : WIDEST;
}

/* Controls and characters that change how their neighbours look. */
static bool s_treacherous(uint32_t point)
{
  static const struct {
    uint32_t first, last;
  } s_ranges[] = {{0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},      {0x61C, 0x61C},   {0x115F, 0x1160},
                  {0x180B, 0x180F}, {0x200B, 0x200F}, {0x2028, 0x202E},  {0x2060, 0x206F}, {0x3164, 0x3164},
                  {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE0FFF}};
  for (size_t at = 0; at < sizeof s_ranges / sizeof s_ranges[0]; at++) {
    if (point >= s_ranges[at].first && point <= s_ranges[at].last) {
      return true;
    }
  }
  return false;
}

/* One character as it is shown, NUL-terminated in `shown`; returns how many bytes of the text it took. */
static size_t s_escape(char shown[ESCAPED_MAX], askiam_str text, size_t at)
{
  uint32_t point = 0;
  size_t length = app_decode(text, at, &point);
  if (length == 0) {
    snprintf(shown, ESCAPED_MAX, "\\x%02X", (unsigned)(unsigned char)text.data[at]);
    return 1;
  }
  if (point == '\t' || point == '\n' || point == '\r') {
    snprintf(shown, ESCAPED_MAX, " ");
  } else if (s_treacherous(point)) {
    snprintf(shown, ESCAPED_MAX, "\\u{%X}", (unsigned)point);
  } else {
    memcpy(shown, text.data + at, length);
    shown[length] = '\0';
  }
  return length;
}

/* Escapes are ASCII, and anything else is one character of one column. */
static size_t s_shown_columns(const char *shown) { return (unsigned char)shown[0] < 0x80 ? strlen(shown) : 1; }

void cli_put(const cli_terminal *terminal, askiam_str text)
{
  char shown[ESCAPED_MAX];
  for (size_t at = 0; at < text.length;) {
    at += s_escape(shown, text, at);
    fputs(shown, terminal->stream);
  }
}

size_t cli_columns(askiam_str text)
{
  char shown[ESCAPED_MAX];
  size_t columns = 0;
  for (size_t at = 0; at < text.length;) {
    at += s_escape(shown, text, at);
    columns += s_shown_columns(shown);
  }
  return columns;
}

static void s_style(const cli_terminal *terminal, cli_style style)
{
  static const char *const s_codes[] = {"0", "1", "2", "1;32", "1;31", "1;33"};
  if (terminal->colour) {
    fprintf(terminal->stream, "\033[%sm", s_codes[style]);
  }
}

void cli_put_styled(const cli_terminal *terminal, cli_style style, askiam_str text)
{
  s_style(terminal, style);
  cli_put(terminal, text);
  s_style(terminal, CLI_PLAIN);
}

void cli_say(const cli_terminal *terminal, const char *text) { fputs(text, terminal->stream); }

void cli_say_styled(const cli_terminal *terminal, cli_style style, const char *text)
{
  s_style(terminal, style);
  cli_say(terminal, text);
  s_style(terminal, CLI_PLAIN);
}

void cli_pad(const cli_terminal *terminal, size_t count)
{
  for (size_t at = 0; at < count; at++) {
    fputc(' ', terminal->stream);
  }
}

void cli_put_wrapped(const cli_terminal *terminal, size_t indent, askiam_str text)
{
  size_t column = indent;
  for (size_t at = 0; at < text.length;) {
    size_t end = at;
    while (end < text.length && text.data[end] != ' ') {
      end++;
    }
    askiam_str word = {text.data + at, end - at};
    size_t columns = cli_columns(word);
    if (column > indent && column + 1 + columns > terminal->width) {
      fputc('\n', terminal->stream);
      cli_pad(terminal, indent);
      column = indent;
    }
    if (column > indent) {
      fputc(' ', terminal->stream);
      column++;
    }
    cli_put(terminal, word);
    column += columns;
    at = end + 1;
  }
  fputc('\n', terminal->stream);
}

const char *cli_symbol(const cli_terminal *terminal, const char *symbol, const char *plain)
{
  return terminal->unicode ? symbol : plain;
}

void cli_complain(const char *format, ...)
{
  char message[MESSAGE_MAX];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  cli_terminal terminal = {.stream = stderr};
  cli_say(&terminal, "askiam: ");
  cli_put(&terminal, askiam_str_from(message));
  fputc('\n', stderr);
}
