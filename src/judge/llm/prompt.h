/* SPDX-License-Identifier: Apache-2.0
 *
 * What the model is told: facts and documents of a case, each between lines of a fence. */
#ifndef ASKI_JUDGE_LLM_PROMPT_H
#define ASKI_JUDGE_LLM_PROMPT_H

#include <askiam/backend/judge.h>

#include "chat/fence.h"
#include "chat/request.h"

enum {
  ASKI_LLM_DOCUMENTS_MAX = 16,
  ASKI_LLM_DOCUMENT_MAX_BYTES = 4096 /* what is beyond is left out */
};

/* How many documents of the case the model is shown: numbers 1 to that, in their order. */
size_t aski_llm_prompt_documents(const askiam_case *judged);
/* Appends what is asked about to `text`. CONFLICT where something inside holds the fence, which another fence mends; NO_MEMORY. */
askiam_status aski_llm_prompt_write(aski_buffer *text, const aski_chat_fence *fence, const askiam_case *judged);
/* The whole question about such a text, which is borrowed. */
aski_chat_question aski_llm_prompt_question(askiam_str text);

#endif
