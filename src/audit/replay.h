/* SPDX-License-Identifier: Apache-2.0
 *
 * What is kept so that a decision can be repeated offline: all inputs of rules and decision, as they were. Written with
 * the record, read back strictly: whoever can write the store could have put anything there. docs/audit.md has the
 * format. */
#ifndef ASKI_AUDIT_REPLAY_H
#define ASKI_AUDIT_REPLAY_H

#include "model/decision.h"
#include "model/reader.h"

/* Version 1 has neither the reading's codes nor the looks. */
enum { ASKI_REPLAY_VERSION = 2 };

/* A look at facts beside the request's own, on which a remedy depended: a role that should be held first, or one that
 * was tried in place of one that does not exist. */
typedef struct aski_look {
  aski_remedy_code remedy; /* HOLD_PREREQUISITE or CHOOSE_ROLE */
  askiam_str role_id;      /* what was looked up */
  askiam_str application_id;
  const aski_facts *facts;
  aski_rag_result rag;         /* CHOOSE_ROLE: what the evidence said of it; SKIPPED where it was not asked */
  askiam_str policies_problem; /* CHOOSE_ROLE: why its policies could not be had; absent where they could */
} aski_look;

enum { ASKI_LOOKS_MAX = 8 };

typedef struct aski_looks {
  aski_look *items; /* in the order in which they were taken */
  size_t count, capacity;
} aski_looks;

/* What whoever wrote the request said of the call, and nobody took for true. Each absent where it was not said. */
typedef struct aski_claims {
  askiam_str ip, session_id, user_agent, timestamp;
} aski_claims;

typedef struct aski_replay {
  int64_t version; /* of the text that was read */
  int64_t now_ms;
  int64_t expires_at_ms;
  askiam_str speaker_id;
  askiam_str requester_id;
  askiam_str ip;
  askiam_str user_agent;
  aski_entity user;
  aski_entity application;
  aski_entity role;
  aski_code_list reading;      /* the codes that the sentence gave; empty: the triple was understood */
  const aski_facts *facts;     /* NULL: none were known to whoever recorded it */
  aski_rag_result rag;         /* with the confidence as it was compared */
  askiam_str policies_problem; /* why the policies could not be had; absent where they could, or there were none */
  askiam_str settings;         /* JSON; absent: not known */
  const aski_looks *looks;     /* NULL: none */
  aski_claims claims;          /* no input: kept here since it is bound and erased as the inputs are */
} aski_replay;

/* Appends it as one JSON object, in the present version. */
void aski_replay_write_json(const aski_replay *replay, aski_buffer *buffer);
/* Reads it; strings live in `arena`, but for `settings`, which is a part of `json`. BAD_DATA for anything that was not
 * written by aski_replay_write_json of this version or an older one, NOT_SUPPORTED for one of a newer. */
askiam_status aski_replay_read_json(aski_replay *out_replay, aski_arena *arena, askiam_str json,
                                    const askiam_allocator *allocator, askiam_error *error);

/* Parts of it, for those who hand them on: members of the object that is being written or read. A look's facts are
 * there. */
void aski_looks_write_json(const aski_looks *looks, aski_json_writer *writer);
void aski_looks_read_json(aski_looks *looks, aski_reader *reader, const aski_json *node);
/* "rag" and "rag_exact": a decision shows a rounded confidence. */
void aski_exact_rag_write_json(const aski_rag_result *rag, aski_json_writer *writer);
void aski_exact_rag_read_json(aski_rag_result *rag, aski_reader *reader, const aski_json *node);

#endif
