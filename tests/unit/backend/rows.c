/* SPDX-License-Identifier: Apache-2.0
 *
 * A store's rows, read back: what is handed on, and what of a backend's is not believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "backend/handles.h"
#include "base/time.h"

enum { ROWS_MAX = 4 };

/* A store whose policies stand at these positions; it ends with this status whatever the walk said. */
typedef struct store_double {
  const char *positions[ROWS_MAX];
  size_t columns;
  askiam_status status;
  bool swallows; /* goes on, and says OK, where it was told to stop */
} store_double;

typedef struct receiver {
  size_t count;
  size_t refused; /* this one; 0: none */
} receiver;

static askiam_status s_read_rows(void *self, const askiam_call *call, askiam_table table, askiam_str after,
                                 size_t limit, askiam_row_fn row, void *context, askiam_error *error)
{
  const store_double *played = self;
  const askiam_str values[ASKIAM_ROW_MAX_COLUMNS] = {ASKI_STR("id"), ASKI_STR("{}")};
  (void)call;
  (void)error;
  assert_true(table == ASKIAM_TABLE_POLICIES && limit == 3 && aski_str_equal_text(after, "at"));
  for (size_t i = 0; i < ROWS_MAX && played->positions[i] != NULL; ++i) {
    askiam_status status = row(context, askiam_str_from(played->positions[i]), values, played->columns);
    if (status != ASKIAM_STATUS_OK && !played->swallows) {
      return status;
    }
  }
  return played->status;
}

static askiam_status s_receive(void *context, askiam_str position, const askiam_str *values, size_t count)
{
  receiver *to = context;
  assert_true(position.length > 0 && count == 2 && aski_str_equal_text(values[1], "{}"));
  ++to->count;
  return to->count == to->refused ? ASKIAM_STATUS_BAD_DATA : ASKIAM_STATUS_OK;
}

static askiam_status s_ask(store_double *played, receiver *to, askiam_error *error)
{
  const aski_admin admin = {.table = {.read_rows = s_read_rows}, .self = played, .provided = true};
  const askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  return aski_admin_read_rows(&admin, &call, ASKIAM_TABLE_POLICIES, ASKI_STR("at"), 3, s_receive, to, error);
}

static void backend__rows_are_handed_on(void **state)
{
  (void)state;
  store_double played = {.positions = {"a", "b", "c"}, .columns = 2};
  receiver to = {.count = 0};
  assert_int_equal(s_ask(&played, &to, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(to.count, 3);
  store_double none = {.columns = 2};
  assert_int_equal(s_ask(&none, &to, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(to.count, 3);
}

static void backend__rows_without_all_columns_or_a_position_of_their_own_are_not_believed(void **state)
{
  (void)state;
  static char longest[ASKIAM_POSITION_MAX_BYTES + 2];
  memset(longest, 'x', sizeof longest - 1);
  const struct {
    store_double played;
    const char *said;
  } wrong[] = {
      {{.positions = {"a"}, .columns = 1}, "too few columns"},
      {{.positions = {"a"}, .columns = 8}, "too few columns"},
      {{.positions = {""}, .columns = 2}, "without a position"},
      {{.positions = {"at"}, .columns = 2}, "two rows with one position"},
      {{.positions = {"a", "a"}, .columns = 2}, "two rows with one position"},
      {{.positions = {"a", "a", "b"}, .columns = 2, .swallows = true}, "two rows with one position"},
      {{.positions = {"a", "b", "c", "d"}, .columns = 2}, "more rows than were wanted"},
      {{.positions = {longest}, .columns = 2}, "too long"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
    receiver to = {.count = 0};
    store_double played = wrong[i].played;
    askiam_error error = ASKIAM_ERROR_INIT;
    assert_int_equal(s_ask(&played, &to, &error), ASKIAM_STATUS_UNAVAILABLE);
    assert_non_null(strstr(error.message, "admin.read_rows of the backend does not answer properly"));
    assert_non_null(strstr(error.message, wrong[i].said));
  }
}

static void backend__rows_end_with_the_status_of_the_walk(void **state)
{
  (void)state;
  for (int swallows = 0; swallows < 2; ++swallows) {
    store_double played = {.positions = {"a", "b", "c"}, .columns = 2, .swallows = swallows == 1};
    receiver to = {.refused = 2};
    assert_int_equal(s_ask(&played, &to, NULL), ASKIAM_STATUS_BAD_DATA);
    assert_int_equal(to.count, 2);
  }
  store_double gone = {.columns = 2, .status = ASKIAM_STATUS_BUSY};
  receiver to = {.count = 0};
  assert_int_equal(s_ask(&gone, &to, NULL), ASKIAM_STATUS_BUSY);
}

static void backend__rows_are_an_optional_slot_and_of_some_tables(void **state)
{
  (void)state;
  const askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  const aski_admin admins[] = {
      {.provided = false}, {.provided = true}, {.provided = true, .table = {.read_rows = s_read_rows}}};
  const askiam_table tables[] = {ASKIAM_TABLE_ROLES, ASKIAM_TABLE_ROLES, ASKIAM_TABLE_USERS};
  for (size_t i = 0; i < 3; ++i) {
    askiam_error error = ASKIAM_ERROR_INIT;
    assert_int_equal(aski_admin_read_rows(&admins[i], &call, tables[i], ASKI_STR_NONE, 3, s_receive, NULL, &error),
                     ASKIAM_STATUS_NOT_SUPPORTED);
    assert_non_null(strstr(error.message, "does not provide admin.read_rows"));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(backend__rows_are_handed_on),
      cmocka_unit_test(backend__rows_without_all_columns_or_a_position_of_their_own_are_not_believed),
      cmocka_unit_test(backend__rows_end_with_the_status_of_the_walk),
      cmocka_unit_test(backend__rows_are_an_optional_slot_and_of_some_tables),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
