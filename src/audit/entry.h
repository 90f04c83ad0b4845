/* SPDX-License-Identifier: Apache-2.0
 *
 * One stored entry looked at by itself: does its hash cover it, do its columns say what its payload says, does its
 * request belong to it? Its neighbours are walk.h's matter. */
#ifndef ASKI_AUDIT_ENTRY_H
#define ASKI_AUDIT_ENTRY_H

#include "audit/audit.h"
#include "audit/chain.h"

/* What is wrong, the first thing of it. The names are documented in docs/audit.md. */
typedef struct aski_break {
  const char *what; /* NULL: nothing. Static */
  int64_t seq;
  char detail[256];
} aski_break;

#define ASKI_BREAK_GAP "GAP"               /* an entry is missing */
#define ASKI_BREAK_DUPLICATE "DUPLICATE"   /* a seq that was there before */
#define ASKI_BREAK_LINK "LINK"             /* prev_hash is not the hash of the entry before */
#define ASKI_BREAK_PAYLOAD "PAYLOAD"       /* the payload cannot be read */
#define ASKI_BREAK_KEY "KEY"               /* keyed otherwise than verification was told */
#define ASKI_BREAK_HASH "HASH"             /* the hash does not cover the entry */
#define ASKI_BREAK_COLUMN "COLUMN"         /* a column differs from the payload */
#define ASKI_BREAK_REQUEST "REQUEST"       /* the request is missing or differs from the payload */
#define ASKI_BREAK_DECISION "DECISION"     /* the stored decision is not the one that was recorded */
#define ASKI_BREAK_SENTENCE "SENTENCE"     /* the sentence is not the one that was recorded */
#define ASKI_BREAK_FACTS "FACTS"           /* likewise the facts */
#define ASKI_BREAK_HEAD "HEAD"             /* the chain's head is not its last entry */
#define ASKI_BREAK_CHECKPOINT "CHECKPOINT" /* what a checkpoint saw is not there any more */

void aski_break_set(aski_break *out_break, const char *what, int64_t seq, const char *format, ...) ASKIAM_PRINTF(4, 5);

/* Which key situations are no break. */
typedef enum aski_key_rule {
  ASKI_KEY_STRICT,           /* with a key every entry is keyed with it, without one none is */
  ASKI_KEY_ALLOW_UNKEYED,    /* an entry without a key is fine although there is a key */
  ASKI_KEY_ALLOW_UNCHECKABLE /* so is one of another key: its hash is then not checked */
} aski_key_rule;

/* What an entry is about, as its payload says. */
typedef enum aski_entry_kind {
  ASKI_ENTRY_DECISION, /* a request was decided: there is a row in `requests` */
  ASKI_ENTRY_GRANT     /* what became of the grant of a request: audit/grant.h */
} aski_entry_kind;

typedef struct aski_entry_check {
  aski_break found;
  aski_entry_kind kind;
  bool keyed;
  bool has_request;
  bool erased; /* its sentence, decision and facts were erased */
} aski_entry_check;

/* Not OK only where memory or the cryptographic library failed. */
askiam_status aski_entry_examine(aski_entry_check *out_check, const aski_audit *audit, const askiam_record *record,
                                 aski_key_rule rule, askiam_error *error);

/* The salted hash of a decision's JSON without its member `audit`, which must be the last one and tell this place.
 * False where it does not, and where the salt is none. */
bool aski_audit_decision_hash(askiam_str salt, askiam_str json, const aski_audit_place *place, aski_buffer *scratch,
                              char out[ASKI_SHA256_HEX_BYTES]);

#endif
