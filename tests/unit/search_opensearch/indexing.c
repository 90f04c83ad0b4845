/* SPDX-License-Identifier: Apache-2.0
 *
 * The indexes created and filled, against a cluster that answers from a table: what is sent, what becomes of refusals, odd answers and lack of
 * memory. */
#include "table.h"

#include <stdio.h>

#include "model/case.h"

#define META(sync) "\"_meta\":{\"askiam_schema\":1" sync "}"
#define VECTORS(dimension, engine, space)                                                                              \
  ",\"properties\":{\"embedding\":{\"dimension\":" dimension ",\"method\":{\"engine\":\"" engine                       \
  "\",\"space_type\":\"" space "\"}}}"
#define SHAPE(meta, rest) "{\"any\":{\"mappings\":{" meta rest "}}}"
#define METADATA(sync) SHAPE(META(sync), VECTORS("2", "lucene", "cosinesimil"))
#define PATTERNS SHAPE(META(""), "")
#define SYNC(generation, open, rest) ",\"askiam_sync\":{\"generation\":\"" generation "\",\"open\":" open rest "}"
#define NO_INDEX "{\"error\":{\"type\":\"index_not_found_exception\",\"reason\":\"no such index [x]\"},\"status\":404}"

static void indexing__creates_what_is_missing(void **state)
{
  (void)state;
  static const step steps[] = {
      {"GET /iam_metadata", 404, NO_INDEX, NULL},
      {"PUT /iam_metadata", 200, "{}", "\"type\":\"knn_vector\",\"dimension\":2"},
      {"GET /access_patterns", 404, NO_INDEX, NULL},
      {"PUT /access_patterns", 200, "{}", "\"epoch_millis\""},
      /* the second time */
      {"GET /iam_metadata", 200, METADATA(""), NULL},
      {"GET /access_patterns", 200, PATTERNS, NULL},
      /* somebody else was faster */
      {"GET /iam_metadata", 404, NO_INDEX, NULL},
      {"PUT /iam_metadata", 400, "{\"error\":{\"type\":\"resource_already_exists_exception\"}}", NULL},
      {"GET /iam_metadata", 200, METADATA(""), NULL},
      {"GET /access_patterns", 200, PATTERNS, NULL},
  };
  static const int created[] = {2, 0, 0};
  fixture own;
  BEGIN(&own, steps);
  for (size_t i = 0; i < sizeof created / sizeof *created; ++i) {
    int count = 9;
    assert_int_equal(aski_opensearch_index_create(&own.self, &own.call, &count, &own.error), ASKIAM_STATUS_OK);
    assert_int_equal(count, created[i]);
  }
  table_end(&own);
}

static void indexing__an_index_of_another_make_is_a_conflict(void **state)
{
  (void)state;
  static const struct {
    const char *body, *said;
    askiam_status status;
  } all[] = {
      {SHAPE("\"dynamic\":\"strict\"", ""), "was not made by `askiam index create`", ASKIAM_STATUS_CONFLICT},
      {SHAPE("\"_meta\":{\"askiam_schema\":2}", ""), "was not made by", ASKIAM_STATUS_CONFLICT},
      {SHAPE(META(""), VECTORS("3", "lucene", "cosinesimil")),
       "vectors of the dimension 3, and embedder.dimension is 2", ASKIAM_STATUS_CONFLICT},
      {SHAPE(META(""), VECTORS("2", "faiss", "cosinesimil")), "the engine faiss, and opensearch.engine is lucene",
       ASKIAM_STATUS_CONFLICT},
      {SHAPE(META(""), VECTORS("2", "lucene", "l2")), "the space l2, and opensearch.space is cosinesimil",
       ASKIAM_STATUS_CONFLICT},
      {SHAPE(META(""), ",\"properties\":{\"embedding\":{\"dimension\":2}}"), "the engine unknown",
       ASKIAM_STATUS_CONFLICT},
      {SHAPE(META(""), ""), "dimension 0", ASKIAM_STATUS_CONFLICT},
      {"{}", "does not tell the mappings", ASKIAM_STATUS_UNAVAILABLE},
      {"{\"a\":{\"mappings\":{}},\"b\":{\"mappings\":{}}}", "does not tell the mappings", ASKIAM_STATUS_UNAVAILABLE},
      {"{\"a\":{\"mappings\":[]}}", "does not tell the mappings", ASKIAM_STATUS_UNAVAILABLE},
      {"nonsense", "does not tell the mappings", ASKIAM_STATUS_UNAVAILABLE},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) {
    const step steps[] = {{"GET /iam_metadata", 200, all[i].body, NULL}};
    fixture own;
    int created = 0;
    BEGIN(&own, steps);
    assert_int_equal(aski_opensearch_index_create(&own.self, &own.call, &created, &own.error), all[i].status);
    if (strstr(own.error.message, all[i].said) == NULL) {
      fail_msg("%s: %s", all[i].said, own.error.message);
    }
    assert_int_equal(own.error.retryable, all[i].status == ASKIAM_STATUS_UNAVAILABLE);
    table_end(&own);
  }
}

