/* SPDX-License-Identifier: Apache-2.0
 *
 * The code hook of Amazon Lex V2. */
#ifndef LAMBDA_LEX_H
#define LAMBDA_LEX_H

#include "function.h"

/* Whether an event is one of Lex V2's code hooks. */
bool lambda_lex_is_event(askiam_str event_json);
/* Who called where that is known already (POST /lex-webhook), and what was seen of his call: its ip, user agent and
 * time. */
typedef struct lambda_lex_caller {
  const askiam_principal *principal;
  const askiam_request *seen;
} lambda_lex_caller;

/* Answers a Lex V2 event (`lex_event_json`, well-formed JSON) with a Lex V2 response in reply->out, or an error_type.
 * Without a caller it is whom the event's verified session attributes name. `event` says how long there is. */
void lambda_lex_run(lambda_host *host, const lambda_event *event, askiam_str lex_event_json,
                    const lambda_lex_caller *caller_or_null, lambda_reply *reply);

#endif
