/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers for a caller over a network: the same decisions, without what concerns others. docs/security.md has the
 * rules. */
#ifndef ASKIAM_ANSWER_H
#define ASKIAM_ANSWER_H

#include <askiam/auth.h>
#include <askiam/decision.h>
#include <askiam/request.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Makes a principal accountable for a request that a stranger wrote: he becomes its requester, and its user where
 * it names none. NOT_PERMITTED where it names another requester, or another user and he lacks the scope
 * "on-behalf". What it says of ip, user agent and time becomes what is claimed (ASKIAM_REQUEST_CLAIMED_IP, …):
 * whoever took the request sets what he saw himself. Its session and trace id stay. */
ASKIAM_API askiam_status askiam_answer_admit(askiam_request *request, const askiam_principal *principal,
                                             askiam_error *error);

/* The decision as JSON for `viewer`: with the scope "audit" it is askiam_decision_to_json; else what concerns
 * others is left out (docs/security.md). The shape stays the contract's: texts become null, lists empty. Free with
 * askiam_string_free. */
ASKIAM_API askiam_status askiam_answer_json(char **out_json, askiam_engine *engine, const askiam_decision *decision,
                                            const askiam_principal *viewer, askiam_error *error);

/* askiam_status_json for `viewer`, and likewise: of a request that the viewer made or benefits from, or of any
 * with the scope "audit"; NOT_FOUND for all else, whether it exists or not. `requester_id` may be absent: then of
 * all requesters of this id the one that the viewer may see; CONFLICT where these are several. */
ASKIAM_API askiam_status askiam_answer_status_json(char **out_json, askiam_engine *engine, askiam_str request_id,
                                                   askiam_str requester_id, const askiam_principal *viewer,
                                                   askiam_error *error);
/* The same within `timeout_ms`, as askiam_status_json_within has it. */
ASKIAM_API askiam_status askiam_answer_status_json_within(char **out_json, askiam_engine *engine, askiam_str request_id,
                                                          askiam_str requester_id, const askiam_principal *viewer,
                                                          int64_t timeout_ms, askiam_error *error);

#ifdef __cplusplus
}
#endif
#endif
