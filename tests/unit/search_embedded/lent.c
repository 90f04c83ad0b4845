/* SPDX-License-Identifier: Apache-2.0
 *
 * Searching on connections that the store lends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <askiam/backend/admin.h>

#include "backend/options.h"
#include "base/time.h"
#include "model/case.h"
#include "search/embedded/embedded_search.h"
#include "search/embedded/pool.h"
#include "store/sqlite/pool.h"
#include "store/sqlite/sqlite_store.h"
#include "support/allocator.h"

typedef struct s_house {
  char folder[64];
  char url[128];
  test_allocator allocator;
  aski_lending lending;
  aski_sqlite_store *store;
  void *search;
  askiam_call call;
  int cancelled;
} s_house;

static askiam_backend_options s_options(s_house *house, const char *url)
{
  return (askiam_backend_options){.url = askiam_str_from(url),
                                  .allocator = &house->allocator.base,
                                  .clock = aski_clock_system(),
                                  .lending = &house->lending};
}

static int s_set_up(void **state)
{
  s_house *house = calloc(1, sizeof *house);
  assert_non_null(house);
  test_allocator_init(&house->allocator);
  snprintf(house->folder, sizeof house->folder, "/tmp/askiam-lent-XXXXXX");
  assert_non_null(mkdtemp(house->folder));
  snprintf(house->url, sizeof house->url, "sqlite:%s/iam.db", house->folder);
  house->call =
      (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .cancelled = &house->cancelled};
  askiam_backend_options options = s_options(house, house->url);
  const askiam_store_driver *driver = aski_sqlite_store_driver();
  void *store = NULL;
  assert_int_equal(driver->open(&store, NULL, &options, NULL), ASKIAM_STATUS_OK);
  house->store = store;
  int from = 0;
  int to = 0;
  assert_int_equal(driver->admin->migrate(store, &house->call, &from, &to, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(aski_embedded_search()->open(&house->search, NULL, &options, NULL), ASKIAM_STATUS_OK);
  *state = house;
  return 0;
}

static int s_tear_down(void **state)
{
  s_house *house = *state;
  aski_embedded_search()->close(house->search);
  aski_sqlite_store_driver()->close(house->store);
  assert_int_equal(house->allocator.outstanding, 0);
  static const char *const endings[] = {"", "-wal", "-shm"};
  for (size_t i = 0; i < 3; ++i) {
    char path[160];
    snprintf(path, sizeof path, "%s%s", house->url + sizeof "sqlite:" - 1, endings[i]);
    unlink(path);
  }
  rmdir(house->folder);
  free(house);
  return 0;
}

static askiam_status s_version(s_house *house)
{
  uint64_t version = 0;
  return aski_sqlite_store_driver()->catalogue->version(house->store, &house->call, &version, NULL);
}

static askiam_status s_find(s_house *house)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  askiam_patterns patterns = {.arena = &arena};
  askiam_status status = aski_embedded_search()->patterns(house->search, &house->call, ASKI_STR("r"), ASKI_STR("u"), 1,
                                                          10, &patterns, NULL);
  aski_arena_clean_up(&arena);
  return status;
}

static void search_embedded__store_and_search_have_one_connection(void **state)
{
  s_house *house = *state;
  assert_int_equal(s_version(house), ASKIAM_STATUS_OK);
  const aski_sqlite *connection = house->store->idle;
  assert_int_equal(s_find(house), ASKIAM_STATUS_OK);
  assert_ptr_equal(house->store->idle, connection);
  const void *guest = connection->lent.guest;
  assert_non_null(guest);
  assert_int_equal(s_version(house), ASKIAM_STATUS_OK);
  assert_int_equal(s_find(house), ASKIAM_STATUS_OK);
  assert_ptr_equal(house->store->idle, connection);
  assert_ptr_equal(connection->lent.guest, guest);
  assert_null(connection->next);
  assert_null(((aski_search_pool *)house->search)->idle);
}

static void search_embedded__none_idle_to_lend_is_a_connection_of_its_own(void **state)
{
  s_house *house = *state;
  assert_int_equal(s_find(house), ASKIAM_STATUS_OK);
  assert_non_null(((aski_search_pool *)house->search)->idle);
  assert_null(house->store->idle);
}

static void search_embedded__another_file_is_not_lent(void **state)
{
  s_house *house = *state;
  char url[160];
  snprintf(url, sizeof url, "sqlite:%s/other.db", house->folder);
  askiam_backend_options options = s_options(house, url);
  void *other = NULL;
  assert_int_equal(aski_embedded_search()->open(&other, NULL, &options, NULL), ASKIAM_STATUS_OK);
  assert_null(((aski_search_pool *)other)->lending);
  assert_non_null(((aski_search_pool *)house->search)->lending);
  aski_embedded_search()->close(other);
}

static void search_embedded__a_search_on_loan_is_stopped_with_its_call(void **state)
{
  s_house *house = *state;
  assert_int_equal(s_version(house), ASKIAM_STATUS_OK);
  aski_search_connection *connection = NULL;
  assert_int_equal(aski_search_take(&connection, house->search, &house->call, NULL), ASKIAM_STATUS_OK);
  assert_non_null(connection->lent);
  house->cancelled = 1;
  const char *long_one = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
  assert_int_equal(sqlite3_exec(connection->db, long_one, NULL, NULL, NULL), SQLITE_INTERRUPT);
  assert_int_equal(aski_search_failure(connection, SQLITE_INTERRUPT, &house->call, NULL), ASKIAM_STATUS_CANCELLED);
  aski_search_give_back(house->search, connection);
  house->cancelled = 0;
  assert_int_equal(s_find(house), ASKIAM_STATUS_OK);
  assert_int_equal(s_version(house), ASKIAM_STATUS_OK);
}

static void search_embedded__a_loan_ends_what_was_begun(void **state)
{
  s_house *house = *state;
  assert_int_equal(s_version(house), ASKIAM_STATUS_OK);
  aski_search_connection *connection = NULL;
  assert_int_equal(aski_search_take(&connection, house->search, &house->call, NULL), ASKIAM_STATUS_OK);
  sqlite3_stmt *begin = NULL;
  assert_int_equal(aski_search_prepared(&begin, connection, ASKI_SEARCH_BEGIN, &house->call, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(sqlite3_step(begin), SQLITE_DONE);
  aski_search_give_back(house->search, connection);
  assert_int_equal(sqlite3_get_autocommit(house->store->idle->db), 1);
}

static void search_embedded__what_is_on_loan_does_not_hold_up_the_store(void **state)
{
  s_house *house = *state;
  house->store->readers.most = 1;
  house->store->writers.most = 1;
  aski_search_connection *loans[3] = {NULL};
  for (size_t i = 0; i < 3; ++i) {
    assert_int_equal(s_version(house), ASKIAM_STATUS_OK);
    assert_int_equal(aski_search_take(&loans[i], house->search, &house->call, NULL), ASKIAM_STATUS_OK);
    assert_non_null(loans[i]->lent);
  }
  assert_int_equal(s_version(house), ASKIAM_STATUS_OK);
  for (size_t i = 0; i < 3; ++i) {
    aski_search_give_back(house->search, loans[i]);
  }
  assert_int_equal(house->store->idle_count, 2); /* as many as there can be leases; the others are closed */
}

