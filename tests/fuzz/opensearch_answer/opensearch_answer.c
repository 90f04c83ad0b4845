/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as the answer of a cluster, to a search for documents and to one for past decisions: what is taken is what was asked for. */
#include <stdlib.h>

#include "model/case.h"
#include "search/opensearch/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_require(bool good)
{
  if (!good) {
    abort();
  }
}

static void s_check_documents(const askiam_documents *documents)
{
  enum { TOP_K = 3 };
  s_require(documents->count <= TOP_K);
  for (size_t i = 0; i < documents->count; ++i) {
    const aski_document *one = &documents->items[i];
    s_require(one->id.length > 0 && one->score > 0 && one->score <= 1);
    if (i > 0) {
      s_require(one->score < one[-1].score ||
                (!(one->score > one[-1].score) && aski_str_compare(one[-1].id, one->id) < 0));
    }
  }
}

static void s_try_documents(askiam_str json, const aski_opensearch_asked *asked, aski_opensearch_space space)
{
  aski_arena scratch;
  aski_arena arena;
  aski_arena_init(&scratch, aski_allocator_default());
  aski_arena_init(&arena, aski_allocator_default());
  askiam_documents documents = {.arena = &arena};
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = aski_opensearch_read_documents(&documents, &scratch, json, asked, space, 3, &error);
  s_require(status == ASKIAM_STATUS_OK || (error.message[0] != 0 && documents.count == 0));
  s_check_documents(&documents);
  aski_arena_clean_up(&scratch);
  aski_arena_clean_up(&arena);
}

static void s_try_past(askiam_str json)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  askiam_patterns patterns = {.arena = &arena};
  askiam_error error = ASKIAM_ERROR_INIT;
  const aski_opensearch_past past = {
      .role_id = ASKI_STR("r"), .except_user_id = ASKI_STR("me"), .before_ms = 1000, .limit = 4};
  askiam_status status = aski_opensearch_read_patterns(&patterns, aski_allocator_default(), json, &past, &error);
  s_require(status == ASKIAM_STATUS_OK || error.message[0] != 0);
  s_require(patterns.count <= past.limit);
  for (size_t i = 0; i < patterns.count; ++i) {
    const aski_pattern *one = &patterns.items[i];
    s_require(one->timestamp_ms < past.before_ms && !aski_str_equal(one->user_id, past.except_user_id));
    s_require(i == 0 || one->timestamp_ms <= one[-1].timestamp_ms);
  }
  aski_arena_clean_up(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const aski_opensearch_asked asked[] = {
      {.by_words = true, .by_vectors = true, .with_roles = true, .limit = 5, .scopes = {{"global", 6}}},
      {.by_words = true, .limit = 5, .scopes = {{"global", 6}}},
      {.by_vectors = true, .limit = 5, .scopes = {{"global", 6}}}};
  const askiam_str json = {(const char *)data, size};
  for (size_t i = 0; i < sizeof asked / sizeof *asked; ++i) {
    s_try_documents(json, &asked[i], (aski_opensearch_space)i);
  }
  s_try_past(json);
  return 0;
}
