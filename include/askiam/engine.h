/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine: a configuration brought to life, and the one call that most programs need. */
#ifndef ASKIAM_ENGINE_H
#define ASKIAM_ENGINE_H

#include <askiam/api.h>
#include <askiam/config.h>
#include <askiam/decision.h>
#include <askiam/error.h>
#include <askiam/request.h>

#ifdef __cplusplus
extern "C" {
#endif

/* May be shared by threads. Belongs to the process that made it: after a fork every call on it in the child returns
 * FORKED, but for destroy, which frees memory and leaves the parent's files alone. */
typedef struct askiam_engine askiam_engine;

/* Makes an engine. The configuration is copied and may be destroyed or reused at once. Nothing is opened before it
 * is needed, but names of backends, patterns file and values are checked here. Destroy with askiam_engine_destroy. */
ASKIAM_API askiam_status askiam_engine_new(askiam_engine **out_engine, const askiam_config *config,
                                           askiam_error *error);
/* Cancels what is running and what comes: every call on the engine ends soon with CANCELLED. Waits for nothing, so
 * that a host that goes down can see its threads come back before it destroys the engine. For good; any thread;
 * NULL is fine. */
ASKIAM_API void askiam_engine_cancel(askiam_engine *engine);
/* Cancels what is running, waits for it, closes every backend. NULL is fine. No other call may be started. */
ASKIAM_API void askiam_engine_destroy(askiam_engine *engine);

/* Decides one request. OK for every verdict. On failure the status and, memory permitting, a decision whose
 * verdict is ERROR: *out_decision is NULL or owned by the caller, always. A decision that is not a dry run was
 * recorded durably before this returns. Any thread; the same request object not by two at a time. */
ASKIAM_API askiam_status askiam_validate(askiam_decision **out_decision, askiam_engine *engine,
                                         const askiam_request *request, askiam_error *error);

/* Decides `count` requests in their order and records them with as few commits as possible; no decision is given
 * back before its commit. out_decisions[i] is as from askiam_validate for requests[i], NULL only where memory ran
 * out. Returns OK where every request got a verdict, else the first failure's status. A failed request does not
 * stop the others. */
ASKIAM_API askiam_status askiam_validate_batch(askiam_decision **out_decisions, askiam_engine *engine,
                                               const askiam_request *const *requests, size_t count,
                                               askiam_error *error);

/* Answers in the form of a decision what is no request: OK, and a decision of verdict ERROR whose reason is
 * `problem`'s message and whose code follows from its status. `problem` is how askiam_request_from_json or
 * askiam_request_set failed, `request` what could be read (for its id, its requester and whether it is a dry run),
 * or NULL. Nothing is decided or recorded. On failure *out_decision is as from askiam_validate. Any thread. */
ASKIAM_API askiam_status askiam_reject(askiam_decision **out_decision, askiam_engine *engine,
                                       const askiam_request *request, const askiam_error *problem, askiam_error *error);

/* The recorded decision of a request id and the state of its grant, as JSON ({… the decision …, "grant": {…}}).
 * `requester_id` may be absent; then an id that several requesters used is CONFLICT. NOT_FOUND for an unknown one.
 * It takes request.timeout_ms at most. Free with askiam_string_free. */
ASKIAM_API askiam_status askiam_status_json(char **out_json, askiam_engine *engine, askiam_str request_id,
                                            askiam_str requester_id, askiam_error *error);
/* The same for a host that has only `timeout_ms` left: the least of that and request.timeout_ms counts; 0: that
 * alone. */
ASKIAM_API askiam_status askiam_status_json_within(char **out_json, askiam_engine *engine, askiam_str request_id,
                                                   askiam_str requester_id, int64_t timeout_ms, askiam_error *error);

/* Frees a string that a function of this library gave to the caller, with the engine that made it. NULL is fine. */
ASKIAM_API void askiam_string_free(const askiam_engine *engine, char *text);

#ifdef __cplusplus
}
#endif
#endif
