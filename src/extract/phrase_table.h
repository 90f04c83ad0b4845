/* SPDX-License-Identifier: Apache-2.0
 *
 * The compiled form of a patterns file. It holds offsets in place of pointers, so that the built-in one is data
 * which needs no relocation: a process that opens an engine reads only the pages that its sentences touch. */
#ifndef ASKI_EXTRACT_PHRASE_TABLE_H
#define ASKI_EXTRACT_PHRASE_TABLE_H

#include "extract/words.h"

enum { ASKI_GUESS_BUCKETS = 26, ASKI_GUESS_LETTERS_MIN = 5, ASKI_GUESS_LETTERS_MAX = 16 };

typedef struct aski_phrase_table {
  const aski_phrase *phrases;
  const uint16_t *places;  /* hash table: one more than the index of a phrase; 0 is a free place */
  const char *texts;       /* the keys, one behind the other */
  const uint16_t *guesses; /* indexes of the words that may be misspelt, by first letter */
  uint32_t phrase_count;
  uint32_t place_count; /* a power of two, more than phrase_count */
  uint32_t text_bytes;
  uint32_t guess_ends[ASKI_GUESS_BUCKETS];
} aski_phrase_table;

/* data/patterns.en.json, compiled when the library was built. */
extern const aski_phrase_table aski_builtin_phrases;

/* Compiles `json`, the text of a patterns file, into `arena`. `place` names it in messages. */
askiam_status aski_phrases_compile(aski_phrase_table *out_table, aski_arena *arena, askiam_str json, const char *place,
                                   askiam_error *error);

/* Where this key is in `places`, or the free place where it would be. */
size_t aski_phrase_place(const aski_phrase_table *table, askiam_str key);
askiam_str aski_phrase_key(const aski_phrase_table *table, const aski_phrase *phrase);
/* Which of the 26 lists of guesses holds words that begin as this one; ASKI_GUESS_BUCKETS: none. */
size_t aski_phrase_bucket(askiam_str key);

#endif
