/* SPDX-License-Identifier: Apache-2.0
 *
 * The compiled form of a file of dialogue words. It holds offsets in place of pointers, so that the built-in one is data which needs no
 * relocation, and nothing is parsed where a process starts. */
#ifndef ASKI_DIALOGUE_WORD_TABLE_H
#define ASKI_DIALOGUE_WORD_TABLE_H

#include "dialogue/dialogue.h"

/* How a list is looked into: by look-up keys, of phrases or of one word each; or in the text as it was written, where diacritics count. */
enum { ASKI_LIST_PHRASES = 0, ASKI_LIST_WORD = 1, ASKI_LIST_WRITTEN = 2 };
/* Lists of one group contradict each other: no phrase may stand in two of them. */
enum { ASKI_LIST_FREE, ASKI_LIST_STEERS, ASKI_LIST_PLACES, ASKI_LIST_SLOTS };

/* Its name in C, in the file, how it is looked into, its group. docs/dialogue.md says what each is for. */
#define ASKI_DIALOGUE_LISTS(X)                                                                                         \
  X(YES, "yes", ASKI_LIST_PHRASES, ASKI_LIST_STEERS)                                                                   \
  X(NO, "no", ASKI_LIST_PHRASES, ASKI_LIST_STEERS)                                                                     \
  X(CANCEL, "cancel", ASKI_LIST_PHRASES, ASKI_LIST_STEERS)                                                             \
  X(START_OVER, "start_over", ASKI_LIST_PHRASES, ASKI_LIST_STEERS)                                                     \
  X(NO_END, "no_end", ASKI_LIST_PHRASES, ASKI_LIST_STEERS)                                                             \
  X(COURTESIES, "courtesies", ASKI_LIST_PHRASES, ASKI_LIST_STEERS)                                                     \
  X(FIRST, "first", ASKI_LIST_WORD, ASKI_LIST_PLACES)                                                                  \
  X(SECOND, "second", ASKI_LIST_WORD, ASKI_LIST_PLACES)                                                                \
  X(THIRD, "third", ASKI_LIST_WORD, ASKI_LIST_PLACES)                                                                  \
  X(FOURTH, "fourth", ASKI_LIST_WORD, ASKI_LIST_PLACES)                                                                \
  X(FIFTH, "fifth", ASKI_LIST_WORD, ASKI_LIST_PLACES)                                                                  \
  X(LAST, "last", ASKI_LIST_WORD, ASKI_LIST_PLACES)                                                                    \
  X(ONE, "one", ASKI_LIST_WORD, ASKI_LIST_PLACES)                                                                      \
  X(NUMBER, "number", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                                  \
  X(BEFORE_PLACE, "before_place", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                      \
  X(BEHIND_PLACE, "behind_place", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                      \
  X(BETWEEN_PLACES, "between_places", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                  \
  X(JOINS, "joins", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                                    \
  X(SEVERAL, "several", ASKI_LIST_PHRASES, ASKI_LIST_FREE)                                                             \
  X(MORE, "more", ASKI_LIST_WRITTEN, ASKI_LIST_FREE)                                                                   \
  X(OPENERS, "openers", ASKI_LIST_WORD | ASKI_LIST_WRITTEN, ASKI_LIST_FREE)                                            \
  X(CLOSERS, "closers", ASKI_LIST_WORD | ASKI_LIST_WRITTEN, ASKI_LIST_FREE)                                            \
  X(MEANT, "meant", ASKI_LIST_WRITTEN, ASKI_LIST_FREE)                                                                 \
  X(CORRECTS, "corrects", ASKI_LIST_PHRASES, ASKI_LIST_FREE)                                                           \
  X(INSTEAD_OF, "instead_of", ASKI_LIST_WRITTEN, ASKI_LIST_FREE)                                                       \
  X(NOT, "not", ASKI_LIST_WRITTEN, ASKI_LIST_FREE)                                                                     \
  X(BUT, "but", ASKI_LIST_WRITTEN, ASKI_LIST_FREE)                                                                     \
  X(BEFORE_NAME, "before_name", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                        \
  X(BEHIND_NAME, "behind_name", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                        \
  X(PASSED, "passed", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                                  \
  X(BEFORE_CHANGE, "before_change", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                    \
  X(BEHIND_CHANGE, "behind_change", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                    \
  X(APPLICATION, "application", ASKI_LIST_PHRASES, ASKI_LIST_SLOTS)                                                    \
  X(ROLE, "role", ASKI_LIST_PHRASES, ASKI_LIST_SLOTS)                                                                  \
  X(PERSON, "person", ASKI_LIST_PHRASES, ASKI_LIST_SLOTS)                                                              \
  X(TIME, "time", ASKI_LIST_PHRASES, ASKI_LIST_SLOTS)                                                                  \
  X(REASON, "reason", ASKI_LIST_PHRASES, ASKI_LIST_SLOTS)                                                              \
  X(I, "i", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                                            \
  X(ME, "me", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                                          \
  X(MY, "my", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                                          \
  X(DENIALS, "denials", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                                \
  X(CHANGES, "changes", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                                \
  X(ASIDES, "asides", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                                  \
  X(DOUBTS, "doubts", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                                  \
  X(NO_REQUESTS, "no_requests", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                        \
  X(ADDITIONS, "additions", ASKI_LIST_WORD, ASKI_LIST_FREE)                                                            \
  X(BEFORE_ADDITION, "before_addition", ASKI_LIST_PHRASES, ASKI_LIST_FREE)                                             \
  X(NEED_ACCESS, "need_access", ASKI_LIST_WRITTEN, ASKI_LIST_FREE)                                                     \
  X(NEED_IT, "need_it", ASKI_LIST_WRITTEN, ASKI_LIST_FREE)                                                             \
  X(BEFORE_TIME, "before_time", ASKI_LIST_WRITTEN, ASKI_LIST_FREE)

typedef enum aski_list {
#define ASKI_LIST_ENTRY(list, name, kind, group) ASKI_LIST_##list,
  ASKI_DIALOGUE_LISTS(ASKI_LIST_ENTRY)
#undef ASKI_LIST_ENTRY
      ASKI_LIST_COUNT
} aski_list;

struct aski_dialogue_words {
  const char *texts;                    /* the phrases, one behind the other, list by list, as the file has them */
  const uint16_t *starts;               /* where each begins in `texts`, and where the last one ends */
  uint16_t firsts[ASKI_LIST_COUNT + 1]; /* the first phrase of each list, and how many there are */
};

/* The phrase of this index; those of a list are firsts[list] up to firsts[list + 1]. */
askiam_str aski_dialogue_phrase(const aski_dialogue_words *words, size_t index);

#endif
