/* SPDX-License-Identifier: Apache-2.0
 *
 * The stages where all of them run in this process: `topology` fused. */
#include "engine/looks.h"
#include "engine/pipeline.h"

static askiam_status s_understand(aski_run *run)
{
  askiam_status status =
      aski_stage_extract(&run->reading, &run->decision->arena, &run->visit, run->request, &run->error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_run_adopt(run);
  return aski_stage_facts(&run->facts, &run->visit, &run->reading, run->requester_id, &run->error);
}

static askiam_status s_look(aski_facts *facts, aski_run *run, askiam_str application_id, askiam_str role_id)
{
  return aski_catalogue_facts(&run->visit.engine->catalogue, &run->visit.call, run->decision->user.id,
                              run->requester_id, application_id, role_id, facts, &run->error);
}

static askiam_status s_evidence(aski_rag_result *out_result, aski_arena *arena, const askiam_engine *engine,
                                const askiam_call *call, const aski_facts *facts, askiam_error *error)
{
  return aski_rag_validate(out_result, arena, &engine->rag, call, facts, error);
}

static askiam_status s_rules(aski_judgement *judgement, const aski_held_policies **out_held, aski_run *run,
                             aski_facts *facts)
{
  aski_arena *arena = &run->decision->arena;
  askiam_status status = aski_policies_give(&judgement->input, out_held, &run->visit.engine->policies, &run->visit.call,
                                            arena, facts, &run->error);
  if (status == ASKIAM_STATUS_OK) {
    aski_stage_rules(&judgement->rules, arena, &run->visit, facts, &judgement->input);
  }
  return status;
}

static askiam_status s_mend(aski_run *run, const aski_judgement *found)
{
  aski_decision *decision = run->decision;
  aski_lookout lookout = {.visit = &run->visit,
                          .arena = &decision->arena,
                          .looks = &run->looks,
                          .user_id = decision->user.id,
                          .requester_id = run->requester_id,
                          .error = &run->error};
  return aski_judge_remedies(&decision->remedies, &decision->arena, found, aski_look_at_prerequisite, &lookout);
}

static askiam_status s_recall(aski_decision **out_stored, aski_run *run)
{
  return aski_audit_find(out_stored, &run->visit.engine->audit, &run->visit.call, run->requester_id,
                         run->decision->request_id, run->speaker_id, run->sentence, &run->error);
}

static askiam_status s_record(aski_run *const *runs, aski_audit_entry *entries, size_t count, size_t *out_index,
                              askiam_error *error)
{
  const aski_visit *visit = &runs[0]->visit;
  return aski_audit_record_all(&visit->engine->audit, &visit->call, entries, count, out_index, error);
}

const aski_stages aski_stages_fused = {.understand = s_understand,
                                       .look = s_look,
                                       .evidence = s_evidence,
                                       .rules = s_rules,
                                       .mend = s_mend,
                                       .recall = s_recall,
                                       .record = s_record};
