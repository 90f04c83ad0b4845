/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading our own JSON back, strictly: members of the wrong type are BAD_DATA. The first problem is kept, so a reader
 * is asked once, at its end. */
#ifndef ASKI_MODEL_READER_H
#define ASKI_MODEL_READER_H

#include "json/json.h"

typedef struct aski_reader {
  aski_arena *arena;
  askiam_error *error;
  askiam_status status;
} aski_reader;

void aski_reader_init(aski_reader *reader, aski_arena *arena, askiam_error *error);
/* The first problem; NO_MEMORY where the arena failed. */
askiam_status aski_reader_end(aski_reader *reader);
void aski_reader_fail(aski_reader *reader, const char *name, const char *wanted);
/* A member that must be there and of this type. NULL after a problem. */
const aski_json *aski_reader_member(aski_reader *reader, const aski_json *node, const char *name, aski_json_type type);
/* A member that may be null or not there: then NULL. */
const aski_json *aski_reader_optional(aski_reader *reader, const aski_json *node, const char *name,
                                      aski_json_type type);
/* Copies in the arena; the text must be there, or may be null (then absent). */
askiam_str aski_reader_text(aski_reader *reader, const aski_json *node, const char *name);
askiam_str aski_reader_optional_text(aski_reader *reader, const aski_json *node, const char *name);
bool aski_reader_bool(aski_reader *reader, const aski_json *node, const char *name);
int64_t aski_reader_integer(aski_reader *reader, const aski_json *node, const char *name);
uint64_t aski_reader_unsigned(aski_reader *reader, const aski_json *node, const char *name);
/* A finite number; `otherwise` where it is null. */
double aski_reader_number(aski_reader *reader, const aski_json *node, const char *name, double otherwise);
/* RFC 3339; 0 for null. */
int64_t aski_reader_time(aski_reader *reader, const aski_json *node, const char *name);
/* The index of a member's text among `count` names; a problem where it is none of them, then 0. */
size_t aski_reader_choice(aski_reader *reader, const aski_json *node, const char *name,
                          const char *(*name_of)(size_t index), size_t count);

#endif
