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
#include "model/case.h"
#include "search/opensearch/cluster.h"
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

/* Fails the test where `status` is a failure. */
static void s_require(askiam_status status, const askiam_error *error)
{
  if (status != ASKIAM_STATUS_OK) {
    fail_msg("%s", error->message);
  }
}

typedef struct filling {
  const askiam_search_vtable *table;
  const askiam_call *call;
  void *session;
  askiam_error error;
} filling;

static void s_put_document(filling *into, const test_knowledge_document *document)
{
  float vector[TEST_DIMENSION];
  char text[512];
  snprintf(text, sizeof text, "%s %s", document->title, document->text);
  test_embed(text, vector);
  const askiam_str application = askiam_str_from(document->application);
  const askiam_str role = askiam_str_from(document->role);
  const askiam_index_entry entry = {
      .kind = ASKIAM_INDEX_DOCUMENT,
      .texts = {[ASKIAM_INDEX_ID] = askiam_str_from(document->id),
                [ASKIAM_INDEX_TITLE] = askiam_str_from(document->title),
                [ASKIAM_INDEX_BODY] = askiam_str_from(document->text),
                [ASKIAM_INDEX_MODEL] = ASKI_STR("hashing-1/256")},
      .lists = {[ASKIAM_INDEX_APPLICATION_IDS] = {&application, document->application != NULL},
                [ASKIAM_INDEX_ROLE_IDS] = {&role, document->role != NULL}},
      .vector = vector,
      .dimension = TEST_DIMENSION};
  s_require(into->table->index_put(into->session, into->call, &entry, &into->error), &into->error);
}

static void s_put_pattern(filling *into, const test_knowledge_pattern *pattern)
{
  char id[64];
  snprintf(id, sizeof id, "%s/%s/%" PRId64, pattern->user, pattern->role, pattern->time_ms);
  const askiam_str application = ASKI_STR("a1");
  const askiam_str role = askiam_str_from(pattern->role);
  const askiam_index_entry entry = {
      .kind = ASKIAM_INDEX_PATTERN,
      .texts = {[ASKIAM_INDEX_ID] = askiam_str_from(id),
                [ASKIAM_INDEX_USER_ID] = askiam_str_from(pattern->user),
                [ASKIAM_INDEX_SOURCE] = askiam_str_from(pattern->source)},
      .lists = {[ASKIAM_INDEX_APPLICATION_IDS] = {&application, 1}, [ASKIAM_INDEX_ROLE_IDS] = {&role, 1}},
      .time_ms = pattern->time_ms,
      .approved = pattern->approved};
  s_require(into->table->index_put(into->session, into->call, &entry, &into->error), &into->error);
}

static askiam_status s_no_position(void *context, askiam_str position)
{
  (void)context;
  (void)position;
  return ASKIAM_STATUS_INTERNAL; /* these indexes are new */
}

static void s_fill(void *self, const test_knowledge_document *documents, size_t document_count,
                   const test_knowledge_pattern *patterns, size_t pattern_count)
{
  const askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  filling into = {.table = aski_opensearch_search(), .call = &call, .error = ASKIAM_ERROR_INIT};
  int created = 0;
  uint64_t removed = 0;
  s_require(into.table->index_create(self, &call, &created, &into.error), &into.error);
  assert_int_equal(created, 2);
  s_require(into.table->index_begin(self, &call, 0, &into.session, s_no_position, NULL, &into.error), &into.error);
  for (size_t i = 0; i < document_count; ++i) {
    s_put_document(&into, &documents[i]);
  }
  for (size_t i = 0; i < pattern_count; ++i) {
    s_put_pattern(&into, &patterns[i]);
  }
  s_require(into.table->index_commit(into.session, &call, &removed, &into.error), &into.error);
  assert_int_equal(removed, 0);
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
  const askiam_backend_options options = s_options(made, &allocator->base);
  assert_int_equal(aski_opensearch_search()->open(out_self, NULL, &options, NULL), ASKIAM_STATUS_OK);
  s_fill(*out_self, documents, document_count, patterns, pattern_count);
  *out_place = made;
}

static void s_remove(void *where)
{
  place *made = where;
  char path[2 * INDEX_BYTES + 2];
  const askiam_backend_options options = s_options(made, aski_allocator_default());
  const askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  askiam_error error = ASKIAM_ERROR_INIT;
  aski_opensearch cluster;
  aski_http_response response;
  aski_http_response_init(&response, aski_allocator_default());
  snprintf(path, sizeof path, "/%s,%s", made->metadata, made->patterns);
  const aski_opensearch_request request = {.method = ASKI_HTTP_DELETE, .path = askiam_str_from(path)};
  s_require(aski_opensearch_open(&cluster, &options, &error), &error);
  s_require(aski_opensearch_send(&cluster, &call, &request, &response, &error), &error);
  aski_http_response_clean_up(&response);
  aski_opensearch_close(&cluster);
  free(made);
}

const test_search_backend test_backend = {"opensearch", aski_opensearch_search, s_open, s_remove};
