/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/choices.h"

/* How many suggestions are tried out: each costs facts, evidence and rules. */
enum { TRIED_MAX = 3 };
/* Below this a suggestion is no other way to say what was meant, but another thing: nobody should be led to ask for it. */
#define LIKENESS_MIN 0.6

typedef struct judgement {
  aski_rag_result rag;
  aski_rules_result rules;
  aski_outcome outcome;
  aski_rules_input input;
} judgement;

static askiam_status s_judge(judgement *out, aski_run *run, const aski_facts *facts, int64_t expires_at_ms)
{
  aski_arena *arena = &run->decision->arena;
  *out = (judgement){.input = aski_stage_rules_input(&run->visit, run->requester_id, expires_at_ms,
                                                     askiam_request_get(run->request, ASKIAM_REQUEST_IP),
                                                     askiam_request_get(run->request, ASKIAM_REQUEST_USER_AGENT))};
  askiam_status status = aski_stage_rag(&out->rag, arena, &run->visit, facts, &run->error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_stage_rules(&out->rules, arena, &run->visit, facts, &out->input);
  askiam_span span;
  aski_span_begin(&span, &run->visit.trace, ASKIAM_SPAN_STAGE, "decide");
  aski_decide(&out->outcome, &out->rag, &out->rules, &run->visit.engine->settings.decide);
  aski_span_end(&span, ASKIAM_STATUS_OK);
  return arena->failed ? askiam_error_set(&run->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory")
                       : ASKIAM_STATUS_OK;
}

static bool s_is_valid(const aski_outcome *outcome)
{
  return outcome->codes.count > 0 && aski_code_verdict(outcome->codes.items[0]) == ASKIAM_VERDICT_VALID;
}

static void s_rules_again(void *context, aski_rules_result *out_result, aski_arena *arena, const aski_facts *facts)
{
  aski_rules_evaluate(out_result, arena, facts, context);
}

/* Whether the person could be given a role that a remedy asks for: it is active, nobody barred him, it conflicts with nothing he
 * holds, and it does not itself require the role that was asked for. */
static askiam_status s_could_hold(bool *out_could, aski_run *run, askiam_str role_id)
{
  aski_decision *decision = run->decision;
  aski_facts facts;
  aski_facts_init(&facts, &decision->arena);
  askiam_status status = aski_catalogue_facts(&run->visit.engine->catalogue, &run->visit.call, decision->user.id,
                                              run->requester_id, ASKI_STR_NONE, role_id, &facts, &run->error);
  *out_could = false;
  if (status != ASKIAM_STATUS_OK || !facts.role.found) {
    return status;
  }
  aski_rules_result rules;
  aski_rules_input input = aski_stage_rules_input(&run->visit, run->requester_id, 0, ASKI_STR_NONE, ASKI_STR_NONE);
  aski_rules_evaluate(&rules, &decision->arena, &facts, &input);
  *out_could = rules.checks[ASKI_CHECK_ROLE_ACTIVE].passed && rules.checks[ASKI_CHECK_NOT_RESTRICTED].passed &&
               rules.checks[ASKI_CHECK_NO_SOD_CONFLICT].passed;
  for (size_t i = 0; i < facts.prerequisites.count; ++i) {
    *out_could = *out_could && !aski_str_equal(facts.prerequisites.items[i].role_id, decision->role.id);
  }
  return status;
}

/* A set of changes of which one cannot be had is no remedy. */
static askiam_status s_check_remedies(aski_run *run)
{
  aski_remedies *remedies = &run->decision->remedies;
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < remedies->count && status == ASKIAM_STATUS_OK; ++i) {
    bool could = true;
    if (remedies->items[i].code == ASKI_REMEDY_HOLD_PREREQUISITE) {
      status = s_could_hold(&could, run, remedies->items[i].role_id);
    }
    if (!could) {
      remedies->count = 0;
    }
  }
  return status;
}

/* Entities are shown with the names that the facts have. */
static void s_name_entities(aski_decision *decision, const aski_facts *facts)
{
  decision->user.name = facts->user.name;
  decision->application.name = facts->application.name;
  decision->role.name = facts->role.name;
}

askiam_status aski_choices_judge(aski_run *run)
{
  aski_decision *decision = run->decision;
  judgement found;
  askiam_status status = s_judge(&found, run, &run->facts, decision->expires_at_ms);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  s_name_entities(decision, &run->facts);
  decision->codes = found.outcome.codes;
  decision->rag = found.rag;
  decision->rules = found.rules;
  if (!s_is_valid(&found.outcome)) {
    aski_decide_remedies(&decision->remedies, &decision->arena, &run->facts, run->visit.call.now_ms, &found.rag,
                         &found.rules, &run->visit.engine->settings.decide, s_rules_again, &found.input);
    status = s_check_remedies(run);
  }
  if (found.outcome.rules_skipped) {
    decision->rules = (aski_rules_result){.outcome = ASKI_RULES_SKIPPED};
  }
  return status;
}

/* Whether the codes leave a choice that a suggestion can settle. */
static bool s_is_open(const aski_decision *decision)
{
  switch ((int)decision->codes.items[0]) {
  case ASKI_CODE_ROLE_UNKNOWN:
  case ASKI_CODE_ROLE_NOT_IN_APP:
  case ASKI_CODE_AMBIGUOUS_ROLE:
    return decision->user.found;
  default:
    return false;
  }
}

/* Tries one suggested role, in its own application. Sets *out_valid. */
static askiam_status s_try(bool *out_valid, aski_facts *out_facts, aski_run *run, const aski_suggestion *suggestion)
{
  aski_decision *decision = run->decision;
  aski_facts_init(out_facts, &decision->arena);
  askiam_status status =
      aski_catalogue_facts(&run->visit.engine->catalogue, &run->visit.call, decision->user.id, run->requester_id,
                           suggestion->application_id, suggestion->id, out_facts, &run->error);
  *out_valid = false;
  if (status != ASKIAM_STATUS_OK || !out_facts->user.found || !out_facts->role.found || !out_facts->application.found) {
    return status;
  }
  judgement found;
  status = s_judge(&found, run, out_facts, decision->expires_at_ms);
  *out_valid = status == ASKIAM_STATUS_OK && s_is_valid(&found.outcome);
  return status;
}

static void s_offer(aski_decision *decision, const aski_facts *facts)
{
  aski_remedy *remedy = &decision->remedies.items[decision->remedies.count++];
  *remedy = (aski_remedy){
      .code = ASKI_REMEDY_CHOOSE_ROLE,
      .role_id = facts->role.id,
      .application_id = facts->application.id,
      .detail = aski_arena_format(&decision->arena, "Ask for %.*s (%.*s) in %.*s.", ASKI_STR_ARG(facts->role.name),
                                  ASKI_STR_ARG(facts->role.id), ASKI_STR_ARG(facts->application.name)),
  };
}

askiam_status aski_choices_offer(aski_run *run)
{
  aski_decision *decision = run->decision;
  if (!s_is_open(decision)) {
    return ASKIAM_STATUS_OK;
  }
  size_t tried = 0;
  for (size_t i = 0; i < decision->suggestions.count && tried < TRIED_MAX; ++i) {
    const aski_suggestion *suggestion = &decision->suggestions.items[i];
    if (suggestion->kind != ASKIAM_KIND_ROLE || !aski_str_present(suggestion->application_id) ||
        suggestion->score < LIKENESS_MIN) {
      continue;
    }
    ++tried;
    bool valid = false;
    aski_facts facts;
    askiam_status status = s_try(&valid, &facts, run, suggestion);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
    if (valid) {
      s_offer(decision, &facts);
      break;
    }
  }
  return ASKIAM_STATUS_OK;
}
