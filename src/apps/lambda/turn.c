/* SPDX-License-Identifier: Apache-2.0 */
#include "turn.h"

askiam_turn lambda_turn_of(const askiam_request *request, const askiam_principal *principal, askiam_str session_id,
                           const lambda_event *event)
{
  askiam_str trace_id = askiam_request_get(request, ASKIAM_REQUEST_TRACE_ID);
  return (askiam_turn){.size = sizeof(askiam_turn),
                       .principal = principal,
                       .user_id = askiam_request_get(request, ASKIAM_REQUEST_USER_ID),
                       .text = askiam_request_get(request, ASKIAM_REQUEST_TEXT),
                       .session_id = session_id,
                       .request_id = askiam_request_get(request, ASKIAM_REQUEST_ID),
                       .ip = askiam_request_get(request, ASKIAM_REQUEST_IP),
                       .user_agent = askiam_request_get(request, ASKIAM_REQUEST_USER_AGENT),
                       .trace_id = trace_id.data != NULL ? trace_id : event->trace_id,
                       .timestamp = askiam_request_get(request, ASKIAM_REQUEST_TIMESTAMP),
                       .timeout_ms = lambda_event_left_ms(event),
                       .claimed_ip = askiam_request_get(request, ASKIAM_REQUEST_CLAIMED_IP),
                       .claimed_user_agent = askiam_request_get(request, ASKIAM_REQUEST_CLAIMED_USER_AGENT),
                       .claimed_timestamp = askiam_request_get(request, ASKIAM_REQUEST_CLAIMED_TIMESTAMP)};
}
