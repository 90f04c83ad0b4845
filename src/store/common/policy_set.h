/* SPDX-License-Identifier: Apache-2.0
 *
 * Handing out a set of policies. What is handed out is what was imported: each document is held against its hash, and all of them against
 * the set's, so that a row that somebody changed by hand is noticed. */
#ifndef ASKI_STORE_COMMON_POLICY_SET_H
#define ASKI_STORE_COMMON_POLICY_SET_H

#include <askiam/backend/catalogue.h>

#include "base/memory.h"

/* `catalogue_version.policy_hash` while the policies have changed and nobody has hashed them yet: no set has this hash, so that nothing is
 * decided by policies that were changed by hand until the next import. */
#define ASKI_STORE_UNHASHED "changed by hand"

typedef struct aski_store_policy_set {
  aski_buffer lines;
  askiam_policy_fn policy;
  void *context;
  askiam_error *error;
} aski_store_policy_set;

void aski_store_policy_set_init(aski_store_policy_set *set, const askiam_allocator *allocator, askiam_policy_fn policy,
                                void *context, askiam_error *error);
/* The next member, in the order of ids: its revision as it is kept (absent where it is gone). CORRUPT where it is not as it was imported. */
askiam_status aski_store_policy_set_add(aski_store_policy_set *set, askiam_str id, int64_t version, askiam_str hash,
                                        askiam_str json);
/* Whether that was the set of this hash, where `status` is OK: NOT_FOUND for none, CORRUPT for another. Cleans up in any case. */
askiam_status aski_store_policy_set_end(aski_store_policy_set *set, askiam_str set_hash, askiam_status status);
/* What the hash of a set is taken of: for each member its id, a line feed, the hash of its text, a line feed. */
void aski_store_policy_line(aski_buffer *lines, askiam_str id, askiam_str hash);

#endif
