/* SPDX-License-Identifier: Apache-2.0 */
#include "grants/change.h"

#include "audit/race.h"

/* One attempt: everything is looked at anew. */
typedef struct attempt {
  const aski_grants *grants;
  askiam_call *call; /* its time is the attempt's */
  const aski_grants_order *order;
  aski_arena *arena; /* of the result and of what was read for it */
  askiam_error *error;
  aski_grants_result *result;
  aski_facts facts;
  aski_grants_outcome outcome;
  bool settled; /* nothing is to be written */
  bool alone;   /* a failure is about this request */
} attempt;

static bool s_is(const attempt *work, const char *state)
{
  return aski_str_equal_text(work->result->grant.state, state);
}

static bool s_fits(askiam_str named, askiam_str stored)
{
  return !aski_str_present(named) || aski_str_equal(named, stored);
}

/* Nothing of an event is believed: it only has to be about the stored request. */
static askiam_status s_check_event(const attempt *work)
{
  const aski_grants_event *event = work->order->event;
  const aski_grants_request *request = &work->result->request;
  if (event == NULL ||
      (s_fits(event->user_id, request->user_id) && s_fits(event->role_id, request->role_id) &&
       s_fits(event->application_id, request->application_id) && s_fits(event->audit_hash, request->place.hash))) {
    return ASKIAM_STATUS_OK;
  }
  return askiam_error_set(
      work->error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT,
      "the event is not about the request \"%.*s\" that is stored: its user, application, role or audit "
      "hash is another",
      ASKI_STR_ARG(request->request_id));
}

static askiam_status s_find(attempt *work)
{
  aski_grants_request *request = &work->result->request;
  askiam_status status = aski_grants_find(request, work->arena, work->grants, work->call, work->order->requester_id,
                                          work->order->request_id, work->error);
  if (status == ASKIAM_STATUS_OK && !request->valid) {
    status = askiam_error_set(work->error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT,
                              "the request \"%.*s\" was not approved: there is nothing to grant",
                              ASKI_STR_ARG(request->request_id));
  }
  status = status == ASKIAM_STATUS_OK ? s_check_event(work) : status;
  work->alone = status == ASKIAM_STATUS_BAD_DATA || status == ASKIAM_STATUS_NOT_FOUND ||
                status == ASKIAM_STATUS_CORRUPT || status == ASKIAM_STATUS_CONFLICT;
  return status;
}

/* The state as it is stored, which an end that has come has not changed yet. */
static askiam_status s_read_state(attempt *work, bool *out_ended)
{
  const aski_grants_request *request = &work->result->request;
  askiam_grant_state *grant = &work->result->grant;
  *grant = (askiam_grant_state){.arena = work->arena, .state = ASKI_STR("requested")};
  askiam_status status =
      aski_state_grant(work->grants->state, work->call, request->requester_id, request->request_id, grant, work->error);
  if (!aski_str_present(grant->state) || s_is(work, "none")) {
    grant->state = ASKI_STR("requested"); /* it is VALID */
  }
  if (s_is(work, "requested")) {
    grant->expires_at_ms = request->expires_at_ms;
  }
  *out_ended = s_is(work, "granted") && grant->expires_at_ms != 0 && grant->expires_at_ms <= work->call->now_ms;
  return status;
}

/* Whether there is nothing to be done. */
static bool s_is_done(const attempt *work, bool ended)
{
  switch (work->order->act) {
  case ASKI_GRANTS_FULFIL:
    return !s_is(work, "requested");
  case ASKI_GRANTS_REVOKE:
    return !s_is(work, "requested") && (!s_is(work, "granted") || ended);
  case ASKI_GRANTS_EXPIRE:
  default:
    return !ended;
  }
}

/* By a clock that is behind, what others hold has not begun yet: nothing would conflict with it. */
static askiam_status s_check_clock(const attempt *work)
{
  const aski_grants_request *request = &work->result->request;
  bool behind =
      work->order->act == ASKI_GRANTS_FULFIL && request->decided_at_ms > work->call->now_ms + ASKI_GRANTS_SKEW_MS;
  return behind
             ? askiam_error_set(work->error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_ENGINE,
                                "the clock of this machine is behind: the request \"%.*s\" was decided more than five "
                                "minutes from now",
                                ASKI_STR_ARG(request->request_id))
             : ASKIAM_STATUS_OK;
}

