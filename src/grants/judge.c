/* SPDX-License-Identifier: Apache-2.0 */
#include "grants/judge.h"

/* The user's row for the role: a store has at most one; of several the one granted last. */
static const aski_grant *s_row(const aski_facts *facts, askiam_str role_id)
{
  const aski_grant *found = NULL;
  for (size_t i = 0; facts != NULL && i < facts->grants.count; ++i) {
    const aski_grant *grant = &facts->grants.items[i];
    if (aski_str_equal(grant->role_id, role_id) && (found == NULL || grant->granted_at_ms >= found->granted_at_ms)) {
      found = grant;
    }
  }
  return found;
}

int64_t aski_grants_moment(const aski_facts *facts, int64_t now_ms)
{
  int64_t moment_ms = now_ms;
  for (size_t i = 0; i < facts->grants.count; ++i) {
    const aski_grant *grant = &facts->grants.items[i];
    if (grant->status == ASKIAM_GRANT_ACTIVE && grant->granted_at_ms > moment_ms &&
        grant->granted_at_ms <= now_ms + ASKI_GRANTS_SKEW_MS) {
      moment_ms = grant->granted_at_ms;
    }
  }
  return moment_ms;
}

static void s_tell_held(aski_grants_outcome *outcome, const aski_grant *row, int64_t now_ms)
{
  outcome->held = row != NULL && aski_grant_held(row, now_ms);
  outcome->held_until_ms = outcome->held ? row->expires_at_ms : 0;
}

static void s_set_row(aski_grants_outcome *outcome, const char *status, int64_t granted_at_ms, int64_t expires_at_ms)
{
  outcome->role_status = status;
  outcome->role_granted_at_ms = granted_at_ms;
  outcome->role_expires_at_ms = expires_at_ms;
}

typedef struct objections {
  aski_grants_outcome *outcome;
  aski_arena *arena;
} objections;

static void s_object(const objections *against, const char *code, askiam_str words)
{
  aski_grants_outcome *outcome = against->outcome;
  if (outcome->code_count < ASKI_GRANT_CODES_MAX) {
    outcome->codes[outcome->code_count++] = code;
  }
  outcome->reason = outcome->reason.length == 0 ? words
                                                : aski_arena_format(against->arena, "%.*s %.*s",
                                                                    ASKI_STR_ARG(outcome->reason), ASKI_STR_ARG(words));
}

/* What evidence may have passed is soft; that somebody or something does not exist, is not active, or is given
 * already, never is, whatever the settings say. */
static bool s_stands_against(const aski_check *check, bool by_evidence)
{
  switch (check->code) {
  case ASKI_CHECK_PREREQUISITES_HELD:
  case ASKI_CHECK_NO_SOD_CONFLICT:
  case ASKI_CHECK_NOT_RESTRICTED:
  case ASKI_CHECK_POLICY:
    return !check->passed && (check->hard || !by_evidence);
  case ASKI_CHECK_USER_ACTIVE:
  case ASKI_CHECK_APP_ACTIVE:
  case ASKI_CHECK_ROLE_ACTIVE:
  case ASKI_CHECK_ROLE_IN_APP:
  case ASKI_CHECK_NOT_ASSIGNED:
  case ASKI_CHECK_COUNT:
  default:
    return !check->passed;
  }
}

static void s_check_rules(const objections *against, const aski_rules_result *rules, bool by_evidence)
{
  for (size_t i = 0; i < rules->count; ++i) {
    const aski_check *check = &rules->checks[i];
    if (s_stands_against(check, by_evidence)) {
      s_object(against, aski_code_name(check->reason), check->detail);
    }
  }
}

static void s_check_requester(const objections *against, const aski_grants_request *request, const aski_facts *facts)
{
  if (aski_str_equal(request->requester_id, request->user_id)) {
    return;
  }
  if (!facts->requester.found) {
    s_object(against, aski_code_name(ASKI_CODE_REQUESTER_UNKNOWN), ASKI_STR("The requester is not known any more."));
  } else if (facts->requester.status != ASKIAM_ENTITY_ACTIVE) {
    s_object(against, aski_code_name(ASKI_CODE_REQUESTER_INACTIVE), ASKI_STR("The requester is not active."));
  }
}

/* A row that somebody revoked by hand after the decision is not made active again; one that was revoked then was
 * known to it. What was known is forgotten with the words of a request, or was never seen: then nothing is taken for
 * known. */
