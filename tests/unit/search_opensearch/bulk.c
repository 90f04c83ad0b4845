/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries as lines of _bulk, and what earlier fillings left: what is sent again, what fails, what of an answer is not believed. */
#include "table.h"

#include <stdio.h>

#include "model/case.h"
#include "support/crowd.h"

static void entry__documents_are_in_scope_of_all_that_they_are_about(void **state)
{
  (void)state;
  const askiam_str ids[] = {ASKI_STR("a"), ASKI_STR("b")};
  const askiam_str roles[] = {ASKI_STR("r")};
  const aski_opensearch_settings settings = {.metadata_index = "m", .dimension = DIMENSION};
  askiam_index_entry entry = {.kind = ASKIAM_INDEX_DOCUMENT};
  entry.texts[ASKIAM_INDEX_ID] = ASKI_STR("d");
  const char *index = NULL;
  aski_buffer lines;
  aski_buffer_init(&lines, aski_allocator_default());
  assert_true(aski_opensearch_write_entry(&lines, &index, &settings, &entry, 7));
  assert_non_null(strstr(lines.data, "\"scope\":[\"global\"],\"generation\":\"0000000000000007\"}\n"));
  entry.lists[ASKIAM_INDEX_APPLICATION_IDS].items = ids;
  entry.lists[ASKIAM_INDEX_APPLICATION_IDS].count = 2;
  entry.lists[ASKIAM_INDEX_ROLE_IDS].items = roles;
  entry.lists[ASKIAM_INDEX_ROLE_IDS].count = 1;
  assert_true(aski_opensearch_write_entry(&lines, &index, &settings, &entry, 7));
  assert_non_null(strstr(lines.data, "\"scope\":[\"app:a\",\"app:b\",\"role:r\"]"));
  assert_string_equal(index, "m");
  aski_buffer_clean_up(&lines);
}

static askiam_status s_bulk(fixture *own, const step *steps, size_t count, size_t lines)
{
  table_begin(own, steps, count);
  aski_opensearch_bulk bulk;
  aski_opensearch_bulk_init(&bulk, &own->self.cluster);
  for (size_t i = 0; i < lines; ++i) {
    char text[32];
    int length = snprintf(text, sizeof text, "{\"a\":%zu}\n{}\n", i);
    assert_int_equal(aski_opensearch_bulk_add(&bulk, "x", (askiam_str){text, (size_t)length}, ASKI_STR("role"),
                                              (askiam_str){text + 5, 1}, &own->error),
                     ASKIAM_STATUS_OK);
  }
  askiam_status status = aski_opensearch_bulk_send(&bulk, &own->call, &own->error);
  assert_int_equal(bulk.count, 0);
  aski_opensearch_bulk_clean_up(&bulk);
  table_end(own);
  return status;
}

/* Only the lines that the cluster was too busy for are sent again, in their order. */
static void bulk__sends_again_what_was_not_taken(void **state)
{
  (void)state;
  static const step steps[] = {
      {"POST /x/_bulk", 200, ITEMS(REFUSED("429", "busy") "," ITEM("201") "," REFUSED("503", "away")),
       "{\"a\":0}\n{}\n{\"a\":1}\n{}\n{\"a\":2}\n{}\n"},
      {"POST /x/_bulk", 503, "{}", "{\"a\":0}\n{}\n{\"a\":2}\n{}\n"},
      {"POST /x/_bulk", 0, NULL, "{\"a\":0}\n{}\n{\"a\":2}\n{}\n"},
      {"POST /x/_bulk", 200, ITEMS(ITEM("200") "," REFUSED("429", "busy")), NULL},
      {"POST /x/_bulk", 200, ITEMS(ITEM("200")), "{\"a\":2}\n{}\n"},
  };
  fixture own;
  assert_int_equal(s_bulk(&own, steps, sizeof steps / sizeof *steps, 3), ASKIAM_STATUS_OK);
  assert_int_equal(s_bulk(&own, NULL, 0, 0), ASKIAM_STATUS_OK); /* nothing is sent of nothing */
}

static void bulk__gives_up_after_its_attempts(void **state)
{
  (void)state;
  static const step busy = {"POST /x/_bulk", 200, ITEMS(REFUSED("429", "busy") "," ITEM("201")), NULL};
  static const step still = {"POST /x/_bulk", 200, ITEMS(REFUSED("429", "still busy")), NULL};
  const step steps[] = {busy, still, still, still, still, still};
  fixture own;
  assert_int_equal(s_bulk(&own, steps, sizeof steps / sizeof *steps, 2), ASKIAM_STATUS_UNAVAILABLE);
  assert_non_null(strstr(own.error.message, "the role \"0\""));
  assert_non_null(strstr(own.error.message, "still busy"));
}

