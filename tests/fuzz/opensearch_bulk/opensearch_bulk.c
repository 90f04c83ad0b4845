/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a cluster's answers while its indexes are filled, one after the other, NUL between them: nothing but an answer that speaks of every
 * entry is a success, and no session is lost. */
#include <stdlib.h>

#include "base/time.h"
#include "model/case.h"
#include "search/opensearch/indexing.h"
#include "search/opensearch/self.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct answers {
  askiam_str rest;
} answers;

static askiam_status s_send(void *self, const askiam_call *call, const aski_http_request *request,
                            aski_http_response *response, askiam_error *error)
{
  answers *own = self;
  (void)call;
  (void)request;
  const char *end = own->rest.length == 0 ? NULL : memchr(own->rest.data, 0, own->rest.length);
  size_t length = end == NULL ? own->rest.length : (size_t)(end - own->rest.data);
  if (own->rest.length == 0) {
    askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_SEARCH, "there is no more");
    error->retryable = 0;
    return ASKIAM_STATUS_UNAVAILABLE;
  }
  response->status = 200;
  aski_buffer_append(&response->body, aski_str_slice(own->rest, 0, length));
  own->rest = aski_str_slice(own->rest, length + 1, own->rest.length);
  return response->body.failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

/* Time flies, so that no pause is long. */
static uint64_t s_ticks(void *context)
{
  static uint64_t now;
  (void)context;
  return now += UINT64_C(60000000000);
}

static int64_t s_now(void *context)
{
  (void)context;
  return 1000;
}

static askiam_status s_ignore(void *context, askiam_str position)
{
  (void)context;
  return position.length > 0 ? ASKIAM_STATUS_OK : ASKIAM_STATUS_INTERNAL;
}

static void s_fill(const aski_opensearch_search_self *self, const askiam_call *call)
{
  void *session = NULL;
  uint64_t removed = 0;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_index_entry entry = {.kind = ASKIAM_INDEX_ROLE};
  entry.texts[ASKIAM_INDEX_ID] = ASKI_STR("r");
  void *unchanged = (void *)(uintptr_t)self;
  if (aski_opensearch_index_begin(unchanged, call, 0, &session, s_ignore, NULL, &error) != ASKIAM_STATUS_OK) {
    return;
  }
  if (aski_opensearch_index_put(session, call, &entry, &error) != ASKIAM_STATUS_OK) {
    abort(); /* nothing is sent yet */
  }
  askiam_status status = aski_opensearch_index_commit(session, call, &removed, &error);
  if (status != ASKIAM_STATUS_OK && (removed != 0 || error.message[0] == 0)) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static char url[] = "http://c";
  const askiam_clock clock = {.now_ms = s_now, .ticks_ns = s_ticks};
  const askiam_call call = {.clock = &clock, .deadline_ticks_ns = UINT64_MAX, .now_ms = 1000};
  for (int serverless = 0; serverless < 2; ++serverless) {
    answers own = {.rest = {(const char *)data, size}};
    const aski_opensearch_search_self self = {
        .cluster = {.allocator = aski_allocator_default(), .client = {.send = s_send, .self = &own}, .url = url},
        .settings = {.metadata_index = "iam_metadata",
                     .patterns_index = "access_patterns",
                     .engine = "lucene",
                     .dimension = 2,
                     .bulk_entries = 1,
                     .serverless = serverless != 0}};
    s_fill(&self, &call);
  }
  return 0;
}