static void search_embedded__lack_of_memory_leaves_the_store_its_connection(void **state)
{
  s_house *house = *state;
  assert_int_equal(s_version(house), ASKIAM_STATUS_OK);
  const aski_sqlite *connection = house->store->idle;
  test_allocator_fail_at(&house->allocator, 1);
  assert_int_equal(s_find(house), ASKIAM_STATUS_NO_MEMORY);
  test_allocator_fail_at(&house->allocator, 0);
  assert_ptr_equal(house->store->idle, connection);
  assert_null(connection->lent.guest);
  assert_int_equal(s_find(house), ASKIAM_STATUS_OK);
  assert_non_null(connection->lent.guest);
}

static void search_embedded__a_file_that_was_removed_is_not_lent(void **state)
{
  s_house *house = *state;
  assert_int_equal(s_version(house), ASKIAM_STATUS_OK);
  assert_int_equal(s_find(house), ASKIAM_STATUS_OK);
  assert_int_equal(unlink(house->url + sizeof "sqlite:" - 1), 0);
  assert_int_equal(s_find(house), ASKIAM_STATUS_NOT_INITIALISED);
  assert_null(house->store->idle);
}

#define TEST(name) cmocka_unit_test_setup_teardown(search_embedded__##name, s_set_up, s_tear_down)
int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(store_and_search_have_one_connection),
      TEST(none_idle_to_lend_is_a_connection_of_its_own),
      TEST(another_file_is_not_lent),
      TEST(a_search_on_loan_is_stopped_with_its_call),
      TEST(a_loan_ends_what_was_begun),
      TEST(what_is_on_loan_does_not_hold_up_the_store),
      TEST(lack_of_memory_leaves_the_store_its_connection),
      TEST(a_file_that_was_removed_is_not_lent),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
