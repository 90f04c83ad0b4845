/* SPDX-License-Identifier: Apache-2.0
 *
 * One question, as both protocols have it. */
#ifndef ASKI_CHAT_REQUEST_H
#define ASKI_CHAT_REQUEST_H

#include "base/str.h"

/* Borrowed for the call. */
typedef struct aski_chat_question {
  const char *instructions; /* for the model, in the name of the system */
  askiam_str text;          /* what is asked about, in the name of the user */
  const char *name;         /* of the form of the answer: "judgement" */
  const char *schema;       /* JSON Schema of a closed object; the subset that all servers know */
} aski_chat_question;

/* Appends the body of a request for a chat completion (OpenAI) with structured outputs. A temperature below 0 is not sent. */
void aski_chat_completion_write(aski_buffer *body, const aski_chat_question *question, const char *model,
                                double temperature);
/* Appends the body of a Converse (Bedrock): with structured outputs (outputConfig), or, with `as_tool`, with one tool that must be called. */
void aski_chat_converse_write(aski_buffer *body, const aski_chat_question *question, double temperature, bool as_tool);

#endif
