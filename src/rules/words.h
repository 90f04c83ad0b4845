/* SPDX-License-Identifier: Apache-2.0
 *
 * Sentences of the checks: names in place of ids, lists that stay short, moments as people write them. */
#ifndef ASKI_RULES_WORDS_H
#define ASKI_RULES_WORDS_H

#include "model/facts.h"

/* The name, else the id, else `otherwise`. */
askiam_str aski_words_name(askiam_str name, askiam_str id, const char *otherwise);
/* " until 2026-12-31", " until 2026-12-31 10:30 UTC", or "" for no end (0). */
askiam_str aski_words_until(aski_arena *arena, int64_t end_ms);
/* "2026-12-31" or "2026-12-31 10:30 UTC". */
askiam_str aski_words_moment(aski_arena *arena, int64_t time_ms);

/* A list in words: "A", "A and B", "A, B and C", "A, B, C, D and 3 more". */
typedef struct aski_words_list {
  aski_arena *arena;
  askiam_str text;
  askiam_str last; /* not yet in `text` */
  size_t count;
} aski_words_list;

void aski_words_list_add(aski_words_list *list, askiam_str item);
askiam_str aski_words_list_end(aski_words_list *list);

#endif
