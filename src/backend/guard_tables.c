/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables that stand before search, embedder and judge. Each attempt starts with empty sinks: what a failed one added is no answer. */
#include "backend/guard.h"

/* In each: the guard, and the backend behind it. */
typedef struct guarded_search {
  aski_guard guard;
  aski_search inner;
} guarded_search;

typedef struct guarded_embedder {
  aski_guard guard;
  aski_embedder inner;
} guarded_embedder;

typedef struct guarded_judge {
  aski_guard guard;
  aski_judge inner;
} guarded_judge;

/* The guard is the first member of each. NULL where memory, or a lock, is not to be had. */
static void *s_new(size_t size_bytes, const aski_guard_options *options, askiam_layer layer, askiam_error *error)
{
  void *guarded = aski_acquire_zeroed(options->allocator, 1, size_bytes);
  if (guarded != NULL && !aski_guard_init(guarded, options)) {
    aski_release(options->allocator, guarded);
    guarded = NULL;
  }
  if (guarded == NULL) {
    askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, layer, "out of memory for a backend");
  }
  return guarded;
}

static void s_close(void *self, askiam_backend_close_fn close, void *inner)
{
  aski_guard *guard = self;
  if (close != NULL) {
    close(inner);
  }
  const askiam_allocator *allocator = guard->options.allocator;
  aski_guard_clean_up(guard);
  aski_release(allocator, self);
}

typedef struct documents_attempt {
  const aski_search *inner;
  const askiam_search_query *query;
  askiam_documents *documents;
} documents_attempt;

static askiam_status s_documents_once(void *context, const askiam_call *call, askiam_error *error)
{
  const documents_attempt *work = context;
  work->documents->count = 0;
  return work->inner->table.documents(work->inner->self, call, work->query, work->documents, error);
}

static askiam_status s_documents(void *self, const askiam_call *call, const askiam_search_query *query,
                                 askiam_documents *documents, askiam_error *error)
{
  guarded_search *own = self;
  documents_attempt work = {&own->inner, query, documents};
  return aski_guard_run(&own->guard, call, ASKIAM_LAYER_SEARCH, "search", s_documents_once, &work, error);
}

typedef struct patterns_attempt {
  const aski_search *inner;
  askiam_str role_id;
  askiam_str except_user_id;
  int64_t before_ms;
  size_t limit;
  askiam_patterns *patterns;
} patterns_attempt;

static askiam_status s_patterns_once(void *context, const askiam_call *call, askiam_error *error)
{
  const patterns_attempt *work = context;
  work->patterns->count = 0;
  return work->inner->table.patterns(work->inner->self, call, work->role_id, work->except_user_id, work->before_ms,
                                     work->limit, work->patterns, error);
}

static askiam_status s_patterns(void *self, const askiam_call *call, askiam_str role_id, askiam_str except_user_id,
                                int64_t before_ms, size_t limit, askiam_patterns *patterns, askiam_error *error)
{
  guarded_search *own = self;
  patterns_attempt work = {&own->inner, role_id, except_user_id, before_ms, limit, patterns};
  return aski_guard_run(&own->guard, call, ASKIAM_LAYER_SEARCH, "search", s_patterns_once, &work, error);
}

typedef struct create_attempt {
  const aski_search *inner;
  int *out_created;
} create_attempt;

static askiam_status s_create_once(void *context, const askiam_call *call, askiam_error *error)
{
  const create_attempt *work = context;
  return work->inner->table.index_create(work->inner->self, call, work->out_created, error);
}

static askiam_status s_index_create(void *self, const askiam_call *call, int *out_created, askiam_error *error)
{
  guarded_search *own = self;
  create_attempt work = {&own->inner, out_created};
  return aski_guard_run(&own->guard, call, ASKIAM_LAYER_SEARCH, "search", s_create_once, &work, error);
}

typedef struct begin_attempt {
  const aski_search *inner;
  int restart;
  void **out_session;
  askiam_position_fn position;
  void *context;
} begin_attempt;

static askiam_status s_begin_once(void *context, const askiam_call *call, askiam_error *error)
{
  const begin_attempt *work = context;
  return work->inner->table.index_begin(work->inner->self, call, work->restart, work->out_session, work->position,
                                        work->context, error);
}

