/* SPDX-License-Identifier: Apache-2.0
 *
 * A sync as a whole: from its begin to its end, broken off and gone on with, failing, cancelled, without memory. */
#include "doubles.h"

#include <stdio.h>

enum { SUMMARY_BYTES = 256, MANY = 1000 };

static void sync__creating_is_the_backends(void **state)
{
  (void)state;
  doubles own;
  int created = 0;
  doubles_init(&own);
  assert_int_equal(aski_index_create(&own.index, &own.call, &created, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(created, 2);
  doubles_clean_up(&own);
}

static void sync__tells_what_it_wrote(void **state)
{
  (void)state;
  doubles own;
  char summary[SUMMARY_BYTES];
  doubles_init(&own);
  doubles_fill(&own);
  own.removed = 4;
  assert_int_equal(doubles_sync(&own, NULL, summary, sizeof summary), ASKIAM_STATUS_OK);
  assert_string_equal(summary, "{\"roles\":3,\"documents\":3,\"patterns\":2,\"removed\":4,\"resumed\":false}");
  assert_true(own.begun == 1 && own.committed == 1 && own.aborted == 0);
  assert_int_equal(aski_index_sync(NULL, &own.index, &own.call, NULL, NULL),
                   ASKIAM_STATUS_OK); /* no summary is wanted */
  doubles_clean_up(&own);
}

static void sync__an_empty_store_empties_the_index(void **state)
{
  (void)state;
  doubles own;
  char summary[SUMMARY_BYTES];
  doubles_init(&own);
  assert_int_equal(doubles_sync(&own, NULL, summary, sizeof summary), ASKIAM_STATUS_OK);
  assert_string_equal(summary, "{\"roles\":0,\"documents\":0,\"patterns\":0,\"removed\":0,\"resumed\":false}");
  assert_true(own.puts == 0 && own.committed == 1);
  doubles_clean_up(&own);
}

typedef struct watch {
  size_t calls;
  uint64_t entries;
  char what[32];
} watch;

static void s_watch(void *context, const char *what, uint64_t entries)
{
  watch *own = context;
  ++own->calls;
  assert_true(entries > own->entries);
  own->entries = entries;
  snprintf(own->what, sizeof own->what, "%s", what);
}

static void s_many(doubles *own)
{
  doubles_init(own);
  doubles_fill(own);
  own->quiet = true;
  own->repeat[ASKIAM_TABLE_ROLES] = MANY;
  own->repeat[ASKIAM_TABLE_ACCESS_PATTERNS] = MANY;
}

/* Parts are bounded, and after each one the position is kept and progress told. */
static void sync__goes_part_by_part(void **state)
{
  (void)state;
  doubles own;
  watch seen = {.calls = 0};
  const askiam_index_options options = {.size = sizeof options, .progress = s_watch, .context = &seen};
  s_many(&own);
  assert_int_equal(doubles_sync(&own, &options, NULL, 0), ASKIAM_STATUS_OK);
  assert_int_equal(own.puts, 2 * MANY + 3);
  assert_int_equal(own.checkpoints, 4 + 1 + 4); /* of 256 rows at most */
  assert_int_equal(own.embed_calls, 4 * 4 + 1); /* of 64 texts at most */
  assert_true(seen.calls == own.checkpoints && seen.entries == own.puts);
  assert_string_equal(seen.what, "access_patterns");
  doubles_clean_up(&own);
}

/* Wherever it breaks off, the next one writes the rest, and counts all. */
static void sync__goes_on_where_it_broke_off(void **state)
{
  (void)state;
  static const size_t places[] = {1, 257, 600, 1000, 1001, 1003, 1004, 1300, 2003};
  for (size_t i = 0; i < sizeof places / sizeof *places; ++i) {
    doubles own;
    char summary[SUMMARY_BYTES];
    s_many(&own);
    own.fail_put = places[i];
    assert_int_equal(doubles_sync(&own, NULL, NULL, 0), ASKIAM_STATUS_UNAVAILABLE);
    assert_non_null(strstr(own.error.message, "the index is away"));
    bool kept = own.kept[0] != 0;
    assert_int_equal(kept, places[i] > 256);
    size_t before = own.puts;
    own.fail_put = 0;
    assert_int_equal(doubles_sync(&own, NULL, summary, sizeof summary), ASKIAM_STATUS_OK);
    assert_true(own.puts - before <= 2 * MANY + 3 - (places[i] - 1) + 256); /* not more than a part is written twice */
    assert_true(own.puts - before >= 2 * MANY + 3 - (places[i] - 1));
    assert_non_null(strstr(summary, "{\"roles\":1000,\"documents\":3,\"patterns\":1000,"));
    assert_non_null(strstr(summary, kept ? "\"resumed\":true" : "\"resumed\":false"));
    assert_true(own.committed == 1 && own.aborted == 1);
    doubles_clean_up(&own);
  }
}

/* What was written of another catalogue, by another embedder, or what nobody wrote, is not gone on with. */
static void sync__begins_anew_where_it_cannot_go_on(void **state)
{
  (void)state;
#define KEPT(version, catalogue, model, table, after, counts)                                                          \
  "{\"v\":" version ",\"catalogue\":" catalogue ",\"model\":" model ",\"table\":\"" table "\",\"after\":" after counts \
  "}"
#define COUNTS ",\"roles\":2,\"documents\":0,\"patterns\":0"
  static const struct {
    const char *kept;
    bool goes_on;
  } all[] = {
      {KEPT("1", "7", "\"m/2\"", "roles", "\"000002\"", COUNTS), true},
      {KEPT("1", "7", "\"m/2\"", "access_patterns", "\"\"", COUNTS), true},
      {KEPT("1", "8", "\"m/2\"", "roles", "\"000002\"", COUNTS), false},
      {KEPT("2", "7", "\"m/2\"", "roles", "\"000002\"", COUNTS), false},
      {KEPT("1", "7", "\"m/3\"", "roles", "\"000002\"", COUNTS), false},
      {KEPT("1", "7", "null", "roles", "\"000002\"", COUNTS), false},
      {KEPT("1", "7", "\"m/2\"", "users", "\"000002\"", COUNTS), false},
      {KEPT("1", "7", "\"m/2\"", "roles", "2", COUNTS), false},
      {KEPT("1", "7", "\"m/2\"", "roles", "\"000002\"", ",\"roles\":-1,\"documents\":0,\"patterns\":0"), false},
      {KEPT("1", "7", "\"m/2\"", "roles", "\"000002\"", ",\"roles\":1,\"documents\":0"), false},
      {"[]", false},
      {"x", false},
      {"{", false},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) {
    doubles own;
    char summary[SUMMARY_BYTES];
    doubles_init(&own);
    doubles_fill(&own);
    snprintf(own.kept, sizeof own.kept, "%s", all[i].kept);
    assert_int_equal(doubles_sync(&own, NULL, summary, sizeof summary), ASKIAM_STATUS_OK);
    assert_int_equal(own.restarted, all[i].goes_on ? 0 : 1);
    assert_non_null(strstr(summary, all[i].goes_on ? "\"resumed\":true" : "\"resumed\":false"));
    assert_non_null(strstr(summary, all[i].goes_on ? "" : "{\"roles\":3,\"documents\":3,\"patterns\":2,"));
    doubles_clean_up(&own);
  }
}

static void sync__begins_anew_where_it_is_told_to(void **state)
{
  (void)state;
  doubles own;
  const askiam_index_options options = {.size = sizeof options, .restart = 1};
  doubles_init(&own);
  doubles_fill(&own);
  snprintf(own.kept, sizeof own.kept, "%s", KEPT("1", "7", "\"m/2\"", "roles", "\"000002\"", COUNTS));
  assert_int_equal(doubles_sync(&own, &options, NULL, 0), ASKIAM_STATUS_OK);
  assert_true(own.restarted == 1 && own.puts == 8);
  doubles_clean_up(&own);
}

/* An older caller's options are shorter. */
static void sync__options_may_be_of_an_older_size(void **state)
{
  (void)state;
  doubles own;
  const askiam_index_options options = {.size = offsetof(askiam_index_options, restart), .restart = 1};
  doubles_init(&own);
  doubles_fill(&own);
  assert_int_equal(doubles_sync(&own, &options, NULL, 0), ASKIAM_STATUS_OK);
  assert_int_equal(own.restarted, 0);
  doubles_clean_up(&own);
}

/* Every read of the store may fail: nothing is committed, and the session is given up. */
static void sync__a_store_that_fails_ends_it(void **state)
{
  (void)state;
  askiam_status status = ASKIAM_STATUS_UNAVAILABLE;
  for (size_t n = 1; status != ASKIAM_STATUS_OK; ++n) {
    doubles own;
    assert_true(n < 30);
    doubles_init(&own);
    doubles_fill(&own);
    own.fail_read = n;
    status = doubles_sync(&own, NULL, NULL, 0);
    if (status != ASKIAM_STATUS_OK) {
      assert_int_equal(status, ASKIAM_STATUS_UNAVAILABLE);
      assert_non_null(strstr(own.error.message, "the store is away"));
      assert_true(own.committed == 0 && own.aborted == 1);
    }
    doubles_clean_up(&own);
  }
}

static void sync__an_embedder_or_a_commit_that_fails_ends_it(void **state)
{
  (void)state;
  doubles own;
  doubles_init(&own);
  doubles_fill(&own);
  own.embed_fails = true;
  assert_int_equal(doubles_sync(&own, NULL, NULL, 0), ASKIAM_STATUS_UNAVAILABLE);
  assert_int_equal(own.error.layer, ASKIAM_LAYER_EMBEDDER);
  assert_true(own.puts == 0 && own.aborted == 1);
  own.embed_fails = false;
  own.fail_commit = true;
  assert_int_equal(doubles_sync(&own, NULL, NULL, 0), ASKIAM_STATUS_UNAVAILABLE);
  assert_true(own.committed == 1 && own.aborted == 1);
  doubles_clean_up(&own);
}

static void sync__can_be_cancelled(void **state)
{
  (void)state;
  doubles own;
  doubles_init(&own);
  doubles_fill(&own);
  own.cancelled = 1;
  assert_int_equal(doubles_sync(&own, NULL, NULL, 0), ASKIAM_STATUS_CANCELLED);
  assert_int_equal(own.begun, 0);
  doubles_clean_up(&own);
}

static void sync__a_backend_without_an_index_is_told(void **state)
{
  (void)state;
  doubles own;
  doubles_init(&own);
  own.search.table.index_create = NULL;
  own.search.table.index_begin = NULL;
  assert_int_equal(doubles_sync(&own, NULL, NULL, 0), ASKIAM_STATUS_NOT_SUPPORTED);
  assert_string_equal(own.error.message, "the backend double searches the store itself; there is nothing to index");
  doubles_clean_up(&own);
}

static void sync__a_store_that_cannot_be_read_back_is_told(void **state)
{
  (void)state;
  doubles own;
  doubles_init(&own);
  own.admin.table.read_rows = NULL;
  assert_int_equal(doubles_sync(&own, NULL, NULL, 0), ASKIAM_STATUS_NOT_SUPPORTED);
  assert_true(own.begun == 1 && own.aborted == 1);
  doubles_clean_up(&own);
}

static void sync__memory_may_run_out_anywhere(void **state)
{
  (void)state;
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  long n = 1;
  for (; status != ASKIAM_STATUS_OK; ++n) {
    doubles own;
    assert_true(n < 2000);
    doubles_init(&own);
    doubles_fill(&own);
    own.quiet = true;
    test_allocator_fail_at(&own.allocator, n);
    status = doubles_sync(&own, NULL, NULL, 0);
    if (status != ASKIAM_STATUS_OK && status != ASKIAM_STATUS_NO_MEMORY) {
      fail_msg("at %ld: %d %s", n, (int)status, own.error.message);
    }
    assert_int_equal(own.committed, status == ASKIAM_STATUS_OK ? 1 : 0);
    doubles_clean_up(&own);
  }
  assert_true(n > 20);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sync__creating_is_the_backends),
      cmocka_unit_test(sync__tells_what_it_wrote),
      cmocka_unit_test(sync__an_empty_store_empties_the_index),
      cmocka_unit_test(sync__goes_part_by_part),
      cmocka_unit_test(sync__goes_on_where_it_broke_off),
      cmocka_unit_test(sync__begins_anew_where_it_cannot_go_on),
      cmocka_unit_test(sync__begins_anew_where_it_is_told_to),
      cmocka_unit_test(sync__options_may_be_of_an_older_size),
      cmocka_unit_test(sync__a_store_that_fails_ends_it),
      cmocka_unit_test(sync__an_embedder_or_a_commit_that_fails_ends_it),
      cmocka_unit_test(sync__can_be_cancelled),
      cmocka_unit_test(sync__a_backend_without_an_index_is_told),
      cmocka_unit_test(sync__a_store_that_cannot_be_read_back_is_told),
      cmocka_unit_test(sync__memory_may_run_out_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
