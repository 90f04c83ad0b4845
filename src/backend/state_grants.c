/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls into a store's state about grants: changing one, listing them. */
#include "backend/answer.h"

bool aski_state_grants_provided(const aski_state *state)
{
  return state->provided && state->table.grant_apply != NULL && state->table.grants != NULL;
}

askiam_status aski_state_grant_apply(const aski_state *state, const askiam_call *call,
                                     const askiam_grant_change *change, const askiam_records *records,
                                     askiam_error *error)
{
  if (state->table.grant_apply == NULL) {
    return aski_answer_not_provided(ASKIAM_LAYER_STORE, "state", "grant_apply", error);
  }
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, state->provided, ASKIAM_LAYER_STORE, "state", "grant_apply",
                         "state.grant_apply", error)) {
    return status;
  }
  status = state->table.grant_apply(state->self, call, change, records, &answer.own);
  return aski_answer_end(&answer, status, error);
}

/* Stands between the slot and who asked: a grant that was not asked for ends the walk. */
typedef struct grant_walk {
  const askiam_grant_query *query;
  askiam_grant_fn grant;
  void *context;
  size_t count;
  askiam_status refused; /* by who asked */
  const char *wrong;     /* with the slot */
} grant_walk;

static askiam_status s_row(void *context, askiam_str requester_id, askiam_str request_id, int64_t at_ms)
{
  grant_walk *walk = context;
  if (walk->wrong != NULL || walk->refused != ASKIAM_STATUS_OK) {
    return ASKIAM_STATUS_UNAVAILABLE; /* a slot that goes on all the same changes nothing by it */
  }
  const askiam_grant_query *query = walk->query;
  bool own_right = query->list == ASKIAM_GRANTS_OF_ROLE && request_id.data == NULL && requester_id.data == NULL;
  if (!own_right && (request_id.length == 0 || requester_id.length == 0)) {
    walk->wrong = "a grant without its request";
  } else if (query->list != ASKIAM_GRANTS_OF_ROLE && walk->count >= query->limit) {
    walk->wrong = "more grants than were wanted";
  } else if (query->list == ASKIAM_GRANTS_ENDED && at_ms > query->now_ms) {
    walk->wrong = "a grant that has not ended";
  }
  if (walk->wrong != NULL) {
    return ASKIAM_STATUS_UNAVAILABLE;
  }
  ++walk->count;
  walk->refused = walk->grant(walk->context, requester_id, request_id, at_ms);
  return walk->refused;
}

askiam_status aski_state_grants(const aski_state *state, const askiam_call *call, const askiam_grant_query *query,
                                askiam_grant_fn grant, void *context, askiam_error *error)
{
  if (state->table.grants == NULL) {
    return aski_answer_not_provided(ASKIAM_LAYER_STORE, "state", "grants", error);
  }
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, state->provided, ASKIAM_LAYER_STORE, "state", "grants", "state.grants",
                         error)) {
    return status;
  }
  grant_walk walk = {.query = query, .grant = grant, .context = context};
  status = state->table.grants(state->self, call, query, s_row, &walk, &answer.own);
  if (walk.wrong != NULL) {
    status = aski_answer_wrong(&answer, "%s", walk.wrong);
  } else if (walk.refused != ASKIAM_STATUS_OK) {
    status = walk.refused; /* whatever the slot made of it */
  }
  return aski_answer_end(&answer, status, error);
}
