/* SPDX-License-Identifier: Apache-2.0
 *
 * The public functions of fulfilment: what the room of grants needs of the engine are its stores, and its checks
 * with their policies. */
#include <askiam/grants.h>

#include "base/text.h"
#include "engine/pipeline.h"
#include "grants/grants.h"

enum { LONGEST_ID = 256, LONGEST_REASON = 1024 };

/* The rules as the pipeline evaluates them. */
static askiam_status s_check(void *context, aski_rules_result *out_rules, aski_arena *arena, const askiam_call *call,
                             aski_facts *facts, const aski_grants_asked *asked, askiam_error *error)
{
  aski_visit *visit = context;
  aski_policies *policies = &visit->engine->policies;
  const aski_held_policies *held = NULL;
  aski_rules_input input =
      aski_stage_rules_input(visit, asked->requester_id, asked->expires_at_ms, asked->ip, asked->user_agent);
  input.now_ms = call->now_ms;
  askiam_status status = aski_policies_give(&input, &held, policies, call, arena, facts, error);
  if (status == ASKIAM_STATUS_OK) {
    aski_stage_rules(out_rules, arena, visit, facts, &input);
  }
  aski_policies_release(policies, held);
  return status;
}

static aski_grants s_grants(aski_visit *visit)
{
  askiam_engine *engine = visit->engine;
  bool provided = engine->catalogue.provided && engine->state.provided && engine->journal.provided;
  return (aski_grants){.catalogue = &engine->catalogue,
                       .state = &engine->state,
                       .audit = &engine->audit,
                       .together = provided && engine->catalogue.self == engine->journal.self &&
                                   engine->state.self == engine->journal.self,
                       .check = s_check,
                       .context = visit};
}

static askiam_status s_wrong(const char *what, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE, "%s", what);
}

static askiam_status s_run(aski_buffer *answer, aski_visit *visit, const aski_grants_order *order, askiam_error *error)
{
  const aski_grants grants = s_grants(visit);
  visit->trace.request_id = order->request_id;
  askiam_span span;
  aski_span_begin(&span, &visit->trace, ASKIAM_SPAN_STAGE,
                  order->act == ASKI_GRANTS_REVOKE ? "grants.revoke" : "grants.fulfil");
  return aski_span_end(&span, aski_grants_run(answer, NULL, &grants, &visit->call, order, error));
}

