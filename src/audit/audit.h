/* SPDX-License-Identifier: Apache-2.0
 *
 * The audit trail: what is recorded of a decision, how it is chained, verified, exported, asked and delivered. */
#ifndef ASKI_AUDIT_AUDIT_H
#define ASKI_AUDIT_AUDIT_H

#include <askiam/audit.h>

#include "audit/replay.h"
#include "backend/handles.h"
#include "base/id.h"
#include "model/case.h"

/* The action of a decision's entry. */
#define ASKI_AUDIT_ACTION "askiam:RequestRole"

typedef struct aski_audit {
  const aski_journal *journal;
  const askiam_allocator *allocator;
  askiam_str key; /* HMAC key; absent: plain SHA-256 */
  const aski_random_source *random;
  askiam_str config_hash;
} aski_audit;

/* What a record is made of. All borrowed. */
typedef struct aski_audit_entry {
  aski_decision *decision;     /* gets its audit place and is sealed */
  askiam_str speaker_id;       /* the request's user_id */
  askiam_str sentence;         /* absent where it must not be kept */
  const aski_facts *facts;     /* NULL where none were loaded */
  aski_code_list reading;      /* the codes that the sentence gave, before facts and rules were asked */
  askiam_str policies_problem; /* why the policies could not be had; absent where they could */
  const aski_looks *looks;     /* at further facts, for the remedies; NULL: none */
  askiam_str settings;         /* JSON of what replay needs: mode, threshold, soft codes, policy mode, … */
  askiam_str ip, user_agent, session_id, trace_id;
  aski_claims claims; /* beside those: in the erasable record alone */
} aski_audit_entry;

/* What a replay of it needs. Borrows from both. */
aski_replay aski_audit_replay_of(const aski_audit_entry *entry, askiam_str requester_id);

/* Records all entries in one durable transaction, in order, and seals their decisions. Retries when another writer
 * moved a head. EXISTS where a (requester, request id) was taken meanwhile: *out_index says which; nothing was
 * written. */
askiam_status aski_audit_record_all(const aski_audit *audit, const askiam_call *call, aski_audit_entry *entries,
                                    size_t count, size_t *out_index, askiam_error *error);

/* Looks a request up. *out_decision stays NULL where it is new. CONFLICT where it exists with another speaker or
 * sentence. */
askiam_status aski_audit_find(aski_decision **out_decision, const aski_audit *audit, const askiam_call *call,
                              askiam_str requester_id, askiam_str request_id, askiam_str speaker_id,
                              askiam_str sentence, askiam_error *error);

/* What became of a request. */
typedef struct aski_request_state {
  askiam_str decision; /* its JSON as it was answered, or what is left of it: an object that ends in its audit place */
  bool erased;
  askiam_grant_state grant;
} aski_request_state;

/* Looks it up, with all strings in `arena`; of what `viewer_id` asked for or benefits from, or of everything where
 * that is absent. NOT_FOUND; CONFLICT where several requesters used the id. */
askiam_status aski_audit_look_up(aski_request_state *out_state, aski_arena *arena, const aski_audit *audit,
                                 const aski_state *state, const askiam_call *call, askiam_str request_id,
                                 askiam_str requester_id, askiam_str viewer_id, askiam_error *error);
/* {… the decision …, "grant": {…}} */
void aski_audit_write_state(aski_buffer *out_json, const aski_request_state *state);

/* Behind askiam_status_json: the stored decision and its grant. */
askiam_status aski_audit_status(aski_buffer *out_json, const aski_audit *audit, const aski_state *state,
                                const askiam_call *call, askiam_str request_id, askiam_str requester_id,
                                askiam_error *error);

/* Behind the functions of askiam/audit.h. */
askiam_status aski_audit_record_json(aski_buffer *out_json, const aski_audit *audit, const askiam_call *call,
                                     askiam_str json, askiam_error *error);
askiam_status aski_audit_verify(int *out_sound, aski_buffer *out_json, const aski_audit *audit, const askiam_call *call,
                                const char *checkpoint_path, const char *public_key_path, askiam_error *error);
askiam_status aski_audit_checkpoint(aski_buffer *out_json, const aski_audit *audit, const askiam_call *call,
                                    const char *private_key_path, askiam_error *error);
askiam_status aski_audit_export(const aski_audit *audit, const askiam_call *call, askiam_line_fn line, void *context,
                                askiam_error *error);
askiam_status aski_audit_query(const aski_audit *audit, const askiam_call *call, const askiam_audit_filter *filter,
                               askiam_line_fn line, void *context, askiam_error *error);
/* A filter of the present size; one of an older program is smaller, and what it does not have does not filter.
 * INVALID_ARGUMENT where it is none. NULL is all. */
askiam_status aski_audit_read_filter(askiam_audit_filter *out_filter, const askiam_audit_filter *filter,
                                     askiam_error *error);
/* The walk over the entries that pass such a filter. */
askiam_journal_query aski_audit_filter_query(const askiam_audit_filter *filter);
askiam_status aski_audit_relay(uint64_t *out_delivered, const aski_audit *audit, const askiam_call *call,
                               const char *target, askiam_error *error);

#endif
