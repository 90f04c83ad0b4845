/* SPDX-License-Identifier: Apache-2.0
 *
 * One HTTP request, whichever event brought it. Everything in it comes from what API Gateway says, or, where it says
 * so, from the client. */
#ifndef LAMBDA_HTTP_EVENT_H
#define LAMBDA_HTTP_EVENT_H

#include "apps/common/json_view.h"

enum { LAMBDA_HTTP_BODY_MAX_BYTES = 65536 };

typedef enum lambda_http_form {
  LAMBDA_HTTP_REST,    /* payload 1.0: REST APIs, and HTTP APIs that are set to it */
  LAMBDA_HTTP_V2,      /* payload 2.0: HTTP APIs, function URLs */
  LAMBDA_HTTP_BALANCER /* an Application Load Balancer's: not served, only answered */
} lambda_http_form;

typedef struct lambda_http_request {
  app_scratch scratch; /* what the texts below look into, beside the event; failed also by a function below */
  app_json context;    /* requestContext */
  app_json headers;    /* of texts, or of lists of texts */
  app_json query;
  lambda_http_form form;
  bool lists; /* headers are lists */
  askiam_str method;
  askiam_str path;       /* without stage and base path, still percent-encoded */
  askiam_str whole_path; /* with a first segment that may be the stage, or a route of the same name; else absent */
  askiam_str source_ip;  /* as the gateway saw it */
  askiam_str user_agent; /* what the client calls itself */
  askiam_str gateway_id; /* requestContext.requestId */
  int64_t time_ms;       /* when the gateway took it; 0: unknown */
  askiam_str body;       /* absent where there is none */
  bool body_is_broken;   /* said to be Base64, and is not */
  bool body_is_large;    /* more than LAMBDA_HTTP_BODY_MAX_BYTES: it was not even read */
} lambda_http_request;

/* Reads an event for which lambda_http_is_event is true. What is missing is absent. Always:
 * lambda_http_request_clean_up. */
void lambda_http_request_read(lambda_http_request *out_request, askiam_str event_json);
void lambda_http_request_clean_up(lambda_http_request *request);

/* A string of the event, unescaped, as long as the request; absent for anything else. */
askiam_str lambda_http_text(lambda_http_request *request, app_json value);
/* How many values the client gave a header, its name in lower case; *out_value is the only one, else absent. */
size_t lambda_http_header(lambda_http_request *request, const char *name, askiam_str *out_value);
/* A parameter of the query, decoded by the gateway; absent where it is not there. */
askiam_str lambda_http_query(lambda_http_request *request, const char *name);

/* The route's part of a path: of `path` as many segments from its end as the route's template has
 * ("/status/{request_id}", "/{proxy+}", whose value is `greedy`), so that stage and base path fall away; without a
 * template only a first segment that is the stage. */
askiam_str lambda_http_route_path(askiam_str path, askiam_str template, askiam_str greedy, askiam_str stage);
/* Room for a text, as long as the request; NULL where memory ran out. */
char *lambda_http_room(lambda_http_request *request, size_t size_bytes);
/* Undoes percent-encoding once. Absent where an escape is none. */
askiam_str lambda_http_decode(lambda_http_request *request, askiam_str encoded);
/* Undoes Base64 (RFC 4648, with padding). Absent where it is none. */
askiam_str lambda_http_base64(lambda_http_request *request, askiam_str encoded);

#endif
