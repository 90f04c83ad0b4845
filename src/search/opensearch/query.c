/* SPDX-License-Identifier: Apache-2.0 */
#include "query.h"

#include "base/text.h"
#include "search/common/fusion.h"
#include "store/common/likeness.h"
#include "json/json.h"

/* Words of a query that count, as in the embedded search; digits of a float. */
enum { WORDS_MAX = 12, DECIMALS = 9 };

static bool s_is_known(const askiam_str *words, size_t count, askiam_str word)
{
  size_t i = 0;
  while (i < count && !aski_str_equal(words[i], word)) {
    ++i;
  }
  return i < count;
}

/* The first distinct words of the text's key, with blanks between them; absent where there is none, or memory ran out (arena->failed). */
static askiam_str s_words(aski_arena *arena, askiam_str text)
{
  askiam_str key = aski_text_key(arena, text);
  askiam_str words[WORDS_MAX];
  askiam_str joined = ASKI_STR_NONE;
  askiam_str word;
  size_t count = 0;
  for (size_t at = 0; count < WORDS_MAX && aski_store_next_word(key, &at, &word);) {
    if (word.length > 1 && !s_is_known(words, count, word)) {
      joined = count == 0 ? aski_arena_copy(arena, word)
                          : aski_arena_format(arena, "%.*s %.*s", ASKI_STR_ARG(joined), ASKI_STR_ARG(word));
      words[count++] = word;
    }
  }
  return joined;
}

/* A vector without a direction is like no other, and refused. */
static bool s_has_direction(const float *vector, size_t dimension)
{
  for (size_t i = 0; i < dimension; ++i) {
    if (vector[i] < 0.0F || vector[i] > 0.0F) {
      return true;
    }
  }
  return false;
}

static void s_write_term(aski_json_writer *writer, const char *field, askiam_str value)
{
  aski_json_open_object(writer, NULL);
  aski_json_open_object(writer, "term");
  aski_json_write_string(writer, field, value);
  aski_json_close_object(writer);
  aski_json_close_object(writer);
}

/* {"terms": {"scope": ["global", "app:…", "role:…"]}} */
static void s_write_scope(aski_json_writer *writer, const aski_opensearch_asked *asked)
{
  aski_json_open_object(writer, NULL);
  aski_json_open_object(writer, "terms");
  aski_json_open_array(writer, "scope");
  for (size_t i = 0; i < ASKI_OPENSEARCH_SCOPES; ++i) {
    aski_json_write_string(writer, NULL, asked->scopes[i]);
  }
  aski_json_close_array(writer);
  aski_json_close_object(writer);
  aski_json_close_object(writer);
}

/* What a document must be, besides what makes it good; of this model where it is not absent. */
static void s_write_filter(aski_json_writer *writer, const aski_opensearch_asked *asked, askiam_str model)
{
  aski_json_open_array(writer, "filter");
  if (!asked->with_roles) {
    s_write_term(writer, "kind", ASKI_STR("document"));
  }
  s_write_scope(writer, asked);
  if (aski_str_present(model)) {
    s_write_term(writer, "model", model);
  }
  aski_json_close_array(writer);
}

static void s_open_search(aski_json_writer *writer, size_t size)
{
  aski_json_open_object(writer, NULL);
  aski_json_write_unsigned(writer, "size", size);
  aski_json_write_bool(writer, "track_total_hits", false);
}

static void s_open_documents(aski_json_writer *writer, size_t size)
{
  s_open_search(writer, size);
  aski_json_write_raw(writer, "_source", ASKI_STR("[\"doc_id\",\"kind\",\"scope\",\"title\",\"text\"]"));
}

static void s_write_by_words(aski_json_writer *writer, const aski_opensearch_asked *asked, askiam_str words)
{
  s_open_documents(writer, asked->limit);
  aski_json_write_raw(writer, "sort", ASKI_STR("[\"_score\",{\"doc_id\":\"asc\"}]"));
  aski_json_open_object(writer, "query");
  aski_json_open_object(writer, "bool");
  aski_json_open_object(writer, "must");
  aski_json_open_object(writer, "match");
  aski_json_write_string(writer, "words", words);
  aski_json_close_object(writer);
  aski_json_close_object(writer);
  s_write_filter(writer, asked, ASKI_STR_NONE);
  for (int i = 0; i < 3; ++i) {
    aski_json_close_object(writer);
  }
}

