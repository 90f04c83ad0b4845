/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of this room share.
 *   words_compile.c       a file of words to its table (word_table.h)
 *   words.c               words that steer: yes, no, cancel, the second one
 *   look.c                names looked up in the catalogue
 *   understand.c          what a text means where something was asked
 *   understand_reading.c  what a sentence adds to what is known
 *   correct.c             what somebody says who corrects himself
 *   advance.c             what follows: ask, confirm, submit
 *   say.c                 the words for it */
#ifndef ASKI_DIALOGUE_PARTS_H
#define ASKI_DIALOGUE_PARTS_H

#include "base/text.h"
#include "base/time.h"
#include "dialogue/word_table.h"

/* What a whole text may be. */
typedef enum aski_steer {
  ASKI_STEER_NONE,
  ASKI_STEER_YES,
  ASKI_STEER_NO,
  ASKI_STEER_CANCEL,
  ASKI_STEER_RESTART,
  ASKI_STEER_ENDLESS /* forever, no end */
} aski_steer;

/* One text on its way. */
typedef struct aski_turn_work {
  aski_dialogue *dialogue;
  aski_arena *arena;
  const aski_dialogue_world *world;
  askiam_error *error;
  askiam_str text;               /* without blanks at its ends */
  askiam_str key;                /* its look-up key */
  aski_steer steer;              /* what the whole of it is */
  aski_dialogue_choices offered; /* what was to be chosen from before it */
  bool fresh;                    /* nothing was said before it */
  bool complete;                 /* the sentence alone says all */
  bool doubtful;                 /* it denies or asks: to be confirmed, whatever it is taken for */
} aski_turn_work;

/* words.c. All that take a key take a look-up key. */
/* Whether it is a phrase of this list. */
bool aski_dialogue_is_in(const aski_dialogue_words *words, aski_list list, askiam_str key);
/* What the whole text is. */
aski_steer aski_dialogue_steer(const aski_dialogue_words *words, askiam_str key);
/* The same of a text and its key: "yes?" asks, and is no yes. */
aski_steer aski_dialogue_steer_of(const aski_dialogue_words *words, askiam_str text, askiam_str key);
/* "2", "the second one", "the last": from 1, or SIZE_MAX for the last; 0 for none. */
size_t aski_dialogue_ordinal(const aski_dialogue_words *words, askiam_str key);
/* The text behind a leading "no", "yes" or "actually" and what stands after it; the text itself where there is none. */
askiam_str aski_dialogue_behind(const aski_dialogue_words *words, askiam_str text);
/* The text before a trailing "instead"; the text itself where there is none, or nothing else. */
askiam_str aski_dialogue_before_closers(const aski_dialogue_words *words, askiam_str text);
/* Without the words around a name: "the", "role", "please". */
askiam_str aski_dialogue_bare(const aski_dialogue_words *words, askiam_str key);
/* Without the words around what shall be different: "change the role", "wrong person". */
askiam_str aski_dialogue_behind_change(const aski_dialogue_words *words, askiam_str key);
/* Whether "me" or "myself" is in it; whether it speaks of "I". */
bool aski_dialogue_says_me(const aski_dialogue_words *words, askiam_str key);
bool aski_dialogue_says_i(const aski_dialogue_words *words, askiam_str key);
/* Whether it begins like a correction: "I meant". */
bool aski_dialogue_corrects(const aski_dialogue_words *words, askiam_str key);
/* Whether it holds a word that denies something, or begins like a change ("for …"). */
bool aski_dialogue_denies(const aski_dialogue_words *words, askiam_str key);
/* Whether it begins with a yes, which may stand behind courtesies. */
bool aski_dialogue_begins_with_yes(const aski_dialogue_words *words, askiam_str key);
/* Whether it is made of nothing but words that can name nothing and change nothing: "what happens next?", "hello". */
bool aski_dialogue_is_aside(const aski_dialogue_words *words, askiam_str key);
/* Whether it asks, or says no to something, beside whatever else it may be taken for: "no Viewer", "the second?"; but "no end" is clear. */
bool aski_dialogue_is_doubtful(const aski_dialogue_words *words, askiam_str text, askiam_str key);
/* Whether it holds a word by which one tells what is not wanted, or is there already: "I do not want Explorer", "she has Viewer". */
bool aski_dialogue_asks_nothing(const aski_dialogue_words *words, askiam_str key);
/* Whether it asks for something beside what was asked for, and denies nothing: "yes and also Admin"; not "yes and no". */
bool aski_dialogue_adds(const aski_dialogue_words *words, askiam_str key);
/* "both", "all of them", "1 and 2". */
bool aski_dialogue_wants_several(const aski_dialogue_words *words, askiam_str key);
/* Whether all of `wanted` stand in `key`, in any order. */
bool aski_dialogue_has_words(const aski_dialogue_words *words, askiam_str key, askiam_str wanted);

