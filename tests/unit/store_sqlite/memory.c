/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite's own memory runs out at each place of a read: a text that could not be had is never taken for one that is absent. */
#include <stdio.h>

#include "support.h"
#include "support/sqlite_memory.h"

/* Longer than a page of the file, and of no length that leaves room behind it: its end takes memory when it is asked for. */
static char s_long[6008];

typedef askiam_status (*s_read_fn)(contract *c, bool *out_whole);

/* At each place in turn, with statements that are prepared: all of it is told, or that memory ran out. */
static void s_sweep(contract *c, s_read_fn read)
{
  long failed = 0;
  for (long n = 1; !test_sqlite_memory_waits(); ++n) {
    bool whole = false;
    assert_int_equal(read(c, &whole), ASKIAM_STATUS_OK);
    assert_true(whole);
    whole = false;
    test_sqlite_memory_fail_at(n);
    askiam_status status = read(c, &whole);
    if (status == ASKIAM_STATUS_OK) {
      assert_true(whole);
    } else {
      assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
      ++failed;
    }
    assert_true(n < 10000);
  }
  test_sqlite_memory_fail_at(0);
  assert_true(failed > 0);
}

static askiam_status s_take_session(void *context, askiam_str value, int64_t revision)
{
  *(bool *)context = revision == 1 && aski_str_equal_text(value, s_long);
  return value.data == NULL ? ASKIAM_STATUS_CORRUPT : ASKIAM_STATUS_OK; /* as whoever reads it would say */
}

static askiam_status s_get_session(contract *c, bool *out_whole)
{
  return c->driver->state->session_get(c->self, &c->call, ASKI_STR("s"), s_take_session, out_whole, &c->error);
}

static void memory__a_session_is_read_whole_or_not(void **state)
{
  contract *c = *state;
  assert_int_equal(c->driver->state->session_put(c->self, &c->call, ASKI_STR("s"), askiam_str_from(s_long), 0,
                                                 CONTRACT_NOW_MS + 1000, &c->error),
                   ASKIAM_STATUS_OK);
  s_sweep(c, s_get_session);
}

static askiam_status s_take_request(void *context, const askiam_record *record)
{
  *(bool *)context = aski_str_equal_text(askiam_record_text(record, ASKIAM_RECORD_FACTS), s_long) &&
                     aski_str_equal_text(askiam_record_text(record, ASKIAM_RECORD_REQUEST_ID), "x");
  return *(bool *)context ? ASKIAM_STATUS_OK : ASKIAM_STATUS_CORRUPT;
}

static askiam_status s_find_request(contract *c, bool *out_whole)
{
  return c->driver->journal->find(c->self, &c->call, ASKI_STR("li.wei"), ASKI_STR("x"), s_take_request, out_whole,
                                  &c->error);
}

static void memory__a_request_is_read_whole_or_not(void **state)
{
  contract *c = *state;
  contract_append_first(c, "li.wei", ASKIAM_RECORD_FACTS, s_long);
  s_sweep(c, s_find_request);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, contract_setup_filled, contract_teardown)

int main(void)
{
  contract_current = &contract_places[0];
  memset(s_long, 'a', sizeof s_long - 1);
  test_sqlite_memory_init();
  const struct CMUnitTest tests[] = {TEST(memory__a_session_is_read_whole_or_not),
                                     TEST(memory__a_request_is_read_whole_or_not)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
