/* SPDX-License-Identifier: Apache-2.0
 *
 * What each stage does for an orchestrator: the same as it does in a pipeline of one process, with what it needs
 * read from the call. */
#include "engine/choices.h"
#include "engine/looks.h"
#include "engine/replay.h"
#include "engine/serve.h"
#include "engine/split.h"

static askiam_status s_bad(const char *what, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_ENGINE, "the call is malformed: %s", what);
}

/* Facts of those roles that the orchestrator will try, should the reading leave a choice open. */
static askiam_status s_offer(aski_serving *serving, aski_looks *looks, const aski_reading *reading,
                             askiam_str requester_id, askiam_error *error)
{
  const aski_visit *visit = &serving->visit;
  const aski_suggestion *suggestion = NULL;
  aski_choices_walk walk = {.at = 0};
  while ((suggestion = aski_choices_next(&reading->codes, &reading->user, &reading->suggestions, &walk)) != NULL) {
    aski_facts *facts = NULL;
    if (aski_looks_add(looks, &serving->arena, ASKI_REMEDY_CHOOSE_ROLE, suggestion->id, suggestion->application_id,
                       &facts) == NULL) {
      return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory");
    }
    askiam_status status = aski_catalogue_facts(&visit->engine->catalogue, &visit->call, reading->user.id, requester_id,
                                                suggestion->application_id, suggestion->id, facts, error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_serve_extractor(aski_serving *serving, askiam_error *error)
{
  aski_reading reading;
  aski_facts facts;
  aski_looks looks = {.count = 0};
  aski_facts_init(&facts, &serving->arena);
  askiam_str requester_id = aski_reader_text(&serving->reader, serving->pipeline, "requester_id");
  askiam_status status = aski_reader_end(&serving->reader);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_stage_extract(&reading, &serving->arena, &serving->visit, serving->request, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_stage_facts(&facts, &serving->visit, &reading, requester_id, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_offer(serving, &looks, &reading, requester_id, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_reading_write_json(&reading, &serving->writer);
  aski_serve_open_pipeline(serving);
  aski_json_write_string(&serving->writer, "reason", reading.reason);
  aski_facts_write_json(&facts, &serving->writer, "facts");
  aski_looks_write_json(&looks, &serving->writer);
  return ASKIAM_STATUS_OK;
}

/* Facts of a triple of which all exists, and which is the one that the call names. */
static askiam_status s_check_triple(const aski_serving *serving, const aski_facts *facts, askiam_error *error)
{
  bool same = aski_str_equal(aski_json_string(aski_json_get(serving->root, "user_id")), facts->user.id) &&
              aski_str_equal(aski_json_string(aski_json_get(serving->root, "app_id")), facts->application.id) &&
              aski_str_equal(aski_json_string(aski_json_get(serving->root, "role_id")), facts->role.id);
  return same && aski_judge_found(facts) == ASKI_CODE_COUNT
             ? ASKIAM_STATUS_OK
             : s_bad("the facts are not those of a whole user_id, app_id and role_id", error);
}

/* So that the orchestrator sees what it is about. */
static void s_write_about(aski_serving *serving, const aski_facts *facts)
{
  aski_serve_open_pipeline(serving);
  aski_json_write_string(&serving->writer, "user_id", facts->user.id);
  aski_json_write_string(&serving->writer, "app_id", facts->application.id);
  aski_json_write_string(&serving->writer, "role_id", facts->role.id);
  aski_json_write_unsigned(&serving->writer, "version", facts->version);
}

askiam_status aski_serve_rag(aski_serving *serving, askiam_error *error)
{
  aski_facts facts;
  aski_rag_result rag;
  askiam_status status =
      aski_facts_read_json(&facts, &serving->arena, aski_json_get(serving->pipeline, "facts"), error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_check_triple(serving, &facts, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_stage_rag(&rag, &serving->arena, &serving->visit, &facts, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_rag_write_json(&rag, &serving->writer, NULL);
  s_write_about(serving, &facts);
  aski_exact_rag_write_json(&rag, &serving->writer);
  return ASKIAM_STATUS_OK;
}

/* What the orchestrator judges by, read from the call. */
static askiam_status s_read_judgement(aski_judgement *out, aski_facts *out_facts, aski_replay_settings *out_settings,
                                      aski_serving *serving, askiam_error *error)
{
  const askiam_allocator *allocator = serving->arena.allocator;
  aski_replay replay;
  askiam_str text = aski_audit_slice(aski_audit_slice(serving->json, ASKI_AUDIT_PIPELINE), "case");
  askiam_status status = aski_replay_read_json(&replay, &serving->arena, text, allocator, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_replay_read_settings(out_settings, replay.settings, allocator, error);
  }
  if (status == ASKIAM_STATUS_OK && replay.facts == NULL) {
    status = s_bad("it has no facts", error);
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (!aski_facts_copy(out_facts, replay.facts, &serving->arena)) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory");
  }
  *out = (aski_judgement){.facts = out_facts,
                          .settings = &out_settings->decide,
                          .input = {.now_ms = replay.now_ms,
                                    .expires_at_ms = replay.expires_at_ms,
                                    .soft_codes = out_settings->soft_codes,
                                    .policy_mode = out_settings->policy_mode,
                                    .requester_id = replay.requester_id,
                                    .ip = replay.ip,
                                    .user_agent = replay.user_agent},
                          .rag = replay.rag};
  return s_check_triple(serving, out_facts, error);
}

/* Once the evidence is known too: what would have to change. */
static askiam_status s_mend(aski_serving *serving, aski_judgement *judgement, askiam_error *error)
{
  aski_looks looks = {.count = 0};
  aski_remedies remedies = {.count = 0};
  aski_lookout lookout = {.visit = &serving->visit,
                          .arena = &serving->arena,
                          .looks = &looks,
                          .user_id = judgement->facts->user.id,
                          .requester_id = judgement->input.requester_id,
                          .error = error};
  aski_decide(&judgement->outcome, &judgement->rag, &judgement->rules, judgement->settings);
  askiam_status status = ASKIAM_STATUS_OK;
  if (!aski_judged_valid(&judgement->outcome)) {
    status = aski_judge_remedies(&remedies, &serving->arena, judgement, aski_look_at_prerequisite, &lookout);
  }
  if (status == ASKIAM_STATUS_OK) {
    aski_remedies_write_json(&remedies, &serving->writer, "remedies");
    aski_json_write_bool(&serving->writer, "none_found", remedies.none_found);
    aski_looks_write_json(&looks, &serving->writer);
  }
  return status;
}

static askiam_status s_judge(aski_serving *serving, aski_judgement *judgement, aski_facts *facts,
                             const aski_held_policies **out_held, askiam_error *error)
{
  askiam_status status = aski_policies_give(&judgement->input, out_held, &serving->visit.engine->policies,
                                            &serving->visit.call, &serving->arena, facts, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_stage_rules(&judgement->rules, &serving->arena, &serving->visit, facts, &judgement->input);
  aski_rules_write_json(&judgement->rules, &serving->writer, NULL);
  s_write_about(serving, facts);
  aski_json_write_string(&serving->writer, "policies_problem", judgement->input.policies_problem);
  return aski_json_bool(aski_json_get(serving->pipeline, "remedies"), false) ? s_mend(serving, judgement, error)
                                                                             : ASKIAM_STATUS_OK;
}

askiam_status aski_serve_mcp(aski_serving *serving, askiam_error *error)
{
  aski_facts facts;
  aski_judgement judgement;
  aski_replay_settings settings;
  const aski_held_policies *held = NULL;
  askiam_status status = s_read_judgement(&judgement, &facts, &settings, serving, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_judge(serving, &judgement, &facts, &held, error);
  }
  aski_policies_release(&serving->visit.engine->policies, held);
  return status;
}

/* The stored decision goes out byte for byte. */
static askiam_status s_recall(aski_serving *serving, const aski_json *recall, askiam_error *error)
{
  const aski_visit *visit = &serving->visit;
  aski_decision *stored = NULL;
  askiam_str requester_id = aski_json_string(aski_json_get(recall, "requester_id"));
  if (!aski_str_present(requester_id)) {
    return s_bad("it does not say whose request is to be recalled", error);
  }
  askiam_status status =
      aski_audit_find(&stored, &visit->engine->audit, &visit->call, requester_id, visit->trace.request_id,
                      visit->trace.user_id, aski_json_string(aski_json_get(recall, "sentence")), error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_json_open_object(&serving->writer, NULL);
  aski_json_write_text(&serving->writer, "status", stored == NULL ? "NEW" : "FOUND");
  if (stored != NULL) {
    aski_json_write_raw(&serving->writer, "decision", stored->json);
  }
  aski_json_close_object(&serving->writer);
  aski_serve_open_pipeline(serving);
  askiam_decision_destroy(stored);
  return ASKIAM_STATUS_OK;
}

askiam_status aski_serve_audit(aski_serving *serving, askiam_error *error)
{
  const aski_visit *visit = &serving->visit;
  const aski_json *recall = aski_json_get(serving->pipeline, "recall");
  if (aski_json_type_of(recall) == ASKI_JSON_OBJECT) {
    return s_recall(serving, recall, error);
  }
  askiam_status status =
      aski_audit_record_json(&serving->answer, &visit->engine->audit, &visit->call, serving->json, error);
  if (status == ASKIAM_STATUS_OK) {
    serving->writer.need_comma = true;
    aski_serve_open_pipeline(serving);
  }
  return status;
}
