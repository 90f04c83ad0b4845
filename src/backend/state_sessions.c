/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls into a store's sessions. */
#include "backend/answer.h"

static bool s_begin(aski_answer *answer, askiam_status *out_status, const aski_state *state, const askiam_call *call,
                    const char *slot, const char *name, askiam_error *error)
{
  const askiam_state_vtable *table = &state->table;
  bool kept = table->session_get != NULL && table->session_put != NULL && table->session_drop != NULL;
  if (state->provided && !kept) {
    *out_status = aski_answer_not_provided(ASKIAM_LAYER_STORE, "state", slot, error);
    return false;
  }
  return aski_answer_begin(answer, out_status, call, state->provided, ASKIAM_LAYER_STORE, "state", slot, name, error);
}

/* What a slot hands on; more than one session is no answer. */
typedef struct reader {
  aski_session *session;
  size_t count;
} reader;

static askiam_status s_take(void *context, askiam_str value, int64_t revision)
{
  reader *read = context;
  ++read->count;
  read->session->revision = revision;
  aski_buffer_append(read->session->value, value);
  return read->session->value->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

askiam_status aski_state_session_get(const aski_state *state, const askiam_call *call, askiam_str session_id,
                                     aski_session *session, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!s_begin(&answer, &status, state, call, "session_get", "state.session_get", error)) {
    return status;
  }
  reader read = {session, 0};
  status = state->table.session_get(state->self, call, session_id, s_take, &read, &answer.own);
  if (status == ASKIAM_STATUS_OK && (read.count != 1 || session->revision <= 0)) {
    status = aski_answer_wrong(&answer, "%zu sessions for one id, or one without a revision", read.count);
  }
  return aski_answer_end(&answer, status, error);
}

askiam_status aski_state_session_put(const aski_state *state, const askiam_call *call, askiam_str session_id,
                                     askiam_str value, int64_t revision, int64_t expires_at_ms, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!s_begin(&answer, &status, state, call, "session_put", "state.session_put", error)) {
    return status;
  }
  status = state->table.session_put(state->self, call, session_id, value, revision, expires_at_ms, &answer.own);
  return aski_answer_end(&answer, status, error);
}

askiam_status aski_state_session_drop(const aski_state *state, const askiam_call *call, askiam_str session_id,
                                      askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!s_begin(&answer, &status, state, call, "session_drop", "state.session_drop", error)) {
    return status;
  }
  status = state->table.session_drop(state->self, call, session_id, &answer.own);
  return aski_answer_end(&answer, status, error);
}
