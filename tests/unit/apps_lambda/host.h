/* SPDX-License-Identifier: Apache-2.0
 *
 * A host without a runtime: the engine of a fixture, and events of API Gateway by the pieces in which they differ. */
#ifndef TESTS_UNIT_APPS_LAMBDA_HOST_H
#define TESTS_UNIT_APPS_LAMBDA_HOST_H

#include "../../integration/engine/fixture.h"
#include "apps/common/json_view.h"
#include "apps/lambda/function.h"

struct lambda_host {
  fixture *home;
  bool broken;            /* has no engine */
  char lex_principal[64]; /* whom the Lex entry was called for */
  char lex_ip[64];        /* and from where */
};

/* An event in the form of payload 1.0 or 2.0. Every part may be NULL. */
typedef struct test_event {
  int version; /* 1 or 2; 0: a load balancer's */
  const char *method;
  const char *path;
  const char *headers; /* members: "\"a\":\"b\"" */
  const char *caller;  /* members of requestContext: "\"authorizer\":{…}" */
  const char *body;    /* a JSON string, with its quotes */
  const char *more;    /* further members of the event, with a comma before */
} test_event;

/* Callers. */
#define JOHN_1 "\"authorizer\":{\"claims\":{\"sub\":\"john.doe\"}}"
#define JOHN_2 "\"authorizer\":{\"jwt\":{\"claims\":{\"sub\":\"john.doe\"},\"scopes\":null}}"
#define JSON_TYPE "\"content-type\":\"application/json\""
/* A request of theirs. */
#define ACCESS_BODY "\"{\\\"raw_request\\\":\\\"I need access to HR Analyst role in Workday\\\"}\""

/* The event as JSON; lives until the next call. */
askiam_str test_event_json(const test_event *event);

/* What was answered. */
typedef struct test_response {
  char *text;
  size_t length;
  app_scratch scratch;
  int code;
} test_response;

/* Runs a function on the event. What it wrote is in `told`, empty exactly where it failed as `out_reply` says. */
void test_run(char *told, size_t size, lambda_reply *out_reply, lambda_host *host, askiam_str event_json,
              void (*run)(lambda_host *host, const lambda_event *event, lambda_reply *reply));
/* Answers the event, and checks that the response is well-formed. Always: test_response_clean_up. */
void test_respond(test_response *out_response, lambda_host *host, const test_event *event);
void test_respond_json(test_response *out_response, lambda_host *host, askiam_str event_json);
/* The same, and fails the test unless the status is this. */
void test_respond_with(test_response *out_response, lambda_host *host, const test_event *event, int code);
/* Fails the test unless the event is answered with a problem of this status that says this, and whose members agree
 * with the response. */
void test_problem(lambda_host *host, const test_event *event, int code, const char *says);
void test_response_clean_up(test_response *response);
/* A header of the response; "" where it has none. NUL-terminated, lives as long as the response. */
const char *test_response_header(test_response *response, const char *name);
const char *test_response_body(test_response *response);
/* Fails the test unless the text is this; NULL: absent. */
void test_text_is(askiam_str found, const char *expected);
/* Fails the test unless the body has (lacks) this. */
void test_body_has(test_response *response, const char *part);
void test_body_lacks(test_response *response, const char *part);

#endif
