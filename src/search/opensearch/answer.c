/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include <math.h>
#include <stdlib.h>

#include "cluster.h"
#include "search/common/fusion.h"

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_SEARCH, "out of memory");
}

static askiam_status s_wrong(askiam_error *error, const char *what)
{
  return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_SEARCH,
                          "OpenSearch's answer is not what was asked for: %s", what);
}

static const aski_json *s_of_type(const aski_json *node, aski_json_type type)
{
  return node != NULL && aski_json_type_of(node) == type ? node : NULL;
}

static askiam_status s_parse(aski_json_document **out_document, askiam_str json, const askiam_allocator *allocator,
                             askiam_error *error)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status =
      aski_json_parse_bounded(out_document, json, ASKI_OPENSEARCH_VALUES_MAX, allocator, ASKIAM_LAYER_SEARCH, &said);
  return status == ASKIAM_STATUS_OK         ? status
         : status == ASKIAM_STATUS_BAD_DATA ? s_wrong(error, said.message)
                                            : s_no_memory(error);
}

/* The list of hits of one search that ended well, of at most `limit`. */
static askiam_status s_hits(const aski_json **out_hits, const aski_json *search, size_t limit, askiam_error *error)
{
  const aski_json *failure = aski_json_get(search, "error");
  int64_t code = 0;
  int64_t failed = -1;
  if (failure != NULL) {
    bool known = aski_json_integer(aski_json_get(search, "status"), &code) && code >= 100 && code <= 599;
    return aski_opensearch_refused("OpenSearch refused the search", known ? (int)code : 0, failure, error);
  }
  if (aski_json_bool(aski_json_get(search, "timed_out"), true)) {
    return s_wrong(error, "the search was cut short (\"timed_out\")");
  }
  if (!aski_json_integer(aski_json_get(aski_json_get(search, "_shards"), "failed"), &failed) || failed != 0) {
    return s_wrong(error, "not all shards answered");
  }
  *out_hits = s_of_type(aski_json_get(aski_json_get(search, "hits"), "hits"), ASKI_JSON_ARRAY);
  return *out_hits == NULL                     ? s_wrong(error, "there is no list of hits")
         : aski_json_count(*out_hits) <= limit ? ASKIAM_STATUS_OK
                                               : s_wrong(error, "there are more hits than were asked for");
}

typedef struct hit {
  askiam_str id, title, text;
  bool by_vector;
  double score;
} hit;

typedef struct hits {
  hit *items;
  size_t count, capacity;
} hits;

/* From OpenSearch's score to the cosine of unit vectors (docs.opensearch.org, "Spaces"). */
static double s_cosine(aski_opensearch_space space, double score)
{
  switch (space) {
  case ASKI_OPENSEARCH_COSINE:
    return 2 * score - 1;
  case ASKI_OPENSEARCH_INNER_PRODUCT:
    return score >= 1 ? score - 1 : 1 - 1 / score;
  case ASKI_OPENSEARCH_L2:
    return 1 - (1 / score - 1) / 2;
  }
  return 0;
}

static bool s_is_text_or_none(const aski_json *node)
{
  return node == NULL || aski_json_type_of(node) == ASKI_JSON_NULL || aski_json_type_of(node) == ASKI_JSON_STRING;
}

static bool s_is_scope(const aski_opensearch_asked *asked, askiam_str text)
{
  bool found = false;
  for (size_t i = 0; i < ASKI_OPENSEARCH_SCOPES; ++i) {
    found = found || (text.length > 0 && aski_str_equal(text, asked->scopes[i]));
  }
  return found;
}

/* Whether an entry is one of those that were filtered for: a text or a list of texts, one of them asked for. */
static bool s_is_in_scope(const aski_opensearch_asked *asked, const aski_json *source)
{
  const aski_json *scope = aski_json_get(source, "scope");
  bool found = s_is_scope(asked, aski_json_string(scope));
  for (const aski_json *item = s_of_type(scope, ASKI_JSON_ARRAY) == NULL ? NULL : aski_json_first(scope);
       item != NULL && !found; item = aski_json_next(item)) {
    found = s_is_scope(asked, aski_json_string(item));
  }
  return found;
}

