/* SPDX-License-Identifier: Apache-2.0
 *
 * What the model answered, read as what it is: text that anybody whose document it read may have had a hand in. */
#ifndef ASKI_JUDGE_LLM_ANSWER_H
#define ASKI_JUDGE_LLM_ANSWER_H

#include "prompt.h"
#include "json/json.h"

enum { ASKI_LLM_REASON_MAX_BYTES = 300 };

typedef struct aski_llm_answer {
  bool given;                               /* else the model abstains */
  bool valid;                               /* the verdict */
  double confidence;                        /* that it is right, ½ to 1, as the model says */
  size_t citations[ASKI_LLM_DOCUMENTS_MAX]; /* documents, from 1; at least one where given */
  size_t citation_count;
  askiam_str reason; /* what the model says, fit to be shown; of an abstention: its cause */
} aski_llm_answer;

/* Reads the object that the model answered when it was shown `document_count` documents: whatever is not exactly what was asked for is an abstention.
 * Texts live in `arena`, whose failure makes the answer none. */
void aski_llm_answer_read(aski_llm_answer *out_answer, aski_arena *arena, const aski_json *object,
                          size_t document_count);

#endif
