/* SPDX-License-Identifier: Apache-2.0
 *
 * Removing what earlier fillings left: by the cluster itself (_delete_by_query), or, where that is not to be had
 * (OpenSearch Serverless), by looking for such entries and deleting them by their ids. */
#include "indexing.h"

#include <stdio.h>

enum { REMOVED_AT_ONCE = 10000, FOUND_AT_ONCE = 1000, REMOVE_TIMEOUT_MS = 600000, PATH_BYTES = 320 };
enum { COUNT_MAX = 1000000000 }; /* more than an index of ours holds; it bounds how often a cluster is asked */

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_SEARCH,
                          "out of memory while the index is tidied");
}

/* One request to an operation of the index; *out_document is owned: aski_json_destroy. */
typedef struct post {
  const aski_opensearch *cluster;
  const char *index, *operation;
  askiam_str body; /* absent: none */
  aski_json_document **out_document;
} post;

static askiam_status s_try_post(void *context, const askiam_call *call, aski_retry *retry, askiam_error *error)
{
  const post *own = context;
  (void)retry;
  char path[PATH_BYTES];
  int length = snprintf(path, sizeof path, "/%s/%s", own->index, own->operation);
  const aski_opensearch_request request = {.method = ASKI_HTTP_POST,
                                           .path = {path, (size_t)length},
                                           .content_type = aski_str_present(own->body) ? "application/json" : NULL,
                                           .body = own->body,
                                           .timeout_ms = REMOVE_TIMEOUT_MS};
  aski_http_response response;
  aski_http_response_init(&response, own->cluster->allocator);
  askiam_status status = aski_opensearch_send(own->cluster, call, &request, &response, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_json_parse_bounded(own->out_document, aski_buffer_view(&response.body), ASKI_OPENSEARCH_VALUES_MAX,
                                     own->cluster->allocator, ASKIAM_LAYER_SEARCH, NULL);
    status = status == ASKIAM_STATUS_NO_MEMORY ? s_no_memory(error)
             : status == ASKIAM_STATUS_BAD_DATA
                 ? askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_SEARCH,
                                    "the cluster's answer to %s is no JSON that it could be", own->operation)
                 : status;
  }
  aski_http_response_clean_up(&response);
  return status;
}

/* All of these may be made twice. */
static askiam_status s_post(const aski_opensearch *cluster, const askiam_call *call, const char *index,
                            const char *operation, askiam_str body, aski_json_document **out_document,
                            askiam_error *error)
{
  post own = {cluster, index, operation, body, out_document};
  *out_document = NULL;
  return aski_opensearch_insist(call, s_try_post, &own, error);
}

static void s_write_older(aski_json_writer *writer, int64_t generation)
{
  char text[ASKI_OPENSEARCH_GENERATION_BYTES];
  aski_opensearch_generation_text(text, generation);
  aski_json_open_object(writer, "query");
  aski_json_open_object(writer, "range");
  aski_json_open_object(writer, "generation");
  aski_json_write_text(writer, "lt", text);
  for (int i = 0; i < 3; ++i) {
    aski_json_close_object(writer);
  }
}

/* As many as go at once; fewer where there are no more. What somebody else wrote meanwhile stays. */
static askiam_status s_delete_some(const aski_opensearch *cluster, const askiam_call *call, const char *index,
                                   askiam_str body, uint64_t *out_removed, askiam_error *error)
{
  aski_json_document *document = NULL;
  askiam_status status =
      s_post(cluster, call, index, "_delete_by_query?conflicts=proceed&refresh=true", body, &document, error);
  const aski_json *root = status == ASKIAM_STATUS_OK ? aski_json_root(document) : NULL;
  bool whole = root != NULL && aski_json_unsigned(aski_json_get(root, "deleted"), out_removed) &&
               *out_removed <= REMOVED_AT_ONCE && !aski_json_bool(aski_json_get(root, "timed_out"), true) &&
               aski_json_count(aski_json_get(root, "failures")) == 0;
  if (status == ASKIAM_STATUS_OK && !whole) {
    status = askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_SEARCH,
                              "the cluster did not remove older entries of %s as a whole; sync again", index);
  }
  aski_json_destroy(document);
  return status;
}

static askiam_status s_count(const aski_opensearch *cluster, const askiam_call *call, const char *index,
                             askiam_str body, uint64_t *out_count, askiam_error *error)
{
  aski_json_document *document = NULL;
  askiam_status status = s_post(cluster, call, index, "_count", body, &document, error);
  const aski_json *root = status == ASKIAM_STATUS_OK ? aski_json_root(document) : NULL;
  int64_t failed = -1;
  if (status == ASKIAM_STATUS_OK &&
      (!aski_json_unsigned(aski_json_get(root, "count"), out_count) || *out_count > COUNT_MAX ||
       !aski_json_integer(aski_json_get(aski_json_get(root, "_shards"), "failed"), &failed) || failed != 0)) {
    status = askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_SEARCH,
                              "the cluster did not count the older entries of %s; sync again", index);
  }
  aski_json_destroy(document);
  return status;
}

