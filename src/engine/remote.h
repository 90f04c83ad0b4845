/* SPDX-License-Identifier: Apache-2.0
 *
 * The evidence path where it leaves the process: on a thread of the engine's pool, with everything that it reads
 * owned by its task, so that the rules go on meanwhile and a deadline can pass it by. Where it stays in the
 * process it runs at once, on the caller's thread. */
#ifndef ASKI_ENGINE_REMOTE_H
#define ASKI_ENGINE_REMOTE_H

#include "engine/engine.h"

/* One evidence path between its begin and its end, both on one thread. */
typedef struct aski_evidence {
  const aski_visit *visit;
  aski_arena *arena;
  askiam_call call; /* with the deadline of the evidence */
  askiam_span span;
  struct aski_evidence_task *task; /* NULL: it has run already */
  aski_rag_result result;
  askiam_status status;
  askiam_error error;
} aski_evidence;

/* Makes the pool where a backend of the evidence path is remote, or the whole path is. Without one nothing is made. */
askiam_status aski_remote_open(askiam_engine *engine, askiam_error *error);
/* Begins; `deadline_ticks_ns` is when it must have ended. `facts` are borrowed for this call, `arena` gets what is
 * found, at the end. */
void aski_evidence_begin(aski_evidence *evidence, aski_arena *arena, const aski_visit *visit, const aski_facts *facts,
                         uint64_t deadline_ticks_ns);
/* Waits for it, no longer than its deadline; then it abstained with RAG_TIMEOUT, or with RAG_UNAVAILABLE where it
 * could not even begin. Fails with NO_MEMORY and CANCELLED only. */
askiam_status aski_evidence_end(aski_evidence *evidence, aski_rag_result *out_result, askiam_error *error);
/* In place of its end, where nobody needs it any more: it is passed by at once. */
void aski_evidence_drop(aski_evidence *evidence);

#endif
