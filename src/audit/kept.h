/* SPDX-License-Identifier: Apache-2.0
 *
 * A recorded decision with what is needed to repeat it, taken for true only where the trail says so. */
#ifndef ASKI_AUDIT_KEPT_H
#define ASKI_AUDIT_KEPT_H

#include "audit/audit.h"

typedef enum aski_kept_state {
  ASKI_KEPT_WHOLE,
  ASKI_KEPT_ERASED,        /* what it was decided by was erased, with the words */
  ASKI_KEPT_WITHOUT_FACTS, /* it was decided elsewhere (askiam_audit_record): its facts were never seen */
  ASKI_KEPT_CHANGED,       /* what is stored is not what was recorded */
  ASKI_KEPT_UNREADABLE     /* of a newer library, or something that no library writes */
} aski_kept_state;

typedef struct aski_kept {
  aski_kept_state state;
  char detail[512];      /* why it is changed or unreadable */
  askiam_str request_id; /* these five are the trail's */
  askiam_str requester_id;
  askiam_str user_id;
  askiam_str application_id;
  askiam_str role_id;
  int64_t time_ms;
  aski_decision *decision; /* as it was recorded; NULL unless WHOLE */
  aski_replay replay;      /* likewise; has facts */
} aski_kept;

/* Examines a record (with the members of R and A) and reads it. Strings live in `arena`. Not OK only where memory or
 * the cryptographic library failed. Always: aski_kept_clean_up. */
askiam_status aski_kept_read(aski_kept *out_kept, aski_arena *arena, const aski_audit *audit,
                             const askiam_record *record, askiam_error *error);
void aski_kept_clean_up(aski_kept *kept);

/* Looks one up by its id. NOT_FOUND; CONFLICT where several requesters used the id and `requester_id` is absent.
 * Always: aski_kept_clean_up. */
askiam_status aski_kept_find(aski_kept *out_kept, aski_arena *arena, const aski_audit *audit, const askiam_call *call,
                             askiam_str requester_id, askiam_str request_id, askiam_error *error);

#endif
