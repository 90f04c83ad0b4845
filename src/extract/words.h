/* SPDX-License-Identifier: Apache-2.0
 *
 * What a word or a phrase of a language can be. One bit each; a phrase may be several. The second argument is the
 * name in the patterns file; docs/patterns.md says what each is for. */
#ifndef ASKI_EXTRACT_WORDS_H
#define ASKI_EXTRACT_WORDS_H

#include "extract/extract.h"

#define ASKI_WORDS(X)                                                                                                  \
  X(FILLER, "fillers")                                                                                                 \
  X(DETERMINER, "determiners")                                                                                         \
  X(ROLE_NOUN, "role_nouns")                                                                                           \
  X(APP_NOUN, "application_nouns")                                                                                     \
  X(ACCESS, "access_nouns")                                                                                            \
  X(IN, "in")                                                                                                          \
  X(TO, "to")                                                                                                          \
  X(FOR, "for")                                                                                                        \
  X(BEHALF, "on_behalf_of")                                                                                            \
  X(AS, "as")                                                                                                          \
  X(AND, "and")                                                                                                        \
  X(OR, "or")                                                                                                          \
  X(SELF, "i")                                                                                                         \
  X(ME, "me")                                                                                                          \
  X(WE, "we")                                                                                                          \
  X(THIRD, "they")                                                                                                     \
  X(PERSON_NOUN, "person_nouns")                                                                                       \
  X(GROUP, "groups")                                                                                                   \
  X(ALL, "all")                                                                                                        \
  X(NEED, "need")                                                                                                      \
  X(LEAD, "leads")                                                                                                     \
  X(GIVE, "give")                                                                                                      \
  X(START, "starts")                                                                                                   \
  X(POST, "needed")                                                                                                    \
  X(REPORT, "told_to")                                                                                                 \
  X(NOT, "not")                                                                                                        \
  X(WITHDRAW, "withdrawals")                                                                                           \
  X(OTHER, "other_intents")                                                                                            \
  X(WISH, "wishes")                                                                                                    \
  X(ASK, "questions")                                                                                                  \
  X(INJECT, "instructions")                                                                                            \
  X(MAYBE, "perhaps_requests")                                                                                         \
  X(REASON, "reasons")                                                                                                 \
  X(BACKGROUND, "backgrounds")                                                                                         \
  X(INTRODUCE, "introductions")                                                                                        \
  X(PURPOSE, "purposes")                                                                                               \
  X(GREETING, "greetings")                                                                                             \
  X(CLOSER, "closers")                                                                                                 \
  X(HISTORY, "histories")                                                                                              \
  X(ABBREVIATION, "abbreviations")                                                                                     \
  X(LABEL_USER, "user_labels")                                                                                         \
  X(LABEL_APP, "application_labels")                                                                                   \
  X(LABEL_ROLE, "role_labels")                                                                                         \
  X(LABEL_TIME, "duration_labels")                                                                                     \
  X(LABEL_ACTION, "action_labels")                                                                                     \
  X(LABEL_REQUESTER, "requester_labels")                                                                               \
  X(LABEL_OTHER, "other_labels")                                                                                       \
  X(UNTIL, "until")                                                                                                    \
  X(BY, "by")                                                                                                          \
  X(BEGIN, "starting")                                                                                                 \
  X(FOREVER, "permanent")                                                                                              \
  X(VAGUE, "vague_durations")                                                                                          \
  X(END_OF, "end_of")                                                                                                  \
  X(NEXT, "next")                                                                                                      \
  X(THIS, "this")                                                                                                      \
  X(VERB, "verbs")                                                                                                     \
  X(CONTINUE, "continuations")                                                                                         \
  X(EXCEPT, "except")                                                                                                  \
  X(ALSO, "also")                                                                                                      \
  X(ACTION, "actions")                                                                                                 \
  X(LIKE, "like")                                                                                                      \
  X(TROUBLE, "troubles")                                                                                               \
  X(COMMON, "common")

