/* SPDX-License-Identifier: Apache-2.0
 *
 * State that changes while people work: grants on their way, and sessions. */
#ifndef ASKIAM_BACKEND_STATE_H
#define ASKIAM_BACKEND_STATE_H

#include <askiam/backend/backend.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What became of a request's grant. Filled by the backend; strings are copied. */
typedef struct askiam_grant_state askiam_grant_state;
/* `state` is one of none, requested, granted, failed, revoked, expired; times are UTC milliseconds, 0 for none. */
ASKIAM_API askiam_status askiam_grant_state_set(askiam_grant_state *grant, const char *state, int64_t granted_at_ms,
                                                int64_t expires_at_ms, askiam_str reason);

/* Receives a session's value; borrowed. */
typedef askiam_status (*askiam_session_fn)(void *context, askiam_str value, int64_t revision);

/* Append-only. Slots may be called by several threads. */
typedef struct askiam_state_vtable {
  size_t size; /* Mandatory */
  /* The state of the grant that a request led to. Optional: none, or requested for a VALID decision. */
  askiam_status (*grant)(void *self, const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                         askiam_grant_state *grant, askiam_error *error);
  /* Reads a session that has not expired; NOT_FOUND where there is none. Optional, like the next two: no sessions. */
  askiam_status (*session_get)(void *self, const askiam_call *call, askiam_str session_id, askiam_session_fn session,
                               void *context, askiam_error *error);
  /* Writes it where its revision is still `revision` (0: it must not exist), else CONFLICT; the new one is revision + 1. */
  askiam_status (*session_put)(void *self, const askiam_call *call, askiam_str session_id, askiam_str value,
                               int64_t revision, int64_t expires_at_ms, askiam_error *error);
  askiam_status (*session_drop)(void *self, const askiam_call *call, askiam_str session_id, askiam_error *error);
} askiam_state_vtable;

#ifdef __cplusplus
}
#endif
#endif