static void bulk__refusals_and_odd_answers_fail(void **state)
{
  (void)state;
  static const struct {
    int status;
    const char *body, *said;
    askiam_status expected;
  } all[] = {
      {200, ITEMS(ITEM("201") "," REFUSED("400", "no such field")), "the role \"1\"", ASKIAM_STATUS_BAD_DATA},
      {200, ITEMS(ITEM("201") "," REFUSED("400", "no such field")), "no such field", ASKIAM_STATUS_BAD_DATA},
      {200, ITEMS(REFUSED("409", "version conflict") "," ITEM("201")), "another sync began", ASKIAM_STATUS_CONFLICT},
      {200, ITEMS(REFUSED("403", "blocked") "," ITEM("201")), "the role \"0\"", ASKIAM_STATUS_NOT_PERMITTED},
      {200, ITEMS(REFUSED("404", "gone") "," ITEM("201")), "the role \"0\"", ASKIAM_STATUS_NOT_FOUND},
      {200, ITEMS(REFUSED("201", "both") "," ITEM("201")), "the role \"0\"", ASKIAM_STATUS_UNAVAILABLE},
      {200, ITEMS(ITEM("201")), "does not tell of each", ASKIAM_STATUS_UNAVAILABLE},
      {200, ITEMS(ITEM("201") "," ITEM("201") "," ITEM("201")), "does not tell of each", ASKIAM_STATUS_UNAVAILABLE},
      {200, ITEMS(ITEM("201") ",{}"), "does not tell of each", ASKIAM_STATUS_UNAVAILABLE},
      {200, ITEMS(ITEM("201") ",7"), "does not tell of each", ASKIAM_STATUS_UNAVAILABLE},
      {200, ITEMS(ITEM("201") "," ITEM("\"201\"")), "does not tell of each", ASKIAM_STATUS_UNAVAILABLE},
      {200, ITEMS(ITEM("201") "," ITEM("9")), "does not tell of each", ASKIAM_STATUS_UNAVAILABLE},
      {200, ITEMS(ITEM("201") "," ITEM("201.5")), "does not tell of each", ASKIAM_STATUS_UNAVAILABLE},
      {200, "{\"items\":{\"a\":1,\"b\":2}}", "does not tell of each", ASKIAM_STATUS_UNAVAILABLE},
      {200, "{\"errors\":false}", "does not tell of each", ASKIAM_STATUS_UNAVAILABLE},
      {200, "", "does not tell of each", ASKIAM_STATUS_UNAVAILABLE},
      {413, "{}", "413", ASKIAM_STATUS_BAD_DATA},
      {401, "{}", "401", ASKIAM_STATUS_NOT_PERMITTED},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) {
    const step once = {"POST /x/_bulk", all[i].status, all[i].body, NULL};
    const step steps[] = {once, once, once, once, once, once};
    fixture own;
    bool repeated = strstr(all[i].said, "does not tell") != NULL; /* an answer that was garbled on its way */
    askiam_status status = s_bulk(&own, steps, repeated ? 6 : 1, 2);
    if (status != all[i].expected || strstr(own.error.message, all[i].said) == NULL) {
      fail_msg("%zu: %d %s", i, (int)status, own.error.message);
    }
  }
}

