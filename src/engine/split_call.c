/* SPDX-License-Identifier: Apache-2.0
 *
 * Calling a stage's function: the event, the attempts, and the form that every answer has. */
#include "engine/guards.h"
#include "engine/split.h"

/* A tree takes a hundred times the bytes of its smallest values. */
enum { VALUES_MAX = 200000 };

static const char *const s_keys[ASKI_SPLIT_FUNCTIONS] = {"split.extractor", "split.rag", "split.mcp", "split.audit"};
static const char *const s_names[ASKI_SPLIT_FUNCTIONS] = {"extractor", "rag", "mcp", "audit"};

static bool s_wanted(const askiam_engine *engine)
{
  return aski_str_equal_text(askiam_config_get(engine->config, "topology"), "split");
}

bool aski_split_alone(const askiam_engine *engine)
{
  return s_wanted(engine) && askiam_config_get(engine->config, "store.url").length == 0 &&
         askiam_config_get(engine->config, "catalogue.url").length == 0;
}

askiam_status aski_split_open(askiam_engine *engine, const askiam_backend_options *options, askiam_error *error)
{
  if (!s_wanted(engine)) {
    return ASKIAM_STATUS_OK;
  }
  if (!aski_http_supported()) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_CONFIG,
                            "topology: split is not supported in this build, which has no HTTP client");
  }
  aski_split *split = aski_acquire_zeroed(&engine->allocator, 1, sizeof *split);
  if (split == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for an engine");
  }
  engine->split = split;
  engine->stages = &aski_stages_split;
  const char *keys[ASKI_SPLIT_FUNCTIONS];
  memcpy(keys, s_keys, sizeof keys);
  if (!aski_config_bool(engine->config, "rag.enabled")) {
    keys[ASKIAM_STAGE_RAG] = NULL;
  }
  askiam_status status = aski_lambda_open(&split->lambda, keys, ASKI_SPLIT_FUNCTIONS, options, error);
  const aski_guard_options guard = aski_engine_guard_options(engine);
  while (status == ASKIAM_STATUS_OK && split->guard_count < ASKI_SPLIT_FUNCTIONS) {
    if (!aski_guard_init(&split->guards[split->guard_count], &guard)) {
      return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "the system has no lock to give");
    }
    ++split->guard_count;
  }
  return status;
}

void aski_split_close(askiam_engine *engine)
{
  aski_split *split = engine->split;
  if (split == NULL) {
    return;
  }
  aski_lambda_close(&split->lambda);
  while (split->guard_count > 0) {
    aski_guard_clean_up(&split->guards[--split->guard_count]);
  }
  aski_release(&engine->allocator, split);
  engine->split = NULL;
}

static askiam_layer s_layer(askiam_stage stage)
{
  return stage == ASKIAM_STAGE_AUDIT ? ASKIAM_LAYER_AUDIT : ASKIAM_LAYER_ENGINE;
}

void aski_split_begin(aski_split_call *out_call, const askiam_engine *engine, const askiam_call *call,
                      askiam_stage stage, askiam_str request_id, askiam_str user_id)
{
  *out_call = (aski_split_call){.engine = engine, .call = call, .stage = stage, .request_id = request_id};
  aski_buffer_init(&out_call->event, &engine->allocator);
  aski_json_writer_init(&out_call->writer, &out_call->event);
  aski_json_open_object(&out_call->writer, NULL);
  aski_json_write_string(&out_call->writer, "request_id", request_id);
  aski_json_write_string(&out_call->writer, "user_id", user_id);
}

void aski_split_open_pipeline(aski_split_call *own)
{
  int64_t left_ms = askiam_call_remaining_ms(own->call);
  aski_json_open_object(&own->writer, ASKI_AUDIT_PIPELINE);
  aski_json_write_integer(&own->writer, "v", ASKI_SPLIT_VERSION);
  aski_json_write_integer(&own->writer, "now_ms", own->call->now_ms);
  aski_json_write_integer(&own->writer, "timeout_ms",
                          left_ms < ASKI_LAMBDA_WAIT_MAX_MS ? left_ms : ASKI_LAMBDA_WAIT_MAX_MS);
}

static askiam_status s_useless(const aski_split_call *own, const char *why, askiam_error *error)
{
  askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, s_layer(own->stage), "the function %s gave no proper answer: %s",
                   s_names[own->stage], why);
  if (error != NULL) {
    error->retryable = 0;
  }
  return ASKIAM_STATUS_UNAVAILABLE;
}

/* Failures that are the function's own affair: it cannot have been the request, which was checked before, and nobody
 * here cancelled, forked, or ran out of memory. */
