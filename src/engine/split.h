/* SPDX-License-Identifier: Apache-2.0
 *
 * The stages where each is a Lambda function of its own that is called: `topology` split. docs/split.md says what
 * crosses. Whatever comes back is read strictly and held against what was asked: what does not fit is a failure, of
 * rag an abstention, and never an approval. */
#ifndef ASKI_ENGINE_SPLIT_H
#define ASKI_ENGINE_SPLIT_H

#include <askiam/stages.h>

#include "audit/record_json.h"
#include "aws/invoke.h"
#include "backend/guard.h"
#include "engine/pipeline.h"

enum { ASKI_SPLIT_VERSION = 1, ASKI_SPLIT_FUNCTIONS = ASKIAM_STAGE_AUDIT + 1 };

/* The functions, each behind its own retry and circuit breaker. Shared by threads. */
typedef struct aski_split {
  aski_lambda lambda;
  aski_guard guards[ASKI_SPLIT_FUNCTIONS];
  size_t guard_count;
} aski_split;

extern const aski_stages aski_stages_split;

/* Whether the configuration wants it, and this engine has no store, so that there is nothing else to open. */
bool aski_split_alone(const askiam_engine *engine);
/* Opens the functions where they are wanted. */
askiam_status aski_split_open(askiam_engine *engine, const askiam_backend_options *options, askiam_error *error);
void aski_split_close(askiam_engine *engine);

/* What a function answered. Borrowed while it is read. */
typedef struct aski_split_answer {
  askiam_str text;
  const aski_json *root;
  const aski_json *pipeline; /* its member of this name */
  aski_reader *reader;       /* into the arena of the call */
} aski_split_answer;

/* Reads an answer; what is wrong with it is told with aski_reader_fail. */
typedef void (*aski_split_read_fn)(void *context, const aski_split_answer *answer);

/* One call of a function: `event` is sent, again where that makes sense, and what comes back is read once. */
typedef struct aski_split_call {
  const askiam_engine *engine;
  const askiam_call *call;
  askiam_stage stage;
  askiam_str request_id; /* the answer must be about it */
  aski_buffer event;
  aski_json_writer writer;
  aski_split_read_fn read;
  void *context;
  aski_arena *arena; /* where `read` puts what it keeps */
} aski_split_call;

/* Begins the event: {"request_id", "user_id"; members may follow, then aski_split_open_pipeline, more, and
 * aski_split_send. */
void aski_split_begin(aski_split_call *out_call, const askiam_engine *engine, const askiam_call *call,
                      askiam_stage stage, askiam_str request_id, askiam_str user_id);
/* "pipeline": {"v", "now_ms", "timeout_ms" */
void aski_split_open_pipeline(aski_split_call *own);
/* Closes the event, sends it, reads the answer, frees the event. A failure of the function's is as it said; an answer
 * that is none is UNAVAILABLE. */
askiam_status aski_split_send(aski_split_call *own, aski_arena *arena, aski_split_read_fn read, void *context,
                              askiam_error *error);

/* Readers of answers, each with what it needs to judge it. */
typedef struct aski_split_reading {
  askiam_str requester_id;
  aski_reading *reading;
  aski_facts *facts;
  aski_looks *offered;
} aski_split_reading;
void aski_split_read_reading(void *split_reading, const aski_split_answer *answer);

typedef struct aski_split_evidence {
  const aski_facts *facts;
  aski_rag_result *result;
} aski_split_evidence;
void aski_split_read_evidence(void *split_evidence, const aski_split_answer *answer);

typedef struct aski_split_rules {
  const aski_facts *facts;
  unsigned soft_codes;
  aski_rules_result *rules;
  askiam_str *policies_problem;
  askiam_str requester_id;
  aski_remedies *remedies; /* NULL: they were not asked for */
  aski_looks *looks;
} aski_split_rules;
void aski_split_read_rules(void *split_rules, const aski_split_answer *answer);

void aski_split_read_place(void *audit_place, const aski_split_answer *answer);

typedef struct aski_split_stored {
  const askiam_allocator *allocator;
  askiam_str requester_id;
  aski_decision *decision; /* owned by whoever asked; NULL: the id is new */
} aski_split_stored;
void aski_split_read_stored(void *split_stored, const aski_split_answer *answer);

#endif
