/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking into JSON that is known to be well-formed, since the library wrote it or askiam_json_check (also …_relayed)
 * took it: members, items and texts, without a tree. Not a parser for what strangers write: that is the library's
 * work. */
#ifndef APPS_COMMON_JSON_VIEW_H
#define APPS_COMMON_JSON_VIEW_H

#include <askiam/api.h>
#include <stdbool.h>

/* The bytes of one value; data NULL: absent. Anything asked of an absent value is absent, empty, false or 0. */
typedef askiam_str app_json;

/* A member of an object; absent where it is missing or null. */
app_json app_json_member(app_json object, const char *name);
/* A member of a member: "entities", "user". */
app_json app_json_path(app_json object, const char *outer, const char *inner);
/* The items of a list in turn: begins with an absent `previous`, ends with an absent result. */
app_json app_json_next(app_json list, app_json previous);
/* The next member of an object in turn; *out_name is its name as written, without quotes. */
app_json app_json_next_member(app_json object, app_json previous, askiam_str *out_name);
bool app_json_true(app_json value);
double app_json_number(app_json value);
bool app_json_is(app_json value, const char *text);
bool app_json_is_string(app_json value);

/* Texts that were unescaped, freed together. Begins as APP_SCRATCH_INIT. */
typedef struct app_scratch {
  void *newest;
  bool failed; /* memory ran out for one of them: what is absent is perhaps only not to be had */
} app_scratch;

#define APP_SCRATCH_INIT {NULL, false}

/* Room for a text; NULL where memory ran out. */
char *app_scratch_acquire(app_scratch *scratch, size_t size_bytes);
/* A string unescaped, a number as written; absent for anything else and where memory ran out. */
askiam_str app_json_text(app_scratch *scratch, app_json value);
/* The same, of a string only. */
askiam_str app_json_string(app_scratch *scratch, app_json value);
void app_scratch_clean_up(app_scratch *scratch);

#endif
