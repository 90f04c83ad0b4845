/* SPDX-License-Identifier: Apache-2.0
 *
 * The entry that tells what became of a request's grant, with its event: of a chain like a decision's, but without a
 * request of its own. It names the decision's entry. docs/audit.md has the payload. */
#ifndef ASKI_AUDIT_GRANT_H
#define ASKI_AUDIT_GRANT_H

#include "audit/audit.h"
#include "audit/chain.h"

#define ASKI_GRANT_KIND "grant" /* the payload's "kind" */

typedef enum aski_grant_step {
  ASKI_GRANT_GRANTED,
  ASKI_GRANT_FAILED,
  ASKI_GRANT_REVOKED,
  ASKI_GRANT_EXPIRED,
  ASKI_GRANT_STEP_COUNT
} aski_grant_step;

/* The state that the step leads to: "granted". Static. */
const char *aski_grant_step_state(aski_grant_step step);

enum { ASKI_GRANT_CODES_MAX = 12 };

/* What the entry is made of. All borrowed, until the draft is cleaned up. */
typedef struct aski_grant_entry {
  aski_grant_step step;
  int64_t time_ms;
  askiam_str request_id;
  askiam_str requester_id;
  askiam_str user_id;
  askiam_str application_id;
  askiam_str role_id;
  askiam_str risk;     /* as it was at the decision; absent: none */
  askiam_str actor_id; /* who did it; absent: the system */
  const char *codes[ASKI_GRANT_CODES_MAX];
  size_t code_count;
  int64_t granted_at_ms; /* 0: never */
  int64_t expires_at_ms; /* the end that was decided; 0: none */
  bool held;             /* whether the role is held afterwards… */
  int64_t held_until_ms; /* …and until when; 0: for good */
  aski_audit_place decision;
  askiam_str ip, user_agent, session_id, trace_id; /* the request's, for the event */
} aski_grant_entry;

typedef struct aski_grant_draft {
  const aski_grant_entry *entry;
  askiam_str resource;
  askiam_str payload;
  char audit_id[ASKI_ID_BYTES];
  char event_id[ASKI_ID_BYTES];
  askiam_record *record;
} aski_grant_draft;

/* Ids and payload; strings live in `arena`. Always: aski_grant_draft_clean_up. */
askiam_status aski_grant_draft_make(aski_grant_draft *out_draft, aski_arena *arena, const aski_audit *audit,
                                    const aski_grant_entry *entry, askiam_error *error);
void aski_grant_draft_clean_up(aski_grant_draft *draft);
/* Gives it its place after `head` and fills its record, with the event. */
askiam_status aski_grant_draft_seal(aski_grant_draft *draft, const aski_audit *audit, const aski_head *head,
                                    askiam_error *error);

#endif
