/* SPDX-License-Identifier: Apache-2.0
 *
 * The other side of split.h: a stage that serves an orchestrator in another process. */
#ifndef ASKI_ENGINE_SERVE_H
#define ASKI_ENGINE_SERVE_H

#include <askiam/stages.h>

#include "engine/pipeline.h"

/* One call of a stage. */
typedef struct aski_serving {
  askiam_str json; /* the event */
  const aski_json *root;
  const aski_json *pipeline;
  const askiam_request *request; /* the extractor's: what was asked; else NULL */
  aski_visit visit;
  aski_arena arena;
  aski_reader reader;
  aski_buffer answer;
  aski_json_writer writer;
} aski_serving;

/* Each writes the contract's answer and leaves its object open within the member "pipeline", where the rest has
 * been written. */
askiam_status aski_serve_extractor(aski_serving *serving, askiam_error *error);
askiam_status aski_serve_rag(aski_serving *serving, askiam_error *error);
askiam_status aski_serve_mcp(aski_serving *serving, askiam_error *error);
askiam_status aski_serve_audit(aski_serving *serving, askiam_error *error);

/* After the contract's object: opens "pipeline": {"v", "request_id". */
void aski_serve_open_pipeline(aski_serving *serving);

#endif
