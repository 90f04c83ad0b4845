/* SPDX-License-Identifier: Apache-2.0
 *
 * The answers of both protocols, read as what they are: bytes of a stranger. What counts is one complete JSON object; all else is no answer, with its
 * cause. */
#ifndef ASKI_CHAT_ANSWER_H
#define ASKI_CHAT_ANSWER_H

#include "json/json.h"

enum { ASKI_CHAT_CONTENT_MAX_BYTES = 16 * 1024 };

typedef struct aski_chat_answer {
  const aski_json *object;      /* what the model answered; NULL: nothing to go by */
  askiam_str cause;             /* why there is nothing: "its answer was cut off". Static */
  aski_json_document *document; /* that the object lives in */
} aski_chat_answer;

/* OpenAI's chat completion. UNAVAILABLE, as a failure of `layer`, where `body` is none. On success the answer is to be cleaned up. */
askiam_status aski_chat_completion_read(aski_chat_answer *out_answer, askiam_str body,
                                        const askiam_allocator *allocator, askiam_layer layer, askiam_error *error);
/* Bedrock's Converse. Where `tool` is not NULL, the answer is what the tool of this name was called with. */
askiam_status aski_chat_converse_read(aski_chat_answer *out_answer, const char *tool, askiam_str body,
                                      const askiam_allocator *allocator, askiam_layer layer, askiam_error *error);
void aski_chat_answer_clean_up(aski_chat_answer *answer);

#endif