/* Newer clusters tell the space beside the method. */
static void indexing__the_space_may_stand_beside_the_method(void **state)
{
  (void)state;
  static const step steps[] = {
      {NULL, 200,
       SHAPE(META(""), ",\"properties\":{\"embedding\":{\"dimension\":2,\"space_type\":\"cosinesimil\","
                       "\"method\":{\"engine\":\"lucene\"}}}"),
       NULL},
      {NULL, 200, PATTERNS, NULL}};
  fixture own;
  int created = 0;
  BEGIN(&own, steps);
  assert_int_equal(aski_opensearch_index_create(&own.self, &own.call, &created, &own.error), ASKIAM_STATUS_OK);
  table_end(&own);
}

static void indexing__creating_fails_as_the_cluster_does(void **state)
{
  (void)state;
  static const step refused[] = {{"GET /iam_metadata", 404, NO_INDEX, NULL},
                                 {"PUT /iam_metadata", 403, "{\"error\":{\"type\":\"security_exception\"}}", NULL}};
  static const step bad[] = {{"GET /iam_metadata", 404, NO_INDEX, NULL},
                             {"PUT /iam_metadata", 400, "{\"error\":{\"type\":\"mapper_parsing_exception\"}}", NULL},
                             {"GET /iam_metadata", 404, NO_INDEX, NULL}};
  fixture own;
  int created = 0;
  BEGIN(&own, refused);
  assert_int_equal(aski_opensearch_index_create(&own.self, &own.call, &created, &own.error),
                   ASKIAM_STATUS_NOT_PERMITTED);
  table_end(&own);
  BEGIN(&own, bad);
  assert_int_equal(aski_opensearch_index_create(&own.self, &own.call, &created, &own.error), ASKIAM_STATUS_BAD_DATA);
  assert_non_null(strstr(own.error.message, "mapper_parsing_exception"));
  table_end(&own);
}

static askiam_status s_take_position(void *context, askiam_str position)
{
  fixture *own = context;
  snprintf(own->position, sizeof own->position, "%.*s", ASKI_STR_ARG(position));
  return ASKIAM_STATUS_OK;
}

static askiam_status s_open(fixture *own, int restart, void **out_session)
{
  own->position[0] = 0;
  return aski_opensearch_index_begin(&own->self, &own->call, restart, out_session, s_take_position, own, &own->error);
}

