/* SPDX-License-Identifier: Apache-2.0
 *
 * The pipeline again, from the facts on: each step is the very function that decided, fed with what was kept. */
#include "engine/replay.h"
#include "policy/policy.h"

typedef struct s_run {
  aski_replayed *out;
  aski_arena *arena;
  const aski_kept *kept;
  const aski_replay_terms *terms;
} s_run;

static aski_rules_input s_input(const s_run *run)
{
  const aski_replay *replay = &run->kept->replay;
  return (aski_rules_input){.now_ms = replay->now_ms,
                            .expires_at_ms = replay->expires_at_ms,
                            .soft_codes = run->terms->settings.soft_codes,
                            .requester_id = replay->requester_id,
                            .ip = replay->ip,
                            .user_agent = replay->user_agent,
                            .policy_mode = run->terms->settings.policy_mode};
}

/* Facts as they would have been with the policies that are tried: how many there are is among them. */
static const aski_facts *s_try(const s_run *run, aski_rules_input *input, const aski_facts *facts)
{
  aski_facts *tried = aski_arena_acquire(run->arena, 1, sizeof *tried);
  if (tried == NULL) {
    return facts;
  }
  *tried = *facts;
  tried->policy_count = aski_policy_statement_count(run->terms->tried);
  tried->policy_hash = tried->policy_count > 0 ? ASKI_STR("tried") : ASKI_STR("");
  input->policies = run->terms->tried;
  return tried;
}

/* Policies that could not be had then are not to be had now either. */
static void s_give(const s_run *run, aski_rules_input *input, const aski_facts *facts, askiam_str problem)
{
  const aski_replay_set *set = NULL;
  if (!aski_str_present(problem) && run->terms->sets != NULL) {
    set = aski_replay_sets_find(run->terms->sets, facts->policy_hash);
  }
  input->policies = aski_facts_have_policies(facts) && set != NULL ? aski_policies_set(set->held) : NULL;
  input->policies_problem = problem;
}

static void s_judge(aski_judgement *out, const s_run *run, const aski_facts *facts, const aski_rag_result *rag,
                    askiam_str problem)
{
  *out = (aski_judgement){.facts = facts, .settings = &run->terms->settings.decide, .input = s_input(run), .rag = *rag};
  if (run->terms->tried != NULL) {
    out->facts = s_try(run, &out->input, facts);
  } else {
    s_give(run, &out->input, facts, problem);
  }
  aski_rules_evaluate(&out->rules, run->arena, out->facts, &out->input);
  aski_decide(&out->outcome, &out->rag, &out->rules, out->settings);
}

static const aski_look *s_find_look(const s_run *run, aski_remedy_code remedy, askiam_str role_id)
{
  const aski_looks *looks = run->kept->replay.looks;
  for (size_t i = 0; looks != NULL && i < looks->count; ++i) {
    if (looks->items[i].remedy == remedy && aski_str_equal(looks->items[i].role_id, role_id)) {
      return &looks->items[i];
    }
  }
  return NULL;
}

/* Facts that were not kept leave the remedy as it is: without them it was not proposed either, unless it is of version
 * 1. */
