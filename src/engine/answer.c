/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers for a viewer: who may ask what, and what of a decision he is told. */
#include <askiam/answer.h>

#include "decide/disclose.h"
#include "engine/engine.h"

static askiam_status s_missing(const char *what, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE, "%s must not be NULL", what);
}

static askiam_status s_forbid(const char *why, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NOT_PERMITTED, ASKIAM_LAYER_REQUEST, "%s", why);
}

/* What a stranger says of the call is no more than what he claims: whoever took it says what he saw. */
static void s_set_apart(askiam_request *request)
{
  aski_request_move(request, ASKIAM_REQUEST_CLAIMED_IP, ASKIAM_REQUEST_IP);
  aski_request_move(request, ASKIAM_REQUEST_CLAIMED_USER_AGENT, ASKIAM_REQUEST_USER_AGENT);
  aski_request_move(request, ASKIAM_REQUEST_CLAIMED_TIMESTAMP, ASKIAM_REQUEST_TIMESTAMP);
}

askiam_status askiam_answer_admit(askiam_request *request, const askiam_principal *principal, askiam_error *error)
{
  if (request == NULL || principal == NULL) {
    return s_missing("request and principal", error);
  }
  askiam_str id = askiam_principal_id(principal);
  askiam_str requester = askiam_request_get(request, ASKIAM_REQUEST_REQUESTER_ID);
  askiam_str user = askiam_request_get(request, ASKIAM_REQUEST_USER_ID);
  if (aski_str_present(requester) && !aski_str_equal(requester, id)) {
    return s_forbid("requester_id: must be whoever calls, or absent", error);
  }
  if (aski_str_present(user) && !aski_str_equal(user, id) &&
      !askiam_principal_has_scope(principal, ASKIAM_SCOPE_ON_BEHALF)) {
    return s_forbid("user_id: to speak for somebody else needs the scope on-behalf", error);
  }
  s_set_apart(request);
  askiam_status status = askiam_request_set(request, ASKIAM_REQUEST_REQUESTER_ID, id, error);
  if (status == ASKIAM_STATUS_OK && !aski_str_present(user)) {
    status = askiam_request_set(request, ASKIAM_REQUEST_USER_ID, id, error);
  }
  return status;
}

static aski_viewer s_viewer(const askiam_engine *engine, const askiam_principal *principal)
{
  return (aski_viewer){.id = askiam_principal_id(principal),
                       .everything = askiam_principal_has_scope(principal, ASKIAM_SCOPE_AUDIT) != 0,
                       .documents = aski_config_bool(engine->config, "answer.documents")};
}

/* A decision as it is told to a viewer, appended to `out`. It is read anew from its JSON: what it points to may be its
 * request's, which is gone. `grant` (may be NULL) is why its grant failed, which is narrowed likewise. */
static askiam_status s_tell(aski_buffer *out, askiam_str *grant, askiam_str json, const aski_viewer *viewer,
                            bool erased, const askiam_allocator *allocator, askiam_error *error)
{
  aski_decision *decision = NULL;
  askiam_status status = aski_decision_from_json(&decision, json, allocator, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (grant != NULL) {
    *grant = aski_disclose_grant(decision, viewer, *grant);
  }
  aski_disclose(decision, viewer, &decision->arena, erased);
  aski_decision_write_json(decision, out, true);
  if (decision->arena.failed || out->failed) {
    status = askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for an answer");
  }
  askiam_decision_destroy(decision);
  return status;
}

askiam_status askiam_answer_json(char **out_json, askiam_engine *engine, const askiam_decision *decision,
                                 const askiam_principal *viewer, askiam_error *error)
{
  if (out_json == NULL || decision == NULL || viewer == NULL) {
    return s_missing("out_json, decision and viewer", error);
  }
  *out_json = NULL;
  aski_visit visit;
  askiam_status status = aski_enter(&visit, engine, NULL, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_buffer answer;
  aski_buffer_init(&answer, &engine->allocator);
  const aski_viewer told = s_viewer(engine, viewer);
  if (told.everything) {
    aski_buffer_append(&answer, decision->json);
  } else {
    status = s_tell(&answer, NULL, decision->json, &told, false, &engine->allocator, error);
  }
  status = aski_give_text(out_json, &answer, status, ASKIAM_LAYER_ENGINE, error);
  aski_leave(&visit);
  return status;
}

/* Rewrites what was found as the viewer may see it. Why a grant failed tells of whom it is for, as the decision
 * does. */
static askiam_status s_narrow(aski_request_state *found, aski_arena *arena, const askiam_engine *engine,
                              const aski_viewer *viewer, askiam_error *error)
{
  if (viewer->everything) {
    return ASKIAM_STATUS_OK;
  }
  aski_buffer told;
  aski_buffer_init(&told, &engine->allocator);
  askiam_status status =
      s_tell(&told, &found->grant.reason, found->decision, viewer, found->erased, &engine->allocator, error);
  found->decision = aski_arena_copy(arena, aski_buffer_view(&told));
  aski_buffer_clean_up(&told);
  return status == ASKIAM_STATUS_OK && arena->failed
             ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for an answer")
             : status;
}

static askiam_status s_status(aski_buffer *answer, const aski_visit *visit, askiam_str request_id,
                              askiam_str requester_id, const aski_viewer *viewer, askiam_error *error)
{
  const askiam_engine *engine = visit->engine;
  aski_arena arena;
  aski_arena_init(&arena, &engine->allocator);
  aski_request_state found;
  askiam_status status = aski_audit_look_up(&found, &arena, &engine->audit, &engine->state, &visit->call, request_id,
                                            requester_id, viewer->everything ? ASKI_STR_NONE : viewer->id, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_narrow(&found, &arena, engine, viewer, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    aski_audit_write_state(answer, &found);
  }
  aski_arena_clean_up(&arena);
  return status;
}

askiam_status askiam_answer_status_json(char **out_json, askiam_engine *engine, askiam_str request_id,
                                        askiam_str requester_id, const askiam_principal *viewer, askiam_error *error)
{
  return askiam_answer_status_json_within(out_json, engine, request_id, requester_id, viewer, 0, error);
}

askiam_status askiam_answer_status_json_within(char **out_json, askiam_engine *engine, askiam_str request_id,
                                               askiam_str requester_id, const askiam_principal *viewer,
                                               int64_t timeout_ms, askiam_error *error)
{
  if (out_json == NULL || request_id.data == NULL || viewer == NULL) {
    return s_missing("out_json, request_id and viewer", error);
  }
  *out_json = NULL;
  aski_visit visit;
  askiam_status status = aski_enter(&visit, engine, NULL, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_buffer answer;
  aski_visit_limit(&visit, timeout_ms);
  aski_buffer_init(&answer, &engine->allocator);
  const aski_viewer told = s_viewer(engine, viewer);
  status = s_status(&answer, &visit, request_id, requester_id, &told, error);
  status = aski_give_text(out_json, &answer, status, ASKIAM_LAYER_ENGINE, error);
  aski_leave(&visit);
  return status;
}