/* look.c */
enum { ASKI_DIALOGUE_FOUND_MAX = 8 };
typedef struct aski_dialogue_found {
  aski_dialogue_choice items[ASKI_DIALOGUE_FOUND_MAX];
  size_t count;
  bool more;
} aski_dialogue_found;
/* Those that are called exactly so; a role of `application_id`, or of any where that is absent. */
askiam_status aski_dialogue_find(aski_turn_work *work, askiam_kind kind, askiam_str words, askiam_str application_id,
                                 aski_dialogue_found *out_found);
/* Names worth offering for these words, likest first; for no words all of the application. */
askiam_status aski_dialogue_offer(aski_turn_work *work, askiam_kind kind, askiam_str words, askiam_str application_id);
/* Only those that hold all of the words, or differ from them by a few letters. */
askiam_status aski_dialogue_offer_close(aski_turn_work *work, askiam_kind kind, askiam_str words,
                                        askiam_str application_id);
/* The application of this id; an absent one where there is none. */
askiam_status aski_dialogue_application(aski_turn_work *work, askiam_str id, aski_dialogue_entity *out_application);
void aski_dialogue_add_choice(aski_turn_work *work, const aski_dialogue_choice *choice);
aski_dialogue_entity aski_dialogue_entity_of(aski_turn_work *work, askiam_str id, askiam_str name);

/* understand_reading.c. *out_heard: something in it was understood, and taken. */
askiam_status aski_dialogue_hear_sentence(aski_turn_work *work, askiam_str text, bool *out_heard);
/* Other applications drop the role, but for its name. */
void aski_dialogue_set_application(aski_dialogue *dialogue, aski_dialogue_entity application);
askiam_status aski_dialogue_set_role(aski_turn_work *work, const aski_dialogue_choice *role);
void aski_dialogue_set_user(aski_turn_work *work, aski_dialogue_entity user);
/* A time behind "for", "until" or nothing. */
askiam_status aski_dialogue_hear_duration(aski_turn_work *work, askiam_str text, bool *out_heard);
void aski_dialogue_set_end(aski_dialogue *dialogue, int64_t expires_at_ms);

/* An application that these words may mean, as a choice: one that the extractor takes them for, else those that are alike. */
askiam_status aski_dialogue_offer_application(aski_turn_work *work, askiam_str words);

/* understand.c */
askiam_status aski_dialogue_hear_name(aski_turn_work *work, aski_dialogue_slot slot, askiam_str key, bool *out_heard);
/* The text within a conversation, but for what ends or begins it: what steers, answers, corrects, or is a sentence. */
askiam_status aski_dialogue_hear(aski_turn_work *work, bool *out_heard);
/* Whether a text that was not understood may name something else than what is to be confirmed. Then it is no consent: what shall be different is
 * asked, and a yes to that leads back to the confirmation and decides nothing. */
bool aski_dialogue_may_differ(const aski_turn_work *work);
void aski_dialogue_ask_difference(aski_turn_work *work);
/* A place, a name or a time, as an answer to what was asked; no sentence. */
askiam_status aski_dialogue_hear_answer(aski_turn_work *work, askiam_str text, bool *out_heard);

/* correct.c. The first two: "not Viewer, Explorer" where the Viewer is what is known; "the wrong person". The third: "I meant Explorer". */
askiam_status aski_dialogue_hear_contrast(aski_turn_work *work, askiam_str text, bool *out_heard);
bool aski_dialogue_hear_slot(aski_turn_work *work);
askiam_str aski_dialogue_meant(const aski_dialogue_words *words, askiam_str text);

/* advance.c: fits together what is known, and chooses what comes next. `direct`: nothing needs a confirmation. */
askiam_status aski_dialogue_advance(aski_turn_work *work, bool direct);

/* say.c */
void aski_dialogue_say_question(aski_turn_work *work);
void aski_dialogue_say_confirm(aski_turn_work *work);

#endif
