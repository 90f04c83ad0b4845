/* SPDX-License-Identifier: Apache-2.0
 *
 * The stages one by one, as the public functions of askiam/stages.h. */
#include <askiam/stages.h>

#include "engine/pipeline.h"
#include "engine/request.h"
#include "rules/context.h"

/* What all of them need: a visit, an arena, a buffer for the answer. */
typedef struct stage {
  aski_visit visit;
  aski_arena arena;
  aski_buffer answer;
  aski_json_writer writer;
  const aski_held_policies *policies; /* NULL, or to be released */
} stage;

static askiam_status s_begin(stage *work, char **out_json, askiam_engine *engine, const askiam_request *request,
                             askiam_error *error)
{
  if (out_json == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE, "out_json must not be NULL");
  }
  *out_json = NULL;
  work->policies = NULL;
  askiam_status status = aski_enter(&work->visit, engine, request, error);
  if (status == ASKIAM_STATUS_OK) {
    work->visit.stages = &aski_stages_fused;
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
  aski_policies_release(&work->visit.engine->policies, work->policies);
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

/* A triple of a caller whose headers may be older: what he does not know is absent. The time that he has counts. */
static askiam_status s_triple(askiam_triple *out_triple, stage *work, const askiam_triple *triple, askiam_error *error)
{
  *out_triple = (askiam_triple){.size = sizeof *out_triple};
  if (triple == NULL || triple->size < offsetof(askiam_triple, request_id)) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                            "the triple must not be NULL, and its size must be sizeof(askiam_triple)");
  }
  memcpy(out_triple, triple, triple->size < sizeof *out_triple ? triple->size : sizeof *out_triple);
  aski_visit_limit(&work->visit, out_triple->timeout_ms);
  askiam_status status = s_need(out_triple->user_id, "user_id", error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_need(out_triple->role_id, "role_id", error);
  }
  if (status == ASKIAM_STATUS_OK && out_triple->ip.length > 0 && !aski_request_is_ip(out_triple->ip)) {
    status = askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "ip: %s", ASKI_REQUEST_IP_RULE);
  }
  if (!aski_str_present(out_triple->requester_id)) {
    out_triple->requester_id = out_triple->user_id;
  }
  return status;
}

/* When the access would end; one moment for its beginning and its end. */
static askiam_status s_end_of(int64_t *out_ms, const askiam_triple *asked, int64_t now_ms, askiam_error *error)
{
  bool both = asked->duration_ms != 0 && asked->expires_at_ms != 0;
  if (both || asked->duration_ms < 0 || asked->duration_ms > ASKI_TIME_MAX_MS - now_ms) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE, "%s",
                            both ? "the triple has both expires_at_ms and duration_ms"
                                 : "duration_ms is negative, or ends after the year 9999");
  }
  *out_ms = asked->duration_ms == 0 ? asked->expires_at_ms : now_ms + asked->duration_ms;
  return ASKIAM_STATUS_OK;
}

/* Takes the caller's triple over, completed, and loads what is known about it. */
static askiam_status s_facts(aski_facts *out_facts, askiam_triple *out_asked, stage *work, const askiam_triple *triple,
                             askiam_error *error)
{
  askiam_status status = s_triple(out_asked, work, triple, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_need(out_asked->application_id, "app_id", error);
  }
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

static askiam_status s_not_found(const char *what, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NOT_FOUND, ASKIAM_LAYER_ENGINE, "there is no %s with this id", what);
}

