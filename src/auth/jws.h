/* SPDX-License-Identifier: Apache-2.0
 *
 * A JSON Web Signature in compact form (RFC 7515, 3.1): taken apart, and verified with a key that somebody else has
 * chosen. */
#ifndef ASKI_AUTH_JWS_H
#define ASKI_AUTH_JWS_H

#include <askiam/error.h>

#include "auth/jwk.h"

enum { ASKI_JWS_MAX_BYTES = 16 * 1024 };

typedef struct aski_jws {
  askiam_str signed_text; /* what the signature is of: borrowed from the text that was read */
  aski_buffer header;
  aski_buffer payload;
  aski_buffer signature;
  aski_json_document *header_json;
  askiam_str algorithm; /* what it says of itself: it decides nothing */
  askiam_str key_id;    /* absent: it names none */
} aski_jws;

/* NOT_PERMITTED for what is no such text of at most ASKI_JWS_MAX_BYTES, or asks for what is not done here (crit, b64,
 * nested tokens); NO_MEMORY. Messages say what is wrong and hold nothing of the text. aski_jws_clean_up must follow in
 * either case. */
askiam_status aski_jws_read(aski_jws *out_jws, askiam_str text, const askiam_allocator *allocator, askiam_error *error);
void aski_jws_clean_up(aski_jws *jws);
/* NOT_PERMITTED where the token's algorithm is not the key's, or the signature is not good; NO_MEMORY. */
askiam_status aski_jws_verify(const aski_jws *jws, const aski_jwk *key, askiam_error *error);

/* For all that refuses tokens: NOT_PERMITTED, "the token is refused: …". */
askiam_status aski_token_refuse(askiam_error *error, const char *why);
/* The JSON of a part, an object, strictly read; `why` is said where it is none. */
askiam_status aski_token_parse(aski_json_document **out_document, askiam_str json, size_t max_values,
                               const askiam_allocator *allocator, const char *why, askiam_error *error);

#endif
