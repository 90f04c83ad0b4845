/* SPDX-License-Identifier: Apache-2.0 */
#include "search/opensearch/opensearch_search.h"

#include "answer.h"
#include "indexing.h"
#include "self.h"

typedef aski_opensearch_search_self opensearch_search;

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_SEARCH, "out of memory");
}

static void s_close(void *self)
{
  opensearch_search *search = self;
  if (search != NULL) {
    const askiam_allocator *allocator = search->cluster.allocator;
    aski_opensearch_close(&search->cluster);
    aski_release(allocator, search);
  }
}

/* Nothing is sent yet: a cluster that is away must not keep an engine from opening. */
static askiam_status s_open(void **out_self, void *context, const askiam_backend_options *options, askiam_error *error)
{
  (void)context;
  const askiam_allocator *allocator = askiam_backend_options_allocator(options);
  opensearch_search *self = aski_acquire_zeroed(allocator, 1, sizeof *self);
  if (self == NULL) {
    return s_no_memory(error);
  }
  askiam_status status = aski_opensearch_read_settings(&self->settings, options, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_opensearch_open(&self->cluster, options, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    aski_release(allocator, self);
    return status;
  }
  *out_self = self;
  return ASKIAM_STATUS_OK;
}

/* "/INDEX/OPERATION": names of indexes need no escaping. */
static askiam_status s_ask(const opensearch_search *search, const askiam_call *call, aski_arena *arena,
                           const char *index, const char *operation, const aski_buffer *body,
                           aski_http_response *response, askiam_error *error)
{
  const aski_opensearch_request request = {.method = ASKI_HTTP_POST,
                                           .path = aski_arena_format(arena, "/%s/%s", index, operation),
                                           .content_type = strcmp(operation, "_msearch") == 0 ? "application/x-ndjson"
                                                                                              : "application/json",
                                           .body = aski_buffer_view(body),
                                           .limit_bytes = ASKI_JSON_MAX_BYTES};
  return arena->failed || body->failed ? s_no_memory(error)
                                       : aski_opensearch_send(&search->cluster, call, &request, response, error);
}

static askiam_status s_find(const opensearch_search *search, const askiam_call *call, aski_arena *arena,
                            const askiam_search_query *query, aski_buffer *body, askiam_documents *documents,
                            askiam_error *error)
{
  const aski_opensearch_settings *settings = &search->settings;
  const aski_opensearch_asked asked = aski_opensearch_ask_documents(body, arena, settings, query);
  if (!asked.by_words && !asked.by_vectors && !arena->failed) {
    return ASKIAM_STATUS_OK;
  }
  aski_http_response response;
  aski_http_response_init(&response, search->cluster.allocator);
  askiam_status status = s_ask(search, call, arena, settings->metadata_index, "_msearch", body, &response, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_opensearch_read_documents(documents, arena, aski_buffer_view(&response.body), &asked, settings->space,
                                            askiam_search_query_top_k(query), error);
  }
  aski_http_response_clean_up(&response);
  return status;
}

static askiam_status s_documents(void *self, const askiam_call *call, const askiam_search_query *query,
                                 askiam_documents *documents, askiam_error *error)
{
  const opensearch_search *search = self;
  aski_arena arena;
  aski_buffer body;
  aski_arena_init(&arena, search->cluster.allocator);
  aski_buffer_init(&body, search->cluster.allocator);
  askiam_status status = askiam_search_query_top_k(query) == 0
                             ? ASKIAM_STATUS_OK
                             : s_find(search, call, &arena, query, &body, documents, error);
  aski_buffer_clean_up(&body);
  aski_arena_clean_up(&arena);
  return status;
}

static askiam_status s_look_back(const opensearch_search *search, const askiam_call *call, aski_arena *arena,
                                 const aski_opensearch_past *past, askiam_patterns *patterns, askiam_error *error)
{
  const askiam_allocator *allocator = search->cluster.allocator;
  aski_buffer body;
  aski_http_response response;
  aski_buffer_init(&body, allocator);
  aski_http_response_init(&response, allocator);
  aski_opensearch_ask_patterns(&body, past);
  askiam_status status =
      s_ask(search, call, arena, search->settings.patterns_index, "_search", &body, &response, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_opensearch_read_patterns(patterns, allocator, aski_buffer_view(&response.body), past, error);
  }
  aski_http_response_clean_up(&response);
  aski_buffer_clean_up(&body);
  return status;
}

static askiam_status s_patterns(void *self, const askiam_call *call, askiam_str role_id, askiam_str except_user_id,
                                int64_t before_ms, size_t limit, askiam_patterns *patterns, askiam_error *error)
{
  const opensearch_search *search = self;
  const aski_opensearch_past past = {.role_id = aski_str_present(role_id) ? role_id : ASKI_STR(""),
                                     .except_user_id = aski_str_present(except_user_id) ? except_user_id : ASKI_STR(""),
                                     .before_ms = before_ms,
                                     .limit = limit < ASKI_OPENSEARCH_HITS_MAX ? limit : ASKI_OPENSEARCH_HITS_MAX};
  if (limit == 0) {
    return ASKIAM_STATUS_OK;
  }
  aski_arena arena;
  aski_arena_init(&arena, search->cluster.allocator);
  askiam_status status = s_look_back(search, call, &arena, &past, patterns, error);
  aski_arena_clean_up(&arena);
  return status;
}

const askiam_search_vtable *aski_opensearch_search(void)
{
  static const askiam_search_vtable table = {.size = sizeof(askiam_search_vtable),
                                             .flags = ASKIAM_BACKEND_REMOTE,
                                             .open = s_open,
                                             .close = s_close,
                                             .documents = s_documents,
                                             .patterns = s_patterns,
                                             .index_create = aski_opensearch_index_create,
                                             .index_begin = aski_opensearch_index_begin,
                                             .index_put = aski_opensearch_index_put,
                                             .index_checkpoint = aski_opensearch_index_checkpoint,
                                             .index_commit = aski_opensearch_index_commit,
                                             .index_abort = aski_opensearch_index_abort};
  return &table;
}
