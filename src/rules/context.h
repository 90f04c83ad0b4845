/* SPDX-License-Identifier: Apache-2.0
 *
 * A request for access as policies see it: principal, action, resource, and the context keys of docs/policies.md. */
#ifndef ASKI_RULES_CONTEXT_H
#define ASKI_RULES_CONTEXT_H

#include "rules/rules.h"

/* Receives one value of one key; both borrowed. A key that has no value is not told. */
typedef void (*aski_context_fn)(void *context, askiam_str key, askiam_str value);

/* What the policies of a set read, in conditions and in variables. Everything where a variable is none of the known keys. */
aski_policy_reads aski_rules_reads(const askiam_policy_set *set);

/* Tells every key that the facts and the input give and its policies read; values that must be written first live in `arena`. */
void aski_rules_context(const aski_facts *facts, const aski_rules_input *input, aski_arena *arena, aski_context_fn tell,
                        void *context);

/* Fills `request`, which is cleared first. BAD_DATA, saying why, for what cannot be told to policies without doubt. */
askiam_status aski_rules_policy_request(askiam_policy_request *request, const aski_facts *facts,
                                        const aski_rules_input *input, aski_arena *arena, askiam_error *error);

#endif
