/* SPDX-License-Identifier: Apache-2.0
 *
 * The function `lex`: the code hook of Amazon Lex V2. */
#include "apps/common/json_view.h"
#include "functions.h"
#include "lex.h"
#include "reply.h"

bool lambda_lex_is_event(askiam_str event_json)
{
  return app_json_member(event_json, "sessionState").data != NULL && app_json_member(event_json, "bot").data != NULL;
}

void lambda_lex_run(lambda_host *host, const lambda_event *event, askiam_str lex_event_json,
                    const askiam_principal *principal_or_null, lambda_reply *reply)
{
  (void)host;
  (void)event;
  (void)lex_event_json;
  (void)principal_or_null;
  lambda_reply_refuse(reply, "events of Lex are not answered by this build");
}

void lambda_lex_function_run(lambda_host *host, const lambda_event *event, lambda_reply *reply)
{
  lambda_lex_run(host, event, event->body, NULL, reply);
}
