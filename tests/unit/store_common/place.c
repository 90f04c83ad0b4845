/* SPDX-License-Identifier: Apache-2.0
 *
 * Positions of past decisions: read as they were written, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/common/place.h"

#include "base/memory.h"

static void place__is_read_as_it_was_written(void **state)
{
  (void)state;
  const aski_store_place all[] = {
      {ASKI_STR("wd-hr"), 1, INT64_C(1700000000000), ASKI_STR("li.wei"), ASKI_STR("")},
      {ASKI_STR(""), 0, 0, ASKI_STR(""), ASKI_STR("")},
      {ASKI_STR("a b 7 "), 0, -5, ASKI_STR("1 2"), ASKI_STR("aud-1 2")},
      {ASKI_STR("r"), INT64_MAX, -INT64_MAX, ASKI_STR("jos\xc3\xa9"), ASKI_STR("x")},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) {
    aski_buffer text;
    aski_store_place read;
    aski_buffer_init(&text, aski_allocator_default());
    aski_store_place_write(&text, &all[i]);
    assert_true(aski_store_place_read(&read, aski_buffer_view(&text)));
    assert_true(aski_str_equal(read.role_id, all[i].role_id) && aski_str_equal(read.user_id, all[i].user_id));
    assert_true(aski_str_equal(read.origin, all[i].origin));
    assert_true(read.human == all[i].human && read.timestamp_ms == all[i].timestamp_ms);
    aski_buffer_clean_up(&text);
  }
}

static void place__refuses_what_is_none(void **state)
{
  (void)state;
  const char *const bad[] = {"",
                             "x",
                             "1",
                             "1 2 3",
                             "1 2 3 4",
                             "1 2 3 4 ab",
                             "1 2 1 1 a",
                             "1 2 -1 1 a",
                             "-  2 0 0 ",
                             "1 2 0 x ",
                             "1  2 0 0 ",
                             " 1 2 0 0 ",
                             "- 2 0 0 ",
                             "1 2 0 -1 a",
                             "1 2,0 0 0 ",
                             "+1 2 0 0 ",
                             "9223372036854775808 1 0 0 ",
                             "1 2 9223372036854775807 0 a",
                             "1 2 0 99999999999999999999 a"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    aski_store_place read;
    assert_false(aski_store_place_read(&read, askiam_str_from(bad[i])));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(place__is_read_as_it_was_written),
      cmocka_unit_test(place__refuses_what_is_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
