/* SPDX-License-Identifier: Apache-2.0 */
#include "rag/rag.h"

#include "base/time.h"
#include "combine.h"
#include "evidence.h"

/* An abstention that is no failure. */
static void s_abstain(aski_rag_result *result, askiam_str reason)
{
  result->outcome = ASKI_RAG_ABSTAINED;
  result->confidence = -1.0;
  result->reason = reason;
}

/* An abstention for a failure. What it was is for the log: the decision's reader needs to know only that evidence was missing. */
static void s_fail(aski_rag_result *result, const aski_rag_work *work, const char *step, askiam_status status,
                   const askiam_error *error)
{
  bool late = status == ASKIAM_STATUS_TIMEOUT || askiam_call_remaining_ms(work->call) == 0;
  result->cause = late ? ASKI_RAG_CAUSE_TIMEOUT : ASKI_RAG_CAUSE_UNAVAILABLE;
  s_abstain(result, late ? ASKI_STR("the evidence did not come in time") : ASKI_STR("the evidence is not available"));
  aski_log(work->call->trace, ASKIAM_LOG_WARN, "rag", NULL, -1.0, "no evidence: %s: %s: %s", step,
           askiam_status_name(status), error->message);
}

/* What of the triple is not known; absent where all is. */
static askiam_str s_unknown(const aski_facts *facts)
{
  if (!facts->user.found) {
    return ASKI_STR("the user is unknown");
  }
  if (!facts->role.found) {
    return ASKI_STR("the role is unknown");
  }
  return facts->application.found ? ASKI_STR_NONE : ASKI_STR("the application is unknown");
}

static void s_take_opinion(aski_rag_result *result, aski_arena *arena, const aski_rag_voice *voice)
{
  const askiam_opinion *opinion = &voice->opinion;
  result->judge = aski_arena_copy(arena, askiam_str_from(voice->kind));
  if (!opinion->given) {
    s_abstain(result, aski_str_present(opinion->reason) ? opinion->reason : ASKI_STR("the judge abstained"));
    return;
  }
  bool valid = opinion->probability >= 0.5;
  result->outcome = valid ? ASKI_RAG_VALID : ASKI_RAG_INVALID;
  result->confidence = valid ? opinion->probability : 1.0 - opinion->probability;
  result->reason = aski_str_present(opinion->reason) ? opinion->reason : ASKI_STR("the judge gave no reason");
}

/* What an opinion must be, whoever the judge is. NaN is in no range. */
static askiam_status s_check_opinion(const askiam_opinion *opinion, const askiam_call *call, askiam_error *error)
{
  if (askiam_call_remaining_ms(call) == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_TIMEOUT, ASKIAM_LAYER_JUDGE, "the opinion came after the deadline");
  }
  bool sound = !opinion->malformed && (!opinion->given || (opinion->probability >= 0.0 && opinion->probability <= 1.0));
  return sound ? ASKIAM_STATUS_OK
               : askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_JUDGE,
                                  "the judge gave a number that is no probability");
}

static askiam_status s_ask_judge(aski_rag_voice *out_voice, const aski_judge *judge, const aski_rag_work *work,
                                 const askiam_case *judged, askiam_error *error)
{
  *out_voice = (aski_rag_voice){.kind = judge->table.kind, .opinion = {.arena = work->arena}};
  askiam_status status = aski_judge_judge(judge, work->call, judged, &out_voice->opinion, error);
  return status == ASKIAM_STATUS_OK ? s_check_opinion(&out_voice->opinion, work->call, error) : status;
}

/* The opinion of the judge; with that of the past, where it is wanted beside it. */
static askiam_status s_hear(aski_rag_voice *out_voice, const aski_rag_work *work, const askiam_documents *documents,
                            const askiam_patterns *patterns, askiam_error *error)
{
  askiam_case judged = {.facts = work->facts,
                        .now_ms = askiam_call_now_ms(work->call),
                        .documents = documents->items,
                        .document_count = documents->count,
                        .patterns = patterns->items,
                        .pattern_count = patterns->count};
  judged.held_roles = aski_rag_held_roles(work, &judged.held_role_count);
  if (work->arena->failed) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  const aski_judge *evidence = work->rag->evidence;
  if (evidence == NULL || !evidence->provided) {
    return s_ask_judge(out_voice, work->rag->judge, work, &judged, error);
  }
  aski_rag_voice past;
  aski_rag_voice own;
  askiam_status status = s_ask_judge(&past, evidence, work, &judged, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_ask_judge(&own, work->rag->judge, work, &judged, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    *out_voice = aski_rag_join(work->arena, &past, &own);
  }
  return status;
}

/* Retrieves and judges. `out_step` says where it was when it failed. */
static askiam_status s_judge(aski_rag_result *result, const aski_rag_work *work, const char **out_step,
                             askiam_error *error)
{
  askiam_documents documents;
  askiam_patterns patterns;
  *out_step = "documents";
  askiam_status status = aski_rag_find_documents(&documents, work, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  *out_step = "past decisions";
  status = aski_rag_find_patterns(&patterns, work, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  *out_step = "judge";
  aski_rag_voice voice;
  status = s_hear(&voice, work, &documents, &patterns, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  s_take_opinion(result, work->arena, &voice);
  for (size_t i = 0; i < documents.count; ++i) {
    aski_document *document = ASKI_ARENA_PUSH(work->arena, &result->documents);
    if (document != NULL) {
      *document = documents.items[i];
    }
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_rag_validate(aski_rag_result *out_result, aski_arena *arena, const aski_rag *rag,
                                const askiam_call *call, const aski_facts *facts, askiam_error *error)
{
  *out_result = (aski_rag_result){.outcome = ASKI_RAG_SKIPPED, .confidence = -1.0};
  if (!rag->enabled) {
    out_result->reason = ASKI_STR("the evidence path is switched off (rag.enabled)");
    return ASKIAM_STATUS_OK;
  }
  if (!rag->search->provided || !rag->judge->provided) {
    s_abstain(out_result, ASKI_STR("there is no knowledge to search or no judge to ask"));
    return ASKIAM_STATUS_OK;
  }
  askiam_str unknown = s_unknown(facts);
  if (aski_str_present(unknown)) {
    s_abstain(out_result, unknown);
    return ASKIAM_STATUS_OK;
  }
  out_result->judge =
      rag->judge->provided ? aski_arena_copy(arena, askiam_str_from(rag->judge->table.kind)) : ASKI_STR_NONE;
  aski_rag_work work = {arena, rag, call, facts};
  askiam_error own = ASKIAM_ERROR_INIT;
  const char *step = "";
  askiam_status status = s_judge(out_result, &work, &step, &own);
  if (arena->failed || status == ASKIAM_STATUS_NO_MEMORY) {
    s_abstain(out_result, ASKI_STR("out of memory"));
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory");
  }
  if (status != ASKIAM_STATUS_OK) {
    s_fail(out_result, &work, step, status, &own);
  }
  return ASKIAM_STATUS_OK;
}
