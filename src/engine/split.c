/* SPDX-License-Identifier: Apache-2.0
 *
 * What the stages' functions are asked. */
#include "engine/split.h"

/* What of a text is about a person: who watches over logs finds the call by these. */
static void s_write_context(aski_json_writer *writer, const aski_run *run)
{
  aski_json_open_object(writer, "request_context");
  aski_json_write_string(writer, "session_id", askiam_request_get(run->request, ASKIAM_REQUEST_SESSION_ID));
  aski_json_write_string(writer, "trace_id", askiam_request_get(run->request, ASKIAM_REQUEST_TRACE_ID));
  aski_json_close_object(writer);
}

static askiam_status s_read(aski_run *run)
{
  aski_split_call call;
  aski_split_reading context = {run->requester_id, &run->reading, &run->facts, &run->offered};
  aski_split_begin(&call, run->visit.engine, &run->visit.call, ASKIAM_STAGE_EXTRACTOR, run->decision->request_id,
                   run->speaker_id);
  aski_json_write_string(&call.writer, "raw_request", askiam_request_get(run->request, ASKIAM_REQUEST_TEXT));
  s_write_context(&call.writer, run);
  aski_split_open_pipeline(&call);
  aski_json_write_string(&call.writer, "requester_id", run->requester_id);
  return aski_split_send(&call, &run->decision->arena, aski_split_read_reading, &context, &run->error);
}

static askiam_status s_understand(aski_run *run)
{
  askiam_span span;
  aski_span_begin(&span, &run->visit.trace, ASKIAM_SPAN_STAGE, "extract");
  askiam_status status = aski_span_end(&span, s_read(run));
  if (status == ASKIAM_STATUS_OK) {
    aski_run_adopt(run);
  }
  return status;
}

/* They came with the reading. */
static askiam_status s_look(aski_facts *facts, aski_run *run, askiam_str application_id, askiam_str role_id)
{
  for (size_t i = 0; i < run->offered.count; ++i) {
    const aski_look *look = &run->offered.items[i];
    if (aski_str_equal(look->role_id, role_id) && aski_str_equal(look->application_id, application_id)) {
      *facts = *look->facts;
      return ASKIAM_STATUS_OK;
    }
  }
  return askiam_error_set(&run->error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_ENGINE,
                          "the function extractor suggested a role and did not say what is known about it");
}

static void s_write_triple(aski_json_writer *writer, const aski_facts *facts)
{
  aski_json_write_string(writer, "app_id", facts->application.id);
  aski_json_write_string(writer, "role_id", facts->role.id);
}

/* The sentence and its words stay here: whoever looks for evidence gets facts. */
static askiam_status s_ask_evidence(aski_rag_result *out_result, aski_arena *arena, const askiam_engine *engine,
                                    const askiam_call *call, const aski_facts *facts, askiam_error *error)
{
  aski_split_call own;
  aski_split_evidence context = {facts, out_result};
  aski_split_begin(&own, engine, call, ASKIAM_STAGE_RAG, call->trace->request_id, facts->user.id);
  s_write_triple(&own.writer, facts);
  aski_split_open_pipeline(&own);
  aski_facts_write_json(facts, &own.writer, "facts");
  return aski_split_send(&own, arena, aski_split_read_evidence, &context, error);
}

static askiam_status s_evidence(aski_rag_result *out_result, aski_arena *arena, const askiam_engine *engine,
                                const askiam_call *call, const aski_facts *facts, askiam_error *error)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  if (!engine->rag.enabled) { /* nobody is asked */
    return aski_rag_validate(out_result, arena, &engine->rag, call, facts, error);
  }
  askiam_status status = s_ask_evidence(out_result, arena, engine, call, facts, &said);
  bool late = status == ASKIAM_STATUS_TIMEOUT || askiam_call_remaining_ms(call) == 0;
  if (status == ASKIAM_STATUS_NO_MEMORY) {
    return askiam_error_set(error, status, ASKIAM_LAYER_ENGINE, "out of memory for the evidence");
  }
  if (status == ASKIAM_STATUS_OK && !late) {
    return status;
  }
  *out_result = (aski_rag_result){.outcome = ASKI_RAG_ABSTAINED,
                                  .cause = late ? ASKI_RAG_CAUSE_TIMEOUT : ASKI_RAG_CAUSE_UNAVAILABLE,
                                  .confidence = -1,
                                  .reason = late ? ASKI_STR("the evidence did not come in time")
                                                 : ASKI_STR("the evidence is not available")};
  aski_log(call->trace, ASKIAM_LOG_WARN, "rag", NULL, -1.0, "no evidence: %s",
           status == ASKIAM_STATUS_OK ? "it came after the deadline" : said.message);
  return ASKIAM_STATUS_OK;
}

