/* SPDX-License-Identifier: Apache-2.0
 *
 * Which names are worth suggesting for a term: where to look in an index of beginnings of words, and which of what is found come first. All
 * stores look and rank alike, so that they suggest alike. Pure. */
#ifndef ASKI_STORE_COMMON_LIKENESS_H
#define ASKI_STORE_COMMON_LIKENESS_H

#include "base/memory.h"

enum {
  ASKI_STORE_ROWS_AROUND = 24,   /* rows that are looked at from one place of an index on */
  ASKI_STORE_ROLES_LISTED = 500, /* roles of one application that are looked at */
  ASKI_STORE_WORDS_MOST = 6,     /* words of a term or name that count */
  ASKI_STORE_SHARED_LEAST = 3,   /* letters that begin two words alike */
  ASKI_STORE_PREFIXES_MOST = 4
};

/* The next word of a spaced key from *io_at on; false at the end. */
bool aski_store_next_word(askiam_str key, size_t *io_at, askiam_str *out_word);
/* The letters that begin a word of both, added up over the first words of the term; a word that is equal counts more. */
size_t aski_store_likeness(askiam_str wanted, askiam_str name);
/* The whole of `start`, then ever shorter beginnings of it, none shorter than ASKI_STORE_SHARED_LEAST: borrowed from it. Gives how many. */
size_t aski_store_prefixes(askiam_str start, askiam_str out_prefixes[ASKI_STORE_PREFIXES_MOST]);

#endif