/* A generation is the time of its begin, and later than every one before, whatever the clock says. */
static void indexing__a_filling_goes_on_or_begins_with_a_later_generation(void **state)
{
  (void)state;
  static const struct {
    const char *sync, *kept; /* kept NULL: it goes on */
    int restart;
    bool serverless;
  } all[] = {
      {"", "\"generation\":\"0000000000005000\",\"open\":true}", 0, false},
      {SYNC("0000000000004000", "true", ",\"position\":\"here\""), NULL, 0, false},
      {SYNC("0000000000004000", "true", ",\"position\":\"here\""), "\"0000000000005000\",\"open\":true}", 1, false},
      {SYNC("0000000000004000", "true", ",\"position\":\"here\""), "\"0000000000005000\",\"open\":true}", 0, true},
      {SYNC("0000000000004000", "false", ",\"position\":\"here\""), "\"0000000000005000\",\"open\":true}", 0, false},
      {SYNC("0000000000004000", "true", ""), "\"0000000000005000\",\"open\":true}", 0, false},
      {SYNC("0000000000009000", "false", ""), "\"0000000000009001\",\"open\":true}", 0, false},
      {SYNC("12345678901234567", "true", ",\"position\":\"x\""), "\"0000000000005000\",\"open\":true}", 0, false},
      {SYNC("later", "true", ",\"position\":\"x\""), "\"0000000000005000\",\"open\":true}", 0, false},
      {",\"askiam_sync\":7", "\"0000000000005000\",\"open\":true}", 0, false},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) {
    char metadata[512];
    snprintf(metadata, sizeof metadata, "{\"any\":{\"mappings\":{\"_meta\":{\"askiam_schema\":1%s}%s}}}", all[i].sync,
             VECTORS("2", "lucene", "cosinesimil"));
    const step steps[] = {{"GET /access_patterns", 200, PATTERNS, NULL},
                          {"GET /iam_metadata", 200, metadata, NULL},
                          {"PUT /iam_metadata/_mapping", 200, "{}", all[i].kept}};
    fixture own;
    void *session = NULL;
    table_begin(&own, steps, all[i].kept == NULL ? 2 : 3);
    own.self.settings.serverless = all[i].serverless;
    assert_int_equal(s_open(&own, all[i].restart, &session), ASKIAM_STATUS_OK);
    assert_string_equal(own.position, all[i].kept == NULL ? "here" : "");
    aski_opensearch_index_abort(session);
    table_end(&own);
  }
}

static void indexing__a_filling_needs_both_indexes(void **state)
{
  (void)state;
  static const step none[] = {{"GET /access_patterns", 404, NO_INDEX, NULL}};
  static const step one[] = {{"GET /access_patterns", 200, PATTERNS, NULL}, {"GET /iam_metadata", 404, NO_INDEX, NULL}};
  static const step odd[] = {{"GET /access_patterns", 200, SHAPE("\"x\":1", ""), NULL}};
  static const step kept[] = {{NULL, 200, PATTERNS, NULL}, {NULL, 200, METADATA(""), NULL}, {NULL, 503, "", NULL}};
  static const struct {
    const step *steps;
    size_t count;
    askiam_status status;
  } all[] = {{none, 1, ASKIAM_STATUS_NOT_FOUND},
             {one, 2, ASKIAM_STATUS_NOT_FOUND},
             {odd, 1, ASKIAM_STATUS_CONFLICT},
             {kept, 3, ASKIAM_STATUS_UNAVAILABLE}};
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) {
    fixture own;
    void *session = &own;
    table_begin(&own, all[i].steps, all[i].count);
    assert_int_equal(s_open(&own, 0, &session), all[i].status);
    assert_null(session);
    table_end(&own);
  }
}

#define OPEN(sync)                                                                                                     \
  {"GET /access_patterns", 200, PATTERNS, NULL}, {"GET /iam_metadata", 200, METADATA(sync), NULL},                     \
      {"PUT /iam_metadata/_mapping", 200, "{}", "\"open\":true"}
#define DELETED(count) "{\"timed_out\":false,\"deleted\":" count ",\"failures\":[]}"
#define TIDY(index, count)                                                                                             \
  {"POST /" index "/_refresh", 200, REFRESHED, NULL},                                                                  \
      {"POST /" index "/_delete_by_query?conflicts=proceed&refresh=true", 200, DELETED(count),                         \
       "{\"max_docs\":10000,\"query\":{\"range\":{\"generation\":{\"lt\":\"0000000000005000\"}}}}"}
