/* SPDX-License-Identifier: Apache-2.0
 *
 * Responses to Lex V2. https://docs.aws.amazon.com/lexv2/latest/dg/lambda-response-format.html */
#ifndef LAMBDA_LEX_ANSWER_H
#define LAMBDA_LEX_ANSWER_H

#include <stdio.h>

#include "lex_event.h"

typedef enum lambda_lex_action {
  LAMBDA_LEX_DELEGATE,
  LAMBDA_LEX_ELICIT_SLOT,
  LAMBDA_LEX_ELICIT_INTENT,
  LAMBDA_LEX_CONFIRM,
  LAMBDA_LEX_CLOSE_FULFILLED,
  LAMBDA_LEX_CLOSE_FAILED
} lambda_lex_action;

typedef struct lambda_lex_answer {
  lambda_lex_action action;
  bool as_request;      /* the intent becomes an access request, whatever it was */
  lambda_lex_slot slot; /* to elicit; its value is forgotten */
  app_json found;       /* "slots" of a dialogue: what the words were found to mean; may be absent */
  app_json message;     /* a JSON string; may be absent, then `text` is said */
  const char *text;     /* may be NULL: Lex says what the bot has for it */
  app_json choices;     /* of a dialogue, offered as buttons; may be absent */
  askiam_str speaker;   /* whose words they are; absent where nobody is known */
  app_json request_id;  /* of what was decided; may be absent */
} lambda_lex_answer;

/* Whether an end that was said is still known when Lex comes again: in its slot, or beside what another slot holds. */
bool lambda_lex_answer_keeps_end(const lambda_lex_event *event, const lambda_lex_answer *answer);
/* What a slot was found to mean, as Lex is to keep it: an id for a person, whose name others may have, the moment of an end, else a name.
 * Absent where it is not known. */
app_json lambda_lex_answer_found(const lambda_lex_answer *answer, lambda_lex_slot slot);
/* Writes the response: session and request attributes as they came, beside the hook's own (lex_attributes.h). False: memory ran out. */
bool lambda_lex_answer_write(FILE *out, lambda_lex_event *event, const lambda_lex_answer *answer,
                             askiam_str invocation_id);

#endif
