/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of this room share: the state of one reading, in the order in which it is filled.
 *   tokens.c   the sentence as words and the gaps between them, tagged with what the phrases say of them
 *   zones.c    greetings, signatures, quoted history; sentences
 *   names.c    n-grams looked up in the catalogue: spans that name something
 *   clauses.c  parts: what asks, what explains, what is a field of a form
 *   acts.c     what kind of speech the parts are
 *   durations.c, persons.c, triple.c, near.c, leftovers.c, beside.c, tales.c   what is asked for
 *   answers.c  codes, questions, suggestions */
#ifndef ASKI_EXTRACT_WORK_H
#define ASKI_EXTRACT_WORK_H

#include "extract/words.h"

enum {
  ASKI_TOKENS_MAX = 2400,
  ASKI_PARTS_MAX = 400,
  ASKI_TERMS_MAX = 3000,
  ASKI_NGRAM_WORDS = 8,
  ASKI_SPANS_MAX = 192,
  ASKI_NOWHERE = 0xffff
};

/* What stands between a token and the one before it. */
typedef enum aski_gap {
  ASKI_GAP_SPACE = 1 << 0,
  ASKI_GAP_LINE = 1 << 1,  /* a line ends */
  ASKI_GAP_BLANK = 1 << 2, /* an empty line */
  ASKI_GAP_COMMA = 1 << 3,
  ASKI_GAP_STOP = 1 << 4, /* . ! ? … at the end of a sentence */
  ASKI_GAP_SEMICOLON = 1 << 5,
  ASKI_GAP_COLON = 1 << 6, /* and '=' */
  ASKI_GAP_DASH = 1 << 7,  /* a dash with spaces around it */
  ASKI_GAP_SLASH = 1 << 8,
  ASKI_GAP_OPEN = 1 << 9,
  ASKI_GAP_CLOSE = 1 << 10,
  ASKI_GAP_QUOTE = 1 << 11,
  ASKI_GAP_PIPE = 1 << 12,
  ASKI_GAP_AMPERSAND = 1 << 13, /* & or + with spaces around it */
  ASKI_GAP_TIGHT = 1 << 14,     /* no white space: john.doe, hr_analyst */
  ASKI_GAP_AT = 1 << 15,
  ASKI_GAP_QUOTED_LINE = 1 << 16, /* the line begins with '>' */
  ASKI_GAP_DELIMITER = 1 << 17,   /* a line "--" */
  ASKI_GAP_BULLET = 1 << 18,
  ASKI_GAP_QUESTION = 1 << 19,
  ASKI_GAP_SYMBOL = 1 << 20 /* something else that is visible */
} aski_gap;

/* Gaps that no name and no phrase reaches across. */
#define ASKI_GAP_WALL                                                                                                  \
  (ASKI_GAP_BLANK | ASKI_GAP_STOP | ASKI_GAP_SEMICOLON | ASKI_GAP_PIPE | ASKI_GAP_QUOTED_LINE | ASKI_GAP_DELIMITER |   \
   ASKI_GAP_BULLET)

typedef enum aski_shape {
  ASKI_SHAPE_CAPITAL = 1,  /* begins with a capital letter */
  ASKI_SHAPE_UPPER = 2,    /* all capitals, two or more */
  ASKI_SHAPE_DIGIT = 4,    /* holds a digit */
  ASKI_SHAPE_NUMBER = 8,   /* is all digits */
  ASKI_SHAPE_QUOTED = 16,  /* in quotes of a few words */
  ASKI_SHAPE_FOREIGN = 32, /* not ASCII */
  ASKI_SHAPE_FIRST = 64,   /* begins a sentence */
  ASKI_SHAPE_GUESSED = 128 /* a misspelt word of requests */
} aski_shape;

typedef enum aski_zone { ASKI_ZONE_BODY, ASKI_ZONE_GREETING, ASKI_ZONE_SIGNATURE, ASKI_ZONE_HISTORY } aski_zone;

/* How a token is accounted for. */
typedef enum aski_account {
  ASKI_ACCOUNT_NONE,
  ASKI_ACCOUNT_GLUE,     /* words of which requests are made */
  ASKI_ACCOUNT_ENTITY,   /* names what was chosen */
  ASKI_ACCOUNT_PERSON,   /* says for whom */
  ASKI_ACCOUNT_TIME,     /* says for how long */
  ASKI_ACCOUNT_EXCLUDED, /* "…, not Y" */
  ASKI_ACCOUNT_IGNORED   /* reasons, greetings, what was asked about already */
} aski_account;

