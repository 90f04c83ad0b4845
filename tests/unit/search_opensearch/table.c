/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include <stdio.h>

/* Time flies, so that no pause is long. */
static uint64_t s_ticks(void *context)
{
  uint64_t *now = context;
  return *now += UINT64_C(60000000000);
}

static int64_t s_now(void *context)
{
  (void)context;
  return 1000;
}

static uint64_t s_time;
static const askiam_clock s_clock = {.now_ms = s_now, .ticks_ns = s_ticks, .context = &s_time};

static askiam_status s_send(void *self, const askiam_call *call, const aski_http_request *request,
                            aski_http_response *response, askiam_error *error)
{
  fixture *own = self;
  (void)call;
  if (own->at >= own->count) {
    fail_msg("one request too many: %.*s", ASKI_STR_ARG(request->url));
  }
  const step *wanted = &own->steps[own->at++];
  char line[512];
  snprintf(line, sizeof line, "%s %.*s", aski_http_method_name(request->method),
           ASKI_STR_ARG(aski_str_slice(request->url, strlen(own->url), request->url.length)));
  if (wanted->wanted != NULL) {
    assert_string_equal(line, wanted->wanted);
  }
  if (wanted->part != NULL) {
    char *body = aski_copy_text(aski_allocator_default(), request->body);
    if (strstr(body, wanted->part) == NULL) {
      fail_msg("%s is not in %s", wanted->part, body);
    }
    aski_release(aski_allocator_default(), body);
  }
  if (wanted->status == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_SEARCH, "the connection was lost");
  }
  response->status = wanted->status;
  aski_buffer_append_text(&response->body, wanted->body);
  return response->body.failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

void table_begin(fixture *own, const step *steps, size_t count)
{
  *own = (fixture){.steps = steps, .count = count, .url = "http://c", .error = ASKIAM_ERROR_INIT};
  test_allocator_init(&own->allocator);
  own->call = (askiam_call){.clock = &s_clock, .deadline_ticks_ns = UINT64_MAX, .now_ms = 5000};
  own->self = (aski_opensearch_search_self){
      .cluster = {.allocator = &own->allocator.base, .client = {.send = s_send, .self = own}, .url = own->url},
      .settings = {.metadata_index = "iam_metadata",
                   .patterns_index = "access_patterns",
                   .engine = "lucene",
                   .dimension = DIMENSION,
                   .bulk_entries = 100}};
}

void table_end(fixture *own)
{
  assert_int_equal(own->at, own->count);
  assert_int_equal(own->allocator.outstanding, 0);
}
