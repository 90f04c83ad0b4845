/* SPDX-License-Identifier: Apache-2.0
 *
 * What the model is told: facts and documents of a case, each between lines that hold a secret of this one request. Text inside cannot know it,
 * and so cannot end what it is in. */
#ifndef ASKI_JUDGE_LLM_PROMPT_H
#define ASKI_JUDGE_LLM_PROMPT_H

#include <askiam/backend/judge.h>

#include "base/memory.h"

enum {
  ASKI_LLM_FENCE_BYTES = 33, /* 32 hexadecimal digits and a NUL */
  ASKI_LLM_DOCUMENTS_MAX = 16,
  ASKI_LLM_DOCUMENT_MAX_BYTES = 4096 /* what is beyond is left out */
};

typedef struct aski_llm_prompt {
  const char *model;
  double temperature; /* negative: the server's own */
  char fence[ASKI_LLM_FENCE_BYTES];
} aski_llm_prompt;

/* Fills the fence by chance. False where the system has none to give. */
bool aski_llm_prompt_fence(aski_llm_prompt *prompt);
/* How many documents of the case the model is shown: numbers 1 to that, in their order. */
size_t aski_llm_prompt_documents(const askiam_case *judged);
/* Appends the body of the request to `body`. CONFLICT where something inside holds the fence, which another fence mends; NO_MEMORY. */
askiam_status aski_llm_prompt_write(aski_buffer *body, const aski_llm_prompt *prompt, const askiam_case *judged);

#endif