static bool s_is_foreign(askiam_status status)
{
  return status == ASKIAM_STATUS_INVALID_ARGUMENT || status == ASKIAM_STATUS_BAD_DATA ||
         status == ASKIAM_STATUS_CANCELLED || status == ASKIAM_STATUS_FORKED || status == ASKIAM_STATUS_NO_MEMORY;
}

/* What the function says went wrong. */
static askiam_status s_failure(const aski_split_call *own, const aski_json *failure, askiam_error *error)
{
  askiam_str name = aski_json_string(aski_json_get(failure, "status"));
  askiam_str message = aski_json_string(aski_json_get(failure, "message"));
  askiam_status status = ASKIAM_STATUS_UNAVAILABLE;
  for (int known = ASKIAM_STATUS_INVALID_ARGUMENT; known <= ASKIAM_STATUS_RATE_LIMITED; ++known) {
    if (aski_str_equal_text(name, askiam_status_name((askiam_status)known))) {
      status = (askiam_status)known;
    }
  }
  status = s_is_foreign(status) ? ASKIAM_STATUS_UNAVAILABLE : status;
  askiam_error_set(error, status, s_layer(own->stage), "the function %s: %.*s", s_names[own->stage],
                   ASKI_STR_ARG(message));
  if (error != NULL) {
    error->retryable = aski_json_bool(aski_json_get(failure, "retryable"), false);
  }
  return status;
}

static askiam_status s_take(const aski_split_call *own, askiam_str text, const aski_json *root, askiam_error *error)
{
  const aski_json *pipeline = aski_json_get(root, ASKI_AUDIT_PIPELINE);
  const aski_json *failure = aski_json_get(pipeline, "failure");
  int64_t version = 0;
  if (!aski_json_integer(aski_json_get(pipeline, "v"), &version) || version != ASKI_SPLIT_VERSION) {
    return s_useless(own, "it is not one of this version's", error);
  }
  if (!aski_str_equal(aski_json_string(aski_json_get(pipeline, "request_id")), own->request_id)) {
    return s_useless(own, "it is about another request", error);
  }
  if (aski_json_type_of(failure) != ASKI_JSON_NULL) {
    return s_failure(own, failure, error);
  }
  askiam_error said = ASKIAM_ERROR_INIT;
  aski_reader reader;
  aski_reader_init(&reader, own->arena, &said);
  const aski_split_answer answer = {text, root, pipeline, &reader};
  own->read(own->context, &answer);
  askiam_status status = aski_reader_end(&reader);
  if (status == ASKIAM_STATUS_NO_MEMORY) {
    return askiam_error_set(error, status, s_layer(own->stage), "out of memory for an answer");
  }
  return status == ASKIAM_STATUS_OK ? status : s_useless(own, said.message, error);
}

static askiam_status s_parse(const aski_split_call *own, askiam_str text, askiam_error *error)
{
  aski_json_document *document = NULL;
  askiam_status status =
      aski_json_parse_bounded(&document, text, VALUES_MAX, &own->engine->allocator, s_layer(own->stage), error);
  if (status == ASKIAM_STATUS_BAD_DATA) {
    return s_useless(own, "it is no JSON", error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_take(own, text, aski_json_root(document), error);
  }
  aski_json_destroy(document);
  return status;
}

static askiam_status s_attempt(void *context, const askiam_call *call, askiam_error *error)
{
  const aski_split_call *own = context;
  aski_http_response response;
  aski_http_response_init(&response, &own->engine->allocator);
  askiam_status status = aski_lambda_invoke(&own->engine->split->lambda, (size_t)own->stage, s_layer(own->stage), call,
                                            aski_buffer_view(&own->event), &response, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_parse(own, aski_buffer_view(&response.body), error);
  }
  aski_http_response_clean_up(&response);
  return status;
}

askiam_status aski_split_send(aski_split_call *own, aski_arena *arena, aski_split_read_fn read, void *context,
                              askiam_error *error)
{
  own->arena = arena;
  own->read = read;
  own->context = context;
  aski_json_close_object(&own->writer); /* of the pipeline, and the event's */
  aski_json_close_object(&own->writer);
  askiam_span span;
  aski_span_begin(&span, own->call->trace, ASKIAM_SPAN_BACKEND, s_keys[own->stage]);
  askiam_status status =
      own->event.failed
          ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, s_layer(own->stage), "out of memory for a call")
          : aski_guard_run(&own->engine->split->guards[own->stage], own->call, s_layer(own->stage), s_names[own->stage],
                           s_attempt, own, error);
  aski_buffer_clean_up(&own->event);
  return aski_span_end(&span, status);
}
