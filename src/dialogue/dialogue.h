/* SPDX-License-Identifier: Apache-2.0
 *
 * Conversations: what is known of a request, what a text adds to it, what is asked next. No I/O of its own: sentences are read and names
 * looked up by functions that are given. Nothing of what was said is kept but what it meant. docs/dialogue.md. */
#ifndef ASKI_DIALOGUE_DIALOGUE_H
#define ASKI_DIALOGUE_DIALOGUE_H

#include "model/candidates.h"
#include "model/reading.h"
#include "json/json.h"

enum {
  ASKI_DIALOGUE_CHOICES_MAX = 5,
  ASKI_DIALOGUE_NAME_MAX_BYTES = 120,
  ASKI_DIALOGUE_WORDS_MAX_BYTES = 200,
  ASKI_DIALOGUE_REASON_MAX_BYTES = 500,
  ASKI_DIALOGUE_VALUES_MAX = 256 /* of JSON, in what is kept or known */
};

typedef enum aski_dialogue_state {
  ASKI_DIALOGUE_ASK,
  ASKI_DIALOGUE_CONFIRM,
  ASKI_DIALOGUE_SUBMIT, /* what is known is to be decided, or was */
  ASKI_DIALOGUE_CANCELLED
} aski_dialogue_state;

typedef enum aski_dialogue_slot {
  ASKI_DIALOGUE_NOTHING, /* a question without a slot: what shall be changed? */
  ASKI_DIALOGUE_USER,
  ASKI_DIALOGUE_APPLICATION,
  ASKI_DIALOGUE_ROLE,
  ASKI_DIALOGUE_DURATION,
  ASKI_DIALOGUE_JUSTIFICATION
} aski_dialogue_slot;

/* Why it is open for whom the access is. */
typedef enum aski_dialogue_doubt {
  ASKI_DIALOGUE_NO_DOUBT,
  ASKI_DIALOGUE_UNKNOWN,   /* nobody is called that */
  ASKI_DIALOGUE_AMBIGUOUS, /* several are */
  ASKI_DIALOGUE_UNNAMED    /* he, my colleague, two at once */
} aski_dialogue_doubt;

/* Something of the catalogue. An absent id: not known yet. Names are cut and cleaned. */
typedef struct aski_dialogue_entity {
  askiam_str id;
  askiam_str name;
} aski_dialogue_entity;

typedef struct aski_dialogue_choice {
  askiam_kind kind;
  askiam_str id;
  askiam_str name;
  askiam_str application_id; /* a role's */
} aski_dialogue_choice;

typedef struct aski_dialogue_choices {
  aski_dialogue_choice items[ASKI_DIALOGUE_CHOICES_MAX];
  size_t count;
  bool more; /* than these */
} aski_dialogue_choices;

/* All zeros is a conversation that has not begun. Strings live in the arena of whoever filled it. */
typedef struct aski_dialogue {
  aski_dialogue_state state;
  aski_dialogue_slot asked;
  aski_dialogue_entity user; /* absent: whoever speaks, unless there is a doubt */
  aski_dialogue_doubt doubt;
  aski_dialogue_entity application;
  aski_dialogue_entity role;
  askiam_str role_words; /* how a role was called of which the application was not known yet */
  int64_t expires_at_ms; /* 0: no end */
  bool duration_bad;
  askiam_str justification;
  aski_dialogue_choices choices; /* as they were offered */
  int64_t misses;                /* texts in a row that were not understood */
  /* What follows is of one turn and not kept. */
  askiam_str note; /* said before the question */
  askiam_str message;
  bool at_once; /* the text says all by itself: decide it as it stands */
} aski_dialogue;

/* Reads a sentence. `framed`: it holds words that nobody said, so no language model need be asked about it. */
typedef askiam_status (*aski_dialogue_read_fn)(void *context, aski_arena *arena, askiam_str text, bool framed,
                                               aski_reading *out_reading, askiam_error *error);
/* As aski_catalogue_candidates. */
typedef askiam_status (*aski_dialogue_candidates_fn)(void *context, askiam_terms *terms, askiam_candidates *candidates,
                                                     askiam_error *error);

/* The words of conversations in a language (docs/dialogue.md). Immutable; shared by threads. */
typedef struct aski_dialogue_words aski_dialogue_words;
/* data/dialogue.en.json, compiled when the library was built. */
extern const aski_dialogue_words aski_builtin_dialogue_words;
/* Compiles `json`, the text of a file of words, into `arena`; `place` names it in messages. CONFIG for one that is wrong. */
askiam_status aski_dialogue_words_compile(const aski_dialogue_words **out_words, aski_arena *arena, askiam_str json,
                                          const char *place, askiam_error *error);

/* What a conversation stands in. Borrowed. */
typedef struct aski_dialogue_world {
  const aski_dialogue_words *words;
  void *context;
  aski_dialogue_read_fn read;
  aski_dialogue_candidates_fn candidates;
  aski_dialogue_entity speaker; /* exists */
  bool sees_people;             /* may be shown people whom he did not name by themselves */
  bool confirms;                /* dialogue.confirm */
  bool justifies;               /* dialogue.justification is required */
  int64_t now_ms;
} aski_dialogue_world;

/* Takes a text: 1 to 4,096 bytes of UTF-8. `dialogue` is changed in place, with state, message and choices for the answer. Fails with what the
 * functions fail with, or NO_MEMORY; then `dialogue` is to be thrown away. */
askiam_status aski_dialogue_take(aski_dialogue *dialogue, aski_arena *arena, const aski_dialogue_world *world,
                                 askiam_str text, askiam_error *error);

/* What a host knows that keeps the conversation itself: words, absent where nothing is known. */
typedef struct aski_dialogue_known {
  askiam_str user;
  askiam_str application;
  askiam_str role;
  askiam_str duration; /* "3 days", "until Friday", RFC 3339 */
  askiam_str justification;
  bool confirmed;
  bool denied;
  askiam_str answer; /* the words by which it was confirmed or denied, or what else was said last; absent: not known */
  askiam_str text;   /* free words beside them; absent for none */
} aski_dialogue_known;

/* Fills an empty dialogue, and says what is missing, or that it may be submitted. */
askiam_status aski_dialogue_fill(aski_dialogue *dialogue, aski_arena *arena, const aski_dialogue_world *world,
                                 const aski_dialogue_known *known, askiam_error *error);

/* Asks for the confirmation of what is complete. Check arena->failed. */
void aski_dialogue_confirm(aski_dialogue *dialogue, aski_arena *arena, const aski_dialogue_world *world);

/* The dialogue as it is kept, and back: BAD_DATA for what was not written so. Strings go to the arena. */
void aski_dialogue_write(const aski_dialogue *dialogue, aski_json_writer *writer);
askiam_status aski_dialogue_read(aski_dialogue *out_dialogue, aski_arena *arena, const aski_json *node,
                                 askiam_error *error);

/* "user", "application", "role", "duration", "justification"; NULL for none. */
const char *aski_dialogue_slot_name(aski_dialogue_slot slot);
/* Whom the access is for; an absent id where that is open. */
aski_dialogue_entity aski_dialogue_user(const aski_dialogue *dialogue, const aski_dialogue_world *world);
/* The sentence under which the request is recorded: all in names, for people. */
askiam_str aski_dialogue_sentence(const aski_dialogue *dialogue, const aski_dialogue_world *world, aski_arena *arena);
/* Text of a stranger for a person: without controls and what cannot be seen, cut to `most` bytes. */
askiam_str aski_dialogue_clean(aski_arena *arena, askiam_str text, size_t most);

#endif
