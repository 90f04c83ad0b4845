/* SPDX-License-Identifier: Apache-2.0
 *
 * Judging a triple by rag, rules and the decision rule; and, for a sentence that left a choice open, finding the
 * choice that would be approved. */
#ifndef ASKI_ENGINE_CHOICES_H
#define ASKI_ENGINE_CHOICES_H

#include "engine/pipeline.h"

/* Both validators, the decision, its remedies: into the run's decision. */
askiam_status aski_choices_judge(aski_run *run);
/* Where codes say that a choice is open: the first suggestion that would be VALID becomes the remedy. */
askiam_status aski_choices_offer(aski_run *run);

/* How many suggestions are tried out: each costs facts, evidence and rules. */
enum { ASKI_CHOICES_TRIED_MAX = 3 };

/* The suggestions that are worth a try, one after the other; NULL after the last one, and where no choice is open.
 * `walk` is all zeros at first. */
typedef struct aski_choices_walk {
  size_t at;
  size_t tried;
} aski_choices_walk;
const aski_suggestion *aski_choices_next(const aski_code_list *codes, const aski_entity *user,
                                         const aski_suggestions *suggestions, aski_choices_walk *walk);

#endif
