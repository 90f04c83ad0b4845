/* SPDX-License-Identifier: Apache-2.0
 *
 * What rag retrieves before it asks the judge: documents, and past decisions with their people. */
#ifndef ASKI_RAG_EVIDENCE_H
#define ASKI_RAG_EVIDENCE_H

#include "rag/rag.h"

/* What one judgement is made in. */
typedef struct aski_rag_work {
  aski_arena *arena;
  const aski_rag *rag;
  const askiam_call *call;
  const aski_facts *facts;
} aski_rag_work;

/* Documents about the role and the application: looked for by what the catalogue says, never by what somebody wrote. */
askiam_status aski_rag_find_documents(askiam_documents *out_documents, const aski_rag_work *work, askiam_error *error);
/* Past decisions of people on the role, with what is known of these people, in one step. */
askiam_status aski_rag_find_patterns(askiam_patterns *out_patterns, const aski_rag_work *work, askiam_error *error);
/* The roles that the beneficiary holds now, without the one asked for. Null when memory ran out. */
askiam_str *aski_rag_held_roles(const aski_rag_work *work, size_t *out_count);

#endif
