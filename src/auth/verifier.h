/* SPDX-License-Identifier: Apache-2.0
 *
 * From a token to who bears it: the key is found, the signature and the claims are verified, and what they say of
 * somebody is read. */
#ifndef ASKI_AUTH_VERIFIER_H
#define ASKI_AUTH_VERIFIER_H

#include "auth/identity.h"
#include "auth/jwks_source.h"
#include "auth/jwt.h"

/* Borrowed texts, which live as long as the verifier. */
typedef struct aski_verifier_settings {
  aski_jwt_rules rules;
  aski_claim_names names;
  aski_jwks_settings jwks; /* an empty location: none */
} aski_verifier_settings;

/* Immutable but for its source. Any thread. */
typedef struct aski_verifier {
  const askiam_allocator *allocator;
  aski_verifier_settings settings;
  aski_jwks *secrets;       /* owned; NULL: none */
  aski_jwks_source *source; /* owned; NULL: none */
} aski_verifier;

/* Opens nothing yet. Takes over `secrets`, also on failure. */
askiam_status aski_verifier_init(aski_verifier *verifier, const aski_verifier_settings *settings, aski_jwks *secrets,
                                 const askiam_allocator *allocator, askiam_error *error);
void aski_verifier_clean_up(aski_verifier *verifier);

/* `token` may have "Bearer " before it. NOT_PERMITTED says why without a word of the token; UNAVAILABLE where the keys
 * cannot be had. aski_identity_clean_up must follow in either case. */
askiam_status aski_verifier_verify(aski_identity *out_identity, aski_verifier *verifier, const askiam_call *call,
                                   askiam_str token, askiam_error *error);

#endif
