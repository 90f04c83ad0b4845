/* SPDX-License-Identifier: Apache-2.0
 *
 * The bounded table: what it finds, what it forgets, compared with a list that does the same slowly. */
#include "base/lru.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/allocator.h"

typedef struct key {
  unsigned char bytes[ASKI_SHA256_BYTES];
} key;

/* Keys that share buckets: only the last byte tells them apart where `crowded`. */
static key s_key(unsigned number, bool crowded)
{
  key made = {{0}};
  made.bytes[crowded ? ASKI_SHA256_BYTES - 1 : 0] = (unsigned char)number;
  return made;
}

static void s_put(aski_lru *lru, unsigned number, bool crowded)
{
  key made = s_key(number, crowded);
  aski_lru_put(lru, made.bytes, &number);
}

static bool s_get(aski_lru *lru, unsigned number, bool crowded)
{
  key made = s_key(number, crowded);
  unsigned found = UINT32_MAX;
  bool there = aski_lru_get(lru, made.bytes, &found);
  assert_true(!there || found == number);
  return there;
}

static void base__lru_forgets_what_was_not_asked_for_longest(void **state)
{
  (void)state;
  for (int crowded = 0; crowded <= 1; ++crowded) {
    test_allocator allocator;
    test_allocator_init(&allocator);
    aski_lru *lru = aski_lru_new(&allocator.base, 3, sizeof(unsigned));
    assert_non_null(lru);
    assert_false(s_get(lru, 1, crowded));
    for (unsigned i = 1; i <= 3; ++i) {
      s_put(lru, i, crowded);
    }
    assert_true(s_get(lru, 1, crowded)); /* now 2 is the oldest */
    s_put(lru, 4, crowded);
    assert_false(s_get(lru, 2, crowded));
    assert_true(s_get(lru, 3, crowded) && s_get(lru, 1, crowded) && s_get(lru, 4, crowded));
    assert_int_equal(aski_lru_count(lru), 3);
    aski_lru_destroy(lru);
    assert_int_equal(allocator.outstanding, 0);
  }
}

static void base__lru_keeps_the_latest_value_of_a_key(void **state)
{
  (void)state;
  aski_lru *lru = aski_lru_new(aski_allocator_default(), 1, sizeof(unsigned));
  key only = s_key(7, false);
  for (unsigned value = 1; value <= 2; ++value) {
    unsigned found = 0;
    aski_lru_put(lru, only.bytes, &value);
    assert_true(aski_lru_get(lru, only.bytes, &found));
    assert_int_equal(found, value);
  }
  assert_int_equal(aski_lru_count(lru), 1);
  aski_lru_destroy(lru);
  assert_null(aski_lru_new(aski_allocator_default(), 0, 1));
  aski_lru_destroy(NULL);
}

enum { ENTRIES = 13, KEYS = 40, STEPS = 20000 };

/* The newest first. */
typedef struct list {
  unsigned items[ENTRIES];
  size_t count;
} list;

static bool s_move_first(list *model, unsigned number, bool add)
{
  size_t at = 0;
  while (at < model->count && model->items[at] != number) {
    ++at;
  }
  bool there = at < model->count;
  if (!there && !add) {
    return false;
  }
  if (!there) {
    model->count += model->count < ENTRIES ? 1 : 0;
    at = model->count - 1;
  }
  memmove(model->items + 1, model->items, at * sizeof *model->items);
  model->items[0] = number;
  return there;
}

static void base__lru_does_what_a_list_does_slowly(void **state)
{
  (void)state;
  for (int crowded = 0; crowded <= 1; ++crowded) {
    aski_lru *lru = aski_lru_new(aski_allocator_default(), ENTRIES, sizeof(unsigned));
    list model = {.count = 0};
    uint32_t chance = 1;
    for (int step = 0; step < STEPS; ++step) {
      chance = chance * UINT32_C(1664525) + UINT32_C(1013904223); /* Numerical Recipes */
      unsigned number = (chance >> 8) % KEYS;
      if ((chance >> 30) == 0) {
        s_put(lru, number, crowded);
        s_move_first(&model, number, true);
      } else {
        assert_int_equal(s_get(lru, number, crowded), s_move_first(&model, number, false));
      }
      assert_int_equal(aski_lru_count(lru), model.count);
    }
    aski_lru_destroy(lru);
  }
}

static void base__lru_without_memory_keeps_what_it_has(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  for (long fail_at = 1; fail_at <= 3; ++fail_at) {
    test_allocator_fail_at(&allocator, fail_at);
    assert_null(aski_lru_new(&allocator.base, 4, 8));
    assert_int_equal(allocator.outstanding, 0);
  }
  test_allocator_fail_at(&allocator, 5);
  aski_lru *lru = aski_lru_new(&allocator.base, 4, sizeof(unsigned));
  assert_non_null(lru);
  s_put(lru, 1, false);
  s_put(lru, 2, false); /* there is no memory for its value */
  assert_true(s_get(lru, 1, false));
  assert_false(s_get(lru, 2, false));
  s_put(lru, 1, false);
  assert_int_equal(aski_lru_count(lru), 1);
  aski_lru_destroy(lru);
  assert_int_equal(allocator.outstanding, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(base__lru_forgets_what_was_not_asked_for_longest),
      cmocka_unit_test(base__lru_keeps_the_latest_value_of_a_key),
      cmocka_unit_test(base__lru_does_what_a_list_does_slowly),
      cmocka_unit_test(base__lru_without_memory_keeps_what_it_has),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