static void s_check_row(const objections *against, const aski_grants_request *request, const aski_grant *row,
                        int64_t now_ms)
{
  if (row == NULL) {
    return;
  }
  const aski_grant *known = s_row(request->facts, request->role_id);
  if (row->status == ASKIAM_GRANT_REVOKED && (known == NULL || known->status != ASKIAM_GRANT_REVOKED)) {
    s_object(against, ASKI_GRANTS_CODE_REVOKED_SINCE, ASKI_STR("The role was revoked after it was approved."));
  } else if (row->status == ASKIAM_GRANT_ACTIVE && row->granted_at_ms > now_ms) {
    s_object(against, aski_code_name(ASKI_CODE_ALREADY_ASSIGNED),
             ASKI_STR("The role is assigned already, from a later time on."));
  }
}

void aski_grants_judge_fulfilment(aski_grants_outcome *out_outcome, aski_arena *arena,
                                  const aski_grants_request *request, const aski_facts *facts,
                                  const aski_rules_result *rules, int64_t now_ms)
{
  *out_outcome = (aski_grants_outcome){.step = ASKI_GRANT_FAILED};
  const objections against = {out_outcome, arena};
  const aski_grant *row = s_row(facts, request->role_id);
  if (request->expires_at_ms != 0 && request->expires_at_ms <= now_ms) {
    s_object(&against, ASKI_GRANTS_CODE_ENDED, ASKI_STR("The access would have ended before it was granted."));
  }
  s_check_requester(&against, request, facts);
  s_check_rules(&against, rules, request->by_evidence);
  s_check_row(&against, request, row, now_ms);
  if (out_outcome->code_count > 0) {
    s_tell_held(out_outcome, row, now_ms);
    return;
  }
  bool extends = row != NULL && aski_grant_held(row, now_ms);
  out_outcome->step = ASKI_GRANT_GRANTED;
  out_outcome->granted_at_ms = now_ms;
  out_outcome->moves = true;
  s_set_row(out_outcome, "active", extends ? row->granted_at_ms : now_ms, request->expires_at_ms);
  out_outcome->held = true;
  out_outcome->held_until_ms = request->expires_at_ms;
}

void aski_grants_add_other(aski_grants_others *others, int64_t end_ms)
{
  if (!others->any || end_ms == 0 || (others->latest_end_ms != 0 && end_ms > others->latest_end_ms)) {
    others->latest_end_ms = end_ms;
  }
  others->any = true;
}

static bool s_ends_by(int64_t end_ms, int64_t moment_ms) { return end_ms != 0 && end_ms <= moment_ms; }

/* What remains is what other requests were granted, or was held apart from them, and never more than the row says:
 * whoever shortened it by hand meant it. */
static void s_take_back(aski_grants_outcome *outcome, const aski_grant *row, const aski_grants_others *others,
                        int64_t now_ms)
{
  aski_grant left = *row;
  if (!others->any || s_ends_by(others->latest_end_ms, now_ms)) {
    left.status = ASKIAM_GRANT_REVOKED;
    s_set_row(outcome, "revoked", row->granted_at_ms, row->expires_at_ms);
  } else if (others->latest_end_ms != 0 && !s_ends_by(row->expires_at_ms, others->latest_end_ms)) {
    left.expires_at_ms = others->latest_end_ms;
    s_set_row(outcome, "active", row->granted_at_ms, others->latest_end_ms);
  }
  s_tell_held(outcome, &left, now_ms);
}

void aski_grants_judge_revocation(aski_grants_outcome *out_outcome, const aski_grants_request *request,
                                  const aski_facts *facts, const aski_grants_others *others, bool was_granted,
                                  int64_t now_ms)
{
  *out_outcome = (aski_grants_outcome){.step = ASKI_GRANT_REVOKED, .moves = was_granted};
  const aski_grant *row = s_row(facts, request->role_id);
  if (was_granted && row != NULL && row->status == ASKIAM_GRANT_ACTIVE) {
    s_take_back(out_outcome, row, others, now_ms);
  } else {
    s_tell_held(out_outcome, row, now_ms);
  }
}

void aski_grants_judge_end(aski_grants_outcome *out_outcome, const aski_grants_request *request,
                           const aski_facts *facts, int64_t now_ms)
{
  *out_outcome = (aski_grants_outcome){.step = ASKI_GRANT_EXPIRED, .moves = true};
  const aski_grant *row = s_row(facts, request->role_id);
  if (row != NULL && row->status == ASKIAM_GRANT_ACTIVE && s_ends_by(row->expires_at_ms, now_ms)) {
    s_set_row(out_outcome, "expired", row->granted_at_ms, row->expires_at_ms);
  }
  s_tell_held(out_outcome, row, now_ms);
}
