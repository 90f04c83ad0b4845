/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/pipeline.h"

#include "base/pool.h"

/* Everything that the evidence path reads and writes while it runs on another thread. The engine outlives it:
 * destroy waits for the pool. */
typedef struct aski_evidence_task {
  aski_task task; /* first: the pool knows only this */
  const askiam_engine *engine;
  const aski_stages *stages;
  aski_arena arena;
  aski_trace trace;
  askiam_call call;
  aski_facts facts;
  aski_rag_result result;
  askiam_status status;
  askiam_error error;
} evidence_task;

static bool s_is_remote(const askiam_engine *engine)
{
  unsigned flags = (engine->search.provided ? engine->search.table.flags : 0U) |
                   (engine->embedder.provided ? engine->embedder.table.flags : 0U) |
                   (engine->judge.provided ? engine->judge.table.flags : 0U);
  for (size_t i = 0; i < engine->store_count; ++i) {
    bool catalogue = engine->catalogue.provided && engine->catalogue.self == engine->stores[i].self;
    flags |= catalogue ? engine->stores[i].driver.flags : 0U;
  }
  return (flags & ASKIAM_BACKEND_REMOTE) != 0;
}

askiam_status aski_remote_open(askiam_engine *engine, askiam_error *error)
{
  if (!engine->settings.decide.rag_enabled || (engine->split == NULL && !s_is_remote(engine))) {
    return ASKIAM_STATUS_OK;
  }
  engine->pool = aski_pool_new(&engine->allocator, (size_t)aski_config_integer(engine->config, "rag.threads"));
  return engine->pool != NULL ? ASKIAM_STATUS_OK
                              : askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE,
                                                 "out of memory for the threads of remote backends");
}

static void s_run(aski_task *task)
{
  evidence_task *own = (evidence_task *)task;
  own->status = own->stages->evidence(&own->result, &own->arena, own->engine, &own->call, &own->facts, &own->error);
}

static void s_destroy(aski_task *task)
{
  evidence_task *own = (evidence_task *)task;
  const askiam_allocator *allocator = &own->engine->allocator;
  aski_arena_clean_up(&own->arena);
  aski_release(allocator, own);
}

/* What a log record or a span of the task says of its request; the sentence stays behind, as this path never sees it. */
static void s_keep_trace(evidence_task *own, const aski_trace *trace)
{
  own->trace = *trace;
  own->trace.request_id = aski_arena_copy(&own->arena, trace->request_id);
  own->trace.user_id = aski_arena_copy(&own->arena, trace->user_id);
  own->trace.trace_id = aski_arena_copy(&own->arena, trace->trace_id);
  own->trace.session_id = aski_arena_copy(&own->arena, trace->session_id);
  own->trace.ip = aski_arena_copy(&own->arena, trace->ip);
  own->trace.sentence = ASKI_STR_NONE;
}

/* NULL where memory ran out. */
static evidence_task *s_new_task(const aski_evidence *evidence, const aski_facts *facts)
{
  const askiam_engine *engine = evidence->visit->engine;
  evidence_task *own = aski_acquire_zeroed(&engine->allocator, 1, sizeof *own);
  if (own == NULL) {
    return NULL;
  }
  own->engine = engine;
  own->stages = evidence->visit->stages;
  own->task.run = s_run;
  own->task.destroy = s_destroy;
  aski_arena_init(&own->arena, &engine->allocator);
  s_keep_trace(own, &evidence->visit->trace);
  own->call = evidence->call;
  own->call.trace = &own->trace;
  own->call.cancelled = &own->task.cancelled;
  own->call.forsaken = NULL; /* of the request, which may be gone before this ends */
  if (!aski_facts_keep(&own->facts, facts, &own->arena)) {
    s_destroy(&own->task);
    return NULL;
  }
  return own;
}

static void s_abstain(aski_evidence *evidence, aski_rag_cause cause, const char *reason)
{
  const askiam_engine *engine = evidence->visit->engine;
  askiam_str judge = engine->judge.provided ? askiam_str_from(engine->judge.table.kind) : ASKI_STR_NONE;
  evidence->result = (aski_rag_result){.outcome = ASKI_RAG_ABSTAINED,
                                       .cause = cause,
                                       .confidence = -1,
                                       .judge = aski_arena_copy(evidence->arena, judge),
                                       .reason = askiam_str_from(reason)};
}

