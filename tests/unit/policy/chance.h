/* SPDX-License-Identifier: Apache-2.0
 *
 * Repeatable chance for property tests, and random policies with requests that hit them often. */
#ifndef TESTS_POLICY_CHANCE_H
#define TESTS_POLICY_CHANCE_H

#include "unit/policy/world.h"

typedef struct chance {
  uint64_t state;
} chance;

/* Below `limit`. */
unsigned chance_below(chance *dice, unsigned limit);
const char *chance_of(chance *dice, const char *const *items, size_t count);
#define CHANCE_OF(dice, items) chance_of((dice), (items), sizeof(items) / sizeof *(items))

/* A statement for documents of this kind, written into `out`. `effect`: "Allow", "Deny" or NULL for either. */
void chance_statement(chance *dice, askiam_policy_kind kind, const char *effect, char *out, size_t size);
/* Sets up the request: one of few principals, actions, resources, contexts. */
void chance_ask(chance *dice, world *it);

#endif