/* Filtered while it is searched: the nearest of what is in scope, not what is in scope of the nearest. */
static void s_write_by_vectors(aski_json_writer *writer, const aski_opensearch_asked *asked,
                               const askiam_search_query *query)
{
  size_t dimension = 0;
  const float *vector = askiam_search_query_vector(query, &dimension);
  s_open_documents(writer, asked->limit);
  aski_json_open_object(writer, "query");
  aski_json_open_object(writer, "knn");
  aski_json_open_object(writer, "embedding");
  aski_json_open_array(writer, "vector");
  for (size_t i = 0; i < dimension; ++i) {
    aski_json_write_number(writer, NULL, (double)vector[i], DECIMALS);
  }
  aski_json_close_array(writer);
  aski_json_write_unsigned(writer, "k", asked->limit);
  aski_json_open_object(writer, "filter");
  aski_json_open_object(writer, "bool");
  s_write_filter(writer, asked, askiam_search_query_model(query));
  for (int i = 0; i < 6; ++i) {
    aski_json_close_object(writer);
  }
}

aski_opensearch_asked aski_opensearch_ask_documents(aski_buffer *out, aski_arena *arena,
                                                    const aski_opensearch_settings *settings,
                                                    const askiam_search_query *query)
{
  size_t dimension = 0;
  const float *vector = askiam_search_query_vector(query, &dimension);
  askiam_str words = s_words(arena, askiam_search_query_text(query));
  askiam_str application = askiam_search_query_application_id(query);
  askiam_str role = askiam_search_query_role_id(query);
  const aski_opensearch_asked asked = {.by_words = aski_str_present(words),
                                       .by_vectors = vector != NULL && s_has_direction(vector, dimension),
                                       .with_roles = settings->with_roles,
                                       .limit = aski_fuse_candidates(askiam_search_query_top_k(query)),
                                       .scopes = {ASKI_STR("global"),
                                                  aski_arena_format(arena, "app:%.*s", ASKI_STR_ARG(application)),
                                                  aski_arena_format(arena, "role:%.*s", ASKI_STR_ARG(role))}};
  aski_json_writer writer;
  if (asked.by_words) {
    aski_buffer_append_text(out, "{}\n"); /* the index is in the path */
    aski_json_writer_init(&writer, out);
    s_write_by_words(&writer, &asked, words);
    aski_buffer_append_byte(out, '\n');
  }
  if (asked.by_vectors) {
    aski_buffer_append_text(out, "{}\n");
    aski_json_writer_init(&writer, out);
    s_write_by_vectors(&writer, &asked, query);
    aski_buffer_append_byte(out, '\n');
  }
  return asked;
}

void aski_opensearch_ask_patterns(aski_buffer *out, const aski_opensearch_past *past)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, out);
  s_open_search(&writer, past->limit);
  aski_json_write_raw(&writer, "_source",
                      ASKI_STR("[\"pattern_id\",\"user_id\",\"role_id\",\"timestamp\",\"approved\",\"source\"]"));
  aski_json_write_raw(&writer, "sort",
                      ASKI_STR("[{\"timestamp\":\"desc\"},{\"user_id\":\"asc\"},{\"pattern_id\":\"asc\"}]"));
  aski_json_open_object(&writer, "query");
  aski_json_open_object(&writer, "bool");
  aski_json_open_array(&writer, "filter");
  s_write_term(&writer, "role_id", past->role_id);
  s_write_term(&writer, "source", ASKI_STR("human"));
  aski_json_open_object(&writer, NULL);
  aski_json_open_object(&writer, "range");
  aski_json_open_object(&writer, "timestamp");
  aski_json_write_integer(&writer, "lt", past->before_ms);
  for (int i = 0; i < 3; ++i) {
    aski_json_close_object(&writer);
  }
  aski_json_close_array(&writer);
  aski_json_open_array(&writer, "must_not");
  s_write_term(&writer, "user_id", past->except_user_id);
  aski_json_close_array(&writer);
  for (int i = 0; i < 3; ++i) {
    aski_json_close_object(&writer);
  }
}
