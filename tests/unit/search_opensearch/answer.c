/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers of a cluster, good ones and those of a stranger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#include "model/case.h"
#include "search/opensearch/answer.h"
#include "support/allocator.h"

#define SEARCH(hits)                                                                                                   \
  "{\"took\":1,\"timed_out\":false,\"_shards\":{\"total\":1,\"successful\":1,\"skipped\":0,\"failed\":0},"             \
  "\"hits\":{\"max_score\":null,\"hits\":[" hits "]},\"status\":200}"
#define OURS "\"kind\":\"document\",\"scope\":[\"app:b\",\"app:a\"]"
#define HIT(id, score)                                                                                                 \
  "{\"_score\":" score ",\"_source\":{\"doc_id\":\"" id "\"," OURS ",\"title\":\"T-" id "\",\"text\":\"x\"}}"
#define BOTH(words, vectors) "{\"took\":1,\"responses\":[" SEARCH(words) "," SEARCH(vectors) "]}"
#define WORDS(search) "{\"responses\":[" search "]}"

#define SCOPES {{"global", 6}, {"app:a", 5}, {"role:r", 6}}
static const aski_opensearch_asked s_both = {.by_words = true, .by_vectors = true, .limit = 20, .scopes = SCOPES};
static const aski_opensearch_asked s_words = {.by_words = true, .with_roles = true, .limit = 3, .scopes = SCOPES};

typedef struct fixture {
  test_allocator allocator;
  aski_arena scratch;
  aski_arena arena;
  askiam_documents documents;
  askiam_patterns patterns;
  askiam_error error;
} fixture;

static void s_begin(fixture *own)
{
  *own = (fixture){.error = ASKIAM_ERROR_INIT};
  test_allocator_init(&own->allocator);
  aski_arena_init(&own->scratch, &own->allocator.base);
  aski_arena_init(&own->arena, aski_allocator_default());
  own->documents.arena = &own->arena;
  own->patterns.arena = &own->arena;
}

static void s_end(fixture *own)
{
  aski_arena_clean_up(&own->scratch);
  aski_arena_clean_up(&own->arena);
  assert_int_equal(own->allocator.outstanding, 0);
}

static askiam_status s_read(fixture *own, const char *json, const aski_opensearch_asked *asked,
                            aski_opensearch_space space, size_t top_k)
{
  return aski_opensearch_read_documents(&own->documents, &own->scratch, askiam_str_from(json), asked, space, top_k,
                                        &own->error);
}

/* "a b c": the ids that were found. */
static void s_assert_documents(const char *json, const aski_opensearch_asked *asked, aski_opensearch_space space,
                               size_t top_k, const char *expected)
{
  fixture own;
  s_begin(&own);
  if (s_read(&own, json, asked, space, top_k) != ASKIAM_STATUS_OK) {
    fail_msg("%s", own.error.message);
  }
  askiam_str ids = ASKI_STR("");
  for (size_t i = 0; i < own.documents.count; ++i) {
    ids = aski_arena_format(&own.arena, "%.*s%s%.*s", ASKI_STR_ARG(ids), i == 0 ? "" : " ",
                            ASKI_STR_ARG(own.documents.items[i].id));
  }
  assert_string_equal(ids.data, expected);
  s_end(&own);
}

static void opensearch_answer__lists_are_fused_and_ties_go_by_id(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  const char *json = BOTH(HIT("b", "9.5") "," HIT("d", "2") "," HIT("c", "2"), HIT("b", "0.99") "," HIT("a", "0.8"));
  assert_int_equal(s_read(&own, json, &s_both, ASKI_OPENSEARCH_COSINE, 4), ASKIAM_STATUS_OK);
  assert_int_equal(own.documents.count, 4);
  static const char *const ids[] = {"b", "a", "c", "d"}; /* the second places of both lists are as good as each other */
  for (size_t i = 0; i < 4; ++i) {
    assert_string_equal(own.documents.items[i].id.data, ids[i]);
  }
  assert_string_equal(own.documents.items[0].title.data, "T-b");
  assert_string_equal(own.documents.items[0].text.data, "x");
  assert_true(fabs(own.documents.items[0].score - 1) < 1e-12);
  assert_true(fabs(own.documents.items[1].score - 61.0 / 62.0 / 2) < 1e-12);
  s_end(&own);
}

