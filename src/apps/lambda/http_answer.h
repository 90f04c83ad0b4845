/* SPDX-License-Identifier: Apache-2.0
 *
 * What is answered to an HTTP request: a status, a few headers, a body of JSON; and the response of API Gateway that
 * carries it. */
#ifndef LAMBDA_HTTP_ANSWER_H
#define LAMBDA_HTTP_ANSWER_H

#include <askiam/error.h>
#include <stdio.h>

#include "http_event.h"

enum { LAMBDA_HTTP_ID_MAX_BYTES = 128 };

/* What cross-origin headers an answer gets; absent: none. Borrowed from the configuration and the request. */
typedef struct lambda_http_cors {
  askiam_str origin;  /* Access-Control-Allow-Origin */
  bool vary;          /* the answer depends on the origin */
  bool credentials;   /* Access-Control-Allow-Credentials */
  askiam_str headers; /* of a preflight; likewise the next */
  askiam_str max_age;
} lambda_http_cors;

typedef struct lambda_http_answer {
  int code;
  bool is_problem;       /* application/problem+json */
  bool has_errors;       /* which ends with a list of what is wrong */
  const char *allow;     /* static; NULL for none */
  bool challenge;        /* says how to authenticate */
  int64_t retry_after_s; /* 0: does not say */
  char request_id[LAMBDA_HTTP_ID_MAX_BYTES + 1];
  lambda_http_cors cors;
  FILE *body;  /* memory */
  bool failed; /* what was written to it before could not be dropped */
  char *text;
  size_t length;
} lambda_http_answer;

/* Takes the request's id over: what the client sent as X-Request-ID where that is well-formed, else the gateway's, else
 * `otherwise`. False: memory ran out. */
bool lambda_http_answer_init(lambda_http_answer *out_answer, lambda_http_request *request, askiam_str otherwise);
void lambda_http_answer_clean_up(lambda_http_answer *answer);
/* 1 to 128 of [A-Za-z0-9._:-]: safe in a header, a log, an id of a request. */
bool lambda_http_is_id(askiam_str text);

/* Answers with JSON that the library wrote. */
void lambda_http_answer_json(lambda_http_answer *answer, const char *json);

/* Answers with a problem (RFC 9457) of this HTTP status. `code` is a word for programs, in capitals; `detail` a
 * sentence for the caller, or absent for the status's own. Whatever was answered before is dropped. */
void lambda_http_problem(lambda_http_answer *answer, int status, const char *code, askiam_str detail);
/* A 400 that says what is wrong and where, on top of what it says already: `where` is a member of the body
 * ("request_context.ip") or absent. The first is its detail. */
void lambda_http_bad(lambda_http_answer *answer, askiam_str where, askiam_str detail);
/* A failed call of the library: what it says of a request is for the caller, all else for the log. */
void lambda_http_failed(lambda_http_answer *answer, askiam_status status, const askiam_error *error);
/* A failure inside: for the caller a fixed sentence, `inside` for the log. 500, or 503 with Retry-After where trying
 * again may help. */
void lambda_http_broken(lambda_http_answer *answer, int status, const char *code, const char *inside);

/* Once its body is flushed: writes the response in the form of the request's event. */
void lambda_http_answer_write(const lambda_http_answer *answer, const lambda_http_request *request, FILE *out);

#endif
