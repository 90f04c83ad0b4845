/* SPDX-License-Identifier: Apache-2.0
 *
 * A judge that asks a language model what the documents say about a request. Remote; its opinion is combined with that of the judge `evidence`. */
#ifndef ASKI_JUDGE_LLM_LLM_JUDGE_H
#define ASKI_JUDGE_LLM_LLM_JUDGE_H

#include <askiam/backend/judge.h>

/* Over OpenAI's chat completions. */
const askiam_judge_vtable *aski_llm_judge(void);
/* Over Amazon Bedrock's Converse. */
const askiam_judge_vtable *aski_llm_judge_bedrock(void);

#endif
