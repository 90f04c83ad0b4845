/* SPDX-License-Identifier: Apache-2.0
 *
 * A set of keys that tokens may be verified with. */
#ifndef ASKI_AUTH_JWKS_H
#define ASKI_AUTH_JWKS_H

#include <askiam/error.h>

#include "auth/jwk.h"

enum { ASKI_JWKS_MAX_BYTES = 256 * 1024, ASKI_JWKS_KEYS_MAX = 256 };

/* Immutable; any thread. */
typedef struct aski_jwks aski_jwks;

/* Reads a JWK Set (RFC 7517, 5), or one JWK, of public keys, or with `secret` of keys for HS256. Keys that are not for
 * verifying are passed over. BAD_DATA where no key is left, and where the set is not what it should be: a key that only
 * a signer should have among public ones, anything else among secret ones. `what` names the set in messages
 * ("auth.jwks"), which never hold any of it. */
askiam_status aski_jwks_read(aski_jwks **out_set, askiam_str json, bool secret, const char *what,
                             const askiam_allocator *allocator, askiam_error *error);
/* A set of one key for HS256: its bytes, and its id (absent: none). BAD_DATA where it is too short or too long. */
askiam_status aski_jwks_of_secret(aski_jwks **out_set, askiam_str bytes, askiam_str id, const char *what,
                                  const askiam_allocator *allocator, askiam_error *error);
/* Overwrites it. NULL is fine. */
void aski_jwks_destroy(aski_jwks *set);

size_t aski_jwks_count(const aski_jwks *set); /* 0 for NULL */
const aski_jwk *aski_jwks_at(const aski_jwks *set, size_t index);
/* How many keys have this id; *out_key is the first of them. */
size_t aski_jwks_find(const aski_jwk **out_key, const aski_jwks *set, askiam_str id);

#endif