/* Facts and circumstances of a triple of which all exists, with the policies that the facts name. */
static askiam_status s_rules_input(aski_facts *out_facts, aski_rules_input *out_input, stage *work,
                                   const askiam_triple *triple, askiam_error *error)
{
  askiam_triple asked;
  askiam_status status = s_facts(out_facts, &asked, work, triple, error);
  if (status == ASKIAM_STATUS_OK && !s_all_found(out_facts)) {
    status = s_not_found(!out_facts->user.found          ? "user"
                         : !out_facts->application.found ? "application"
                                                         : "role",
                         error);
  }
  int64_t end_ms = 0;
  if (status == ASKIAM_STATUS_OK) {
    status = s_end_of(&end_ms, &asked, work->visit.call.now_ms, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  *out_input = aski_stage_rules_input(&work->visit, asked.requester_id, end_ms, asked.ip, asked.user_agent);
  return aski_policies_give(out_input, &work->policies, &work->visit.engine->policies, &work->visit.call, &work->arena,
                            out_facts, error);
}

askiam_status askiam_rules_validate(char **out_json, askiam_engine *engine, const askiam_triple *triple,
                                    askiam_error *error)
{
  stage work;
  askiam_status status = s_begin(&work, out_json, engine, NULL, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_facts facts;
  aski_rules_input input;
  status = s_rules_input(&facts, &input, &work, triple, error);
  if (status == ASKIAM_STATUS_OK) {
    aski_rules_result rules;
    aski_stage_rules(&rules, &work.arena, &work.visit, &facts, &input);
    aski_rules_write_json(&rules, &work.writer, NULL);
  }
  return s_end(&work, out_json, status, error);
}

/* The set of the facts, of which a failure is told as it is; an empty one where there are no policies. */
static askiam_status s_explained_set(const askiam_policy_set **out_set, askiam_policy_set **out_empty, stage *work,
                                     const aski_facts *facts, const aski_rules_input *input, askiam_error *error)
{
  askiam_engine *engine = work->visit.engine;
  *out_set = input->policies;
  if (input->policies != NULL) {
    return ASKIAM_STATUS_OK;
  }
  if (aski_facts_have_policies(facts)) {
    return aski_policies_hold(&work->policies, &engine->policies, &work->visit.call, facts->policy_hash, error);
  }
  askiam_policy_builder *builder = NULL;
  askiam_status status = askiam_policy_builder_new(&builder, &engine->allocator, error);
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_policy_builder_build(out_empty, builder, error);
  }
  askiam_policy_builder_destroy(builder);
  *out_set = *out_empty;
  return status;
}

/* What the check says. Beside a decision that nothing allows it, it must be clear why that passes. */
static askiam_str s_detail(stage *work, const aski_check *check, askiam_policy_decision decision)
{
  return check->passed && decision == ASKIAM_POLICY_IMPLICITLY_DENIED
             ? aski_arena_format(&work->arena,
                                 "%.*s In the policy mode guardrail only an explicit Deny refuses: that no policy "
                                 "allows this does not count.",
                                 ASKI_STR_ARG(check->detail))
             : check->detail;
}

/* The evaluator's own object, and what the check makes of it. */
static askiam_status s_explain(stage *work, const askiam_policy_set *set, const aski_facts *facts,
                               const aski_rules_input *input, askiam_error *error)
{
  const askiam_allocator *allocator = &work->visit.engine->allocator;
  askiam_policy_request *request = NULL;
  char *explained = NULL;
  askiam_status status = askiam_policy_request_new(&request, allocator, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_rules_policy_request(request, facts, input, &work->arena, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_policy_explain(&explained, set, request, allocator, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    aski_rules_result rules;
    aski_rules_evaluate(&rules, &work->arena, facts, input);
    const aski_check *check = &rules.checks[ASKI_CHECK_POLICY];
    aski_json_open_object(&work->writer, NULL);
    aski_json_write_text(&work->writer, "mode", aski_policy_mode_name(input->policy_mode));
    aski_json_write_bool(&work->writer, "passed", check->passed);
    aski_json_write_string(&work->writer, "detail",
                           s_detail(work, check, askiam_policy_evaluate(set, request, NULL, NULL)));
    aski_buffer_append_byte(&work->answer, ',');
    aski_buffer_append_text(&work->answer, explained + 1); /* without its brace: members follow, and the other brace */
  }
  askiam_policy_string_free(explained, allocator);
  askiam_policy_request_destroy(request);
  return status;
}

/* Without an application it is the role's own. `out_triple` borrows from `triple` and from the stage. */
static askiam_status s_with_application(askiam_triple *out_triple, stage *work, const askiam_triple *triple,
                                        askiam_error *error)
{
  askiam_status status = s_triple(out_triple, work, triple, error);
  if (status != ASKIAM_STATUS_OK || aski_str_present(out_triple->application_id)) {
    return status;
  }
  aski_facts facts;
  aski_facts_init(&facts, &work->arena);
  status = aski_catalogue_facts(&work->visit.engine->catalogue, &work->visit.call, out_triple->user_id,
                                out_triple->requester_id, ASKI_STR_NONE, out_triple->role_id, &facts, error);
  if (status == ASKIAM_STATUS_OK && !facts.role.found) {
    return s_not_found("role", error);
  }
  out_triple->application_id = facts.role.application_id;
  return status;
}

askiam_status askiam_policy_explain_request(char **out_json, askiam_engine *engine, const askiam_triple *triple,
                                            askiam_error *error)
{
  stage work;
  askiam_status status = s_begin(&work, out_json, engine, NULL, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_facts facts;
  aski_rules_input input;
  askiam_triple asked;
  status = s_with_application(&asked, &work, triple, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_rules_input(&facts, &input, &work, &asked, error);
  }
  const askiam_policy_set *set = NULL;
  askiam_policy_set *empty = NULL;
  if (status == ASKIAM_STATUS_OK) {
    status = s_explained_set(&set, &empty, &work, &facts, &input, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_explain(&work, set, &facts, &input, error);
  }
  askiam_policy_set_destroy(empty);
  return s_end(&work, out_json, status, error);
}
