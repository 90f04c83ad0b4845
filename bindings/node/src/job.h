/* SPDX-License-Identifier: Apache-2.0
 *
 * One call on its way: made on the JavaScript thread, run on a thread of the engine's, told to JavaScript as a promise's end. */
#ifndef ASKIAM_NODE_JOB_H
#define ASKIAM_NODE_JOB_H

#include "engine.h"
#include "text.h"

typedef enum job_kind {
  JOB_VALIDATE,
  JOB_BATCH,
  JOB_EXTRACT,
  JOB_STATUS,
  JOB_INIT,
  JOB_IMPORT,
  JOB_IMPORT_SAMPLE,
  JOB_VERIFY,
  JOB_DESCRIBE
} job_kind;

enum { JOB_TEXTS = 2 };

typedef struct job {
  message told; /* first */
  struct job *next;
  engine *owner;
  job_kind kind;
  uint32_t ticket;
  napi_deferred promise;
  askiam_request *request; /* what is asked; of a batch, what its lines lack */
  int64_t timeout_ms;      /* of the request; 0: none */
  char *texts[JOB_TEXTS];  /* of the other calls, in the order of their arguments; [0] of a batch: its lines */
  size_t lengths[JOB_TEXTS];
  /* Under the owner's mutex: */
  bool cancelled;
  askiam_request **parts; /* of a batch that runs */
  size_t part_count;
  /* How it ended. */
  askiam_status status;
  askiam_error error;
  text answer; /* JSON; where it failed, what belongs to the failure, or nothing */
  bool ascii;
} job;

/* NULL with an exception pending. */
job *job_new(napi_env env, engine *owner, job_kind kind, uint32_t ticket);
void job_free(job *own);
/* On a thread of the engine's: does the work. */
void job_run(job *own);
/* Marks it cancelled, and what it has in work. Under the owner's mutex. */
void job_cancel(job *own);
/* Ends it as cancelled without having run. JavaScript thread. */
void job_refuse(napi_env env, job *own, const char *why);

/* The work of a batch. */
void job_run_batch(job *own);
/* Keeps a decision's JSON as the answer; NO_MEMORY where there is none. */
void job_keep_decision(job *own, const askiam_decision *decision);

#endif
