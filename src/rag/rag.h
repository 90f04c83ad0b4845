/* SPDX-License-Identifier: Apache-2.0
 *
 * Retrieve, judge, confidence: the evidence path. It gets resolved facts and catalogue text only, never the sentence. */
#ifndef ASKI_RAG_RAG_H
#define ASKI_RAG_RAG_H

#include "backend/handles.h"
#include "model/results.h"

typedef struct aski_rag {
  const aski_catalogue *catalogue;
  const aski_search *search;
  const aski_embedder *embedder;
  const aski_judge *judge;
  bool enabled;               /* rag.enabled; else every result is SKIPPED */
  size_t top_k;               /* documents, rag.top_k */
  size_t evidence_limit;      /* past decisions, rag.evidence_limit */
  const aski_judge *evidence; /* asked beside `judge`, and joined with it; NULL or not provided: nobody */
} aski_rag;

/* Judges the triple of the facts. Never fails but with NO_MEMORY: a backend's failure is an abstention with its cause, logged as a
 * warning; a call that ended after its deadline is RAG_TIMEOUT whatever it brought. Strings live in `arena`. */
askiam_status aski_rag_validate(aski_rag_result *out_result, aski_arena *arena, const aski_rag *rag,
                                const askiam_call *call, const aski_facts *facts, askiam_error *error);

#endif
