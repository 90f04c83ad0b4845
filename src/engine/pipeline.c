/* SPDX-License-Identifier: Apache-2.0
 *
 * From a request to a decision. Each step either goes on, settles the matter with a code, or fails; a failure ends in a
 * decision whose verdict is ERROR. */
#include "engine/pipeline.h"

#include "base/id.h"
#include "engine/choices.h"
#include "engine/structured.h"

void aski_run_fail(aski_run *run, askiam_status status, aski_code code)
{
  run->status = status;
  run->settled = true;
  if (run->decision == NULL) {
    return;
  }
  aski_decision *decision = run->decision;
  decision->arena.failed = false; /* a last, short attempt: what does not fit then is left out */
  decision->codes.count = 0;
  aski_code_list_add(&decision->codes, status == ASKIAM_STATUS_NO_MEMORY ? ASKI_CODE_INTERNAL : code);
  decision->rag = (aski_rag_result){.confidence = -1};
  decision->rules = (aski_rules_result){.outcome = ASKI_RULES_SKIPPED};
  decision->suggestions.count = 0;
  decision->remedies.count = 0;
  decision->question = ASKI_STR_NONE;
  decision->reason = aski_arena_copy(&decision->arena, askiam_str_from(run->error.message));
  aski_decision_conclude(decision);
}

aski_code aski_failure_code(askiam_status status)
{
  switch ((int)status) {
  case ASKIAM_STATUS_INVALID_ARGUMENT:
  case ASKIAM_STATUS_BAD_DATA:
    return ASKI_CODE_INVALID_REQUEST;
  case ASKIAM_STATUS_NO_MEMORY:
  case ASKIAM_STATUS_INTERNAL:
    return ASKI_CODE_INTERNAL;
  default:
    return ASKI_CODE_STORE_UNAVAILABLE;
  }
}

