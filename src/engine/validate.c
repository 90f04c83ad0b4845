/* SPDX-License-Identifier: Apache-2.0
 *
 * askiam_validate and its batch: decide, then record in groups, then answer. */
#include "engine/pipeline.h"

/* Decisions that share a commit at the most. */
enum { GROUP_MAX = 64 };

typedef struct group {
  aski_run *runs[GROUP_MAX];
  size_t count;
} group;

static aski_claims s_claims(const askiam_request *request)
{
  return (aski_claims){.ip = askiam_request_get(request, ASKIAM_REQUEST_CLAIMED_IP),
                       .session_id = askiam_request_get(request, ASKIAM_REQUEST_CLAIMED_SESSION_ID),
                       .user_agent = askiam_request_get(request, ASKIAM_REQUEST_CLAIMED_USER_AGENT),
                       .timestamp = askiam_request_get(request, ASKIAM_REQUEST_CLAIMED_TIMESTAMP)};
}

static aski_audit_entry s_entry(aski_run *run)
{
  const askiam_request *request = run->request;
  return (aski_audit_entry){.decision = run->decision,
                            .speaker_id = run->speaker_id,
                            .sentence = run->sentence,
                            .facts = run->has_facts ? &run->facts : NULL,
                            .reading = run->reading.codes,
                            .policies_problem = run->policies_problem,
                            .looks = &run->looks,
                            .settings = run->visit.engine->settings.replay_json,
                            .ip = askiam_request_get(request, ASKIAM_REQUEST_IP),
                            .user_agent = askiam_request_get(request, ASKIAM_REQUEST_USER_AGENT),
                            .session_id = askiam_request_get(request, ASKIAM_REQUEST_SESSION_ID),
                            .trace_id = askiam_request_get(request, ASKIAM_REQUEST_TRACE_ID),
                            .claims = s_claims(request)};
}

static void s_remove(group *pending, size_t index)
{
  --pending->count;
  memmove(&pending->runs[index], &pending->runs[index + 1], (pending->count - index) * sizeof *pending->runs);
}

static void s_unrecorded(aski_run *run, askiam_status status, const askiam_error *error)
{
  run->error = *error;
  aski_run_fail(run, status, ASKI_CODE_AUDIT_UNAVAILABLE);
}

/* Records what is pending. An id that another writer used meanwhile is answered with what he stored; any other
 * failure leaves no record and no verdict. */
static askiam_status s_record(group *pending, askiam_error *error)
{
  while (pending->count > 0) {
    aski_audit_entry entries[GROUP_MAX];
    for (size_t i = 0; i < pending->count; ++i) {
      entries[i] = s_entry(pending->runs[i]);
    }
    aski_run *first = pending->runs[0];
    askiam_span span;
    aski_span_begin(&span, &first->visit.trace, ASKIAM_SPAN_STAGE, "audit");
    size_t index = 0;
    askiam_status status = first->visit.stages->record(pending->runs, entries, pending->count, &index, error);
    aski_span_end(&span, status);
    if (status != ASKIAM_STATUS_EXISTS || index >= pending->count) {
      return status;
    }
    aski_run *late = pending->runs[index];
    s_remove(pending, index);
    aski_run_recall(late);
    if (!late->settled) {
      askiam_error_set(&late->error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_AUDIT,
                       "the request id is taken, but no decision is stored under it");
      aski_run_fail(late, ASKIAM_STATUS_INTERNAL, ASKI_CODE_AUDIT_UNAVAILABLE);
    }
  }
  return ASKIAM_STATUS_OK;
}

static void s_flush(group *pending)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  group whole = *pending;
  askiam_status status = s_record(&whole, &error);
  if (status != ASKIAM_STATUS_OK && whole.count == 1) {
    s_unrecorded(whole.runs[0], status, &error);
  } else if (status != ASKIAM_STATUS_OK) {
    /* One that cannot be recorded must not take the others with it. */
    for (size_t i = 0; i < whole.count; ++i) {
      group single = {{whole.runs[i]}, 1};
      status = s_record(&single, &error);
      if (status != ASKIAM_STATUS_OK) {
        s_unrecorded(whole.runs[i], status, &error);
      }
    }
  }
  pending->count = 0;
}

/* Whether a request with the same id of the same requester waits for its record: then it must be recorded first. */
static bool s_waits(const group *pending, const aski_run *run)
{
  for (size_t i = 0; i < pending->count; ++i) {
    if (aski_str_equal(pending->runs[i]->decision->request_id, run->decision->request_id) &&
        aski_str_equal(pending->runs[i]->requester_id, run->requester_id)) {
      return true;
    }
  }
  return false;
}

