/* SPDX-License-Identifier: Apache-2.0
 *
 * One key of a JSON Web Key Set (RFC 7517): read, judged, used to verify. A key alone decides by which algorithm. */
#ifndef ASKI_AUTH_JWK_H
#define ASKI_AUTH_JWK_H

#include "base/memory.h"
#include "json/json.h"

/* OpenSSL's EVP_PKEY, so that whoever holds keys need not know OpenSSL. */
struct evp_pkey_st;

enum {
  ASKI_JWK_ID_MAX_BYTES = 512,
  ASKI_JWK_RSA_MIN_BITS = 2048, /* RFC 7518, 3.3 */
  ASKI_JWK_RSA_MAX_BITS = 8192,
  ASKI_JWK_SECRET_MIN_BYTES = 32, /* RFC 7518, 3.2 */
  ASKI_JWK_SECRET_MAX_BYTES = 1024
};

typedef enum aski_jwk_type { ASKI_JWK_RSA, ASKI_JWK_EC, ASKI_JWK_OKP, ASKI_JWK_OCT } aski_jwk_type;

/* Immutable once it was read. */
typedef struct aski_jwk {
  aski_jwk_type type;
  const char *algorithm;          /* of a token: "RS256", "ES256", "EdDSA" or "Ed25519" (RFC 9864), "HS256". Static */
  askiam_str id;                  /* absent: it has none */
  struct evp_pkey_st *public_key; /* NULL for ASKI_JWK_OCT */
  askiam_str secret;              /* of ASKI_JWK_OCT only */
} aski_jwk;

/* How the reading of a key ended. */
typedef enum aski_jwk_outcome {
  ASKI_JWK_READ,
  ASKI_JWK_UNFIT,   /* not for signatures, of no algorithm that is known here, or unsound: to be passed over */
  ASKI_JWK_EXPOSED, /* it holds what only a signer should have, where public keys were wanted */
  ASKI_JWK_NO_MEMORY
} aski_jwk_outcome;

/* Reads a key of this kind: with `secret` one of "oct", otherwise a public one. Texts live in the arena.
 * aski_jwk_clean_up must follow a key that was read. */
aski_jwk_outcome aski_jwk_read(aski_jwk *out_key, const aski_json *node, bool secret, aski_arena *arena);
void aski_jwk_clean_up(aski_jwk *key);

typedef enum aski_jwk_verdict {
  ASKI_JWK_BAD,
  ASKI_JWK_GOOD,
  ASKI_JWK_UNKNOWN /* OpenSSL had no memory to find out */
} aski_jwk_verdict;

/* Whether `signature` is this key's for `message`; for HS256 in time that does not tell how much of it is right. */
aski_jwk_verdict aski_jwk_verify(const aski_jwk *key, askiam_str message, askiam_str signature);

/* Within the room: whether OpenSSL lacked memory since ERR_peek_last_error gave `before`. It calls a key or a signature
 * bad for whatever went wrong: what began it is the oldest of its errors, unless the host left some before. */
bool aski_jwk_lacked_memory(unsigned long before);
/* Within the room: OpenSSL's key of the members' bytes, NULL where they are no sound key. */
struct evp_pkey_st *aski_jwk_rsa(askiam_str n, askiam_str e);
struct evp_pkey_st *aski_jwk_p256(askiam_str x, askiam_str y);
struct evp_pkey_st *aski_jwk_ed25519(askiam_str x);

#endif