#define CLOSED                                                                                                         \
  {"GET /iam_metadata", 200, METADATA(SYNC("0000000000005000", "true", "")), NULL},                                    \
      {"PUT /iam_metadata/_mapping", 200, "{}", "\"generation\":\"0000000000005000\",\"open\":false}"}
static const float s_vector[DIMENSION] = {0.6F, -0.8F};
static const float s_nowhere[DIMENSION] = {0.0F, 0.0F};

static askiam_index_entry s_role(const char *id, const float *vector)
{
  static const askiam_str application = {"workday", 7};
  static askiam_str role;
  role = askiam_str_from(id);
  askiam_index_entry entry = {.kind = ASKIAM_INDEX_ROLE, .vector = vector, .dimension = DIMENSION};
  entry.texts[ASKIAM_INDEX_ID] = role;
  entry.texts[ASKIAM_INDEX_TITLE] = ASKI_STR("HR \"Analyst\"");
  entry.texts[ASKIAM_INDEX_BODY] = ASKI_STR("reads");
  entry.texts[ASKIAM_INDEX_MODEL] = ASKI_STR("m/2");
  entry.lists[ASKIAM_INDEX_APPLICATION_IDS].items = &application;
  entry.lists[ASKIAM_INDEX_APPLICATION_IDS].count = 1;
  entry.lists[ASKIAM_INDEX_ROLE_IDS].items = &role;
  entry.lists[ASKIAM_INDEX_ROLE_IDS].count = 1;
  return entry;
}

static askiam_index_entry s_pattern(const char *id)
{
  static const askiam_str role = {"wd-hr", 5};
  askiam_index_entry entry = {.kind = ASKIAM_INDEX_PATTERN, .time_ms = 1700000000000, .approved = true};
  entry.texts[ASKIAM_INDEX_ID] = askiam_str_from(id);
  entry.texts[ASKIAM_INDEX_USER_ID] = ASKI_STR("ann");
  entry.texts[ASKIAM_INDEX_SOURCE] = ASKI_STR("human");
  entry.lists[ASKIAM_INDEX_ROLE_IDS].items = &role;
  entry.lists[ASKIAM_INDEX_ROLE_IDS].count = 1;
  return entry;
}

static void *s_opened(fixture *own)
{
  void *session = NULL;
  if (s_open(own, 0, &session) != ASKIAM_STATUS_OK) {
    fail_msg("%s", own->error.message);
  }
  return session;
}

