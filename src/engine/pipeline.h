/* SPDX-License-Identifier: Apache-2.0
 *
 * The way of one request: intake, extract, facts, rag and rules, decide. What comes out is complete but for its
 * record. */
#ifndef ASKI_ENGINE_PIPELINE_H
#define ASKI_ENGINE_PIPELINE_H

#include "engine/judgement.h"
#include "engine/remote.h"

/* One request on its way. */
typedef struct aski_run {
  aski_visit visit;
  bool entered;
  const askiam_request *request;
  askiam_str speaker_id;
  askiam_str requester_id;
  askiam_str sentence; /* as it is recorded: with what stands beside it */
  aski_reading reading;
  aski_facts facts;
  bool has_facts;
  askiam_str policies_problem; /* why the policies could not be had */
  aski_looks looks;            /* at further facts, for the remedies */
  aski_looks offered;          /* `split`: facts of what was suggested, as they came with the reading */
  aski_decision *decision;     /* owned until it is handed out; NULL when memory ran out */
  bool settled;                /* the decision is an error or a stored one: nothing is to be recorded */
  askiam_status status;
  askiam_error error;
} aski_run;

/* Where the stages of a pipeline run: in this process, or as functions of their own that are called. What comes of
 * them is the same. */
typedef struct aski_stages {
  /* What the sentence asks for, into run->reading and, by aski_run_adopt, the decision; and into run->facts what
   * is known about it. */
  askiam_status (*understand)(aski_run *run);
  /* Facts about a role that was suggested, into `facts`, which are empty. */
  askiam_status (*look)(aski_facts *facts, aski_run *run, askiam_str application_id, askiam_str role_id);
  /* As aski_rag_validate; may run on a thread of the pool. */
  askiam_status (*evidence)(aski_rag_result *out_result, aski_arena *arena, const askiam_engine *engine,
                            const askiam_call *call, const aski_facts *facts, askiam_error *error);
  /* Into judgement->rules what the rules say about the facts and the input, and into the input why there are no
   * policies. *out_held is to be released after the judgement's last use, also after a failure. */
  askiam_status (*rules)(aski_judgement *judgement, const aski_held_policies **out_held, aski_run *run,
                         aski_facts *facts);
  /* The remedies of a judgement that is not VALID, into the run's decision; the looks that they took, into
   * run->looks. */
  askiam_status (*mend)(aski_run *run, const aski_judgement *found);
  /* What is stored under the run's request id; NULL where it is new. CONFLICT where it was another request's. */
  askiam_status (*recall)(aski_decision **out_stored, aski_run *run);
  /* As aski_audit_record_all, for the runs of these entries. */
  askiam_status (*record)(aski_run *const *runs, aski_audit_entry *entries, size_t count, size_t *out_index,
                          askiam_error *error);
} aski_stages;

extern const aski_stages aski_stages_fused;

/* Begins: enters the engine, makes an empty decision with its id, checks what must be there. */
void aski_run_begin(aski_run *run, askiam_engine *engine, const askiam_request *request);
/* Where the request id was used already: takes the stored decision, or the conflict. */
void aski_run_recall(aski_run *run);
/* Everything up to the decision and its explanation. Does nothing to a run that is settled. */
void aski_run_decide(aski_run *run);
/* Ends: leaves the engine, seals a decision that was not sealed by its record, hands it out. */
askiam_status aski_run_end(aski_run *run, askiam_decision **out_decision, askiam_error *error);
/* Takes over what the sentence was understood to say: run->reading. */
void aski_run_adopt(aski_run *run);
/* Turns the run into an ERROR decision with this code and the text of run->error. */
void aski_run_fail(aski_run *run, askiam_status status, aski_code code);
/* The code of a failure outside the journal. */
aski_code aski_failure_code(askiam_status status);

/* The stages, for those who want one alone too. */
askiam_status aski_stage_extract(aski_reading *out_reading, aski_arena *arena, const aski_visit *visit,
                                 const askiam_request *request, askiam_error *error);
/* What is known about what a reading found. `out_facts` are empty. */
askiam_status aski_stage_facts(aski_facts *out_facts, const aski_visit *visit, const aski_reading *reading,
                               askiam_str requester_id, askiam_error *error);
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