typedef struct aski_token {
  size_t start, end; /* bytes in the sentence */
  askiam_str key;
  askiam_str word; /* the key, or the word that a misspelt one stands for */
  unsigned gap;    /* aski_gap before it */
  unsigned shape;
  unsigned short line;
  unsigned short sentence;
  unsigned char zone;
  unsigned char account;
  uint64_t single;           /* what the word alone is */
  const aski_phrase *phrase; /* the longest that begins here, or NULL */
  const aski_phrase *alone;  /* the word's own entry, or NULL */
  unsigned short names;      /* words of the longest strong name that begins here; 0: none */
} aski_token;

/* An entity that a span may name. */
typedef struct aski_option {
  askiam_str id;
  askiam_str name;
  askiam_str form;
  askiam_str application_id;
  double score;
  bool same_text; /* written as the form is, but for case */
} aski_option;

/* Words that name something. */
typedef struct aski_span {
  size_t first, count;
  askiam_kind kind;
  bool strong;    /* not merely an ordinary word */
  bool plain;     /* only words of which requests are made: "user", "access" */
  bool truncated; /* there are more than the options */
  double score;   /* 1: exact */
  aski_option *options;
  size_t option_count;
} aski_span;

typedef enum aski_part_kind {
  ASKI_PART_PLAIN, /* nothing known of it yet; a fragment or a statement */
  ASKI_PART_CORE,  /* asks */
  ASKI_PART_FIELD, /* "Role: …" */
  ASKI_PART_SOFT,  /* a purpose: "for the audit", "to run payroll" */
  ASKI_PART_HARD,  /* a reason: "because …" */
  ASKI_PART_BACKGROUND,
  ASKI_PART_IGNORED
} aski_part_kind;

typedef enum aski_subject {
  ASKI_SUBJECT_NONE,
  ASKI_SUBJECT_SELF,
  ASKI_SUBJECT_WE,
  ASKI_SUBJECT_SOMEONE, /* he, my colleague: a person without a name */
  ASKI_SUBJECT_NAMED    /* the words from subject_first on */
} aski_subject;

typedef struct aski_part {
  size_t first, last; /* tokens [first, last) */
  aski_part_kind kind;
  uint64_t marks; /* ASKI_IS(NOT), … of what was met in it */
  uint64_t label; /* of a field */
  bool opened;    /* it holds an opener: it asks */
  bool question;  /* ends with '?' */
  bool doubtful;  /* an opener after words that were not understood */
  aski_subject subject;
  size_t subject_first, subject_last;
  size_t body; /* the first token after the opener */
  size_t sentence;
} aski_part;

typedef enum aski_time_state { ASKI_TIME_NONE, ASKI_TIME_GOOD, ASKI_TIME_BAD } aski_time_state;

typedef enum aski_beneficiary {
  ASKI_FOR_NOBODY, /* nobody was named: the speaker */
  ASKI_FOR_SELF,
  ASKI_FOR_NAMED,     /* one who is known */
  ASKI_FOR_UNKNOWN,   /* a name that nobody has */
  ASKI_FOR_AMBIGUOUS, /* a name that several have */
  ASKI_FOR_SOMEONE,   /* he, my colleague */
  ASKI_FOR_SEVERAL    /* us, my team, two names */
} aski_beneficiary;

/* Words that are left, which may name something. */
typedef struct aski_leftover {
  size_t first, last;
  unsigned kinds; /* what they may be, by their place */
} aski_leftover;

typedef struct aski_work {
  aski_arena *arena;
  const aski_phrases *phrases;
  const aski_catalogue *catalogue;
  const askiam_call *call;
  const aski_extract_input *input;
  askiam_error *error;
  aski_reading *reading;

  struct {
    aski_token *items;
    size_t count, capacity;
  } tokens;
  size_t sentences;
  bool too_long;
  bool markup; /* tags are in the text: somebody talks to a machine */

  struct {
    aski_span *items;
    size_t count, capacity;
  } spans;
  bool speaker_found;
  askiam_str speaker_name;
  askiam_str speaker_key; /* of the name */

  struct {
    aski_part *items;
    size_t count, capacity;
  } parts;

  aski_time_state time_state;
  const char *time_problem;
  size_t time_first, time_last;

  aski_beneficiary beneficiary;
  const aski_span *person;
  size_t person_first, person_last;
  const char *person_problem;

  const aski_span *role_span;
  const aski_span *application_span;
  const aski_option *role;
  const aski_option *application;
  bool role_ambiguous, application_ambiguous;
  bool tentative; /* only a fragment: no request where nothing in it names anything */
  bool all;       /* "everything", "all roles" */
  bool several;   /* several roles, applications or persons */
  bool other_fit; /* another reading is as good */

  struct {
    aski_leftover *items;
    size_t count, capacity;
  } leftovers;

  size_t objection_first, objection_last; /* words beside the request that it cannot be granted with; none: 0, 0 */
} aski_work;