/* Into a task of the pool's. */
static void s_hand_over(aski_evidence *evidence, const aski_facts *facts)
{
  askiam_engine *engine = evidence->visit->engine;
  evidence->task = s_new_task(evidence, facts);
  if (evidence->task == NULL) {
    evidence->status = askiam_error_set(&evidence->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE,
                                        "out of memory for the evidence");
    return;
  }
  if (!aski_pool_submit(engine->pool, &evidence->task->task)) {
    s_destroy(&evidence->task->task);
    evidence->task = NULL;
    s_abstain(evidence, ASKI_RAG_CAUSE_UNAVAILABLE, "the evidence is not available");
    aski_log(&evidence->visit->trace, ASKIAM_LOG_WARN, "rag", NULL, -1.0,
             "no evidence: no thread could be made for it");
  }
}

void aski_evidence_begin(aski_evidence *evidence, aski_arena *arena, const aski_visit *visit, const aski_facts *facts,
                         uint64_t deadline_ticks_ns)
{
  *evidence = (aski_evidence){.visit = visit, .arena = arena, .call = visit->call, .error = ASKIAM_ERROR_INIT};
  evidence->call.deadline_ticks_ns = deadline_ticks_ns;
  aski_span_begin(&evidence->span, &visit->trace, ASKIAM_SPAN_STAGE, "rag");
  if (visit->engine->pool != NULL) {
    s_hand_over(evidence, facts);
  } else {
    evidence->status =
        visit->stages->evidence(&evidence->result, arena, visit->engine, &evidence->call, facts, &evidence->error);
  }
}

/* From the task's memory to the decision's. A document's text is not part of a decision. */
static void s_take_result(aski_evidence *evidence, const aski_rag_result *found)
{
  aski_rag_result *own = &evidence->result;
  *own = *found;
  own->judge = aski_arena_copy(evidence->arena, found->judge);
  own->reason = aski_arena_copy(evidence->arena, found->reason);
  own->documents.items = NULL;
  own->documents.count = 0;
  own->documents.capacity = 0;
  for (size_t i = 0; i < found->documents.count; ++i) {
    aski_document *document = ASKI_ARENA_PUSH(evidence->arena, &own->documents);
    if (document != NULL) {
      *document = (aski_document){.id = aski_arena_copy(evidence->arena, found->documents.items[i].id),
                                  .title = aski_arena_copy(evidence->arena, found->documents.items[i].title),
                                  .score = found->documents.items[i].score};
    }
  }
}

static void s_collect(aski_evidence *evidence)
{
  evidence_task *own = evidence->task;
  const aski_visit *visit = evidence->visit;
  if (aski_pool_wait(visit->engine->pool, &own->task, &evidence->call)) {
    evidence->status = own->status;
    evidence->error = own->error;
    s_take_result(evidence, &own->result);
    s_destroy(&own->task);
    if (evidence->arena->failed) {
      evidence->status = askiam_error_set(&evidence->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE,
                                          "out of memory for the evidence");
    }
    return;
  }
  if (askiam_call_cancelled(&visit->call)) {
    evidence->status = askiam_error_set(&evidence->error, ASKIAM_STATUS_CANCELLED, ASKIAM_LAYER_ENGINE,
                                        "the request was cancelled, or the engine is being destroyed");
    return;
  }
  s_abstain(evidence, ASKI_RAG_CAUSE_TIMEOUT, "the evidence did not come in time");
  aski_log(&visit->trace, ASKIAM_LOG_WARN, "rag", NULL, -1.0, "no evidence: nothing came before the deadline");
}

askiam_status aski_evidence_end(aski_evidence *evidence, aski_rag_result *out_result, askiam_error *error)
{
  if (evidence->task != NULL) {
    s_collect(evidence);
  }
  *out_result = evidence->result;
  if (evidence->status != ASKIAM_STATUS_OK && error != NULL) {
    *error = evidence->error;
  }
  return aski_span_end(&evidence->span, evidence->status);
}

void aski_evidence_drop(aski_evidence *evidence)
{
  if (evidence->task != NULL) {
    evidence->call.deadline_ticks_ns = 0;
    if (aski_pool_wait(evidence->visit->engine->pool, &evidence->task->task, &evidence->call)) {
      s_destroy(&evidence->task->task);
    }
  }
  aski_span_end(&evidence->span, ASKIAM_STATUS_CANCELLED);
}