static void indexing__writes_each_index_and_ends_tidily(void **state)
{
  (void)state;
  static const step steps[] = {
      OPEN(""),
      {"POST /iam_metadata/_bulk", 200, ITEMS(ITEM("201") "," ITEM("200")),
       "\",\"version\":5000,\"version_type\":\"external_gte\"}}\n{\"doc_id\":\"r1\",\"kind\":\"role\",\"title\":\"HR "
       "\\\"Analyst\\\"\",\"text\":\"reads\",\"app_id\":[\"workday\"],\"app_name\":[],\"role_id\":[\"r1\"],"
       "\"role_name\":[],\"scope\":[\"role:r1\"],\"embedding\":[0.600000024,-0.800000012],\"model\":\"m/2\","
       "\"generation\":\"0000000000005000\"}\n{\"index\":{\"_id\":\""},
      {"POST /access_patterns/_bulk", 200, ITEMS(ITEM("201")),
       "\",\"user_id\":\"ann\",\"role_id\":\"wd-hr\",\"app_id\":null,\"timestamp\":1700000000000,\"approved\":true,"
       "\"source\":\"human\",\"generation\":\"0000000000005000\"}\n"},
      TIDY("iam_metadata", "10000"),
      {"POST /iam_metadata/_count", 200, "{\"count\":3,\"_shards\":{\"failed\":0}}",
       "{\"query\":{\"range\":{\"generation\":{\"lt\":\"0000000000005000\"}}}}"},
      {"POST /iam_metadata/_delete_by_query?conflicts=proceed&refresh=true", 200, DELETED("3"), NULL},
      TIDY("access_patterns", "0"),
      CLOSED};
  fixture own;
  uint64_t removed = 0;
  BEGIN(&own, steps);
  void *session = s_opened(&own);
  askiam_index_entry first = s_role("r1", s_vector);
  assert_int_equal(aski_opensearch_index_put(session, &own.call, &first, &own.error), ASKIAM_STATUS_OK);
  askiam_index_entry second = s_role("r2", s_nowhere); /* without a direction: no vector is written */
  assert_int_equal(aski_opensearch_index_put(session, &own.call, &second, &own.error), ASKIAM_STATUS_OK);
  const askiam_index_entry past = s_pattern("p1");
  assert_int_equal(aski_opensearch_index_put(session, &own.call, &past, &own.error), ASKIAM_STATUS_OK);
  const askiam_index_entry unknown = {.kind = (askiam_index_kind)9}; /* of a later library */
  assert_int_equal(aski_opensearch_index_put(session, &own.call, &unknown, &own.error), ASKIAM_STATUS_OK);
  assert_int_equal(aski_opensearch_index_commit(session, &own.call, &removed, &own.error), ASKIAM_STATUS_OK);
  assert_int_equal(removed, 10003);
  table_end(&own);
}

/* A position is kept once eight bulks were sent, with all that came before it. */
static void indexing__a_checkpoint_keeps_what_was_sent(void **state)
{
  (void)state;
  static const step one = {"POST /iam_metadata/_bulk", 200, ITEMS(ITEM("201")), NULL};
  const step steps[] = {
      OPEN(""),
      one,
      one,
      one,
      one,
      one,
      one,
      one,
      one,
      one,
      {"GET /iam_metadata", 200, METADATA(SYNC("0000000000005000", "true", "")), NULL},
      {"PUT /iam_metadata/_mapping", 200, "{}",
       "{\"_meta\":{\"askiam_schema\":1,\"askiam_sync\":{\"generation\":\"0000000000005000\",\"open\":true,"
       "\"position\":\"p9\"}}}"}};
  fixture own;
  BEGIN(&own, steps);
  own.self.settings.bulk_entries = 1;
  void *session = s_opened(&own);
  for (int i = 1; i <= 9; ++i) {
    char position[8];
    const askiam_index_entry entry = s_role("r", s_vector);
    snprintf(position, sizeof position, "p%d", i);
    assert_int_equal(aski_opensearch_index_put(session, &own.call, &entry, &own.error), ASKIAM_STATUS_OK);
    assert_int_equal(aski_opensearch_index_checkpoint(session, &own.call, askiam_str_from(position), &own.error),
                     ASKIAM_STATUS_OK);
  }
  aski_opensearch_index_abort(session);
  table_end(&own);
}

static void indexing__a_filling_that_was_overtaken_stops(void **state)
{
  (void)state;
  static const step steps[] = {OPEN(""),
                               TIDY("iam_metadata", "0"),
                               TIDY("access_patterns", "0"),
                               {"GET /iam_metadata", 200, METADATA(SYNC("0000000000005001", "true", "")), NULL}};
  fixture own;
  uint64_t removed = 9;
  BEGIN(&own, steps);
  void *session = s_opened(&own);
  assert_int_equal(aski_opensearch_index_commit(session, &own.call, &removed, &own.error), ASKIAM_STATUS_CONFLICT);
  assert_non_null(strstr(own.error.message, "another sync began"));
  assert_int_equal(removed, 0);
  table_end(&own);
}

