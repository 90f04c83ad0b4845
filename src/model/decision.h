/* SPDX-License-Identifier: Apache-2.0
 *
 * A decision: the value behind the public accessors of askiam/decision.h, and its JSON. Everything in it lives in
 * its arena. */
#ifndef ASKI_MODEL_DECISION_H
#define ASKI_MODEL_DECISION_H

#include <askiam/decision.h>

#include "model/reading.h"
#include "model/results.h"

typedef enum aski_mode { ASKI_MODE_GUARDED, ASKI_MODE_RAG_FIRST } aski_mode;

typedef enum aski_remedy_code {
  ASKI_REMEDY_HOLD_PREREQUISITE,
  ASKI_REMEDY_DROP_CONFLICT,
  ASKI_REMEDY_ACTIVATE_USER,
  ASKI_REMEDY_ACTIVATE_APPLICATION,
  ASKI_REMEDY_ACTIVATE_ROLE,
  ASKI_REMEDY_LIFT_RESTRICTION,
  ASKI_REMEDY_CHANGE_CONTEXT,
  ASKI_REMEDY_SHORTEN_DURATION,
  ASKI_REMEDY_AMEND_POLICY,
  ASKI_REMEDY_CHOOSE_ROLE,
  ASKI_REMEDY_CHOOSE_APPLICATION,
  ASKI_REMEDY_CHOOSE_USER,
  ASKI_REMEDY_COUNT
} aski_remedy_code;

enum { ASKI_REMEDIES_MAX = 4 };

typedef struct aski_remedy {
  aski_remedy_code code;
  askiam_str detail;
  askiam_str role_id; /* each id absent where it does not apply */
  askiam_str application_id;
  askiam_str user_id;
} aski_remedy;

typedef struct aski_remedies {
  aski_remedy items[ASKI_REMEDIES_MAX];
  size_t count;
  bool none_found; /* changes were looked for, and so few as may be told would not do */
} aski_remedies;

typedef struct aski_audit_place {
  askiam_str chain; /* absent: not recorded */
  int64_t seq;
  askiam_str hash;
} aski_audit_place;

struct askiam_decision {
  aski_arena arena;
  askiam_allocator allocator; /* the engine's, by value: the arena borrows it from here */
  askiam_verdict verdict;
  aski_method method;
  aski_mode mode;
  askiam_str request_id;
  askiam_str reason;
  aski_code_list codes;
  bool dry_run;
  int64_t time_ms;
  double duration_ms;
  aski_entity requester; /* only found, id and name */
  aski_entity user;
  aski_entity application;
  aski_entity role;
  int64_t expires_at_ms;
  aski_rag_result rag;
  aski_rules_result rules;
  aski_suggestions suggestions;
  aski_remedies remedies;
  askiam_str question;
  aski_audit_place audit;
  askiam_str json; /* written by aski_decision_seal; NUL-terminated */
};
typedef struct askiam_decision aski_decision;

const char *aski_mode_name(aski_mode mode);
const char *aski_remedy_name(aski_remedy_code code);

/* An empty decision (verdict ERROR, no code). NULL when memory ran out. */
aski_decision *aski_decision_new(const askiam_allocator *allocator);
/* Sets verdict and method from the first code. */
void aski_decision_conclude(aski_decision *decision);
/* Appends the contract's JSON object to `buffer`; without the member `audit` where `with_audit` is false. */
void aski_decision_write_json(const aski_decision *decision, aski_buffer *buffer, bool with_audit);
/* The decision's member of that name: a list. */
void aski_remedies_write_json(const aski_remedies *remedies, aski_json_writer *writer, const char *name);
/* Reads the member `remedies` of `node`, into a list that is empty. */
void aski_remedies_read_json(aski_remedies *remedies, aski_reader *reader, const aski_json *node);
/* Writes the JSON once into the decision, so that askiam_decision_to_json can lend it. False when memory ran out. */
bool aski_decision_seal(aski_decision *decision);
/* A decision from its stored JSON; its own JSON is `json`, byte for byte. */
askiam_status aski_decision_from_json(aski_decision **out_decision, askiam_str json, const askiam_allocator *allocator,
                                      askiam_error *error);

#endif
