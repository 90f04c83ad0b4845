/* SPDX-License-Identifier: Apache-2.0
 *
 * Does as remedies say: reads their sentences as a person does, with an understanding of ranges, patterns and lengths that is the tests' own, and
 * picks random values that satisfy them. */
#ifndef TESTS_UNIT_DECIDE_FOLLOW_H
#define TESTS_UNIT_DECIDE_FOLLOW_H

#include "rules/rules.h"

enum { FOLLOW_BYTES = 128 };

/* A number below `below`, the same ones in every run. */
unsigned follow_random(unsigned below);

/* Changes the input as one remedy says; texts of it live in `address` and `agent`, of FOLLOW_BYTES. The test fails where the sentence is not understood;
 * false where no value was found that is as it says. */
bool follow(const aski_remedy *remedy, aski_rules_input *input, char *address, char *agent);

#endif
