/* SPDX-License-Identifier: Apache-2.0
 *
 * One question to a language model, one answer: over OpenAI's chat completions or Bedrock's Converse, without a difference above. The answer is a JSON
 * object or there is none; what is in it whoever asked reads as bytes of a stranger. */
#ifndef ASKI_CHAT_CHAT_H
#define ASKI_CHAT_CHAT_H

#include "aws/bedrock.h"
#include "chat/answer.h"
#include "chat/request.h"
#include "openai/endpoint.h"

typedef enum aski_chat_protocol { ASKI_CHAT_OPENAI, ASKI_CHAT_BEDROCK } aski_chat_protocol;

/* What of the configuration it is read from. Static texts. */
typedef struct aski_chat_names {
  askiam_layer layer;      /* whose failures these are */
  const char *url;         /* OpenAI's only, as the next two */
  const char *key;         /* the API key */
  const char *key_file;    /* a file that holds it */
  const char *model;       /* the model's name, id or ARN */
  const char *temperature; /* -1 to 2 (Bedrock: 1), below 0 is not sent */
} aski_chat_names;

/* May be used by several threads at once. Not to be copied. */
typedef struct aski_chat {
  const askiam_allocator *allocator;
  aski_chat_protocol protocol;
  askiam_layer layer;
  aski_openai openai;   /* of OPENAI only */
  aski_bedrock bedrock; /* of BEDROCK only */
  double temperature;
  bool as_tool; /* Bedrock: the form of the answer is that of a tool's call, for models without structured outputs */
} aski_chat;

/* CONFIG as aski_openai_open and aski_bedrock_open; NOT_SUPPORTED without libcurl. On failure there is nothing to close. */
askiam_status aski_chat_open(aski_chat *out_chat, aski_chat_protocol protocol, const aski_chat_names *names,
                             const askiam_backend_options *options, askiam_error *error);
/* Forgets keys and credentials. */
void aski_chat_close(aski_chat *chat);
/* Asks once. On success the answer, with an object or with the cause why there is none, is to be cleaned up. A server that cannot be reached, refuses
 * or sends what is no answer of its protocol is a failure. */
askiam_status aski_chat_ask(const aski_chat *chat, const askiam_call *call, const aski_chat_question *question,
                            aski_chat_answer *out_answer, askiam_error *error);

#endif
