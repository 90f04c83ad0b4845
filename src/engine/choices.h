/* SPDX-License-Identifier: Apache-2.0
 *
 * Judging a triple by rag, rules and the decision rule; and, for a sentence that left a choice open, finding the choice that would
 * be approved. */
#ifndef ASKI_ENGINE_CHOICES_H
#define ASKI_ENGINE_CHOICES_H

#include "engine/pipeline.h"

/* Both validators, the decision, its remedies: into the run's decision. */
askiam_status aski_choices_judge(aski_run *run);
/* Where codes say that a choice is open: the first suggestion that would be VALID becomes the remedy. */
askiam_status aski_choices_offer(aski_run *run);

#endif
