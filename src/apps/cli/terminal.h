/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing for people: colour only where it is wanted, symbols only where they can be shown, and no byte of a
 * catalogue or of a request that could take hold of the terminal. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <askiam/api.h>
#include <stdbool.h>
#include <stdio.h>

typedef enum cli_style { CLI_PLAIN, CLI_BOLD, CLI_DIM, CLI_GOOD, CLI_BAD, CLI_ASKING } cli_style;

typedef struct cli_terminal {
  FILE *stream;
  bool colour;  /* a terminal, NO_COLOR unset, TERM not "dumb" */
  bool unicode; /* the locale's characters are UTF-8 */
  bool interactive;
  size_t width; /* columns, 40 to 100 */
} cli_terminal;

void cli_terminal_init(cli_terminal *terminal, FILE *stream);

/* Text from elsewhere: controls, format characters (bidirectional overrides, zero width, tags) and bytes that are
 * no UTF-8 are written as \u{202E} and \x9B; a tab or a line feed becomes a space. */
void cli_put(const cli_terminal *terminal, askiam_str text);
void cli_put_styled(const cli_terminal *terminal, cli_style style, askiam_str text);
/* Our own text, a string literal. */
void cli_say(const cli_terminal *terminal, const char *text);
void cli_say_styled(const cli_terminal *terminal, cli_style style, const char *text);
/* Spaces. */
void cli_pad(const cli_terminal *terminal, size_t count);
/* `text` escaped, in lines of the terminal's width; all but the first begin with `indent` spaces. The first begins
 * at column `indent` already. Ends with a line feed. */
void cli_put_wrapped(const cli_terminal *terminal, size_t indent, askiam_str text);
/* How many columns cli_put takes, one for each character. */
size_t cli_columns(askiam_str text);
/* `symbol` where the locale can show it, else `plain`. */
const char *cli_symbol(const cli_terminal *terminal, const char *symbol, const char *plain);

/* "askiam: …" and a line feed, escaped, to standard error. */
void cli_complain(const char *format, ...) ASKIAM_PRINTF(1, 2);

#endif
