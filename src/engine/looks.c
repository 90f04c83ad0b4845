/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/looks.h"

aski_look *aski_looks_add(aski_looks *looks, aski_arena *arena, aski_remedy_code remedy, askiam_str role_id,
                          askiam_str application_id, aski_facts **out_facts)
{
  aski_look *look = ASKI_ARENA_PUSH(arena, looks);
  aski_facts *facts = aski_arena_acquire(arena, 1, sizeof *facts);
  *out_facts = facts;
  if (look == NULL || facts == NULL) {
    return NULL;
  }
  aski_facts_init(facts, arena);
  *look = (aski_look){.remedy = remedy,
                      .role_id = role_id,
                      .application_id = application_id,
                      .facts = facts,
                      .rag = {.confidence = -1}};
  return look;
}

askiam_status aski_look_at_prerequisite(void *lookout, const aski_facts **out_facts, askiam_str role_id)
{
  const aski_lookout *own = lookout;
  aski_facts *facts = NULL;
  *out_facts = NULL;
  if (aski_looks_add(own->looks, own->arena, ASKI_REMEDY_HOLD_PREREQUISITE, role_id, ASKI_STR_NONE, &facts) == NULL) {
    return askiam_error_set(own->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory");
  }
  *out_facts = facts;
  return aski_catalogue_facts(&own->visit->engine->catalogue, &own->visit->call, own->user_id, own->requester_id,
                              ASKI_STR_NONE, role_id, facts, own->error);
}
