/* SPDX-License-Identifier: Apache-2.0
 *
 * What the cluster is asked, and what indexes are created with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "backend/options.h"
#include "model/case.h"
#include "search/opensearch/mapping.h"
#include "search/opensearch/query.h"
#include "support/allocator.h"
#include "json/json.h"

static const aski_opensearch_settings s_settings = {.engine = "lucene", .dimension = 2};

typedef struct fixture {
  test_allocator allocator;
  aski_arena arena;
  aski_buffer body;
} fixture;

static void s_begin(fixture *own)
{
  test_allocator_init(&own->allocator);
  aski_arena_init(&own->arena, &own->allocator.base);
  aski_buffer_init(&own->body, &own->allocator.base);
}

static void s_end(fixture *own)
{
  aski_buffer_clean_up(&own->body);
  aski_arena_clean_up(&own->arena);
  assert_int_equal(own->allocator.outstanding, 0);
}

static askiam_search_query s_query(const char *text, const float *vector)
{
  return (askiam_search_query){.text = askiam_str_from(text),
                               .vector = vector,
                               .dimension = 2,
                               .model = ASKI_STR("m/2"),
                               .application_id = ASKI_STR("a\"1"),
                               .role_id = ASKI_STR("r1"),
                               .top_k = 6};
}

static void opensearch_query__asks_for_words_and_vectors_in_scope(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  static const float vector[] = {0.6F, -0.8F};
  const askiam_search_query query = s_query("Pay-roll \"x\" R\xC3\x89SUM\xC3\x89 pay", vector);
  aski_opensearch_asked asked = aski_opensearch_ask_documents(&own.body, &own.arena, &s_settings, &query);
  assert_true(asked.by_words && asked.by_vectors);
  assert_int_equal(asked.limit, 24);
  assert_string_equal(
      own.body.data,
      "{}\n{\"size\":24,\"track_total_hits\":false,\"_source\":[\"doc_id\",\"kind\",\"scope\",\"title\",\"text\"],"
      "\"sort\":[\"_score\",{\"doc_id\":\"asc\"}],\"query\":{\"bool\":{\"must\":{\"match\":{\"words\":\"pay roll "
      "resume\"}},"
      "\"filter\":[{\"term\":{\"kind\":\"document\"}},{\"terms\":{\"scope\":[\"global\",\"app:a\\\"1\",\"role:r1\"]}}]}"
      "}}\n"
      "{}\n{\"size\":24,\"track_total_hits\":false,\"_source\":[\"doc_id\",\"kind\",\"scope\",\"title\",\"text\"],"
      "\"query\":{\"knn\":{\"embedding\":{\"vector\":[0.600000024,-0.800000012],\"k\":24,\"filter\":{\"bool\":{"
      "\"filter\":[{\"term\":{\"kind\":\"document\"}},{\"terms\":{\"scope\":[\"global\",\"app:a\\\"1\",\"role:r1\"]}},"
      "{\"term\":{\"model\":\"m/2\"}}]}}}}}}\n");
  s_end(&own);
}

static void opensearch_query__asks_only_for_what_can_be_found(void **state)
{
  (void)state;
  static const float vector[] = {1, 0};
  static const float nothing[] = {0, 0};
  static const struct {
    const char *text;
    const float *vector;
    bool words, vectors;
  } cases[] = {
      {"", NULL, false, false},   {"a \" *", NULL, false, false}, {"\xff", NULL, false, false},
      {"hr", NULL, true, false},  {"hr", nothing, true, false},   {"", vector, false, true},
      {"hr", vector, true, true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    fixture own;
    s_begin(&own);
    const askiam_search_query query = s_query(cases[i].text, cases[i].vector);
    aski_opensearch_asked asked = aski_opensearch_ask_documents(&own.body, &own.arena, &s_settings, &query);
    assert_int_equal(asked.by_words, cases[i].words);
    assert_int_equal(asked.by_vectors, cases[i].vectors);
    assert_int_equal(own.body.length == 0, !cases[i].words && !cases[i].vectors);
    s_end(&own);
  }
}

static void opensearch_query__candidates_and_words_are_bounded(void **state)
{
  (void)state;
  static const size_t wanted[][2] = {{1, 20}, {5, 20}, {100, 400}, {SIZE_MAX, 4096}};
  for (size_t i = 0; i < 4; ++i) {
    fixture own;
    s_begin(&own);
    askiam_search_query query = s_query("b1 b2 b3 b4 b5 b6 b7 b8 b9 b10 b11 b12 b13", NULL);
    query.top_k = wanted[i][0];
    assert_int_equal(aski_opensearch_ask_documents(&own.body, &own.arena, &s_settings, &query).limit, wanted[i][1]);
    assert_non_null(strstr(own.body.data, "b11 b12\""));
    s_end(&own);
  }
}

static void opensearch_query__roles_are_found_where_that_is_wanted(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  aski_opensearch_settings settings = s_settings;
  settings.with_roles = true;
  const askiam_search_query query = s_query("hr", NULL);
  aski_opensearch_ask_documents(&own.body, &own.arena, &settings, &query);
  assert_null(strstr(own.body.data, "{\"term\":{\"kind\""));
  s_end(&own);
}

static void opensearch_query__asks_for_the_past(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  const aski_opensearch_past past = {
      .role_id = ASKI_STR("r1"), .except_user_id = ASKI_STR("me\"}"), .before_ms = -7, .limit = 3};
  aski_opensearch_ask_patterns(&own.body, &past);
  assert_string_equal(
      own.body.data,
      "{\"size\":3,\"track_total_hits\":false,"
      "\"_source\":[\"pattern_id\",\"user_id\",\"role_id\",\"timestamp\",\"approved\",\"source\"],"
      "\"sort\":[{\"timestamp\":\"desc\"},{\"user_id\":\"asc\"},{\"pattern_id\":\"asc\"}],"
      "\"query\":{\"bool\":{\"filter\":[{\"term\":{\"role_id\":\"r1\"}},{\"term\":{\"source\":\"human\"}},"
      "{\"range\":{\"timestamp\":{\"lt\":-7}}}],\"must_not\":[{\"term\":{\"user_id\":\"me\\\"}\"}}]}}}");
  s_end(&own);
}

static void opensearch_query__lack_of_memory_is_told(void **state)
{
  (void)state;
  static const float vector[] = {1, 0};
  bool failed = true;
  for (long fail_at = 1; failed; ++fail_at) {
    fixture own;
    s_begin(&own);
    test_allocator_fail_at(&own.allocator, fail_at);
    const askiam_search_query query = s_query("hr analyst", vector);
    aski_opensearch_asked asked = aski_opensearch_ask_documents(&own.body, &own.arena, &s_settings, &query);
    failed = own.body.failed || own.arena.failed;
    assert_true(failed || (asked.by_words && asked.by_vectors));
    s_end(&own);
  }
}

/* A member by its path, "a.b.c". */
static const aski_json *s_at(const aski_json *node, const char *path)
{
  char name[32];
  while (*path != 0) {
    size_t length = strcspn(path, ".");
    assert_true(length < sizeof name);
    memcpy(name, path, length);
    name[length] = 0;
    node = aski_json_get(node, name);
    path += length + (path[length] == '.' ? 1 : 0);
  }
  return node;
}

