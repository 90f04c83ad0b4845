/* SPDX-License-Identifier: Apache-2.0
 *
 * The stages of the pipeline, each alone: what the spec draws as functions of their own. Inputs and outputs are
 * the JSON of the contract, so that a stage can run in another process. Every *out_json is owned:
 * askiam_string_free. */
#ifndef ASKIAM_STAGES_H
#define ASKIAM_STAGES_H

#include <askiam/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Words to entities. OK also where something is missing or unknown: the codes then say so. The request needs no
 * user id here: without one, "I" stays nobody in particular. */
ASKIAM_API askiam_status askiam_extract(char **out_json, askiam_engine *engine, const askiam_request *request,
                                        askiam_error *error);

/* What the two validators are asked about, by id; all strings borrowed for the call. The end is `expires_at_ms`,
 * or `duration_ms` from the moment at which the engine looks (to the millisecond what policies see as
 * askiam:RequestedDurationSeconds); with 0 in both there is none, and not both may be given (INVALID_ARGUMENT).
 * The context is what policies may read: ip and user agent may be absent, `requester_id` absent means the user.
 * A host that has only `timeout_ms` left says so; the least of that and request.timeout_ms counts, 0: that alone.
 * Append-only, `size` is sizeof. */
typedef struct askiam_triple {
  size_t size;
  askiam_str user_id;
  askiam_str application_id;
  askiam_str role_id;
  askiam_str request_id;
  askiam_str requester_id;
  askiam_str ip;
  askiam_str user_agent;
  int64_t expires_at_ms;
  int64_t duration_ms;
  int64_t timeout_ms;
} askiam_triple;

/* Evidence: {is_valid, confidence, documents, reason, …}. An unknown id abstains and says so. */
ASKIAM_API askiam_status askiam_rag_validate(char **out_json, askiam_engine *engine, const askiam_triple *triple,
                                             askiam_error *error);
/* Facts: {is_valid, reason, checks, queries_executed}. An unknown id is NOT_FOUND; a role of another application
 * is the failed check ROLE_IN_APP. */
ASKIAM_API askiam_status askiam_rules_validate(char **out_json, askiam_engine *engine, const askiam_triple *triple,
                                               askiam_error *error);
/* What the store's policies say about a triple, now, and why: the object of askiam_policy_explain with three
 * members more: "mode", the value of `policy.mode`, "passed", whether the check POLICY passes, and "detail", what
 * it says. The "decision" and its "reason" are those of the documents alone: in the mode guardrail only
 * ExplicitlyDenied refuses, so that ImplicitlyDenied may stand beside "passed": true, and the detail says so.
 * Without an application it is the role's own. An unknown id is NOT_FOUND; policies that cannot be had are the
 * failure that says why (in a decision the check POLICY fails then). */
ASKIAM_API askiam_status askiam_policy_explain_request(char **out_json, askiam_engine *engine,
                                                       const askiam_triple *triple, askiam_error *error);

/* The functions that a pipeline of `topology` split calls. Grows at its end. */
typedef enum askiam_stage {
  ASKIAM_STAGE_EXTRACTOR,
  ASKIAM_STAGE_RAG,
  ASKIAM_STAGE_MCP,
  ASKIAM_STAGE_AUDIT
} askiam_stage;

/* Serves a stage to an orchestrator in another process. `json` is what its function is called with: the contract's
 * form, with the member "pipeline" besides; the answer is the contract's too, with that member besides, which
 * carries what else the pipeline needs (docs/split.md). OK with *out_json NULL where the member is not there: then
 * it is a call like any other, for askiam_extract, askiam_rag_validate, askiam_rules_validate or
 * askiam_audit_record. A failure of the stage is an answer as well, which says so; not OK are only a bad argument,
 * BAD_DATA for what is no JSON, and NO_MEMORY. The stage always runs in this engine, whatever its own `topology`,
 * and with the caller's settings for decisions. `timeout_ms` is how long it may take; 0 is as long as the
 * configuration says, or less where the orchestrator waits no longer. Whoever may call it can have anything
 * recorded: callers are authorised before. */
ASKIAM_API askiam_status askiam_stage_serve(char **out_json, askiam_engine *engine, askiam_stage stage, askiam_str json,
                                            int64_t timeout_ms, askiam_error *error);

#ifdef __cplusplus
}
#endif
#endif
