/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/choices.h"

#include "engine/looks.h"

/* Below this a suggestion is no other way to say what was meant, but another thing: nobody should be led to ask
 * for it. */
#define LIKENESS_MIN 0.6

static askiam_status s_no_memory(aski_run *run)
{
  return askiam_error_set(&run->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory");
}

/* *out_held are the policies that it was judged by: to be released after the judgement's last use, also after a
 * failure. */
static askiam_status s_judge(aski_judgement *out, const aski_held_policies **out_held, aski_run *run, aski_facts *facts)
{
  aski_arena *arena = &run->decision->arena;
  *out = (aski_judgement){.facts = facts,
                          .settings = &run->visit.engine->settings.decide,
                          .input = aski_stage_rules_input(&run->visit, run->requester_id, run->decision->expires_at_ms,
                                                          askiam_request_get(run->request, ASKIAM_REQUEST_IP),
                                                          askiam_request_get(run->request, ASKIAM_REQUEST_USER_AGENT))};
  aski_evidence evidence;
  aski_stage_rag_begin(&evidence, arena, &run->visit, facts);
  askiam_status status = run->visit.stages->rules(out, out_held, run, facts);
  if (status != ASKIAM_STATUS_OK) {
    aski_evidence_drop(&evidence);
    return status;
  }
  status = aski_evidence_end(&evidence, &out->rag, &run->error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  askiam_span span;
  aski_span_begin(&span, &run->visit.trace, ASKIAM_SPAN_STAGE, "decide");
  aski_decide(&out->outcome, &out->rag, &out->rules, out->settings);
  aski_span_end(&span, ASKIAM_STATUS_OK);
  return arena->failed ? s_no_memory(run) : ASKIAM_STATUS_OK;
}

/* Entities are shown with the names that the facts have. */
static void s_name_entities(aski_decision *decision, const aski_facts *facts)
{
  decision->user.name = facts->user.name;
  decision->application.name = facts->application.name;
  decision->role.name = facts->role.name;
}

/* Takes a judgement over, with what would mend it. */
static askiam_status s_adopt(aski_run *run, const aski_judgement *found)
{
  aski_decision *decision = run->decision;
  askiam_status status = ASKIAM_STATUS_OK;
  s_name_entities(decision, &run->facts);
  run->policies_problem = found->input.policies_problem;
  decision->codes = found->outcome.codes;
  decision->rag = found->rag;
  decision->rules = found->rules;
  if (!aski_judged_valid(&found->outcome)) {
    status = run->visit.stages->mend(run, found);
  }
  if (found->outcome.rules_skipped) {
    decision->rules = (aski_rules_result){.outcome = ASKI_RULES_SKIPPED};
  }
  return status;
}

askiam_status aski_choices_judge(aski_run *run)
{
  aski_judgement found;
  const aski_held_policies *held = NULL;
  askiam_status status = s_judge(&found, &held, run, &run->facts);
  if (status == ASKIAM_STATUS_OK) {
    status = s_adopt(run, &found);
  }
  aski_policies_release(&run->visit.engine->policies, held);
  return status;
}

/* Whether the codes leave a choice that a suggestion can settle. */
static bool s_is_open(const aski_code_list *codes)
{
  switch ((int)codes->items[0]) {
  case ASKI_CODE_ROLE_UNKNOWN:
  case ASKI_CODE_ROLE_NOT_IN_APP:
  case ASKI_CODE_AMBIGUOUS_ROLE:
    return true;
  default:
    return false;
  }
}

const aski_suggestion *aski_choices_next(const aski_code_list *codes, const aski_entity *user,
                                         const aski_suggestions *suggestions, aski_choices_walk *walk)
{
  if (codes->count == 0 || !s_is_open(codes) || !user->found) {
    return NULL;
  }
  size_t count = suggestions->count < ASKI_SUGGESTIONS_MAX ? suggestions->count : ASKI_SUGGESTIONS_MAX;
  while (walk->at < count && walk->tried < ASKI_CHOICES_TRIED_MAX) {
    const aski_suggestion *suggestion = &suggestions->items[walk->at++];
    if (suggestion->kind == ASKIAM_KIND_ROLE && aski_str_present(suggestion->application_id) &&
        suggestion->score >= LIKENESS_MIN) {
      ++walk->tried;
      return suggestion;
    }
  }
  return NULL;
}

/* Tries one suggested role, in its own application. Sets *out_valid. */
static askiam_status s_try(bool *out_valid, aski_facts **out_facts, aski_run *run, const aski_suggestion *suggestion)
{
  *out_valid = false;
  aski_look *look = aski_looks_add(&run->looks, &run->decision->arena, ASKI_REMEDY_CHOOSE_ROLE, suggestion->id,
                                   suggestion->application_id, out_facts);
  if (look == NULL) {
    return s_no_memory(run);
  }
  askiam_status status = run->visit.stages->look(*out_facts, run, suggestion->application_id, suggestion->id);
  if (status != ASKIAM_STATUS_OK || aski_judge_found(*out_facts) != ASKI_CODE_COUNT) {
    return status;
  }
  aski_judgement found;
  const aski_held_policies *held = NULL;
  status = s_judge(&found, &held, run, *out_facts);
  aski_policies_release(&run->visit.engine->policies, held);
  look->rag = found.rag;
  look->policies_problem = found.input.policies_problem;
  *out_valid = status == ASKIAM_STATUS_OK && aski_judged_valid(&found.outcome);
  return status;
}

askiam_status aski_choices_offer(aski_run *run)
{
  aski_decision *decision = run->decision;
  aski_choices_walk walk = {.at = 0};
  const aski_suggestion *suggestion = NULL;
  while ((suggestion = aski_choices_next(&decision->codes, &decision->user, &decision->suggestions, &walk)) != NULL) {
    bool valid = false;
    aski_facts *facts = NULL;
    askiam_status status = s_try(&valid, &facts, run, suggestion);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
    if (valid) {
      aski_judge_offer(&decision->remedies, &decision->arena, facts);
      break;
    }
  }
  return ASKIAM_STATUS_OK;
}
