/* SPDX-License-Identifier: Apache-2.0
 *
 * Times as people write them on a command line. */
#ifndef CLI_TIMES_H
#define CLI_TIMES_H

#include <stdbool.h>
#include <stdint.h>

enum { CLI_TIME_MAX = 40 };

int64_t cli_time_now_ms(void);
/* RFC 3339, UTC, three digits. */
void cli_time_format(char out_text[CLI_TIME_MAX], int64_t time_ms);
/* "2026-01-31", "2026-01-31T08:00:00Z" (also with a fraction or an offset), or so long before `now_ms`: "30m", "24h", "7d", "2w";
 * "today" and "now". False for anything else. */
bool cli_time_parse(int64_t *out_ms, const char *text, int64_t now_ms);
/* A length of time: "30m", "24h", "7d", "2w". False for anything else. */
bool cli_time_span(int64_t *out_ms, const char *text);

#endif