static void indexing__a_vector_of_another_dimension_is_a_conflict(void **state)
{
  (void)state;
  static const step steps[] = {OPEN("")};
  static const float long_one[] = {1, 0, 0};
  fixture own;
  BEGIN(&own, steps);
  void *session = s_opened(&own);
  askiam_index_entry entry = s_role("r", long_one);
  entry.dimension = 3;
  assert_int_equal(aski_opensearch_index_put(session, &own.call, &entry, &own.error), ASKIAM_STATUS_CONFLICT);
  assert_non_null(strstr(own.error.message, "set embedder.dimension"));
  aski_opensearch_index_abort(session);
  table_end(&own);
}

/* What is long goes in several requests, whatever opensearch.bulk_entries says. */
static void indexing__bulks_are_bounded_in_bytes(void **state)
{
  (void)state;
  static const step steps[] = {OPEN(""),
                               {"POST /iam_metadata/_bulk", 200, ITEMS(ITEM("201")), NULL},
                               {"POST /iam_metadata/_bulk", 200, ITEMS(ITEM("201")), NULL},
                               TIDY("iam_metadata", "0"),
                               TIDY("access_patterns", "0"),
                               CLOSED};
  enum { LONG_BYTES = 3 * 1024 * 1024 };
  fixture own;
  uint64_t removed = 0;
  BEGIN(&own, steps);
  char *text = aski_acquire(aski_allocator_default(), LONG_BYTES);
  assert_non_null(text);
  memset(text, 'x', LONG_BYTES);
  void *session = s_opened(&own);
  for (int i = 0; i < 2; ++i) {
    askiam_index_entry entry = s_role("r", s_vector);
    entry.texts[ASKIAM_INDEX_BODY] = (askiam_str){text, LONG_BYTES};
    assert_int_equal(aski_opensearch_index_put(session, &own.call, &entry, &own.error), ASKIAM_STATUS_OK);
  }
  assert_int_equal(aski_opensearch_index_commit(session, &own.call, &removed, &own.error), ASKIAM_STATUS_OK);
  aski_release(aski_allocator_default(), text);
  table_end(&own);
}

/* Neither _refresh nor _delete_by_query is to be had there, nor ids of one's own. */
static void serverless__finds_what_it_removes(void **state)
{
  (void)state;
  static const step steps[] = {
      OPEN(""),
      {"POST /iam_metadata/_bulk", 200, ITEMS(ITEM("201")), "{\"index\":{}}\n{\"doc_id\":\"r1\""},
      {"POST /iam_metadata/_search", 200, HITS(HIT("A", "d1") "," HIT("B", "d2")),
       "{\"size\":1000,\"_source\":false,\"query\":{\"range\":{\"generation\":{\"lt\":\"0000000000005000\"}}},\"sort\":"
       "["
       "\"generation\",\"doc_id\"]}"},
      {"POST /iam_metadata/_bulk", 200, "{\"items\":[{\"delete\":{\"status\":200}},{\"delete\":{\"status\":404}}]}",
       "{\"delete\":{\"_id\":\"A\"}}\n{\"delete\":{\"_id\":\"B\"}}\n"},
      {"POST /iam_metadata/_search", 200, HITS(""), "\"search_after\":[\"0000000000004000\",\"d2\"]}"},
      {"POST /access_patterns/_search", 200, HITS(""), "\"sort\":[\"generation\",\"pattern_id\"]}"},
      CLOSED};
  fixture own;
  uint64_t removed = 0;
  BEGIN(&own, steps);
  own.self.settings.serverless = true;
  void *session = s_opened(&own);
  const askiam_index_entry entry = s_role("r1", s_vector);
  assert_int_equal(aski_opensearch_index_put(session, &own.call, &entry, &own.error), ASKIAM_STATUS_OK);
  assert_int_equal(aski_opensearch_index_commit(session, &own.call, &removed, &own.error), ASKIAM_STATUS_OK);
  assert_int_equal(removed, 2);
  table_end(&own);
}