/* A session itself is not behind the guard: what it writes is for it to repeat. */
static askiam_status s_index_begin(void *self, const askiam_call *call, int restart, void **out_session,
                                   askiam_position_fn position, void *context, askiam_error *error)
{
  guarded_search *own = self;
  begin_attempt work = {&own->inner, restart, out_session, position, context};
  return aski_guard_run(&own->guard, call, ASKIAM_LAYER_SEARCH, "search", s_begin_once, &work, error);
}

static void s_close_search(void *self)
{
  const guarded_search *own = self;
  s_close(self, own->inner.table.close, own->inner.self);
}

askiam_status aski_guard_search(aski_search *search, const aski_guard_options *options, askiam_error *error)
{
  guarded_search *own = s_new(sizeof *own, options, ASKIAM_LAYER_SEARCH, error);
  if (own == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  own->inner = *search;
  search->self = own;
  search->table.close = s_close_search;
  search->table.documents = s_documents;
  search->table.patterns = own->inner.table.patterns == NULL ? NULL : s_patterns;
  if (own->inner.table.index_create != NULL) {
    search->table.index_create = s_index_create;
    search->table.index_begin = s_index_begin;
  }
  return ASKIAM_STATUS_OK;
}

typedef struct embed_attempt {
  const aski_embedder *inner;
  const askiam_str *texts;
  size_t count;
  float *out_vectors;
} embed_attempt;

static askiam_status s_embed_once(void *context, const askiam_call *call, askiam_error *error)
{
  const embed_attempt *work = context;
  return work->inner->table.embed(work->inner->self, call, work->texts, work->count, work->out_vectors, error);
}

static askiam_status s_embed(void *self, const askiam_call *call, const askiam_str *texts, size_t count,
                             float *out_vectors, askiam_error *error)
{
  guarded_embedder *own = self;
  embed_attempt work = {&own->inner, texts, count, out_vectors};
  return aski_guard_run(&own->guard, call, ASKIAM_LAYER_EMBEDDER, "embedder", s_embed_once, &work, error);
}

static size_t s_dimension(void *self)
{
  const guarded_embedder *own = self;
  return own->inner.table.dimension(own->inner.self);
}

static const char *s_model(void *self)
{
  const guarded_embedder *own = self;
  return own->inner.table.model(own->inner.self);
}

static void s_close_embedder(void *self)
{
  const guarded_embedder *own = self;
  s_close(self, own->inner.table.close, own->inner.self);
}

askiam_status aski_guard_embedder(aski_embedder *embedder, const aski_guard_options *options, askiam_error *error)
{
  guarded_embedder *own = s_new(sizeof *own, options, ASKIAM_LAYER_EMBEDDER, error);
  if (own == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  own->inner = *embedder;
  embedder->self = own;
  embedder->table.close = s_close_embedder;
  embedder->table.embed = s_embed;
  embedder->table.dimension = s_dimension;
  embedder->table.model = s_model;
  return ASKIAM_STATUS_OK;
}

typedef struct judge_attempt {
  const aski_judge *inner;
  const askiam_case *judged;
  askiam_opinion *opinion;
} judge_attempt;

static askiam_status s_judge_once(void *context, const askiam_call *call, askiam_error *error)
{
  const judge_attempt *work = context;
  *work->opinion = (askiam_opinion){.arena = work->opinion->arena};
  return work->inner->table.judge(work->inner->self, call, work->judged, work->opinion, error);
}

static askiam_status s_judge(void *self, const askiam_call *call, const askiam_case *judged, askiam_opinion *opinion,
                             askiam_error *error)
{
  guarded_judge *own = self;
  judge_attempt work = {&own->inner, judged, opinion};
  return aski_guard_run(&own->guard, call, ASKIAM_LAYER_JUDGE, "judge", s_judge_once, &work, error);
}

static void s_close_judge(void *self)
{
  const guarded_judge *own = self;
  s_close(self, own->inner.table.close, own->inner.self);
}

askiam_status aski_guard_judge(aski_judge *judge, const aski_guard_options *options, askiam_error *error)
{
  guarded_judge *own = s_new(sizeof *own, options, ASKIAM_LAYER_JUDGE, error);
  if (own == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  own->inner = *judge;
  judge->self = own;
  judge->table.close = s_close_judge;
  judge->table.judge = s_judge;
  return ASKIAM_STATUS_OK;
}