static void s_assert_mapping(const aski_opensearch_settings *settings, bool patterns, const char *path,
                             const char *expected)
{
  fixture own;
  s_begin(&own);
  (patterns ? aski_opensearch_patterns_mapping : aski_opensearch_metadata_mapping)(&own.body, settings);
  aski_json_document *document = NULL;
  assert_int_equal(
      aski_json_parse(&document, aski_buffer_view(&own.body), &own.allocator.base, ASKIAM_LAYER_SEARCH, NULL),
      ASKIAM_STATUS_OK);
  askiam_str value = aski_json_string(s_at(aski_json_root(document), path));
  if (!(expected == NULL ? !aski_str_present(value) : aski_str_equal_text(value, expected))) {
    fail_msg("%s is %.*s", path, ASKI_STR_ARG(value));
  }
  aski_json_destroy(document);
  s_end(&own);
}

static void opensearch_query__indexes_have_the_fields_of_the_specification(void **state)
{
  (void)state;
  static const char *const metadata[] = {"user_name", "app_name", "role_name", "policy_json", "compliance_level"};
  static const char *const past[] = {"user_id", "role_id", "app_id", "timestamp", "approved"};
  static const char *const types[] = {"keyword", "text",    "text",    "text", "keyword",
                                      "keyword", "keyword", "keyword", "date", "boolean"};
  for (size_t i = 0; i < 10; ++i) {
    char path[64];
    snprintf(path, sizeof path, "mappings.properties.%s.type", i < 5 ? metadata[i] : past[i - 5]);
    s_assert_mapping(&s_settings, i >= 5, path, types[i]);
  }
  s_assert_mapping(&s_settings, false, "mappings.properties.words.analyzer", "askiam");
  aski_opensearch_settings settings = s_settings;
  settings.engine = "faiss";
  settings.space = ASKI_OPENSEARCH_INNER_PRODUCT;
  s_assert_mapping(&settings, false, "mappings.properties.embedding.type", "knn_vector");
  s_assert_mapping(&settings, false, "mappings.properties.embedding.method.engine", "faiss");
  s_assert_mapping(&settings, false, "mappings.properties.embedding.method.space_type", "innerproduct");
  s_assert_mapping(&settings, false, "mappings.dynamic", "strict");
  s_assert_mapping(&settings, false, "settings.index.auto_expand_replicas", "0-1");
  settings.serverless = true;
  s_assert_mapping(&settings, false, "settings.index.auto_expand_replicas", NULL);
}

