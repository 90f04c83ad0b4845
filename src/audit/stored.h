/* SPDX-License-Identifier: Apache-2.0
 *
 * A stored request on its way back to whoever asked: never given out unless it is what was recorded. */
#ifndef ASKI_AUDIT_STORED_H
#define ASKI_AUDIT_STORED_H

#include "audit/audit.h"
#include "audit/chain.h"

/* What find hands on, copied: `record` is borrowed for a walk only. */
typedef struct aski_stored {
  aski_arena *arena;
  size_t count; /* requests found; only the first is kept */
  askiam_str requester_id;
  askiam_str user_id;
  askiam_str speaker_id;
  askiam_str status;
  askiam_str decision; /* absent once erased; likewise the next two */
  askiam_str decision_salt;
  askiam_str sentence_salt;
  askiam_str payload;
  bool erased;
  askiam_str content_hash;
  int64_t expires_at_ms;
  aski_audit_place place;
} aski_stored;

/* What is left of an erased decision: the contract's object, made of the entry's payload, in `arena`. */
askiam_status aski_stored_remains(askiam_str *out_json, const aski_stored *stored, const aski_audit *audit,
                                  askiam_error *error);

/* Looks a request up. CORRUPT where what is stored is not what was recorded. */
askiam_status aski_stored_find(aski_stored *out_stored, aski_arena *arena, const aski_audit *audit,
                               const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                               askiam_error *error);
/* The same among what `viewer_id` asked for or benefits from: all else is passed over unread, as if it were not
 * there. Absent: everything. */
askiam_status aski_stored_find_for(aski_stored *out_stored, aski_arena *arena, const aski_audit *audit,
                                   const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                                   askiam_str viewer_id, askiam_error *error);
/* Looks at a record of find by itself: CORRUPT where it is not what was recorded. Whoever changed a stored refusal
 * into an approval must not have the library say it, nor act on it. */
askiam_status aski_stored_examine(bool *out_erased, const aski_audit *audit, const askiam_record *record,
                                  askiam_error *error);
/* NOT_FOUND for none, CONFLICT for several: an id belongs to its requester. */
askiam_status aski_stored_check_count(size_t count, askiam_str request_id, askiam_error *error);

#endif