static askiam_status s_name_decision(aski_run *run)
{
  aski_decision *decision = run->decision;
  askiam_str given = askiam_request_get(run->request, ASKIAM_REQUEST_ID);
  char made[ASKI_ID_BYTES];
  if (!aski_str_present(given)) {
    if (!aski_id_new(made, "req", run->visit.call.now_ms, NULL)) {
      return askiam_error_set(&run->error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_ENGINE, "no random bytes could be had");
    }
    given = askiam_str_from(made);
  }
  decision->request_id = aski_arena_copy(&decision->arena, given);
  decision->requester.id = aski_arena_copy(&decision->arena, run->requester_id);
  run->visit.trace.request_id = decision->request_id;
  return decision->arena.failed
             ? askiam_error_set(&run->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory")
             : ASKIAM_STATUS_OK;
}

static askiam_status s_intake(aski_run *run)
{
  run->speaker_id = askiam_request_get(run->request, ASKIAM_REQUEST_USER_ID);
  askiam_str requester = askiam_request_get(run->request, ASKIAM_REQUEST_REQUESTER_ID);
  run->requester_id = aski_str_present(requester) ? requester : run->speaker_id;
  askiam_status status = s_name_decision(run);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (!aski_str_present(askiam_request_get(run->request, ASKIAM_REQUEST_TEXT))) {
    return askiam_error_set(&run->error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                            "the request has no sentence: set raw_request");
  }
  if (!aski_str_present(run->speaker_id)) {
    return askiam_error_set(&run->error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                            "the request has no user_id: say who is asking");
  }
  status = aski_structured_begin(run);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (!run->visit.engine->settings.audit_enabled && !askiam_request_dry_run(run->request)) {
    return askiam_error_set(&run->error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                            "audit.enabled is false: only dry runs are decided without a record");
  }
  return ASKIAM_STATUS_OK;
}

void aski_run_begin(aski_run *run, askiam_engine *engine, const askiam_request *request)
{
  *run = (aski_run){.request = request, .error = ASKIAM_ERROR_INIT};
  if (request == NULL) {
    run->status = askiam_error_set(&run->error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                                   "the request must not be NULL");
    run->settled = true;
    return;
  }
  run->status = aski_enter(&run->visit, engine, request, &run->error);
  run->entered = run->status == ASKIAM_STATUS_OK;
  if (!run->entered) {
    run->settled = true;
    return;
  }
  run->decision = aski_decision_new(&engine->allocator);
  if (run->decision == NULL) {
    run->error.message[0] = 0;
    askiam_error_set(&run->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for a decision");
    aski_run_fail(run, ASKIAM_STATUS_NO_MEMORY, ASKI_CODE_INTERNAL);
    return;
  }
  run->decision->mode = engine->settings.decide.mode;
  run->decision->time_ms = run->visit.call.now_ms;
  run->decision->dry_run = askiam_request_dry_run(request) != 0;
  askiam_status status = s_intake(run);
  if (status != ASKIAM_STATUS_OK) {
    aski_run_fail(run, status,
                  status == ASKIAM_STATUS_CONFIG ? ASKI_CODE_AUDIT_UNAVAILABLE : aski_failure_code(status));
  }
}

void aski_run_recall(aski_run *run)
{
  if (run->settled || run->decision->dry_run) {
    return;
  }
  aski_decision *stored = NULL;
  askiam_status status = run->visit.stages->recall(&stored, run);
  if (status != ASKIAM_STATUS_OK) {
    aski_code code = run->visit.engine->split != NULL ? ASKI_CODE_AUDIT_UNAVAILABLE : aski_failure_code(status);
    aski_run_fail(run, status, status == ASKIAM_STATUS_CONFLICT ? ASKI_CODE_REQUEST_ID_CONFLICT : code);
  } else if (stored != NULL) {
    run->visit.trace.request_id = stored->request_id; /* the log still names the request, and the one before goes */
    askiam_decision_destroy(run->decision);
    run->decision = stored;
    run->settled = true;
  }
}

void aski_run_adopt(aski_run *run)
{
  aski_decision *decision = run->decision;
  const aski_reading *reading = &run->reading;
  decision->codes = reading->codes;
  decision->user = reading->user;
  decision->application = reading->application;
  decision->role = reading->role;
  decision->expires_at_ms = reading->expires_at_ms;
  decision->suggestions = reading->suggestions;
  decision->question = reading->question;
  decision->reason = aski_str_present(reading->reason) ? reading->reason : reading->question;
}

/* Settles the decision with one code that outweighs whatever the sentence said. */
static void s_settle(aski_run *run, aski_code code, askiam_str reason)
{
  aski_decision *decision = run->decision;
  decision->codes.count = 0;
  aski_code_list_add(&decision->codes, code);
  decision->question = ASKI_STR_NONE;
  decision->suggestions.count = 0;
  decision->reason = reason;
}

/* The requester must be known and active where somebody else benefits, or where somebody else speaks. */
static void s_check_requester(aski_run *run)
{
  aski_decision *decision = run->decision;
  const aski_fact_user *requester = &run->facts.requester;
  decision->requester.found = requester->found;
  decision->requester.name = requester->found ? requester->name : ASKI_STR_NONE;
  askiam_str other = decision->user.found ? decision->user.id : run->speaker_id;
  aski_code code = aski_judge_requester(&run->facts, run->requester_id, other);
  if (code == ASKI_CODE_REQUESTER_UNKNOWN) {
    s_settle(
        run, code,
        aski_arena_format(&decision->arena, "The requester \"%.*s\" is not known.", ASKI_STR_ARG(run->requester_id)));
  } else if (code != ASKI_CODE_COUNT) {
    s_settle(run, code,
             aski_arena_format(&decision->arena, "The requester %.*s is not active.", ASKI_STR_ARG(requester->name)));
  }
}

/* The catalogue may have changed since the names were looked up: only what the facts hold exists. */
static void s_check_found(aski_run *run)
{
  aski_code code = aski_judge_found(&run->facts);
  if (code != ASKI_CODE_COUNT) {
    s_settle(run, code,
             code == ASKI_CODE_USER_UNKNOWN   ? ASKI_STR("The person is not known any more.")
             : code == ASKI_CODE_APP_UNKNOWN  ? ASKI_STR("The application is not known any more.")
             : code == ASKI_CODE_ROLE_UNKNOWN ? ASKI_STR("The role is not known any more.")
                                              : ASKI_STR("The role does not belong to the application."));
  }
}

static askiam_status s_understand(aski_run *run)
{
  aski_facts_init(&run->facts, &run->decision->arena);
  askiam_status status =
      aski_structured_is(run->request) ? aski_structured_understand(run) : run->visit.stages->understand(run);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  run->has_facts = true;
  s_check_requester(run);
  if (run->decision->codes.count == 0) {
    s_check_found(run);
  }
  return ASKIAM_STATUS_OK;
}

static void s_explain(aski_run *run)
{
  aski_decision *decision = run->decision;
  aski_decision_conclude(decision);
  if (decision->verdict == ASKIAM_VERDICT_NEEDS_INFO && !aski_str_present(decision->question)) {
    decision->question = aski_decide_question(decision, &decision->arena);
  }
  if (!aski_str_present(decision->reason)) {
    decision->reason = aski_decide_explain(decision, &decision->arena);
  }
  uint64_t ticks = aski_clock_ticks_ns(&run->visit.engine->clock) - run->visit.begin_ticks_ns;
  decision->duration_ms = (double)ticks / 1e6;
}

void aski_run_decide(aski_run *run)
{
  if (run->settled) {
    return;
  }
  aski_decision *decision = run->decision;
  askiam_status status = s_understand(run);
  if (status == ASKIAM_STATUS_OK) {
    status = decision->codes.count == 0 ? aski_choices_judge(run) : aski_choices_offer(run);
  }
  if (status == ASKIAM_STATUS_OK && askiam_call_cancelled(&run->visit.call)) {
    /* Evidence that was cancelled abstains; what follows from that is no verdict. */
    status = askiam_error_set(&run->error, ASKIAM_STATUS_CANCELLED, ASKIAM_LAYER_ENGINE, "cancelled before a verdict");
  }
  if (status == ASKIAM_STATUS_OK) {
    s_explain(run);
    status = decision->arena.failed ? askiam_error_set(&run->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE,
                                                       "out of memory for a decision")
                                    : ASKIAM_STATUS_OK;
  }
  if (status != ASKIAM_STATUS_OK) {
    aski_run_fail(run, status, aski_failure_code(status));
  }
}

/* Codes only: a reason may quote the sentence. */
static void s_log_end(const aski_run *run)
{
  const aski_decision *decision = run->decision;
  bool failed = run->status != ASKIAM_STATUS_OK;
  aski_log(&run->visit.trace, failed ? ASKIAM_LOG_ERROR : ASKIAM_LOG_INFO, "answer",
           askiam_verdict_name(decision->verdict), decision->duration_ms, "%s",
           decision->codes.count > 0 ? aski_code_name(decision->codes.items[0]) : "UNKNOWN");
}

askiam_status aski_run_end(aski_run *run, askiam_decision **out_decision, askiam_error *error)
{
  aski_decision *decision = run->decision;
  if (decision != NULL) {
    if (decision->json.data == NULL && !aski_decision_seal(decision)) {
      askiam_decision_destroy(decision);
      decision = NULL;
      run->status =
          askiam_error_set(&run->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for an answer");
    } else {
      s_log_end(run);
    }
  }
  if (run->entered) {
    aski_leave(&run->visit);
  }
  if (run->status != ASKIAM_STATUS_OK && error != NULL) {
    *error = run->error;
    error->status = run->status;
  }
  *out_decision = decision;
  run->decision = NULL;
  return run->status;
}