/* All that rules and decision take; of the sentence nothing. */
static void s_write_case(aski_split_call *call, const aski_run *run, const aski_judgement *judgement)
{
  const aski_replay replay = {.now_ms = judgement->input.now_ms,
                              .expires_at_ms = judgement->input.expires_at_ms,
                              .speaker_id = run->speaker_id,
                              .requester_id = judgement->input.requester_id,
                              .ip = judgement->input.ip,
                              .user_agent = judgement->input.user_agent,
                              .facts = judgement->facts,
                              .rag = judgement->rag,
                              .settings = run->visit.engine->settings.replay_json};
  aski_buffer text;
  aski_buffer_init(&text, &run->visit.engine->allocator);
  aski_replay_write_json(&replay, &text);
  call->event.failed = call->event.failed || text.failed;
  aski_json_write_raw(&call->writer, "case", aski_buffer_view(&text));
  aski_buffer_clean_up(&text);
}

static askiam_status s_ask_rules(aski_run *run, const aski_judgement *judgement, aski_split_rules *context)
{
  aski_split_call call;
  const aski_facts *facts = judgement->facts;
  context->facts = facts;
  context->soft_codes = judgement->input.soft_codes;
  context->requester_id = run->requester_id;
  aski_split_begin(&call, run->visit.engine, &run->visit.call, ASKIAM_STAGE_MCP, run->decision->request_id,
                   facts->user.id);
  s_write_triple(&call.writer, facts);
  aski_split_open_pipeline(&call);
  aski_json_write_bool(&call.writer, "remedies", context->remedies != NULL);
  s_write_case(&call, run, judgement);
  return aski_split_send(&call, &run->decision->arena, aski_split_read_rules, context, &run->error);
}

