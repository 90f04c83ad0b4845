/* SPDX-License-Identifier: Apache-2.0
 *
 * The search of OpenSearch, over indexes that this program made and filled on a real server (tests/support/with-opensearch). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "backend/options.h"
#include "base/time.h"
#include "contract_search.h"
#include "search/opensearch/cluster.h"
#include "search/opensearch/mapping.h"
#include "search/opensearch/opensearch_search.h"

enum { INDEX_BYTES = 64 };

/* Its indexes, and the configuration that names them. */
typedef struct place {
  char metadata[INDEX_BYTES];
  char patterns[INDEX_BYTES];
} place;

static askiam_str s_get(const void *settings, const char *key)
{
  const place *made = settings;
  return strcmp(key, "search.url") == 0                  ? askiam_str_from(getenv("ASKIAM_TEST_OPENSEARCH"))
         : strcmp(key, "opensearch.metadata_index") == 0 ? askiam_str_from(made->metadata)
         : strcmp(key, "opensearch.patterns_index") == 0 ? askiam_str_from(made->patterns)
                                                         : ASKI_STR("");
}

static askiam_backend_options s_options(const place *made, const askiam_allocator *allocator)
{
  return (askiam_backend_options){.get = s_get, .settings = made, .allocator = allocator, .clock = aski_clock_system()};
}

static void s_ask(const place *made, aski_http_method method, const char *path, const char *type, askiam_str body)
{
  const askiam_backend_options options = s_options(made, aski_allocator_default());
  const askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  askiam_error error = ASKIAM_ERROR_INIT;
  aski_opensearch cluster;
  aski_http_response response;
  aski_http_response_init(&response, aski_allocator_default());
  const aski_opensearch_request request = {
      .method = method, .path = askiam_str_from(path), .content_type = type, .body = body};
  if (aski_opensearch_open(&cluster, &options, &error) != ASKIAM_STATUS_OK ||
      aski_opensearch_send(&cluster, &call, &request, &response, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  assert_null(strstr(response.body.data, "\"errors\":true"));
  aski_http_response_clean_up(&response);
  aski_opensearch_close(&cluster);
}

static void s_create(const place *made, const char *index,
                     void (*mapping)(aski_buffer *, const aski_opensearch_settings *))
{
  char path[INDEX_BYTES + 1];
  const askiam_backend_options options = s_options(made, aski_allocator_default());
  aski_opensearch_settings settings;
  aski_buffer body;
  aski_buffer_init(&body, aski_allocator_default());
  assert_int_equal(aski_opensearch_read_settings(&settings, &options, NULL), ASKIAM_STATUS_OK);
  mapping(&body, &settings);
  snprintf(path, sizeof path, "/%s", index);
  s_ask(made, ASKI_HTTP_PUT, path, "application/json", aski_buffer_view(&body));
  aski_buffer_clean_up(&body);
}

static void s_write_document(aski_json_writer *writer, const test_knowledge_document *document)
{
  float vector[TEST_DIMENSION];
  char text[512];
  snprintf(text, sizeof text, "%s %s", document->title, document->text);
  test_embed(text, vector);
  aski_json_open_object(writer, NULL);
  aski_json_write_text(writer, "doc_id", document->id);
  aski_json_write_text(writer, "kind", "document");
  aski_json_write_text(writer, "title", document->title);
  aski_json_write_text(writer, "text", document->text);
  aski_json_write_text(writer, "model", "hashing-1/256");
  snprintf(text, sizeof text, "%s%s",
           document->role != NULL          ? "role:"
           : document->application != NULL ? "app:"
                                           : "global",
           document->role != NULL          ? document->role
           : document->application != NULL ? document->application
                                           : "");
  aski_json_write_text(writer, "scope", text);
  aski_json_open_array(writer, "embedding");
  for (size_t i = 0; i < TEST_DIMENSION; ++i) {
    aski_json_write_number(writer, NULL, (double)vector[i], -1);
  }
  aski_json_close_array(writer);
  aski_json_close_object(writer);
}

static void s_write_pattern(aski_json_writer *writer, const test_knowledge_pattern *pattern)
{
  char id[64];
  snprintf(id, sizeof id, "%s/%s/%" PRId64, pattern->user, pattern->role, pattern->time_ms);
  aski_json_open_object(writer, NULL);
  aski_json_write_text(writer, "pattern_id", id);
  aski_json_write_text(writer, "user_id", pattern->user);
  aski_json_write_text(writer, "role_id", pattern->role);
  aski_json_write_text(writer, "app_id", "a1");
  aski_json_write_integer(writer, "timestamp", pattern->time_ms);
  aski_json_write_bool(writer, "approved", pattern->approved);
  aski_json_write_text(writer, "source", pattern->source);
  aski_json_close_object(writer);
}

static void s_begin_line(aski_json_writer *writer, aski_buffer *lines, const char *index)
{
  aski_buffer_append_format(lines, "{\"index\":{\"_index\":\"%s\"}}\n", index);
  aski_json_writer_init(writer, lines);
}

static void s_fill(const place *made, const test_knowledge_document *documents, size_t document_count,
                   const test_knowledge_pattern *patterns, size_t pattern_count)
{
  aski_buffer lines;
  aski_json_writer writer;
  aski_buffer_init(&lines, aski_allocator_default());
  for (size_t i = 0; i < document_count; ++i) {
    s_begin_line(&writer, &lines, made->metadata);
    s_write_document(&writer, &documents[i]);
    aski_buffer_append_byte(&lines, '\n');
  }
  for (size_t i = 0; i < pattern_count; ++i) {
    s_begin_line(&writer, &lines, made->patterns);
    s_write_pattern(&writer, &patterns[i]);
    aski_buffer_append_byte(&lines, '\n');
  }
  s_ask(made, ASKI_HTTP_POST, "/_bulk?refresh=true", "application/x-ndjson", aski_buffer_view(&lines));
  aski_buffer_clean_up(&lines);
}

static void s_open(void **out_place, void **out_self, test_allocator *allocator,
                   const test_knowledge_document *documents, size_t document_count,
                   const test_knowledge_pattern *patterns, size_t pattern_count)
{
  static int count;
  assert_non_null(getenv("ASKIAM_TEST_OPENSEARCH"));
  place *made = calloc(1, sizeof *made);
  assert_non_null(made);
  ++count;
  snprintf(made->metadata, sizeof made->metadata, "m%d-%d", (int)getpid(), count);
  snprintf(made->patterns, sizeof made->patterns, "p%d-%d", (int)getpid(), count);
  s_create(made, made->metadata, aski_opensearch_metadata_mapping);
  s_create(made, made->patterns, aski_opensearch_patterns_mapping);
  s_fill(made, documents, document_count, patterns, pattern_count);
  const askiam_backend_options options = s_options(made, &allocator->base);
  assert_int_equal(aski_opensearch_search()->open(out_self, NULL, &options, NULL), ASKIAM_STATUS_OK);
  *out_place = made;
}

static void s_remove(void *where)
{
  place *made = where;
  char path[2 * INDEX_BYTES + 2];
  snprintf(path, sizeof path, "/%s,%s", made->metadata, made->patterns);
  s_ask(made, ASKI_HTTP_DELETE, path, NULL, ASKI_STR_NONE);
  free(made);
}

const test_search_backend test_backend = {"opensearch", aski_opensearch_search, s_open, s_remove};