/* The query for older entries; at most `max_docs` of them where that is not 0. */
static void s_write_query(aski_buffer *body, int64_t generation, int64_t max_docs)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, body);
  aski_json_open_object(&writer, NULL);
  if (max_docs > 0) {
    aski_json_write_integer(&writer, "max_docs", max_docs);
  }
  s_write_older(&writer, generation);
  aski_json_close_object(&writer);
}

/* What does not go at once goes in as many rounds as its count takes: a cluster that always tells of more would be
 * asked for ever. */
static askiam_status s_delete_rest(const aski_opensearch *cluster, const askiam_call *call, const char *index,
                                   askiam_str count, askiam_str some, uint64_t *out_removed, askiam_error *error)
{
  uint64_t left = 0;
  uint64_t removed = REMOVED_AT_ONCE;
  askiam_status status = s_count(cluster, call, index, count, &left, error);
  for (uint64_t rounds = left / REMOVED_AT_ONCE + 1; status == ASKIAM_STATUS_OK && removed == REMOVED_AT_ONCE;
       --rounds) {
    if (rounds == 0) {
      return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_SEARCH,
                              "the cluster's answers do not fit: more older entries of %s were removed than it counted",
                              index);
    }
    removed = 0;
    status = s_delete_some(cluster, call, index, some, &removed, error);
    *out_removed += status == ASKIAM_STATUS_OK ? removed : 0;
  }
  return status;
}

static askiam_status s_delete_by_query(const aski_opensearch *cluster, const askiam_call *call, const char *index,
                                       int64_t generation, uint64_t *out_removed, askiam_error *error)
{
  aski_buffer count;
  aski_buffer some;
  aski_buffer_init(&count, cluster->allocator);
  aski_buffer_init(&some, cluster->allocator);
  s_write_query(&count, generation, 0);
  s_write_query(&some, generation, REMOVED_AT_ONCE);
  uint64_t removed = 0;
  askiam_status status = count.failed || some.failed
                             ? s_no_memory(error)
                             : s_delete_some(cluster, call, index, aski_buffer_view(&some), &removed, error);
  if (status == ASKIAM_STATUS_OK) {
    *out_removed += removed;
    status = removed < REMOVED_AT_ONCE ? status
                                       : s_delete_rest(cluster, call, index, aski_buffer_view(&count),
                                                       aski_buffer_view(&some), out_removed, error);
  }
  aski_buffer_clean_up(&count);
  aski_buffer_clean_up(&some);
  return status;
}

static askiam_status s_refresh(const aski_opensearch *cluster, const askiam_call *call, const char *index,
                               askiam_error *error)
{
  aski_json_document *document = NULL;
  askiam_status status = s_post(cluster, call, index, "_refresh", ASKI_STR_NONE, &document, error);
  int64_t failed = 0;
  if (status == ASKIAM_STATUS_OK &&
      (!aski_json_integer(aski_json_get(aski_json_get(aski_json_root(document), "_shards"), "failed"), &failed) ||
       failed != 0)) {
    status = askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_SEARCH,
                              "a shard of %s did not make searchable what was written; sync again", index);
  }
  aski_json_destroy(document);
  return status;
}

/* A walk over older entries in the order of generation and id. */
typedef struct older_walk {
  const aski_opensearch *cluster;
  const askiam_call *call;
  const char *index;
  const char *id_field;
  int64_t generation;
  aski_buffer
      last[2]; /* generation and id of the last that was found: the next part begins there; empty: from the first */
} older_walk;

static bool s_has_failed(const older_walk *walk) { return walk->last[0].failed || walk->last[1].failed; }

static void s_write_search(aski_buffer *body, const older_walk *walk)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, body);
  aski_json_open_object(&writer, NULL);
  aski_json_write_integer(&writer, "size", FOUND_AT_ONCE);
  aski_json_write_bool(&writer, "_source", false);
  s_write_older(&writer, walk->generation);
  aski_json_open_array(&writer, "sort");
  aski_json_write_text(&writer, NULL, "generation");
  aski_json_write_text(&writer, NULL, walk->id_field);
  aski_json_close_array(&writer);
  if (walk->last[0].length > 0) {
    aski_json_open_array(&writer, "search_after");
    aski_json_write_string(&writer, NULL, aski_buffer_view(&walk->last[0]));
    aski_json_write_string(&writer, NULL, aski_buffer_view(&walk->last[1]));
    aski_json_close_array(&writer);
  }
  aski_json_close_object(&writer);
}

/* Both of the values that a hit was sorted by. False where it is not older, which must not be removed, or where it
 * stands before the last one. Within a part two may stand at one place (a bulk that was sent twice); a part that
 * does not begin after the last could be found for ever. */
