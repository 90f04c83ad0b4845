/* SPDX-License-Identifier: Apache-2.0
 *
 * Words to entities: what does this sentence ask, for whom, and how sure is that? Never trusts the text; what it
 * cannot account for becomes a question. */
#ifndef ASKI_EXTRACT_EXTRACT_H
#define ASKI_EXTRACT_EXTRACT_H

#include "backend/handles.h"
#include "model/reading.h"

/* The phrases of a language, compiled from the patterns file (docs/patterns.md). Immutable; shared by threads. */
typedef struct aski_phrases aski_phrases;

/* Compiles a patterns document; an absent `json` gives the built-in English one. `place` ("patterns.json") is for
 * messages. */
askiam_status aski_phrases_new(aski_phrases **out_phrases, askiam_str json, const char *place,
                               const askiam_allocator *allocator, askiam_error *error);
void aski_phrases_destroy(aski_phrases *phrases);

typedef struct aski_extract_input {
  askiam_str text;    /* valid, 1 to 4,096 bytes */
  askiam_str user_id; /* who "I" is; absent: nobody in particular */
  int64_t now_ms;     /* durations count from here */
} aski_extract_input;

/* Reads the sentence. OK for every reading, also one that is all codes. Strings of the reading live in `arena`.
 * The speaker's own existence is looked up only where "I" is the beneficiary: unknown is USER_UNKNOWN. Fails only
 * with NO_MEMORY or what the catalogue fails with. */
askiam_status aski_extract_read(aski_reading *out_reading, aski_arena *arena, const aski_phrases *phrases,
                                const aski_catalogue *catalogue, const askiam_call *call,
                                const aski_extract_input *input, askiam_error *error);

/* Whether '+' and '#' are the same in both: C, C++ and C# have one key. */
bool aski_extract_same_symbols(askiam_str text, askiam_str form);

#endif
