/* SPDX-License-Identifier: Apache-2.0
 *
 * _bulk: many entries in one request, each of which is accepted or refused by itself. An answer counts only where
 * it speaks of every line. */
#include "indexing.h"

#include <stdio.h>

enum { NAME_SHOWN_BYTES = 100, BULK_TIMEOUT_MS = 120000 };

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_SEARCH,
                          "out of memory while the index is written");
}

void aski_opensearch_bulk_init(aski_opensearch_bulk *bulk, const aski_opensearch *cluster)
{
  *bulk = (aski_opensearch_bulk){.cluster = cluster};
  aski_buffer_init(&bulk->text, cluster->allocator);
  aski_arena_init(&bulk->arena, cluster->allocator);
}

void aski_opensearch_bulk_clean_up(aski_opensearch_bulk *bulk)
{
  aski_buffer_clean_up(&bulk->text);
  aski_arena_clean_up(&bulk->arena);
}

static void s_clear(aski_opensearch_bulk *bulk)
{
  aski_buffer_clear(&bulk->text);
  aski_arena_clean_up(&bulk->arena);
  aski_arena_init(&bulk->arena, bulk->cluster->allocator);
  bulk->items = NULL;
  bulk->count = bulk->capacity = 0;
}

askiam_status aski_opensearch_bulk_add(aski_opensearch_bulk *bulk, const char *index, askiam_str lines, askiam_str kind,
                                       askiam_str id, askiam_error *error)
{
  aski_opensearch_line *added = ASKI_ARENA_PUSH(&bulk->arena, bulk);
  if (added == NULL) {
    return s_no_memory(error);
  }
  bulk->index = index;
  added->offset = bulk->text.length;
  added->length = lines.length;
  added->name = aski_arena_format(&bulk->arena, "the %.*s \"%.*s\"", ASKI_STR_ARG(kind),
                                  ASKI_STR_ARG(aski_str_slice(id, 0, NAME_SHOWN_BYTES)));
  aski_buffer_append(&bulk->text, lines);
  return bulk->text.failed || bulk->arena.failed ? s_no_memory(error) : ASKIAM_STATUS_OK;
}

static askiam_status s_malformed(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_SEARCH,
                          "the cluster's answer to _bulk does not tell of each entry");
}

/* What became of one line. */
typedef struct outcome {
  int status;
  const aski_json *failure;
} outcome;

/* {"index": {"status": 201, …}}; the action's name is as it was sent. */
static bool s_read_item(outcome *out, const aski_json *item)
{
  int64_t status = 0;
  const aski_json *action = aski_json_count(item) == 1 ? aski_json_first(item) : NULL;
  if (!aski_json_integer(aski_json_get(action, "status"), &status) || status < 100 || status > 599) {
    return false;
  }
  out->status = (int)status;
  out->failure = aski_json_get(action, "error");
  return true;
}

static bool s_is_good(const aski_opensearch_bulk *bulk, const outcome *line)
{
  return (line->status >= 200 && line->status <= 299 && line->failure == NULL) ||
         (bulk->may_be_missing && line->status == 404);
}

/* The cluster, or a shard of it, was too busy or away. */
static bool s_may_be_repeated(const outcome *line)
{
  return line->status == 429 || line->status == 502 || line->status == 503 || line->status == 504;
}

askiam_status aski_opensearch_overtaken(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_CONFLICT, ASKIAM_LAYER_SEARCH,
                          "another sync began since this one did; let it end, or begin anew");
}

/* Keeps the lines that are to be sent again, in their order; fails at the first that is refused for good. */
static askiam_status s_sift(aski_opensearch_bulk *bulk, const aski_json *items, askiam_error *error)
{
  size_t kept = 0;
  size_t bytes = 0;
  size_t i = 0;
  askiam_error busy = ASKIAM_ERROR_INIT;
  for (const aski_json *item = aski_json_first(items); item != NULL; item = aski_json_next(item), ++i) {
    outcome line;
    if (i >= bulk->count || !s_read_item(&line, item)) {
      return s_malformed(error);
    }
    if (s_is_good(bulk, &line)) {
      continue;
    }
    if (line.status == 409) {
      return aski_opensearch_overtaken(error);
    }
    if (!s_may_be_repeated(&line)) {
      return aski_opensearch_refused(bulk->items[i].name.data, line.status, line.failure, error);
    }
    aski_opensearch_refused(bulk->items[i].name.data, line.status, line.failure, &busy);
    memmove(bulk->text.data + bytes, bulk->text.data + bulk->items[i].offset, bulk->items[i].length);
    bulk->items[kept] = bulk->items[i];
    bulk->items[kept++].offset = bytes;
    bytes += bulk->items[kept - 1].length;
  }
  if (i != bulk->count) {
    return s_malformed(error);
  }
  bulk->count = kept;
  bulk->text.length = bytes;
  bulk->text.data[bytes] = 0;
  if (kept > 0 && error != NULL) {
    *error = busy;
  }
  return kept > 0 ? ASKIAM_STATUS_UNAVAILABLE : ASKIAM_STATUS_OK;
}

static askiam_status s_read(aski_opensearch_bulk *bulk, const aski_http_response *response, askiam_error *error)
{
  aski_json_document *document = NULL;
  askiam_status status =
      aski_json_parse_bounded(&document, aski_buffer_view(&response->body), ASKI_OPENSEARCH_VALUES_MAX,
                              bulk->cluster->allocator, ASKIAM_LAYER_SEARCH, NULL);
  if (status != ASKIAM_STATUS_OK) {
    return status == ASKIAM_STATUS_NO_MEMORY ? s_no_memory(error) : s_malformed(error);
  }
  const aski_json *items = aski_json_get(aski_json_root(document), "items");
  status =
      items != NULL && aski_json_type_of(items) == ASKI_JSON_ARRAY ? s_sift(bulk, items, error) : s_malformed(error);
  aski_json_destroy(document);
  return status;
}

/* Where some lines were taken, the cluster works, if slowly. */
static askiam_status s_attempt(void *context, const askiam_call *call, aski_retry *retry, askiam_error *error)
{
  aski_opensearch_bulk *bulk = context;
  size_t before = bulk->count;
  char path[ASKI_OPENSEARCH_INDEX_MAX_BYTES + sizeof "//_bulk"];
  int length = snprintf(path, sizeof path, "/%s/_bulk", bulk->index);
  const aski_opensearch_request request = {.method = ASKI_HTTP_POST,
                                           .path = {path, (size_t)length},
                                           .content_type = "application/x-ndjson",
                                           .body = aski_buffer_view(&bulk->text),
                                           .timeout_ms = BULK_TIMEOUT_MS};
  aski_http_response response;
  aski_http_response_init(&response, bulk->cluster->allocator);
  askiam_status status = aski_opensearch_send(bulk->cluster, call, &request, &response, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read(bulk, &response, error);
    if (bulk->count < before) {
      aski_retry_init(retry, &retry->policy);
    }
  }
  aski_http_response_clean_up(&response);
  return status;
}

askiam_status aski_opensearch_bulk_send(aski_opensearch_bulk *bulk, const askiam_call *call, askiam_error *error)
{
  askiam_status status = bulk->count == 0 ? ASKIAM_STATUS_OK : aski_opensearch_insist(call, s_attempt, bulk, error);
  s_clear(bulk);
  return status;
}
