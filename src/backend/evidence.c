/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls into search, embedder and judge. What they say is evidence: wrong numbers must not pass for strong ones. */
#include "backend/answer.h"

#include <math.h>
#include <stdlib.h>

enum { LARGEST_DIMENSION = 4096 };

/* Keeps the first top_k with an id of their own, scores within 0 to 1 (NaN is 0). */
static void s_tidy_documents(askiam_documents *documents, size_t top_k)
{
  size_t kept = 0;
  for (size_t i = 0; i < documents->count && kept < top_k; ++i) {
    aski_document document = documents->items[i];
    bool known = document.id.length == 0;
    for (size_t j = 0; j < kept && !known; ++j) {
      known = aski_str_equal(documents->items[j].id, document.id);
    }
    if (known) {
      continue;
    }
    document.score = document.score > 0 ? fmin(document.score, 1) : 0;
    documents->items[kept++] = document;
  }
  documents->count = kept;
}

askiam_status aski_search_documents(const aski_search *search, const askiam_call *call,
                                    const askiam_search_query *query, askiam_documents *documents, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, search->provided, ASKIAM_LAYER_SEARCH, "search", "documents",
                         "search.documents", error)) {
    return status;
  }
  status = search->table.documents(search->self, call, query, documents, &answer.own);
  if (status == ASKIAM_STATUS_OK && documents->arena->failed) {
    status = ASKIAM_STATUS_NO_MEMORY;
  }
  if (status == ASKIAM_STATUS_OK) {
    s_tidy_documents(documents, query->top_k);
  }
  return aski_answer_end(&answer, status, error);
}

/* Newest first; people of one moment by id, so that no store's order matters. */
static int s_compare_patterns(const void *left, const void *right)
{
  const aski_pattern *a = left;
  const aski_pattern *b = right;
  if (a->timestamp_ms != b->timestamp_ms) {
    return a->timestamp_ms > b->timestamp_ms ? -1 : 1;
  }
  int order = aski_str_compare(a->user_id, b->user_id);
  return order != 0 ? order : (int)a->approved - (int)b->approved;
}

/* The beneficiary's own rows and rows from after now are no evidence, whoever hands them in. */
static void s_tidy_patterns(askiam_patterns *patterns, askiam_str except_user_id, int64_t before_ms, size_t limit)
{
  size_t kept = 0;
  bool sorted = true;
  for (size_t i = 0; i < patterns->count; ++i) {
    const aski_pattern *pattern = &patterns->items[i];
    if (pattern->timestamp_ms >= before_ms || aski_str_equal(pattern->user_id, except_user_id)) {
      continue;
    }
    patterns->items[kept] = *pattern;
    sorted = sorted && (kept == 0 || s_compare_patterns(&patterns->items[kept - 1], &patterns->items[kept]) <= 0);
    ++kept;
  }
  if (!sorted) {
    qsort(patterns->items, kept, sizeof *patterns->items, s_compare_patterns);
  }
  patterns->count = kept < limit ? kept : limit;
}

askiam_status aski_search_patterns(const aski_search *search, const askiam_call *call, askiam_str role_id,
                                   askiam_str except_user_id, int64_t before_ms, size_t limit,
                                   askiam_patterns *patterns, askiam_error *error)
{
  if (search->provided && search->table.patterns == NULL) {
    return ASKIAM_STATUS_OK;
  }
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, search->provided, ASKIAM_LAYER_SEARCH, "search", "patterns",
                         "search.patterns", error)) {
    return status;
  }
  status = search->table.patterns(search->self, call, role_id, except_user_id, before_ms, limit, patterns, &answer.own);
  if (status == ASKIAM_STATUS_OK && patterns->arena->failed) {
    status = ASKIAM_STATUS_NO_MEMORY;
  }
  if (status == ASKIAM_STATUS_OK) {
    s_tidy_patterns(patterns, except_user_id, before_ms, limit);
  }
  return aski_answer_end(&answer, status, error);
}

size_t aski_embedder_dimension(const aski_embedder *embedder)
{
  size_t dimension = embedder->provided ? embedder->table.dimension(embedder->self) : 0;
  return dimension <= LARGEST_DIMENSION ? dimension : 0;
}

const char *aski_embedder_model(const aski_embedder *embedder)
{
  const char *model = embedder->provided ? embedder->table.model(embedder->self) : NULL;
  return model == NULL ? "" : model;
}

/* Within what single precision over thousands of components allows. */
bool aski_answer_is_vector(const float *vector, size_t dimension)
{
  double sum = 0;
  for (size_t i = 0; i < dimension; ++i) {
    sum += (double)vector[i] * (double)vector[i];
  }
  return sum == 0 || fabs(sum - 1) < 1e-2; /* NaN and infinity are neither */
}

askiam_str aski_embedder_document(aski_arena *arena, askiam_str title, askiam_str text)
{
  return aski_arena_format(arena, "%.*s\n%.*s", ASKI_STR_ARG(title), ASKI_STR_ARG(text));
}

askiam_status aski_embedder_embed(const aski_embedder *embedder, const askiam_call *call, const askiam_str *texts,
                                  size_t count, float *out_vectors, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, embedder->provided, ASKIAM_LAYER_EMBEDDER, "embedder", "embed",
                         "embedder.embed", error)) {
    return status;
  }
  size_t dimension = aski_embedder_dimension(embedder);
  status = dimension == 0 ? aski_answer_wrong(&answer, "its vectors must have 1 to %d components", LARGEST_DIMENSION)
                          : embedder->table.embed(embedder->self, call, texts, count, out_vectors, &answer.own);
  for (size_t i = 0; status == ASKIAM_STATUS_OK && i < count; ++i) {
    if (!aski_answer_is_vector(out_vectors + i * dimension, dimension)) {
      status = aski_answer_wrong(&answer, "vector %zu of %zu is not of unit length", i + 1, count);
    }
  }
  return aski_answer_end(&answer, status, error);
}

askiam_status aski_judge_judge(const aski_judge *judge, const askiam_call *call, const askiam_case *judged,
                               askiam_opinion *opinion, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, judge->provided, ASKIAM_LAYER_JUDGE, "judge", "judge", "judge.judge",
                         error)) {
    opinion->given = false;
    return status;
  }
  status = judge->table.judge(judge->self, call, judged, opinion, &answer.own);
  if (status == ASKIAM_STATUS_OK && opinion->arena->failed) {
    status = ASKIAM_STATUS_NO_MEMORY;
  }
  /* A failure is an abstention, and so is a number that is no probability. */
  if (status != ASKIAM_STATUS_OK || !(opinion->probability >= 0 && opinion->probability <= 1)) {
    opinion->given = false;
  }
  return aski_answer_end(&answer, status, error);
}