static askiam_status s_read_hit(hits *found, aski_arena *arena, const aski_json *item,
                                const aski_opensearch_asked *asked, bool by_vector, askiam_error *error)
{
  const aski_json *source = aski_json_get(item, "_source");
  const aski_json *title = aski_json_get(source, "title");
  const aski_json *text = aski_json_get(source, "text");
  askiam_str id = aski_json_string(aski_json_get(source, "doc_id"));
  askiam_str kind = aski_json_string(aski_json_get(source, "kind"));
  bool role = asked->with_roles && aski_str_equal_text(kind, "role");
  double score = aski_json_number(aski_json_get(item, "_score"), (double)NAN);
  if (id.length == 0 || !s_is_text_or_none(title) || !s_is_text_or_none(text)) {
    return s_wrong(error, "a hit is no document of ours");
  }
  if ((!role && !aski_str_equal_text(kind, "document")) || !s_is_in_scope(asked, source)) {
    return s_wrong(error, "a hit is of another kind or scope than was asked for");
  }
  if (!(score >= 0 && score <= 1e30)) {
    return s_wrong(error, "a hit has no score");
  }
  /* A role may have the id of a document. */
  id = role ? aski_arena_format(arena, "role:%.*s", ASKI_STR_ARG(id)) : id;
  hit *added = ASKI_ARENA_PUSH(arena, found);
  if (added == NULL || arena->failed) {
    return s_no_memory(error);
  }
  *added = (hit){id, aski_json_string(title), aski_json_string(text), by_vector, score};
  return ASKIAM_STATUS_OK;
}

static askiam_status s_read_list(hits *found, aski_arena *arena, const aski_json *search,
                                 const aski_opensearch_asked *asked, bool by_vector, askiam_error *error)
{
  const aski_json *items = NULL;
  askiam_status status = s_hits(&items, search, asked->limit, error);
  for (const aski_json *item = aski_json_first(items); item != NULL && status == ASKIAM_STATUS_OK;
       item = aski_json_next(item)) {
    status = s_read_hit(found, arena, item, asked, by_vector, error);
  }
  return status;
}

/* By id, then by list, the better one first: what follows one of the same id and list is a copy of it. */
static int s_compare(const void *left, const void *right)
{
  const hit *a = left;
  const hit *b = right;
  int order = aski_str_compare(a->id, b->id);
  if (order != 0 || a->by_vector != b->by_vector) {
    return order != 0 ? order : (int)a->by_vector - (int)b->by_vector;
  }
  return (a->score < b->score) - (a->score > b->score);
}

/* Numbers documents by their ids, so that of equal ones the lower id is first. out_first[n] is the first hit of document n. */
static void s_number(hits *found, aski_best *words, aski_best *vectors, const hit **out_first,
                     aski_opensearch_space space)
{
  size_t documents = 0;
  qsort(found->items, found->count, sizeof *found->items, s_compare);
  for (size_t i = 0; i < found->count; ++i) {
    const hit *one = &found->items[i];
    bool known = i > 0 && aski_str_equal(one->id, one[-1].id);
    if (known && one->by_vector == one[-1].by_vector) {
      continue;
    }
    if (!known) {
      out_first[documents++] = one;
    }
    double score = one->by_vector ? s_cosine(space, one->score) : one->score;
    if (!one->by_vector || score > (double)ASKI_LIKENESS_MIN) {
      aski_best_offer(one->by_vector ? vectors : words, (aski_hit){(int64_t)documents - 1, score});
    }
  }
}