/* One order in a visit of its own; `out_json` may be NULL. */
static askiam_status s_order(char **out_json, askiam_engine *engine, const aski_grants_order *order, int64_t timeout_ms,
                             askiam_error *error)
{
  aski_visit visit;
  askiam_status status = aski_enter(&visit, engine, NULL, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_buffer answer;
  aski_visit_limit(&visit, timeout_ms);
  aski_buffer_init(&answer, &engine->allocator);
  status = s_run(&answer, &visit, order, error);
  if (out_json != NULL) {
    status = aski_give_text(out_json, &answer, status, ASKIAM_LAYER_ENGINE, error);
  } else {
    aski_buffer_clean_up(&answer);
  }
  aski_leave(&visit);
  return status;
}

askiam_status askiam_grant_fulfil(char **out_json, askiam_engine *engine, askiam_str request_id,
                                  askiam_str requester_id, askiam_error *error)
{
  return askiam_grant_fulfil_within(out_json, engine, request_id, requester_id, 0, error);
}

askiam_status askiam_grant_fulfil_within(char **out_json, askiam_engine *engine, askiam_str request_id,
                                         askiam_str requester_id, int64_t timeout_ms, askiam_error *error)
{
  if (out_json == NULL || request_id.length == 0) {
    return s_wrong("out_json and request_id must not be NULL", error);
  }
  *out_json = NULL;
  const aski_grants_order order = {.act = ASKI_GRANTS_FULFIL, .request_id = request_id, .requester_id = requester_id};
  return s_order(out_json, engine, &order, timeout_ms, error);
}

askiam_status askiam_grant_fulfil_event(char **out_json, askiam_engine *engine, askiam_str event, askiam_error *error)
{
  return askiam_grant_fulfil_event_within(out_json, engine, event, 0, error);
}

askiam_status askiam_grant_fulfil_event_within(char **out_json, askiam_engine *engine, askiam_str event,
                                               int64_t timeout_ms, askiam_error *error)
{
  if (out_json == NULL || event.data == NULL || engine == NULL) {
    return s_wrong("out_json, engine and event must not be NULL", error);
  }
  *out_json = NULL;
  aski_grants_event read;
  aski_arena arena;
  aski_arena_init(&arena, &engine->allocator);
  askiam_status status = aski_grants_read_event(&read, &arena, event, &engine->allocator, error);
  if (status == ASKIAM_STATUS_OK) {
    const aski_grants_order order = {
        .act = ASKI_GRANTS_FULFIL, .request_id = read.request_id, .requester_id = read.requester_id, .event = &read};
    status = s_order(out_json, engine, &order, timeout_ms, error);
  }
  aski_arena_clean_up(&arena);
  return status;
}

askiam_status askiam_grant_revoke(char **out_json, askiam_engine *engine, askiam_str request_id,
                                  askiam_str requester_id, askiam_str actor_id, askiam_str reason, askiam_error *error)
{
  return askiam_grant_revoke_within(out_json, engine, request_id, requester_id, actor_id, reason, 0, error);
}

askiam_status askiam_grant_revoke_within(char **out_json, askiam_engine *engine, askiam_str request_id,
                                         askiam_str requester_id, askiam_str actor_id, askiam_str reason,
                                         int64_t timeout_ms, askiam_error *error)
{
  if (out_json != NULL) {
    *out_json = NULL;
  }
  if (request_id.length == 0 || actor_id.length == 0) {
    return s_wrong("request_id and actor_id must not be NULL or empty", error);
  }
  if (actor_id.length > LONGEST_ID || !aski_text_valid(actor_id) || reason.length > LONGEST_REASON ||
      !aski_text_valid(reason)) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                            "actor_id is at most %d bytes of UTF-8, reason at most %d", LONGEST_ID, LONGEST_REASON);
  }
  const aski_grants_order order = {.act = ASKI_GRANTS_REVOKE,
                                   .request_id = request_id,
                                   .requester_id = requester_id,
                                   .actor_id = actor_id,
                                   .reason = reason.length == 0 ? ASKI_STR_NONE : reason};
  return s_order(out_json, engine, &order, timeout_ms, error);
}

/* With no deadline but the caller's: what an administrator starts takes as long as it takes. */
static askiam_status s_all(askiam_engine *engine, aski_grants_act act, askiam_line_fn line, void *context,
                           int64_t timeout_ms, askiam_error *error)
{
  if (line == NULL) {
    return s_wrong("line must not be NULL", error);
  }
  aski_visit visit;
  askiam_status status = aski_enter(&visit, engine, NULL, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  visit.call.deadline_ticks_ns = UINT64_MAX;
  aski_visit_limit(&visit, timeout_ms);
  const aski_grants grants = s_grants(&visit);
  status = aski_grants_run_all(&grants, &visit.call, act, line, context, error);
  aski_leave(&visit);
  return status;
}

askiam_status askiam_grants_fulfil_all(askiam_engine *engine, askiam_line_fn line, void *context, askiam_error *error)
{
  return askiam_grants_fulfil_all_within(engine, line, context, 0, error);
}

askiam_status askiam_grants_fulfil_all_within(askiam_engine *engine, askiam_line_fn line, void *context,
                                              int64_t timeout_ms, askiam_error *error)
{
  return s_all(engine, ASKI_GRANTS_FULFIL, line, context, timeout_ms, error);
}

askiam_status askiam_grants_expire(askiam_engine *engine, askiam_line_fn line, void *context, askiam_error *error)
{
  return askiam_grants_expire_within(engine, line, context, 0, error);
}

askiam_status askiam_grants_expire_within(askiam_engine *engine, askiam_line_fn line, void *context, int64_t timeout_ms,
                                          askiam_error *error)
{
  return s_all(engine, ASKI_GRANTS_EXPIRE, line, context, timeout_ms, error);
}
