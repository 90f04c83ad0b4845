/* SPDX-License-Identifier: Apache-2.0
 *
 * The arithmetic of the trail: how an entry is chained to the one before it, salted hashes, and what names a key without giving it
 * away. docs/audit.md defines every byte. */
#ifndef ASKI_AUDIT_CHAIN_H
#define ASKI_AUDIT_CHAIN_H

#include "base/hash.h"

enum { ASKI_AUDIT_SALT_BYTES = 16, ASKI_AUDIT_SALT_HEX_BYTES = 33, ASKI_AUDIT_KEY_ID_BYTES = 17 };

/* What an entry's hash covers. */
typedef struct aski_link {
  askiam_str chain;
  int64_t seq;
  askiam_str prev_hash; /* 64 hexadecimal digits */
  askiam_str payload;
} aski_link;

/* Of the entry before the first: 64 zeros. */
extern const char aski_audit_no_hash[ASKI_SHA256_HEX_BYTES];

static inline bool aski_audit_keyed(askiam_str key) { return key.length > 0; }
/* SHA-256 without a key, HMAC-SHA-256 with one. False where the hash could not be computed. */
bool aski_audit_link_hash(askiam_str key, const aski_link *link, char out[ASKI_SHA256_HEX_BYTES]);
/* Names a key: tells two keys apart, gives away nothing of either. */
bool aski_audit_key_id(askiam_str key, char out[ASKI_AUDIT_KEY_ID_BYTES]);
/* SHA-256(salt ‖ text ‖ end) of a salt in hexadecimal; `end` may be absent. False where the salt is none. */
bool aski_audit_salted_hash(askiam_str salt, askiam_str text, askiam_str end, char out[ASKI_SHA256_HEX_BYTES]);
/* What tells a repeat of a request from other content under its id. */
bool aski_audit_content_hash(askiam_str salt, askiam_str speaker_id, askiam_str requester_id, askiam_str sentence,
                             char out[ASKI_SHA256_HEX_BYTES]);

#endif