/* What was looked up for the rules besides the facts is told with them, as where it is looked up here. */
static askiam_status s_tell_queries(aski_facts *facts, const aski_rules_result *rules, askiam_error *error)
{
  for (size_t i = facts->queries.count; i < rules->queries.count; ++i) {
    if (askiam_facts_add_query(facts, rules->queries.items[i].name.data, rules->queries.items[i].rows) !=
        ASKIAM_STATUS_OK) {
      return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory");
    }
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_rules(aski_judgement *judgement, const aski_held_policies **out_held, aski_run *run,
                             aski_facts *facts)
{
  askiam_span span;
  aski_split_rules context = {.rules = &judgement->rules, .policies_problem = &judgement->input.policies_problem};
  *out_held = NULL;
  judgement->rag = (aski_rag_result){.confidence = -1}; /* on its way */
  aski_span_begin(&span, &run->visit.trace, ASKIAM_SPAN_STAGE, "rules");
  askiam_status status = aski_span_end(&span, s_ask_rules(run, judgement, &context));
  return status == ASKIAM_STATUS_OK ? s_tell_queries(facts, &judgement->rules, &run->error) : status;
}

/* Where the policies are: what would be mended is tried out there. */
static askiam_status s_mend(aski_run *run, const aski_judgement *found)
{
  aski_rules_result rules;
  askiam_str policies_problem = ASKI_STR_NONE;
  aski_split_rules context = {.rules = &rules,
                              .policies_problem = &policies_problem,
                              .remedies = &run->decision->remedies,
                              .looks = &run->looks};
  return s_ask_rules(run, found, &context);
}

/* Whatever keeps the trail from being asked, it is the trail that is not to be had. */
static askiam_status s_recall(aski_decision **out_stored, aski_run *run)
{
  aski_split_call call;
  aski_split_stored context = {&run->visit.engine->allocator, run->requester_id, NULL};
  aski_split_begin(&call, run->visit.engine, &run->visit.call, ASKIAM_STAGE_AUDIT, run->decision->request_id,
                   run->speaker_id);
  aski_split_open_pipeline(&call);
  aski_json_open_object(&call.writer, "recall");
  aski_json_write_string(&call.writer, "requester_id", run->requester_id);
  aski_json_write_string(&call.writer, "sentence", run->sentence);
  aski_json_close_object(&call.writer);
  askiam_status status = aski_split_send(&call, &run->decision->arena, aski_split_read_stored, &context, &run->error);
  if (status != ASKIAM_STATUS_OK) {
    askiam_decision_destroy(context.decision);
    return status;
  }
  *out_stored = context.decision;
  return ASKIAM_STATUS_OK;
}

static void s_write_entry(aski_split_call *call, const aski_audit_entry *entry)
{
  const aski_replay replay = aski_audit_replay_of(entry, entry->decision->requester.id);
  aski_buffer text;
  aski_buffer_init(&text, call->event.allocator);
  aski_decision_write_json(entry->decision, &text, false);
  aski_json_write_raw(&call->writer, "validation_result", aski_buffer_view(&text));
  aski_json_open_object(&call->writer, "context");
  aski_json_write_string(&call->writer, "ip", entry->ip);
  aski_json_write_string(&call->writer, "user_agent", entry->user_agent);
  aski_json_write_string(&call->writer, "session_id", entry->session_id);
  aski_json_write_string(&call->writer, "trace_id", entry->trace_id);
  aski_json_close_object(&call->writer);
  aski_split_open_pipeline(call);
  aski_json_write_string(&call->writer, "sentence", entry->sentence);
  aski_buffer_clear(&text);
  aski_replay_write_json(&replay, &text);
  aski_json_write_raw(&call->writer, "case", aski_buffer_view(&text));
  call->event.failed = call->event.failed || text.failed;
  aski_buffer_clean_up(&text);
}

static askiam_status s_record_one(aski_run *run, aski_audit_entry *entry, askiam_error *error)
{
  aski_split_call call;
  aski_decision *decision = entry->decision;
  aski_audit_place place = {.seq = 0};
  aski_split_begin(&call, run->visit.engine, &run->visit.call, ASKIAM_STAGE_AUDIT, decision->request_id,
                   entry->speaker_id);
  s_write_entry(&call, entry);
  askiam_status status = aski_split_send(&call, &decision->arena, aski_split_read_place, &place, error);
  if (status == ASKIAM_STATUS_CONFLICT) {
    return ASKIAM_STATUS_EXISTS; /* the id was taken meanwhile: by what, recalling it says */
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  decision->audit = place;
  if (!aski_decision_seal(decision)) {
    decision->audit = (aski_audit_place){0};
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory for a decision");
  }
  return ASKIAM_STATUS_OK;
}

/* One after the other. To record the same again is to be told the same place again, so that some may have been
 * recorded where one fails. */
static askiam_status s_record(aski_run *const *runs, aski_audit_entry *entries, size_t count, size_t *out_index,
                              askiam_error *error)
{
  for (size_t i = 0; i < count; ++i) {
    if (aski_str_present(entries[i].decision->audit.chain)) {
      continue;
    }
    askiam_status status = s_record_one(runs[i], &entries[i], error);
    if (status != ASKIAM_STATUS_OK) {
      *out_index = i;
      return status;
    }
  }
  return ASKIAM_STATUS_OK;
}

const aski_stages aski_stages_split = {.understand = s_understand,
                                       .look = s_look,
                                       .evidence = s_evidence,
                                       .rules = s_rules,
                                       .mend = s_mend,
                                       .recall = s_recall,
                                       .record = s_record};
