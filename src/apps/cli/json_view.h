/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking into the JSON that the library has just written: members, items and texts, without a tree. Not a parser for what
 * strangers write: that is the library's work. */
#ifndef CLI_JSON_VIEW_H
#define CLI_JSON_VIEW_H

#include <askiam/api.h>
#include <stdbool.h>

/* The bytes of one value; data NULL: absent. Anything asked of an absent value is absent, empty, false or 0. */
typedef askiam_str cli_json;

/* A member of an object; absent where it is missing or null. */
cli_json cli_json_member(cli_json object, const char *name);
/* A member of a member: "entities", "user". */
cli_json cli_json_path(cli_json object, const char *outer, const char *inner);
/* The items of a list in turn: begins with an absent `previous`, ends with an absent result. */
cli_json cli_json_next(cli_json list, cli_json previous);
/* The next member of an object in turn; *out_name is its name as written, without quotes. */
cli_json cli_json_next_member(cli_json object, cli_json previous, askiam_str *out_name);
bool cli_json_true(cli_json value);
double cli_json_number(cli_json value);
bool cli_json_is(cli_json value, const char *text);

/* Texts that were unescaped, freed together. */
typedef struct cli_scratch {
  void *newest;
} cli_scratch;

/* A string unescaped, a number as written; absent for anything else and where memory ran out. */
askiam_str cli_json_text(cli_scratch *scratch, cli_json value);
void cli_scratch_clean_up(cli_scratch *scratch);

#endif
