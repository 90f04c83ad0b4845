/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions of the table, by their names there. */
#ifndef LAMBDA_FUNCTIONS_H
#define LAMBDA_FUNCTIONS_H

#include "function.h"

/* Events of API Gateway; or {"request_id", "requester_id"?}: the decision and its grant, whole. */
void lambda_status_run(lambda_host *host, const lambda_event *event, lambda_reply *reply);
/* Events of API Gateway; or {"user_id", "message", "session_id"?, "requester_id"?, "request_context"?}: one turn of a conversation. */
void lambda_chat_run(lambda_host *host, const lambda_event *event, lambda_reply *reply);

#endif
