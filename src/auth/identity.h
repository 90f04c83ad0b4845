/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom claims name: the one reading of claims that were verified, whoever verified them. */
#ifndef ASKI_AUTH_IDENTITY_H
#define ASKI_AUTH_IDENTITY_H

#include <askiam/error.h>

#include "auth/claims.h"

/* Which claims say what of somebody, by name or JSON Pointer. Borrowed texts. */
typedef struct aski_claim_names {
  askiam_str principal;
  askiam_str scopes; /* empty: none */
  askiam_str groups; /* empty: none */
} aski_claim_names;

typedef struct aski_identity {
  aski_json_document *claims;
  askiam_str id; /* borrowed from the claims */
  aski_buffer scopes;
  aski_buffer groups;
  int64_t end_ms; /* of the token; 0: it does not end */
} aski_identity;

void aski_identity_init(aski_identity *identity, const askiam_allocator *allocator);
void aski_identity_clean_up(aski_identity *identity);
/* Claims are a JSON object: NOT_PERMITTED where they are none; NO_MEMORY. */
askiam_status aski_identity_parse(aski_identity *identity, askiam_str claims_json, askiam_error *error);
/* Of the claims that were parsed. NOT_PERMITTED says why they name nobody; NO_MEMORY. `relayed`: lists may be texts, as
 * aski_claims_append_relayed has it. */
askiam_status aski_identity_read(aski_identity *identity, const aski_claim_names *names, bool relayed,
                                 askiam_error *error);

#endif
