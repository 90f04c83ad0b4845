/* SPDX-License-Identifier: Apache-2.0
 *
 * The routes of docs/http.md, and what answers them. A handler is called with somebody who is authenticated; it always
 * answers. */
#ifndef LAMBDA_HTTP_ROUTES_H
#define LAMBDA_HTTP_ROUTES_H

#include "function.h"
#include "http_answer.h"

/* All that one request is answered from. */
typedef struct lambda_http_call {
  lambda_host *host;
  const lambda_event *event;
  lambda_http_request *request;
  lambda_http_answer *answer;
  askiam_engine *engine;
  const askiam_principal *principal;
  askiam_str id; /* the path's variable part, decoded; absent in routes without one */
} lambda_http_call;

typedef struct lambda_http_route {
  const char *method;
  const char *first; /* the first segment */
  bool has_id;       /* a second one is an id */
  const char *allow; /* the methods of its path */
  void (*handle)(lambda_http_call *call);
} lambda_http_route;

/* The route of a path, whatever its method; *out_id is its id, decoded. NULL: there is none. */
const lambda_http_route *lambda_http_route_find(lambda_http_request *request, askiam_str *out_id);

/* Reads the body as a request of the principal, with what the gateway saw of the call; and where it is a turn, the
 * session that it belongs to. NULL: it was answered why not. */
askiam_request *lambda_http_body_request(lambda_http_call *call, askiam_str *out_session_or_null);
/* Sets what the gateway saw of the call, whatever the client claims: ip, user agent, time; and the trace, where it has
 * none. False: it was answered why not. */
bool lambda_http_take_circumstances(lambda_http_call *call, askiam_request *request);
/* Whether there is a body of JSON of a size that is taken; else it was answered why not. */
bool lambda_http_body_check(lambda_http_call *call);

void lambda_http_requests(lambda_http_call *call);
void lambda_http_chat(lambda_http_call *call);
void lambda_http_status(lambda_http_call *call);
void lambda_http_lex(lambda_http_call *call);

#endif