static inline aski_token *aski_token_at(const aski_work *work, size_t index) { return &work->tokens.items[index]; }

/* tokens.c */
void aski_extract_tokenise(aski_work *work);
void aski_extract_tag(aski_work *work);
/* The words from `first` to before `last` as they stand in the sentence; with a "++" or "#" behind them. */
askiam_str aski_extract_words(const aski_work *work, size_t first, size_t last);
/* Their keys, joined by a space, or by nothing. */
askiam_str aski_extract_key(const aski_work *work, size_t first, size_t last, bool compact);
/* The phrase that begins at a token, and how many words it has (1 where there is none, or where a name covers them). */
uint64_t aski_extract_item(const aski_work *work, size_t index, size_t *out_words);
/* No phrase that begins at `index` reaches `last`, where a name begins. */
void aski_extract_end_phrase(aski_work *work, size_t index, size_t last);

/* zones.c */
void aski_extract_zones(aski_work *work);
/* Ticket numbers and "@helpdesk", where no name is: they are no part of what is said either. */
void aski_extract_references(aski_work *work);

/* names.c */
askiam_status aski_extract_names(aski_work *work);
/* Adds the spans of a term's candidates. */
void aski_extract_add_spans(aski_work *work, const askiam_terms *terms, const askiam_candidates *candidates);
/* Roles of one application for spans whose options were cut off. */
askiam_status aski_extract_complete_roles(aski_work *work);
void aski_extract_mark_strong(aski_work *work);
/* subjects.c: the longest span of these kinds that begins at a token, or NULL. */
const aski_span *aski_extract_span_at(const aski_work *work, size_t index, unsigned kinds);

/* clauses.c */
void aski_extract_clauses(aski_work *work);

/* openers.c: how many words the opener at `index` has; 0: none. */
typedef struct aski_opener {
  size_t words;
  aski_subject subject;
  size_t subject_first, subject_last;
  bool verb; /* "need", "give": false for a lead without one */
} aski_opener;
bool aski_extract_opener(const aski_work *work, size_t index, size_t last, bool at_start, aski_opener *out_opener);
/* The first word from `index` that is no filler. */
size_t aski_extract_skip(const aski_work *work, size_t index, size_t last, uint64_t what);

/* acts.c */
void aski_extract_act(aski_work *work);

/* durations.c */
void aski_extract_durations(aski_work *work);

/* persons.c */
askiam_status aski_extract_persons(aski_work *work);

/* referents.c: whom "she" means, or NULL. */
const aski_span *aski_extract_referent(const aski_work *work);

/* identities.c: the "s" of "Li Wei's"; whether a span is no part of a longer word; the one person a span means, by
 * itself or by the id or address behind it (which is then accounted for), or NULL. */
bool aski_extract_is_possessive(const aski_token *token);
bool aski_extract_is_whole(const aski_work *work, const aski_span *span);
const aski_option *aski_extract_one_person(const aski_work *work, const aski_span *span);
const aski_option *aski_extract_told_apart(aski_work *work, const aski_span *span);
/* The word at a token belongs to the speaker's name, id or address. */
bool aski_extract_is_speaker(const aski_work *work, size_t index);
/* How many words from `first` on are of the speaker's name: "Jane", for Jane Smith. */
size_t aski_extract_own_words(const aski_work *work, size_t first, size_t last);

/* cues.c: how much the place speaks for the name (0: nothing); the part a token lies in; the item before a token. */
int aski_extract_cue(const aski_work *work, const aski_part *part, const aski_span *span);
const aski_part *aski_extract_part_of(const aski_work *work, size_t index);
uint64_t aski_extract_before(const aski_work *work, const aski_part *part, size_t index);

/* triple.c */
void aski_extract_triple(aski_work *work);
bool aski_extract_asks(const aski_part *part);

/* near.c */
askiam_status aski_extract_near(aski_work *work);

/* spelling.c: keys of a few edits' difference. */
bool aski_extract_is_misspelling(const aski_phrases *phrases, askiam_str typed, askiam_str name);

/* leftovers.c */
void aski_extract_leftovers(aski_work *work);

/* beside.c */
void aski_extract_beside(aski_work *work);

/* answers.c */
askiam_status aski_extract_answer(aski_work *work);

#endif
