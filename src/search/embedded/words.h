/* SPDX-License-Identifier: Apache-2.0
 *
 * Ranking by words: BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009; k1 = 1.2, b = 0.75)
 * with the statistics of what is in scope. FTS5's own bm25() counts every word in every document of the table first: its time would grow
 * with all that is stored, and a foreign application's documents would move the order of ours. */
#ifndef ASKI_SEARCH_EMBEDDED_WORDS_H
#define ASKI_SEARCH_EMBEDDED_WORDS_H

#include <sqlite3.h>

#include "match.h"
#include "search/common/vectors.h"

/* Makes the SQL function aski_words(documents_fts) known to a connection: an aski_words_hit, as it lies in memory, for a matching
 * document. Gives SQLite's code. */
int aski_words_register(fts5_api *api);

/* One matching document. A word in the title counts twice. */
enum { ASKI_WORDS_TITLE_WORTH = 2 };
typedef struct aski_words_hit {
  int64_t document;
  uint32_t length; /* words of the text */
  uint8_t times[ASKI_MATCH_WORDS_MAX];
} aski_words_hit;

typedef struct aski_words_hits {
  aski_words_hit *items;
  size_t count, capacity;
} aski_words_hits;

/* Notes that a document has a word, which counts `worth` times, once more. */
void aski_words_found(aski_words_hit *hit, size_t word, unsigned worth);
/* Whether the document has any of the words. */
bool aski_words_any(const aski_words_hit *hit);
/* False when memory ran out. */
bool aski_words_add(aski_words_hits *hits, aski_arena *arena, const aski_words_hit *hit);
/* Scores all and keeps the best. */
void aski_words_rank(const aski_words_hits *hits, aski_best *best);

#endif
