/* SPDX-License-Identifier: Apache-2.0
 *
 * A call of a stage comes in, an answer goes out, whatever happens between. */
#include "engine/serve.h"

#include "engine/request.h"
#include "engine/split.h"

enum { EVENT_MAX_BYTES = ASKI_LAMBDA_PAYLOAD_MAX_BYTES };

static askiam_str s_request_id(const aski_serving *serving)
{
  return aski_json_string(aski_json_get(serving->root, "request_id"));
}

void aski_serve_open_pipeline(aski_serving *serving)
{
  aski_json_reopen_object(&serving->writer);
  aski_json_open_object(&serving->writer, ASKI_AUDIT_PIPELINE);
  aski_json_write_integer(&serving->writer, "v", ASKI_SPLIT_VERSION);
  aski_json_write_string(&serving->writer, "request_id", s_request_id(serving));
}

/* In place of whatever was written. */
static void s_write_failure(aski_serving *serving, const askiam_error *said)
{
  aski_buffer_clear(&serving->answer);
  aski_json_writer_init(&serving->writer, &serving->answer);
  aski_json_open_object(&serving->writer, NULL);
  aski_json_close_object(&serving->writer);
  aski_serve_open_pipeline(serving);
  aski_json_open_object(&serving->writer, "failure");
  aski_json_write_text(&serving->writer, "status", askiam_status_name(said->status));
  aski_json_write_text(&serving->writer, "message", said->message);
  aski_json_write_bool(&serving->writer, "retryable", said->retryable != 0);
  aski_json_close_object(&serving->writer);
}

/* The moment of the decision is the orchestrator's: all its stages speak of the same. It waits no longer than it
 * says. */
static askiam_status s_read_terms(aski_serving *serving, int64_t timeout_ms, askiam_error *error)
{
  int64_t version = 0;
  if (!aski_json_integer(aski_json_get(serving->pipeline, "v"), &version) || version != ASKI_SPLIT_VERSION) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE,
                            "it is called by an orchestrator of another version");
  }
  aski_reader_init(&serving->reader, &serving->arena, error);
  int64_t now_ms = aski_reader_integer(&serving->reader, serving->pipeline, "now_ms");
  int64_t left_ms = aski_reader_integer(&serving->reader, serving->pipeline, "timeout_ms");
  serving->visit.trace.request_id = aski_reader_text(&serving->reader, serving->root, "request_id");
  serving->visit.trace.user_id = aski_reader_text(&serving->reader, serving->root, "user_id");
  if (now_ms <= 0 || now_ms > ASKI_TIME_MAX_MS) {
    aski_reader_fail(&serving->reader, "now_ms", "a time from 1970 to the year 9999");
  }
  askiam_call *call = &serving->visit.call;
  call->now_ms = now_ms;
  left_ms = timeout_ms > 0 && timeout_ms < left_ms ? timeout_ms : left_ms;
  left_ms = left_ms < askiam_call_remaining_ms(call) ? left_ms : askiam_call_remaining_ms(call);
  call->deadline_ticks_ns = serving->visit.begin_ticks_ns + (uint64_t)(left_ms > 0 ? left_ms : 0) * UINT64_C(1000000);
  return aski_reader_end(&serving->reader);
}

static askiam_status s_dispatch(aski_serving *serving, askiam_stage stage, askiam_error *error)
{
  switch (stage) {
  case ASKIAM_STAGE_EXTRACTOR:
    return aski_serve_extractor(serving, error);
  case ASKIAM_STAGE_RAG:
    return aski_serve_rag(serving, error);
  case ASKIAM_STAGE_MCP:
    return aski_serve_mcp(serving, error);
  case ASKIAM_STAGE_AUDIT:
    break;
  }
  return aski_serve_audit(serving, error);
}

/* In the engine, on stages of its own. */
static askiam_status s_visit(aski_serving *serving, askiam_engine *engine, askiam_stage stage, int64_t timeout_ms,
                             askiam_error *error)
{
  askiam_status status = aski_enter(&serving->visit, engine, serving->request, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  serving->visit.stages = &aski_stages_fused;
  aski_arena_init(&serving->arena, &engine->allocator);
  status = s_read_terms(serving, timeout_ms, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_dispatch(serving, stage, error);
  }
  if (status == ASKIAM_STATUS_OK && serving->arena.failed) {
    status = askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for an answer");
  }
  aski_arena_clean_up(&serving->arena);
  aski_leave(&serving->visit);
  return status;
}

static askiam_status s_serve(aski_serving *serving, askiam_engine *engine, askiam_stage stage, int64_t timeout_ms,
                             askiam_error *error)
{
  askiam_request *request = NULL;
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = ASKIAM_STATUS_OK;
  if (stage == ASKIAM_STAGE_EXTRACTOR) {
    status = askiam_request_from_json(&request, serving->json, &engine->allocator, &said);
    serving->request = request;
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_visit(serving, engine, stage, timeout_ms, &said);
  }
  askiam_request_destroy(request);
  if (status == ASKIAM_STATUS_NO_MEMORY) {
    return askiam_error_set(error, status, ASKIAM_LAYER_ENGINE, "out of memory for an answer");
  }
  if (status != ASKIAM_STATUS_OK) {
    said.status = status;
    s_write_failure(serving, &said);
  }
  aski_json_close_object(&serving->writer);
  aski_json_close_object(&serving->writer);
  return ASKIAM_STATUS_OK;
}

askiam_status askiam_stage_serve(char **out_json, askiam_engine *engine, askiam_stage stage, askiam_str json,
                                 int64_t timeout_ms, askiam_error *error)
{
  if (out_json != NULL) {
    *out_json = NULL;
  }
  if (out_json == NULL || engine == NULL || json.data == NULL || (unsigned)stage >= ASKI_SPLIT_FUNCTIONS) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                            "askiam_stage_serve: out_json, engine, a known stage and json are required");
  }
  if (json.length > EVENT_MAX_BYTES) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                            "the call of a stage is larger than %d bytes", EVENT_MAX_BYTES);
  }
  aski_json_document *document = NULL;
  askiam_status status = aski_json_parse(&document, json, &engine->allocator, ASKIAM_LAYER_REQUEST, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_serving serving = {.json = json, .root = aski_json_root(document)};
  serving.pipeline = aski_json_get(serving.root, ASKI_AUDIT_PIPELINE);
  if (aski_json_type_of(serving.pipeline) == ASKI_JSON_OBJECT) {
    aski_buffer_init(&serving.answer, &engine->allocator);
    aski_json_writer_init(&serving.writer, &serving.answer);
    status = s_serve(&serving, engine, stage, timeout_ms, error);
    status = aski_give_text(out_json, &serving.answer, status, ASKIAM_LAYER_ENGINE, error);
  }
  aski_json_destroy(document);
  return status;
}
