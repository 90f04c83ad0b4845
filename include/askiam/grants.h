/* SPDX-License-Identifier: Apache-2.0
 *
 * Fulfilment: from a decision that is VALID to a row of user_roles, once; and back. Every change is recorded in the
 * audit trail and sent as an event, in the transaction that makes it. docs/grants.md. */
#ifndef ASKIAM_GRANTS_H
#define ASKIAM_GRANTS_H

#include <askiam/audit.h>
#include <askiam/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Grants what a request asked for, if it is VALID, unchanged, not yet fulfilled, not revoked, and if no hard check
 * fails now (in both modes; at the end that was decided). OK whether or not it was granted: *out_json is
 * {"request_id", "requester_id", "user_id", "app_id", "role_id", "grant": {"state", "granted_at", "expires_at",
 * "reason"}, "changed"}; the state is granted, failed, revoked or expired, and "changed" is true where this call
 * brought it about; then "held" and "held_until" say whether the user has the role now, by whatever. `requester_id` may be absent; then an id that several requesters used is CONFLICT. NOT_FOUND for
 * an unknown request, BAD_DATA for one that was not VALID, CORRUPT for one that is not what was recorded,
 * NOT_SUPPORTED where catalogue, journal and state are not one store. After a failure (UNAVAILABLE, BUSY, …) it may be
 * tried again: at once, twice, or by several at the same time. Nothing was changed then, unless a remote store's
 * answer to the commit was lost for good: who looks later finds the state, and "changed" false. Free with
 * askiam_string_free. Any thread. */
ASKIAM_API askiam_status askiam_grant_fulfil(char **out_json, askiam_engine *engine, askiam_str request_id,
                                             askiam_str requester_id, askiam_error *error);
/* The same for a host that has only `timeout_ms` left: the least of that and request.timeout_ms counts; 0: that alone.
 * Whatever was not committed by then is rolled back, and the call is TIMEOUT, or what the store says of it. */
ASKIAM_API askiam_status askiam_grant_fulfil_within(char **out_json, askiam_engine *engine, askiam_str request_id,
                                                    askiam_str requester_id, int64_t timeout_ms, askiam_error *error);
/* The same for an event grant.requested, in the contract's envelope, or EventBridge's. Nothing of the event is
 * believed but its ids, which must be those of the stored request: BAD_DATA for another event or one whose role or
 * user is another. */
ASKIAM_API askiam_status askiam_grant_fulfil_event(char **out_json, askiam_engine *engine, askiam_str event,
                                                   askiam_error *error);
/* The same within `timeout_ms`, as askiam_grant_fulfil_within has it. */
ASKIAM_API askiam_status askiam_grant_fulfil_event_within(char **out_json, askiam_engine *engine, askiam_str event,
                                                          int64_t timeout_ms, askiam_error *error);
/* Fulfils every request that waits for it, oldest first, a line each as above. What concerns one request alone, such
 * as one that was changed in the store, is a line with `grant` null and "error": {"status", "message"}, and the
 * others go on; an outage ends the walk with its status. Without a deadline. */
ASKIAM_API askiam_status askiam_grants_fulfil_all(askiam_engine *engine, askiam_line_fn line, void *context,
                                                  askiam_error *error);
/* The same, ended after `timeout_ms` with TIMEOUT: those whose line was told stay, and the next walk goes on with the
 * others. 0: without a deadline. */
ASKIAM_API askiam_status askiam_grants_fulfil_all_within(askiam_engine *engine, askiam_line_fn line, void *context,
                                                         int64_t timeout_ms, askiam_error *error);

/* Takes a request's grant back, or forbids it before it is granted. `actor_id` (required) is who does it, for the
 * record; `reason` may be absent. OK also where it was revoked already; NOT_FOUND for an unknown request; BAD_DATA
 * for one that was not VALID. *out_json (may be NULL) as above. */
ASKIAM_API askiam_status askiam_grant_revoke(char **out_json, askiam_engine *engine, askiam_str request_id,
                                             askiam_str requester_id, askiam_str actor_id, askiam_str reason,
                                             askiam_error *error);
/* The same within `timeout_ms`, as askiam_grant_fulfil_within has it. */
ASKIAM_API askiam_status askiam_grant_revoke_within(char **out_json, askiam_engine *engine, askiam_str request_id,
                                                    askiam_str requester_id, askiam_str actor_id, askiam_str reason,
                                                    int64_t timeout_ms, askiam_error *error);
/* Ends every grant whose time has come, a line each as above, each in a transaction of its own. Without a deadline. */
ASKIAM_API askiam_status askiam_grants_expire(askiam_engine *engine, askiam_line_fn line, void *context,
                                              askiam_error *error);
/* The same within `timeout_ms`, as askiam_grants_fulfil_all_within has it. */
ASKIAM_API askiam_status askiam_grants_expire_within(askiam_engine *engine, askiam_line_fn line, void *context,
                                                     int64_t timeout_ms, askiam_error *error);

#ifdef __cplusplus
}
#endif
#endif
