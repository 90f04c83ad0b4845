/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/judgement.h"

aski_code aski_judge_requester(const aski_facts *facts, askiam_str requester_id, askiam_str other)
{
  const aski_fact_user *requester = &facts->requester;
  if (aski_str_equal(requester_id, other)) {
    return ASKI_CODE_COUNT;
  }
  if (!requester->found) {
    return ASKI_CODE_REQUESTER_UNKNOWN;
  }
  return requester->status == ASKIAM_ENTITY_ACTIVE ? ASKI_CODE_COUNT : ASKI_CODE_REQUESTER_INACTIVE;
}

aski_code aski_judge_found(const aski_facts *facts)
{
  if (!facts->user.found) {
    return ASKI_CODE_USER_UNKNOWN;
  }
  if (!facts->application.found) {
    return ASKI_CODE_APP_UNKNOWN;
  }
  if (!facts->role.found) {
    return ASKI_CODE_ROLE_UNKNOWN;
  }
  return aski_str_equal(facts->role.application_id, facts->application.id) ? ASKI_CODE_COUNT
                                                                           : ASKI_CODE_ROLE_NOT_IN_APP;
}

bool aski_judged_valid(const aski_outcome *outcome)
{
  return outcome->codes.count > 0 && aski_code_verdict(outcome->codes.items[0]) == ASKIAM_VERDICT_VALID;
}

static void s_rules_again(void *context, aski_rules_result *out_result, aski_arena *arena, const aski_facts *facts,
                          const aski_circumstances *circumstances)
{
  aski_rules_input changed = aski_rules_changed_input(context, circumstances);
  aski_rules_evaluate(out_result, arena, facts, &changed);
}

static bool s_tell(void *context, aski_told *out_told, aski_arena *arena, const aski_facts *facts,
                   const aski_circumstances *circumstances, unsigned changed)
{
  return aski_rules_tell(out_told, arena, facts, context, circumstances, changed);
}

/* Whether the person could be given a role that a remedy asks for: it is active, nobody barred him, it conflicts with nothing he holds, and
 * no policy refuses it, for as long as was asked for or for good. Policies that were changed since the request's own facts were read are not
 * at hand: then nothing is promised. */
static bool s_could_be_given(const aski_facts *facts, aski_arena *arena, const aski_rules_input *input)
{
  aski_rules_result rules;
  aski_rules_evaluate(&rules, arena, facts, input);
  if (!rules.checks[ASKI_CHECK_POLICY].passed && input->expires_at_ms != 0) {
    aski_rules_input for_good = *input;
    for_good.expires_at_ms = 0;
    aski_rules_evaluate(&rules, arena, facts, &for_good);
  }
  return rules.checks[ASKI_CHECK_ROLE_ACTIVE].passed && rules.checks[ASKI_CHECK_NOT_RESTRICTED].passed &&
         rules.checks[ASKI_CHECK_NO_SOD_CONFLICT].passed && rules.checks[ASKI_CHECK_POLICY].passed;
}

/* …and it does not itself require the role that was asked for. */
static bool s_could_hold(const aski_facts *facts, aski_arena *arena, const aski_judgement *judgement,
                         const aski_circumstances *circumstances)
{
  const aski_rules_input input = aski_rules_changed_input(&judgement->input, circumstances);
  bool could = facts->role.found && aski_str_equal(facts->policy_hash, judgement->facts->policy_hash) &&
               s_could_be_given(facts, arena, &input);
  for (size_t i = 0; i < facts->prerequisites.count; ++i) {
    could = could && !aski_str_equal(facts->prerequisites.items[i].role_id, judgement->facts->role.id);
  }
  return could;
}

askiam_status aski_judge_remedies(aski_remedies *out_remedies, aski_arena *arena, const aski_judgement *judgement,
                                  aski_look_fn look, void *context)
{
  aski_rules_input input = judgement->input;
  aski_proposals proposals;
  aski_rules_propose(&proposals, arena, judgement->facts, &input, &judgement->rules);
  aski_circumstances circumstances = aski_rules_circumstances(&input);
  const aski_mending mending = {.facts = judgement->facts,
                                .circumstances = &circumstances,
                                .rag = &judgement->rag,
                                .rules = &judgement->rules,
                                .settings = judgement->settings,
                                .proposals = &proposals,
                                .rules_fn = s_rules_again,
                                .tell_fn = s_tell,
                                .context = &input};
  aski_circumstances mended;
  aski_decide_remedies(out_remedies, &mended, arena, &mending);
  for (size_t i = 0; i < out_remedies->count; ++i) {
    if (out_remedies->items[i].code != ASKI_REMEDY_HOLD_PREREQUISITE) {
      continue;
    }
    const aski_facts *facts = NULL;
    askiam_status status = look(context, &facts, out_remedies->items[i].role_id);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
    if (facts != NULL && !s_could_hold(facts, arena, judgement, &mended)) {
      out_remedies->count = 0;
    }
  }
  return ASKIAM_STATUS_OK;
}

void aski_judge_offer(aski_remedies *remedies, aski_arena *arena, const aski_facts *facts)
{
  aski_remedy *remedy = &remedies->items[remedies->count++];
  *remedy = (aski_remedy){
      .code = ASKI_REMEDY_CHOOSE_ROLE,
      .role_id = facts->role.id,
      .application_id = facts->application.id,
      .detail = aski_arena_format(arena, "Ask for %.*s (%.*s) in %.*s.", ASKI_STR_ARG(facts->role.name),
                                  ASKI_STR_ARG(facts->role.id), ASKI_STR_ARG(facts->application.name)),
  };
}
