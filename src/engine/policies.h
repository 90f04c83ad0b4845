/* SPDX-License-Identifier: Apache-2.0
 *
 * Compiled sets of policies, by the hash that the facts name. A set is loaded from the catalogue and compiled when it is first needed; a few
 * of those used last are kept, so that an ordinary request costs a look-up. */
#ifndef ASKI_ENGINE_POLICIES_H
#define ASKI_ENGINE_POLICIES_H

#include <askiam/policy.h>
#include <pthread.h>

#include "backend/handles.h"
#include "rules/rules.h"

/* A compiled set that somebody uses. Immutable; it stays as long as anybody holds it, kept or not. */
typedef struct aski_held_policies aski_held_policies;

enum { ASKI_POLICY_SETS_KEPT = 4 };

/* Shared by threads. */
typedef struct aski_policies {
  const aski_catalogue *catalogue;
  const askiam_allocator *allocator;
  pthread_mutex_t mutex;
  aski_held_policies *kept[ASKI_POLICY_SETS_KEPT]; /* the one used last first; NULL: free */
} aski_policies;

/* Both arguments are borrowed. False where there is no mutex. */
bool aski_policies_init(aski_policies *policies, const aski_catalogue *catalogue, const askiam_allocator *allocator);
/* Nobody must hold a set any more. */
void aski_policies_clean_up(aski_policies *policies);

/* The set with exactly this hash: aski_policies_release must follow. NOT_SUPPORTED where the store cannot give it, NOT_FOUND where it has none
 * such, CORRUPT where it is damaged, BAD_DATA where a document does not compile; the message names it. */
askiam_status aski_policies_hold(const aski_held_policies **out_held, aski_policies *policies, const askiam_call *call,
                                 askiam_str hash, askiam_error *error);
/* NULL is fine. */
void aski_policies_release(aski_policies *policies, const aski_held_policies *held);
/* The set itself, as long as it is held; NULL for NULL. */
const askiam_policy_set *aski_policies_set(const aski_held_policies *held);

/* Gives `input` the policies that the facts name: *out_held must be released after its last use, and is NULL where there are none. A set that
 * cannot be had because of what it is, or of what the store is, is no failure: then the input says why (in `arena`) and the check POLICY
 * fails. A failure is one that may pass: no memory, a store that does not answer. Where the set had to be loaded, the facts' queries tell. */
askiam_status aski_policies_give(aski_rules_input *input, const aski_held_policies **out_held, aski_policies *policies,
                                 const askiam_call *call, aski_arena *arena, aski_facts *facts, askiam_error *error);

#endif
