/* SPDX-License-Identifier: Apache-2.0
 *
 * Events of API Gateway (REST: payload 1.0; HTTP API: payload 2.0), and the responses to them. docs/http.md. */
#ifndef LAMBDA_HTTP_H
#define LAMBDA_HTTP_H

#include "function.h"

/* Whether an event is one of API Gateway's, whichever form, or one that would be (a load balancer's): lambda_http_run
 * answers them all. */
bool lambda_http_is_event(askiam_str event_json);
/* Answers it: a response in the event's own form, whatever is wrong with it. */
void lambda_http_run(lambda_host *host, const lambda_event *event, lambda_reply *reply);

#endif