/* A deletion of what is gone already is done. */
static void bulk__what_is_to_be_deleted_may_be_gone(void **state)
{
  (void)state;
  static const step steps[] = {{"POST /x/_bulk", 200, "{\"items\":[{\"delete\":{\"status\":404}}]}", NULL}};
  fixture own;
  BEGIN(&own, steps);
  aski_opensearch_bulk bulk;
  aski_opensearch_bulk_init(&bulk, &own.self.cluster);
  bulk.may_be_missing = true;
  assert_int_equal(aski_opensearch_bulk_add(&bulk, "x", ASKI_STR("{}\n"), ASKI_STR("e"), ASKI_STR("1"), NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(aski_opensearch_bulk_send(&bulk, &own.call, &own.error), ASKIAM_STATUS_OK);
  aski_opensearch_bulk_clean_up(&bulk);
  table_end(&own);
}

static void remove__partial_answers_fail(void **state)
{
  (void)state;
  static const struct {
    int refresh_status;
    const char *refresh;
    int status; /* 0: it is not asked */
    const char *body;
    askiam_status expected;
  } all[] = {
      {200, "{\"_shards\":{\"failed\":1}}", 0, NULL, ASKIAM_STATUS_UNAVAILABLE},
      {200, "{}", 0, NULL, ASKIAM_STATUS_UNAVAILABLE},
      {200, "x", 0, NULL, ASKIAM_STATUS_UNAVAILABLE},
      {403, "{}", 0, NULL, ASKIAM_STATUS_NOT_PERMITTED},
      {200, REFRESHED, 200, "{\"timed_out\":true,\"deleted\":1,\"failures\":[]}", ASKIAM_STATUS_UNAVAILABLE},
      {200, REFRESHED, 200, "{\"timed_out\":false,\"deleted\":1,\"failures\":[{}]}", ASKIAM_STATUS_UNAVAILABLE},
      {200, REFRESHED, 200, "{\"timed_out\":false,\"deleted\":-1,\"failures\":[]}", ASKIAM_STATUS_UNAVAILABLE},
      {200, REFRESHED, 200, "{\"timed_out\":false,\"failures\":[]}", ASKIAM_STATUS_UNAVAILABLE},
      {200, REFRESHED, 200, "{\"deleted\":0}", ASKIAM_STATUS_UNAVAILABLE},
      {200, REFRESHED, 200, "{\"timed_out\":false,\"deleted\":10001,\"failures\":[]}", ASKIAM_STATUS_UNAVAILABLE},
      {200, REFRESHED, 500, "{}", ASKIAM_STATUS_UNAVAILABLE},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) {
    const step first = {"POST /x/_refresh", all[i].refresh_status, all[i].refresh, NULL};
    const step second = {NULL, all[i].status, all[i].body, NULL};
    const step repeated[] = {first, first, first, first, first, first};
    const step steps[] = {first, second, second, second, second, second, second};
    bool garbled = all[i].refresh[0] == 'x'; /* on its way */
    fixture own;
    uint64_t removed = 0;
    table_begin(&own, garbled ? repeated : steps, garbled ? 6 : all[i].status == 0 ? 1 : all[i].status == 500 ? 7 : 2);
    assert_int_equal(
        aski_opensearch_remove_older(&own.self.cluster, &own.self.settings, &own.call, "x", 5000, &removed, &own.error),
        all[i].expected);
    table_end(&own);
  }
}

/* What there was to remove bounds how often it is removed, whatever the cluster tells. */
static void remove__more_than_was_counted_fails(void **state)
{
  (void)state;
#define ALL_OF_THEM                                                                                                    \
  {"POST /x/_delete_by_query?conflicts=proceed&refresh=true", 200,                                                     \
   "{\"timed_out\":false,\"deleted\":10000,\"failures\":[]}", "\"max_docs\":10000"}
#define COUNTED(answer) {"POST /x/_count", 200, answer, "{\"query\":"}
  static const struct {
    step steps[5];
    size_t count;
    uint64_t removed;
  } all[] = {
      {{{"POST /x/_refresh", 200, REFRESHED, NULL},
        ALL_OF_THEM,
        COUNTED("{\"count\":19999,\"_shards\":{\"failed\":0}}"),
        ALL_OF_THEM,
        ALL_OF_THEM},
       5,
       30000},
      {{{"POST /x/_refresh", 200, REFRESHED, NULL}, ALL_OF_THEM, COUNTED("{\"_shards\":{\"failed\":0}}")}, 3, 10000},
      {{{"POST /x/_refresh", 200, REFRESHED, NULL}, ALL_OF_THEM, COUNTED("{\"count\":1}")}, 3, 10000},
      {{{"POST /x/_refresh", 200, REFRESHED, NULL}, ALL_OF_THEM, COUNTED("{\"count\":1,\"_shards\":{\"failed\":1}}")},
       3,
       10000},
      {{{"POST /x/_refresh", 200, REFRESHED, NULL},
        ALL_OF_THEM,
        COUNTED("{\"count\":18446744073709551615,\"_shards\":{\"failed\":0}}")},
       3,
       10000},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) {
    fixture own;
    uint64_t removed = 0;
    table_begin(&own, all[i].steps, all[i].count);
    assert_int_equal(
        aski_opensearch_remove_older(&own.self.cluster, &own.self.settings, &own.call, "x", 5000, &removed, &own.error),
        ASKIAM_STATUS_UNAVAILABLE);
    assert_int_equal(removed, all[i].removed);
    table_end(&own);
  }
}

/* Parts that are found again, at once or in turns, would never end. */
static void serverless__a_walk_that_goes_back_fails(void **state)
{
  (void)state;
  static const step found_first = {"POST /iam_metadata/_search", 200, HITS(HIT("A", "d1")), NULL};
  static const step found_second = {"POST /iam_metadata/_search", 200, HITS(HIT("B", "d2")), NULL};
  static const step deleted = {"POST /iam_metadata/_bulk", 200, "{\"items\":[{\"delete\":{\"status\":200}}]}", NULL};
  static const step disorder = {"POST /iam_metadata/_search", 200, HITS(HIT("B", "d2") "," HIT("A", "d1")), NULL};
  const step again[] = {found_first, deleted, found_first};
  const step turns[] = {found_first, deleted, found_second, deleted, found_first};
  const struct {
    const step *steps;
    size_t count;
  } all[] = {{again, 3}, {turns, 5}, {&disorder, 1}};
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) {
    fixture own;
    uint64_t removed = 0;
    table_begin(&own, all[i].steps, all[i].count);
    own.self.settings.serverless = true;
    assert_int_equal(aski_opensearch_remove_older(&own.self.cluster, &own.self.settings, &own.call, "iam_metadata",
                                                  5000, &removed, &own.error),
                     ASKIAM_STATUS_UNAVAILABLE);
    table_end(&own);
  }
}

static void serverless__odd_answers_fail(void **state)
{
  (void)state;
  static const char *const bodies[] = {
      "{}",
      "{\"hits\":{}}",
      "{\"hits\":{\"hits\":{}}}",
      "[",
      HITS("{}"),
      HITS("{\"_id\":\"A\"}"),
      HITS("{\"_id\":\"\",\"sort\":[\"a\",\"b\"]}"),
      HITS("{\"_id\":\"A\",\"sort\":[\"a\"]}"),
      HITS("{\"_id\":\"A\",\"sort\":[1,2]}"),
      HITS("{\"_id\":\"A\",\"sort\":[\"0000000000005000\",\"d\"]}"), /* of this filling */
      HITS("{\"_id\":\"A\",\"sort\":[\"0000000000006000\",\"d\"]}")};
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; ++i) {
    const step once = {"POST /iam_metadata/_search", 200, bodies[i], NULL};
    const step steps[] = {once, once, once, once, once, once};
    fixture own;
    uint64_t removed = 0;
    table_begin(&own, steps, bodies[i][0] == '[' ? 6 : 1);
    own.self.settings.serverless = true;
    assert_int_equal(aski_opensearch_remove_older(&own.self.cluster, &own.self.settings, &own.call, "iam_metadata",
                                                  5000, &removed, &own.error),
                     ASKIAM_STATUS_UNAVAILABLE);
    table_end(&own);
  }
}