typedef enum aski_word {
#define ASKI_WORD_ENUM(word, name) ASKI_WORD_##word,
  ASKI_WORDS(ASKI_WORD_ENUM)
#undef ASKI_WORD_ENUM
      ASKI_WORD_COUNT
} aski_word;

#define ASKI_IS(word) (UINT64_C(1) << ASKI_WORD_##word)

/* Words with a value: what `numbers`, `months`, `weekdays`, `units` and `days` of the patterns file give. */
typedef enum aski_value {
  ASKI_VALUE_NUMBER,  /* times two, so that "half" is 1 */
  ASKI_VALUE_MONTH,   /* 1 to 12 */
  ASKI_VALUE_WEEKDAY, /* 0 (Sunday) to 6 */
  ASKI_VALUE_UNIT,    /* aski_unit */
  ASKI_VALUE_DAY,     /* days from today: "tomorrow" is 1 */
  ASKI_VALUE_SIGNAL,  /* aski_signal */
  ASKI_VALUE_COUNT
} aski_value;

typedef enum aski_unit {
  ASKI_UNIT_MINUTE,
  ASKI_UNIT_HOUR,
  ASKI_UNIT_DAY,
  ASKI_UNIT_WEEK,
  ASKI_UNIT_MONTH,
  ASKI_UNIT_QUARTER,
  ASKI_UNIT_YEAR,
  ASKI_UNIT_COUNT
} aski_unit;

/* What words beside a request say of it. */
typedef enum aski_signal {
  ASKI_SIGNAL_HEDGE,     /* "maybe" */
  ASKI_SIGNAL_TURN,      /* "I meant": takes back or changes */
  ASKI_SIGNAL_CONDITION, /* "once", where a clause begins with it */
  ASKI_SIGNAL_PAST,      /* "was": what is over is no condition */
  ASKI_SIGNAL_LIMIT,     /* "only", in a note */
  ASKI_SIGNAL_CONSENT,   /* "approved": who did so is not whom it is for */
  ASKI_SIGNAL_ARTICLE,   /* "a" */
  ASKI_SIGNAL_THE,       /* "the" */
  ASKI_SIGNAL_OWN,       /* "my" */
  ASKI_SIGNAL_SEEK,      /* "looking for" */
  ASKI_SIGNAL_THIS,      /* "give this to" */
  ASKI_SIGNAL_GROUP,     /* "office", behind "for the" */
  ASKI_SIGNAL_LASTING,   /* "while": as long as what follows */
  ASKI_SIGNAL_PERFECT,   /* "been": what has lasted says no end */
  ASKI_SIGNAL_BACK,      /* "she": who was named before */
  ASKI_SIGNAL_COPULA,    /* "is": what follows is the same person */
  ASKI_SIGNAL_UNABLE,    /* "cannot": of the speaker, where nobody is named */
  ASKI_SIGNAL_COUNT,
  ASKI_SIGNAL_NONE
} aski_signal;

typedef struct aski_phrase {
  uint64_t is;  /* ASKI_IS(…) */
  uint32_t key; /* where its words, joined by one space, begin in the table's texts */
  uint32_t key_length;
  short values[ASKI_VALUE_COUNT];
  unsigned char has_value; /* a bit for each value */
  unsigned char words;     /* how many; 0: only the first word of others */
  unsigned char longest;   /* words of the longest phrase that begins with this one word */
} aski_phrase;

/* The phrase with this key, or NULL. */
const aski_phrase *aski_phrases_find(const aski_phrases *phrases, askiam_str key);
/* The one word of requests that this misspelt word stands for ("acess"), or NULL: same first letter, one edit, at
 * least five letters, nothing else as near. */
const aski_phrase *aski_phrases_guess(const aski_phrases *phrases, askiam_str key);
/* A phrase's key: its words, joined by one space. Borrowed from the phrases. */
askiam_str aski_phrases_key(const aski_phrases *phrases, const aski_phrase *phrase);

#endif
