/* SPDX-License-Identifier: Apache-2.0
 *
 * A request in the form in which evaluation reads it: taken apart, folded and hashed once, when it is set. */
#ifndef ASKI_POLICY_REQUEST_H
#define ASKI_POLICY_REQUEST_H

#include <askiam/policy.h>

#include "base/memory.h"
#include "policy/arn.h"

enum {
  ASKI_POLICY_FIELDS = 4,
  ASKI_POLICY_DEPTHS = 32,                 /* beginnings of a resource that the index knows */
  ASKI_POLICY_TEXT_MAX_BYTES = 128 * 1024, /* of a field, a key or a value: what keeps matching bounded */
  ASKI_POLICY_KEYS_MAX = 4096,
  ASKI_POLICY_CONTEXT_MAX_BYTES = 16 * 1024 * 1024,
  ASKI_POLICY_TABLES = 4,           /* that the search for a hard pattern works with */
  ASKI_POLICY_SMALL_TABLE = 1 << 10 /* up to this size they are on the stack */
};

typedef struct aski_policy_key { /* of the context, in small letters */
  uint64_t hash;
  uint32_t at, length; /* in context.text */
  uint32_t first, last;
  uint32_t count;
} aski_policy_key;

typedef struct aski_policy_value {
  uint32_t at, length;
  uint32_t next;
} aski_policy_value;

typedef struct aski_policy_context {
  aski_buffer text;
  aski_policy_key *keys;
  uint32_t key_count, key_capacity;
  aski_policy_value *values;
  uint32_t value_count, value_capacity;
  uint32_t *slots; /* 1 + the key's place; 0: free. A power of two, at most half full */
  uint32_t slot_count;
} aski_policy_context;

/* Room for a search in the longest text of the request, taken with it: evaluation allocates nothing. */
typedef struct aski_policy_tables {
  uint64_t *values;
  size_t size; /* of each; a power of two, or 0 */
} aski_policy_tables;

struct askiam_policy_request {
  askiam_allocator allocator;
  aski_buffer fields[ASKI_POLICY_FIELDS]; /* a field's text; after an action the same in small letters */
  bool present[ASKI_POLICY_FIELDS];

  aski_policy_principal principal;

  askiam_str action; /* as it was given */
  askiam_str lower_action;
  uint64_t action_hash, service_hash;

  askiam_str resource;
  aski_policy_arn resource_arn; /* of "*" all parts are absent */
  uint64_t resource_hash;
  uint64_t depth_hashes[ASKI_POLICY_DEPTHS]; /* [d]: of the beginning up to and with the d-th delimiter */
  unsigned depth_count;                      /* the largest d; from 1 */

  askiam_str resource_account; /* the field's, else the ARN's, else the principal's; absent where there is none */

  aski_policy_context context;
  aski_policy_tables tables;
};

/* Bytes at which a resource's beginnings end: all that is ASCII but letters and digits. */
bool aski_policy_is_delimiter(char byte);

/* The values of a context key. Borrowed from the request. */
typedef struct aski_policy_values {
  const askiam_policy_request *request;
  size_t count;
  uint32_t next;
} aski_policy_values;

/* What was given for the key, and nothing else: that AWS itself would know aws:username or aws:PrincipalArn from who asks does not make them
 * part of this request's context (as in AWS's own simulator, whose callers give them). The key in small letters, with its
 * aski_policy_hash_text. */
aski_policy_values aski_policy_request_find(const askiam_policy_request *request, askiam_str key, uint64_t hash);
/* The next value; call it at most `count` times. */
askiam_str aski_policy_values_next(aski_policy_values *values);

/* Whether everything that a decision needs is there. */
bool aski_policy_request_complete(const askiam_policy_request *request);

/* Room to search in a text of so many bytes. False where memory ran out; then nothing has changed. */
bool aski_policy_request_make_tables(askiam_policy_request *request, size_t text_bytes);

void aski_policy_context_init(aski_policy_context *context, const askiam_allocator *allocator);
void aski_policy_context_clean_up(aski_policy_context *context);
void aski_policy_context_clear(aski_policy_context *context);
/* NULL: not there. */
const aski_policy_key *aski_policy_context_find(const aski_policy_context *context, askiam_str key, uint64_t hash);

#endif
