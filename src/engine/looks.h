/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks at facts beside a request's own, for its remedies; each is kept with it for a replay. */
#ifndef ASKI_ENGINE_LOOKS_H
#define ASKI_ENGINE_LOOKS_H

#include "engine/engine.h"

/* Whose looks they are. All borrowed. */
typedef struct aski_lookout {
  const aski_visit *visit;
  aski_arena *arena;
  aski_looks *looks;
  askiam_str user_id;
  askiam_str requester_id;
  askiam_error *error;
} aski_lookout;

/* A new look, with empty facts, which it keeps. NULL where memory ran out. */
aski_look *aski_looks_add(aski_looks *looks, aski_arena *arena, aski_remedy_code remedy, askiam_str role_id,
                          askiam_str application_id, aski_facts **out_facts);
/* An aski_look_fn over a lookout: the role that should be held first. */
askiam_status aski_look_at_prerequisite(void *lookout, const aski_facts **out_facts, askiam_str role_id);

#endif