static askiam_status s_tell(askiam_documents *documents, aski_arena *arena, hits *found,
                            const aski_opensearch_asked *asked, aski_opensearch_space space, size_t top_k,
                            bool compared, askiam_error *error)
{
  aski_best words;
  aski_best vectors;
  aski_best fused;
  const hit **first = aski_arena_acquire(arena, found->count, sizeof(const hit *));
  if (first == NULL || !aski_best_init(&words, arena, asked->limit) || !aski_best_init(&vectors, arena, asked->limit)) {
    return s_no_memory(error);
  }
  s_number(found, &words, &vectors, first, space);
  aski_best_sort(&words);
  aski_best_sort(&vectors);
  const aski_best lists[] = {words, vectors};
  if (!aski_fuse(&fused, arena, lists, compared ? 2 : 1)) {
    return s_no_memory(error);
  }
  for (size_t i = 0; i < fused.count && i < top_k; ++i) {
    const hit *one = first[fused.items[i].document];
    askiam_status status = askiam_documents_add(documents, one->id, one->title, one->text, fused.items[i].score);
    if (status != ASKIAM_STATUS_OK) {
      return s_no_memory(error);
    }
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_read_both(askiam_documents *documents, aski_arena *arena, const aski_json *root,
                                 const aski_opensearch_asked *asked, aski_opensearch_space space, size_t top_k,
                                 askiam_error *error)
{
  const aski_json *searches = s_of_type(aski_json_get(root, "responses"), ASKI_JSON_ARRAY);
  if (searches == NULL || aski_json_count(searches) != (size_t)asked->by_words + (size_t)asked->by_vectors) {
    return s_wrong(error, "there is not one response for each search");
  }
  hits found = {0};
  const aski_json *search = aski_json_first(searches);
  askiam_status status = ASKIAM_STATUS_OK;
  if (asked->by_words) {
    status = s_read_list(&found, arena, search, asked, false, error);
    search = aski_json_next(search);
  }
  size_t by_words = found.count;
  if (asked->by_vectors && status == ASKIAM_STATUS_OK) {
    status = s_read_list(&found, arena, search, asked, true, error);
  }
  /* Where nothing in scope has a vector of the model, words alone make the order. */
  return status == ASKIAM_STATUS_OK && found.count > 0
             ? s_tell(documents, arena, &found, asked, space, top_k, found.count > by_words, error)
             : status;
}

askiam_status aski_opensearch_read_documents(askiam_documents *documents, aski_arena *arena, askiam_str json,
                                             const aski_opensearch_asked *asked, aski_opensearch_space space,
                                             size_t top_k, askiam_error *error)
{
  aski_json_document *document = NULL;
  askiam_status status = s_parse(&document, json, arena->allocator, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read_both(documents, arena, aski_json_root(document), asked, space, top_k, error);
  }
  aski_json_destroy(document);
  return status;
}

typedef struct decision {
  askiam_str id, user_id, role_id;
  int64_t timestamp_ms;
  bool approved;
  bool human;
} decision;

static bool s_read_decision(decision *out, const aski_json *item)
{
  const aski_json *source = aski_json_get(item, "_source");
  const aski_json *approved = s_of_type(aski_json_get(source, "approved"), ASKI_JSON_BOOL);
  *out = (decision){.id = aski_json_string(aski_json_get(source, "pattern_id")),
                    .user_id = aski_json_string(aski_json_get(source, "user_id")),
                    .role_id = aski_json_string(aski_json_get(source, "role_id")),
                    .human = aski_str_equal_text(aski_json_string(aski_json_get(source, "source")), "human"),
                    .approved = aski_json_bool(approved, false)};
  return approved != NULL && out->id.length > 0 && out->user_id.length > 0 &&
         aski_json_integer(aski_json_get(source, "timestamp"), &out->timestamp_ms);
}

/* Whether `next` may follow: newest first, then by user and id; *out_same: it is the same one again. */
static bool s_may_follow(const decision *last, const decision *next, bool *out_same)
{
  int user = aski_str_compare(last->user_id, next->user_id);
  int id = aski_str_compare(last->id, next->id);
  *out_same = last->timestamp_ms == next->timestamp_ms && user == 0 && id == 0;
  return last->timestamp_ms != next->timestamp_ms ? last->timestamp_ms > next->timestamp_ms
                                                  : user < 0 || (user == 0 && id <= 0);
}

static askiam_status s_read_past(askiam_patterns *patterns, const aski_json *root, const aski_opensearch_past *past,
                                 askiam_error *error)
{
  const aski_json *items = NULL;
  askiam_status status = s_hits(&items, root, past->limit, error);
  decision last = {.timestamp_ms = INT64_MAX};
  for (const aski_json *item = aski_json_first(items); item != NULL && status == ASKIAM_STATUS_OK;
       item = aski_json_next(item)) {
    decision one;
    bool same = false;
    if (!s_read_decision(&one, item)) {
      return s_wrong(error, "a hit is no past decision of ours");
    }
    if (!one.human || !aski_str_equal(one.role_id, past->role_id)) {
      return s_wrong(error, "a past decision is of another role or source than was asked for");
    }
    if (one.timestamp_ms >= past->before_ms || aski_str_equal(one.user_id, past->except_user_id) ||
        !s_may_follow(&last, &one, &same)) {
      return s_wrong(error, "a past decision is of another time, user or place than was asked for");
    }
    if (!same && askiam_patterns_add(patterns, one.user_id, one.timestamp_ms, one.approved) != ASKIAM_STATUS_OK) {
      return s_no_memory(error);
    }
    last = one;
  }
  return status;
}

askiam_status aski_opensearch_read_patterns(askiam_patterns *patterns, const askiam_allocator *allocator,
                                            askiam_str json, const aski_opensearch_past *past, askiam_error *error)
{
  aski_json_document *document = NULL;
  askiam_status status = s_parse(&document, json, allocator, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read_past(patterns, aski_json_root(document), past, error);
  }
  aski_json_destroy(document);
  return status;
}
