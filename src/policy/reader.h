/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files that read a document share: where the reader stands in it, what is wrong there, what each kind of document may hold. */
#ifndef ASKI_POLICY_READER_H
#define ASKI_POLICY_READER_H

#include "policy/document.h"
#include "json/json.h"

enum { ASKI_POLICY_MAX_BYTES = 256 * 1024, ASKI_POLICY_MAX_STEPS = 8 };

typedef enum aski_policy_presence {
  ASKI_POLICY_FORBIDDEN,
  ASKI_POLICY_OPTIONAL,
  ASKI_POLICY_REQUIRED
} aski_policy_presence;

/* What a kind of document must and must not have. */
typedef struct aski_policy_rules {
  const char *name;    /* "identity" */
  const char *phrase;  /* "an identity policy" */
  const char *instead; /* where Principal is forbidden: who it is about */
  aski_policy_presence principal;
  bool resource_optional;
  bool sid_is_strict;   /* letters and digits only; else AWS leaves it to the service */
  bool only_everyone;   /* Principal "*", and neither NotPrincipal nor NotAction */
  bool only_denies;     /* but for the one document that allows everything */
  bool current_version; /* Version 2012-10-17 is expected */
} aski_policy_rules;

const aski_policy_rules *aski_policy_rules_of(askiam_policy_kind kind);

/* A member's name, or a place in a list. */
typedef struct aski_policy_step {
  askiam_str name; /* absent in a list */
  size_t index;
} aski_policy_step;

typedef struct aski_policy_note {
  const aski_json *node;
  bool at_name; /* it is about the member's name, not its value */
  bool warning;
  bool permanent; /* about permanent grants: not told where the document settles them elsewhere */
  askiam_str path;
  askiam_str message;
  size_t offset;
  size_t order; /* of being noted */
} aski_policy_note;

typedef struct aski_policy_reader {
  aski_arena *arena;  /* of the document that is read */
  aski_arena scratch; /* of what is noted and tried on the way */
  askiam_policy_kind kind;
  const aski_policy_rules *rules;
  bool has_variables;
  bool refused;              /* some note is no warning */
  bool deny;                 /* the statement that is being read */
  bool permanent_is_settled; /* the document says what shall happen to a permanent grant */
  aski_policy_step steps[ASKI_POLICY_MAX_STEPS];
  size_t depth;
  struct {
    aski_policy_note *items;
    size_t count, capacity;
  } notes;
} aski_policy_reader;

void aski_policy_reader_init(aski_policy_reader *reader, aski_arena *arena, askiam_policy_kind kind);
void aski_policy_reader_clean_up(aski_policy_reader *reader);
/* Whether memory ran out in either arena. */
bool aski_policy_reader_failed(const aski_policy_reader *reader);

/* Steps into a member or an element, and back. */
void aski_policy_enter(aski_policy_reader *reader, askiam_str name);
void aski_policy_enter_item(aski_policy_reader *reader, size_t index);
void aski_policy_leave(aski_policy_reader *reader);

/* Notes what is wrong, or doubtful, with `node` at the place where the reader stands. Refusing gives false, for a check to return. */
bool aski_policy_refuse(aski_policy_reader *reader, const aski_json *node, const char *format, ...) ASKIAM_PRINTF(3, 4);
void aski_policy_warn(aski_policy_reader *reader, const aski_json *node, const char *format, ...) ASKIAM_PRINTF(3, 4);
/* The same about the member's name. */
bool aski_policy_refuse_name(aski_policy_reader *reader, const aski_json *node, const char *format, ...)
    ASKIAM_PRINTF(3, 4);
void aski_policy_warn_name(aski_policy_reader *reader, const aski_json *node, const char *format, ...)
    ASKIAM_PRINTF(3, 4);
/* About its name, and about what happens to permanent grants. */
void aski_policy_warn_permanent(aski_policy_reader *reader, const aski_json *node, const char *format, ...)
    ASKIAM_PRINTF(3, 4);
/* "must be a string, not an object" */
bool aski_policy_refuse_type(aski_policy_reader *reader, const aski_json *node, const char *wanted);
/* A text of the document for a message: short, on one line. NUL-terminated; "" where memory ran out. */
const char *aski_policy_shown(aski_policy_reader *reader, askiam_str text);
/* Which of the names the writer may have meant: ", did you mean \"Action\"?" or "". */
const char *aski_policy_suggestion(aski_policy_reader *reader, askiam_str text, const char *const *names, size_t count);
/* Tells all notes by their place in the cursor's text, which the document was parsed from. BAD_DATA with the first one that refuses. */
askiam_status aski_policy_tell(aski_policy_reader *reader, aski_json_document *document, aski_json_cursor *cursor,
                               askiam_policy_finding_fn finding, void *context, askiam_error *error);

typedef void (*aski_policy_text_fn)(aski_policy_reader *reader, const aski_json *node, askiam_str text);
/* One string or a list of strings, each looked at by `check`. `nulls`: whether the list may have null in it. */
void aski_policy_read_texts(aski_policy_reader *reader, const aski_json *node, aski_policy_texts *out_texts,
                            aski_policy_text_fn check, bool nulls);

/* As aski_policy_read, for one node of what was parsed from the cursor's text. */
askiam_status aski_policy_read_within(aski_policy_document *out_document, aski_arena *arena, aski_json_document *json,
                                      const aski_json *node, aski_json_cursor *cursor, askiam_policy_kind kind,
                                      askiam_policy_finding_fn finding, void *context, askiam_error *error);
void aski_policy_read_statement(aski_policy_reader *reader, const aski_json *node,
                                aski_policy_statement *out_statement);
/* Its members. */
void aski_policy_read_principals(aski_policy_reader *reader, const aski_json *node,
                                 aski_policy_principals *out_principals);
void aski_policy_read_actions(aski_policy_reader *reader, const aski_json *node, aski_policy_texts *out_actions);
void aski_policy_read_resources(aski_policy_reader *reader, const aski_json *node, aski_policy_texts *out_resources);
void aski_policy_read_condition(aski_policy_reader *reader, const aski_json *node, aski_policy_statement *statement);

/* "ForAllValues:StringEqualsIfExists" taken apart. False where there is no such operator. Case matters. */
bool aski_policy_operator_read(askiam_str text, aski_policy_clause *out_clause);
/* Looks at the ${…} of a text in a place that takes them. */
void aski_policy_check_variables(aski_policy_reader *reader, const aski_json *node, askiam_str text);

#endif
