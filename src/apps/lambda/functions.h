/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions of the table, by their names there. What each takes and answers: docs/lambda.md. */
#ifndef LAMBDA_FUNCTIONS_H
#define LAMBDA_FUNCTIONS_H

#include "function.h"

/* Events of API Gateway, events of Lex V2; or the contract's request, decided for whom it names. */
void lambda_orchestrator_run(lambda_host *host, const lambda_event *event, lambda_reply *reply);
/* The stages, in the contract's form or as an orchestrator of a split pipeline calls them. */
void lambda_extractor_run(lambda_host *host, const lambda_event *event, lambda_reply *reply);
void lambda_rag_run(lambda_host *host, const lambda_event *event, lambda_reply *reply);
void lambda_mcp_run(lambda_host *host, const lambda_event *event, lambda_reply *reply);
/* Also from EventBridge, and in batches from SQS. */
void lambda_audit_run(lambda_host *host, const lambda_event *event, lambda_reply *reply);
/* Events of API Gateway; or {"request_id", "requester_id"?}: the decision and its grant, whole. */
void lambda_status_run(lambda_host *host, const lambda_event *event, lambda_reply *reply);
/* Events of API Gateway; or {"user_id", "message", "session_id"?, "requester_id"?, "request_context"?}: one turn of a
 * conversation. */
void lambda_chat_run(lambda_host *host, const lambda_event *event, lambda_reply *reply);
/* Events of Lex V2; lex.h has what answers them. */
void lambda_lex_function_run(lambda_host *host, const lambda_event *event, lambda_reply *reply);
/* grant.requested from EventBridge or in batches from SQS; or {"request_id", "requester_id"?}. */
void lambda_fulfil_run(lambda_host *host, const lambda_event *event, lambda_reply *reply);
/* Events of API Gateway for authorizers: who calls. */
void lambda_authorizer_run(lambda_host *host, const lambda_event *event, lambda_reply *reply);

#endif
