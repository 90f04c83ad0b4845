/* SPDX-License-Identifier: Apache-2.0
 *
 * A reading: what a sentence was understood to ask, and what was not understood. */
#ifndef ASKI_MODEL_READING_H
#define ASKI_MODEL_READING_H

#include <askiam/backend/catalogue.h>

#include "base/memory.h"
#include "model/codes.h"
#include "model/reader.h"

typedef enum aski_act {
  ASKI_ACT_REQUEST,      /* asks for access */
  ASKI_ACT_OTHER_INTENT, /* about access, but something else: revoke, status, owner, … → UNSUPPORTED_INTENT */
  ASKI_ACT_NONE,         /* no request at all → NOT_A_REQUEST */
  ASKI_ACT_UNCLEAR       /* could be either → UNCLEAR */
} aski_act;

/* A resolved entity, as in the contract's `entities`. */
typedef struct aski_entity {
  bool found;
  askiam_str id;
  askiam_str name;
  askiam_str mention; /* the words of the sentence; absent where it was not named ("I", a role's only application) */
  double score;       /* 1: named exactly */
} aski_entity;

/* Something in the sentence that names, or may name, an entity. */
typedef struct aski_mention {
  askiam_kind kind;
  askiam_str text; /* the words of the sentence */
  size_t start;    /* byte offset in the sentence */
  askiam_str id;   /* absent where nothing is known by that name */
  askiam_str name;
  double score;
  bool chosen;
} aski_mention;

typedef struct aski_suggestion {
  askiam_kind kind;
  askiam_str id;
  askiam_str name;
  askiam_str application_id; /* a role's */
  double score;
} aski_suggestion;

enum { ASKI_SUGGESTIONS_MAX = 5, ASKI_CODES_MAX = 16 };

typedef struct aski_suggestions {
  aski_suggestion items[ASKI_SUGGESTIONS_MAX];
  size_t count;
} aski_suggestions;

typedef struct aski_code_list {
  aski_code items[ASKI_CODES_MAX];
  size_t count;
} aski_code_list;

typedef struct aski_reading {
  aski_act act;
  aski_code_list codes; /* empty: the triple is complete and understood */
  aski_entity user;
  aski_entity application;
  aski_entity role;
  int64_t expires_at_ms; /* 0: none asked for */
  struct {
    aski_mention *items;
    size_t count, capacity;
  } mentions;
  aski_suggestions suggestions;
  askiam_str question; /* absent unless NEEDS_INFO */
  askiam_str reason;   /* one sentence where codes say why not; absent otherwise */
} aski_reading;

/* Adds a code that is not there yet. */
void aski_code_list_add(aski_code_list *codes, aski_code code);
/* "user", "application", "role". */
const char *aski_kind_name(askiam_kind kind);
const char *aski_act_name(aski_act act);
/* The members shared by the extractor's answer and a decision. */
void aski_entity_write_json(const aski_entity *entity, aski_json_writer *writer, const char *name);
/* Reads a member that aski_entity_write_json wrote. */
void aski_entity_read_json(aski_entity *out_entity, aski_reader *reader, const aski_json *node, const char *name);
void aski_suggestions_write_json(const aski_suggestions *suggestions, aski_json_writer *writer, const char *name);
/* Reads the member `suggestions` of `node`, into a list that is empty. */
void aski_suggestions_read_json(aski_suggestions *suggestions, aski_reader *reader, const aski_json *node);
void aski_codes_write_json(const aski_code_list *codes, aski_json_writer *writer, const char *name);
/* {"act", "mentions", "user_id", "app_id", "role_id", "entities", "duration", "suggestions", "question",
 * "reason_codes"}: one object. */
void aski_reading_write_json(const aski_reading *reading, aski_json_writer *writer);
/* Reads what aski_reading_write_json wrote, strictly, but for the mentions: they served to find the entities. The
 * reason is not part of it. */
void aski_reading_read_json(aski_reading *out_reading, aski_reader *reader, const aski_json *node);

#endif