/* A whole filling, of a server or serverless, with memory for so many requests. */
static askiam_status s_fill(fixture *own, bool serverless)
{
  void *session = NULL;
  uint64_t removed = 0;
  int created = 0;
  own->self.settings.serverless = serverless;
  askiam_status status = aski_opensearch_index_create(&own->self, &own->call, &created, &own->error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_open(own, 0, &session);
  }
  const askiam_index_entry entries[] = {s_role("r1", s_vector), s_pattern("p1")};
  for (size_t i = 0; i < 2 && status == ASKIAM_STATUS_OK; ++i) {
    status = aski_opensearch_index_put(session, &own->call, &entries[i], &own->error);
    if (status != ASKIAM_STATUS_OK) {
      aski_opensearch_index_abort(session);
    }
  }
  return status == ASKIAM_STATUS_OK ? aski_opensearch_index_commit(session, &own->call, &removed, &own->error) : status;
}

static void indexing__memory_may_run_out_anywhere(void **state)
{
  (void)state;
  static const step server[] = {{NULL, 404, NO_INDEX, NULL},
                                {NULL, 200, "{}", NULL},
                                {NULL, 200, PATTERNS, NULL},
                                OPEN(""),
                                {"POST /iam_metadata/_bulk", 200, ITEMS(ITEM("201")), NULL},
                                {"POST /access_patterns/_bulk", 200, ITEMS(ITEM("201")), NULL},
                                TIDY("iam_metadata", "10000"),
                                {NULL, 200, "{\"count\":3,\"_shards\":{\"failed\":0}}", NULL},
                                {NULL, 200, DELETED("3"), NULL},
                                TIDY("access_patterns", "0"),
                                CLOSED};
  static const step collection[] = {{NULL, 404, NO_INDEX, NULL},
                                    {NULL, 200, "{}", NULL},
                                    {NULL, 200, PATTERNS, NULL},
                                    OPEN(""),
                                    {NULL, 200, ITEMS(ITEM("201")), NULL},
                                    {NULL, 200, ITEMS(ITEM("201")), NULL},
                                    {NULL, 200, HITS(HIT("A", "d1")), NULL},
                                    {NULL, 200, "{\"items\":[{\"delete\":{\"status\":200}}]}", NULL},
                                    {NULL, 200, HITS(""), NULL},
                                    {NULL, 200, HITS(""), NULL},
                                    CLOSED};
  for (int serverless = 0; serverless < 2; ++serverless) {
    askiam_status status = ASKIAM_STATUS_NO_MEMORY;
    for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
      fixture own;
      assert_true(n < 500);
      table_begin(&own, serverless == 0 ? server : collection,
                  serverless == 0 ? sizeof server / sizeof *server : sizeof collection / sizeof *collection);
      test_allocator_fail_at(&own.allocator, n);
      status = s_fill(&own, serverless != 0);
      if (status != ASKIAM_STATUS_OK && status != ASKIAM_STATUS_NO_MEMORY) {
        fail_msg("at %ld: %d %s", n, (int)status, own.error.message);
      }
      assert_int_equal(own.allocator.outstanding, 0);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(indexing__creates_what_is_missing),
      cmocka_unit_test(indexing__an_index_of_another_make_is_a_conflict),
      cmocka_unit_test(indexing__the_space_may_stand_beside_the_method),
      cmocka_unit_test(indexing__creating_fails_as_the_cluster_does),
      cmocka_unit_test(indexing__a_filling_goes_on_or_begins_with_a_later_generation),
      cmocka_unit_test(indexing__a_filling_needs_both_indexes),
      cmocka_unit_test(indexing__writes_each_index_and_ends_tidily),
      cmocka_unit_test(indexing__a_checkpoint_keeps_what_was_sent),
      cmocka_unit_test(indexing__a_filling_that_was_overtaken_stops),
      cmocka_unit_test(indexing__a_vector_of_another_dimension_is_a_conflict),
      cmocka_unit_test(indexing__bulks_are_bounded_in_bytes),
      cmocka_unit_test(serverless__finds_what_it_removes),
      cmocka_unit_test(indexing__memory_may_run_out_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