static askiam_status s_look_at_prerequisite(void *context, const aski_facts **out_facts, askiam_str role_id)
{
  s_run *run = context;
  const aski_look *look = s_find_look(run, ASKI_REMEDY_HOLD_PREREQUISITE, role_id);
  run->out->remedies_unproved = run->out->remedies_unproved || look == NULL;
  *out_facts = look == NULL ? NULL : look->facts;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_decide(s_run *run)
{
  const aski_replay *replay = &run->kept->replay;
  aski_judgement judged;
  s_judge(&judged, run, replay->facts, &replay->rag, replay->policies_problem);
  run->out->judged = true;
  run->out->codes = judged.outcome.codes;
  run->out->rules = judged.rules;
  if (judged.outcome.rules_skipped) {
    run->out->rules = (aski_rules_result){.outcome = ASKI_RULES_SKIPPED};
  }
  if (run->terms->with_remedies && !aski_judged_valid(&judged.outcome)) {
    return aski_judge_remedies(&run->out->remedies, run->arena, &judged, s_look_at_prerequisite, run);
  }
  return ASKIAM_STATUS_OK;
}

static bool s_was_tried(const aski_look *look)
{
  return look->remedy == ASKI_REMEDY_CHOOSE_ROLE && aski_judge_found(look->facts) == ASKI_CODE_COUNT;
}

/* Which roles were tried follows from the sentence; whether one of them would do, from the facts. */
static void s_offer(const s_run *run)
{
  const aski_looks *looks = run->kept->replay.looks;
  for (size_t i = 0; looks != NULL && i < looks->count; ++i) {
    const aski_look *look = &looks->items[i];
    if (!s_was_tried(look)) {
      continue;
    }
    aski_judgement judged;
    s_judge(&judged, run, look->facts, &look->rag, look->policies_problem);
    if (aski_judged_valid(&judged.outcome)) {
      aski_judge_offer(&run->out->remedies, run->arena, look->facts);
      return;
    }
  }
  run->out->remedies_unproved = run->kept->replay.version < 2;
}

/* The codes that the sentence gave. Version 1 did not keep them, but where neither evidence nor rules were asked they
 * are what was answered. */
static aski_code_list s_reading(const aski_kept *kept)
{
  const aski_decision *recorded = kept->decision;
  bool unjudged = recorded->rag.outcome == ASKI_RAG_SKIPPED && recorded->rules.outcome == ASKI_RULES_SKIPPED;
  return kept->replay.version < 2 && unjudged ? recorded->codes : kept->replay.reading;
}

/* What was known before evidence and rules were asked; none where they have to be. */
static aski_code_list s_settled(const aski_kept *kept)
{
  const aski_replay *replay = &kept->replay;
  aski_code_list codes = s_reading(kept);
  askiam_str other = replay->user.found ? replay->user.id : replay->speaker_id;
  aski_code code = aski_judge_requester(replay->facts, replay->requester_id, other);
  if (code == ASKI_CODE_COUNT && codes.count == 0) {
    code = aski_judge_found(replay->facts);
  }
  if (code != ASKI_CODE_COUNT) {
    codes.count = 0;
    aski_code_list_add(&codes, code);
  }
  return codes;
}

/* The hash that a look-up wants; absent where none is needed. */
static askiam_str s_need(const aski_facts *facts, askiam_str problem)
{
  if (!aski_facts_have_policies(facts) || aski_str_present(problem)) {
    return ASKI_STR_NONE;
  }
  return facts->policy_hash.length > 0 ? facts->policy_hash : ASKI_STR("");
}

askiam_str aski_replay_needs(const aski_kept *kept, const aski_replay_terms *terms, size_t index)
{
  const aski_replay *replay = &kept->replay;
  const aski_looks *looks = replay->looks;
  askiam_str need = ASKI_STR_NONE;
  if (terms->tried != NULL) {
    return need;
  }
  if (s_settled(kept).count == 0) {
    return index == 0 ? s_need(replay->facts, replay->policies_problem) : need;
  }
  for (size_t i = 0; terms->with_remedies && looks != NULL && i < looks->count; ++i) {
    const aski_look *look = &looks->items[i];
    need = s_was_tried(look) ? s_need(look->facts, look->policies_problem) : ASKI_STR_NONE;
    if (aski_str_present(need) && index-- == 0) {
      return need;
    }
  }
  return ASKI_STR_NONE;
}

askiam_status aski_replay_run(aski_replayed *out_replayed, aski_arena *arena, const aski_kept *kept,
                              const aski_replay_terms *terms, askiam_error *error)
{
  s_run run = {out_replayed, arena, kept, terms};
  *out_replayed = (aski_replayed){.codes = s_settled(kept), .rules = {.outcome = ASKI_RULES_SKIPPED}};
  askiam_status status = ASKIAM_STATUS_OK;
  if (out_replayed->codes.count == 0) {
    status = s_decide(&run);
  } else if (terms->with_remedies) {
    s_offer(&run);
  }
  return status == ASKIAM_STATUS_OK && arena->failed
             ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for a replay")
             : status;
}