static bool s_keep_place(older_walk *walk, const aski_json *hit, bool begins_part)
{
  char own[ASKI_OPENSEARCH_GENERATION_BYTES];
  const aski_json *first = aski_json_first(aski_json_get(hit, "sort"));
  askiam_str generation = aski_json_string(first);
  askiam_str id = aski_json_string(first == NULL ? NULL : aski_json_next(first));
  aski_opensearch_generation_text(own, walk->generation);
  if (generation.length == 0 || !aski_str_present(id) || aski_str_compare(generation, askiam_str_from(own)) >= 0) {
    return false;
  }
  int order = aski_str_compare(generation, aski_buffer_view(&walk->last[0]));
  order = order != 0 ? order : aski_str_compare(id, aski_buffer_view(&walk->last[1]));
  if (order < 0 || (order == 0 && begins_part)) {
    return false;
  }
  aski_buffer_clear(&walk->last[0]);
  aski_buffer_clear(&walk->last[1]);
  aski_buffer_append(&walk->last[0], generation);
  aski_buffer_append(&walk->last[1], id);
  return true;
}

static askiam_status s_add_deletion(aski_opensearch_bulk *bulk, const older_walk *walk, askiam_str id,
                                    askiam_error *error)
{
  aski_buffer line;
  aski_buffer_init(&line, walk->cluster->allocator);
  aski_json_writer writer;
  aski_json_writer_init(&writer, &line);
  aski_json_open_object(&writer, NULL);
  aski_json_open_object(&writer, "delete");
  aski_json_write_string(&writer, "_id", id);
  aski_json_close_object(&writer);
  aski_json_close_object(&writer);
  aski_buffer_append_byte(&line, '\n');
  askiam_status status = line.failed ? s_no_memory(error)
                                     : aski_opensearch_bulk_add(bulk, walk->index, aski_buffer_view(&line),
                                                                ASKI_STR("older entry"), id, error);
  aski_buffer_clean_up(&line);
  return status;
}

static askiam_status s_odd(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_SEARCH,
                          "the cluster's answer to _search tells of no older entries as they are written");
}

/* Adds a deletion for each hit of the next part. */
static askiam_status s_read_hits(older_walk *walk, aski_opensearch_bulk *bulk, const aski_json *hits,
                                 askiam_error *error)
{
  bool odd = hits == NULL || aski_json_type_of(hits) != ASKI_JSON_ARRAY || aski_json_count(hits) > FOUND_AT_ONCE;
  const aski_json *begin = odd ? NULL : aski_json_first(hits);
  for (const aski_json *hit = begin; hit != NULL && !odd && !s_has_failed(walk); hit = aski_json_next(hit)) {
    askiam_str id = aski_json_string(aski_json_get(hit, "_id"));
    odd = id.length == 0 || !s_keep_place(walk, hit, hit == begin);
    askiam_status status = odd ? ASKIAM_STATUS_OK : s_add_deletion(bulk, walk, id, error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return s_has_failed(walk) ? s_no_memory(error) : odd ? s_odd(error) : ASKIAM_STATUS_OK;
}

static askiam_status s_collect(older_walk *walk, aski_opensearch_bulk *bulk, askiam_error *error)
{
  aski_json_document *document = NULL;
  aski_buffer body;
  aski_buffer_init(&body, walk->cluster->allocator);
  s_write_search(&body, walk);
  askiam_status status = body.failed || s_has_failed(walk) ? s_no_memory(error)
                                                           : s_post(walk->cluster, walk->call, walk->index, "_search",
                                                                    aski_buffer_view(&body), &document, error);
  aski_buffer_clean_up(&body);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  status = s_read_hits(walk, bulk, aski_json_get(aski_json_get(aski_json_root(document), "hits"), "hits"), error);
  aski_json_destroy(document);
  return status;
}

/* What was deleted is found for a while, until the collection refreshes by itself: the walk goes past it. */
static askiam_status s_delete_found(older_walk *walk, uint64_t *out_removed, askiam_error *error)
{
  aski_opensearch_bulk bulk;
  aski_opensearch_bulk_init(&bulk, walk->cluster);
  bulk.may_be_missing = true;
  aski_buffer_init(&walk->last[0], walk->cluster->allocator);
  aski_buffer_init(&walk->last[1], walk->cluster->allocator);
  askiam_status status;
  size_t found;
  do {
    status = s_collect(walk, &bulk, error);
    found = bulk.count;
    if (status == ASKIAM_STATUS_OK && found > 0) {
      status = aski_opensearch_bulk_send(&bulk, walk->call, error);
      *out_removed += status == ASKIAM_STATUS_OK ? found : 0;
    }
  } while (status == ASKIAM_STATUS_OK && found > 0);
  aski_buffer_clean_up(&walk->last[0]);
  aski_buffer_clean_up(&walk->last[1]);
  aski_opensearch_bulk_clean_up(&bulk);
  return status;
}

askiam_status aski_opensearch_remove_older(const aski_opensearch *cluster, const aski_opensearch_settings *settings,
                                           const askiam_call *call, const char *index, int64_t generation,
                                           uint64_t *out_removed, askiam_error *error)
{
  if (settings->serverless) {
    older_walk walk = {.cluster = cluster,
                       .call = call,
                       .index = index,
                       .id_field = strcmp(index, settings->metadata_index) == 0 ? "doc_id" : "pattern_id",
                       .generation = generation};
    return s_delete_found(&walk, out_removed, error);
  }
  askiam_status status = s_refresh(cluster, call, index, error);
  return status == ASKIAM_STATUS_OK ? s_delete_by_query(cluster, call, index, generation, out_removed, error) : status;
}