/* One key and its value, the rest empty. */
static askiam_str s_get(const void *settings, const char *key)
{
  const char *const *pair = settings;
  return strcmp(key, pair[0]) == 0                      ? askiam_str_from(pair[1])
         : pair[2] != NULL && strcmp(key, pair[2]) == 0 ? askiam_str_from(pair[3])
                                                        : ASKI_STR("");
}

static askiam_status s_settings_of(aski_opensearch_settings *out, const char *const pairs[4], askiam_error *error)
{
  const askiam_backend_options options = {.get = s_get, .settings = pairs, .allocator = aski_allocator_default()};
  return aski_opensearch_read_settings(out, &options, error);
}

static void opensearch_query__settings_that_cannot_work_are_refused(void **state)
{
  (void)state;
  static const char *const cases[][4] = {
      {"opensearch.metadata_index", "_all"}, {"opensearch.metadata_index", "a,b"},
      {"opensearch.patterns_index", "A"},    {"opensearch.patterns_index", "a/b"},
      {"opensearch.patterns_index", "*"},    {"opensearch.engine", "nmslib"},
      {"opensearch.space", "hamming"},       {"embedder.dimension", "0"},
      {"embedder.dimension", "4097"},        {"embedder.dimension", "99999999999999999999"},
      {"embedder.dimension", "2x"},          {"opensearch.auth", "sigv4", "opensearch.service", "aoss"},
  };
  aski_opensearch_settings settings;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    askiam_error error = ASKIAM_ERROR_INIT;
    if (s_settings_of(&settings, cases[i], &error) != ASKIAM_STATUS_CONFIG) {
      fail_msg("%s=%s", cases[i][0], cases[i][1]);
    }
    assert_int_equal(error.layer, ASKIAM_LAYER_SEARCH);
  }
  const char *const none[4] = {"", ""};
  assert_int_equal(s_settings_of(&settings, none, NULL), ASKIAM_STATUS_OK);
  assert_string_equal(settings.metadata_index, "iam_metadata");
  assert_string_equal(settings.patterns_index, "access_patterns");
  assert_string_equal(settings.engine, "lucene");
  assert_string_equal(aski_opensearch_space_name(settings.space), "cosinesimil");
  assert_int_equal(settings.dimension, 256);
  assert_false(settings.with_roles || settings.serverless);
  const char *const some[4] = {"embedder.dimension", "384", "opensearch.search_roles", "true"};
  assert_int_equal(s_settings_of(&settings, some, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(settings.dimension, 384);
  assert_true(settings.with_roles);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(opensearch_query__asks_for_words_and_vectors_in_scope),
      cmocka_unit_test(opensearch_query__asks_only_for_what_can_be_found),
      cmocka_unit_test(opensearch_query__candidates_and_words_are_bounded),
      cmocka_unit_test(opensearch_query__roles_are_found_where_that_is_wanted),
      cmocka_unit_test(opensearch_query__asks_for_the_past),
      cmocka_unit_test(opensearch_query__lack_of_memory_is_told),
      cmocka_unit_test(opensearch_query__indexes_have_the_fields_of_the_specification),
      cmocka_unit_test(opensearch_query__settings_that_cannot_work_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
