/* SPDX-License-Identifier: Apache-2.0
 *
 * The way of one request: intake, extract, facts, rag and rules, decide. What comes out is complete but for its record. */
#ifndef ASKI_ENGINE_PIPELINE_H
#define ASKI_ENGINE_PIPELINE_H

#include "engine/remote.h"

/* One request on its way. */
typedef struct aski_run {
  aski_visit visit;
  bool entered;
  const askiam_request *request;
  askiam_str speaker_id;
  askiam_str requester_id;
  aski_reading reading;
  aski_facts facts;
  bool has_facts;
  askiam_str policies_problem; /* why the policies could not be had */
  aski_looks looks;            /* at further facts, for the remedies */
  aski_decision *decision;     /* owned until it is handed out; NULL when memory ran out */
  bool settled;                /* the decision is an error or a stored one: nothing is to be recorded */
  askiam_status status;
  askiam_error error;
} aski_run;

/* Begins: enters the engine, makes an empty decision with its id, checks what must be there. */
void aski_run_begin(aski_run *run, askiam_engine *engine, const askiam_request *request);
/* Where the request id was used already: takes the stored decision, or the conflict. */
void aski_run_recall(aski_run *run);
/* Everything up to the decision and its explanation. Does nothing to a run that is settled. */
void aski_run_decide(aski_run *run);
/* Ends: leaves the engine, seals a decision that was not sealed by its record, hands it out. */
askiam_status aski_run_end(aski_run *run, askiam_decision **out_decision, askiam_error *error);
/* Turns the run into an ERROR decision with this code and the text of run->error. */
void aski_run_fail(aski_run *run, askiam_status status, aski_code code);
/* The code of a failure outside the journal. */
aski_code aski_failure_code(askiam_status status);

/* The stages, for those who want one alone too. */
askiam_status aski_stage_extract(aski_reading *out_reading, aski_arena *arena, const aski_visit *visit,
                                 const askiam_request *request, askiam_error *error);
/* `triple` gives the context; facts must hold the triple. */
/* Between its begin and aski_evidence_end other stages may run, on the same thread. */
void aski_stage_rag_begin(aski_evidence *evidence, aski_arena *arena, const aski_visit *visit, const aski_facts *facts);
/* Both at once. */
askiam_status aski_stage_rag(aski_rag_result *out_result, aski_arena *arena, const aski_visit *visit,
                             const aski_facts *facts, askiam_error *error);
/* Without policies: aski_policies_give adds them. */
aski_rules_input aski_stage_rules_input(const aski_visit *visit, askiam_str requester_id, int64_t expires_at_ms,
                                        askiam_str ip, askiam_str user_agent);
void aski_stage_rules(aski_rules_result *out_result, aski_arena *arena, const aski_visit *visit,
                      const aski_facts *facts, const aski_rules_input *input);

#endif