/* Even where all that is asked for stands beside it: it would be a tree of a hundred times its bytes. */
static void bulk__a_crowd_of_values_is_no_answer(void **state)
{
  (void)state;
  enum { ZEROS = 600000 };
  char *items = test_crowd("{\"items\":[" ITEM("201") "],\"more\":", ZEROS, "}");
  char *refreshed = test_crowd("{\"_shards\":{\"failed\":0},\"more\":", ZEROS, "}");
  char *mappings = test_crowd("{\"any\":{\"mappings\":{},\"more\":", ZEROS, "}}");
  const step bulk = {"POST /x/_bulk", 200, items, NULL};
  const step bulks[] = {bulk, bulk, bulk, bulk, bulk, bulk};
  const step refresh = {"POST /x/_refresh", 200, refreshed, NULL};
  const step refreshes[] = {refresh, refresh, refresh, refresh, refresh, refresh};
  const step shapes[] = {{"GET /x", 200, mappings, NULL}};
  fixture own;
  assert_int_equal(s_bulk(&own, bulks, 6, 1), ASKIAM_STATUS_UNAVAILABLE);
  uint64_t removed = 0;
  BEGIN(&own, refreshes);
  assert_int_equal(
      aski_opensearch_remove_older(&own.self.cluster, &own.self.settings, &own.call, "x", 5000, &removed, &own.error),
      ASKIAM_STATUS_UNAVAILABLE);
  table_end(&own);
  aski_opensearch_shape shape;
  BEGIN(&own, shapes);
  assert_int_equal(aski_opensearch_read_shape(&shape, &own.self.cluster, &own.call, "x", &own.error),
                   ASKIAM_STATUS_UNAVAILABLE);
  assert_null(shape.document);
  table_end(&own);
  free(items);
  free(refreshed);
  free(mappings);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(entry__documents_are_in_scope_of_all_that_they_are_about),
      cmocka_unit_test(bulk__sends_again_what_was_not_taken),
      cmocka_unit_test(bulk__gives_up_after_its_attempts),
      cmocka_unit_test(bulk__refusals_and_odd_answers_fail),
      cmocka_unit_test(bulk__a_crowd_of_values_is_no_answer),
      cmocka_unit_test(bulk__what_is_to_be_deleted_may_be_gone),
      cmocka_unit_test(remove__partial_answers_fail),
      cmocka_unit_test(remove__more_than_was_counted_fails),
      cmocka_unit_test(serverless__a_walk_that_goes_back_fails),
      cmocka_unit_test(serverless__odd_answers_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
