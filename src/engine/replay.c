/* SPDX-License-Identifier: Apache-2.0
 *
 * Repeating one recorded decision, with a report that shows both. */
#include "engine/replay.h"

askiam_status aski_replay_refuse(const aski_kept *kept, askiam_error *error)
{
  askiam_str id = kept->request_id;
  switch (kept->state) {
  case ASKI_KEPT_ERASED:
    return askiam_error_set(error, ASKIAM_STATUS_NOT_FOUND, ASKIAM_LAYER_AUDIT,
                            "what the request \"%.*s\" was decided by has been erased: it cannot be repeated; "
                            "`askiam status` tells what is left of it",
                            ASKI_STR_ARG(id));
  case ASKI_KEPT_WITHOUT_FACTS:
    return askiam_error_set(
        error, ASKIAM_STATUS_NOT_FOUND, ASKIAM_LAYER_AUDIT,
        "the request \"%.*s\" was recorded without its facts, as it was decided elsewhere: it cannot "
        "be repeated",
        ASKI_STR_ARG(id));
  case ASKI_KEPT_UNREADABLE:
    return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_AUDIT,
                            "what was kept of the request \"%.*s\" cannot be read (%s)", ASKI_STR_ARG(id),
                            kept->detail);
  case ASKI_KEPT_CHANGED:
  case ASKI_KEPT_WHOLE:
  default:
    return askiam_error_set(
        error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_AUDIT,
        "what is stored of the request \"%.*s\" is not what was recorded (%s): it is not repeated as "
        "if it were; run `askiam audit verify`",
        ASKI_STR_ARG(id), kept->detail);
  }
}

static void s_write_side(aski_json_writer *writer, const char *name, const aski_code_list *codes,
                         const aski_rules_result *rules, const aski_remedies *remedies)
{
  aski_json_open_object(writer, name);
  aski_json_write_text(writer, "status", askiam_verdict_name(aski_replay_verdict(codes)));
  aski_codes_write_json(codes, writer, "reason_codes");
  aski_json_open_array(writer, "checks");
  for (size_t i = 0; i < rules->count; ++i) {
    aski_json_open_object(writer, NULL);
    aski_json_write_text(writer, "code", aski_check_name(rules->checks[i].code));
    aski_json_write_bool(writer, "passed", rules->checks[i].passed);
    aski_json_write_bool(writer, "hard", rules->checks[i].hard);
    aski_json_write_string(writer, "detail", rules->checks[i].detail);
    aski_json_close_object(writer);
  }
  aski_json_close_array(writer);
  aski_remedies_write_json(remedies, writer, "remedies");
  aski_json_close_object(writer);
}

static void s_write_notes(aski_json_writer *writer, const aski_kept *kept, const aski_replayed *replayed)
{
  const aski_rag_result *rag = &kept->replay.rag;
  aski_json_open_array(writer, "notes");
  if (!replayed->judged) {
    bool by_sentence = aski_replay_same_codes(&replayed->codes, &kept->replay.reading) || kept->replay.version < 2;
    aski_json_write_text(
        writer, NULL,
        by_sentence
            ? "The sentence alone settled it: evidence and rules were not asked, and the sentence is not read again."
            : "Who asked, or what was asked for, settled it: evidence and rules were not asked.");
  } else if (rag->outcome != ASKI_RAG_SKIPPED) {
    aski_json_write_text(writer, NULL, "The judgement of the evidence is the recorded one: no judge was asked again.");
  }
  if (replayed->judged && replayed->rules.outcome == ASKI_RULES_SKIPPED) {
    aski_json_write_text(writer, NULL, "The evidence alone decided (mode rag_first): the rules are skipped again.");
  }
  if (replayed->remedies_unproved && kept->replay.version < 2) {
    aski_json_write_text(
        writer, NULL,
        "Remedies are not compared: an older library recorded this, which did not keep all that they depend on.");
  }
  aski_json_close_array(writer);
}