static askiam_status s_load_facts(attempt *work)
{
  const aski_grants_request *request = &work->result->request;
  aski_facts_init(&work->facts, work->arena);
  askiam_status status =
      aski_catalogue_facts(work->grants->catalogue, work->call, request->user_id, request->requester_id,
                           request->application_id, request->role_id, &work->facts, work->error);
  work->call->now_ms = aski_grants_moment(&work->facts, work->call->now_ms);
  return status;
}

static askiam_status s_judge_fulfilment(attempt *work)
{
  const aski_grants_request *request = &work->result->request;
  const aski_grants_asked asked = {request->requester_id, request->expires_at_ms, request->ip, request->user_agent};
  aski_rules_result rules;
  askiam_status status =
      work->grants->check(work->grants->context, &rules, work->arena, work->call, &work->facts, &asked, work->error);
  if (status == ASKIAM_STATUS_OK) {
    aski_grants_judge_fulfilment(&work->outcome, work->arena, request, &work->facts, &rules, work->call->now_ms);
  }
  return status;
}

typedef struct others_walk {
  const aski_grants_request *request;
  aski_grants_others others;
} others_walk;

static askiam_status s_add_other(void *context, askiam_str requester_id, askiam_str request_id, int64_t at_ms)
{
  others_walk *walk = context; /* without ids it is what is held apart from all grants */
  bool itself = aski_str_equal(request_id, walk->request->request_id) &&
                aski_str_equal(requester_id, walk->request->requester_id);
  if (!itself) {
    aski_grants_add_other(&walk->others, at_ms);
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_judge_revocation(attempt *work)
{
  const aski_grants_request *request = &work->result->request;
  const askiam_grant_query query = {.size = sizeof query,
                                    .list = ASKIAM_GRANTS_OF_ROLE,
                                    .now_ms = work->call->now_ms,
                                    .user_id = request->user_id,
                                    .role_id = request->role_id};
  bool granted = s_is(work, "granted");
  others_walk walk = {.request = request};
  askiam_status status = ASKIAM_STATUS_OK;
  if (granted) {
    status = aski_state_grants(work->grants->state, work->call, &query, s_add_other, &walk, work->error);
  }
  aski_grants_judge_revocation(&work->outcome, request, &work->facts, &walk.others, granted, work->call->now_ms);
  work->outcome.reason = work->order->reason;
  return status;
}

static askiam_status s_judge(attempt *work)
{
  switch (work->order->act) {
  case ASKI_GRANTS_FULFIL:
    return s_judge_fulfilment(work);
  case ASKI_GRANTS_REVOKE:
    return s_judge_revocation(work);
  case ASKI_GRANTS_EXPIRE:
  default:
    aski_grants_judge_end(&work->outcome, &work->result->request, &work->facts, work->call->now_ms);
    return ASKIAM_STATUS_OK;
  }
}

/* A grant that fails, or is forbidden, was never given; one that ends was. */
static int64_t s_granted_at(const attempt *work)
{
  return work->outcome.step == ASKI_GRANT_GRANTED ? work->outcome.granted_at_ms : work->result->grant.granted_at_ms;
}

static aski_grant_entry s_entry(const attempt *work)
{
  const aski_grants_request *request = &work->result->request;
  const aski_grants_outcome *outcome = &work->outcome;
  aski_grant_entry entry = {.step = outcome->step,
                            .time_ms = work->call->now_ms,
                            .request_id = request->request_id,
                            .requester_id = request->requester_id,
                            .user_id = request->user_id,
                            .application_id = request->application_id,
                            .role_id = request->role_id,
                            .risk = request->risk,
                            .actor_id = work->order->actor_id,
                            .code_count = outcome->code_count,
                            .granted_at_ms = s_granted_at(work),
                            .expires_at_ms = request->expires_at_ms,
                            .held = outcome->held,
                            .held_until_ms = outcome->held_until_ms,
                            .decision = request->place,
                            .ip = request->ip,
                            .user_agent = request->user_agent,
                            .session_id = request->session_id,
                            .trace_id = request->trace_id};
  memcpy(entry.codes, outcome->codes, sizeof entry.codes);
  return entry;
}

static askiam_grant_change s_change(const attempt *work)
{
  const aski_grants_request *request = &work->result->request;
  const aski_grants_outcome *outcome = &work->outcome;
  return (askiam_grant_change){.size = sizeof(askiam_grant_change),
                               .request_id = request->request_id,
                               .requester_id = request->requester_id,
                               .version = work->facts.version,
                               .from = work->result->grant.state,
                               .user_id = request->user_id,
                               .application_id = request->application_id,
                               .role_id = request->role_id,
                               .asked_end_ms = request->expires_at_ms,
                               .content_hash = request->content_hash,
                               .entry_hash = request->place.hash,
                               .state = askiam_str_from(aski_grant_step_state(outcome->step)),
                               .granted_at_ms = s_granted_at(work),
                               .expires_at_ms = request->expires_at_ms,
                               .reason = outcome->reason,
                               .moves_version = outcome->moves,
                               .role_status =
                                   outcome->role_status == NULL ? ASKI_STR_NONE : askiam_str_from(outcome->role_status),
                               .role_granted_at_ms = outcome->role_granted_at_ms,
                               .role_expires_at_ms = outcome->role_expires_at_ms};
}

static askiam_status s_seal_and_apply(attempt *work, aski_grant_draft *draft)
{
  askiam_heads heads = {.arena = work->arena};
  const aski_audit *audit = work->grants->audit;
  askiam_status status = aski_journal_heads(audit->journal, work->call, &heads, work->error);
  if (status == ASKIAM_STATUS_OK) {
    const aski_head *head = aski_race_head(&heads, work->result->request.request_id);
    status = aski_grant_draft_seal(draft, audit, head, work->error);
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  const askiam_record *items[] = {draft->record};
  const askiam_records records = {items, 1};
  const askiam_grant_change change = s_change(work);
  return aski_state_grant_apply(work->grants->state, work->call, &change, &records, work->error);
}

static askiam_status s_write(attempt *work)
{
  const aski_grant_entry entry = s_entry(work);
  aski_grant_draft draft;
  askiam_status status = aski_grant_draft_make(&draft, work->arena, work->grants->audit, &entry, work->error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_seal_and_apply(work, &draft);
  }
  aski_grant_draft_clean_up(&draft);
  if (status == ASKIAM_STATUS_OK) {
    askiam_grant_state *grant = &work->result->grant;
    grant->granted_at_ms = s_granted_at(work);
    grant->state = askiam_str_from(aski_grant_step_state(work->outcome.step));
    grant->expires_at_ms = work->result->request.expires_at_ms;
    grant->reason = work->outcome.reason;
    work->result->changed = true;
    work->result->held = work->outcome.held;
    work->result->held_until_ms = work->outcome.held_until_ms;
  }
  return status;
}

static askiam_status s_try(attempt *work)
{
  bool ended = false;
  askiam_status status = s_find(work);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  status = s_read_state(work, &ended);
  if (status == ASKIAM_STATUS_OK && s_is_done(work, ended)) {
    work->settled = true;
    work->result->grant.state = ended ? ASKI_STR("expired") : work->result->grant.state;
    return ASKIAM_STATUS_OK;
  }
  status = status == ASKIAM_STATUS_OK ? s_check_clock(work) : status;
  status = status == ASKIAM_STATUS_OK ? s_load_facts(work) : status;
  status = status == ASKIAM_STATUS_OK ? s_judge(work) : status;
  if (status == ASKIAM_STATUS_OK && work->arena->failed) {
    status = askiam_error_set(work->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory for a grant");
  }
  return status;
}

askiam_status aski_grants_check_stores(const aski_grants *grants, askiam_error *error)
{
  if (!grants->together) {
    return askiam_error_set(
        error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE,
        "grants need one store for catalogue, journal and state, so that one transaction can change all "
        "of it: leave catalogue.url, journal.url and state.url unset");
  }
  return aski_state_grants_provided(grants->state)
             ? ASKIAM_STATUS_OK
             : askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_STORE,
                                "this store cannot change grants");
}

askiam_status aski_grants_change(aski_grants_result *out_result, bool *out_alone, aski_arena *arena,
                                 const aski_grants *grants, const askiam_call *call, const aski_grants_order *order,
                                 askiam_error *error)
{
  *out_result = (aski_grants_result){.grant = {.arena = arena}};
  *out_alone = false;
  askiam_call own = *call;
  aski_race race = {.call = call, .id = order->request_id};
  askiam_status status = aski_grants_check_stores(grants, error);
  while (status == ASKIAM_STATUS_OK) {
    own.now_ms = aski_clock_now_ms(call->clock);
    attempt work = {
        .grants = grants, .call = &own, .order = order, .arena = arena, .error = error, .result = out_result};
    status = aski_race_enter(&race, error);
    status = status == ASKIAM_STATUS_OK ? s_try(&work) : status;
    *out_alone = work.alone;
    if (status != ASKIAM_STATUS_OK || work.settled) {
      return status;
    }
    status = s_write(&work);
    if (status != ASKIAM_STATUS_CONFLICT) {
      return status;
    }
    aski_race_lost(&race);
    status = ASKIAM_STATUS_OK;
  }
  return status;
}