static void s_decide(aski_run *run, group *pending, askiam_engine *engine, const askiam_request *request)
{
  aski_run_begin(run, engine, request);
  if (!run->settled && s_waits(pending, run)) {
    s_flush(pending);
  }
  if (!run->settled && aski_str_present(askiam_request_get(request, ASKIAM_REQUEST_ID))) {
    aski_run_recall(run);
  }
  aski_run_decide(run);
  if (!run->settled && !run->decision->dry_run) {
    pending->runs[pending->count++] = run;
  }
}

static askiam_status s_decide_group(askiam_decision **out_decisions, aski_run *runs, askiam_engine *engine,
                                    const askiam_request *const *requests, size_t count, askiam_error *error)
{
  group pending = {.count = 0};
  for (size_t i = 0; i < count; ++i) {
    s_decide(&runs[i], &pending, engine, requests[i]);
  }
  s_flush(&pending);
  askiam_status first = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < count; ++i) {
    askiam_status status = aski_run_end(&runs[i], &out_decisions[i], first == ASKIAM_STATUS_OK ? error : NULL);
    first = first == ASKIAM_STATUS_OK ? status : first;
  }
  return first;
}

askiam_status askiam_validate(askiam_decision **out_decision, askiam_engine *engine, const askiam_request *request,
                              askiam_error *error)
{
  if (out_decision == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                            "askiam_validate: out_decision must not be NULL");
  }
  *out_decision = NULL;
  aski_run run;
  return s_decide_group(out_decision, &run, engine, &request, 1, error);
}

askiam_status askiam_validate_batch(askiam_decision **out_decisions, askiam_engine *engine,
                                    const askiam_request *const *requests, size_t count, askiam_error *error)
{
  if (engine == NULL || (count > 0 && (out_decisions == NULL || requests == NULL))) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                            "askiam_validate_batch: engine, out_decisions and requests must not be NULL");
  }
  for (size_t i = 0; i < count; ++i) {
    out_decisions[i] = NULL;
  }
  size_t room = count < GROUP_MAX ? count : GROUP_MAX;
  aski_run *runs = aski_acquire_zeroed(&engine->allocator, room, sizeof *runs);
  if (runs == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for a batch");
  }
  askiam_status first = ASKIAM_STATUS_OK;
  for (size_t done = 0; done < count; done += room) {
    size_t some = count - done < room ? count - done : room;
    askiam_status status = s_decide_group(out_decisions + done, runs, engine, requests + done, some,
                                          first == ASKIAM_STATUS_OK ? error : NULL);
    first = first == ASKIAM_STATUS_OK ? status : first;
  }
  aski_release(&engine->allocator, runs);
  return first;
}

/* Begun like any other, so that it has an id, a time and a record in the log; then it fails for the reason that is
 * known already. */
static askiam_status s_reject(askiam_decision **out_decision, askiam_engine *engine, const askiam_request *request,
                              const askiam_error *problem, askiam_error *error)
{
  aski_run run;
  aski_run_begin(&run, engine, request);
  bool begun = run.decision != NULL && run.status != ASKIAM_STATUS_NO_MEMORY && run.status != ASKIAM_STATUS_INTERNAL;
  if (begun) {
    run.error = *problem;
    aski_run_fail(&run, problem->status, aski_failure_code(problem->status));
  }
  askiam_error failure = ASKIAM_ERROR_INIT;
  askiam_status status = aski_run_end(&run, out_decision, &failure);
  if (begun && *out_decision != NULL) {
    return ASKIAM_STATUS_OK; /* the failure is the answer */
  }
  if (error != NULL) {
    *error = failure;
  }
  return status;
}

askiam_status askiam_reject(askiam_decision **out_decision, askiam_engine *engine, const askiam_request *request,
                            const askiam_error *problem, askiam_error *error)
{
  if (out_decision != NULL) {
    *out_decision = NULL;
  }
  if (out_decision == NULL || engine == NULL || problem == NULL || problem->status == ASKIAM_STATUS_OK) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                            "askiam_reject: out_decision, engine and a problem that is a failure are required");
  }
  askiam_request *nothing = NULL;
  askiam_status status = request == NULL ? askiam_request_new(&nothing, &engine->allocator, error) : ASKIAM_STATUS_OK;
  if (status == ASKIAM_STATUS_OK) {
    status = s_reject(out_decision, engine, request == NULL ? nothing : request, problem, error);
  }
  askiam_request_destroy(nothing);
  return status;
}
