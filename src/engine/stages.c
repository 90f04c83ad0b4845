/* SPDX-License-Identifier: Apache-2.0
 *
 * The stages one by one, as the public functions of askiam/stages.h. */
#include <askiam/stages.h>

#include "engine/pipeline.h"

/* What all of them need: a visit, an arena, a buffer for the answer. */
typedef struct stage {
  aski_visit visit;
  aski_arena arena;
  aski_buffer answer;
  aski_json_writer writer;
} stage;

static askiam_status s_begin(stage *work, char **out_json, askiam_engine *engine, const askiam_request *request,
                             askiam_error *error)
{
  if (out_json == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE, "out_json must not be NULL");
  }
  *out_json = NULL;
  askiam_status status = aski_enter(&work->visit, engine, request, error);
  if (status == ASKIAM_STATUS_OK) {
    aski_arena_init(&work->arena, &engine->allocator);
    aski_buffer_init(&work->answer, &engine->allocator);
    aski_json_writer_init(&work->writer, &work->answer);
  }
  return status;
}

static askiam_status s_end(stage *work, char **out_json, askiam_status status, askiam_error *error)
{
  if (status == ASKIAM_STATUS_OK && work->arena.failed) {
    status = askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory");
  }
  status = aski_give_text(out_json, &work->answer, status, ASKIAM_LAYER_ENGINE, error);
  aski_arena_clean_up(&work->arena);
  aski_leave(&work->visit);
  return status;
}

static askiam_status s_need(askiam_str value, const char *what, askiam_error *error)
{
  return aski_str_present(value)
             ? ASKIAM_STATUS_OK
             : askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "%s is missing", what);
}

askiam_status askiam_extract(char **out_json, askiam_engine *engine, const askiam_request *request, askiam_error *error)
{
  if (request == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE, "the request must not be NULL");
  }
  stage work;
  askiam_status status = s_begin(&work, out_json, engine, request, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_reading reading;
  status = s_need(askiam_request_get(request, ASKIAM_REQUEST_TEXT), "raw_request", error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_stage_extract(&reading, &work.arena, &work.visit, request, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    aski_reading_write_json(&reading, &work.writer);
  }
  return s_end(&work, out_json, status, error);
}

/* A triple of a caller whose headers may be older: what he does not know is absent. */
static askiam_status s_triple(askiam_triple *out_triple, const askiam_triple *triple, askiam_error *error)
{
  *out_triple = (askiam_triple){.size = sizeof *out_triple};
  if (triple == NULL || triple->size < offsetof(askiam_triple, request_id)) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                            "the triple must not be NULL, and its size must be sizeof(askiam_triple)");
  }
  memcpy(out_triple, triple, triple->size < sizeof *out_triple ? triple->size : sizeof *out_triple);
  askiam_status status = s_need(out_triple->user_id, "user_id", error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_need(out_triple->application_id, "app_id", error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_need(out_triple->role_id, "role_id", error);
  }
  if (!aski_str_present(out_triple->requester_id)) {
    out_triple->requester_id = out_triple->user_id;
  }
  return status;
}

/* Takes the caller's triple over, completed, and loads what is known about it. */
static askiam_status s_facts(aski_facts *out_facts, askiam_triple *out_asked, stage *work, const askiam_triple *triple,
                             askiam_error *error)
{
  askiam_status status = s_triple(out_asked, triple, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  work->visit.trace.request_id = out_asked->request_id;
  work->visit.trace.user_id = out_asked->user_id;
  aski_facts_init(out_facts, &work->arena);
  return aski_catalogue_facts(&work->visit.engine->catalogue, &work->visit.call, out_asked->user_id,
                              out_asked->requester_id, out_asked->application_id, out_asked->role_id, out_facts, error);
}

static bool s_all_found(const aski_facts *facts)
{
  return facts->user.found && facts->application.found && facts->role.found;
}

askiam_status askiam_rag_validate(char **out_json, askiam_engine *engine, const askiam_triple *triple,
                                  askiam_error *error)
{
  stage work;
  askiam_triple asked;
  askiam_status status = s_begin(&work, out_json, engine, NULL, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_facts facts;
  aski_rag_result rag = {.outcome = ASKI_RAG_ABSTAINED, .confidence = -1};
  status = s_facts(&facts, &asked, &work, triple, error);
  if (status == ASKIAM_STATUS_OK && s_all_found(&facts)) {
    status = aski_stage_rag(&rag, &work.arena, &work.visit, &facts, error);
  } else {
    rag.reason = ASKI_STR("The person, the application or the role is not known.");
  }
  if (status == ASKIAM_STATUS_OK) {
    aski_rag_write_json(&rag, &work.writer, NULL);
  }
  return s_end(&work, out_json, status, error);
}

askiam_status askiam_rules_validate(char **out_json, askiam_engine *engine, const askiam_triple *triple,
                                    askiam_error *error)
{
  stage work;
  askiam_triple asked;
  askiam_status status = s_begin(&work, out_json, engine, NULL, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_facts facts;
  status = s_facts(&facts, &asked, &work, triple, error);
  if (status == ASKIAM_STATUS_OK && !s_all_found(&facts)) {
    status = askiam_error_set(error, ASKIAM_STATUS_NOT_FOUND, ASKIAM_LAYER_ENGINE, "there is no %s with this id",
                              !facts.user.found          ? "user"
                              : !facts.application.found ? "application"
                                                         : "role");
  }
  if (status == ASKIAM_STATUS_OK) {
    aski_rules_result rules;
    aski_rules_input input =
        aski_stage_rules_input(&work.visit, asked.requester_id, asked.expires_at_ms, asked.ip, asked.user_agent);
    aski_stage_rules(&rules, &work.arena, &work.visit, &facts, &input);
    aski_rules_write_json(&rules, &work.writer, NULL);
  }
  return s_end(&work, out_json, status, error);
}