static void opensearch_answer__best_are_kept(void **state)
{
  (void)state;
  s_assert_documents(BOTH(HIT("a", "1") "," HIT("b", "3") "," HIT("c", "2"), ""), &s_both, ASKI_OPENSEARCH_COSINE, 2,
                     "b c");
  s_assert_documents(BOTH("", ""), &s_both, ASKI_OPENSEARCH_COSINE, 2, "");
  s_assert_documents(WORDS(SEARCH(HIT("a", "0"))), &s_words, ASKI_OPENSEARCH_COSINE, 2, "a");
}

/* Where nothing in scope has a vector, words count whole; where there is one that is unlike, they count half. */
static void opensearch_answer__vectors_that_are_unlike_are_no_hits(void **state)
{
  (void)state;
  static const struct {
    const char *vectors;
    aski_opensearch_space space;
    double score; /* of the document that words find */
    size_t count;
  } cases[] = {
      {"", ASKI_OPENSEARCH_COSINE, 1, 1},
      {HIT("b", "0.54"), ASKI_OPENSEARCH_COSINE, 0.5, 1},
      {HIT("b", "0.56"), ASKI_OPENSEARCH_COSINE, 0.5, 2},
      {HIT("b", "1.09"), ASKI_OPENSEARCH_INNER_PRODUCT, 0.5, 1},
      {HIT("b", "1.11"), ASKI_OPENSEARCH_INNER_PRODUCT, 0.5, 2},
      {HIT("b", "0.5"), ASKI_OPENSEARCH_INNER_PRODUCT, 0.5, 1},
      {HIT("b", "0"), ASKI_OPENSEARCH_INNER_PRODUCT, 0.5, 1},
      {HIT("b", "0.354"), ASKI_OPENSEARCH_L2, 0.5, 1},
      {HIT("b", "0.36"), ASKI_OPENSEARCH_L2, 0.5, 2},
      {HIT("b", "0"), ASKI_OPENSEARCH_L2, 0.5, 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    char json[2048];
    fixture own;
    s_begin(&own);
    snprintf(json, sizeof json, "{\"responses\":[%s," SEARCH("%s") "]}", SEARCH(HIT("a", "4")), cases[i].vectors);
    assert_int_equal(s_read(&own, json, &s_both, cases[i].space, 5), ASKIAM_STATUS_OK);
    assert_int_equal(own.documents.count, cases[i].count);
    assert_true(fabs(own.documents.items[0].score - cases[i].score) < 1e-12);
    s_end(&own);
  }
}

static void opensearch_answer__a_copy_of_an_entry_counts_once(void **state)
{
  (void)state;
  s_assert_documents(BOTH(HIT("a", "1") "," HIT("b", "2") "," HIT("a", "3"), HIT("a", "0.9") "," HIT("a", "0.8")),
                     &s_both, ASKI_OPENSEARCH_COSINE, 5, "a b");
}

static void opensearch_answer__a_role_is_no_document_of_its_id(void **state)
{
  (void)state;
  s_assert_documents(
      WORDS(
          SEARCH(HIT("a", "1") ","
                               "{\"_score\":2,\"_source\":{\"doc_id\":\"a\",\"kind\":\"role\",\"scope\":\"role:r\"}}")),
      &s_words, ASKI_OPENSEARCH_COSINE, 5, "role:a a");
}

static void opensearch_answer__what_was_not_asked_for_is_no_evidence(void **state)
{
  (void)state;
#define BAD_HIT(hit) WORDS(SEARCH(hit))
  static const char *const cases[] = {
      "",
      "{",
      "[]",
      "{\"responses\":{}}",
      "{\"responses\":[]}",
      BOTH("", ""),
      WORDS("7"),
      WORDS("{}"),
      WORDS("{\"timed_out\":false,\"_shards\":{\"failed\":0}}"),
      WORDS("{\"timed_out\":false,\"_shards\":{\"failed\":0},\"hits\":{\"hits\":{}}}"),
      WORDS("{\"timed_out\":true,\"_shards\":{\"failed\":0},\"hits\":{\"hits\":[]}}"),
      WORDS("{\"timed_out\":0,\"_shards\":{\"failed\":0},\"hits\":{\"hits\":[]}}"),
      WORDS("{\"_shards\":{\"failed\":0},\"hits\":{\"hits\":[]}}"),
      WORDS("{\"timed_out\":false,\"_shards\":{\"failed\":1},\"hits\":{\"hits\":[]}}"),
      WORDS("{\"timed_out\":false,\"_shards\":{\"failed\":\"0\"},\"hits\":{\"hits\":[]}}"),
      WORDS("{\"timed_out\":false,\"hits\":{\"hits\":[]}}"),
      WORDS("{\"error\":\"no\",\"timed_out\":false,\"_shards\":{\"failed\":0},\"hits\":{\"hits\":[]}}"),
      BAD_HIT("null"),
      BAD_HIT("{\"_score\":1}"),
      BAD_HIT("{\"_score\":1,\"_source\":{\"doc_id\":7," OURS "}}"),
      BAD_HIT("{\"_score\":1,\"_source\":{\"doc_id\":\"\"," OURS "}}"),
      BAD_HIT("{\"_score\":1,\"_source\":{\"doc_id\":\"a\",\"title\":[]," OURS "}}"),
      BAD_HIT("{\"_score\":1,\"_source\":{\"doc_id\":\"a\",\"text\":{}," OURS "}}"),
      BAD_HIT("{\"_score\":null,\"_source\":{\"doc_id\":\"a\"," OURS "}}"),
      BAD_HIT("{\"_score\":\"NaN\",\"_source\":{\"doc_id\":\"a\"," OURS "}}"),
      BAD_HIT("{\"_score\":NaN,\"_source\":{\"doc_id\":\"a\"," OURS "}}"),
      BAD_HIT("{\"_score\":-1,\"_source\":{\"doc_id\":\"a\"," OURS "}}"),
      BAD_HIT("{\"_score\":1e31,\"_source\":{\"doc_id\":\"a\"," OURS "}}"),
      BAD_HIT("{\"_score\":1,\"_source\":{\"doc_id\":\"a\"}}"),
      BAD_HIT("{\"_score\":1,\"_source\":{\"doc_id\":\"a\",\"kind\":\"document\",\"scope\":\"app:b\"}}"),
      BAD_HIT("{\"_score\":1,\"_source\":{\"doc_id\":\"a\",\"kind\":\"document\",\"scope\":[\"role:a\",7]}}"),
      BAD_HIT("{\"_score\":1,\"_source\":{\"doc_id\":\"a\",\"kind\":\"document\",\"scope\":[]}}"),
      BAD_HIT("{\"_score\":1,\"_source\":{\"doc_id\":\"a\",\"kind\":\"policy\",\"scope\":\"global\"}}"),
      BAD_HIT("{\"_score\":1,\"_score\":2,\"_source\":{\"doc_id\":\"a\"," OURS "}}"),
      WORDS(SEARCH(HIT("a", "1") "," HIT("b", "1") "," HIT("c", "1") "," HIT("d", "1"))),
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    fixture own;
    s_begin(&own);
    askiam_status status = s_read(&own, cases[i], &s_words, ASKI_OPENSEARCH_COSINE, 5);
    if (status != ASKIAM_STATUS_UNAVAILABLE || own.documents.count != 0 || own.error.message[0] == 0) {
      fail_msg("%s: %s", cases[i], askiam_status_name(status));
    }
    assert_int_equal(own.error.layer, ASKIAM_LAYER_SEARCH);
    s_end(&own);
  }
}

static void opensearch_answer__a_refused_part_is_told(void **state)
{
  (void)state;
  static const struct {
    const char *json;
    askiam_status status;
    int retryable;
    const char *said;
  } cases[] = {
      {WORDS("{\"error\":{\"root_cause\":[{\"type\":\"index_not_found_exception\",\"reason\":\"no such index [x]\"}],"
             "\"type\":\"index_not_found_exception\"},\"status\":404}"),
       ASKIAM_STATUS_NOT_FOUND, 0, "no such index [x]; `askiam index create`"},
      {WORDS("{\"error\":{\"root_cause\":[{\"type\":\"query_shard_exception\",\"reason\":\"bad\\n\\tvector\"}],"
             "\"type\":\"search_phase_execution_exception\",\"reason\":\"all shards failed\"},\"status\":400}"),
       ASKIAM_STATUS_BAD_DATA, 0, "OpenSearch refused the search: query_shard_exception: bad  vector"},
      {WORDS("{\"error\":{\"type\":\"rejected\",\"reason\":7},\"status\":429}"), ASKIAM_STATUS_UNAVAILABLE, 1,
       "the search: rejected"},
      {WORDS("{\"error\":{\"type\":[],\"reason\":\"\\u202e\"},\"status\":503}"), ASKIAM_STATUS_UNAVAILABLE, 1,
       "refused the search"},
      {WORDS("{\"error\":null,\"status\":200}"), ASKIAM_STATUS_UNAVAILABLE, 0, "refused the search"},
      {WORDS("{\"error\":{\"root_cause\":{}},\"status\":1e9}"), ASKIAM_STATUS_UNAVAILABLE, 0, "refused the search"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    fixture own;
    s_begin(&own);
    assert_int_equal(s_read(&own, cases[i].json, &s_words, ASKI_OPENSEARCH_COSINE, 5), cases[i].status);
    assert_int_equal(own.error.retryable, cases[i].retryable);
    if (strstr(own.error.message, cases[i].said) == NULL) {
      fail_msg("%s", own.error.message);
    }
    s_end(&own);
  }
}

/* They would take a hundred times their bytes. In a string they are text. */
static void opensearch_answer__a_crowd_of_values_is_not_read(void **state)
{
  (void)state;
  enum { MANY = 600000 };
  for (int quoted = 0; quoted < 2; ++quoted) {
    fixture own;
    s_begin(&own);
    aski_buffer json;
    aski_buffer_init(&json, aski_allocator_default());
    aski_buffer_append_text(&json, "{\"responses\":[7]");
    aski_buffer_append_text(&json, quoted ? ",\"more\":\"\\\"0" : ",\"more\":[0");
    for (int i = 0; i < MANY; ++i) {
      aski_buffer_append_text(&json, ",0");
    }
    aski_buffer_append_text(&json, quoted ? "\"}" : "]}");
    assert_int_equal(s_read(&own, json.data, &s_words, ASKI_OPENSEARCH_COSINE, 5), ASKIAM_STATUS_UNAVAILABLE);
    assert_int_equal(strstr(own.error.message, "more values") != NULL, !quoted);
    aski_buffer_clean_up(&json);
    s_end(&own);
  }
}

static const aski_opensearch_past s_past = {
    .role_id = {"r1", 2}, .except_user_id = {"me", 2}, .before_ms = 1000, .limit = 3};

#define HUMAN "\"role_id\":\"r1\",\"source\":\"human\""
#define PAST(id, user, time)                                                                                           \
  "{\"_score\":null,\"_source\":{\"pattern_id\":\"" id "\",\"user_id\":\"" user "\",\"timestamp\":" time "," HUMAN     \
  ",\"approved\":true},\"sort\":[1]}"

static askiam_status s_read_past(fixture *own, const char *json)
{
  return aski_opensearch_read_patterns(&own->patterns, &own->allocator.base, askiam_str_from(json), &s_past,
                                       &own->error);
}

static void opensearch_answer__past_decisions_are_each_told_once(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  const char *json = SEARCH(PAST("2", "u2", "900") "," PAST("1", "u1", "-5") "," PAST("1", "u1", "-5"));
  assert_int_equal(s_read_past(&own, json), ASKIAM_STATUS_OK);
  assert_int_equal(own.patterns.count, 2);
  assert_string_equal(own.patterns.items[0].user_id.data, "u2");
  assert_int_equal(own.patterns.items[0].timestamp_ms, 900);
  assert_true(own.patterns.items[0].approved);
  assert_int_equal(own.patterns.items[1].timestamp_ms, -5);
  s_end(&own);
}

static void opensearch_answer__a_past_that_was_not_asked_for_is_no_evidence(void **state)
{
  (void)state;
  static const char *const cases[] = {
      "{}",
      SEARCH("{}"),
      SEARCH(PAST("1", "u", "1000")),
      SEARCH(PAST("1", "me", "1")),
      SEARCH(PAST("", "u", "1")),
      SEARCH(PAST("1", "", "1")),
      SEARCH(PAST("1", "u", "1.5")),
      SEARCH(PAST("1", "u", "\"1\"")),
      SEARCH(PAST("1", "u", "1") "," PAST("2", "u", "2")),
      SEARCH(PAST("1", "v", "1") "," PAST("2", "u", "1")),
      SEARCH(PAST("2", "u", "1") "," PAST("1", "u", "1")),
      SEARCH(PAST("1", "u", "4") "," PAST("1", "u", "3") "," PAST("1", "u", "2") "," PAST("1", "u", "1")),
      SEARCH("{\"_source\":{\"pattern_id\":\"1\",\"user_id\":\"u\",\"timestamp\":1," HUMAN ",\"approved\":\"true\"}}"),
      SEARCH("{\"_source\":{\"pattern_id\":\"1\",\"user_id\":\"u\",\"timestamp\":1,\"role_id\":\"r2\",\"source\":"
             "\"human\","
             "\"approved\":true}}"),
      SEARCH("{\"_source\":{\"pattern_id\":\"1\",\"user_id\":\"u\",\"timestamp\":1,\"role_id\":\"r1\",\"source\":"
             "\"system\","
             "\"approved\":true}}"),
      SEARCH("{\"_source\":{\"pattern_id\":\"1\",\"user_id\":\"u\",\"timestamp\":1,\"approved\":true}}"),
      SEARCH("{\"_source\":{\"pattern_id\":\"1\",\"user_id\":\"u\",\"timestamp\":1," HUMAN "}}"),
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    fixture own;
    s_begin(&own);
    askiam_status status = s_read_past(&own, cases[i]);
    if (status != ASKIAM_STATUS_UNAVAILABLE) {
      fail_msg("%s: %s", cases[i], askiam_status_name(status));
    }
    s_end(&own);
  }
}

static void opensearch_answer__lack_of_memory_is_told(void **state)
{
  (void)state;
  static const char both[] = BOTH(HIT("b", "9.5") "," HIT("d", "2"), HIT("b", "0.99") "," HIT("a", "0.8"));
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    fixture own;
    s_begin(&own);
    test_allocator_fail_at(&own.allocator, fail_at);
    status = s_read(&own, both, &s_both, ASKI_OPENSEARCH_COSINE, 5);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    s_end(&own);
  }
  status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    fixture own;
    s_begin(&own);
    test_allocator_fail_at(&own.allocator, fail_at);
    status = s_read_past(&own, SEARCH(PAST("1", "u", "1")));
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    s_end(&own);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(opensearch_answer__lists_are_fused_and_ties_go_by_id),
      cmocka_unit_test(opensearch_answer__best_are_kept),
      cmocka_unit_test(opensearch_answer__vectors_that_are_unlike_are_no_hits),
      cmocka_unit_test(opensearch_answer__a_copy_of_an_entry_counts_once),
      cmocka_unit_test(opensearch_answer__a_role_is_no_document_of_its_id),
      cmocka_unit_test(opensearch_answer__what_was_not_asked_for_is_no_evidence),
      cmocka_unit_test(opensearch_answer__a_refused_part_is_told),
      cmocka_unit_test(opensearch_answer__a_crowd_of_values_is_not_read),
      cmocka_unit_test(opensearch_answer__past_decisions_are_each_told_once),
      cmocka_unit_test(opensearch_answer__a_past_that_was_not_asked_for_is_no_evidence),
      cmocka_unit_test(opensearch_answer__lack_of_memory_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
