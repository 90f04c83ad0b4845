/* SPDX-License-Identifier: Apache-2.0
 *
 * API keys as text, and what a store may know of them: askiam_<id>_<secret>_<checksum>, all in lower-case
 * hexadecimal, so that a key has one form only, is marked by one double click, and is found by secret scanners:
 * askiam_[0-9a-f]{24}_[0-9a-f]{64}_[0-9a-f]{8}. Pure. */
#ifndef ASKI_AUTH_API_KEY_H
#define ASKI_AUTH_API_KEY_H

#include "base/id.h"

enum {
  ASKI_API_KEY_ID_BYTES = 25, /* digits and a NUL; likewise the next three */
  ASKI_API_KEY_SECRET_BYTES = 65,
  ASKI_API_KEY_SALT_BYTES = 33,
  ASKI_API_KEY_HASH_BYTES = 65,
  ASKI_API_KEY_TEXT_BYTES = 106 /* of a whole key, with NUL */
};

typedef struct aski_api_key {
  char id[ASKI_API_KEY_ID_BYTES]; /* 48 bits of time, so that ids sort by age, and 48 bits by chance */
  char secret[ASKI_API_KEY_SECRET_BYTES];
} aski_api_key;

/* A new key and a new salt. False where no random bytes could be had. */
bool aski_api_key_new(aski_api_key *out_key, char out_salt[ASKI_API_KEY_SALT_BYTES], int64_t now_ms,
                      const aski_random_source *random);
/* The checksum is of the text before it: it tells a scanner a key from what looks like one, and a caller a slip from
 * a refusal. False where OpenSSL failed. */
bool aski_api_key_write(const aski_api_key *key, char out_text[ASKI_API_KEY_TEXT_BYTES]);
/* False for anything that aski_api_key_write does not write, by a byte. */
bool aski_api_key_read(aski_api_key *out_key, askiam_str text);

/* SHA-256("askiam-key-v1" ‖ id ‖ salt ‖ secret), as digits: all parts but the salt, which is checked first, have a
 * fixed length. A secret of 256 random bits cannot be guessed, however fast the hash is: what makes a slow one
 * necessary for passwords is not so here. False where OpenSSL failed. */
bool aski_api_key_hash(const aski_api_key *key, askiam_str salt, char out_hash[ASKI_API_KEY_HASH_BYTES]);
/* Whether the store's salt and hash are this key's: in a time that does not depend on them. NULL for `salt` and
 * `hash` data (an unknown key) does the same work, and gives *out_match false. False where OpenSSL failed. */
bool aski_api_key_matches(bool *out_match, const aski_api_key *key, askiam_str salt, askiam_str hash);

/* Whether it is words, separated by spaces, of the characters that RFC 6749, 3.3 allows: printable ASCII but `"` and
 * `\`. None is fine. */
bool aski_api_key_scopes_valid(askiam_str scopes);

#endif