static void s_write_report(aski_buffer *out, const aski_kept *kept, const aski_replay_terms *terms,
                           const aski_replayed *replayed, const aski_differences *differences)
{
  aski_json_writer writer;
  const aski_facts *facts = kept->replay.facts;
  aski_json_writer_init(&writer, out);
  aski_json_open_object(&writer, NULL);
  aski_json_write_string(&writer, "request_id", kept->request_id);
  aski_json_write_string(&writer, "requester_id", kept->requester_id);
  aski_json_write_time(&writer, "timestamp", kept->time_ms);
  aski_json_write_text(&writer, "result", differences->count == 0 ? "equal" : "differs");
  aski_json_write_bool(&writer, "judged", replayed->judged);
  aski_json_write_text(&writer, "mode", aski_mode_name(terms->settings.decide.mode));
  aski_json_open_object(&writer, "policies");
  aski_json_write_text(&writer, "mode", aski_policy_mode_name(terms->settings.policy_mode));
  aski_json_write_unsigned(&writer, "count", facts->policy_count);
  aski_json_write_string(&writer, "hash", facts->policy_hash.length == 0 ? ASKI_STR_NONE : facts->policy_hash);
  aski_json_close_object(&writer);
  const aski_decision *recorded = kept->decision;
  s_write_side(&writer, "recorded", &recorded->codes, &recorded->rules, &recorded->remedies);
  s_write_side(&writer, "replayed", &replayed->codes, &replayed->rules, &replayed->remedies);
  aski_replay_write_differences(differences, &writer);
  s_write_notes(&writer, kept, replayed);
  aski_json_close_object(&writer);
}

static askiam_status s_report(aski_buffer *out, bool *out_equal, aski_arena *arena, const aski_kept *kept,
                              const aski_replay_terms *terms, askiam_error *error)
{
  aski_replayed replayed;
  aski_differences differences;
  askiam_status status = aski_replay_run(&replayed, arena, kept, terms, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_replay_compare(&differences, arena, kept, &replayed);
  s_write_report(out, kept, terms, &replayed, &differences);
  *out_equal = differences.count == 0;
  return arena->failed
             ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for a report")
             : ASKIAM_STATUS_OK;
}

/* The policies of the time are loaded first: without them it would not be the same decision again. */
static askiam_status s_load(aski_replay_sets *sets, aski_visit *visit, const aski_kept *kept,
                            const aski_replay_terms *terms, askiam_error *error)
{
  const aski_replay_set *lacking = NULL;
  askiam_status status = aski_replay_sets_load(sets, visit, kept, terms, error);
  if (status != ASKIAM_STATUS_OK || !aski_replay_sets_ready(&lacking, kept, terms) || lacking == NULL) {
    return status;
  }
  return askiam_error_set(error, lacking->status, ASKIAM_LAYER_ENGINE,
                          "the policies that the request \"%.*s\" was decided under cannot be had (%s): it cannot be "
                          "repeated without them",
                          ASKI_STR_ARG(kept->request_id), lacking->problem);
}

static askiam_status s_replay(aski_buffer *out, bool *out_equal, aski_arena *arena, aski_visit *visit,
                              const aski_kept *kept, askiam_error *error)
{
  aski_replay_sets sets = {.count = 0};
  aski_replay_terms terms = {.with_remedies = true, .sets = &sets};
  if (kept->state != ASKI_KEPT_WHOLE) {
    return aski_replay_refuse(kept, error);
  }
  askiam_status status =
      aski_replay_read_settings(&terms.settings, kept->replay.settings, &visit->engine->allocator, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_load(&sets, visit, kept, &terms, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_report(out, out_equal, arena, kept, &terms, error);
  }
  aski_replay_sets_clean_up(&sets, visit);
  return status;
}

static askiam_status s_find_and_replay(aski_buffer *out, bool *out_equal, aski_visit *visit, askiam_str requester_id,
                                       askiam_str request_id, askiam_error *error)
{
  aski_arena arena;
  aski_kept kept;
  aski_arena_init(&arena, &visit->engine->allocator);
  askiam_status status =
      aski_kept_find(&kept, &arena, &visit->engine->audit, &visit->call, requester_id, request_id, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_replay(out, out_equal, &arena, visit, &kept, error);
  }
  aski_kept_clean_up(&kept);
  aski_arena_clean_up(&arena);
  return status;
}

askiam_status askiam_replay_decision(int *out_equal, char **out_json, askiam_engine *engine, askiam_str request_id,
                                     askiam_str requester_id, askiam_error *error)
{
  if (out_equal == NULL || out_json == NULL || request_id.data == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                            "out_equal, out_json and request_id must not be NULL");
  }
  *out_equal = 0;
  *out_json = NULL;
  aski_visit visit;
  askiam_status status = aski_enter(&visit, engine, NULL, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_buffer answer;
  bool equal = false;
  aski_buffer_init(&answer, &engine->allocator);
  status = s_find_and_replay(&answer, &equal, &visit, requester_id, request_id, error);
  status = aski_give_text(out_json, &answer, status, ASKIAM_LAYER_ENGINE, error);
  *out_equal = status == ASKIAM_STATUS_OK && equal;
  aski_leave(&visit);
  return status;
}
