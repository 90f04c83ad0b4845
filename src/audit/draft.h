/* SPDX-License-Identifier: Apache-2.0
 *
 * A draft: everything of a record that does not depend on its place in a chain. It is made once; sealing gives it
 * a place, and may have to be repeated when another writer was faster. */
#ifndef ASKI_AUDIT_DRAFT_H
#define ASKI_AUDIT_DRAFT_H

#include "audit/audit.h"
#include "audit/chain.h"

typedef struct aski_draft {
  const aski_audit_entry *entry;
  size_t index; /* of the entry in the caller's array */
  askiam_str requester_id;
  askiam_str user_id; /* the beneficiary; absent where none was found; likewise the next three */
  askiam_str application_id;
  askiam_str role_id;
  askiam_str risk;
  askiam_str policy_hash;
  askiam_str resource;
  askiam_str replay; /* JSON of what replay needs */
  askiam_str payload;
  char audit_id[ASKI_ID_BYTES];
  char decided_id[ASKI_ID_BYTES];   /* of the event access.decided */
  char requested_id[ASKI_ID_BYTES]; /* of the event grant.requested */
  char sentence_salt[ASKI_AUDIT_SALT_HEX_BYTES];
  char facts_salt[ASKI_AUDIT_SALT_HEX_BYTES];
  char decision_salt[ASKI_AUDIT_SALT_HEX_BYTES];
  char sentence_hash[ASKI_SHA256_HEX_BYTES]; /* empty where there is no sentence */
  char facts_hash[ASKI_SHA256_HEX_BYTES];
  char content_hash[ASKI_SHA256_HEX_BYTES];
  char decision_hash[ASKI_SHA256_HEX_BYTES];
  bool pattern; /* a row of access_patterns goes with it */
  bool approved;
  askiam_record *record;
} aski_draft;

/* Fills a draft from its entry; strings live in `arena` or with the entry. */
askiam_status aski_draft_make(aski_draft *out_draft, aski_arena *arena, const aski_audit *audit,
                              const aski_audit_entry *entry, askiam_error *error);
void aski_draft_clean_up(aski_draft *draft);

/* Appends the payload, the bytes that are hashed. */
void aski_audit_write_payload(aski_buffer *buffer, const aski_draft *draft, const aski_audit *audit,
                              const char *key_id);
/* Appends the body of an event. The decision must have its place. */
void aski_audit_write_event(aski_buffer *buffer, const aski_draft *draft, const char *id, const char *type);

/* Gives the decision its place after `head`, seals it, fills the record with its events, and moves `head`. */
askiam_status aski_draft_seal(aski_draft *draft, const aski_audit *audit, aski_head *head, askiam_error *error);

#define ASKI_EVENT_DECIDED "access.decided"
#define ASKI_EVENT_REQUESTED "grant.requested"

#endif
