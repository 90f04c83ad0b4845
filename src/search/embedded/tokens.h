/* SPDX-License-Identifier: Apache-2.0
 *
 * The tokenizer of documents_fts (docs/data.md), outside of the index: where few documents are in scope, reading them is much faster
 * than asking the index, and gives the same words. */
#ifndef ASKI_SEARCH_EMBEDDED_TOKENS_H
#define ASKI_SEARCH_EMBEDDED_TOKENS_H

#include <sqlite3.h>

#include "match.h"
#include "words.h"

/* Belongs to a connection, and to the thread that uses it. */
typedef struct aski_tokenizer {
  fts5_tokenizer table;
  Fts5Tokenizer *self;
} aski_tokenizer;

/* FTS5 of a connection; *out_api stays NULL where SQLite was built without it. Gives SQLite's code. */
int aski_fts5_api(fts5_api **out_api, sqlite3 *db);
int aski_tokenizer_open(aski_tokenizer *out_tokenizer, fts5_api *api);
void aski_tokenizer_close(aski_tokenizer *tokenizer);

/* Makes each word the token it is in the index. False where one is not exactly one token, which FTS5 would take for a phrase, or
 * memory ran out (arena->failed). */
bool aski_tokens_of_words(aski_match_words *words, aski_arena *arena, const aski_tokenizer *tokenizer);
/* Counts tokens in a document as aski_words does for a row of the index. Gives SQLite's code. */
int aski_tokens_count(aski_words_hit *hit, const aski_tokenizer *tokenizer, const aski_match_words *tokens,
                      askiam_str title, askiam_str text);

#endif
