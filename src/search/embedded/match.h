/* SPDX-License-Identifier: Apache-2.0
 *
 * The full-text expression for a query: words only, each quoted, so that no text can be read as syntax. */
#ifndef ASKI_SEARCH_EMBEDDED_MATCH_H
#define ASKI_SEARCH_EMBEDDED_MATCH_H

#include <askiam/backend/search.h>

#include "base/memory.h"

/* More words tell little and cost time: names come first in a query, descriptions last. */
enum {
  ASKI_MATCH_WORDS_MAX = 12,
  ASKI_MATCH_SCOPE_PHRASES = 3 /* the first phrases of the expression say what a document is about; words follow */
};

/* The first distinct words of a query's text, as they stand in its key. Borrowed from the arena; none where there is no word to look for,
 * or memory ran out (arena->failed). */
typedef struct aski_match_words {
  askiam_str items[ASKI_MATCH_WORDS_MAX];
  size_t count;
} aski_match_words;
aski_match_words aski_search_words(aski_arena *arena, askiam_str text);

/* An FTS5 expression over documents_fts(title, text, scope): documents about the role, the application or neither that hold any of
 * the words, of which there is at least one. Absent when memory ran out (arena->failed). */
askiam_str aski_search_match(aski_arena *arena, const askiam_search_query *query, const aski_match_words *words);

#endif
